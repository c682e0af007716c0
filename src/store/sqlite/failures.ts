import { statfsSync } from "node:fs";
import { dirname } from "node:path";

/**
 * What a failed batch means for the store.
 *
 * - `full`: no space. Nothing was written; writing may go on once there is space.
 * - `busy`: a foreign connection held the write lock too long. Nothing was written.
 * - `fatal`: a failed sync, read or write, or damage. After a failed sync the kernel may have dropped the pages, so a retry can succeed
 *   and lie: nothing is written any more until a restart reads the file anew.
 * - `unit`: one unit's own fault, as a value a column refuses.
 */
export type Failure = "full" | "busy" | "fatal" | "unit";

/** Below this, a write that failed without a clear reason counts as a full disk (quota, or a file system that answers EIO). */
const nearlyFull = 1024 * 1024;

const unitFaults = ["SQLITE_CONSTRAINT", "SQLITE_MISMATCH", "SQLITE_TOOBIG", "SQLITE_RANGE"];

/** Classifies an error thrown inside a transaction on `file`. */
export function classify(error: unknown, file: string): Failure {
  const code = sqliteCode(error);
  // Not SQLite's: a value that cannot be bound, or a unit that breaks the type of its port.
  if (code === undefined) return "unit";
  if (code === "SQLITE_FULL") return "full";
  if (code === "SQLITE_IOERR_WRITE" && freeBytes(file) < nearlyFull) return "full";
  if (code.startsWith("SQLITE_BUSY")) return "busy";
  if (unitFaults.some((fault) => code.startsWith(fault))) return "unit";
  return "fatal";
}

/** The extended result code of a better-sqlite3 error. */
export function sqliteCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const { code } = error;
  return typeof code === "string" && code.startsWith("SQLITE_") ? code : undefined;
}

function freeBytes(file: string): number {
  try {
    const { bavail, bsize } = statfsSync(dirname(file));
    return bavail * bsize;
  } catch {
    // Unknown is not full: the stricter answer is to stop.
    return Number.POSITIVE_INFINITY;
  }
}
