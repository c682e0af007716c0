// F-2: structure-aware fuzz over the wire, at every door of the running program. MATRICULA_SEED repeats a run.

import { create, equals, fromBinary, fromJson, toBinary, type JsonObject, type JsonValue } from "@bufbuild/protobuf";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ClientSchema, type Client } from "../../gen/ts/matricula/v1/client_pb.js";
import { ReadClientRequestSchema, ReadClientResponseSchema, RegisterClientResponseSchema, type RegisterClientResponse } from "../../gen/ts/matricula/v1/registration_service_pb.js";
// So that this side, too, reads a text that begins with U+FEFF as it is.
import "../../src/domain/text-encoding.js";
import { createRandom, type Random } from "../crash/random.js";
import { example, exchange, membersOf } from "../program/http.js";
import { cleanUp, isFull, startProgram, type Program } from "../program/program.js";
import { anyPath, brokenBytes, brokenMetadata, envelope, headerValues, hosts, jsonText, methods, protobufBytes } from "./inputs.js";
import { faultOf, gatewayErrorFault, grpcStatus, kindOf, memoryOf } from "./oracle.js";
import { createSender, parseRaw, sendRaw, type Input, type Reply, type Sender } from "./send.js";

const inputs = isFull ? 100_000 : 5_000;
const inFlight = 32;
/** MiB that the process may grow by over all of it: buffers of what is in flight, the caches of the store, the heap's own slack. */
const growth = 256;

const rpc = (method: string) => `/matricula.v1.RegistrationService/${method}`;

/** A client whose metadata is replaced again and again. */
interface Own {
  readonly id: string;
  readonly token: string;
}

interface Context {
  readonly random: Random;
  readonly own: Own;
}

/** One kind of input: how it is made, and what more must be true of its answer. */
interface Kind {
  readonly name: string;
  readonly weight: number;
  /** Sent as bytes over HTTP/1.1 on a connection of its own; otherwise over HTTP/2. */
  readonly http1?: boolean;
  /** Whether it must be answered: a connection may be closed on what breaks its protocol. */
  readonly answered: boolean;
  readonly make: (context: Context) => Input & { readonly sent?: JsonObject };
  readonly check?: (program: Program, sender: Sender, reply: Reply, sent: JsonObject | undefined, own: Own) => Promise<string | undefined>;
}

/** Metadata as JSON bytes; `sent` when they are JSON that says it. */
function jsonBody(random: Random, wrap: (metadata: JsonObject) => JsonValue = (metadata) => metadata): { body: Buffer; sent?: JsonObject } {
  const metadata = brokenMetadata(random);
  const bytes = Buffer.from(jsonText(wrap(metadata)));
  return random.next() < 0.6 ? { body: bytes, sent: metadata } : { body: brokenBytes(random, bytes) };
}

const json = { "content-type": "application/json" };

const kinds: readonly Kind[] = [
  {
    name: "gateway POST", weight: 20, answered: true, check: checkRegistration,
    make: ({ random }) => ({ path: "/register", method: "POST", headers: json, ...jsonBody(random) }),
  },
  {
    name: "gateway POST over HTTP/1.1", weight: 6, http1: true, answered: true, check: checkRegistration,
    make: ({ random }) => ({ path: "/register", method: "POST", headers: json, ...jsonBody(random) }),
  },
  {
    name: "gateway PUT", weight: 10, answered: true, check: checkUpdate,
    make: ({ random, own }) => ({
      path: `/register/${own.id}`, method: "PUT", headers: { ...json, authorization: `Bearer ${own.token}` }, ...jsonBody(random, (metadata) => ({ client_id: own.id, ...metadata })),
    }),
  },
  {
    name: "Connect JSON", weight: 14, answered: true, check: checkRpc,
    make: ({ random }) => ({ path: rpc("RegisterClient"), method: "POST", headers: json, ...jsonBody(random, messageJson) }),
  },
  ...(["application/proto", "application/grpc", "application/grpc-web+proto"] as const).map((contentType): Kind => ({
    name: contentType, weight: 10, answered: true, check: checkRpc,
    make: ({ random }) => {
      const bytes = protobufBytes(random, brokenMetadata(random));
      return { path: rpc("RegisterClient"), method: "POST", headers: { "content-type": contentType, te: "trailers" }, body: contentType === "application/proto" ? bytes : envelope(random, bytes) };
    },
  })),
  {
    name: "other RPCs", weight: 5, answered: true,
    make: ({ random, own }) => ({
      path: random.pick([rpc("ReadClient"), rpc("UpdateClient"), rpc("DeleteClient"), "/matricula.v1.ClientDirectoryService/ListClients", "/matricula.v1.InitialAccessTokenService/CreateInitialAccessToken", "/grpc.health.v1.Health/Check", "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"]),
      method: "POST",
      headers: { "content-type": random.pick(["application/json", "application/proto", "application/grpc", "application/grpc-web"]), te: "trailers", ...(random.next() < 0.5 ? { authorization: `Bearer ${own.token}` } : {}) },
      body: random.next() < 0.5 ? envelope(random, random.bytes(random.between(0, 60))) : Buffer.from(jsonText(brokenMetadata(random))),
    }),
  },
  { name: "headers", weight: 10, answered: false, make: withHeaders },
  { name: "headers over HTTP/1.1", weight: 5, http1: true, answered: false, make: withHeaders },
  { name: "paths and methods", weight: 5, answered: false, make: withPath },
  { name: "paths and methods over HTTP/1.1", weight: 3, http1: true, answered: false, make: withPath },
];

function messageJson({ example_attribute: attribute, ...metadata }: JsonObject): JsonValue {
  return { metadata: { ...metadata, ...(attribute === undefined ? {} : { custom_attributes: { example_attribute: attribute } }) } };
}

function withHeaders({ random, own }: Context): Input {
  const isRpc = random.next() < 0.4;
  const headers: Record<string, string> = { ...(isRpc ? { "content-type": random.pick(["application/grpc", "application/json", "application/proto"]), te: "trailers" } : json) };
  for (let times = random.between(1, 4); times > 0; times -= 1) {
    const name = random.pick(Object.keys(headerValues));
    headers[name] = random.pick(headerValues[name]!);
  }
  if (random.next() < 0.1) for (let number = 0; number < random.pick([20, 70, 200]); number += 1) headers[`x-${number}`] = "x".repeat(random.pick([1, 100]));
  if (random.next() < 0.15) headers["host"] = random.pick(hosts);
  const body = isRpc ? envelope(random, protobufBytes(random, example)) : Buffer.from(JSON.stringify(example));
  const [method, path] = isRpc ? ["POST", rpc(random.pick(["RegisterClient", "ReadClient"]))] : random.pick([["POST", "/register"], ["GET", `/register/${own.id}`], ["PUT", `/register/${own.id}`]]);
  return { path: path!, method: method!, headers, body: method === "GET" ? Buffer.alloc(0) : body };
}

function withPath({ random }: Context): Input {
  const body = random.next() < 0.5 ? Buffer.alloc(0) : Buffer.from(JSON.stringify(example));
  return { path: anyPath(random), method: random.pick(methods), headers: random.next() < 0.5 ? json : {}, body };
}

/** Accepted: what was sent for redirect_uris is what is registered, and GET says what POST said. */
async function checkRegistration(program: Program, _sender: Sender, reply: Reply, sent: JsonObject | undefined): Promise<string | undefined> {
  if (reply.status !== 201) return gatewayErrorFault(reply);
  const { client_secret: _, ...answer } = JSON.parse(reply.body.toString()) as Record<string, any>;
  if (sent?.["redirect_uris"] !== undefined && sent["redirect_uris"] !== null && JSON.stringify(sent["redirect_uris"]) !== JSON.stringify(answer["redirect_uris"])) {
    return `redirect_uris were sent as ${JSON.stringify(sent["redirect_uris"])} and registered as ${JSON.stringify(answer["redirect_uris"])}`;
  }
  return checkReadBack(program, answer);
}

async function checkUpdate(program: Program, _sender: Sender, reply: Reply, _sent: JsonObject | undefined, own: Own): Promise<string | undefined> {
  if (reply.status !== 200) return gatewayErrorFault(reply);
  const { client_secret: _, ...answer } = JSON.parse(reply.body.toString()) as Record<string, any>;
  return answer["client_id"] === own.id ? checkReadBack(program, answer) : `an update of ${own.id} answered ${answer["client_id"]}`;
}

async function checkReadBack(program: Program, { client_id: id, registration_access_token: token, ...answer }: Record<string, any>): Promise<string | undefined> {
  const read = await exchange(program, { path: `/register/${id}`, token });
  const { client_id: _, registration_access_token: __, ...members } = membersOf(read);
  // What comes and goes with other requests is not what was asked about.
  return JSON.stringify(members) === JSON.stringify(answer) ? undefined : `answered ${JSON.stringify(answer)} and read back ${read.status} ${read.text}`;
}

function decodeRegistration(reply: Reply): RegisterClientResponse | undefined {
  const contentType = reply.headers["content-type"] ?? "";
  if (reply.status !== 200) return undefined;
  if (contentType.startsWith("application/json")) return fromJson(RegisterClientResponseSchema, JSON.parse(reply.body.toString()) as JsonValue);
  if (contentType === "application/proto") return fromBinary(RegisterClientResponseSchema, reply.body);
  return grpcStatus(reply) === "0" ? fromBinary(RegisterClientResponseSchema, reply.body.subarray(5, 5 + reply.body.readUInt32BE(1))) : undefined;
}

async function checkRpc(program: Program, sender: Sender, reply: Reply): Promise<string | undefined> {
  const answer = decodeRegistration(reply);
  if (answer === undefined) return undefined;
  const clientId = answer.client!.clientId ?? "";
  // Bytes that say validate_only: an answer about a registration that was not made.
  if (answer.credentials === undefined) return clientId === "" ? undefined : `made ${clientId} and gave no credentials for it`;
  const token = answer.credentials.registrationAccessToken!;
  const request = Buffer.from(toBinary(ReadClientRequestSchema, create(ReadClientRequestSchema, { clientId })));
  const read = await surely(sender, { path: rpc("ReadClient"), method: "POST", headers: { "content-type": "application/proto", authorization: `Bearer ${token}` }, body: request });
  if (read.status !== 200) return `registered ${clientId} and cannot read it: ${read.status} ${read.body.toString()}`;
  const found: Client | undefined = fromBinary(ReadClientResponseSchema, read.body).client;
  if (found === undefined || !equals(ClientSchema, found, answer.client!)) return `registered ${JSON.stringify(answer.client)} and read back ${JSON.stringify(found)}`;
  const atGateway = await exchange(program, { path: `/register/${clientId}`, token });
  return atGateway.status === 200 && JSON.stringify(membersOf(atGateway)["redirect_uris"]) === JSON.stringify(answer.client!.metadata!.redirectUris)
    ? undefined
    : `registered ${clientId} and read ${atGateway.status} at the gateway: ${atGateway.text}`;
}

function http1Bytes({ path, method, headers, body }: Input): Buffer {
  const { host = "localhost", ...others } = headers;
  const lines = Object.entries({ host, ...others, ...(body.length > 0 || method === "POST" ? { "content-length": String(body.length) } : {}), connection: "close" }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`, "latin1"), body]);
}

/**
 * Sends again, once, when there was no answer: another request may have broken the session that this one was on, and a machine that stood
 * still for ten seconds has ended handshakes. An input that the service cannot answer is not answered the second time either.
 */
async function twice(send: () => Promise<Reply>): Promise<Reply> {
  const reply = await send();
  return reply.status === "closed" ? send() : reply;
}

const surely = (sender: Sender, input: Input) => twice(() => sender.send(input));

let program: Program;
beforeAll(async () => {
  program = await startProgram({ open: true });
});
afterAll(cleanUp);

test(`${inputs} inputs at every door: no fault, no hang, no exit`, { timeout: 120_000 + inputs * 20 }, async () => {
  const random = createRandom();
  console.log(`fuzz: seed ${random.seed}`);
  const sender = createSender(program);
  const faults: string[] = [];
  const counts = new Map<string, Map<string, number>>();
  const bag = kinds.flatMap((kind) => Array.from({ length: kind.weight }, () => kind));
  let accepted = 0;
  let unsendable = 0;
  let left = inputs;
  let before = memoryOf(program.pid);

  async function send(kind: Kind, input: Input): Promise<Reply> {
    const once = async () => (kind.http1 === true ? parseRaw(await sendRaw(program, http1Bytes(input), "http/1.1")) : sender.send(input));
    return kind.answered ? twice(once) : once();
  }

  async function work(): Promise<void> {
    const client = membersOf(await exchange(program, { path: "/register", json: example }));
    const own: Own = { id: client["client_id"], token: client["registration_access_token"] };
    while (left > 0 && faults.length < 20 && program.exit() === undefined) {
      const number = left--;
      const kind = random.pick(bag);
      const { sent, ...input } = kind.make({ random, own });
      let fault: string | undefined;
      try {
        const reply = await send(kind, input);
        if (reply.trailers["unsendable"] !== undefined) unsendable += 1;
        const result = kindOf(reply);
        const row = counts.get(kind.name) ?? new Map<string, number>();
        counts.set(kind.name, row.set(result, (row.get(result) ?? 0) + 1));
        if (reply.status === 201 || (kind.check === checkUpdate && reply.status === 200) || (kind.check === checkRpc && (result === "200" || result === "grpc-status 0"))) accepted += 1;
        fault = faultOf(reply) ?? (reply.status === "closed" && kind.answered ? "closed without an answer" : await kind.check?.(program, sender, reply, sent, own));
      } catch (error) {
        fault = String(error);
      }
      if (fault !== undefined) faults.push(`${fault} <- input ${number}, ${kind.name}: ${JSON.stringify({ ...input, body: input.body.toString("latin1").slice(0, 2000) })}`);
      if (number === Math.floor(inputs / 2)) before = memoryOf(program.pid);
    }
  }

  const began = performance.now();
  await Promise.all(Array.from({ length: inFlight }, work));
  const seconds = (performance.now() - began) / 1000;
  sender.close();
  const after = program.exit() === undefined ? memoryOf(program.pid) : { now: 0, peak: 0 };
  console.log(
    [
      `fuzz: ${inputs} inputs in ${seconds.toFixed(1)} s, ${accepted} accepted and read back, ${unsendable} that Node's client would not send; RSS ${before.now} MiB half-way, ${after.now} MiB after, ${after.peak} MiB at most`,
      ...[...counts].map(([name, row]) => `  ${name}: ${[...row].toSorted((a, b) => b[1] - a[1]).map(([result, count]) => `${result} x ${count}`).join(", ")}`),
    ].join("\n"),
  );
  expect({ seed: random.seed, faults }).toEqual({ seed: random.seed, faults: [] });
  expect(program.exit()).toBeUndefined();
  // Every door has taken some: a fuzz that is only ever refused looks at little.
  for (const name of ["gateway POST", "gateway PUT", "Connect JSON", "application/proto", "application/grpc", "application/grpc-web+proto"]) {
    expect([...counts.get(name)!.keys()].some((result) => /^(200|201|grpc-status 0)$/.test(result)), name).toBe(true);
  }
  expect(accepted).toBeGreaterThan(inputs / 20);
  expect(after.peak - before.now).toBeLessThan(growth);
  expect(program.stderr()).not.toMatch(/"(level":"(error|warn)|kind":"internal)"/);
  expect((await exchange(program, { path: "/register", json: example })).status).toBe(201);
  const { code } = await program.stop();
  expect(code).toBe(0);
});
