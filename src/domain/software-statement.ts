// Software statements (RFC 7591 section 2.3): what a statement that was verified makes of a registration. Who verifies is in service/.

import { clone, type JsonObject, type JsonValue } from "@bufbuild/protobuf";
import { ClientMetadataSchema, type ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { registrationError } from "./errors.js";
import { metadataFields, setValue, taggedFields, valueOf, type FieldRow, type FieldValue } from "./fields.js";
import { splitMemberName } from "./language-tag.js";
import { metadataFromJson, type MetadataViolation } from "./metadata-json.js";
import type { DecisionRow } from "./policy.js";
import { applyForce } from "./terms.js";
import type { CustomAttribute } from "./validate.js";

/** What an issuer's claims mean. */
export interface StatementMeaning {
  /** Its own names: claim to metadata field. */
  readonly claimNames: ReadonlyMap<string, string>;
  /** Fields whose claims may not be contradicted; others overrule what is sent. */
  readonly bindingFields: ReadonlySet<string>;
  /** The claim that lists roles; "" for none. */
  readonly rolesClaim: string;
  /** The scope that each role gives. */
  readonly roleScopes: ReadonlyMap<string, string>;
}

/** A statement whose signature, issuer and claims hold, or held when it was registered. */
export interface VerifiedStatement {
  /** As it was sent: it is returned unmodified (RFC 7591 section 3.2.1). */
  readonly text: string;
  readonly issuer: string;
  /** The claims that are client metadata. */
  readonly metadata: ClientMetadata;
  readonly bindingFields: ReadonlySet<string>;
  /** All claims. */
  readonly claims: JsonObject;
}

/** The meaning of plain RFC 7591 claims. */
export const plainMeaning: StatementMeaning = { claimNames: new Map(), bindingFields: new Set(), rolesClaim: "", roleScopes: new Map() };

const statementRow = metadataFields.find((row) => row.name === "software_statement")!;
const scopeRow = metadataFields.find((row) => row.name === "scope")!;
const clause = statementRow.clause;

/** The violation of a statement that does not hold. */
export function invalidStatement(rule: string, description: string, at = clause): MetadataViolation {
  return { error: "invalid_software_statement", field: statementRow.name, rule: `software_statement.${rule}`, clause: at, description };
}

/** The same for one that holds and is not accepted here. */
export function unapprovedStatement(rule: string, description: string): MetadataViolation {
  return { ...invalidStatement(rule, description, "RFC 7591 section 3.2.2"), error: "unapproved_software_statement" };
}

/**
 * The metadata that claims say: offered fields, in other languages too, and declared attributes that clients may set. Everything else is
 * ignored, as unknown members are (requirements T-16). Throws invalid_software_statement for a claim of a wrong type.
 */
export function statementMetadata(claims: JsonObject, meaning: StatementMeaning, attributes: ReadonlyMap<string, CustomAttribute>): ClientMetadata {
  if (claims[statementRow.name] !== undefined) throw registrationError([invalidStatement("nested", "a software statement must not hold another")]);
  const object: JsonObject = {};
  for (const claim of Object.keys(claims)) {
    const name = memberName(claim, meaning.claimNames);
    // A claim by the member's own name goes before one that only means it.
    if (name !== claim && claims[name] !== undefined) continue;
    const row = metadataFields.find((candidate) => candidate.name === name);
    const value = claims[claim]!;
    // UK Open Banking numbers its versions.
    object[name] = row?.type === "string" && typeof value === "number" ? String(value) : value;
  }
  const scope = scopeOf(claims[meaning.rolesClaim], meaning.roleScopes);
  if (scope !== undefined && object[scopeRow.name] === undefined) object[scopeRow.name] = scope;
  const settable = new Map([...attributes].filter(([, { setBy }]) => setBy === "client"));
  const violations: MetadataViolation[] = [];
  const metadata = metadataFromJson(object, settable, violations);
  if (violations.length > 0) throw registrationError(violations.map(({ field, description }) => invalidStatement("claim", `its claim ${field}: ${description}`)));
  return metadata;
}

/** Claims in other languages are named as their plain one is (RFC 7591 section 2.2). */
function memberName(claim: string, names: ReadonlyMap<string, string>): string {
  const split = splitMemberName(claim);
  if (split === undefined) return names.get(claim) ?? claim;
  return `${names.get(split.base) ?? split.base}#${split.tag}`;
}

/** The scopes of all active roles; undefined when the issuer's roles give none. */
function scopeOf(roles: JsonValue | undefined, scopes: ReadonlyMap<string, string>): string | undefined {
  if (scopes.size === 0) return undefined;
  const words = new Set<string>();
  for (const role of Array.isArray(roles) ? roles : []) for (const word of scopes.get(activeRole(role))?.split(" ") ?? []) words.add(word);
  return [...words].join(" ");
}

function activeRole(role: JsonValue): string {
  if (typeof role === "string") return role;
  if (typeof role !== "object" || role === null || Array.isArray(role)) return "";
  const { role: name, status = "Active" } = role;
  return typeof name === "string" && typeof status === "string" && status.toLowerCase() === "active" ? name : "";
}

const rule = "software_statement.claim";

/**
 * Lets the statement go before what was sent (RFC 7591 section 3.1.1); answers with the names of the fields that it decides. Appends
 * what it overrules, and a violation for what contradicts a binding claim.
 */
export function applyStatement(statement: VerifiedStatement, metadata: ClientMetadata, decisions: DecisionRow[], violations: MetadataViolation[]): ReadonlySet<string> {
  metadata.softwareStatement = statement.text;
  // A copy: what may be sent in part is registered in part.
  const claims = clone(ClientMetadataSchema, statement.metadata);
  for (const row of metadataFields) {
    if (!statement.bindingFields.has(row.name)) continue;
    const [asked, claimed] = [valueOf(metadata, row), valueOf(claims, row)];
    if (asked === undefined) continue;
    const parts = partsOf(row, claimed);
    if (parts !== undefined && partsOf(row, asked)!.every((part) => parts.includes(part))) setValue(claims, row, asked);
    else if (parts !== undefined || text(asked) !== text(claimed)) violations.push(contradiction(row));
  }
  const forced = applyForce({ rule, force: claims }, metadata, decisions);
  return new Set([...forced].flatMap((name) => [name, taggedFields.get(name)?.name ?? name]));
}

/** What a list, or a scope, is made of; nothing claimed admits nothing. */
function partsOf(row: FieldRow, value: FieldValue): readonly string[] | undefined {
  if (row.type === "strings") return (value ?? []) as readonly string[];
  if (row === scopeRow) return value === undefined ? [] : (value as string).split(" ");
  return undefined;
}

function contradiction(row: FieldRow): MetadataViolation {
  const description = row.type === "strings" || row === scopeRow
    ? `${row.name} may only have values that the software statement has`
    : `${row.name} must be what the software statement says, or be left out`;
  return { error: row.error, field: row.name, rule: "software_statement.binding", clause: "RFC 7591 section 3.1.1", description };
}

/** Where a credential forces what the statement denies the two do not belong together (RFC 7591 section 5). */
export function checkAgainstForce({ metadata }: VerifiedStatement, force: ClientMetadata | undefined, violations: MetadataViolation[]): void {
  if (force === undefined) return;
  for (const row of metadataFields) {
    const [claimed, forced] = [valueOf(metadata, row), valueOf(force, row)];
    if (claimed === undefined || forced === undefined || row.type === "object" || text(claimed) === text(forced)) continue;
    violations.push(unapprovedStatement("credential", `the software statement says another ${row.name} than the credential that it came with allows`));
  }
}

/** A statement that nobody has verified says nothing. */
export function demandVerified(metadata: ClientMetadata, statement: VerifiedStatement | undefined, violations: MetadataViolation[]): void {
  const { softwareStatement } = metadata;
  if (softwareStatement === undefined || softwareStatement === statement?.text) return;
  violations.push(invalidStatement("unverified", "the software statement was not verified"));
}

const text = (value: FieldValue) => (value === undefined ? "" : JSON.stringify(value));
