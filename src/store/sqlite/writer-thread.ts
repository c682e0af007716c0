// The one thread that writes. It has no event loop: it sleeps on a shared counter, takes what has queued, commits it as one transaction
// and answers after the sync.

import { dirname } from "node:path";
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import type Database from "better-sqlite3";
import type { Change } from "../../domain/ports.js";
import { StoreOpenError } from "../store-open-error.js";
import { createApplier } from "./apply.js";
import { createCommitBatch } from "./batch.js";
import type { CommitBatch } from "./batch.js";
import { checkpointAll, checkpointWhenDue } from "./checkpoint.js";
import { assertDurable, openWriter } from "./database.js";
import { syncDirectory } from "./file-checks.js";
import { classify, sqliteCode } from "./failures.js";
import type { Failure } from "./failures.js";
import { resultCode } from "./messages.js";
import type { WriterReply, WriterRequest, WriterStart } from "./messages.js";
import { migrate } from "./migrate.js";
import { createProbe } from "./probe.js";
import { createPurge } from "./purge.js";
import { Unpacker } from "./unpack.js";

/** Units in one transaction at most: it bounds how long the first of them waits, and beyond it a sync is already shared well. */
const largestBatch = 256;

/** How often a full disk is tried when nobody writes. */
const probeMs = 1000;

type State = "writing" | "full" | "stopped";

class WriterThread {
  readonly #port: MessagePort;
  readonly #start: WriterStart;
  readonly #signal: Int32Array;
  readonly #database: Database.Database;
  readonly #commit: CommitBatch;
  readonly #probe: () => void;
  readonly #waiting: Change[][] = [];
  #state: State = "writing";
  #stopCause = "";

  constructor(port: MessagePort, start: WriterStart) {
    this.#port = port;
    this.#start = start;
    this.#signal = new Int32Array(start.signal);
    const { file } = start.settings;
    this.#database = openWriter(start.settings);
    migrate(this.#database, file, start.createdBy);
    assertDurable(this.#database, start.settings);
    // The first write has made the WAL. SQLite syncs its directory entry too, and swallows a failure.
    syncDirectory(dirname(file));
    const isUnitFault = (error: unknown): boolean => classify(error, file) === "unit";
    this.#commit = createCommitBatch(this.#database, createApplier(this.#database), isUnitFault, createPurge(this.#database));
    this.#probe = createProbe(this.#database);
  }

  run(): void {
    for (;;) {
      const seen = Atomics.load(this.#signal, 0);
      const closing = this.#receive();
      while (this.#waiting.length > 0) {
        this.#commitNext(this.#waiting.splice(0, largestBatch));
        // What arrived during the sync joins the next batch.
        if (!closing && this.#receive()) return this.#finish();
      }
      if (closing) return this.#finish();
      const outcome = Atomics.wait(this.#signal, 0, seen, this.#state === "full" ? probeMs : undefined);
      if (outcome === "timed-out") this.#tryAgain();
    }
  }

  /** Takes all messages; true when one of them asks to close. */
  #receive(): boolean {
    for (;;) {
      const received = receiveMessageOnPort(this.#port) as { message: WriterRequest } | undefined;
      if (received === undefined) return false;
      if (received.message === "close") return true;
      const unpacker = new Unpacker(received.message);
      for (let left = received.message.units; left > 0; left -= 1) this.#waiting.push(unpacker.unit());
    }
  }

  #commitNext(units: readonly Change[][]): void {
    if (this.#state === "stopped") return this.#reply({ kind: "failed", units: units.length, failure: "fatal", cause: this.#stopCause });
    try {
      const results = this.#commit(units);
      const faults = results.flatMap((result) => ("fault" in result ? [String(result.fault)] : []));
      this.#state = "writing";
      this.#reply({ kind: "batch", results: results.map(resultCode), faults });
    } catch (error) {
      return this.#fail(error, units.length);
    }
    this.#checkpoint();
  }

  /** Between batches: its units are answered, so a failure here concerns the next ones. */
  #checkpoint(): void {
    try {
      checkpointWhenDue(this.#database);
    } catch (error) {
      // No space for the database to grow: the WAL keeps what is committed, and the next checkpoint tries again.
      if (classify(error, this.#start.settings.file) !== "full") this.#fail(error, 0);
    }
  }

  #fail(error: unknown, units: number): void {
    const classified = classify(error, this.#start.settings.file);
    const failure: Exclude<Failure, "unit"> = classified === "unit" ? "fatal" : classified;
    const cause = `${sqliteCode(error) ?? "error"}: ${error instanceof Error ? error.message : String(error)}`;
    if (failure === "full") this.#state = "full";
    if (failure === "fatal") {
      this.#state = "stopped";
      this.#stopCause = cause;
    }
    this.#reply({ kind: "failed", units, failure, cause });
  }

  #tryAgain(): void {
    try {
      this.#probe();
    } catch (error) {
      if (classify(error, this.#start.settings.file) !== "full") this.#fail(error, 0);
      return;
    }
    this.#state = "writing";
    this.#reply({ kind: "recovered" });
  }

  #finish(): void {
    while (this.#waiting.length > 0) this.#commitNext(this.#waiting.splice(0, largestBatch));
    try {
      // After a failed sync the file is left as it is, for the next start to judge.
      if (this.#state !== "stopped") checkpointAll(this.#database);
    } catch {
      // The WAL keeps what is committed; the next start reads it.
    }
    this.#database.close();
    this.#reply({ kind: "closed" });
  }

  #reply(reply: WriterReply): void {
    this.#port.postMessage(reply);
  }
}

function refusal(error: unknown, file: string): WriterReply {
  if (error instanceof StoreOpenError) return { kind: "refused", code: error.code, message: error.message };
  const text = `${sqliteCode(error) ?? "error"}: ${error instanceof Error ? error.message : String(error)}`;
  const damaged = ["SQLITE_CORRUPT", "SQLITE_NOTADB"].some((code) => sqliteCode(error)?.startsWith(code) === true);
  return damaged
    ? { kind: "refused", code: "corrupt", message: `${file} is damaged (${text}): restore it from a backup` }
    : { kind: "refused", code: "cannot_open", message: `${file} cannot be opened for writing (${text}): see to the disk and the rights on its directory` };
}

if (parentPort === null) throw new Error("this file runs as a worker thread");
const port = parentPort;
const start = workerData as WriterStart;
let thread: WriterThread | undefined;
try {
  thread = new WriterThread(port, start);
} catch (error) {
  port.postMessage(refusal(error, start.settings.file));
}
if (thread !== undefined) {
  port.postMessage({ kind: "ready" } satisfies WriterReply);
  thread.run();
}
