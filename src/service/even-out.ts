import type { ClientWithCredentials } from "../domain/ports.js";
import type { Registry } from "./registry.js";

/** How a client is read. */
export type ReadClient = (realm: string, clientId: string) => ClientWithCredentials | undefined;

/**
 * A client that is read takes longer than one that is not there: every refusal is made to read one and to miss one. Gives the function
 * that reads what `found` has left undone.
 */
export function createEvenOut(readOf: (registry: Registry) => ReadClient): (registry: Registry, realm: string, found: ClientWithCredentials | undefined) => void {
  /** By realm, a client that was there a moment ago. */
  const seen = new WeakMap<Registry, Map<string, string>>();
  return (registry, realm, found) => {
    let ids = seen.get(registry);
    if (ids === undefined) seen.set(registry, (ids = new Map()));
    if (found !== undefined) ids.set(realm, found.client.clientId);
    readOf(registry)(realm, found === undefined ? (ids.get(realm) ?? "") : "");
  };
}
