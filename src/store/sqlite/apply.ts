import type Database from "better-sqlite3";
import type { Change, ChangeRecord, LogEnd, Precondition } from "../../domain/ports.js";
import { changeKindCodes, nextChain, principalKindCodes } from "../chain.js";
import { prepareClientWrites } from "./client-writes.js";
import { prepareIdempotencyWrites } from "./idempotency-writes.js";
import { prepareLogEnd } from "./log-end.js";
import { changeColumns, placeholders } from "./rows.js";
import { prepareSoftwareBlockWrites } from "./software-blocks.js";
import { prepareTokenWrites } from "./token-writes.js";
import { prepareUsedOnceWrites } from "./used-once-writes.js";

/** Reads preconditions and writes changes, inside a transaction that others begin and end. */
export interface Applier {
  /** The change's precondition if it does not hold. */
  failing(change: Change): Precondition | undefined;
  write(change: Change): void;
  /** The end of the change log, counting what is not committed yet. */
  logEnd(): LogEnd;
  /** Forgets appended rows that were rolled back. */
  resetLog(end: LogEnd): void;
}

/** Prepares the statements of all changes on `database`. */
export function createApplier(database: Database.Database): Applier {
  const token = prepareTokenWrites(database);
  const client = prepareClientWrites(database);
  const idempotency = prepareIdempotencyWrites(database);
  const once = prepareUsedOnceWrites(database);
  const blocks = prepareSoftwareBlockWrites(database);
  const insertChange = database.prepare(`INSERT INTO change (${changeColumns}) VALUES (${placeholders(changeColumns)})`);
  let end = prepareLogEnd(database)();

  function append(change: ChangeRecord): void {
    const { realm, subject, version, actor, requestId, at, trace, previous, decisions, reason } = change;
    const sequence = end.sequence + 1;
    const chain = nextChain(end.chain, sequence, change);
    insertChange.run(sequence, realm, subject, version, changeKindCodes[change.kind], principalKindCodes[actor.kind], actor.id,
      actor.credentialId, requestId, at, trace, previous, decisions, reason, chain);
    end = { sequence, chain };
  }

  return {
    failing(change) {
      switch (change.kind) {
        case "insert_client":
          return client.exists(change.client.realm, change.client.clientId) ? "absent" : undefined;
        case "replace_client":
          return client.hasVersion(change.client.realm, change.client.clientId, change.client.version - 1) ? undefined : "version";
        case "delete_client":
          return client.hasVersion(change.realm, change.clientId, change.expectedVersion) ? undefined : "version";
        case "confirm_registration_access_token":
          return client.isUnconfirmed(change) ? undefined : "unconfirmed";
        case "insert_initial_access_token":
          return token.exists(change.token.realm, change.token.id) ? "absent" : undefined;
        case "use_initial_access_token":
          return token.isUsable(change.realm, change.id, change.at) ? undefined : "usable";
        case "revoke_initial_access_token":
          return token.isUnrevoked(change.realm, change.id) ? undefined : "unrevoked";
        case "demand_quota":
          return client.count(change.count) < change.limit ? undefined : "quota";
        case "insert_idempotency":
          return idempotency.isSeen(change.idempotency.mac, change.at) ? "unseen" : undefined;
        case "use_once":
          return once.isSeen(change.key, change.at) ? "fresh" : undefined;
        case "insert_software_block":
          return blocks.isBlocked(change.block) ? "absent" : undefined;
        case "delete_software_block":
          return blocks.isBlocked(change.block) ? undefined : "blocked";
        case "demand_unblocked":
          return blocks.isBlocked(change.block) ? "unblocked" : undefined;
        case "record_use":
        case "append_change":
          return undefined;
      }
    },
    write(change) {
      switch (change.kind) {
        case "insert_client":
          return client.insert(change.client, change.credentials);
        case "replace_client":
          client.replace(change.client, change.credentials);
          return idempotency.forget(change.client.realm, change.client.clientId);
        case "delete_client":
          client.bury(change);
          return idempotency.forget(change.realm, change.clientId);
        case "confirm_registration_access_token":
          return client.confirm(change);
        case "insert_initial_access_token":
          return token.insert(change.token);
        case "use_initial_access_token":
          return token.use(change.realm, change.id);
        case "revoke_initial_access_token":
          return token.revoke(change.realm, change.id, change.at);
        case "demand_quota":
          return;
        case "insert_idempotency":
          return idempotency.insert(change.idempotency);
        case "use_once":
          return once.insert(change.key, change.expiresAt);
        case "record_use":
          return client.use(change);
        case "insert_software_block":
          return blocks.insert(change.block);
        case "delete_software_block":
          return blocks.remove(change.block);
        case "demand_unblocked":
          return;
        case "append_change":
          return append(change.change);
      }
    },
    logEnd: () => end,
    resetLog(to) {
      end = to;
    },
  };
}
