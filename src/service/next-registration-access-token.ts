// A new registration access token in the place of the one before it, which lives until the new one is first used.

import { credentialsInOrder, endingWithin, isLive, nextLabel, nextTime } from "../domain/credential-order.js";
import { credentialRecord, digestScheme, makeToken } from "../domain/credentials.js";
import { RegistryError } from "../domain/errors.js";
import type { CredentialRecord, Seconds } from "../domain/ports.js";
import type { OwnClient } from "./own-client.js";
import type { Registry } from "./registry.js";
import { registrationTokenDigest, schemeFor } from "./token-binding.js";

/** The longest time, in seconds, that a token outlives its rotation when the new one is not used (requirements T-02). */
const grace = 24 * 60 * 60;

const kind = "registration_access_token";

/** A new token, and the client's credentials with it. Throws permission_denied where whoever asks cannot bind it as the one before it. */
export function nextRegistrationAccessToken(
  registry: Registry,
  own: OwnClient,
  before: readonly CredentialRecord[] = own.found.credentials,
): { readonly token: string; readonly credentials: readonly CredentialRecord[] } {
  const { found: { client }, call: { realm, caller, now } } = own;
  const token = makeToken(kind, registry.randomBytes);
  const scheme = schemeOfNext(own);
  const digest = registrationTokenDigest(scheme, realm.name, client.clientId, token, caller.certificate);
  const credentials = [
    ...before.filter((credential) => credential.kind !== kind), ...tokensBefore(before, now),
    credentialRecord(kind, nextLabel(before, kind), digest, nextTime(before, kind, now), 0, scheme),
  ];
  return { token, credentials };
}

/**
 * The tokens that live on beside a new one: the oldest, which is the one that its client is known to have, and of those whose answers may
 * have been lost the last two.
 */
function tokensBefore(credentials: readonly CredentialRecord[], now: Seconds): readonly CredentialRecord[] {
  const live = credentialsInOrder(credentials, "registration_access_token").filter((token) => isLive(token, now));
  return live.filter((_, index) => index === 0 || index >= live.length - 2).map((token) => endingWithin(token, grace, now));
}

/** How the new token is bound. Who is not shown what a token is bound to cannot make another that is. */
function schemeOfNext({ found, call, own }: OwnClient): string {
  const { tokenBinding } = call.realm;
  const latest = credentialsInOrder(found.credentials, "registration_access_token").at(-1);
  const isBound = tokenBinding !== undefined && latest !== undefined && latest.scheme !== digestScheme;
  if (isBound && (!own || call.caller.certificate === undefined)) {
    throw new RegistryError("permission_denied", "the client's token is bound to its certificate: only with that can it be rotated, by the client or its owner");
  }
  // An operator's certificate is none that a client's token could be bound to.
  return schemeFor(tokenBinding, own ? call.caller.certificate : undefined);
}
