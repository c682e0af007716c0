import type Database from "better-sqlite3";
import type { ClientCountKey } from "../../domain/ports.js";
import { principalKindCodes } from "../chain.js";
import { countScopeCodes } from "./codes.js";

/** The key of a count as its columns hold it: realm, scope, kind, id. The open way in has neither kind nor id. */
export type CountColumns = [realm: string, scope: number, kind: number, id: string];

export function countColumns(key: ClientCountKey): CountColumns {
  const scope = countScopeCodes[key.scope];
  return key.scope === "open" ? [key.realm, scope, 0, ""] : [key.realm, scope, principalKindCodes[key.kind], key.id];
}

export const countOne = "SELECT clients FROM client_count WHERE realm = ? AND scope = ? AND kind = ? AND id = ?";

/** What changes do to the counts of live clients. */
export function prepareCountWrites(database: Database.Database) {
  const count = database.prepare<CountColumns, number>(countOne).pluck();
  const raise = database.prepare(
    "INSERT INTO client_count (realm, scope, kind, id, clients) VALUES (?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET clients = clients + 1",
  );
  const lower = database.prepare("UPDATE client_count SET clients = clients - 1 WHERE realm = ? AND scope = ? AND kind = ? AND id = ?");
  // An owner without clients leaves no row behind.
  const drop = database.prepare("DELETE FROM client_count WHERE realm = ? AND scope = ? AND kind = ? AND id = ? AND clients <= 0");
  return {
    count: (key: ClientCountKey): number => count.get(...countColumns(key)) ?? 0,
    move({ lost, gained }: { readonly lost: readonly ClientCountKey[]; readonly gained: readonly ClientCountKey[] }): void {
      for (const key of lost) {
        lower.run(...countColumns(key));
        drop.run(...countColumns(key));
      }
      for (const key of gained) raise.run(...countColumns(key));
    },
  };
}
