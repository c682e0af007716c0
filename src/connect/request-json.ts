// Strict protobuf JSON: what fromJson would take in silence ("5" for 5, a string for a list) is refused before it is asked.

import { create, fromJson, type DescField, type DescMessage, type JsonObject, type JsonValue, type MessageShape } from "@bufbuild/protobuf";
import { FieldMaskSchema } from "@bufbuild/protobuf/wkt";
import { ClientMetadataSchema, type ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { customAttributesField, emptyMetadata, metadataFields, setValue, type FieldRow } from "../domain/fields.js";
import { hasType, readTagged, wrongType, type MetadataViolation } from "../domain/metadata-json.js";

// Either alphabet, with padding or without, as protobuf JSON has it; one character left over would hold no byte.
const base64 = /^(?:[A-Za-z0-9+/_-]{4})*(?:[A-Za-z0-9+/_-]{2}(?:==)?|[A-Za-z0-9+/_-]{3}=?)?$/;

const scalarTypes: Readonly<Record<number, { readonly name: string; readonly holds: (value: JsonValue) => boolean }>> = {
  5: { name: "a whole number", holds: (value) => Number.isInteger(value) && Math.abs(value as number) <= 0x7fffffff },
  8: { name: "true or false", holds: (value) => typeof value === "boolean" },
  9: { name: "a string", holds: (value) => typeof value === "string" },
  12: { name: "bytes in base64", holds: (value) => typeof value === "string" && base64.test(value) },
  13: { name: "a whole number from 0 to 4294967295", holds: (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0xffffffff },
};

const offeredRows: ReadonlyMap<string, FieldRow> = new Map(metadataFields.filter((row) => row.offered).map((row) => [row.name, row]));

/** Throws at start-up for a request message with a type that checkTypes does not know. */
export function demandCheckable(desc: DescMessage): void {
  for (const field of desc.fields) {
    const known =
      field.fieldKind === "enum" ||
      (field.fieldKind === "scalar" && scalarTypes[field.scalar] !== undefined) ||
      (field.fieldKind === "list" && (field.listKind === "enum" || (field.listKind === "scalar" && scalarTypes[field.scalar] !== undefined))) ||
      // The types of google.protobuf have JSON forms of their own.
      (field.message !== undefined && (isMask(field.message) || !field.message.typeName.startsWith("google.")));
    if (!known) throw new TypeError(`${field.toString()}: the strict JSON reader does not know this type`);
    if (field.message !== undefined && field.message.typeName !== ClientMetadataSchema.typeName && !isMask(field.message)) demandCheckable(field.message);
  }
}

/** The request message of a JSON object that has passed readJsonObject; wrong types of metadata become violations, others problems. */
export function requestFromJson<Desc extends DescMessage>(desc: Desc, object: JsonObject, violations: MetadataViolation[], problems: string[]): MessageShape<Desc> {
  const field = metadataFieldOf(desc);
  const plain = field === undefined ? object : without(object, field.name);
  checkTypes(desc, plain, "", problems);
  if (problems.length > 0) return create(desc);
  const message = fromJson(desc, plain, { ignoreUnknownFields: true });
  if (field !== undefined) setMetadata(message, field, object[field.name] ?? null, violations, problems);
  return message;
}

/** A copy: what a member is deleted of is slow to read ever after. */
function without(object: JsonObject, name: string): JsonObject {
  const others: JsonObject = {};
  for (const member in object) if (member !== name) others[member] = object[member]!;
  return others;
}

/** The field that holds the client metadata. */
export function metadataFieldOf(desc: DescMessage): DescField | undefined {
  return desc.fields.find((field) => field.fieldKind === "message" && field.message.typeName === ClientMetadataSchema.typeName);
}

function setMetadata(message: object, field: DescField, value: JsonValue, violations: MetadataViolation[], problems: string[]): void {
  if (value === null) return;
  if (isObject(value)) (message as Record<string, unknown>)[field.localName] = metadataFromMembers(value, violations);
  else problems.push(`${field.name} must be an object`);
}

/** As the gateway's metadataFromJson, with the message's own members: tagged values and custom attributes are maps of their own here. */
function metadataFromMembers(object: JsonObject, violations: MetadataViolation[]): ClientMetadata {
  const metadata = emptyMetadata();
  for (const member in object) {
    const value = object[member] as JsonValue;
    const row = offeredRows.get(member);
    if (row === undefined || value === null || value === "") continue;
    if (row.type === "tagged") {
      if (isObject(value)) readTags(metadata, row, value, violations);
      else violations.push({ error: row.error, field: member, rule: "type", clause: row.clause, description: `${member} must be an object of strings` });
    } else if (hasType(row.type, value)) {
      if (row.name !== customAttributesField || Object.keys(value as JsonObject).length > 0) setValue(metadata, row, value as never);
    } else {
      violations.push(wrongType(member, row));
    }
  }
  return metadata;
}

function readTags(metadata: ClientMetadata, row: FieldRow, tags: JsonObject, violations: MetadataViolation[]): void {
  for (const tag in tags) {
    const value = tags[tag] as JsonValue;
    if (value !== null && value !== "") readTagged(metadata, `${row.localizes}#${tag}`, value, violations);
  }
}

function checkTypes(desc: DescMessage, object: JsonObject, path: string, problems: string[]): void {
  for (const field of desc.fields) {
    const value = object[field.jsonName];
    if (field.jsonName !== field.name && value !== undefined && object[field.name] !== undefined) {
      problems.push(`${path}${field.name} stands twice, under both its names`);
    }
    const sent = value ?? object[field.name];
    // null means absent.
    if (sent !== undefined && sent !== null) checkField(field, sent, path + field.name, problems);
  }
}

function checkField(field: DescField, value: JsonValue, path: string, problems: string[]): void {
  switch (field.fieldKind) {
    case "scalar":
      return checkItem(field, value, path, problems);
    case "enum":
      return checkItem(field, value, path, problems);
    case "list":
      if (!Array.isArray(value)) return void problems.push(`${path} must be an array`);
      return value.forEach((item, i) => checkItem(field, item, `${path}[${i}]`, problems));
    case "message":
      return checkItem(field, value, path, problems);
    case "map":
      problems.push(`${path} is not taken`);
  }
}

function checkItem(field: DescField, value: JsonValue, path: string, problems: string[]): void {
  if (field.message !== undefined) {
    if (isMask(field.message)) return void (isMaskText(value) || problems.push(`${path} must be a string of names in lowerCamelCase, divided by commas`));
    if (!isObject(value)) return void problems.push(`${path} must be an object`);
    return checkTypes(field.message, value, `${path}.`, problems);
  }
  const desc = field.enum;
  if (desc !== undefined) {
    // fromJson drops an unknown name in silence.
    if (!desc.values.some((known) => known.name === value || known.number === value)) problems.push(`${path} must be one of ${desc.values.map(({ name }) => name).join(", ")}`);
    return;
  }
  const type = scalarTypes[field.scalar as number];
  if (type === undefined || !type.holds(value)) problems.push(`${path} must be ${type?.name ?? "absent"}`);
}

const isMask = (desc: DescMessage) => desc.typeName === FieldMaskSchema.typeName;

// fromJson throws for a name with an underscore.
const isMaskText = (value: JsonValue) => typeof value === "string" && /^[A-Za-z0-9.,-]*$/.test(value);

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
