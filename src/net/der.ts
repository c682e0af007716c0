/** One element of DER: its tag octet, its content, and all of it. */
export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  readonly whole: Buffer;
}

/** The elements that stand one after the other in `bytes`. Throws for what is not DER: an indefinite length, or one that is not the shortest. */
export function readDer(bytes: Uint8Array): readonly DerElement[] {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const elements: DerElement[] = [];
  for (let at = 0; at < all.length; ) {
    const tag = all[at]!;
    // No tag of a certificate needs a second octet.
    if ((tag & 0x1f) === 0x1f) throw notDer();
    const { length, start } = readLength(all, at + 1);
    const end = start + length;
    if (end > all.length) throw notDer();
    elements.push({ tag, content: all.subarray(start, end), whole: all.subarray(at, end) });
    at = end;
  }
  return elements;
}

function readLength(all: Buffer, at: number): { length: number; start: number } {
  const first = all[at];
  if (first === undefined) throw notDer();
  if (first < 0x80) return { length: first, start: at + 1 };
  const size = first & 0x7f;
  if (size === 0 || size > 4 || at + 1 + size > all.length) throw notDer();
  const length = all.readUIntBE(at + 1, size);
  if (length < 0x80 || length < 2 ** (8 * (size - 1))) throw notDer();
  return { length, start: at + 1 + size };
}

/** An object identifier's content in dotted form. */
export function dottedOid(content: Buffer): string {
  const arcs: bigint[] = [];
  let value = 0n;
  for (const [i, byte] of content.entries()) {
    value = (value << 7n) | BigInt(byte & 0x7f);
    if (byte >= 0x80) {
      if (i === content.length - 1) throw notDer();
      continue;
    }
    arcs.push(value);
    value = 0n;
  }
  const [first, ...others] = arcs;
  if (first === undefined) throw notDer();
  const root = first < 80n ? first / 40n : 2n;
  return [root, first - root * 40n, ...others].join(".");
}

const notDer = () => new Error("not DER");
