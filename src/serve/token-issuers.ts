// The issuers of access tokens made ready: their files read and followed, and a fetcher for each.

import type { RealmConfiguration, TokenIssuerConfiguration } from "../config/configuration.js";
import type { Clock } from "../domain/ports.js";
import { createFetcher } from "../net/fetcher.js";
import { createIntrospection } from "../service/ways-in/access-token/introspection.js";
import { localKeys, readKeySet, remoteKeys } from "../service/ways-in/access-token/key-set.js";
import type { TokenIssuer } from "../service/ways-in/access-token/token-issuer.js";
import { createOauthWayIn } from "../service/ways-in/oauth.js";
import type { WayIn } from "../service/ways-in/way-in.js";
import { readAuthorities } from "./authorities.js";
import { createFollowedFiles, type FilesLog } from "./followed-files.js";
import type { WatchOptions } from "./watched-file.js";

export interface IssuersLog extends FilesLog {
  warn(fields: object, message: string): void;
}

export interface OpenIssuersOptions {
  readonly realms: Iterable<Pick<RealmConfiguration, "name" | "tokenIssuers">>;
  readonly clock: Clock;
  readonly log: IssuersLog;
  readonly watch?: WatchOptions;
}

export interface OpenIssuers {
  /** The way in "oauth"; none where no realm has an issuer. */
  readonly waysIn: readonly WayIn[];
  /** Looks at all files now. */
  readonly look: () => Promise<void>;
  readonly close: () => void;
}

/** Milliseconds between two lines about one issuer that does not answer: every call with a token of its would write one. */
const quiet = 10_000;

/** Reads what the issuers' files hold. Throws a sentence when one cannot be used; later such a file changes nothing but the log. */
export async function openTokenIssuers({ realms, clock, log, watch }: OpenIssuersOptions): Promise<OpenIssuers> {
  const byRealm = new Map<string, readonly TokenIssuer[]>();
  const closing: (() => void)[] = [];
  const files = createFollowedFiles(log, watch);
  async function open(row: TokenIssuerConfiguration): Promise<TokenIssuer> {
    const ca = row.caFile === undefined ? undefined : await readAuthorities(row.caFile);
    const fetcher = createFetcher({ addresses: "any", loopbackHttp: true, ...(ca === undefined ? {} : { ca }) });
    closing.push(fetcher.close);
    const { issuer, audiences, algorithms, scopes, manageScopes, claims, jwksUri, jwksFile, introspection } = row;
    const clientSecret = introspection === undefined ? undefined : await files.follow(introspection.clientSecretFile, readSecret);
    return {
      issuer, audiences, algorithms, scopes, manageScopes, claims,
      key: jwksFile !== undefined ? localKeys(await files.follow(jwksFile, readKeySet)) : jwksUri !== undefined ? remoteKeys({ uri: jwksUri, fetch: fetcher.fetch, clock }) : undefined,
      introspect: introspection && createIntrospection({ ...introspection, clientSecret: clientSecret!, fetch: fetcher.fetch, clock }),
    };
  }

  const close = () => {
    files.stop();
    closing.forEach((end) => end());
  };
  try {
    for (const { name, tokenIssuers } of realms) {
      if (tokenIssuers.length > 0) byRealm.set(name, await Promise.all(tokenIssuers.map(open)));
    }
  } catch (error) {
    close();
    throw error;
  }
  const told = new Map<string, number>();
  const onUnreachable = (issuer: string, error: unknown) => {
    const now = clock.milliseconds();
    if (Math.abs(now - (told.get(issuer) ?? -Infinity)) < quiet) return;
    told.set(issuer, now);
    log.warn({ issuer, error }, "a token's issuer cannot be asked");
  };
  return {
    waysIn: byRealm.size === 0 ? [] : [createOauthWayIn({ issuers: (realm) => byRealm.get(realm) ?? [], onUnreachable })],
    look: files.look,
    close,
  };
}

/** A line break at its end belongs to the file. */
function readSecret(bytes: Uint8Array): string {
  const secret = Buffer.from(bytes).toString("utf8").replace(/\r?\n$/, "");
  if (secret === "") throw new Error("holds no secret");
  return secret;
}
