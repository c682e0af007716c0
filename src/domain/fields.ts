// The field table: one row a client metadata field, read from the descriptors. Everything that treats fields iterates it.

import { create, getOption, type DescField } from "@bufbuild/protobuf";
import { field as validateOption, type FieldRules as ValidateRules } from "../../gen/ts/buf/validate/validate_pb.js";
import { ClientCredentialsSchema, ClientSchema } from "../../gen/ts/matricula/v1/client_pb.js";
import { ClientMetadataSchema, type ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { field as fieldOption, SetBy, Syntax, UriKind } from "../../gen/ts/matricula/v1/options_pb.js";
import type { RegistrationErrorKind } from "./errors.js";
import { putInOrder } from "./in-order.js";

/** The JSON type of a field; `tagged` is a map from language tag to string. */
export type FieldType = "string" | "strings" | "boolean" | "number" | "object" | "tagged";

/** A syntax beyond the JSON type; see matricula.v1.Syntax. */
export type SyntaxName =
  | "scope" | "response_type" | "jwks" | "name_or_uri" | "distinguished_name" | "dns_name" | "ip_address" | "mailbox" | "uri" | "jws_alg" | "jwe_alg" | "jwe_enc" | "objects";

/** One row of the field table. Lengths are in Unicode code points. */
export interface FieldRow {
  readonly name: string;
  readonly number: number;
  /** The property of the generated message. */
  readonly property: string;
  readonly type: FieldType;
  readonly offered: boolean;
  /** The standard's default, as texts; empty when there is none. */
  readonly defaults: readonly string[];
  readonly error: RegistrationErrorKind;
  readonly uri: "redirect" | "page" | "https" | "request_object" | "logout" | "post_logout" | undefined;
  readonly localizable: boolean;
  /** On a tagged map: the row whose values it holds. */
  readonly localizes: string;
  readonly clause: string;
  readonly allowed: readonly string[];
  readonly secret: boolean;
  readonly setByServer: boolean;
  readonly syntax: SyntaxName | undefined;
  readonly alwaysWritten: boolean;
  readonly maxLength: number;
  readonly maxItems: number;
  /** The member of server metadata that says what of the field is supported; empty when none does. */
  readonly supported: string;
  /** Read from requests, never registered. */
  readonly requestOnly: boolean;
  /** The request-only list from which the server may choose the value; empty when there is none. */
  readonly chosenFrom: string;
  /** The field beside which alone the default stands; empty when it stands by itself. */
  readonly defaultBeside: string;
  /** The default stands in records of OpenID Connect alone. */
  readonly defaultOfOpenId: boolean;
  /** What is not supported is left out, not refused. */
  readonly droppedUnsupported: boolean;
}

const uriKinds = {
  [UriKind.UNSPECIFIED]: undefined,
  [UriKind.REDIRECT]: "redirect",
  [UriKind.PAGE]: "page",
  [UriKind.HTTPS]: "https",
  [UriKind.REQUEST_OBJECT]: "request_object",
  [UriKind.LOGOUT]: "logout",
  [UriKind.POST_LOGOUT]: "post_logout",
} as const satisfies Record<UriKind, FieldRow["uri"]>;

const syntaxes = {
  [Syntax.UNSPECIFIED]: undefined,
  [Syntax.SCOPE]: "scope",
  [Syntax.RESPONSE_TYPE]: "response_type",
  [Syntax.JWKS]: "jwks",
  [Syntax.NAME_OR_URI]: "name_or_uri",
  [Syntax.DISTINGUISHED_NAME]: "distinguished_name",
  [Syntax.DNS_NAME]: "dns_name",
  [Syntax.IP_ADDRESS]: "ip_address",
  [Syntax.MAILBOX]: "mailbox",
  [Syntax.URI]: "uri",
  [Syntax.JWS_ALG]: "jws_alg",
  [Syntax.JWE_ALG]: "jwe_alg",
  [Syntax.JWE_ENC]: "jwe_enc",
  [Syntax.OBJECTS]: "objects",
} as const satisfies Record<Syntax, FieldRow["syntax"]>;

function typeOf(desc: DescField): FieldType {
  switch (desc.fieldKind) {
    case "list":
      return "strings";
    case "map":
      return "tagged";
    case "message":
      return "object";
    case "enum":
      throw new TypeError(`${desc.toString()}: an OAuth value is an open string, never an enum`);
    case "scalar": {
      const byScalar: Record<number, FieldType> = { 8: "boolean", 9: "string", 13: "number" };
      const type = byScalar[desc.scalar];
      if (type === undefined) throw new TypeError(`${desc.toString()}: a metadata field is a string, a boolean or a uint32`);
      return type;
    }
  }
}

function lengthsOf(rules: ValidateRules | undefined): { maxLength: number; maxItems: number } {
  const none = { maxLength: Number.POSITIVE_INFINITY, maxItems: Number.POSITIVE_INFINITY };
  const length = (inner: ValidateRules | undefined) =>
    inner?.type.case === "string" && inner.type.value.maxLen > 0n ? Number(inner.type.value.maxLen) : none.maxLength;
  switch (rules?.type.case) {
    case "string":
      return { maxLength: length(rules), maxItems: none.maxItems };
    case "repeated":
      return { maxLength: length(rules.type.value.items), maxItems: Number(rules.type.value.maxItems) || none.maxItems };
    case "map":
      return { maxLength: length(rules.type.value.values), maxItems: Number(rules.type.value.maxPairs) || none.maxItems };
    default:
      return none;
  }
}

function rowOf(desc: DescField): FieldRow {
  const rules = getOption(desc, fieldOption);
  return {
    name: desc.name,
    number: desc.number,
    property: desc.localName,
    type: typeOf(desc),
    offered: rules.offered,
    defaults: rules.defaultValue,
    error: rules.error === "" ? "invalid_client_metadata" : (rules.error as RegistrationErrorKind),
    uri: uriKinds[rules.uri],
    localizable: rules.localizable,
    localizes: rules.localizes,
    clause: rules.clause,
    allowed: rules.allowed,
    secret: rules.secret,
    setByServer: rules.setBy === SetBy.SERVER,
    syntax: syntaxes[rules.syntax],
    alwaysWritten: rules.alwaysWritten,
    supported: rules.supported,
    requestOnly: rules.requestOnly,
    chosenFrom: rules.chosenFrom,
    defaultBeside: rules.defaultBeside,
    defaultOfOpenId: rules.defaultOfOpenid,
    droppedUnsupported: rules.droppedUnsupported,
    ...lengthsOf(getOption(desc, validateOption)),
  };
}

const marked = (desc: DescField) => getOption(desc, fieldOption).clause !== "";

/** Every field of ClientMetadata, offered or not. */
export const metadataFields: readonly FieldRow[] = ClientMetadataSchema.fields.map(rowOf);

/** The map that holds the attributes which the configuration declares. */
export const customAttributesField = "custom_attributes";

const numberOf = ({ number }: FieldRow) => number;

const rowByProperty: ReadonlyMap<string, FieldRow> = new Map(metadataFields.map((row) => [row.property, row]));

/**
 * The rows of the fields that have a value, in the order of the table. Few of the hundred have one: on the path of a registration it is
 * these that are gone through.
 */
export function presentRows(metadata: ClientMetadata): FieldRow[] {
  const rows: FieldRow[] = [];
  for (const property of Object.keys(metadata)) {
    const row = rowByProperty.get(property);
    if (row !== undefined && valueOf(metadata, row) !== undefined) putInOrder(rows, row, numberOf);
  }
  return rows;
}

/** The offered fields that are plain members at the gateway, by name. */
export const offeredFields: ReadonlyMap<string, FieldRow> = new Map(
  metadataFields
    .filter((row) => row.offered && row.localizes === "" && row.name !== customAttributesField)
    .map((row) => [row.name, row]),
);

/** For each offered localizable field: the row of the map that holds its tagged values. */
export const taggedFields: ReadonlyMap<string, FieldRow> = new Map(
  metadataFields.filter((row) => row.offered && row.localizes !== "").map((row) => [row.localizes, row]),
);

/** What the server adds to a client information response (RFC 7591 section 3.2.1, RFC 7592 section 3): rows of Client. */
export const clientFields: readonly FieldRow[] = ClientSchema.fields.filter(marked).map(rowOf);

/** The same: rows of ClientCredentials. */
export const credentialFields: readonly FieldRow[] = ClientCredentialsSchema.fields.filter(marked).map(rowOf);

/** The names that only the server writes. */
export const serverFields: ReadonlySet<string> = new Set([...clientFields, ...credentialFields].map((row) => row.name));

/** A metadata value as the table's types describe it; undefined when absent or empty. */
export type FieldValue = string | readonly string[] | boolean | number | Readonly<Record<string, unknown>> | undefined;

const empty = create(ClientMetadataSchema);
for (const value of Object.values(empty)) if (typeof value === "object") Object.freeze(value);

/**
 * A message without any value. What is absent is inherited from one empty message, whose lists cannot be written to: `create` makes some
 * fifty new lists and maps each time, on the path of every registration.
 */
export function emptyMetadata(): ClientMetadata {
  return Object.create(empty) as ClientMetadata;
}

/**
 * The same metadata as an object that has what is there, and inherits the rest. What protobuf-es reads has all fifty lists and maps: too many
 * properties for a shape, so that each look at what is there is a search.
 */
export function leanMetadata(metadata: ClientMetadata): ClientMetadata {
  const lean = emptyMetadata();
  for (const row of presentRows(metadata)) setValue(lean, row, valueOf(metadata, row));
  return lean;
}

/** Reads a row's value; an empty list, map or struct counts as absent. */
export function valueOf(metadata: ClientMetadata, row: FieldRow): FieldValue {
  const value = (metadata as unknown as Record<string, FieldValue>)[row.property];
  if (Array.isArray(value)) return value.length === 0 ? undefined : value;
  if (row.type === "tagged") return isEmpty(value as object) ? undefined : value;
  return value;
}

/** Writes a row's value; undefined clears it. */
export function setValue(metadata: ClientMetadata, row: FieldRow, value: FieldValue): void {
  const target = metadata as unknown as Record<string, unknown>;
  if (value !== undefined) target[row.property] = value;
  else if (row.type === "strings") target[row.property] = [];
  else if (row.type === "tagged") target[row.property] = {};
  else delete target[row.property];
}

function isEmpty(object: object): boolean {
  for (const _ in object) return false;
  return true;
}
