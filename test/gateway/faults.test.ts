// Faults of our own: they end the exchange that met them, never the process, and the observer hears of each call once.

import { once } from "node:events";
import https from "node:https";
import { create } from "@bufbuild/protobuf";
import { afterEach, describe, expect, test } from "vitest";
import { PolicySchema } from "../../gen/ts/matricula/v1/policy_pb.js";
import { readyMadePolicies } from "../../src/config/ready-made.js";
import { RegistryError } from "../../src/domain/errors.js";
import { compilePolicy } from "../../src/domain/policy.js";
import type { Registry } from "../../src/service/registry.js";
import { createRegistry } from "../connect/fixture.js";
import { framed, rawWires, registerPath } from "../connect/raw.js";
import { get1, session2, type Answer } from "../net/fixture.js";
import { example, startGateway } from "./fixture.js";

const unhandled: unknown[] = [];
process.on("unhandledRejection", (reason) => unhandled.push(reason));
process.on("uncaughtException", (error) => unhandled.push(error));

const throwing = { finished: () => { throw new Error("the observer is broken"); } };

let server: { readonly port: number; readonly ca: string; close(): Promise<void> };
afterEach(async () => {
  await server.close();
  expect(unhandled.splice(0)).toEqual([]);
});

/** A request over either HTTP version; rejects when the exchange ends without an answer. */
async function ask(version: "HTTP/1.1" | "HTTP/2", method: string, path: string, headers: Record<string, string>, body?: string | Uint8Array): Promise<Answer> {
  if (version === "HTTP/2") {
    const session = await session2(server);
    try {
      const stream = session.request({ ":method": method, ":path": path, ...headers });
      stream.on("error", () => {});
      stream.end(body);
      const closed = once(stream, "close");
      const [answer] = (await Promise.race([once(stream, "response"), closed.then(() => Promise.reject(new Error(`closed with ${stream.rstCode}`)))])) as [Record<string, unknown>];
      let text = "";
      stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
      await closed;
      return { status: Number(answer[":status"]), headers: answer, body: text };
    } finally {
      session.destroy();
    }
  }
  const sent = https.request({ host: "127.0.0.1", port: server.port, ca: server.ca, servername: "localhost", agent: false, method, path, headers });
  sent.end(body);
  const [response] = (await once(sent, "response")) as [import("node:http").IncomingMessage];
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode!, headers: response.headers, body: text };
}

const json = { "content-type": "application/json" };
const soon = { timeout: 5_000 };

describe.each(["HTTP/1.1", "HTTP/2"] as const)("%s", (version) => {
  test.each([
    ["a registration", "POST", "/register", json, example],
    ["a refused registration", "POST", "/register", json, "{}"],
    ["a refused token", "POST", "/register", { ...json, authorization: "Bearer nonsense" }, example],
    ["another content type", "POST", "/register", { "content-type": "text/plain" }, example],
    ["a body too large", "POST", "/register", json, " ".repeat(70_000)],
    ["a refused read", "GET", "/register/some-client", {}, undefined],
  ] as const)("the gateway, with an observer that throws at %s: the exchange ends", soon, async (_name, method, path, headers, body) => {
    let told = 0;
    server = await startGateway({ observer: { finished: () => { told += 1; throwing.finished(); } } });
    // Answered or not: it ends, and soon.
    await ask(version, method, path, headers, body).catch(() => {});
    expect(told).toBe(1);
    expect((await get1(server, { path: "/livez" })).body).toBe("ok\n");
  });

  test("the gateway, with evidence that cannot be read: 500, and the observer is told", soon, async () => {
    const gateway = await startGateway({ readEvidence: () => { throw new Error("no socket"); } });
    server = gateway;
    for (const [method, path, body] of [["POST", "/register", example], ["GET", "/register/some-client", undefined]] as const) {
      const answer = await ask(version, method, path, json, body);
      expect([answer.status, JSON.parse(answer.body)]).toEqual([500, { error: "server_error", error_description: expect.not.stringContaining("no socket") }]);
    }
    expect(gateway.finished.map(({ error }) => [error?.kind, (error?.cause as Error).message])).toEqual([["internal", "no socket"], ["internal", "no socket"]]);
  });

  test("the gateway, with an answer that cannot be written: the exchange ends, and the observer is told once", soon, async () => {
    const gateway = await startGateway({ registry: unwritable() });
    server = gateway;
    const answer = await ask(version, "POST", "/register", json, JSON.stringify({ ...JSON.parse(example), grant_types: ["authorization_code", "implicit"] })).catch(() => undefined);
    expect(answer?.status ?? 500).toBe(500);
    // Of HTTP/2, Node says that a header cannot be sent only after it has taken it.
    expect(gateway.finished.map(({ error }) => error?.kind)).toEqual([version === "HTTP/1.1" ? "internal" : undefined]);
  });

  test("the gateway, with an error that cannot be written either: the exchange ends", soon, async () => {
    const registry = createRegistry();
    const enter = () => {
      throw new RegistryError("rate_limited", "too many", { rate: { name: "\u0100", limit: 1, window: 1, remaining: 0, reset: 1 } });
    };
    const gateway = await startGateway({ registry: { ...registry, limits: { ...registry.limits, enter } } });
    server = gateway;
    await expect(ask(version, "POST", "/register", json, example)).rejects.toThrow();
    expect(gateway.finished.map(({ error }) => error?.kind)).toEqual(["rate_limited"]);
  });

  test.each(["Connect JSON", "Connect binary", "gRPC-Web"] as const)("%s, with an observer that throws: the exchange ends", soon, async (wire) => {
    server = await startGateway({ observer: throwing });
    await ask(version, "POST", registerPath, { "content-type": rawWires[wire].contentType }, framed(wire, new Uint8Array(0))).catch(() => {});
    await ask(version, "POST", "/grpc.health.v1.Health/Watch", { "content-type": "application/grpc-web+proto", "grpc-timeout": "50m" }, framed("gRPC-Web", new Uint8Array(0))).catch(() => {});
    expect((await get1(server, { path: "/livez" })).body).toBe("ok\n");
  });
});

/** Its policy has a name that no header can hold, and decides something in every registration that asks for the implicit grant. */
function unwritable(): Registry {
  const registry = createRegistry();
  const realm = registry.realms.get("default")!;
  const policy = compilePolicy(create(PolicySchema, { ...readyMadePolicies().get("rfc7591")!, name: "\u0100" }), "1");
  const waysIn = new Map([...realm.waysIn].map(([name, way]) => [name, { ...way, policy }]));
  return { ...registry, realms: new Map([["default", { ...realm, waysIn, policies: new Map([[policy.name, policy]]) }]]) };
}
