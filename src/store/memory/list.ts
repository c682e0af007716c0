import type { ClientQuery, ClientRecord, InitialAccessTokenQuery, InitialAccessTokenRecord } from "../../domain/ports.js";
import { compareBytes, isUsable } from "./tables.js";
import type { Tables } from "./tables.js";

/** The matching clients in byte order of client id. */
export function list(tables: Tables, query: ClientQuery): ClientRecord[] {
  const found: ClientRecord[] = [];
  for (const { client } of tables.clients.values()) {
    if (compareBytes(client.clientId, query.after) > 0 && matches(client, query)) found.push(client);
  }
  return found.sort((a, b) => compareBytes(a.clientId, b.clientId)).slice(0, query.limit);
}

/** The matching tokens in byte order of id. */
export function listInitialAccessTokens(tables: Tables, { realm, usableAt, after, limit }: InitialAccessTokenQuery): InitialAccessTokenRecord[] {
  return [...tables.tokens.values()]
    .filter((token) => token.realm === realm && compareBytes(token.id, after) > 0 && (usableAt === null || isUsable(token, usableAt)))
    .sort((a, b) => compareBytes(a.id, b.id))
    .slice(0, limit);
}

function matches(client: ClientRecord, query: ClientQuery): boolean {
  const { states, issuedFrom, issuedBefore } = query;
  return (
    client.realm === query.realm &&
    (states.length === 0 ? client.state !== "deleted" : states.includes(client.state)) &&
    (query.ownerKind === null || client.owner.kind === query.ownerKind) &&
    (query.ownerId === "" || client.owner.id === query.ownerId) &&
    (query.credentialId === "" || client.owner.credentialId === query.credentialId) &&
    (query.wayIn === "" || client.wayIn === query.wayIn) &&
    (query.policy === "" || client.policy === query.policy) &&
    (query.softwareId === "" || client.softwareId === query.softwareId) &&
    (issuedFrom === null || client.createdAt >= issuedFrom) &&
    (issuedBefore === null || client.createdAt < issuedBefore)
  );
}
