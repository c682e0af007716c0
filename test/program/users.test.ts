// HTTP Basic users as they meet the service: made by the command line, known at the gateway and by RPC, gone when the file says so.

import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { example, exchange, exchange2, membersOf, type Answer } from "./http.js";
import { cleanPrograms, cleanUp, matricula, startProgram, temporaryFolder, type Program } from "./program.js";

const passwords = { alice: "open sesame", bob: "another one", carol: "a third one" } as const;
type Name = keyof typeof passwords;

const basic = (name: string, password: string) => ({ authorization: `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}` });
const as = (name: Name) => basic(name, passwords[name]);

async function withUsers(): Promise<{ folder: string; config: string; users: string }> {
  const folder = temporaryFolder();
  const users = join(folder, "users");
  const policed = ["--policy", "services"];
  for (const [name, password] of Object.entries(passwords)) {
    const { code, stderr } = await matricula(["user", "add", name, "--users", users, ...(name === "carol" ? policed : [])], { input: `${password}\n` });
    expect([code, stderr]).toEqual([0, ""]);
  }
  const config = join(folder, "matricula.yaml");
  writeFileSync(config, "realms:\n  default: {users_file: users}\n  other: {}\n");
  return { folder, config, users };
}

const call = (program: Program, method: string, json: unknown, headers: Record<string, string>): Promise<Answer> =>
  exchange2(program, { path: `/matricula.v1.RegistrationService/${method}`, json, headers });

describe("HTTP Basic users", () => {
  let program: Program;
  let made: Awaited<ReturnType<typeof withUsers>>;
  beforeAll(async () => {
    made = await withUsers();
    program = await startProgram({ config: made.config });
  });
  afterAll(cleanUp);

  test("a user registers at the gateway and manages the client with the same name, at every door", async () => {
    const answer = await exchange(program, { path: "/register", json: example, headers: as("alice") });
    expect(answer.status).toBe(201);
    const clientId = membersOf(answer)["client_id"] as string;
    const path = `/register/${clientId}`;
    expect((await exchange(program, { path, headers: as("alice") })).status).toBe(200);
    const updated = await exchange(program, { method: "PUT", path, json: { ...example, client_id: clientId, client_name: "mine" }, headers: as("alice") });
    expect([updated.status, membersOf(updated)["client_name"]]).toEqual([200, "mine"]);
    const read = await call(program, "ReadClient", { client_id: clientId }, as("alice"));
    expect([read.status, membersOf(read)["client"]["metadata"]["client_name"]]).toEqual([200, "mine"]);
    expect((await exchange(program, { method: "DELETE", path, headers: as("alice") })).status).toBe(204);
  });

  test("a user registers by RPC and manages the client at the gateway", async () => {
    const answer = await call(program, "RegisterClient", { metadata: example }, as("bob"));
    expect(answer.status).toBe(200);
    const { client } = membersOf(answer);
    expect(client).toMatchObject({ way_in: "basic", owner: { kind: "PRINCIPAL_KIND_USER", id: "bob" } });
    expect((await exchange(program, { path: `/register/${client.client_id}`, headers: as("bob") })).status).toBe(200);
  });

  test("another user's attempt is refused like one at a client that is not there", async () => {
    const clientId = membersOf(await exchange(program, { path: "/register", json: example, headers: as("alice") }))["client_id"] as string;
    const answers = await Promise.all([clientId, "no-such-client"].map((id) => exchange(program, { path: `/register/${id}`, headers: as("bob") })));
    expect(answers.map(({ status }) => status)).toEqual([403, 403]);
    expect(answers[0]!.text).toBe(answers[1]!.text);
    const rpcs = await Promise.all([clientId, "no-such-client"].map((id) => call(program, "DeleteClient", { client_id: id }, as("bob"))));
    expect(rpcs.map((rpc) => membersOf(rpc)["code"])).toEqual(["permission_denied", "permission_denied"]);
    expect((await exchange(program, { path: `/register/${clientId}`, headers: as("alice") })).status).toBe(200);
  });

  test("BAS-01: a wrong password and an unknown user get the same 401, which names the scheme", async () => {
    const answers = await Promise.all([basic("alice", "wrong"), basic("nobody", "wrong")].map((headers) => exchange(program, { path: "/register", json: example, headers })));
    for (const answer of answers) {
      expect(answer.status).toBe(401);
      expect(answer.headers["www-authenticate"]).toContain('Basic realm="matricula", charset="UTF-8"');
      expect(membersOf(answer)).toMatchObject({ error: "invalid_token", error_description: "the credentials are not valid here" });
    }
    expect(membersOf(await call(program, "RegisterClient", { metadata: example }, basic("alice", "wrong")))["code"]).toBe("unauthenticated");
  });

  test("a user is bound to the policy of its line", async () => {
    const { client } = membersOf(await call(program, "RegisterClient", { metadata: { grant_types: ["client_credentials"] } }, as("carol")));
    expect(client.policy).toBe("services");
    expect(membersOf(await call(program, "RegisterClient", { metadata: example }, as("alice")))["client"]["policy"]).toBe("rfc7591");
  });

  test("a user of one realm is nobody in another", async () => {
    expect((await exchange(program, { path: "/realms/other/register", json: example, headers: as("alice") })).status).toBe(401);
  });

  test("no password reaches the log", () => {
    for (const password of Object.values(passwords)) {
      expect(program.stderr()).not.toContain(password);
      expect(program.stderr()).not.toContain(Buffer.from(`alice:${password}`).toString("base64"));
    }
  });

  // Last: it changes what the others need.
  test("who is removed from the file is refused within two seconds, though the password was right a moment ago", async () => {
    const { client_id } = membersOf(await exchange(program, { path: "/register", json: example, headers: as("alice") }));
    const { code } = await matricula(["user", "remove", "alice", "--users", made.users]);
    expect(code).toBe(0);
    const from = performance.now();
    for (;;) {
      const asked = performance.now() - from;
      const { status } = await exchange(program, { path: `/register/${client_id}`, headers: as("alice") });
      if (status === 401) break;
      expect([status, asked < 2000]).toEqual([200, true]);
    }
    expect((await exchange(program, { path: "/register", json: example, headers: as("bob") })).status).toBe(201);
  });
});

describe("a users file that others may read", () => {
  cleanPrograms();

  test("keeps the service from starting, with what to do", async () => {
    const { folder, config, users } = await withUsers();
    writeFileSync(users, "");
    chmodSync(users, 0o644);
    const refused = await matricula(["serve", "--data", join(folder, "data"), "--listen", "127.0.0.1:0", "--config", config]);
    expect([refused.code, refused.stdout]).toEqual([1, ""]);
    expect(refused.stderr).toMatch(/^matricula: \S+users may be read or written by others than its owner: set its mode with "chmod 600"/);
  });
});
