// When a client expires: so many seconds after its last sign of life, as the policy that guards it says at this moment. Nothing is rewritten
// when a client is used, and a policy that was too strict is mended for all of its clients at once.

import { lastSignOfLife } from "../domain/client-conditions.js";
import type { ClientRecord, Seconds } from "../domain/ports.js";
import { guardingPolicy } from "./admit.js";
import { findRealm, type Realm, type Registry } from "./registry.js";

/** When the client expires; null for never. */
export function expiryOf(registry: Registry, client: ClientRecord): Seconds | null {
  const lifetime = lifetimeOf(registry, client);
  if (lifetime === 0) return client.expiresAt;
  const sliding = lastSignOfLife(client) + lifetime;
  return client.expiresAt === null ? sliding : Math.min(sliding, client.expiresAt);
}

/** Seconds that the client lives after its last sign of life, as the policy that guards it says at this moment; 0 for ever. */
export function lifetimeOf(registry: Registry, client: ClientRecord): Seconds {
  const realm = findRealm(registry, client.realm);
  return realm === undefined ? 0 : guardingPolicy(registry, realm, client).clientLifetime;
}

/** A text that stays the same for as long as no client of the realm gets another lifetime than it had; "" where none has one. */
export function lifetimesMark({ policies, waysIn }: Pick<Realm, "policies" | "waysIn">): string {
  const guards = [...policies.entries(), ...[...waysIn].map(([name, { policy }]) => [`way ${name}`, policy] as const)];
  return guards.some(([, { clientLifetime }]) => clientLifetime > 0) ? JSON.stringify(guards.map(([name, policy]) => [name, policy.clientLifetime])) : "";
}

/** Whether the client has expired: it authenticates nowhere, and its own token opens nothing. */
export function hasExpired(registry: Registry, client: ClientRecord, now: Seconds): boolean {
  const expiry = expiryOf(registry, client);
  return expiry !== null && expiry <= now;
}

/** The client as it is shown: with the expiry that holds at this moment. */
export function withExpiry(registry: Registry, client: ClientRecord): ClientRecord {
  const expiresAt = expiryOf(registry, client);
  return expiresAt === client.expiresAt ? client : { ...client, expiresAt };
}
