// Answers that are kept for whoever asks again.

import type { Seconds } from "./clock.js";

/** A kept answer: sealed, found by a MAC over key, caller and method. */
export interface IdempotencyRecord {
  readonly mac: Uint8Array;
  readonly realm: string;
  /** Whose change makes the answer gone; "" when it is. */
  readonly clientId: string;
  readonly bodyHash: Uint8Array;
  /** Empty when the answer is gone: the key stays used until it expires, so that a late repetition does nothing a second time. */
  readonly sealed: Uint8Array;
  readonly createdAt: Seconds;
  readonly expiresAt: Seconds;
}

export interface IdempotencyReader {
  /** The record with this MAC that has not expired at `at`, its answer kept or gone. */
  find(mac: Uint8Array, at: Seconds): IdempotencyRecord | undefined;
}
