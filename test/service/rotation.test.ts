// Rotating secrets and registration access tokens: several are valid at once, none is lost by a lost answer, and nothing else changes (T-02).

import { describe, expect, it } from "vitest";
import { ClientAdminService } from "../../gen/ts/matricula/v1/client_admin_service_pb.js";
import { ClientDirectoryService } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { RegistryError } from "../../src/domain/errors.js";
import type { Change, CommitResult, CredentialKind, Store } from "../../src/domain/ports.js";
import type { Evidence } from "../../src/service/caller.js";
import type { Registry } from "../../src/service/registry.js";
import { createMemoryStore } from "../../src/store/memory/store.js";
import { createRegistry, fixedSeconds } from "../connect/fixture.js";
import { bearer, nobody, perform, registered, service, watched } from "./calls.js";

const { registerClient, readClient, updateClient, deleteClient } = RegistrationService.method;
const { suspendClient, rotateClientSecret, rotateRegistrationAccessToken } = ClientAdminService.method;
const { getClient } = ClientDirectoryService.method;
const redirectUris = ["https://client.example/cb"];
const admin = service("admin");
const day = 86_400;

const kindOf = async (answer: Promise<unknown>) => {
  const error = await answer.then(() => undefined, (thrown: unknown) => thrown);
  if (!(error instanceof RegistryError)) throw new Error("it was not refused", { cause: error });
  return error.kind;
};

const later = (registry: Registry, seconds: number): Registry => ({ ...registry, clock: { ...registry.clock, seconds: () => fixedSeconds + seconds } });
const stored = (registry: Registry, clientId: string) => registry.store.clients.find("default", clientId)!;
const labels = (registry: Registry, clientId: string, kind: CredentialKind) => stored(registry, clientId).credentials.filter((credential) => credential.kind === kind).map(({ label }) => label);
const kinds = (registry: Registry) => registry.store.changes.after(0, 1000).map(({ kind }) => kind);

/** Whether a secret passes for a current one; asked by an operator, whose updates make none. */
async function isCurrent(registry: Registry, clientId: string, clientSecret: string): Promise<boolean> {
  return perform(registry, updateClient, { clientId, metadata: { redirectUris }, clientSecret }, admin).then(() => true, (error: RegistryError) => {
    if (error.kind === "invalid_client_metadata") return false;
    throw error;
  });
}

const reads = (registry: Registry, clientId: string, token: string) =>
  perform(registry, readClient, { clientId }, bearer(token)).then(() => true, (error: RegistryError) => {
    if (error.kind === "invalid_token") return false;
    throw error;
  });

/** What is being written when this is called is written when it resolves. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("a rotated client secret", () => {
  it("is not made while the client's policy has a mistake: how long it may live is not known", async () => {
    const registry = createRegistry();
    const { clientId } = await registered(registry);
    const realm = registry.realms.get("default")!;
    const policies = new Map([...realm.policies].map(([name, policy]) => [name, { ...policy, mistake: "fields[0].field is no field" }]));
    const mistaken: Registry = { ...registry, realms: new Map([["default", { ...realm, policies }]]) };
    expect(await kindOf(perform(mistaken, rotateClientSecret, { clientId }, admin))).toBe("permission_denied");
    expect(labels(registry, clientId, "client_secret")).toEqual(["1"]);
  });

  it("is valid beside the one before it, for a day when nothing is said; the rest of the client is as it was (hydra #4093)", async () => {
    const registry = createRegistry();
    const { clientId, token, secret } = await registered(registry);
    const before = stored(registry, clientId);
    const { client, credentials, secrets } = await perform(registry, rotateClientSecret, { clientId }, admin);
    expect(client).toMatchObject({ version: 2, clientSecretExpiresAt: 0, metadata: { redirectUris } });
    expect(credentials?.clientSecret).toMatch(/^mcs_/);
    expect(credentials?.registrationAccessToken).toBeUndefined();
    expect(secrets.map(({ label, expiresAt }) => [label, expiresAt])).toEqual([["1", fixedSeconds + day], ["2", 0]]);
    const after = stored(registry, clientId);
    expect(after.client).toEqual({ ...before.client, version: 2, mac: after.client.mac });
    expect(after.credentials.filter(({ kind }) => kind === "registration_access_token")).toEqual(before.credentials.filter(({ kind }) => kind === "registration_access_token"));

    for (const [at, first] of [[day - 1, true], [day, false]] as const) {
      expect(await isCurrent(later(registry, at), clientId, secret)).toBe(first);
      expect(await isCurrent(later(registry, at), clientId, credentials!.clientSecret!)).toBe(true);
    }
    expect(await reads(registry, clientId, token)).toBe(true);
    expect(kinds(registry)[1]).toBe("secret_rotated");
  });

  it.each([[0, [["2", 0]]], [3600, [["1", fixedSeconds + 3600], ["2", 0]]]] as const)("leaves the others an overlap of %i seconds where that is asked", async (overlap, expected) => {
    const registry = createRegistry();
    const { clientId, secret } = await registered(registry);
    const { secrets } = await perform(registry, rotateClientSecret, { clientId, overlap }, admin);
    expect(secrets.map(({ label, expiresAt }) => [label, expiresAt])).toEqual(expected);
    expect(await isCurrent(registry, clientId, secret)).toBe(overlap > 0);
  });

  it("gives none a longer life than its own, and the new one that of the policy", async () => {
    const registry = createRegistry();
    const realm = registry.realms.get("default")!;
    const policies = new Map([...realm.policies].map(([name, policy]) => [name, { ...policy, clientSecretLifetime: 3600 }]));
    const waysIn = new Map([...realm.waysIn].map(([name, settings]) => [name, { ...settings, policy: policies.get("rfc7591")! }]));
    const hourly = { ...registry, realms: new Map([["default", { ...realm, policies, waysIn }]]) };
    const { clientId } = await registered(hourly);
    const { secrets, client } = await perform(later(hourly, 60), rotateClientSecret, { clientId, overlap: 31_536_000 }, admin);
    expect(secrets.map(({ expiresAt }) => expiresAt - fixedSeconds)).toEqual([3600, 3660]);
    expect(client?.clientSecretExpiresAt).toBe(fixedSeconds + 3660);
  });

  it("has the label asked for, and the newest is the newest whatever the labels are and however fast they follow each other", async () => {
    const registry = createRegistry();
    const { clientId } = await registered(registry);
    for (const label of ["zebra", "2027-01", "aardvark"]) {
      const { client, secrets } = await perform(registry, rotateClientSecret, { clientId, label, overlap: 60 }, admin);
      expect(secrets.at(-1)).toMatchObject({ label, expiresAt: 0 });
      expect(client?.clientSecretExpiresAt).toBe(0);
    }
    const { secrets } = await perform(registry, getClient, { clientId }, admin);
    expect(secrets.map(({ label }) => label)).toEqual(["1", "zebra", "2027-01", "aardvark"]);
    expect((await perform(registry, rotateClientSecret, { clientId }, admin)).secrets.at(-1)?.label).toBe("2");
  });

  it("is refused a label that another has, and one that no log could be read with", async () => {
    const registry = createRegistry();
    const { clientId } = await registered(registry);
    for (const label of ["1", "two words", "-x", "\u001b[2J", "x".repeat(65)]) expect(await kindOf(perform(registry, rotateClientSecret, { clientId, label }, admin))).toBe("invalid_request");
    expect(await kindOf(perform(registry, rotateClientSecret, { clientId, overlap: 0xffff_ffff }, admin))).toBe("invalid_request");
    expect(stored(registry, clientId).client.version).toBe(1);
  });

  it("is one of five at most, of which some are to end before there is another", async () => {
    const registry = createRegistry();
    const { clientId } = await registered(registry);
    for (let i = 0; i < 4; i += 1) await perform(registry, rotateClientSecret, { clientId }, admin);
    expect(await kindOf(perform(registry, rotateClientSecret, { clientId }, admin))).toBe("invalid_request");
    expect(labels(registry, clientId, "client_secret")).toHaveLength(5);
    expect((await perform(later(registry, day), rotateClientSecret, { clientId }, admin)).secrets).toHaveLength(2);
    expect((await perform(registry, rotateClientSecret, { clientId, overlap: 0 }, admin)).secrets).toHaveLength(1);
  });

  it("goes on beside the one that the client's own update renews, and is not what is renewed", async () => {
    const registry = createRegistry();
    const { clientId, token } = await registered(registry);
    const { credentials } = await perform(registry, rotateClientSecret, { clientId, label: "x", overlap: 2 * day }, admin);
    const put = await perform(later(registry, day), updateClient, { clientId, metadata: { redirectUris } }, bearer(token));
    expect(put.credentials?.clientSecret).toBeUndefined();
    expect(labels(registry, clientId, "client_secret")).toEqual(["1", "x"]);
    expect(await isCurrent(registry, clientId, credentials!.clientSecret!)).toBe(true);
  });

  it("is not made for a client whose method needs none", async () => {
    const registry = createRegistry();
    const { client } = await perform(registry, registerClient, { metadata: { redirectUris, tokenEndpointAuthMethod: "none" } }, nobody);
    expect(await kindOf(perform(registry, rotateClientSecret, { clientId: client!.clientId! }, admin))).toBe("invalid_request");
  });

  it("is made by the client for itself, with its token echoed", async () => {
    const registry = createRegistry();
    const { clientId, token } = await registered(registry);
    const { credentials } = await perform(registry, rotateClientSecret, { clientId }, bearer(token));
    expect(credentials).toMatchObject({ registrationAccessToken: token, registrationClientUri: `https://localhost/register/${clientId}` });
    expect(registry.store.changes.after(0, 10).at(-1)?.actor).toEqual({ kind: "client", id: clientId, credentialId: "registration_access_token:1" });
  });
});

describe.each([["secret", rotateClientSecret], ["token", rotateRegistrationAccessToken]] as const)("to rotate a %s", (_what, method) => {
  it("needs the client's own token, its owner or an operator; a stranger learns nothing", async () => {
    const registry = createRegistry();
    const [own, other] = [await registered(registry), await registered(registry)];
    const refusals: readonly (readonly [Evidence, string])[] = [[bearer(other.token), "invalid_token"], [service("registrar"), "permission_denied"], [service("reader"), "permission_denied"], [nobody, "unauthenticated"]];
    for (const [evidence, kind] of refusals) {
      for (const clientId of [own.clientId, "0".repeat(26)]) expect(await kindOf(perform(registry, method, { clientId }, evidence))).toBe(kind);
    }
    expect(stored(registry, own.clientId).client.version).toBe(1);
    const owned = (await perform(registry, registerClient, { metadata: { redirectUris } }, service("registrar"))).client!.clientId!;
    expect((await perform(registry, method, { clientId: owned }, service("registrar"))).client?.version).toBe(2);
  });

  it("is not for a suspended client to do, but for an operator", async () => {
    const registry = createRegistry();
    const { clientId, token } = await registered(registry);
    await perform(registry, suspendClient, { clientId }, admin);
    expect(await kindOf(perform(registry, method, { clientId }, bearer(token)))).toBe("client_suspended");
    expect(stored(registry, clientId).client).toMatchObject({ state: "suspended", version: 2 });
    await perform(registry, method, { clientId }, admin);
    expect(stored(registry, clientId).client).toMatchObject({ state: "suspended", version: 3 });
  });

  it("may be asked of one version alone", async () => {
    const registry = createRegistry();
    const { clientId } = await registered(registry);
    expect(await kindOf(perform(registry, method, { clientId, etag: '"7"' }, admin))).toBe("version_conflict");
    expect((await perform(registry, method, { clientId, etag: '"1"' }, admin)).client?.version).toBe(2);
  });
});

/** A store on which the first uses of new tokens wait to be written until they are let go, or fail. */
function gated(store: Store): Store & { gate: { wait?: Promise<void>; fails?: boolean } } {
  const gate: { wait?: Promise<void>; fails?: boolean } = {};
  return {
    ...store,
    gate,
    async commit(unit: readonly Change[]): Promise<CommitResult> {
      if (unit.some(({ kind }) => kind === "confirm_registration_access_token")) {
        await gate.wait;
        if (gate.fails === true) throw new RegistryError("store_unavailable", "the store cannot write");
      }
      return store.commit(unit);
    },
  };
}

describe("a rotated registration access token", () => {
  async function rotated(registry: Registry) {
    const { clientId, token: first } = await registered(registry);
    const { credentials } = await perform(registry, rotateRegistrationAccessToken, { clientId }, bearer(first));
    return { clientId, first, second: credentials!.registrationAccessToken! };
  }

  it("comes with its URI; until it is used the one before it works, so that a lost answer locks nobody out", async () => {
    const registry = createRegistry();
    const { clientId, token: first, secret } = await registered(registry);
    const { client, credentials } = await perform(registry, rotateRegistrationAccessToken, { clientId }, bearer(first));
    expect(client?.version).toBe(2);
    expect(credentials).toMatchObject({ registrationAccessToken: expect.stringMatching(/^mrt_/) as string, registrationClientUri: `https://localhost/register/${clientId}` });
    expect(credentials?.clientSecret).toBeUndefined();
    expect(await reads(registry, clientId, first)).toBe(true);
    expect((await perform(registry, updateClient, { clientId, metadata: { redirectUris } }, bearer(first))).client?.version).toBe(3);
    expect(await isCurrent(registry, clientId, secret)).toBe(true);
    expect(await reads(registry, clientId, first)).toBe(true);
  });

  it("ends the one before it with its first use; that answer does not wait for it, and every later one does", async () => {
    const store = gated(createMemoryStore());
    const registry = createRegistry({ store });
    const { clientId, first, second } = await rotated(registry);
    let letGo = () => {};
    store.gate.wait = new Promise((resolve) => (letGo = resolve));
    expect((await perform(registry, readClient, { clientId }, bearer(second))).client?.etag).toBe('"2"');
    const answers = [reads(registry, clientId, first), reads(registry, clientId, second)];
    let answered = 0;
    for (const answer of answers) void answer.then(() => (answered += 1));
    await settled();
    expect(answered).toBe(0);
    letGo();
    expect(await Promise.all(answers)).toEqual([false, true]);
    expect(registry.store.changes.after(0, 10).at(-1)).toMatchObject({
      kind: "registration_access_token_confirmed", subject: clientId, version: 2, actor: { kind: "client", credentialId: "registration_access_token:2" },
    });
    // It is one use that ends the others, not each.
    expect(kinds(registry).filter((kind) => kind === "registration_access_token_confirmed")).toHaveLength(1);
  });

  it("is confirmed without a new version: an etag that came with it holds", async () => {
    const registry = createRegistry();
    const { clientId, second } = await rotated(registry);
    const { client } = await perform(registry, readClient, { clientId }, bearer(second));
    expect((await perform(registry, updateClient, { clientId, metadata: { redirectUris }, etag: client!.etag }, bearer(second))).client?.version).toBe(3);
  });

  it("leaves the client both when its first use cannot be written, and tries again at the next", async () => {
    const store = gated(createMemoryStore());
    const registry = createRegistry({ store });
    const { clientId, first, second } = await rotated(registry);
    store.gate.fails = true;
    for (const token of [second, first, second]) {
      expect(await reads(registry, clientId, token)).toBe(true);
      await settled();
    }
    store.gate.fails = false;
    expect(await reads(registry, clientId, second)).toBe(true);
    expect(await reads(registry, clientId, first)).toBe(false);
    expect(await reads(registry, clientId, second)).toBe(true);
  });

  it("is used by a write as by a read: what is written holds the one before it no more", async () => {
    const registry = createRegistry();
    const { clientId, first, second } = await rotated(registry);
    const { credentials } = await perform(registry, rotateClientSecret, { clientId }, bearer(second));
    expect(credentials?.registrationAccessToken).toBe(second);
    expect(labels(registry, clientId, "registration_access_token")).toEqual(["2"]);
    expect(await reads(registry, clientId, first)).toBe(false);
  });

  it("stays confirmed whoever was writing at the same time", async () => {
    const store = watched(createMemoryStore());
    const registry = createRegistry({ store });
    const { clientId, first, second } = await rotated(registry);
    // An operator has read the client before the first use, and writes after it.
    store.hold(2);
    await Promise.all([perform(registry, rotateClientSecret, { clientId }, admin), perform(registry, readClient, { clientId }, bearer(second))]);
    expect(stored(registry, clientId).client.version).toBe(3);
    expect(await reads(registry, clientId, first)).toBe(false);
    expect(await reads(registry, clientId, second)).toBe(true);
  });

  it("that is never used lets the one before it live for a day, no longer", async () => {
    const registry = createRegistry();
    const { clientId, first, second } = await rotated(registry);
    expect(await reads(later(registry, day - 1), clientId, first)).toBe(true);
    expect(await reads(later(registry, day), clientId, first)).toBe(false);
    expect(await reads(later(registry, 400 * day), clientId, second)).toBe(true);
  });

  it("may be asked for again when the answer was lost, as often as need be: the token that the client has goes on", async () => {
    const registry = createRegistry();
    const { clientId, token: first } = await registered(registry);
    const made: string[] = [];
    for (let i = 0; i < 6; i += 1) {
      made.push((await perform(registry, rotateRegistrationAccessToken, { clientId }, bearer(first))).credentials!.registrationAccessToken!);
    }
    expect(labels(registry, clientId, "registration_access_token")).toEqual(["1", "5", "6", "7"]);
    // One that is not the newest ends what is older, and leaves what is newer.
    expect(await reads(registry, clientId, made[4]!)).toBe(true);
    expect(await Promise.all([first, made[3]!, made[4]!, made[5]!].map((token) => reads(registry, clientId, token)))).toEqual([false, false, true, true]);
    expect(await reads(registry, clientId, made[5]!)).toBe(true);
    expect(await reads(registry, clientId, made[4]!)).toBe(false);
  });

  it("is given by an operator to a client that has lost its own", async () => {
    const registry = createRegistry();
    const { clientId } = await registered(registry);
    const token = (await perform(registry, rotateRegistrationAccessToken, { clientId }, admin)).credentials!.registrationAccessToken!;
    await perform(registry, deleteClient, { clientId }, bearer(token));
    expect(stored(registry, clientId).client.state).toBe("deleted");
  });

  it("comes with each of the client's own updates where the policy says so, with no operator's, and a lost answer is asked for again", async () => {
    const plain = createRegistry();
    const realm = plain.realms.get("default")!;
    const policies = new Map([...realm.policies].map(([name, policy]) => [name, { ...policy, rotatesToken: true }]));
    const waysIn = new Map([...realm.waysIn].map(([name, settings]) => [name, { ...settings, policy: policies.get("rfc7591")! }]));
    const registry = { ...plain, realms: new Map([["default", { ...realm, policies, waysIn }]]) };
    const { clientId, token: first, secret } = await registered(registry);
    const idempotencyKey = "0f8fad5b-d9cb-469f-a165-70867728950e";
    const put = async (token: string) => (await perform(registry, updateClient, { clientId, metadata: { redirectUris }, idempotencyKey }, bearer(token))).credentials!.registrationAccessToken!;
    const second = await put(first);
    expect(second).not.toBe(first);
    expect(await put(first)).toBe(second);
    expect((await perform(registry, readClient, { clientId }, bearer(first))).credentials?.registrationAccessToken).toBe(first);
    const third = await put(second);
    expect([third === second, await reads(registry, clientId, first), await reads(registry, clientId, second)]).toEqual([false, false, true]);
    expect(await reads(registry, clientId, third)).toBe(true);
    expect(await reads(registry, clientId, second)).toBe(false);
    const { credentials } = await perform(registry, updateClient, { clientId, metadata: { redirectUris } }, admin);
    expect(credentials?.registrationAccessToken).toBeUndefined();
    expect(labels(registry, clientId, "registration_access_token")).toEqual(["2", "3"]);
    expect(await isCurrent(registry, clientId, secret)).toBe(true);
  });

  it("is made nowhere where such tokens open nothing", async () => {
    const registry = createRegistry();
    const { clientId } = await registered(registry);
    const realm = registry.realms.get("default")!;
    const waysIn = new Map(realm.waysIn);
    waysIn.delete("registration_access_token");
    expect(await kindOf(perform({ ...registry, realms: new Map([["default", { ...realm, waysIn }]]) }, rotateRegistrationAccessToken, { clientId }, admin))).toBe("invalid_request");
  });

  it("is bound as the one before it: by the client or its owner with the certificate, and by nobody without it", async () => {
    const registry = createRegistry();
    const realm = registry.realms.get("default")!;
    const bound = { ...registry, realms: new Map([["default", { ...realm, tokenBinding: "certificate" as const }]]) };
    const owner = service("registrar");
    const { client, credentials } = await perform(bound, registerClient, { metadata: { redirectUris } }, owner);
    const clientId = client!.clientId!;
    const together = { ...owner, authorization: `Bearer ${credentials!.registrationAccessToken!}` };
    expect(await kindOf(perform(bound, rotateRegistrationAccessToken, { clientId }, admin))).toBe("permission_denied");
    for (const evidence of [owner, together]) {
      const token = (await perform(bound, rotateRegistrationAccessToken, { clientId }, evidence)).credentials!.registrationAccessToken!;
      expect(await reads(bound, clientId, token)).toBe(false);
      expect((await perform(bound, readClient, { clientId }, { ...owner, authorization: `Bearer ${token}` })).client?.clientId).toBe(clientId);
      together.authorization = `Bearer ${token}`;
    }
  });
});
