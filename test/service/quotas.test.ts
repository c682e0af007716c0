// Quotas under races: the count is the writer's, so no two registrations get one place.

import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import type { Quotas } from "../../src/service/quotas.js";
import { createMemoryStore } from "../../src/store/memory/store.js";
import { createRegistry, makeInitialAccessToken } from "../connect/fixture.js";
import { bearer, nobody, perform, registered, service, watched } from "./calls.js";

const { registerClient, deleteClient } = RegistrationService.method;
const metadata = { redirectUris: ["https://client.example/cb"] };

function worldOf(quotas: Partial<Quotas> | undefined) {
  const store = watched(createMemoryStore());
  const registry = createRegistry({ store });
  const realm = registry.realms.get("default")!;
  const all = quotas && { clientsPerOwner: 0, clientsPerCredential: 0, openClients: 0, ...quotas };
  return { store, registry: { ...registry, realms: new Map([["default", { ...realm, quotas: all }]]) } };
}

const outcomes = async (calls: readonly Promise<unknown>[]) => {
  const settled = await Promise.allSettled(calls);
  return { done: settled.filter(({ status }) => status === "fulfilled").length, kinds: settled.flatMap((one) => (one.status === "rejected" ? [(one.reason as { kind: string }).kind] : [])) };
};

describe("of 20 registrations at once, 5 find room", () => {
  it.each([
    ["of one owner", { clientsPerOwner: 5 }, service("registrar")],
    ["by one credential", { clientsPerCredential: 5 }, service("registrar")],
    ["without a credential", { openClients: 5 }, nobody],
  ])("%s", async (_whose, quotas, evidence) => {
    const { store, registry } = worldOf(quotas);
    store.hold(20);
    const { done, kinds } = await outcomes(Array.from({ length: 20 }, () => perform(registry, registerClient, { metadata }, evidence)));
    expect([done, kinds]).toEqual([5, Array(15).fill("quota_exceeded")]);
    expect(store.changes.after(0, 100)).toHaveLength(5);
  });
});

it("a deletion makes room for one", async () => {
  const { registry } = worldOf({ openClients: 1 });
  const { clientId, token } = await registered(registry);
  await expect(registered(registry)).rejects.toMatchObject({ kind: "quota_exceeded", message: "as many clients have come without a credential as may; one must be deleted first" });
  await perform(registry, deleteClient, { clientId }, bearer(token));
  await registered(registry);
  await expect(registered(registry)).rejects.toMatchObject({ kind: "quota_exceeded" });
});

it("a limit of one kind is no limit of another, and nobody is no owner", async () => {
  const { registry } = worldOf({ clientsPerOwner: 1, clientsPerCredential: 1 });
  await registered(registry);
  await registered(registry);
  const byCertificate = () => perform(registry, registerClient, { metadata }, service("registrar"));
  await byCertificate();
  await expect(byCertificate()).rejects.toMatchObject({ kind: "quota_exceeded" });
  await perform(registry, registerClient, { metadata }, service("admin"));
});

it("the last place and the last use go to one request, and its repetition gets its answer", async () => {
  for (const quotas of [{ clientsPerCredential: 1 }, { clientsPerCredential: 9 }]) {
    const { store, registry } = worldOf(quotas);
    const token = await makeInitialAccessToken(registry, quotas.clientsPerCredential === 1 ? null : 1);
    const request = { metadata, idempotencyKey: randomUUID() };
    store.hold(8);
    const answers = await Promise.all(Array.from({ length: 8 }, () => perform(registry, registerClient, request, bearer(token))));
    expect(new Set(answers.map(({ client, credentials }) => `${client?.clientId} ${credentials?.clientSecret}`)).size).toBe(1);
    expect(store.changes.after(0, 100).map(({ kind }) => kind)).toEqual(["registered"]);
  }
});

it("where nothing is limited, nothing is demanded", async () => {
  for (const quotas of [undefined, {}]) {
    const { store, registry } = worldOf(quotas);
    await registered(registry);
    expect(store.units.flat().filter(({ kind }) => kind === "demand_quota")).toEqual([]);
  }
});
