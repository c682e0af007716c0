// The bytes of protobuf's encoding, written into one buffer that is used again for every message. Encoding is synchronous: there is never a
// second message half written.

import { Buffer } from "node:buffer";

/** The wire types that are written here. */
export const varintType = 0;
export const fixed64Type = 1;
export const bytesType = 2;

/** What precedes a value: its field's number and its wire type, as one number. */
export const tagOf = (number: number, wireType: number) => ((number << 3) | wireType) >>> 0;

// No number is longer than ten bytes.
const longestNumber = 10;

let scratch = Buffer.allocUnsafe(8192);
let at = 0;

/** The bytes that `write` writes of a value. */
export function encode<Value>(write: (value: Value) => void, value: Value): Uint8Array {
  at = 0;
  write(value);
  // A copy in Node's pool: memory of its own would be dearer than the writing.
  return Buffer.from(scratch.subarray(0, at));
}

/** Begins a value that its length precedes; `end` takes what this gives. */
export function begin(tag: number): number {
  writeVarint(tag);
  ensure(1);
  at += 1;
  return at;
}

/** Ends a value: one byte was left for the length, and what needs more moves the value along. */
export function end(start: number): void {
  const length = at - start;
  if (length < 0x80) {
    scratch[start - 1] = length;
    return;
  }
  const more = sizeOf(length) - 1;
  ensure(more);
  scratch.copyWithin(start + more, start, at);
  at = start - 1;
  writeVarint(length);
  at += length;
}

/** A whole number of 32 bits without a sign. Throws for any other: a negative one would not end. */
export function writeVarint(value: number): void {
  if (value >>> 0 !== value) throw new RangeError("a number to be written is no unsigned number of 32 bits");
  ensure(longestNumber);
  let rest = value;
  while (rest > 0x7f) {
    scratch[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  scratch[at++] = rest;
}

/** A whole number of 64 bits, in two's complement when it is negative. */
export function writeLongVarint(value: bigint): void {
  ensure(longestNumber);
  let rest = BigInt.asUintN(64, value);
  while (rest > 0x7fn) {
    scratch[at++] = Number(rest & 0x7fn) | 0x80;
    rest >>= 7n;
  }
  scratch[at++] = Number(rest);
}

export function writeDouble(value: number): void {
  ensure(8);
  at = scratch.writeDoubleLE(value, at);
}

/** Bytes with their length before them. */
export function writeBytes(bytes: Uint8Array): void {
  writeVarint(bytes.length);
  writeRaw(bytes);
}

export function writeRaw(bytes: Uint8Array): void {
  ensure(bytes.length);
  scratch.set(bytes, at);
  at += bytes.length;
}

// Up to here a loop is faster than the call into the runtime.
const shortText = 48;

/** A text in UTF-8, with its length before it. */
export function writeText(text: string): void {
  if (text.length <= shortText && writeAscii(text)) return;
  const length = Buffer.byteLength(text);
  writeVarint(length);
  ensure(length);
  scratch.write(text, at, length, "utf8");
  at += length;
}

/** Writes a short text whose every character is one byte; writes nothing of another. */
function writeAscii(text: string): boolean {
  const { length } = text;
  ensure(length + 1);
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return false;
    scratch[at + 1 + i] = code;
  }
  scratch[at] = length;
  at += 1 + length;
  return true;
}

function sizeOf(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5;
}

function ensure(more: number): void {
  if (at + more <= scratch.length) return;
  const larger = Buffer.allocUnsafe((at + more) * 2);
  scratch.copy(larger, 0, 0, at);
  scratch = larger;
}
