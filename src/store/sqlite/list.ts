import type Database from "better-sqlite3";
import type { ClientQuery, ClientRecord, ClientStateName, InitialAccessTokenQuery, InitialAccessTokenRecord } from "../../domain/ports.js";
import { principalKindCodes } from "../chain.js";
import { stateCodes } from "./codes.js";
import { clientColumns, clientFromRow, initialAccessTokenColumns, initialAccessTokenFromRow } from "./rows.js";
import type { ClientColumns, InitialAccessTokenColumns } from "./rows.js";

/** Keys looked at in one read transaction: a filter that matches nothing must not hold a snapshot over 10 million rows, or the WAL grows. */
const stretch = 2000;

const defaultStates: readonly ClientStateName[] = ["active", "suspended"];

type Filters = Readonly<Record<string, string | number | null>>;

/** Lists clients by stretches of the key index, each a short read transaction of its own. */
export function createList(database: Database.Database): (query: ClientQuery) => ClientRecord[] {
  const stretchEnd = database
    .prepare<[string, string, number], string>("SELECT client_id FROM client WHERE realm = ? AND client_id > ? ORDER BY client_id LIMIT 1 OFFSET ?")
    .pluck();
  // A filter that is not asked for is bound to "" or null; the statement stays one and the same.
  const conditions = `
         state IN (:active, :suspended, :deleted)
         AND (:ownerKind IS NULL OR owner_kind = :ownerKind)
         AND (:ownerId = '' OR owner_id = :ownerId)
         AND (:credentialId = '' OR owner_credential_id = :credentialId)
         AND (:wayIn = '' OR way_in = :wayIn)
         AND (:policy = '' OR policy = :policy)
         AND (:softwareId = '' OR software_id = :softwareId)
         AND (:issuedFrom IS NULL OR created_at >= :issuedFrom)
         AND (:issuedBefore IS NULL OR created_at < :issuedBefore)
       ORDER BY client_id LIMIT :limit`;
  const matching = database
    .prepare<[Filters], ClientColumns>(
      `SELECT ${clientColumns} FROM client WHERE realm = :realm AND client_id > :after AND (:until IS NULL OR client_id <= :until) AND ${conditions}`,
    )
    .raw();
  // The clients of one initial access token have an index of their own: its condition must stand in the text.
  const ofToken = database
    .prepare<[Filters], ClientColumns>(
      `SELECT ${clientColumns} FROM client
       WHERE realm = :realm AND owner_kind = ${principalKindCodes.initial_access_token} AND owner_credential_id = :credentialId AND client_id > :after AND ${conditions}`,
    )
    .raw();

  return (query) => {
    const { realm, ownerId, credentialId, wayIn, policy, softwareId, issuedFrom, issuedBefore } = query;
    const ownerKind = query.ownerKind === null ? null : principalKindCodes[query.ownerKind];
    const filters = { realm, ownerKind, ownerId, credentialId, wayIn, policy, softwareId, issuedFrom, issuedBefore, ...stateFilter(query.states) };
    if (query.ownerKind === "initial_access_token" && credentialId !== "") {
      return ofToken.all({ ...filters, after: query.after, limit: query.limit }).map(clientFromRow);
    }
    const found: ClientRecord[] = [];
    let after: string | undefined = query.after;
    while (after !== undefined && found.length < query.limit) {
      const until: string | undefined = stretchEnd.get(realm, after, stretch - 1);
      const rows = matching.all({ ...filters, after, until: until ?? null, limit: query.limit - found.length });
      for (const row of rows) found.push(clientFromRow(row));
      after = until;
    }
    return found;
  };
}

/** One number for each state: its own when asked for, 0, which no state has, when not. */
function stateFilter(states: readonly ClientStateName[]): Record<ClientStateName, number> {
  const wanted = states.length === 0 ? defaultStates : states;
  const code = (state: ClientStateName): number => (wanted.includes(state) ? stateCodes[state] : 0);
  return { active: code("active"), suspended: code("suspended"), deleted: code("deleted") };
}

/** Lists initial access tokens. Operators make them by hand, so one statement reads them all. */
export function createTokenList(database: Database.Database): (query: InitialAccessTokenQuery) => InitialAccessTokenRecord[] {
  const matching = database
    .prepare<[Filters], InitialAccessTokenColumns>(
      `SELECT ${initialAccessTokenColumns} FROM initial_access_token
       WHERE realm = :realm AND id > :after
         AND (:usableAt IS NULL OR (revoked_at IS NULL AND expires_at > :usableAt AND (uses_left IS NULL OR uses_left > 0)))
       ORDER BY id LIMIT :limit`,
    )
    .raw();
  return ({ realm, usableAt, after, limit }) => matching.all({ realm, usableAt, after, limit }).map(initialAccessTokenFromRow);
}
