// SHA-256 in one call. Node's own buffer for each digest is an allocation outside of the heap, twice as dear as the hash: a text of one
// character a byte is not, and its bytes go where they are wanted.

import { hash } from "node:crypto";

const digestBytes = 32;

/** The digest of a text in UTF-8, or of bytes. */
export function sha256(data: string | Uint8Array): Uint8Array {
  return Buffer.from(hash("sha256", data, "binary"), "latin1");
}

/** Writes the digest into `target` from `offset` on. */
export function sha256Into(data: Uint8Array, target: Buffer, offset: number): void {
  target.write(hash("sha256", data, "binary"), offset, digestBytes, "latin1");
}
