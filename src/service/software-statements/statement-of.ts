// Which statement stands behind a registration: the one that is sent, proven; else the one that the record has.

import { RegistryError } from "../../domain/errors.js";
import { readJsonObject } from "../../domain/json-text.js";
import type { ClientMetadata } from "../../../gen/ts/matricula/v1/client_metadata_pb.js";
import { plainMeaning, statementMetadata, type StatementMeaning, type VerifiedStatement } from "../../domain/software-statement.js";
import type { Call } from "../call.js";
import type { Realm, Registry } from "../registry.js";
import { verifyStatement } from "./verify-statement.js";

/**
 * The statement of a registration that asks for `asked`: a promise only where one is sent that has to be proven. On an update `stored`
 * is the record: its statement is kept when none is sent, or the same (requirements T-17). Throws, or rejects, as verifyStatement and
 * statementMetadata do.
 */
export function statementOf(registry: Registry, { realm, now }: Pick<Call, "realm" | "now">, asked: ClientMetadata, stored?: ClientMetadata): VerifiedStatement | undefined | Promise<VerifiedStatement> {
  const text = asked.softwareStatement || undefined;
  const kept = stored?.softwareStatement;
  if (text === undefined || text === kept) return kept === undefined ? undefined : keptStatement(registry, realm, kept);
  return prove(registry, realm, now, text);
}

async function prove(registry: Registry, realm: Realm, now: number, text: string): Promise<VerifiedStatement> {
  const issuers = registry.statementIssuers?.(realm.name) ?? [];
  const { issuer, claims } = await verifyStatement(text, { issuers, endpoint: realm.registrationEndpoint, now });
  return statement(realm, text, issuer.issuer, claims, issuer);
}

/** A statement of a stored record: it was proven when it came, and the record's MAC says that it is the same. */
export function keptStatement(registry: Pick<Registry, "statementIssuers">, realm: Realm, text: string): VerifiedStatement {
  const read = readJsonObject(Buffer.from(text.split(".")[1] ?? "", "base64url"));
  const issuer = read.ok ? read.value["iss"] : undefined;
  if (!read.ok || typeof issuer !== "string") throw new RegistryError("internal", "the service failed; the fault is logged", { cause: new Error("a stored software statement cannot be read") });
  // Of an issuer that is trusted no more the plain names are left.
  const meaning = registry.statementIssuers?.(realm.name).find((candidate) => candidate.issuer === issuer) ?? plainMeaning;
  return statement(realm, text, issuer, read.value, meaning);
}

function statement(realm: Realm, text: string, issuer: string, claims: VerifiedStatement["claims"], meaning: StatementMeaning): VerifiedStatement {
  return { text, issuer, claims, metadata: statementMetadata(claims, meaning, realm.customAttributes), bindingFields: meaning.bindingFields };
}
