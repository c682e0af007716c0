// Who a caller is: decided once for each call, from peer certificate, Authorization header or nothing.

import { Role } from "../../gen/ts/matricula/v1/options_pb.js";
import { digestOf, tokenKind, type TokenKind } from "../domain/credentials.js";
import { RegistryError } from "../domain/errors.js";
import type { InitialAccessTokenRecord, PrincipalRecord, Seconds } from "../domain/ports.js";
import type { MethodRow } from "./access.js";
import type { Realm, Registry } from "./registry.js";

/** What a connection shows of its peer's certificate. */
export type PeerEvidence =
  | { readonly kind: "none" }
  | { readonly kind: "unacceptable"; readonly reason: string }
  | { readonly kind: "accepted"; readonly uris: readonly string[]; readonly dnsNames: readonly string[]; readonly fingerprint: string };

/** What a door hands over before it reads a body. */
export interface Evidence {
  readonly certificate: PeerEvidence;
  /** The Authorization header as it came. */
  readonly authorization: string | undefined;
}

/** A caller: the principal, what it may do by role, and the token it showed. */
export interface Caller {
  readonly principal: PrincipalRecord;
  readonly roles: ReadonlySet<Role>;
  /** The record of the initial access token presented. */
  readonly initialAccessToken: InitialAccessTokenRecord | undefined;
  /** The registration access token presented; it is proven against its client later. Never logged. */
  readonly registrationAccessToken: string | undefined;
}

const noRoles: ReadonlySet<Role> = new Set();
const anonymous: Caller = {
  principal: { kind: "anonymous", id: "anonymous", credentialId: "" },
  roles: noRoles,
  initialAccessToken: undefined,
  registrationAccessToken: undefined,
};

const invalidToken = () => new RegistryError("invalid_token", "the token is not valid here");

/**
 * What can be refused without knowing the realm, and so before a body is read. Throws invalid_certificate for a certificate that is
 * presented and not acceptable, even where none is needed; invalid_token for a token that cannot open the method; unauthenticated for
 * another scheme, or for nobody where a method has only roles.
 */
export function screen(method: MethodRow, { certificate, authorization }: Evidence): void {
  if (certificate.kind === "unacceptable") {
    throw new RegistryError("invalid_certificate", `the client certificate is not acceptable: ${certificate.reason}`);
  }
  if (authorization !== undefined) presentedToken(method, authorization);
  else if (certificate.kind === "none" && !method.anybody && !method.wayIn) {
    throw new RegistryError("unauthenticated", method.ownClient ? "this needs the client's registration access token" : "this method needs a client certificate");
  }
}

/**
 * Identifies the caller of `method` in `realm`. A token goes before a certificate: what is shown on purpose is what is meant.
 * Throws as screen does, and invalid_token for a token that the realm does not know.
 */
export function identify(registry: Registry, realm: Realm, method: MethodRow, evidence: Evidence, now: Seconds): Caller {
  screen(method, evidence);
  const { certificate, authorization } = evidence;
  if (authorization !== undefined) return byToken(registry, realm, presentedToken(method, authorization), now);
  return certificate.kind === "accepted" ? byCertificate(realm, certificate) : anonymous;
}

// RFC 6750 section 2.1: one space, then b64token; the scheme is compared without case (RFC 9110 section 11.1).
const bearer = /^bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

function bearerToken(authorization: string): string {
  const token = bearer.exec(authorization)?.[1];
  if (token !== undefined) return token;
  if (/^bearer(?: |$)/i.test(authorization)) throw invalidToken();
  throw new RegistryError("unauthenticated", "this service takes the scheme Bearer");
}

/** A token of one kind is worthless in every other slot. */
function presentedToken(method: MethodRow, authorization: string): { kind: TokenKind; token: string } {
  const token = bearerToken(authorization);
  const kind = tokenKind(token);
  if (kind === "initial_access_token" && method.wayIn) return { kind, token };
  if (kind === "registration_access_token" && method.ownClient) return { kind, token };
  throw invalidToken();
}

function byToken(registry: Registry, realm: Realm, { kind, token }: { kind: TokenKind; token: string }, now: Seconds): Caller {
  if (kind !== "initial_access_token") return { ...anonymous, registrationAccessToken: token };
  const record = registry.store.initialAccessTokens.findByDigest(realm.name, digestOf(kind, realm.name, "", token));
  if (record === undefined || record.revokedAt !== null || record.expiresAt <= now) throw invalidToken();
  return { ...anonymous, principal: { kind, id: record.id, credentialId: record.id }, initialAccessToken: record };
}

function byCertificate(realm: Realm, certificate: Extract<PeerEvidence, { kind: "accepted" }>): Caller {
  const roles = new Set<Role>();
  for (const uri of certificate.uris) for (const role of realm.rolesBySpiffeId.get(uri) ?? []) roles.add(role);
  for (const name of certificate.dnsNames) for (const role of realm.rolesByDnsName.get(name.toLowerCase()) ?? []) roles.add(role);
  // SPIFFE ID first, then DNS; never the common name.
  const id = certificate.uris[0] ?? certificate.dnsNames[0];
  if (id === undefined) throw new RegistryError("invalid_certificate", "the client certificate names nobody: it needs a URI or DNS subject alternative name");
  return { ...anonymous, principal: { kind: "certificate", id, credentialId: certificate.fingerprint }, roles };
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
