// What a watch sends of a client: as it is now, or that it is gone.

import type { RemovedClient, SecretDigest, WatchClientsResponse, WatchedClient } from "../../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { digestScheme } from "../../domain/credentials.js";
import type { ClientWithCredentials, CredentialRecord, Seconds } from "../../domain/ports.js";
import { lifetimeOf } from "../client-expiry.js";
import { checkRecord } from "../client-record.js";
import { digestsOnly } from "../client-secret.js";
import { clientView } from "../client-view.js";
import type { Registry } from "../registry.js";

/** What happened, before it is known where its reader goes on. */
export type WatchEvent = WatchClientsResponse["event"];

/** A sign of life. */
export const heartbeat: WatchEvent = { case: "heartbeat", value: { $typeName: "matricula.v1.Heartbeat" } };

/** Clients that come in one answer, and about the bytes of them: a reader must hold an answer whole, and shows by each that it still reads. */
const mostTogether = 100;
const bytesTogether = 32_768;
/** What a client has beside its metadata, in bytes, about. */
const bytesBeside = 300;

/** What is said of a client. */
export interface Said {
  readonly event: WatchEvent;
  /** Of its record. */
  readonly bytes: number;
}

/** The events with clients that follow each other in one. */
export function putTogether(said: readonly Said[]): WatchEvent[] {
  const events: WatchEvent[] = [];
  let clients: WatchedClient[] = [];
  let size = 0;
  const close = () => {
    if (clients.length > 1) events.push({ case: "clients", value: { $typeName: "matricula.v1.WatchedClients", clients } });
    else if (clients.length === 1) events.push({ case: "client", value: clients[0]! });
    clients = [];
    size = 0;
  };
  for (const { event, bytes } of said) {
    const more = bytes + bytesBeside;
    if (event.case !== "client" || clients.length >= mostTogether || size + more > bytesTogether) close();
    if (event.case === "client") {
      clients.push(event.value);
      size += more;
    } else {
      events.push(event);
    }
  }
  close();
  return events;
}

/** Damaged records that are remembered. */
const mostDamaged = 10_000;

/** Makes the events of clients: the same message for the same client, whoever is told. */
export interface ClientEvents {
  /**
   * Throws internal for a damaged record, once: the fault is then on record, and from then on its client is removed. One record must not keep
   * every reader from all others.
   */
  present(found: ClientWithCredentials, changedAt: Seconds, now: Seconds, withDigests: boolean): WatchEvent;
  removed(found: ClientWithCredentials): WatchEvent;
}

export function createClientEvents(registry: Registry): ClientEvents {
  const { keys } = registry;
  const bare = new WeakMap<ClientWithCredentials, WatchedClient>();
  const damaged = new Set<string>();

  /** False for a record whose damage was told of before. */
  function isSound({ client }: ClientWithCredentials): boolean {
    const key = JSON.stringify([client.realm, client.clientId, client.version]);
    if (damaged.has(key)) return false;
    try {
      checkRecord(keys, client);
      return true;
    } catch (error) {
      if (damaged.size >= mostDamaged) damaged.clear();
      damaged.add(key);
      throw error;
    }
  }

  const removed = ({ client }: ClientWithCredentials): WatchEvent => {
    const value: RemovedClient = { $typeName: "matricula.v1.RemovedClient", clientId: client.clientId, deleted: client.state === "deleted", version: client.version };
    return { case: "removed", value };
  };

  return {
    removed,
    present(found, changedAt, now, withDigests) {
      const clientLifetime = lifetimeOf(registry, found.client);
      let value = bare.get(found);
      if (value?.clientLifetime !== clientLifetime) {
        if (!isSound(found)) return removed(found);
        value = { $typeName: "matricula.v1.WatchedClient", client: clientView(found.client, found.credentials), secretDigests: [], changedAt, clientLifetime };
        bare.set(found, value);
      }
      return { case: "client", value: withDigests ? { ...value, secretDigests: digestsOf(digestsOnly(keys, found.client, found.credentials), now) } : value };
    },
  };
}

/** The digests of secrets that hold. */
function digestsOf(credentials: readonly CredentialRecord[], now: Seconds): SecretDigest[] {
  return credentials
    .filter(({ kind, scheme, digest, expiresAt }) => kind === "client_secret" && scheme === digestScheme && digest.length > 0 && (expiresAt === 0 || expiresAt > now))
    .map(({ label, scheme, digest, expiresAt }) => ({ $typeName: "matricula.v1.SecretDigest", label, scheme, digest, expiresAt }));
}
