import { X509Certificate, generateKeyPairSync } from "node:crypto";
import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkJwks, jwksLimits } from "../../src/domain/jwks.js";
import { issueCertificate } from "../../src/net/certificate.js";
import { authority, validFor } from "../net/fixture.js";

const ec = { kty: "EC", crv: "P-256", x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" };
const octets = (length: number, first = 0xff, last = 0xff) => {
  const all = Buffer.alloc(length, 0xa5);
  all[0] = first;
  all[length - 1] = last;
  return all.toString("base64url");
};
const rsa = (over: JsonObject = {}): JsonObject => ({ kty: "RSA", n: octets(256), e: "AQAB", ...over });
const { certificate } = await issueCertificate({ ca: await authority(), subject: "CN=client", usage: "client", ...validFor(1) });
const x5c = [certificate.replace(/-----[^-]+-----|\n/g, "")];
const certified = { ...(new X509Certificate(certificate).publicKey.export({ format: "jwk" }) as JsonObject), kid: "certified" };
const set = (...keys: JsonValue[]): JsonObject => ({ keys });
const rulesOf = (jwks: JsonObject) => checkJwks(jwks).map(({ field, rule }) => `${field} ${rule}`);

describe("checkJwks accepts", () => {
  const generated = (["P-256", "P-384", "P-521", "secp256k1"] as const).map((namedCurve) => generateKeyPairSync("ec", { namedCurve }).publicKey);
  const edwards = [generateKeyPairSync("ed25519"), generateKeyPairSync("ed448"), generateKeyPairSync("x25519"), generateKeyPairSync("x448")].map(
    ({ publicKey }) => publicKey,
  );
  const exported = [...generated, ...edwards, generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey].map((key) => key.export({ format: "jwk" }) as JsonObject);

  it.each(exported)("DCR-22: a public key that Node makes, $kty $crv", (key) => expect(checkJwks(set(key))).toEqual([]));

  it.each<[string, JsonObject]>([
    ["several keys with their members", set({ ...ec, kid: "a", use: "sig", alg: "ES256", key_ops: ["verify"] }, rsa({ kid: "b" }))],
    ["an unknown key type", set({ kty: "AKP", alg: "ML-DSA-44", pub: "AAAA" })],
    ["a key type that objects know", set({ kty: "constructor" })],
    ["an unknown curve", set({ ...ec, crv: "brainpoolP256r1", x: octets(32), y: octets(32) })],
    ["an unknown curve of 224 bits", set({ ...ec, crv: "P-224", x: octets(28), y: octets(28) })],
    ["unknown members of set and key", { ...set({ ...ec, "x-note": { a: 1 } }), note: 1 }],
    ["the certificate of an unknown key type", set({ kty: "AKP", alg: "ML-DSA-44", pub: "AAAA", x5c: ["AAAA"] })],
    ["50 keys", set(...Array.from({ length: jwksLimits.keys }, () => ec))],
    ["a modulus with a leading zero", set(rsa({ n: octets(257, 0) }))],
    ["an exponent of 256 bits", set(rsa({ e: octets(32) }))],
    ["a certificate elsewhere, by https, and its digests", set({ ...ec, x5u: "https://client.example/chain.pem", x5t: octets(20), "x5t#S256": octets(32) })],
    ["a modulus of 16384 bits", set(rsa({ n: octets(2048) }))],
  ])("DCR-22: %s", (_, jwks) => expect(checkJwks(jwks)).toEqual([]));
});

describe("ORG-13, MTLS-06: a key's certificate", () => {
  it("is its own", () => expect(checkJwks(set({ ...certified, x5c }))).toEqual([]));
  it("is no other's", () => expect(rulesOf(set({ ...ec, x5c }))).toEqual(["jwks.keys[0].x5c jwks.certificate_key"]));
  it.each([["nothing", []], ["what is no certificate", ["MII="]], ["base64url", [x5c[0]!.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "") + "_"]], ["PEM", [certificate]]])("is not %s", (_name, not) =>
    expect(rulesOf(set({ ...certified, x5c: not }))).toEqual(["jwks.keys[0].x5c jwks.certificate"]));
});

describe("checkJwks refuses", () => {
  it.each<[string, JsonObject, string[]]>([
    ["no keys", {}, ["jwks.keys jwks.keys"]],
    ["keys that are no array", { keys: {} }, ["jwks.keys jwks.keys"]],
    ["null", { keys: null }, ["jwks.keys jwks.keys"]],
    ["an empty set", set(), ["jwks.keys jwks.empty"]],
    ["51 keys", set(...Array.from({ length: 51 }, () => ec)), ["jwks.keys jwks.too_many_keys"]],
    ["what is no key", set("x", null, [], 1), [0, 1, 2, 3].map((i) => `jwks.keys[${i}] jwks.key`)],
    ["no kty", set({}), ["jwks.keys[0].kty jwks.kty"]],
    ["kty of a wrong type", set({ kty: 1 }), ["jwks.keys[0].kty jwks.kty"]],
    ["a shared secret", set({ kty: "oct", k: "AAAA" }), ["jwks.keys[0] jwks.private_key", "jwks.keys[0].kty jwks.symmetric_key"]],
    ["oct without k", set({ kty: "oct" }), ["jwks.keys[0].kty jwks.symmetric_key"]],
    ["a private member of any type", set({ ...ec, d: null }), ["jwks.keys[0] jwks.private_key"]],
    ["the private member of an AKP key", set({ kty: "AKP", pub: "AA", priv: "AA" }), ["jwks.keys[0] jwks.private_key"]],
    ["an RSA key without material", set({ kty: "RSA" }), ["jwks.keys[0].n jwks.base64url", "jwks.keys[0].e jwks.base64url"]],
    ["a short modulus", set(rsa({ n: octets(128) })), ["jwks.keys[0].n jwks.rsa_bits"]],
    ["2047 bits", set(rsa({ n: octets(256, 0x7f) })), ["jwks.keys[0].n jwks.rsa_bits"]],
    ["a modulus padded with zeros", set(rsa({ n: Buffer.alloc(256).toString("base64url") })), ["jwks.keys[0].n jwks.rsa_bits"]],
    ["an endless modulus", set(rsa({ n: octets(2049) })), ["jwks.keys[0].n jwks.rsa_bits"]],
    ["the exponent 1", set(rsa({ e: "AQ" })), ["jwks.keys[0].e jwks.rsa_exponent"]],
    ["an exponent that keeps a verifier busy", set(rsa({ e: octets(33) })), ["jwks.keys[0].e jwks.rsa_exponent"]],
    ["an even modulus, which has a factor that everybody knows", set(rsa({ n: octets(256, 0xff, 0xfe) })), ["jwks.keys[0].n jwks.rsa_modulus"]],
    ["keys elsewhere, not by https", set({ ...ec, x5u: "http://client.example/chain" }, { ...ec, x5u: "//client.example/chain" }, { ...ec, x5u: "https://user@client.example/chain" }), [0, 1, 2].map((i) => `jwks.keys[${i}].x5u jwks.x5u`)],
    ["a curve of 192 bits", set({ ...ec, crv: "P-192", x: octets(24), y: octets(24) }), ["jwks.keys[0].crv jwks.ec_bits"]],
    ["a curve by a name that every object has", set({ ...ec, crv: "toString", x: octets(8), y: octets(8) }), ["jwks.keys[0].crv jwks.ec_bits"]],
    ["an even exponent", set(rsa({ e: "AQAA" })), ["jwks.keys[0].e jwks.rsa_exponent"]],
    ["padding", set(rsa({ e: "AQAB=" })), ["jwks.keys[0].e jwks.base64url"]],
    ["standard base64", set({ ...ec, x: ec.x.replace("2", "+") }), ["jwks.keys[0].x jwks.base64url"]],
    ["a length that no octets have", set(rsa({ e: "AQABA" })), ["jwks.keys[0].e jwks.base64url"]],
    ["an EC key without its members", set({ kty: "EC" }), ["crv jwks.crv", "x jwks.base64url", "y jwks.base64url"].map((s) => `jwks.keys[0].${s}`)],
    ["coordinates of another curve", set({ ...ec, crv: "P-384" }), ["jwks.keys[0].x jwks.length", "jwks.keys[0].y jwks.length"]],
    ["an OKP key of a wrong length", set({ kty: "OKP", crv: "Ed25519", x: "AAAA" }), ["jwks.keys[0].x jwks.length"]],
    ["members of wrong types", set({ ...ec, kid: 1, use: [], alg: null, key_ops: "sign", x5c: [1], x5u: 5, x5t: {}, "x5t#S256": 1 }), ["use", "alg", "kid", "key_ops", "x5c", "x5u", "x5t", "x5t#S256"].map((m) => `jwks.keys[0].${m} jwks.member_type`)],
    ["all that is wrong, at once", set(ec, { kty: 1 }, rsa({ n: "!" })), ["jwks.keys[1].kty jwks.kty", "jwks.keys[2].n jwks.base64url"]],
  ])("DCR-22: %s", (_, jwks, expected) => expect(rulesOf(jwks)).toEqual(expected));

  it.each(["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"])("DCR-22: a key with the private member %s", (member) => {
    for (const key of [ec, rsa(), { kty: "OKP", crv: "Ed25519", x: octets(32) }, { kty: "future" }]) {
      expect(rulesOf(set({ ...key, [member]: "c2VjcmV0" }))).toContain("jwks.keys[0] jwks.private_key");
    }
  });

  it("DCR-22: private keys that Node makes, without a word of them in the sentences", () => {
    const keys = [generateKeyPairSync("rsa", { modulusLength: 2048 }), generateKeyPairSync("ed25519"), generateKeyPairSync("ec", { namedCurve: "P-256" })].map(
      ({ privateKey }) => privateKey.export({ format: "jwk" }) as JsonObject,
    );
    const text = JSON.stringify(checkJwks(set(...keys)));
    expect(checkJwks(set(...keys))).toHaveLength(3);
    for (const value of keys.flatMap((key) => Object.values(key)) as string[]) if (value.length > 4) expect(text).not.toContain(value);
  });

  it("DCR-73: never throws, and no value gets into a sentence", () => {
    const member = fc.constantFrom("kty", "n", "e", "crv", "x", "y", "d", "k", "kid", "use", "alg", "key_ops", "x5c", "__proto__");
    const value = fc.oneof(fc.constantFrom("RSA", "EC", "OKP", "P-256", "Ed25519", "toString"), fc.constant("SECRETVALUE"), fc.jsonValue());
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.dictionary(member, value), fc.jsonValue()), { maxLength: 5 }), (keys) => {
        for (const violation of checkJwks({ keys } as JsonObject)) {
          expect(violation.description).toMatch(/^[\x20-\x7e]+$/);
          expect(violation.description).not.toContain("SECRETVALUE");
          expect(violation.description.startsWith(violation.field)).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
