import type Database from "better-sqlite3";
import type { InitialAccessTokenRecord } from "../../domain/ports.js";
import { principalKindCodes } from "../chain.js";
import { initialAccessTokenColumns, joinedHosts, placeholders } from "./rows.js";

/** What changes do to initial access tokens, and the preconditions they read. */
export function prepareTokenWrites(database: Database.Database) {
  const exists = database.prepare<[string, string], [number]>("SELECT 1 FROM initial_access_token WHERE realm = ? AND id = ?").raw();
  // A token with any number of uses needs no write, so it is left out of `use` instead of being rewritten by each registration.
  const usable = database
    .prepare<[string, string, number], [number]>(
      "SELECT 1 FROM initial_access_token WHERE realm = ? AND id = ? AND revoked_at IS NULL AND expires_at > ? AND (uses_left IS NULL OR uses_left > 0)",
    )
    .raw();
  const unrevoked = database
    .prepare<[string, string], [number]>("SELECT 1 FROM initial_access_token WHERE realm = ? AND id = ? AND revoked_at IS NULL")
    .raw();
  const revoke = database.prepare("UPDATE initial_access_token SET revoked_at = ? WHERE realm = ? AND id = ?");
  const use = database.prepare("UPDATE initial_access_token SET uses_left = uses_left - 1 WHERE realm = ? AND id = ? AND uses_left IS NOT NULL");
  const insert = database.prepare(
    `INSERT INTO initial_access_token (${initialAccessTokenColumns}) VALUES (${placeholders(initialAccessTokenColumns)})`,
  );
  return {
    exists: (realm: string, id: string): boolean => exists.get(realm, id) !== undefined,
    isUsable: (realm: string, id: string, at: number): boolean => usable.get(realm, id, at) !== undefined,
    isUnrevoked: (realm: string, id: string): boolean => unrevoked.get(realm, id) !== undefined,
    revoke(realm: string, id: string, at: number): void {
      revoke.run(at, realm, id);
    },
    use(realm: string, id: string): void {
      use.run(realm, id);
    },
    insert(token: InitialAccessTokenRecord): void {
      const { createdBy } = token;
      insert.run(token.realm, token.id, token.name, token.owner, token.purpose, token.digest, token.policy, token.force,
        joinedHosts(token.redirectHosts), token.boundTo, token.usesLeft, token.createdAt, principalKindCodes[createdBy.kind], createdBy.id, createdBy.credentialId, token.expiresAt, token.revokedAt);
    },
  };
}
