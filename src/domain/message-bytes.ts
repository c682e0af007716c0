// Messages in protobuf binary form. protobuf-es asks every field by reflection each time it writes a message; here each type is read from its
// descriptor once, into a list of writers. What they write is what protobuf-es writes, byte for byte: a property test holds it.

import { ScalarType, toBinary, type DescField, type DescMessage, type JsonObject, type JsonValue, type Message, type MessageShape } from "@bufbuild/protobuf";
import { Edition, FeatureSet_FieldPresence, isWrapperDesc, ListValueSchema, NullValue, StructSchema, ValueSchema } from "@bufbuild/protobuf/wkt";
import { putInOrder } from "./in-order.js";
import { begin, bytesType, encode, end, fixed64Type, tagOf, varintType, writeBytes, writeDouble, writeLongVarint, writeRaw, writeText, writeVarint } from "./wire-bytes.js";

/** The message in binary form. */
export function encodeMessage<Desc extends DescMessage>(desc: Desc, message: MessageShape<Desc>): Uint8Array {
  return encode(writerOf(desc), message);
}

/**
 * Makes an encoder that writes these fields of a message alone, and none that are unknown; none may be of a oneof. Only what the message
 * itself has is looked at: of a hundred fields a client sends ten.
 */
export function encoderOf(fields: readonly DescField[]): (message: Message) => Uint8Array {
  const rows = fieldWriters(fields);
  const ranks = new Map(rows.map(({ property }, rank) => [property, rank]));
  const write = (message: Message) => {
    const present: number[] = [];
    for (const property of Object.keys(message)) {
      const rank = ranks.get(property);
      if (rank !== undefined) putInOrder(present, rank, itself);
    }
    for (const rank of present) writeField(rows[rank]!, message);
  };
  return (message) => encode(write, message);
}

const itself = (rank: number) => rank;

type Writer<Value = never> = (value: Value) => void;

/** A field as a message holds it: `write` is given what the property holds, unless that is undefined. */
interface FieldWriter {
  readonly property: string;
  readonly write: Writer;
}

/** How the values of a type are written that is no message. */
const scalars: { readonly [Type in ScalarType]?: { readonly wireType: number; readonly write: Writer } } = {
  [ScalarType.STRING]: { wireType: bytesType, write: writeText },
  [ScalarType.BYTES]: { wireType: bytesType, write: writeBytes },
  [ScalarType.BOOL]: { wireType: varintType, write: (value: boolean) => writeVarint(value ? 1 : 0) },
  [ScalarType.UINT32]: { wireType: varintType, write: writeVarint },
  [ScalarType.INT32]: { wireType: varintType, write: (value: number) => (value < 0 ? writeLongVarint(BigInt(value)) : writeVarint(value)) },
  [ScalarType.INT64]: { wireType: varintType, write: writeLongVarint },
  [ScalarType.UINT64]: { wireType: varintType, write: writeLongVarint },
  [ScalarType.DOUBLE]: { wireType: fixed64Type, write: writeDouble },
};

/** An enum's numbers are written as int32 is. */
const scalarOf = (field: DescField) => scalars[field.scalar ?? ScalarType.INT32]!;

const writers = new Map<DescMessage, Writer<Message>>();

/** The writer of a type: its fields in the order of their numbers, then what is unknown. */
function writerOf(desc: DescMessage): Writer<Message> {
  const known = writers.get(desc);
  if (known !== undefined) return known;
  const rows: FieldWriter[] = [];
  const write = desc.fields.every(isWritten)
    ? (message: Message) => {
        writeFields(rows, message);
        if (message.$unknown !== undefined) writeUnknown(message.$unknown);
      }
    : (message: Message) => writeRaw(toBinary(desc, message));
  // Before its fields are looked at: a message may hold others of its own type.
  writers.set(desc, write);
  if (desc.fields.every(isWritten)) rows.push(...fieldWriters(desc.fields));
  return write;
}

/** Whether a field is written here. A type with another is left to protobuf-es; none of what this service answers has one. */
function isWritten(field: DescField): boolean {
  if (field.parent.file.edition !== Edition.EDITION_PROTO3) return false;
  if (field.fieldKind === "map" && field.mapKey !== ScalarType.STRING) return false;
  if (field.message !== undefined) return !isWrapperDesc(field.message);
  return field.scalar === undefined || (field.scalar in scalars && !("longAsString" in field && field.longAsString));
}

function fieldWriters(fields: readonly DescField[]): FieldWriter[] {
  return fields
    .toSorted((a, b) => a.number - b.number)
    .map((field) =>
      field.oneof === undefined ? { property: field.localName, write: fieldWriter(field) } : { property: field.oneof.localName, write: memberWriter(field) },
    );
}

function fieldWriter(field: DescField): Writer {
  if (field.fieldKind === "map") return mapWriter(field.number, valueWriter(field, 2));
  if (field.fieldKind === "list" && field.packed) return packedWriter(field);
  const write = valueWriter(field, field.number);
  if (field.fieldKind === "list") return listWriter(write);
  if (field.presence !== FeatureSet_FieldPresence.IMPLICIT) return write;
  return (value) => {
    if (!isZero(value)) write(value);
  };
}

/** Whether a value is what the absence of its field means; -0 is not. */
const isZero = (value: unknown) => value === "" || value === false || Object.is(value, 0) || value === 0n || (value instanceof Uint8Array && value.length === 0);

/** A member of a oneof: the property holds the name and the value of the one that is set. */
function memberWriter(field: DescField): Writer {
  const write = valueWriter(field, field.number);
  return (one: { readonly case: string | undefined; readonly value: never }) => {
    if (one.case === field.localName) write(one.value);
  };
}

function listWriter<Item>(write: Writer<Item>): Writer<readonly Item[]> {
  return (items) => {
    for (const item of items) write(item);
  };
}

/** Numbers, one after the other without their tags. */
function packedWriter(field: DescField): Writer<readonly never[]> {
  const write = listWriter(scalarOf(field).write);
  const tag = tagOf(field.number, bytesType);
  return (items) => {
    if (items.length === 0) return;
    const start = begin(tag);
    write(items);
    end(start);
  };
}

/** An entry is a message of a key, 1, and a value, 2. */
function mapWriter(number: number, writeValue: Writer): Writer<Readonly<Record<string, unknown>>> {
  const tag = tagOf(number, bytesType);
  const keyTag = tagOf(1, bytesType);
  return (values) => {
    for (const key of Object.keys(values)) {
      const start = begin(tag);
      writeVarint(keyTag);
      writeText(key);
      writeValue(values[key] as never);
      end(start);
    }
  };
}

/** Writes one value under a number: a field's own, an item of its list, or a value of its map. */
function valueWriter(field: DescField, number: number): Writer {
  if (field.message !== undefined) {
    // protobuf-es has JSON in the place of a Struct, but for the one in a Value.
    return field.message === StructSchema && field.parent !== ValueSchema ? nestedWriter(number, writeStruct) : nestedWriter(number, writerOf(field.message));
  }
  const { wireType, write } = scalarOf(field);
  const tag = tagOf(number, wireType);
  return (value) => {
    writeVarint(tag);
    write(value);
  };
}

function nestedWriter<Value>(number: number, write: Writer<Value>): Writer<Value> {
  const tag = tagOf(number, bytesType);
  return (value) => {
    const start = begin(tag);
    write(value);
    end(start);
  };
}

function writeFields(rows: readonly FieldWriter[], message: Message): void {
  for (const row of rows) writeField(row, message);
}

function writeField({ property, write }: FieldWriter, message: Message): void {
  const value = (message as unknown as Readonly<Record<string, never>>)[property];
  if (value !== undefined) write(value);
}

function writeUnknown(fields: NonNullable<Message["$unknown"]>): void {
  for (const { no, wireType, data } of fields) {
    writeVarint(tagOf(no, wireType));
    writeRaw(data);
  }
}

const { nullValue, numberValue, stringValue, boolValue, structValue, listValue } = ValueSchema.field;
const writeNull = valueWriter(nullValue, nullValue.number) as Writer<NullValue>;
const writeNumber = valueWriter(numberValue, numberValue.number) as Writer<number>;
const writeString = valueWriter(stringValue, stringValue.number) as Writer<string>;
const writeBoolean = valueWriter(boolValue, boolValue.number) as Writer<boolean>;
const writeArray = nestedWriter<readonly JsonValue[]>(listValue.number, listWriter(nestedWriter(ListValueSchema.field.values.number, writeJson)));
const writeStruct: Writer<JsonObject> = mapWriter(StructSchema.field.fields.number, nestedWriter(2, writeJson));
const writeObject = nestedWriter(structValue.number, writeStruct);

/** JSON as google.protobuf.Value has it. */
function writeJson(json: JsonValue): void {
  switch (typeof json) {
    case "number":
      return writeNumber(json);
    case "string":
      return writeString(json);
    case "boolean":
      return writeBoolean(json);
    case "object":
      if (json === null) return writeNull(NullValue.NULL_VALUE);
      return Array.isArray(json) ? writeArray(json) : writeObject(json);
  }
}
