import type Database from "better-sqlite3";
import { RegistryError } from "../../domain/errors.js";
import type { ChangeReader, ClientCounter, ClientReader, IdempotencyReader, InitialAccessTokenReader, SoftwareBlockReader } from "../../domain/ports.js";
import { chainStart } from "../chain.js";
import type { CommitListeners } from "../commit-listeners.js";
import { stateCodes } from "./codes.js";
import { countColumns, countOne, type CountColumns } from "./count-writes.js";
import { prepareLogEnd } from "./log-end.js";
import { prepareSoftwareBlockReads } from "./software-blocks.js";
import {
  changeColumns, changeFromRow, clientColumns, clientFromRow, credentialColumns, credentialFromRow, idempotencyColumns, idempotencyFromRow,
  initialAccessTokenColumns, initialAccessTokenFromRow,
} from "./rows.js";
import type { ChangeColumns, ClientColumns, CredentialColumns, IdempotencyColumns, InitialAccessTokenColumns } from "./rows.js";

/** Clients by key. Both statements read one snapshot, so that a client never comes with the credentials of another version. */
export function createClientReader(database: Database.Database): ClientReader {
  type Found = [number, ...ClientColumns];
  const byKey = `SELECT number, ${clientColumns} FROM client WHERE realm = ? AND client_id = ?`;
  const find = database.prepare<[string, string], Found>(byKey).raw();
  const findLive = database.prepare<[string, string], Found>(`${byKey} AND state <> ${stateCodes.deleted}`).raw();
  const credentials = database
    .prepare<[number], CredentialColumns>(`SELECT ${credentialColumns} FROM credential WHERE client = ? ORDER BY kind, label`)
    .raw();
  const begin = database.prepare("BEGIN");
  const end = database.prepare("COMMIT");
  const read = (statement: typeof find, realm: string, clientId: string) =>
    guarded(() => {
      begin.run();
      try {
        const row = statement.get(realm, clientId);
        if (row === undefined) return undefined;
        const [number, ...columns] = row;
        return { client: clientFromRow(columns), credentials: credentials.all(number).map(credentialFromRow) };
      } finally {
        end.run();
      }
    });
  return {
    find: (realm, clientId) => read(find, realm, clientId),
    findLive: (realm, clientId) => read(findLive, realm, clientId),
  };
}

/** Initial access tokens by digest and by id. */
export function createInitialAccessTokenReader(database: Database.Database): InitialAccessTokenReader {
  const find = database
    .prepare<[string, Uint8Array], InitialAccessTokenColumns>(
      `SELECT ${initialAccessTokenColumns} FROM initial_access_token WHERE realm = ? AND digest = ?`,
    )
    .raw();
  const findById = database
    .prepare<[string, string], InitialAccessTokenColumns>(`SELECT ${initialAccessTokenColumns} FROM initial_access_token WHERE realm = ? AND id = ?`)
    .raw();
  const read = (row: InitialAccessTokenColumns | undefined) => (row === undefined ? undefined : initialAccessTokenFromRow(row));
  return {
    findByDigest: (realm, digest) => guarded(() => read(find.get(realm, digest))),
    find: (realm, id) => guarded(() => read(findById.get(realm, id))),
  };
}

/** Counts of live clients. */
export function createClientCounter(database: Database.Database): ClientCounter {
  const count = database.prepare<CountColumns, number>(countOne).pluck();
  return { count: (key) => guarded(() => count.get(...countColumns(key)) ?? 0) };
}

/** Blocked software. Most stores have none, and each registration asks: that there is none is remembered until `forget`. */
export function createSoftwareBlockReader(database: Database.Database): SoftwareBlockReader & { forget(): void } {
  const reads = prepareSoftwareBlockReads(database);
  let none: boolean | undefined;
  return {
    find(key) {
      none ??= guarded(() => !reads.any());
      return none ? undefined : guarded(() => reads.find(key));
    },
    after: (realm, from, limit) => guarded(() => reads.after(realm, from, limit)),
    forget: () => void (none = undefined),
  };
}

/** Kept answers by MAC. */
export function createIdempotencyReader(database: Database.Database): IdempotencyReader {
  const find = database
    .prepare<[Uint8Array, number], IdempotencyColumns>(`SELECT ${idempotencyColumns} FROM idempotency WHERE mac = ? AND expires_at > ?`)
    .raw();
  return {
    find: (mac, at) =>
      guarded(() => {
        const row = find.get(mac, at);
        return row === undefined ? undefined : idempotencyFromRow(row);
      }),
  };
}

/** The change log from a sequence on. */
export function createChangeReader(database: Database.Database, listeners: CommitListeners): ChangeReader {
  const after = database
    .prepare<[number, number], ChangeColumns>(`SELECT ${changeColumns} FROM change WHERE sequence > ? ORDER BY sequence LIMIT ?`)
    .raw();
  const chain = database.prepare<[number], Uint8Array>("SELECT chain FROM change WHERE sequence = ?").pluck();
  const logEnd = prepareLogEnd(database);
  return {
    after: (sequence, limit) => guarded(() => after.all(sequence, limit).map(changeFromRow)),
    logEnd: () => guarded(logEnd),
    chainAt(sequence) {
      if (sequence === 0) return chainStart;
      const found = guarded(() => chain.get(sequence));
      return found === undefined ? undefined : new Uint8Array(found);
    },
    onCommitted: (listener) => listeners.add(listener),
  };
}

/** A failed read is the store's fault, told in the domain's words. */
function guarded<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new RegistryError("store_unavailable", "the store cannot be read", { cause: error });
  }
}
