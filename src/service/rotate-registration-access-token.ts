import { create } from "@bufbuild/protobuf";
import {
  RotateRegistrationAccessTokenResponseSchema, type RotateRegistrationAccessTokenRequest, type RotateRegistrationAccessTokenResponse,
} from "../../gen/ts/matricula/v1/client_admin_service_pb.js";
import { RegistryError } from "../domain/errors.js";
import type { Call } from "./call.js";
import { changeRecord } from "./change-record.js";
import { withExpiry } from "./client-expiry.js";
import { resealed } from "./client-record.js";
import { clientView, credentialsView } from "./client-view.js";
import { nextRegistrationAccessToken } from "./next-registration-access-token.js";
import { demandChangeable } from "./own-client.js";
import type { Registry } from "./registry.js";
import { demandVersion, lostAgain } from "./version.js";

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

  const { token, credentials } = nextRegistrationAccessToken(registry, own);
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
