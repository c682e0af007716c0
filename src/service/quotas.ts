// How many live clients there may be: demanded in the registration's own commit, where the count is right whoever else registers.

import { RegistryError } from "../domain/errors.js";
import type { Change, ClientCountKey, PrincipalRecord } from "../domain/ports.js";
import type { Realm } from "./registry.js";

/** A realm's limits; 0 means any number. */
export interface Quotas {
  readonly clientsPerOwner: number;
  /** That came by one credential. */
  readonly clientsPerCredential: number;
  /** That came by the open way in. */
  readonly openClients: number;
}

/** What a registration must find room in. Nobody owns nothing: those who show nothing are counted by their way in alone. */
export function quotaDemands({ name: realm, quotas }: Realm, { kind, id, credentialId }: PrincipalRecord, wayIn: string): readonly Change[] {
  if (quotas === undefined) return none;
  const demands: Change[] = [];
  const demand = (limit: number, count: ClientCountKey) => {
    if (limit > 0) demands.push({ kind: "demand_quota", count, limit });
  };
  if (kind !== "anonymous") demand(quotas.clientsPerOwner, { realm, scope: "owner", kind, id });
  if (kind !== "anonymous" && credentialId !== "") demand(quotas.clientsPerCredential, { realm, scope: "credential", kind, id: credentialId });
  if (wayIn === "open") demand(quotas.openClients, { realm, scope: "open" });
  return demands;
}

const none: readonly Change[] = [];

const sentences = {
  owner: "the owner has as many clients as it may have; one must be deleted first",
  credential: "as many clients have come by this credential as may; one must be deleted first",
  open: "as many clients have come without a credential as may; one must be deleted first",
} as const satisfies Record<ClientCountKey["scope"], string>;

/** The error of a registration that found no room. */
export function quotaExceeded(change: Change | undefined): RegistryError {
  return new RegistryError("quota_exceeded", sentences[change?.kind === "demand_quota" ? change.count.scope : "owner"]);
}
