// From an HTTP body to the request message that the RPC door would have decoded.

import { create, type JsonObject } from "@bufbuild/protobuf";
import { RegisterClientRequestSchema, UpdateClientRequestSchema, type RegisterClientRequest, type UpdateClientRequest } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { RegistryError, registrationError } from "../domain/errors.js";
import { readJsonObject } from "../domain/json-text.js";
import { metadataFromJson, type MetadataViolation } from "../domain/metadata-json.js";
import { checkServerMembers } from "../domain/server-members.js";
import { header } from "../net/request.js";
import type { Realm } from "../service/registry.js";
import type { HttpRequest } from "./exchange.js";

/** A request message, and what its members' types already break. */
export interface Decoded<Message> {
  readonly message: Message;
  readonly violations: readonly MetadataViolation[];
}

/** The body of POST (RFC 7591 section 3.1). Server-made members in it are ignored: a client may not choose them (section 6). */
export function registerRequest(realm: Realm, request: HttpRequest, body: Uint8Array): Decoded<RegisterClientRequest> {
  const violations: MetadataViolation[] = [];
  const metadata = metadataFromJson(readObject(body), realm.customAttributes, violations);
  const message: RegisterClientRequest = {
    $typeName: "matricula.v1.RegisterClientRequest", realm: realm.name, metadata, idempotencyKey: idempotencyKey(request), validateOnly: validateOnly(request), signedRequest: "",
  };
  return { message, violations };
}

/** The body of PUT (RFC 7592 section 2.2). */
export function updateRequest(realm: Realm, clientId: string, request: HttpRequest, body: Uint8Array): Decoded<UpdateClientRequest> {
  const object = readObject(body);
  const violations: MetadataViolation[] = [];
  const secret = checkServerMembers(object, clientId, violations);
  const metadata = metadataFromJson(object, realm.customAttributes, violations);
  const message = create(UpdateClientRequestSchema, {
    realm: realm.name,
    clientId,
    metadata,
    etag: ifMatch(request),
    idempotencyKey: idempotencyKey(request),
    validateOnly: validateOnly(request),
    ...(secret === undefined ? {} : { clientSecret: secret }),
  });
  return { message, violations };
}

/** The same request signed: the use case opens it, when it knows who asks. */
export function signedRegisterRequest(realm: Realm, request: HttpRequest, body: Uint8Array): Decoded<RegisterClientRequest> {
  return { message: create(RegisterClientRequestSchema, { realm: realm.name, signedRequest: textOf(body), idempotencyKey: idempotencyKey(request), validateOnly: validateOnly(request) }), violations: [] };
}

/** The same update signed. */
export function signedUpdateRequest(realm: Realm, clientId: string, request: HttpRequest, body: Uint8Array): Decoded<UpdateClientRequest> {
  const message = create(UpdateClientRequestSchema, { realm: realm.name, clientId, signedRequest: textOf(body), etag: ifMatch(request), idempotencyKey: idempotencyKey(request), validateOnly: validateOnly(request) });
  return { message, violations: [] };
}

/** A body of none is no plain request: what is signed is not empty. */
const textOf = (body: Uint8Array) => Buffer.from(body).toString("latin1").trim() || "-";

// RFC 9110 section 8.8.3; between the tags the empty elements that section 5.6.1.2 wants borne.
const entityTag = String.raw`(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"[ \t]*`;
const entityTags = new RegExp(`^[ \\t]*(?:${entityTag})?(?:,[ \\t]*(?:${entityTag})?)*$`);

/**
 * The versions of which the request wants one changed (RFC 9110 section 13.1.1): "" for any, which "*" means of a client that is there.
 * Throws invalid_request for what is neither "*" nor entity tags: taken for none, it would undo a change that it was sent to protect.
 */
export function ifMatch(request: HttpRequest): string {
  const value = header(request, "if-match");
  if (value === undefined || value.trim() === "*") return "";
  if (!value.includes('"') || !entityTags.test(value)) throw new RegistryError("invalid_request", 'If-Match must be * or entity tags, as in If-Match: "1"');
  return value;
}

function idempotencyKey(request: HttpRequest): string {
  const value = header(request, "idempotency-key") ?? "";
  // The draft makes it a structured-field string: quotes around it mean nothing.
  return value.startsWith('"') && value.endsWith('"') && value.length > 1 ? value.slice(1, -1) : value;
}

/**
 * Whether the request wants to know what would be decided, and nothing done: `?validate_only=true`. Throws invalid_request for another value: taken for
 * none, it would do what was only asked about.
 */
export function validateOnly({ url = "" }: HttpRequest): boolean {
  const query = url.indexOf("?");
  if (query < 0) return false;
  const values = new URLSearchParams(url.slice(query)).getAll("validate_only");
  if (values.length > 1 || values.some((value) => value !== "true" && value !== "false")) throw new RegistryError("invalid_request", "validate_only must be true or false, once");
  return values[0] === "true";
}

function readObject(body: Uint8Array): JsonObject {
  const result = readJsonObject(body);
  if (result.ok) return result.value;
  throw registrationError([
    { error: "invalid_client_metadata", field: result.member ?? "", rule: `json.${result.problem}`, clause: "RFC 7591 section 3.1", description: result.description },
  ]);
}
