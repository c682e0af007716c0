import type Database from "better-sqlite3";
import type { Change, Precondition } from "../../domain/ports.js";
import type { Applier } from "./apply.js";

/** How one unit of a committed batch ended. */
export type UnitResult =
  | { readonly sequence: number }
  | { readonly index: number; readonly precondition: Precondition }
  /** The unit's own fault, as a value that a column refuses. */
  | { readonly fault: unknown };

/** Which errors are a unit's own fault; all others are the batch's. */
export type IsUnitFault = (error: unknown) => boolean;

/** Commits many units in one transaction, each whole or not at all. Throws when the transaction itself failed; then none is written. */
export type CommitBatch = (units: readonly (readonly Change[])[]) => UnitResult[];

/** `housekeep` runs inside each transaction, after the units. */
export function createCommitBatch(
  database: Database.Database,
  applier: Applier,
  isUnitFault: IsUnitFault,
  housekeep: (units: readonly (readonly Change[])[]) => void,
): CommitBatch {
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  const rollback = database.prepare("ROLLBACK");
  const savepoint = database.prepare("SAVEPOINT unit");
  const release = database.prepare("RELEASE unit");
  const undo = database.prepare("ROLLBACK TO unit");

  /** Tests all preconditions, then writes: a unit that fails has written nothing, without the price of a savepoint. */
  function applyTogether(unit: readonly Change[]): UnitResult {
    for (const [index, change] of unit.entries()) {
      const precondition = applier.failing(change);
      if (precondition !== undefined) return { index, precondition };
    }
    for (const change of unit) applier.write(change);
    return { sequence: lastSequence(unit) };
  }

  /** Change by change inside a savepoint: for units whose changes meet each other, and for batches with a faulty unit. */
  function applyInTurn(unit: readonly Change[]): UnitResult {
    const before = applier.logEnd();
    savepoint.run();
    let result: UnitResult;
    try {
      result = applyEach(unit);
    } catch (error) {
      if (!isUnitFault(error)) throw error;
      result = { fault: error };
    }
    if (!("sequence" in result)) {
      undo.run();
      applier.resetLog(before);
    }
    release.run();
    return result;
  }

  function applyEach(unit: readonly Change[]): UnitResult {
    for (const [index, change] of unit.entries()) {
      const precondition = applier.failing(change);
      if (precondition !== undefined) return { index, precondition };
      applier.write(change);
    }
    return { sequence: lastSequence(unit) };
  }

  function lastSequence(unit: readonly Change[]): number {
    return unit.some(appends) ? applier.logEnd().sequence : 0;
  }

  function transaction(units: readonly (readonly Change[])[], apply: (unit: readonly Change[]) => UnitResult): UnitResult[] {
    const before = applier.logEnd();
    try {
      begin.run();
      const results = units.map(apply);
      housekeep(units);
      commit.run();
      return results;
    } catch (error) {
      // SQLite has rolled back by itself after some errors, a full disk among them.
      if (database.inTransaction) rollback.run();
      applier.resetLog(before);
      throw error;
    }
  }

  return (units) => {
    try {
      return transaction(units, (unit) => (meetsItself(unit) ? applyInTurn(unit) : applyTogether(unit)));
    } catch (error) {
      if (!isUnitFault(error)) throw error;
      // Some unit broke midway. It happens to programs that are wrong, so the slow way round is good enough.
      return transaction(units, applyInTurn);
    }
  };
}

function appends(change: Change): boolean {
  return change.kind === "append_change";
}

/** Whether a change's precondition may depend on an earlier change of the same unit. */
function meetsItself(unit: readonly Change[]): boolean {
  let clients = 0;
  let tokens = 0;
  let idempotency = 0;
  let once = 0;
  let blocks = 0;
  let blocking = 0;
  for (const { kind } of unit) {
    switch (kind) {
      case "insert_client":
      case "confirm_registration_access_token":
        clients += 1;
        break;
      case "replace_client":
      case "delete_client":
        clients += 1;
        idempotency += 1;
        break;
      case "insert_initial_access_token":
      case "use_initial_access_token":
      case "revoke_initial_access_token":
        tokens += 1;
        break;
      case "demand_quota":
        // It counts what was written before it; what comes after is none of its business.
        if (clients > 0) return true;
        break;
      case "insert_idempotency":
        idempotency += 1;
        break;
      case "use_once":
        once += 1;
        break;
      case "insert_software_block":
      case "delete_software_block":
      case "demand_unblocked":
        blocks += 1;
        if (kind !== "demand_unblocked") blocking += 1;
        break;
      case "record_use":
      case "append_change":
        break;
    }
  }
  return clients > 1 || tokens > 1 || idempotency > 1 || once > 1 || (blocking > 0 && blocks > 1);
}
