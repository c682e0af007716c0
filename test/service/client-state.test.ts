// Suspending and resuming: what a held client may still do, and what stays as it was.

import { describe, expect, it } from "vitest";
import { ClientAdminService } from "../../gen/ts/matricula/v1/client_admin_service_pb.js";
import { ClientDirectoryService } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { ClientState } from "../../gen/ts/matricula/v1/client_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { RegistryError } from "../../src/domain/errors.js";
import type { Registry } from "../../src/service/registry.js";
import { createMemoryStore } from "../../src/store/memory/store.js";
import { createRegistry, fixedSeconds } from "../connect/fixture.js";
import { bearer, nobody, perform, registered, service, watched } from "./calls.js";

const { registerClient, readClient, updateClient, deleteClient } = RegistrationService.method;
const { suspendClient, resumeClient } = ClientAdminService.method;
const { getClient } = ClientDirectoryService.method;
const redirectUris = ["https://client.example/cb"];
const admin = service("admin");

const kindOf = async (answer: Promise<unknown>) => {
  const error = await answer.then(() => undefined, (thrown: unknown) => thrown);
  if (!(error instanceof RegistryError)) throw new Error("it was not refused", { cause: error });
  return error.kind;
};

const stored = (registry: Registry, clientId: string) => registry.store.clients.find("default", clientId)!;
const last = (registry: Registry) => registry.store.changes.after(0, 1000).at(-1)!;

describe("a suspended client", () => {
  it("is held with everything that was not named as it was: metadata, credentials, owner, policy (hydra #4093)", async () => {
    const registry = createRegistry();
    const { clientId } = await registered(registry);
    const before = stored(registry, clientId);
    const { client } = await perform(registry, suspendClient, { clientId, reason: "its secret is in a public repository" }, admin);
    expect(client).toMatchObject({ clientId, state: ClientState.SUSPENDED, version: 2, etag: '"2"', updatedAt: fixedSeconds, metadata: { redirectUris } });
    const { client: after, credentials } = stored(registry, clientId);
    expect(credentials).toEqual(before.credentials);
    expect(after).toEqual({ ...before.client, state: "suspended", version: 2, mac: after.mac });
    expect(last(registry)).toMatchObject({
      kind: "suspended", subject: clientId, version: 2, reason: "its secret is in a public repository", previous: before.client.record,
      actor: { kind: "certificate", id: "spiffe://test/admin" },
    });
  });

  it("goes on reading by its own token, and is told that it changes nothing", async () => {
    const registry = createRegistry();
    const { clientId, token } = await registered(registry);
    await perform(registry, suspendClient, { clientId }, admin);
    const { client, credentials } = await perform(registry, readClient, { clientId }, bearer(token));
    expect(client).toMatchObject({ state: ClientState.SUSPENDED, metadata: { redirectUris } });
    expect(credentials?.registrationAccessToken).toBe(token);
    expect(await kindOf(perform(registry, updateClient, { clientId, metadata: { redirectUris } }, bearer(token)))).toBe("client_suspended");
    expect(await kindOf(perform(registry, deleteClient, { clientId }, bearer(token)))).toBe("client_suspended");
    expect(stored(registry, clientId).client).toMatchObject({ state: "suspended", version: 2 });
  });

  it("is not its owner's to change either: deleting it would end the suspension", async () => {
    const registry = createRegistry();
    const owner = service("registrar");
    const clientId = (await perform(registry, registerClient, { metadata: { redirectUris } }, owner)).client!.clientId!;
    await perform(registry, suspendClient, { clientId }, admin);
    expect(await kindOf(perform(registry, updateClient, { clientId, metadata: { redirectUris } }, owner))).toBe("client_suspended");
    expect(await kindOf(perform(registry, deleteClient, { clientId }, owner))).toBe("client_suspended");
    expect((await perform(registry, readClient, { clientId }, owner)).client?.state).toBe(ClientState.SUSPENDED);
  });

  it("tells a stranger nothing of it: the refusal is that of a client which is not there", async () => {
    const registry = createRegistry();
    const [held, other] = [await registered(registry), await registered(registry)];
    await perform(registry, suspendClient, { clientId: held.clientId }, admin);
    expect(await kindOf(perform(registry, deleteClient, { clientId: held.clientId }, bearer(other.token)))).toBe("invalid_token");
    expect(await kindOf(perform(registry, deleteClient, { clientId: held.clientId }, service("somebody")))).toBe("permission_denied");
  });

  it("stays suspended when an operator updates it, and may be deleted by one", async () => {
    const registry = createRegistry();
    const { clientId } = await registered(registry);
    await perform(registry, suspendClient, { clientId }, admin);
    const { client } = await perform(registry, updateClient, { clientId, metadata: { redirectUris: ["https://other.example/"] } }, admin);
    expect(client).toMatchObject({ state: ClientState.SUSPENDED, metadata: { redirectUris: ["https://other.example/"] } });
    await perform(registry, deleteClient, { clientId }, admin);
    expect(await kindOf(perform(registry, getClient, { clientId }, admin))).toBe("not_found");
  });

  it("counts against its quota", async () => {
    const registry = createRegistry();
    const realm = registry.realms.get("default")!;
    const narrow = { ...registry, realms: new Map([["default", { ...realm, quotas: { clientsPerOwner: 0, clientsPerCredential: 0, openClients: 1 } }]]) };
    const { clientId } = await registered(narrow);
    await perform(narrow, suspendClient, { clientId }, admin);
    expect(await kindOf(registered(narrow))).toBe("quota_exceeded");
  });

  it("does what it did before when it is resumed", async () => {
    const registry = createRegistry();
    const { clientId, token } = await registered(registry);
    const before = stored(registry, clientId);
    await perform(registry, suspendClient, { clientId }, admin);
    const { client } = await perform(registry, resumeClient, { clientId, reason: "a false alarm" }, admin);
    expect(client).toMatchObject({ state: ClientState.ACTIVE, version: 3 });
    expect(stored(registry, clientId).credentials).toEqual(before.credentials);
    expect(last(registry)).toMatchObject({ kind: "resumed", version: 3, reason: "a false alarm" });
    expect((await perform(registry, updateClient, { clientId, metadata: { redirectUris } }, bearer(token))).client?.version).toBe(4);
  });
});

describe("whoever suspends and resumes", () => {
  it("changes nothing where it is so already", async () => {
    const registry = createRegistry();
    const { clientId } = await registered(registry);
    expect((await perform(registry, resumeClient, { clientId }, admin)).client?.version).toBe(1);
    await perform(registry, suspendClient, { clientId }, admin);
    expect((await perform(registry, suspendClient, { clientId }, admin)).client?.version).toBe(2);
    expect(registry.store.changes.after(0, 10).map(({ kind }) => kind)).toEqual(["registered", "suspended"]);
  });

  it("gives a reason that a log can be read with, or none", async () => {
    const registry = createRegistry();
    const { clientId } = await registered(registry);
    for (const reason of ["x".repeat(1025), "two\nlines", "\u001b[2J"]) {
      for (const method of [suspendClient, ClientAdminService.method.removeClient]) expect(await kindOf(perform(registry, method, { clientId, reason }, admin))).toBe("invalid_request");
      expect(await kindOf(perform(registry, ClientAdminService.method.suspendClients, { filter: { wayIn: "open" }, reason }, admin))).toBe("invalid_request");
    }
    expect(stored(registry, clientId).client.version).toBe(1);
    await perform(registry, suspendClient, { clientId, reason: "\u{1f41e}".repeat(1024) }, admin);
  });

  it("may name the version that is meant", async () => {
    const registry = createRegistry();
    const { clientId, token } = await registered(registry);
    await perform(registry, updateClient, { clientId, metadata: { redirectUris } }, bearer(token));
    for (const method of [suspendClient, resumeClient]) expect(await kindOf(perform(registry, method, { clientId, etag: '"1"' }, admin))).toBe("version_conflict");
    expect((await perform(registry, suspendClient, { clientId, etag: '"2"' }, admin)).client?.version).toBe(3);
  });

  it("wins a race with the client's own update when no version is named, and loses none of it", async () => {
    const store = watched(createMemoryStore());
    const registry = createRegistry({ store });
    const { clientId, token } = await registered(registry);
    store.hold(2);
    const updating = perform(registry, updateClient, { clientId, metadata: { redirectUris: ["https://new.example/"] } }, bearer(token));
    // Its unit is the first; the operator has read the client as it was before.
    await new Promise((resolve) => setImmediate(resolve));
    await perform(registry, suspendClient, { clientId }, admin);
    expect((await updating).client?.version).toBe(2);
    const { client } = await perform(registry, getClient, { clientId }, admin);
    expect(client).toMatchObject({ state: ClientState.SUSPENDED, version: 3, metadata: { redirectUris: ["https://new.example/"] } });
  });

  it("needs the role: not the client's own token, not its owner's certificate, not nobody", async () => {
    const registry = createRegistry();
    const { clientId, token } = await registered(registry);
    for (const method of [suspendClient, resumeClient]) {
      expect(await kindOf(perform(registry, method, { clientId }, bearer(token)))).toBe("invalid_token");
      expect(await kindOf(perform(registry, method, { clientId }, service("registrar")))).toBe("permission_denied");
      expect(await kindOf(perform(registry, method, { clientId }, nobody))).toBe("unauthenticated");
    }
    expect(await kindOf(perform(registry, suspendClient, { clientId: "0".repeat(26) }, admin))).toBe("not_found");
  });
});
