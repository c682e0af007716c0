// What every use case is given: the store, the realms, the keys, the clock. Made once, in main.ts.

import type { Role } from "../../gen/ts/matricula/v1/options_pb.js";
import type { CompiledPolicy } from "../domain/policy.js";
import type { Clock, RandomBytes, Store } from "../domain/ports.js";
import type { CustomAttribute } from "../domain/validate.js";
import { RegistryError } from "../domain/errors.js";
import type { Keys } from "./keys.js";

export type WayInName = "open" | "initial_access_token" | "certificate";

/** A realm made ready for use. */
export interface Realm {
  readonly name: string;
  /** The base of the registration endpoint: no trailing slash. */
  readonly registrationEndpoint: string;
  readonly waysIn: Readonly<Record<WayInName, { readonly enabled: boolean; readonly policy: CompiledPolicy }>>;
  readonly policies: ReadonlyMap<string, CompiledPolicy>;
  readonly customAttributes: ReadonlyMap<string, CustomAttribute>;
  readonly rolesBySpiffeId: ReadonlyMap<string, readonly Role[]>;
  /** In lower case. */
  readonly rolesByDnsName: ReadonlyMap<string, readonly Role[]>;
}

/** Everything the use cases need. */
export interface Registry {
  readonly store: Store;
  readonly realms: ReadonlyMap<string, Realm>;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
}

/** The realm of that name, "default" for the empty one; undefined when there is none. */
export function findRealm(registry: Registry, name: string): Realm | undefined {
  return registry.realms.get(name === "" ? "default" : name);
}

/** As findRealm; throws invalid_request when there is none. */
export function demandRealm(registry: Registry, name: string): Realm {
  const realm = findRealm(registry, name);
  if (realm === undefined) throw new RegistryError("invalid_request", "there is no such realm");
  return realm;
}
