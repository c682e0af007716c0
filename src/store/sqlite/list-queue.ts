import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { RegistryError } from "../../domain/errors.js";
import type { ClientChangeLister, ClientConditions, ClientLister, ClientQuery, ClientWithCredentials, InitialAccessTokenLister, InitialAccessTokenQuery } from "../../domain/ports.js";
import type { ReaderStart } from "./messages.js";
import type { Lists, ReaderReply, ReaderRequest } from "./reader-thread.js";
import { threadFile } from "./thread-file.js";
import { unpackClients } from "./unpack.js";

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: RegistryError) => void;
  readonly list: keyof Lists;
}

/**
 * How many of each may wait at once. A scan can take seconds on a large realm, and many of them take turns: more would only outlive their
 * callers. Pages and changes are read by every watch that begins, and after a restart all begin at once.
 */
const mostWaiting: Readonly<Record<keyof Lists, number>> = { clients: 256, clientCount: 64, initialAccessTokens: 64, clientChanges: 1024 };

/** The main thread's end of the reader thread. */
export class ListQueue implements ClientLister, InitialAccessTokenLister, ClientChangeLister {
  readonly #file: string;
  #worker: Worker | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #closed = false;

  constructor(file: string) {
    this.#file = file;
  }

  async list(query: ClientQuery, gone?: AbortSignal): Promise<readonly ClientWithCredentials[]> {
    return unpackClients(await this.#ask("clients", query, gone));
  }

  count(conditions: ClientConditions, gone?: AbortSignal): Promise<number> {
    return this.#ask("clientCount", conditions, gone);
  }

  listInitialAccessTokens(query: InitialAccessTokenQuery): Promise<Lists["initialAccessTokens"]["answer"]> {
    return this.#ask("initialAccessTokens", query);
  }

  changesAfter(realm: string, sequence: number, limit: number): Promise<Lists["clientChanges"]["answer"]> {
    return this.#ask("clientChanges", { realm, sequence, limit });
  }

  async #ask<Name extends keyof Lists>(list: Name, query: Lists[Name]["query"], gone?: AbortSignal): Promise<Lists[Name]["answer"]> {
    if (this.#closed) throw new RegistryError("store_unavailable", "the store is closed");
    if (gone?.aborted === true) throw abandoned();
    if (this.#countOf(list) >= mostWaiting[list]) throw new RegistryError("overloaded", "too many lists are waiting", { retryAfter: 1 });
    const id = ++this.#lastId;
    const leave = () => this.#abandon(id);
    gone?.addEventListener("abort", leave);
    try {
      return await new Promise<Lists[Name]["answer"]>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject, list });
        this.#post({ id, list, query } as ReaderRequest);
      });
    } finally {
      gone?.removeEventListener("abort", leave);
    }
  }

  /** The thread goes on to the end of a stretch at most. */
  #abandon(id: number): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    this.#worker?.postMessage({ abandoned: id } satisfies ReaderRequest);
    waiting?.reject(abandoned());
  }

  #countOf(list: keyof Lists): number {
    let count = 0;
    for (const waiting of this.#waiting.values()) if (waiting.list === list) count += 1;
    return count;
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#worker === undefined) return;
    const exited = once(this.#worker, "exit");
    this.#post("close");
    await exited;
  }

  #post(request: ReaderRequest): void {
    this.#worker ??= this.#begin();
    this.#worker.postMessage(request);
  }

  // With the first list: a process that never lists has no use for the thread and its cache.
  #begin(): Worker {
    const workerData: ReaderStart = { file: this.#file };
    const worker = new Worker(threadFile("reader-thread"), { workerData, execArgv: [] });
    worker.on("message", (reply: ReaderReply) => this.#receive(reply));
    worker.on("error", (error) => this.#stop(error));
    worker.on("exit", () => {
      this.#worker = undefined;
      this.#stop(undefined);
    });
    return worker;
  }

  #receive(reply: ReaderReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ("answer" in reply) waiting?.resolve(reply.answer as never);
    else waiting?.reject(new RegistryError("store_unavailable", "the store cannot be read", { cause: reply.failed }));
  }

  /** The next list starts a new thread. */
  #stop(cause: Error | undefined): void {
    for (const { reject } of this.#waiting.values()) {
      reject(new RegistryError("store_unavailable", "the reader thread ended", { cause }));
    }
    this.#waiting.clear();
  }
}

const abandoned = () => new RegistryError("deadline_exceeded", "nobody waits for this list any more");
