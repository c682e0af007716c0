// test/interop/: the running program and clients that others wrote: openid-client, oauth4webapi, the MCP SDK, grpc-js.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exchange, membersOf } from "../program/http.js";
import { adminIdentity, cleanUp, runCommand, startProgram, temporaryFolder, type Program } from "../program/program.js";

const script = fileURLToPath(new URL("foreign-client.mjs", import.meta.url));

/** Runs one foreign client in a process of its own, which trusts the service's authority. */
async function foreign(program: Program, what: string, issuer = program.url, token?: string): Promise<any> {
  const ran = await runCommand([process.execPath, script, what, issuer, ...(token === undefined ? [] : [token])], { env: { NODE_EXTRA_CA_CERTS: join(program.data, "pki/ca.pem") } });
  expect(ran.code, ran.stderr).toBe(0);
  return JSON.parse(ran.stdout);
}

/** The client is there, and the answer that the foreign client took in can manage it. The MCP SDK keeps no more than it knows. */
async function expectRegistered(program: Program, client: Record<string, string>, issuer = program.url): Promise<void> {
  expect(client).toMatchObject({ client_id: expect.any(String), client_secret: expect.any(String), client_secret_expires_at: 0, client_name: "A foreign client" });
  const path = `${issuer}/register/${client["client_id"]}`;
  const read = await exchange({ ...program, identity: adminIdentity(program) }, { path });
  expect([read.status, membersOf(read)["client_name"]]).toEqual([200, "A foreign client"]);
  if (client["registration_access_token"] === undefined) return;
  expect(client["registration_client_uri"]).toBe(path);
  expect((await exchange(program, { path, token: client["registration_access_token"] })).status).toBe(200);
}

const withToken = ["openid-client oidc", "openid-client oauth2", "oauth4webapi oidc", "oauth4webapi oauth2"];

describe("without a configured authorization server", () => {
  let program: Program;
  beforeAll(async () => {
    program = await startProgram();
  });
  afterAll(cleanUp);

  test.each(withToken)("%s discovers and registers with the initial access token", async (what) => {
    const { server, client, authorize } = await foreign(program, what, program.url, program.initialAccessToken);
    expect(server).toMatchObject({ issuer: program.url, registration_endpoint: `${program.url}/register` });
    if (authorize !== undefined) expect(authorize.startsWith(`${program.url}/authorize?`)).toBe(true);
    await expectRegistered(program, client);
  });

  test("oauth4webapi understands a refusal, and a challenge", async () => {
    expect(await foreign(program, "oauth4webapi refused", program.url, program.initialAccessToken)).toEqual({ name: "ResponseBodyError", error: "invalid_redirect_uri", status: 400 });
    expect(await foreign(program, "oauth4webapi challenged")).toEqual({ name: "WWWAuthenticateChallengeError", status: 401, schemes: ["bearer"] });
  });

  test.each(["authorize", "token", "jwks"])("the stand-in /%s answers 501 with a sentence", async (name) => {
    for (const method of ["GET", "POST"]) {
      const answer = await exchange(program, { path: `/${name}?client_id=x`, method });
      expect(answer.status).toBe(501);
      expect(membersOf(answer)["error_description"]).toMatch(/no authorization server.*authorization_server/);
    }
  });

  test("the documents name exactly those stand-ins, and both are the same", async () => {
    const [oauth, oidc] = await Promise.all(["oauth-authorization-server", "openid-configuration"].map((name) => exchange(program, { path: `/.well-known/${name}` })));
    expect(oauth!.text).toBe(oidc!.text);
    const document = membersOf(oauth!);
    for (const [member, path] of [["authorization_endpoint", "authorize"], ["token_endpoint", "token"], ["jwks_uri", "jwks"]] as const) expect(document[member]).toBe(`${program.url}/${path}`);
    expect(document["grant_types_supported"]).not.toContain("implicit");
  });
});

describe("open to anybody, with a configured authorization server and a second realm", () => {
  let program: Program;
  beforeAll(async () => {
    const config = join(temporaryFolder(), "matricula.yaml");
    writeFileSync(
      config,
      `
realms:
  default:
    authorization_server:
      authorization_endpoint: https://login.example/authorize
      token_endpoint: https://login.example/token
      jwks_uri: https://login.example/jwks
      scopes_supported: [openid, profile]
  partners:
    ways_in: {open: {enabled: true}}
    authorization_server:
      authorization_endpoint: https://partners.example/authorize
      token_endpoint: https://partners.example/token
      jwks_uri: https://partners.example/jwks
`,
    );
    program = await startProgram({ open: true, config });
  });
  afterAll(cleanUp);

  test.each([...withToken, "mcp"])("%s discovers and registers", async (what) => {
    const { server, older, client, authorize } = await foreign(program, what);
    expect(server).toMatchObject({
      issuer: program.url, registration_endpoint: `${program.url}/register`, authorization_endpoint: "https://login.example/authorize", token_endpoint: "https://login.example/token",
      jwks_uri: "https://login.example/jwks", scopes_supported: ["openid", "profile"],
    });
    if (older !== undefined) expect(older).toEqual(server);
    if (authorize !== undefined) expect(authorize.startsWith("https://login.example/authorize?")).toBe(true);
    await expectRegistered(program, client);
  });

  test.each([...withToken, "mcp"])("%s discovers and registers in a realm whose issuer has a path", async (what) => {
    const issuer = `${program.url}/realms/partners`;
    const { server, client } = await foreign(program, what, issuer);
    expect(server).toMatchObject({ issuer, registration_endpoint: `${issuer}/register`, token_endpoint: "https://partners.example/token" });
    await expectRegistered(program, client, issuer);
    // It is that realm's alone.
    expect((await exchange({ ...program, identity: adminIdentity(program) }, { path: `/register/${client.client_id}` })).status).toBe(401);
  });

  test("the MCP SDK goes by itself from a URL to the login page", async () => {
    const { result, client, authorize } = await foreign(program, "mcp whole");
    expect(result).toBe("REDIRECT");
    expect(new URL(authorize).searchParams.get("client_id")).toBe(client.client_id);
    expect(authorize.startsWith("https://login.example/authorize?")).toBe(true);
    await expectRegistered(program, client);
  });

  test("what is configured has no stand-in", async () => {
    const document = membersOf(await exchange(program, { path: "/.well-known/oauth-authorization-server" }));
    expect(Object.values(document).filter((value) => typeof value === "string" && value.startsWith(program.url))).toEqual([program.url, `${program.url}/register`]);
  });
});
