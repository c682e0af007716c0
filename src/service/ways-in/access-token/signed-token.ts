import type { JsonObject } from "@bufbuild/protobuf";
import { compactVerify, errors, type CompactVerifyGetKey, type CryptoKey } from "jose";
import { RegistryError } from "../../../domain/errors.js";
import { readJsonObject } from "../../../domain/json-text.js";
import { refused, type TokenIssuer } from "./token-issuer.js";

/** What a token says of itself, unproven: good for finding out who could prove it. */
export interface SignedToken {
  readonly token: string;
  readonly header: JsonObject;
  /** The claim iss; undefined when it says none that can be read. */
  readonly issuer: string | undefined;
}

// RFC 7515 section 7.1. Without a signature too: a token that claims to need none must not pass for an opaque one.
const form = /^([\w-]+)\.([\w-]*)\.[\w-]*$/;

/** Takes a token apart that looks signed; undefined for any other. */
export function readSignedToken(token: string): SignedToken | undefined {
  const [, header = "", payload = ""] = form.exec(token) ?? [];
  const read = jsonPart(header);
  if (read === undefined || read["alg"] === undefined) return undefined;
  const iss = jsonPart(payload)?.["iss"];
  return { token, header: read, issuer: typeof iss === "string" ? iss : undefined };
}

function jsonPart(part: string): JsonObject | undefined {
  const read = readJsonObject(Buffer.from(part, "base64url"));
  return read.ok ? read.value : undefined;
}

interface HeaderRule {
  readonly parameter: string;
  readonly holds: (header: JsonObject, issuer: TokenIssuer) => boolean;
}

const headerRules: readonly HeaderRule[] = [
  // RFC 9068 section 4, RFC 8725 section 3.11: no other JWT of the issuer is an access token.
  { parameter: "typ", holds: ({ typ }) => typeof typ === "string" && /^(?:application\/)?at\+jwt$/i.test(typ) },
  { parameter: "alg", holds: ({ alg }, { algorithms }) => typeof alg === "string" && algorithms.includes(alg) },
  // RFC 7515 section 4.1.11: nothing is understood that could be critical, unencoded payloads (RFC 7797) least of all.
  { parameter: "crit", holds: ({ crit }) => crit === undefined },
];

/** Keys that are tried for a token that names none. */
const mostKeys = 16;

/** The claims of a token that one of the issuer's keys has signed. Throws invalid_token otherwise, and as `key` does. */
export async function verifySignedToken({ token, header }: SignedToken, issuer: TokenIssuer): Promise<JsonObject> {
  for (const { parameter, holds } of headerRules) if (!holds(header, issuer)) throw refused(`its header's ${parameter} does not hold`);
  const payload = await verifySignature(token, { key: issuer.key!, algorithms: issuer.algorithms }).catch((error: unknown) => {
    // jose's words for all that can be wrong with a token or a key; a TypeError is a key that does not fit.
    throw error instanceof RegistryError ? error : refused(error);
  });
  const claims = readJsonObject(payload);
  if (!claims.ok) throw refused(`its claims are not usable: ${claims.problem}`);
  return claims.value;
}

/** The keys of whoever signs, and the algorithms taken of it. */
export interface Signer {
  readonly key: CompactVerifyGetKey;
  readonly algorithms: readonly string[];
}

/** The payload of a JWS in compact form that one of the signer's keys has signed. Throws what jose throws, and as `key` does. */
export async function verifySignature(token: string, { key, algorithms }: Signer): Promise<Uint8Array> {
  const options = { algorithms: [...algorithms] };
  try {
    return (await compactVerify(token, key, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    let tried = 0;
    for await (const candidate of error as AsyncIterable<CryptoKey>) {
      if (++tried > mostKeys) break;
      try {
        return (await compactVerify(token, candidate, options)).payload;
      } catch (failure) {
        if (!(failure instanceof errors.JWSSignatureVerificationFailed)) throw failure;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}
