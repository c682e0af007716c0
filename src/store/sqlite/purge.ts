import type Database from "better-sqlite3";
import type { Change } from "../../domain/ports.js";

/** Units that leave nothing to expire after which expired records are looked for all the same. */
const seldom = 256;

/** Twice what a unit can add, so that a backlog shrinks; the rest keeps one batch short. */
const rowsPerUnit = 2;

/**
 * Deletes idempotency records and keys of what was used once that have expired, a few with each batch. Time is what the changes say it is: a store has no clock, and
 * one that is not written to gathers nothing.
 */
export function createPurge(database: Database.Database): (units: readonly (readonly Change[])[]) => void {
  const purge = database.prepare(
    "DELETE FROM idempotency WHERE number IN (SELECT number FROM idempotency WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)",
  );
  const purgeUsedOnce = database.prepare("DELETE FROM used_once WHERE key IN (SELECT key FROM used_once WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)");
  let due = 0;
  return (units) => {
    let now = 0;
    let kept = 0;
    for (const unit of units) {
      for (const change of unit) {
        now = Math.max(now, timeOf(change));
        if (change.kind === "insert_idempotency" || change.kind === "use_once") kept += 1;
      }
    }
    due += units.length;
    // Who keeps nothing leaves little to purge: a look now and then is enough.
    if (now === 0 || (kept === 0 && due < seldom)) return;
    purge.run(now, rowsPerUnit * due);
    purgeUsedOnce.run(now, rowsPerUnit * due);
    due = 0;
  };
}

function timeOf(change: Change): number {
  switch (change.kind) {
    case "use_initial_access_token":
    case "revoke_initial_access_token":
    case "insert_idempotency":
    case "use_once":
    case "delete_client":
    case "confirm_registration_access_token":
      return change.at;
    case "append_change":
      return change.change.at;
    case "insert_client":
    case "replace_client":
    case "insert_initial_access_token":
    case "demand_quota":
    case "insert_software_block":
    case "delete_software_block":
    case "demand_unblocked":
    // A use may be reported late, or by a clock that is ahead.
    case "record_use":
      return 0;
  }
}
