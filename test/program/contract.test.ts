// Issue 1, point 10: what scripts rely on.

import { spawnSync } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { doorNames, openDoor } from "./doors.js";
import { example, exchange, exchange2, membersOf } from "./http.js";
import { adminIdentity, cleanPrograms, cleanUp, hasTool, mainFile, matricula, root, runCommand, startProgram, temporaryFolder, type Program } from "./program.js";

/** Every file below a folder with its mode, as "600 keys/1.key". */
function filesOf(folder: string, below = ""): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const name = join(below, entry.name);
    const mode = (statSync(join(folder, name)).mode & 0o777).toString(8);
    return entry.isDirectory() ? [`${mode} ${name}/`, ...filesOf(folder, name)] : [`${mode} ${name}`];
  });
}

/** The commands that the program prints for pasting: the lines of standard error that are indented. */
function printedCommand(program: Program, word: string): string {
  const line = program.stderr().split("\n").find((each) => each.startsWith("  ") && each.includes(word));
  if (line === undefined) throw new Error(`the program printed no ${word} line: ${program.stderr()}`);
  return line;
}

/** Runs a pasted line in a shell, in a folder that has nothing to do with the program. */
const paste = (line: string) => runCommand(["bash", "-c", line], { cwd: temporaryFolder("elsewhere-"), patience: 60_000 });

const register = (program: Program, token: string | undefined = program.initialAccessToken) =>
  exchange(program, { path: "/register", json: example, ...(token === "" ? {} : { token }) });

describe("a running program", () => {
  let program: Program;
  beforeAll(async () => {
    program = await startProgram();
  });
  afterAll(cleanUp);

  test("its folder holds what is promised, with its modes", () => {
    expect(filesOf(program.data).filter((file) => !/ matricula\.db(-wal|-shm|\.lock-journal)$/.test(file)).toSorted()).toEqual(
      [
        "700 keys/", "600 keys/1.key", "700 pki/", "644 pki/ca.pem", "600 pki/ca.key", "644 pki/admin.pem", "600 pki/admin.key", "644 pki/server.pem", "600 pki/server.key",
        "600 initial-access-token", "600 matricula.db", "600 matricula.db.lock", "600 url",
      ].toSorted(),
    );
    expect(statSync(program.data).mode & 0o777).toBe(0o700);
    for (const file of filesOf(program.data).filter((each) => each.includes("matricula.db"))) expect(file).toMatch(/^600 /);
  });

  test("its server certificate holds localhost, 127.0.0.1 and ::1, from its authority", () => {
    const certificate = new X509Certificate(readFileSync(join(program.data, "pki/server.pem")));
    expect(certificate.subjectAltName?.split(", ").toSorted()).toEqual(["DNS:localhost", "IP Address:0:0:0:0:0:0:0:1", "IP Address:127.0.0.1"]);
    expect(certificate.verify(new X509Certificate(program.ca).publicKey)).toBe(true);
  });

  test("its admin key is PKCS#8 and belongs to a client certificate of its authority", () => {
    const { certificate, key } = adminIdentity(program);
    expect(key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    const admin = new X509Certificate(certificate);
    expect(admin.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(admin.verify(new X509Certificate(program.ca).publicKey)).toBe(true);
    expect(admin.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
  });

  test("the first token may be used again and again, over HTTP/1.1 and HTTP/2", async () => {
    for (let use = 0; use < 20; use += 1) expect((await register(program)).status).toBe(201);
    expect((await exchange2(program, { path: "/register", json: example, token: program.initialAccessToken })).status).toBe(201);
  });

  test("without --open nobody registers without a credential, nor with a wrong one", async () => {
    const nobody = await register(program, "");
    expect([nobody.status, nobody.headers["www-authenticate"]]).toEqual([401, 'Bearer realm="matricula"']);
    expect((await register(program, `${program.initialAccessToken.slice(0, -1)}~`)).status).toBe(401);
  });

  test("registration_client_uri is at its URL and works as it stands", async () => {
    const client = membersOf(await register(program));
    expect(client["registration_client_uri"]).toBe(`${program.url}/register/${client["client_id"]}`);
    expect((await exchange(program, { path: client["registration_client_uri"], token: client["registration_access_token"] })).status).toBe(200);
  });

  test("discovery says the same URL as issuer", async () => {
    const document = membersOf(await exchange(program, { path: "/.well-known/oauth-authorization-server" }));
    expect([document["issuer"], document["registration_endpoint"]]).toEqual([program.url, `${program.url}/register`]);
  });

  test("the printed curl line, pasted from another folder, gets a client", async () => {
    const pasted = await paste(`${printedCommand(program, "curl")} -s -w '\\n%{http_code}'`);
    const [body, status] = pasted.stdout.split("\n");
    expect({ status, stderr: pasted.stderr }).toEqual({ status: "201", stderr: "" });
    expect(JSON.parse(body!)).toMatchObject({ client_id: expect.any(String), client_secret: expect.any(String), ...example });
  });

  test("the printed npx line, pasted from another folder, gets a client", async () => {
    const pasted = await paste(printedCommand(program, "npx"));
    expect(pasted.code, pasted.stderr).toBe(0);
    const clientId = /^client_id: (\S+)$/m.exec(pasted.stdout)?.[1];
    const identity = adminIdentity(program);
    expect((await exchange({ ...program, identity }, { path: `/register/${clientId}` })).status).toBe(200);
  });

  test("what it prints for pasting names the token's file and never the token", () => {
    expect(program.stderr()).toContain(join(program.data, "initial-access-token"));
    expect(program.stderr()).not.toContain(program.initialAccessToken);
  });

  test("/livez and /readyz", async () => {
    for (const path of ["/livez", "/readyz"]) expect((await exchange(program, { path })).status).toBe(200);
  });

  test("a realm that is not configured is not there", async () => {
    expect((await exchange(program, { path: "/realms/nowhere/register", json: example, token: program.initialAccessToken })).status).toBe(404);
    expect((await exchange(program, { path: "/realms/nowhere/register/x", token: program.initialAccessToken })).status).toBe(404);
  });

  test.each(doorNames)("example_attribute is stored, returned and replaced by an update: %s", async (name) => {
    const first = openDoor(program, name, program.initialAccessToken);
    const made = await first.register({ ...example, example_attribute: "one" });
    expect(made.refused).toBeUndefined();
    expect(made.metadata).toMatchObject({ example_attribute: "one" });
    const own = openDoor(program, name, made.token!);
    expect((await own.read(made.clientId!)).metadata).toMatchObject({ example_attribute: "one" });
    expect((await own.update(made.clientId!, { ...example, example_attribute: "two" })).metadata).toMatchObject({ example_attribute: "two" });
    // At every other door it is the same.
    for (const other of doorNames) {
      const reader = openDoor(program, other, made.token!);
      expect((await reader.read(made.clientId!)).metadata).toMatchObject({ example_attribute: "two" });
      reader.close();
    }
    expect((await own.update(made.clientId!, example)).metadata).not.toHaveProperty("example_attribute");
    expect((await own.read(made.clientId!)).metadata).not.toHaveProperty("example_attribute");
    expect(await own.delete(made.clientId!)).toEqual({});
    expect(await own.read(made.clientId!)).toHaveProperty("refused");
    first.close();
    own.close();
  });

  test("an example_attribute that is no string is refused", async () => {
    const answer = await exchange(program, { path: "/register", json: { ...example, example_attribute: 5 }, token: program.initialAccessToken });
    expect([answer.status, membersOf(answer)["violations"][0].field]).toEqual([400, "example_attribute"]);
  });

  test("a second process on the same folder refuses with a sentence, and the first goes on", async () => {
    const second = await matricula(["serve", "--data", program.data, "--listen", "127.0.0.1:0"]);
    expect(second.code).toBe(1);
    expect(second.stdout).toBe("");
    expect(second.stderr).toMatch(/^matricula: another process has .*matricula\.db open: stop it, or start this one with another data directory\n$/);
    expect((await register(program)).status).toBe(201);
  });

  // Last, after all that the others did: nothing but the ready line has come.
  test("its standard output is the ready line and nothing else", async () => {
    const { code, stdout } = await program.stop();
    expect(stdout).toBe(`matricula listening on ${program.url}\n`);
    expect(program.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(code).toBe(0);
  });
});

describe("starting", () => {
  cleanPrograms();

  test("a second start finds the clients of the first, and the token works on", async () => {
    const first = await startProgram();
    const client = membersOf(await register(first));
    expect((await first.stop()).code).toBe(0);
    const second = await startProgram({ data: first.data });
    const read = await exchange(second, { path: `/register/${client["client_id"]}`, token: client["registration_access_token"] });
    expect(read.status).toBe(200);
    const { client_secret: _, registration_client_uri: __, ...expected } = client;
    expect(membersOf(read)).toEqual({ ...expected, registration_client_uri: `${second.url}/register/${client["client_id"]}` });
    expect(second.initialAccessToken).toBe(first.initialAccessToken);
    expect((await register(second)).status).toBe(201);
  });

  test("with --open anybody registers", async () => {
    expect((await register(await startProgram({ open: true }), "")).status).toBe(201);
  });

  test("localhost is both loopback addresses", async () => {
    const program = await startProgram({ listen: `localhost:${await freePort()}`, open: true });
    expect(program.url).toBe(`https://localhost:${program.port}`);
    for (const host of ["localhost", "127.0.0.1", ...(await hasIpv6() ? ["[::1]"] : [])]) {
      expect((await exchange({ ...program, url: `https://${host}:${program.port}` }, { path: "/register", json: example })).status).toBe(201);
    }
    expect(program.stdout()).toBe(`matricula listening on ${program.url}\n`);
  });

  test("npm start takes the same options, and a signal to it stops the service", { timeout: 90_000 }, async () => {
    const data = join(temporaryFolder(), "data");
    const program = await startProgram({ data, command: ["npm", "start", "--", "--data", data, "--listen", "127.0.0.1:0", "--open"] });
    expect((await register(program, "")).status).toBe(201);
    // A terminal signals all of the group, as ^C does.
    process.kill(-program.pid, "SIGINT");
    await program.ended;
    expect(program.stderr()).toContain('"msg":"stopped"');
  });

  test("without --data it is ./data where one is", async () => {
    const cwd = temporaryFolder();
    const program = await startProgram({ cwd, data: join(cwd, "data"), command: [process.execPath, mainFile, "serve", "--listen", "127.0.0.1:0"] });
    expect((await register(program)).status).toBe(201);
  });

  test("a folder whose name needs quotes gives lines that can still be pasted", async () => {
    const program = await startProgram({ data: join(temporaryFolder(), "it's my $data (1)") });
    const pasted = await paste(`${printedCommand(program, "curl")} -s -o /dev/null -w '%{http_code}'`);
    expect(pasted).toMatchObject({ stdout: "201", stderr: "" });
    expect((await paste(printedCommand(program, "npx"))).code).toBe(0);
  });

  test("an unknown key in --config is refused with line and column, and no stack", async () => {
    const config = join(temporaryFolder(), "matricula.yaml");
    writeFileSync(config, "log:\n  level: info\n  colour: green\n");
    const refused = await matricula(["serve", "--data", join(temporaryFolder(), "data"), "--listen", "127.0.0.1:0", "--config", config]);
    expect([1, 2]).toContain(refused.code);
    expect(refused.stdout).toBe("");
    expect(refused.stderr).toMatch(/matricula\.yaml:3:3\b.*colour/);
    expect(refused.stderr).not.toMatch(/\n\s+at /);
  });

  test("an address beyond loopback without public_url is refused with a sentence", async () => {
    const data = join(temporaryFolder(), "data");
    const refused = await matricula(["serve", "--data", data, "--listen", "0.0.0.0:0"]);
    expect([1, 2]).toContain(refused.code);
    expect(refused.stderr).toContain("public_url");
    expect(refused.stderr).not.toMatch(/\n\s+at /);
    expect(() => statSync(data)).toThrow("ENOENT");
  });

  test("a port that is taken is refused with a sentence and no stack", async () => {
    const program = await startProgram();
    const refused = await matricula(["serve", "--data", join(temporaryFolder(), "data"), "--listen", `127.0.0.1:${program.port}`]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(String(program.port));
    expect(refused.stderr).not.toMatch(/\n\s+at /);
  });

  test("a first start that failed leaves nothing that the next one stumbles over", async () => {
    const other = await startProgram();
    const data = join(temporaryFolder(), "data");
    expect((await matricula(["serve", "--data", data, "--listen", `127.0.0.1:${other.port}`])).code).toBe(1);
    expect((await register(await startProgram({ data }))).status).toBe(201);
  });

  test("of several first starts on one folder one wins, and what it wrote is what the next finds", async () => {
    const data = join(temporaryFolder(), "data");
    const starts = await Promise.allSettled([1, 2, 3].map(() => startProgram({ data })));
    const [winner, ...others] = starts.flatMap((start) => (start.status === "fulfilled" ? [start.value] : []));
    expect(others).toEqual([]);
    for (const start of starts) if (start.status === "rejected") expect(String(start.reason)).toMatch(/matricula: .*(has .* open|EEXIST|is there)/);
    const client = membersOf(await register(winner!));
    await winner!.stop();
    const next = await startProgram({ data });
    expect((await exchange(next, { path: `/register/${client["client_id"]}`, token: client["registration_access_token"] })).status).toBe(200);
  });

  test.each([5, 60, 120, 200, 280])("a first start that is killed after %i ms is made up for by the next", async (ms) => {
    const data = join(temporaryFolder(), "data");
    await runCommand([process.execPath, mainFile, "serve", "--data", data, "--listen", "127.0.0.1:0"], { patience: ms });
    expect((await register(await startProgram({ data }))).status).toBe(201);
  });
});

const buf = spawnSync("bash", [join(root, "scripts/tools.sh")], { encoding: "utf8", timeout: 60_000 }).stdout.trim();
const hasBuf = hasTool(spawnSync(join(buf, "buf"), ["--version"]).status === 0, "buf (bash scripts/tools.sh)");

describe.skipIf(!hasBuf)("health and reflection, by buf curl (needs buf)", () => {
  let program: Program;
  beforeAll(async () => {
    program = await startProgram();
  });
  afterAll(cleanUp);

  const curl = (method: string, ...options: string[]) =>
    runCommand([join(buf, "buf"), "curl", "--cacert", join(program.data, "pki/ca.pem"), ...options, `${program.url}/${method}`], { cwd: temporaryFolder("elsewhere-") });
  const asAdmin = () => ["--cert", join(program.data, "pki/admin.pem"), "--key", join(program.data, "pki/admin.key")];

  test.each(["grpc", "grpcweb", "connect"])("health over %s", async (protocol) => {
    const answer = await curl("grpc.health.v1.Health/Check", ...asAdmin(), "--protocol", protocol);
    expect(answer, answer.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(answer.stdout)).toEqual({ status: "SERVING" });
  });

  test("health may be asked without a certificate", async () => {
    const answer = await curl("grpc.health.v1.Health/Check", "--schema", join(root, "third_party"), "--protocol", "grpc", "--http2-prior-knowledge");
    if (answer.code === 0) expect(JSON.parse(answer.stdout)).toEqual({ status: "SERVING" });
    else {
      // A schema that buf cannot build is no answer of the service: the same without buf.
      const asked = await exchange2(program, { path: "/grpc.health.v1.Health/Check", json: {} });
      expect([asked.status, membersOf(asked)]).toEqual([200, { status: "SERVING" }]);
    }
  });

  test("reflection lists the services", async () => {
    const answer = await runCommand([join(buf, "buf"), "curl", "--cacert", join(program.data, "pki/ca.pem"), ...asAdmin(), "--protocol", "grpc", "--list-services", program.url]);
    expect(answer, answer.stderr).toMatchObject({ code: 0 });
    expect(answer.stdout.trim().split("\n")).toEqual(
      expect.arrayContaining(["matricula.v1.RegistrationService", "matricula.v1.ClientDirectoryService", "matricula.v1.InitialAccessTokenService", "grpc.health.v1.Health"]),
    );
  });

  test("a client is registered with no files but the certificate", async () => {
    const answer = await curl("matricula.v1.RegistrationService/RegisterClient", ...asAdmin(), "--protocol", "grpc", "-d", '{"metadata":{"redirect_uris":["https://client.example/callback"]}}');
    expect(answer, answer.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(answer.stdout)).toMatchObject({ client: { metadata: example }, credentials: { client_secret: expect.stringMatching(/^mcs_/) } });
  });
});

/** A port that was free on both loopback addresses a moment ago. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = await tryListen("127.0.0.1", 0);
    if (port !== undefined && (!(await hasIpv6()) || (await tryListen("::1", port)) !== undefined)) return port;
  }
}

const hasIpv6 = async () => (await tryListen("::1", 0)) !== undefined;

function tryListen(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ host, port }, () => {
      const address = server.address() as { port: number };
      server.close(() => resolve(address.port));
    });
  });
}
