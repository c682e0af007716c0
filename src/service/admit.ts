// Who may register: the caller's own way in where it is on, else the open one.

import { RegistryError } from "../domain/errors.js";
import type { CompiledPolicy } from "../domain/policy.js";
import type { ClientRecord, Seconds } from "../domain/ports.js";
import type { RegistrationContext } from "../domain/registration.js";
import type { Caller } from "./caller.js";
import type { Realm, Registry } from "./registry.js";
import type { Terms } from "./ways-in/way-in.js";

/** A registration that may go on. */
export interface Admission {
  /** The way in's name. */
  readonly wayIn: string;
  /** The policy that the credential is bound to, else the way's. */
  readonly policy: CompiledPolicy;
  readonly terms: Terms;
}

const noTerms: Terms = {};

/** The policy that a credential is bound to. One that is no longer configured lets nobody in by another. */
function policyOf(realm: Realm, bound: string | undefined, own: CompiledPolicy): CompiledPolicy {
  if (bound === undefined || bound === "") return own;
  const policy = realm.policies.get(bound);
  if (policy === undefined) throw new RegistryError("permission_denied", "the policy that this credential is bound to is no longer configured; ask who issued it");
  return policy;
}

/** What decides about the metadata of a registration. */
export function contextOf(realm: Realm, { wayIn, policy, terms }: Admission): RegistrationContext {
  return {
    policy, customAttributes: realm.customAttributes, sealedSecrets: realm.sealedSecrets,
    terms: terms.force === undefined && !terms.redirectHosts?.length ? undefined : { ...terms, wayIn },
  };
}

/** The same for an update: what admitted the client. A policy that is no longer configured gives way to that of the client's way in. */
export function guardingContext(registry: Registry, realm: Realm, client: ClientRecord): RegistrationContext {
  const { wayIn } = client;
  const terms = registry.waysIn.find(({ name }) => name === wayIn)?.guards?.(client, registry) ?? noTerms;
  const policy = realm.policies.get(client.policy) ?? realm.policies.get(terms.policy ?? "") ?? (realm.waysIn.get(wayIn) ?? realm.waysIn.get("open")!).policy;
  return contextOf(realm, { wayIn, policy, terms });
}

/**
 * Admits a registration. Throws unauthenticated when nothing was shown and the realm is not open, permission_denied when what was
 * shown opens no way in.
 */
export function admit(realm: Realm, caller: Caller, now: Seconds): Admission {
  const { wayIn } = caller;
  const own = realm.waysIn.get(wayIn.name);
  if (own?.enabled === true && wayIn.registers && (wayIn.opens?.(caller) ?? true)) {
    const terms = wayIn.terms?.(caller, now) ?? noTerms;
    return { wayIn: wayIn.name, policy: policyOf(realm, terms.policy, own.policy), terms };
  }
  const open = realm.waysIn.get("open");
  if (open?.enabled === true) return { wayIn: "open", policy: open.policy, terms: noTerms };
  throw caller.principal.kind === "anonymous"
    ? new RegistryError("unauthenticated", "registration needs a credential that this realm takes")
    : new RegistryError("permission_denied", "what was presented does not open registration here");
}
