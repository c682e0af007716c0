// Installations of one software: each is a client of its own, with an id, a secret and a token that no other has.

import { expect, it } from "vitest";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { createRegistry } from "../connect/fixture.js";
import { bearer, nobody, perform } from "./calls.js";

const { registerClient, readClient, deleteClient } = RegistrationService.method;

it("DCR-65, DCR-92, DCR-93, DCR-99, ORG-41: what is registered alike twenty times is twenty clients, none of which has another's id, secret or token", async () => {
  const registry = createRegistry();
  const metadata = { redirectUris: ["https://app.example/cb"], softwareId: "app", softwareVersion: "1", clientName: "App" };
  const answers = await Promise.all(Array.from({ length: 20 }, () => perform(registry, registerClient, { metadata }, nobody)));
  const ids = answers.map(({ client }) => client!.clientId!);
  const secrets = answers.map(({ credentials }) => credentials!.clientSecret!);
  const tokens = answers.map(({ credentials }) => credentials!.registrationAccessToken!);
  expect([ids, secrets, tokens].map((all) => new Set(all).size)).toEqual([20, 20, 20]);
  // One that goes takes none with it.
  await perform(registry, deleteClient, { clientId: ids[0]! }, bearer(tokens[0]!));
  await expect(perform(registry, readClient, { clientId: ids[0]! }, bearer(tokens[0]!))).rejects.toMatchObject({ kind: "invalid_token" });
  expect((await perform(registry, readClient, { clientId: ids[1]! }, bearer(tokens[1]!))).client!.clientId).toBe(ids[1]);
});
