// The operator's calls at every protocol of the RPC door.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ClientAdminService } from "../../gen/ts/matricula/v1/client_admin_service_pb.js";
import { ClientDirectoryService } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { ClientState } from "../../gen/ts/matricula/v1/client_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { bookRequest, register, startDoor, wireClient, wireNames, type DoorServer } from "./fixture.js";
import { send } from "./raw.js";

const admin = ClientAdminService.method;
const { registerClient, readClient, updateClient } = RegistrationService.method;
const { getClient } = ClientDirectoryService.method;

async function registered(server: DoorServer) {
  const { client, credentials } = await register(server);
  return { clientId: client!.clientId!, token: credentials!.registrationAccessToken! };
}

describe.each(wireNames)("%s", (wire) => {
  let server: DoorServer;
  beforeAll(async () => {
    server = await startDoor();
  });
  afterAll(() => server.close());
  const operator = () => wireClient(server, wire, { identity: server.pki.admin });

  test("a client is suspended, says so to its own token, changes nothing, and is resumed", async () => {
    const { clientId, token } = await registered(server);
    const own = wireClient(server, wire, { token });
    expect((await operator().call(admin.suspendClient, { clientId, reason: "a leak" })).answer?.client).toMatchObject({ state: ClientState.SUSPENDED, etag: '"2"' });
    expect((await own.call(readClient, { clientId })).answer?.client?.state).toBe(ClientState.SUSPENDED);
    for (const refused of [await own.call(updateClient, { clientId, ...bookRequest }), await own.call(admin.rotateClientSecret, { clientId })]) {
      expect(refused.error).toMatchObject({ code: "FailedPrecondition", reason: "CLIENT_SUSPENDED", domain: "matricula" });
    }
    expect((await operator().call(admin.resumeClient, { clientId })).answer?.client?.state).toBe(ClientState.ACTIVE);
    expect((await own.call(updateClient, { clientId, ...bookRequest })).answer?.client?.version).toBe(4);
  });

  test("secrets and registration access tokens are rotated, and what is on record of the secrets is shown", async () => {
    const { clientId, token } = await registered(server);
    const own = wireClient(server, wire, { token });
    const { answer } = await own.call(admin.rotateClientSecret, { clientId, label: "2027-01", overlap: 60 });
    expect(answer?.credentials?.clientSecret).toMatch(/^mcs_/);
    expect(answer?.secrets.map(({ label }) => label)).toEqual(["1", "2027-01"]);
    expect((await operator().call(getClient, { clientId })).answer?.secrets).toEqual(answer?.secrets);
    const rotated = (await own.call(admin.rotateRegistrationAccessToken, { clientId })).answer?.credentials;
    expect(rotated?.registrationClientUri).toContain(clientId);
    const next = wireClient(server, wire, { token: rotated!.registrationAccessToken! });
    expect((await own.call(readClient, { clientId })).error).toBeUndefined();
    expect((await next.call(readClient, { clientId })).error).toBeUndefined();
    expect((await own.call(readClient, { clientId })).error).toMatchObject({ reason: "INVALID_TOKEN" });
  });

  test("a part of the metadata is changed by its names", async () => {
    const { clientId } = await registered(server);
    const metadata = { scope: "read", clientNameLocalized: { fr: "Scarab\u00e9e" }, customAttributes: { example_attribute: "x" } };
    const paths = ["scope", "client_name_localized.fr", "custom_attributes.example_attribute"];
    const { answer, error } = await operator().call(admin.modifyClient, { clientId, metadata, updateMask: { paths }, etag: '"1"' });
    expect(error).toBeUndefined();
    expect(answer?.client?.metadata).toMatchObject({ ...metadata, redirectUris: bookRequest.metadata.redirectUris });
    expect((await operator().call(admin.modifyClient, { clientId, updateMask: { paths: ["nothing"] } })).error).toMatchObject({ reason: "INVALID_REQUEST" });
    expect((await operator().call(admin.modifyClient, { clientId, metadata: { redirectUris: ["https://client.org/#x"] }, updateMask: { paths: ["redirect_uris"] } })).error).toMatchObject({
      reason: "INVALID_REDIRECT_URI", registration: { error: "invalid_redirect_uri" },
    });
  });

  test("all that match are suspended and resumed; one is removed", async () => {
    const softwareId = `software ${wire}`;
    const made = async () => (await wireClient(server, wire).call(registerClient, { metadata: { ...bookRequest.metadata, softwareId } })).answer!.client!.clientId!;
    const clientId = await made();
    await made();
    expect((await operator().call(admin.suspendClients, { filter: { softwareId } })).answer).toMatchObject({ clients: 2, more: false });
    expect((await operator().call(admin.resumeClients, { filter: { softwareId } })).answer).toMatchObject({ clients: 2, more: false });
    expect((await operator().call(admin.suspendClients, {})).error).toMatchObject({ reason: "INVALID_REQUEST" });
    expect((await operator().call(admin.removeClient, { clientId, reason: "abandoned" })).error).toBeUndefined();
    expect((await operator().call(getClient, { clientId })).error).toMatchObject({ reason: "NOT_FOUND" });
  });
});

test("a mask in JSON is one text of names in lowerCamelCase; anything else is refused before it is looked at", async () => {
  const server = await startDoor();
  const { clientId } = await registered(server);
  const sendJson = async (json: object) => {
    const answer = await send(server, { path: "/matricula.v1.ClientAdminService/ModifyClient", headers: { "content-type": "application/json" }, body: Buffer.from(JSON.stringify(json)), identity: server.pki.admin });
    return JSON.parse(answer.body.toString()) as object;
  };
  for (const mask of [["scope"], { paths: ["scope"] }, 5, "client_name", "scope;"]) {
    expect(await sendJson({ client_id: clientId, update_mask: mask })).toMatchObject({ code: "invalid_argument" });
  }
  expect(await sendJson({ client_id: clientId, metadata: { client_name: "Beetle" }, update_mask: "clientName,scope" })).toMatchObject({ client: { metadata: { client_name: "Beetle" } } });
  await server.close();
});
