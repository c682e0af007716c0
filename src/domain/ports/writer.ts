// All writes, as data.

import type { ChangeRecord } from "./change-log.js";
import type { ClientCountKey, ClientRecord, CredentialRecord } from "./clients.js";
import type { Seconds } from "./clock.js";
import type { IdempotencyRecord } from "./idempotency.js";
import type { InitialAccessTokenRecord } from "./initial-access-tokens.js";
import type { SoftwareBlockKey, SoftwareBlockRecord } from "./software-blocks.js";

/** One write with its precondition. */
export type Change =
  /** Precondition `absent`: no client has the key, not even a deleted one. */
  | { readonly kind: "insert_client"; readonly client: ClientRecord; readonly credentials: readonly CredentialRecord[] }
  /**
   * Precondition `version`: the stored, undeleted client has version `client.version - 1`. Replaces all but lastUsedAt, and forgets the
   * answers kept of the client: `sealed` and `clientId` of its idempotency records become empty. `credentials` null keeps them; otherwise
   * they are the client's whole new set, in which one whose kind, label and digest stay keeps its lastUsedAt if that is later.
   */
  | { readonly kind: "replace_client"; readonly client: ClientRecord; readonly credentials: readonly CredentialRecord[] | null }
  /** Precondition `version`. Leaves a tombstone: state deleted, no record, no credentials; the key is never free again. Forgets answers as replace_client. */
  | { readonly kind: "delete_client"; readonly realm: string; readonly clientId: string; readonly expectedVersion: number; readonly at: Seconds; readonly mac: Uint8Array; readonly keyVersion: number }
  /**
   * Precondition `unconfirmed`: the client, which is not deleted, has the registration access token with that label, and its lastUsedAt is
   * null. Sets that to `at`. No new version, and the MAC holds.
   */
  | { readonly kind: "confirm_registration_access_token"; readonly realm: string; readonly clientId: string; readonly label: string; readonly at: Seconds }
  /** Precondition `absent`. */
  | { readonly kind: "insert_initial_access_token"; readonly token: InitialAccessTokenRecord }
  /** Precondition `usable`: not revoked, `at` before its expiry, and a use left; takes the use. */
  | { readonly kind: "use_initial_access_token"; readonly realm: string; readonly id: string; readonly at: Seconds }
  /** Precondition `unrevoked`: the token is there and not revoked. */
  | { readonly kind: "revoke_initial_access_token"; readonly realm: string; readonly id: string; readonly at: Seconds }
  /** Precondition `quota`: fewer than `limit` live clients are counted. To be placed before the client that it makes room for. Writes nothing. */
  | { readonly kind: "demand_quota"; readonly count: ClientCountKey; readonly limit: number }
  /** Precondition `unseen`: no unexpired record has the MAC at `at`, its answer kept or gone; an expired one is replaced. */
  | { readonly kind: "insert_idempotency"; readonly idempotency: IdempotencyRecord; readonly at: Seconds }
  /** Precondition `fresh`: `key`, a MAC of what must not be seen twice, as the jti of an assertion, is not on record at `at`, or has expired. */
  | { readonly kind: "use_once"; readonly key: Uint8Array; readonly at: Seconds; readonly expiresAt: Seconds }
  /**
   * No precondition. Raises lastUsedAt of the client, and of its client secret with that label unless `secretLabel` is "", to `at` where it
   * is earlier or null. What is unknown or deleted is passed over. No new version, and the MAC holds.
   */
  | { readonly kind: "record_use"; readonly realm: string; readonly clientId: string; readonly at: Seconds; readonly secretLabel: string }
  /** Precondition `absent`: the software is not blocked. */
  | { readonly kind: "insert_software_block"; readonly block: SoftwareBlockRecord }
  /** Precondition `blocked`: it is. */
  | { readonly kind: "delete_software_block"; readonly block: SoftwareBlockKey }
  /** Precondition `unblocked`: it is not blocked. Writes nothing. */
  | { readonly kind: "demand_unblocked"; readonly block: SoftwareBlockKey }
  /** No precondition. */
  | { readonly kind: "append_change"; readonly change: ChangeRecord };

/** Which precondition of a unit did not hold. */
export type Precondition = "absent" | "version" | "usable" | "unseen" | "unrevoked" | "quota" | "fresh" | "unconfirmed" | "blocked" | "unblocked";

export type CommitResult =
  /** `sequence` of the last appended change, 0 when there was none. */
  | { readonly committed: true; readonly sequence: number }
  /** Nothing of the unit was written. `index` is the position of the change that failed. */
  | { readonly committed: false; readonly index: number; readonly precondition: Precondition };

/**
 * All writes.
 *
 * - A unit is applied whole or not at all, and fails alone: other units of the same batch are untouched.
 * - Preconditions are tested by the writer, in the order of the changes, inside the unit.
 * - The promise resolves only after the unit is as durable as the store can make it, and then every read port sees it.
 * - Units commit in the order of the calls.
 * - Rejects with RegistryError: `overloaded` when too many units wait (nothing was written), `store_unavailable` when the store cannot
 *   write (nothing was written, or it is unknown whether the batch reached the disk and the store has stopped writing).
 */
export interface Writer {
  commit(unit: readonly Change[]): Promise<CommitResult>;
}
