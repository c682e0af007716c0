// Initial access tokens as objects: made with their terms, found, listed, revoked, and their clients deleted with them.

import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { beforeEach, describe, expect, it } from "vitest";
import { PolicySchema } from "../../gen/ts/matricula/v1/policy_pb.js";
import { ClientDirectoryService } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { PrincipalKind } from "../../gen/ts/matricula/v1/client_pb.js";
import { InitialAccessTokenService, type CreateInitialAccessTokenRequestSchema } from "../../gen/ts/matricula/v1/initial_access_token_service_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { compilePolicy } from "../../src/domain/policy.js";
import type { Store } from "../../src/domain/ports.js";
import type { Evidence } from "../../src/service/caller.js";
import type { Registry } from "../../src/service/registry.js";
import { createMemoryStore } from "../../src/store/memory/store.js";
import { createRegistry, fixedSeconds, makeInitialAccessToken } from "../connect/fixture.js";
import { bearer, nobody, perform, service, watched } from "./calls.js";

const { createInitialAccessToken, getInitialAccessToken, listInitialAccessTokens, revokeInitialAccessToken } = InitialAccessTokenService.method;
const { registerClient, readClient, updateClient } = RegistrationService.method;

const admin = service("admin");
const metadata = { redirectUris: ["https://client.example/cb"] };
const house = compilePolicy(
  create(PolicySchema, { name: "house", fields: [{ field: "scope", allow: ["openid"] }, { field: "software_id", refuse: true }, { field: "client_name", allow: ["Team"] }] }),
  "1",
);

let store: ReturnType<typeof watched>;
let registry: Registry;
let milliseconds: number;

/** A registry with the policy "house" and a clock that the test moves. */
function worldOf(kept: Store): void {
  store = watched(kept);
  milliseconds = fixedSeconds * 1000;
  const base = createRegistry({ store });
  const realm = base.realms.get("default")!;
  const attributes = new Map([...realm.customAttributes, ["verdict", { name: "verdict", type: "string", maxBytes: 10, setBy: "server" }] as const]);
  registry = {
    ...base,
    realms: new Map([["default", { ...realm, policies: new Map([...realm.policies, ["house", house]]), customAttributes: attributes }]]),
    clock: { seconds: () => Math.floor(milliseconds / 1000), milliseconds: () => milliseconds },
  };
}
beforeEach(() => worldOf(createMemoryStore()));

const make = (request: MessageInitShape<typeof CreateInitialAccessTokenRequestSchema> = {}) => perform(registry, createInitialAccessToken, request, admin);
const register = (token: string, more: object = {}) => perform(registry, registerClient, { metadata: { ...metadata, ...more } }, bearer(token));
const kinds = () => store.changes.after(0, 1000).map(({ kind, subject }) => `${kind} ${subject}`);

describe("a token", () => {
  it("is on record with all that it was made with, and nowhere with itself", async () => {
    const terms = {
      name: "ci", owner: "team", purpose: "tests", policy: "house", uses: 5, lifetime: 60, force: { scope: "openid" },
      redirectHosts: ["Client.Example.", "*.apps.example", "client.example", "b\u00fccher.example"], boundTo: `sha256:${"AB:".repeat(31)}AB`,
    };
    const { initialAccessToken, token } = await make(terms);
    expect(initialAccessToken).toMatchObject({
      name: "ci", owner: "team", purpose: "tests", policy: "house", usesLeft: 5, createdAt: fixedSeconds, expiresAt: fixedSeconds + 60, realm: "default", clients: 0,
      force: { scope: "openid" }, redirectHosts: ["client.example", "*.apps.example", "xn--bcher-kva.example"], boundTo: `sha256:${"ab".repeat(32)}`,
      createdBy: { kind: PrincipalKind.CERTIFICATE, id: "spiffe://test/admin" },
    });
    const { id } = initialAccessToken!;
    const found = await perform(registry, getInitialAccessToken, { id }, admin);
    expect(found.initialAccessToken).toEqual(initialAccessToken);
    expect(JSON.stringify([found, store.units])).not.toContain(token);
    expect(kinds()).toEqual([`initial_access_token_created ${id}`]);
  });

  it.each<[string, MessageInitShape<typeof CreateInitialAccessTokenRequestSchema>, string]>([
    ["a name with a control character", { name: "a\u0007" }, "name has a control character"],
    ["an owner of two lines", { owner: "a\nb" }, "owner has a control character"],
    ["half a character", { purpose: "\ud800" }, "purpose has a control character, or is not well-formed"],
    ["a long owner", { owner: "x".repeat(256) }, "owner has more than 255 characters"],
    ["an unknown policy", { policy: "hose" }, "policy names no policy of this realm: hose"],
    ["a policy that is a sentence", { policy: "a b" }, "policy names no policy of this realm"],
    ["more than ten years", { lifetime: 315_360_001 }, "lifetime"],
    ["a host with a path", { redirectHosts: ["a.example", "a.example/b"] }, "redirect_hosts[1]"],
    ["a host with a port", { redirectHosts: ["a.example:443"] }, "redirect_hosts[0]"],
    ["a URL", { redirectHosts: ["https://a.example"] }, "redirect_hosts[0]"],
    ["a star alone", { redirectHosts: ["*"] }, "redirect_hosts[0]"],
    ["a star inside", { redirectHosts: ["a.*.example"] }, "redirect_hosts[0]"],
    ["a star before half a label", { redirectHosts: ["*example.com"] }, "redirect_hosts[0]"],
    ["an address of three numbers", { redirectHosts: ["127.0.1"] }, "redirect_hosts[0]"],
    ["below an address", { redirectHosts: ["*.0.0.1"] }, "redirect_hosts[0]"],
    ["an empty host", { redirectHosts: [""] }, "redirect_hosts[0]"],
    ["too many hosts", { redirectHosts: Array(51).fill("a.example") as string[] }, "redirect_hosts has more than 50"],
    ["a name that is no certificate's", { boundTo: "CN=orders" }, "bound_to"],
    ["a short fingerprint", { boundTo: "sha256:abcd" }, "bound_to"],
    ["a pattern of certificates", { boundTo: "spiffe://example.org/*" }, "bound_to"],
  ])("is not made with %s", async (_what, request, sentence) => {
    const failure = make(request);
    await expect(failure).rejects.toMatchObject({ kind: "invalid_request" });
    await expect(failure).rejects.toThrow(sentence);
    expect(store.units).toEqual([]);
  });

  it.each<[string, MessageInitShape<typeof CreateInitialAccessTokenRequestSchema>, readonly [field: string, rule: string][]]>([
    ["redirect URIs", { force: { redirectUris: ["https://a.example/"] } }, [["force.redirect_uris", "force.redirect_uris"]]],
    ["a value that is none", { force: { scope: 'a"b', contacts: [""] } }, [["force.scope", "scope.syntax"], ["force.contacts[0]", "empty"]]],
    ["an attribute that is not declared", { force: { customAttributes: { other: 1 } } }, [["force.other", "force.offered"]]],
    ["a clash", { force: { grantTypes: ["client_credentials"], responseTypes: ["code"] } }, [["force.response_types[0]", "response_types.grant"]]],
    ["what the policy does not admit", { policy: "house", force: { scope: "openid", clientName: "Bank" } }, [["force.client_name", "policy.house.client_name.allow"]]],
    ["another language than the policy admits", { policy: "house", force: { clientNameLocalized: { fr: "Banque" } } }, [["force.client_name#fr", "policy.house.client_name.allow"]]],
  ])("forces no %s", async (_what, request, violations) => {
    const failure = await make(request).catch((error: unknown) => error as { kind: string; violations: { field: string; rule: string }[] });
    expect(failure).toMatchObject({ kind: "invalid_client_metadata" });
    expect((failure as { violations: { field: string; rule: string }[] }).violations.map(({ field, rule }) => [field, rule])).toEqual(violations);
    expect(store.units).toEqual([]);
  });

  it("forces what the service alone sets, and what the policy lets no client send", async () => {
    const { token } = await make({ policy: "house", force: { softwareId: "reviewed", customAttributes: { verdict: "good" } } });
    const { client, decisions } = await register(token, { scope: "openid" });
    expect(client).toMatchObject({ policy: "house", metadata: { softwareId: "reviewed", customAttributes: { verdict: "good" } } });
    expect(decisions.map(({ field, rule }) => [field, rule])).toEqual([["software_id", "initial_access_token.force"], ["verdict", "initial_access_token.force"]]);
  });

  it("takes back what it has given: an update sends all that it was told (DCM-13)", async () => {
    const { token } = await make({ policy: "house", force: { softwareId: "reviewed", customAttributes: { verdict: "good" } } });
    const { client, credentials } = await register(token);
    const own = bearer(credentials!.registrationAccessToken!);
    const update = (sent: object) => perform(registry, updateClient, { clientId: client!.clientId!, metadata: { ...client!.metadata!, ...sent } }, own);
    const { softwareId: _forced, ...told } = client!.metadata!;
    expect((await perform(registry, updateClient, { clientId: client!.clientId!, metadata: told }, own)).client!.metadata!.customAttributes).toEqual({ verdict: "good" });
    expect((await update({ customAttributes: { verdict: "bad" } })).client!.metadata!.customAttributes).toEqual({ verdict: "good" });
  });

  it("admits nobody when its policy is no longer configured, and says so", async () => {
    const { token } = await make({ policy: "house" });
    const realm = registry.realms.get("default")!;
    registry = { ...registry, realms: new Map([["default", { ...realm, policies: new Map([...realm.policies].filter(([name]) => name !== "house")) }]]) };
    await expect(register(token)).rejects.toMatchObject({ kind: "permission_denied", message: expect.stringContaining("no longer configured") });
  });

  it("tells what the JSON door has found in the forced metadata", async () => {
    const violations = [{ error: "invalid_client_metadata", field: "contacts", rule: "type", clause: "RFC 7591 section 2", description: "contacts must be an array of strings" }] as const;
    await expect(perform(registry, createInitialAccessToken, { force: {} }, admin, { violations })).rejects.toMatchObject({ violations: [{ field: "force.contacts", rule: "type" }] });
  });
});

describe("the clients of a token", () => {
  it("are its owner's, and on record is which token admitted whom", async () => {
    const [one, two] = [await make({ owner: "team" }), await make({ owner: "team" })];
    const [first, second] = [await register(one.token), await register(two.token)];
    const alone = await make();
    const third = await register(alone.token);
    expect([first, second, third].map(({ client }) => client!.owner)).toMatchObject([
      { kind: PrincipalKind.INITIAL_ACCESS_TOKEN, id: "team", credentialId: one.initialAccessToken!.id },
      { kind: PrincipalKind.INITIAL_ACCESS_TOKEN, id: "team", credentialId: two.initialAccessToken!.id },
      { kind: PrincipalKind.INITIAL_ACCESS_TOKEN, id: alone.initialAccessToken!.id, credentialId: alone.initialAccessToken!.id },
    ]);
    const ids = async (filter: object) => (await perform(registry, ClientDirectoryService.method.listClients, { filter }, service("reader"))).clients.map(({ clientId }) => clientId);
    expect(new Set(await ids({ ownerId: "team" }))).toEqual(new Set([first.client!.clientId, second.client!.clientId]));
    expect(await ids({ credentialId: two.initialAccessToken!.id })).toEqual([second.client!.clientId]);
    expect(await ids({ ownerId: "team", credentialId: alone.initialAccessToken!.id })).toEqual([]);
    const counts = async (id: string) => (await perform(registry, getInitialAccessToken, { id }, admin)).initialAccessToken!.clients;
    expect([await counts(one.initialAccessToken!.id), await counts(two.initialAccessToken!.id)]).toEqual([1, 1]);
  });

  it("are guarded by it when it is revoked, expired and used up", async () => {
    const { initialAccessToken, token } = await make({ uses: 1, lifetime: 60, force: { scope: "openid" }, redirectHosts: ["client.example"] });
    const { client, credentials } = await register(token);
    await perform(registry, revokeInitialAccessToken, { id: initialAccessToken!.id }, admin);
    milliseconds += 3_600_000;
    const update = (changes: object) =>
      perform(registry, updateClient, { clientId: client!.clientId!, metadata: { ...metadata, ...changes } }, bearer(credentials!.registrationAccessToken!));
    expect((await update({ scope: "admin" })).client?.metadata?.scope).toBe("openid");
    await expect(update({ redirectUris: ["https://elsewhere.example/"] })).rejects.toMatchObject({ kind: "invalid_redirect_uri" });
  });
});

describe("lists of tokens", () => {
  beforeEach(async () => {
    for (let i = 0; i < 7; i++) {
      milliseconds += 1000;
      await make({ name: `t${i}`, uses: i === 2 ? 1 : 0, lifetime: i === 4 ? 1 : 3600 });
    }
  });

  async function pages(pageSize: number, usable = false): Promise<string[][]> {
    const found: string[][] = [];
    let pageToken = "";
    do {
      const page = await perform(registry, listInitialAccessTokens, { pageSize, pageToken, usable }, admin);
      found.push(page.initialAccessTokens.map(({ name }) => name));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    return found;
  }

  it.each([1, 3, 7, 500, 0])("by pages of %i have each once, the newest last", async (size) => {
    const found = await pages(size);
    expect(found.flat()).toEqual(["t0", "t1", "t2", "t3", "t4", "t5", "t6"]);
    expect(found[0]).toHaveLength(Math.min(size || 50, 7));
  });

  it("leave out what no longer admits, when that is asked", async () => {
    const all = (await perform(registry, listInitialAccessTokens, {}, admin)).initialAccessTokens;
    await perform(registry, revokeInitialAccessToken, { id: all[1]!.id }, admin);
    const { token } = await make({ name: "once", uses: 1 });
    await register(token);
    expect((await pages(2, true)).flat()).toEqual(["t0", "t2", "t3", "t5", "t6"]);
    expect((await pages(2)).flat()).toHaveLength(8);
  });

  it("go on for the same caller and the same list alone", async () => {
    const { nextPageToken: pageToken } = await perform(registry, listInitialAccessTokens, { pageSize: 2 }, admin);
    for (const request of [{ pageToken, usable: true }, { pageToken: `${pageToken.slice(0, -2)}xx` }]) {
      await expect(perform(registry, listInitialAccessTokens, request, admin)).rejects.toMatchObject({ kind: "invalid_request" });
    }
    const { nextPageToken: clients } = await perform(registry, ClientDirectoryService.method.listClients, { pageSize: 1 }, service("reader"));
    expect(clients).toBe("");
  });

  it.each([["nobody", nobody, "unauthenticated"], ["a registrar", service("registrar"), "permission_denied"], ["a reader", service("reader"), "permission_denied"]])("are not for %s", async (_who, evidence: Evidence, kind) => {
    const { initialAccessTokens: [first] } = await perform(registry, listInitialAccessTokens, {}, admin);
    const id = first!.id;
    await expect(perform(registry, listInitialAccessTokens, {}, evidence)).rejects.toMatchObject({ kind });
    await expect(perform(registry, getInitialAccessToken, { id }, evidence)).rejects.toMatchObject({ kind });
    await expect(perform(registry, revokeInitialAccessToken, { id, deleteClients: true }, evidence)).rejects.toMatchObject({ kind });
  });
});

describe("revoking", () => {
  it("ends a token at once, and again changes nothing", async () => {
    const { initialAccessToken, token } = await make();
    const { id } = initialAccessToken!;
    await register(token);
    const answer = await perform(registry, revokeInitialAccessToken, { id }, admin);
    expect(answer).toMatchObject({ clientsDeleted: 0, more: false, initialAccessToken: { id, revokedAt: fixedSeconds, clients: 1 } });
    await expect(register(token)).rejects.toMatchObject({ kind: "invalid_token" });
    milliseconds += 60_000;
    expect((await perform(registry, revokeInitialAccessToken, { id }, admin)).initialAccessToken?.revokedAt).toBe(fixedSeconds);
    expect(kinds().filter((kind) => kind.startsWith("initial_access_token_revoked"))).toEqual([`initial_access_token_revoked ${id}`]);
  });

  it("of what is not there, or in another realm, is told so", async () => {
    for (const method of [getInitialAccessToken, revokeInitialAccessToken]) {
      await expect(perform(registry, method, { id: "none" }, admin)).rejects.toMatchObject({ kind: "not_found" });
    }
  });

  it("by two at once is one revocation", async () => {
    const { initialAccessToken } = await make();
    store.hold(2);
    const answers = await Promise.all([0, 1].map(() => perform(registry, revokeInitialAccessToken, { id: initialAccessToken!.id }, admin)));
    expect(answers.map((answer) => answer.initialAccessToken?.revokedAt)).toEqual([fixedSeconds, fixedSeconds]);
    expect(kinds()).toHaveLength(2);
  });

  it.each([["without a limit", 0], ["with uses left", 9]])("meets registrations on their way: none by a token %s gets through after it", async (_which, uses) => {
    const { initialAccessToken, token } = await make({ uses });
    // Looked at and found good, and then overtaken.
    store.hold(2);
    const [revocation, registration] = await Promise.allSettled([perform(registry, revokeInitialAccessToken, { id: initialAccessToken!.id, deleteClients: true }, admin), register(token)]);
    expect(revocation).toMatchObject({ status: "fulfilled" });
    expect(registration).toMatchObject({ status: "rejected", reason: { kind: "invalid_token" } });
  });

  it("deletes the clients that came by the token, and no others", async () => {
    const [gone, stays] = [await make({ owner: "team" }), await make({ owner: "team" })];
    const clients = [await register(gone.token), await register(gone.token), await register(gone.token)];
    const other = await register(stays.token);
    await perform(registry, RegistrationService.method.deleteClient, { clientId: clients[0]!.client!.clientId! }, bearer(clients[0]!.credentials!.registrationAccessToken!));
    const answer = await perform(registry, revokeInitialAccessToken, { id: gone.initialAccessToken!.id, deleteClients: true }, admin);
    expect(answer).toMatchObject({ clientsDeleted: 2, more: false, initialAccessToken: { clients: 0 } });
    for (const { client, credentials } of clients) {
      await expect(perform(registry, readClient, { clientId: client!.clientId! }, bearer(credentials!.registrationAccessToken!))).rejects.toMatchObject({ kind: "invalid_token" });
    }
    expect((await perform(registry, readClient, { clientId: other.client!.clientId! }, admin)).client?.clientId).toBe(other.client!.clientId);
    const rows = store.changes.after(0, 100).filter(({ kind, actor }) => kind === "deleted" && actor.id === "spiffe://test/admin");
    expect(rows.map(({ subject, version }) => `${subject} ${version}`).sort()).toEqual(clients.slice(1).map(({ client }) => `${client!.clientId} 2`).sort());
    expect(rows[0]?.previous.length).toBeGreaterThan(0);
    expect(await perform(registry, revokeInitialAccessToken, { id: gone.initialAccessToken!.id, deleteClients: true }, admin)).toMatchObject({ clientsDeleted: 0, more: false });
  });

  it("takes about five seconds at most, and goes on when it is called again", async () => {
    const { initialAccessToken, token } = await make();
    const count = 450;
    await Promise.all(Array.from({ length: count }, () => register(token)));
    const { id } = initialAccessToken!;
    // Each page of clients takes three seconds.
    registry = { ...registry, store: { ...store, lister: { ...store.lister, list: (query) => ((milliseconds += 3000), store.lister.list(query)) } } };
    const first = await perform(registry, revokeInitialAccessToken, { id, deleteClients: true }, admin);
    expect(first).toMatchObject({ clientsDeleted: 400, more: true, initialAccessToken: { clients: 50 } });
    expect(await perform(registry, revokeInitialAccessToken, { id, deleteClients: true }, admin)).toMatchObject({ clientsDeleted: 50, more: false, initialAccessToken: { clients: 0 } });
  });

  it("deletes a client that somebody is writing to, and says that one is left when it cannot", async () => {
    const { initialAccessToken, token } = await make();
    const { client, credentials } = await register(token);
    const { id } = initialAccessToken!;
    let writes = 0;
    const interrupted = (times: number): Store => ({
      ...store,
      async commit(unit) {
        // Before each deletion the client itself comes first.
        if (unit.some(({ kind }) => kind === "delete_client") && writes++ < times) {
          await perform({ ...registry, store }, updateClient, { clientId: client!.clientId!, metadata }, bearer(credentials!.registrationAccessToken!));
        }
        return store.commit(unit);
      },
    });
    const revoke = (times: number) => perform({ ...registry, store: interrupted(times) }, revokeInitialAccessToken, { id, deleteClients: true }, admin);
    expect(await revoke(3)).toMatchObject({ clientsDeleted: 0, more: true });
    writes = 0;
    expect(await revoke(2)).toMatchObject({ clientsDeleted: 1, more: false });
  });
});

it("a token is nothing where its way in is off, also where registration is open", async () => {
  const { token } = await make({ owner: "team" });
  const realm = registry.realms.get("default")!;
  const off = { ...realm.waysIn.get("initial_access_token")!, enabled: false };
  registry = { ...registry, realms: new Map([["default", { ...realm, waysIn: new Map([...realm.waysIn, ["initial_access_token", off]]) }]]) };
  await expect(register(token)).rejects.toMatchObject({ kind: "invalid_token" });
});

it("a token that was made by an older release has the way's own terms", async () => {
  const token = await makeInitialAccessToken(registry, 1);
  expect((await register(token)).client).toMatchObject({ policy: "rfc7591", wayIn: "initial_access_token" });
  await expect(register(token)).rejects.toMatchObject({ kind: "invalid_token" });
});
