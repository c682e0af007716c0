// What a policy does with the metadata asked for: allow, default, force, reduce, refuse; each deviation is a decision.

import { toJson } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import { OtherValues, type FieldPolicy, type Policy } from "../../gen/ts/matricula/v1/policy_pb.js";
import type { ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import type { Decision } from "../../gen/ts/matricula/v1/decision_pb.js";
import { metadataFields, setValue, taggedFields, valueOf, type FieldRow, type FieldValue } from "./fields.js";
import type { MetadataViolation } from "./metadata-json.js";

export type DecisionRow = Decision;

/** A policy made ready: each row with its field and its values. */
export interface CompiledPolicy {
  readonly name: string;
  /** Changes with the policy's content. */
  readonly version: string;
  /** Seconds; 0 means for ever. */
  readonly clientSecretLifetime: number;
  readonly rows: readonly CompiledRow[];
  /** By field name: the values that may be registered; absent when the policy does not narrow the field. */
  readonly allowed: ReadonlyMap<string, readonly string[]>;
}

interface CompiledRow {
  readonly field: FieldRow;
  readonly allow: ReadonlySet<string> | undefined;
  readonly reduce: boolean;
  readonly refuse: boolean;
  readonly default: FieldValue;
  readonly force: FieldValue;
}

/** Makes a policy ready for use. Throws a TypeError for a field that is not offered; the configuration has been checked before. */
export function compilePolicy(policy: Policy, version: string): CompiledPolicy {
  const rows = policy.fields.map(compileRow);
  return {
    name: policy.name,
    version,
    clientSecretLifetime: policy.clientSecretLifetime,
    rows,
    allowed: new Map(policy.fields.filter((row) => row.allow.length > 0).map((row) => [row.field, row.allow])),
  };
}

function compileRow(row: FieldPolicy): CompiledRow {
  const field = metadataFields.find((candidate) => candidate.name === row.field && candidate.offered);
  if (field === undefined) throw new TypeError(`a policy names ${row.field}, which is not offered`);
  const json = (value: FieldPolicy["force"]) => (value === undefined ? undefined : (toJson(ValueSchema, value) as FieldValue));
  return {
    field,
    allow: row.allow.length > 0 ? new Set(row.allow) : undefined,
    reduce: row.others === OtherValues.REDUCE,
    refuse: row.refuse,
    default: json(row.default),
    force: json(row.force),
  };
}

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
    const asked = valueOf(metadata, row.field);
    const rule = (verb: string) => `policy.${policy.name}.${row.field.name}.${verb}`;
    const decide = (registered: FieldValue, verb: string) => {
      setValue(metadata, row.field, registered);
      decisions.push({ $typeName: "matricula.v1.Decision", field: row.field.name, asked: text(asked), registered: text(registered), rule: rule(verb) });
    };
    guardTagged(row, metadata, decisions, violations, rule, forced);
    if (row.force !== undefined) {
      if (text(asked) !== text(row.force)) decide(row.force, "force");
    } else if (asked === undefined) {
      if (row.default !== undefined) decide(row.default, "default");
    } else if (row.refuse) {
      if (!forced.has(row.field.name)) violations.push(refused(row, row.field.name, rule("refuse"), `${row.field.name} must not be sent here`));
    } else if (row.allow !== undefined) {
      narrow(row, asked, decide, rule, violations);
    }
  }
}

const noFields: ReadonlySet<string> = new Set();

/** A field's tagged values obey what its plain value obeys: a name in another language is a name. What is forced stands in every language. */
function guardTagged(
  row: CompiledRow,
  metadata: ClientMetadata,
  decisions: DecisionRow[],
  violations: MetadataViolation[],
  rule: (verb: string) => string,
  forced: ReadonlySet<string>,
): void {
  const twin = taggedFields.get(row.field.name);
  const tagged = twin && valueOf(metadata, twin);
  if (twin === undefined || tagged === undefined) return;
  const values = Object.entries(tagged as Record<string, string>);
  const keep = (kept: FieldValue, verb: string) => {
    setValue(metadata, twin, kept);
    decisions.push({ $typeName: "matricula.v1.Decision", field: twin.name, asked: text(tagged), registered: text(kept), rule: rule(verb) });
  };
  const refuse = (tags: readonly (readonly [tag: string, value: string])[], verb: string, description: string) => {
    for (const [tag] of tags) violations.push(refused(row, `${row.field.name}#${tag}`, rule(verb), `${row.field.name}#${tag} ${description}`));
  };
  if (row.force !== undefined) return keep(undefined, "force");
  if (row.refuse && !forced.has(twin.name)) return refuse(values, "refuse", "must not be sent here");
  const { allow } = row;
  const others = values.filter(([, value]) => allow !== undefined && !allow.has(value));
  if (others.length === 0) return;
  if (!row.reduce) return refuse(others, "allow", `must be one of ${[...allow!].join(", ")}`);
  const allowed = values.filter(([, value]) => allow!.has(value));
  keep(allowed.length === 0 ? undefined : Object.fromEntries(allowed), "reduce");
}

/** Holds the lists of a finished record to what the policy allows, whoever put their values there. */
export function checkAllowed(policy: CompiledPolicy, metadata: ClientMetadata, violations: MetadataViolation[]): void {
  for (const row of policy.rows) {
    if (row.allow === undefined || row.force !== undefined || row.field.type !== "strings") continue;
    (valueOf(metadata, row.field) as readonly string[] | undefined)?.forEach((value, i) => {
      if (row.allow!.has(value)) return;
      const field = `${row.field.name}[${i}]`;
      violations.push(refused(row, field, `policy.${policy.name}.${row.field.name}.allow`, `${field} would be ${value}; it must be one of ${[...row.allow!].join(", ")}`));
    });
  }
}

function narrow(
  row: CompiledRow,
  asked: FieldValue,
  decide: (registered: FieldValue, verb: string) => void,
  rule: (verb: string) => string,
  violations: MetadataViolation[],
): void {
  const allow = row.allow!;
  const values = Array.isArray(asked) ? (asked as readonly string[]) : [asked as string];
  if (values.every((value) => allow.has(value))) return;
  if (row.reduce) {
    const kept = values.filter((value) => allow.has(value));
    if (Array.isArray(asked)) decide(kept, "reduce");
    else decide(row.default ?? row.field.defaults[0], "reduce");
    return;
  }
  values.forEach((value, i) => {
    if (allow.has(value)) return;
    const field = Array.isArray(asked) ? `${row.field.name}[${i}]` : row.field.name;
    violations.push(refused(row, field, rule("allow"), `${field} must be one of ${[...allow].join(", ")}`));
  });
}

function refused(row: CompiledRow, field: string, rule: string, description: string): MetadataViolation {
  return { error: row.field.error, field, rule, clause: "RFC 7591 section 2", description };
}

const text = (value: FieldValue) => (value === undefined ? "" : JSON.stringify(value));
