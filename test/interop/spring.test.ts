// Spring Authorization Server lives from Matricula: clients that find the gateway in Spring's discovery register there and get their tokens here.

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createClient, type Client } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ClientAdminService } from "../../gen/ts/matricula/v1/client_admin_service_pb.js";
import { ClientDirectoryService } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { exchange, membersOf, type Target } from "../program/http.js";
import { adminIdentity, cleanUp, hasTool, isFull, startProgram, temporaryFolder, type Program } from "../program/program.js";
import { authorize, buildExample, makeProof, startExample, verifier, type SpringExample } from "./spring.js";

const isBuildable = ["mvn", "java"].every((tool) => hasTool(spawnSync(tool, ["-version"]).status === 0, tool));
/** Milliseconds within which a change must have arrived. */
const soon = 2000;

const callback = "https://client.example/callback";
const webClient = { client_name: "Web", redirect_uris: [callback], grant_types: ["authorization_code", "refresh_token", "client_credentials"], scope: "openid profile" };

interface Discovery {
  readonly registration_endpoint: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly introspection_endpoint: string;
  readonly userinfo_endpoint: string;
  readonly issuer: string;
}

interface Registered {
  readonly client_id: string;
  readonly client_secret: string;
  readonly registration_access_token: string;
  readonly registration_client_uri: string;
}

interface Tokens {
  readonly status: number;
  readonly error?: string;
  readonly access_token: string;
  readonly refresh_token: string;
  readonly id_token: string;
}

describe.skipIf(!isBuildable)("Spring Authorization Server", () => {
  let folder: string;
  let config: string;
  let program: Program;
  let spring: SpringExample;
  let discovery: Discovery;
  let admin: Client<typeof ClientAdminService>;

  beforeAll(async () => {
    await buildExample();
    folder = temporaryFolder();
    config = join(folder, "matricula.yaml");
    writeFileSync(config, `realms: {default: {certificates: [{spiffe_id: "${verifier}", roles: [verifier]}]}}\n`);
    program = await startProgram({ config, open: true, listen: "localhost:0" });
    admin = createClient(ClientAdminService, administrator(program));
    await startSpring();
  }, 1_200_000);

  async function startSpring(): Promise<void> {
    spring = await startExample(program, folder);
    discovery = (await (await fetch(`${spring.url}/.well-known/openid-configuration`)).json()) as Discovery;
  }

  afterAll(async () => {
    await spring?.stop();
    await cleanUp();
  });

  function administrator(target: Program) {
    const { certificate, key } = adminIdentity(target);
    return createGrpcTransport({ baseUrl: target.url, nodeOptions: { ca: target.ca, cert: certificate, key } });
  }

  /** Registers where Spring's discovery says, and waits until Spring knows the client. */
  async function register(metadata: Record<string, unknown>, as: Pick<Target, "identity"> = {}): Promise<Registered> {
    const endpoint = new URL(discovery.registration_endpoint);
    expect(endpoint.origin).toBe(program.url);
    const answer = await exchange({ ...program, ...as }, { path: endpoint.pathname, json: metadata });
    expect(answer.status, answer.text).toBe(201);
    return membersOf(answer) as unknown as Registered;
  }

  async function post(endpoint: string, form: Record<string, string>, { client_id, client_secret }: Partial<Registered> = {}): Promise<Tokens> {
    const basic = client_secret && { authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString("base64")}` };
    const answer = await fetch(endpoint, { method: "POST", headers: { ...basic }, body: new URLSearchParams(form) });
    const text = await answer.text();
    return { ...(text ? (JSON.parse(text) as Tokens) : ({} as Tokens)), status: answer.status };
  }

  const clientCredentials = (client: Registered) => post(discovery.token_endpoint, { grant_type: "client_credentials" }, client);

  /** Asks again until the answer is this one; how many milliseconds it took. */
  async function until(ask: () => Promise<Tokens>, status: number): Promise<number> {
    const began = performance.now();
    for (;;) {
      const answer = await ask();
      const took = performance.now() - began;
      if (answer.status === status) return took;
      if (took > soon) throw new Error(`still ${answer.status} (${answer.error}) after ${took} ms; ${spring.output()}`);
    }
  }

  /** A user logs in and consents; the code and the verifier that redeems it. */
  async function codeFor(client: Registered, scope = "openid profile"): Promise<{ code: string; code_verifier: string }> {
    const proof = makeProof();
    const end = await authorize(discovery.authorization_endpoint, {
      response_type: "code", client_id: client.client_id, redirect_uri: callback, scope, state: "a state", code_challenge: proof.challenge, code_challenge_method: "S256",
    });
    expect(end.href.startsWith(`${callback}?`), end.href).toBe(true);
    expect(end.searchParams.get("state")).toBe("a state");
    return { code: end.searchParams.get("code")!, code_verifier: proof.verifier };
  }

  const redeem = (code: string, code_verifier: string, client: Partial<Registered>, more: Record<string, string> = {}) =>
    post(discovery.token_endpoint, { grant_type: "authorization_code", code, code_verifier, redirect_uri: callback, ...more }, client);

  it("names Matricula's gateway in both discovery documents", async () => {
    expect(discovery.issuer).toBe(spring.url);
    expect(discovery.registration_endpoint).toBe(`${program.url}/register`);
    const metadata = (await (await fetch(`${spring.url}/.well-known/oauth-authorization-server`)).json()) as Discovery;
    expect(metadata.registration_endpoint).toBe(discovery.registration_endpoint);
  });

  it("gives a client that has registered at the gateway its tokens, by code with PKCE and by its own credentials, and refuses it within two seconds of its suspension", async () => {
    const client = await register(webClient);
    await until(() => clientCredentials(client), 200);

    const { code, code_verifier } = await codeFor(client);
    expect(await redeem(code, makeProof().verifier, client)).toMatchObject({ status: 400, error: "invalid_grant" });
    expect(await redeem(code, code_verifier, { ...client, client_secret: `${client.client_secret}x` })).toMatchObject({ status: 401, error: "invalid_client" });
    const tokens = await redeem(code, code_verifier, client);
    expect(tokens).toMatchObject({ status: 200, token_type: "Bearer" });
    expect(decodeJwt(tokens.id_token)).toMatchObject({ iss: spring.url, aud: client.client_id, sub: "user" });
    const userinfo = await fetch(discovery.userinfo_endpoint, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    expect(await userinfo.json()).toMatchObject({ sub: "user" });
    const refreshed = await post(discovery.token_endpoint, { grant_type: "refresh_token", refresh_token: tokens.refresh_token }, client);
    expect(refreshed.status).toBe(200);

    const witness = await register({ ...webClient, client_name: "Witness" });
    await until(() => clientCredentials(witness), 200);
    const introspect = () => post(discovery.introspection_endpoint, { token: refreshed.access_token }, witness);
    expect(await introspect()).toMatchObject({ status: 200, active: true });

    await admin.suspendClient({ clientId: client.client_id, reason: "a test" });
    const took = await until(() => clientCredentials(client), 401);
    console.log(`suspended: refused after ${Math.round(took)} ms`);
    expect(await clientCredentials(client)).toMatchObject({ status: 401, error: "invalid_client" });
    expect(await post(discovery.token_endpoint, { grant_type: "refresh_token", refresh_token: refreshed.refresh_token }, client)).toMatchObject({ status: 401, error: "invalid_client" });
    // Its tokens are no longer good where they are introspected, and nobody logs in for it.
    expect(await introspect()).toMatchObject({ status: 200, active: false });
    expect((await fetch(discovery.userinfo_endpoint, { headers: { authorization: `Bearer ${refreshed.access_token}` } })).status).toBe(401);
    expect((await authorize(discovery.authorization_endpoint, { response_type: "code", client_id: client.client_id, redirect_uri: callback, scope: "openid" })).origin).toBe(spring.url);
    expect((await clientCredentials(witness)).status).toBe(200);

    await admin.resumeClient({ clientId: client.client_id });
    await until(() => clientCredentials(client), 200);
    expect(await introspect()).toMatchObject({ active: true });
  });

  it("has a public client prove its code by PKCE, and takes no code without", async () => {
    const client = await register({ redirect_uris: [callback], token_endpoint_auth_method: "none", scope: "openid" });
    const witness = await register(webClient);
    await until(() => clientCredentials(witness), 200);
    const { code, code_verifier } = await codeFor(client, "openid");
    const itself = { client_id: client.client_id };
    expect(await redeem(code, makeProof().verifier, {}, itself)).toMatchObject({ status: 400, error: "invalid_grant" });
    expect(await redeem(code, code_verifier, {}, itself)).toMatchObject({ status: 200 });
    const refused = await authorize(discovery.authorization_endpoint, { response_type: "code", client_id: client.client_id, redirect_uri: callback, scope: "openid", state: "s" });
    expect(refused.searchParams.get("error")).toBe("invalid_request");
  });

  it("authenticates a client by the keys that it registered, once an assertion", async () => {
    const { publicKey, privateKey } = await generateKeyPair("ES256");
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "one", use: "sig" }] };
    // The ready-made policy of callers with a certificate allows this method.
    const client = await register({ grant_types: ["client_credentials"], token_endpoint_auth_method: "private_key_jwt", jwks }, { identity: adminIdentity(program) });
    const assertion = (jti: string, key = privateKey) =>
      new SignJWT({ jti }).setProtectedHeader({ alg: "ES256", kid: "one" }).setIssuer(client.client_id).setSubject(client.client_id).setAudience(discovery.token_endpoint).setIssuedAt().setExpirationTime("1m").sign(key);
    const present = (client_assertion: string) =>
      post(discovery.token_endpoint, {
        // Spring wants client_id beside the assertion, which RFC 7521 section 4.2 leaves open.
        grant_type: "client_credentials", client_id: client.client_id, client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", client_assertion,
      });
    let count = 0;
    await until(async () => present(await assertion(`wait-${count++}`)), 200);
    const once = await assertion("once");
    expect((await present(once)).status).toBe(200);
    expect(await present(once)).toMatchObject({ status: 401, error: "invalid_client" });
    expect(await present(await assertion("foreign", (await generateKeyPair("ES256")).privateKey))).toMatchObject({ status: 401, error: "invalid_client" });
    expect((await present(await assertion("again"))).status).toBe(200);
  });

  it("reports which clients were used, and by which secret", async () => {
    const client = await register(webClient);
    await until(() => clientCredentials(client), 200);
    const directory = createClient(ClientDirectoryService, administrator(program));
    const began = performance.now();
    for (;;) {
      const { client: known, secrets } = await directory.getClient({ clientId: client.client_id });
      if (known!.lastUsedAt !== undefined && secrets[0]!.lastUsedAt !== undefined) break;
      expect(performance.now() - began, "no use was reported").toBeLessThan(20_000);
    }
  });

  it("follows an update and a deletion", async () => {
    const client = await register(webClient);
    await until(() => clientCredentials(client), 200);
    const path = new URL(client.registration_client_uri).pathname;
    const update = { ...webClient, client_id: client.client_id, grant_types: ["authorization_code"] };
    expect((await exchange(program, { method: "PUT", path, token: client.registration_access_token, json: update })).status).toBe(200);
    await until(() => clientCredentials(client), 400);
    expect((await exchange(program, { method: "DELETE", path, token: client.registration_access_token })).status).toBe(204);
    await until(() => clientCredentials(client), 401);
  });

  it("goes on while Matricula is away, and hears of a change within two seconds of its return", { timeout: isFull ? 480_000 : 120_000 }, async () => {
    const client = await register(webClient);
    const suspended = await register(webClient);
    await until(() => clientCredentials(client), 200);
    await until(() => clientCredentials(suspended), 200);
    await program.kill9();
    const { code, code_verifier } = await codeFor(client);
    expect((await redeem(code, code_verifier, client)).status).toBe(200);
    const end = performance.now() + (isFull ? 300_000 : 0);
    let asked = 0;
    const load = async () => {
      for (let i = 0; i < 50 || performance.now() < end; i += 1, asked += 1) expect((await clientCredentials(client)).status).toBe(200);
    };
    await Promise.all([load(), load(), load(), load()]);
    console.log(`away: ${asked} token requests, none failed`);
    expect((await clientCredentials({ ...client, client_secret: "mcs_wrong" })).status).toBe(401);

    program = await startProgram({ config, open: true, listen: `localhost:${program.port}`, data: program.data });
    const back = performance.now();
    admin = createClient(ClientAdminService, administrator(program));
    await admin.suspendClient({ clientId: suspended.client_id });
    await until(() => clientCredentials(suspended), 401);
    const took = performance.now() - back;
    console.log(`after the return: refused after ${Math.round(took)} ms`);
    expect(took).toBeLessThan(soon);
    expect((await clientCredentials(client)).status).toBe(200);
  });

  it("starts while Matricula is away, with the clients of before", { timeout: 120_000 }, async () => {
    const client = await register(webClient);
    await until(() => clientCredentials(client), 200);
    await spring.stop();
    await program.kill9();
    await startSpring();
    expect((await clientCredentials(client)).status).toBe(200);
    expect((await clientCredentials({ ...client, client_secret: "mcs_wrong" })).status).toBe(401);
    program = await startProgram({ config, open: true, listen: `localhost:${program.port}`, data: program.data });
    admin = createClient(ClientAdminService, administrator(program));
    await admin.suspendClient({ clientId: client.client_id });
    // How soon, the test before says; this server has just been started.
    await expect.poll(async () => (await clientCredentials(client)).status, { timeout: 30_000 }).toBe(401);
  });
});
