// Suspending and resuming all clients that match, however many there are and whoever else is writing.

import { describe, expect, it } from "vitest";
import { ClientAdminService } from "../../gen/ts/matricula/v1/client_admin_service_pb.js";
import { ClientState } from "../../gen/ts/matricula/v1/client_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { RegistryError } from "../../src/domain/errors.js";
import type { ClientStateName } from "../../src/domain/ports.js";
import type { Registry } from "../../src/service/registry.js";
import { createMemoryStore } from "../../src/store/memory/store.js";
import { createRegistry, fixedSeconds } from "../connect/fixture.js";
import { bearer, nobody, perform, service } from "./calls.js";

const { registerClient, readClient } = RegistrationService.method;
const { suspendClient, suspendClients, resumeClients } = ClientAdminService.method;
const admin = service("admin");

const kindOf = async (answer: Promise<unknown>) => {
  const error = await answer.then(() => undefined, (thrown: unknown) => thrown);
  if (!(error instanceof RegistryError)) throw new Error("it was not refused", { cause: error });
  return error.kind;
};

async function register(registry: Registry, softwareId: string, count = 1) {
  const made = [];
  for (let i = 0; i < count; i += 1) {
    const { client, credentials } = await perform(registry, registerClient, { metadata: { redirectUris: ["https://client.example/cb"], softwareId } }, nobody);
    made.push({ clientId: client!.clientId!, token: credentials!.registrationAccessToken! });
  }
  return made;
}

async function states(registry: Registry, softwareId: string): Promise<Partial<Record<ClientStateName, number>>> {
  const found: Partial<Record<ClientStateName, number>> = {};
  const { clientConditions } = await import("../../src/service/client-filter.js");
  const all = await registry.store.lister.list({ ...clientConditions("default", undefined), softwareId, states: ["active", "suspended", "deleted"], descending: false, after: "", limit: 10_000 });
  for (const { client } of all) found[client.state] = (found[client.state] ?? 0) + 1;
  return found;
}

describe("all clients of one software", () => {
  it("are suspended and resumed in one call, those of others are not touched, and each change is on record with its reason", async () => {
    const registry = createRegistry();
    const [leaky] = await register(registry, "leaky", 450);
    await register(registry, "sound", 3);
    expect(await perform(registry, suspendClients, { filter: { softwareId: "leaky" }, reason: "the key is public" }, admin)).toMatchObject({ clients: 450, more: false });
    expect([await states(registry, "leaky"), await states(registry, "sound")]).toEqual([{ suspended: 450 }, { active: 3 }]);
    expect((await perform(registry, readClient, { clientId: leaky!.clientId }, bearer(leaky!.token))).client?.state).toBe(ClientState.SUSPENDED);
    const changes = registry.store.changes.after(0, 10_000).filter(({ kind }) => kind === "suspended");
    expect(changes).toHaveLength(450);
    expect(new Set(changes.map(({ reason }) => reason))).toEqual(new Set(["the key is public"]));
    // Who is suspended already is not counted again.
    expect(await perform(registry, suspendClients, { filter: { softwareId: "leaky" } }, admin)).toMatchObject({ clients: 0, more: false });
    expect(await perform(registry, resumeClients, { filter: { softwareId: "leaky" } }, admin)).toMatchObject({ clients: 450, more: false });
    expect(await states(registry, "leaky")).toEqual({ active: 450 });
  });

  it("that the states of the filter name are not looked at", async () => {
    const registry = createRegistry();
    await register(registry, "a", 2);
    expect(await perform(registry, suspendClients, { filter: { softwareId: "a", states: [ClientState.SUSPENDED] } }, admin)).toMatchObject({ clients: 2 });
    expect(await perform(registry, resumeClients, { filter: { softwareId: "a", states: [ClientState.DELETED] } }, admin)).toMatchObject({ clients: 2 });
  });

  it("are done in several calls when one has no time for them, and each says whether it was the last", async () => {
    const registry = createRegistry();
    await register(registry, "many", 450);
    let milliseconds = 0;
    // Three seconds go by with each look at the clock: two pages of 200 fit.
    const slow = { ...registry, clock: { ...registry.clock, milliseconds: () => (milliseconds += 3_000) } };
    const answers = [];
    do answers.push(await perform(slow, suspendClients, { filter: { softwareId: "many" } }, admin));
    while (answers.at(-1)!.more);
    expect(answers.map(({ clients, more }) => [clients, more])).toEqual([[400, true], [50, false]]);
    expect(await states(registry, "many")).toEqual({ suspended: 450 });
  });

  it("are all suspended, whoever else is writing to them", async () => {
    const memory = createMemoryStore();
    let busy: (() => Promise<unknown>) | undefined;
    const registry = createRegistry({
      store: {
        ...memory,
        lister: {
          ...memory.lister,
          async list(query) {
            const page = await memory.lister.list(query);
            await busy?.();
            return page;
          },
        },
      },
    });
    const [first, second, third] = await register(registry, "busy", 3);
    busy = async () => {
      busy = undefined;
      await perform(registry, RegistrationService.method.updateClient, { clientId: first!.clientId, metadata: { redirectUris: ["https://new.example/"], softwareId: "busy" } }, bearer(first!.token));
      await perform(registry, suspendClient, { clientId: second!.clientId }, admin);
      await perform(registry, RegistrationService.method.deleteClient, { clientId: third!.clientId }, bearer(third!.token));
    };
    expect(await perform(registry, suspendClients, { filter: { softwareId: "busy" } }, admin)).toMatchObject({ clients: 1, more: false });
    expect(await states(registry, "busy")).toEqual({ suspended: 2, deleted: 1 });
    expect((await perform(registry, readClient, { clientId: first!.clientId }, bearer(first!.token))).client?.metadata?.redirectUris).toEqual(["https://new.example/"]);
  });

  it("but one that is damaged, which gets no new MAC; the call says that something is wrong", async () => {
    const memory = createMemoryStore();
    let damaged = "";
    const registry = createRegistry({
      store: {
        ...memory,
        lister: {
          ...memory.lister,
          list: async (query) => (await memory.lister.list(query)).map((found) => (found.client.clientId === damaged ? { ...found, client: { ...found.client, policy: "another" } } : found)),
        },
      },
    });
    const made = await register(registry, "x", 3);
    damaged = made[1]!.clientId;
    expect(await kindOf(perform(registry, suspendClients, { filter: { softwareId: "x" } }, admin))).toBe("internal");
    damaged = "";
    expect(await states(registry, "x")).toEqual({ active: 1, suspended: 2 });
  });
});

describe("the filter", () => {
  it.each([
    ["nothing", undefined], ["no condition", {}], ["states alone", { states: [ClientState.ACTIVE] }],
  ])("of %s is refused: it would mean everybody", async (_name, filter) => {
    const registry = createRegistry();
    await register(registry, "a");
    for (const method of [suspendClients, resumeClients]) expect(await kindOf(perform(registry, method, filter === undefined ? {} : { filter }, admin))).toBe("invalid_request");
    expect(await states(registry, "a")).toEqual({ active: 1 });
  });

  it.each([
    ["owner", { ownerId: "spiffe://test/registrar" }], ["credential", { credentialId: "registrar" }], ["way in", { wayIn: "certificate" }], ["software", { softwareId: "theirs" }],
    ["time of registration", { issuedFrom: fixedSeconds + 10 }], ["grant", { grantType: "client_credentials" }], ["redirect host", { redirectHost: "THEIRS.example" }],
    ["name", { name: "beet" }], ["last use", { usedFrom: fixedSeconds + 10 }],
  ])("may be a condition on the %s", async (_name, filter) => {
    const registry = createRegistry();
    await register(registry, "ours", 2);
    const later = { ...registry, clock: { ...registry.clock, seconds: () => fixedSeconds + 60, milliseconds: () => (fixedSeconds + 60) * 1000 } };
    const metadata = { redirectUris: ["https://theirs.example/cb"], softwareId: "theirs", clientName: "The Beetle", grantTypes: ["authorization_code", "client_credentials"] };
    await perform(later, registerClient, { metadata }, service("registrar"));
    expect(await perform(registry, suspendClients, { filter }, admin)).toMatchObject({ clients: 1, more: false });
    expect([await states(registry, "ours"), await states(registry, "theirs")]).toEqual([{ active: 2 }, { suspended: 1 }]);
  });

  it("is for the role alone", async () => {
    const registry = createRegistry();
    const [own] = await register(registry, "a");
    for (const method of [suspendClients, resumeClients]) {
      for (const [evidence, kind] of [[bearer(own!.token), "invalid_token"], [service("registrar"), "permission_denied"], [nobody, "unauthenticated"]] as const) {
        expect(await kindOf(perform(registry, method, { filter: { softwareId: "a" } }, evidence))).toBe(kind);
      }
    }
  });
});
