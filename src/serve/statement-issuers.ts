// The issuers of software statements made ready: their key files read and followed, and a fetcher for each.

import type { RealmConfiguration, StatementIssuerConfiguration } from "../config/configuration.js";
import type { Clock } from "../domain/ports.js";
import { createFetcher } from "../net/fetcher.js";
import type { StatementIssuer, StatementIssuers } from "../service/software-statements/statement-issuer.js";
import { localKeys, readKeySet, remoteKeys } from "../service/ways-in/access-token/key-set.js";
import { readAuthorities } from "./authorities.js";
import { createFollowedFiles, type FilesLog } from "./followed-files.js";
import type { WatchOptions } from "./watched-file.js";

export interface OpenStatementIssuersOptions {
  readonly realms: Iterable<Pick<RealmConfiguration, "name" | "statementIssuers">>;
  readonly clock: Clock;
  readonly log: FilesLog;
  readonly watch?: WatchOptions;
}

export interface OpenStatementIssuers {
  readonly issuers: StatementIssuers;
  readonly close: () => void;
}

const nobody: readonly StatementIssuer[] = [];

/** Reads what the issuers' files hold. Throws a sentence when one cannot be used. */
export async function openStatementIssuers({ realms, clock, log, watch }: OpenStatementIssuersOptions): Promise<OpenStatementIssuers> {
  const byRealm = new Map<string, readonly StatementIssuer[]>();
  const files = createFollowedFiles(log, watch);
  const closing: (() => void)[] = [files.stop];
  const close = () => closing.forEach((end) => end());

  async function open(row: StatementIssuerConfiguration): Promise<StatementIssuer> {
    const { jwksUri, jwksFile, caFile, claimNames, roleScopes, bindingFields, certificateSubject, ...terms } = row;
    const meaning = { claimNames: new Map(Object.entries(claimNames)), roleScopes: new Map(Object.entries(roleScopes)), bindingFields: new Set(bindingFields), certificateSubject: new Map(Object.entries(certificateSubject)) };
    if (jwksFile !== undefined) return { ...terms, ...meaning, key: localKeys(await files.follow(jwksFile, readKeySet)) };
    const ca = caFile === undefined ? undefined : await readAuthorities(caFile);
    const fetcher = createFetcher({ addresses: "any", loopbackHttp: true, ...(ca === undefined ? {} : { ca }) });
    closing.push(fetcher.close);
    return { ...terms, ...meaning, key: remoteKeys({ uri: jwksUri!, fetch: fetcher.fetch, clock }) };
  }

  try {
    for (const { name, statementIssuers } of realms) {
      if (statementIssuers.length > 0) byRealm.set(name, await Promise.all(statementIssuers.map(open)));
    }
  } catch (error) {
    close();
    throw error;
  }
  return { issuers: (realm) => byRealm.get(realm) ?? nobody, close };
}
