// A member called __proto__: refused in protobuf as in JSON, in whatever way its length is written; a text of that value is a text.

import { fromBinary, type JsonObject, type JsonValue } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ClientMetadataSchema } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { RegisterClientRequestSchema } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { createDecoder } from "../../src/connect/decode.js";
import { RegistryError } from "../../src/domain/errors.js";

const decode = createDecoder(RegisterClientRequestSchema);

/** The rules that a message breaks before anything is decided; "unreadable" for what is no message. */
function rulesOf(bytes: Uint8Array, format: "binary" | "json"): readonly string[] {
  try {
    return decode(bytes, format).refusal?.violations.map(({ rule }) => rule) ?? [];
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return error.violations.length === 0 ? ["unreadable"] : error.violations.map(({ rule }) => rule);
  }
}

/** How many bytes too many each varint has, one after the other. */
type Excess = () => number;

const shortest: Excess = () => 0;

/** A varint of `most` bytes at most (protobuf encoding, "Base 128 Varints"). */
function varint(value: number, excess: number, most: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest % 128);
    if (rest < 128) break;
  }
  while (bytes.length < most && excess-- > 0) bytes.push(0);
  return bytes.map((byte, i) => (i < bytes.length - 1 ? byte | 0x80 : byte));
}

/** A length-delimited field. A reader takes tags of up to five bytes, and lengths of up to ten. */
function field(number: number, content: Uint8Array, excess: Excess): Buffer {
  return Buffer.concat([Buffer.from(varint(number * 8 + 2, excess(), 5)), Buffer.from(varint(content.length, excess(), 10)), content]);
}

/** google.protobuf.Struct. */
function struct(object: JsonObject, excess: Excess): Buffer {
  return Buffer.concat(Object.entries(object).map(([key, value]) => field(1, Buffer.concat([field(1, Buffer.from(key), excess), field(2, valueOf(value, excess), excess)]), excess)));
}

/** google.protobuf.Value. */
function valueOf(value: JsonValue, excess: Excess): Buffer {
  if (typeof value === "string") return field(3, Buffer.from(value), excess);
  if (typeof value === "boolean") return Buffer.from([0x20, value ? 1 : 0]);
  if (Array.isArray(value)) return field(6, Buffer.concat(value.map((item) => field(1, valueOf(item, excess), excess))), excess);
  return field(5, struct(value as JsonObject, excess), excess);
}

const redirectUri = "https://client.example/cb";
const customAttributes = 400;
const jwks = 13;

function message({ attributes, keys = {} }: { attributes: JsonObject; keys?: JsonObject }, excess: Excess = shortest): Buffer {
  const parts = [field(1, Buffer.from(redirectUri), excess), field(jwks, struct(keys, excess), excess), field(customAttributes, struct(attributes, excess), excess)];
  return field(2, Buffer.concat(parts), excess);
}

/** With a member of that name as its own, which a literal would not have. */
const proto = (value: JsonValue): JsonObject => JSON.parse(`{"__proto__":${JSON.stringify(value)}}`) as JsonObject;
const forbidden = ["json.forbidden_member"];

test("a control: what is written by hand here is what the library reads", () => {
  const attributes = { a: "x", b: [true, { c: "__proto__" }], d: {} };
  expect(fromBinary(RegisterClientRequestSchema, message({ attributes }, () => 2)).metadata).toMatchObject({ redirectUris: [redirectUri], customAttributes: attributes });
});

const spellings: readonly [name: string, excess: Excess][] = [
  ["written shortest", shortest],
  ["with one byte too many in each length and tag", () => 1],
  ["with as many as a reader takes", () => 9],
];

describe.each(spellings)("%s", (_name, excess) => {
  test.each<[string, JsonObject, readonly string[]]>([
    ["a member", proto("x"), forbidden],
    ["a member of a member", { a: proto("x") }, forbidden],
    ["a member within a list", { a: [{ b: [proto(true)] }] }, forbidden],
    ["a member beside the same text", { a: "__proto__", b: proto("__proto__") }, forbidden],
    ["a member among the names that would stand in for it", { ...Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`__proto_${i}`, "x"])), b: proto("x") }, forbidden],
    ["a text", { a: "__proto__" }, []],
    ["a text in a list", { a: ["__proto__", { b: "__proto__" }] }, []],
    ["part of a longer name", { a__proto__: "x", __proto__b: "x", ____proto____: "x" }, []],
    ["part of a name, beside the text", { a__proto__: "__proto__" }, []],
    ["another forbidden name", { a: { constructor: "x" } }, forbidden],
  ])("%s", (_what, attributes, rules) => {
    expect(rulesOf(message({ attributes }, excess), "binary")).toEqual(rules);
    expect(rulesOf(message({ attributes: {}, keys: attributes }, excess), "binary")).toEqual(rules);
    expect(rulesOf(Buffer.from(JSON.stringify({ metadata: { redirect_uris: [redirectUri], custom_attributes: attributes } })), "json")).toEqual(rules);
  });

  test("as a language tag", () => {
    const { number } = ClientMetadataSchema.fields.find((each) => each.name === "client_name_localized")!;
    const entry = Buffer.concat([field(1, Buffer.from("__proto__"), excess), field(2, Buffer.from("x"), excess)]);
    const bytes = field(2, Buffer.concat([field(1, Buffer.from(redirectUri), excess), field(number, entry, excess)]), excess);
    expect(rulesOf(bytes, "binary")).toEqual(forbidden);
    expect(rulesOf(Buffer.from('{"metadata":{"redirect_uris":["https://client.example/cb"],"client_name_localized":{"__proto__":"x"}}}'), "json")).toEqual(forbidden);
  });
});

test("of two keys in one entry the last is the key", () => {
  const entry = (...keys: string[]) => field(1, Buffer.concat([...keys.map((key) => field(1, Buffer.from(key), shortest)), field(2, valueOf("x", shortest), shortest)]), shortest);
  const withEntry = (bytes: Buffer) => field(2, Buffer.concat([field(1, Buffer.from(redirectUri), shortest), field(customAttributes, bytes, shortest)]), shortest);
  expect(rulesOf(withEntry(entry("a", "__proto__")), "binary")).toEqual(forbidden);
  expect(rulesOf(withEntry(entry("__proto__", "a")), "binary")).toEqual([]);
});

test("however the varints are written, the verdict is that of the shortest, and that of JSON", () => {
  const name = fc.constantFrom("a", "b", "__proto__", "__proto_0", "constructor", "____proto____", "kind", "$typeName");
  const objectOf = (values: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonValue> =>
    fc.array(fc.tuple(name, values), { maxLength: 3 }).map((pairs): JsonValue => JSON.parse(`{${[...new Map(pairs)].map(([key, each]) => `${JSON.stringify(key)}:${JSON.stringify(each)}`).join(",")}}`));
  const leaf = fc.constantFrom<JsonValue>("__proto__", "x", true, "__proto_0", "__proto____proto__");
  const anything = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie("value"), { maxLength: 3 }), objectOf(tie("value"))),
  }));
  const verdicts = new Set<string>();
  fc.assert(
    fc.property(objectOf(anything.value), fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 40 }), (attributes, excesses) => {
      let at = 0;
      const rules = rulesOf(message({ attributes: attributes as JsonObject }), "binary");
      expect(rulesOf(message({ attributes: attributes as JsonObject }, () => excesses[at++ % excesses.length]!), "binary")).toEqual(rules);
      expect(rulesOf(Buffer.from(JSON.stringify({ metadata: { redirect_uris: [redirectUri], custom_attributes: attributes } })), "json")).toEqual(rules);
      verdicts.add(rules.join());
    }),
    { numRuns: 1000 },
  );
  expect([...verdicts].sort()).toEqual(["", "json.forbidden_member"]);
});
