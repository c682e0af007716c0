// What a client registers with Matricula is what node-oidc-provider then does for it: every flow of the provider, by a relying party that
// knows only the issuer.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { issueCertificate } from "../../src/net/certificate.js";
import { authority, validFor } from "../net/fixture.js";
import { cleanUp, temporaryFolder } from "../program/program.js";
import { startProviderPair, Talker, type ProviderPair } from "./provider-pair.js";

let pair: ProviderPair;
let party: Talker;
let told: object;

beforeAll(async () => {
  // What clients host has an authority of its own, as on the Internet.
  const folder = temporaryFolder();
  const put = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const ca = await authority("hosts of clients");
  const host = await issueCertificate({ ca, subject: "CN=localhost", dns: ["localhost"], usage: "server", ...validFor(10) });
  const caFile = put("hosts.pem", ca.certificate);
  party = new Talker([join(import.meta.dirname, "relying-party.mjs"), put("host.pem", host.certificate), put("host.key", host.key)]);
  const { host: hosted } = new URL(await party.hear());
  pair = await startProviderPair({
    config: `\noutgoing_fetch: {internal_hosts: ["${hosted}"], ca_file: ${caFile}}\n`,
    told: { internalHosts: [hosted] },
    env: { NODE_EXTRA_CA_CERTS: caFile },
  });
  const selfSigned = await authority("a client's own");
  told = {
    issuer: pair.issuer,
    ca: join(pair.program.data, "pki/ca.pem"),
    certificates: {
      own: await pair.issue("client.example", { dns: ["client.example"], usage: "client" }),
      other: await pair.issue("another.example", { dns: ["another.example"], usage: "client" }),
      selfSigned: { certificate: put("self-signed.pem", selfSigned.certificate), key: put("self-signed.key", selfSigned.key) },
    },
  };
}, 240_000);

afterAll(async () => {
  await party.end();
  await pair.provider.end();
  await cleanUp();
});

const run = (name: string): Promise<any> => party.ask(JSON.stringify({ run: name, ...told }));

describe("a client that registers at Matricula", { timeout: 60_000 }, () => {
  it("with pairwise subjects gets them: one for each host, or for the clients that a document says belong together", async () => {
    const { host, sameHost, sector, sameSector } = await run("pairwise");
    for (const subject of [host, sector]) expect(subject).toMatch(/^[\w-]{43}$/);
    expect([sameHost, sameSector]).toEqual([host, sector]);
    expect(host).not.toBe(sector);
  });

  it("with a key to encrypt to gets its ID Token and userinfo signed and encrypted", async () => {
    expect(await run("encrypted")).toMatchObject({
      sub: "alice", alg: "RSA-OAEP-256", enc: "A256GCM",
      registered: { id_token_signed_response_alg: "ES256", id_token_encrypted_response_alg: "RSA-OAEP-256", userinfo_encrypted_response_enc: "A128CBC-HS256" },
      userinfo: { type: expect.stringContaining("application/jwt"), alg: "RSA-OAEP-256", enc: "A128CBC-HS256" },
    });
  });

  it("with an algorithm for userinfo gets it signed", async () => {
    expect(await run("signed")).toEqual({ sub: "alice", idToken: { alg: "RS256" }, userinfo: { alg: "ES256" } });
  });

  it("to sign its requests is heard when it does, and by its algorithm alone", async () => {
    expect(await run("requestObject")).toMatchObject({ sub: "alice", unsigned: "invalid_request", otherAlgorithm: "invalid_request_object" });
  });

  it("with keys of its own authenticates by them, at every endpoint, and nobody else does", async () => {
    expect(await run("privateKeyJwt")).toMatchObject({ sub: "alice", active: true, revoked: false, hasSecret: false, stranger: "invalid_client" });
  });

  it("with a name in its certificate authenticates by it, and its tokens are bound to it", async () => {
    expect(await run("tlsClientAuth")).toEqual({ sub: "alice", hasSecret: false, bound: true, other: "invalid_client", none: "invalid_client" });
  });

  it("with a self-signed certificate authenticates by it", async () => {
    expect(await run("selfSigned")).toMatchObject({ sub: "alice", hasSecret: false, other: "invalid_client", none: "invalid_client" });
  });

  it("to push its requests is not heard otherwise", async () => {
    expect(await run("pushed")).toMatchObject({ sub: "alice", direct: "invalid_request" });
  });

  it("for signed authorization responses gets them", async () => {
    expect(await run("signedResponse")).toMatchObject({ sub: "alice" });
  });

  it("for bound tokens gets no others", async () => {
    expect(await run("bound")).toEqual({ sub: "alice", type: "dpop", without: "invalid_grant" });
  });

  it("is told of a logout, and the browser comes back to where it has registered alone", async () => {
    expect(await run("logout")).toEqual({
      home: "https://client.example/logged-out?state=gone", told: 1, isMine: true,
      events: ["http://schemas.openid.net/event/backchannel-logout"], unregistered: expect.stringContaining("400"),
    });
  });
});
