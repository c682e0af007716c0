// DCM-33, V19: every secret that the service hands out, searched for in every byte that it stores.

import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { ClientAdminService } from "../../gen/ts/matricula/v1/client_admin_service_pb.js";
import { InitialAccessTokenService } from "../../gen/ts/matricula/v1/initial_access_token_service_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { createMemoryStore } from "../../src/store/memory/store.js";
import { createRegistry } from "../connect/fixture.js";
import { bearer, perform, service, watched } from "./calls.js";

const { registerClient, updateClient, deleteClient, readClient } = RegistrationService.method;
const { rotateClientSecret, rotateRegistrationAccessToken } = ClientAdminService.method;
const { createInitialAccessToken } = InitialAccessTokenService.method;

/** Every text and every byte of a value. */
function bytesOf(value: unknown): Buffer {
  if (typeof value === "string") return Buffer.from(value);
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (typeof value !== "object" || value === null) return Buffer.alloc(0);
  return Buffer.concat(Object.entries(value).flatMap(([name, member]) => [Buffer.from(name), bytesOf(member)]));
}

it("no secret is in what is stored: not in a record, a credential, a kept answer or the change log", async () => {
  const store = watched(createMemoryStore());
  const registry = createRegistry({ open: false, store });
  const secrets: string[] = [];
  const keys: string[] = [];
  const metadata = (method: string) => ({ redirectUris: ["https://client.example/cb"], tokenEndpointAuthMethod: method });
  for (let i = 0; i < 20; i++) {
    const { token: initial } = await perform(registry, createInitialAccessToken, { name: `token ${i}`, uses: 1 }, service("admin"));
    keys.push(randomUUID(), randomUUID());
    const made = await perform(registry, registerClient, { metadata: metadata("none"), idempotencyKey: keys.at(-2)! }, bearer(initial));
    const clientId = made.client!.clientId!;
    const token = made.credentials!.registrationAccessToken!;
    const updated = await perform(registry, updateClient, { clientId, metadata: metadata("client_secret_basic"), idempotencyKey: keys.at(-1)! }, bearer(token));
    const clientSecret = updated.credentials!.clientSecret!;
    await perform(registry, updateClient, { clientId, metadata: metadata("client_secret_post"), clientSecret }, bearer(token));
    await perform(registry, readClient, { clientId }, bearer(token));
    const rotatedSecret = (await perform(registry, rotateClientSecret, { clientId }, bearer(token))).credentials!.clientSecret!;
    const rotatedToken = (await perform(registry, rotateRegistrationAccessToken, { clientId }, bearer(token))).credentials!.registrationAccessToken!;
    await perform(registry, readClient, { clientId }, bearer(rotatedToken));
    if (i % 2 === 0) await perform(registry, deleteClient, { clientId }, bearer(rotatedToken));
    secrets.push(initial, token, clientSecret, rotatedSecret, rotatedToken);
  }
  expect(new Set(secrets).size).toBe(100);
  const changes = store.changes.after(0, Number.MAX_SAFE_INTEGER);
  expect(changes.length).toBe(20 * 7 + 10);
  const stored = Buffer.concat([bytesOf(store.units), bytesOf(changes)]);
  expect(stored.includes("https://client.example/cb"), "the search finds what is there").toBe(true);
  for (const secret of secrets) {
    // Not as text, not without its prefix and checksum, not as its bytes.
    expect(stored.includes(secret)).toBe(false);
    expect(stored.includes(secret.slice(4, 46))).toBe(false);
    expect(stored.includes(Buffer.from(secret.slice(4), "base64url").subarray(0, 32))).toBe(false);
  }
  for (const key of keys) expect(stored.includes(key), "an idempotency key").toBe(false);
});
