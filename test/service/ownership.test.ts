// Whose clients are whose, whatever way their owner is known by; and what a registration access token is bound to.

import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ClientDirectoryService } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import type { PrincipalKindName } from "../../src/domain/ports.js";
import { callerBy, type AcceptedCertificate, type Evidence } from "../../src/service/caller.js";
import type { Realm, Registry, WayInSettings } from "../../src/service/registry.js";
import type { WayIn } from "../../src/service/ways-in/way-in.js";
import { createMemoryStore } from "../../src/store/memory/store.js";
import { createRegistry } from "../connect/fixture.js";
import { bearer, nobody, perform, registered, service, watched } from "./calls.js";

const { registerClient, readClient, updateClient, deleteClient } = RegistrationService.method;
const { getClient, listClients } = ClientDirectoryService.method;
const metadata = { redirectUris: ["https://client.example/cb"] };

/** A way in that believes what its scheme is followed by. */
function namedWay(name: string, kind: PrincipalKindName, manages = true): WayIn {
  const way: WayIn = {
    name, registers: true, manages, challenge: name,
    recognizes: ({ authorization }) => authorization?.scheme === name,
    identify: (shown) => callerBy(way, shown, { kind, id: shown.authorization!.credentials, credentialId: "" }),
  };
  return way;
}

const by = (scheme: string, name: string): Evidence => ({ ...nobody, authorization: `${scheme} ${name}` });

/** A registry with more ways in, and with the realm changed. */
function worldOf(ways: readonly WayIn[], change: (realm: Realm) => Partial<Realm> = () => ({}), manage = true): Registry {
  const registry = createRegistry({ store: createMemoryStore() });
  const realm = registry.realms.get("default")!;
  const { policy } = realm.waysIn.get("certificate")!;
  const settings = ways.map(({ name }): [string, WayInSettings] => [name, { enabled: true, manage, policy }]);
  const changed = { ...realm, waysIn: new Map([...realm.waysIn, ...settings]) };
  return { ...registry, waysIn: [...ways, ...registry.waysIn], realms: new Map([["default", { ...changed, ...change(changed) }]]) };
}

const register = async (registry: Registry, evidence: Evidence) => {
  const { client, credentials } = await perform(registry, registerClient, { metadata }, evidence);
  return { clientId: client!.clientId!, credentials: credentials! };
};

const managing = [
  (registry: Registry, clientId: string, evidence: Evidence) => perform(registry, readClient, { clientId }, evidence),
  (registry: Registry, clientId: string, evidence: Evidence) => perform(registry, updateClient, { clientId, metadata }, evidence),
  (registry: Registry, clientId: string, evidence: Evidence) => perform(registry, deleteClient, { clientId }, evidence),
];

/** What each way of managing is told. */
const refusals = async (registry: Registry, clientId: string, evidence: Evidence) => {
  const settled = await Promise.allSettled(managing.map((manage) => manage(registry, clientId, evidence)));
  return settled.map((one) => (one.status === "fulfilled" ? "done" : [(one.reason as { kind: string }).kind, (one.reason as Error).message]));
};

describe.each<PrincipalKindName>(["user", "access_token", "local", "other"])("an owner that is known as %s", (kind) => {
  it("manages what it registered, and nobody else of the same name does", async () => {
    const registry = worldOf([namedWay("mine", kind), namedWay("theirs", kind === "user" ? "access_token" : "user"), namedWay("blind", kind, false)]);
    const { clientId } = await register(registry, by("mine", "alice"));
    const denied = Array(3).fill(["permission_denied", "the caller may not manage this client"]);
    expect(await refusals(registry, clientId, by("mine", "bob"))).toEqual(denied);
    expect(await refusals(registry, clientId, by("theirs", "alice"))).toEqual(denied);
    expect(await refusals(registry, clientId, service("registrar"))).toEqual(denied);
    // A way that manages nothing is not taken where clients are managed.
    expect(await refusals(registry, clientId, by("blind", "alice"))).toEqual(Array(3).fill(["invalid_token", "the token is not valid here"]));
    expect(await refusals(registry, "01m85esgxbwdf6dhmfdkt85h83", by("mine", "alice"))).toEqual(denied);
    for (const manage of managing) await expect(manage(registry, clientId, by("mine", "alice"))).resolves.toBeDefined();
    expect(await refusals(registry, clientId, by("mine", "alice"))).toEqual(denied);
  });

  it("manages nothing where the realm says so, and is told what a stranger is told", async () => {
    const registry = worldOf([namedWay("mine", kind)], undefined, false);
    const { clientId } = await register(registry, by("mine", "alice"));
    expect(await refusals(registry, clientId, by("mine", "alice"))).toEqual(await refusals(registry, clientId, by("mine", "bob")));
    expect((await refusals(registry, clientId, by("mine", "alice")))[0]).toEqual(["permission_denied", "the caller may not manage this client"]);
  });
});

it("two ways in of a build of one's own do not share their names", async () => {
  const registry = worldOf([namedWay("one", "other"), namedWay("two", "other")]);
  const { clientId } = await register(registry, by("one", "alice"));
  expect((await refusals(registry, clientId, by("two", "alice")))[0]).toEqual(["permission_denied", "the caller may not manage this client"]);
  await expect(managing[0]!(registry, clientId, by("one", "alice"))).resolves.toBeDefined();
});

it("a certificate manages nothing where its way in does not, whatever its role to register", async () => {
  const registry = worldOf([], ({ waysIn }) => ({ waysIn: new Map([...waysIn, ["certificate", { ...waysIn.get("certificate")!, manage: false }]]) }));
  const { clientId } = await register(registry, service("registrar"));
  expect((await refusals(registry, clientId, service("registrar")))[0]).toEqual(["permission_denied", "the caller may not manage this client"]);
  await expect(managing[0]!(registry, clientId, service("admin"))).resolves.toBeDefined();
});

describe("where registration access tokens do not manage", () => {
  const off = ({ waysIn }: Realm) => ({ waysIn: new Map([...waysIn, ["registration_access_token", { ...waysIn.get("registration_access_token")!, manage: false }]]) });

  it("none is made, stored or told, and neither is the URI that it would open (DCM-27)", async () => {
    const registry = worldOf([], off);
    const { clientId, credentials } = await register(registry, service("registrar"));
    expect(credentials.clientSecret).toMatch(/^mcs_/);
    expect([credentials.registrationAccessToken, credentials.registrationClientUri]).toEqual([undefined, undefined]);
    expect(registry.store.clients.find("default", clientId)?.credentials.map(({ kind }) => kind)).toEqual(["client_secret"]);
    await expect(managing[1]!(registry, clientId, service("registrar"))).resolves.toMatchObject({ credentials: {} });
  });

  it("one that was made before opens nothing", async () => {
    const registry = worldOf([]);
    const { clientId, token } = await registered(registry);
    const realms = new Map([["default", { ...registry.realms.get("default")!, ...off(registry.realms.get("default")!) }]]);
    expect((await refusals({ ...registry, realms }, clientId, bearer(token)))[0]).toEqual(["invalid_token", "the token is not valid here"]);
  });
});

describe("a bound registration access token", () => {
  const certificate = (names: Partial<AcceptedCertificate>): AcceptedCertificate => ({ kind: "accepted", uris: [], dnsNames: [], subject: "", fingerprint: "f1", ...names });
  const beside = (token: string | undefined, names: Partial<AcceptedCertificate>): Evidence => ({ certificate: certificate(names), authorization: `Bearer ${token}` });
  const show = (names: Partial<AcceptedCertificate>): Evidence => ({ certificate: certificate(names), authorization: undefined });
  const uris = ["spiffe://test/registrar"];

  it.each([
    ["certificate", "sha256+certificate"],
    ["identity", "sha256+identity"],
    [undefined, "sha256"],
  ] as const)("to %s has the scheme %s, and nothing of the certificate is stored", async (tokenBinding, scheme) => {
    const registry = worldOf([], () => ({ tokenBinding }));
    const store = watched(registry.store);
    const fingerprint = "ab".repeat(32);
    const { clientId, credentials } = await register({ ...registry, store }, show({ uris, fingerprint }));
    const [stored] = store.clients.find("default", clientId)!.credentials.filter(({ kind }) => kind === "registration_access_token");
    expect(stored).toMatchObject({ scheme, label: "1" });
    const plain = createHash("sha256").update(`registration_access_token\0default\0${clientId}\0${credentials.registrationAccessToken}`).digest("hex");
    expect(Buffer.from(stored!.digest).toString("hex") === plain).toBe(tokenBinding === undefined);
    // The owner's credential is on record; the token's own row names nobody.
    expect(JSON.stringify(stored)).not.toMatch(/abab|spiffe/);
  });

  it.each<[string, Partial<AcceptedCertificate>, Partial<AcceptedCertificate>, boolean]>([
    ["the same URI", { uris }, { uris, fingerprint: "f2" }, true],
    ["the same URI, and another DNS name", { uris }, { uris, dnsNames: ["b.example"], fingerprint: "f2" }, true],
    ["another URI", { uris }, { uris: ["spiffe://test/reader"] }, false],
    ["the same DNS name in capitals", { dnsNames: ["a.example"] }, { dnsNames: ["A.example"], fingerprint: "f2" }, true],
    ["another DNS name first", { dnsNames: ["a.example"] }, { dnsNames: ["b.example", "a.example"] }, false],
    ["a URI that is spelled as the DNS name was", { dnsNames: ["a.example"] }, { uris: ["a.example"] }, false],
  ])("by identity is taken or not beside a certificate of %s", async (_which, first, then, taken) => {
    const registry = worldOf([], () => ({ tokenBinding: "identity" }));
    const { clientId, credentials } = await register(registry, show(first));
    const token = credentials.registrationAccessToken;
    const read = managing[0]!(registry, clientId, beside(token, then));
    if (taken) await expect(read).resolves.toMatchObject({ credentials: { registrationAccessToken: token } });
    else await expect(read).rejects.toMatchObject({ kind: "invalid_token", message: "the token is not valid here" });
    await expect(managing[0]!(registry, clientId, bearer(token!))).rejects.toMatchObject({ kind: "invalid_token", message: "the token is not valid here" });
  });

  it("stays bound through updates, and when the realm no longer binds", async () => {
    const registry = worldOf([], () => ({ tokenBinding: "certificate" }));
    const { clientId, credentials } = await register(registry, show({ uris }));
    const token = credentials.registrationAccessToken;
    await managing[1]!(registry, clientId, beside(token, { uris }));
    await perform(registry, updateClient, { clientId, metadata: { ...metadata, tokenEndpointAuthMethod: "none" } }, beside(token, { uris }));
    const unbound = { ...registry, realms: new Map([["default", { ...registry.realms.get("default")!, tokenBinding: undefined }]]) };
    for (const world of [registry, unbound]) {
      await expect(managing[0]!(world, clientId, bearer(token!))).rejects.toMatchObject({ kind: "invalid_token" });
      await expect(managing[0]!(world, clientId, beside(token, { uris, fingerprint: "f2" }))).rejects.toMatchObject({ kind: "invalid_token" });
      await expect(managing[0]!(world, clientId, beside(token, { uris }))).resolves.toBeDefined();
    }
  });
});

describe("a registrar in the directory", () => {
  it("sees the clients that it owns, and is told of all others that there are none", async () => {
    const registry = worldOf([]);
    const mine = [await register(registry, service("registrar")), await register(registry, service("registrar"))].map(({ clientId }) => clientId);
    const { clientId: theirs } = await registered(registry);
    const { clientId: admins } = await register(registry, service("admin"));
    const see = async (filter: object, evidence = service("registrar")) => (await perform(registry, listClients, { filter }, evidence)).clients.map(({ clientId }) => clientId).sort();
    expect(await see({})).toEqual([...mine].sort());
    expect(await see({ ownerId: "spiffe://test/registrar" })).toEqual([...mine].sort());
    expect(await see({ ownerId: "spiffe://test/admin" })).toEqual([]);
    expect(await see({ wayIn: "open" })).toEqual([]);
    expect(await see({}, service("reader"))).toEqual([...mine, theirs, admins].sort());
    expect((await perform(registry, getClient, { clientId: mine[0]! }, service("registrar"))).client?.clientId).toBe(mine[0]);
    const told = async (clientId: string) => perform(registry, getClient, { clientId }, service("registrar")).catch((error: unknown) => [(error as { kind: string }).kind, (error as Error).message]);
    expect(await told(theirs)).toEqual(["not_found", "there is no such client"]);
    expect(await told(admins)).toEqual(await told("01m85esgxbwdf6dhmfdkt85h83"));
  });

  it("goes through its clients by pages, which are of use to nobody else", async () => {
    const registry = worldOf([]);
    for (let i = 0; i < 5; i++) await register(registry, service(i % 2 === 0 ? "registrar" : "admin"));
    const first = await perform(registry, listClients, { pageSize: 2 }, service("registrar"));
    const second = await perform(registry, listClients, { pageSize: 2, pageToken: first.nextPageToken }, service("registrar"));
    expect([first.clients.length, second.clients.length, second.nextPageToken]).toEqual([2, 1, ""]);
    await expect(perform(registry, listClients, { pageSize: 2, pageToken: first.nextPageToken }, service("reader"))).rejects.toMatchObject({ kind: "invalid_request" });
  });

  it("a registration access token opens no list", async () => {
    const registry = worldOf([]);
    const { clientId, token } = await registered(registry);
    await expect(perform(registry, listClients, {}, bearer(token))).rejects.toMatchObject({ kind: "invalid_token" });
    await expect(perform(registry, getClient, { clientId }, bearer(token))).rejects.toMatchObject({ kind: "invalid_token" });
  });
});
