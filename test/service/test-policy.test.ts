// What a policy would do to stored clients, also where one of them is not as it was written.

import { expect, it } from "vitest";
import { PolicyService, type TestedClient } from "../../gen/ts/matricula/v1/policy_service_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { createMemoryStore } from "../../src/store/memory/store.js";
import { createRegistry, fixedSeconds } from "../connect/fixture.js";
import type { Registry } from "../../src/service/registry.js";
import { perform, registered, service } from "./calls.js";

it("a damaged record is told as refused, and ends the test for no other client", async () => {
  const memory = createMemoryStore();
  let damaged = "";
  const registry = createRegistry({
    store: {
      ...memory,
      lister: {
        ...memory.lister,
        list: async (query) => (await memory.lister.list(query)).map((found) => (found.client.clientId === damaged ? { ...found, client: { ...found.client, owner: { ...found.client.owner, id: "another" } } } : found)),
      },
    },
  });
  await registered(registry);
  damaged = (await registered(registry)).clientId;
  await registered(registry);
  const [name] = registry.realms.get("default")!.policies.keys();
  const answer = await perform(registry, PolicyService.method.testPolicy, { candidate: { case: "name", value: name! }, allClients: true }, service("admin"));
  expect([answer.tested, answer.refused, answer.changed]).toEqual([3, 1, 0]);
  expect(answer.clients.map(({ clientId, refusal }) => [clientId, refusal?.error])).toEqual([[damaged, "internal"]]);
});

it("others have their turn while many clients are tested", async () => {
  let now = 1_800_000_000_000;
  const registry: Registry = { ...createRegistry(), clock: { seconds: () => Math.floor(now / 1_000), milliseconds: () => now++ } };
  for (let i = 0; i < 20; i++) await registered(registry);
  const [name] = registry.realms.get("default")!.policies.keys();
  let turns = 0;
  let isTesting = true;
  const wait = (): unknown => isTesting && setImmediate(() => (turns += 1, wait()));
  wait();
  const answer = await perform(registry, PolicyService.method.testPolicy, { candidate: { case: "name", value: name! }, allClients: true }, service("admin"));
  isTesting = false;
  expect(answer.tested).toBe(20);
  expect(turns).toBeGreaterThan(2);
});

it("who has expired by its lifetime, and who lacks the certificate that it requires, is told and counted", async () => {
  const made = createRegistry();
  const realm = made.realms.get("default")!;
  const [name] = realm.policies.keys();
  const policy = { ...realm.policies.get(name!)!, clientLifetime: 1000, certificateRequired: true };
  const registry: Registry = { ...made, realms: new Map([["default", { ...realm, policies: new Map([[name!, policy]]) }]]) };
  const old = await registered(registry);
  const used = await registered(registry);
  const { client } = await perform(registry, RegistrationService.method.registerClient, { metadata: { redirectUris: ["https://client.example/cb"] } }, service("registrar"));
  await registry.store.commit([{ kind: "record_use", realm: "default", clientId: used.clientId, at: fixedSeconds + 1, secretLabel: "" }]);
  const at = (now: number) => perform(registry, PolicyService.method.testPolicy, { candidate: { case: "name", value: name! }, allClients: true }, service("admin"), { now });
  const told = (clients: readonly TestedClient[]) => Object.fromEntries(clients.map(({ clientId, expired, withoutCertificate }) => [clientId, [expired, withoutCertificate]]));

  const before = await at(fixedSeconds + 999);
  expect([before.refused, before.changed, before.expired, before.withoutCertificate]).toEqual([0, 0, 0, 2]);
  expect(told(before.clients)).toEqual({ [old.clientId]: [false, true], [used.clientId]: [false, true] });
  const after = await at(fixedSeconds + 1000);
  expect([after.refused, after.changed, after.expired, after.withoutCertificate]).toEqual([0, 0, 2, 2]);
  expect(told(after.clients)).toEqual({ [old.clientId]: [true, true], [used.clientId]: [false, true], [client!.clientId!]: [true, false] });
});
