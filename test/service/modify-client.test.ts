// Changing a part of a client: decided as an update that repeats all the rest, and keeping all that was not named.

import { describe, expect, it } from "vitest";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { ClientAdminService } from "../../gen/ts/matricula/v1/client_admin_service_pb.js";
import { ClientState } from "../../gen/ts/matricula/v1/client_pb.js";
import type { ClientMetadataSchema } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { RegistryError } from "../../src/domain/errors.js";
import type { Registry } from "../../src/service/registry.js";
import { createMemoryStore } from "../../src/store/memory/store.js";
import { createRegistry } from "../connect/fixture.js";
import { bearer, nobody, perform, service, watched } from "./calls.js";

const { registerClient, readClient, updateClient } = RegistrationService.method;
const { modifyClient, suspendClient, removeClient, rotateClientSecret } = ClientAdminService.method;
const admin = service("admin");
const redirectUris = ["https://client.example/cb"];

const errorOf = async (answer: Promise<unknown>) => {
  const error = await answer.then(() => undefined, (thrown: unknown) => thrown);
  if (!(error instanceof RegistryError)) throw new Error("it was not refused", { cause: error });
  return error;
};
const kindOf = async (answer: Promise<unknown>) => (await errorOf(answer)).kind;

type Metadata = MessageInitShape<typeof ClientMetadataSchema>;

const everything = {
  redirectUris, clientName: "Beetle", clientNameLocalized: { fr: "Scarab\u00e9e", de: "K\u00e4fer" }, scope: "read write", contacts: ["ops@client.example"],
  customAttributes: { example_attribute: "x", example_object: { a: 1 } },
} satisfies Metadata;

async function client(registry: Registry, metadata: Metadata = everything) {
  const { client, credentials } = await perform(registry, registerClient, { metadata }, nobody);
  const clientId = client!.clientId!;
  const modify = async (paths: string[], given: Metadata = {}, more: { etag?: string } = {}) =>
    (await perform(registry, modifyClient, { clientId, metadata: given, updateMask: { paths }, ...more }, admin)).client!;
  return { clientId, token: credentials!.registrationAccessToken!, modify, stored: () => registry.store.clients.find("default", clientId)! };
}

describe("what the mask names", () => {
  it("is replaced, and nothing else: not metadata, credentials, owner, policy or state (hydra #4093)", async () => {
    const registry = createRegistry();
    const { clientId, token, modify, stored } = await client(registry);
    await perform(registry, suspendClient, { clientId }, admin);
    const before = stored();
    const after = await modify(["scope", "contacts"], { scope: "read", contacts: ["new@client.example"], clientName: "not named" });
    expect(after.metadata).toMatchObject({ ...everything, scope: "read", contacts: ["new@client.example"] });
    expect(after).toMatchObject({ version: 3, state: ClientState.SUSPENDED, wayIn: "open", policy: "rfc7591" });
    expect(stored().credentials).toEqual(before.credentials);
    const { record: _, mac: __, ...facts } = before.client;
    expect(stored().client).toMatchObject({ ...facts, version: 3 });
    expect(registry.store.changes.after(0, 10).at(-1)).toMatchObject({ kind: "modified", subject: clientId, version: 3, previous: before.client.record, actor: { id: "spiffe://test/admin" } });
    expect((await perform(registry, readClient, { clientId }, bearer(token))).client?.metadata?.scope).toBe("read");
  });

  it("is removed, or gets its default, where the request has no value for it", async () => {
    const { modify } = await client(createRegistry(), { ...everything, tokenEndpointAuthMethod: "client_secret_post" });
    const { metadata } = await modify(["client_name", "contacts", "token_endpoint_auth_method", "client_name_localized"]);
    expect(metadata).toMatchObject({ contacts: [], tokenEndpointAuthMethod: "client_secret_basic", clientNameLocalized: {}, scope: "read write" });
    expect(metadata?.clientName).toBeUndefined();
  });

  it("may be one attribute, or one language, of several", async () => {
    const { modify } = await client(createRegistry());
    expect((await modify(["custom_attributes.example_attribute"], { customAttributes: { example_attribute: "y", example_object: { b: 2 } } })).metadata?.customAttributes).toEqual({
      example_attribute: "y", example_object: { a: 1 },
    });
    expect((await modify(["custom_attributes.example_attribute"])).metadata?.customAttributes).toEqual({ example_object: { a: 1 } });
    expect((await modify(["client_name_localized.fr"], { clientNameLocalized: { fr: "Bousier", de: "nicht genannt" } })).metadata?.clientNameLocalized).toEqual({ fr: "Bousier", de: "K\u00e4fer" });
    expect((await modify(["client_name_localized.de"])).metadata?.clientNameLocalized).toEqual({ fr: "Bousier" });
    expect((await modify(["custom_attributes"])).metadata?.customAttributes).toBeUndefined();
  });

  it.each([
    [[]], [["*"]], [["client_id"]], [["scope", "no_such_field"]], [["custom_attributes.undeclared"]], [["scope.read"]], [["client_name_localized."]], [["__proto__"]],
    [["custom_attributes.__proto__"]],
  ])("must be a field, a language or a declared attribute: %j is refused", async (paths) => {
    const { modify, stored } = await client(createRegistry());
    expect(await kindOf(modify(paths, { scope: "read" }))).toBe("invalid_request");
    expect(stored().client.version).toBe(1);
  });
});

it("every write of an operator keeps the client's registration access token (hydra #4093)", async () => {
  const registry = createRegistry();
  const { clientId, token } = await client(registry);
  const writes: readonly (() => Promise<unknown>)[] = [
    () => perform(registry, suspendClient, { clientId }, admin),
    () => perform(registry, modifyClient, { clientId, metadata: { scope: "a" }, updateMask: { paths: ["scope"] } }, admin),
    () => perform(registry, ClientAdminService.method.resumeClients, { filter: { wayIn: "open" } }, admin),
    () => perform(registry, rotateClientSecret, { clientId, overlap: 0 }, admin),
    () => perform(registry, updateClient, { clientId, metadata: { redirectUris, tokenEndpointAuthMethod: "none" } }, admin),
    () => perform(registry, modifyClient, { clientId, updateMask: { paths: ["token_endpoint_auth_method"] } }, admin),
  ];
  for (const [index, write] of writes.entries()) {
    await write();
    const { client: after } = await perform(registry, readClient, { clientId }, bearer(token));
    expect(after?.version).toBe(index + 2);
  }
});

describe("a modification is decided as an update", () => {
  it("with the same violations, all at once", async () => {
    const registry = createRegistry();
    const { clientId, modify } = await client(registry);
    const bad = { redirectUris: ["http://client.example/#x"], grantTypes: ["authorization_code"], responseTypes: ["token"] };
    const whole = await errorOf(perform(registry, updateClient, { clientId, metadata: { ...everything, ...bad } }, admin));
    const part = await errorOf(modify(["redirect_uris", "grant_types", "response_types"], bad));
    expect(part.violations.length).toBeGreaterThan(1);
    expect([part.kind, part.violations]).toEqual([whole.kind, whole.violations]);
  });

  it("with the policy that guards the client, which says why", async () => {
    const registry = createRegistry();
    const own = await client(registry);
    const { decisions, client: after } = await perform(
      registry, modifyClient, { clientId: own.clientId, metadata: { grantTypes: ["authorization_code", "password"] }, updateMask: { paths: ["grant_types"] } }, admin,
    );
    expect(after?.metadata?.grantTypes).toEqual(["authorization_code"]);
    expect(decisions.map(({ field }) => field)).toEqual(["grant_types"]);
    expect((await own.modify(["scope"], { scope: "read" })).metadata?.grantTypes).toEqual(["authorization_code"]);
  });

  it("which drops the secrets with the method that needed them, and makes one when it comes to need one", async () => {
    const registry = createRegistry();
    const { clientId, token, modify, stored } = await client(registry);
    await perform(registry, rotateClientSecret, { clientId, label: "x" }, admin);
    expect((await modify(["token_endpoint_auth_method"], { tokenEndpointAuthMethod: "none" })).clientSecretExpiresAt).toBeUndefined();
    expect(stored().credentials.map(({ kind }) => kind)).toEqual(["registration_access_token"]);
    const { credentials } = await perform(registry, modifyClient, { clientId, updateMask: { paths: ["token_endpoint_auth_method"] } }, admin);
    expect(credentials?.clientSecret).toMatch(/^mcs_/);
    expect(credentials?.registrationAccessToken).toBeUndefined();
    expect((await perform(registry, readClient, { clientId }, bearer(token))).client?.clientSecretExpiresAt).toBe(0);
  });
});

describe("whoever modifies", () => {
  it("may name the version that is meant", async () => {
    const { modify } = await client(createRegistry());
    expect(await kindOf(modify(["scope"], { scope: "a" }, { etag: '"2"' }))).toBe("version_conflict");
    expect((await modify(["scope"], { scope: "a" }, { etag: '"1"' })).version).toBe(2);
  });

  it("loses nothing of what another writes to other fields at the same time", async () => {
    const store = watched(createMemoryStore());
    const { modify } = await client(createRegistry({ store }));
    store.hold(2);
    await Promise.all([modify(["scope"], { scope: "a" }), modify(["client_name"], { clientName: "Weevil" })]);
    expect((await modify(["contacts"])).metadata).toMatchObject({ scope: "a", clientName: "Weevil", contacts: [] });
  });

  it("and whoever removes, needs the role", async () => {
    const registry = createRegistry();
    const { clientId, token, stored } = await client(registry);
    for (const method of [modifyClient, removeClient]) {
      const request = { clientId, ...(method === modifyClient ? { updateMask: { paths: ["scope"] } } : {}) };
      expect(await kindOf(perform(registry, method, request, bearer(token)))).toBe("invalid_token");
      expect(await kindOf(perform(registry, method, request, service("registrar")))).toBe("permission_denied");
      expect(await kindOf(perform(registry, method, request, nobody))).toBe("unauthenticated");
      expect(await kindOf(perform(registry, method, { ...request, clientId: "0".repeat(26) }, admin))).toBe("not_found");
    }
    expect(stored().client.version).toBe(1);
  });
});

describe("a removed client", () => {
  it("is gone with its credentials, whoever it belonged to, and the log says why", async () => {
    const registry = createRegistry();
    const { clientId, token, stored } = await client(registry);
    expect(await kindOf(perform(registry, removeClient, { clientId, etag: '"9"' }, admin))).toBe("version_conflict");
    await perform(registry, removeClient, { clientId, reason: "abandoned" }, admin);
    expect(stored()).toMatchObject({ client: { state: "deleted", version: 2 }, credentials: [] });
    expect(registry.store.changes.after(0, 10).at(-1)).toMatchObject({ kind: "deleted", reason: "abandoned", version: 2 });
    expect(await kindOf(perform(registry, readClient, { clientId }, bearer(token)))).toBe("invalid_token");
    expect(await kindOf(perform(registry, removeClient, { clientId }, admin))).toBe("not_found");
  });
});
