import { clientTest } from "../../domain/client-conditions.js";
import type { ClientChange, ClientConditions, ClientQuery, ClientWithCredentials, InitialAccessTokenQuery, InitialAccessTokenRecord } from "../../domain/ports.js";
import { isOfClient } from "../chain.js";
import { compareBytes, isUsable } from "./tables.js";
import type { Tables } from "./tables.js";

/** The matching clients in byte order of client id, or in the reverse of it. */
export function list(tables: Tables, query: ClientQuery): ClientWithCredentials[] {
  const { descending, after, limit } = query;
  const direction = descending ? -1 : 1;
  const isWanted = clientTest(query);
  return [...tables.clients.values()]
    .filter(({ client }) => (after === "" || direction * compareBytes(client.clientId, after) > 0) && isWanted(client))
    .sort((a, b) => direction * compareBytes(a.client.clientId, b.client.clientId))
    .slice(0, limit);
}

/** How many clients match. */
export function count(tables: Tables, conditions: ClientConditions): number {
  const isWanted = clientTest(conditions);
  let clients = 0;
  for (const { client } of tables.clients.values()) if (isWanted(client)) clients += 1;
  return clients;
}

/** The realm's changes of clients among the next rows, and where those end. */
export function changesAfter(tables: Tables, realm: string, after: number, limit: number): { readonly rows: ClientChange[]; readonly end: number } {
  const rows: ClientChange[] = [];
  const looked = tables.changes.slice(after, after + limit);
  for (const { sequence, realm: of, subject, version, kind, at } of looked) {
    if (of === realm && isOfClient(kind)) rows.push({ sequence, realm, clientId: subject, version, kind, at });
  }
  return { rows, end: looked.at(-1)?.sequence ?? after };
}

/** The matching tokens in byte order of id. */
export function listInitialAccessTokens(tables: Tables, { realm, usableAt, after, limit }: InitialAccessTokenQuery): InitialAccessTokenRecord[] {
  return [...tables.tokens.values()]
    .filter((token) => token.realm === realm && compareBytes(token.id, after) > 0 && (usableAt === null || isUsable(token, usableAt)))
    .sort((a, b) => compareBytes(a.id, b.id))
    .slice(0, limit);
}
