// What in a policy could not be carried out, would contradict itself, or would register what the service itself refuses.

import { toJson, type JsonValue } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import { CertificateName, OtherValues, type FieldPolicy, type Policy } from "../../gen/ts/matricula/v1/policy_pb.js";
import { offeredFields, type FieldType } from "./fields.js";
import { nearestName } from "./nearest-name.js";
import { compilePolicy } from "./policy.js";
import { refusedValues } from "./policy-values.js";
import { readHostPattern } from "./redirect-hosts.js";
import { slotNamed, type Slot } from "./slot.js";
import { readSchemePattern } from "./uri-bounds.js";
import type { CustomAttribute } from "./validate.js";

/** Notes a mistake at a path of keys and indices; `message` is a sentence without its subject. */
export type ReportMistake = (path: readonly (string | number)[], message: string) => void;

type Path = readonly (string | number)[];

/** The name is part of every decision's rule, and so of a response header. */
export const policyName = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** Reports every mistake of a policy for a realm that declares `attributes`. */
export function checkPolicy(policy: Policy, attributes: ReadonlyMap<string, CustomAttribute>, path: Path, report: ReportMistake): void {
  let found = 0;
  const note: ReportMistake = (at, message) => {
    found += 1;
    report(at, message);
  };
  const seen = new Set<string>();
  policy.fields.forEach((row, i) => {
    const at = [...path, "fields", i];
    const slot = slotNamed(row.field, attributes);
    if (row.field === "") note(at, "needs a field");
    else if (slot === undefined) note([...at, "field"], `is not a metadata field that is offered${didYouMean(row.field, attributes)}`);
    else if (seen.has(row.field)) note([...at, "field"], "has a row in this policy already");
    else checkRow(row, slot, attributes.get(row.field), at, note);
    seen.add(row.field);
  });
  checkRequired(policy, attributes, [...path, "required"], note);
  const method = policy.fields.find(({ field }) => field === "token_endpoint_auth_method");
  if (policy.certificateName !== CertificateName.UNSPECIFIED && method !== undefined && method.allow.length > 0 && !method.allow.includes("tls_client_auth")) {
    note([...path, "certificate_name"], "means nothing: this policy does not allow the token_endpoint_auth_method tls_client_auth");
  }
  // Values that are of a wrong type cannot be tried.
  if (found > 0) return;
  for (const { row, verb, message } of refusedValues(compilePolicy(policy, "", attributes), attributes)) note([...path, "fields", row, ...verb], message);
}

function didYouMean(name: string, attributes: ReadonlyMap<string, unknown>): string {
  const near = nearestName(name, [...offeredFields.keys(), ...attributes.keys()]);
  return near === undefined ? "" : `; did you mean ${near}?`;
}

function checkRequired({ required, fields }: Policy, attributes: ReadonlyMap<string, unknown>, path: Path, report: ReportMistake): void {
  required.forEach((name, i) => {
    const row = fields.find(({ field }) => field === name);
    if (slotNamed(name, attributes) === undefined) report([...path, i], `is not a metadata field that is offered${didYouMean(name, attributes)}`);
    else if (required.indexOf(name) !== i) report([...path, i], "stands in the list already");
    else if (row?.refuse === true && row.force === undefined && row.default === undefined) report([...path, i], "may not be sent by this policy's own row for it, so nobody could register");
  });
}

function checkRow(row: FieldPolicy, slot: Slot, attribute: CustomAttribute | undefined, at: Path, report: ReportMistake): void {
  const narrows = row.allow.length > 0 || row.hosts.length > 0 || row.schemes.length > 0;
  if (row.default !== undefined && row.force !== undefined) report(at, "has both default and force; force alone decides");
  if (row.refuse && narrows) report(at, "has both refuse and allow; what may not be sent has no values to allow");
  // It would be refused when an update sends back what is registered.
  if (row.refuse && (slot.field?.defaults.length ?? 0) > 0) report(at, `refuses ${slot.name}, which every client has; allow or force the values that may be`);
  if (row.others !== OtherValues.UNSPECIFIED && !narrows) report([...at, "others"], "needs allow: it says what happens to the values that are not allowed");
  // What a client gave as its redirection URIs is registered as it is, or not at all.
  if (slot.field?.uri === "redirect" && (row.default !== undefined || row.force !== undefined || row.others === OtherValues.REDUCE)) {
    report(at, `may not alter ${slot.name}: allow and refuse are what there is`);
  }
  if (attribute?.setBy === "server" && (narrows || row.refuse || row.default !== undefined)) {
    report(at, `is about ${slot.name}, which clients do not set: force is what there is`);
  }
  if (!/^[\x20-\x7e]*$/.test(row.reason)) report([...at, "reason"], "must be printable ASCII: it is told in header fields");
  checkAllow(row, slot, attribute, [...at, "allow"], report);
  checkBounds(row, slot, at, report);
  for (const verb of ["default", "force"] as const) {
    const value = row[verb];
    if (value !== undefined) checkValue(toJson(ValueSchema, value), row, slot, attribute, [...at, verb], report);
  }
}

const typeOf = (slot: Slot, attribute: CustomAttribute | undefined): FieldType => slot.field?.type ?? attribute!.type;

function checkAllow(row: FieldPolicy, slot: Slot, attribute: CustomAttribute | undefined, at: Path, report: ReportMistake): void {
  const type = typeOf(slot, attribute);
  if (row.allow.length > 0 && type !== "string" && type !== "strings") {
    return report(at, `works on strings and lists of strings; ${slot.name} is ${typeNames[type]}`);
  }
  const known = slot.field?.allowed ?? [];
  row.allow.forEach((value, i) => {
    if (value === "") report([...at, i], "is empty");
    else if (known.length > 0 && !known.includes(value)) report([...at, i], `is no value of ${slot.name}: ${known.join(", ")}`);
    else if (slot.field?.syntax === "scope" && value.includes(" ")) report([...at, i], "holds a space; each entry is one token of scope");
    else if (row.allow.indexOf(value) !== i) report([...at, i], "stands in the list already");
  });
}

function checkBounds(row: FieldPolicy, { name, field }: Slot, at: Path, report: ReportMistake): void {
  for (const [key, patterns, read, form] of [
    ["hosts", row.hosts, readHostPattern, "a host, such as app.example.com, or *. and a domain, such as *.example.com: no scheme, port or path"],
    ["schemes", row.schemes, readSchemePattern, "a scheme, such as https or com.example.app, or a name in reverse order and .*, such as com.example.*"],
  ] as const) {
    if (patterns.length > 0 && field?.uri === undefined) report([...at, key], `works on fields of URIs; ${name} is none`);
    else patterns.forEach((pattern, i) => read(pattern) === undefined && report([...at, key, i], `must be ${form}`));
  }
}

/** A value that stands without having been asked for must be one that could have been asked for. */
function checkValue(value: JsonValue, row: FieldPolicy, slot: Slot, attribute: CustomAttribute | undefined, at: Path, report: ReportMistake): void {
  const type = typeOf(slot, attribute);
  if (!isOfType[type](value)) return report(at, `must be ${typeNames[type]}`);
  if (value === "" || (Array.isArray(value) && value.length === 0)) report(at, "is empty; leave it out instead");
  if (row.allow.length === 0) return;
  const tokens = slot.field?.syntax === "scope" && typeof value === "string" ? value.split(" ") : undefined;
  const texts = tokens ?? (Array.isArray(value) ? (value as string[]) : typeof value === "string" ? [value] : []);
  for (const text of texts) if (!row.allow.includes(text)) report(at, `has ${JSON.stringify(text)}, which this policy does not allow`);
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
