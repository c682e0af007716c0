// WatchClients at the RPC door: every protocol, and every way in which a stream ends. Issue 6, item 3.

import { once } from "node:events";
import http2 from "node:http2";
import { create, toBinary } from "@bufbuild/protobuf";
import { createClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { afterEach, describe, expect, it } from "vitest";
import { ClientDirectoryService, WatchClientsRequestSchema, type WatchClientsResponse } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { Role } from "../../gen/ts/matricula/v1/options_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { createGrpcJsClient } from "../../gen/ts/src/grpc-js.js";
import grpc from "@grpc/grpc-js";
import type { KeyAndCertificate } from "../../src/net/certificate.js";
import type { Registry } from "../../src/service/registry.js";
import { revocationList } from "../net/fixture.js";
import { said } from "../service/watching.js";
import { createRegistry, errorAnswer, register, startDoor, transportOf, type DoorServer, type WireName } from "./fixture.js";

let server: DoorServer;
afterEach(() => server.close());

/** On a busy machine, too. */
const eventually = <Value>(probe: () => Value) => expect.poll(probe, { timeout: 20_000 });

const name = "matricula.v1.ClientDirectoryService.WatchClients";

/** Reads a stream until a heartbeat, and goes on when it is told to. */
async function untilHeartbeat(answers: AsyncIterator<WatchClientsResponse>): Promise<string[]> {
  const seen: string[] = [];
  for (;;) {
    const { value, done } = await answers.next();
    if (done === true) return [...seen, "the end"];
    seen.push(said(value as WatchClientsResponse));
    if (seen.at(-1) === "heartbeat") return seen;
  }
}

const http1 = (target: DoorServer, identity: KeyAndCertificate) => ({
  baseUrl: target.baseUrl,
  httpVersion: "1.1" as const,
  nodeOptions: { ca: target.pki.ca.certificate, cert: identity.certificate, key: identity.key },
});

const transports: Readonly<Record<string, (target: DoorServer, identity: KeyAndCertificate) => Transport>> = {
  ...Object.fromEntries((["Connect JSON", "Connect binary", "gRPC", "gRPC-Web"] as const satisfies readonly WireName[]).map((wire) => [wire, (target: DoorServer, identity: KeyAndCertificate) => transportOf(target, wire, { identity })])),
  "Connect over HTTP/1.1": (target, identity) => createConnectTransport({ ...http1(target, identity), useBinaryFormat: false }),
  "gRPC-Web over HTTP/1.1": (target, identity) => createGrpcWebTransport(http1(target, identity)),
};

const directory = (identity: KeyAndCertificate, wire: keyof typeof transports = "gRPC") => createClient(ClientDirectoryService, transports[wire]!(server, identity));

async function registerMany(count: number): Promise<void> {
  const registration = createClient(RegistrationService, transportOf(server, "gRPC", { identity: server.pki.registrar }));
  for (let i = 0; i < count; i += 1) await registration.registerClient({ metadata: { redirectUris: ["https://client.example/cb"] } });
}

describe.each(Object.keys(transports))("%s", (wire) => {
  it("a snapshot, changes as they happen, and a call that is counted when its caller has gone", async () => {
    server = await startDoor();
    await register(server);
    const going = new AbortController();
    const answers = directory(server.pki.verifier, wire).watchClients({ snapshot: true }, { signal: going.signal })[Symbol.asyncIterator]();
    const first = await answers.next();
    expect(first.value.event).toMatchObject({ case: "client", value: { client: { state: 1 }, secretDigests: [{ label: "1" }] } });
    expect(await untilHeartbeat(answers)).toEqual(["end of 1", "heartbeat"]);
    await register(server);
    expect((await answers.next()).value.event.case).toBe("client");
    expect(server.finished.filter(({ arrival }) => arrival.method.name === name)).toEqual([]);
    going.abort();
    await expect(answers.next()).rejects.toThrow();
    await eventually(() => server.finished.filter(({ arrival }) => arrival.method.name === name)).toMatchObject([{ error: undefined, call: { caller: { principal: { id: "spiffe://test/verifier" } } } }]);
  });

  it("ends with UNAVAILABLE after a last resume token when the service stops", async () => {
    server = await startDoor();
    const client = directory(server.pki.reader, wire);
    const answers = client.watchClients({})[Symbol.asyncIterator]();
    await untilHeartbeat(answers);
    server.shutdown.abort();
    expect((await answers.next()).value).toMatchObject({ event: { case: "heartbeat" }, resumeToken: expect.stringMatching(/^[\w-]{60,}$/) as string });
    await expect(answers.next().catch(errorAnswer)).resolves.toMatchObject({ code: "Unavailable", reason: "STOPPING", retrySeconds: 1 });
    await expect(client.watchClients({})[Symbol.asyncIterator]().next().catch(errorAnswer)).resolves.toMatchObject({ reason: "STOPPING" });
  });

  it("refuses in the caller's own words", async () => {
    server = await startDoor();
    const refused = (identity: KeyAndCertificate, request = {}) => directory(identity, wire).watchClients(request)[Symbol.asyncIterator]().next().catch(errorAnswer);
    expect(await refused(server.pki.registrar)).toMatchObject({ code: "PermissionDenied" });
    expect(await refused(server.pki.stranger)).toMatchObject({ reason: "INVALID_CERTIFICATE" });
    expect(await refused(server.pki.reader, { realm: "nowhere" })).toMatchObject({ reason: "INVALID_REQUEST" });
    expect(await refused(server.pki.reader, { heartbeatInterval: 21 })).toMatchObject({ reason: "INVALID_REQUEST" });
    expect(await refused(server.pki.reader, { resumeToken: "nonsense" })).toMatchObject({ code: "OutOfRange", reason: "RESUME_TOKEN_EXPIRED" });
    await eventually(() => server.finished.map(({ error }) => error?.kind)).toEqual(["permission_denied", "invalid_certificate", "invalid_request", "invalid_request", "resume_token_expired"]);
  });
});

it("grpc-js reads it too", async () => {
  server = await startDoor();
  const { certificate, key } = server.pki.reader;
  const channel = new grpc.Client(`localhost:${server.port}`, grpc.credentials.createSsl(Buffer.from(server.pki.ca.certificate), Buffer.from(key), Buffer.from(certificate)));
  const going = new AbortController();
  const answers = createGrpcJsClient(ClientDirectoryService, channel).watchClients({ snapshot: true }, { signal: going.signal })[Symbol.asyncIterator]();
  expect(await untilHeartbeat(answers)).toEqual(["end of 0", "heartbeat"]);
  going.abort();
  await expect(answers.next()).rejects.toThrow();
  channel.close();
});

it("a revoked certificate ends the stream, and another's goes on (within the interval of one second)", async () => {
  server = await startDoor({ limits: { recheckMs: 20 } });
  const [reader, verifier] = [server.pki.reader, server.pki.verifier].map((identity) => directory(identity).watchClients({})[Symbol.asyncIterator]());
  await untilHeartbeat(reader!);
  await untilHeartbeat(verifier!);
  server.reload({ ...server.pki.tls, crl: await revocationList(server.pki.ca, [server.pki.reader]) });
  await expect(reader!.next().catch(errorAnswer)).resolves.toMatchObject({ code: "Unauthenticated", reason: "INVALID_CERTIFICATE" });
  await register(server);
  expect((await verifier!.next()).value.event.case).toBe("client");
});

it.each([
  ["opens it", [Role.VERIFIER], [], { code: "PermissionDenied" }],
  ["shows digests", [Role.READER, Role.VERIFIER], [Role.READER], { code: "OutOfRange", reason: "RESUME_TOKEN_EXPIRED" }],
] as const)("a reload that takes the role that %s ends the stream", async (_, before, after, ended) => {
  const made = createRegistry();
  const realmsWith = (roles: readonly Role[]): Registry["realms"] => {
    const realm = made.realms.get("default")!;
    const grants = [roles];
    return new Map([["default", { ...realm, certificates: (certificate) => ({ ...realm.certificates(certificate), grants }) }]]);
  };
  let realms = realmsWith(before);
  server = await startDoor({ registry: { ...made, get realms() { return realms; } }, limits: { recheckMs: 20 } });
  const answers = directory(server.pki.verifier).watchClients({})[Symbol.asyncIterator]();
  await untilHeartbeat(answers);
  realms = realmsWith(after);
  await expect(answers.next().catch(errorAnswer)).resolves.toMatchObject(ended);
});

it("a deadline of the caller's own holds", async () => {
  server = await startDoor();
  const answers = directory(server.pki.reader).watchClients({}, { timeoutMs: 300 })[Symbol.asyncIterator]();
  await untilHeartbeat(answers);
  await expect(answers.next().catch(errorAnswer)).resolves.toMatchObject({ code: "DeadlineExceeded" });
});

it("no more than the bound are open, and each is given back", async () => {
  server = await startDoor({ limits: { watches: 2 } });
  const client = directory(server.pki.reader);
  for (let round = 0; round < 2; round += 1) {
    const open = [new AbortController(), new AbortController()];
    for (const { signal } of open) await untilHeartbeat(client.watchClients({}, { signal })[Symbol.asyncIterator]());
    await expect(client.watchClients({})[Symbol.asyncIterator]().next().catch(errorAnswer)).resolves.toMatchObject({ reason: "OVERLOADED", retrySeconds: 1 });
    const before = server.finished.length;
    for (const controller of open) controller.abort();
    await eventually(() => server.finished.length - before).toBe(2);
  }
});

/** Clients of more bytes than the service's side of a stream takes at once: 64 KiB from Node 22 on. */
const many = 600;

it("a reader that takes nothing is let go with READER_TOO_SLOW, holds no memory, and may go on from where it was", async () => {
  server = await startDoor({ limits: { stalledMs: 100 } });
  await registerMany(many);
  const { certificate, key } = server.pki.reader;
  // A window of one kilobyte that is never opened again.
  const session = http2.connect(server.baseUrl, { ca: server.pki.ca.certificate, cert: certificate, key, settings: { initialWindowSize: 1024 } });
  const stream = session.request({ ":method": "POST", ":path": "/matricula.v1.ClientDirectoryService/WatchClients", "content-type": "application/grpc", te: "trailers" });
  const message = toBinary(WatchClientsRequestSchema, create(WatchClientsRequestSchema, { snapshot: true }));
  stream.on("error", () => {});
  stream.end(Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]));
  stream.pause();
  await eventually(() => server.finished.find(({ arrival }) => arrival.method.name === name)?.error?.kind).toBe("reader_too_slow");
  // Nothing is read, and so the stream is cut off in the end.
  await new Promise((resolve) => stream.once("close", resolve));
  session.destroy();
  const answers = directory(server.pki.reader).watchClients({ snapshot: true })[Symbol.asyncIterator]();
  expect(await untilHeartbeat(answers)).toHaveLength(many + 2);
});

it("a reader that comes back in time is told that it was too slow", async () => {
  server = await startDoor({ limits: { stalledMs: 100 } });
  await registerMany(many);
  const { certificate, key } = server.pki.reader;
  const session = http2.connect(server.baseUrl, { ca: server.pki.ca.certificate, cert: certificate, key, settings: { initialWindowSize: 1024 } });
  const stream = session.request({ ":method": "POST", ":path": "/matricula.v1.ClientDirectoryService/WatchClients", "content-type": "application/grpc", te: "trailers" });
  const message = toBinary(WatchClientsRequestSchema, create(WatchClientsRequestSchema, { snapshot: true }));
  stream.end(Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]));
  stream.pause();
  await eventually(() => server.finished.some(({ arrival }) => arrival.method.name === name)).toBe(true);
  const trailers = once(stream, "trailers");
  session.settings({ initialWindowSize: 1_048_576 });
  stream.resume();
  expect((await trailers)[0]).toMatchObject({ "grpc-status": "8", "grpc-message": expect.stringContaining("go%20on") as string });
  session.destroy();
});
