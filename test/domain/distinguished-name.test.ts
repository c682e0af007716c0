import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalDistinguishedName } from "../../src/domain/distinguished-name.js";

/** Held by the Java package to the same: texts that are one name, pairs that are two, and texts that are none. */
const { same, different, malformed } = JSON.parse(readFileSync(new URL("distinguished-names.json", import.meta.url), "utf8")) as {
  same: Record<string, readonly string[]>;
  different: Record<string, readonly [string, string]>;
  malformed: readonly string[];
};

describe("one name", () => {
  test.each(Object.entries(same))("%s", (_what, texts) => {
    const canonical = texts.map(canonicalDistinguishedName);
    expect(canonical[0]).toBeTypeOf("string");
    expect(new Set(canonical).size, canonical.join(" | ")).toBe(1);
  });
});

describe("two names", () => {
  test.each(Object.entries(different))("%s", (_what, [one, other]) => {
    const [a, b] = [canonicalDistinguishedName(one), canonicalDistinguishedName(other)];
    expect(a).toBeTypeOf("string");
    expect(b).toBeTypeOf("string");
    expect(a).not.toBe(b);
  });
});

test.each(malformed)("no name: %j", (text) => expect(canonicalDistinguishedName(text)).toBeUndefined());

test("is written as RFC 4514 writes it", () => {
  expect(canonicalDistinguishedName('2.5.4.3=A\\"\\+\\,\\;\\<\\>\\\\,o=#0C0123, dc=\\0a, 1.2.3=#0500')).toBe('CN=a\\"\\+\\,\\;\\<\\>\\\\,O=\\#,DC=,1.2.3=#0500');
});

const types = ["CN", "O", "OU", "C", "UID", "2.5.4.42", "1.2.3"] as const;
/** Values with what could end them, escaped by a rule that is not the code's own: every octet. */
const value = fc.string({ unit: "grapheme", maxLength: 12 }).map((text) => ({ text, written: [...Buffer.from(text)].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("") }));
const rdn = fc.array(fc.tuple(fc.constantFrom(...types), value), { minLength: 1, maxLength: 3 });
const name = fc.array(rdn, { minLength: 1, maxLength: 4 });
type Name = [string, { text: string; written: string }][][];
const write = (parts: Name) => parts.map((pairs) => pairs.map(([type, { written }]) => `${type}=${written}`).join("+")).join(",");
const plain = (text: string) => text.normalize("NFKC").toLowerCase().normalize("NFKC").split(/[\s\p{Zs}]+/u).filter((word) => word !== "").join(" ");
const meaning = (parts: Name) => JSON.stringify(parts.map((pairs) => pairs.map(([type, { text }]) => JSON.stringify([type, plain(text)])).sort()));

test("two names have one text if and only if their parts are the same, whatever is in their values", () => {
  const pairs = fc.tuple(name, fc.oneof(name, fc.constant(undefined)));
  fc.assert(
    fc.property(pairs, ([one, other]) => {
      const second = other ?? one.map((part) => part.toReversed());
      expect(canonicalDistinguishedName(write(one)) === canonicalDistinguishedName(write(second))).toBe(meaning(one) === meaning(second));
    }),
    { numRuns: 500 },
  );
});

test("no value adds a part, and the one text stays as it is when read again", () => {
  fc.assert(
    fc.property(name, (parts) => {
      const canonical = canonicalDistinguishedName(write(parts))!;
      expect(canonical).toBeTypeOf("string");
      expect(canonical.match(/(?<!\\)(?:\\\\)*,/g)?.length ?? 0).toBe(parts.length - 1);
      expect(canonicalDistinguishedName(canonical)).toBe(canonical);
    }),
    { numRuns: 500 },
  );
});

test("no text is too strange to be refused or read", () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(..."aCNO=,+\\#\" 0c;\0\ud800é") }), (text) => {
    const canonical = canonicalDistinguishedName(text);
    if (canonical !== undefined) expect(canonicalDistinguishedName(canonical)).toBe(canonical);
  }), { numRuns: 2_000 });
});
