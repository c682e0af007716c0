import type Database from "better-sqlite3";
import type {
  ClientChange, ClientConditions, ClientQuery, ClientStateName, ClientWithCredentials, InitialAccessTokenQuery, InitialAccessTokenRecord, RecordCondition,
} from "../../domain/ports.js";
import { recordTest } from "../../domain/record-conditions.js";
import { isOfClient, principalKindCodes } from "../chain.js";
import { changeKindName, stateCodes } from "./codes.js";
import { clientColumns, clientFromRow, credentialColumns, credentialFromRow, initialAccessTokenColumns, initialAccessTokenFromRow } from "./rows.js";
import type { ClientColumns, CredentialColumns, InitialAccessTokenColumns } from "./rows.js";

/** Keys looked at in one read transaction: a filter that matches nothing must not hold a snapshot over 10 million rows, or the WAL grows. */
const stretch = 2000;

/** The id of whoever shows nothing. Others may have it too. */
const anonymousId = "anonymous";

const defaultStates: readonly ClientStateName[] = ["active", "suspended"];

/** Before every text, and after: a BLOB is greater than any TEXT. */
const first = "";
const last = Buffer.from([0]);

type Bound = string | Buffer;
type Filters = Readonly<Record<string, string | number | null | Bound>>;
type Bounds = { readonly from: Bound; readonly to: Bound };

// A filter that is not asked for is bound to "" or null; the statement stays one and the same. The record comes last: it is the dear one, and
// SQLite passes over those that cannot meet its conditions in a fifth of the time that the crossing into JavaScript takes.
const conditions = `
  state IN (:active, :suspended, :deleted)
  AND (:ownerKind IS NULL OR owner_kind = :ownerKind)
  AND (:ownerId = '' OR owner_id = :ownerId)
  AND (:credentialId = '' OR owner_credential_id = :credentialId)
  AND (:wayIn = '' OR way_in = :wayIn)
  AND (:policy = '' OR policy = :policy)
  AND (:softwareId = '' OR software_id = :softwareId)
  AND (:softwareStatementIssuer = '' OR software_statement_issuer = :softwareStatementIssuer)
  AND (:issuedFrom IS NULL OR created_at >= :issuedFrom)
  AND (:issuedBefore IS NULL OR created_at < :issuedBefore)
  AND (:usedFrom IS NULL OR coalesce(last_used_at, created_at) >= :usedFrom)
  AND (:usedBefore IS NULL OR coalesce(last_used_at, created_at) < :usedBefore)
  AND (:idleBefore IS NULL OR max(updated_at, coalesce(last_used_at, 0)) < :idleBefore)
  AND (:whole IS NULL OR instr(record, :whole) > 0)
  AND (:lowered IS NULL OR instr(lower(record), :lowered) > 0)
  AND (:onRecord = 0 OR record_matches(record))`;

/** The indexes in whose order clients are looked at, and the condition that each asks for in the text of the statement. */
const paths = {
  client_key: "realm = :realm",
  client_by_initial_access_token: `realm = :realm AND owner_kind = ${principalKindCodes.initial_access_token} AND owner_credential_id = :credentialId`,
  client_by_owner: `realm = :realm AND owner_kind <> ${principalKindCodes.anonymous} AND owner_id = :ownerId`,
  client_by_software_statement_issuer: "realm = :realm AND software_statement_issuer IS NOT NULL AND software_statement_issuer = :softwareStatementIssuer",
} as const;

/** The shortest way to the clients that a filter can want. */
function pathOf({ ownerKind, ownerId, credentialId, softwareStatementIssuer }: ClientConditions): keyof typeof paths {
  if (ownerKind === "initial_access_token" && credentialId !== "") return "client_by_initial_access_token";
  // Nobody's clients are in no index: they may be all there are.
  if (ownerId !== "" && ownerId !== anonymousId && ownerKind !== "anonymous") return "client_by_owner";
  return softwareStatementIssuer === "" ? "client_key" : "client_by_software_statement_issuer";
}

/** One number for each state: its own when asked for, 0, which no state has, when not. */
function stateFilter(states: readonly ClientStateName[]): Record<ClientStateName, number> {
  const wanted = states.length === 0 ? defaultStates : states;
  const code = (state: ClientStateName): number => (wanted.includes(state) ? stateCodes[state] : 0);
  return { active: code("active"), suspended: code("suspended"), deleted: code("deleted") };
}

function filtersOf({ states, ownerKind, record, ...rest }: ClientConditions): Filters {
  const { realm, ownerId, credentialId, wayIn, policy, softwareId, softwareStatementIssuer, issuedFrom, issuedBefore, usedFrom, usedBefore, idleBefore } = rest;
  return {
    realm, ownerId, credentialId, wayIn, policy, softwareId, softwareStatementIssuer, issuedFrom, issuedBefore, usedFrom, usedBefore, idleBefore,
    ownerKind: ownerKind === null ? null : principalKindCodes[ownerKind], onRecord: record.length, ...needlesOf(record), ...stateFilter(states),
  };
}

/** What stands in every record that can meet the conditions, as it is or, the longest there is, in the lower case of ASCII, which is all that `lower` knows. */
function needlesOf(record: readonly RecordCondition[]): { readonly whole: Buffer | null; readonly lowered: string | null } {
  const textOf = (test: RecordCondition["test"]): string | undefined => record.find((condition) => condition.test === test)?.text;
  const whole = textOf("is");
  const host = textOf("host");
  // A part of a name is in the lower case of Unicode, in which the Kelvin sign is a "k", and a capital I with a dot an "i" and another dot.
  const runs = [...(host === undefined || /[^\x20-\x7e]/.test(host) ? [] : [host]), ...(textOf("holds")?.match(/[\x20-hjl-~]+/g) ?? [])];
  return { whole: whole === undefined ? null : Buffer.from(whole), lowered: runs.toSorted((a, b) => b.length - a.length)[0] ?? null };
}

/** Reads stretch by stretch of one index in one direction, each in a short read transaction of its own. */
function prepareScan(database: Database.Database, path: keyof typeof paths, descending: boolean) {
  const from = `FROM client INDEXED BY ${path} WHERE ${paths[path]}`;
  const range = descending ? "client_id < :from AND client_id >= :to" : "client_id > :from AND client_id <= :to";
  const order = descending ? "ORDER BY client_id DESC" : "ORDER BY client_id";
  const end = database.prepare<[Filters & Bounds & { readonly skip: number }], string>(`SELECT client_id ${from} AND ${range} ${order} LIMIT 1 OFFSET :skip`).pluck();
  return {
    rows: database
      .prepare<[Filters & Bounds & { readonly limit: number }], [number, ...ClientColumns]>(`SELECT number, ${clientColumns} ${from} AND ${range} AND ${conditions} ${order} LIMIT :limit`)
      .raw(),
    count: database.prepare<[Filters & Bounds], number>(`SELECT count(*) ${from} AND ${range} AND ${conditions}`).pluck(),
    /** The stretches that follow `after`, one at a time: the data may change between them. */
    *stretches(filters: Filters, after: string): Generator<Bounds> {
      const furthest = descending ? first : last;
      let at: Bound = after === "" ? (descending ? last : first) : after;
      for (;;) {
        const to: string | undefined = end.get({ ...filters, from: at, to: furthest, skip: stretch - 1 });
        yield { from: at, to: to ?? furthest };
        if (to === undefined) return;
        at = to;
      }
    },
  };
}

type Scan = ReturnType<typeof prepareScan>;

/** Whether anybody still waits for the answer. */
export type IsWanted = () => boolean;

/** The lists of clients. `turn` is waited for between two stretches; what nobody waits for any more ends there. */
export function createClientLists(database: Database.Database, turn: () => Promise<void>) {
  const credentials = database.prepare<[number], CredentialColumns>(`SELECT ${credentialColumns} FROM credential WHERE client = ? ORDER BY kind, label`).raw();
  const begin = database.prepare("BEGIN");
  const end = database.prepare("COMMIT");
  const scans = new Map<string, Scan>();
  let matchesRecord: (record: Uint8Array) => boolean = () => true;
  database.function("record_matches", { directOnly: true }, (record) => (matchesRecord(record as Uint8Array) ? 1 : 0));

  function scanOf(wanted: ClientConditions, descending: boolean): Scan {
    const path = pathOf(wanted);
    const key = `${path} ${descending}`;
    const scan = scans.get(key) ?? prepareScan(database, path, descending);
    scans.set(key, scan);
    return scan;
  }

  /** In one snapshot, so that a client never comes with the credentials of another version; with the record's test of this scan, whose turn it is. */
  function inOneSnapshot<Result>(test: (record: Uint8Array) => boolean, read: () => Result): Result {
    matchesRecord = test;
    begin.run();
    try {
      return read();
    } finally {
      end.run();
    }
  }

  return {
    async list(query: ClientQuery, isWanted: IsWanted): Promise<ClientWithCredentials[]> {
      const filters = filtersOf(query);
      const scan = scanOf(query, query.descending);
      const test = recordTest(query.record);
      const found: ClientWithCredentials[] = [];
      for (const bounds of scan.stretches(filters, query.after)) {
        inOneSnapshot(test, () => {
          for (const [number, ...row] of scan.rows.all({ ...filters, ...bounds, limit: query.limit - found.length })) {
            found.push({ client: clientFromRow(row), credentials: credentials.all(number).map(credentialFromRow) });
          }
        });
        if (found.length >= query.limit) break;
        await turn();
        if (!isWanted()) break;
      }
      return found;
    },
    async count(wanted: ClientConditions, isWanted: IsWanted): Promise<number> {
      const filters = filtersOf(wanted);
      const scan = scanOf(wanted, false);
      const test = recordTest(wanted.record);
      let clients = 0;
      for (const bounds of scan.stretches(filters, "")) {
        clients += inOneSnapshot(test, () => scan.count.get({ ...filters, ...bounds }) ?? 0);
        await turn();
        if (!isWanted()) break;
      }
      return clients;
    },
  };
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

/** Lists changes of clients, in short. */
export function createChangeList(database: Database.Database) {
  const next = database
    .prepare<[number, number], [number, string, string, number, number, number]>(
      "SELECT sequence, realm, subject, version, kind, at FROM change WHERE sequence > ? ORDER BY sequence LIMIT ?",
    )
    .raw();
  return (query: { readonly realm: string; readonly sequence: number; readonly limit: number }): { readonly rows: ClientChange[]; readonly end: number } => {
    const rows: ClientChange[] = [];
    let end = query.sequence;
    for (const [sequence, realm, clientId, version, code, at] of next.all(query.sequence, query.limit)) {
      end = sequence;
      const kind = changeKindName(code);
      if (realm === query.realm && isOfClient(kind)) rows.push({ sequence, realm, clientId, version, kind, at });
    }
    return { rows, end };
  };
}
