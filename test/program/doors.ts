// The five doors as clients of one shape: register, read, update and delete, over the gateway, Connect, gRPC and gRPC-Web.

import { createClient, ConnectError, Code, type Interceptor, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { toJson, type JsonObject } from "@bufbuild/protobuf";
import { ClientMetadataSchema } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import type { Client, ClientCredentials } from "../../gen/ts/matricula/v1/client_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { exchange, membersOf, type Answer, type Target } from "./http.js";

export const doorNames = ["gateway", "Connect JSON", "Connect binary", "gRPC", "gRPC-Web"] as const;
export type DoorName = (typeof doorNames)[number];
export type RpcDoorName = Exclude<DoorName, "gateway">;

/** What a door says, so that two answers can be compared: the client, or everything about a refusal that a caller can see. */
export interface Outcome {
  readonly refused?: unknown;
  readonly clientId?: string;
  readonly secret?: string;
  readonly token?: string;
  /** RFC 7591 members, custom attributes among them. */
  readonly metadata?: JsonObject;
}

export interface Door {
  readonly name: DoorName;
  register(metadata: JsonObject): Promise<Outcome>;
  read(clientId: string): Promise<Outcome>;
  update(clientId: string, metadata: JsonObject): Promise<Outcome>;
  delete(clientId: string): Promise<Outcome>;
  close(): void;
}

/** A transport of one protocol; close its sessions when done. */
export function transportOf(target: Target, door: RpcDoorName, token?: string): { transport: Transport; close: () => void } {
  const authorize: Interceptor = (next) => (request) => {
    if (token !== undefined) request.header.set("authorization", `Bearer ${token}`);
    return next(request);
  };
  const sessionManager = new Http2SessionManager(target.url, {}, { ca: target.ca, ...(target.identity && { cert: target.identity.certificate, key: target.identity.key }) });
  const options = { baseUrl: target.url, httpVersion: "2" as const, interceptors: [authorize], sessionManager };
  const make = {
    "Connect JSON": () => createConnectTransport({ ...options, useBinaryFormat: false }),
    "Connect binary": () => createConnectTransport({ ...options, useBinaryFormat: true }),
    gRPC: () => createGrpcTransport(options),
    "gRPC-Web": () => createGrpcWebTransport(options),
  } satisfies Record<RpcDoorName, () => Transport>;
  return { transport: make[door](), close: () => sessionManager.abort() };
}

/** A client of one door. A token is a registration access token or an initial access token, as the call needs. */
export function openDoor(target: Target, name: DoorName, token?: string): Door {
  return name === "gateway" ? gatewayDoor(target, token) : rpcDoor(target, name, token);
}

function gatewayDoor(target: Target, token: string | undefined): Door {
  const outcome = (answer: Answer): Outcome => {
    if (answer.status >= 400) {
      const { date: _, ...headers } = answer.headers;
      return { refused: { status: answer.status, headers, body: answer.text } };
    }
    if (answer.text === "") return {};
    const { client_id: clientId, client_secret: secret, registration_access_token: given, ...metadata } = membersOf(answer);
    for (const name of ["client_id_issued_at", "client_secret_expires_at", "registration_client_uri"]) delete metadata[name];
    return { clientId, metadata, ...(secret === undefined ? {} : { secret }), ...(given === undefined ? {} : { token: given }) };
  };
  const send = async (method: string, path: string, json?: JsonObject) => outcome(await exchange(target, { method, path, ...(json && { json }), ...(token !== undefined && { token }) }));
  return {
    name: "gateway",
    register: (metadata) => send("POST", "/register", metadata),
    read: (clientId) => send("GET", `/register/${clientId}`),
    update: (clientId, metadata) => send("PUT", `/register/${clientId}`, { ...metadata, client_id: clientId }),
    delete: (clientId) => send("DELETE", `/register/${clientId}`),
    close() {},
  };
}

function rpcDoor(target: Target, name: RpcDoorName, token: string | undefined): Door {
  const { transport, close } = transportOf(target, name, token);
  const client = createClient(RegistrationService, transport);
  const call = async (run: () => Promise<{ readonly client?: Client | undefined; readonly credentials?: ClientCredentials | undefined }>): Promise<Outcome> => {
    try {
      const { client: found, credentials } = await run();
      if (found === undefined) return {};
      return {
        clientId: found.clientId!,
        metadata: rfcMembers(toJson(ClientMetadataSchema, found.metadata!) as JsonObject),
        ...(credentials?.clientSecret === undefined ? {} : { secret: credentials.clientSecret }),
        ...(credentials?.registrationAccessToken === undefined ? {} : { token: credentials.registrationAccessToken }),
      };
    } catch (error) {
      return { refused: refusalOf(error) };
    }
  };
  return {
    name,
    register: (metadata) => call(() => client.registerClient({ metadata: messageOf(metadata) })),
    read: (clientId) => call(() => client.readClient({ clientId })),
    update: (clientId, metadata) => call(() => client.updateClient({ clientId, metadata: messageOf(metadata) })),
    delete: (clientId) => call(async () => ({ client: undefined, ...(await client.deleteClient({ clientId })) })),
    close,
  };
}

/** Everything of an error that a caller can see but the time. */
function refusalOf(thrown: unknown): unknown {
  const error = ConnectError.from(thrown);
  const details = error.details.map((detail) =>
    "desc" in detail ? { type: detail.desc.typeName, value: detail.value } : { type: detail.type, value: Buffer.from(detail.value).toString("base64") },
  );
  const headers = Object.fromEntries([...error.metadata].filter(([header]) => header !== "date"));
  return { code: Code[error.code], message: error.rawMessage, details, headers };
}

// The doors' tests know the few fields that they send; the generated names are camel case.
function messageOf({ redirect_uris, client_name, example_attribute, ...rest }: JsonObject) {
  if (Object.keys(rest).length > 0) throw new Error(`the test sends fields that it cannot put into a message: ${Object.keys(rest).join(", ")}`);
  return {
    ...(redirect_uris === undefined ? {} : { redirectUris: redirect_uris as string[] }),
    ...(client_name === undefined ? {} : { clientName: client_name as string }),
    ...(example_attribute === undefined ? {} : { customAttributes: { example_attribute } }),
  };
}

function rfcMembers({ custom_attributes: custom, ...members }: JsonObject): JsonObject {
  return { ...members, ...(custom as JsonObject | undefined) };
}

