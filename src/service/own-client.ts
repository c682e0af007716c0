// Who may read, update and delete a client: its registration access token, its owner by the way it is known, or the admin role.

import { withoutEndedTokens } from "../domain/credential-order.js";
import { digestScheme, matchCredential } from "../domain/credentials.js";
import { RegistryError } from "../domain/errors.js";
import type { ClientRecord, ClientWithCredentials, CredentialRecord, PrincipalRecord } from "../domain/ports.js";
import { demandCertificateFor, guardingPolicy } from "./admit.js";
import type { Call } from "./call.js";
import { hasRole } from "./caller.js";
import { hasExpired } from "./client-expiry.js";
import { checkRecord, findUnchecked } from "./client-record.js";
import { confirm, needsConfirmation, pendingConfirmation } from "./confirm-registration-access-token.js";
import { createEvenOut } from "./even-out.js";
import type { Registry } from "./registry.js";
import { registrationTokenDigest } from "./token-binding.js";

/** A client with the call as its caller is now known: a registration access token makes the client itself the caller. */
export interface OwnClient {
  readonly found: ClientWithCredentials;
  readonly call: Call;
  /** Whether the client or its owner acts, not an operator. */
  readonly own: boolean;
}

/**
 * Finds the client that the caller may manage. Not yours, unknown and deleted are the same answer, in words and in work:
 * invalid_token for a token, permission_denied for somebody, unauthenticated for nobody. An admin is told not_found.
 * That a record is damaged is for its own client, its owner and an admin to hear: internal.
 * A promise only while the first use of a new registration access token is being written.
 */
export function demandOwnClient(registry: Registry, call: Call, clientId: string): OwnClient | Promise<OwnClient> {
  const found = findUnchecked(registry, call.realm.name, clientId);
  let claimed: Claimed;
  try {
    claimed = claim(call, clientId, found);
  } catch (error) {
    evenOut(registry, call.realm.name, found);
    throw error;
  }
  const { own, token } = claimed;
  if (own.own) demandFit(registry, own);
  // Last: the check takes time, and it must tell nobody else that there is such a client.
  checkRecord(registry.keys, own.found.client);
  const pending = pendingConfirmation(registry, own.found);
  if (pending !== undefined) return pending.then(() => demandOwnClient(registry, call, clientId));
  if (token === undefined || !needsConfirmation(own.found, token)) return own;
  confirm(registry, own.call, own.found, token);
  // What is written from here on is written without the tokens that have ended.
  const credentials = own.found.credentials.map((credential) => (credential === token ? { ...token, lastUsedAt: call.now } : credential));
  return { ...own, found: { ...own.found, credentials: withoutEndedTokens(credentials) } };
}

/**
 * The same, to change the client: while it is suspended, neither it nor its owner does. Throws client_suspended, to nobody who could not
 * have read as much.
 */
export async function demandChangeable(registry: Registry, call: Call, clientId: string): Promise<OwnClient> {
  const own = await demandOwnClient(registry, call, clientId);
  if (own.own && own.found.client.state === "suspended") throw new RegistryError("client_suspended", "the client is suspended: it changes nothing until it is resumed");
  return own;
}

/**
 * What the client's policy asks of whoever acts for it. The token of a client that has expired opens nothing, as that of a deleted one;
 * who owns it otherwise, or an operator, may look at it, delete it, and bring it back by an update.
 */
function demandFit(registry: Registry, { found: { client }, call: { realm, caller, now } }: OwnClient): void {
  if (caller.registrationAccessToken !== undefined && hasExpired(registry, client, now)) throw new RegistryError("invalid_token", "the token is not valid here");
  demandCertificateFor(guardingPolicy(registry, realm, client), caller);
}

const evenOut = createEvenOut(({ store }) => store.clients.findLive);

/** What is granted, and the registration access token that it is granted to. */
interface Claimed {
  readonly own: OwnClient;
  readonly token?: CredentialRecord;
}

/** Grants the caller what was found, or throws. */
function claim(call: Call, clientId: string, stored: ClientWithCredentials | undefined): Claimed {
  const found = stored === undefined ? undefined : { ...stored, credentials: withoutEndedTokens(stored.credentials) };
  const { caller, realm, now } = call;
  const token = caller.registrationAccessToken;
  if (token !== undefined) {
    // The digest is made for an unknown client too, so that the time tells nothing.
    const digestBy = (scheme: string) => registrationTokenDigest(scheme, realm.name, clientId, token, caller.certificate);
    const credential = matchCredential(found?.credentials ?? decoys, "registration_access_token", digestBy, now);
    if (found === undefined || credential === undefined) throw new RegistryError("invalid_token", "the token is not valid here");
    const principal: PrincipalRecord = { kind: "client", id: clientId, credentialId: `registration_access_token:${credential.label}` };
    return { own: { found, call: { ...call, caller: { ...caller, principal } }, own: true }, token: credential };
  }
  if (hasRole(caller, call.method)) {
    if (found === undefined) throw new RegistryError("not_found", "there is no such client");
    return { own: { found, call, own: false } };
  }
  if (caller.principal.kind === "anonymous") throw new RegistryError("unauthenticated", "this needs the client's registration access token");
  if (found === undefined || !owns(call, found.client)) {
    throw new RegistryError("permission_denied", "the caller may not manage this client");
  }
  return { own: { found, call, own: true } };
}

/** Whether the caller shows, by a way that manages, the identity that the client is registered under. */
function owns({ caller: { principal, wayIn }, realm }: Call, { owner }: ClientRecord): boolean {
  if (!wayIn.manages || realm.waysIn.get(wayIn.name)?.manage !== true) return false;
  return owner.kind === principal.kind && owner.id === principal.id;
}

/** Something to compare with when there is no client. */
const decoys = [
  { kind: "registration_access_token", label: "", scheme: digestScheme, digest: new Uint8Array(32), createdAt: 0, expiresAt: 1, lastUsedAt: null },
] as const;
