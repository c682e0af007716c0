import type Database from "better-sqlite3";

/** Larger than what a few freed pages could hold, so that one lucky write does not count as space. */
const probeBytes = 64 * 1024;

/** Commits a small write and takes it back, to learn whether a full disk has space again. Throws while it has none. */
export function createProbe(database: Database.Database): () => void {
  const write = database.prepare("INSERT INTO meta (key, value) VALUES ('probe', zeroblob(?)) ON CONFLICT (key) DO UPDATE SET value = excluded.value");
  const clear = database.prepare("DELETE FROM meta WHERE key = 'probe'");
  return () => {
    write.run(probeBytes);
    clear.run();
  };
}
