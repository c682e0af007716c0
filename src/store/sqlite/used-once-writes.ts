import type Database from "better-sqlite3";

/** What changes do to what must not be seen twice, and the precondition they read. */
export function prepareUsedOnceWrites(database: Database.Database) {
  const seen = database.prepare<[Uint8Array, number], [number]>("SELECT 1 FROM used_once WHERE key = ? AND expires_at > ?").raw();
  // REPLACE meets only an expired row: an unexpired one has failed the precondition.
  const insert = database.prepare("INSERT OR REPLACE INTO used_once (key, expires_at) VALUES (?, ?)");
  return {
    isSeen: (key: Uint8Array, at: number): boolean => seen.get(key, at) !== undefined,
    insert(key: Uint8Array, expiresAt: number): void {
      insert.run(key, expiresAt);
    },
  };
}
