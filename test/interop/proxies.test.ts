// Real proxies before the running program, with the very configurations that examples/proxies shows: they end TLS, and pass certificates on.

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { issueCertificate, type KeyAndCertificate } from "../../src/net/certificate.js";
import { doorNames, openDoor } from "../program/doors.js";
import { example, exchange, exchange2, membersOf, type Target } from "../program/http.js";
import { cleanUp, hasTool, root, startProgram, temporaryFolder, type Program } from "../program/program.js";

interface Proxy {
  readonly file: string;
  readonly command: (file: string) => readonly string[];
  /** The header in matricula.yaml, and as it is sent. */
  readonly header: string;
  readonly sent: string;
}

const proxies: Readonly<Record<string, Proxy>> = {
  nginx: { file: "nginx.conf", command: (file) => ["nginx", "-e", "stderr", "-g", "daemon off;", "-c", file], header: "x_ssl_client_cert", sent: "x-ssl-client-cert" },
  haproxy: { file: "haproxy.cfg", command: (file) => ["haproxy", "-db", "-f", file], header: "client_cert", sent: "client-cert" },
};

const config = `
realms:
  default:
    certificates:
      - {spiffe_id: "spiffe://test/service/*", roles: [registrar]}
      - {subject: "CN=named by its subject", roles: [registrar]}
trusted_proxies:
${Object.entries(proxies).map(([name, { header }]) => `  - {dns_name: ${name}.proxy.example, header: ${header}}`).join("\n")}
`;

let program: Program;
let ca: KeyAndCertificate;
let identities: Record<"one" | "two" | "subject" | "nameless", KeyAndCertificate>;

const issue = (order: { subject: string; uris?: string[]; dns?: string[]; usage?: "client" | "server" }) =>
  issueCertificate({ ca, usage: "client", notBefore: new Date(Date.now() - 3_600_000), notAfter: new Date(Date.now() + 86_400_000), ...order });

beforeAll(async () => {
  const file = join(temporaryFolder(), "matricula.yaml");
  writeFileSync(file, config);
  program = await startProgram({ config: file });
  ca = { certificate: program.ca, key: readFileSync(join(program.data, "pki/ca.key"), "utf8") };
  identities = {
    one: await issue({ subject: "CN=one", uris: ["spiffe://test/service/one"] }),
    two: await issue({ subject: "CN=two", uris: ["spiffe://test/service/two"] }),
    subject: await issue({ subject: "CN=Named by its Subject" }),
    nameless: await issue({ subject: "CN=spiffe://test/service/one" }),
  };
});
afterAll(cleanUp);

/** A port that is free now; a proxy cannot be told to take any. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** Resolves when somebody listens there; rejects when the process ends before. */
async function listening(child: ChildProcess, port: number, said: () => string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the proxy ended: ${said()}`);
    const socket = connect(port, "127.0.0.1");
    const isOpen = await new Promise((resolve) => socket.once("connect", () => resolve(true)).once("error", () => resolve(false)));
    socket.destroy();
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Starts a proxy with the example's configuration, its words in capitals filled in. */
async function startProxy(name: string, { file, command }: Proxy): Promise<{ target: Target; said: () => string; stop: () => Promise<void> }> {
  const folder = temporaryFolder();
  const own = await issue({ subject: `CN=${name}`, dns: [`${name}.proxy.example`] });
  const server = await issue({ subject: "CN=proxy", dns: ["localhost", "127.0.0.1"], usage: "server" });
  const files = {
    "proxy.pem": own.certificate, "proxy.key": own.key, "proxy-and-key.pem": own.certificate + own.key,
    "server.pem": server.certificate, "server.key": server.key, "server-and-key.pem": server.certificate + server.key,
    "clients-ca.pem": program.ca, "matricula-ca.pem": program.ca,
  };
  for (const [each, text] of Object.entries(files)) writeFileSync(join(folder, each), text, { mode: 0o600 });
  const port = await freePort();
  const values: Record<string, string> = { FOLDER: folder, LISTEN: `127.0.0.1:${port}`, MATRICULA: `127.0.0.1:${program.port}`, MATRICULA_NAME: "localhost" };
  const text = readFileSync(join(root, "examples/proxies", file), "utf8").replace(/@([A-Z_]+)@/g, (_, word: string) => values[word]!);
  writeFileSync(join(folder, file), text);
  const [program_, ...args] = command(join(folder, file));
  const child = spawn(program_!, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  await listening(child, port, () => output);
  return {
    target: { url: `https://localhost:${port}`, ca: program.ca },
    said: () => output,
    async stop() {
      process.off("exit", kill);
      const ended = once(child, "exit");
      // nginx: without waiting for connections that are kept alive.
      child.kill("SIGTERM");
      await ended;
    },
  };
}

const percent = (pem: string) => encodeURIComponent(pem);
const base64 = ({ certificate }: KeyAndCertificate) => certificate.replace(/-----[^-]+-----|\s/g, "");
/** What a client could send to be taken for another one; a certificate is no secret. */
const forged = (of: KeyAndCertificate): Record<string, string> => ({
  "client-cert": `:${base64(of)}:`,
  "x-ssl-client-cert": percent(of.certificate),
  "x-forwarded-client-cert": `Cert="${percent(of.certificate)}"`,
});

describe.each(Object.entries(proxies))("%s", (name, proxy) => {
  const isHere = hasTool(spawnSync(name, ["-v"]).status === 0, name);
  if (!isHere) {
    test.skip(`needs ${name}`, () => {});
    return;
  }
  let running: Awaited<ReturnType<typeof startProxy>>;
  const as = (identity: keyof typeof identities | undefined): Target => ({ ...running.target, ...(identity && { identity: identities[identity] }) });
  const direct = (identity: keyof typeof identities): Target => ({ ...program, identity: identities[identity] });
  const register = (target: Target, headers: Record<string, string> = {}) => exchange(target, { path: "/register", json: example, headers });

  beforeAll(async () => {
    running = await startProxy(name, proxy);
    return () => running.stop();
  });

  test.each(doorNames)("a client with a certificate registers through it and owns the client: %s", async (door) => {
    const through = openDoor(as("one"), door);
    const { clientId = "", refused } = await through.register({ ...example, client_name: "one's" });
    expect(refused).toBeUndefined();
    expect((await through.read(clientId)).metadata).toMatchObject({ client_name: "one's" });
    const owner = openDoor(direct("one"), door);
    expect((await owner.read(clientId)).metadata).toMatchObject({ client_name: "one's" });
    const other = openDoor(as("two"), door);
    expect(await other.read(clientId)).toHaveProperty("refused");
    expect(await other.delete(clientId)).toHaveProperty("refused");
    expect(await through.delete(clientId)).toEqual({});
    for (const each of [through, owner, other]) each.close();
  });

  test("a client that a row names by its subject is known by it", async () => {
    const { client_id: id } = membersOf(await register(as("subject")));
    expect((await exchange(as("subject"), { path: `/register/${id}` })).status).toBe(200);
    expect((await exchange(direct("subject"), { path: `/register/${id}` })).status).toBe(200);
  });

  test("a certificate that names nobody is refused, whatever its common name", async () => {
    expect((await register(as("nameless"))).status).toBe(401);
    expect((await exchange(as("nameless"), { path: "/register", json: example, token: program.initialAccessToken })).status).toBe(401);
  });

  test("a client without a certificate is nobody, and not the proxy", async () => {
    expect((await register(as(undefined))).status).toBe(401);
    expect((await exchange(as(undefined), { path: "/register", json: example, token: program.initialAccessToken })).status).toBe(201);
  });

  test("clients that come at the same time are not taken for one another", async () => {
    const made = { one: membersOf(await register(as("one")))["client_id"], two: membersOf(await register(as("two")))["client_id"] };
    const rounds = Array.from({ length: 20 }, (_, i) => i);
    const statuses = await Promise.all(
      rounds.flatMap(() => [as("one"), as("two"), as(undefined)].map(async (target) => (await exchange(target, { path: `/register/${made.one}` })).status)),
    );
    expect(statuses).toEqual(rounds.flatMap(() => [200, 403, 401]));
  });

  test.each(Object.keys(forged({ certificate: "", key: "" })))("a client that forges %s is not taken for another", async (header) => {
    const value = forged(identities.one)[header]!;
    const { client_id: id } = membersOf(await register(direct("one")));
    const path = `/register/${id}`;
    for (const [target, status] of [[as(undefined), 401], [as("two"), 403], [as("one"), 200]] as const) {
      for (const send of [exchange, exchange2]) expect((await send(target, { path, headers: { [header]: value } })).status).toBe(status);
    }
    // In capitals, and with the underscores that some proxies take for hyphens.
    expect((await exchange(as(undefined), { path, headers: { [header.toUpperCase()]: value, [header.replaceAll("-", "_")]: value } })).status).toBe(401);
  });

  test.each(Object.keys(forged({ certificate: "", key: "" })))("a client that sends %s past the proxy is refused at every door, and whatever else it shows", async (header) => {
    const headers = { [header]: forged(identities.one)[header]! };
    for (const target of [program, direct("one")]) {
      expect((await register(target, headers)).status).toBe(401);
      expect((await exchange(target, { path: "/register", json: example, token: program.initialAccessToken, headers })).status).toBe(401);
      const call = await exchange2(target, { path: "/matricula.v1.RegistrationService/RegisterClient", json: { metadata: example }, headers });
      expect([call.status, membersOf(call)["code"]]).toEqual([401, "unauthenticated"]);
    }
  });
});

test("a proxy that is not configured may pass nothing on", async () => {
  const stranger = await issue({ subject: "CN=nginx", dns: ["other.proxy.example"] });
  for (const headers of Object.entries(forged(identities.one)).map(([header, value]) => ({ [header]: value }))) {
    expect((await exchange({ ...program, identity: stranger }, { path: "/register", json: example, headers })).status).toBe(401);
  }
});

test("the document shows these configurations as they are run", () => {
  const document = readFileSync(join(root, "docs/ways-in/trusted-proxy.md"), "utf8");
  for (const { file } of Object.values(proxies)) expect(document).toContain(readFileSync(join(root, "examples/proxies", file), "utf8").trimEnd());
});
