// docs/grpcurl.md: every RPC of every service, by reflection, as it is pasted.

import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cleanUp, hasTool, root, runCommand, startProgram, temporaryFolder, type Program } from "./program.js";

const page = readFileSync(join(root, "docs/grpcurl.md"), "utf8");
const blocks = [...page.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block]) => block!);

/** "RegistrationService/RegisterClient", as the schema has them. */
const rpcs = readdirSync(join(root, "proto/matricula/v1")).flatMap((name) => {
  const text = readFileSync(join(root, "proto/matricula/v1", name), "utf8");
  const service = /^service (\w+) \{/m.exec(text)?.[1];
  return [...text.matchAll(/^ {2}rpc (\w+)\(/gm)].map(([, rpc]) => `${service}/${rpc}`);
});

test("the page has each RPC once, under its service", () => {
  expect(rpcs.length).toBeGreaterThan(30);
  const called = blocks.flatMap((block) => [...block.matchAll(/^call (\S+)/gm)].map(([, name]) => name!));
  expect([...new Set(called)].sort()).toEqual([...rpcs].sort());
  for (const [, service, block] of page.matchAll(/^## (\w+)\n[^#]*?```sh\n(.*?)^```/gms)) {
    for (const [, name] of block!.matchAll(/^call (\w+)/gm)) expect(name).toBe(service);
  }
});

const hasGrpcurl = hasTool(spawnSync("bash", ["-c", '"$(bash scripts/tools.sh grpcurl)/grpcurl" -version'], { cwd: root, timeout: 240_000 }).status === 0, "grpcurl (bash scripts/tools.sh grpcurl)");

describe.skipIf(!hasGrpcurl)("by grpcurl and reflection (needs grpcurl)", () => {
  let program: Program;
  beforeAll(async () => {
    program = await startProgram();
  });
  afterAll(cleanUp);

  test("every command of the page works, pasted one block after the other", { timeout: 120_000 }, async () => {
    const folder = temporaryFolder();
    symlinkSync(program.data, join(folder, "data"));
    mkdirSync(join(folder, "scripts"));
    symlinkSync(join(root, "scripts/tools.sh"), join(folder, "scripts/tools.sh"));
    // Each call says on standard error which it is, and what it has answered comes after it.
    const said = blocks.join("\n").replace(/^call (\S+)/gm, "echo '# $1' >&2; call $1").replaceAll("localhost:8443", new URL(program.url).host);
    const { code, stdout, stderr } = await runCommand(["bash", "-c", `set -euo pipefail\n${said}`], { cwd: folder, patience: 100_000 });
    const last = stderr.split("\n").filter((line) => line.startsWith("# ")).at(-1);
    expect(code, `${last}\n${stderr.slice(-1_000)}`).toBe(0);
    expect(stderr.split("\n").filter((line) => line.startsWith("# ")).length).toBe(rpcs.length + 1);
    for (const expected of ["matricula.v1.PolicyService", "rpc AuthenticateClient", '"status": "SERVING"', '"snapshot_end"', '"authenticated"', '"taken": 1', '"missing": [', "CLIENT_STATE_SUSPENDED"]) {
      expect(stdout).toContain(expected);
    }
    // Of WatchClients alone a call may end by its own deadline.
    expect(stderr.split("ERROR:")).toHaveLength(2);
    expect(stderr).toContain("DeadlineExceeded");
  });
});
