// docs/ways-in/initial-access-tokens.md as a reader runs it: every command, against a running service.

import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { example, exchange, membersOf } from "./http.js";
import { cleanPrograms, mainFile, root, startProgram, temporaryFolder } from "./program.js";

cleanPrograms("all");

const run = promisify(execFile);
const blocks = [...readFileSync(join(root, "docs/ways-in/initial-access-tokens.md"), "utf8").matchAll(/^```sh\n(.*?)^```/gms)].map((match) => match[1]!);

it("the worked example makes a token, registers by it, finds its client, and ends both", async () => {
  const program = await startProgram();
  const folder = temporaryFolder();
  symlinkSync(program.data, join(folder, "data"));
  const tools = join(folder, "tools");
  mkdirSync(tools);
  writeFileSync(join(tools, "npx"), `#!/bin/sh\nshift\nexec "${process.execPath}" "${mainFile}" "$@"\n`, { mode: 0o755 });
  const env = { ...process.env, PATH: `${tools}:${process.env["PATH"]}`, MATRICULA_URL: program.url };
  const paste = async (...scripts: string[]) =>
    (await run("bash", ["-c", `set -euo pipefail\n${scripts.join("").replaceAll("https://localhost:8443", program.url)}`], { cwd: folder, env })).stdout;
  const members = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Record<string, unknown>;

  expect(blocks).toHaveLength(3);
  const [make, register, later] = blocks as [string, string, string];
  await paste(make);
  const { initial_access_token: token, initial_access_token_id: id } = members("partner-token.json") as { initial_access_token: string; initial_access_token_id: string };
  await paste(register);
  const client = members("partner-client.json");
  expect(client).toMatchObject({ scope: "openid profile", contacts: ["ops@partner.example"], client_name: "Shop" });
  expect((client["decisions"] as { field: string; rule: string }[]).map(({ field, rule }) => [field, rule])).toEqual([
    ["scope", "initial_access_token.force"], ["contacts", "initial_access_token.force"],
  ]);
  expect(membersOf(await exchange(program, { path: "/register", json: example, token }))).toMatchObject({ error: "invalid_redirect_uri" });

  const told = await paste(register.split("\n")[0]!, "\n", later);
  expect(told).toMatch(new RegExp(`^${id} +usable .* 9 +1 +partner +partner pipeline$`, "m"));
  expect(told).toMatch(/^owner: partner$/m);
  expect(told).toMatch(new RegExp(`^${String(client["client_id"])} `, "m"));
  expect(told).toContain(`Revoked ${id} and deleted 1 client.`);
  expect((await exchange(program, { path: "/register", json: example, token })).status).toBe(401);
  const read = await exchange(program, { path: `/register/${String(client["client_id"])}`, token: client["registration_access_token"] as string });
  expect(read.status).toBe(401);
  // Neither the token nor the client's secret is in anything that the service has said.
  for (const secret of [token, client["registration_access_token"], client["client_secret"]] as string[]) expect(program.stdout() + program.stderr()).not.toContain(secret);
});
