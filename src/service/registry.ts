// What every use case is given: the store, the realms, the keys, the clock. Made once, in main.ts.

import type { Role } from "../../gen/ts/matricula/v1/options_pb.js";
import type { ReadCertificate } from "../domain/authentication/client-certificate.js";
import type { CertificateMatcher } from "../domain/certificate-match.js";
import type { DecisionRow } from "../domain/decision.js";
import type { CompiledPolicy } from "../domain/policy.js";
import type { Clock, RandomBytes, Store } from "../domain/ports.js";
import type { ServerSupport } from "../domain/server-support.js";
import type { UriSwitches } from "../domain/uri.js";
import type { CustomAttribute } from "../domain/validate.js";
import { RegistryError } from "../domain/errors.js";
import type { ExpiredCounts } from "./expired-clients.js";
import type { Fetch } from "./fetch.js";
import type { ClientUses } from "./client-uses.js";
import type { Call } from "./call.js";
import type { ConfigurationSource } from "./configuration-source.js";
import type { Keys } from "./keys.js";
import type { Limits } from "./limits/limits.js";
import type { Quotas } from "./quotas.js";
import type { StatementIssuer } from "./software-statements/statement-issuer.js";
import type { TokenBinding } from "./token-binding.js";
import type { WayIn } from "./ways-in/way-in.js";

/** How a realm has set one way in. */
export interface WayInSettings {
  /** Whether it opens registration. */
  readonly enabled: boolean;
  /** Whether it opens the management of one's own clients. */
  readonly manage: boolean;
  readonly policy: CompiledPolicy;
}

/** A realm made ready for use. */
export interface Realm {
  readonly name: string;
  /** The base of the registration endpoint: no trailing slash. */
  readonly registrationEndpoint: string;
  /** The authorization server's identifier. */
  readonly issuer: string;
  /** The authorization server's token endpoint; absent where it is not configured. */
  readonly tokenEndpoint?: string | undefined;
  /** By name; one that is missing is off. */
  readonly waysIn: ReadonlyMap<string, WayInSettings>;
  readonly policies: ReadonlyMap<string, CompiledPolicy>;
  readonly customAttributes: ReadonlyMap<string, CustomAttribute>;
  /** What the authorization server supports, by field. */
  readonly support: ServerSupport;
  /** Which URIs are taken where the standards leave a choice. */
  readonly uris?: UriSwitches | undefined;
  /** What certificates may do, and whom they name. */
  readonly certificates: CertificateMatcher<readonly Role[]>;
  /** What the registration access token of a registrant with a certificate is bound to; absent for nothing. */
  readonly tokenBinding?: TokenBinding | undefined;
  /** Whose software statements are taken, no two of the same name; nobody's when absent. */
  readonly statementIssuers?: readonly StatementIssuer[] | undefined;
  /** What is made of signed requests; refused when absent. */
  readonly signedRequests?: "taken" | "required" | undefined;
  /** Absent where there may be any number of clients. */
  readonly quotas?: Quotas | undefined;
  /** Whether secrets that are needed back may be issued, and kept sealed. */
  readonly sealedSecrets?: boolean | undefined;
}

/** Everything the use cases need. */
export interface Registry {
  /** Is told what was registered otherwise than it was asked; absent where nobody listens. Must not throw. */
  readonly decided?: ((call: Call, decisions: readonly DecisionRow[]) => void) | undefined;
  /** Is told of a stored record that is not as it was written, and was left out; absent where nobody listens. Must not throw. */
  readonly leftOut?: ((call: Call, clientId: string) => void) | undefined;
  /** Who reads configuration; absent where nobody does. */
  readonly configuration?: ConfigurationSource | undefined;
  readonly store: Store;
  /** As they are at this moment: a reload puts others in their place, all at once. */
  readonly realms: ReadonlyMap<string, Realm>;
  readonly limits: Limits;
  /** Gathers uses until the composition root has them written. */
  readonly uses: ClientUses;
  /** How many of the clients that a quota counts have expired; absent where all count. */
  readonly expiredCounts?: ExpiredCounts | undefined;
  /** In order of precedence. */
  readonly waysIn: readonly WayIn[];
  readonly keys: Keys;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly readCertificate: ReadCertificate;
  /** How the service goes to URLs that clients have named; absent where it does not. */
  readonly fetch?: Fetch | undefined;
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
