// Every command in the README is run, in its order, against a running service; every TypeScript block is part of a file that is.

import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const blocks = (language: string) => [...readme.matchAll(new RegExp("^```" + language + "\n(.*?)^```", "gms"))].map((match) => match[1]!);
const run = promisify(execFile);

/** Blocks that are run by other means: starting the service, and running this suite. */
const elsewhere = ["npm ci\nnpm start\n", "npm test\n"];

describe("README", () => {
  let folder: string;
  let service: ChildProcess;
  let url: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "matricula-readme-"));
    // A clone as a reader has it: npx installs the package from its folder, and so builds it.
    const left = new Set([".git", "node_modules", "data", "reports"]);
    cpSync(root, folder, { recursive: true, filter: (source) => !left.has(relative(root, source)) });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    service = spawn("npm", ["start", "--silent", "--", "--listen", "127.0.0.1:0", "--data", join(folder, "data")], {
      cwd: root,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [line] = (await once(createInterface({ input: service.stdout! }), "line")) as [string];
    expect(line).toMatch(/^matricula listening on https:\/\//);
    url = line.slice("matricula listening on ".length);
  });

  afterAll(async () => {
    const exited = once(service, "exit");
    service.kill("SIGTERM");
    await exited;
    rmSync(folder, { recursive: true });
  });

  it("starts by the two commands that it names", () => {
    expect(blocks("sh")[0]).toBe(elsewhere[0]);
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };
    expect(scripts["start"]).toBe("exec node dist/main.js serve");
  });

  it("has commands that work, pasted one block after the other", async () => {
    const pasted = blocks("sh").filter((block) => !elsewhere.includes(block));
    expect(pasted.length).toBeGreaterThan(4);
    for (const block of pasted) {
      const script = `set -euo pipefail\n${block.replaceAll("https://localhost:8443", url)}`;
      await run("bash", ["-c", script], { cwd: folder, env: { ...process.env, MATRICULA_URL: url } });
    }
    const client = JSON.parse(readFileSync(join(folder, "client.json"), "utf8")) as Record<string, unknown>;
    expect(Object.keys(client)).toEqual(Object.keys(JSON.parse(blocks("json")[0]!) as object));
    expect(client).toMatchObject({ grant_types: ["authorization_code"], response_types: ["code"], token_endpoint_auth_method: "client_secret_basic" });
  }, 300_000);

  it("shows TypeScript that is part of an example", () => {
    const examples = ["register-connect.ts", "register-grpc-js.ts"].map((name) => readFileSync(join(root, "examples", name), "utf8"));
    const shown = blocks("ts");
    expect(shown.length).toBeGreaterThan(0);
    for (const block of shown) expect(examples.some((example) => example.includes(block.trimEnd()))).toBe(true);
  });
});
