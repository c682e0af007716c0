import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalDistinguishedName } from "../../src/domain/distinguished-name.js";

/** Texts that are one name. */
const same: Record<string, readonly string[]> = {
  "types by short name and by OID, whatever the case": ["CN=a,O=b", "cn=a,o=b", "2.5.4.3=a,2.5.4.10=b", "Cn=a,2.5.4.10=b"],
  "values whatever their case": ["CN=Straße,O=ÄB", "CN=STRAßE,O=äb"],
  "spaces around parts and runs of them within": ["CN=a b,O=c", "CN=a  b, O=c", "CN= a b ,O=c", "CN=\\20a b\\20,O=c", "CN=a\\20\\20b,O=c", "CN=a\u00a0b,O=c"],
  "the two ways to escape": ["CN=a\\,b", "CN=a\\2cb", "CN=a\\2Cb"],
  "UTF-8 escaped by octets (RFC 4514 section 4)": ["CN=Lu\\C4\\8Di\\C4\\87", "CN=Lučić"],
  "pairs of one part in any order": ["CN=a+UID=b,O=c", "UID=b+CN=a,O=c"],
  "a value in hexadecimal, as whichever string type": ["CN=bill", "CN=#0c0462696c6c", "CN=#130462696C6C", "CN=#160462696c6c", "CN=#1e0800620069006c006c"],
  "a type without a name, in hexadecimal and in letters": ["2.5.4.42=ann", "2.5.4.42=#0c03616e6e", "2.5.4.42=ANN"],
  "a long value in hexadecimal": [`CN=${"x".repeat(200)}`, `CN=#0c81c8${"78".repeat(200)}`],
  "compatibility characters (RFC 4518 section 2.3)": ["CN=ﬁ", "CN=fi"],
};

const different: Record<string, readonly [string, string]> = {
  "the order of parts": ["CN=a,O=b", "O=b,CN=a"],
  "one part with two pairs, and two parts": ["CN=a+O=b", "CN=a,O=b"],
  "a comma within a value, and one between parts": ["CN=a\\,O=b", "CN=a,O=b"],
  "a plus sign within a value, and one between pairs": ["CN=a\\+O=b", "CN=a+O=b"],
  "a number sign within a value, and one before hexadecimal": ["CN=\\#0c0461", "CN=#0c0161"],
  "more parts": ["CN=a,O=b", "CN=a,O=b,C=de"],
  "a part twice": ["CN=a,CN=a", "CN=a"],
  "a pair twice": ["CN=a+CN=a", "CN=a"],
  "a space and none": ["CN=a b", "CN=ab"],
  "a soft hyphen and none": ["CN=ad\u00admin", "CN=admin"],
  "NUL and none": ["CN=a\\00", "CN=a"],
  "an octet string and the same letters": ["CN=#040461646d6e", "CN=admn"],
  "an accent and none": ["CN=é", "CN=e"],
};

const malformed = [
  "", " ", ",", "CN", "CN=a,", ",CN=a", "CN=a,,O=b", "CN=a+", "=a", "CN=a;O=b", 'CN="a"', "CN=<a>", "CN=a\\", "CN=a\\x", "CN=a\\4", "CN=#", "CN=#1", "CN=#0g", "CN=#0c0161x",
  "CN=\\ff", "CN=a\0", "nonsense=a", "3.1.1=a", "2.05=a", "2=a", "CN=\ud800", "/C=DE/O=a", "C N=a", "CN=a, b", "OID.2.5.4.3=a",
];

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
