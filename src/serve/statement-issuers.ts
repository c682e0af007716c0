// The issuers of software statements made ready: their key files read and followed, and a fetcher for each.

import type { RealmConfiguration, StatementIssuerConfiguration } from "../config/configuration.js";
import type { Clock } from "../domain/ports.js";
import { createFetcher } from "../net/fetcher.js";
import type { StatementIssuer } from "../service/software-statements/statement-issuer.js";
import { localKeys, readKeySet, remoteKeys } from "../service/ways-in/access-token/key-set.js";
import { readAuthorities } from "./authorities.js";
import { createFollowedFiles, type FilesLog } from "./followed-files.js";
import type { WatchOptions } from "./watched-file.js";

type Realms = Iterable<Pick<RealmConfiguration, "name" | "statementIssuers">>;

export interface OpenStatementIssuersOptions {
  readonly realms: Realms;
  readonly clock: Clock;
  readonly log: FilesLog;
  readonly watch?: WatchOptions;
}

/** The issuers that are in force. */
export interface OpenStatementIssuers {
  /** Those of a realm. */
  readonly of: (realm: string) => readonly StatementIssuer[];
  /** Opens those of another configuration beside them. Rejects with a sentence when one cannot be used, and then nothing is left of it. */
  readonly prepare: (realms: Realms) => Promise<PreparedIssuers>;
  readonly close: () => void;
}

/** Issuers that are ready, and not in force yet. A row that is as it was is the one in force, with the keys that it has fetched. */
export interface PreparedIssuers {
  readonly of: OpenStatementIssuers["of"];
  /** Puts them in force, and ends those that are not among them. */
  readonly take: () => void;
  /** Ends what was opened for them alone. */
  readonly drop: () => void;
}

interface OpenRow {
  readonly realm: string;
  readonly issuer: StatementIssuer;
  readonly close: () => void;
}

/** By all that a row says. */
type OpenRows = ReadonlyMap<string, OpenRow>;

const nobody: readonly StatementIssuer[] = [];

/** Reads what the issuers' files hold. Throws a sentence when one cannot be used. */
export async function openStatementIssuers({ realms, clock, log, watch }: OpenStatementIssuersOptions): Promise<OpenStatementIssuers> {
  let current: OpenRows = new Map();

  async function open(realm: string, row: StatementIssuerConfiguration, ca: string | undefined): Promise<OpenRow> {
    const { jwksUri, jwksFile, caFile: _, claimNames, roleScopes, bindingFields, certificateSubject, ...terms } = row;
    const meaning = { claimNames: new Map(Object.entries(claimNames)), roleScopes: new Map(Object.entries(roleScopes)), bindingFields: new Set(bindingFields), certificateSubject: new Map(Object.entries(certificateSubject)) };
    if (jwksFile !== undefined) {
      const files = createFollowedFiles(log, watch);
      const set = await files.follow(jwksFile, readKeySet).catch((error: unknown) => {
        files.stop();
        throw error;
      });
      return { realm, issuer: { ...terms, ...meaning, key: localKeys(set) }, close: files.stop };
    }
    const fetcher = createFetcher({ addresses: "any", loopbackHttp: true, ...(ca === undefined ? {} : { ca }) });
    return { realm, issuer: { ...terms, ...meaning, key: remoteKeys({ uri: jwksUri!, fetch: fetcher.fetch, clock }) }, close: fetcher.close };
  }

  async function prepare(wanted: Realms): Promise<PreparedIssuers> {
    const next = new Map<string, OpenRow>();
    const opened: OpenRow[] = [];
    const drop = () => opened.forEach(({ close }) => close());
    try {
      for (const { name, statementIssuers } of wanted) {
        for (const row of statementIssuers) {
          const ca = row.caFile === undefined ? undefined : await readAuthorities(row.caFile);
          const key = JSON.stringify([name, row, ca]);
          let ready = current.get(key);
          if (ready === undefined) opened.push((ready = await open(name, row, ca)));
          next.set(key, ready);
        }
      }
    } catch (error) {
      drop();
      throw error;
    }
    const take = () => {
      for (const [key, { close }] of current) if (!next.has(key)) close();
      current = next;
    };
    return { of: byRealm(next), take, drop };
  }

  const first = await prepare(realms);
  first.take();
  return { of: (realm) => byRealm(current)(realm), prepare, close: () => current.forEach(({ close }) => close()) };
}

function byRealm(rows: OpenRows): OpenStatementIssuers["of"] {
  const issuers = new Map<string, StatementIssuer[]>();
  for (const { realm, issuer } of rows.values()) issuers.set(realm, [...(issuers.get(realm) ?? []), issuer]);
  return (realm) => issuers.get(realm) ?? nobody;
}
