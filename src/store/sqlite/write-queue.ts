import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { RegistryError } from "../../domain/errors.js";
import type { Change, CommitResult } from "../../domain/ports.js";
import { CommitListeners } from "../commit-listeners.js";
import { StoreOpenError } from "../store-open-error.js";
import { failedPrecondition } from "./messages.js";
import type { WriterReply, WriterRequest, WriterStart } from "./messages.js";
import { threadFile } from "./thread-file.js";
import { Packer } from "./pack.js";

interface Waiting {
  readonly resolve: (result: CommitResult) => void;
  readonly reject: (error: RegistryError) => void;
}

/** Units for which the writer is woken before the turn of the event loop has ended. */
const worthWaking = 8;

/** Seconds after which a client may try again when the queue is full: it holds less than a second of work. */
const overloadedRetry = 1;

/** Seconds after which writing has resumed if space was found at once. */
const fullRetry = 5;

/** The main thread's end of the writer thread: sends units, keeps their promises. */
export class WriteQueue {
  readonly #worker: Worker;
  readonly #signal: Int32Array;
  readonly #limit: number;
  readonly #packer = new Packer();
  /** Hear of each batch that appended to the change log. */
  readonly listeners = new CommitListeners();
  /** Units that wait for an answer, in the order of the calls; the first `#answered` are done with. */
  #waiting: Waiting[] = [];
  #answered = 0;
  #flushScheduled = false;
  #writable = true;
  #stopped: string | undefined;
  #closed = false;
  #exited = false;
  #drained: (() => void) | undefined;

  private constructor(worker: Worker, signal: SharedArrayBuffer, limit: number) {
    this.#worker = worker;
    this.#signal = new Int32Array(signal);
    this.#limit = limit;
    worker.on("message", (reply: WriterReply) => this.#receive(reply));
    worker.on("error", (error) => this.#stop(`the writer thread ended: ${error.message}`));
    worker.on("exit", () => {
      this.#exited = true;
      this.#stop("the writer thread ended");
    });
  }

  /** Starts the writer thread, which opens the file; rejects with its StoreOpenError when it refuses. */
  static async open(start: Omit<WriterStart, "signal">, limit: number): Promise<WriteQueue> {
    const signal = new SharedArrayBuffer(4);
    const workerData: WriterStart = { ...start, signal };
    // No flags of the parent: a test runner's loaders have no business in this thread.
    const worker = new Worker(threadFile("writer-thread"), { workerData, execArgv: [] });
    const reply = await firstReply(worker);
    if (reply.kind === "refused") {
      await worker.terminate();
      throw new StoreOpenError(reply.code, reply.message);
    }
    return new WriteQueue(worker, signal, limit);
  }

  commit(unit: readonly Change[]): Promise<CommitResult> {
    if (this.#closed) return Promise.reject(unavailable("the store is closed"));
    if (this.#stopped !== undefined) return Promise.reject(stoppedError(this.#stopped));
    if (this.#waiting.length - this.#answered >= this.#limit) {
      const message = "too many writes are waiting";
      return Promise.reject(new RegistryError("overloaded", message, { retryAfter: overloadedRetry }));
    }
    return new Promise((resolve, reject) => {
      try {
        this.#packer.add(unit);
      } catch (error) {
        return reject(RegistryError.from(error));
      }
      this.#waiting.push({ resolve, reject });
      this.#schedule();
    });
  }

  writable(): boolean {
    return this.#writable && !this.#closed;
  }

  /** Whether nothing will be written any more until a restart. */
  stopped(): boolean {
    return this.#stopped !== undefined;
  }

  /** Refuses new units; resolves when all that waited are answered. */
  async drain(): Promise<void> {
    this.#closed = true;
    this.#flush();
    if (this.#waiting.length > 0) await new Promise<void>((resolve) => (this.#drained = resolve));
  }

  /** Has the thread let go of the file; call `drain` first. */
  async close(): Promise<void> {
    if (this.#exited) return;
    const exited = once(this.#worker, "exit");
    this.#post("close");
    await exited;
  }

  #schedule(): void {
    // One turn can bring fifty requests: the writer begins with the first of them while this thread reads the rest.
    if (this.#packer.units >= worthWaking) return this.#flush();
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    setImmediate(() => {
      this.#flushScheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#packer.units === 0 || this.#exited) return;
    this.#post(this.#packer.take());
  }

  #post(request: WriterRequest): void {
    this.#worker.postMessage(request);
    Atomics.add(this.#signal, 0, 1);
    Atomics.notify(this.#signal, 0);
  }

  #receive(reply: WriterReply): void {
    switch (reply.kind) {
      case "batch":
        this.#writable = true;
        return this.#answer(reply.results, reply.faults);
      case "failed":
        this.#writable = reply.failure === "busy";
        if (reply.failure === "fatal") this.#stopped = reply.cause;
        return this.#refuse(reply.units, failureError(reply));
      case "recovered":
        this.#writable = true;
        return;
      case "ready":
      case "refused":
      case "closed":
        return;
    }
  }

  #answer(results: readonly number[], faults: readonly string[]): void {
    let fault = 0;
    let last = 0;
    for (const result of results) {
      const waiting = this.#next();
      if (result >= 0) {
        waiting.resolve({ committed: true, sequence: result });
        last = Math.max(last, result);
      } else if (result < 0) waiting.resolve({ committed: false, ...failedPrecondition(result) });
      else waiting.reject(RegistryError.from(new Error(faults[fault++])));
    }
    this.#compact();
    if (last > 0) this.listeners.tell(last);
  }

  #refuse(units: number, error: RegistryError): void {
    for (let left = units; left > 0; left -= 1) this.#next().reject(error);
    this.#compact();
  }

  #next(): Waiting {
    const waiting = this.#waiting[this.#answered];
    if (waiting === undefined) throw new RangeError("the writer thread answered a unit it was never sent");
    this.#answered += 1;
    return waiting;
  }

  #compact(): void {
    this.#waiting = this.#waiting.slice(this.#answered);
    this.#answered = 0;
    if (this.#waiting.length === 0) this.#drained?.();
  }

  #stop(cause: string): void {
    this.#stopped ??= cause;
    this.#writable = false;
    this.#refuse(this.#waiting.length - this.#answered, stoppedError(cause));
  }
}

/** A thread that cannot even start, as without its native module, is a refusal like any other. */
async function firstReply(worker: Worker): Promise<WriterReply> {
  try {
    const [reply] = (await once(worker, "message")) as [WriterReply];
    return reply;
  } catch (error) {
    throw new StoreOpenError("cannot_open", "the writer thread cannot start: run \"npm ci\" with the Node that runs the service", error);
  }
}

function failureError({ failure, cause }: Extract<WriterReply, { kind: "failed" }>): RegistryError {
  switch (failure) {
    case "full":
      return unavailable("the disk is full", { retryAfter: fullRetry, cause });
    case "busy":
      return unavailable("the store is busy", { retryAfter: overloadedRetry, cause });
    case "fatal":
      return stoppedError(cause);
  }
}

function stoppedError(cause: string): RegistryError {
  return unavailable("the store has stopped writing", { cause });
}

function unavailable(message: string, options: { retryAfter?: number; cause?: string } = {}): RegistryError {
  return new RegistryError("store_unavailable", message, options);
}
