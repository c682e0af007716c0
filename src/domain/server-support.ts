// What a realm's authorization server supports, field by field: what it does not, no client is registered with (requirements ASM-18).

import { AuthorizationServerSchema, type AuthorizationServer } from "../../gen/ts/matricula/config/v1/configuration_pb.js";
import type { ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { contentEncryption, needOf, standardKeyManagement, standardSignature } from "./algorithms.js";
import { decision, type DecisionRow } from "./decision.js";
import { metadataFields, setValue, valueOf, type FieldRow } from "./fields.js";
import type { MetadataViolation } from "./metadata-json.js";

/**
 * By field: the values supported, the most preferred first. An empty list: the server does not know the field, or of a boolean, cannot keep
 * what it promises. A field that is not there is not narrowed.
 */
export type ServerSupport = ReadonlyMap<string, readonly string[]>;

/** What is supported where nobody has described a server: all that the registry can keep. */
const undescribed: Readonly<Record<string, readonly string[]>> = {
  subject_types_supported: ["public", "pairwise"],
  response_modes_supported: ["query", "fragment", "form_post", "query.jwt", "fragment.jwt", "form_post.jwt", "jwt"],
  backchannel_token_delivery_modes_supported: ["poll", "ping", "push"],
};

/** What the standards let be read from a list that a server leaves out (Discovery section 3, RFC 8414 section 2); else it knows nothing of the kind. */
const leftOut: Readonly<Record<string, readonly string[]>> = {
  subject_types_supported: ["public"],
  id_token_signing_alg_values_supported: ["RS256"],
  response_modes_supported: ["query", "fragment"],
};

/** Requests that somebody else than the client could have made, had they a shared key (CIBA section 7.1.1). */
const publicKeysOnly: ReadonlySet<string> = new Set(["backchannel_authentication_request_signing_alg_values_supported"]);

/** Lists that say nothing when they are left out. */
const anyWhenLeftOut: ReadonlySet<string> = new Set(["acr_values_supported"]);

const bySyntax: Readonly<Partial<Record<NonNullable<FieldRow["syntax"]>, readonly string[]>>> = {
  jws_alg: standardSignature,
  jwe_alg: standardKeyManagement,
  jwe_enc: contentEncryption,
};

const rows = metadataFields.filter((row) => row.offered && row.supported !== "");

const wishes = rows.filter((row) => row.droppedUnsupported);

/** Reads the support from a description of the server; without one, what the registry itself can keep. */
export function readServerSupport(server: AuthorizationServer | undefined, sealedSecrets = false): ServerSupport {
  const support = new Map<string, readonly string[]>();
  for (const row of rows) {
    const values = server === undefined ? standardOf(row) : describedOf(row, server);
    // A secret that is kept as a digest is no key (docs/decisions/0011).
    if (values !== undefined) support.set(row.name, sealedSecrets ? values : values.filter((value) => needOf(value) !== "secret"));
  }
  return support;
}

function standardOf(row: FieldRow): readonly string[] | undefined {
  const values = undescribed[row.supported] ?? (row.syntax === undefined ? undefined : bySyntax[row.syntax]);
  return publicKeysOnly.has(row.supported) ? values?.filter((value) => needOf(value) === "public") : values;
}

function describedOf(row: FieldRow, server: AuthorizationServer): readonly string[] | undefined {
  const member = AuthorizationServerSchema.fields.find(({ name }) => name === row.supported);
  if (member === undefined) throw new TypeError(`${row.name} is supported by ${row.supported}, which is no member of the server's metadata`);
  const value = server[member.localName as keyof AuthorizationServer] as unknown;
  const listed = Array.isArray(value) ? (value as readonly string[]) : [];
  if (row.type === "boolean" || row.droppedUnsupported) return hasSign(value) ? undefined : [];
  if (listed.length > 0) return listed;
  if (anyWhenLeftOut.has(row.supported)) return undefined;
  return leftOut[row.supported] ?? (row.syntax === "jwe_enc" ? contentEncryption : []);
}

const hasSign = (value: unknown) => (typeof value === "object" && value !== null ? Object.keys(value).length > 0 : Boolean(value));

/** By support: the wishes that the server does not know. The same few supports come with every registration. */
const unknownWishes = new WeakMap<ServerSupport, readonly FieldRow[]>();

function unknownTo(support: ServerSupport): readonly FieldRow[] {
  let unknown = unknownWishes.get(support);
  if (unknown === undefined) unknownWishes.set(support, (unknown = wishes.filter((row) => support.get(row.name)?.length === 0)));
  return unknown;
}

/** Leaves out what the server does not know and what breaks no promise when it is missing; the answer says so (requirements LOG-09). */
export function dropUnsupported(support: ServerSupport, metadata: ClientMetadata, decisions: DecisionRow[]): void {
  for (const row of unknownTo(support)) {
    if (valueOf(metadata, row) === undefined) continue;
    decisions.push(decision(row.name, valueOf(metadata, row), undefined, { rule: `server.${row.supported}` }));
    setValue(metadata, row, undefined);
  }
}

/** Refuses what the server does not support; `present` are the rows of the fields that are there. */
export function checkSupport(support: ServerSupport, metadata: ClientMetadata, present: readonly FieldRow[], violations: MetadataViolation[]): void {
  for (const row of present) {
    const supported = row.supported === "" ? undefined : support.get(row.name);
    if (supported === undefined) continue;
    const value = valueOf(metadata, row);
    if (value === true || (supported.length === 0 && (typeof value === "string" || Array.isArray(value)))) {
      violations.push(unsupported(row, row.name, "is not known to this realm's authorization server"));
    } else if (typeof value === "string") {
      if (!supported.includes(value)) violations.push(unsupported(row, row.name, oneOf(supported)));
    } else if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        if (!supported.includes(value[i] as string)) violations.push(unsupported(row, `${row.name}[${i}]`, oneOf(supported)));
      }
    }
  }
}

const oneOf = (supported: readonly string[]) => `must be one of ${supported.join(", ")}`;

function unsupported(row: FieldRow, field: string, description: string): MetadataViolation {
  return { error: row.error, field, rule: `server.${row.supported}`, clause: row.clause, description: `${field} ${description}` };
}
