// Initial access tokens: read by digest or id, and listed.

import type { Seconds } from "./clock.js";
import type { PrincipalRecord } from "./principal.js";

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
