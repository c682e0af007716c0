// Client metadata read from protobuf binary form. protobuf-es makes fifty empty lists and maps for each message and looks every field up by
// reflection; a list, a snapshot or a policy's test reads a million records. Texts, lists and maps of them, numbers and booleans are read
// here; the few fields that are messages are left to protobuf-es. A property test holds that the two read the same.

import { Buffer } from "node:buffer";
import { fromBinary, ScalarType, type DescField } from "@bufbuild/protobuf";
import { ClientMetadataSchema, type ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { emptyMetadata } from "./fields.js";
import "./text-encoding.js";
import { bytesType, fixed64Type, tagOf, varintType } from "./wire-bytes.js";

type Target = Record<string, unknown>;

/** Puts the value that stands at the place of reading into the message. */
type Reader = (target: Target) => void;

const fixed32Type = 5;
const readOptions = { readUnknownFields: false } as const;

// The record that is being read, and how far it was: reading is synchronous, there is never a second one half read.
let bytes: Buffer = Buffer.alloc(0);
let at = 0;

/** By tag. */
const readers: ReadonlyMap<number, Reader> = new Map(ClientMetadataSchema.fields.flatMap(readerOf));
const messageFields = ClientMetadataSchema.fields.filter(({ fieldKind }) => fieldKind === "message");
const messageTags: ReadonlySet<number> = new Set(messageFields.map(({ number }) => tagOf(number, bytesType)));

/** Reads a message. What is absent is inherited, as emptyMetadata says. Throws for bytes that are none. */
export function readMetadata(record: Uint8Array): ClientMetadata {
  bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength);
  at = 0;
  const metadata = emptyMetadata();
  const target = metadata as unknown as Target;
  const messages: Uint8Array[] = [];
  while (at < bytes.length) {
    const start = at;
    const tag = readVarint();
    const read = readers.get(tag);
    if (read !== undefined) {
      read(target);
      continue;
    }
    skip(tag & 7);
    if (messageTags.has(tag)) messages.push(bytes.subarray(start, at));
  }
  if (messages.length > 0) readMessages(Buffer.concat(messages), target);
  return metadata;
}

function readMessages(encoded: Uint8Array, target: Target): void {
  const found = fromBinary(ClientMetadataSchema, encoded, readOptions) as unknown as Target;
  for (const { localName } of messageFields) if (found[localName] !== undefined) target[localName] = found[localName];
}

function readerOf(field: DescField): readonly (readonly [tag: number, read: Reader])[] {
  const { localName, number } = field;
  const ofBytes = tagOf(number, bytesType);
  switch (field.fieldKind) {
    case "list":
      return [[ofBytes, (target) => {
        const list = target[localName] as string[];
        // The empty one is inherited.
        if (list.length === 0) target[localName] = [readText()];
        else list.push(readText());
      }]];
    case "map":
      return [[ofBytes, (target) => {
        if (!Object.hasOwn(target, localName)) target[localName] = {};
        readEntry(target[localName] as Record<string, string>);
      }]];
    case "message":
      return [];
    default:
      return [field.scalar === ScalarType.STRING ? [ofBytes, (target) => (target[localName] = readText())] : [tagOf(number, varintType), numberReader(field)]];
  }
}

function numberReader({ localName, scalar }: DescField): Reader {
  return scalar === ScalarType.BOOL ? (target) => (target[localName] = readVarint() !== 0) : (target) => (target[localName] = readVarint());
}

/** An entry is a message of a key, 1, and a value, 2; either may be absent, and is empty then. */
function readEntry(map: Record<string, string>): void {
  const end = readEnd();
  let key = "";
  let value = "";
  while (at < end) {
    const tag = readVarint();
    if (tag === tagOf(1, bytesType)) key = readText();
    else if (tag === tagOf(2, bytesType)) value = readText();
    else skip(tag & 7);
  }
  if (at > end) throw cut();
  map[key] = value;
}

/** A number of 32 bits; the more there is of a longer one is skipped. */
function readVarint(): number {
  let byte = bytes[at++];
  if (byte !== undefined && byte < 0x80) return byte;
  let value = 0;
  for (let shift = 0; ; shift += 7, byte = bytes[at++]) {
    if (byte === undefined) throw cut();
    if (shift < 32) value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value >>> 0;
  }
}

/** Reads a length; gives where what it measures ends. */
function readEnd(): number {
  const length = readVarint();
  const end = at + length;
  if (end > bytes.length) throw cut();
  return end;
}

function readText(): string {
  const end = readEnd();
  const text = bytes.toString("utf8", at, end);
  at = end;
  return text;
}

function skip(wireType: number): void {
  if (wireType === varintType) readVarint();
  else if (wireType === bytesType) at = readEnd();
  else if (wireType === fixed64Type) at += 8;
  else if (wireType === fixed32Type) at += 4;
  else throw new RangeError("a record has a value of no known type");
  if (at > bytes.length) throw cut();
}

const cut = () => new RangeError("a record ends within a value");
