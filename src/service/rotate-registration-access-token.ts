import { create } from "@bufbuild/protobuf";
import {
  RotateRegistrationAccessTokenResponseSchema, type RotateRegistrationAccessTokenRequest, type RotateRegistrationAccessTokenResponse,
} from "../../gen/ts/matricula/v1/client_admin_service_pb.js";
import { credentialsInOrder, endingWithin, isLive, nextLabel, nextTime } from "../domain/credential-order.js";
import { credentialRecord, digestScheme, makeToken } from "../domain/credentials.js";
import { RegistryError } from "../domain/errors.js";
import type { CredentialRecord, Seconds } from "../domain/ports.js";
import type { Call } from "./call.js";
import { changeRecord } from "./change-record.js";
import { withExpiry } from "./client-expiry.js";
import { resealed } from "./client-record.js";
import { clientView, credentialsView } from "./client-view.js";
import { demandChangeable, type OwnClient } from "./own-client.js";
import type { Registry } from "./registry.js";
import { registrationTokenDigest, schemeFor } from "./token-binding.js";
import { demandVersion, lostAgain } from "./version.js";

/** The longest time, in seconds, that a token outlives its rotation when the new one is not used (requirements T-02). */
const grace = 24 * 60 * 60;

/**
 * Makes a new registration access token. The one before it lives until the new one is first used, so that a lost answer locks nobody
 * out. Throws RegistryError; invalid_request where the realm takes no such tokens.
 */
export async function rotateRegistrationAccessToken(
  registry: Registry,
  given: Call,
  request: RotateRegistrationAccessTokenRequest,
  tries = 3,
): Promise<RotateRegistrationAccessTokenResponse> {
  const own = await demandChangeable(registry, given, request.clientId);
  const { found, call } = own;
  const { realm, now } = call;
  const { client } = found;
  demandVersion(client, request.etag);
  if (realm.waysIn.get("registration_access_token")?.manage !== true) {
    throw new RegistryError("invalid_request", "registration access tokens are off in this realm");
  }

  const kind = "registration_access_token";
  const token = makeToken(kind, registry.randomBytes);
  const scheme = schemeOfNext(own);
  const digest = registrationTokenDigest(scheme, realm.name, client.clientId, token, call.caller.certificate);
  const credentials = [
    ...found.credentials.filter((credential) => credential.kind !== kind), ...tokensBefore(found.credentials, now),
    credentialRecord(kind, nextLabel(found.credentials, kind), digest, nextTime(found.credentials, kind, now), 0, scheme),
  ];
  const next = resealed(registry.keys, { ...client, version: client.version + 1, updatedAt: now });
  const result = await registry.store.commit([
    { kind: "replace_client", client: next, credentials },
    { kind: "append_change", change: changeRecord(call, "registration_access_token_rotated", client.clientId, next.version, [], client.record) },
  ]);
  if (result.committed) {
    return create(RotateRegistrationAccessTokenResponseSchema, {
      client: clientView(withExpiry(registry, next), credentials), credentials: credentialsView(realm, client.clientId, token),
    });
  }
  // Who names no version means the newest, whoever else was writing.
  if (request.etag === "" && tries > 1) return rotateRegistrationAccessToken(registry, given, request, tries - 1);
  throw lostAgain(request.etag);
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
