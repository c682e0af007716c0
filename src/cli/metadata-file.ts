// A client's metadata as a person writes it for any RFC 7591 server, and the message that carries it; both ways.

import { fromJson, ScalarType, toJson, type DescField, type JsonObject, type JsonValue } from "@bufbuild/protobuf";
import { ClientMetadataSchema, type ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { UsageError } from "./io.js";
import { JsonMistake, parseJsonObject, type JsonDocument, type Position } from "./json-object.js";
import { assignedNames, customAttributes, memberFields, taggedFields } from "./metadata-fields.js";
import { terminalText } from "./terminal-text.js";

export interface MetadataFile {
  readonly metadata: ClientMetadata;
  /** Members that only the service assigns, which the metadata does not hold. */
  readonly assigned: ReadonlyMap<string, JsonValue>;
  /** What the file names, null and "" too, as a mask of metadata names it. */
  readonly paths: readonly string[];
}

/**
 * Reads the text of a metadata file. null and "" mean omitted (RFC 7592 section 2.2); members that the schema does not know become
 * custom attributes. Throws UsageError with every mistake, each as "name:line:column: what is wrong".
 */
export function readMetadataFile(name: string, text: string): MetadataFile {
  const document = parse(name, text);
  const mistakes: string[] = [];
  const message: JsonObject = {};
  const custom: JsonObject = {};
  const assigned = new Map<string, JsonValue>();
  const paths: string[] = [];
  for (const [member, value] of Object.entries(document.object)) {
    if (!assignedNames.includes(member)) paths.push(pathOf(member));
    if (value === null || value === "") continue;
    const mistake = place(member, value, { message, custom, assigned });
    if (mistake !== undefined) mistakes.push(at(name, document.positions.get(member), `${terminalText(member)} ${mistake}`));
  }
  if (mistakes.length > 0) throw new UsageError(mistakes.join("\n"));
  if (Object.keys(custom).length > 0) message[customAttributes.jsonName] = custom;
  try {
    return { metadata: fromJson(ClientMetadataSchema, message), assigned, paths };
  } catch (error) {
    throw new UsageError(`${name}: ${terminalText((error as Error).message)}`);
  }
}

function parse(name: string, text: string): JsonDocument {
  try {
    return parseJsonObject(text);
  } catch (error) {
    if (!(error instanceof JsonMistake)) throw error;
    throw new UsageError(at(name, error.position, error.message));
  }
}

const at = (name: string, position: Position | undefined, sentence: string) =>
  position === undefined ? `${name}: ${sentence}` : `${name}:${position.line}:${position.column}: ${sentence}`;

interface Places {
  readonly message: JsonObject;
  readonly custom: JsonObject;
  readonly assigned: Map<string, JsonValue>;
}

/** Puts a member where it belongs; answers with what is wrong with it. */
function place(member: string, value: JsonValue, { message, custom, assigned }: Places): string | undefined {
  const field = memberFields.get(member);
  if (field !== undefined) {
    message[member] = value;
    return hasType(field, value) ? undefined : `must be ${typeName(field)}`;
  }
  if (assignedNames.includes(member)) {
    assigned.set(member, value);
    return undefined;
  }
  const hash = member.indexOf("#");
  const tagged = hash < 0 ? undefined : taggedFields.get(member.slice(0, hash));
  if (tagged !== undefined) {
    const values = (message[tagged.jsonName] ??= {}) as JsonObject;
    values[member.slice(hash + 1)] = value;
    return typeof value === "string" ? undefined : "must be a string";
  }
  custom[member] = value;
  return misplaced(member, value);
}

/** The member's path in a mask. */
function pathOf(member: string): string {
  const field = memberFields.get(member);
  if (field !== undefined) return field.name;
  const hash = member.indexOf("#");
  const tagged = hash < 0 ? undefined : taggedFields.get(member.slice(0, hash));
  return tagged === undefined ? `${customAttributes.name}.${member}` : `${tagged.name}.${member.slice(hash + 1)}`;
}

/** Members that would be lost without a word: they are how the message writes what a file writes otherwise. */
function misplaced(member: string, value: JsonValue): string | undefined {
  if (member === customAttributes.jsonName) return "is not a member of metadata: write each custom attribute as a member of its own";
  const base = [...taggedFields].find(([, field]) => field.jsonName === member)?.[0];
  if (base !== undefined) return `is not a member of metadata: write "${base}#fr" and the like`;
  const isAnswer = member === "client" && typeof value === "object" && value !== null && Object.hasOwn(value, "metadata");
  return isAnswer ? "makes this an answer of matricula, not metadata; what an update takes is printed by `matricula read CLIENT_ID --metadata-only`" : undefined;
}

// fromJson alone would take "5" for 5.
function hasType(field: DescField, value: JsonValue): boolean {
  switch (field.fieldKind) {
    case "list":
      return Array.isArray(value) && value.every((item) => typeof item === "string");
    case "map":
    case "message":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "enum":
      return typeof value === "string";
    case "scalar":
      if (field.scalar === ScalarType.BOOL) return typeof value === "boolean";
      if (field.scalar === ScalarType.STRING) return typeof value === "string";
      return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff;
  }
}

function typeName(field: DescField): string {
  switch (field.fieldKind) {
    case "list":
      return "an array of strings";
    case "map":
    case "message":
      return "an object";
    case "enum":
      return "a string";
    case "scalar":
      if (field.scalar === ScalarType.BOOL) return "true or false";
      return field.scalar === ScalarType.STRING ? "a string" : "a whole number from 0 to 4294967295";
  }
}

/** The metadata as a file has it: what readMetadataFile reads back to the same message. */
export function metadataMembers(metadata: ClientMetadata): JsonObject {
  const members: JsonObject = {};
  const bases = new Map([...taggedFields].map(([base, field]) => [field.jsonName, base]));
  for (const [name, value] of Object.entries(toJson(ClientMetadataSchema, metadata) as JsonObject)) {
    const base = bases.get(name);
    if (base !== undefined) for (const [tag, text] of Object.entries(value as JsonObject)) members[`${base}#${tag}`] = text;
    else if (name === customAttributes.jsonName) Object.assign(members, value);
    else members[name] = value;
  }
  return members;
}
