// store/sqlite/: registrations in one SQLite file, durable before they are answered.
// It may import domain/ports.ts, domain/errors.ts, store/ itself, node built-ins and better-sqlite3.

import type { Store } from "../../domain/ports.js";
import { StoreOpenError } from "../store-open-error.js";
import { libraryVersion, openReader, requireLibrary } from "./database.js";
import { prepareFile, requireSoundHeader } from "./file-checks.js";
import { createChangeReader, createClientCounter, createClientReader, createIdempotencyReader, createInitialAccessTokenReader, createSoftwareBlockReader } from "./key-readers.js";
import { ListQueue } from "./list-queue.js";
import { lockFile } from "./lock.js";
import { WriteQueue } from "./write-queue.js";

export interface SqliteStoreOptions {
  /** The database file; made when missing, in a directory that is there. */
  readonly file: string;
  /** Units that may wait for the writer, default 4096: half a second of work at 8,000 a second. */
  readonly queuedWrites?: number;
  /** Written into a new file, to tell which program made it. */
  readonly createdBy?: string;
  /** Only for the control run of the durability tests: commits are not synced, and the store says so nowhere. */
  readonly unsafeSynchronous?: "NORMAL";
}

const defaultQueuedWrites = 4096;

/** Opens or makes a store on one file. Rejects with StoreOpenError when the store could not keep what it promises. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { queuedWrites = defaultQueuedWrites, createdBy = "matricula" } = options;
  requireLibrary(libraryVersion());
  const file = refuseOnError(options.file, () => prepareFile(options.file));
  const lock = refuseOnError(file, () => lockFile(file));
  try {
    requireSoundHeader(file);
    const settings = { file, synchronous: options.unsafeSynchronous ?? "FULL" } as const;
    const writes = await WriteQueue.open({ settings, createdBy }, queuedWrites);
    return assemble(file, writes, () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

function assemble(file: string, writes: WriteQueue, release: () => void): Store {
  const database = openReader(file);
  const lister = new ListQueue(file);
  const softwareBlocks = createSoftwareBlockReader(database);
  let closing: Promise<void> | undefined;

  async function close(): Promise<void> {
    await writes.drain();
    // The last connection to close moves the WAL into the file. After a failed sync that must not be done: then the writer goes first.
    if (writes.stopped()) await writes.close();
    await lister.close();
    database.close();
    await writes.close();
    release();
  }

  return {
    commit(unit) {
      const result = writes.commit(unit);
      // Before whoever waits for it goes on.
      return unit.some(({ kind }) => kind === "insert_software_block") ? result.finally(softwareBlocks.forget) : result;
    },
    writable: () => writes.writable(),
    close: () => (closing ??= close()),
    clients: createClientReader(database),
    lister,
    initialAccessTokens: createInitialAccessTokenReader(database),
    counter: createClientCounter(database),
    idempotency: createIdempotencyReader(database),
    softwareBlocks,
    changes: createChangeReader(database, writes.listeners),
  };
}

/** An errno of the file system as a refusal that names the file. */
function refuseOnError<Result>(file: string, step: () => Result): Result {
  try {
    return step();
  } catch (error) {
    if (error instanceof StoreOpenError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreOpenError("cannot_open", `${file} cannot be opened (${reason}): see to the directory and its rights`, error);
  }
}
