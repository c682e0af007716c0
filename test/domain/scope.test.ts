import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isScope, normaliseScope } from "../../src/domain/scope.js";

describe("isScope", () => {
  it.each(["openid", "openid profile", "!", "#[]~", "read:a/b?c=d&e", "https://a.example/scope"])("DCR-17: %s", (scope) => expect(isScope(scope)).toBe(true));
  it.each(["", " ", " a", "a ", "a  b", "a\tb", "a\nb", "a\n", 'a"b', "a\\b", "\u00e9", "a\u00a0b", "\u0000", "\u007f"])("DCR-17: not %j", (scope) =>
    expect(isScope(scope)).toBe(false));
});

describe("normaliseScope", () => {
  it.each([
    ["a b a", "a b"],
    ["b a", "b a"],
    ["a A", "a A"],
    ["a", "a"],
    ["a  a", "a  a"],
    ["", ""],
  ])("DCR-17: %j becomes %j", (scope, folded) => expect(normaliseScope(scope)).toBe(folded));

  it("DCR-17: is idempotent, keeps the set of tokens, and makes no bad scope good", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "b", "c", "", "é", "a b")).map((tokens) => tokens.join(" ")), (scope) => {
        const folded = normaliseScope(scope);
        expect(normaliseScope(folded)).toBe(folded);
        expect(isScope(folded)).toBe(isScope(scope));
        expect(new Set(folded.split(" "))).toEqual(new Set(scope.split(" ")));
      }),
    );
  });
});
