import type Database from "better-sqlite3";
import type { IdempotencyRecord } from "../../domain/ports.js";
import { idempotencyColumns, placeholders } from "./rows.js";

/** What changes do to kept answers, and the precondition they read. */
export function prepareIdempotencyWrites(database: Database.Database) {
  const seen = database.prepare<[Uint8Array, number], [number]>("SELECT 1 FROM idempotency WHERE mac = ? AND expires_at > ?").raw();
  // REPLACE meets only an expired row: an unexpired one has failed the precondition.
  const insert = database.prepare(`INSERT OR REPLACE INTO idempotency (${idempotencyColumns}) VALUES (${placeholders(idempotencyColumns)})`);
  // Without its client's name a row is found no second time: a client that changes a thousand times costs no more each time.
  const forget = database.prepare("UPDATE idempotency SET sealed = x'', client_id = '' WHERE realm = ? AND client_id = ?");
  return {
    isSeen: (mac: Uint8Array, at: number): boolean => seen.get(mac, at) !== undefined,
    insert(record: IdempotencyRecord): void {
      const { mac, realm, clientId, bodyHash, sealed, createdAt, expiresAt } = record;
      insert.run(mac, realm, clientId, bodyHash, sealed, createdAt, expiresAt);
    },
    /** Empties the answers kept of a client; their keys stay used. */
    forget(realm: string, clientId: string): void {
      forget.run(realm, clientId);
    },
  };
}
