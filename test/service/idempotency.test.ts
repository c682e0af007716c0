// An idempotency key whose client has changed: the answer is gone, and the work is not done again.

import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { RegistryError } from "../../src/domain/errors.js";
import { createMemoryStore } from "../../src/store/memory/store.js";
import { createRegistry, fixedSeconds, makeInitialAccessToken } from "../connect/fixture.js";
import { bearer, perform, registered, service } from "./calls.js";

const { registerClient, readClient, updateClient, deleteClient } = RegistrationService.method;
const metadata = (path: string) => ({ redirectUris: [`https://client.example/${path}`] });
const conflict = async (answer: Promise<unknown>) => {
  const error = await answer.then(() => undefined, (thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RegistryError);
  expect(error).toMatchObject({ kind: "idempotency_conflict" });
  return (error as RegistryError).message;
};

function world() {
  const registry = createRegistry({ store: createMemoryStore() });
  const later = (seconds: number) => ({ ...registry, clock: { ...registry.clock, seconds: () => fixedSeconds + seconds } });
  return { registry, later, kinds: () => registry.store.changes.after(0, 100).map(({ kind }) => kind) };
}

describe("a registration repeated", () => {
  const registration = async () => {
    const w = world();
    const request = { metadata: metadata("cb"), idempotencyKey: randomUUID() };
    const { client, credentials } = await perform(w.registry, registerClient, request, service("registrar"));
    return { ...w, request, clientId: client!.clientId!, own: bearer(credentials!.registrationAccessToken!) };
  };

  type Registration = Awaited<ReturnType<typeof registration>>;

  it.each([
    ["after the client has changed itself", (w: Registration) => perform(w.registry, updateClient, { clientId: w.clientId, metadata: metadata("new") }, w.own)],
    ["after the client has changed, with a key of its own", (w: Registration) =>
      perform(w.registry, updateClient, { clientId: w.clientId, metadata: metadata("new"), idempotencyKey: randomUUID() }, w.own)],
    ["after an operator has changed the client", (w: Registration) => perform(w.registry, updateClient, { clientId: w.clientId, metadata: metadata("new") }, service("admin"))],
    ["after the client was deleted", (w: Registration) => perform(w.registry, deleteClient, { clientId: w.clientId }, w.own)],
    ["after the client was changed and deleted", async (w: Registration) => {
      await perform(w.registry, updateClient, { clientId: w.clientId, metadata: metadata("new") }, w.own);
      await perform(w.registry, deleteClient, { clientId: w.clientId }, w.own);
    }],
  ])("%s makes no second client: it is told so until the key expires", async (_when, change) => {
    const w = await registration();
    await change(w);
    const before = w.kinds();
    for (const seconds of [0, 86_399]) {
      expect(await conflict(perform(w.later(seconds), registerClient, w.request, service("registrar")))).toContain("has been changed or deleted since");
    }
    expect(w.kinds()).toEqual(before);
    await perform(w.later(86_400), registerClient, w.request, service("registrar"));
    expect(w.kinds()).toEqual([...before, "registered"]);
  });

  it("with another body is told of that, and of nothing else", async () => {
    const w = await registration();
    await perform(w.registry, deleteClient, { clientId: w.clientId }, w.own);
    expect(await conflict(perform(w.registry, registerClient, { ...w.request, metadata: metadata("other") }, service("registrar")))).toBe("the idempotency key was used for another request");
  });

  it("after another client has changed is answered as before", async () => {
    const w = await registration();
    const other = await registered(w.registry);
    await perform(w.registry, deleteClient, { clientId: other.clientId }, bearer(other.token));
    expect((await perform(w.registry, registerClient, w.request, service("registrar"))).client!.clientId).toBe(w.clientId);
  });

  it("with a token that is used up is told of the change, not of the token", async () => {
    const w = world();
    const token = bearer(await makeInitialAccessToken(w.registry, 1));
    const request = { metadata: metadata("cb"), idempotencyKey: randomUUID() };
    const { client, credentials } = await perform(w.registry, registerClient, request, token);
    await perform(w.registry, deleteClient, { clientId: client!.clientId! }, bearer(credentials!.registrationAccessToken!));
    await conflict(perform(w.registry, registerClient, request, token));
  });
});

describe("an update repeated", () => {
  it("after a later change does not undo it", async () => {
    const { registry, kinds } = world();
    const { clientId, token } = await registered(registry);
    const first = { clientId, metadata: metadata("first"), idempotencyKey: randomUUID() };
    await perform(registry, updateClient, first, bearer(token));
    await perform(registry, updateClient, { clientId, metadata: metadata("second") }, service("admin"));
    const before = kinds();
    expect(await conflict(perform(registry, updateClient, first, bearer(token)))).toContain("has been changed or deleted since");
    expect(kinds()).toEqual(before);
    expect((await perform(registry, readClient, { clientId }, bearer(token))).client!.metadata!.redirectUris).toEqual(["https://client.example/second"]);
  });

  it("is answered from what was kept while its change is the last", async () => {
    const { registry, kinds } = world();
    const { clientId, token } = await registered(registry);
    const request = { clientId, metadata: metadata("first"), idempotencyKey: randomUUID() };
    const first = await perform(registry, updateClient, request, bearer(token));
    expect(await perform(registry, updateClient, request, bearer(token))).toEqual(first);
    expect(kinds()).toEqual(["registered", "updated"]);
  });
});
