// From the bytes of one message to the request, with one verdict whether they were protobuf or JSON.

import { fromBinary, type DescMessage, type JsonObject } from "@bufbuild/protobuf";
import type { ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { RegistryError, registrationError } from "../domain/errors.js";
import { leanMetadata, metadataFields, valueOf } from "../domain/fields.js";
import { jsonLimits } from "../domain/json-limits.js";
import { readJsonObject } from "../domain/json-text.js";
import { metadataToJson, type MetadataViolation } from "../domain/metadata-json.js";
import "../domain/text-encoding.js";
import type { RequestMessage } from "../service/use-cases.js";
import { namesAPrototype } from "./prototype-key.js";
import { demandCheckable, metadataFieldOf, requestFromJson } from "./request-json.js";

/** A request, and what is wrong with its metadata. */
export interface Decoded {
  readonly message: RequestMessage;
  /** For the use case to report together with its own. */
  readonly violations: readonly MetadataViolation[];
  /** Metadata that is not to be looked at any further: to be thrown once the caller is known. */
  readonly refusal: RegistryError | undefined;
}

/** Decodes requests of one type. Throws invalid_request, or a registration error, for what cannot be read. */
export type Decode = (bytes: Uint8Array, format: "binary" | "json") => Decoded;

/** Makes the decoder of a request type. Throws a TypeError, at start-up, for a type it cannot check. */
export function createDecoder(desc: DescMessage): Decode {
  demandCheckable(desc);
  const metadataField = metadataFieldOf(desc);
  const metadataOf = (message: object) =>
    metadataField === undefined ? undefined : ((message as Record<string, unknown>)[metadataField.localName] as ClientMetadata | undefined);
  const prefix = `${metadataField?.name}.`;
  return (bytes, format) => {
    if (format === "binary") {
      const message = decodeBinary(desc, bytes) as RequestMessage;
      const read = metadataOf(message);
      if (read === undefined) return { message, violations: [], refusal: undefined };
      const metadata = leanMetadata(read);
      (message as unknown as Record<string, unknown>)[metadataField!.localName] = metadata;
      return { message, violations: [], refusal: checkTexts(metadata, bytes, (other) => metadataOf(decodeBinary(desc, other))) };
    }
    const violations: MetadataViolation[] = [];
    const message = decodeJson(desc, bytes, prefix, violations) as RequestMessage;
    const metadata = metadataOf(message);
    return { message, violations, refusal: metadata && hasStruct(metadata) ? checkAsJson(metadata) : undefined };
  };
}

function decodeBinary(desc: DescMessage, bytes: Uint8Array) {
  try {
    return fromBinary(desc, bytes, { readUnknownFields: false });
  } catch (error) {
    throw new RegistryError("invalid_request", "the message cannot be read: it is not valid protobuf, or a text in it is not valid UTF-8", { cause: error });
  }
}

// As deep as protobuf-es reads the same in binary. What is inside the metadata is measured afterwards, as the gateway would see it.
const outerLimits = { depth: 50 };

function decodeJson(desc: DescMessage, bytes: Uint8Array, prefix: string, violations: MetadataViolation[]) {
  // Connect: a body of no bytes is not a message in JSON.
  const read = readJsonObject(bytes, outerLimits);
  if (!read.ok) {
    if (read.member?.startsWith(prefix) !== true) throw new RegistryError("invalid_request", read.description);
    throw unreadable(read.problem, read.member.slice(prefix.length), read.description.slice(prefix.length));
  }
  const problems: string[] = [];
  const message = requestFromJson(desc, read.value, violations, problems);
  if (problems.length > 0) throw new RegistryError("invalid_request", problems.slice(0, 10).join("; "));
  return message;
}

/** The gateway's words for metadata that cannot be read as JSON. */
function unreadable(problem: string, field: string, description: string): RegistryError {
  return registrationError([{ error: "invalid_client_metadata", field, rule: `json.${problem}`, clause: "RFC 7591 section 3.1", description }]);
}

const structRows = metadataFields.filter((row) => row.type === "object" && row.offered);

function hasStruct(metadata: ClientMetadata): boolean {
  return structRows.some((row) => valueOf(metadata, row) !== undefined);
}

/** What strict JSON refuses and protobuf lets pass. Asked only where it can be. */
function checkTexts(metadata: ClientMetadata, bytes: Uint8Array, decodeMetadata: (bytes: Uint8Array) => object | undefined): RegistryError | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (namesAPrototype(buffer, decodeMetadata)) return unreadable("forbidden_member", "", "a member has a name that is not accepted, at any depth: __proto__, constructor and prototype");
  return hasStruct(metadata) || buffer.length > jsonLimits.stringLength || buffer.includes(0) ? checkAsJson(metadata) : undefined;
}

/** Asks the gateway's reader what it would say of the same metadata. */
function checkAsJson(metadata: ClientMetadata): RegistryError | undefined {
  const object: JsonObject = {};
  metadataToJson(metadata, object);
  let notFinite: string | undefined;
  const text = JSON.stringify(object, (name, value: unknown) => {
    if (typeof value === "number" && !Number.isFinite(value)) notFinite ??= name;
    return value;
  });
  if (notFinite !== undefined) return unreadable("number_out_of_range", "", "a member is a number that JSON cannot hold");
  const read = readJsonObject(Buffer.from(text));
  return read.ok ? undefined : unreadable(read.problem, read.member ?? "", read.description);
}
