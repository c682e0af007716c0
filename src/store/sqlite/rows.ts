import type { ChangeRow, ClientRecord, CredentialRecord, IdempotencyRecord, InitialAccessTokenRecord } from "../../domain/ports.js";
import { changeKindName, credentialKindName, principalKindName, stateName } from "./codes.js";

// A row is read as an array (`raw`), named in the order of its column list: half the time of an object a row.

// The driver gives Buffers; the ports promise plain byte arrays, whose `slice` copies.
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export const clientColumns =
  "realm, client_id, version, state, owner_kind, owner_id, owner_credential_id, way_in, policy, policy_version, " +
  "created_at, updated_at, last_used_at, expires_at, software_id, software_statement_issuer, record, mac, key_version";

export type ClientColumns = [
  string, string, number, number, number, string, string, string, string, string,
  number, number, number | null, number | null, string | null, string | null, Uint8Array, Uint8Array, number,
];

export function clientFromRow(row: ClientColumns): ClientRecord {
  const [realm, clientId, version, state, ownerKind, ownerId, ownerCredentialId, wayIn, policy, policyVersion,
    createdAt, updatedAt, lastUsedAt, expiresAt, softwareId, softwareStatementIssuer, record, mac, keyVersion] = row;
  const owner = { kind: principalKindName(ownerKind), id: ownerId, credentialId: ownerCredentialId };
  return {
    realm, clientId, version, state: stateName(state), owner, wayIn, policy, policyVersion,
    createdAt, updatedAt, lastUsedAt, expiresAt, softwareId, softwareStatementIssuer, record: plain(record), mac: plain(mac), keyVersion,
  };
}

export const credentialColumns = "kind, label, scheme, digest, created_at, expires_at, last_used_at";

export type CredentialColumns = [number, string, string, Uint8Array, number, number, number | null];

export function credentialFromRow(row: CredentialColumns): CredentialRecord {
  const [kind, label, scheme, digest, createdAt, expiresAt, lastUsedAt] = row;
  return { kind: credentialKindName(kind), label, scheme, digest: plain(digest), createdAt, expiresAt, lastUsedAt };
}

export const initialAccessTokenColumns =
  "realm, id, name, owner, purpose, digest, policy, force, redirect_hosts, bound_to, uses_left, created_at, " +
  "created_by_kind, created_by_id, created_by_credential_id, expires_at, revoked_at";

export type InitialAccessTokenColumns = [
  string, string, string, string, string, Uint8Array, string, Uint8Array, string, string, number | null, number,
  number, string, string, number, number | null,
];

export function initialAccessTokenFromRow(row: InitialAccessTokenColumns): InitialAccessTokenRecord {
  const [realm, id, name, owner, purpose, digest, policy, force, redirectHosts, boundTo, usesLeft, createdAt,
    byKind, byId, byCredentialId, expiresAt, revokedAt] = row;
  const createdBy = { kind: principalKindName(byKind), id: byId, credentialId: byCredentialId };
  return {
    realm, id, name, owner, purpose, digest: plain(digest), policy, force: plain(force), redirectHosts: separateHosts(redirectHosts), boundTo,
    usesLeft, createdAt, createdBy, expiresAt, revokedAt,
  };
}

/** Hosts as one column holds them. */
export const joinedHosts = (hosts: readonly string[]): string => hosts.join(" ");

/** The same, taken apart. */
export const separateHosts = (joined: string): string[] => (joined === "" ? [] : joined.split(" "));

export const idempotencyColumns = "mac, realm, client_id, body_hash, sealed, created_at, expires_at";

export type IdempotencyColumns = [Uint8Array, string, string, Uint8Array, Uint8Array, number, number];

export function idempotencyFromRow(row: IdempotencyColumns): IdempotencyRecord {
  const [mac, realm, clientId, bodyHash, sealed, createdAt, expiresAt] = row;
  return { mac: plain(mac), realm, clientId, bodyHash: plain(bodyHash), sealed: plain(sealed), createdAt, expiresAt };
}

export const changeColumns =
  "sequence, realm, subject, version, kind, actor_kind, actor_id, actor_credential_id, request_id, at, trace, previous, decisions, reason, chain";

export type ChangeColumns = [
  number, string, string, number, number, number, string, string, string, number, string, Uint8Array, string, string, Uint8Array,
];

export function changeFromRow(row: ChangeColumns): ChangeRow {
  const [sequence, realm, subject, version, kind, actorKind, actorId, actorCredentialId, requestId, at, trace, previous, decisions, reason, chain] = row;
  const actor = { kind: principalKindName(actorKind), id: actorId, credentialId: actorCredentialId };
  return {
    sequence, realm, subject, version, kind: changeKindName(kind), actor, requestId, at, trace, previous: plain(previous), decisions, reason,
    chain: plain(chain),
  };
}

/** As many placeholders as `columns` names. */
export function placeholders(columns: string): string {
  return columns.split(",").fill("?").join(", ");
}
