import type Database from "better-sqlite3";
import type { LogEnd } from "../../domain/ports.js";
import { chainStart } from "../chain.js";

/** Reads where the change log ends. */
export function prepareLogEnd(database: Database.Database): () => LogEnd {
  const last = database.prepare<[], [number, Uint8Array]>("SELECT sequence, chain FROM change ORDER BY sequence DESC LIMIT 1").raw();
  return () => {
    const row = last.get();
    return row === undefined ? { sequence: 0, chain: chainStart } : { sequence: row[0], chain: new Uint8Array(row[1]) };
  };
}
