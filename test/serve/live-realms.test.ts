// A reload takes effect as a whole or not at all.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadConfiguration } from "../../src/config/configuration.js";
import { RegistryError } from "../../src/domain/errors.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { InitialAccessTokenService } from "../../gen/ts/matricula/v1/initial_access_token_service_pb.js";
import { PolicyService } from "../../gen/ts/matricula/v1/policy_service_pb.js";
import type { RandomBytes, Store } from "../../src/domain/ports.js";
import { createMemoryStore } from "../../src/store/memory/store.js";
import { createRegistry, deterministicBytes } from "../connect/fixture.js";
import type { Evidence } from "../../src/service/caller.js";
import { bearer, nobody, perform, service } from "../service/calls.js";
import { systemClock } from "../../src/serve/clock.js";
import { createLiveRealms, type LiveRealms } from "../../src/serve/live-realms.js";
import { openStatementIssuers, type OpenStatementIssuers } from "../../src/serve/statement-issuers.js";
import { prepareRealm } from "../../src/serve/realms.js";
import type { Registry } from "../../src/service/registry.js";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "matricula-reload-"));
  file = join(folder, "matricula.yaml");
});
afterEach(() => rmSync(folder, { recursive: true }));

const house = (field: string) => `realms: {default: {ways_in: {open: {enabled: true, policy: house}}, policies: [{name: house, required: [${field}]}]}}\n`;

let statements: OpenStatementIssuers | undefined;
afterEach(() => statements?.close());

async function start(text: string, demand: () => void = () => {}): Promise<LiveRealms> {
  writeFileSync(file, text);
  const load = { file, overrides: { data: folder } };
  const configuration = loadConfiguration(load);
  const realms = [...configuration.realms.values()].map((realm) => prepareRealm(configuration, realm, "https://a.example").realm);
  statements = await openStatementIssuers({ realms: configuration.realms.values(), clock: systemClock, log: { info() {}, error() {} } });
  return createLiveRealms({ load, configuration, realms, url: "https://a.example", statements, demand });
}

const required = (live: LiveRealms) => live.realms().get("default")!.waysIn.get("open")!.policy.required.map(({ name }) => name);

it("puts the new policies in force, for ways in and by name, in one map", async () => {
  const live = await start(house("client_name"));
  const before = live.realms();
  const version = before.get("default")!.policies.get("house")!.version;
  writeFileSync(file, house("software_id"));
  expect(await live.reload()).toEqual({ fileHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string, restartNeeded: [] });
  expect(required(live)).toEqual(["software_id"]);
  expect(live.realms().get("default")!.policies.get("house")!.version).not.toBe(version);
  // Who holds the old map goes on with it: a call sees one configuration from its start to its end.
  expect(before.get("default")!.policies.get("house")!.version).toBe(version);
});

it("keeps what was in force when there is a mistake, and tells all of them with their places", async () => {
  const live = await start(house("client_name"));
  const before = live.realms();
  writeFileSync(file, house("client_nam").replace("enabled: true", "enabled: 1"));
  const thrown: unknown = await live.reload().catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(RegistryError);
  expect((thrown as RegistryError).kind).toBe("invalid_request");
  expect((thrown as RegistryError).violations.map(({ field }) => field)).toEqual(["realms.default.ways_in.open.enabled", "realms.default.policies[0].required[0]"]);
  expect((thrown as RegistryError).violations[0]?.description).toMatch(/^1:\d+: /);
  expect(live.realms()).toBe(before);
});

it("keeps what was in force when the build cannot carry it out", async () => {
  let able = true;
  const live = await start(house("client_name"), () => {
    if (!able) throw new Error("names what this build does not have");
  });
  able = false;
  writeFileSync(file, house("software_id"));
  await expect(live.reload()).rejects.toThrow(/does not have/);
  expect(required(live)).toEqual(["client_name"]);
});

it("names what waits for a restart, and leaves that as it is", async () => {
  const live = await start(house("client_name"));
  writeFileSync(file, `listen: localhost:9443\n${house("software_id").replace("{default: {", "{other: {}, default: {issuer: 'https://b.example', ")}`);
  expect([...(await live.reload()).restartNeeded].sort()).toEqual(["listen", "realms.default.issuer", "realms.other"]);
  expect([required(live), live.realms().get("default")!.issuer, live.realms().has("other")]).toEqual([["software_id"], "https://a.example", false]);
});

it("of two who put a policy over the same version at once, the second is told that it has another", async () => {
  const live = await start(house("client_name").replace("{default: {", "{default: {certificates: [{spiffe_id: 'spiffe://test/admin', roles: [admin]}], "));
  const registry: Registry = { ...createRegistry(), configuration: live };
  Object.defineProperty(registry, "realms", { get: live.realms });
  const put = (field: string, expectedVersion = "") => perform(registry, PolicyService.method.putPolicy, { document: `name: stored\nrequired: [${field}]\n`, expectedVersion }, service("admin"));
  const first = (await put("client_name")).policy!.version;
  const outcomes = await Promise.allSettled([put("software_id", first), put("scope", first)]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  expect((outcomes[1] as PromiseRejectedResult).reason).toMatchObject({ kind: "version_conflict" });
  expect(live.realms().get("default")!.policies.get("stored")!.required.map(({ name }) => name)).toEqual(["software_id"]);
  // What each replaced is in the log as it was, whoever else was waiting.
  await Promise.all([put("contacts"), put("scope")]);
  expect(registry.store.changes.after(0, 10).map(({ previous }) => /required: \[(.*)\]/.exec(Buffer.from(previous ?? []).toString())?.[1] ?? "")).toEqual(["", "client_name", "software_id", "contacts"]);
});

describe("a stored policy that names an attribute which the configuration has no more", () => {
  const declaring = (attribute: string) => `realms: {default: {certificates: [{spiffe_id: 'spiffe://test/admin', roles: [admin]}], ways_in: {open: {enabled: true, policy: stored}}, custom_attributes: [{name: ${attribute}, type: string, max_bytes: 10}]}}\n`;
  const document = "name: stored\nrequired: [tier]\n";
  const storedAt = () => join(folder, "policies", "default", "stored.yaml");
  const metadata = { redirectUris: ["https://client.example/cb"], customAttributes: { tier: "gold" } };
  const registryOf = (live: LiveRealms): Registry => Object.defineProperty({ ...createRegistry({ store }), randomBytes, configuration: live }, "realms", { get: live.realms });
  const { registerClient, readClient, updateClient, deleteClient } = RegistrationService.method;
  let store: Store;
  let randomBytes: RandomBytes;

  /** Started where the attribute was there, with a client; then again where it is not. */
  async function startedAgain(attribute: string, text = document, found = text) {
    store = createMemoryStore();
    randomBytes = deterministicBytes();
    mkdirSync(join(folder, "policies", "default"), { recursive: true });
    writeFileSync(storedAt(), text);
    const before = registryOf(await start(declaring("tier")));
    const { client, credentials } = await perform(before, registerClient, { metadata }, service("app"));
    expect(client!.policy).toBe("stored");
    statements?.close();
    writeFileSync(storedAt(), found);
    const live = await start(declaring(attribute));
    const registry = registryOf(live);
    const token = bearer(credentials!.registrationAccessToken!);
    const clientId = client!.clientId!;
    return {
      live, registry,
      manage: (shown: Evidence) => perform(registry, readClient, { clientId }, { ...shown, authorization: token.authorization }),
      remove: (shown: Evidence) => perform(registry, deleteClient, { clientId }, { ...shown, authorization: token.authorization }),
      register: () => perform(registry, registerClient, { metadata }, nobody),
      update: () => perform(registry, updateClient, { clientId, metadata }, token),
    };
  }

  const wanting = `${document}certificate_required: true\n`;
  it.each<[string, string]>([
    ["that demands certificates", wanting],
    ["that is no YAML any more", `${wanting}: [`],
    ["with that demand spelled wrongly", "name: stored\nrequired: [redirect_uris]\ncertificates_required: true\n"],
    ["with another value there", "name: stored\nrequired: [redirect_uris]\ncertificate_required: sometimes\n"],
    ["of another name", "name: another\nrequired: [redirect_uris]\ncertificate_required: true\n"],
    ["of which nothing is left", ""],
  ])("%s lets nobody without a certificate manage a client of it", async (_, found) => {
    const { manage, remove } = await startedAgain("other", wanting, found);
    for (const call of [manage, remove]) await expect(call(nobody)).rejects.toMatchObject({ kind: "permission_denied", message: "the policy stored has a mistake, and may need a client certificate until an operator has mended it; show one with the request" });
    await manage(service("app"));
    await remove(service("app"));
  });

  it("asks for no certificate that it did not ask for before", async () => {
    const { manage, remove } = await startedAgain("other");
    await manage(nobody);
    await remove(nobody);
  });

  it("keeps nothing from starting, and admits neither a registration nor an update, whoever else would", async () => {
    const { live, registry, register, update } = await startedAgain("other");
    for (const call of [register, update]) await expect(call()).rejects.toMatchObject({ kind: "permission_denied", message: "the policy stored has a mistake and admits nothing; an operator has to mend or delete it" });
    const { policy } = await perform(registry, PolicyService.method.getPolicy, { name: "stored" }, service("admin"));
    expect([policy!.stored, policy!.mistake]).toEqual([true, expect.stringMatching(/^stored\.yaml:2:12: required\[0\] /)]);
    // The others go on, and so does a reload.
    await live.reload();
    expect(live.realms().get("default")!.policies.get("rfc7591")!.mistake).toBeUndefined();
  });

  it("is mended by another put", async () => {
    const { registry, register, update } = await startedAgain("other");
    const put = await perform(registry, PolicyService.method.putPolicy, { document: "name: stored\nrequired: [redirect_uris]\n" }, service("admin"));
    expect(put.policy!.mistake).toBe("");
    await register();
    await update();
  });

  it("is in force again when the attribute is", async () => {
    const { live, register, update } = await startedAgain("other");
    writeFileSync(file, declaring("tier"));
    await live.reload();
    await register();
    await update();
  });

  it("keeps a reload that would have made it so from taking effect", async () => {
    const { live, register } = await startedAgain("tier");
    writeFileSync(file, declaring("other"));
    await expect(live.reload()).rejects.toMatchObject({ kind: "invalid_request", violations: [{ field: "realms.default.policies", description: expect.stringContaining("stored.yaml:2:12") as string }] });
    await register();
  });
});

it("a way in may be bound to a policy that was put, which is not deleted as long as it is", async () => {
  const live = await start(house("client_name").replace("{default: {", "{default: {certificates: [{spiffe_id: 'spiffe://test/admin', roles: [admin]}], "));
  const registry: Registry = Object.defineProperty({ ...createRegistry(), configuration: live }, "realms", { get: live.realms });
  await perform(registry, PolicyService.method.putPolicy, { document: "name: stored\nrequired: [software_id]\n" }, service("admin"));
  writeFileSync(file, house("client_name").replace("policy: house", "policy: stored").replace("{default: {", "{default: {certificates: [{spiffe_id: 'spiffe://test/admin', roles: [admin]}], "));
  await live.reload();
  expect(required(live)).toEqual(["software_id"]);
  await expect(perform(registry, PolicyService.method.deletePolicy, { name: "stored", force: true }, service("admin"))).rejects.toMatchObject({ kind: "invalid_request", message: expect.stringContaining("names no policy of this realm") as string });
  expect(required(live)).toEqual(["software_id"]);
});

it("a policy by which a client comes in while its deletion counts is not deleted, and the change log tells of none", async () => {
  const live = await start("realms: {default: {certificates: [{spiffe_id: 'spiffe://test/admin', roles: [admin]}]}}\n");
  const store = createMemoryStore();
  const registry: Registry = Object.defineProperty({ ...createRegistry({ store }), configuration: live }, "realms", { get: live.realms });
  await perform(registry, PolicyService.method.putPolicy, { document: "name: stored\nrequired: [redirect_uris]\n" }, service("admin"));
  const { token } = await perform(registry, InitialAccessTokenService.method.createInitialAccessToken, { policy: "stored" }, service("admin"));
  const register = () => perform(registry, RegistrationService.method.registerClient, { metadata: { redirectUris: ["https://client.example/cb"] } }, bearer(token));
  const counting: Registry["store"]["lister"] = {
    ...store.lister,
    count: async (...asked) => {
      const clients = await store.lister.count(...asked);
      if (clients === 0) await register();
      return clients;
    },
  };
  const deletion = perform(Object.defineProperty({ ...registry, store: { ...store, lister: counting } }, "realms", { get: live.realms }), PolicyService.method.deletePolicy, { name: "stored" }, service("admin"));
  await expect(deletion).rejects.toMatchObject({ kind: "policy_in_use" });
  expect(store.changes.after(0, 100).map(({ kind }) => kind)).not.toContain("policy_deleted");
  await register();
});

const issuer = (name: string, more = "") => `{issuer: "https://${name}.example", jwks_file: ${name}.jwks${more}}`;
const trusting = (...rows: string[]) => `realms: {default: {ways_in: {open: {enabled: true}}, software_statement_issuers: [${rows.join(", ")}]}}\n`;
const trusted = (live: LiveRealms) => live.realms().get("default")!.statementIssuers!;
const writeKeys = (name: string, text = '{"keys":[]}') => writeFileSync(join(folder, `${name}.jwks`), text);

it("takes in whose statements are trusted, together with the rest; who stays keeps the keys that were fetched", async () => {
  for (const name of ["a", "b"]) writeKeys(name);
  const live = await start(trusting(issuer("a"), issuer("b")));
  const before = live.realms();
  const [a, b] = trusted(live);
  writeKeys("c");
  writeFileSync(file, trusting(issuer("b"), issuer("c", ", once: true"), issuer("a", ", max_age: 60")).replace("{default: {", "{default: {signed_requests: required, "));
  expect((await live.reload()).restartNeeded).toEqual([]);
  expect(trusted(live).map(({ issuer: name, once, maxAge }) => [name, once, maxAge])).toEqual([["https://b.example", false, 0], ["https://c.example", true, 0], ["https://a.example", false, 60]]);
  expect([trusted(live)[0], trusted(live)[2]]).toEqual([b, expect.not.objectContaining({ maxAge: a!.maxAge })]);
  expect(trusted(live)[0]).toBe(b);
  expect(live.realms().get("default")!.signedRequests).toBe("required");
  // A call that has begun goes on with what it began with.
  expect(before.get("default")!.statementIssuers).toEqual([a, b]);
});

it("keeps the issuers that were trusted, and everything else, when the keys of one cannot be read", async () => {
  writeKeys("a");
  const live = await start(trusting(issuer("a")));
  const before = live.realms();
  writeFileSync(file, trusting(issuer("a", ", max_age: 60"), issuer("gone")).replace("open: {enabled: true}", "open: {enabled: false}"));
  await expect(live.reload()).rejects.toThrow(/gone\.jwks cannot be read/);
  expect(live.realms()).toBe(before);
  writeKeys("gone", "no keys");
  await expect(live.reload()).rejects.toMatchObject({ kind: "invalid_request", message: expect.stringMatching(/is no JWK Set/) as string });
  expect(live.realms()).toBe(before);
  writeKeys("gone");
  await live.reload();
  expect(trusted(live)).toHaveLength(2);
});

it("a realm that is written no more goes on with whom it trusted, through any number of reloads", async () => {
  writeKeys("a");
  const live = await start(trusting(issuer("a")).replace("{default: ", "{default: {}, shop: "));
  const shop = () => live.realms().get("shop")!.statementIssuers!;
  const [one] = shop();
  writeFileSync(file, "realms: {default: {}}\n");
  for (let i = 0; i < 3; i += 1) expect((await live.reload()).restartNeeded).toEqual(["realms.shop"]);
  expect(shop()).toEqual([one]);
});
