// A client's assertion (RFC 7523 section 2.2): a JWT that it has signed with its key or its secret.

import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { readJsonObject } from "../json-text.js";
import type { Seconds } from "../ports.js";

/** An assertion taken apart. Nothing in it is proven. */
export interface Assertion {
  readonly token: string;
  readonly header: JsonObject;
  readonly claims: JsonObject;
}

/** What the parameter client_assertion_type must be. */
export const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

// RFC 7515 section 7.1; five parts would be encrypted, and an empty third one is unsigned.
const form = /^([\w-]+)\.([\w-]+)\.[\w-]+$/;

/** Takes an assertion apart; undefined for what is no signed JWT. */
export function readAssertion(token: string): Assertion | undefined {
  const [, header = "", claims = ""] = form.exec(token) ?? [];
  const [readHeader, readClaims] = [header, claims].map((part) => readJsonObject(Buffer.from(part, "base64url")));
  return readHeader?.ok === true && readClaims?.ok === true ? { token, header: readHeader.value, claims: readClaims.value } : undefined;
}

/** Seconds. */
export const assertionTimes = {
  /** That clocks may differ. */
  leeway: 30,
  /** The longest life that is taken, and the greatest age: for as long the jti must be remembered. */
  lifetime: 3_600,
} as const;

/** What an assertion is held against. */
export interface AssertionTerms {
  readonly clientId: string;
  /** Each names this authorization server: its issuer, its token endpoint, the endpoint that was called. */
  readonly audiences: readonly string[];
  /** Those of the method, or the one that the client has registered. */
  readonly algorithms: readonly string[];
  readonly now: Seconds;
}

interface AssertionRule {
  /** What is wrong when it does not hold. */
  readonly sentence: string;
  readonly holds: (assertion: Assertion, terms: AssertionTerms) => boolean;
}

const isTime = (value: JsonValue | undefined): value is number => typeof value === "number" && Number.isFinite(value);
// RFC 9864's explicit type, and what was sent before there was one (RFC 8725 section 3.11).
const types: ReadonlySet<string> = new Set(["jwt", "client-authentication+jwt"]);
const { leeway, lifetime } = assertionTimes;

/** RFC 7523 section 3, OpenID Connect Core section 9, RFC 8725. The first that is broken refuses. */
const rules: readonly AssertionRule[] = [
  {
    sentence: "the assertion is another kind of JWT by its typ",
    holds: ({ header: { typ } }) => typ === undefined || (typeof typ === "string" && types.has(typ.toLowerCase().replace(/^application\//, ""))),
  },
  { sentence: "the assertion's alg is not the one that the client registered, or none of its method's", holds: ({ header: { alg } }, { algorithms }) => typeof alg === "string" && algorithms.includes(alg) },
  // RFC 7515 section 4.1.11: nothing is understood that could be critical, unencoded payloads (RFC 7797) least of all.
  { sentence: "the assertion has critical headers, and none is understood", holds: ({ header }) => header["crit"] === undefined && header["b64"] === undefined },
  { sentence: "the assertion's kid is no string", holds: ({ header: { kid } }) => kid === undefined || typeof kid === "string" },
  { sentence: "the assertion's iss is not the client", holds: ({ claims: { iss } }, { clientId }) => iss === clientId },
  { sentence: "the assertion's sub is not the client", holds: ({ claims: { sub } }, { clientId }) => sub === clientId },
  // Each of them: whoever else is named could use it here.
  { sentence: "the assertion's aud is not this authorization server alone", holds: ({ claims: { aud } }, { audiences }) => namesOnly(aud, audiences) },
  { sentence: "the assertion has no exp that is a number", holds: ({ claims: { exp } }) => isTime(exp) },
  { sentence: "the assertion has expired", holds: ({ claims: { exp } }, { now }) => (exp as number) + leeway > now },
  { sentence: `the assertion lives longer than ${lifetime} seconds`, holds: ({ claims: { exp } }, { now }) => (exp as number) <= now + lifetime + leeway },
  { sentence: "the assertion's nbf is no number, or is not yet", holds: ({ claims: { nbf } }, { now }) => nbf === undefined || (isTime(nbf) && nbf - leeway <= now) },
  { sentence: "the assertion's iat is no number, or is not yet", holds: ({ claims: { iat } }, { now }) => iat === undefined || (isTime(iat) && iat - leeway <= now) },
  { sentence: `the assertion is older than ${lifetime} seconds`, holds: ({ claims: { iat } }, { now }) => iat === undefined || (iat as number) + lifetime + leeway > now },
  { sentence: "the assertion has no jti of 1 to 255 characters", holds: ({ claims: { jti } }) => typeof jti === "string" && jti.length >= 1 && jti.length <= 255 },
];

function namesOnly(aud: JsonValue | undefined, audiences: readonly string[]): boolean {
  const named = Array.isArray(aud) ? aud : [aud];
  return named.length > 0 && named.every((one) => typeof one === "string" && audiences.includes(one));
}

/** Why an assertion does not hold, its signature aside; undefined when it does. */
export function whyRefused(assertion: Assertion, terms: AssertionTerms): string | undefined {
  return rules.find(({ holds }) => !holds(assertion, terms))?.sentence;
}

/** Until when its jti must be remembered. */
export const rememberedUntil = ({ claims }: Assertion): Seconds => Math.ceil(claims["exp"] as number) + leeway;
