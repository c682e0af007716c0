// test/store/: what every store must do, and what each does on its own. It may import src/store, src/domain/ports.ts and node built-ins.

import type { Change, ChangeRecord, ClientCountKey, ClientQuery, ClientRecord, CredentialRecord, IdempotencyRecord, InitialAccessTokenRecord, PrincipalRecord, SoftwareBlockKey, SoftwareBlockRecord } from "../../src/domain/ports.js";

export const noon = 1_700_000_000;

export const owner: PrincipalRecord = { kind: "certificate", id: "spiffe://example.org/orders", credentialId: "fingerprint" };

/** 32 bytes that differ with `seed`. */
export function bytes(seed: number): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => (seed * 7 + index * 13) % 256);
}

export function client(clientId: string, changes: Partial<ClientRecord> = {}): ClientRecord {
  return {
    realm: "default", clientId, version: 1, state: "active", owner, wayIn: "certificate", policy: "default", policyVersion: "1",
    createdAt: noon, updatedAt: noon, lastUsedAt: null, expiresAt: null, softwareId: null, softwareStatementIssuer: null, record: bytes(1), mac: bytes(2), keyVersion: 1,
    ...changes,
  };
}

export function credential(changes: Partial<CredentialRecord> = {}): CredentialRecord {
  return {
    kind: "client_secret", label: "1", scheme: "sha256", digest: bytes(3), createdAt: noon, expiresAt: 0, lastUsedAt: null, ...changes,
  };
}

export const bothCredentials: readonly CredentialRecord[] = [
  credential(),
  credential({ kind: "registration_access_token", digest: bytes(4) }),
];

export function change(subject: string, changes: Partial<ChangeRecord> = {}): ChangeRecord {
  return {
    realm: "default", subject, version: 1, kind: "registered", actor: owner, requestId: "request-1", at: noon, trace: "",
    previous: new Uint8Array(0), decisions: "", reason: "", ...changes,
  };
}

export function token(id: string, changes: Partial<InitialAccessTokenRecord> = {}): InitialAccessTokenRecord {
  return {
    realm: "default", id, name: "for a test", owner: "", purpose: "", digest: bytes(5), policy: "default", force: new Uint8Array(0), redirectHosts: [], boundTo: "",
    usesLeft: null, createdAt: noon, createdBy: owner,
    expiresAt: noon + 3600, revokedAt: null, ...changes,
  };
}

export function idempotency(clientId: string, changes: Partial<IdempotencyRecord> = {}): IdempotencyRecord {
  return {
    mac: bytes(6), realm: "default", clientId, bodyHash: bytes(7), sealed: bytes(8), createdAt: noon, expiresAt: noon + 86_400, ...changes,
  };
}

export function insertClient(clientId: string, changes: Partial<ClientRecord> = {}, credentials = bothCredentials): Change {
  return { kind: "insert_client", client: client(clientId, changes), credentials };
}

export function replaceClient(clientId: string, changes: Partial<ClientRecord>, credentials: readonly CredentialRecord[] | null = null): Change {
  return { kind: "replace_client", client: client(clientId, changes), credentials };
}

export function deleteClient(clientId: string, expectedVersion: number): Change {
  return { kind: "delete_client", realm: "default", clientId, expectedVersion, at: noon + 60, mac: bytes(9), keyVersion: 2 };
}

export function appendChange(subject: string, changes: Partial<ChangeRecord> = {}): Change {
  return { kind: "append_change", change: change(subject, changes) };
}

export function insertToken(id: string, changes: Partial<InitialAccessTokenRecord> = {}): Change {
  return { kind: "insert_initial_access_token", token: token(id, changes) };
}

export function useToken(id: string, at = noon): Change {
  return { kind: "use_initial_access_token", realm: "default", id, at };
}

export function revokeToken(id: string, at = noon): Change {
  return { kind: "revoke_initial_access_token", realm: "default", id, at };
}

export function insertIdempotency(clientId: string, changes: Partial<IdempotencyRecord> = {}, at = noon): Change {
  return { kind: "insert_idempotency", idempotency: idempotency(clientId, changes), at };
}

export function useOnce(seed: number, at = noon, expiresAt = noon + 60): Change {
  return { kind: "use_once", key: bytes(seed), at, expiresAt };
}

const softwareBlock = (value: string, realm = "default"): SoftwareBlockKey => ({ realm, kind: "software_id", value });

export const blockRecord = (value: string, changes: Partial<SoftwareBlockRecord> = {}): SoftwareBlockRecord => ({ ...softwareBlock(value), reason: "leaked", createdAt: noon, createdBy: owner, ...changes });

export const insertBlock = (value: string, changes: Partial<SoftwareBlockRecord> = {}): Change => ({ kind: "insert_software_block", block: blockRecord(value, changes) });
export const deleteBlock = (value: string, realm?: string): Change => ({ kind: "delete_software_block", block: softwareBlock(value, realm) });
export const demandUnblocked = (value: string, realm?: string): Change => ({ kind: "demand_unblocked", block: softwareBlock(value, realm) });

export function recordUse(clientId: string, at: number, secretLabel = "", realm = "default"): Change {
  return { kind: "record_use", realm, clientId, at, secretLabel };
}

/** A record with these texts, by field number below 16: what protobuf calls a repeated string. */
export function record(fields: Readonly<Record<number, readonly string[]>>): Uint8Array {
  const value = (number: number, text: string) => Buffer.concat([Buffer.from([(number << 3) | 2, Buffer.byteLength(text)]), Buffer.from(text)]);
  return Uint8Array.from(Buffer.concat(Object.entries(fields).flatMap(([number, texts]) => texts.map((text) => value(Number(number), text)))));
}

/** The count of the clients of `owner`. */
export const ownersCount: ClientCountKey = { realm: "default", scope: "owner", kind: owner.kind, id: owner.id };

export function demandQuota(limit: number, count = ownersCount): Change {
  return { kind: "demand_quota", count, limit };
}

/** A whole registration, as the service commits it. */
export function registration(clientId: string): Change[] {
  return [insertClient(clientId), appendChange(clientId)];
}

export function query(changes: Partial<ClientQuery> = {}): ClientQuery {
  return {
    realm: "default", states: [], ownerKind: null, ownerId: "", credentialId: "", wayIn: "", policy: "", softwareId: "", softwareStatementIssuer: "",
    issuedFrom: null, issuedBefore: null, usedFrom: null, usedBefore: null, idleBefore: null, record: [], descending: false, after: "", limit: 100, ...changes,
  };
}
