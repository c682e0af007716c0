// Whose client it is: what a stranger learns of one that is there, is not there, is gone or is damaged is the same.

import { describe, expect, it } from "vitest";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { makeToken } from "../../src/domain/credentials.js";
import { RegistryError } from "../../src/domain/errors.js";
import type { ClientRecord, Store } from "../../src/domain/ports.js";
import type { Registry } from "../../src/service/registry.js";
import { createMemoryStore } from "../../src/store/memory/store.js";
import { createRegistry } from "../connect/fixture.js";
import { bearer, nobody, perform, registered, service } from "./calls.js";

const { registerClient, readClient, updateClient, deleteClient } = RegistrationService.method;
const redirectUris = ["https://client.example/cb"];
const methods = [
  ["read", readClient, {}],
  ["update", updateClient, { metadata: { redirectUris } }],
  ["delete", deleteClient, {}],
] as const;

/** The store as a disk gives it back that has changed a client's record. */
const damaging = (store: Store, clientId: string, damage: Partial<ClientRecord>): Store => ({
  ...store,
  clients: {
    ...store.clients,
    findLive(realm, id) {
      const found = store.clients.findLive(realm, id);
      return found === undefined || id !== clientId ? found : { ...found, client: { ...found.client, ...damage } };
    },
  },
});

/** Counts the MACs of records that are made. */
function counting(registry: Registry) {
  const count = { macs: 0 };
  const keys = { ...registry.keys, mac: (purpose: Parameters<typeof registry.keys.mac>[0], ...parts: (string | Uint8Array)[]) => {
    if (purpose === "record") count.macs++;
    return registry.keys.mac(purpose, ...parts);
  } };
  return { count, registry: { ...registry, keys } };
}

async function world() {
  const registry = createRegistry({ store: createMemoryStore() });
  const own = await registered(registry);
  const gone = await registered(registry);
  await perform(registry, deleteClient, { clientId: gone.clientId }, bearer(gone.token));
  const { client } = await perform(registry, registerClient, { metadata: { redirectUris } }, service("registrar"));
  const damaged = await registered(registry);
  const store = damaging(registry.store, damaged.clientId, { policy: "another" });
  return { registry: { ...registry, store }, own, gone, damaged, registrars: client!.clientId!, unknown: "0".repeat(26) };
}

type World = Awaited<ReturnType<typeof world>>;

const refusalOf = async (answer: Promise<unknown>) => {
  const error = await answer.then(() => undefined, (thrown: unknown) => thrown);
  if (!(error instanceof RegistryError)) throw new Error("it was not refused", { cause: error });
  const { kind, message, violations, retryAfter } = error;
  return { kind, message, violations, retryAfter };
};

describe.each(methods)("to %s", (_name, method, request) => {
  const strangers = [
    ["another client's token", "invalid_token", (w: World) => bearer(w.own.token)],
    ["a token that was never given", "invalid_token", (w: World) => bearer(makeToken("registration_access_token", w.registry.randomBytes))],
    ["another service's certificate", "permission_denied", () => service("somebody")],
    ["nothing", "unauthenticated", () => nobody],
  ] as const;

  it.each(strangers)("with %s: foreign, damaged, deleted and unknown are one answer and one piece of work", async (_who, kind, evidenceOf) => {
    const w = await world();
    const evidence = evidenceOf(w);
    const { count, registry } = counting(w.registry);
    const refusals = [];
    for (const clientId of [w.unknown, w.gone.clientId, w.registrars, w.damaged.clientId]) {
      refusals.push(await refusalOf(perform(registry, method, { ...request, clientId }, evidence)));
    }
    expect(refusals[0]).toMatchObject({ kind });
    expect(new Set(refusals.map((refusal) => JSON.stringify(refusal))).size).toBe(1);
    expect(count.macs).toBe(0);
  });

  it("with a deleted client's own token: as for one that never was", async () => {
    const { registry, gone, unknown } = await world();
    const evidence = bearer(gone.token);
    const refusal = (clientId: string) => refusalOf(perform(registry, method, { ...request, clientId }, evidence));
    expect(await refusal(gone.clientId)).toEqual(await refusal(unknown));
  });

  it("with the damaged client's own token: the service's fault, and nothing is done", async () => {
    const { registry, damaged } = await world();
    const before = registry.store.changes.after(0, 100).length;
    expect(await refusalOf(perform(registry, method, { ...request, clientId: damaged.clientId }, bearer(damaged.token)))).toMatchObject({ kind: "internal" });
    expect(registry.store.changes.after(0, 100)).toHaveLength(before);
  });

  it("as an operator: a damaged client is the service's fault, one that is not there is not found", async () => {
    const { registry, damaged, gone, unknown } = await world();
    const refusal = (clientId: string) => refusalOf(perform(registry, method, { ...request, clientId }, service("admin")));
    expect(await refusal(damaged.clientId)).toMatchObject({ kind: "internal" });
    for (const clientId of [gone.clientId, unknown]) expect(await refusal(clientId)).toMatchObject({ kind: "not_found" });
  });

  it("whoever a damaged record names as its owner gets no further than the MAC", async () => {
    const w = await world();
    const owner = { kind: "certificate", id: "spiffe://test/somebody", credentialId: "somebody" } as const;
    const registry = { ...w.registry, store: damaging(w.registry.store, w.registrars, { owner }) };
    expect(await refusalOf(perform(registry, method, { ...request, clientId: w.registrars }, service("somebody")))).toMatchObject({ kind: "internal" });
  });

  it("with the client's own token, its owner's certificate or the role: done, its record checked", async () => {
    for (const who of ["token", "owner", "admin"] as const) {
      const w = await world();
      const { count, registry } = counting(w.registry);
      const clientId = who === "owner" ? w.registrars : w.own.clientId;
      const evidence = { token: bearer(w.own.token), owner: service("registrar"), admin: service("admin") }[who];
      await perform(registry, method, { ...request, clientId }, evidence);
      expect(count.macs).toBeGreaterThanOrEqual(1);
    }
  });
});
