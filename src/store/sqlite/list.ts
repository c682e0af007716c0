import type Database from "better-sqlite3";
import type { ClientQuery, ClientRecord, ClientStateName } from "../../domain/ports.js";
import { stateCodes } from "./codes.js";
import { clientColumns, clientFromRow } from "./rows.js";
import type { ClientColumns } from "./rows.js";

/** Keys looked at in one read transaction: a filter that matches nothing must not hold a snapshot over 10 million rows, or the WAL grows. */
const stretch = 2000;

const defaultStates: readonly ClientStateName[] = ["active", "suspended"];

/** Lists clients by stretches of the key index, each a short read transaction of its own. */
export function createList(database: Database.Database): (query: ClientQuery) => ClientRecord[] {
  const stretchEnd = database
    .prepare<[string, string, number], string>("SELECT client_id FROM client WHERE realm = ? AND client_id > ? ORDER BY client_id LIMIT 1 OFFSET ?")
    .pluck();
  // A filter that is not asked for is bound to "" or null; the statement stays one and the same.
  const matching = database
    .prepare<[Readonly<Record<string, string | number | null>>], ClientColumns>(
      `SELECT ${clientColumns} FROM client
       WHERE realm = :realm AND client_id > :after AND (:until IS NULL OR client_id <= :until)
         AND state IN (:active, :suspended, :deleted)
         AND (:ownerId = '' OR owner_id = :ownerId)
         AND (:wayIn = '' OR way_in = :wayIn)
         AND (:policy = '' OR policy = :policy)
         AND (:softwareId = '' OR software_id = :softwareId)
         AND (:issuedFrom IS NULL OR created_at >= :issuedFrom)
         AND (:issuedBefore IS NULL OR created_at < :issuedBefore)
       ORDER BY client_id LIMIT :limit`,
    )
    .raw();

  return (query) => {
    const { realm, ownerId, wayIn, policy, softwareId, issuedFrom, issuedBefore } = query;
    const filters = { realm, ownerId, wayIn, policy, softwareId, issuedFrom, issuedBefore, ...stateFilter(query.states) };
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
