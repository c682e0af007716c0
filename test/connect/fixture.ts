// A whole registry behind the RPC door on a real TLS port, and clients of every protocol.

import { createHash, X509Certificate } from "node:crypto";
import { create, fromBinary, toBinary, type DescMessage, type DescMethodUnary, type MessageInitShape, type MessageShape } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient, type Interceptor, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import grpc from "@grpc/grpc-js";
import { ErrorInfoSchema, RetryInfoSchema } from "../../gen/ts/google/rpc/error_details_pb.js";
import { RegistrationErrorSchema } from "../../gen/ts/matricula/v1/errors_pb.js";
import { Role } from "../../gen/ts/matricula/v1/options_pb.js";
import { RegistrationService, type RegisterClientRequestSchema } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { readyMadePolicies } from "../../src/config/ready-made.js";
import { createConnectDoor, type ConnectDoorOptions } from "../../src/connect/handler.js";
import { createHealth, type HealthSwitch } from "../../src/connect/health.js";
import { compileCertificateRows } from "../../src/domain/certificate-match.js";
import { digestOf, makeToken } from "../../src/domain/credentials.js";
import type { RegistryError } from "../../src/domain/errors.js";
import { compilePolicy } from "../../src/domain/policy.js";
import type { RandomBytes, Store } from "../../src/domain/ports.js";
import type { CustomAttribute } from "../../src/domain/validate.js";
import { readServerSupport } from "../../src/domain/server-support.js";
import type { KeyAndCertificate } from "../../src/net/certificate.js";
import { readPeerCertificate } from "../../src/net/peer-certificate.js";
import { tlsSocketOf } from "../../src/net/request.js";
import { createServer, type NetEvent } from "../../src/net/server.js";
import type { Call } from "../../src/service/call.js";
import type { Arrival } from "../../src/service/front.js";
import { deriveKeys } from "../../src/service/keys.js";
import type { Realm, Registry } from "../../src/service/registry.js";
import { ClientUses } from "../../src/service/client-uses.js";
import { createLimits } from "../../src/service/limits/limits.js";
import { waysIn } from "../../src/service/ways-in/rows.js";
import { readClientCertificate } from "../../src/net/client-certificate.js";
import { createMemoryStore } from "../../src/store/memory/store.js";
import { authority, client as issueClient, serverFiles } from "../net/fixture.js";

/** 2024-07-01T00:00:00Z. */
export const fixedSeconds = 1_719_792_000;

/** The same bytes in every run, and never twice the same in one. */
export function deterministicBytes(): RandomBytes {
  let count = 0;
  return (size) => {
    const blocks: Buffer[] = [];
    for (let length = 0; length < size; length += 32) blocks.push(createHash("sha256").update(`fixture ${count++}`).digest());
    return Buffer.concat(blocks).subarray(0, size);
  };
}

export interface RegistryOptions {
  readonly open?: boolean;
  readonly store?: Store;
}

/** A registry with the realm "default", the three ways in and one custom attribute. */
export function createRegistry({ open = true, store = createMemoryStore() }: RegistryOptions = {}): Registry {
  const policy = compilePolicy(readyMadePolicies().get("rfc7591")!, "1");
  const attributes: CustomAttribute[] = [
    { name: "example_attribute", type: "string", maxBytes: 256, setBy: "client" },
    { name: "example_object", type: "object", maxBytes: 4096, setBy: "client" },
  ];
  const realm: Realm = {
    name: "default",
    registrationEndpoint: "https://localhost/register",
    issuer: "https://localhost",
    waysIn: new Map(
      Object.entries({ open, initial_access_token: true, certificate: true, registration_access_token: false }).map(([name, enabled]) => [name, { enabled, manage: true, policy }]),
    ),
    policies: new Map([[policy.name, policy]]),
    support: readServerSupport(undefined),
    customAttributes: new Map(attributes.map((attribute) => [attribute.name, attribute])),
    certificates: compileCertificateRows(Object.entries(spiffeRoles).map(([spiffeId, grant]) => ({ spiffeId, grant }))),
  };
  const randomBytes = deterministicBytes();
  return {
    store,
    realms: new Map([[realm.name, realm]]),
    uses: new ClientUses(store),
    limits: createLimits({ rates: {}, prefixes: { ipv4: 32, ipv6: 56 }, openCalls: 256, monotonic: () => performance.now(), secret: randomBytes(32) }),
    waysIn: waysIn(),
    keys: deriveKeys(randomBytes(32), 1, randomBytes),
    clock: { seconds: () => fixedSeconds, milliseconds: () => fixedSeconds * 1000 },
    randomBytes,
    readCertificate: readClientCertificate,
  };
}

const spiffeRoles: Readonly<Record<string, readonly Role[]>> = {
  "spiffe://test/admin": [Role.ADMIN],
  "spiffe://test/registrar": [Role.REGISTRAR],
  "spiffe://test/reader": [Role.READER],
  "spiffe://test/verifier": [Role.VERIFIER],
};

/** Puts an initial access token into the store. */
export async function makeInitialAccessToken(registry: Registry, usesLeft: number | null = null): Promise<string> {
  const token = makeToken("initial_access_token", registry.randomBytes);
  const result = await registry.store.commit([
    {
      kind: "insert_initial_access_token",
      token: {
        realm: "default", id: `token-${token.slice(4, 10)}`, name: "test", digest: digestOf("initial_access_token", "default", "", token), policy: "rfc7591", usesLeft,
        owner: "", purpose: "", force: new Uint8Array(0), redirectHosts: [], boundTo: "",
        createdAt: fixedSeconds, createdBy: { kind: "anonymous", id: "anonymous", credentialId: "" }, expiresAt: fixedSeconds + 3600, revokedAt: null,
      },
    },
  ]);
  if (!result.committed) throw new Error("the token was not stored");
  return token;
}

export interface Finished {
  readonly arrival: Arrival;
  readonly call: Call | undefined;
  readonly error: RegistryError | undefined;
}

export interface Pki {
  readonly ca: KeyAndCertificate;
  readonly tls: Awaited<ReturnType<typeof serverFiles>>;
  readonly admin: KeyAndCertificate;
  readonly registrar: KeyAndCertificate;
  readonly reader: KeyAndCertificate;
  readonly verifier: KeyAndCertificate;
  /** Of an authority that the server does not know. */
  readonly stranger: KeyAndCertificate;
}

let pki: Promise<Pki> | undefined;

/** Made once a test file: keys are slow. */
export function testPki(): Promise<Pki> {
  return (pki ??= makePki());
}

async function makePki(): Promise<Pki> {
  const ca = await authority();
  const role = (name: string) => issueClient(ca, { subject: `CN=${name}`, uris: [`spiffe://test/${name}`] });
  return {
    ca,
    tls: await serverFiles(ca),
    admin: await role("admin"),
    registrar: await role("registrar"),
    reader: await role("reader"),
    verifier: await role("verifier"),
    stranger: await issueClient(await authority("another CA"), { uris: ["spiffe://test/admin"] }),
  };
}

export interface DoorServer {
  readonly baseUrl: string;
  readonly port: number;
  readonly registry: Registry;
  readonly health: HealthSwitch;
  /** Every call's end, in order. */
  readonly finished: Finished[];
  readonly events: NetEvent[];
  readonly pki: Pki;
  readonly shutdown: AbortController;
  /** Serves with these files from now on. */
  reload(tls: Awaited<ReturnType<typeof serverFiles>>): void;
  close(): Promise<void>;
}

/** Starts a server with the RPC door alone; what the door does not take gets 404 and the text "elsewhere". */
export async function startDoor(options: RegistryOptions & Partial<Omit<ConnectDoorOptions, "shutdown">> = {}): Promise<DoorServer> {
  const madePki = await testPki();
  const registry = options.registry ?? createRegistry(options);
  const health = createHealth();
  health.set(true);
  const shutdown = new AbortController();
  const finished: Finished[] = [];
  const events: NetEvent[] = [];
  const door = createConnectDoor({
    registry,
    health,
    shutdown: shutdown.signal,
    observer: { finished: (arrival, call, error) => void finished.push({ arrival, call, error }) },
    readEvidence: (request) => ({ certificate: readPeerCertificate(tlsSocketOf(request)!, Date.now()), authorization: request.headers.authorization }),
    ...options,
  });
  const server = createServer({
    tls: madePki.tls,
    onEvent: (event) => events.push(event),
    handler: (request, response) => {
      if (!door(request, response)) (response as import("node:http").ServerResponse).writeHead(404).end("elsewhere");
    },
  });
  const port = await server.listen({ hosts: ["127.0.0.1"], port: 0 });
  return {
    baseUrl: `https://localhost:${port}`,
    port,
    registry,
    health,
    finished,
    events,
    pki: madePki,
    shutdown,
    reload: (tls) => server.reload(tls),
    async close() {
      shutdown.abort();
      await server.drain(0);
    },
  };
}

/** Who a client is. */
export interface Credentials {
  readonly identity?: KeyAndCertificate;
  readonly token?: string;
}

export const wireNames = ["Connect JSON", "Connect binary", "gRPC", "gRPC-Web", "grpc-js"] as const;
export type WireName = (typeof wireNames)[number];

/** What every protocol says of an error, in one shape. */
export interface ErrorAnswer {
  readonly code: string;
  readonly message: string;
  readonly reason: string | undefined;
  readonly domain: string | undefined;
  readonly retrySeconds: number | undefined;
  readonly registration: { readonly error: string; readonly violations: readonly { field: string; rule: string; clause: string; description: string }[] } | undefined;
}

export type CallResult<Answer> = { readonly answer: Answer; readonly error?: undefined } | { readonly answer?: undefined; readonly error: ErrorAnswer };

export interface CallOptions {
  readonly timeoutMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client of one protocol: it makes unary calls and tells errors in one shape. */
export interface WireClient {
  call<I extends DescMessage, O extends DescMessage>(method: DescMethodUnary<I, O>, request: MessageInitShape<I>, options?: CallOptions): Promise<CallResult<MessageShape<O>>>;
  close(): void;
}

export function transportOf(server: DoorServer, wire: Exclude<WireName, "grpc-js">, { identity, token }: Credentials = {}): Transport {
  const authorize: Interceptor = (next) => (request) => {
    if (token !== undefined) request.header.set("authorization", `Bearer ${token}`);
    return next(request);
  };
  const options = {
    baseUrl: server.baseUrl,
    httpVersion: "2" as const,
    interceptors: [authorize],
    nodeOptions: { ca: server.pki.ca.certificate, ...(identity === undefined ? {} : { cert: identity.certificate, key: identity.key }) },
    idleConnectionTimeoutMs: 100,
  };
  switch (wire) {
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

export function wireClient(server: DoorServer, wire: WireName, credentials: Credentials = {}): WireClient {
  if (wire === "grpc-js") return grpcJsClient(server, credentials);
  const transport = transportOf(server, wire, credentials);
  return {
    async call(method, request, { timeoutMs, headers } = {}) {
      try {
        const { message } = await transport.unary(method, undefined, timeoutMs, headers, request);
        return { answer: message };
      } catch (error) {
        return { error: errorAnswer(error) };
      }
    },
    close() {},
  };
}

/** The adapter of three lines that the README shows: grpc-js with protobuf-es messages. */
function grpcJsClient(server: DoorServer, { identity, token }: Credentials): WireClient {
  const channel = new grpc.Client(
    `localhost:${server.port}`,
    grpc.credentials.createSsl(
      Buffer.from(server.pki.ca.certificate),
      identity === undefined ? null : Buffer.from(identity.key),
      identity === undefined ? null : Buffer.from(identity.certificate),
    ),
  );
  return {
    call(method, request, { timeoutMs, headers } = {}) {
      const metadata = new grpc.Metadata();
      for (const [name, value] of Object.entries(headers ?? {})) metadata.set(name, value);
      if (token !== undefined) metadata.set("authorization", `Bearer ${token}`);
      const path = `/${method.parent.typeName}/${method.name}`;
      const serialize = (message: MessageShape<typeof method.input>) => Buffer.from(toBinary(method.input, message));
      const deserialize = (bytes: Buffer) => fromBinary(method.output, bytes);
      return new Promise((resolve) => {
        const options = timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
        channel.makeUnaryRequest(path, serialize, deserialize, create(method.input, request), metadata, options, (error, answer) => {
          if (error === null) resolve({ answer: answer! });
          else resolve({ error: errorAnswer(fromGrpcJs(error)) });
        });
      });
    },
    close: () => channel.close(),
  };
}

function fromGrpcJs(error: grpc.ServiceError): ConnectError {
  const converted = new ConnectError(error.details, error.code as unknown as Code);
  const [status] = error.metadata.get("grpc-status-details-bin");
  if (status !== undefined) converted.details.push(...detailsOf(status as Buffer));
  return converted;
}

/** google.rpc.Status, whose `details` is field 3: reading it by hand keeps the test honest about the bytes. */
function detailsOf(status: Buffer): { type: string; value: Uint8Array }[] {
  const found: { type: string; value: Uint8Array }[] = [];
  for (const [field, bytes] of lengthDelimited(status)) {
    if (field !== 3) continue;
    const any = new Map(lengthDelimited(bytes));
    found.push({ type: any.get(1)!.toString().replace("type.googleapis.com/", ""), value: any.get(2) ?? new Uint8Array() });
  }
  return found;
}

function lengthDelimited(bytes: Buffer): [number, Buffer][] {
  const found: [number, Buffer][] = [];
  const varint = (at: number): [number, number] => {
    let value = 0;
    let shift = 0;
    for (; ; at++, shift += 7) {
      value |= (bytes[at]! & 0x7f) << shift;
      if (bytes[at]! < 0x80) return [value, at + 1];
    }
  };
  for (let at = 0; at < bytes.length; ) {
    const [tag, afterTag] = varint(at);
    const [length, afterLength] = varint(afterTag);
    if ((tag & 7) === 2) {
      found.push([tag >> 3, bytes.subarray(afterLength, afterLength + length)]);
      at = afterLength + length;
    } else {
      at = afterLength;
    }
  }
  return found;
}

export function errorAnswer(thrown: unknown): ErrorAnswer {
  const error = ConnectError.from(thrown);
  const info = error.findDetails(ErrorInfoSchema)[0];
  const retry = error.findDetails(RetryInfoSchema)[0];
  const registration = error.findDetails(RegistrationErrorSchema)[0];
  return {
    code: Code[error.code],
    message: error.rawMessage,
    reason: info?.reason,
    domain: info?.domain,
    retrySeconds: retry === undefined ? undefined : Number(retry.retryDelay?.seconds),
    registration: registration && {
      error: registration.error,
      violations: registration.violations.map(({ field, rule, clause, description }) => ({ field, rule, clause, description })),
    },
  };
}

/** The book's example, as a message. */
export const bookRequest = {
  metadata: {
    redirectUris: ["https://client.org/callback", "https://client.org/callback2"],
    tokenEndpointAuthMethod: "client_secret_basic",
    grantTypes: ["authorization_code", "implicit"],
    responseTypes: ["code", "token"],
  },
} as const satisfies MessageInitShape<typeof RegisterClientRequestSchema>;

/** Registers over gRPC; throws when it fails. */
export async function register(server: DoorServer, credentials: Credentials = {}) {
  return createClient(RegistrationService, transportOf(server, "gRPC", credentials)).registerClient({
    metadata: { redirectUris: [...bookRequest.metadata.redirectUris] },
  });
}

/** The certificate's name, to tell who a call was for. */
export const subjectOf = (identity: KeyAndCertificate) => new X509Certificate(identity.certificate).subject;
