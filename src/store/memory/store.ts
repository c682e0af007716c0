// store/memory/: registrations for as long as the process lives, by the same rules as the durable stores. For tests and trials.
// It may import domain/ports.ts, domain/errors.ts, store/ itself and node built-ins.

import { RegistryError } from "../../domain/errors.js";
import type { Change, CommitResult, Store } from "../../domain/ports.js";
import { chainStart } from "../chain.js";
import { CommitListeners } from "../commit-listeners.js";
import { failing, write } from "./apply.js";
import { changesAfter, count, list, listInitialAccessTokens } from "./list.js";
import { blockKey, compareBytes, copied, countKey, keyOf, keyOfBytes, Tables } from "./tables.js";

export interface MemoryStoreOptions {
  /** Units that may wait in one turn, default 4096, as in the durable stores. */
  readonly queuedWrites?: number;
}

interface Waiting {
  readonly unit: readonly Change[];
  readonly resolve: (result: CommitResult) => void;
  readonly reject: (error: RegistryError) => void;
}

const defaultQueuedWrites = 4096;

/** Makes an empty store. */
export function createMemoryStore({ queuedWrites = defaultQueuedWrites }: MemoryStoreOptions = {}): Store {
  const tables = new Tables();
  let waiting: Waiting[] = [];
  let closed = false;
  const listeners = new CommitListeners();

  function commit(unit: readonly Change[]): Promise<CommitResult> {
    if (closed) return Promise.reject(new RegistryError("store_unavailable", "the store is closed"));
    if (waiting.length >= queuedWrites) {
      return Promise.reject(new RegistryError("overloaded", "too many writes are waiting", { retryAfter: 1 }));
    }
    return new Promise((resolve, reject) => {
      if (waiting.length === 0) queueMicrotask(flush);
      waiting.push({ unit: copied(unit), resolve, reject });
    });
  }

  function flush(): void {
    const batch = waiting;
    waiting = [];
    const before = tables.changes.length;
    for (const { unit, resolve, reject } of batch) {
      try {
        resolve(applyUnit(tables, unit));
      } catch (error) {
        reject(RegistryError.from(error));
      }
    }
    if (tables.changes.length > before) listeners.tell(tables.changes.length);
  }

  return {
    commit,
    writable: () => !closed,
    close() {
      closed = true;
      flush();
      return Promise.resolve();
    },
    clients: {
      find: (realm, clientId) => tables.clients.get(keyOf(realm, clientId)),
      findLive(realm, clientId) {
        const found = tables.clients.get(keyOf(realm, clientId));
        return found?.client.state === "deleted" ? undefined : found;
      },
    },
    lister: {
      list: (query, gone) => wanted(gone, () => list(tables, query)),
      count: (conditions, gone) => wanted(gone, () => count(tables, conditions)),
      changesAfter: (realm, sequence, limit) => Promise.resolve(changesAfter(tables, realm, sequence, limit)),
      listInitialAccessTokens: (query) => Promise.resolve(listInitialAccessTokens(tables, query)),
    },
    initialAccessTokens: {
      findByDigest: (realm, digest) => tables.tokens.get(tables.tokenKeysByDigest.get(keyOf(realm, keyOfBytes(digest))) ?? ""),
      find: (realm, id) => tables.tokens.get(keyOf(realm, id)),
    },
    counter: { count: (key) => tables.counts.get(countKey(key)) ?? 0 },
    idempotency: {
      find(mac, at) {
        const kept = tables.idempotency.get(keyOfBytes(mac));
        return kept !== undefined && kept.expiresAt > at ? kept : undefined;
      },
    },
    softwareBlocks: {
      find: (key) => tables.softwareBlocks.get(blockKey(key)),
      after(realm, from, limit) {
        const start = from === undefined ? "" : blockKey({ realm, ...from });
        const keys = [...tables.softwareBlocks.keys()].filter((key) => key.startsWith(`${realm}\0`) && compareBytes(key, start) > 0);
        return keys.toSorted(compareBytes).slice(0, limit).map((key) => tables.softwareBlocks.get(key)!);
      },
    },
    changes: {
      after: (sequence, limit) => tables.changes.slice(sequence, sequence + limit),
      logEnd: () => ({ sequence: tables.changes.length, chain: tables.chain() }),
      chainAt: (sequence) => (sequence === 0 ? chainStart : tables.changes[sequence - 1]?.chain),
      onCommitted: (listener) => listeners.add(listener),
    },
  };
}

function applyUnit(tables: Tables, unit: readonly Change[]): CommitResult {
  let finished = false;
  try {
    for (const [index, change] of unit.entries()) {
      const precondition = failing(tables, change);
      if (precondition !== undefined) return { committed: false, index, precondition };
      write(tables, change);
    }
    finished = true;
    return { committed: true, sequence: unit.some(({ kind }) => kind === "append_change") ? tables.changes.length : 0 };
  } finally {
    if (finished) tables.keep();
    else tables.undo();
  }
}

/** Nobody is worked for who has gone. */
async function wanted<Answer>(gone: AbortSignal | undefined, work: () => Answer): Promise<Answer> {
  if (gone?.aborted === true) throw new RegistryError("deadline_exceeded", "nobody waits for this list any more");
  return work();
}
