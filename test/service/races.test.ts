// Calls that meet: the writer decides, nobody's work is lost in silence, and one key makes one client.

import { randomUUID } from "node:crypto";
import { toBinary } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { RegistryError } from "../../src/domain/errors.js";
import { createMemoryStore } from "../../src/store/memory/store.js";
import { createRegistry, makeInitialAccessToken } from "../connect/fixture.js";
import { bearer, nobody, perform, registered, service, watched } from "./calls.js";

const { registerClient, readClient, updateClient, deleteClient } = RegistrationService.method;

const outcomes = async (calls: readonly Promise<unknown>[]) => {
  const settled = await Promise.allSettled(calls);
  const refused = settled.filter((one) => one.status === "rejected").map((one) => one.reason as unknown);
  for (const error of refused) expect(error).toBeInstanceOf(RegistryError);
  return { done: settled.length - refused.length, kinds: refused.map((error) => (error as RegistryError).kind) };
};

const world = () => {
  const store = watched(createMemoryStore());
  return { store, registry: createRegistry({ store }) };
};

const metadata = (i: number) => ({ redirectUris: [`https://client.example/${i}`] });

describe("32 updates at once", () => {
  it("that name one version: one is done, the others are told", async () => {
    const { store, registry } = world();
    const { clientId, token } = await registered(registry);
    store.hold(32);
    const { done, kinds } = await outcomes(Array.from({ length: 32 }, (_, i) => perform(registry, updateClient, { clientId, metadata: metadata(i), etag: '"1"' }, bearer(token))));
    expect(done).toBe(1);
    expect(new Set(kinds)).toEqual(new Set(["version_conflict"]));
    expect((await perform(registry, readClient, { clientId }, bearer(token))).client).toMatchObject({ version: 2, etag: '"2"' });
  });

  it("that name none: each that is done has its version, no other is told of a condition that it did not set", async () => {
    const { store, registry } = world();
    const { clientId, token } = await registered(registry);
    store.hold(32);
    const { done, kinds } = await outcomes(Array.from({ length: 32 }, (_, i) => perform(registry, updateClient, { clientId, metadata: metadata(i) }, bearer(token))));
    expect(done).toBeGreaterThan(0);
    expect(kinds.filter((kind) => kind !== "overloaded")).toEqual([]);
    const { client } = await perform(registry, readClient, { clientId }, bearer(token));
    expect(client!.version).toBe(1 + done);
    expect(store.changes.after(0, 100).filter(({ kind }) => kind === "updated").map(({ version }) => version)).toEqual(Array.from({ length: done }, (_, i) => i + 2));
  });
});

describe("a write that loses every race", () => {
  const losing = async () => {
    const store = createMemoryStore();
    const registry = createRegistry({ store });
    const client = await registered(registry);
    return { ...client, registry: { ...registry, store: { ...store, commit: () => Promise.resolve({ committed: false as const, index: 0, precondition: "version" as const }) } } };
  };

  it.each([
    ["named its version", '"1"', { kind: "version_conflict" }],
    ["named none", "", { kind: "overloaded", retryAfter: 1 }],
  ])("and %s", async (_how, etag, error) => {
    const { registry, clientId, token } = await losing();
    await expect(perform(registry, updateClient, { clientId, metadata: metadata(0), etag }, bearer(token))).rejects.toMatchObject(error);
    await expect(perform(registry, deleteClient, { clientId, etag }, bearer(token))).rejects.toMatchObject(error);
  });
});

it("two updates at once that name no version are both done", async () => {
  const { store, registry } = world();
  const { clientId, token } = await registered(registry);
  store.hold(2);
  expect(await outcomes([0, 1].map((i) => perform(registry, updateClient, { clientId, metadata: metadata(i) }, bearer(token))))).toEqual({ done: 2, kinds: [] });
});

it("an update and a deletion at once: the client is gone, and stays gone (V20)", async () => {
  const { store, registry } = world();
  const { clientId, token } = await registered(registry);
  store.hold(2);
  await outcomes([perform(registry, deleteClient, { clientId }, bearer(token)), perform(registry, updateClient, { clientId, metadata: metadata(1) }, bearer(token))]);
  await expect(perform(registry, readClient, { clientId }, bearer(token))).rejects.toMatchObject({ kind: "invalid_token" });
  expect(store.clients.find("default", clientId)).toMatchObject({ client: { state: "deleted" }, credentials: [] });
});

it("two deletions at once: one is done, the other finds nothing of its own", async () => {
  const { store, registry } = world();
  const { clientId, token } = await registered(registry);
  store.hold(2);
  expect(await outcomes([0, 1].map(() => perform(registry, deleteClient, { clientId }, bearer(token))))).toEqual({ done: 1, kinds: ["invalid_token"] });
});

it("20 registrations at once with one key make one client and get one answer", async () => {
  const { store, registry } = world();
  const request = { metadata: metadata(0), idempotencyKey: randomUUID() };
  store.hold(20);
  const answers = await Promise.all(Array.from({ length: 20 }, () => perform(registry, registerClient, request, service("registrar"))));
  expect(new Set(answers.map((answer) => Buffer.from(toBinary(registerClient.output, answer)).toString("hex"))).size).toBe(1);
  expect(answers[0]!.credentials?.clientSecret).toMatch(/^mcs_/);
  expect(store.changes.after(0, 100).map(({ kind }) => kind)).toEqual(["registered"]);
});

it("20 updates at once with one key are one update", async () => {
  const { store, registry } = world();
  const { clientId, token } = await registered(registry);
  const request = { clientId, metadata: metadata(7), idempotencyKey: randomUUID() };
  store.hold(20);
  const answers = await Promise.all(Array.from({ length: 20 }, () => perform(registry, updateClient, request, bearer(token))));
  expect(new Set(answers.map((answer) => Buffer.from(toBinary(updateClient.output, answer)).toString("hex"))).size).toBe(1);
  expect(answers[0]!.client?.version).toBe(2);
});

it("20 registrations at once with a token for five make five (P30)", async () => {
  const { store, registry } = world();
  const token = await makeInitialAccessToken(registry, 5);
  store.hold(20);
  const { done, kinds } = await outcomes(Array.from({ length: 20 }, (_, i) => perform(registry, registerClient, { metadata: metadata(i) }, bearer(token))));
  expect(done).toBe(5);
  expect(new Set(kinds)).toEqual(new Set(["invalid_token"]));
});

describe("an answer that is kept", () => {
  it("is not found by the key alone, nor opened by the server's key alone", async () => {
    const { store, registry } = world();
    const idempotencyKey = randomUUID();
    const first = await perform(registry, registerClient, { metadata: metadata(0), idempotencyKey }, service("registrar"));
    const kept = store.units.flat().find((change) => change.kind === "insert_idempotency")!.idempotency;
    const sealed = Buffer.from(kept.sealed).toString("latin1");
    for (const secret of [first.credentials!.clientSecret!, first.credentials!.registrationAccessToken!]) expect(sealed).not.toContain(secret);
    for (const guess of ["", idempotencyKey, "registrar"]) expect(registry.keys.open(guess, `default\0${first.client!.clientId}`, kept.sealed)).toBeUndefined();
  });

  it("is not the answer to a request with a member that was not understood", async () => {
    const { registry } = world();
    const request = { metadata: metadata(0), idempotencyKey: randomUUID() };
    await perform(registry, registerClient, request, service("registrar"));
    const violations = [{ error: "invalid_client_metadata", field: "contacts", rule: "type", clause: "RFC 7591 section 2", description: "contacts must be an array of strings" }] as const;
    await expect(perform(registry, registerClient, request, service("registrar"), { violations })).rejects.toMatchObject({ kind: "invalid_client_metadata" });
  });

  it("is nobody else's: anybody's key is every nobody's, so open registration tells callers apart by the key alone", async () => {
    const { registry } = world();
    const request = { metadata: metadata(0), idempotencyKey: randomUUID() };
    const [first, second] = [await perform(registry, registerClient, request, nobody), await perform(registry, registerClient, request, service("registrar"))];
    expect(second.client!.clientId).not.toBe(first.client!.clientId);
  });
});
