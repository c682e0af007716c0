// The command line against the program: each command, its exit codes, and where secrets go.

import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { example, exchange, membersOf } from "./http.js";
import { cleanUp, matricula, startProgram, temporaryFolder, type Ended, type Program } from "./program.js";

let program: Program;
let folder: string;

beforeAll(async () => {
  program = await startProgram();
  folder = temporaryFolder();
  writeFileSync(join(folder, "client.json"), JSON.stringify({ ...example, client_name: "From a file", example_attribute: "one" }));
});
afterAll(cleanUp);

/** In a folder of its own, with the data folder named. */
const run = (args: string[], options: { input?: string; env?: Record<string, string> } = {}) => matricula([...args, "--data", program.data], { cwd: folder, ...options });

/** It failed as told, in sentences. */
function expectRefusal(ended: Ended, code: number, sentence: RegExp): void {
  expect(ended.code, ended.stderr).toBe(code);
  expect(ended.stdout).toBe("");
  expect(ended.stderr).toMatch(/^matricula: /);
  expect(ended.stderr).toMatch(sentence);
  expect(ended.stderr).not.toMatch(/\n\s+at |Error:/);
}

const secrets = /m(cs|rt|it)_[\w-]{20,}/;

/** Registers and gives the credentials as the file has them. */
async function registered(name: string): Promise<Record<string, string>> {
  const made = await run(["register", "-f", "client.json", "--credentials-out", `${name}.json`]);
  expect(made.code, made.stderr).toBe(0);
  return JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as Record<string, string>;
}

test("register writes the secrets to a new file and prints none", async () => {
  const made = await run(["register", "-f", "client.json", "--credentials-out", "first.env"]);
  expect(made.code, made.stderr).toBe(0);
  expect(made.stdout + made.stderr).not.toMatch(secrets);
  const file = readFileSync(join(folder, "first.env"), "utf8");
  expect(statSync(join(folder, "first.env")).mode & 0o777).toBe(0o600);
  expect(file).toMatch(/^CLIENT_ID=\S+$/m);
  expect(file).toMatch(/^CLIENT_SECRET=mcs_\S+$/m);
  // It is never written over, and the service is not even asked.
  expectRefusal(await run(["register", "-f", "client.json", "--credentials-out", "first.env"]), 2, /first\.env is there already/);
  expect(readFileSync(join(folder, "first.env"), "utf8")).toBe(file);
});

test("without a terminal, a file or --show-secret nothing is registered", async () => {
  const before = (await run(["list", "--all", "--json"])).stdout;
  expectRefusal(await run(["register", "-f", "client.json"]), 2, /--credentials-out FILE.*--show-secret/);
  expect((await run(["list", "--all", "--json"])).stdout).toBe(before);
});

test("register from standard input with --json and --show-secret is one JSON document with the secrets", async () => {
  const made = await run(["register", "-f", "-", "--json", "--show-secret"], { input: JSON.stringify(example) });
  expect(made.code, made.stderr).toBe(0);
  const answer = JSON.parse(made.stdout) as { client: Record<string, string>; credentials: Record<string, string> };
  expect(answer.credentials["client_secret"]).toMatch(secrets);
  expect(answer.client["client_id"]).toBeTruthy();
  expect((await run(["read", answer.client["client_id"]!])).code).toBe(0);
});

test("read, update, and delete a client that came by a file", async () => {
  const { client_id: id = "" } = await registered("managed");
  const read = await run(["read", id, "--json"]);
  expect(JSON.parse(read.stdout)).toMatchObject({ client: { client_id: id, metadata: { client_name: "From a file", custom_attributes: { example_attribute: "one" } } } });
  expect(read.stdout).not.toMatch(secrets);

  // What read prints with --metadata-only is what update takes.
  const metadata = JSON.parse((await run(["read", id, "--metadata-only"])).stdout) as Record<string, unknown>;
  expect(metadata).toMatchObject({ ...example, client_name: "From a file", example_attribute: "one" });
  writeFileSync(join(folder, "changed.json"), JSON.stringify({ ...metadata, client_name: "Changed" }));
  const updated = await run(["update", id, "-f", "changed.json", "--json"]);
  expect(updated.code, updated.stderr).toBe(0);
  expect(JSON.parse(updated.stdout)).toMatchObject({ client: { metadata: { client_name: "Changed", custom_attributes: { example_attribute: "one" } }, version: 2 } });

  expectRefusal(await run(["update", id, "-f", "changed.json", "--etag", '"1"']), 1, /VERSION_CONFLICT/);
  expect((await run(["delete", id])).code).toBe(0);
  expectRefusal(await run(["read", id]), 1, /not_found: there is no such client/);
  expectRefusal(await run(["delete", id]), 1, /not_found/);
});

test("the credentials in the file are good at the gateway", async () => {
  const file = await registered("gateway");
  // A certificate's owner is told no registration access token unless one was made: what the file has must work.
  expect(file["client_secret"]).toMatch(secrets);
  const token = file["registration_access_token"];
  expect(token).toMatch(secrets);
  const read = await exchange(program, { path: `/register/${file["client_id"]}`, token: token! });
  expect([read.status, membersOf(read)["client_name"]]).toEqual([200, "From a file"]);
});

test("list pages through all clients, as text and as JSON", async () => {
  for (const name of ["listed1", "listed2", "listed3"]) await registered(name);
  const all = JSON.parse((await run(["list", "--all", "--json"])).stdout) as { clients: { client_id: string }[] };
  const ids = all.clients.map((client) => client.client_id);
  expect(ids.length).toBeGreaterThanOrEqual(3);
  const paged: string[] = [];
  let token = "";
  do {
    const page = JSON.parse((await run(["list", "--page-size", "2", "--json", ...(token === "" ? [] : ["--page-token", token])])).stdout) as {
      clients: { client_id: string }[]; next_page_token: string;
    };
    expect(page.clients.length).toBeLessThanOrEqual(2);
    paged.push(...page.clients.map((client) => client.client_id));
    token = page.next_page_token;
  } while (token !== "");
  expect(paged).toEqual(ids);
  const text = await run(["list", "--all"]);
  for (const id of ids) expect(text.stdout).toContain(id);
});

test("token create makes a token that registers as often as it says", async () => {
  const made = await run(["token", "create", "--name", "two", "--uses", "2", "--lifetime", "1h", "--credentials-out", "token.json"]);
  expect(made.code, made.stderr).toBe(0);
  expect(made.stdout).not.toMatch(secrets);
  const { initial_access_token: token } = JSON.parse(readFileSync(join(folder, "token.json"), "utf8")) as { initial_access_token: string };
  const statuses = [];
  for (let use = 0; use < 3; use += 1) statuses.push((await exchange(program, { path: "/register", json: example, token })).status);
  expect(statuses).toEqual([201, 201, 401]);
});

test("an operator suspends, resumes, modifies, rotates and removes; secrets go to files alone", async () => {
  const { client_id: id = "", registration_access_token: token = "" } = await registered("operated");
  const put = () => exchange(program, { method: "PUT", path: `/register/${id}`, json: { ...example, client_id: id }, token });
  const suspended = await run(["suspend", id, "--reason", "a test", "--json"]);
  expect(JSON.parse(suspended.stdout), suspended.stderr).toMatchObject({ client: { client_id: id, state: "CLIENT_STATE_SUSPENDED" } });
  const refused = await put();
  expect([refused.status, membersOf(refused)["error"]]).toEqual([403, "access_denied"]);
  expect((await exchange(program, { path: `/register/${id}`, token })).status).toBe(200);
  expect((await run(["resume", id])).stdout).toMatch(/^Resumed\.\n/);
  expect((await put()).status).toBe(200);

  writeFileSync(join(folder, "part.json"), '{"client_name": "Modified", "software_id": "com.example.cli"}');
  const modified = await run(["modify", id, "-f", "part.json", "--json"]);
  expect(JSON.parse(modified.stdout), modified.stderr).toMatchObject({ client: { metadata: { ...example, client_name: "Modified", software_id: "com.example.cli" } } });

  for (const command of ["rotate-secret", "rotate-token"]) {
    const made = await run([command, id, "--credentials-out", `${command}.json`]);
    expect(made.code, made.stderr).toBe(0);
    expect(made.stdout + made.stderr).not.toMatch(secrets);
  }
  const next = (JSON.parse(readFileSync(join(folder, "rotate-token.json"), "utf8")) as Record<string, string>)["registration_access_token"]!;
  const statusOf = async (shown: string) => (await exchange(program, { path: `/register/${id}`, token: shown })).status;
  expect([await statusOf(token), await statusOf(next), await statusOf(token), await statusOf(next)]).toEqual([200, 200, 401, 200]);

  expectRefusal(await run(["suspend", "--software-id", "com.example.cli"]), 2, /this would suspend 1 client; nothing was done/);
  expect((await run(["suspend", "--software-id", "com.example.cli", "--yes"])).stdout).toBe("Suspended 1 client.\n");
  expect((await run(["resume", "--software-id", "com.example.cli", "--yes"])).stdout).toBe("Resumed 1 client.\n");
  expect((await run(["remove", id, "--reason", "a test"])).stdout).toBe(`Removed ${id}.\n`);
  expectRefusal(await run(["remove", id]), 1, /not_found/);
});

test("a refusal of the service is exit code 1 and names the field", async () => {
  const refused = await run(["register", "-f", "-", "--show-secret"], { input: '{"redirect_uris":["javascript:alert(1)"]}' });
  expectRefusal(refused, 1, /redirect_uris/);
});

test("a wrong command line or file is exit code 2", async () => {
  expectRefusal(await run(["regster"]), 2, /did you mean register\?/);
  expectRefusal(await run(["register", "--fle", "x"]), 2, /did you mean --file\?/);
  expectRefusal(await run(["read"]), 2, /CLIENT_ID/);
  expectRefusal(await run(["register", "-f", "missing.json", "--show-secret"]), 2, /missing\.json is not there/);
  expectRefusal(await run(["register", "-f", "-", "--show-secret"], { input: "{" }), 2, /standard input/);
  expectRefusal(await matricula(["list", "--data", join(folder, "nothing")], { cwd: folder }), 2, /--data DIR/);
});

test("nobody there is exit code 1 with a sentence", async () => {
  expectRefusal(await run(["list", "--url", "https://127.0.0.1:1"]), 1, /cannot reach https:\/\/127\.0\.0\.1:1.*is the service running\?/);
});

test("help and version are exit code 0, no command is 2", async () => {
  for (const args of [["help"], ["--help"], ["help", "register"], ["token", "create", "--help"], ["version"], ["--version"]]) {
    const told = await matricula(args, { cwd: folder });
    expect([told.code, told.stdout === "", told.stderr], args.join(" ")).toEqual([0, false, ""]);
  }
  expect((await matricula([], { cwd: folder })).code).toBe(2);
});

test("the folder may be named by the environment, and is ./data otherwise", async () => {
  const byName = await matricula(["list", "--all", "--json"], { cwd: folder, env: { MATRICULA_DATA: program.data } });
  expect(byName.code, byName.stderr).toBe(0);
  const byPlace = await matricula(["list", "--all", "--json"], { cwd: join(program.data, "..") });
  expect(byPlace.stdout).toBe(byName.stdout);
});

test("software is blocked with its clients in one command, listed, and unblocked", async () => {
  writeFileSync(join(folder, "software.json"), JSON.stringify({ ...example, software_id: "leaky" }));
  const register = () => run(["register", "-f", "software.json", "--json", "--show-secret"]);
  const { client } = JSON.parse((await register()).stdout) as { client: { client_id: string } };
  const blocked = await run(["software", "block", "software-id", "leaky", "--suspend", "--reason", "key leaked"]);
  expect([blocked.code, blocked.stdout]).toEqual([0, "Blocked software-id leaky and suspended 1 client.\n"]);
  expect((await run(["read", client.client_id])).stdout).toMatch(/^state: suspended$/m);
  expectRefusal(await register(), 1, /software_id\.blocked/);
  const list = JSON.parse((await run(["software", "list", "--json"])).stdout) as { blocks: { value: string; reason: string }[] };
  expect(list.blocks).toMatchObject([{ value: "leaky", reason: "key leaked" }]);
  expect((await run(["software", "list"])).stdout).toMatch(/^KIND .*\nsoftware-id .* leaky +key leaked\n$/);
  expect((await run(["software", "unblock", "software-id", "leaky"])).stdout).toBe("Unblocked software-id leaky; its clients stay as they are.\n");
  expect((await register()).code).toBe(0);
  expectRefusal(await run(["software", "unblock", "software-id", "leaky"]), 1, /not blocked/);
  expectRefusal(await run(["software", "block", "publisher", "x"]), 2, /issuer, software-id, statement/);
});
