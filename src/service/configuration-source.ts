// What the service may ask of whoever reads configuration: a port, so that the use cases know no file and no YAML.

import type { CompiledPolicy } from "../domain/policy.js";
import type { Realm } from "./registry.js";

/** What a reload has done. */
export interface Reloaded {
  /** SHA-256 of the file in hexadecimal; empty without a file. */
  readonly fileHash: string;
  /** The keys that have changed and wait for a restart. */
  readonly restartNeeded: readonly string[];
}

export interface ConfigurationSource {
  /** The names of the policies that come with the program. */
  readonly readyMade: ReadonlySet<string>;
  /** A policy from a YAML document, for the realm. Throws invalid_request with every mistake. */
  readPolicy(realm: Realm, document: string): CompiledPolicy;
  /** Whether the policy of this name was put, and so may be put again or taken out. */
  isStored(realm: Realm, name: string): boolean;
  /**
   * Puts a policy's document in force, or takes it out with undefined. `demand` is asked when its turn has come, and throws what speaks
   * against it; `then` is done last, with what the policy's file held, and when it fails all is as it was. Rejects with invalid_request when
   * the configuration does not hold with it.
   */
  change(realm: Realm, name: string, document: string | undefined, steps: { readonly demand: () => void; readonly then: (previous: string | undefined) => Promise<void> }): Promise<void>;
  /** Reads the file again and puts all of it in force at one moment, or nothing: rejects with invalid_request with every mistake. */
  reload(): Promise<Reloaded>;
}
