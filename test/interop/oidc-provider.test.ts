// node-oidc-provider lives from Matricula: the built program, the real provider with the adapter, and a client that knows only the provider's
// issuer. Issue 6, item 5.

import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exchange, membersOf } from "../program/http.js";
import { adminIdentity, cleanUp, isFull, root, startProgram, type Program } from "../program/program.js";
import { startProviderPair, Talker } from "./provider-pair.js";

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
  ({ program, config, issuer, provider } = await startProviderPair());
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
    const own = membersOf(await exchange(program, { path: "/.well-known/openid-configuration" }));
    expect(own).toMatchObject({ issuer, registration_endpoint: `${program.url}/register`, token_endpoint: `${issuer}/token` });
    const providers = await client.ask("metadata");
    // What registration narrows by policy, and encryption of what this provider does not decrypt or encrypt.
    const policy = ["grant_types_supported", "response_types_supported", "request_object_encryption_enc_values_supported", "token_endpoint_auth_signing_alg_values_supported"];
    const both = Object.keys(own).filter((name) => name in providers && !policy.includes(name));
    expect(both.length).toBeGreaterThan(25);
    const sorted = (value: unknown) => (Array.isArray(value) ? [...value].sort() : value);
    expect(Object.fromEntries(both.map((name) => [name, sorted(own[name])]))).toEqual(Object.fromEntries(both.map((name) => [name, sorted(providers[name])])));
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

it("no token request fails while Matricula is killed, and changes arrive within two seconds of its return", { timeout: isFull ? 480_000 : 120_000 }, async () => {
  const [going, other] = [await startClient(), await startClient()];
  await going.ask("register");
  const { client_id: suspended } = await other.ask("register");
  expect(await other.ask("token")).toEqual({ token_type: "bearer" });
  const away = isFull ? 300_000 : 3_000;
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
  const relying = { token_endpoint_auth_method: "none", redirect_uris: ["https://client.example/"], require_pushed_authorization_requests: false };
  const registered = (id: string) => ({
    "a secret": { client_id: id, token_endpoint_auth_method: "client_secret_basic", client_secret_expires_at: 1 },
    "a key": { client_id: id, token_endpoint_auth_method: "client_secret_basic", id_token_signed_response_alg: "HS256" },
    "a jwt": { client_id: id, token_endpoint_auth_method: "client_secret_jwt" },
    "encryption": { client_id: id, token_endpoint_auth_method: "none", id_token_encrypted_response_alg: "A128KW" },
    "plain": { ...relying, client_id: id },
    "pairwise": { ...relying, client_id: id, subject_type: "pairwise" },
    "signed requests": { ...relying, client_id: id, require_signed_request_object: true },
    "ciphers": { ...relying, client_id: id, id_token_encrypted_response_alg: "RSA-OAEP-256" },
    "no secret": { client_id: id, token_endpoint_auth_method: "private_key_jwt" },
  } as Record<string, object>)[id];
  const registration = async (id: string) => {
    if (id === "away") throw new Error("away");
    return registered(id);
  };

  async function made(onError = (_error: unknown) => {}, registrationOf: (id: string) => Promise<object | undefined> = registration) {
    const { matriculaClients } = await import(join(root, "adapters/oidc-provider/dist/matricula-clients.js"));
    return matriculaClients({ cache: { registration: registrationOf }, registrationEndpoint: "https://matricula.example/register", onError });
  }

  it("serves no client that needs its secret as a key, and says which", async () => {
    const said: string[] = [];
    const clients = (await made((error) => said.push(String(error)))).configure({}).adapter("Client");
    for (const id of ["a key", "a jwt", "encryption", "unknown"]) expect(await clients.find(id), id).toBeUndefined();
    expect(said).toEqual([expect.stringContaining("a key"), expect.stringContaining("a jwt"), expect.stringContaining("encryption")]);
    expect(await clients.find("no secret")).toEqual({ client_id: "no secret", token_endpoint_auth_method: "private_key_jwt" });
  });

  it("gives no verdict where Matricula must be asked and is away", async () => {
    const said: unknown[] = [];
    const clients = (await made((error) => said.push(error))).configure({}).adapter("Client");
    await expect(clients.find("away")).rejects.toMatchObject({ error: "temporarily_unavailable", status: 503 });
    expect(said).toEqual([new Error("away")]);
  });

  it.each([
    ["is away", () => Promise.reject(new Error("away")), { error: { error: "temporarily_unavailable", status: 503 }, said: [new Error("away")] }],
    ["has it no more", () => Promise.resolve(undefined), { client: undefined, said: [] }],
  ])("looks twice at a client that is new here, and finds as much the second time when Matricula %s by then", async (_, then, expected) => {
    const { default: Provider } = await import(join(root, "node_modules/oidc-provider/lib/index.js"));
    const said: unknown[] = [];
    let looks = 0;
    const clients = await made((error) => said.push(error), (id) => ((looks += 1) === 1 ? registration(id) : then()));
    const provider = new Provider("https://as.example", clients.configure({}));
    clients.attach(provider);
    const found = await provider.Client.find("plain").then((client: object | undefined) => ({ client }), (error: unknown) => ({ error }));
    expect({ ...found, said }).toMatchObject(expected);
    expect(looks).toBe(2);
  });

  it("lets the provider fetch no sector_identifier_uri but those of its own configuration's clients", async () => {
    const clients = await made();
    const asked: string[] = [];
    const { sectorIdentifierUriValidate: validate } = clients.configure({ clients: [{ client_id: "own" }], sectorIdentifierUriValidate: ({ clientId }: { clientId: string }) => asked.push(clientId) > 0 });
    expect([validate({ clientId: "own" }), validate({ clientId: "registered" })]).toEqual([true, false]);
    expect(asked).toEqual(["own"]);
    expect(clients.configure({ clients: [{ client_id: "own" }] }).sectorIdentifierUriValidate({ clientId: "own" })).toBe(true);
  });

  it("has a text that is nobody's where a client has a secret, another in each process", async () => {
    const [one, other] = [await made(), await made()].map((clients) => clients.configure({}).adapter("Client").find("a secret"));
    expect((await one).client_secret).toMatch(/^[\w-]{64}$/);
    expect((await one).client_secret).not.toBe((await other).client_secret);
  });

  it("serves no client that the provider refuses, or whose promise it would drop, and says why", async () => {
    const said: string[] = [];
    const { default: Provider } = await import(join(root, "node_modules/oidc-provider/lib/index.js"));
    const clients = await made((error) => said.push(String(error)));
    const own = { client_id: "own", token_endpoint_auth_method: "none", redirect_uris: ["https://client.example/"] };
    const provider = new Provider("https://as.example", clients.configure({ clients: [own], subjectTypes: ["public"] }));
    clients.attach(provider);
    const find = async (id: string) => (await provider.Client.find(id))?.clientId;
    expect([await find("plain"), await find("own")]).toEqual(["plain", "own"]);
    for (const id of ["pairwise", "signed requests", "signed requests", "ciphers"]) expect(await find(id), id).toBeUndefined();
    expect(said).toEqual([
      expect.stringMatching(/pairwise is not served: subject_type/),
      expect.stringMatching(/signed requests is not served: .* does not know require_signed_request_object/),
      expect.stringMatching(/ciphers is not served: .* does not know id_token_encrypted_response_alg/),
    ]);
  });

  it("offers nothing that needs a client's secret, unless the configuration does so itself", async () => {
    const clients = await made();
    const { clientAuthMethods, enabledJWA } = clients.configure({});
    expect(clientAuthMethods).toEqual(["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]);
    expect(Object.values(enabledJWA as Record<string, string[]>).flat().filter((alg) => /^(HS|A\d+(GCM)?KW|dir)/.test(alg))).toEqual([]);
    expect(enabledJWA.idTokenEncryptionEncValues).toContain("A128CBC-HS256");
    const own = clients.configure({ clientAuthMethods: ["client_secret_jwt"], enabledJWA: { clientAuthSigningAlgValues: ["HS256"] } });
    expect([own.clientAuthMethods, own.enabledJWA.clientAuthSigningAlgValues]).toEqual([["client_secret_jwt"], ["HS256"]]);
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
