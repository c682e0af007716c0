import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { RegistryError, registrationError } from "../../domain/errors.js";
import { offeredFields } from "../../domain/fields.js";
import { readJsonObject } from "../../domain/json-text.js";
import type { MetadataViolation } from "../../domain/metadata-json.js";
import type { Seconds } from "../../domain/ports.js";
import { invalidStatement, unapprovedStatement } from "../../domain/software-statement.js";
import { verifySignature } from "../ways-in/access-token/signed-token.js";
import type { StatementIssuer, StatementTerms } from "./statement-issuer.js";

/** Where and when a statement is shown. */
export interface StatementOccasion {
  readonly issuers: readonly StatementIssuer[];
  /** The realm's registration endpoint: always an audience. */
  readonly endpoint: string;
  readonly now: Seconds;
}

/** Seconds that clocks may differ. */
export const statementLeeway = 30;
const leeway = statementLeeway;

const longest = offeredFields.get("software_statement")!.maxLength;

// RFC 7515 section 7.1: three parts, none empty, without padding. Five are an encrypted token.
const form = /^([\w-]+)\.([\w-]+)\.[\w-]+$/;

interface HeaderRule {
  readonly parameter: string;
  readonly clause: string;
  readonly holds: (header: JsonObject, issuer: StatementTerms & { readonly algorithms: readonly string[] }) => boolean;
}

const absent = (parameter: string, clause: string): HeaderRule => ({ parameter, clause, holds: (header) => header[parameter] === undefined });

/** RFC 7515 section 4.1. The first that is broken refuses. */
const headerRules: readonly HeaderRule[] = [
  { parameter: "alg", clause: "RFC 8725 section 3.1", holds: ({ alg }, { algorithms }) => typeof alg === "string" && algorithms.includes(alg) },
  // RFC 7591 defines no type of its own: any other is another kind of token (RFC 8725 section 3.11).
  { parameter: "typ", clause: "RFC 8725 section 3.11", holds: ({ typ }) => typ === undefined || (typeof typ === "string" && /^(?:application\/)?jwt$/i.test(typ)) },
  // A statement is no envelope of another token.
  absent("cty", "RFC 7519 section 5.2"),
  // Nothing is understood that could be critical.
  absent("crit", "RFC 7515 section 4.1.11"),
  absent("b64", "RFC 7797 section 6"),
  // Who sends a statement does not say by which key it is to be believed.
  ...["jku", "jwk", "x5u", "x5c"].map((parameter) => absent(parameter, "RFC 8725 section 3.10")),
  { parameter: "kid", clause: "RFC 7515 section 4.1.4", holds: ({ kid }) => kid === undefined || typeof kid === "string" },
];

/** The parameter of a header that is not accepted of the issuer's statements, nor of what its software signs; undefined when all are. */
export function headerProblem(header: JsonObject, issuer: Parameters<HeaderRule["holds"]>[1]): string | undefined {
  return headerRules.find(({ holds }) => !holds(header, issuer))?.parameter;
}

interface ClaimRule {
  readonly claim: string;
  readonly clause: string;
  readonly holds: (claims: JsonObject, terms: StatementTerms, occasion: StatementOccasion) => boolean;
}

const isTime = (value: JsonValue | undefined): value is number => typeof value === "number" && Number.isFinite(value);
const listed = (value: JsonValue): readonly JsonValue[] => (Array.isArray(value) ? value : [value]);
const identifier = /^[^\p{Cc}\p{Cs}]{1,255}$/u;

/** Whether it can be a jti. */
export const isTokenId = (value: JsonValue | undefined): value is string => typeof value === "string" && identifier.test(value);

/** RFC 7519 section 4.1, and what the issuer's row wants. All that are broken are told. */
const claimRules: readonly ClaimRule[] = [
  { claim: "aud", clause: "RFC 7519 section 4.1.3", holds: ({ aud }, { audiences }, { endpoint }) => aud === undefined || listed(aud).some((one) => one === endpoint || (typeof one === "string" && audiences.includes(one))) },
  { claim: "exp", clause: "RFC 7519 section 4.1.4", holds: ({ exp }, _, { now }) => exp === undefined || (isTime(exp) && exp + leeway > now) },
  { claim: "nbf", clause: "RFC 7519 section 4.1.5", holds: ({ nbf }, _, { now }) => nbf === undefined || (isTime(nbf) && nbf - leeway <= now) },
  { claim: "iat", clause: "RFC 7519 section 4.1.6", holds: ({ iat }, _, { now }) => iat === undefined || (isTime(iat) && iat - leeway <= now) },
  { claim: "iat", clause: "RFC 7519 section 4.1.6", holds: ({ iat }, { maxAge }, { now }) => maxAge === 0 || (isTime(iat) && iat + maxAge + leeway >= now) },
  { claim: "jti", clause: "RFC 7519 section 4.1.7", holds: ({ jti }, { once }) => (jti === undefined ? !once : isTokenId(jti)) },
];

const refused = (...violations: MetadataViolation[]) => registrationError(violations);

/**
 * The issuer and the claims of a statement that holds here and now. Throws invalid_software_statement for one that does not,
 * unapproved_software_statement for an issuer that is not trusted, overloaded while the issuer's keys cannot be had.
 */
export async function verifyStatement(text: string, occasion: StatementOccasion): Promise<{ readonly issuer: StatementIssuer; readonly claims: JsonObject }> {
  if (text.length > longest) throw refused(invalidStatement("length", `a software statement has at most ${longest} characters`));
  const [, header, payload] = form.exec(text) ?? [];
  if (header === undefined || payload === undefined) throw refused(invalidStatement("form", "a software statement is a JWS in compact form: three parts in base64url", "RFC 7591 section 2.3"));
  const parameters = readPart(header, "header");
  // Read before it is proven, to find out who could prove it.
  const issuer = findIssuer(readPart(payload, "claims")["iss"], occasion.issuers);
  for (const { parameter, clause, holds } of headerRules) {
    if (!holds(parameters, issuer)) throw refused(invalidStatement(`header.${parameter}`, `the header parameter ${parameter} of the software statement is not accepted here`, clause));
  }
  const signed = await verifySignature(text, issuer).catch((error: unknown) => {
    if (error instanceof RegistryError && error.kind === "overloaded") {
      throw new RegistryError("overloaded", "the keys of the software statement's issuer cannot be had at the moment; try again", { retryAfter: 5, cause: error.cause ?? error });
    }
    // jose's words for all that can be wrong with a token or a key; a TypeError is a key that does not fit.
    throw new RegistryError("invalid_software_statement", signature.description, { violations: [row(signature)], cause: error });
  });
  const claims = readObject(signed, "claims");
  const broken = [
    ...claimRules.filter(({ holds }) => !holds(claims, issuer, occasion)).map(({ claim, clause }) => invalidStatement(claim, `the claim ${claim} of the software statement does not hold here`, clause)),
    ...issuer.requiredClaims.filter((claim) => !Object.hasOwn(claims, claim)).map((claim) => invalidStatement("required", `the software statement needs the claim ${claim}`)),
  ];
  if (broken.length > 0) throw refused(...broken);
  return { issuer, claims };
}

const signature = invalidStatement("signature", "the software statement is not signed by a key of its issuer", "RFC 7515 section 5.2");
const row = ({ field, rule, clause, description }: MetadataViolation) => ({ field, rule, clause, description });

const readPart = (part: string, name: string) => readObject(Buffer.from(part, "base64url"), name);

function readObject(bytes: Uint8Array, name: string): JsonObject {
  const read = readJsonObject(bytes);
  if (!read.ok) throw refused(invalidStatement(name, `the software statement has no usable ${name}: ${read.description}`, "RFC 7519 section 7.2"));
  return read.value;
}

function findIssuer(iss: JsonValue | undefined, issuers: readonly StatementIssuer[]): StatementIssuer {
  if (typeof iss !== "string" || iss === "") throw refused(invalidStatement("iss", "a software statement says in iss who issued it", "RFC 7591 section 2.3"));
  const issuer = issuers.find((candidate) => candidate.issuer === iss);
  if (issuer === undefined) throw refused(unapprovedStatement("issuer", "the issuer of the software statement is not trusted here"));
  return issuer;
}
