// The commands against a service behind mutual TLS.

import { readFile, stat, writeFile, readdir } from "node:fs/promises";
import net from "node:net";
import { join } from "node:path";
import { Writable } from "node:stream";
import { once } from "node:events";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Code, ConnectError } from "@connectrpc/connect";
import { ClientOrder } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { ClientState } from "../../gen/ts/matricula/v1/client_pb.js";
import { ensureDevelopmentPki } from "../../src/net/development-pki.js";
import { cli, file, initialToken, refuse, registrationToken, secret, secrets, shed, startFakeService, type FakeService, type Surroundings } from "./fixture.js";

let fake: FakeService;
let names = 0;

beforeAll(async () => {
  fake = await startFakeService();
});
afterAll(() => fake.stop());
beforeEach(() => {
  fake.failure = undefined;
  fake.renews = false;
  for (const list of [fake.registered, fake.updated, fake.listed, fake.counted, fake.tokens, fake.tokenLists, fake.revoked]) list.length = 0;
});

const run = (argv: string[], surroundings: Surroundings = {}) => cli(argv, { cwd: fake.folder, ...surroundings });
const metadata = '{"redirect_uris":["https://a.example/cb"],"client_name":"Beetle","example_attribute":"x"}';
const stdin = { stdin: metadata };
const newName = (suffix: string) => `credentials-${names++}${suffix}`;
const read = (name: string) => readFile(join(fake.folder, name), "utf8");

describe("register", () => {
  it("sends the file's metadata and prints everything on a terminal", async () => {
    const { code, out, err } = await run(["register", "-f", await file(fake, "client.json", metadata)], { isTerminal: true });
    expect([code, err]).toEqual([0, ""]);
    expect(fake.registered[0]?.metadata).toMatchObject({ redirectUris: ["https://a.example/cb"], clientName: "Beetle", customAttributes: { example_attribute: "x" } });
    expect(fake.registered[0]?.idempotencyKey).toMatch(/^[0-9a-f-]{36}$/);
    for (const line of ["client_id: c1", `client_secret: ${secret}`, `registration_access_token: ${registrationToken}`, "state: active", "owner: certificate spiffe://matricula/admin",
      "client_id_issued_at: 2025-10-09T08:53:20Z", "client_secret_expires_at: never", 'redirect_uris: ["https://a.example/cb"]', "example_attribute: x",
      '  grant_types: asked ["implicit"], registered ["authorization_code"] (policy.reduce)']) {
      expect(out.split("\n")).toContain(line);
    }
  });

  it("sends a signed request as it is, and so does update", async () => {
    const signed = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJzMSJ9.c2lnbmF0dXJl";
    const name = await file(fake, "request.jwt", `${signed}\n`);
    expect((await run(["register", "-f", name], { isTerminal: true })).code).toBe(0);
    expect([fake.registered[0]?.signedRequest, fake.registered[0]?.metadata]).toEqual([signed, undefined]);
    expect((await run(["update", "c1", "-f", name], { isTerminal: true })).code).toBe(0);
    expect([fake.updated[0]?.signedRequest, fake.updated[0]?.metadata, fake.updated[0]?.clientSecret]).toEqual([signed, undefined, undefined]);
  });

  it("refuses before it calls when nobody would see the secret", async () => {
    for (const argv of [["register", "-f", "-"], ["register", "-f", "-", "--json"], ["token", "create"]]) {
      const { code, out, err } = await run(argv, stdin);
      expect([code, out]).toEqual([2, ""]);
      expect(err).toContain("--credentials-out FILE");
      expect(err).toContain("--show-secret");
    }
    expect([fake.registered, fake.tokens]).toEqual([[], []]);
  });

  it("prints secrets with --show-secret, and exactly the answer with --json", async () => {
    const { code, out } = await run(["register", "-f", "-", "--show-secret", "--json"], stdin);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      client: { client_id: "c1", state: "CLIENT_STATE_ACTIVE", metadata: { redirect_uris: ["https://a.example/cb"] } },
      credentials: { client_secret: secret, registration_access_token: registrationToken },
      decisions: [{ field: "grant_types", rule: "policy.reduce" }],
    });
  });

  it("writes credentials as NAME=value lines that only their owner can read", async () => {
    const name = newName(".env");
    const { code, out, err } = await run(["register", "-f", "-", "--credentials-out", name], stdin);
    expect(code).toBe(0);
    expect(out).toContain("client_id: c1");
    expect(err).toContain(join(fake.folder, name));
    for (const value of secrets) expect(out + err).not.toContain(value);
    expect((await stat(join(fake.folder, name))).mode & 0o777).toBe(0o600);
    expect(await read(name)).toBe(
      `CLIENT_ID=c1\nCLIENT_ID_ISSUED_AT=1760000000\nCLIENT_SECRET_EXPIRES_AT=0\nCLIENT_SECRET=${secret}\nREGISTRATION_ACCESS_TOKEN=${registrationToken}\nREGISTRATION_CLIENT_URI=https://localhost:8443/register/c1\n`,
    );
  });

  it("writes credentials as JSON, and none of them to standard output, not even to a terminal", async () => {
    const name = newName(".json");
    const { out } = await run(["register", "-f", "-", "--json", "--credentials-out", name], { ...stdin, isTerminal: true });
    expect(JSON.parse(await read(name))).toEqual({
      client_id: "c1", client_id_issued_at: 1_760_000_000, client_secret_expires_at: 0, client_secret: secret,
      registration_access_token: registrationToken, registration_client_uri: "https://localhost:8443/register/c1",
    });
    for (const value of secrets) expect(out).not.toContain(value);
    expect(JSON.parse(out)).toMatchObject({ credentials: { registration_client_uri: "https://localhost:8443/register/c1" } });
  });

  it("never overwrites a file, and does not call then", async () => {
    const name = await file(fake, newName(".env"), "precious");
    const { code, err } = await run(["register", "-f", "-", "--credentials-out", name], stdin);
    expect(code).toBe(2);
    expect(err).toContain("is not overwritten");
    expect(await read(name)).toBe("precious");
    expect(fake.registered).toEqual([]);
  });

  it("leaves no file behind when the service refuses", async () => {
    fake.failure = refuse;
    const name = newName(".env");
    const { code } = await run(["register", "-f", "-", "--credentials-out", name], stdin);
    expect(code).toBe(1);
    expect(await readdir(fake.folder)).not.toContain(name);
  });

  it("leaves out what the service assigns, and says so", async () => {
    const { code, err } = await run(["register", "-f", "-", "--show-secret"], { stdin: '{"client_id":"mine","client_name":"x"}' });
    expect(code).toBe(0);
    expect(err).toContain("client_id");
    expect(fake.registered[0]?.metadata?.customAttributes).toBeUndefined();
  });

  it("sends the idempotency key and the realm", async () => {
    const key = "0d4e0b5c-5a4b-4d5e-9f7a-111111111111";
    await run(["register", "-f", "-", "--show-secret", "--idempotency-key", key, "--realm", "shop"], stdin);
    expect(fake.registered[0]).toMatchObject({ idempotencyKey: key, realm: "shop" });
  });

  it("refuses a file that is no JSON with its line, before it calls", async () => {
    const { code, err } = await run(["register", "-f", "-", "--show-secret"], { stdin: '{\n"client_name": "x",\n}' });
    expect(code).toBe(2);
    expect(err).toContain("standard input:2:19: a comma before }");
    expect(fake.registered).toEqual([]);
  });

  it("refuses a file that is not UTF-8", async () => {
    await writeFile(join(fake.folder, "latin1.json"), Buffer.from('{"client_name":"\xe9"}', "latin1"));
    expect(await run(["register", "-f", "latin1.json", "--show-secret"])).toMatchObject({ code: 2, err: "matricula: latin1.json is not UTF-8 text\n" });
  });
});

describe("update", () => {
  it("sends the metadata, the etag and the current secret", async () => {
    const { code, err } = await run(["update", "c1", "-f", "-", "--etag", '"1"'], { stdin: '{"client_id":"c1","client_secret":"now","client_name":"x"}' });
    expect([code, err]).toEqual([0, ""]);
    expect(fake.updated[0]).toMatchObject({ clientId: "c1", etag: '"1"', clientSecret: "now", metadata: { clientName: "x" } });
  });

  it("refuses members that RFC 7592 forbids", async () => {
    const { code, err } = await run(["update", "c1", "-f", "-"], { stdin: '{"client_id":"c2","registration_access_token":"t"}' });
    expect(code).toBe(2);
    expect(err).toContain("registration_access_token must not be in an update");
    expect(err).toContain("another client's");
    expect(fake.updated).toEqual([]);
  });

  it("does not show a new secret on what is no terminal, and says how to get it", async () => {
    fake.renews = true;
    const { code, out, err } = await run(["update", "c1", "-f", "-"], stdin);
    expect(code).toBe(0);
    expect(out + err).not.toContain(secret);
    expect(err).toContain("not shown: client_secret");
    expect(err).toContain(`--idempotency-key ${fake.updated[0]!.idempotencyKey}`);
    expect((await run(["update", "c1", "-f", "-"], { ...stdin, isTerminal: true })).out).toContain(secret);
  });

  it("writes no file when no secret was made", async () => {
    const name = newName(".env");
    const { code, err } = await run(["update", "c1", "-f", "-", "--credentials-out", name], stdin);
    expect(code).toBe(0);
    expect(err).toContain("no secret was made");
    expect(await readdir(fake.folder)).not.toContain(name);
  });
});

describe("read, delete, list, token create", () => {
  it("reads a client without obeying its name", async () => {
    const { code, out } = await run(["read", "c9"]);
    expect(code).toBe(0);
    expect(out.split("\n")).toEqual(expect.arrayContaining(["client_id: c9", "client_name: Beet\\u001b[2Jle", "client_name#fr: Scarab\u00e9e", "level: 3"]));
    expect(out).not.toContain("\u001b");
    const json = await run(["read", "c9", "--json"]);
    expect(JSON.parse(json.out)).toMatchObject({ client: { client_id: "c9", metadata: { client_name: "Beet\u001b[2Jle", client_name_localized: { fr: "Scarab\u00e9e" } } } });
  });

  it("prints the metadata as an update takes it", async () => {
    const { out } = await run(["read", "c9", "--metadata-only"]);
    expect(JSON.parse(out)).toEqual({ redirect_uris: ["https://a.example/"], client_name: "Beet\u001b[2Jle", "client_name#fr": "Scarab\u00e9e", level: 3 });
    expect((await run(["update", "c9", "-f", "-"], { stdin: out })).code).toBe(0);
    expect(fake.updated[0]?.metadata).toMatchObject({ clientNameLocalized: { fr: "Scarab\u00e9e" }, customAttributes: { level: 3 } });
  });

  it("deletes", async () => {
    expect(await run(["delete", "c1"])).toMatchObject({ code: 0, out: "Deleted c1.\n", err: "" });
    expect(await run(["delete", "c1", "--json"])).toMatchObject({ code: 0, out: "{}\n" });
  });

  it("lists a page and says that there are more", async () => {
    const { code, out, err } = await run(["list", "--page-size", "2"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^CLIENT_ID +STATE +REGISTERED +OWNER +NAME\nc1 +active +2025-10-09T08:53:20Z +certificate spiffe:\/\/matricula\/admin +name of c1\nc2 /);
    expect(err).toContain("--page-token second");
    expect(fake.listed[0]).toMatchObject({ pageSize: 2, pageToken: "" });
  });

  it("lists all pages as one JSON document", async () => {
    const { out } = await run(["list", "--all", "--json"]);
    const document = JSON.parse(out) as { clients: { client_id: string }[]; next_page_token: string };
    expect(document.clients.map((client) => client.client_id)).toEqual(["c1", "c2", "c3"]);
    expect(document.next_page_token).toBe("");
    expect(fake.listed.map(({ pageSize, pageToken }) => [pageSize, pageToken])).toEqual([[500, ""], [500, "second"]]);
    expect(JSON.parse((await run(["list", "--json"])).out)).toMatchObject({ next_page_token: "second" });
  });

  it("sends each condition of the filter", async () => {
    await run(["list", "--state", "suspended", "--state", "deleted", "--owner-id", "o", "--way-in", "open", "--policy", "p", "--software-id", "s", "--issued-from", "5", "--issued-before", "9"]);
    expect(fake.listed[0]?.filter).toMatchObject({
      states: [ClientState.SUSPENDED, ClientState.DELETED], ownerId: "o", wayIn: "open", policy: "p", softwareId: "s", issuedFrom: 5, issuedBefore: 9,
    });
  });

  it("lists the newest first, and by what the metadata and the uses are", async () => {
    await run(["list", "--newest", "--grant-type", "g", "--on-host", "h", "--client-name", "n", "--statement-issuer", "i", "--used-from", "5", "--used-before", "9", "--credential-id", "c"]);
    const filter = { grantType: "g", redirectHost: "h", name: "n", softwareStatementIssuer: "i", usedFrom: 5, usedBefore: 9, credentialId: "c" };
    expect(fake.listed[0]).toMatchObject({ order: ClientOrder.ISSUED_DESCENDING, filter });
    await run(["list"]);
    expect(fake.listed[1]).toMatchObject({ order: ClientOrder.ISSUED });
  });

  it("counts by the same filter", async () => {
    expect(await run(["count", "--state", "suspended", "--used-before", "9", "--realm", "shop"])).toMatchObject({ code: 0, out: "1234567\n", err: "" });
    expect(fake.counted[0]).toMatchObject({ realm: "shop", filter: { states: [ClientState.SUSPENDED], usedBefore: 9 } });
    expect(JSON.parse((await run(["count", "--client-name", "none", "--json"])).out)).toEqual({ clients: 0 });
  });

  it("shows when a client and its secrets were last used", async () => {
    const { code, out } = await run(["read", "c1", "--secrets"]);
    expect(code).toBe(0);
    expect(out).toContain("client_id: c1\n");
    expect(out).toContain("last_used_at: 2025-10-09T08:53:21Z\n");
    expect(out).toContain("\nsecret: 1\ncreated_at: 2025-10-09T08:53:20Z\nexpires_at: never\nlast_used_at: never\n");
    expect(out).toContain("\nsecret: \\u001b[2J\ncreated_at: 2025-10-09T08:53:20Z\nexpires_at: 2025-10-09T08:54:20Z\nlast_used_at: 2025-10-09T08:53:21Z\n");
    expect(JSON.parse((await run(["read", "c1", "--secrets", "--json"])).out)).toMatchObject({ client: { client_id: "c1" }, secrets: [{ label: "1" }, { last_used_at: 1_760_000_001 }] });
    expect(await run(["read", "c1", "--secrets", "--metadata-only"])).toMatchObject({ code: 2 });
  });

  it("makes an initial access token", async () => {
    const { code, out } = await run(["token", "create", "--name", "ci", "--uses", "5", "--lifetime", "2h", "--show-secret"]);
    expect(code).toBe(0);
    expect(out.split("\n")).toEqual(expect.arrayContaining(["id: t1", "uses_left: 5", `token: ${initialToken}`]));
    expect(fake.tokens[0]).toMatchObject({ name: "ci", uses: 5, lifetime: 7200 });
    const name = newName(".env");
    const written = await run(["token", "create", "--json", "--credentials-out", name]);
    expect(written.code).toBe(0);
    expect(written.out).not.toContain(initialToken);
    expect(await read(name)).toContain(`INITIAL_ACCESS_TOKEN=${initialToken}\n`);
  });
});

describe("initial access tokens", () => {
  it("are made with all that they may be bound to", async () => {
    const force = await file(fake, "force.json", '{"scope":"openid","client_name#fr":"\u00c9quipe","level":3}');
    const { code } = await run([
      "token", "create", "--show-secret", "--owner", "team", "--purpose", "tests", "--policy", "strict", "--force", force,
      "--redirect-host", "a.example", "--redirect-host", "*.b.example", "--bound-to", "spiffe://example.org/ci",
    ]);
    expect(code).toBe(0);
    expect(fake.tokens[0]).toMatchObject({
      owner: "team", purpose: "tests", policy: "strict", redirectHosts: ["a.example", "*.b.example"], boundTo: "spiffe://example.org/ci",
      force: { scope: "openid", clientNameLocalized: { fr: "\u00c9quipe" }, customAttributes: { level: 3 } },
    });
    await run(["token", "create", "--show-secret"]);
    expect(fake.tokens[1]?.force).toBeUndefined();
  });

  it.each([
    ['{"scope": 5}', "scope must be a string"],
    ['{"client_id": "mine"}', "client_id"],
    ["nonsense", "force.json:1:"],
  ])("are not made of what is no metadata: %s", async (text, sentence) => {
    const { code, err } = await run(["token", "create", "--show-secret", "--force", await file(fake, "force.json", text)]);
    expect([code, fake.tokens]).toEqual([2, []]);
    expect(err).toContain(sentence);
  });

  it("are written to a credentials file as plain members alone", async () => {
    const name = newName(".json");
    await run(["token", "create", "--credentials-out", name, "--redirect-host", "a.example"]);
    expect(JSON.parse(await read(name))).toMatchObject({ initial_access_token: initialToken, initial_access_token_id: "t1", initial_access_token_owner: "team" });
  });

  it("are listed with what they have left", async () => {
    const { code, out, err } = await run(["token", "list", "--usable"]);
    expect(code).toBe(0);
    expect(out.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["ID", "STATE", "EXPIRES", "USES LEFT", "CLIENTS", "OWNER", "NAME"],
      ["t1", "usable", "2096-10-02T07:06:40Z", "3", "2", "team", "ci\\u001b[2J"],
      ["t2", "revoked", "2096-10-02T07:06:40Z", "any number", "0", "team", "ci\\u001b[2J"],
      [""],
    ]);
    expect(err).toContain("--page-token second");
    expect(fake.tokenLists[0]).toMatchObject({ usable: true, pageSize: 0, pageToken: "" });
  });

  it("are listed all, as a table and as one JSON document", async () => {
    const { out } = await run(["token", "list", "--all"]);
    expect(out.split("\n").slice(3, 5).map((line) => line.split(/ {2,}/).slice(0, 2))).toEqual([["t3", "used up"], ["t4", "expired"]]);
    const document = JSON.parse((await run(["token", "list", "--all", "--json"])).out) as { initial_access_tokens: { id: string }[]; next_page_token: string };
    expect(document.initial_access_tokens.map(({ id }) => id)).toEqual(["t1", "t2", "t3", "t4"]);
    expect(document.next_page_token).toBe("");
    expect(fake.tokenLists.map(({ usable, pageSize, pageToken }) => [usable, pageSize, pageToken])).toEqual([[false, 500, ""], [false, 500, "second"], [false, 500, ""], [false, 500, "second"]]);
  });

  it("are shown with all that is on record", async () => {
    const { code, out } = await run(["token", "show", "t9"]);
    expect(code).toBe(0);
    expect(out.split("\n")).toEqual(expect.arrayContaining([
      "id: t9", "name: ci\\u001b[2J", "owner: team", "purpose: tests", "policy: strict", "uses_left: any number", "clients: 7", "bound_to: a.example",
      'redirect_hosts: ["a.example","*.b.example"]', 'force: {"scope":"openid","client_name#fr":"\u00c9quipe"}', "expires_at: 2025-10-10T08:53:20Z",
      "created_by: certificate spiffe://matricula/admin",
    ]));
    expect(JSON.parse((await run(["token", "show", "t9", "--json"])).out)).toMatchObject({ initial_access_token: { id: "t9", clients: 7, redirect_hosts: ["a.example", "*.b.example"] } });
  });

  it("are revoked, and their clients deleted until none is left", async () => {
    expect(await run(["token", "revoke", "t1"])).toMatchObject({ code: 0, out: "Revoked t1.\n", err: "" });
    expect(fake.revoked).toMatchObject([{ id: "t1", deleteClients: false }]);
    fake.revoked.length = 0;
    const { code, out, err } = await run(["token", "revoke", "t1", "--delete-clients", "--realm", "shop"]);
    expect([code, out]).toEqual([0, "Revoked t1 and deleted 600 clients.\n"]);
    expect(err).toContain("400 clients deleted so far");
    expect(fake.revoked).toMatchObject(Array(3).fill({ realm: "shop", id: "t1", deleteClients: true }));
    fake.revoked.length = 0;
    expect(JSON.parse((await run(["token", "revoke", "t1", "--delete-clients", "--json"])).out)).toMatchObject({ clients_deleted: 600, initial_access_token: { id: "t1" } });
  });
});

describe("what the service refuses", () => {
  it("is told by the RFC's code, each violation and the reason", async () => {
    fake.failure = refuse;
    const { code, out, err } = await run(["register", "-f", "-", "--show-secret"], stdin);
    expect([code, out]).toEqual([1, ""]);
    expect(err.split("\n")).toEqual([
      "matricula: invalid_redirect_uri: the service found a mistake in the metadata",
      "  redirect_uris[0]: must have no fragment\\u001b[31m (uri.fragment, RFC 6749 section 3.1.2)",
      "  reason: INVALID_REDIRECT_URI, request_id r-1",
      "",
    ]);
  });

  it("is told with the time of another attempt", async () => {
    fake.failure = shed;
    const { code, err } = await run(["delete", "c1"]);
    expect(code).toBe(1);
    expect(err).toContain("resource_exhausted: the service is full");
    expect(err).toContain("try again in 7 s");
  });

  it("is told with the key that gets the answer when it may have been done", async () => {
    fake.failure = async () => {
      throw new ConnectError("broken", Code.Internal);
    };
    const { code, err } = await run(["register", "-f", "-", "--show-secret"], stdin);
    expect(code).toBe(1);
    expect(err).toContain(`--idempotency-key ${fake.registered[0]!.idempotencyKey}`);
    expect(err).not.toMatch(/\n\s+at /);
  });

  it("is told when it does not answer in time", async () => {
    fake.failure = () => new Promise((resolve) => setTimeout(resolve, 2000).unref());
    const { code, err } = await run(["read", "c1", "--timeout", "200ms"]);
    expect(code).toBe(1);
    expect(err).toContain("deadline_exceeded");
  });
});

describe("what cannot be reached or trusted", () => {
  it("says that nothing listens there", async () => {
    const server = net.createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as net.AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const { code, err } = await run(["list", "--url", `https://127.0.0.1:${port}`]);
    expect(code).toBe(1);
    expect(err).toContain(`cannot reach https://127.0.0.1:${port}: nothing listens there (ECONNREFUSED)`);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });

  it("gives up on what accepts and says nothing", async () => {
    const server = net.createServer(() => {}).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { code, err } = await run(["list", "--timeout", "300ms", "--url", `https://127.0.0.1:${(server.address() as net.AddressInfo).port}`]);
    server.close();
    expect(code).toBe(1);
    expect(err).toContain("did not answer in time");
  });

  it("says so when it is not TLS that answers", async () => {
    const server = net.createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { code, err } = await run(["list", "--url", `https://127.0.0.1:${(server.address() as net.AddressInfo).port}`]);
    server.close();
    expect(code).toBe(1);
    expect(err).toContain("does not speak TLS");
  });

  it("does not trust another authority, and is not trusted with another's certificate", async () => {
    const other = await ensureDevelopmentPki(join(fake.folder, "other-pki"), { now: new Date() });
    const untrusted = await run(["list", "--ca", other.ca]);
    expect(untrusted.code).toBe(1);
    expect(untrusted.err).toContain("is not trusted");
    const stranger = await run(["list", "--cert", other.adminCertificate, "--key", other.adminKey]);
    expect(stranger.code).toBe(1);
    expect(stranger.err).toContain("refuses the client certificate");
    expect(fake.listed).toEqual([]);
  });

  it("refuses a key that is not the certificate's", async () => {
    const { code, err } = await run(["list", "--key", "data/pki/server.key"]);
    expect(code).toBe(2);
    expect(err).toContain("are not a certificate and its key");
  });
});

describe("standard output", () => {
  it("may be closed by its reader", async () => {
    const closed = new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" })) });
    expect(await run(["list", "--all"], { stdout: closed })).toMatchObject({ code: 1, err: "" });
  });

  it("that is full tells how to get the answer again", async () => {
    const full = new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error("no space left on device"), { code: "ENOSPC" })) });
    const { code, err } = await run(["register", "-f", "-", "--show-secret"], { ...stdin, stdout: full });
    expect(code).toBe(1);
    expect(err).toContain("no space left on device");
    expect(err).toContain("--idempotency-key");
  });
});
