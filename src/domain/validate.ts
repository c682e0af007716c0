// Types and syntax of each field on its own. What spans fields is in rules.ts.

import type { ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { isContentEncryptionAlgorithm, isKeyManagementAlgorithm, isSignatureAlgorithm } from "./algorithms.js";
import { isAbsoluteUri, isDistinguishedName, isDnsName, isIpAddress, isMailbox } from "./certificate-names.js";
import { customAttributesField, metadataFields, presentRows, valueOf, type FieldRow, type SyntaxName } from "./fields.js";
import { checkJwks } from "./jwks.js";
import { foldLanguageTag, isLanguageTag } from "./language-tag.js";
import { malformedTag, repeatedTag, type MetadataViolation } from "./metadata-json.js";
import { isScope } from "./scope.js";
import { checkUri, type UriContext } from "./uri.js";

/** A member beyond the standards' that the configuration declares. */
export interface CustomAttribute {
  readonly name: string;
  readonly type: "string" | "number" | "boolean" | "strings" | "object";
  /** Of its JSON text. */
  readonly maxBytes: number;
  readonly setBy: "client" | "server";
}

/** Checks the syntax of every field that is there; appends to `violations`. Who has the rows that are present hands them over. */
export function validateFields(metadata: ClientMetadata, context: UriContext, violations: MetadataViolation[], present: readonly FieldRow[] = presentRows(metadata)): void {
  for (const row of present) {
    if (!row.offered || row.name === customAttributesField) continue;
    const value = valueOf(metadata, row);
    switch (row.type) {
      case "string":
        addProblem(violations, row, problemOf(row, value as string, context), row.name);
        break;
      case "strings":
        validateList(row, value as readonly string[], context, violations);
        break;
      case "tagged":
        validateTagged(row, value as Record<string, string>, context, violations);
        break;
      case "object":
        if (row.syntax === "jwks") violations.push(...checkJwks(value as never).map((v) => ({ ...v, error: row.error })));
        else if (row.syntax === "objects") validateObjects(row, value as Readonly<Record<string, unknown>>, violations);
        break;
      case "boolean":
      case "number":
        break;
    }
  }
}

function add(violations: MetadataViolation[], row: FieldRow, field: string, rule: string, description: string): void {
  violations.push({ error: row.error, field, rule, clause: row.clause, description: `${field} ${description}` });
}

// C0 and C1 controls, DEL and the separators of lines: no name, URI or scope has a use for them, and they break terminals and logs. The
// overrides of direction show a name that is another; the marks and isolates that scripts need are left.
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202d\u202e]/;

/** What is wrong with a text, said of its field, which need not be named while nothing is. */
interface Problem {
  readonly rule: string;
  readonly clause?: string | undefined;
  /** Follows the field's name. */
  readonly says: string;
}

function problemOf(row: FieldRow, value: string, context: UriContext): Problem | undefined {
  // Counted in code points, as buf.validate does; a text has at most as many as code units.
  if (value.length > row.maxLength && [...value].length > row.maxLength) return { rule: "length", says: ` has more than ${row.maxLength} characters` };
  if (control.test(value)) return { rule: "control_character", says: " has a control character, a separator of lines or an override of direction" };
  if (!value.isWellFormed()) return { rule: "text", says: " is not well-formed Unicode" };
  if (row.allowed.length > 0 && !row.allowed.includes(value)) return { rule: "value", says: ` must be one of ${row.allowed.join(", ")}` };
  if (row.uri !== undefined) {
    const problem = checkUri(row.uri, value, context);
    return problem && { rule: problem.rule, clause: problem.clause, says: `: ${problem.description}` };
  }
  if (row.syntax === undefined || row.syntax === "jwks" || row.syntax === "objects") return undefined;
  const syntax = textSyntaxes[row.syntax];
  return syntax.holds(value) ? undefined : { rule: `${row.syntax}.syntax`, clause: syntax.clause, says: ` must be ${syntax.form}` };
}

function addProblem(violations: MetadataViolation[], row: FieldRow, problem: Problem | undefined, field: string): void {
  if (problem !== undefined) violations.push({ error: row.error, field, rule: problem.rule, clause: problem.clause ?? row.clause, description: `${field}${problem.says}` });
}

/** RFC 6749 appendix A: response-name and grant-name are printable; words of a response type are separated by single spaces. */
const printable = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;
const words = { holds: (text: string) => printable.test(text), form: "printable ASCII words" };

/** The syntaxes of a text, with the clause where it is not the field's own. */
const textSyntaxes: Record<Exclude<SyntaxName, "jwks" | "objects">, { readonly holds: (text: string) => boolean; readonly form: string; readonly clause?: string }> = {
  scope: { holds: isScope, form: "scope tokens separated by single spaces", clause: "RFC 6749 section 3.3" },
  name_or_uri: words,
  response_type: words,
  distinguished_name: { holds: isDistinguishedName, form: "a distinguished name as RFC 4514 writes it, such as CN=client,O=Example", clause: "RFC 4514 section 3" },
  dns_name: { holds: isDnsName, form: "a DNS name without a wildcard" },
  ip_address: { holds: isIpAddress, form: "an IPv4 or IPv6 address" },
  mailbox: { holds: isMailbox, form: "a mail address" },
  uri: { holds: isAbsoluteUri, form: "an absolute URI" },
  jws_alg: { holds: isSignatureAlgorithm, form: "a signature algorithm, such as RS256 or ES256", clause: "RFC 7518 section 3.1" },
  jwe_alg: { holds: isKeyManagementAlgorithm, form: "a key management algorithm, such as RSA-OAEP-256 or ECDH-ES", clause: "RFC 7518 section 4.1" },
  jwe_enc: { holds: isContentEncryptionAlgorithm, form: "a content encryption algorithm, such as A128CBC-HS256 or A256GCM", clause: "RFC 7518 section 5.1" },
};

function validateObjects(row: FieldRow, value: Readonly<Record<string, unknown>>, violations: MetadataViolation[]): void {
  for (const [name, member] of Object.entries(value)) {
    if (name === "" || typeof member !== "object" || member === null || Array.isArray(member)) {
      // The name is not repeated: it can be anything.
      return add(violations, row, row.name, "objects.syntax", "must have names, and an object under each");
    }
  }
}

const isEmpty: Problem = { rule: "empty", says: " is empty" };

function validateList(row: FieldRow, values: readonly string[], context: UriContext, violations: MetadataViolation[]): void {
  if (values.length > row.maxItems) return add(violations, row, row.name, "items", `has more than ${row.maxItems} entries`);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const problem = value === "" ? isEmpty : problemOf(row, value, context);
    if (problem !== undefined) addProblem(violations, row, problem, `${row.name}[${i}]`);
  }
}

function validateTagged(row: FieldRow, values: Record<string, string>, context: UriContext, violations: MetadataViolation[]): void {
  const tags = Object.keys(values);
  if (tags.length > row.maxItems) return add(violations, row, row.localizes, "items", `has more than ${row.maxItems} languages`);
  const base = metadataFields.find((candidate) => candidate.name === row.localizes)!;
  const seen = new Set<string>();
  for (const tag of tags) {
    const folded = foldLanguageTag(tag);
    if (!isLanguageTag(tag)) violations.push(malformedTag(row.localizes));
    else if (seen.has(folded)) violations.push(repeatedTag(`${row.localizes}#${tag}`));
    else addProblem(violations, base, problemOf(base, values[tag]!, context), `${row.localizes}#${tag}`);
    seen.add(folded);
  }
}

/** Checks declared attributes; drops what is not declared, as unknown members are (RFC 7591 section 2). */
export function validateAttributes(
  metadata: ClientMetadata,
  attributes: ReadonlyMap<string, CustomAttribute>,
  violations: MetadataViolation[],
  forced?: Readonly<Record<string, unknown>>,
): void {
  const sent = metadata.customAttributes;
  if (sent === undefined) return;
  const kept: NonNullable<ClientMetadata["customAttributes"]> = {};
  for (const name of Object.keys(sent)) {
    const attribute = attributes.get(name);
    const value = sent[name];
    // As with every member, null and "" mean omitted (RFC 7592 section 2.2).
    if (attribute === undefined || value === null || value === undefined || value === "") continue;
    const fail = (rule: string, description: string) =>
      violations.push({ error: "invalid_client_metadata", field: name, rule, clause: "RFC 7591 section 2", description: `${name} ${description}` });
    // Whatever was sent gives way to what is forced: an update sends back all that it was given.
    if (forced?.[name] !== undefined) kept[name] = value;
    else if (attribute.setBy === "server") fail("attribute.set_by", "is set by the service alone");
    else if (!attributeTypes[attribute.type](value)) fail("type", `must be of the type ${attribute.type}`);
    else if (Buffer.byteLength(JSON.stringify(value)) > attribute.maxBytes) fail("length", `has more than ${attribute.maxBytes} bytes`);
    else kept[name] = value;
  }
  if (Object.keys(kept).length > 0) metadata.customAttributes = kept;
  else delete metadata.customAttributes;
}

const attributeTypes = {
  string: (value: unknown) => typeof value === "string",
  number: (value: unknown) => typeof value === "number",
  boolean: (value: unknown) => typeof value === "boolean",
  strings: (value: unknown) => Array.isArray(value) && value.every((item) => typeof item === "string"),
  object: (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value),
} as const satisfies Record<CustomAttribute["type"], (value: unknown) => boolean>;
