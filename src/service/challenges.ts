import type { MethodRow } from "./access.js";
import type { Realm, Registry } from "./registry.js";

/**
 * The schemes by which a caller could have shown who it is (RFC 9110 section 11.6.1): those of the ways in that are on for the method.
 * Bearer where there is none: an answer 401 must name one. Without a realm, those that any realm takes.
 */
export function challenges(registry: Pick<Registry, "waysIn" | "realms">, realm: Realm | undefined, method: MethodRow): readonly string[] {
  const realms = realm === undefined ? [...registry.realms.values()] : [realm];
  const schemes = new Set<string>();
  for (const { name, challenge, registers, manages } of registry.waysIn) {
    if (challenge === undefined) continue;
    const on = realms.some(({ waysIn }) => {
      const settings = waysIn.get(name);
      return (method.wayIn && registers && settings?.enabled === true) || (method.ownClient && manages && settings?.manage === true);
    });
    if (on) schemes.add(challenge);
  }
  return schemes.size === 0 ? ["Bearer"] : [...schemes];
}
