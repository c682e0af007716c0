import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { RegistryError } from "../../../domain/errors.js";
import type { Seconds } from "../../../domain/ports.js";
import { refused, type ClaimCondition, type KnownToken, type TokenTerms } from "./token-issuer.js";

/** When, by whom and for what a token is shown. */
export interface Showing {
  readonly now: Seconds;
  /** SHA-256 of the certificate that is shown beside it, hexadecimal; undefined without one. */
  readonly fingerprint: string | undefined;
  readonly manages: boolean;
}

/** Seconds that clocks may differ. */
const leeway = 30;

interface ClaimRule {
  readonly claim: string;
  /** Of signed tokens alone: an issuer that is asked has seen to it. */
  readonly signedOnly?: true;
  readonly holds: (claims: JsonObject, issuer: TokenTerms, showing: Showing) => boolean;
}

// What is kept in records and written to logs: of any script, short, and no control character or half of a pair.
const name = /^[^\p{Cc}\p{Cs}]{1,255}$/u;
const isName = (value: JsonValue | undefined): value is string => typeof value === "string" && name.test(value);
const isTime = (value: JsonValue | undefined): value is number => typeof value === "number" && Number.isFinite(value);
const listed = (value: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

/** RFC 9068 section 2.2 for signed tokens, RFC 7662 section 2.2 for those that were looked up. The first that is broken refuses. */
const rules: readonly ClaimRule[] = [
  // Signed tokens that name none are not taken for signed.
  { claim: "iss", holds: ({ iss }, { issuer }) => iss === undefined || iss === issuer },
  { claim: "aud", holds: ({ aud }, { audiences }) => listed(aud).some((one) => typeof one === "string" && audiences.includes(one)) },
  { claim: "exp", holds: ({ exp }, _, { now }) => exp === undefined || (isTime(exp) && exp + leeway > now) },
  { claim: "exp", signedOnly: true, holds: ({ exp }) => exp !== undefined },
  { claim: "nbf", holds: ({ nbf }, _, { now }) => nbf === undefined || (isTime(nbf) && nbf - leeway <= now) },
  { claim: "iat", holds: ({ iat }, _, { now }) => iat === undefined || (isTime(iat) && iat - leeway <= now) },
  { claim: "iat", signedOnly: true, holds: ({ iat }) => iat !== undefined },
  { claim: "sub", holds: ({ sub, client_id }) => (sub === undefined ? isName(client_id) : isName(sub)) },
  { claim: "sub", signedOnly: true, holds: ({ sub }) => sub !== undefined },
  { claim: "client_id", signedOnly: true, holds: ({ client_id }) => isName(client_id) },
  { claim: "jti", signedOnly: true, holds: ({ jti }) => isName(jti) },
  // What is bound to a key is worth nothing without it (RFC 9449 section 7.1), and is no bearer token.
  { claim: "token_type", holds: ({ token_type: type }) => type === undefined || (typeof type === "string" && type.toLowerCase() === "bearer") },
  { claim: "cnf", holds: ({ cnf }, _, { fingerprint }) => cnf === undefined || isBoundTo(cnf, fingerprint) },
];

/** RFC 8705 section 3.1: the certificate shown, and no other confirmation, which nothing here could check. */
function isBoundTo(cnf: JsonValue, fingerprint: string | undefined): boolean {
  if (fingerprint === undefined || typeof cnf !== "object" || cnf === null || Array.isArray(cnf)) return false;
  return Object.keys(cnf).length === 1 && cnf["x5t#S256"] === Buffer.from(fingerprint, "hex").toString("base64url");
}

/**
 * Throws invalid_token for a token that does not hold here and now, permission_denied for one that holds and does not open what is
 * wanted (RFC 6750 section 3.1).
 */
export function checkClaims({ claims, issuer }: KnownToken, signed: boolean, showing: Showing): void {
  for (const { claim, signedOnly, holds } of rules) {
    if ((signed || signedOnly !== true) && !holds(claims, issuer, showing)) throw refused(`its claim ${claim} does not hold`);
  }
  for (const condition of issuer.claims) {
    if (!meets(claims, condition)) throw new RegistryError("permission_denied", "the token does not open this", { cause: `its claim ${condition.claim} has none of the values wanted` });
  }
  const wanted = showing.manages ? issuer.manageScopes : issuer.scopes;
  const has = new Set(typeof claims["scope"] === "string" ? claims["scope"].split(" ") : []);
  if (!wanted.every((scope) => has.has(scope))) throw new RegistryError("permission_denied", `this needs a token with the scope ${wanted.join(" ")}`);
}

function meets(claims: JsonObject, { claim, values }: ClaimCondition): boolean {
  if (!Object.hasOwn(claims, claim)) return false;
  return listed(claims[claim]).some((value) => typeof value !== "object" && values.includes(String(value)));
}
