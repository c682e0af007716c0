// Metadata that a credential forces on registrations: checked once, when the credential is made, so that it cannot make each of them fail.

import { clone } from "@bufbuild/protobuf";
import { ClientMetadataSchema, type ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { customAttributesField, metadataFields, valueOf } from "./fields.js";
import type { MetadataViolation } from "./metadata-json.js";
import { applyPolicy, type DecisionRow } from "./policy.js";
import { completeGrants, fold, keepOffered, uriContext, type RegistrationContext } from "./registration.js";
import { applyRules, consistencyRules } from "./rules.js";
import { validateAttributes, validateFields } from "./validate.js";

/**
 * Checks metadata that is to be forced, and brings it into the form that is stored. Appends to `violations`: a field that is not offered,
 * redirect_uris, which nobody alters, a value that is wrong by itself or that clashes with another, and one that the policy does not admit.
 */
export function checkForcedMetadata(force: ClientMetadata, { policy, customAttributes }: RegistrationContext, violations: MetadataViolation[]): void {
  const found: MetadataViolation[] = [];
  const fail = (field: string, rule: string, description: string) =>
    found.push({ error: "invalid_client_metadata", field, rule, clause: "RFC 7591 section 2", description });
  for (const row of metadataFields) {
    if (!row.offered && valueOf(force, row) !== undefined) fail(row.name, "force.offered", `${row.name} is not offered here`);
  }
  if (force.redirectUris.length > 0) fail("redirect_uris", "force.redirect_uris", "redirect_uris cannot be forced: they are never altered");
  const attributes = Object.keys(force.customAttributes ?? {});
  for (const name of attributes) if (!customAttributes.has(name)) fail(name, "force.offered", `${name} is not declared in this realm`);
  keepOffered(force);
  // Who forces a value speaks for the service, so it may be one that clients cannot set.
  validateAttributes(force, new Map([...customAttributes].map(([name, attribute]) => [name, { ...attribute, setBy: "client" as const }])), found);
  validateFields(force, uriContext(force), found);
  fold(force);
  const omitted = { grants: force.grantTypes.length === 0, responses: force.responseTypes.length === 0 };
  if (!omitted.grants && !omitted.responses) applyRules(consistencyRules, completeGrants(force, omitted), found);
  if (found.length === 0) checkAgainstPolicy(force, policy, found);
  violations.push(...found.map((violation) => ({ ...violation, field: `force.${violation.field}`, description: `force: ${violation.description}` })));
}

/** What the policy would make of it: it must leave all of it alone. */
function checkAgainstPolicy(force: ClientMetadata, policy: RegistrationContext["policy"], violations: MetadataViolation[]): void {
  const names = new Set(metadataFields.filter((row) => row.name !== customAttributesField && valueOf(force, row) !== undefined).map(({ name }) => name));
  const decisions: DecisionRow[] = [];
  applyPolicy(policy, clone(ClientMetadataSchema, force), decisions, violations, names);
  for (const { field, registered, rule } of decisions) {
    if (!names.has(field)) continue;
    const description = `the policy ${policy.name} would register ${registered === "" ? "nothing" : registered} as ${field} instead`;
    violations.push({ error: "invalid_client_metadata", field, rule, clause: "RFC 7591 section 2", description });
  }
}
