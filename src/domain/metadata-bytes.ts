// Client metadata in protobuf binary form, written from the field table. protobuf-es asks every one of some hundred fields each time,
// which was half the cost of a registration; this asks the offered ones. What it writes, protobuf-es reads (a property test holds it).

import { fromBinary, fromJson, toBinary, type JsonObject } from "@bufbuild/protobuf";
import { StructSchema } from "@bufbuild/protobuf/wkt";
import { ClientMetadataSchema, type ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { metadataFields, valueOf, type FieldRow } from "./fields.js";
import "./text-encoding.js";

const rows = metadataFields.filter((row) => row.offered);
const readOptions = { readUnknownFields: false } as const;

/** Wire types of protobuf's encoding. */
const varintType = 0;
const bytesType = 2;

/** Written into, then copied out of; grows to what the largest record needs. */
let scratch = Buffer.allocUnsafe(8192);
let at = 0;

/** The message in binary form: the offered fields alone. */
export function encodeMetadata(metadata: ClientMetadata): Uint8Array {
  at = 0;
  for (const row of rows) {
    const value = valueOf(metadata, row);
    if (value !== undefined) writeField(row, value);
  }
  return Uint8Array.prototype.slice.call(scratch, 0, at);
}

/** Reads what encodeMetadata wrote. */
export function decodeMetadata(bytes: Uint8Array): ClientMetadata {
  return fromBinary(ClientMetadataSchema, bytes, readOptions);
}

function writeField(row: FieldRow, value: NonNullable<ReturnType<typeof valueOf>>): void {
  switch (row.type) {
    case "string":
      return writeString(row.number, value as string);
    case "strings":
      for (const item of value as readonly string[]) writeString(row.number, item);
      return;
    case "boolean":
    case "number":
      ensure(20);
      writeVarint((row.number << 3) | varintType);
      return writeVarint(Number(value));
    case "object":
      return writeBytes(row.number, toBinary(StructSchema, fromJson(StructSchema, value as JsonObject)));
    case "tagged":
      for (const tag of Object.keys(value)) writeEntry(row.number, tag, (value as Record<string, string>)[tag]!);
  }
}

/** A map entry: a message of key 1 and value 2. */
function writeEntry(field: number, key: string, value: string): void {
  const size = stringSize(key) + stringSize(value);
  ensure(size + 20);
  writeVarint((field << 3) | bytesType);
  writeVarint(size);
  writeString(1, key);
  writeString(2, value);
}

/** Size of a string with a tag of one byte. */
function stringSize(text: string): number {
  const length = Buffer.byteLength(text);
  return 1 + (length < 0x80 ? 1 : length < 0x4000 ? 2 : 3) + length;
}

function writeString(field: number, text: string): void {
  const length = Buffer.byteLength(text);
  ensure(length + 20);
  writeVarint((field << 3) | bytesType);
  writeVarint(length);
  scratch.write(text, at, length, "utf8");
  at += length;
}

function writeBytes(field: number, bytes: Uint8Array): void {
  ensure(bytes.length + 20);
  writeVarint((field << 3) | bytesType);
  writeVarint(bytes.length);
  scratch.set(bytes, at);
  at += bytes.length;
}

function writeVarint(value: number): void {
  while (value > 0x7f) {
    scratch[at++] = (value % 0x80) | 0x80;
    value = Math.floor(value / 0x80);
  }
  scratch[at++] = value;
}

function ensure(more: number): void {
  if (at + more <= scratch.length) return;
  const larger = Buffer.allocUnsafe((at + more) * 2);
  scratch.copy(larger, 0, 0, at);
  scratch = larger;
}
