// What an authorization server reads: one client with its secrets, several, pages in both orders, counts; and what it reports.

import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ClientDirectoryService, ClientOrder, type ClientFilter } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { ClientState } from "../../gen/ts/matricula/v1/client_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { ClientUses } from "../../src/service/client-uses.js";
import type { Registry } from "../../src/service/registry.js";
import { createMemoryStore } from "../../src/store/memory/store.js";
import { createRegistry, fixedSeconds } from "../connect/fixture.js";
import { bearer, nobody, perform, registered, service, watched } from "./calls.js";

const { getClient, batchGetClients, listClients, countClients, reportClientUse } = ClientDirectoryService.method;
const { registerClient, deleteClient } = RegistrationService.method;
const reader = service("reader");

type Filter = Partial<Omit<ClientFilter, "$typeName" | "$unknown">>;

describe("filters of the metadata, of uses and of the order", () => {
  let registry: Registry;
  const ids: Record<string, string> = {};
  beforeAll(async () => {
    registry = createRegistry();
    const clients = {
      web: { redirectUris: ["https://App.Example:8443/cb"], clientName: "Shop", clientNameLocalized: { de: "Gesch\u00e4ft" } },
      device: { grantTypes: ["client_credentials"], clientName: "a DEVICE" },
      other: { redirectUris: ["https://other.example/cb", "https://xn--bcher-kva.example/cb"], grantTypes: ["authorization_code", "refresh_token"] },
    };
    for (const [name, metadata] of Object.entries(clients)) {
      ids[name] = (await perform(registry, registerClient, { metadata }, name === "other" ? service("registrar") : nobody)).client!.clientId!;
    }
    await perform(registry, reportClientUse, { uses: [{ clientId: ids["device"]!, usedAt: fixedSeconds - 50 }] }, reader);
    await registry.uses.flush();
  });

  const listed = async (filter: Filter, order = ClientOrder.UNSPECIFIED) => {
    const { clients } = await perform(registry, listClients, { filter, order }, reader);
    return clients.map(({ clientId }) => Object.keys(ids).find((name) => ids[name] === clientId));
  };

  it.each<[Filter, string[]]>([
    [{ grantType: "client_credentials" }, ["device"]],
    [{ grantType: "authorization_code" }, ["web", "other"]],
    [{ grantType: "authorization" }, []],
    [{ redirectHost: "app.EXAMPLE" }, ["web"]],
    [{ redirectHost: "app.example." }, ["web"]],
    [{ redirectHost: "b\u00fccher.example" }, ["other"]],
    [{ redirectHost: "example" }, []],
    [{ name: "SHOP" }, ["web"]],
    [{ name: "gesch\u00c4ft" }, ["web"]],
    [{ name: "device" }, ["device"]],
    [{ name: "shop", grantType: "client_credentials" }, []],
    [{ usedBefore: fixedSeconds }, ["device"]],
    [{ usedFrom: fixedSeconds }, ["web", "other"]],
    [{ usedFrom: fixedSeconds - 50, usedBefore: fixedSeconds - 49 }, ["device"]],
    [{ softwareStatementIssuer: "https://issuer.example" }, []],
  ])("%j is met by %j, listed and counted", async (filter, expected) => {
    expect((await listed(filter)).sort()).toEqual(expected.toSorted());
    expect((await perform(registry, countClients, { filter }, reader)).clients).toBe(expected.length);
  });

  it("the newest registration comes first when it is asked for", async () => {
    const oldest = await listed({}, ClientOrder.ISSUED);
    expect(await listed({})).toEqual(oldest);
    expect(await listed({}, ClientOrder.ISSUED_DESCENDING)).toEqual(oldest.toReversed());
    await expect(listed({}, 7 as ClientOrder)).rejects.toMatchObject({ kind: "invalid_request" });
  });

  it("pages go on in their order, and a page token is of one order", async () => {
    const order = ClientOrder.ISSUED_DESCENDING;
    const first = await perform(registry, listClients, { pageSize: 2, order }, reader);
    const second = await perform(registry, listClients, { pageSize: 2, order, pageToken: first.nextPageToken }, reader);
    const all = await perform(registry, listClients, { order }, reader);
    expect([...first.clients, ...second.clients].map(({ clientId }) => clientId)).toEqual(all.clients.map(({ clientId }) => clientId));
    expect(second.nextPageToken).toBe("");
    await expect(perform(registry, listClients, { pageSize: 2, pageToken: first.nextPageToken }, reader)).rejects.toMatchObject({ kind: "invalid_request" });
    const filtered = perform(registry, listClients, { pageSize: 2, order, filter: { grantType: "authorization_code" }, pageToken: first.nextPageToken }, reader);
    await expect(filtered).rejects.toMatchObject({ kind: "invalid_request" });
  });

  it("a state that does not exist is refused", async () => {
    for (const method of [listClients, countClients]) await expect(perform(registry, method, { filter: { states: [9 as ClientState] } }, reader)).rejects.toMatchObject({ kind: "invalid_request" });
  });

  it("a text that is longer than the schema says is refused, with its field", async () => {
    const tooLong = { ownerId: "o".repeat(4097), name: "\u{1f600}".repeat(256) };
    for (const method of [listClients, countClients]) {
      await expect(perform(registry, method, { filter: tooLong }, reader)).rejects.toMatchObject({ kind: "invalid_request", violations: [{ field: "filter.owner_id", rule: "length" }, { field: "filter.name", rule: "length" }] });
      expect(await perform(registry, method, { filter: { ownerId: "o".repeat(4096), name: "\u{1f600}".repeat(255) } }, reader)).toBeDefined();
    }
  });

  it("a registrar lists, counts and gets its own alone", async () => {
    const registrar = service("registrar");
    expect((await perform(registry, listClients, {}, registrar)).clients.map(({ clientId }) => clientId)).toEqual([ids["other"]]);
    expect((await perform(registry, countClients, {}, registrar)).clients).toBe(1);
    expect((await perform(registry, countClients, { filter: { ownerId: "anonymous" } }, registrar)).clients).toBe(0);
    const batch = await perform(registry, batchGetClients, { clientIds: [ids["web"]!, ids["other"]!] }, registrar);
    expect([batch.clients.map(({ clientId }) => clientId), batch.missing]).toEqual([[ids["other"]], [ids["web"]]]);
  });
});

describe("a damaged record", () => {
  const damage = (registry: Registry, damaged: string, told: string[]): Registry => {
    const { lister } = registry.store;
    const list: typeof lister.list = async (query) => (await lister.list(query)).map((found) => (found.client.clientId === damaged ? { ...found, client: { ...found.client, policy: "another" } } : found));
    return { ...registry, store: { ...registry.store, lister: { ...lister, list } }, leftOut: (_call, clientId) => told.push(clientId) };
  };

  it("is left out of its page, counted and told of by its id; the pages go on", async () => {
    const sound = createRegistry();
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push((await registered(sound)).clientId);
    ids.sort();
    const told: string[] = [];
    const registry = damage(sound, ids[1]!, told);
    const first = await perform(registry, listClients, { pageSize: 2 }, reader);
    expect([first.clients.map(({ clientId }) => clientId), first.leftOut, told]).toEqual([[ids[0]], 1, [ids[1]]]);
    const second = await perform(registry, listClients, { pageSize: 3, pageToken: first.nextPageToken }, reader);
    expect([second.clients.map(({ clientId }) => clientId), second.leftOut, second.nextPageToken]).toEqual([ids.slice(2), 0, ""]);
  });
});

describe("several at once", () => {
  it("come in the order of the request, each once, and what is not there is told apart", async () => {
    const registry = createRegistry();
    const clients = [await registered(registry), await registered(registry), await registered(registry)];
    const [a, b, gone] = clients.map(({ clientId }) => clientId) as [string, string, string];
    await perform(registry, deleteClient, { clientId: gone }, bearer(clients[2]!.token));
    const { clients: found, missing } = await perform(registry, batchGetClients, { clientIds: [b, "none", a, gone, b] }, reader);
    expect([found.map(({ clientId }) => clientId), missing]).toEqual([[b, a], ["none", gone]]);
    expect(found[0]).toEqual((await perform(registry, getClient, { clientId: b }, reader)).client);
    expect(await perform(registry, batchGetClients, { clientIds: [] }, reader)).toMatchObject({ clients: [], missing: [] });
  });

  it("are 500 at most", async () => {
    const registry = createRegistry();
    const clientIds = Array.from({ length: 501 }, (_, number) => `c${number}`);
    await expect(perform(registry, batchGetClients, { clientIds }, reader)).rejects.toMatchObject({ kind: "invalid_request" });
    expect((await perform(registry, batchGetClients, { clientIds: clientIds.slice(1) }, reader)).missing).toHaveLength(500);
  });
});

describe("reported uses", () => {
  let registry: Registry;
  let store: ReturnType<typeof watched>;
  let clientId: string;
  beforeEach(async () => {
    store = watched(createMemoryStore());
    registry = createRegistry({ store });
    ({ clientId } = await registered(registry));
    store.units.length = 0;
  });

  const report = (...uses: { clientId: string; usedAt?: number; secretLabel?: string }[]) => perform(registry, reportClientUse, { uses }, reader);
  const onRecord = () => perform(registry, getClient, { clientId }, reader);

  it("are written when they are flushed, the latest of each client and secret, as one unit", async () => {
    expect((await report({ clientId, usedAt: fixedSeconds - 9, secretLabel: "1" }, { clientId, usedAt: fixedSeconds - 5 })).taken).toBe(2);
    await report({ clientId, usedAt: fixedSeconds - 7, secretLabel: "1" }, { clientId, usedAt: fixedSeconds - 8, secretLabel: "1" });
    expect(store.units).toEqual([]);
    expect((await onRecord()).client?.lastUsedAt).toBeUndefined();
    await registry.uses.flush();
    expect(store.units).toHaveLength(1);
    expect(store.units[0]).toHaveLength(2);
    const { client, secrets } = await onRecord();
    expect(client?.lastUsedAt).toBe(fixedSeconds - 5);
    expect(secrets).toMatchObject([{ label: "1", createdAt: fixedSeconds, expiresAt: 0, lastUsedAt: fixedSeconds - 7 }]);
    await registry.uses.flush();
    expect(store.units).toHaveLength(1);
  });

  it("are now when they name no time or one to come, and change nothing else", async () => {
    const before = await onRecord();
    await report({ clientId, usedAt: 4_000_000_000 });
    await registry.uses.flush();
    expect((await onRecord()).client).toEqual({ ...before.client, lastUsedAt: fixedSeconds });
    expect(store.changes.after(0, 10)).toHaveLength(1);
    await report({ clientId, secretLabel: "1" });
    await registry.uses.flush();
    expect((await onRecord()).secrets[0]?.lastUsedAt).toBe(fixedSeconds);
  });

  it("of what is unknown are taken and passed over", async () => {
    expect((await report({ clientId: "none" }, { clientId, secretLabel: "none" })).taken).toBe(2);
    await registry.uses.flush();
    expect((await onRecord()).client?.lastUsedAt).toBe(fixedSeconds);
  });

  it.each([
    ["more than a thousand", Array.from({ length: 1001 }, () => ({ clientId: "c" }))],
    ["one without a client", [{ clientId: "c" }, { clientId: "" }]],
    ["an id that is too long", [{ clientId: "c".repeat(256) }]],
    ["a label that is too long", [{ clientId: "c", secretLabel: "l".repeat(65) }]],
  ])("are refused whole: %s", async (_what, uses) => {
    await expect(report(...uses)).rejects.toMatchObject({ kind: "invalid_request" });
    await registry.uses.flush();
    expect(store.units).toEqual([]);
  });

  it("are not for a registrar", async () => {
    await expect(perform(registry, reportClientUse, { uses: [{ clientId }] }, service("registrar"))).rejects.toMatchObject({ kind: "permission_denied" });
  });

  it("beyond the bound are refused whole until there is room again", async () => {
    registry = { ...registry, uses: new ClientUses(store, 2) };
    await report({ clientId: "a" }, { clientId: "b" });
    await report({ clientId: "b", usedAt: 5 });
    await expect(report({ clientId: "c" }, { clientId: "a" })).rejects.toMatchObject({ kind: "overloaded", retryAfter: 5 });
    await registry.uses.flush();
    expect(store.units.flat()).toHaveLength(2);
    await report({ clientId: "c" });
  });

  it("are refused while the store does not write", async () => {
    registry = { ...registry, store: { ...store, writable: () => false } };
    await expect(report({ clientId })).rejects.toMatchObject({ kind: "overloaded", retryAfter: 5 });
  });
});
