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
  /** Reads the file again and puts all of it in force, or nothing: throws invalid_request with every mistake. */
  reload(): Reloaded;
}
