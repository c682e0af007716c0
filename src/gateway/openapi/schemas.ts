import type { JsonObject } from "@bufbuild/protobuf";
import { clientFields, credentialFields, metadataFields, offeredFields, taggedFields, type FieldRow } from "../../domain/fields.js";
import { jwksLimits } from "../../domain/jwks.js";

/** null and "" mean omitted in a request (RFC 7592 section 2.2); no answer has them. */
type Direction = "request" | "answer";

const requestTypes = { string: "string", strings: "array", boolean: "boolean", number: "integer", object: "object", tagged: "string" } as const;

/** The JSON Schema of one member, from its row. */
function memberSchema(row: FieldRow, direction: Direction): JsonObject {
  const type = requestTypes[row.type];
  const schema: JsonObject = { type: direction === "request" ? [type, "null"] : type, description: descriptionOf(row) };
  if (row.type === "strings") {
    schema["items"] = { type: "string", ...textBounds(row) };
    if (Number.isFinite(row.maxItems)) schema["maxItems"] = row.maxItems;
  } else if (row.type === "number") {
    schema["minimum"] = 0;
    schema["maximum"] = 0xffffffff;
  } else if (row.type === "object") {
    if (row.syntax === "jwks") {
      schema["properties"] = { keys: { type: "array", items: { type: "object" }, minItems: 1, maxItems: jwksLimits.keys } };
      schema["required"] = ["keys"];
    }
  } else if (row.type !== "boolean") Object.assign(schema, textBounds(row));
  if (row.allowed.length > 0) {
    const values = direction === "request" ? [...row.allowed, "", null] : [...row.allowed];
    if (row.type === "strings") (schema["items"] as JsonObject)["enum"] = [...row.allowed];
    else schema["enum"] = values;
  }
  const standard = defaultOf(row);
  if (standard !== undefined) schema["default"] = standard;
  return schema;
}

/** Lengths are in code points, as JSON Schema counts them. */
function textBounds(row: FieldRow): JsonObject {
  return Number.isFinite(row.maxLength) ? { maxLength: row.maxLength } : {};
}

function defaultOf(row: FieldRow): JsonObject[string] | undefined {
  const [first] = row.defaults;
  if (first === undefined) return undefined;
  switch (row.type) {
    case "strings":
      return [...row.defaults];
    case "boolean":
      return first === "true";
    case "number":
      return Number(first);
    default:
      return first;
  }
}

const uriForms = {
  redirect: "A redirection URI: https, http on a loopback host, or a private-use scheme.",
  page: "An http or https URL.",
  https: "An https URL.",
  request_object: "An https URL, or http for a signed object; a fragment says what the object is.",
  logout: "An https URL without a fragment.",
  post_logout: "An https URL without a fragment, or a private-use scheme.",
} as const;

const syntaxForms: Readonly<Record<NonNullable<FieldRow["syntax"]>, string>> = {
  scope: "Scope tokens separated by single spaces.",
  response_type: "Words separated by single spaces, in any order.",
  jwks: "A JWK Set of public keys.",
  name_or_uri: "A registered name, or an absolute URI.",
  distinguished_name: "A distinguished name (RFC 4514).",
  dns_name: "A DNS name without a wildcard.",
  ip_address: "An IPv4 or IPv6 address.",
  mailbox: "A mail address.",
  uri: "An absolute URI.",
  jws_alg: "A signature algorithm (RFC 7518 section 3.1).",
  jwe_alg: "A key management algorithm (RFC 7518 section 4.1).",
  jwe_enc: "A content encryption algorithm (RFC 7518 section 5.1).",
  objects: "An object whose members are objects.",
};

function descriptionOf(row: FieldRow): string {
  const form = row.uri === undefined ? (row.syntax === undefined ? "" : syntaxForms[row.syntax]) : uriForms[row.uri];
  return [`${row.clause}.`, form, row.error === "invalid_client_metadata" ? "" : `A violation is answered with ${row.error}.`].filter((part) => part !== "").join(" ");
}

function members(rows: Iterable<FieldRow>, direction: Direction): JsonObject {
  const properties: JsonObject = {};
  for (const row of rows) properties[row.name] = memberSchema(row, direction);
  return properties;
}

/** "name#tag" for each field that is for people (RFC 7591 section 2.2). Tags are BCP 47's, in its full grammar. */
function taggedMembers(direction: Direction): JsonObject {
  const patterns: JsonObject = {};
  for (const base of taggedFields.keys()) {
    const row = metadataFields.find(({ name }) => name === base)!;
    patterns[`^${base}#[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`] = { ...memberSchema({ ...row, defaults: [] }, direction), description: `${base} in another language (RFC 7591 section 2.2).` };
  }
  return patterns;
}

/** What is answered: a list of choices is request data. */
const registeredFields = [...offeredFields.values()].filter((row) => !row.requestOnly);

const violation: JsonObject = {
  type: "object",
  description: "One broken rule.",
  required: ["field", "rule", "clause", "description"],
  properties: {
    field: { type: "string", description: "The member, with an index where it is a list." },
    rule: { type: "string", description: "The rule's stable id." },
    clause: { type: "string", description: "The text that demands it." },
    description: { type: "string", description: "A sentence to act on." },
  },
};

const decision: JsonObject = {
  type: "object",
  description: "Where what is registered differs from what was asked; values are JSON in a text, empty for none.",
  required: ["field", "asked", "registered", "rule"],
  properties: { field: { type: "string" }, asked: { type: "string" }, registered: { type: "string" }, rule: { type: "string" } },
};

const statementNote = "Members that this service does not know are ignored; those that a realm declares are kept.";

/** components.schemas. `errors` are the codes that an answer can have. */
export function schemas(errors: readonly string[]): JsonObject {
  const asked = { type: "object", properties: members(offeredFields.values(), "request"), patternProperties: taggedMembers("request") };
  return {
    ClientMetadata: { ...asked, description: `What a client asks for (RFC 7591 section 2). ${statementNote}` },
    ClientUpdate: {
      ...asked,
      description: "The whole record as it shall be (RFC 7592 section 2.2): what is left out is deleted or gets its default.",
      required: ["client_id"],
      properties: {
        ...asked.properties,
        ...Object.fromEntries([...clientFields, ...credentialFields].map(({ name }) => [name, { type: "null", description: "The service's own: must not be sent." }])),
        client_id: { type: "string", description: "The client's own." },
        client_secret: { type: ["string", "null"], description: "The current one, or left out; it never sets one." },
      },
    },
    ClientInformation: {
      type: "object",
      description: "Everything registered (RFC 7591 section 3.2.1, RFC 7592 section 3). Absent values are left out.",
      required: ["client_id", "client_id_issued_at", ...metadataFields.filter((row) => row.offered && row.alwaysWritten).map(({ name }) => name)],
      properties: {
        ...members([...clientFields, ...credentialFields], "answer"),
        ...members(registeredFields, "answer"),
        decisions: { type: "array", description: "Only with Prefer: return=decisions.", items: { $ref: "#/components/schemas/Decision" } },
      },
      patternProperties: taggedMembers("answer"),
    },
    Decision: decision,
    Violation: violation,
    Error: {
      type: "object",
      description: "RFC 7591 section 3.2.2, with every broken rule.",
      required: ["error", "error_description"],
      properties: {
        error: { type: "string", enum: [...errors] },
        error_description: { type: "string" },
        violations: { type: "array", items: { $ref: "#/components/schemas/Violation" } },
      },
    },
  };
}
