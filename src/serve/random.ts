import { randomFillSync } from "node:crypto";
import type { RandomBytes } from "../domain/ports.js";

/** One system call fills enough for about a hundred registrations. */
const poolBytes = 8192;

/** A cryptographic source that asks the system in large draughts. No byte is given out twice. */
export function createRandomBytes(): RandomBytes {
  let pool = new Uint8Array(0);
  let used = 0;
  return (size) => {
    if (used + size > pool.length) {
      // A new buffer each time: what was given out stays the taker's own.
      pool = randomFillSync(new Uint8Array(Math.max(poolBytes, size)));
      used = 0;
    }
    used += size;
    return pool.subarray(used - size, used);
  };
}
