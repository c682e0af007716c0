// The stored form of a client: made with a MAC, read with the MAC checked, so that damage is noticed before it is served.

import type { ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { RegistryError } from "../domain/errors.js";
import { sameDigest } from "../domain/credentials.js";
import { decodeMetadata, encodeMetadata } from "../domain/metadata-bytes.js";
import type { ClientRecord, ClientWithCredentials } from "../domain/ports.js";
import type { Keys } from "./keys.js";
import type { Registry } from "./registry.js";

/** A client's row without what is derived from the rest. */
export type ClientFacts = Omit<ClientRecord, "record" | "mac" | "keyVersion" | "softwareId">;

/** The row of a client with this metadata. */
export function clientRecord(keys: Keys, facts: ClientFacts, metadata: ClientMetadata): ClientRecord {
  // Spelled out: two spreads of fifteen members cost as much as the MAC.
  const row = {
    realm: facts.realm, clientId: facts.clientId, version: facts.version, state: facts.state, owner: facts.owner,
    wayIn: facts.wayIn, policy: facts.policy, policyVersion: facts.policyVersion, createdAt: facts.createdAt, updatedAt: facts.updatedAt,
    lastUsedAt: facts.lastUsedAt, expiresAt: facts.expiresAt, softwareId: metadata.softwareId ?? null,
    softwareStatementIssuer: facts.softwareStatementIssuer, record: encodeMetadata(metadata), mac: unmade, keyVersion: keys.version,
  };
  row.mac = recordMac(keys, row);
  return row;
}

/** A stored row with what an operator changes of it, sealed again. Its metadata stay as they are. */
export function resealed(keys: Keys, row: ClientRecord): ClientRecord {
  const next = { ...row, keyVersion: keys.version };
  return { ...next, mac: recordMac(keys, next) };
}

const unmade: Uint8Array = new Uint8Array(0);

/** The MAC of a client's row: everything in it but lastUsedAt, which is written apart. */
export function recordMac(keys: Keys, row: Omit<ClientRecord, "mac" | "lastUsedAt">): Uint8Array {
  const facts = [
    row.realm, row.clientId, row.version, row.state, row.owner.kind, row.owner.id, row.owner.credentialId,
    row.wayIn, row.policy, row.policyVersion, row.createdAt, row.updatedAt, row.expiresAt, row.softwareId, row.keyVersion,
  ];
  // Rows were written before there were statements: without one, a row has the MAC that it had then.
  if (row.softwareStatementIssuer !== null) facts.push(row.softwareStatementIssuer);
  return keys.mac("record", JSON.stringify(facts), row.record);
}

/** Finds a live client by key, its MAC checked. Undefined for unknown and deleted alike. Throws internal for a damaged row. */
export function findClient(registry: Registry, realm: string, clientId: string): ClientWithCredentials | undefined {
  const found = findUnchecked(registry, realm, clientId);
  if (found !== undefined) checkRecord(registry.keys, found.client);
  return found;
}

/** As findClient, before the MAC is checked: nothing of the row may be answered or acted upon until checkRecord has passed it. */
export function findUnchecked(registry: Registry, realm: string, clientId: string): ClientWithCredentials | undefined {
  return registry.store.clients.findLive(realm, clientId);
}

/** Whether the row is as it was written. */
export const isSound = (keys: Keys, client: ClientRecord): boolean => sameDigest(client.mac, recordMac(keys, client));

/** Throws internal when the row is not as it was written. */
export function checkRecord(keys: Keys, client: ClientRecord): void {
  if (isSound(keys, client)) return;
  throw new RegistryError("internal", "the service failed; the fault is logged", {
    cause: new Error(`the stored record of client ${client.clientId} in realm ${client.realm} is damaged: its MAC does not match`),
  });
}

/** The metadata of a stored client. */
export function metadataOf(client: ClientRecord): ClientMetadata {
  return decodeMetadata(client.record);
}
