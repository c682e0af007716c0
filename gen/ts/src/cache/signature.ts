// Signatures of JWTs by a client's own keys (RFC 7518 section 3, RFC 8037), with what Node has.

import { constants, createPublicKey, verify, type JsonWebKey, type KeyObject } from "node:crypto";
import type { JsonObject } from "@bufbuild/protobuf";
import type { Assertion } from "./presented.js";

interface Algorithm {
  readonly kty: string;
  readonly crv?: string;
  readonly hash: string | null;
  readonly options?: Readonly<Record<string, unknown>>;
}

const rsa = (hash: string): Algorithm => ({ kty: "RSA", hash });
const pss = (hash: string): Algorithm => ({ kty: "RSA", hash, options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } });
const ec = (hash: string, crv: string): Algorithm => ({ kty: "EC", crv, hash, options: { dsaEncoding: "ieee-p1363" } });
const ed25519: Algorithm = { kty: "OKP", crv: "Ed25519", hash: null };

const algorithms: Readonly<Record<string, Algorithm>> = {
  RS256: rsa("sha256"), RS384: rsa("sha384"), RS512: rsa("sha512"),
  PS256: pss("sha256"), PS384: pss("sha384"), PS512: pss("sha512"),
  ES256: ec("sha256", "P-256"), ES384: ec("sha384", "P-384"), ES512: ec("sha512", "P-521"),
  EdDSA: ed25519, Ed25519: ed25519,
};

/** Whether an algorithm is one of these. */
export const isKnownAlgorithm = (name: string) => Object.hasOwn(algorithms, name);

/** Keys that are tried for an assertion that names none. */
const mostKeys = 16;

/** Whether a key of the set has signed. */
export function isSignedByOneOf(jwks: JsonObject, { header, signed, signature }: Assertion): boolean {
  const { alg, kid } = header;
  if (typeof alg !== "string" || !isKnownAlgorithm(alg)) return false;
  const { kty, crv, hash, options } = algorithms[alg]!;
  const fits = (jwk: JsonObject) =>
    jwk["kty"] === kty && (crv === undefined || jwk["crv"] === crv) && (kid === undefined || jwk["kid"] === kid) && (jwk["use"] === undefined || jwk["use"] === "sig") &&
    (jwk["alg"] === undefined || jwk["alg"] === alg) && (jwk["key_ops"] === undefined || (Array.isArray(jwk["key_ops"]) && jwk["key_ops"].includes("verify")));
  const keys = Array.isArray(jwks["keys"]) ? (jwks["keys"] as JsonObject[]) : [];
  return keys.filter(fits).slice(0, mostKeys).some((jwk) => {
    const key = publicKey(jwk);
    if (key === undefined || (kty === "RSA" && (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048)) return false;
    return verify(hash, signed, { key, ...options }, signature);
  });
}

function publicKey(jwk: JsonObject): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk as JsonWebKey, format: "jwk" });
  } catch {
    return undefined; // A key of a kind that Node does not know.
  }
}
