import { create, toJson, type JsonValue, type MessageInitShape } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import { createHash } from "node:crypto";
import { OtherValues, PolicySchema, type FieldPolicy, type Policy } from "../../gen/ts/matricula/v1/policy_pb.js";
import { offeredFields, type FieldRow, type FieldType } from "../domain/fields.js";
import type { Report } from "./configuration-error.js";
import type { VersionedPolicy } from "./loaded-configuration.js";
import { nearestName } from "./nearest-name.js";
import type { Path } from "./path.js";
import { rfc7591 } from "./policies/rfc7591.js";
import { services } from "./policies/services.js";

/** The policies that every realm has. */
const readyMade: readonly MessageInitShape<typeof PolicySchema>[] = [rfc7591, services];

/** The realm's policies by name, the ready-made ones first. */
export function readPolicies(policies: readonly Policy[], path: Path, report: Report): ReadonlyMap<string, VersionedPolicy> {
  const byName = new Map(readyMade.map((policy) => [policy.name!, versioned(create(PolicySchema, policy))]));
  policies.forEach((policy, i) => {
    const at = [...path, i];
    if (policy.name === "") report(at, "needs a name");
    else if (readyMade.some(({ name }) => name === policy.name)) report([...at, "name"], `is the name of a ready-made policy; choose another`);
    else if (byName.has(policy.name)) report([...at, "name"], `is the name of an earlier policy; a name is unique in its realm`);
    // The name is part of every decision's rule, and so of a response header.
    else if (!/^[a-z0-9][a-z0-9._-]*$/.test(policy.name)) report([...at, "name"], "must be lower-case letters, digits, dots, hyphens and underscores");
    else byName.set(policy.name, versioned(policy));
    checkPolicy(policy, at, report);
  });
  return byName;
}

/** Reports what in a policy could not be carried out, or would contradict itself. */
export function checkPolicy(policy: Policy, path: Path, report: Report): void {
  const seen = new Set<string>();
  policy.fields.forEach((rule, i) => {
    const at = [...path, "fields", i];
    const field = offeredFields.get(rule.field);
    if (rule.field === "") report(at, "needs a field");
    else if (field === undefined) report([...at, "field"], `is not a metadata field that is offered${didYouMean(rule.field)}`);
    else if (seen.has(rule.field)) report([...at, "field"], `has a row in this policy already`);
    else checkRule(rule, field, at, report);
    seen.add(rule.field);
  });
}

function didYouMean(name: string): string {
  const near = nearestName(name, [...offeredFields.keys()]);
  return near === undefined ? "" : `; did you mean ${near}?`;
}

function checkRule(rule: FieldPolicy, field: FieldRow, at: Path, report: Report): void {
  const isNarrowed = rule.allow.length > 0;
  if (rule.default !== undefined && rule.force !== undefined) report(at, "has both default and force; force alone decides");
  if (rule.refuse && isNarrowed) report(at, "has both refuse and allow; what may not be sent has no values to allow");
  if (rule.others !== OtherValues.UNSPECIFIED && !isNarrowed) report([...at, "others"], "needs allow: it says what happens to the values that are not allowed");
  // What a client gave as its redirection URIs is registered as it is, or not at all.
  if (field.uri === "redirect" && (rule.default !== undefined || rule.force !== undefined || rule.others === OtherValues.REDUCE)) {
    report(at, `may not alter ${field.name}: allow and refuse are what there is`);
  }
  checkAllow(rule, field, [...at, "allow"], report);
  for (const verb of ["default", "force"] as const) {
    const value = rule[verb];
    if (value !== undefined) checkValue(toJson(ValueSchema, value), rule, field, [...at, verb], report);
  }
}

function checkAllow(rule: FieldPolicy, field: FieldRow, at: Path, report: Report): void {
  if (rule.allow.length > 0 && field.type !== "string" && field.type !== "strings") {
    return report(at, `works on strings and lists of strings; ${field.name} is ${typeNames[field.type]}`);
  }
  rule.allow.forEach((value, i) => {
    if (value === "") report([...at, i], "is empty");
    else if (field.allowed.length > 0 && !field.allowed.includes(value)) report([...at, i], `is no value of ${field.name}: ${field.allowed.join(", ")}`);
  });
}

/** A value that stands without having been asked for must be one that could have been asked for. */
function checkValue(value: JsonValue, rule: FieldPolicy, field: FieldRow, at: Path, report: Report): void {
  if (!isOfType[field.type](value)) return report(at, `must be ${typeNames[field.type]}`);
  const texts = Array.isArray(value) ? (value as string[]) : typeof value === "string" ? [value] : [];
  if (value === "" || (Array.isArray(value) && value.length === 0)) report(at, "is empty; leave it out instead");
  if (texts.length > field.maxItems) report(at, `must have at most ${field.maxItems} entries`);
  for (const text of texts) {
    if (text.length > field.maxLength) report(at, `must have at most ${field.maxLength} characters`);
    if (field.allowed.length > 0 && !field.allowed.includes(text)) report(at, `has ${JSON.stringify(text)}, which is no value of ${field.name}`);
    else if (rule.allow.length > 0 && !rule.allow.includes(text)) report(at, `has ${JSON.stringify(text)}, which this policy does not allow`);
  }
}

const typeNames = {
  string: "a string",
  strings: "a list of strings",
  boolean: "true or false",
  number: "a whole number",
  object: "a mapping",
  tagged: "a mapping of language tags to strings",
} as const satisfies Record<FieldType, string>;

const isObject = (value: JsonValue): value is { [key: string]: JsonValue } => typeof value === "object" && value !== null && !Array.isArray(value);

const isOfType = {
  string: (value) => typeof value === "string",
  strings: (value) => Array.isArray(value) && value.every((item) => typeof item === "string"),
  boolean: (value) => typeof value === "boolean",
  number: (value) => typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff,
  object: isObject,
  tagged: (value) => isObject(value) && Object.values(value).every((item) => typeof item === "string"),
} as const satisfies Record<FieldType, (value: JsonValue) => boolean>;

function versioned(policy: Policy): VersionedPolicy {
  const canonical = JSON.stringify(sortKeys(toJson(PolicySchema, policy)));
  return { policy, version: createHash("sha256").update(canonical).digest("hex").slice(0, 12) };
}

function sortKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sortKeys(value[key]!)]));
}
