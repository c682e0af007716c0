// T-20, docs/decisions/0006: when a client's secret is renewed, and which of its secrets are valid.

import { describe, expect, it } from "vitest";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { RegistryError } from "../../src/domain/errors.js";
import type { Registry } from "../../src/service/registry.js";
import { createRegistry, fixedSeconds } from "../connect/fixture.js";
import { bearer, nobody, perform, service } from "./calls.js";

const { registerClient, updateClient } = RegistrationService.method;
const hour = 60 * 60;
const day = 24 * hour;
const redirectUris = ["https://client.example/cb"];

/** A client that gets its first secret at second 0, of a policy whose secrets live so many seconds. */
async function clientWithSecrets(lifetime: number) {
  const registry = createRegistry();
  const realm = registry.realms.get("default")!;
  /** The registry so many seconds later, when the policy gives secrets a life of `lives`. */
  const then = (seconds: number, lives = lifetime): Registry => ({
    ...registry,
    realms: new Map([["default", { ...realm, policies: new Map([...realm.policies].map(([name, policy]) => [name, { ...policy, clientSecretLifetime: lives }])) }]]),
    clock: { ...registry.clock, seconds: () => fixedSeconds + seconds },
  });
  const { client, credentials } = await perform(registry, registerClient, { metadata: { redirectUris, tokenEndpointAuthMethod: "none" } }, nobody);
  const clientId = client!.clientId!;
  const evidence = bearer(credentials!.registrationAccessToken!);

  /** The secret that the client's own update makes, and when it ends; undefined when it makes none. */
  async function update(seconds: number, lives = lifetime) {
    const answer = await perform(then(seconds, lives), updateClient, { clientId, metadata: { redirectUris } }, evidence);
    const secret = answer.credentials?.clientSecret;
    return secret === undefined ? undefined : { secret, expires: answer.client!.clientSecretExpiresAt! - fixedSeconds };
  }

  const { secret: first } = (await update(0))!;
  return {
    first,
    update,
    /** Whether a secret passes for a current one; asked by an operator, whose updates make none. */
    async accepts(clientSecret: string, seconds: number): Promise<boolean> {
      try {
        await perform(then(seconds), updateClient, { clientId, metadata: { redirectUris }, clientSecret }, service("admin"));
        return true;
      } catch (error) {
        if (error instanceof RegistryError && error.kind === "invalid_client_metadata") return false;
        throw error;
      }
    },
    secretsKept: () => registry.store.clients.find("default", clientId)!.credentials.filter(({ kind }) => kind === "client_secret").length,
  };
}

describe("a secret is renewed", () => {
  it.each([
    ["90 days in its last day", 90 * day, 89 * day],
    ["two days in its last day", 2 * day, day],
    ["a day in its last half", day, day / 2],
    ["an hour in its last half", hour, hour / 2],
    ["a minute in its last half", 60, 30],
    ["a second when it has ended", 1, 1],
  ])("that lives for %s", async (_name, lifetime, from) => {
    const { update } = await clientWithSecrets(lifetime);
    expect(await update(from - 1)).toBeUndefined();
    expect(await update(from)).toMatchObject({ expires: from + lifetime });
  });

  it("every half hour at most when it lives for an hour, however often the client is updated", async () => {
    const { update, secretsKept } = await clientWithSecrets(hour);
    const made: number[] = [];
    for (let seconds = 0; seconds < 2 * hour; seconds += 60) {
      if ((await update(seconds)) !== undefined) made.push(seconds);
      expect(secretsKept()).toBeLessThanOrEqual(2);
    }
    expect(made).toEqual([hour / 2, hour, 1.5 * hour]);
  });
});

describe("the secret before", () => {
  it("is valid until its own expiry, and the new one from now on", async () => {
    const { first, update, accepts } = await clientWithSecrets(hour);
    const { secret: second } = (await update(hour / 2))!;
    for (const secret of [first, second]) expect(await accepts(secret, hour - 1)).toBe(true);
    expect(await accepts(first, hour)).toBe(false);
    expect(await accepts(second, hour)).toBe(true);
  });

  it("does not come back to life when it had ended before it was renewed", async () => {
    const { first, update, accepts, secretsKept } = await clientWithSecrets(hour);
    await update(hour);
    expect(secretsKept()).toBe(1);
    expect(await accepts(first, hour)).toBe(false);
  });

  it("ends with the renewal of the one that renewed it, when a policy has made that one's life shorter", async () => {
    const { first, update, accepts, secretsKept } = await clientWithSecrets(4 * day);
    const { secret: second } = (await update(3 * day, 60))!;
    expect(await accepts(first, 3 * day + 29)).toBe(true);
    const { secret: third } = (await update(3 * day + 30, 60))!;
    expect(secretsKept()).toBe(2);
    expect(await accepts(first, 3 * day + 30)).toBe(false);
    for (const secret of [second, third]) expect(await accepts(secret, 3 * day + 30)).toBe(true);
  });
});
