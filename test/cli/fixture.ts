// A command line run inside the test, and a service that it can call: fake answers behind real mutual TLS.

import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { Code, ConnectError, type ConnectRouter, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { ErrorInfoSchema, RetryInfoSchema } from "../../gen/ts/google/rpc/error_details_pb.js";
import { ClientAdminService } from "../../gen/ts/matricula/v1/client_admin_service_pb.js";
import { ClientDirectoryService, type CountClientsRequest, type ListClientsRequest } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { ClientState, PrincipalKind } from "../../gen/ts/matricula/v1/client_pb.js";
import { RegistrationErrorSchema } from "../../gen/ts/matricula/v1/errors_pb.js";
import {
  InitialAccessTokenService, type CreateInitialAccessTokenRequest, type ListInitialAccessTokensRequest, type RevokeInitialAccessTokenRequest,
} from "../../gen/ts/matricula/v1/initial_access_token_service_pb.js";
import { RegistrationService, type RegisterClientRequest, type UpdateClientRequest } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { runCommand, type ServeOptions } from "../../src/cli/run-command.js";
import { ensureDevelopmentPki } from "../../src/net/development-pki.js";

export const secret = `mcs_${"s".repeat(49)}`;
export const registrationToken = `mrt_${"r".repeat(49)}`;
export const initialToken = `mit_${"i".repeat(49)}`;
export const secrets = [secret, registrationToken, initialToken];

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly served: readonly ServeOptions[];
}

export interface Surroundings {
  readonly stdin?: string;
  readonly isTerminal?: boolean;
  /** A person at a terminal who types these, one after the other. */
  readonly typed?: readonly string[];
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  readonly serve?: (options: ServeOptions) => Promise<number>;
  /** Stands for standard output. */
  readonly stdout?: Writable;
}

/** Runs one command line. */
export async function cli(argv: readonly string[], surroundings: Surroundings = {}): Promise<Outcome> {
  const served: ServeOptions[] = [];
  const stdout = collector();
  const stderr = collector();
  const code = await runCommand(argv, {
    stdin: (async function* () {
      yield surroundings.stdin ?? "";
    })(),
    stdout: surroundings.stdout ?? stdout.stream,
    stderr: stderr.stream,
    ...(surroundings.typed === undefined ? {} : { askSecret: typing(surroundings.typed) }),
    isTerminal: surroundings.isTerminal ?? false,
    cwd: surroundings.cwd ?? "/nowhere",
    env: surroundings.env ?? {},
    serve: surroundings.serve ?? (async (options) => (served.push(options), 0)),
  });
  return { code, out: stdout.text(), err: stderr.text(), served };
}

function typing(answers: readonly string[]): () => Promise<string> {
  const left = [...answers];
  return async () => left.shift()!;
}

function collector(): { stream: Writable; text(): string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString("utf8"));
      done();
    },
  });
  return { stream, text: () => chunks.join("") };
}

/** What the fake service was asked, and what it shall do instead of answering. */
export interface FakeService {
  readonly folder: string;
  readonly url: string;
  readonly registered: RegisterClientRequest[];
  readonly updated: UpdateClientRequest[];
  readonly listed: ListClientsRequest[];
  readonly counted: CountClientsRequest[];
  readonly tokens: CreateInitialAccessTokenRequest[];
  readonly tokenLists: ListInitialAccessTokensRequest[];
  readonly revoked: RevokeInitialAccessTokenRequest[];
  /** The operator's calls, each with its method's name. */
  readonly administered: { readonly method: string; readonly request: object }[];
  failure: (() => Promise<void>) | undefined;
  /** Whether an update makes a new secret. */
  renews: boolean;
  stop(): Promise<void>;
}

/** A folder as `serve` leaves it, and a service that listens where its url file says. */
export async function startFakeService(): Promise<FakeService> {
  const folder = await mkdtemp(join(tmpdir(), "matricula-cli-"));
  const pki = await ensureDevelopmentPki(join(folder, "data", "pki"), { now: new Date() });
  const [key, cert, ca] = await Promise.all([readFile(pki.serverKey), readFile(pki.serverCertificate), readFile(pki.ca)]);
  const fake = { folder, registered: [], updated: [], listed: [], counted: [], tokens: [], tokenLists: [], revoked: [], administered: [], failure: undefined, renews: false } as unknown as FakeService & { url: string };
  const server = http2.createSecureServer({ key, cert, ca, requestCert: true, rejectUnauthorized: true }, connectNodeAdapter({ routes: routes(fake) }));
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on("session", (session) => sessions.add(session));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  fake.url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await writeFile(join(folder, "data", "url"), `${fake.url}\n`);
  fake.stop = async () => {
    for (const session of sessions) session.destroy();
    server.close();
    await rm(folder, { recursive: true, force: true });
  };
  return fake;
}

function client(clientId: string) {
  return {
    clientId, clientIdIssuedAt: 1_760_000_000, clientSecretExpiresAt: 0, realm: "default", state: ClientState.ACTIVE, wayIn: "certificate", policy: "rfc7591",
    policyVersion: "1", version: 1, etag: '"1"', updatedAt: 1_760_000_000, owner: { kind: PrincipalKind.CERTIFICATE, id: "spiffe://matricula/admin", credentialId: "f" },
  };
}

const token = (id: string) => ({ id, realm: "default", name: "ci\u001b[2J", owner: "team", purpose: "tests", createdAt: 1_760_000_000, expiresAt: 1_760_086_400 });

const uri = (clientId: string) => ({ registrationClientUri: `https://localhost:8443/register/${clientId}` });

function routes(fake: FakeService): (router: ConnectRouter) => void {
  const meet = async (_context: HandlerContext) => fake.failure?.();
  return (router) => {
    router.service(RegistrationService, {
      async registerClient(request, context) {
        fake.registered.push(request);
        await meet(context);
        const decisions = [{ field: "grant_types", asked: '["implicit"]', registered: '["authorization_code"]', rule: "policy.reduce" }];
        return { client: { ...client("c1"), metadata: request.metadata! }, credentials: { ...uri("c1"), clientSecret: secret, registrationAccessToken: registrationToken }, decisions };
      },
      async readClient({ clientId }, context) {
        await meet(context);
        const metadata = { clientName: "Beet\u001b[2Jle", clientNameLocalized: { fr: "Scarab\u00e9e" }, redirectUris: ["https://a.example/"], customAttributes: { level: 3 } };
        return { client: { ...client(clientId), metadata }, credentials: uri(clientId) };
      },
      async updateClient(request, context) {
        fake.updated.push(request);
        await meet(context);
        return { client: { ...client(request.clientId), metadata: request.metadata! }, credentials: { ...uri(request.clientId), ...(fake.renews ? { clientSecret: secret } : {}) } };
      },
      async deleteClient(_request, context) {
        await meet(context);
        return {};
      },
    });
    router.service(ClientDirectoryService, {
      async getClient({ clientId }, context) {
        await meet(context);
        const secrets = [{ label: "1", createdAt: 1_760_000_000, expiresAt: 0 }, { label: "\u001b[2J", createdAt: 1_760_000_000, expiresAt: 1_760_000_060, lastUsedAt: 1_760_000_001 }];
        return { client: { ...client(clientId), metadata: { clientName: "Beetle" }, lastUsedAt: 1_760_000_001 }, secrets };
      },
      async countClients(request, context) {
        fake.counted.push(request);
        await meet(context);
        return { clients: request.filter?.name === "none" ? 0 : 1_234_567 };
      },
      async listClients(request, context) {
        fake.listed.push(request);
        await meet(context);
        const page = request.pageToken === "" ? ["c1", "c2"] : ["c3"];
        return { clients: page.map((id) => ({ ...client(id), metadata: { clientName: `name of ${id}` } })), nextPageToken: request.pageToken === "" ? "second" : "" };
      },
    });
    router.service(ClientAdminService, adminRoutes(fake, meet));
    router.service(InitialAccessTokenService, {
      async createInitialAccessToken(request, context) {
        fake.tokens.push(request);
        await meet(context);
        return { initialAccessToken: { ...token("t1"), name: request.name, usesLeft: 5 }, token: initialToken };
      },
      async getInitialAccessToken({ id }, context) {
        await meet(context);
        const terms = { force: { scope: "openid", clientNameLocalized: { fr: "\u00c9quipe" } }, redirectHosts: ["a.example", "*.b.example"], boundTo: "a.example", policy: "strict" };
        return { initialAccessToken: { ...token(id), ...terms, clients: 7, createdBy: { kind: PrincipalKind.CERTIFICATE, id: "spiffe://matricula/admin", credentialId: "f" } } };
      },
      async listInitialAccessTokens(request, context) {
        fake.tokenLists.push(request);
        await meet(context);
        const later = 4_000_000_000;
        const first = [{ ...token("t1"), usesLeft: 3, expiresAt: later, clients: 2 }, { ...token("t2"), revokedAt: 1_760_000_001, expiresAt: later }];
        const second = [{ ...token("t3"), usesLeft: 0, expiresAt: later }, token("t4")];
        return { initialAccessTokens: request.pageToken === "" ? first : second, nextPageToken: request.pageToken === "" ? "second" : "" };
      },
      async revokeInitialAccessToken(request, context) {
        fake.revoked.push(request);
        await meet(context);
        const more = request.deleteClients && fake.revoked.length < 3;
        return { initialAccessToken: { ...token(request.id), revokedAt: 1_760_000_001 }, clientsDeleted: request.deleteClients ? 200 : 0, more };
      },
    });
  };
}

/** Answers of the operator's service; three calls of many are needed where there are "many". */
function adminRoutes(fake: FakeService, meet: (context: HandlerContext) => Promise<void>): ServiceImpl<typeof ClientAdminService> {
  const held = (clientId: string) => ({ ...client(clientId), state: ClientState.SUSPENDED });
  const taken = async (method: string, request: object, context: HandlerContext) => {
    fake.administered.push({ method, request });
    await meet(context);
  };
  const part = (softwareId: string | undefined) => (softwareId === "many" && fake.administered.length < 3 ? { clients: 500, more: true } : { clients: 7, more: false });
  return {
    async suspendClient(request, context) {
      await taken("suspendClient", request, context);
      return { client: held(request.clientId) };
    },
    async suspendClients(request, context) {
      await taken("suspendClients", request, context);
      return part(request.filter?.softwareId);
    },
    async resumeClient(request, context) {
      await taken("resumeClient", request, context);
      return { client: client(request.clientId) };
    },
    async resumeClients(request, context) {
      await taken("resumeClients", request, context);
      return part(request.filter?.softwareId);
    },
    async removeClient(request, context) {
      await taken("removeClient", request, context);
      return {};
    },
    async modifyClient(request, context) {
      await taken("modifyClient", request, context);
      return { client: { ...client(request.clientId), metadata: request.metadata! }, credentials: fake.renews ? { clientSecret: secret } : {} };
    },
    async rotateClientSecret(request, context) {
      await taken("rotateClientSecret", request, context);
      return { client: client(request.clientId), credentials: { clientSecret: secret }, secrets: [{ label: "1", createdAt: 1, expiresAt: 9 }, { label: "2", createdAt: 2 }] };
    },
    async rotateRegistrationAccessToken(request, context) {
      await taken("rotateRegistrationAccessToken", request, context);
      return { client: client(request.clientId), credentials: { ...uri(request.clientId), registrationAccessToken: registrationToken } };
    },
  };
}

/** The service's refusal of metadata. */
export async function refuse(): Promise<void> {
  throw new ConnectError("redirect_uris[0] has a fragment", Code.InvalidArgument, undefined, [
    {
      desc: RegistrationErrorSchema,
      value: { error: "invalid_redirect_uri", violations: [{ field: "redirect_uris[0]", rule: "uri.fragment", clause: "RFC 6749 section 3.1.2", description: "redirect_uris[0]: must have no fragment\u001b[31m" }] },
    },
    { desc: ErrorInfoSchema, value: { reason: "INVALID_REDIRECT_URI", domain: "matricula", metadata: { request_id: "r-1" } } },
  ]);
}

/** The service's word that it is full. */
export async function shed(): Promise<void> {
  throw new ConnectError("the service is full", Code.ResourceExhausted, undefined, [
    { desc: ErrorInfoSchema, value: { reason: "OVERLOADED", domain: "matricula" } },
    { desc: RetryInfoSchema, value: { retryDelay: { seconds: 7n } } },
  ]);
}

/** A file in the service's folder. */
export async function file(fake: FakeService, name: string, text: string): Promise<string> {
  await mkdir(fake.folder, { recursive: true });
  await writeFile(join(fake.folder, name), text);
  return name;
}
