// What the adapter's page and its example tell a reader to write and to paste.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { cleanPrograms, root, runCommand, temporaryFolder } from "../program/program.js";

cleanPrograms("all");

const adapter = join(root, "adapters/oidc-provider");

it("the page's code is what the packages' types allow", { timeout: 120_000 }, async () => {
  const blocks = [...readFileSync(join(adapter, "README.md"), "utf8").matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code!);
  expect(blocks).toHaveLength(1);
  const folder = temporaryFolder();
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const compilerOptions = {
    strict: true, noEmit: true, module: "nodenext", target: "es2023", types: ["node"], skipLibCheck: true,
    // The provider has no types of its own.
    noImplicitAny: false,
    paths: { "matricula-client": [join(root, "gen/ts/dist/index.d.ts")], "matricula-oidc-provider": [join(adapter, "dist/matricula-clients.d.ts")] },
  };
  writeFileSync(join(folder, "package.json"), '{"type": "module"}');
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["page.ts"] }));
  const compile = async (code: string) => {
    writeFileSync(join(folder, "page.ts"), code);
    return (await runCommand([join(root, "node_modules/.bin/tsc"), "-p", folder], { patience: 60_000 })).stdout;
  };
  expect(await compile(blocks[0]!)).toBe("");
  // It is these types that it is held to.
  expect(await compile(blocks[0]!.replace("registrationEndpoint:", "registrationEnd:"))).toContain("registrationEnd");
});

it("the example prints commands that work: a client registers, gets a token, is suspended, and is refused", { timeout: 120_000 }, async () => {
  const folder = temporaryFolder();
  const example = spawn(process.execPath, [join(adapter, "example/start.mjs"), folder], { stdio: ["ignore", "pipe", "ignore"] });
  try {
    let said = "";
    example.stdout.setEncoding("utf8");
    while (!said.includes("SuspendClient\n")) said += String((await once(example.stdout, "data"))[0]);
    const commands = [...said.matchAll(/^ {2}(.*)$/gm)].map(([, command]) => command!);
    const answers = async (script: readonly string[]) => (await promisify(execFile)("bash", ["-c", `set -euo pipefail\n${script.join("\n")}`], { cwd: folder })).stdout;
    const [discovery = "", register = "", member = "", token = "", suspend = ""] = commands;
    expect(commands).toHaveLength(5);
    expect(await answers([discovery])).toMatch(/^"registration_endpoint":"https:\/\/localhost:\d+\/register"\n$/);
    expect(JSON.parse(await answers([register, member, token]))).toMatchObject({ token_type: "Bearer" });
    expect(JSON.parse(await answers([member, suspend]))).toMatchObject({ client: { state: "CLIENT_STATE_SUSPENDED" } });
    await expect.poll(() => answers([member, token]), { timeout: 2_000 }).toContain("invalid_client");
  } finally {
    example.kill("SIGTERM");
    await once(example, "exit");
  }
});
