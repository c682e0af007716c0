// Messages of any type as fast-check makes them, read from the descriptor.

import { create, ScalarType, type DescField, type DescMessage, type DescOneof, type Message } from "@bufbuild/protobuf";
import { isWrapperDesc, StructSchema, ValueSchema } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";

// A map's name that is a number would come back in another place, and __proto__ not at all.
const name = fc.string({ maxLength: 8, unit: fc.constantFrom(..."abcé😀_#") });
// Around the lengths at which a length takes one byte more.
const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 60 }).map((value) => value.toWellFormed()),
  fc.integer({ min: 40, max: 140 }).map((length) => "x".repeat(length)),
  fc.integer({ min: 120, max: 130 }).map((length) => "é".repeat(length)),
);
const double = fc.double({ noNaN: true });
const long = (min: bigint, max: bigint) => fc.oneof(fc.bigInt({ min, max }), fc.constantFrom(min, max, 0n, 1n));
const whole = (min: number, max: number) => fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max, 0, 127, 128, 16_383, 16_384));

const scalars: Readonly<Record<ScalarType, fc.Arbitrary<unknown>>> = {
  [ScalarType.STRING]: text,
  [ScalarType.BYTES]: fc.uint8Array({ maxLength: 200 }),
  [ScalarType.BOOL]: fc.boolean(),
  [ScalarType.DOUBLE]: double,
  [ScalarType.FLOAT]: fc.float({ noNaN: true }),
  [ScalarType.INT32]: whole(-(2 ** 31), 2 ** 31 - 1),
  [ScalarType.SINT32]: whole(-(2 ** 31), 2 ** 31 - 1),
  [ScalarType.SFIXED32]: whole(-(2 ** 31), 2 ** 31 - 1),
  [ScalarType.UINT32]: whole(0, 2 ** 32 - 1),
  [ScalarType.FIXED32]: whole(0, 2 ** 32 - 1),
  [ScalarType.INT64]: long(-(2n ** 63n), 2n ** 63n - 1n),
  [ScalarType.SINT64]: long(-(2n ** 63n), 2n ** 63n - 1n),
  [ScalarType.SFIXED64]: long(-(2n ** 63n), 2n ** 63n - 1n),
  [ScalarType.UINT64]: long(0n, 2n ** 64n - 1n),
  [ScalarType.FIXED64]: long(0n, 2n ** 64n - 1n),
};

const json = fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
  value: fc.oneof({ depthSize: "small" }, text, fc.boolean(), fc.constant(null), double, fc.array(tie("value"), { maxLength: 3 }), tie("object")),
  object: fc.dictionary(name, tie("value"), { maxKeys: 4, noNullPrototype: true }),
}));

const maybe = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });

function singular(field: DescField, depth: number): fc.Arbitrary<unknown> {
  if (field.message === undefined) return field.enum === undefined ? scalars[field.scalar!] : fc.oneof(fc.constantFrom(...field.enum.values.map(({ number }) => number)), scalars[ScalarType.INT32]);
  // protobuf-es has the value in the place of a wrapper, and JSON in the place of a Struct, but for the one in a Value.
  if (isWrapperDesc(field.message) && field.fieldKind === "message" && field.oneof === undefined) return scalars[field.message.fields[0]!.scalar!];
  return field.message === StructSchema && field.parent !== ValueSchema ? json.object : anyMessage(field.message, depth - 1);
}

function valueOf(field: DescField, depth: number): fc.Arbitrary<unknown> {
  if (field.fieldKind === "list") return fc.array(singular(field, depth), { maxLength: 4 });
  if (field.fieldKind === "map") {
    const keys = { [ScalarType.INT32]: fc.integer().map(String), [ScalarType.BOOL]: fc.boolean().map(String) } as Partial<Record<ScalarType, fc.Arbitrary<string>>>;
    return fc.dictionary(keys[field.mapKey] ?? name, singular(field, depth), { maxKeys: 3, noNullPrototype: true });
  }
  return maybe(singular(field, depth));
}

function memberOf(oneof: DescOneof, depth: number): fc.Arbitrary<unknown> {
  const members = oneof.fields.filter((field) => field.message === undefined || depth > 0).map((field) => singular(field, depth).map((value) => ({ case: field.localName, value })));
  return fc.oneof(fc.constant({ case: undefined }), ...members);
}

/** Any message of the type, lawful or not; messages within messages go `depth` deep. */
export function anyMessage(desc: DescMessage, depth = 4): fc.Arbitrary<Message> {
  const members = desc.members.filter((member) => member.kind === "oneof" || member.message === undefined || depth > 0);
  const values = Object.fromEntries(members.map((member) => [member.localName, member.kind === "oneof" ? memberOf(member, depth) : valueOf(member, depth)]));
  return fc.record(values).map((record) => create(desc, record as never));
}
