// What a watch sends of a client: as it is now, or that it is gone.

import type { RemovedClient, SecretDigest, WatchClientsResponse, WatchedClient } from "../../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { digestScheme } from "../../domain/credentials.js";
import type { ClientWithCredentials, CredentialRecord, Seconds } from "../../domain/ports.js";
import { digestsOnly } from "../client-secret.js";
import { checkRecord } from "../client-record.js";
import { clientView } from "../client-view.js";
import type { Keys } from "../keys.js";

/** What happened, before it is known where its reader goes on. */
export type WatchEvent = WatchClientsResponse["event"];

/** A sign of life. */
export const heartbeat: WatchEvent = { case: "heartbeat", value: { $typeName: "matricula.v1.Heartbeat" } };

/** Makes the events of clients: the same message for the same client, whoever is told. */
export interface ClientEvents {
  /** Throws internal for a damaged record. */
  present(found: ClientWithCredentials, changedAt: Seconds, now: Seconds, withDigests: boolean): WatchEvent;
  removed(found: ClientWithCredentials): WatchEvent;
}

export function createClientEvents(keys: Keys): ClientEvents {
  const bare = new WeakMap<ClientWithCredentials, WatchedClient>();
  return {
    present(found, changedAt, now, withDigests) {
      let value = bare.get(found);
      if (value === undefined) {
        checkRecord(keys, found.client);
        value = { $typeName: "matricula.v1.WatchedClient", client: clientView(found.client, found.credentials), secretDigests: [], changedAt };
        bare.set(found, value);
      }
      return { case: "client", value: withDigests ? { ...value, secretDigests: digestsOf(digestsOnly(keys, found.client, found.credentials), now) } : value };
    },
    removed({ client }) {
      const value: RemovedClient = { $typeName: "matricula.v1.RemovedClient", clientId: client.clientId, deleted: client.state === "deleted", version: client.version };
      return { case: "removed", value };
    },
  };
}

/** The digests of secrets that hold. */
function digestsOf(credentials: readonly CredentialRecord[], now: Seconds): SecretDigest[] {
  return credentials
    .filter(({ kind, scheme, digest, expiresAt }) => kind === "client_secret" && scheme === digestScheme && digest.length > 0 && (expiresAt === 0 || expiresAt > now))
    .map(({ label, scheme, digest, expiresAt }) => ({ $typeName: "matricula.v1.SecretDigest", label, scheme, digest, expiresAt }));
}
