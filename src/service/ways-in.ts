// Who may register. A way in is one row here; the order is the order of precedence.

import { Role } from "../../gen/ts/matricula/v1/options_pb.js";
import { RegistryError } from "../domain/errors.js";
import type { CompiledPolicy } from "../domain/policy.js";
import type { Change, Seconds } from "../domain/ports.js";
import type { Caller } from "./caller.js";
import type { Realm, WayInName } from "./registry.js";

/** A registration that may go on. */
export interface Admission {
  readonly wayIn: WayInName;
  /** The policy that the credential is bound to, else the way's. */
  readonly policy: CompiledPolicy;
  /** What the registration's own commit must contain: a use of a token, given back when it fails. */
  readonly changes: readonly Change[];
  /** The credential holds and has nothing left: a repetition may still be answered, a new registration may not. */
  readonly spent: boolean;
}

interface WayIn {
  readonly name: WayInName;
  /** Whether this caller comes by this way. */
  readonly opens: (caller: Caller) => boolean;
  readonly changes?: (caller: Caller, now: Seconds) => readonly Change[];
  /** The name of a policy that goes before the way's own. */
  readonly policy?: (caller: Caller) => string | undefined;
}

const rows: readonly WayIn[] = [
  {
    name: "initial_access_token",
    opens: (caller) => caller.initialAccessToken !== undefined,
    policy: (caller) => caller.initialAccessToken?.policy,
    changes: (caller, now) => {
      const token = caller.initialAccessToken!;
      // An unlimited token has nothing to count; its expiry and revocation were looked at on arrival.
      return token.usesLeft === null ? [] : [{ kind: "use_initial_access_token", realm: token.realm, id: token.id, at: now }];
    },
  },
  { name: "certificate", opens: (caller) => caller.roles.has(Role.REGISTRAR) || caller.roles.has(Role.ADMIN) },
  { name: "open", opens: () => true },
];

/**
 * Admits a registration. Throws unauthenticated when nothing was shown and the realm is not open, permission_denied when what was
 * shown opens no way in.
 */
export function admit(realm: Realm, caller: Caller, now: Seconds): Admission {
  for (const row of rows) {
    const way = realm.waysIn[row.name];
    if (way.enabled && row.opens(caller)) {
      const spent = caller.initialAccessToken?.usesLeft === 0;
      const policy = realm.policies.get(row.policy?.(caller) ?? "") ?? way.policy;
      return { wayIn: row.name, policy, changes: row.changes?.(caller, now) ?? [], spent };
    }
  }
  throw caller.principal.kind === "anonymous"
    ? new RegistryError("unauthenticated", "registration needs an initial access token or a client certificate with the role registrar")
    : new RegistryError("permission_denied", "what was presented does not open registration here");
}
