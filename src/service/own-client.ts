// Who may read, update and delete a client: its registration access token, its owner's certificate, or the admin role.

import { digestOf, matchCredential } from "../domain/credentials.js";
import { RegistryError } from "../domain/errors.js";
import type { ClientWithCredentials, PrincipalRecord } from "../domain/ports.js";
import type { Call } from "./call.js";
import { hasRole } from "./caller.js";
import { findClient } from "./client-record.js";
import type { Registry } from "./registry.js";

/** A client with the call as its caller is now known: a registration access token makes the client itself the caller. */
export interface OwnClient {
  readonly found: ClientWithCredentials;
  readonly call: Call;
  /** Whether the client or its owner acts, not an operator. */
  readonly own: boolean;
}

/**
 * Finds the client that the caller may manage. Not yours, unknown and deleted are the same answer, in words and in work:
 * invalid_token for a token, permission_denied for a certificate, unauthenticated for nobody. An admin is told not_found.
 */
export function demandOwnClient(registry: Registry, call: Call, clientId: string): OwnClient {
  const { caller, realm, now } = call;
  const found = findClient(registry, realm.name, clientId);
  const token = caller.registrationAccessToken;
  if (token !== undefined) {
    // The digest is made for an unknown client too, so that the time tells nothing.
    const digest = digestOf("registration_access_token", realm.name, clientId, token);
    const credential = matchCredential(found?.credentials ?? decoys, "registration_access_token", digest, now);
    if (found === undefined || credential === undefined) throw new RegistryError("invalid_token", "the token is not valid here");
    const principal: PrincipalRecord = { kind: "client", id: clientId, credentialId: `registration_access_token:${credential.label}` };
    return { found, call: { ...call, caller: { ...caller, principal } }, own: true };
  }
  if (hasRole(caller, call.method)) {
    if (found === undefined) throw new RegistryError("not_found", "there is no such client");
    return { found, call, own: false };
  }
  if (caller.principal.kind === "anonymous") throw new RegistryError("unauthenticated", "this needs the client's registration access token");
  const owner = found?.client.owner;
  if (found === undefined || owner?.kind !== "certificate" || owner.id !== caller.principal.id) {
    throw new RegistryError("permission_denied", "the caller may not manage this client");
  }
  return { found, call, own: true };
}

/** Something to compare with when there is no client. */
const decoys = [
  { kind: "registration_access_token", label: "", scheme: "", digest: new Uint8Array(32), createdAt: 0, expiresAt: 1, lastUsedAt: null },
] as const;
