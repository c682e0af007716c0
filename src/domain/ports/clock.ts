// Time and chance, so that neither is reached for.

/** Seconds since 1970-01-01T00:00:00Z, 32-bit unsigned. */
export type Seconds = number;

/** Wall clock and randomness, so that neither is reached for. */
export interface Clock {
  /** Seconds since 1970-01-01T00:00:00Z. */
  seconds(): Seconds;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  milliseconds(): number;
}

/** A cryptographic source: fills and returns a buffer of `size` random bytes. */
export type RandomBytes = (size: number) => Uint8Array;
