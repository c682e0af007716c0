// What the domain needs from outside. The comment on a port is its contract; one suite tests each sentence for every store.

/** Seconds since 1970-01-01T00:00:00Z, 32-bit unsigned. */
export type Seconds = number;

/** Wall clock and randomness, so that neither is reached for. */
export interface Clock {
  /** Seconds since 1970-01-01T00:00:00Z. */
  seconds(): Seconds;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  milliseconds(): number;
}

/** A cryptographic source: fills and returns a buffer of `size` random bytes. */
export type RandomBytes = (size: number) => Uint8Array;

export type ClientStateName = "active" | "suspended" | "deleted";

/** How a principal is known; see matricula.v1.PrincipalKind. */
export type PrincipalKindName = "anonymous" | "certificate" | "initial_access_token" | "client" | "user" | "access_token" | "local" | "other";

export interface PrincipalRecord {
  readonly kind: PrincipalKindName;
  /** SPIFFE ID, DNS name, token id, client id, or "anonymous". */
  readonly id: string;
  /** Fingerprint or token id; never a secret. */
  readonly credentialId: string;
}

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

export interface InitialAccessTokenRecord {
  readonly realm: string;
  readonly id: string;
  readonly name: string;
  /** Who owns the clients that it admits; "" for the token itself. */
  readonly owner: string;
  readonly purpose: string;
  readonly digest: Uint8Array;
  /** "" for the way in's own. */
  readonly policy: string;
  /** A ClientMetadata message in protobuf binary form that stands whatever is asked; empty for none. */
  readonly force: Uint8Array;
  /** The only hosts of redirect URIs; any when empty. None holds a space. */
  readonly redirectHosts: readonly string[];
  /** The certificate that must come with it; "" for none. */
  readonly boundTo: string;
  /** null means any number. */
  readonly usesLeft: number | null;
  readonly createdAt: Seconds;
  readonly createdBy: PrincipalRecord;
  readonly expiresAt: Seconds;
  readonly revokedAt: Seconds | null;
}

/** What software is blocked by: the issuer of its statements, its software_id, or one statement, by its jti or digest. */
export type SoftwareBlockKind = "issuer" | "software_id" | "statement";

export interface SoftwareBlockKey {
  readonly realm: string;
  readonly kind: SoftwareBlockKind;
  readonly value: string;
}

/** Software that an operator admits no more. */
export interface SoftwareBlockRecord extends SoftwareBlockKey {
  readonly reason: string;
  readonly createdAt: Seconds;
  readonly createdBy: PrincipalRecord;
}

/** A kept answer: sealed, found by a MAC over key, caller and method. */
export interface IdempotencyRecord {
  readonly mac: Uint8Array;
  readonly realm: string;
  /** Whose change makes the answer gone; "" when it is. */
  readonly clientId: string;
  readonly bodyHash: Uint8Array;
  /** Empty when the answer is gone: the key stays used until it expires, so that a late repetition does nothing a second time. */
  readonly sealed: Uint8Array;
  readonly createdAt: Seconds;
  readonly expiresAt: Seconds;
}

/** What happens to a client. */
export type ClientChangeKind =
  | "registered"
  | "updated"
  | "deleted"
  | "suspended"
  | "resumed"
  | "modified"
  | "secret_rotated"
  | "registration_access_token_rotated"
  /** The first use of a new registration access token has ended the one before. */
  | "registration_access_token_confirmed";

export type ChangeKind = ClientChangeKind | "initial_access_token_created" | "initial_access_token_revoked" | "software_blocked" | "software_unblocked" | "policy_put" | "policy_deleted";

/** One row of the change log: version history and audit record at once. It names fields and never holds a secret. */
export interface ChangeRecord {
  readonly realm: string;
  /** The client's id, or the token's for a token's change. */
  readonly subject: string;
  readonly version: number;
  readonly kind: ChangeKind;
  readonly actor: PrincipalRecord;
  readonly requestId: string;
  readonly at: Seconds;
  readonly trace: string;
  /** The record before this change; empty for a creation, whose record is the client's own. */
  readonly previous: Uint8Array;
  /** The policy's decisions as JSON, or "". */
  readonly decisions: string;
  /** Why, in an operator's words; "" when none were given. In the chain only where it is not "". */
  readonly reason: string;
}

/** A change row as read back. `chain` is SHA-256 over the chain before it and this row. */
export interface ChangeRow extends ChangeRecord {
  readonly sequence: number;
  readonly chain: Uint8Array;
}

/**
 * What live clients, those that are not deleted, are counted by: their owner unless it is nobody, the credential that they came by
 * where it has an id, and the open way in.
 */
export type ClientCountKey =
  | { readonly realm: string; readonly scope: "owner" | "credential"; readonly kind: PrincipalKindName; readonly id: string }
  | { readonly realm: string; readonly scope: "open" };

/** One write with its precondition. */
export type Change =
  /** Precondition `absent`: no client has the key, not even a deleted one. */
  | { readonly kind: "insert_client"; readonly client: ClientRecord; readonly credentials: readonly CredentialRecord[] }
  /**
   * Precondition `version`: the stored, undeleted client has version `client.version - 1`. Replaces all but lastUsedAt, and forgets the
   * answers kept of the client: `sealed` and `clientId` of its idempotency records become empty. `credentials` null keeps them; otherwise
   * they are the client's whole new set, in which one whose kind, label and digest stay keeps its lastUsedAt if that is later.
   */
  | { readonly kind: "replace_client"; readonly client: ClientRecord; readonly credentials: readonly CredentialRecord[] | null }
  /** Precondition `version`. Leaves a tombstone: state deleted, no record, no credentials; the key is never free again. Forgets answers as replace_client. */
  | { readonly kind: "delete_client"; readonly realm: string; readonly clientId: string; readonly expectedVersion: number; readonly at: Seconds; readonly mac: Uint8Array; readonly keyVersion: number }
  /**
   * Precondition `unconfirmed`: the client, which is not deleted, has the registration access token with that label, and its lastUsedAt is
   * null. Sets that to `at`. No new version, and the MAC holds.
   */
  | { readonly kind: "confirm_registration_access_token"; readonly realm: string; readonly clientId: string; readonly label: string; readonly at: Seconds }
  /** Precondition `absent`. */
  | { readonly kind: "insert_initial_access_token"; readonly token: InitialAccessTokenRecord }
  /** Precondition `usable`: not revoked, `at` before its expiry, and a use left; takes the use. */
  | { readonly kind: "use_initial_access_token"; readonly realm: string; readonly id: string; readonly at: Seconds }
  /** Precondition `unrevoked`: the token is there and not revoked. */
  | { readonly kind: "revoke_initial_access_token"; readonly realm: string; readonly id: string; readonly at: Seconds }
  /** Precondition `quota`: fewer than `limit` live clients are counted. To be placed before the client that it makes room for. Writes nothing. */
  | { readonly kind: "demand_quota"; readonly count: ClientCountKey; readonly limit: number }
  /** Precondition `unseen`: no unexpired record has the MAC at `at`, its answer kept or gone; an expired one is replaced. */
  | { readonly kind: "insert_idempotency"; readonly idempotency: IdempotencyRecord; readonly at: Seconds }
  /** Precondition `fresh`: `key`, a MAC of what must not be seen twice, as the jti of an assertion, is not on record at `at`, or has expired. */
  | { readonly kind: "use_once"; readonly key: Uint8Array; readonly at: Seconds; readonly expiresAt: Seconds }
  /**
   * No precondition. Raises lastUsedAt of the client, and of its client secret with that label unless `secretLabel` is "", to `at` where it
   * is earlier or null. What is unknown or deleted is passed over. No new version, and the MAC holds.
   */
  | { readonly kind: "record_use"; readonly realm: string; readonly clientId: string; readonly at: Seconds; readonly secretLabel: string }
  /** Precondition `absent`: the software is not blocked. */
  | { readonly kind: "insert_software_block"; readonly block: SoftwareBlockRecord }
  /** Precondition `blocked`: it is. */
  | { readonly kind: "delete_software_block"; readonly block: SoftwareBlockKey }
  /** Precondition `unblocked`: it is not blocked. Writes nothing. */
  | { readonly kind: "demand_unblocked"; readonly block: SoftwareBlockKey }
  /** No precondition. */
  | { readonly kind: "append_change"; readonly change: ChangeRecord };

/** Which precondition of a unit did not hold. */
export type Precondition = "absent" | "version" | "usable" | "unseen" | "unrevoked" | "quota" | "fresh" | "unconfirmed" | "blocked" | "unblocked";

export type CommitResult =
  /** `sequence` of the last appended change, 0 when there was none. */
  | { readonly committed: true; readonly sequence: number }
  /** Nothing of the unit was written. `index` is the position of the change that failed. */
  | { readonly committed: false; readonly index: number; readonly precondition: Precondition };

/**
 * All writes.
 *
 * - A unit is applied whole or not at all, and fails alone: other units of the same batch are untouched.
 * - Preconditions are tested by the writer, in the order of the changes, inside the unit.
 * - The promise resolves only after the unit is as durable as the store can make it, and then every read port sees it.
 * - Units commit in the order of the calls.
 * - Rejects with RegistryError: `overloaded` when too many units wait (nothing was written), `store_unavailable` when the store cannot
 *   write (nothing was written, or it is unknown whether the batch reached the disk and the store has stopped writing).
 */
export interface Writer {
  commit(unit: readonly Change[]): Promise<CommitResult>;
}

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

/** Which initial access tokens a list wants. */
export interface InitialAccessTokenQuery {
  readonly realm: string;
  /** Only tokens that admit at this time: not revoked, not expired, a use left; null means all. */
  readonly usableAt: Seconds | null;
  /** Only ids after this one, in byte order; "" from the start. */
  readonly after: string;
  readonly limit: number;
}

/** Lists, off the caller's thread. */
export interface InitialAccessTokenLister {
  /** At most `limit` matching tokens in byte order of id. Filters before it limits. */
  listInitialAccessTokens(query: InitialAccessTokenQuery): Promise<readonly InitialAccessTokenRecord[]>;
}

export interface InitialAccessTokenReader {
  /** The token whose digest this is; undefined when there is none. */
  findByDigest(realm: string, digest: Uint8Array): InitialAccessTokenRecord | undefined;
  /** The token with this id, revoked and expired ones included; undefined when there is none. */
  find(realm: string, id: string): InitialAccessTokenRecord | undefined;
}

/** How many live clients there are, without counting them again. */
export interface ClientCounter {
  count(key: ClientCountKey): number;
}

/** Blocked software. */
export interface SoftwareBlockReader {
  find(key: SoftwareBlockKey): SoftwareBlockRecord | undefined;
  /** At most `limit` of a realm's blocks, in order of kind and value, after the one given. */
  after(realm: string, after: Pick<SoftwareBlockKey, "kind" | "value"> | undefined, limit: number): readonly SoftwareBlockRecord[];
}

export interface IdempotencyReader {
  /** The record with this MAC that has not expired at `at`, its answer kept or gone. */
  find(mac: Uint8Array, at: Seconds): IdempotencyRecord | undefined;
}

/** Where the change log ends; sequence 0 and a chain of zeros when it is empty. */
export interface LogEnd {
  readonly sequence: number;
  readonly chain: Uint8Array;
}

export interface ChangeReader {
  /** At most `limit` rows with a greater sequence, in order of sequence. Sequences have no gaps among committed units. */
  after(sequence: number, limit: number): readonly ChangeRow[];
  logEnd(): LogEnd;
  /** The chain of the row with this sequence, or of the empty log for 0; undefined when there is no such row. Two logs that have it in common are one up to there. */
  chainAt(sequence: number): Uint8Array | undefined;
  /**
   * Calls `listener`, which must not throw, with the sequence of the last row after each commit that appended one; many commits may come
   * as one call. Every read port sees the row by then. Gives what ends it.
   */
  onCommitted(listener: (sequence: number) => void): () => void;
}

/** A change of a client, in short. */
export interface ClientChange {
  readonly sequence: number;
  readonly realm: string;
  readonly clientId: string;
  readonly version: number;
  readonly kind: ClientChangeKind;
  readonly at: Seconds;
}

/** Lists, off the caller's thread. */
export interface ClientChangeLister {
  /**
   * The realm's changes of clients among the `limit` rows with a greater sequence, in order of sequence. `end` is the sequence of the last
   * row that was looked at, where the next call goes on; the one asked for when there was none.
   */
  changesAfter(realm: string, sequence: number, limit: number): Promise<{ readonly rows: readonly ClientChange[]; readonly end: number }>;
}

/** One store: all ports over the same data. */
export interface Store extends Writer {
  readonly clients: ClientReader;
  readonly lister: ClientLister & InitialAccessTokenLister & ClientChangeLister;
  readonly initialAccessTokens: InitialAccessTokenReader;
  readonly counter: ClientCounter;
  readonly idempotency: IdempotencyReader;
  readonly softwareBlocks: SoftwareBlockReader;
  readonly changes: ChangeReader;
  /** Whether writes are accepted at this moment; readiness looks at it. */
  writable(): boolean;
  /** Finishes what waits, then lets go of the data. Commits after it reject with `store_unavailable`. */
  close(): Promise<void>;
}
