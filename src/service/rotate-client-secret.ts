import { create } from "@bufbuild/protobuf";
import {
  RotateClientSecretResponseSchema, type RotateClientSecretRequest, type RotateClientSecretResponse,
} from "../../gen/ts/matricula/v1/client_admin_service_pb.js";
import { needsSecret } from "../domain/auth-methods.js";
import { credentialsInOrder, endingWithin, isLive } from "../domain/credential-order.js";
import { RegistryError } from "../domain/errors.js";
import type { CredentialRecord, Seconds } from "../domain/ports.js";
import { demandKnown, guardingPolicy } from "./admit.js";
import type { Call } from "./call.js";
import { changeRecord } from "./change-record.js";
import { withExpiry } from "./client-expiry.js";
import { metadataOf, resealed } from "./client-record.js";
import { issueSecret } from "./client-secret.js";
import { clientView, credentialsView, secretsView } from "./client-view.js";
import { demandChangeable } from "./own-client.js";
import type { Registry } from "./registry.js";
import { demandVersion, lostAgain } from "./version.js";

/** Secrets of a client that are valid at once, the new one among them: each is one more to guess at and to lose. */
const mostSecrets = 5;

/** Seconds that the secrets before a new one live on when nobody says. */
const usualOverlap = 24 * 60 * 60;

const longestOverlap = 365 * 24 * 60 * 60;

const labelForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * Makes a new client secret. Those before it live on for the overlap, so that a client of many instances can be moved over one by one.
 * Throws RegistryError; invalid_request where the client needs no secret, or has as many as it may have.
 */
export async function rotateClientSecret(registry: Registry, given: Call, request: RotateClientSecretRequest, tries = 3): Promise<RotateClientSecretResponse> {
  const { found, call } = await demandChangeable(registry, given, request.clientId);
  const { realm, now } = call;
  const { client } = found;
  demandVersion(client, request.etag);
  const metadata = metadataOf(client);
  if (!needsSecret(metadata)) {
    throw new RegistryError("invalid_request", "the client authenticates without a secret, by its token_endpoint_auth_method");
  }

  checkLabel(found.credentials, request.label);
  if ((request.overlap ?? 0) > longestOverlap) throw new RegistryError("invalid_request", "overlap is more than a year");
  const old = liveSecrets(found.credentials, request.overlap ?? usualOverlap, now);
  if (old.length >= mostSecrets) {
    throw new RegistryError("invalid_request", `the client has ${old.length} valid secrets, and may have ${mostSecrets}; wait until one has ended, or ask for the overlap 0`);
  }
  const policy = guardingPolicy(registry, realm, client);
  demandKnown(policy);
  const { secret, credential } = issueSecret(registry, client, metadata, { before: found.credentials, label: request.label || undefined, now, lifetime: policy.clientSecretLifetime });
  const credentials = [...found.credentials.filter(({ kind }) => kind !== "client_secret"), ...old, credential];
  const next = resealed(registry.keys, { ...client, version: client.version + 1, updatedAt: now });
  const result = await registry.store.commit([
    { kind: "replace_client", client: next, credentials },
    { kind: "append_change", change: changeRecord(call, "secret_rotated", client.clientId, next.version, [], client.record) },
  ]);
  if (result.committed) {
    return create(RotateClientSecretResponseSchema, {
      client: clientView(withExpiry(registry, next), credentials, metadata),
      credentials: credentialsView(realm, client.clientId, call.caller.registrationAccessToken, secret),
      secrets: secretsView(credentials),
    });
  }
  // Who names no version means the newest, whoever else was writing.
  if (request.etag === "" && tries > 1) return rotateClientSecret(registry, given, request, tries - 1);
  throw lostAgain(request.etag);
}

/** Throws invalid_request for a label that is taken, or that no log could be read with; "" is none. */
function checkLabel(credentials: readonly CredentialRecord[], asked: string): void {
  if (asked === "") return;
  if (!labelForm.test(asked)) throw new RegistryError("invalid_request", "a label is at most 64 letters, digits, dots, hyphens and underscores, and begins with a letter or a digit");
  if (credentials.some(({ kind, label }) => kind === "client_secret" && label === asked)) {
    throw new RegistryError("invalid_request", "the client has a secret with this label; choose another");
  }
}

/** The secrets that go on beside a new one. */
function liveSecrets(credentials: readonly CredentialRecord[], overlap: number, now: Seconds): readonly CredentialRecord[] {
  if (overlap === 0) return [];
  return credentialsInOrder(credentials, "client_secret").filter((secret) => isLive(secret, now)).map((secret) => endingWithin(secret, overlap, now));
}
