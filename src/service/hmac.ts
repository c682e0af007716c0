// HMAC-SHA-256 (RFC 2104) over a list of parts, by two one-shot hashes: Node's Hmac object costs three times as much, and every record has one.

import { sha256, sha256Into } from "../domain/sha256.js";

/** The MAC of a list of parts. Each part is preceded by its length, so that no two lists read the same. */
export type Hmac = (parts: readonly (string | Uint8Array)[]) => Uint8Array;

const blockBytes = 64;
const digestBytes = 32;
const lengthBytes = 4;

/** Makes the function for a key of at most 64 bytes. */
export function createHmacSha256(key: Uint8Array): Hmac {
  if (key.length > blockBytes) throw new RangeError("an HMAC key of more than one block would have to be hashed first");
  const padded = (byte: number) => Uint8Array.from({ length: blockBytes }, (_, i) => (key[i] ?? 0) ^ byte);
  const inner = padded(0x36);
  const outer = Buffer.concat([padded(0x5c), new Uint8Array(digestBytes)]);
  let scratch = Buffer.concat([inner, new Uint8Array(4096)]);

  return (parts) => {
    const size = blockBytes + sizeOf(parts);
    if (size > scratch.length) scratch = Buffer.concat([inner, new Uint8Array(2 * size)]);
    let at = blockBytes;
    for (const part of parts) {
      const start = at + lengthBytes;
      const length = typeof part === "string" ? scratch.write(part, start) : part.length;
      if (typeof part !== "string") scratch.set(part, start);
      scratch.writeUInt32BE(length, at);
      at = start + length;
    }
    sha256Into(scratch.subarray(0, at), outer, blockBytes);
    return sha256(outer);
  };
}

function sizeOf(parts: readonly (string | Uint8Array)[]): number {
  let size = 0;
  // A string has at most three bytes a code unit.
  for (const part of parts) size += lengthBytes + (typeof part === "string" ? 3 * part.length : part.length);
  return size;
}
