// Expired clients: they make room where a quota is reached, and are removed when their grace is over. The clock is the test's.

import { beforeEach, describe, expect, it } from "vitest";
import { ClientAdminService } from "../../gen/ts/matricula/v1/client_admin_service_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { allClients } from "../../src/domain/client-conditions.js";
import { createExpiredCounts, createExpirySweep, removalGrace } from "../../src/service/expired-clients.js";
import type { LifetimesFile } from "../../src/service/settled-lifetimes.js";
import type { Quotas } from "../../src/service/quotas.js";
import type { Realm, Registry } from "../../src/service/registry.js";
import { createRegistry, fixedSeconds } from "../connect/fixture.js";
import { perform, registered, service } from "./calls.js";
import { said, watcher } from "./watching.js";

const lifetime = 1000;
const day = 86_400;
const metadata = { redirectUris: ["https://client.example/cb"] };
const { registerClient } = RegistrationService.method;

let now: number;
let registry: Registry;
let counts: number;
/** What the sweep keeps over restarts. */
let kept: string | undefined;
let warnings: string[];
const log = { warn: (_fields: object, message: string) => void warnings.push(message) };
const lifetimes: LifetimesFile = { read: async () => kept, write: async (text) => void (kept = text) };

function setUp(quotas: Partial<Quotas> = {}, clientLifetime = lifetime): void {
  now = fixedSeconds;
  counts = 0;
  kept = undefined;
  warnings = [];
  const made = createRegistry();
  const { lister } = made.store;
  const counted = { ...lister, count: (...of: Parameters<typeof lister.count>) => ((counts += 1), lister.count(...of)) };
  const clock = { seconds: () => now, milliseconds: () => now * 1000 };
  registry = { ...made, clock, expiredCounts: createExpiredCounts(counted), realms: realmsOf(made, clientLifetime, quotas) };
}

function realmsOf(of: Registry, clientLifetime: number, quotas: Partial<Quotas> = {}): Registry["realms"] {
  const realm = of.realms.get("default")!;
  const policy = { ...realm.policies.get("rfc7591")!, clientLifetime };
  const waysIn = new Map([...realm.waysIn].map(([name, settings]) => [name, { ...settings, policy }]));
  const all = { clientsPerOwner: 0, clientsPerCredential: 0, openClients: 0, ...quotas };
  return new Map<string, Realm>([["default", { ...realm, policies: new Map([[policy.name, policy]]), waysIn, quotas: all }]]);
}

const byCertificate = () => perform(registry, registerClient, { metadata }, service("registrar"));
const use = (clientId: string) => registry.store.commit([{ kind: "record_use", realm: "default", clientId, at: now, secretLabel: "" }]);
const stateOf = (clientId: string) => registry.store.clients.find("default", clientId)?.client.state;

describe("where a quota is reached", () => {
  it.each([
    ["of an owner", { clientsPerOwner: 2 }, () => byCertificate()],
    ["of a credential", { clientsPerCredential: 2 }, () => byCertificate()],
    ["of open registration", { openClients: 2 }, () => registered(registry)],
  ])("%s, what has expired makes room: from the second on, for as many, and no more", async (_whose, quotas, register) => {
    setUp(quotas);
    await register();
    await register();
    now += lifetime - 1;
    await expect(register()).rejects.toMatchObject({ kind: "quota_exceeded" });
    now += 60;
    await register();
    await register();
    await expect(register()).rejects.toMatchObject({ kind: "quota_exceeded" });
  });

  it("a client in use makes none, nor one that is suspended", async () => {
    setUp({ openClients: 2 });
    const [used, held] = [await registered(registry), await registered(registry)];
    await perform(registry, ClientAdminService.method.suspendClient, { clientId: held.clientId, reason: "it floods" }, service("admin"));
    now += lifetime - 1;
    await use(used.clientId);
    now += 60;
    await expect(registered(registry)).rejects.toMatchObject({ kind: "quota_exceeded" });
  });

  it("they are counted once a minute, whoever registers, and not at all before", async () => {
    setUp({ openClients: 2 });
    await registered(registry);
    await registered(registry);
    expect(counts).toBe(0);
    const attempts = () => Promise.allSettled(Array.from({ length: 20 }, () => registered(registry)));
    await attempts();
    now += 59;
    await attempts();
    expect(counts).toBe(1);
    now += 1;
    await attempts();
    expect(counts).toBe(2);
  });

  it("nothing is counted where clients do not expire", async () => {
    setUp({ openClients: 1 }, 0);
    await registered(registry);
    now += 10 ** 9;
    await expect(registered(registry)).rejects.toMatchObject({ kind: "quota_exceeded" });
    expect(counts).toBe(0);
  });

  it("a count that fails makes no room, and is tried again", async () => {
    setUp({ openClients: 1 });
    await registered(registry);
    now += lifetime;
    const { lister } = registry.store;
    let isDown = true;
    registry = { ...registry, expiredCounts: createExpiredCounts({ ...lister, count: (...of) => (isDown ? Promise.reject(new Error("down")) : lister.count(...of)) }) };
    await expect(registered(registry)).rejects.toMatchObject({ kind: "quota_exceeded" });
    isDown = false;
    await registered(registry);
  });
});

describe("the sweep", () => {
  beforeEach(async () => {
    setUp();
    await sweepAll();
  });
  const sweepAll = async () => {
    const turn = createExpirySweep(registry, lifetimes, log);
    let turns = 1;
    while (await turn()) turns += 1;
    return turns;
  };
  /** Lets time go by as it does, with a sweep on every day. */
  const pass = async (seconds: number) => {
    const end = now + seconds;
    while (now + day < end) {
      now += day;
      await sweepAll();
    }
    now = end;
  };

  it("removes a client thirty days after it has expired, and not a second before; watches and the change log are told", async () => {
    const { clientId } = await registered(registry);
    const watching = watcher(registry)({}, service("reader"));
    await watching.untilHeartbeat();
    await pass(lifetime + removalGrace - 1);
    await sweepAll();
    expect(stateOf(clientId)).toBe("active");
    now += 1;
    await sweepAll();
    expect(stateOf(clientId)).toBe("deleted");
    expect((await watching.next())!.map(said)).toEqual(["deleted 2"]);
    expect(registry.store.changes.after(1, 10)).toMatchObject([{ kind: "deleted", subject: clientId, version: 2, at: now, actor: { id: "expiry" }, reason: "it expired thirty days ago" }]);
    await expect(perform(registry, RegistrationService.method.readClient, { clientId }, service("admin"))).rejects.toMatchObject({ kind: "not_found" });
  });

  it("leaves what was used, what is suspended, what is damaged and what a mended policy brings back", async () => {
    const clients = await Promise.all(Array.from({ length: 3 }, () => registered(registry)));
    const [used, held, damaged] = clients.map(({ clientId }) => clientId) as [string, string, string];
    await perform(registry, ClientAdminService.method.suspendClient, { clientId: held, reason: "it floods" }, service("admin"));
    now += 10;
    await use(used);
    await pass(lifetime + removalGrace - 10);
    const { lister } = registry.store;
    registry = {
      ...registry,
      store: { ...registry.store, lister: { ...lister, list: async (query) => (await lister.list(query)).map((found) => (found.client.clientId === damaged ? { ...found, client: { ...found.client, mac: new Uint8Array(32) } } : found)) } },
    };
    await sweepAll();
    expect([used, held, damaged].map(stateOf)).toEqual(["active", "suspended", "active"]);

    const turn = createExpirySweep({ ...registry, realms: realmsOf(registry, lifetime * 10) }, lifetimes, log);
    now += 10;
    await turn();
    expect(stateOf(used)).toBe("active");
  });

  it("does some in each turn, and all of them in the end", async () => {
    for (let i = 0; i < 250; i++) await registered(registry);
    await pass(lifetime + removalGrace);
    const { clientId } = await registered(registry);
    expect(await sweepAll()).toBe(3);
    expect(await registry.store.lister.list({ ...everything, limit: 500 })).toMatchObject([{ client: { clientId } }]);
    expect(await sweepAll()).toBe(1);
  });

  it("of a client that was changed meanwhile leaves the change", async () => {
    const { clientId } = await registered(registry);
    await pass(lifetime + removalGrace);
    const { lister } = registry.store;
    const late = { ...lister, list: async (query: Parameters<typeof lister.list>[0]) => {
      const page = await lister.list(query);
      await perform(registry, ClientAdminService.method.suspendClient, { clientId, reason: "it floods" }, service("admin"));
      return page;
    } };
    await createExpirySweep({ ...registry, store: { ...registry.store, lister: late } }, lifetimes, log)();
    expect(stateOf(clientId)).toBe("suspended");
  });

  it("removes nobody within thirty days after a lifetime was shortened, or is new: in them it can be mended, over restarts too", async () => {
    const { clientId } = await registered(registry);
    for (const before of [lifetime * 10_000, 0]) {
      registry = { ...registry, realms: realmsOf(registry, before) };
      await sweepAll();
      await pass(lifetime + removalGrace);
      registry = { ...registry, realms: realmsOf(registry, lifetime) };
      await sweepAll();
      await pass(removalGrace - 1);
      await sweepAll();
      expect(stateOf(clientId), String(before)).toBe("active");
    }
    now += 1;
    // A longer one expires nobody who had not expired.
    registry = { ...registry, realms: realmsOf(registry, lifetime + 1) };
    await sweepAll();
    expect(stateOf(clientId)).toBe("deleted");
  });

  it("by a clock that jumps ahead removes nobody within thirty days, over restarts too, and says so once", async () => {
    const { clientId } = await registered(registry);
    await pass(day);
    now += 5 * 365 * day;
    await sweepAll();
    expect(warnings).toEqual([expect.stringContaining("the clock has gone on by more than a week")]);
    await pass(removalGrace - 1);
    await sweepAll();
    expect([stateOf(clientId), warnings.length]).toEqual(["active", 1]);
    now += 1;
    await sweepAll();
    expect(stateOf(clientId)).toBe("deleted");
  });

  it("goes on when a clock that was ahead is set right", async () => {
    const { clientId } = await registered(registry);
    now += 5 * 365 * day;
    await sweepAll();
    now -= 5 * 365 * day;
    await pass(lifetime + removalGrace + day);
    await sweepAll();
    expect([stateOf(clientId), warnings.length]).toEqual(["deleted", 1]);
  });

  it("is not held up when the service was away for some days, and keeps what it has to once a day", async () => {
    const { clientId } = await registered(registry);
    let written = 0;
    const counted: LifetimesFile = { read: lifetimes.read, write: (text) => ((written += 1), lifetimes.write(text)) };
    now += day;
    for (let i = 0; i < 3; i++) {
      now += 600;
      await createExpirySweep(registry, counted, log)();
    }
    expect(written).toBe(1);
    await pass(lifetime + removalGrace - 6 * day);
    await sweepAll();
    now += 5 * day;
    await sweepAll();
    expect([stateOf(clientId), warnings]).toEqual(["deleted", []]);
  });

  it.each([["nothing that can be read", "{"], ["another form", "[1]"], ["another form inside", '{"default":{"rfc7591":1}}']])("takes a file with %s for none, and removes nobody before it is written", async (_what, text) => {
    const { clientId } = await registered(registry);
    await pass(lifetime + removalGrace);
    kept = text;
    await sweepAll();
    expect(stateOf(clientId)).toBe("active");
    await expect(createExpirySweep(registry, { read: async () => undefined, write: () => Promise.reject(new Error("the disk is full")) }, log)()).rejects.toThrow("full");
    await pass(removalGrace);
    await sweepAll();
    expect(stateOf(clientId)).toBe("deleted");
  });

  it("has nothing to look at where clients do not expire", async () => {
    setUp({}, 0);
    await registered(registry);
    const { lister } = registry.store;
    registry = { ...registry, store: { ...registry.store, lister: { ...lister, list: () => Promise.reject(new Error("looked")) } } };
    expect(await sweepAll()).toBe(1);
  });
});

const everything = { ...allClients, realm: "default", descending: false, after: "" };
