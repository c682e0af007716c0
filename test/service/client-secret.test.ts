// Secrets that are needed back: sealed for one client, never stored in the clear, and worth what any other secret is.

import { afterAll, beforeAll, expect, it } from "vitest";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { matchCredential, digestOf } from "../../src/domain/credentials.js";
import { digestsOnly, openSecret } from "../../src/service/client-secret.js";
import { deriveKeys } from "../../src/service/keys.js";
import { startWorld, type World } from "../doors/world.js";
import { bearer, nobody, perform } from "./calls.js";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const metadata = (method: string) => ({ redirectUris: ["https://client.example/cb"], tokenEndpointAuthMethod: method });

async function register(method: string) {
  const { client, credentials } = await perform(world.registry, RegistrationService.method.registerClient, { realm: "sealed", metadata: metadata(method) }, nobody);
  const owner = { realm: "sealed", clientId: client!.clientId! };
  const stored = () => world.registry.store.clients.findLive("sealed", owner.clientId)!.credentials.filter(({ kind }) => kind === "client_secret").map((credential) => ({ ...credential, digest: new Uint8Array(credential.digest) }));
  return { owner, secret: credentials!.clientSecret!, token: credentials!.registrationAccessToken!, stored };
}

it("decision 10: the secret of client_secret_jwt is sealed, has 64 characters at least, and opens for its client alone", async () => {
  const { owner, secret, stored } = await register("client_secret_jwt");
  const [credential] = stored();
  expect(secret.length).toBeGreaterThanOrEqual(64);
  expect(credential!.scheme).toBe("sealed");
  expect(Buffer.from(credential!.digest).toString("latin1")).not.toContain(secret);
  const { keys } = world.registry;
  expect(openSecret(keys, owner, credential!)).toBe(secret);
  expect(openSecret(keys, { ...owner, clientId: "another" }, credential!)).toBeUndefined();
  expect(openSecret(keys, { ...owner, realm: "default" }, credential!)).toBeUndefined();
  expect(openSecret(deriveKeys(new Uint8Array(32), 1, () => new Uint8Array(12)), owner, credential!)).toBeUndefined();
});

it("of other secrets there is a digest alone, where secrets are sealed too", async () => {
  const { owner, secret, stored } = await register("client_secret_basic");
  expect(stored()).toMatchObject([{ scheme: "sha256", digest: new Uint8Array(digestOf("client_secret", "sealed", owner.clientId, secret)) }]);
  expect(openSecret(world.registry.keys, owner, stored()[0]!)).toBeUndefined();
});

it("a sealed secret is compared like any other, and one that does not open is equal to none", async () => {
  const { owner, secret, stored } = await register("client_secret_jwt");
  const { keys } = world.registry;
  const digest = digestOf("client_secret", owner.realm, owner.clientId, secret);
  const match = (credentials: ReturnType<typeof stored>) => matchCredential(digestsOnly(keys, owner, credentials), "client_secret", () => digest, 0);
  expect(match(stored())?.label).toBe("1");
  expect(match(stored().map((credential) => ({ ...credential, digest: credential.digest.map((byte) => byte ^ 1) })))).toBeUndefined();
});

it("DCM-15: an update may send the sealed secret, and no other; when it is no longer needed back, only its digest stays", async () => {
  const { owner, secret, token, stored } = await register("client_secret_jwt");
  const update = (clientSecret: string, method: string) =>
    perform(world.registry, RegistrationService.method.updateClient, { realm: "sealed", clientId: owner.clientId, clientSecret, metadata: metadata(method) }, bearer(token));
  await expect(update(`${secret.slice(0, -1)}_`, "client_secret_jwt")).rejects.toMatchObject({ kind: "invalid_client_metadata" });
  expect((await update(secret, "client_secret_jwt")).credentials?.clientSecret).toBeUndefined();
  expect(stored()).toMatchObject([{ scheme: "sealed" }]);
  expect((await update(secret, "client_secret_post")).credentials?.clientSecret).toBeUndefined();
  expect(stored()).toMatchObject([{ scheme: "sha256", label: "1", digest: new Uint8Array(digestOf("client_secret", "sealed", owner.clientId, secret)) }]);
});
