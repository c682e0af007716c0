// The change log: version history and audit record at once.

import type { Seconds } from "./clock.js";
import type { PrincipalRecord } from "./principal.js";

/** What happens to a client. */
export type ClientChangeKind =
  | "registered"
  | "updated"
  | "deleted"
  | "suspended"
  | "resumed"
  | "modified"
  | "secret_rotated"
  | "registration_access_token_rotated"
  /** The first use of a new registration access token has ended the one before. */
  | "registration_access_token_confirmed";

export type ChangeKind = ClientChangeKind | "initial_access_token_created" | "initial_access_token_revoked" | "software_blocked" | "software_unblocked" | "policy_put" | "policy_deleted";

/** One row of the change log: version history and audit record at once. It names fields and never holds a secret. */
export interface ChangeRecord {
  readonly realm: string;
  /** The client's id, or the token's for a token's change. */
  readonly subject: string;
  readonly version: number;
  readonly kind: ChangeKind;
  readonly actor: PrincipalRecord;
  readonly requestId: string;
  readonly at: Seconds;
  readonly trace: string;
  /** The record before this change; empty for a creation, whose record is the client's own. */
  readonly previous: Uint8Array;
  /** The policy's decisions as JSON, or "". */
  readonly decisions: string;
  /** Why, in an operator's words; "" when none were given. In the chain only where it is not "". */
  readonly reason: string;
}

/** A change row as read back. `chain` is SHA-256 over the chain before it and this row. */
export interface ChangeRow extends ChangeRecord {
  readonly sequence: number;
  readonly chain: Uint8Array;
}

/** Where the change log ends; sequence 0 and a chain of zeros when it is empty. */
export interface LogEnd {
  readonly sequence: number;
  readonly chain: Uint8Array;
}

export interface ChangeReader {
  /** At most `limit` rows with a greater sequence, in order of sequence. Sequences have no gaps among committed units. */
  after(sequence: number, limit: number): readonly ChangeRow[];
  logEnd(): LogEnd;
  /** The chain of the row with this sequence, or of the empty log for 0; undefined when there is no such row. Two logs that have it in common are one up to there. */
  chainAt(sequence: number): Uint8Array | undefined;
  /**
   * Calls `listener`, which must not throw, with the sequence of the last row after each commit that appended one; many commits may come
   * as one call. Every read port sees the row by then. Gives what ends it.
   */
  onCommitted(listener: (sequence: number) => void): () => void;
}

/** A change of a client, in short. */
export interface ClientChange {
  readonly sequence: number;
  readonly realm: string;
  readonly clientId: string;
  readonly version: number;
  readonly kind: ClientChangeKind;
  readonly at: Seconds;
}

/** Lists, off the caller's thread. */
export interface ClientChangeLister {
  /**
   * The realm's changes of clients among the `limit` rows with a greater sequence, in order of sequence. `end` is the sequence of the last
   * row that was looked at, where the next call goes on; the one asked for when there was none.
   */
  changesAfter(realm: string, sequence: number, limit: number): Promise<{ readonly rows: readonly ClientChange[]; readonly end: number }>;
}
