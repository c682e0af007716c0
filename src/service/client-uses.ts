// Uses of clients are written off the hot path: gathered in memory, the latest of each client and secret, and written every few seconds.
// What was gathered and not yet written is lost with the process: lastUsedAt is a time to look at, not a proof.

import { RegistryError } from "../domain/errors.js";
import type { Change, Seconds, Writer } from "../domain/ports.js";

/** A use of a client, by its secret with this label unless that is "". */
export interface ClientUse {
  readonly realm: string;
  readonly clientId: string;
  readonly secretLabel: string;
  readonly at: Seconds;
}

/** Clients and secrets of which a use waits at most: about 20 MB. */
const defaultBound = 100_000;

/** Uses in one unit: it holds the writer for some milliseconds, and registrations come in between. */
const usesPerUnit = 250;

const retryAfter = 5;

/** Gathers uses until they are flushed. */
export class ClientUses {
  readonly #store: Writer;
  readonly #bound: number;
  #waiting = new Map<string, ClientUse>();
  #flushed: Promise<void> = Promise.resolve();

  constructor(store: Writer, bound = defaultBound) {
    this.#store = store;
    this.#bound = bound;
  }

  /** Takes all, or throws overloaded and takes none. */
  take(uses: readonly ClientUse[]): void {
    const fresh = new Set(uses.map(keyOf).filter((key) => !this.#waiting.has(key)));
    if (this.#waiting.size + fresh.size > this.#bound) throw new RegistryError("overloaded", "too many uses wait to be written", { retryAfter });
    for (const use of uses) this.#keep(use);
  }

  /** Takes a use that nobody waits for: without room it is let go. */
  note(use: ClientUse): void {
    if (this.#waiting.size < this.#bound || this.#waiting.has(keyOf(use))) this.#keep(use);
  }

  /** Writes what has been gathered, after a flush that is under way. Rejects when the store does not write; what it did not take is kept. */
  flush(): Promise<void> {
    return (this.#flushed = this.#flushed.then(
      () => this.#write(),
      () => this.#write(),
    ));
  }

  async #write(): Promise<void> {
    const uses = [...this.#waiting.values()];
    this.#waiting = new Map();
    for (let from = 0; from < uses.length; from += usesPerUnit) {
      try {
        // One after the other: all at once would fill the writer's queue.
        await this.#store.commit(uses.slice(from, from + usesPerUnit).map(recordOf));
      } catch (error) {
        // Whatever came meanwhile: what was let in once is not thrown out.
        for (const use of uses.slice(from)) this.#keep(use);
        throw error;
      }
    }
  }

  #keep(use: ClientUse): void {
    const key = keyOf(use);
    const waiting = this.#waiting.get(key);
    if (waiting === undefined || waiting.at < use.at) this.#waiting.set(key, use);
  }
}

// No realm and no label holds a NUL that could make two keys meet: a client id that does names no client.
const keyOf = ({ realm, clientId, secretLabel }: ClientUse) => `${realm}\0${clientId}\0${secretLabel}`;

const recordOf = (use: ClientUse): Change => ({ kind: "record_use", ...use });
