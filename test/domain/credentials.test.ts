import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { credentialRecord, digestOf, makeToken, matchCredential, sameDigest, tokenKind, tokenPrefixes, type TokenKind } from "../../src/domain/credentials.js";

const kinds = Object.keys(tokenPrefixes) as TokenKind[];
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

describe.each(kinds)("%s", (kind) => {
  it("says its kind, holds 256 bits and needs no escaping (BAS-03)", () => {
    const token = makeToken(kind, randomBytes);
    expect(token).toMatch(new RegExp(`^${tokenPrefixes[kind]}[A-Za-z0-9_-]{48}$`));
    expect(tokenKind(token)).toBe(kind);
    expect(encodeURIComponent(token)).toBe(token);
    // 256 bits and a checksum of 32.
    expect(Buffer.from(token.slice(4), "base64url").length).toBe(36);
  });

  it("is not a token any more when one character of it is another", () => {
    const token = makeToken(kind, randomBytes);
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(..."ABCabc019-_"), (at, character) => {
        fc.pre(token[at] !== character);
        expect(tokenKind(token.slice(0, at) + character + token.slice(at + 1))).toBeUndefined();
      }),
    );
  });

  it("takes its bits from the source that it is given, all of them", () => {
    const zeros = makeToken(kind, (size) => new Uint8Array(size));
    for (let bit = 0; bit < 256; bit++) {
      const other = makeToken(kind, (size) => Uint8Array.from({ length: size }, (_, i) => (i === bit >> 3 ? 1 << (bit & 7) : 0)));
      expect(other).not.toBe(zeros);
    }
  });
});

it("DCM-33: a hundred thousand tokens without repetition", () => {
  const seen = new Set<string>();
  for (let i = 0; i < 100_000; i++) seen.add(makeToken("registration_access_token", randomBytes));
  expect(seen.size).toBe(100_000);
});

it("what this service has not made is no token", () => {
  fc.assert(fc.property(fc.string({ maxLength: 80 }), (text) => tokenKind(text) === undefined));
  const token = makeToken("client_secret", randomBytes);
  for (const near of [token.slice(1), `${token}A`, token.toUpperCase(), `mxx_${token.slice(4)}`, ` ${token.slice(1)}`]) expect(tokenKind(near), near).toBeUndefined();
});

describe("the digest (V15)", () => {
  it("differs by kind, realm, client and secret, also where their texts run together", () => {
    const digests = new Set<string>();
    for (const kind of kinds) for (const realm of ["a", "ab"]) for (const client of ["", "b", "bc"]) for (const token of ["c", "cd"]) digests.add(hex(digestOf(kind, realm, client, token)));
    expect(digests.size).toBe(kinds.length * 2 * 3 * 2);
  });

  it("is the same for the same, and 256 bits", () => {
    expect(sameDigest(digestOf("client_secret", "r", "c", "t"), digestOf("client_secret", "r", "c", "t"))).toBe(true);
    expect(digestOf("client_secret", "r", "c", "t").length).toBe(32);
    expect(sameDigest(new Uint8Array(32), new Uint8Array(31))).toBe(false);
  });
});

describe("matchCredential", () => {
  const digest = (text: string) => digestOf("client_secret", "r", "c", text);
  const by = (text: string) => () => digest(text);
  const record = (label: string, text: string, expiresAt: number) => credentialRecord("client_secret", label, digest(text), 0, expiresAt);

  it.each([
    ["never", 0, 4_294_967_295, true],
    ["before its end", 100, 99, true],
    ["at its end", 100, 100, false],
    ["after its end", 100, 101, false],
  ])("%s", (_when, expiresAt, now, matches) => expect(matchCredential([record("1", "x", expiresAt)], "client_secret", by("x"), now) !== undefined).toBe(matches));

  it("finds the one of several, and none of another kind", () => {
    const credentials = [record("1", "x", 0), record("2", "y", 0), record("3", "z", 0)];
    expect(matchCredential(credentials, "client_secret", by("y"), 1)?.label).toBe("2");
    expect(matchCredential(credentials, "client_secret", by("w"), 1)).toBeUndefined();
    expect(matchCredential(credentials, "registration_access_token", by("y"), 1)).toBeUndefined();
  });
});
