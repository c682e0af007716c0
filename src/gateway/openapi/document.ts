// The gateway as an OpenAPI 3.1 document: written by nobody, read from the field table, the error table and the endpoints' rows.

import type { JsonObject } from "@bufbuild/protobuf";
import type { ErrorKind } from "../../domain/errors.js";
import { errorTable } from "../errors.js";
import { configurationEndpoint, registrationEndpoint, type Operation } from "../registration.js";
import { schemas } from "./schemas.js";

/** What an operation can be refused for. */
const common: readonly ErrorKind[] = ["invalid_certificate", "permission_denied", "too_large", "rate_limited", "overloaded", "store_unavailable", "deadline_exceeded", "internal"];
const metadata: readonly ErrorKind[] = ["invalid_redirect_uri", "invalid_client_metadata", "invalid_software_statement", "unapproved_software_statement", "invalid_request", "idempotency_conflict"];

interface Page {
  readonly id: string;
  readonly summary: string;
  readonly kinds: readonly ErrorKind[];
  readonly body?: string;
  readonly headers: readonly string[];
}

const pages: Readonly<Record<string, Page>> = {
  POST: { id: "registerClient", summary: "Registers a client (RFC 7591 section 3)", kinds: [...common, ...metadata, "unauthenticated", "invalid_token", "quota_exceeded"], body: "ClientMetadata", headers: ["ValidateOnly", "IdempotencyKey", "Prefer"] },
  GET: { id: "readClient", summary: "Reads a client's record (RFC 7592 section 2.1)", kinds: [...common, "unauthenticated", "invalid_token"], headers: ["Prefer"] },
  HEAD: { id: "headClient", summary: "The headers of what GET answers", kinds: [...common, "unauthenticated", "invalid_token"], headers: [] },
  PUT: { id: "updateClient", summary: "Replaces a client's record (RFC 7592 section 2.2)", kinds: [...common, ...metadata, "unauthenticated", "invalid_token", "version_conflict", "client_suspended"], body: "ClientUpdate", headers: ["ValidateOnly", "IdempotencyKey", "IfMatch", "Prefer"] },
  DELETE: { id: "deleteClient", summary: "Deletes a client (RFC 7592 section 2.3)", kinds: [...common, "invalid_request", "unauthenticated", "invalid_token", "version_conflict", "client_suspended"], headers: ["IfMatch"] },
};

const json = (schema: string) => ({ "application/json": { schema: { $ref: `#/components/schemas/${schema}` } } });
/** Where a realm takes them; 415 elsewhere. */
const signed = { schema: { type: "string", description: "The same as claims of a JWS by the software's own keys, where the realm takes signed requests." } };
const signedBody = { "application/jwt": signed, "application/jose": signed };
const header = (name: string) => ({ $ref: `#/components/headers/${name}` });

const reasons: Readonly<Record<number, string>> = {
  400: "The request or its metadata is refused", 401: "No credential, or one that does not hold here", 403: "The caller may not do this", 404: "There is no such realm", 412: "Another version is stored",
  413: "The body is too large", 415: "The body is not JSON", 422: "The idempotency key was used for another request", 429: "Too many requests", 500: "A fault of the service",
  503: "No capacity at the moment", 504: "The service was not in time",
};

const extraHeaders: Readonly<Record<number, JsonObject>> = {
  401: { "WWW-Authenticate": header("WWWAuthenticate") },
  403: { "WWW-Authenticate": header("WWWAuthenticate") },
  429: { "Retry-After": header("RetryAfter"), RateLimit: header("RateLimit"), "RateLimit-Policy": header("RateLimitPolicy") },
  503: { "Retry-After": header("RetryAfter") },
};

function operation(method: string, { body, status }: Operation, realm: boolean, client: boolean): JsonObject {
  const page = pages[method]!;
  const parameters = [...(realm ? ["Realm"] : []), ...(client ? ["ClientId"] : []), ...page.headers].map((name) => ({ $ref: `#/components/parameters/${name}` }));
  const answers: JsonObject = {};
  const success: JsonObject = { description: status === 201 ? "Registered" : status === 204 ? "Deleted" : "The record" };
  if (status !== 204) {
    success["headers"] = { ETag: header("ETag"), "Matricula-Decisions": header("Decisions") };
    if (method !== "HEAD") success["content"] = json("ClientInformation");
  }
  answers[status] = success;
  if (status === 201) answers[200] = { description: "What would be registered, where validate_only asked for no more", headers: { "Matricula-Decisions": header("Decisions") }, content: json("ClientMetadata") };
  const statuses = new Set<number>(page.kinds.map((kind) => errorTable[kind].status));
  if (body) statuses.add(415);
  if (realm) statuses.add(404);
  for (const code of [...statuses].toSorted((a, b) => a - b)) {
    answers[code] = {
      description: reasons[code]!, ...(extraHeaders[code] === undefined ? {} : { headers: extraHeaders[code] }), ...(method === "HEAD" ? {} : { content: json("Error") }),
    };
  }
  return {
    operationId: `${page.id}${realm ? "InRealm" : ""}`,
    summary: page.summary,
    tags: ["registration"],
    security: client ? [{ bearer: [] }, { basic: [] }, { mutualTLS: [] }] : [{ bearer: [] }, { basic: [] }, { mutualTLS: [] }, {}],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(page.body === undefined ? {} : { requestBody: { required: true, content: { ...json(page.body), ...signedBody } } }),
    responses: answers,
  };
}

function endpoint(operations: ReadonlyMap<string, Operation>, realm: boolean, client: boolean): JsonObject {
  return Object.fromEntries([...operations].map(([method, row]) => [method.toLowerCase(), operation(method, row, realm, client)]));
}

const page = (operationId: string, summary: string, type: string, more: JsonObject = {}): JsonObject => ({
  get: {
    operationId, summary, tags: ["service"], security: [],
    responses: { 200: { description: "It is there", content: { [type]: { schema: type === "application/json" ? { type: "object" } : { type: "string" } } } }, ...more },
  },
});

const notReady = { 503: { description: "Not at the moment", content: { "text/plain": { schema: { type: "string" } } } } };

const headerText = (description: string) => ({ description, schema: { type: "string" } });
const requestHeader = (name: string, description: string, schema: JsonObject) => ({ name, in: "header", required: false, description, schema: { type: "string", ...schema } });
const inPath = (name: string, description: string, schema: JsonObject) => ({ name, in: "path", required: true, description, schema: { type: "string", ...schema } });

/** The document. `url` is the service's own base. */
export function openApiDocument(url: string): JsonObject {
  return {
    openapi: "3.1.0",
    info: {
      title: "Matricula",
      version: "v1",
      summary: "A registry of OAuth 2.0 clients",
      description: "Registration of OAuth 2.0 clients (RFC 7591) and management of one's own record (RFC 7592).",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url }],
    tags: [{ name: "registration", description: "RFC 7591 and RFC 7592." }, { name: "service", description: "What stands beside them." }],
    paths: {
      "/register": endpoint(registrationEndpoint, false, false),
      "/register/{client_id}": endpoint(configurationEndpoint, false, true),
      "/realms/{realm}/register": endpoint(registrationEndpoint, true, false),
      "/realms/{realm}/register/{client_id}": endpoint(configurationEndpoint, true, true),
      "/.well-known/oauth-authorization-server": page("discover", "Authorization server metadata (RFC 8414)", "application/json"),
      "/.well-known/openid-configuration": page("discoverOpenid", "The same for OpenID Connect", "application/json"),
      "/openapi.json": page("describe", "This document", "application/json"),
      "/livez": page("live", "Whether the process answers", "text/plain"),
      "/readyz": page("ready", "Whether it takes calls", "text/plain", notReady),
    },
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "An initial access token, an OAuth access token, or the client's registration access token (RFC 6750)." },
        basic: { type: "http", scheme: "basic", description: "A user of the realm (RFC 7617)." },
        mutualTLS: { type: "mutualTLS", description: "A client certificate." },
      },
      parameters: {
        Realm: inPath("realm", "The realm; default has paths without it.", { pattern: "^[a-z0-9]+(-+[a-z0-9]+)*$", maxLength: 64 }),
        ClientId: inPath("client_id", "The client.", { minLength: 1, maxLength: 255 }),
        ValidateOnly: { name: "validate_only", in: "query", required: false, description: "With true, what would be decided is answered and nothing is done.", schema: { type: "boolean", default: false } },
        IdempotencyKey: requestHeader("Idempotency-Key", "A UUID, or 128 random bits or more in base64url: the same request gets the same answer for 24 hours.", { anyOf: [{ format: "uuid" }, { pattern: "^[A-Za-z0-9_-]{22,128}$" }] }),
        IfMatch: requestHeader("If-Match", "The ETag of the version that is to be changed (RFC 9110 section 13.1.1).", { pattern: '^(\\*|"[0-9]{1,10}")$' }),
        Prefer: requestHeader("Prefer", "return=decisions puts the policy's decisions into the body (RFC 7240).", { enum: ["return=decisions"] }),
      },
      headers: {
        ETag: headerText("The version (RFC 9110 section 8.8.3)."),
        Decisions: headerText("The fields that were decided otherwise than asked, each with its rule (RFC 9651)."),
        WWWAuthenticate: headerText("The schemes that are taken (RFC 9110 section 11.6.1, RFC 6750 section 3)."),
        RetryAfter: headerText("Seconds after which a retry may help."),
        RateLimit: headerText("What is left of the limit that was reached."),
        RateLimitPolicy: headerText("The limit that was reached."),
      },
      schemas: schemas([...new Set(["not_found", ...Object.values(errorTable).map(({ error }) => error)])]),
    },
  };
}
