import type Database from "better-sqlite3";
import { RegistryError } from "../../domain/errors.js";
import type { ChangeReader, ClientReader, IdempotencyReader, InitialAccessTokenReader } from "../../domain/ports.js";
import {
  changeColumns, changeFromRow, clientColumns, clientFromRow, credentialColumns, credentialFromRow, idempotencyColumns, idempotencyFromRow,
  initialAccessTokenColumns, initialAccessTokenFromRow,
} from "./rows.js";
import type { ChangeColumns, ClientColumns, CredentialColumns, IdempotencyColumns, InitialAccessTokenColumns } from "./rows.js";

/** Clients by key. Both statements read one snapshot, so that a client never comes with the credentials of another version. */
export function createClientReader(database: Database.Database): ClientReader {
  const find = database
    .prepare<[string, string], [number, ...ClientColumns]>(`SELECT number, ${clientColumns} FROM client WHERE realm = ? AND client_id = ?`)
    .raw();
  const credentials = database
    .prepare<[number], CredentialColumns>(`SELECT ${credentialColumns} FROM credential WHERE client = ? ORDER BY kind, label`)
    .raw();
  const begin = database.prepare("BEGIN");
  const end = database.prepare("COMMIT");
  return {
    find: (realm, clientId) =>
      guarded(() => {
        begin.run();
        try {
          const row = find.get(realm, clientId);
          if (row === undefined) return undefined;
          const [number, ...columns] = row;
          return { client: clientFromRow(columns), credentials: credentials.all(number).map(credentialFromRow) };
        } finally {
          end.run();
        }
      }),
  };
}

/** Initial access tokens by digest. */
export function createInitialAccessTokenReader(database: Database.Database): InitialAccessTokenReader {
  const find = database
    .prepare<[string, Uint8Array], InitialAccessTokenColumns>(
      `SELECT ${initialAccessTokenColumns} FROM initial_access_token WHERE realm = ? AND digest = ?`,
    )
    .raw();
  return {
    findByDigest: (realm, digest) =>
      guarded(() => {
        const row = find.get(realm, digest);
        return row === undefined ? undefined : initialAccessTokenFromRow(row);
      }),
  };
}

/** Kept answers by MAC. */
export function createIdempotencyReader(database: Database.Database): IdempotencyReader {
  const find = database
    .prepare<[Uint8Array, number], IdempotencyColumns>(`SELECT ${idempotencyColumns} FROM idempotency WHERE mac = ? AND expires_at > ?`)
    .raw();
  return {
    find: (mac, at) =>
      guarded(() => {
        const row = find.get(mac, at);
        return row === undefined ? undefined : idempotencyFromRow(row);
      }),
  };
}

/** The change log from a sequence on. */
export function createChangeReader(database: Database.Database): ChangeReader {
  const after = database
    .prepare<[number, number], ChangeColumns>(`SELECT ${changeColumns} FROM change WHERE sequence > ? ORDER BY sequence LIMIT ?`)
    .raw();
  return { after: (sequence, limit) => guarded(() => after.all(sequence, limit).map(changeFromRow)) };
}

/** A failed read is the store's fault, told in the domain's words. */
function guarded<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new RegistryError("store_unavailable", "the store cannot be read", { cause: error });
  }
}
