// What a policy does with the metadata asked for: allow, default, force, reduce, refuse; each deviation is a decision.

import { toJson } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import { CertificateName, OtherValues, type FieldPolicy, type Policy } from "../../gen/ts/matricula/v1/policy_pb.js";
import type { ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { decision, valueText, type DecisionRow } from "./decision.js";
import { setValue, taggedFields, valueOf, type FieldValue } from "./fields.js";
import type { MetadataViolation } from "./metadata-json.js";
import { slotNamed, type Slot } from "./slot.js";
import { boundsText, isWithin, readBounds, type UriBounds } from "./uri-bounds.js";

export type { DecisionRow } from "./decision.js";

/** A policy made ready: each row with its field and its values. */
export interface CompiledPolicy {
  readonly name: string;
  /** Changes with the policy's content. */
  readonly version: string;
  /** As it was written. */
  readonly source: Policy;
  /** Why it is not known what it says: nothing may be admitted by it. */
  readonly mistake?: string | undefined;
  /** Seconds; 0 means for ever. */
  readonly clientSecretLifetime: number;
  /** Seconds after the last sign of life; 0 means for ever. */
  readonly clientLifetime: number;
  /** Whether an update that shows the registration access token is answered with a new one. */
  readonly rotatesToken: boolean;
  readonly certificateRequired: boolean;
  readonly softwareStatementRequired: boolean;
  /** Whether the name of a client that authenticates with a certificate is the registrant's own: where none is asked, or always. */
  readonly certificateName: "asked" | "default" | "own";
  readonly rows: readonly CompiledRow[];
  readonly required: readonly Slot[];
  /** The declared attributes that stand whatever is asked. */
  readonly forcedAttributes: Readonly<Record<string, FieldValue>>;
  /** By field name: the values that may be registered; absent when the policy does not narrow the field to a list. */
  readonly allowed: ReadonlyMap<string, readonly string[]>;
}

/** A policy's row, ready for use. */
export interface CompiledRow {
  readonly slot: Slot;
  readonly allow: ReadonlySet<string> | undefined;
  readonly bounds: UriBounds | undefined;
  /** Whether values are narrowed at all. */
  readonly narrows: boolean;
  readonly reduce: boolean;
  readonly refuse: boolean;
  readonly default: FieldValue;
  readonly force: FieldValue;
  readonly reason: string;
}

const certificateNames = {
  [CertificateName.UNSPECIFIED]: "asked",
  [CertificateName.DEFAULT]: "default",
  [CertificateName.OWN]: "own",
} as const satisfies Record<CertificateName, CompiledPolicy["certificateName"]>;

const noAttributes: ReadonlyMap<string, unknown> = new Map();

/**
 * Makes a policy ready for use in a realm that declares `attributes`. Throws a TypeError for a field that is not offered; the policy has
 * been checked before.
 */
export function compilePolicy(policy: Policy, version: string, attributes: ReadonlyMap<string, unknown> = noAttributes): CompiledPolicy {
  const slot = (name: string): Slot => {
    const found = slotNamed(name, attributes);
    if (found === undefined) throw new TypeError(`a policy names ${name}, which is not offered`);
    return found;
  };
  const rows = policy.fields.map((row) => compileRow(row, slot(row.field)));
  const narrowed = policy.fields.filter((row) => row.allow.length > 0 && row.hosts.length === 0 && row.schemes.length === 0);
  return {
    name: policy.name,
    version,
    source: policy,
    clientSecretLifetime: policy.clientSecretLifetime,
    clientLifetime: policy.clientLifetime,
    rotatesToken: policy.rotateRegistrationAccessToken,
    certificateRequired: policy.certificateRequired,
    softwareStatementRequired: policy.softwareStatementRequired,
    certificateName: certificateNames[policy.certificateName],
    rows,
    required: policy.required.map(slot),
    forcedAttributes: Object.fromEntries(rows.filter(({ slot: { field }, force }) => field === undefined && force !== undefined).map((row) => [row.slot.name, row.force])),
    allowed: new Map(narrowed.map((row) => [row.field, row.allow])),
  };
}

function compileRow(row: FieldPolicy, slot: Slot): CompiledRow {
  const json = (value: FieldPolicy["force"]) => (value === undefined ? undefined : (toJson(ValueSchema, value) as FieldValue));
  const allow = row.allow.length > 0 ? new Set(row.allow) : undefined;
  const bounds = readBounds(row);
  return {
    slot, allow, bounds,
    narrows: allow !== undefined || bounds !== undefined,
    reduce: row.others === OtherValues.REDUCE,
    refuse: row.refuse,
    default: json(row.default),
    force: json(row.force),
    reason: row.reason,
  };
}

/** The id of what a policy decides of a field, by the verb that decides. */
export const policyRule = (policy: CompiledPolicy, field: string, verb: string) => `policy.${policy.name}.${field}.${verb}`;

/**
 * Applies the policy to `metadata` in place, before the standards' defaults; appends what it changed and what it refuses. `forced` are
 * fields that the client did not choose: a field that it may not send may be there all the same.
 */
export function applyPolicy(
  policy: CompiledPolicy,
  metadata: ClientMetadata,
  decisions: DecisionRow[],
  violations: MetadataViolation[],
  forced: ReadonlySet<string> = noFields,
): void {
  for (const row of policy.rows) {
    const asked = row.slot.read(metadata);
    guardTagged(policy, row, metadata, decisions, violations, forced);
    // Most rows have nothing to say of most requests.
    if (row.force === undefined && (asked === undefined ? row.default === undefined : !row.refuse && isAdmitted(row, asked))) continue;
    applyRow(policy, row, asked, metadata, decisions, violations, forced);
  }
}

function applyRow(
  policy: CompiledPolicy,
  row: CompiledRow,
  asked: FieldValue,
  metadata: ClientMetadata,
  decisions: DecisionRow[],
  violations: MetadataViolation[],
  forced: ReadonlySet<string>,
): void {
  const { slot } = row;
  const rule = (verb: string) => policyRule(policy, slot.name, verb);
  const decide = (registered: FieldValue, verb: string) => {
    slot.write(metadata, registered);
    decisions.push(decision(slot.name, asked, registered, { rule: rule(verb), policyVersion: policy.version, reason: row.reason }));
  };
  if (row.force !== undefined) {
    if (valueText(asked) !== valueText(row.force)) decide(row.force, "force");
  } else if (asked === undefined) {
    decide(row.default, "default");
  } else if (row.refuse) {
    // What stands by default is sent back by an update.
    if (!forced.has(slot.name) && valueText(asked) !== valueText(row.default)) violations.push(refused(row, slot.name, rule("refuse"), `${slot.name} must not be sent here`));
  } else {
    narrow(row, asked, decide, rule, violations);
  }
}

const noFields: ReadonlySet<string> = new Set();

/** A field's tagged values obey what its plain value obeys: a name in another language is a name. What is forced stands in every language. */
function guardTagged(
  policy: CompiledPolicy,
  row: CompiledRow,
  metadata: ClientMetadata,
  decisions: DecisionRow[],
  violations: MetadataViolation[],
  forced: ReadonlySet<string>,
): void {
  const { name } = row.slot;
  const twin = taggedFields.get(name);
  const tagged = twin && valueOf(metadata, twin);
  if (twin === undefined || tagged === undefined) return;
  const values = Object.entries(tagged as Record<string, string>);
  const keep = (kept: FieldValue, verb: string) => {
    setValue(metadata, twin, kept);
    decisions.push(decision(twin.name, tagged, kept, { rule: policyRule(policy, name, verb), policyVersion: policy.version, reason: row.reason }));
  };
  const refuse = (tags: readonly (readonly [tag: string, value: string])[], verb: string, description: string) => {
    for (const [tag] of tags) violations.push(refused(row, `${name}#${tag}`, policyRule(policy, name, verb), `${name}#${tag} ${description}`));
  };
  if (row.force !== undefined) return keep(undefined, "force");
  if (row.refuse && !forced.has(twin.name)) return refuse(values, "refuse", "must not be sent here");
  const others = values.filter(([, value]) => row.narrows && !admits(row, value));
  if (others.length === 0) return;
  if (!row.reduce) return refuse(others, "allow", admittedText(row));
  const allowed = values.filter(([, value]) => admits(row, value));
  keep(allowed.length === 0 ? undefined : Object.fromEntries(allowed), "reduce");
}

/** Holds the lists of a finished record to what the policy allows, whoever put their values there. */
export function checkAllowed(policy: CompiledPolicy, metadata: ClientMetadata, violations: MetadataViolation[]): void {
  for (const row of policy.rows) {
    if (!row.narrows || row.force !== undefined || row.slot.field?.type !== "strings") continue;
    (row.slot.read(metadata) as readonly string[] | undefined)?.forEach((value, i) => {
      if (admits(row, value)) return;
      const field = `${row.slot.name}[${i}]`;
      violations.push(refused(row, field, policyRule(policy, row.slot.name, "allow"), `${field} would be ${value}; it ${admittedText(row)}`));
    });
  }
}

/** Holds a finished record to what the policy demands to be there. */
export function checkRequired(policy: CompiledPolicy, metadata: ClientMetadata, violations: MetadataViolation[]): void {
  for (const slot of policy.required) {
    if (slot.read(metadata) !== undefined) continue;
    violations.push({
      error: slot.error, field: slot.name, rule: policyRule(policy, slot.name, "required"), clause: slot.clause,
      description: `${slot.name} is required by the policy ${policy.name}; add it`,
    });
  }
}

const admits = ({ allow, bounds }: CompiledRow, value: string) => allow?.has(value) === true || (bounds !== undefined && isWithin(bounds, value));

const longestList = 400;

function admittedText({ allow, bounds }: CompiledRow): string {
  const listed = [...(allow ?? [])].join(", ");
  const parts = [allow !== undefined && allow.size > 1 ? `one of ${listed}` : listed, bounds === undefined ? "" : boundsText(bounds)];
  const admitted = parts.filter((part) => part !== "").join(", or ");
  // An error must fit into header fields.
  return admitted.length > longestList ? "must be among what the policy admits" : `must be ${admitted}`;
}

const hasTokens = ({ slot }: CompiledRow) => slot.field?.syntax === "scope";

/** The values that a row narrows one by one. */
function valuesOf(row: CompiledRow, asked: FieldValue): readonly string[] {
  return Array.isArray(asked) ? (asked as readonly string[]) : hasTokens(row) ? (asked as string).split(" ") : [asked as string];
}

/** Whether a row lets all that was asked stand. */
function isAdmitted(row: CompiledRow, asked: FieldValue): boolean {
  if (!row.narrows) return true;
  if (typeof asked === "string" && !hasTokens(row)) return admits(row, asked);
  return valuesOf(row, asked).every((value) => admits(row, value));
}

function narrow(
  row: CompiledRow,
  asked: FieldValue,
  decide: (registered: FieldValue, verb: string) => void,
  rule: (verb: string) => string,
  violations: MetadataViolation[],
): void {
  const { name } = row.slot;
  const tokens = hasTokens(row);
  const values = valuesOf(row, asked);
  if (row.reduce) {
    const kept = values.filter((value) => admits(row, value));
    // Were nothing registered, the default would stand as soon as that is sent back.
    if (Array.isArray(asked)) decide(kept.length === 0 ? (row.default ?? []) : kept, "reduce");
    else if (tokens && kept.length > 0) decide(kept.join(" "), "reduce");
    else decide(row.default ?? standIn(row), "reduce");
    return;
  }
  values.forEach((value, i) => {
    if (admits(row, value)) return;
    const at = Array.isArray(asked) ? `${name}[${i}]` : name;
    // Of tokens it matters which: the sentence says it where it can be said in ASCII and in short.
    const which = tokens ? `${at} has ${value.length > 60 ? "a token that it may not have" : value}; each token` : at;
    violations.push(refused(row, at, rule("allow"), `${which} ${admittedText(row)}`));
  });
}

/** The standard's default in the place of what is not admitted; where that is not admitted either, the first value that is. */
function standIn(row: CompiledRow): FieldValue {
  const standard = row.slot.field?.defaults[0];
  return standard === undefined || admits(row, standard) ? standard : [...(row.allow ?? [])][0];
}

function refused({ slot, reason }: CompiledRow, field: string, rule: string, description: string): MetadataViolation {
  return { error: slot.error, field, rule, clause: "RFC 7591 section 2", description: reason === "" ? description : `${description} (${reason})` };
}
