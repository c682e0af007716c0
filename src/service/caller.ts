// Who a caller is: decided once for each call, by the ways in, from peer certificate, Authorization header or nothing.

import type { Role } from "../../gen/ts/matricula/v1/options_pb.js";
import { RegistryError } from "../domain/errors.js";
import type { InitialAccessTokenRecord, PrincipalRecord, Seconds } from "../domain/ports.js";
import type { MethodRow } from "./access.js";
import { readAuthorization } from "./authorization.js";
import type { Realm, Registry } from "./registry.js";
import type { Shown, WayIn } from "./ways-in/way-in.js";

/** A certificate that was verified, and is valid now. */
export interface AcceptedCertificate {
  readonly kind: "accepted";
  readonly uris: readonly string[];
  readonly dnsNames: readonly string[];
  /** RFC 4514. */
  readonly subject: string;
  /** SHA-256, hexadecimal. */
  readonly fingerprint: string;
}

/** What a connection, or a trusted proxy, shows of a certificate. */
export type PeerEvidence = { readonly kind: "none" } | { readonly kind: "unacceptable"; readonly reason: string } | AcceptedCertificate;

/** What a door hands over before it reads a body. */
export interface Evidence {
  readonly certificate: PeerEvidence;
  /** The Authorization header as it came. */
  readonly authorization: string | undefined;
  /** The address it came from; a trusted proxy's word for it. Absent where there is none. */
  readonly address?: string | undefined;
  /** The connection that it came by, for whoever counts connections; nothing here looks at it. */
  readonly connection?: object | undefined;
  /** Whether it came by the local listener. */
  readonly local?: boolean;
}

/** A caller: the principal, how it is known, what it may do by role, and the token it showed. */
export interface Caller {
  readonly principal: PrincipalRecord;
  /** The way in that knows it. */
  readonly wayIn: WayIn;
  readonly roles: ReadonlySet<Role>;
  /** The certificate shown, also beside a token that it may be bound to. */
  readonly certificate: AcceptedCertificate | undefined;
  /** The record of the initial access token presented. */
  readonly initialAccessToken: InitialAccessTokenRecord | undefined;
  /** The registration access token presented; it is proven against its client later. Never logged. */
  readonly registrationAccessToken: string | undefined;
}

const noRoles: ReadonlySet<Role> = new Set();

/** Nobody. */
export const anonymousPrincipal: PrincipalRecord = { kind: "anonymous", id: "anonymous", credentialId: "" };

/** A caller without roles and tokens. Ways in of a build of one's own each have names of their own. */
export function callerBy(wayIn: WayIn, { certificate }: Pick<Shown, "certificate">, principal: PrincipalRecord): Caller {
  return {
    principal: principal.kind === "other" ? { ...principal, id: `${wayIn.name}:${principal.id}`, credentialId: `${wayIn.name}:${principal.credentialId}` } : principal, wayIn, roles: noRoles, certificate: certificate.kind === "accepted" ? certificate : undefined,
    initialAccessToken: undefined, registrationAccessToken: undefined,
  };
}

/** What is shown, and the way in it is of. */
export interface Recognized {
  readonly shown: Shown;
  readonly wayIn: WayIn;
}

/**
 * What can be refused without knowing the realm, and so before a body is read. Throws invalid_certificate for a certificate that is
 * presented and not acceptable, even where none is needed; invalid_token for a credential that cannot open the method;
 * unauthenticated for a scheme that no way in takes, or for nobody where a method has only roles.
 */
export function screen({ waysIn, realms }: Pick<Registry, "waysIn" | "realms">, method: MethodRow, evidence: Evidence): Recognized {
  const { certificate } = evidence;
  if (certificate.kind === "unacceptable") {
    throw new RegistryError("invalid_certificate", `the client certificate is not acceptable: ${certificate.reason}`);
  }
  // Which realm it is for is known later; a certificate without a name that no realm knows is nobody's in all of them.
  if (certificate.kind === "accepted" && isNameless(certificate) && ![...realms.values()].some((realm) => realm.certificates(certificate).name !== undefined)) {
    throw namesNobody();
  }
  const authorization = evidence.authorization === undefined ? undefined : readAuthorization(evidence.authorization);
  const shown: Shown = { certificate, authorization, address: evidence.address, local: evidence.local === true };
  // A header that is none of any scheme is not nobody's.
  const wayIn = evidence.authorization !== undefined && authorization === undefined ? undefined : waysIn.find((row) => row.recognizes(shown));
  if (evidence.authorization !== undefined) {
    if (wayIn === undefined) throw unknownScheme(waysIn, authorization?.scheme);
    // A token of one kind is worthless in every other slot.
    if (!(method.wayIn && wayIn.registers) && !(method.ownClient && wayIn.manages)) throw invalidToken();
  } else if (certificate.kind === "none" && evidence.local !== true && !method.anybody && !method.wayIn) {
    throw new RegistryError("unauthenticated", method.ownClient ? "this needs the client's registration access token" : "this method needs a client certificate");
  }
  return { shown, wayIn: wayIn! };
}

/** Whether only a row of a realm can say who it is. */
const isNameless = ({ uris, dnsNames }: AcceptedCertificate) => uris.length === 0 && dnsNames.length === 0;

const namesNobody = () => new RegistryError("invalid_certificate", "the client certificate names nobody: it needs a URI or DNS subject alternative name");

/** Who a certificate is in the realm. Throws invalid_certificate for one that names nobody and that no row knows. */
export function demandCertificateName(realm: Realm, certificate: AcceptedCertificate): string {
  const { name } = realm.certificates(certificate);
  if (name === undefined) throw namesNobody();
  return name;
}

const invalidToken = () => new RegistryError("invalid_token", "the token is not valid here");

function unknownScheme(waysIn: readonly WayIn[], scheme: string | undefined): RegistryError {
  const schemes = new Set(waysIn.flatMap(({ challenge }) => (challenge === undefined ? [] : [challenge.split(" ", 1)[0]!])));
  const taken = [...schemes].some((name) => name.toLowerCase() === scheme);
  return taken ? invalidToken() : new RegistryError("unauthenticated", `this service takes the scheme ${[...schemes].join(", ")}`);
}

/**
 * Identifies the caller of `method` in `realm`: a promise only where that is dear to find out. Throws invalid_token for a
 * credential that the realm does not know, invalid_certificate for a certificate that is nobody's in it, rate_limited for one that is guessed at.
 */
export function identify(registry: Registry, realm: Realm, method: MethodRow, { shown, wayIn }: Recognized, now: Seconds): Caller | Promise<Caller> {
  if (shown.certificate.kind === "accepted") demandCertificateName(realm, shown.certificate);
  const settings = realm.waysIn.get(wayIn.name);
  // A way that is off knows nobody. Who shows nothing, or has roles by certificate, is known whatever is on.
  const on = (settings?.enabled === true && wayIn.registers) || (settings?.manage === true && wayIn.manages);
  if (shown.authorization !== undefined && !on) throw invalidToken();
  return wayIn.identify(shown, { registry, realm, now, manages: method.ownClient });
}

/** Whether any of the caller's roles opens the method. */
export function hasRole(caller: Caller, method: MethodRow): boolean {
  if (caller.roles.size === 0) return false;
  for (const role of caller.roles) if (method.roles.has(role)) return true;
  return false;
}

/** Demands a role. Throws unauthenticated for nobody, permission_denied for somebody without it. */
export function demandRole(caller: Caller, method: MethodRow): void {
  if (hasRole(caller, method)) return;
  throw caller.principal.kind === "anonymous" && caller.registrationAccessToken === undefined
    ? new RegistryError("unauthenticated", "this method needs a client certificate")
    : new RegistryError("permission_denied", "the caller has no role that opens this method");
}
