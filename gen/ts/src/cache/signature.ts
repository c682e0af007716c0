// Signatures of JWTs by a client's own keys (RFC 7518 section 3, RFC 8037), with what Node has.

import { constants, createPublicKey, verify, type JsonWebKey, type KeyObject } from "node:crypto";
import type { JsonObject } from "@bufbuild/protobuf";
import type { Assertion } from "./presented.js";

interface Algorithm {
  readonly keyType: string;
  readonly hash: string | null;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly curve?: string;
}

const rsa = (hash: string): Algorithm => ({ keyType: "rsa", hash });
const pss = (hash: string): Algorithm => ({ keyType: "rsa", hash, options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } });
const ec = (hash: string, curve: string): Algorithm => ({ keyType: "ec", hash, curve, options: { dsaEncoding: "ieee-p1363" } });
const ed25519: Algorithm = { keyType: "ed25519", hash: null };

const algorithms: Readonly<Record<string, Algorithm>> = {
  RS256: rsa("sha256"), RS384: rsa("sha384"), RS512: rsa("sha512"),
  PS256: pss("sha256"), PS384: pss("sha384"), PS512: pss("sha512"),
  ES256: ec("sha256", "prime256v1"), ES384: ec("sha384", "secp384r1"), ES512: ec("sha512", "secp521r1"),
  EdDSA: ed25519, Ed25519: ed25519,
};

/** Whether an algorithm is one of these. */
export const isKnownAlgorithm = (name: string) => Object.hasOwn(algorithms, name);

/** The key of the set that has signed; undefined when none has. */
export function signingKey({ header, signed, signature }: Assertion, jwks: JsonObject): JsonObject | undefined {
  const { alg, kid } = header;
  if (typeof alg !== "string" || !isKnownAlgorithm(alg)) return undefined;
  const algorithm = algorithms[alg]!;
  const keys = Array.isArray(jwks["keys"]) ? (jwks["keys"] as JsonObject[]) : [];
  return keys
    .filter((jwk) => (kid === undefined || jwk["kid"] === kid) && (jwk["use"] === undefined || jwk["use"] === "sig") && (jwk["alg"] === undefined || jwk["alg"] === alg))
    .find((jwk) => {
      const key = publicKey(jwk);
      if (key === undefined || key.asymmetricKeyType !== algorithm.keyType) return false;
      const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
      if (algorithm.keyType === "rsa" && (modulusLength ?? 0) < 2048) return false;
      if (algorithm.curve !== undefined && namedCurve !== algorithm.curve) return false;
      return verify(algorithm.hash, signed, { key, ...algorithm.options }, signature);
    });
}

function publicKey(jwk: JsonObject): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk as JsonWebKey, format: "jwk" });
  } catch {
    return undefined; // A key of a kind that Node does not know.
  }
}
