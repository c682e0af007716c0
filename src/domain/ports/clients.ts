// Clients with their credentials: read by key, listed and counted.

import type { Seconds } from "./clock.js";
import type { PrincipalKindName, PrincipalRecord } from "./principal.js";

export type ClientStateName = "active" | "suspended" | "deleted";

/** A client as stored. `record` is the ClientMetadata message in protobuf binary form. */
export interface ClientRecord {
  readonly realm: string;
  readonly clientId: string;
  /** From 1, one more with each write. */
  readonly version: number;
  readonly state: ClientStateName;
  readonly owner: PrincipalRecord;
  readonly wayIn: string;
  readonly policy: string;
  readonly policyVersion: string;
  readonly createdAt: Seconds;
  readonly updatedAt: Seconds;
  readonly lastUsedAt: Seconds | null;
  readonly expiresAt: Seconds | null;
  readonly softwareId: string | null;
  /** The issuer of the software statement that it registered with. */
  readonly softwareStatementIssuer: string | null;
  readonly record: Uint8Array;
  /** HMAC over all of the above but lastUsedAt: damage is noticed before it is served. */
  readonly mac: Uint8Array;
  readonly keyVersion: number;
}

export type CredentialKind = "client_secret" | "registration_access_token";

/** A client's credential as stored: a digest, never the secret. */
export interface CredentialRecord {
  readonly kind: CredentialKind;
  /** Several may be valid at once; the first is "1". */
  readonly label: string;
  /** How `digest` was made; "sha256" is SHA-256 over kind label, realm, client id and secret. */
  readonly scheme: string;
  readonly digest: Uint8Array;
  readonly createdAt: Seconds;
  /** 0 means never. */
  readonly expiresAt: Seconds;
  readonly lastUsedAt: Seconds | null;
}

export interface ClientWithCredentials {
  readonly client: ClientRecord;
  readonly credentials: readonly CredentialRecord[];
}

/**
 * What live clients, those that are not deleted, are counted by: their owner unless it is nobody, the credential that they came by
 * where it has an id, and the open way in.
 */
export type ClientCountKey =
  | { readonly realm: string; readonly scope: "owner" | "credential"; readonly kind: PrincipalKindName; readonly id: string }
  | { readonly realm: string; readonly scope: "open" };

/** Reads by key on the caller's thread. Each sees every commit that resolved before the call. */
export interface ClientReader {
  /** The client with its credentials, deleted ones included; undefined when the key was never used. */
  find(realm: string, clientId: string): ClientWithCredentials | undefined;
  /** The same, undefined for a deleted one too: the two are told apart by nothing, as far as the store can help it not even by time. */
  findLive(realm: string, clientId: string): ClientWithCredentials | undefined;
}

/**
 * A condition on texts of the record: one of them is `text`, or is a URI whose host is `text`, or holds `text`. Hosts and parts are
 * compared without case, and `text` is in lower case for them.
 */
export interface RecordCondition {
  /** The numbers of the record's fields that are looked at: texts and lists of texts. */
  readonly fields: readonly number[];
  /** The same of maps from text to text: their values are looked at. */
  readonly maps: readonly number[];
  readonly test: "is" | "host" | "holds";
  readonly text: string;
}

/** Which clients are wanted, all conditions together; see matricula.v1.ClientFilter. A text that is "" is no condition, nor is null. */
export interface ClientConditions {
  readonly realm: string;
  /** Empty means all but deleted. */
  readonly states: readonly ClientStateName[];
  readonly ownerKind: PrincipalKindName | null;
  readonly ownerId: string;
  readonly credentialId: string;
  readonly wayIn: string;
  readonly policy: string;
  readonly softwareId: string;
  readonly softwareStatementIssuer: string;
  readonly issuedFrom: Seconds | null;
  readonly issuedBefore: Seconds | null;
  /** A client that was never used counts as used when it was registered. */
  readonly usedFrom: Seconds | null;
  readonly usedBefore: Seconds | null;
  /** Without a sign of life since: neither changed nor used. */
  readonly idleBefore: Seconds | null;
  readonly record: readonly RecordCondition[];
}

/** A page of a list of clients. */
export interface ClientQuery extends ClientConditions {
  /** Whether the last client id comes first. */
  readonly descending: boolean;
  /** Only client ids after this one, in byte order, or before it when descending; "" from the first. */
  readonly after: string;
  readonly limit: number;
}

/** Lists, off the caller's thread. */
export interface ClientLister {
  /**
   * At most `limit` matching clients in byte order of client id, or in the reverse of it. Filters before it limits. Each client comes with
   * the credentials of its version; a list of several pages is no snapshot: each client is as it was at some time since the list began.
   * Rejects with `deadline_exceeded` when `gone` fires before: nobody is worked for who has gone.
   */
  list(query: ClientQuery, gone?: AbortSignal): Promise<readonly ClientWithCredentials[]>;
  /** How many clients match. Rejects as `list` does. */
  count(conditions: ClientConditions, gone?: AbortSignal): Promise<number>;
}

/** How many live clients there are, without counting them again. */
export interface ClientCounter {
  count(key: ClientCountKey): number;
}
