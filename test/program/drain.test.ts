// A signal ends the program gently: what is in flight is answered, nothing new is taken, and it is gone within ten seconds.

import { once } from "node:events";
import { readFileSync } from "node:fs";
import http2 from "node:http2";
import https from "node:https";
import tls from "node:tls";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { Code, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { describe, expect, test, vi } from "vitest";
import { ClientDirectoryService, type WatchClientsResponse } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { RegisterClientRequestSchema } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { example, exchange } from "./http.js";
import { adminIdentity, cleanPrograms, startProgram, type Program } from "./program.js";

cleanPrograms();

const body = JSON.stringify(example);
const half = Math.floor(body.length / 2);

/** A request whose body has half arrived; `finish` sends the rest and gives the status. */
interface OpenRequest {
  readonly finish: () => Promise<number>;
}

async function open1(program: Program): Promise<OpenRequest> {
  const request = https.request(`${program.url}/register`, {
    method: "POST", ca: program.ca, agent: false, headers: { "content-type": "application/json", "content-length": String(body.length), expect: "100-continue" },
  });
  const answered = once(request, "response") as Promise<[{ statusCode: number; resume: () => void }]>;
  answered.catch(() => {});
  // The server has the request's head when it says that it wants the body.
  const wanted = once(request, "continue");
  request.flushHeaders();
  await wanted;
  request.write(body.slice(0, half));
  return {
    finish: async () => {
      request.end(body.slice(half));
      const [response] = await answered;
      response.resume();
      return response.statusCode;
    },
  };
}

async function open2(program: Program, path: string, contentType: string, bytes: Buffer): Promise<OpenRequest> {
  const session = http2.connect(program.url, { ca: program.ca });
  session.on("error", () => {});
  await once(session, "remoteSettings");
  const stream = session.request({ ":path": path, ":method": "POST", "content-type": contentType, te: "trailers" });
  stream.on("error", () => {});
  let trailers: Record<string, unknown> = {};
  const answered = once(stream, "response") as Promise<[http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader]>;
  answered.catch(() => {});
  stream.on("trailers", (received: Record<string, unknown>) => (trailers = received));
  stream.write(bytes.subarray(0, 10));
  // The answer to a ping says that the server has read all that came before it.
  await new Promise((resolve) => session.ping(resolve));
  return {
    finish: async () => {
      stream.end(bytes.subarray(10));
      const [headers] = await answered;
      stream.resume();
      await once(stream, "end");
      session.destroy();
      return Number(trailers["grpc-status"] ?? headers["grpc-status"] ?? headers[":status"]);
    },
  };
}

function grpcBody(): Buffer {
  const message = toBinary(RegisterClientRequestSchema, create(RegisterClientRequestSchema, { metadata: { redirectUris: example.redirect_uris } }));
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

const isDraining = (program: Program) => vi.waitFor(() => expect(program.stderr()).toContain('"msg":"draining"'), { timeout: 5000, interval: 20 });

describe.each(["SIGTERM", "SIGINT"] as const)("%s", (signal) => {
  test("answers what is in flight, takes nothing new, and exits with 0", async () => {
    const program = await startProgram({ open: true });
    const requests = [
      { name: "HTTP/1.1", request: await open1(program), success: 201 },
      { name: "HTTP/2", request: await open2(program, "/register", "application/json", Buffer.from(body)), success: 201 },
      { name: "gRPC", request: await open2(program, "/matricula.v1.RegistrationService/RegisterClient", "application/grpc", grpcBody()), success: 0 },
    ];
    const stopped = program.stop(signal);
    await isDraining(program);
    await expect(exchange(program, { path: "/livez" })).rejects.toThrow(/ECONNREFUSED/);
    const answers = await Promise.all(requests.map(async ({ name, request }) => [name, await request.finish()]));
    expect(answers).toEqual(requests.map(({ name, success }) => [name, success]));
    const ended = await stopped;
    expect([ended.code, ended.signal]).toEqual([0, null]);
    expect(ended.ms).toBeLessThan(10_000);
  });
});

test("a request that never ends and idle connections hold it up for less than ten seconds", async () => {
  const program = await startProgram({ open: true });
  const idle = tls.connect({ host: "127.0.0.1", port: program.port, ca: program.ca, ALPNProtocols: ["http/1.1"] });
  idle.on("error", () => {});
  await once(idle, "secureConnect");
  const stuck = await open1(program);
  const watch = http2.connect(program.url, { ca: program.ca });
  watch.on("error", () => {});
  await once(watch, "remoteSettings");
  watch.request({ ":path": "/grpc.health.v1.Health/Watch", ":method": "POST", "content-type": "application/grpc", te: "trailers" }).on("error", () => {}).end(Buffer.alloc(5));
  await new Promise((resolve) => watch.ping(resolve));
  const ended = await program.stop();
  expect([ended.code, ended.signal]).toEqual([0, null]);
  expect(ended.ms).toBeLessThan(10_000);
  await expect(stuck.finish()).rejects.toThrow();
});

test("a client cache that watches is told to go on elsewhere, and holds a stop up for less than two seconds", async () => {
  const program = await startProgram();
  const { certificate: cert, key } = adminIdentity(program);
  const transport = createGrpcTransport({ baseUrl: program.url, nodeOptions: { ca: program.ca, cert, key } });
  const answers = createClient(ClientDirectoryService, transport).watchClients({ snapshot: true })[Symbol.asyncIterator]();
  const seen: (string | undefined)[] = [];
  while (seen.at(-1) !== "heartbeat") seen.push(((await answers.next()).value as WatchClientsResponse).event.case);
  const stopped = program.stop();
  const last = (await answers.next()).value as WatchClientsResponse;
  expect(last).toMatchObject({ event: { case: "heartbeat" }, resumeToken: expect.stringMatching(/./) as string });
  await expect(answers.next()).rejects.toMatchObject({ code: Code.Unavailable });
  const ended = await stopped;
  expect([ended.code, ended.signal]).toEqual([0, null]);
  expect(ended.ms).toBeLessThan(2_000);
});

test("an idle service is gone at once, and its WAL is in its file", async () => {
  const program = await startProgram({ open: true });
  expect((await exchange(program, { path: "/register", json: example })).status).toBe(201);
  const ended = await program.stop();
  expect(ended.code).toBe(0);
  expect(ended.ms).toBeLessThan(2000);
  expect(() => readFileSync(join(program.data, "matricula.db-wal"))).toThrow("ENOENT");
});

test("a signal that comes with the ready line is heeded", async () => {
  for (let time = 0; time < 5; time += 1) {
    const ended = await (await startProgram()).stop(time % 2 === 0 ? "SIGTERM" : "SIGINT");
    expect([ended.code, ended.signal]).toEqual([0, null]);
  }
});
