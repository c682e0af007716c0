// service/ways-in/: by what somebody is known, and so who may register and manage. A way in is one file here that implements WayIn, and
// one row in rows.ts. It may import what service/ may, and jose.

import type { Change, ClientRecord, Seconds } from "../../domain/ports.js";
import type { RegistrationTerms } from "../../domain/terms.js";
import type { Authorization } from "../authorization.js";
import type { Caller, Evidence } from "../caller.js";
import type { Realm, Registry } from "../registry.js";

/** What a caller shows, its Authorization header taken apart. */
export interface Shown extends Omit<Evidence, "authorization"> {
  readonly authorization: Authorization | undefined;
}

/** Where and when a caller is identified, and for what. */
export interface Occasion {
  readonly registry: Registry;
  readonly realm: Realm;
  readonly now: Seconds;
  /** Whether the method called manages one's own clients; otherwise it registers. */
  readonly manages: boolean;
}

/** What a credential asks of the registrations that it opens, beyond the realm's policy. */
export interface Terms extends Omit<RegistrationTerms, "wayIn"> {
  /** The name of a policy that goes before the way's own; "" for none. */
  readonly policy?: string;
  /** What the registration's own commit must contain: a use of a token, given back when it fails. */
  readonly changes?: readonly Change[];
  /** The credential holds and has nothing left: a repetition may still be answered, a new registration may not. */
  readonly spent?: boolean;
}

/** One way in. */
export interface WayIn {
  /** As configuration and client records name it. */
  readonly name: string;
  /** The scheme that a challenge names (RFC 9110 section 11.6.1), with its parameters but for realm; undefined when it has none. */
  readonly challenge?: string;
  /** Whether it can register clients, and whether it can manage those it registered. The realm's configuration turns either off. */
  readonly registers: boolean;
  readonly manages: boolean;
  /** Whether what is shown is of this way, by its looks alone: asked before the realm is known and the body is read. Cheap. */
  readonly recognizes: (shown: Shown) => boolean;
  /**
   * Who it is: asked only for what is recognized. A promise only where it is dear to find out; such work begins with
   * `registry.limits.beginGuess`. Throws invalid_token
   * or invalid_certificate for a credential that does not hold here, in words that do not say why.
   */
  readonly identify: (shown: Shown, occasion: Occasion) => Caller | Promise<Caller>;
  /** Whether the caller may register by this way where it is on; everybody when absent. */
  readonly opens?: (caller: Caller) => boolean;
  /** What registrations must keep to. */
  readonly terms?: (caller: Caller, now: Seconds) => Terms;
  /** What updates of a client that came by this way must keep to: what admitted it goes on guarding it. */
  readonly guards?: (client: ClientRecord, registry: Registry) => Terms;
}
