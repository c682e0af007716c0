import type Database from "better-sqlite3";

/**
 * Pages in the WAL that call for a checkpoint: 12 MB. Large enough that hot pages are copied once for many commits, small enough that
 * the WAL index stays in its first block (4,062 frames), which is there from the start: growing it on a full disk would fail after the
 * batch's frames are already written.
 */
const checkpointPages = 3000;

/** Pages at which the writer waits for readers, so that a reader who holds on cannot make the WAL grow without bound: 64 MB. */
const overduePages = 16_384;

interface WalState {
  readonly busy: number;
  /** Pages in the WAL. */
  readonly log: number;
  /** Pages of it that are in the database file already. */
  readonly checkpointed: number;
}

/** Copies the WAL into the database file when it has grown; call it between transactions. Throws when a write or a sync fails. */
export function checkpointWhenDue(database: Database.Database): void {
  const { log, checkpointed } = walState(database, "wal_checkpoint(NOOP)");
  if (log > overduePages) walState(database, "wal_checkpoint(RESTART)");
  else if (log - checkpointed > checkpointPages) walState(database, "wal_checkpoint(PASSIVE)");
}

/** Empties the WAL; for the last breath of a store. */
export function checkpointAll(database: Database.Database): void {
  walState(database, "wal_checkpoint(TRUNCATE)");
}

function walState(database: Database.Database, pragma: string): WalState {
  const [state] = database.pragma(pragma) as WalState[];
  if (state === undefined) throw new Error(`${pragma} gave no answer`);
  return state;
}
