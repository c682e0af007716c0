// JWK Sets that clients register: their form, and that they hold public keys alone. No value of a key gets into a sentence.

import { Buffer } from "node:buffer";
import { createPublicKey, type JsonWebKey } from "node:crypto";
import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import type { ViolationRow } from "./errors.js";
import { whyNotItsCertificate } from "./jwk-certificate.js";
import { checkUri } from "./uri.js";

/** Bounds on a set; the size of the text is bounded where it is read. */
export const jwksLimits = Object.freeze({
  /** A client that rotates has two or three a purpose; whoever verifies with the set tries them in turn. */
  keys: 50,
  /** RFC 7518 section 3.3. */
  minRsaBits: 2048,
  /** OpenSSL's own bound: a verifier's time grows with the square of it, and more adds no safety. */
  maxRsaBits: 16_384,
  /** FIPS 186-5 appendix A.1.1: a longer exponent adds no safety, and each verification pays for it. */
  maxExponentBits: 256,
  /** FAPI 2.0 Security Profile section 5.4: no curve of fewer, whatever it is called. */
  minCurveBits: 224,
});

/** Every way in which `jwks` is not a set of public keys (RFC 7591 section 2, RFC 7517 section 5); empty when it is one. */
export function checkJwks(jwks: JsonObject): readonly ViolationRow[] {
  const { keys } = jwks;
  const refused = (rule: string, description: string) => [violation("jwks.keys", rule, "RFC 7517 section 5", description)];
  if (!Array.isArray(keys)) return refused("jwks.keys", "must be an array of keys");
  if (keys.length === 0) return refused("jwks.empty", "has no key");
  if (keys.length > jwksLimits.keys) return refused("jwks.too_many_keys", `has more than ${jwksLimits.keys} keys`);
  return [...keys.flatMap((key, i) => checkKey(key, `jwks.keys[${i}]`)), ...checkUses(keys)];
}

function violation(field: string, rule: string, clause: string, description: string): ViolationRow {
  return { field, rule, clause, description: `${field} ${description}` };
}

/** A set with keys of both uses says of every key which it has (OpenID Connect Registration section 2). */
function checkUses(keys: readonly JsonValue[]): ViolationRow[] {
  const uses = keys.map((key) => (typeof key === "object" && key !== null && !Array.isArray(key) ? key["use"] : null));
  if (!uses.includes("sig") || !uses.includes("enc")) return [];
  const at = uses.indexOf(undefined);
  return at < 0 ? [] : [violation(`jwks.keys[${at}].use`, "jwks.use", "RFC 7517 section 4.2", "must be there, as the set has keys for signatures and keys for encryption")];
}

/** Private and symmetric parameters of RFC 7518 section 6, and the private one of post-quantum keys (kty AKP). */
const secretMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"] as const;

/** Members of any key that RFC 7517 section 4 gives a type. */
const commonMembers: readonly { readonly name: string; readonly type: string; readonly fits: (value: JsonValue) => boolean }[] = [
  { name: "use", type: "a string", fits: isString },
  { name: "alg", type: "a string", fits: isString },
  { name: "kid", type: "a string", fits: isString },
  { name: "key_ops", type: "an array of strings", fits: isStrings },
  { name: "x5c", type: "an array of strings", fits: isStrings },
  { name: "x5u", type: "a string", fits: isString },
  { name: "x5t", type: "a string", fits: isString },
  { name: "x5t#S256", type: "a string", fits: isString },
];

interface KeyType {
  readonly clause: string;
  /** Members that hold base64url of octets. */
  readonly octets: readonly string[];
  /** Octets of each such member by curve: RFC 7518 section 6.2.1.2, RFC 8037 section 2. Other curves are taken as they are. */
  readonly curves?: Readonly<Record<string, number>>;
}

// A Map: "constructor" is a kty that a plain object would know.
const keyTypes: ReadonlyMap<string, KeyType> = new Map([
  ["RSA", { clause: "RFC 7518 section 6.3.1", octets: ["n", "e"] }],
  ["EC", { clause: "RFC 7518 section 6.2.1", octets: ["x", "y"], curves: { "P-256": 32, "P-384": 48, "P-521": 66, secp256k1: 32 } }],
  ["OKP", { clause: "RFC 8037 section 2", octets: ["x"], curves: { Ed25519: 32, Ed448: 57, X25519: 32, X448: 56 } }],
]);

function checkKey(key: JsonValue, at: string): ViolationRow[] {
  if (typeof key !== "object" || key === null || Array.isArray(key)) {
    return [violation(at, "jwks.key", "RFC 7517 section 4", "must be an object")];
  }
  const found: ViolationRow[] = [];
  const secret = secretMembers.filter((name) => Object.hasOwn(key, name));
  if (secret.length > 0) {
    const description = `has the private member ${secret.join(", ")}; send the public key alone, and replace this one, since it has been shown`;
    found.push(violation(at, "jwks.private_key", "RFC 7591 section 2", description));
  }
  for (const { name, type, fits } of commonMembers) {
    const value = key[name];
    if (value !== undefined && !fits(value)) found.push(violation(`${at}.${name}`, "jwks.member_type", "RFC 7517 section 4", `must be ${type}`));
  }
  // Nobody here goes there; who verifies with the key may.
  const elsewhere = typeof key["x5u"] === "string" ? checkUri("https", key["x5u"], anyClient) : undefined;
  if (elsewhere !== undefined) found.push(violation(`${at}.x5u`, "jwks.x5u", "RFC 7517 section 4.6", "must be an https URL"));
  const { kty } = key;
  if (typeof kty !== "string" || kty === "") {
    found.push(violation(`${at}.kty`, "jwks.kty", "RFC 7517 section 4.1", "must be a string that names the type of the key"));
  } else if (kty === "oct") {
    found.push(violation(`${at}.kty`, "jwks.symmetric_key", "RFC 7591 section 2", "is oct, a shared secret; only public keys are accepted"));
  } else {
    const row = keyTypes.get(kty);
    if (row !== undefined) found.push(...checkMaterial(key, row, at));
    if (kty === "RSA") found.push(...checkRsa(key, at));
    if (kty === "EC") found.push(...checkCurve(key, at));
  }
  // The octets have their lengths; that they are a point of the curve, the platform knows.
  if (found.length === 0 && isKnownCurve(keyTypes.get(kty as string), key["crv"]) && !isPublicKey(key)) {
    found.push(violation(at, "jwks.point", "RFC 7518 section 6.2.1", "is no point of its curve"));
  }
  // A key that is wrong by itself has no certificate to speak of, nor has one of a type that nobody here can read.
  if (found.length === 0 && key["x5c"] !== undefined && keyTypes.has(kty as string)) found.push(...checkCertificate(key, key["x5c"] as string[], at));
  return found;
}

const anyClient = { applicationType: "web", publicClient: false } as const;

const isKnownCurve = (row: KeyType | undefined, crv: JsonValue | undefined) => row?.curves !== undefined && typeof crv === "string" && Object.hasOwn(row.curves, crv);

function checkCertificate(key: JsonObject, x5c: readonly string[], at: string): ViolationRow[] {
  const problem = whyNotItsCertificate(key, x5c);
  if (problem === undefined) return [];
  return problem === "no_certificate"
    ? [violation(`${at}.x5c`, "jwks.certificate", "RFC 7517 section 4.7", "must begin with a certificate: DER in base64, not base64url")]
    : [violation(`${at}.x5c`, "jwks.certificate_key", "RFC 7517 section 4.7", "begins with the certificate of another key")];
}

function isPublicKey(key: JsonObject): boolean {
  try {
    createPublicKey({ key: key as JsonWebKey, format: "jwk" });
    return true;
  } catch {
    return false;
  }
}

function checkMaterial(key: JsonObject, row: KeyType, at: string): ViolationRow[] {
  const { clause, octets, curves } = row;
  const found: ViolationRow[] = [];
  const { crv } = key;
  if (curves !== undefined && (typeof crv !== "string" || crv === "")) {
    found.push(violation(`${at}.crv`, "jwks.crv", clause, "must be a string that names the curve"));
  }
  const length = isKnownCurve(row, crv) ? curves![crv as string] : undefined;
  for (const name of octets) {
    const field = `${at}.${name}`;
    const value = octetsOf(key[name]);
    if (value === undefined) found.push(violation(field, "jwks.base64url", clause, "must be there, as base64url without padding"));
    else if (length !== undefined && value.length !== length) {
      found.push(violation(field, "jwks.length", clause, `has ${value.length} octets; this curve's have ${length}, leading zeros included`));
    }
  }
  return found;
}

function checkRsa(key: JsonObject, at: string): ViolationRow[] {
  const found: ViolationRow[] = [];
  const modulus = octetsOf(key["n"]);
  const bits = modulus && bitsOf(modulus);
  if (bits !== undefined && (bits < jwksLimits.minRsaBits || bits > jwksLimits.maxRsaBits)) {
    const description = `is a modulus of ${bits} bits; use ${jwksLimits.minRsaBits} to ${jwksLimits.maxRsaBits}`;
    found.push(violation(`${at}.n`, "jwks.rsa_bits", "RFC 7518 section 3.3", description));
  } else if (modulus !== undefined && modulus.at(-1)! % 2 === 0) {
    found.push(violation(`${at}.n`, "jwks.rsa_modulus", "RFC 8017 section 3.1", "is even, and so no product of two large primes"));
  }
  const exponent = octetsOf(key["e"]);
  // With the exponent 1 a signature is the message itself; an even one has no inverse.
  if (exponent !== undefined && (bitsOf(exponent) < 2 || bitsOf(exponent) > jwksLimits.maxExponentBits || exponent.at(-1)! % 2 === 0)) {
    found.push(violation(`${at}.e`, "jwks.rsa_exponent", "RFC 8017 section 3.1", `must be odd, at least 3, and of ${jwksLimits.maxExponentBits} bits at most; 65537 is usual`));
  }
  return found;
}

/** A curve that nobody here knows has the size of its coordinates, which have their leading zeros (RFC 7518 section 6.2.1.2). */
function checkCurve({ crv, x }: JsonObject, at: string): ViolationRow[] {
  const bits = (octetsOf(x)?.length ?? Infinity) * 8;
  if (isKnownCurve(keyTypes.get("EC"), crv) || bits >= jwksLimits.minCurveBits) return [];
  return [violation(`${at}.crv`, "jwks.ec_bits", "FAPI 2.0 Security Profile section 5.4", `is a curve of ${bits} bits; use one of ${jwksLimits.minCurveBits} or more, such as P-256`)];
}

/** What base64url without padding says (RFC 7515 section 2); undefined when it is not that, or is empty. */
function octetsOf(value: JsonValue | undefined): Buffer | undefined {
  if (typeof value !== "string" || !/^[A-Za-z0-9_-]+$/.test(value)) return undefined;
  // One left-over character holds no octet.
  return value.length % 4 === 1 ? undefined : Buffer.from(value, "base64url");
}

function bitsOf(octets: Buffer): number {
  const first = octets.findIndex((octet) => octet !== 0);
  return first < 0 ? 0 : (octets.length - first) * 8 - (Math.clz32(octets[first]!) - 24);
}

function isString(value: JsonValue): boolean {
  return typeof value === "string";
}

function isStrings(value: JsonValue): boolean {
  return Array.isArray(value) && value.every(isString);
}
