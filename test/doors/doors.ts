// The five doors, each as a client of its own kind: an operation goes in, and one shape of outcome comes out whatever the protocol.

import https from "node:https";
import { create, toJson, type JsonObject, type JsonValue, type MessageInitShape } from "@bufbuild/protobuf";
import { ConnectError, createClient, type Client as RpcClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { ClientAdminService } from "../../gen/ts/matricula/v1/client_admin_service_pb.js";
import { ClientMetadataSchema, type ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import type { Client, ClientCredentials } from "../../gen/ts/matricula/v1/client_pb.js";
import type { Decision } from "../../gen/ts/matricula/v1/decision_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { errorAnswer } from "../connect/fixture.js";
import { gatewayKinds, kindOfReason, rpcCodes } from "./answers.js";
import type { IdentityName, World } from "./world.js";

export const doorNames = ["gateway", "Connect JSON", "Connect binary", "gRPC", "gRPC-Web"] as const;
export type DoorName = (typeof doorNames)[number];
export type RpcDoorName = Exclude<DoorName, "gateway">;

/** What a caller shows. */
export interface Actor {
  readonly identity?: IdentityName;
  /** Sent as Authorization: Bearer. */
  readonly token?: string;
}

/** One thing to do, with metadata as RFC 7591 writes it: flat, "name#tag" for languages. A signed request is sent in the place of all of them. */
export type Operation =
  | { readonly kind: "register"; readonly realm: string; readonly metadata: JsonObject; readonly signedRequest?: string; readonly idempotencyKey?: string }
  | { readonly kind: "read"; readonly realm: string; readonly clientId: string }
  | {
      readonly kind: "update"; readonly realm: string; readonly clientId: string; readonly metadata: JsonObject; readonly signedRequest?: string;
      readonly clientSecret?: string; readonly etag?: string; readonly idempotencyKey?: string;
    }
  | { readonly kind: "delete"; readonly realm: string; readonly clientId: string; readonly etag?: string };

export interface ViolationSeen {
  readonly field: string;
  readonly rule: string;
  readonly clause: string;
  readonly description: string;
}

export interface DecisionSeen {
  readonly field: string;
  readonly asked: string;
  readonly registered: string;
  readonly rule: string;
  readonly policy_version?: string;
  readonly reason?: string;
}

export type Outcome =
  | { readonly ok: true; /** As the gateway's body; absent after a deletion. */ readonly information?: JsonObject; readonly etag?: string; readonly decisions: readonly DecisionSeen[] }
  | { readonly ok: false; /** The kinds that the answer can mean: one, but for what the gateway leaves unsaid. */ readonly kinds: readonly string[]; readonly violations: readonly ViolationSeen[] };

export interface Doors {
  perform(door: DoorName, operation: Operation, actor: Actor): Promise<Outcome>;
  /** What an operator does, whatever door the case runs at. */
  suspend(realm: string, clientId: string): Promise<void>;
  resume(realm: string, clientId: string): Promise<void>;
  close(): void;
}

export const registrationPath = (realm: string) => (realm === "default" ? "/register" : `/realms/${realm}/register`);

/** Clients of a world: one connection for each door and certificate. */
export function openDoors(world: World): Doors {
  const agents = new Map<string, https.Agent>();
  const clients = new Map<string, RpcClient<typeof RegistrationService>>();
  const tls = (identity: IdentityName | undefined) => {
    const files = identity === undefined ? undefined : world.identities[identity];
    return { ca: world.ca, ...(files === undefined ? {} : { cert: files.certificate, key: files.key }) };
  };
  const agentOf = (identity: IdentityName | undefined) => kept(agents, identity ?? "", () => new https.Agent({ keepAlive: true, maxSockets: 1, ...tls(identity) }));
  const clientOf = (door: RpcDoorName, identity: IdentityName | undefined) =>
    kept(clients, `${door} ${identity}`, () => createClient(RegistrationService, transportOf(world, door, tls(identity))));
  const operator = createClient(ClientAdminService, transportOf(world, "gRPC", tls("admin")));
  return {
    suspend: async (realm, clientId) => void (await operator.suspendClient({ realm, clientId })),
    resume: async (realm, clientId) => void (await operator.resumeClient({ realm, clientId })),
    perform(door, operation, actor) {
      return door === "gateway"
        ? throughGateway(world, agentOf(actor.identity), operation, actor)
        : throughRpc(clientOf(door, actor.identity), operation, actor);
    },
    close() {
      for (const agent of agents.values()) agent.destroy();
    },
  };
}

function kept<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

function transportOf(world: World, door: RpcDoorName, nodeOptions: { ca: string; cert?: string; key?: string }): Transport {
  const options = { baseUrl: world.baseUrl, httpVersion: "2" as const, nodeOptions, idleConnectionTimeoutMs: 500 };
  switch (door) {
    case "Connect JSON":
      return createConnectTransport({ ...options, useBinaryFormat: false });
    case "Connect binary":
      return createConnectTransport({ ...options, useBinaryFormat: true });
    case "gRPC":
      return createGrpcTransport(options);
    case "gRPC-Web":
      return createGrpcWebTransport(options);
  }
}

// The gateway

async function throughGateway(world: World, agent: https.Agent, operation: Operation, { token }: Actor): Promise<Outcome> {
  const base = registrationPath(operation.realm);
  const headers: Record<string, string> = { prefer: "return=decisions" };
  if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
  if ("idempotencyKey" in operation && operation.idempotencyKey !== undefined) headers["idempotency-key"] = operation.idempotencyKey;
  if ("etag" in operation && operation.etag !== undefined) headers["if-match"] = operation.etag;
  const { method, path, body } = httpRequestOf(operation, base);
  const signed = "signedRequest" in operation ? operation.signedRequest : undefined;
  if (body !== undefined) headers["content-type"] = signed === undefined ? "application/json" : "application/jwt";
  const answer = await exchange(world.baseUrl + path, { method, headers, agent }, body === undefined ? undefined : (signed ?? JSON.stringify(body)));
  return gatewayOutcome(answer);
}

function httpRequestOf(operation: Operation, base: string): { method: string; path: string; body?: JsonObject } {
  switch (operation.kind) {
    case "register":
      return { method: "POST", path: base, body: operation.metadata };
    case "read":
      return { method: "GET", path: `${base}/${operation.clientId}` };
    case "update": {
      const { clientId, clientSecret, metadata } = operation;
      return { method: "PUT", path: `${base}/${clientId}`, body: { client_id: clientId, ...(clientSecret === undefined ? {} : { client_secret: clientSecret }), ...metadata } };
    }
    case "delete":
      return { method: "DELETE", path: `${base}/${operation.clientId}` };
  }
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export function exchange(url: string, options: https.RequestOptions, body: string | Uint8Array | undefined): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const request = https.request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode!, headers: response.headers as never, body: Buffer.concat(chunks).toString() }));
      response.on("error", reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}

function gatewayOutcome({ status, headers, body }: HttpAnswer): Outcome {
  if (status === 204) return { ok: true, decisions: [] };
  const answer = JSON.parse(body) as JsonObject;
  if (status === 200 || status === 201) {
    const { decisions, ...information } = answer;
    return { ok: true, information, ...(headers["etag"] === undefined ? {} : { etag: headers["etag"] }), decisions: decisions as unknown as DecisionSeen[] };
  }
  return { ok: false, kinds: gatewayKinds(status, String(answer["error"]), headers["www-authenticate"]), violations: (answer["violations"] ?? []) as unknown as ViolationSeen[] };
}

// The RPC doors

async function throughRpc(client: RpcClient<typeof RegistrationService>, operation: Operation, { token }: Actor): Promise<Outcome> {
  const options = { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } };
  const realm = operation.realm;
  try {
    switch (operation.kind) {
      case "register":
        return rpcOutcome(await client.registerClient({ realm, ...askedBy(operation), idempotencyKey: operation.idempotencyKey ?? "" }, options));
      case "read":
        return rpcOutcome({ ...(await client.readClient({ realm, clientId: operation.clientId }, options)), decisions: [] });
      case "update": {
        const { clientId, clientSecret, etag = "", idempotencyKey = "" } = operation;
        const request = { realm, clientId, ...askedBy(operation), etag, idempotencyKey, ...(clientSecret === undefined ? {} : { clientSecret }) };
        return rpcOutcome(await client.updateClient(request, options));
      }
      case "delete":
        await client.deleteClient({ realm, clientId: operation.clientId, etag: operation.etag ?? "" }, options);
        return { ok: true, decisions: [] };
    }
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    return rpcError(error);
  }
}

const askedBy = ({ metadata, signedRequest }: { readonly metadata: JsonObject; readonly signedRequest?: string }) =>
  signedRequest === undefined ? { metadata: messageOf(metadata) } : { signedRequest };

function rpcError(error: ConnectError): Outcome {
  const answer = errorAnswer(error);
  const kind = kindOfReason(answer.reason);
  // The code says the same as the reason, or the answer is no kind at all.
  const kinds = kind !== undefined && rpcCodes[kind] === answer.code ? [kind] : [`${answer.code} ${answer.reason}: ${answer.message}`];
  const registration = answer.registration;
  if (registration !== undefined && registration.error !== kind) kinds.push(`RegistrationError says ${registration.error}`);
  return { ok: false, kinds, violations: registration?.violations ?? [] };
}

/** Metadata as the message has it. What is no field is offered as a custom attribute: that is the place for it. */
export function messageOf(metadata: JsonObject): MessageInitShape<typeof ClientMetadataSchema> {
  const message: Record<string, unknown> = {};
  const custom: JsonObject = {};
  for (const [member, value] of Object.entries(metadata)) {
    const [base, tag] = member.split(/#(.*)/s) as [string, string?];
    const field = ClientMetadataSchema.fields.find(({ name }) => name === (tag === undefined ? base : `${base}_localized`));
    if (field === undefined) custom[member] = value;
    else if (value === null) continue;
    else if (tag === undefined) message[field.localName] = value;
    else message[field.localName] = { ...(message[field.localName] as object), [tag]: value };
  }
  if (Object.keys(custom).length > 0) message["customAttributes"] = custom;
  return message;
}

function rpcOutcome({ client, credentials, decisions }: { client?: Client | undefined; credentials?: ClientCredentials | undefined; decisions: readonly Decision[] }): Outcome {
  return {
    ok: true,
    information: informationOf(client!, credentials),
    etag: client!.etag,
    decisions: decisions.map(({ field, asked, registered, rule, policyVersion, reason }) => ({
      field, asked, registered, rule, ...(policyVersion === "" ? {} : { policy_version: policyVersion }), ...(reason === "" ? {} : { reason }),
    })),
  };
}

/** A Client message as the client information response of RFC 7591 section 3.2.1, made without the code that the gateway has for it. */
function informationOf(client: Client, credentials: ClientCredentials | undefined): JsonObject {
  const made = {
    client_id: client.clientId, client_id_issued_at: client.clientIdIssuedAt, client_secret: credentials?.clientSecret,
    client_secret_expires_at: client.clientSecretExpiresAt, registration_access_token: credentials?.registrationAccessToken,
    registration_client_uri: credentials?.registrationClientUri,
  };
  const information: JsonObject = { redirect_uris: [], grant_types: [], response_types: [] };
  for (const [name, value] of Object.entries(made)) if (value !== undefined) information[name] = value;
  for (const [name, value] of Object.entries(metadataOf(client.metadata))) {
    if (name === "custom_attributes") Object.assign(information, value);
    else if (name.endsWith("_localized")) for (const [tag, text] of Object.entries(value as JsonObject)) information[`${name.slice(0, -"_localized".length)}#${tag}`] = text;
    else information[name] = value;
  }
  return information;
}

const metadataOf = (metadata: ClientMetadata | undefined) => toJson(ClientMetadataSchema, metadata ?? create(ClientMetadataSchema)) as Record<string, JsonValue>;
