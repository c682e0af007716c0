// store/: where registrations are kept. One folder a store, each implementing domain/ports.ts.
// It may import domain/ports.ts, domain/errors.ts, node built-ins and, in sqlite/, better-sqlite3; never service/, connect/ or gateway/.

import { createHash } from "node:crypto";
import type { ChangeKind, ChangeRecord, ChangeRow, ClientChangeKind, PrincipalKindName } from "../domain/ports.js";

/** The chain before the first row. */
export const chainStart: Uint8Array = new Uint8Array(32);

// Numbers as stored and as hashed: never renumber one, a chain written before would no longer verify.
/** Each kind of change by its number. */
export const changeKindCodes = {
  registered: 1,
  updated: 2,
  deleted: 3,
  initial_access_token_created: 4,
  initial_access_token_revoked: 5,
  suspended: 6,
  resumed: 7,
  modified: 8,
  secret_rotated: 9,
  registration_access_token_rotated: 10,
  registration_access_token_confirmed: 11,
  software_blocked: 12,
  software_unblocked: 13,
  policy_put: 14,
  policy_deleted: 15,
} as const satisfies Record<ChangeKind, number>;

const ofOthers: ReadonlySet<ChangeKind> = new Set<Exclude<ChangeKind, ClientChangeKind>>([
  "initial_access_token_created", "initial_access_token_revoked", "software_blocked", "software_unblocked", "policy_put", "policy_deleted",
]);

/** Whether a change is one of a client. */
export const isOfClient = (kind: ChangeKind): kind is ClientChangeKind => !ofOthers.has(kind);

/** Each kind of principal by its number. */
export const principalKindCodes = {
  anonymous: 1,
  certificate: 2,
  initial_access_token: 3,
  client: 4,
  user: 5,
  access_token: 6,
  local: 7,
  other: 8,
} as const satisfies Record<PrincipalKindName, number>;

const fixedPart = 24;
const textCount = 8;
let scratch = Buffer.alloc(4096);

/**
 * The chain value of a row: SHA-256 over the chain before it and the row, each text and byte string behind its length, so that no two
 * rows have the same encoding.
 */
export function nextChain(before: Uint8Array, sequence: number, change: ChangeRecord): Buffer {
  const { realm, subject, actor, requestId, trace, decisions, previous, reason } = change;
  const texts = [realm, subject, actor.id, actor.credentialId, requestId, trace, decisions] as const;
  let bound = before.length + fixedPart + 4 * (textCount + 1) + previous.length + reason.length * 3;
  for (const text of texts) bound += text.length * 3;
  // One buffer for all rows: this runs for each registration.
  if (bound > scratch.length) scratch = Buffer.alloc(bound * 2);

  scratch.set(before, 0);
  let at = before.length;
  at = scratch.writeDoubleBE(sequence, at);
  at = scratch.writeUInt32BE(change.version, at);
  at = scratch.writeUInt32BE(change.at, at);
  at = scratch.writeUInt32BE(changeKindCodes[change.kind], at);
  at = scratch.writeUInt32BE(principalKindCodes[actor.kind], at);
  for (const text of texts) {
    const length = scratch.write(text, at + 4, "utf8");
    at = scratch.writeUInt32BE(length, at) + length;
  }
  at = scratch.writeUInt32BE(previous.length, at);
  scratch.set(previous, at);
  at += previous.length;
  // Rows were chained before there were reasons: without one, a row is hashed as it was then.
  if (reason !== "") {
    const length = scratch.write(reason, at + 4, "utf8");
    at = scratch.writeUInt32BE(length, at) + length;
  }
  return createHash("sha256").update(scratch.subarray(0, at)).digest();
}

/**
 * The first sequence whose chain does not follow from the rows before it, or undefined when all do.
 * `before` is the chain of the row before the first.
 */
export function firstBrokenLink(rows: readonly ChangeRow[], before: Uint8Array = chainStart): number | undefined {
  let chain = before;
  for (const row of rows) {
    const expected = nextChain(chain, row.sequence, row);
    if (!expected.equals(row.chain)) return row.sequence;
    chain = row.chain;
  }
  return undefined;
}
