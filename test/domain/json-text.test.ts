import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonLimits, type JsonLimits } from "../../src/domain/json-limits.js";
import { jsonProblems, readJsonObject, type JsonFailure, type JsonProblem } from "../../src/domain/json-text.js";

const read = (text: string, limits?: Partial<JsonLimits>) => readJsonObject(Buffer.from(text), limits);
const refusal = (text: string | Uint8Array, limits?: Partial<JsonLimits>): JsonFailure => {
  const result = typeof text === "string" ? read(text, limits) : readJsonObject(text, limits);
  if (result.ok) throw new Error("was accepted");
  return result;
};
const bytes = (...values: number[]) => Uint8Array.from(values);
const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;

interface Row {
  readonly text: string | Uint8Array;
  readonly problem: JsonProblem;
  readonly member?: string;
}

const refused: readonly Row[] = [
  { text: "", problem: "empty" },
  { text: " ", problem: "not_json" },
  { text: "{", problem: "not_json" },
  { text: '{"a":1}x', problem: "not_json" },
  { text: '{"a":1}{"b":2}', problem: "not_json" },
  { text: '{"a":1,}', problem: "not_json" },
  { text: "{'a':1}", problem: "not_json" },
  { text: '{"a":01}', problem: "not_json" },
  { text: '{"a":NaN}', problem: "not_json" },
  { text: '{"a":-}', problem: "not_json" },
  { text: '{"a":99999999999999999999x}', problem: "not_json" },
  { text: '{"a":"\u0000"}', problem: "not_json" },
  { text: '{"a":"x\\', problem: "not_json" },
  { text: '/**/{"a":1}', problem: "not_json" },
  { text: "\uFEFF{}", problem: "byte_order_mark" },
  { text: bytes(0xfe, 0xff, 0, 0x7b, 0, 0x7d), problem: "not_utf8" },
  { text: bytes(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d), problem: "not_utf8" },
  // Overlong "/", and a surrogate in CESU-8.
  { text: Buffer.concat([Buffer.from('{"a":"'), bytes(0xc0, 0xaf), Buffer.from('"}')]), problem: "not_utf8" },
  { text: Buffer.concat([Buffer.from('{"a":"'), bytes(0xed, 0xa0, 0x80), Buffer.from('"}')]), problem: "not_utf8" },
  { text: "[]", problem: "not_an_object" },
  { text: "null", problem: "not_an_object" },
  { text: '"x"', problem: "not_an_object" },
  { text: "1e400", problem: "not_an_object" },
  { text: nested(17), problem: "too_deep" },
  { text: `{"a":${"[".repeat(32_000)}`, problem: "too_deep" },
  { text: '{"a":1,"a":1}', problem: "duplicate_member", member: "a" },
  { text: '{"redirect_uris":["https://a.example"],"\\u0072edirect_uris":[]}', problem: "duplicate_member", member: "redirect_uris" },
  { text: '{"jwks":{"keys":[{},{"kid":"a","x":[":",{"b":1}],"k\\u0069d":"a"}]}}', problem: "duplicate_member", member: "jwks.keys[1].kid" },
  { text: '{"\\"":1,"\\u0022":2}', problem: "duplicate_member", member: "\\u0022" },
  { text: '{"":1,"":2}', problem: "duplicate_member", member: "" },
  { text: '{"1":1,"a":{},"1":2}', problem: "duplicate_member", member: "1" },
  { text: '{"__proto__":{"isAdmin":true}}', problem: "forbidden_member", member: "__proto__" },
  { text: '{"\\u005f_proto__":1}', problem: "forbidden_member", member: "__proto__" },
  { text: '{"a":[0,{"constructor":{"prototype":1}}]}', problem: "forbidden_member", member: "a[1].constructor" },
  { text: '{"a":{"prototype":null}}', problem: "forbidden_member", member: "a.prototype" },
  { text: '{"a":1e400}', problem: "number_out_of_range", member: "a" },
  { text: '{"é":{"b":[1,-1E+309]}}', problem: "number_out_of_range", member: "\\u00e9.b[1]" },
  { text: '{"a":12345678901234567890}', problem: "number_out_of_range", member: "a" },
  { text: '{"a":9007199254740993}', problem: "number_out_of_range", member: "a" },
  { text: '{"a":1e-400}', problem: "number_out_of_range", member: "a" },
  { text: '{"a":0.10000000000000000001}', problem: "number_out_of_range", member: "a" },
  { text: `{"a":1${"0".repeat(64)}}`, problem: "number_out_of_range", member: "a" },
  { text: '{"a":"\\ud800"}', problem: "lone_surrogate", member: "a" },
  { text: '{"a":["x","\\udc00\\ud800"]}', problem: "lone_surrogate", member: "a[1]" },
  { text: '{"\\ud83d":1}', problem: "lone_surrogate", member: "\\ud83d" },
  { text: '{"a":"x\\u0000y"}', problem: "nul", member: "a" },
  { text: '{"a":{"\\u0000":1}}', problem: "nul", member: "a.\\u0000" },
  { text: `{"a":"${"x".repeat(jsonLimits.stringLength + 1)}"}`, problem: "string_too_long", member: "a" },
  { text: `{${Array.from({ length: 1001 }, (_, i) => `"m${i}":1`).join()}}`, problem: "too_many_members" },
  { text: `{"a":[${"1,".repeat(4097)}1]}`, problem: "too_many_items" },
];

describe("readJsonObject refuses", () => {
  it.each(refused)("HTTP-17: $problem in $text", ({ text, problem, member }) => {
    const result = refusal(text);
    expect(result.problem).toBe(problem);
    expect(result.member).toBe(member);
    expect(result.description).toMatch(/^[\x20-\x7e]{1,300}$/);
  });

  it("HTTP-17: each problem of the list has a refusing row", () => {
    expect(new Set(refused.map(({ problem }) => problem))).toEqual(new Set(jsonProblems));
  });

  it("DCR-73: a path in a sentence is short and printable, whatever the names are", () => {
    const name = "\u202e\u00e9<\n".repeat(2000);
    const { member, description } = refusal(`{${JSON.stringify(name)}:{${JSON.stringify(name)}:"\\u0000"}}`);
    expect(member).toMatch(/^[\x20-\x7e]{1,123}$/);
    expect(description).toMatch(/^[\x20-\x7e]{1,300}$/);
  });

  it("HTTP-17: limits may be set by the caller, one at a time", () => {
    expect(refusal(nested(3), { depth: 2 }).problem).toBe("too_deep");
    expect(refusal('{"a":1,"b":2}', { members: 1 }).problem).toBe("too_many_members");
    expect(refusal('{"a":"xx"}', { stringLength: 1 }).problem).toBe("string_too_long");
  });

  it("HTTP-17: says where text without quotation marks goes wrong, and never repeats it", () => {
    expect(refusal('{"secret":x}').description).not.toContain("secret");
    expect(refusal('{"token_value" 1}').description).not.toContain("token_value");
  });
});

describe("readJsonObject accepts", () => {
  it.each([
    "{}",
    " \r\n\t{ } ",
    nested(16),
    '{"a":{"x":1},"b":{"x":1},"c":[{"x":1},{"x":2}]}',
    '{"a":"a","b":"{[:,\\"\\\\"}',
    '{"a":"\\\\u0000 \\\\ud800"}',
    '{"a":"\\ud83d\\ude00","\\u00e9":"\\u0061"}',
    '{"é":"😀\u2028"}',
    '{"a":[0,-0,0.1,1.5,-1.25e2,1E5,1e21,1e308,5e-324,0e999,9007199254740992,123456789012345,0.30000000000000004,1.0,1000000000000000000000]}',
    '{"toString":1,"__Proto__":1,"proto":1,"hasOwnProperty":1,"1":1,"01":1}',
    `{"a":"${"x".repeat(jsonLimits.stringLength)}"}`,
    `{${Array.from({ length: 1000 }, (_, i) => `"m${i}":1`).join()}}`,
  ])("HTTP-17: %s", (text) => {
    expect(read(text)).toEqual({ ok: true, value: JSON.parse(text) });
  });

  it("HTTP-17: bytes that are a window of a larger buffer", () => {
    const all = Buffer.from('xx{"a":1}yy');
    expect(readJsonObject(new Uint8Array(all.buffer, all.byteOffset + 2, 7))).toEqual({ ok: true, value: { a: 1 } });
  });
});

describe("readJsonObject, properties", () => {
  // Names that differ in spelling but not always in meaning, so that duplicates and escapes come up.
  const name = fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("a", "b", "redirect_uris", "toString", ":", '"', "\\", "\n"));
  const { tree } = fc.letrec<{ tree: fc.JsonValue }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.oneof(fc.string({ unit: "grapheme" }), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.boolean(), fc.constant(null)),
      fc.array(tie("tree"), { maxLength: 4 }) as fc.Arbitrary<fc.JsonValue>,
      fc.dictionary(name, tie("tree"), { maxKeys: 4, noNullPrototype: true }) as fc.Arbitrary<fc.JsonValue>,
    ),
  }));
  const object = fc.dictionary(name, tree, { maxKeys: 6, noNullPrototype: true });

  /** JSON text with every character of names and strings escaped or not at the whim of `whim`. */
  function spell(value: unknown, whim: () => boolean, twin: (names: string[]) => string | undefined): string {
    const text = (raw: string) =>
      `"${[...JSON.stringify(raw).slice(1, -1).matchAll(/\\(?:u....|.)|[^]/gu)]
        .map(([part]) => (part.startsWith("\\") || !whim() ? part : part.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")))
        .join("")}"`;
    const write = (item: unknown): string => {
      if (typeof item === "string") return text(item);
      if (Array.isArray(item)) return `[${item.map(write).join(" , ")}]`;
      if (typeof item !== "object" || item === null) return JSON.stringify(item);
      const names = Object.keys(item);
      const members = names.map((key) => `${text(key)} : ${write((item as Record<string, unknown>)[key])}`);
      const again = twin(names);
      if (again !== undefined) members.push(`${text(again)}:${write(0)}`);
      return `{${members.join(",")}}`;
    };
    return write(value);
  }
  const coin = (seed: number) => () => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) % 4096 < 1024;

  it("HTTP-17: what it accepts equals what JSON.parse reads, and it accepts every lawful object", () => {
    fc.assert(
      fc.property(object, fc.nat(), (value, seed) => {
        const text = spell(value, coin(seed), () => undefined);
        const forbidden = /"(?:__proto__|constructor|prototype)"/.test(JSON.stringify(value));
        const nul = JSON.stringify(value).includes("\\u0000");
        fc.pre(!forbidden && !nul);
        expect(read(text)).toEqual({ ok: true, value: JSON.parse(text) });
      }),
      { numRuns: 2000 },
    );
  });

  it("HTTP-17: a member named twice is refused at every depth, however it is escaped", () => {
    fc.assert(
      fc.property(object, name, fc.nat(), (value, first, seed) => {
        const whim = coin(seed);
        let done = false;
        const text = spell({ [first]: 1, rest: value }, whim, (names) => {
          // Somewhere: in the first object with a name at which the coin falls, the outermost at last.
          if (done || names.length === 0 || (!whim() && !names.includes("rest"))) return undefined;
          done = true;
          return names[seed % names.length];
        });
        fc.pre(done);
        expect(["duplicate_member", "forbidden_member", "nul"]).toContain(refusal(text).problem);
      }),
      { numRuns: 2000 },
    );
  });

  it("HTTP-17: arbitrary and mutated bytes never throw; what is accepted is what JSON.parse reads", () => {
    const seedText = Buffer.from('{"redirect_uris":["https://a.example/\\u0061"],"n":[1.5e3,-0],"o":{"é":null}}');
    const mutated = fc
      .array(fc.tuple(fc.nat(seedText.length - 1), fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('"\\{}[]:,0eu\u0000')))), { maxLength: 4 })
      .map((edits) => {
        const copy = Buffer.from(seedText);
        for (const [at, byte] of edits) copy[at] = byte;
        return copy as Uint8Array;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), mutated), (input) => {
        const result = readJsonObject(input);
        if (result.ok) expect(result.value).toEqual(JSON.parse(Buffer.from(input).toString()));
        else expect(result.description).toMatch(/^[\x20-\x7e]+$/);
      }),
      { numRuns: 5000 },
    );
  });

  it("HTTP-17: a number is accepted exactly when it comes back as the decimal that was sent", () => {
    const token = fc
      .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.option(fc.stringMatching(/^\d{1,18}$/)), fc.option(fc.integer({ min: -330, max: 330 })))
      .map(([negative, whole, fraction, exponent]) => `${negative ? "-" : ""}${whole}${fraction === null ? "" : `.${fraction}`}${exponent === null ? "" : `e${exponent}`}`);
    // The oracle: both decimals as whole numbers of 10^-800.
    const exact = (decimal: string) => {
      const [mantissa = "", exponent = "0"] = decimal.toLowerCase().split("e");
      const [whole = "", fraction = ""] = mantissa.split(".");
      return BigInt(whole + fraction) * 10n ** BigInt(800 + Number(exponent) - fraction.length);
    };
    fc.assert(
      fc.property(token, (decimal) => {
        const number = Number(decimal);
        const held = Number.isFinite(number) && exact(decimal) === exact(String(number));
        expect(read(`{"a":${decimal}}`).ok).toBe(held);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("V6, prototype pollution", () => {
  it("leaves the prototypes as they were", () => {
    const before = Reflect.ownKeys(Object.prototype).length;
    for (const text of ['{"__proto__":{"x":1}}', '{"constructor":{"prototype":{"x":1}}}', '{"a":{"__proto__":[]}}']) read(text);
    expect(Reflect.ownKeys(Object.prototype)).toHaveLength(before);
    expect("x" in {}).toBe(false);
  });
});
