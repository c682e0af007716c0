// node-oidc-provider lives from Matricula: the built program, the real provider with the adapter, and a client that knows only the provider's
// issuer. Issue 6, item 5.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { issueCertificate } from "../../src/net/certificate.js";
import { validFor } from "../net/fixture.js";
import { exchange, membersOf } from "../program/http.js";
import { adminIdentity, cleanUp, runCommand, startProgram, temporaryFolder, type Program } from "../program/program.js";

const root = resolve(import.meta.dirname, "../..");
const full = process.env["CHECK_SIZE"] === "full";

/** A process that answers lines with lines. */
class Talker {
  readonly child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(args: readonly string[], env: Record<string, string> = {}) {
    this.child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "ignore"], env: { ...process.env, ...env } });
    this.#lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]();
  }

  say(line: string): void {
    this.child.stdin!.write(`${line}\n`);
  }

  async hear(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`${this.child.spawnargs.join(" ")} has ended`);
    return value;
  }

  async ask(line: string): Promise<any> {
    this.say(line);
    return JSON.parse(await this.hear());
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const exited = once(this.child, "exit");
    this.child.stdin!.end();
    await exited;
  }
}

let program: Program;
let config: string;
let issuer: string;
let provider: Talker;
const clients: Talker[] = [];

async function startClient(): Promise<Talker> {
  const client = new Talker([join(import.meta.dirname, "oidc-client.mjs"), issuer], { NODE_EXTRA_CA_CERTS: join(program.data, "pki/ca.pem") });
  clients.push(client);
  return client;
}

beforeAll(async () => {
  const built = await runCommand(["npm", "run", "--silent", "adapters"], { cwd: root, patience: 120_000 });
  expect(built.code, built.stdout + built.stderr).toBe(0);
  const folder = temporaryFolder();
  const put = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  provider = new Talker([join(root, "adapters/oidc-provider/example/provider.mjs")]);
  issuer = await provider.hear();
  config = put(
    "matricula.yaml",
    `
realms:
  default:
    issuer: ${issuer}
    authorization_server: {authorization_endpoint: "${issuer}/auth", token_endpoint: "${issuer}/token", jwks_uri: "${issuer}/jwks"}
    ways_in: {open: {enabled: true}}
    certificates: [{spiffe_id: "spiffe://test/authorization-server", roles: [verifier]}]
`,
  );
  program = await startProgram({ config });
  const ca = { certificate: program.ca, key: readFileSync(join(program.data, "pki/ca.key"), "utf8") };
  const issue = async (name: string, order: Pick<Parameters<typeof issueCertificate>[0], "uris" | "dns" | "usage">) => {
    const { certificate, key } = await issueCertificate({ ca, subject: `CN=${name}`, ...validFor(10), ...order });
    return { certificate: put(`${name}.pem`, certificate), key: put(`${name}.key`, key) };
  };
  const own = await issue("authorization-server", { uris: ["spiffe://test/authorization-server"], usage: "client" });
  const server = await issue("localhost", { dns: ["localhost"], usage: "server" });
  provider.say(JSON.stringify({ url: program.url, ca: join(program.data, "pki/ca.pem"), ...own, server, file: join(folder, "clients.cache") }));
  expect(await provider.hear()).toBe("serving");
}, 240_000);

afterAll(async () => {
  for (const client of clients) await client.end();
  await provider.end();
  await cleanUp();
});

const suspend = (clientId: string) => exchange({ ...program, identity: adminIdentity(program) }, { path: "/matricula.v1.ClientAdminService/SuspendClient", json: { client_id: clientId } });

describe("an OpenID Connect client that knows only its provider", { timeout: 120_000 }, () => {
  let client: Talker;
  let clientId: string;
  beforeAll(async () => {
    client = await startClient();
  });

  it("registers at Matricula's gateway, by the provider's own discovery, which Matricula's agrees with", async () => {
    const registered = await client.ask("register");
    expect(registered).toMatchObject({ client_id: expect.any(String), client_secret: expect.stringMatching(/^mcs_/), registration_endpoint: `${program.url}/register` });
    clientId = registered.client_id;
    const [own] = await Promise.all([exchange(program, { path: "/.well-known/openid-configuration" })]);
    expect(membersOf(own)).toMatchObject({ issuer, registration_endpoint: `${program.url}/register`, token_endpoint: `${issuer}/token` });
  });

  it("completes authorization code with PKCE, and client credentials", async () => {
    expect(await client.ask("code")).toEqual({ sub: "alice", aud: clientId });
    expect(await client.ask("token")).toEqual({ token_type: "bearer" });
  });

  it("is refused there within two seconds after it was suspended in Matricula", async () => {
    const refused = client.ask("untilRefused");
    expect((await suspend(clientId)).status).toBe(200);
    const { error, status, ms } = await refused;
    expect({ error, status }).toEqual({ error: "invalid_client", status: 401 });
    expect(ms).toBeLessThan(2_000);
    // Neither does a person get in for it.
    expect((await client.ask("code")).failed).toContain("400");
  });
});

it("no token request fails while Matricula is killed, and changes arrive within two seconds of its return", { timeout: full ? 480_000 : 120_000 }, async () => {
  const [going, other] = [await startClient(), await startClient()];
  await going.ask("register");
  const { client_id: suspended } = await other.ask("register");
  expect(await other.ask("token")).toEqual({ token_type: "bearer" });
  const away = full ? 300_000 : 3_000;
  const { port, data } = program;
  const load = going.ask(`load ${away + 2_000}`);
  expect((await program.kill9()).signal).toBe("SIGKILL");
  // While it is away, the operator cannot suspend; whoever was registered before goes on.
  const during = await other.ask(`load ${away}`);
  expect(during.failures).toEqual([]);
  expect(during.count).toBeGreaterThan(10);
  program = await startProgram({ config, data, listen: `127.0.0.1:${port}` });
  const refused = other.ask("untilRefused");
  expect((await suspend(suspended)).status).toBe(200);
  const { error, ms } = await refused;
  expect(error).toBe("invalid_client");
  expect(ms).toBeLessThan(2_000);
  const { count, failures } = await load;
  expect(failures).toEqual([]);
  expect(count).toBeGreaterThan(10);
});

describe("the adapter", () => {
  const registration = async (id: string) => ({
    "a secret": { client_id: id, token_endpoint_auth_method: "client_secret_basic", client_secret_expires_at: 1 },
    "a key": { client_id: id, token_endpoint_auth_method: "client_secret_basic", id_token_signed_response_alg: "HS256" },
    "a jwt": { client_id: id, token_endpoint_auth_method: "client_secret_jwt" },
    "encryption": { client_id: id, token_endpoint_auth_method: "none", id_token_encrypted_response_alg: "A128KW" },
    "no secret": { client_id: id, token_endpoint_auth_method: "private_key_jwt" },
  })[id];

  async function made(onError = (_error: unknown) => {}) {
    const { matriculaClients } = await import(join(root, "adapters/oidc-provider/dist/matricula-clients.js"));
    return matriculaClients({ cache: { registration }, registrationEndpoint: "https://matricula.example/register", onError });
  }

  it("serves no client that needs its secret as a key, and says which", async () => {
    const said: string[] = [];
    const clients = (await made((error) => said.push(String(error)))).configure({}).adapter("Client");
    for (const id of ["a key", "a jwt", "encryption", "unknown"]) expect(await clients.find(id), id).toBeUndefined();
    expect(said).toEqual([expect.stringContaining("a key"), expect.stringContaining("a jwt"), expect.stringContaining("encryption")]);
    expect(await clients.find("no secret")).toEqual({ client_id: "no secret", token_endpoint_auth_method: "private_key_jwt" });
  });

  it("has a text that is nobody's where a client has a secret, another in each process", async () => {
    const [one, other] = [await made(), await made()].map((clients) => clients.configure({}).adapter("Client").find("a secret"));
    expect((await one).client_secret).toMatch(/^[\w-]{64}$/);
    expect((await one).client_secret).not.toBe((await other).client_secret);
  });

  it("leaves the other models to the configuration's adapter, and takes no second registration", async () => {
    const clients = await made();
    class Own {
      readonly name: string;
      constructor(name: string) {
        this.name = name;
      }
    }
    expect(clients.configure({ adapter: Own }).adapter("Grant")).toMatchObject({ name: "Grant" });
    expect(clients.configure({ adapter: (name: string) => ({ made: name }) }).adapter("Grant")).toEqual({ made: "Grant" });
    expect(clients.configure({ discovery: { service_documentation: "x" } }).discovery).toEqual({ service_documentation: "x", registration_endpoint: "https://matricula.example/register" });
    expect(() => clients.configure({ features: { registration: { enabled: true } } })).toThrow("features.registration must be off");
  });
});
