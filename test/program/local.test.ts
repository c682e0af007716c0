// The local listener as a sidecar meets it: JSON by curl's way, gRPC by @grpc/grpc-js, without TLS and without a credential.

import { create, fromBinary, toBinary, type DescMethodUnary, type MessageShape } from "@bufbuild/protobuf";
import { once } from "node:events";
import { existsSync, statSync, writeFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import grpc from "@grpc/grpc-js";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { PrincipalKind } from "../../gen/ts/matricula/v1/client_pb.js";
import { ReadClientRequestSchema, RegisterClientRequestSchema, RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { example, exchange } from "./http.js";
import { cleanPrograms, cleanUp, matricula, startProgram, temporaryFolder, type Program } from "./program.js";

interface Started {
  readonly program: Program;
  readonly socket: string;
}

async function start(local = "unix:m.sock", more = ""): Promise<Started> {
  const folder = temporaryFolder();
  const config = join(folder, "matricula.yaml");
  writeFileSync(config, `local_listen: '${local}'\n${more}`);
  return { program: await startProgram({ config, data: join(folder, "data") }), socket: join(folder, "m.sock") };
}

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly json?: unknown;
}

async function ask(target: { socketPath: string } | { host: string; port: number }, path: string, { method, headers, json }: Sent = {}) {
  const request = http.request({
    ...target, path, method: method ?? (json === undefined ? "GET" : "POST"), agent: false,
    headers: { ...(json === undefined ? {} : { "content-type": "application/json" }), ...headers },
  });
  request.end(json === undefined ? undefined : JSON.stringify(json));
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, headers: response.headers, json: () => JSON.parse(text) as Record<string, any> };
}

describe("a local listener on a socket", () => {
  let program: Program;
  let socket: string;
  const channels: grpc.Client[] = [];
  beforeAll(async () => {
    ({ program, socket } = await start());
  });
  afterAll(async () => {
    for (const channel of channels) channel.close();
    await cleanUp();
  });

  test("registers and manages without a credential, and what it registered is its own", async () => {
    const made = await ask({ socketPath: socket }, "/register", { json: example });
    expect(made.status).toBe(201);
    const { client_id, registration_client_uri } = made.json();
    expect(registration_client_uri).toBe(`${program.url}/register/${client_id}`);
    expect((await ask({ socketPath: socket }, `/register/${client_id}`)).status).toBe(200);
    // By the other listener nobody is local.
    expect((await exchange(program, { path: `/register/${client_id}` })).status).toBe(401);
    expect((await exchange(program, { path: "/register", json: example })).status).toBe(401);
    expect((await ask({ socketPath: socket }, `/register/${client_id}`, { method: "DELETE" })).status).toBe(204);
  });

  test("takes a credential that is shown for what it is", async () => {
    const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` }, json: example });
    const { client_id } = (await ask({ socketPath: socket }, "/register", bearer(program.initialAccessToken))).json();
    expect((await ask({ socketPath: socket }, `/register/${client_id}`)).status).toBe(403);
    expect((await ask({ socketPath: socket }, "/register", bearer(`${program.initialAccessToken}x`))).status).toBe(401);
  });

  test("refuses a header that passes a certificate on, and gives no role", async () => {
    for (const headers of [{ "client-cert": ":AAAA:" }, { "x-forwarded-client-cert": "Cert=x" }]) {
      expect((await ask({ socketPath: socket }, "/register", { headers, json: example })).status).toBe(401);
    }
    const list = await ask({ socketPath: socket }, "/matricula.v1.ClientDirectoryService/ListClients", { headers: { "x-forwarded-for": "192.0.2.1" }, json: {} });
    expect([list.status, list.json()["code"]]).toEqual([403, "permission_denied"]);
  });

  test("serves gRPC to @grpc/grpc-js", async () => {
    const channel = new grpc.Client(`unix:${socket}`, grpc.credentials.createInsecure());
    channels.push(channel);
    const { registerClient, readClient } = RegistrationService.method;
    const { client } = await call(channel, registerClient, create(RegisterClientRequestSchema, { metadata: { redirectUris: ["https://client.example/cb"] } }));
    expect(client).toMatchObject({ wayIn: "local", owner: { kind: PrincipalKind.LOCAL, id: "local" } });
    expect((await call(channel, readClient, create(ReadClientRequestSchema, { clientId: client!.clientId! }))).client).toEqual(client);
  });

  test("is its owner's alone, and gone with the service", async () => {
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    expect(program.stderr()).toContain(`"local":"unix:${socket}"`);
    expect((await program.stop()).code).toBe(0);
    expect(existsSync(socket)).toBe(false);
  });
});

describe("starting with a local listener", () => {
  cleanPrograms();

  test("takes over the socket of a process that was killed", async () => {
    const { program, socket } = await start();
    await program.kill9();
    expect(existsSync(socket)).toBe(true);
    await startProgram({ data: program.data, config: join(program.data, "../matricula.yaml") });
    expect((await ask({ socketPath: socket }, "/register", { json: example })).status).toBe(201);
  });

  test("is refused with a sentence where another service answers, which goes on", async () => {
    const { program, socket } = await start();
    const refused = await matricula(["serve", "--data", join(temporaryFolder(), "data"), "--listen", "127.0.0.1:0", "--config", join(program.data, "../matricula.yaml")]);
    expect([refused.code, refused.stdout]).toEqual([1, ""]);
    expect(refused.stderr).toContain(`matricula: another process listens on ${socket}`);
    expect((await ask({ socketPath: socket }, "/register", { json: example })).status).toBe(201);
  });

  test("beyond loopback is refused", async () => {
    await expect(start("0.0.0.0:0")).rejects.toThrow("local_listen: is not a loopback address");
  });

  test("can register without managing", async () => {
    const { socket } = await start("unix:m.sock", "realms: {default: {ways_in: {local: {manage: false}}}}\n");
    const { client_id, registration_access_token } = (await ask({ socketPath: socket }, "/register", { json: example })).json();
    expect((await ask({ socketPath: socket }, `/register/${client_id}`)).status).toBeGreaterThanOrEqual(401);
    const headers = { authorization: `Bearer ${registration_access_token}` };
    expect((await ask({ socketPath: socket }, `/register/${client_id}`, { headers })).status).toBe(200);
  });
});

describe("a local listener on a loopback port", () => {
  afterEach(cleanUp);

  test("serves who names this machine, and refuses pages, whatever they call it", async () => {
    const { program } = await start("127.0.0.1:0");
    const found = () => /"local":"http:\/\/127\.0\.0\.1:(\d+)"/.exec(program.stderr())?.[1];
    await expect.poll(found).toBeDefined();
    const target = { host: "127.0.0.1", port: Number(found()) };
    expect((await ask(target, "/register", { json: example })).status).toBe(201);
    const page = await ask(target, "/register", { json: example, headers: { origin: "https://page.example" } });
    expect([page.status, page.headers["access-control-allow-origin"]]).toEqual([403, undefined]);
    const preflight = await ask(target, "/register", { method: "OPTIONS", headers: { origin: "https://page.example", "access-control-request-method": "POST" } });
    expect([preflight.status, preflight.headers["access-control-allow-origin"]]).toEqual([403, undefined]);
    expect((await ask(target, "/register", { json: example, headers: { host: "rebound.example" } })).status).toBe(403);
  });
});

function call<M extends DescMethodUnary>(channel: grpc.Client, method: M, request: MessageShape<M["input"]>): Promise<MessageShape<M["output"]>> {
  return new Promise((resolve, reject) => {
    channel.makeUnaryRequest<MessageShape<M["input"]>, MessageShape<M["output"]>>(
      `/${method.parent.typeName}/${method.name}`,
      (message) => Buffer.from(toBinary(method.input as M["input"], message)),
      (bytes) => fromBinary(method.output as M["output"], bytes),
      request,
      new grpc.Metadata(),
      { deadline: Date.now() + 10_000 },
      (error, answer) => (answer === undefined ? reject(error) : resolve(answer)),
    );
  });
}
