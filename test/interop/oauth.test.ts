// Access tokens of a real authorization server, npm oidc-provider, opaque and signed: at the running program, by the gateway and by gRPC.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import https from "node:https";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Code, ConnectError, createClient, type Client } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { authority, serverFiles } from "../net/fixture.js";
import { exchange, membersOf, type Target } from "../program/http.js";
import { adminIdentity, cleanUp, startProgram, temporaryFolder, type Program } from "../program/program.js";

const script = fileURLToPath(new URL("authorization-server.mjs", import.meta.url));
const formats = ["opaque", "signed"] as const;
type Format = (typeof formats)[number];

/** What only survives when it is encoded as in a form (RFC 6749 section 2.3.1). */
const introspecting = { client_id: "matricula:reader", client_secret: "a+b/c%20d&e=f:g" };

let issuer: Target;
let issuerProcess: ChildProcess;
let program: Program;
let rpc: Client<typeof RegistrationService>;

beforeAll(async () => {
  const folder = temporaryFolder();
  const ca = await authority("the issuer's CA");
  const files = await serverFiles(ca);
  const put = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  issuerProcess = spawn(process.execPath, [script, put("as.pem", files.certificate), put("as.key", files.key), JSON.stringify(introspecting)], { stdio: ["ignore", "pipe", "ignore"] });
  const [url] = (await once(createInterface({ input: issuerProcess.stdout! }), "line")) as [string];
  issuer = { url, ca: ca.certificate };
  put("issuer-ca.pem", ca.certificate);
  put("secret", `${introspecting.client_secret}\n`);
  const config = put(
    "matricula.yaml",
    `
realms:
  default:
    token_issuers:
      - issuer: ${url}
        audiences: [https://register.example]
        jwks_uri: ${url}/jwks
        introspection: {endpoint: ${url}/token/introspection, client_id: "${introspecting.client_id}", client_secret_file: secret}
        scopes: [clients:write]
        manage_scopes: [clients:manage]
        ca_file: issuer-ca.pem
  other: {}
`,
  );
  program = await startProgram({ config });
  rpc = createClient(RegistrationService, createGrpcTransport({ baseUrl: program.url, nodeOptions: { ca: program.ca } }));
});

afterAll(async () => {
  await stopIssuer();
  await cleanUp();
});

async function stopIssuer(): Promise<void> {
  if (issuerProcess.exitCode !== null || issuerProcess.signalCode !== null) return;
  issuerProcess.kill("SIGKILL");
  await once(issuerProcess, "exit");
}

/** One form sent to the issuer, as one of its clients. */
function ask(path: string, client: string, form: Record<string, string>): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/x-www-form-urlencoded", authorization: `Basic ${Buffer.from(`${client}:${client}-secret`).toString("base64")}` };
    const sent = https.request(new URL(path, issuer.url), { method: "POST", ca: issuer.ca, agent: false, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk)).on("end", () => resolve({ status: response.statusCode!, text }));
    });
    sent.on("error", reject);
    sent.end(new URLSearchParams(form).toString());
  });
}

/** A token that the issuer has issued to `client`. */
async function tokenOf(client: "alice" | "bob", format: Format, { scope = "clients:write clients:manage", resource = "https://register.example" } = {}): Promise<string> {
  const answer = await ask("/token", client, { grant_type: "client_credentials", scope, resource: `${resource}/${format}` });
  expect(answer.status, answer.text).toBe(200);
  const { access_token: token } = JSON.parse(answer.text) as { access_token: string };
  expect(token.split(".")).toHaveLength(format === "signed" ? 3 : 1);
  return token;
}

const metadata = { redirect_uris: ["https://client.example/callback"], client_name: "By an access token" };
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const codeOf = (call: Promise<unknown>) => call.then(() => "ok", (error: unknown) => Code[ConnectError.from(error).code]);

describe.each(formats)("an %s access token", (format) => {
  it("registers a client at the gateway, and manages it; nobody else's does", async () => {
    const [alice, bob] = [await tokenOf("alice", format), await tokenOf("bob", format)];
    const registered = await exchange(program, { path: "/register", json: metadata, token: alice });
    expect(registered.status, registered.text).toBe(201);
    const path = `/register/${membersOf(registered)["client_id"]}`;
    const change = { client_id: membersOf(registered)["client_id"], ...metadata, client_name: "Another name" };
    for (const request of [{ path }, { path, method: "PUT", json: change }, { path, method: "DELETE" }]) {
      expect((await exchange(program, { ...request, token: bob })).status, request.method).toBe(403);
    }
    // Another token of the same subject, and then the first again.
    const read = await exchange(program, { path, token: await tokenOf("alice", format) });
    expect([read.status, membersOf(read)["client_name"]]).toEqual([200, metadata.client_name]);
    const updated = await exchange(program, { path, method: "PUT", json: change, token: alice });
    expect([updated.status, membersOf(updated)["client_name"]]).toEqual([200, "Another name"]);
    expect((await exchange(program, { path, method: "DELETE", token: alice })).status).toBe(204);
    expect((await exchange(program, { path, token: alice })).status).toBe(403);
    expect((await exchange({ ...program, identity: adminIdentity(program) }, { path })).status).toBe(401);
  });

  it("does the same by gRPC", async () => {
    const [alice, bob] = [await tokenOf("alice", format), await tokenOf("bob", format)];
    const message = { redirectUris: metadata.redirect_uris, clientName: metadata.client_name };
    const { client } = await rpc.registerClient({ metadata: message }, bearer(alice));
    const clientId = client?.clientId ?? "";
    expect(await codeOf(rpc.readClient({ clientId }, bearer(bob)))).toBe("PermissionDenied");
    expect(await codeOf(rpc.updateClient({ clientId, metadata: message }, bearer(bob)))).toBe("PermissionDenied");
    expect(await codeOf(rpc.deleteClient({ clientId }, bearer(bob)))).toBe("PermissionDenied");
    expect((await rpc.readClient({ clientId }, bearer(alice))).client?.metadata?.clientName).toBe(metadata.client_name);
    expect((await rpc.updateClient({ clientId, metadata: { ...message, clientName: "Another name" } }, bearer(alice))).client?.metadata?.clientName).toBe("Another name");
    expect(await codeOf(rpc.deleteClient({ clientId }, bearer(alice)))).toBe("ok");
    expect(await codeOf(rpc.readClient({ clientId }, bearer(alice)))).toBe("PermissionDenied");
  });

  it("needs the scope of what it is for (RFC 6750 section 3.1)", async () => {
    const writes = await tokenOf("alice", format, { scope: "clients:write" });
    const other = await tokenOf("alice", format, { scope: "other" });
    const refused = await exchange(program, { path: "/register", json: metadata, token: other });
    expect([refused.status, refused.headers["www-authenticate"]]).toEqual([403, expect.stringMatching(/^Bearer .*error="insufficient_scope".*clients:write/)]);
    expect(await codeOf(rpc.registerClient({ metadata: { redirectUris: metadata.redirect_uris } }, bearer(other)))).toBe("PermissionDenied");
    const registered = await exchange(program, { path: "/register", json: metadata, token: writes });
    expect(registered.status).toBe(201);
    const path = `/register/${membersOf(registered)["client_id"]}`;
    expect((await exchange(program, { path, token: writes })).status).toBe(403);
    expect((await exchange(program, { path, token: await tokenOf("alice", format) })).status).toBe(200);
  });

  it("for another audience opens nothing, and none opens a realm without its issuer", async () => {
    const elsewhere = await tokenOf("alice", format, { resource: "https://elsewhere.example" });
    const refused = await exchange(program, { path: "/register", json: metadata, token: elsewhere });
    expect([refused.status, refused.headers["www-authenticate"]]).toEqual([401, expect.stringContaining('error="invalid_token"')]);
    expect(await codeOf(rpc.registerClient({ metadata: { redirectUris: metadata.redirect_uris } }, bearer(elsewhere)))).toBe("Unauthenticated");
    const alice = await tokenOf("alice", format);
    expect((await exchange(program, { path: "/realms/other/register", json: metadata, token: alice })).status).toBe(401);
  });
});

describe("an opaque access token that is revoked (RFC 7009)", () => {
  it("registers and manages for two seconds more at most", async () => {
    const token = await tokenOf("alice", "opaque");
    const registered = await exchange(program, { path: "/register", json: metadata, token });
    expect(registered.status).toBe(201);
    const path = `/register/${membersOf(registered)["client_id"]}`;
    expect((await exchange(program, { path, token })).status).toBe(200);
    expect((await ask("/token/revocation", "alice", { token })).status).toBe(200);
    await expect.poll(async () => (await exchange(program, { path, token })).status, { timeout: 2_000, interval: 50 }).toBe(401);
    expect((await exchange(program, { path: "/register", json: metadata, token })).status).toBe(401);
    expect(await codeOf(rpc.registerClient({ metadata: { redirectUris: metadata.redirect_uris } }, bearer(token)))).toBe("Unauthenticated");
  });
});

describe("while the issuer is away", () => {
  it("an opaque token is answered 503 with Retry-After, and a signed one needs nobody", async () => {
    const [opaque, signed] = [await tokenOf("alice", "opaque"), await tokenOf("alice", "signed")];
    expect((await exchange(program, { path: "/register", json: metadata, token: signed })).status).toBe(201);
    await stopIssuer();
    const refused = await exchange(program, { path: "/register", json: metadata, token: opaque });
    expect([refused.status, refused.headers["retry-after"]]).toEqual([503, "5"]);
    expect(await codeOf(rpc.registerClient({ metadata: { redirectUris: metadata.redirect_uris } }, bearer(opaque)))).toBe("ResourceExhausted");
    expect((await exchange(program, { path: "/register", json: metadata, token: signed })).status).toBe(201);
    // The operator is told why, and no secret is.
    await expect.poll(() => program.stderr(), { timeout: 10_000 }).toMatch(/issuer cannot be asked/);
    expect(program.stderr()).toMatch(/ECONNREFUSED|ended the connection/);
    for (const secret of [opaque, signed, introspecting.client_secret]) expect(program.stderr()).not.toContain(secret);
  });
});
