// AuthenticateClient of the running program: keys that it fetches, from where it may alone; and an assertion that stays used through a restart.

import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { SignJWT } from "jose";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import type { KeyAndCertificate } from "../../src/net/certificate.js";
import type { TlsFiles } from "../../src/net/tls.js";
import { authority, serverFiles } from "../net/fixture.js";
import { makeKey, type Key } from "../service/authentication.js";
import { exchange, membersOf } from "./http.js";
import { cleanPrograms, startProgram, temporaryFolder, type Program } from "./program.js";

cleanPrograms();

let ca: KeyAndCertificate;
let files: TlsFiles;
let key: Key;
beforeAll(async () => {
  ca = await authority();
  files = await serverFiles(ca, { dns: ["localhost", "127.0.0.1"] });
  key = await makeKey("ec", "one");
});

/** A server of one JWK Set on the loopback address, and how often it was connected to. */
async function keyServer() {
  let connections = 0;
  const server = https.createServer({ cert: files.certificate, key: files.key }, (_request, response) => void response.end(JSON.stringify({ keys: [key.jwk] })));
  server.on("connection", () => connections++).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
}

function configured(outgoingFetch: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "fetch-ca.pem"), ca.certificate);
  const config = join(folder, "matricula.yaml");
  writeFileSync(config, `outgoing_fetch: ${outgoingFetch}\nrealms: {default: {issuer: "https://as.example"}}\n`);
  return config;
}

const admin = ({ data }: Program) => ({ certificate: readFileSync(join(data, "pki/admin.pem"), "utf8"), key: readFileSync(join(data, "pki/admin.key"), "utf8") });

async function call(program: Program, method: string, json: object) {
  const answer = await exchange({ ...program, identity: admin(program) }, { path: `/matricula.v1.${method}`, json });
  expect(answer.status, answer.text).toBe(200);
  return membersOf(answer);
}

async function registerAt(program: Program, jwksUri: string): Promise<string> {
  const metadata = { grant_types: ["client_credentials"], token_endpoint_auth_method: "private_key_jwt", jwks_uri: jwksUri };
  return (await call(program, "RegistrationService/RegisterClient", { metadata }))["client"].client_id as string;
}

let count = 0;
async function assertionOf(clientId: string) {
  const signed = new SignJWT({ jti: `assertion-${++count}` }).setProtectedHeader({ alg: "ES256", kid: "one" }).setIssuer(clientId).setSubject(clientId).setAudience("https://as.example").setExpirationTime("2m");
  return { client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", client_assertion: await signed.sign(key.privateKey) };
}

const authenticate = (program: Program, request: object) => call(program, "ClientDirectoryService/AuthenticateClient", request);

test("V1: keys are fetched from an internal host that the configuration names, and from no other address of this machine", async () => {
  const [named, other] = [await keyServer(), await keyServer()];
  const program = await startProgram({ config: configured(`{internal_hosts: ["localhost:${named.port}"], ca_file: fetch-ca.pem}`) });
  const allowed = await registerAt(program, `https://localhost:${named.port}/jwks`);
  expect(await authenticate(program, await assertionOf(allowed))).toMatchObject({ authenticated: { method: "private_key_jwt", credential: "one" } });
  for (const url of [`https://localhost:${other.port}/jwks`, `https://127.0.0.1:${other.port}/jwks`, `https://127.0.0.1:${named.port}/jwks`]) {
    const refused = await registerAt(program, url);
    expect(await authenticate(program, await assertionOf(refused)), url).toMatchObject({ invalid_client: { reason: "INVALID_CLIENT_REASON_BAD_CREDENTIAL" } });
  }
  expect([named.connections(), other.connections()]).toEqual([1, 0]);
}, 60_000);

test("V1: nothing is fetched where that is off", async () => {
  const { port, connections } = await keyServer();
  const program = await startProgram({ config: configured(`{enabled: false, internal_hosts: ["localhost:${port}"], ca_file: fetch-ca.pem}`) });
  const clientId = await registerAt(program, `https://localhost:${port}/jwks`);
  expect(await authenticate(program, await assertionOf(clientId))).toMatchObject({ invalid_client: { description: expect.stringContaining("fetches nothing") } });
  expect(connections()).toBe(0);
}, 60_000);

test("ASR-03: an assertion that was used before a restart is known after it", async () => {
  const { port } = await keyServer();
  const config = configured(`{internal_hosts: ["localhost:${port}"], ca_file: fetch-ca.pem}`);
  const before = await startProgram({ config });
  const clientId = await registerAt(before, `https://localhost:${port}/jwks`);
  const used = await assertionOf(clientId);
  expect(await authenticate(before, used)).toMatchObject({ authenticated: {} });
  await before.kill9();
  const after = await startProgram({ config, data: before.data });
  expect(await authenticate(after, used)).toMatchObject({ invalid_client: { description: expect.stringContaining("jti") } });
  expect(await authenticate(after, await assertionOf(clientId))).toMatchObject({ authenticated: {} });
}, 60_000);
