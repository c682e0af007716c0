// Client metadata in JSON, as RFC 7591 section 2 has it: top-level members, "name#tag" for languages, unknown members ignored.

import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import type { ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import type { RegistrationErrorKind, ViolationRow } from "./errors.js";
import { emptyMetadata, metadataFields, offeredFields, presentRows, setValue, taggedFields, valueOf, type FieldRow, type FieldType } from "./fields.js";
import { putInOrder } from "./in-order.js";
import { foldLanguageTag, isLanguageTag, splitMemberName } from "./language-tag.js";

/** A violation with the RFC 7591 code that it leads to. */
export type MetadataViolation = ViolationRow & { readonly error: RegistrationErrorKind };

const typeNames = {
  string: "a string",
  strings: "an array of strings",
  boolean: "true or false",
  number: "a whole number from 0 to 4294967295",
  object: "an object",
  tagged: "a string",
} as const satisfies Record<FieldType, string>;

/** Whether a JSON value has the type of a field. */
export function hasType(type: FieldType, value: JsonValue): boolean {
  switch (type) {
    case "string":
    case "tagged":
      return typeof value === "string";
    case "strings":
      return Array.isArray(value) && value.every((item) => typeof item === "string");
    case "boolean":
      return typeof value === "boolean";
    case "number":
      return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 0xffffffff;
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
  }
}

/** The violation of a member of a wrong type. */
export function wrongType(field: string, row: FieldRow): MetadataViolation {
  const description = `${field} must be ${typeNames[row.type]}`;
  return { error: row.error, field, rule: "type", clause: row.clause, description };
}

/**
 * Reads metadata from a JSON object that has passed readJsonObject. Members of a wrong type become violations; null and "" mean
 * omitted (RFC 7592 section 2.2); what is neither an offered field nor a declared attribute is ignored (RFC 7591 section 2).
 */
export function metadataFromJson(
  object: JsonObject,
  attributes: ReadonlyMap<string, unknown>,
  violations: MetadataViolation[],
): ClientMetadata {
  const metadata = emptyMetadata();
  let custom: JsonObject | undefined;
  for (const member in object) {
    const value = object[member] as JsonValue;
    if (value === null || value === "") continue;
    const row = offeredFields.get(member);
    if (row !== undefined) {
      if (hasType(row.type, value)) setValue(metadata, row, value as never);
      else violations.push(wrongType(member, row));
    } else if (attributes.has(member)) {
      // Own properties only: readJsonObject has refused the names of prototypes.
      (custom ??= {})[member] = value;
    } else if (member.includes("#")) {
      readTagged(metadata, member, value, violations);
    }
  }
  if (custom !== undefined) metadata.customAttributes = custom;
  return metadata;
}

const tagged = { error: "invalid_client_metadata", clause: "RFC 7591 section 2.2" } as const;

/** The violation of a language tag that is none; the tag is not repeated, as it can be anything. */
export function malformedTag(base: string): MetadataViolation {
  return { ...tagged, field: base, rule: "language_tag.syntax", description: `${base} has a member whose language tag is not well-formed (BCP 47); write it as in ${base}#fr-CA` };
}

/** The violation of a second value for one language. */
export function repeatedTag(member: string): MetadataViolation {
  return { ...tagged, field: member, rule: "language_tag.duplicate", description: `${member} names a language that another member names too; tags are compared without case` };
}

/** Folds "client_name#fr" and its kin into the map of the base field (RFC 7591 section 2.2). */
export function readTagged(metadata: ClientMetadata, member: string, value: JsonValue, violations: MetadataViolation[]): void {
  const split = splitMemberName(member);
  const row = split && taggedFields.get(split.base);
  // A tag on a name that is not for people is an unknown member.
  if (split === undefined || row === undefined) return;
  if (!isLanguageTag(split.tag)) {
    violations.push(malformedTag(split.base));
    return;
  }
  if (typeof value !== "string") {
    violations.push(wrongType(member, row));
    return;
  }
  const values = (valueOf(metadata, row) ?? {}) as Record<string, string>;
  // Tags are compared without case, although JSON names are not.
  const folded = foldLanguageTag(split.tag);
  if (Object.keys(values).some((tag) => foldLanguageTag(tag) === folded)) {
    violations.push(repeatedTag(member));
    return;
  }
  setValue(metadata, row, { ...values, [split.tag]: value });
}

const alwaysWritten = metadataFields.filter((row) => row.offered && row.alwaysWritten);

/** What has a value and what is written without one, in the order of the field table. */
function writtenRows(metadata: ClientMetadata): readonly FieldRow[] {
  const rows = presentRows(metadata);
  for (const row of alwaysWritten) if (!rows.includes(row)) putInOrder(rows, row, ({ number }) => number);
  return rows;
}

/** Appends the members of registered metadata to `target`, in the order of the field table. */
export function metadataToJson(metadata: ClientMetadata, target: JsonObject): void {
  for (const row of writtenRows(metadata)) {
    if (!row.offered) continue;
    const value = valueOf(metadata, row);
    if (value === undefined) {
      if (row.alwaysWritten) target[row.name] = [];
    } else if (row.type === "tagged") {
      for (const tag in value as Record<string, string>) target[`${row.localizes}#${tag}`] = (value as Record<string, string>)[tag]!;
    } else if (row.name === "custom_attributes") {
      Object.assign(target, value);
    } else {
      target[row.name] = value as JsonValue;
    }
  }
}
