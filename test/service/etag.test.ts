// The etag of a request: when given, the work is done to this version only (registration_service.proto). It is no If-Match field: * names no version.

import { describe, expect, it } from "vitest";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { createRegistry } from "../connect/fixture.js";
import { bearer, perform, registered } from "./calls.js";

const { readClient, updateClient, deleteClient } = RegistrationService.method;
const methods = [
  ["update", updateClient, { metadata: { redirectUris: ["https://client.example/new"] } }],
  ["delete", deleteClient, {}],
] as const;

describe.each(methods)("to %s", (_name, method, request) => {
  it.each(['"2"', '"01"', "1", "*", '"*"', 'W/"1"', " "])("another version than the client's is refused: %s", async (etag) => {
    const registry = createRegistry();
    const { clientId, token } = await registered(registry);
    await expect(perform(registry, method, { ...request, clientId, etag }, bearer(token))).rejects.toMatchObject({ kind: "version_conflict" });
    expect((await perform(registry, readClient, { clientId }, bearer(token))).client).toMatchObject({ version: 1, etag: '"1"' });
  });

  it.each(['"1"', ""])("the client's version, or whichever it is: %s", async (etag) => {
    const registry = createRegistry();
    const { clientId, token } = await registered(registry);
    await perform(registry, method, { ...request, clientId, etag }, bearer(token));
    expect(registry.store.clients.find("default", clientId)!.client.version).toBe(2);
  });
});
