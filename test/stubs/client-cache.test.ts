// The TypeScript package's client cache against the real RPC door. Issue 6, items 3 and 4.

import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { createClient, type Transport } from "@connectrpc/connect";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PolicySchema } from "../../gen/ts/matricula/v1/policy_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { createClientCache, type CacheEvent, type ClientCache, type ClientCacheOptions } from "../../gen/ts/src/cache/client-cache.js";
import { resilient } from "../../gen/ts/src/resilient.js";
import { compilePolicy } from "../../src/domain/policy.js";
import type { Registry } from "../../src/service/registry.js";
import { createMemoryStore } from "../../src/store/memory/store.js";
import { createRegistry, startDoor, type DoorServer } from "../connect/fixture.js";
import { transportOf } from "../program/doors.js";
import { bearer, nobody, perform } from "../service/calls.js";
import { startProxy, type CuttingProxy } from "./cutting-proxy.js";

const { registerClient, updateClient, deleteClient } = RegistrationService.method;
const redirectUris = ["https://client.example/cb"];

let server: DoorServer;
let proxy: CuttingProxy;
let folder: string;
const caches: ClientCache[] = [];
const connections: (() => void)[] = [];
const events: CacheEvent[] = [];

/** A registry whose one policy allows what there are rules for. */
function lenient(registry: Registry): Registry {
  const policy = compilePolicy(create(PolicySchema, { name: "lenient" }), "1");
  const realm = registry.realms.get("default")!;
  const waysIn = new Map([...realm.waysIn].map(([name, way]) => [name, { ...way, policy }]));
  return { ...registry, realms: new Map([["default", { ...realm, waysIn, policies: new Map([[policy.name, policy]]) }]]) };
}

beforeEach(async () => {
  server = await startDoor({ registry: lenient(createRegistry()) });
  proxy = await startProxy(() => server.port);
  folder = await mkdtemp(join(tmpdir(), "matricula-cache-"));
  events.length = 0;
});

afterEach(async () => {
  for (const cache of caches.splice(0)) await cache.close();
  for (const close of connections.splice(0)) close();
  await proxy.close();
  await server.close();
  await rm(folder, { recursive: true });
});

function connectTo(port: number, identity = server.pki.verifier): Transport {
  const { transport, close } = transportOf({ url: `https://localhost:${port}`, ca: server.pki.ca.certificate, identity }, "gRPC");
  connections.push(close);
  return resilient(transport);
}

function open(options: Partial<ClientCacheOptions> = {}, identity = server.pki.verifier): ClientCache {
  const transport = connectTo(proxy.port, identity);
  const cache = createClientCache({ transport, audiences: ["https://as.example"], reportUses: false, ...options });
  cache.onChange((event) => events.push(event));
  caches.push(cache);
  return cache;
}

async function add(metadata: object = {}) {
  const { client, credentials } = await perform(server.registry, registerClient, { metadata: { redirectUris, ...metadata } }, nobody);
  const clientId = client!.clientId!;
  const token = bearer(credentials!.registrationAccessToken!);
  return {
    clientId,
    secret: credentials!.clientSecret ?? "",
    rename: (clientName: string) => perform(server.registry, updateClient, { clientId, metadata: { redirectUris, clientName } }, token),
    remove: () => perform(server.registry, deleteClient, { clientId }, token),
  };
}

const basic = (clientId: string, secret: string) => ({ authorization: `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`).toString("base64")}` });

/** On a busy machine, too. */
const patience = 30_000;
const eventually = <Value>(probe: () => Value) => expect.poll(probe, { timeout: patience });

/** What the store has: each live client with its version. */
async function stored(): Promise<Map<string, number>> {
  const { allClients } = await import("../../src/domain/client-conditions.js");
  const rows = await server.registry.store.lister.list({ ...allClients, realm: "default", descending: false, after: "", limit: 10_000 });
  return new Map(rows.map(({ client }) => [client.clientId, client.version]));
}

describe("a copy", () => {
  it("is filled by a snapshot and follows every change", async () => {
    const a = await add({ clientName: "a" });
    const cache = open();
    await cache.ready;
    expect(cache.get(a.clientId)?.metadata?.clientName).toBe("a");
    await eventually(() => cache.isCurrent).toBe(true);
    expect(cache.lag()).toBeLessThan(10_000);
    const b = await add({ clientName: "b" });
    await a.rename("A");
    await eventually(() => [cache.get(a.clientId)?.metadata?.clientName, cache.get(b.clientId)?.metadata?.clientName]).toEqual(["A", "b"]);
    await a.remove();
    await eventually(() => cache.get(a.clientId)).toBeUndefined();
    expect(cache.size).toBe(1);
    expect(events).toContainEqual({ kind: "removed", clientId: a.clientId });
  });

  it("ends with exactly the store's state after its connection was lost a hundred times under writes", { timeout: 120_000 }, async () => {
    const clients = await Promise.all(Array.from({ length: 60 }, () => add()));
    const cache = open();
    let isWriting = true;
    let writes = 0;
    const writing = (async () => {
      while (isWriting) {
        const one = clients[writes % clients.length]!;
        if (writes % 7 === 3) await one.remove().catch(() => {});
        else if (writes % 7 === 5) clients[writes % clients.length] = await add();
        else await one.rename(`write ${writes}`).catch(() => {});
        writes += 1;
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    try {
      for (let before = proxy.lost; proxy.lost < 100; before = proxy.lost) {
        // Anywhere: before the first answer, in the snapshot, between two changes.
        const count = events.length;
        await expect.poll(() => events.length > count + (before % 20) || before % 3 === 0, { interval: 1, timeout: patience }).toBe(true);
        proxy.cut();
        await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      isWriting = false;
      await writing;
    }
    const wanted = await stored();
    await eventually(() => cache.isCurrent).toBe(true);
    await eventually(() => cache.size).toBe(wanted.size);
    expect(new Map([...wanted.keys()].map((clientId) => [clientId, cache.get(clientId)?.version]))).toEqual(wanted);
    expect(writes).toBeGreaterThan(100);
  });

  it("goes on while the registry is away, and is current within two seconds of its return", async () => {
    const a = await add();
    const cache = open();
    await eventually(() => cache.isCurrent).toBe(true);
    proxy.setAway(true);
    await eventually(() => cache.isCurrent).toBe(false);
    for (let i = 0; i < 20; i += 1) expect(await cache.authenticate(basic(a.clientId, a.secret))).toMatchObject({ outcome: "authenticated" });
    await a.rename("meanwhile");
    proxy.setAway(false);
    const from = performance.now();
    await eventually(() => cache.get(a.clientId)?.metadata?.clientName).toBe("meanwhile");
    expect(performance.now() - from).toBeLessThan(2_000);
  });

  it("begins again where the registry has another change log, and forgets what is not there", async () => {
    // The registry's chance is the same in each run, and so is the first id.
    const [b, a] = [await add(), await add()];
    const cache = open();
    await eventually(() => cache.isCurrent).toBe(true);
    await server.close();
    const restored = lenient(createRegistry({ store: createMemoryStore() }));
    server = await startDoor({ registry: { ...restored, keys: server.registry.keys } });
    expect((await add()).clientId).toBe(b.clientId);
    proxy.cut();
    await eventually(() => [cache.get(a.clientId)?.clientId, cache.get(b.clientId)?.clientId]).toEqual([undefined, b.clientId]);
  });

  it("says when the registry refuses its reader", async () => {
    const cache = open({}, server.pki.registrar);
    await expect(cache.ready).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
  });

  it("asks for a client that has not arrived yet, and for none while the registry is away", async () => {
    const cache = open({ transport: connectTo(server.port) });
    await eventually(() => cache.isCurrent).toBe(true);
    expect(await cache.find("no-such-client")).toBeUndefined();
    const { clientId } = await add();
    expect((await cache.find(clientId))?.clientId).toBe(clientId);
  });
});

describe("a file", () => {
  const file = () => join(folder, "clients");

  it("is started from while the registry is away; it is for its owner alone and holds no secret", async () => {
    const a = await add({ clientName: "a" });
    const first = open({ file: file() });
    await eventually(() => first.isCurrent).toBe(true);
    await first.close();
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect((await readFile(file())).includes(a.secret)).toBe(false);
    proxy.setAway(true);
    const second = open({ file: file() });
    await second.ready;
    expect(second.isCurrent).toBe(false);
    expect(await second.authenticate(basic(a.clientId, a.secret))).toMatchObject({ outcome: "authenticated", credential: "1" });
    events.length = 0;
    await a.rename("since then");
    proxy.setAway(false);
    await eventually(() => second.get(a.clientId)?.metadata?.clientName).toBe("since then");
    // By its resume token: one change, and no snapshot.
    expect(events.filter(({ kind }) => kind === "changed")).toHaveLength(1);
  });

  it.each([
    ["is cut short", (bytes: Buffer) => bytes.subarray(0, -40)],
    ["has another bit", (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 300), Buffer.from([bytes[300]! ^ 1]), bytes.subarray(301)])],
    ["is of something else", () => Buffer.from("nonsense")],
    ["is empty", () => Buffer.alloc(0)],
  ])("that %s is not started from", async (_, damage) => {
    await add();
    const first = open({ file: file() });
    await eventually(() => first.isCurrent).toBe(true);
    await first.close();
    await writeFile(file(), damage(await readFile(file())));
    proxy.setAway(true);
    // The file is read before the service is asked, which is away.
    const errors: unknown[] = [];
    const second = open({ file: file(), onError: (error) => errors.push(error) });
    let isReady = false;
    second.ready.then(() => (isReady = true), () => {});
    await eventually(() => errors.length).toBeGreaterThan(0);
    expect([isReady, second.size]).toEqual([false, 0]);
    proxy.setAway(false);
    await second.ready;
    expect(second.size).toBe(1);
  });

  it("of another realm or filter is not started from, nor one that others may read", async () => {
    await add();
    const first = open({ file: file() });
    await eventually(() => first.isCurrent).toBe(true);
    await first.close();
    await chmod(file(), 0o644);
    const errors: unknown[] = [];
    await open({ file: file(), onError: (error) => errors.push(error) }).ready;
    expect(String(errors[0])).toContain("chmod 600");
    events.length = 0;
    await chmod(file(), 0o600);
    const other = open({ file: file(), filter: { softwareId: "none" } });
    await other.ready;
    expect(other.size).toBe(0);
  });
});

describe("a verdict", () => {
  let cache: ClientCache;
  const settled = async () => {
    cache = open();
    await eventually(() => cache.isCurrent).toBe(true);
  };

  it("by secret: the registered method alone, and the right secret", async () => {
    const a = await add();
    const post = await add({ tokenEndpointAuthMethod: "client_secret_post" });
    await settled();
    expect(cache.decide(basic(a.clientId, a.secret))).toMatchObject({ outcome: "authenticated", method: "client_secret_basic", credential: "1", client: { clientId: a.clientId } });
    expect(cache.decide({ clientId: post.clientId, clientSecret: post.secret })).toMatchObject({ outcome: "authenticated", method: "client_secret_post" });
    for (const wrong of [
      basic(a.clientId, post.secret), basic(a.clientId, ""), basic(a.clientId, `${a.secret}x`), { clientId: a.clientId, clientSecret: a.secret }, basic(post.clientId, post.secret),
      { clientId: a.clientId }, { ...basic(a.clientId, a.secret), clientSecret: a.secret }, { ...basic(a.clientId, a.secret), clientId: "another" },
      { authorization: "Basic !" }, { authorization: `Bearer ${a.secret}` },
    ]) expect(cache.decide(wrong), JSON.stringify(wrong)).toMatchObject({ outcome: "invalid_client", reason: "BAD_CREDENTIAL" });
    for (const unknown of [basic("unknown", a.secret), {}]) expect(cache.decide(unknown)).toMatchObject({ reason: "UNKNOWN" });
  });

  it("is the registry's to give where a reader is told no digests", async () => {
    const a = await add();
    cache = open({}, server.pki.reader);
    await cache.ready;
    expect(cache.decide(basic(a.clientId, a.secret))).toBe("ask");
  });

  it("by no credentials, for the method none alone", async () => {
    const open_ = await add({ tokenEndpointAuthMethod: "none" });
    await settled();
    expect(cache.decide({ clientId: open_.clientId })).toMatchObject({ outcome: "authenticated", method: "none", credential: "" });
    expect(cache.decide({ clientId: open_.clientId, clientSecret: "x" })).toMatchObject({ reason: "BAD_CREDENTIAL" });
  });

  it("of a suspended client is SUSPENDED at once", async () => {
    const a = await add();
    await settled();
    const found = server.registry.store.clients.find("default", a.clientId)!;
    const { recordMac } = await import("../../src/service/client-record.js");
    const client = { ...found.client, state: "suspended" as const, version: 2 };
    await server.registry.store.commit([
      { kind: "replace_client", client: { ...client, mac: recordMac(server.registry.keys, client) }, credentials: null },
      { kind: "append_change", change: { realm: "default", subject: a.clientId, version: 2, kind: "suspended", actor: client.owner, requestId: "", at: 1, trace: "", previous: client.record, decisions: "", reason: "" } },
    ]);
    await eventually(() => cache.decide(basic(a.clientId, a.secret))).toMatchObject({ reason: "SUSPENDED" });
  });

  describe("by private_key_jwt", () => {
    const kinds = {
      RS256: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
      PS256: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
      ES256: () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
      EdDSA: () => generateKeyPairSync("ed25519"),
    } as const;
    const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    const now = () => Math.floor(Date.now() / 1000);

    function assertion(clientId: string, alg: string, key: KeyObject, claims: object = {}, header: object = {}): string {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
      const signed = `${part({ alg, ...header })}.${part({ iss: clientId, sub: clientId, aud: "https://as.example", exp: now() + 60, jti: String(Math.random()), ...claims })}`;
      const options = alg === "PS256" ? { key, padding: 6, saltLength: 32 } : alg === "ES256" ? { key, dsaEncoding: "ieee-p1363" as const } : { key };
      return `${signed}.${sign(alg === "EdDSA" ? null : "sha256", Buffer.from(signed), options).toString("base64url")}`;
    }

    it.each(Object.keys(kinds) as (keyof typeof kinds)[])("%s: once, for this audience, in time, by a key of the client", async (alg) => {
      const { privateKey, publicKey } = kinds[alg]();
      const jwk = { ...publicKey.export({ format: "jwk" }), kid: "k1" };
      const a = await add({ tokenEndpointAuthMethod: "private_key_jwt", jwks: { keys: [jwk] } });
      await settled();
      const shown = (claims = {}, header = {}, key = privateKey) => cache.decide({ clientAssertionType: assertionType, clientAssertion: assertion(a.clientId, alg, key, claims, header) });
      expect(shown()).toMatchObject({ outcome: "authenticated", method: "private_key_jwt", credential: "" });
      expect(shown({ aud: ["https://as.example"] }, { kid: "k1", typ: "JWT" })).toMatchObject({ outcome: "authenticated", credential: "k1" });
      expect(await cache.authenticate({ clientAssertionType: assertionType, clientAssertion: assertion(a.clientId, alg, privateKey, { jti: "twice" }) })).toMatchObject({ outcome: "authenticated" });
      for (const [claims, header, key] of [
        [{ jti: "twice" }], [{ jti: undefined }], [{ exp: now() - 60 }], [{ exp: undefined }], [{ nbf: now() + 120 }], [{ aud: "https://other.example" }], [{ aud: ["https://as.example", "https://other.example"] }], [{ aud: [] }], [{ jti: "j".repeat(256) }], [{ exp: now() + 4000 }], [{}, { typ: "at+jwt" }], [{ iss: "another" }],
        [{}, { kid: "k2" }], [{}, { alg: "none" }], [{}, { alg: "HS256" }], [{}, {}, kinds[alg]().privateKey],
      ] as const) expect(shown(claims, header, key), JSON.stringify([claims, header])).toMatchObject({ reason: "BAD_CREDENTIAL" });
    });

    it("is the registry's to give where the keys are elsewhere", async () => {
      const { privateKey } = kinds.ES256();
      const a = await add({ tokenEndpointAuthMethod: "private_key_jwt", jwksUri: "https://client.example/jwks" });
      await settled();
      expect(cache.decide({ clientAssertionType: assertionType, clientAssertion: assertion(a.clientId, "ES256", privateKey) })).toBe("ask");
    });
  });
});

it("registers over the same package, and is then in the copy", async () => {
  const cache = open();
  await cache.ready;
  const { client } = await createClient(RegistrationService, connectTo(server.port, server.pki.registrar)).registerClient({
    metadata: { grantTypes: ["client_credentials"], tokenEndpointAuthMethod: "tls_client_auth", tlsClientAuthSanUri: "spiffe://test/registrar" },
  });
  await eventually(() => cache.get(client!.clientId!)?.clientId).toBe(client!.clientId);
  const certificate = Buffer.from(server.pki.registrar.certificate.replace(/-----[^-]+-----|\s/g, ""), "base64");
  const shown = { clientId: client!.clientId!, clientCertificate: certificate };
  expect(cache.decide({ ...shown, clientCertificateVerified: true })).toMatchObject({ outcome: "authenticated", method: "tls_client_auth" });
  expect(cache.decide(shown)).toMatchObject({ reason: "BAD_CREDENTIAL" });
  const reader = Buffer.from(server.pki.reader.certificate.replace(/-----[^-]+-----|\s/g, ""), "base64");
  expect(cache.decide({ ...shown, clientCertificate: reader, clientCertificateVerified: true })).toMatchObject({ reason: "BAD_CREDENTIAL" });
});
