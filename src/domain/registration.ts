// From what a client asks to what is registered. The order is the project's promise: types and syntax of what was sent; consistency of
// grants and response types as sent; the policy; all rules on the result.

import type { ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { applyCertificateName, type CertificateNameValue } from "./certificate-name.js";
import { registrationError } from "./errors.js";
import { metadataFields, offeredFields, setValue, valueOf, type FieldRow } from "./fields.js";
import type { MetadataViolation } from "./metadata-json.js";
import { applyPolicy, checkAllowed, checkRequired, type CompiledPolicy, type DecisionRow } from "./policy.js";
import { canonicalResponseType, grantsOf } from "./response-type.js";
import { applyRules, consistencyRules, rulesWith, type GrantsAndResponses } from "./rules.js";
import { normaliseScope } from "./scope.js";
import { applyStatement, checkAgainstForce, demandVerified, type VerifiedStatement } from "./software-statement.js";
import { applyForce, checkRedirectHosts, type RegistrationTerms } from "./terms.js";
import { validateAttributes, validateFields, type CustomAttribute } from "./validate.js";

/** What decides besides the metadata. */
export interface RegistrationContext {
  readonly policy: CompiledPolicy;
  readonly customAttributes: ReadonlyMap<string, CustomAttribute>;
  /** What the credential that opens the registration asks of it. */
  readonly terms?: RegistrationTerms | undefined;
  /** Whether secrets that are needed back may be issued, and kept sealed. */
  readonly sealedSecrets?: boolean | undefined;
  /** What a trusted issuer says of the client; its claims go before what was sent. */
  readonly verifiedStatement?: VerifiedStatement | undefined;
  /** The names that the registrant's own certificate has, for a policy that takes a client's from it; none when no certificate was shown. */
  readonly certificateNames?: readonly CertificateNameValue[];
}

/** What is registered, and where it differs from what was asked. */
export interface Registration {
  readonly metadata: ClientMetadata;
  readonly decisions: readonly DecisionRow[];
}

const rowsWithDefault = [...offeredFields.values()].filter((row) => row.defaults.length > 0 && row.type === "string");
const grantTypesRow = offeredFields.get("grant_types")!;

/**
 * Decides what is registered. The message that was asked becomes the one that is registered; who needs it as it was keeps a copy. `found` holds what the JSON door has already noticed.
 * Throws RegistryError invalid_redirect_uri or invalid_client_metadata with all violations at once.
 */
export function decideRegistration(
  metadata: ClientMetadata,
  context: RegistrationContext,
  found: readonly MetadataViolation[] = [],
): Registration {
  const violations = [...found];
  const decisions: DecisionRow[] = [];
  keepOffered(metadata);
  const statement = context.verifiedStatement;
  demandVerified(metadata, statement, violations);
  const claimed = statement === undefined ? undefined : applyStatement(statement, metadata, decisions, violations);
  validateAttributes(metadata, context.customAttributes, violations, forcedAttributes(context));
  validateFields(metadata, uriContext(metadata), violations);
  fold(metadata);
  // A record whose parts are unreadable has no consistency to speak of: the sentence would only confuse.
  const readable = !violations.some((v) => v.field.startsWith("grant_types") || v.field.startsWith("response_types"));
  const omitted = { grants: metadata.grantTypes.length === 0, responses: metadata.responseTypes.length === 0 };
  if (readable) applyRules(consistencyRules, completeGrants(metadata, omitted), violations);
  if (violations.length > 0) throw registrationError(violations);

  const { terms } = context;
  if (statement !== undefined) checkAgainstForce(statement, terms?.force, violations);
  const forced = union(claimed, terms === undefined ? undefined : applyForce({ rule: `${terms.wayIn}.force`, force: terms.force }, metadata, decisions));
  applyPolicy(context.policy, metadata, decisions, violations, forced);
  if (terms !== undefined) checkRedirectHosts(terms, metadata, violations);
  if (violations.length > 0) throw registrationError(violations);
  applyDefaults(metadata, context.policy);
  applyCertificateName(context.policy, metadata, context.certificateNames ?? [], decisions, violations);
  Object.assign(metadata, completeGrants(metadata, omitted));
  // What was left out and derived is held to the policy as what was sent.
  checkAllowed(context.policy, metadata, violations);
  checkRequired(context.policy, metadata, violations);
  if (context.policy.softwareStatementRequired && context.verifiedStatement === undefined) violations.push(statementMissing(context.policy));
  // The policy may have forced or defaulted a value: the result passes the same checks as what is sent.
  if (decisions.length > 0) validateFields(metadata, uriContext(metadata), violations);
  applyRules(rulesWith(context.sealedSecrets === true), metadata, violations);
  if (violations.length > 0) throw registrationError(violations);
  return { metadata, decisions };
}

function union(one: ReadonlySet<string> | undefined, other: ReadonlySet<string> | undefined): ReadonlySet<string> | undefined {
  return one === undefined || other === undefined ? (one ?? other) : new Set([...one, ...other]);
}

/** The attributes that are not the client's to choose: an update sends back all that it was given. */
function forcedAttributes({ policy, terms }: RegistrationContext): Readonly<Record<string, unknown>> {
  const byTerms = terms?.force?.customAttributes;
  return byTerms === undefined ? policy.forcedAttributes : { ...policy.forcedAttributes, ...byTerms };
}

function statementMissing({ name }: CompiledPolicy): MetadataViolation {
  return {
    error: "invalid_client_metadata", field: "software_statement", rule: `policy.${name}.software_statement.required`, clause: "RFC 7591 section 2.3",
    description: `software_statement is required by the policy ${name}; send one by an issuer that this service trusts`,
  };
}

/** Leaves the offered fields alone: what is not offered is an unknown member at every door. Empty texts mean omitted, as null does in JSON. */
export function keepOffered(metadata: ClientMetadata): void {
  for (const row of metadataFields) {
    const value = valueOf(metadata, row);
    if (value === undefined) continue;
    if (!row.offered || value === "") setValue(metadata, row, undefined);
    else if (row.type === "tagged") setValue(metadata, row, withoutEmptyTexts(value as Record<string, string>));
  }
}

const withoutEmptyTexts = (texts: Readonly<Record<string, string>>) => Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ""));

/** Lists and words whose order or repetition means nothing, in one form. redirect_uris are never touched. */
export function fold(metadata: ClientMetadata): void {
  if (metadata.scope !== undefined) metadata.scope = normaliseScope(metadata.scope);
  if (metadata.grantTypes.length > 1) metadata.grantTypes = [...new Set(metadata.grantTypes)];
  if (metadata.responseTypes.length > 0) metadata.responseTypes = [...new Set(metadata.responseTypes.map(canonicalResponseType))];
}

export function uriContext(metadata: ClientMetadata) {
  return {
    applicationType: metadata.applicationType === "native" ? ("native" as const) : ("web" as const),
    publicClient: metadata.tokenEndpointAuthMethod === "none",
  };
}

/** An omitted list takes the other's measure: the standards' defaults alone would clash with it (requirements T-06). */
export function completeGrants(
  { grantTypes, responseTypes }: GrantsAndResponses,
  omitted: { readonly grants: boolean; readonly responses: boolean },
): GrantsAndResponses {
  const nothingSaid = omitted.responses && responseTypes.length === 0;
  const grants = omitted.grants && grantTypes.length === 0 ? (nothingSaid ? grantTypesRow.defaults : grantsFor(responseTypes)) : grantTypes;
  return { grantTypes: [...grants], responseTypes: omitted.responses && responseTypes.length === 0 ? responsesFor(grants) : responseTypes };
}

/** None, when the policy has left none of the response types asked for: the standard's default was not asked for. */
const grantsFor = (responses: readonly string[]) => [...new Set(responses.flatMap((type) => grantsOf(type)))];

const responsesFor = (grants: readonly string[]) => [
  ...(grants.includes("authorization_code") ? ["code"] : []),
  ...(grants.includes("implicit") ? ["token"] : []),
];

/** Fills in the standards' defaults where neither client nor policy spoke; grants and response types have their own way. */
function applyDefaults(metadata: ClientMetadata, policy: CompiledPolicy): void {
  for (const row of rowsWithDefault) if (valueOf(metadata, row) === undefined) setValue(metadata, row, defaultOf(row, policy));
}

/** The standard's default, or the first value that the policy admits: a default that the server refuses would be a trap. */
function defaultOf(row: FieldRow, policy: CompiledPolicy) {
  const standard = row.defaults[0]!;
  const allowed = policy.allowed.get(row.name);
  return allowed === undefined || allowed.includes(standard) ? standard : allowed[0]!;
}
