import http2 from "node:http2";
import { execFileSync, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { create, toBinary } from "@bufbuild/protobuf";
import { test } from "vitest";
import { RegisterClientRequestSchema } from "/work/main/gen/ts/matricula/v1/registration_service_pb.js";
import { createConnectDoor } from "/work/main/src/connect/handler.js";
import { createHealth } from "/work/main/src/connect/health.js";
import { createRegistry, bookRequest } from "/work/main/test/connect/fixture.js";
function h2load(port: number, path: string, ct: string, file: string): Promise<string> {
  return new Promise((resolve) => {
    const p = spawn("h2load", ["-n", "40000", "-c", "16", "-m", "8", "-d", file, "-H", `content-type: ${ct}`, "-H", "te: trailers", `http://127.0.0.1:${port}${path}`]);
    let out = ""; p.stdout.on("data", (d) => (out += d)); p.on("close", () => resolve(out));
  });
}
test("bench", { timeout: 300000 }, async () => {
  const registry = createRegistry();
  let n = 0; const errs: Record<string, number> = {};
  const door = createConnectDoor({ registry, health: createHealth(), shutdown: new AbortController().signal,
    observer: { finished: (_a, _c, e) => { n++; if (e) errs[e.message] = (errs[e.message] ?? 0) + 1; } },
    readEvidence: (r) => ({ certificate: { kind: "none" }, authorization: r.headers.authorization as never }) });
  const server = http2.createServer({ settings: { maxConcurrentStreams: 100 } }, (q, s) => { if (q.url === "/bare") { const c: Buffer[] = []; q.on("data", (d) => c.push(d)); q.on("end", () => { s.writeHead(200, { "content-type": "application/json" }); s.end(JSON.stringify(JSON.parse(Buffer.concat(c).toString()))); }); } else door(q, s); });
  await new Promise<void>((r) => server.listen(0, r));
  const port = (server.address() as any).port;
  const bin = toBinary(RegisterClientRequestSchema, create(RegisterClientRequestSchema, bookRequest as never));
  const env = Buffer.concat([Buffer.of(0, 0, 0, 0, bin.length), bin]);
  const json = JSON.stringify({ metadata: { redirect_uris: bookRequest.metadata.redirectUris, token_endpoint_auth_method: "client_secret_basic", grant_types: ["authorization_code", "implicit"], response_types: ["code", "token"] } });
  writeFileSync("/tmp/cbench/json", json); writeFileSync("/tmp/cbench/bin", bin); writeFileSync("/tmp/cbench/env", env);
  const path = "/matricula.v1.RegistrationService/RegisterClient";
  for (let round = 0; round < 2; round++) for (const [name, p, ct, f] of [["bare", "/bare", "application/json", "json"], ["connect json", path, "application/json", "json"], ["connect bin", path, "application/proto", "bin"], ["grpc", path, "application/grpc", "env"], ["health grpc", "/grpc.health.v1.Health/Check", "application/grpc", "empty"]] as const) {
    if (f === "empty") writeFileSync("/tmp/cbench/empty", Buffer.alloc(5));
    const out = await h2load(port, p, ct, `/tmp/cbench/${f}`);
    console.log(name, /finished in[^\n]*/.exec(out)?.[0], /status codes[^\n]*/.exec(out)?.[0]);
  }
  console.log(n, errs);
  server.close();
});
