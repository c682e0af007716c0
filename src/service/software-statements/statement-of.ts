// Which statement stands behind a registration: the one that is sent, proven; else the one that the record has.

import type { JsonObject } from "@bufbuild/protobuf";
import type { ClientMetadata } from "../../../gen/ts/matricula/v1/client_metadata_pb.js";
import { hasNamePair } from "../../domain/distinguished-name.js";
import { RegistryError, registrationError } from "../../domain/errors.js";
import { readJsonObject } from "../../domain/json-text.js";
import type { Change, ClientRecord, Seconds } from "../../domain/ports.js";
import { plainMeaning, statementMetadata, unapprovedStatement, type StatementMeaning, type VerifiedStatement } from "../../domain/software-statement.js";
import type { Call } from "../call.js";
import type { Caller } from "../caller.js";
import { metadataOf } from "../client-record.js";
import type { Realm, Registry } from "../registry.js";
import { demandStatementUnblocked } from "./blocks.js";
import type { StatementIssuer } from "./statement-issuer.js";
import { statementLeeway, verifyStatement } from "./verify-statement.js";

/** A statement, with what the registration's own commit must contain where it is taken once. */
export interface ProvenStatement extends VerifiedStatement {
  readonly changes: readonly Change[];
}

/**
 * The statement of a registration that asks for `asked`: a promise only where one is sent that has to be proven. On an update `stored`
 * gives the record: its statement is kept when none is sent, or the same (requirements T-17). Throws, or rejects, as verifyStatement and
 * statementMetadata do.
 */
export function statementOf(registry: Registry, { realm, now, caller }: Pick<Call, "realm" | "now" | "caller">, asked: ClientMetadata, stored?: ClientRecord): ProvenStatement | undefined | Promise<ProvenStatement> {
  const text = asked.softwareStatement || undefined;
  const kept = stored === undefined || stored.softwareStatementIssuer === null ? undefined : metadataOf(stored).softwareStatement;
  if (text === undefined || text === kept) return kept === undefined ? undefined : unblocked(registry, realm, trusted(realm, keptStatement(realm, kept)));
  return prove(registry, realm, now, text, caller);
}

async function prove(registry: Registry, realm: Realm, now: Seconds, text: string, caller: Pick<Caller, "certificate">): Promise<ProvenStatement> {
  const issuers = realm.statementIssuers ?? [];
  const { issuer, claims } = await verifyStatement(text, { issuers, endpoint: realm.registrationEndpoint, now });
  demandSubject(issuer, claims, caller);
  const proven = unblocked(registry, realm, { ...statement(realm, text, issuer.issuer, claims, issuer), changes: noChanges });
  return issuer.once ? { ...proven, changes: [...proven.changes, useOf(registry, realm, issuer, claims, now)] } : proven;
}

/** Holds the registrant's certificate to what the statement says of its owner. Throws unapproved_software_statement. */
function demandSubject({ certificateSubject }: StatementIssuer, claims: JsonObject, { certificate }: Pick<Caller, "certificate">): void {
  for (const [attribute, template] of certificateSubject) {
    const value = template.replace(/\{([^{}]*)\}/g, (_, claim: string) => (typeof claims[claim] === "string" ? claims[claim] : ""));
    if (certificate !== undefined && hasNamePair(certificate.subject, attribute, value)) continue;
    const description = `the client certificate's subject must have the ${attribute} that the software statement says`;
    throw registrationError([unapprovedStatement("certificate", certificate === undefined ? `a client certificate must be shown: ${description}` : description)]);
  }
}

/** With an issuer that is trusted no more goes what its own names mean, and what binds: a client would say for itself what was said for it. */
function trusted(realm: Realm, kept: ProvenStatement): ProvenStatement {
  if (realm.statementIssuers?.some(({ issuer }) => issuer === kept.issuer) === true) return kept;
  throw registrationError([unapprovedStatement("issuer", "the issuer of the client's software statement is not trusted here any more; send one of another issuer")]);
}

/** What was admitted before its software was blocked goes on as it is, and changes no more. */
function unblocked(registry: Registry, realm: Realm, proven: ProvenStatement): ProvenStatement {
  return { ...proven, changes: [...proven.changes, ...demandStatementUnblocked(registry, realm.name, proven)] };
}

const noChanges: readonly Change[] = [];
const never: Seconds = 0xffffffff;

/** The use of a statement that is taken once: on record for as long as it could hold. */
function useOf({ keys }: Registry, realm: Realm, { issuer, maxAge }: StatementIssuer, { jti, exp, iat }: JsonObject, now: Seconds): Change {
  const ends = [...(typeof exp === "number" ? [exp] : []), ...(maxAge > 0 && typeof iat === "number" ? [iat + maxAge] : [])];
  const expiresAt = ends.length === 0 ? never : Math.min(never, Math.ceil(Math.min(...ends)) + 2 * statementLeeway);
  return { kind: "use_once", key: keys.mac("statement_use", JSON.stringify([realm.name, issuer, jti!])), at: now, expiresAt };
}

/** The error of a registration whose statement another one has taken meanwhile, or before. */
export const statementUsed = () => registrationError([unapprovedStatement("once", "the software statement has been used, and is taken once")]);

/** A statement of a stored record: it was proven when it came, and the record's MAC says that it is the same. */
export function keptStatement(realm: Realm, text: string): ProvenStatement {
  const read = readJsonObject(Buffer.from(text.split(".")[1] ?? "", "base64url"));
  const issuer = read.ok ? read.value["iss"] : undefined;
  if (!read.ok || typeof issuer !== "string") throw new RegistryError("internal", "the service failed; the fault is logged", { cause: new Error("a stored software statement cannot be read") });
  // Of an issuer that is trusted no more the plain names are left.
  const meaning = realm.statementIssuers?.find((candidate) => candidate.issuer === issuer) ?? plainMeaning;
  return { ...statement(realm, text, issuer, read.value, meaning), changes: noChanges };
}

function statement(realm: Realm, text: string, issuer: string, claims: JsonObject, meaning: StatementMeaning): VerifiedStatement {
  return { text, issuer, claims, metadata: statementMetadata(claims, meaning, realm.customAttributes), bindingFields: meaning.bindingFields };
}
