// From what a client asks to what is registered. The order is the project's promise: types and syntax of what was sent; consistency of
// grants and response types as sent; the policy; all rules on the result.

import type { ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { settleAssertionAlgorithm } from "./assertion-algorithm.js";
import { applyCertificateName, type CertificateNameValue } from "./certificate-name.js";
import { registrationError } from "./errors.js";
import { applyFieldRules } from "./field-rules.js";
import { offeredFields, presentRows, setValue, valueOf, type FieldRow } from "./fields.js";
import type { MetadataViolation } from "./metadata-json.js";
import { chooseValues } from "./choices.js";
import { checkPageHosts } from "./page-hosts.js";
import { applyPolicy, checkAllowed, checkRequired, type CompiledPolicy, type DecisionRow } from "./policy.js";
import { withoutRepeats } from "./repeats.js";
import { canonicalResponseType, grantsOf, wordsOf } from "./response-type.js";
import { applyRules, consistencyRules, rulesWith, type GrantsAndResponses } from "./rules.js";
import { normaliseScope } from "./scope.js";
import { applyStatement, checkAgainstForce, demandVerified, type VerifiedStatement } from "./software-statement.js";
import { checkSupport, dropUnsupported, type ServerSupport } from "./server-support.js";
import { applyForce, checkRedirectHosts, type RegistrationTerms } from "./terms.js";
import type { UriContext, UriSwitches } from "./uri.js";
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
  /** What the realm's authorization server supports; nothing is narrowed when absent. */
  readonly support?: ServerSupport | undefined;
  /** Which URIs the realm takes where the standards leave a choice. */
  readonly uris?: UriSwitches | undefined;
}

/** What is registered, and where it differs from what was asked. */
export interface Registration {
  readonly metadata: ClientMetadata;
  readonly decisions: readonly DecisionRow[];
}

const rowsWithDefault = [...offeredFields.values()].filter((row) => row.defaults.length > 0 && row.type === "string");
const always = rowsWithDefault.filter((row) => row.defaultBeside === "" && !row.defaultOfOpenId);
const ofOpenId = rowsWithDefault.filter((row) => row.defaultOfOpenId);
/** By the field beside which they stand. */
const beside: ReadonlyMap<string, readonly FieldRow[]> = new Map(
  rowsWithDefault.map(({ defaultBeside: name }) => [name, rowsWithDefault.filter((row) => row.defaultBeside === name)]),
);
const noSupport: ServerSupport = new Map();
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
  const asked = keepOffered(metadata);
  const statement = context.verifiedStatement;
  demandVerified(metadata, statement, violations);
  const claimed = statement === undefined ? undefined : applyStatement(statement, metadata, decisions, violations);
  validateAttributes(metadata, context.customAttributes, violations, forcedAttributes(context));
  const intended = intendedContext(metadata, context);
  validateFields(metadata, intended, violations, statement === undefined ? asked : undefined);
  fold(metadata);
  // A record whose parts are unreadable has no consistency to speak of: the sentence would only confuse.
  const readable = !violations.some((v) => v.field.startsWith("grant_types") || v.field.startsWith("response_types"));
  const omitted = { grants: metadata.grantTypes.length === 0, responses: metadata.responseTypes.length === 0 };
  if (readable) applyRules(consistencyRules, completeGrants(metadata, omitted), violations);
  const flawed = violations.length > 0;

  const { terms, policy, support = noSupport } = context;
  const forced = union(claimed, terms === undefined ? undefined : applyForce({ rule: `${terms.wayIn}.force`, force: terms.force }, metadata, decisions));
  addOthers(violations, (found) => {
    if (statement !== undefined) checkAgainstForce(statement, terms?.force, found);
    chooseValues(policy, support, metadata, forced === undefined ? asked : presentRows(metadata), decisions, found, forced);
    applyPolicy(policy, metadata, decisions, found, forced);
    dropUnsupported(support, metadata, decisions);
    if (terms !== undefined) checkRedirectHosts(terms, metadata, found);
  });
  applyDefaults(metadata, policy, support);
  addOthers(violations, (found) => {
    applyCertificateName(policy, metadata, context.certificateNames ?? [], decisions, found);
    if (readable) {
      Object.assign(metadata, completeGrants(metadata, omitted));
      // What was left out and derived is held to the policy as what was sent.
      checkAllowed(policy, metadata, found);
    }
    settleAssertionAlgorithm(policy, metadata, decisions, found);
    const present = applyDependentDefaults(metadata, policy, support);
    checkRequired(policy, metadata, found);
    if (policy.softwareStatementRequired && statement === undefined) found.push(statementMissing(policy));
    // The rules speak of the whole: with a part of it unreadable they would speak of something else than what was meant.
    if (flawed) return;
    // The policy may have forced or defaulted a value: the result passes the same checks as what is sent.
    if (decisions.length > 0) validateFields(metadata, uriContext(metadata, context.uris), found, present);
    checkSupport(support, metadata, present, found);
    if (context.uris?.pagesOnRedirectHosts === true) checkPageHosts(metadata, present, found);
    applyRules(rulesWith(context.sealedSecrets === true), metadata, found);
    applyFieldRules(metadata, present, found);
  });
  if (violations.length > 0) throw registrationError(violations.map((violation) => withOffer(violation, policy)));
  return { metadata, decisions };
}

function union(one: ReadonlySet<string> | undefined, other: ReadonlySet<string> | undefined): ReadonlySet<string> | undefined {
  return one === undefined || other === undefined ? (one ?? other) : new Set([...one, ...other]);
}

/** Adds what `check` finds, but for fields of which something is told already: one mistake is told once. */
function addOthers(violations: MetadataViolation[], check: (found: MetadataViolation[]) => void): void {
  if (violations.length === 0) return check(violations);
  const told = new Set(violations.flatMap(({ field }) => [field, `some of ${baseOf(field)}`]));
  const found: MetadataViolation[] = [];
  check(found);
  violations.push(...found.filter(({ field }) => !told.has(field) && !told.has(baseOf(field)) && !told.has(`some of ${field}`)));
}

const baseOf = (field: string) => field.replace(/[[#.].*$/, "");

/** Who is told that nothing is left is told what there is. */
function withOffer(violation: MetadataViolation, policy: CompiledPolicy): MetadataViolation {
  const offered = policy.allowed.get("grant_types");
  if (violation.rule !== "grant_types.none_left" || offered === undefined) return violation;
  return { ...violation, description: `${violation.description}; offered are ${offered.join(", ")}` };
}

/** What decides which redirection URIs a client may have, as it will be registered: what is forced or stands by default was not asked. */
function intendedContext(metadata: ClientMetadata, { policy, terms, uris, support = noSupport }: RegistrationContext): UriContext {
  const intended = (name: string, byTerms: string | undefined, asked: string | undefined) => {
    const row = policy.rows.find(({ slot }) => slot.name === name);
    if (row?.force !== undefined) return row.force;
    const before = byTerms ?? asked;
    const stays = before !== undefined && !(row?.reduce === true && row.allow?.has(before) === false);
    return stays ? before : (row?.default ?? defaultOf(offeredFields.get(name)!, policy, support));
  };
  return {
    applicationType: intended("application_type", terms?.force?.applicationType, metadata.applicationType) === "native" ? "native" : "web",
    publicClient: intended("token_endpoint_auth_method", terms?.force?.tokenEndpointAuthMethod, metadata.tokenEndpointAuthMethod) === "none",
    switches: uris,
  };
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

/** Leaves the offered fields alone: what is not offered is an unknown member at every door. Empty texts mean omitted, as null does in JSON. Answers with the rows that are there. */
export function keepOffered(metadata: ClientMetadata): readonly FieldRow[] {
  const kept: FieldRow[] = [];
  for (const row of presentRows(metadata)) {
    const value = valueOf(metadata, row);
    if (!row.offered || value === "") setValue(metadata, row, undefined);
    else if (row.type === "tagged") setValue(metadata, row, withoutEmptyTexts(value as Record<string, string>));
    if (valueOf(metadata, row) !== undefined) kept.push(row);
  }
  return kept;
}

const withoutEmptyTexts = (texts: Readonly<Record<string, string>>) => Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ""));

/** Lists and words whose order or repetition means nothing, in one form. redirect_uris are never touched. */
export function fold(metadata: ClientMetadata): void {
  if (metadata.scope !== undefined) metadata.scope = normaliseScope(metadata.scope);
  if (metadata.grantTypes.length > 1) metadata.grantTypes = withoutRepeats(metadata.grantTypes);
  if (metadata.responseTypes.length > 0) metadata.responseTypes = withoutRepeats(metadata.responseTypes.map(canonicalResponseType));
}

/** What decides which URIs these metadata may have. */
export function uriContext(metadata: ClientMetadata, switches?: UriSwitches): UriContext {
  return { applicationType: metadata.applicationType === "native" ? "native" : "web", publicClient: metadata.tokenEndpointAuthMethod === "none", switches };
}

/** An omitted list takes the other's measure: the standards' defaults alone would clash with it (requirements T-06). */
export function completeGrants(
  { grantTypes, responseTypes }: GrantsAndResponses,
  omitted: { readonly grants: boolean; readonly responses: boolean },
): GrantsAndResponses {
  if (grantTypes.length > 0 && responseTypes.length > 0) return { grantTypes, responseTypes };
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
function applyDefaults(metadata: ClientMetadata, policy: CompiledPolicy, support: ServerSupport): void {
  for (const row of always) if (valueOf(metadata, row) === undefined) setValue(metadata, row, defaultOf(row, policy, support));
}

/**
 * The defaults that mean something only beside another field, or in OpenID Connect, and stand nowhere else (docs/decisions/0011). Answers
 * with the rows that are there then.
 */
function applyDependentDefaults(metadata: ClientMetadata, policy: CompiledPolicy, support: ServerSupport): readonly FieldRow[] {
  let filled = false;
  const fill = (row: FieldRow) => {
    if (valueOf(metadata, row) !== undefined) return;
    setValue(metadata, row, defaultOf(row, policy, support));
    filled = true;
  };
  const present = presentRows(metadata);
  if (isOfOpenId(metadata)) ofOpenId.forEach(fill);
  for (const row of present) beside.get(row.name)?.forEach(fill);
  return filled ? presentRows(metadata) : present;
}

const isOfOpenId = ({ scope, responseTypes }: ClientMetadata) =>
  (scope !== undefined && /(?:^| )openid(?: |$)/.test(scope)) || responseTypes.some((type) => wordsOf(type).has("id_token"));

/** The standard's default, or the first value that policy and server admit: a default that is refused would be a trap. */
function defaultOf(row: FieldRow, policy: CompiledPolicy, support: ServerSupport) {
  const standard = row.defaults[0]!;
  const allowed = policy.allowed.get(row.name);
  const supported = support.get(row.name);
  const admitted = allowed === undefined ? supported : supported === undefined ? allowed : supported.filter((value) => allowed.includes(value));
  // Where the two have nothing in common the policy's stands, and the server's support refuses it.
  return admitted === undefined || admitted.includes(standard) ? standard : (admitted[0] ?? allowed?.[0] ?? standard);
}
