import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalResponseType, grantsOf, responseTypes, wordsOf } from "../../src/domain/response-type.js";

describe("canonicalResponseType", () => {
  it.each([
    ["id_token code", "code id_token"],
    ["token id_token code", "code id_token token"],
    ["token id_token", "id_token token"],
    ["token code", "code token"],
    ["code", "code"],
    ["none", "none"],
    ["code code", "code"],
    ["zeta alpha", "alpha zeta"],
    // Not response types: left for the syntax check.
    ["token  code", "token  code"],
    [" code", " code"],
    ["", ""],
    ["Code", "Code"],
  ])("DCR-13: %j is %j", (sent, canonical) => expect(canonicalResponseType(sent)).toBe(canonical));

  it("DCR-13: every order of the words of a row is that row", () => {
    for (const { type } of responseTypes) {
      fc.assert(
        fc.property(fc.shuffledSubarray(type.split(" "), { minLength: type.split(" ").length }), (words) => {
          expect(canonicalResponseType(words.join(" "))).toBe(type);
        }),
      );
    }
  });

  it("DCR-13: is idempotent and never throws", () => {
    fc.assert(fc.property(fc.string(), (type) => void expect(canonicalResponseType(canonicalResponseType(type))).toBe(canonicalResponseType(type))));
  });
});

describe("wordsOf", () => {
  it("DCR-13: is a set", () => expect(wordsOf("code token code")).toEqual(new Set(["token", "code"])));
});

describe("grantsOf", () => {
  it.each([
    ["code", ["authorization_code"]],
    ["token", ["implicit"]],
    ["id_token", ["implicit"]],
    ["token id_token", ["implicit"]],
    ["id_token code", ["authorization_code", "implicit"]],
    ["code token", ["authorization_code", "implicit"]],
    ["code id_token token", ["authorization_code", "implicit"]],
    ["none", []],
    ["constructor", []],
    ["device", []],
  ])("DCR-31, ORG-03: %s needs %j", (type, grants) => expect(grantsOf(type)).toEqual(grants));
});
