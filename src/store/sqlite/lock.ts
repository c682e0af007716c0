import { closeSync, openSync } from "node:fs";
import Database from "better-sqlite3";
import { StoreOpenError } from "../store-open-error.js";
import { sqliteCode } from "./failures.js";

/** Held for as long as the process uses the file. */
export interface FileLock {
  release(): void;
}

/**
 * Takes `<file>.lock`, a side file on which one process at a time holds `BEGIN EXCLUSIVE`. The kernel lets go when the process ends,
 * however it ends; a lock on the database itself would keep our own reading connections out.
 */
export function lockFile(file: string): FileLock {
  const side = `${file}.lock`;
  createOnce(side);
  const database = new Database(side, { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (sqliteCode(error)?.startsWith("SQLITE_BUSY") !== true) throw error;
    throw new StoreOpenError("already_open", `another process has ${file} open: stop it, or start this one with another data directory`, error);
  }
  return { release: () => database.close() };
}

// Only ever created, never opened again: closing a second descriptor would drop the lock of a store in this same process.
function createOnce(side: string): void {
  try {
    closeSync(openSync(side, "wx", 0o600));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}
