import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldLanguageTag, isLanguageTag, splitMemberName } from "../../src/domain/language-tag.js";

describe("isLanguageTag", () => {
  // RFC 5646 appendix A, and the grandfathered tags.
  it.each([
    "de", "fr", "ja", "i-enochian", "zh-Hant", "zh-Hans", "sr-Cyrl", "sr-Latn", "zh-cmn-Hans-CN", "cmn-Hans-CN", "zh-yue-HK", "yue-HK",
    "zh-Hans-CN", "sr-Latn-RS", "sl-rozaj", "sl-rozaj-biske", "sl-nedis", "de-CH-1901", "sl-IT-nedis", "hy-Latn-IT-arevela", "de-DE", "en-US",
    "es-419", "de-CH-x-phonebk", "az-Arab-x-AZE-derbend", "x-whatever", "qaa-Qaaa-QM-x-southern", "de-Qaaa", "sr-Latn-QM", "sr-Qaaa-RS",
    "en-US-u-islamcal", "zh-CN-a-myext-x-private", "en-a-myext-b-another", "ja-Jpan-JP", "JA-jpan-jp", "art-lojban", "zh-min-nan", "EN-gb-OED",
    "sgn-BE-FR", "de-1996",
  ])("DCR-33: %s is well-formed", (tag) => expect(isLanguageTag(tag)).toBe(true));

  it.each([
    "", "-", "a", "de-", "-de", "de--CH", "de_CH", "de CH", "de-419-DE", "a-DE", "ar-a", "en-a", "x", "x-", "en-x", "abcdefghi", "de-123456789",
    "en-US-ab", "i-foo", "de\n", " de", "fr#en", "d\u00e9", "\u212An", "\u017Fv", "de-CH-\u212A", "<script>", "en-x-abcdefghi", `en-x${"-a".repeat(60)}`,
  ])("DCR-33: %j is not", (tag) => expect(isLanguageTag(tag)).toBe(false));

  it("DCR-33: never throws and takes linear time", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (tag) => void isLanguageTag(tag)));
    expect(isLanguageTag(`de${"-abcde".repeat(20_000)}!`)).toBe(false);
  });
});

describe("splitMemberName", () => {
  it.each([
    ["client_name#ja-Jpan-JP", { base: "client_name", tag: "ja-Jpan-JP" }],
    ["client_name#", { base: "client_name", tag: "" }],
    ["#fr", { base: "", tag: "fr" }],
    ["a#b#c", { base: "a", tag: "b#c" }],
    ["client_name", undefined],
  ])("DCR-33: %s", (name, parts) => expect(splitMemberName(name)).toEqual(parts));
});

describe("foldLanguageTag", () => {
  it("DCR-34: tags that differ in case alone are one", () => {
    expect(foldLanguageTag("ja-JPAN-jp")).toBe(foldLanguageTag("JA-Jpan-JP"));
    expect(foldLanguageTag("en")).not.toBe(foldLanguageTag("en-US"));
  });

  it("DCR-34: folds letters of ASCII alone, and is idempotent", () => {
    expect(foldLanguageTag("\u212A")).toBe("\u212A");
    fc.assert(fc.property(fc.string(), (tag) => void expect(foldLanguageTag(foldLanguageTag(tag))).toBe(foldLanguageTag(tag))));
  });
});
