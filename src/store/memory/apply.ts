import type { Change, ClientRecord, CredentialRecord, Precondition } from "../../domain/ports.js";
import { nextChain } from "../chain.js";
import { countMoves } from "../count-keys.js";
import { blockKey, copied, countKey, isUsable, keyOf, keyOfBytes, withCredentials } from "./tables.js";
import type { Tables } from "./tables.js";

/** The change's precondition if it does not hold. */
export function failing(tables: Tables, change: Change): Precondition | undefined {
  switch (change.kind) {
    case "insert_client":
      return tables.clients.has(keyOf(change.client.realm, change.client.clientId)) ? "absent" : undefined;
    case "replace_client":
      return hasVersion(tables, change.client.realm, change.client.clientId, change.client.version - 1) ? undefined : "version";
    case "delete_client":
      return hasVersion(tables, change.realm, change.clientId, change.expectedVersion) ? undefined : "version";
    case "confirm_registration_access_token": {
      const found = tables.clients.get(keyOf(change.realm, change.clientId));
      return found?.credentials.some((credential) => isUnconfirmed(credential, change.label)) === true ? undefined : "unconfirmed";
    }
    case "insert_initial_access_token":
      return tables.tokens.has(keyOf(change.token.realm, change.token.id)) ? "absent" : undefined;
    case "use_initial_access_token": {
      const token = tables.tokens.get(keyOf(change.realm, change.id));
      return token !== undefined && isUsable(token, change.at) ? undefined : "usable";
    }
    case "revoke_initial_access_token":
      return tables.tokens.get(keyOf(change.realm, change.id))?.revokedAt === null ? undefined : "unrevoked";
    case "demand_quota":
      return (tables.counts.get(countKey(change.count)) ?? 0) < change.limit ? undefined : "quota";
    case "insert_idempotency": {
      const kept = tables.idempotency.get(keyOfBytes(change.idempotency.mac));
      return kept !== undefined && kept.expiresAt > change.at ? "unseen" : undefined;
    }
    case "use_once":
      return (tables.usedOnce.get(keyOfBytes(change.key)) ?? 0) > change.at ? "fresh" : undefined;
    case "insert_software_block":
      return tables.softwareBlocks.has(blockKey(change.block)) ? "absent" : undefined;
    case "delete_software_block":
      return tables.softwareBlocks.has(blockKey(change.block)) ? undefined : "blocked";
    case "demand_unblocked":
      return tables.softwareBlocks.has(blockKey(change.block)) ? "unblocked" : undefined;
    case "record_use":
    case "append_change":
      return undefined;
  }
}

/** Writes a change whose precondition holds. */
export function write(tables: Tables, change: Change): void {
  switch (change.kind) {
    case "insert_client":
      return putClient(tables, change.client, change.credentials);
    case "replace_client": {
      const before = tables.clients.get(keyOf(change.client.realm, change.client.clientId));
      const client = { ...change.client, lastUsedAt: before?.client.lastUsedAt ?? null };
      putClient(tables, client, keepingUses(change.credentials, before?.credentials ?? []));
      return forget(tables, client.realm, client.clientId);
    }
    case "delete_client":
      bury(tables, change);
      return forget(tables, change.realm, change.clientId);
    case "confirm_registration_access_token": {
      const key = keyOf(change.realm, change.clientId);
      const { client, credentials } = tables.clients.get(key)!;
      const confirmed = credentials.map((credential) => (isUnconfirmed(credential, change.label) ? { ...credential, lastUsedAt: change.at } : credential));
      return tables.put(tables.clients, key, { client, credentials: confirmed });
    }
    case "insert_initial_access_token": {
      const key = keyOf(change.token.realm, change.token.id);
      tables.put(tables.tokens, key, change.token);
      return tables.put(tables.tokenKeysByDigest, keyOf(change.token.realm, keyOfBytes(change.token.digest)), key);
    }
    case "use_initial_access_token": {
      const key = keyOf(change.realm, change.id);
      const token = tables.tokens.get(key);
      if (token === undefined || token.usesLeft === null) return;
      return tables.put(tables.tokens, key, { ...token, usesLeft: token.usesLeft - 1 });
    }
    case "revoke_initial_access_token": {
      const key = keyOf(change.realm, change.id);
      const token = tables.tokens.get(key);
      return token === undefined ? undefined : tables.put(tables.tokens, key, { ...token, revokedAt: change.at });
    }
    case "insert_software_block":
      return tables.put(tables.softwareBlocks, blockKey(change.block), change.block);
    case "delete_software_block":
      return tables.remove(tables.softwareBlocks, blockKey(change.block));
    case "demand_unblocked":
    case "demand_quota":
      return;
    case "insert_idempotency":
      return keepAnswer(tables, change);
    case "use_once":
      return tables.put(tables.usedOnce, keyOfBytes(change.key), change.expiresAt);
    case "record_use":
      return recordUse(tables, change);
    case "append_change": {
      const sequence = tables.changes.length + 1;
      return tables.append({ ...change.change, sequence, chain: copied(nextChain(tables.chain(), sequence, change.change)) });
    }
  }
}

function hasVersion(tables: Tables, realm: string, clientId: string, version: number): boolean {
  const client = tables.clients.get(keyOf(realm, clientId))?.client;
  return client !== undefined && client.version === version && client.state !== "deleted";
}

function isUnconfirmed({ kind, label, lastUsedAt }: CredentialRecord, wanted: string): boolean {
  return kind === "registration_access_token" && label === wanted && lastUsedAt === null;
}

function putClient(tables: Tables, client: ClientRecord, credentials: readonly CredentialRecord[]): void {
  const key = keyOf(client.realm, client.clientId);
  const { lost, gained } = countMoves(tables.clients.get(key)?.client, client);
  tables.put(tables.clients, key, withCredentials(client, credentials));
  for (const count of lost) addToCount(tables, countKey(count), -1);
  for (const count of gained) addToCount(tables, countKey(count), 1);
}

function addToCount(tables: Tables, key: string, step: number): void {
  const clients = (tables.counts.get(key) ?? 0) + step;
  if (clients === 0) tables.remove(tables.counts, key);
  else tables.put(tables.counts, key, clients);
}

function bury(tables: Tables, change: Extract<Change, { kind: "delete_client" }>): void {
  const before = tables.clients.get(keyOf(change.realm, change.clientId));
  if (before === undefined) return;
  const { at: updatedAt, mac, keyVersion } = change;
  const version = before.client.version + 1;
  putClient(tables, { ...before.client, version, state: "deleted", updatedAt, record: new Uint8Array(0), mac, keyVersion }, []);
}

/** The new credentials, or all of before; one that stays keeps its last use. */
function keepingUses(next: readonly CredentialRecord[] | null, before: readonly CredentialRecord[]): readonly CredentialRecord[] {
  if (next === null) return before;
  return next.map((one) => {
    const same = before.find(({ kind, label, digest }) => kind === one.kind && label === one.label && keyOfBytes(digest) === keyOfBytes(one.digest));
    return same === undefined || (same.lastUsedAt ?? 0) <= (one.lastUsedAt ?? 0) ? one : { ...one, lastUsedAt: same.lastUsedAt };
  });
}

function recordUse(tables: Tables, { realm, clientId, at, secretLabel }: Extract<Change, { kind: "record_use" }>): void {
  const key = keyOf(realm, clientId);
  const found = tables.clients.get(key);
  if (found === undefined || found.client.state === "deleted") return;
  const used = <Record extends { readonly lastUsedAt: number | null }>(record: Record): Record => ({ ...record, lastUsedAt: Math.max(record.lastUsedAt ?? 0, at) });
  const isUsed = ({ kind, label }: CredentialRecord) => secretLabel !== "" && kind === "client_secret" && label === secretLabel;
  tables.put(tables.clients, key, { client: used(found.client), credentials: found.credentials.map((one) => (isUsed(one) ? used(one) : one)) });
}

function keepAnswer(tables: Tables, { idempotency }: Extract<Change, { kind: "insert_idempotency" }>): void {
  const mac = keyOfBytes(idempotency.mac);
  const client = keyOf(idempotency.realm, idempotency.clientId);
  tables.put(tables.idempotency, mac, idempotency);
  tables.put(tables.idempotencyByClient, client, new Set([...(tables.idempotencyByClient.get(client) ?? []), mac]));
}

/** Empties the answers kept of a client; their keys stay used. */
function forget(tables: Tables, realm: string, clientId: string): void {
  const client = keyOf(realm, clientId);
  for (const mac of tables.idempotencyByClient.get(client) ?? []) {
    const kept = tables.idempotency.get(mac);
    // An expired record may have made room for another client's.
    if (kept !== undefined && keyOf(kept.realm, kept.clientId) === client) tables.put(tables.idempotency, mac, { ...kept, clientId: "", sealed: new Uint8Array(0) });
  }
  tables.remove(tables.idempotencyByClient, client);
}
