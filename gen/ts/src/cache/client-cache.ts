/**
 * A copy of the registry's clients in this process, kept current by WatchClients: an authorization server looks clients up and authenticates
 * them by it, also while the registry is away.
 *
 * @module
 */

import { create, fromBinary, toBinary, type JsonObject, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, createClient, type Client as ConnectClient, type Transport } from "@connectrpc/connect";
import { ClientDirectoryService, ClientFilterSchema, WatchedClientSchema, type WatchedClient } from "../../matricula/v1/client_directory_service_pb.js";
import { ClientState, type Client } from "../../matricula/v1/client_pb.js";
import { ServiceError } from "../errors.js";
import { verdictOf } from "./asked-verdict.js";
import { CompactRecords } from "./compact-records.js";
import { clientIdOf, lifetimeOf, type KeptAnswer } from "./kept-records.js";
import { readCopy, writeCopy } from "./copy-file.js";
import type { Presented } from "./presented.js";
import { registrationJson } from "./registration-json.js";
import { SeenAssertions } from "./seen-assertions.js";
import { UseReports } from "./use-reports.js";
import { decide, knownExpiry, type Verdict } from "./verdicts.js";
import { watchLoop } from "./watch-loop.js";

export interface ClientCacheOptions {
  /** To the registry, such as the `transport` of `connect`; it must carry messages in binary form. Its certificate needs ROLE_VERIFIER, or ROLE_READER to look up alone. */
  readonly transport: Transport;
  /** The realm, "default" when omitted. */
  readonly realm?: string | undefined;
  /** Only clients that match; all when omitted. */
  readonly filter?: MessageInitShape<typeof ClientFilterSchema> | undefined;
  /** A file to start from while the registry is away. It is written every minute when something has changed, and by `close`, with mode 0600. */
  readonly file?: string | undefined;
  /** What a client assertion may name as its audience: the issuer and its token endpoint. */
  readonly audiences?: readonly string[] | undefined;
  /** Told when the registry cannot be reached, and when the file cannot be written. */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** Whether uses are reported to the registry; they are when omitted. */
  readonly reportUses?: boolean | undefined;
  /** Seconds since 1970-01-01T00:00:00Z; the system's clock when omitted. */
  readonly clock?: (() => number) | undefined;
}

/** What has happened to the copy. */
export type CacheEvent =
  | { readonly kind: "changed" | "removed"; readonly clientId: string }
  /** The copy has all that the registry has, or has lost sight of it. */
  | { readonly kind: "current" | "behind" };

export interface ClientCache extends AsyncDisposable {
  /** Resolves when the copy is complete, by a snapshot or by the file. Rejects when the registry refuses this caller, and there is no file. */
  readonly ready: Promise<void>;
  /** Whether all changes are here, as far as the registry has said. */
  readonly isCurrent: boolean;
  readonly size: number;
  /** Milliseconds since the registry last said that everything is here: some three thousand at most while it is reached. Infinity before. */
  lag(): number;
  /** The client as it is here, whatever its state. */
  get(clientId: string): Client | undefined;
  /** The same; a client that is not here is asked of the registry when that can be reached, as it may be seconds old. */
  find(clientId: string): Promise<Client | undefined>;
  /**
   * The information of a client that may be used, as RFC 7591 section 3.2.1 has it and without credentials; undefined for one that is unknown,
   * suspended or expired. Asks as `find` does, and of a client that may have been used elsewhere since it expired by what is known here; rejects
   * with ServiceError when that cannot be asked.
   */
  registration(clientId: string): Promise<JsonObject | undefined>;
  /** The verdict from what is here; "ask" when the registry must be asked. Reports no use, and uses no assertion up: it is no proof against replay. */
  decide(presented: Presented): Verdict | "ask";
  /**
   * The verdict, from what is here where that is enough, else from the registry. Rejects with ServiceError when the registry must be asked and
   * cannot be. A success is reported as a use.
   */
  authenticate(presented: Presented): Promise<Verdict>;
  /** Says that a client was used by other means. */
  reportUse(clientId: string, secretLabel?: string): void;
  /** Calls back after each change, until what it gives is called. The listener must not throw. */
  onChange(listener: (event: CacheEvent) => void): () => void;
  /** Writes the file, reports what is left to report, and ends. */
  close(): Promise<void>;
}

const reportMs = 10_000;
const saveMs = 60_000;
const lookUpMs = 1_000;
/** Clients that are not here and are asked for at once: a flood of unknown ids is not passed on. */
const mostLookedUp = 16;
/** A use at another server that is reported late brings a client back: it waits so long at most. */
const saidExpiredSeconds = 10;
const mostSaidExpired = 10_000;

/** Starts a copy. It is there at once and fills; wait for `ready`. */
export function createClientCache(options: ClientCacheOptions): ClientCache {
  return new WatchedCache(options);
}

class WatchedCache implements ClientCache {
  readonly ready: Promise<void>;
  readonly #directory: ConnectClient<typeof ClientDirectoryService>;
  readonly #options: ClientCacheOptions;
  readonly #realm: string;
  readonly #now: () => number;
  #records = new CompactRecords();
  /** When clients were used here that expire when they are not. */
  readonly #lastUses = new Map<string, number>();
  /** Until when the service's word holds that they have expired: a flood of their names is not passed on. */
  readonly #saidExpired = new Map<string, number>();
  readonly #listeners = new Set<(event: CacheEvent) => void>();
  readonly #uses: UseReports | undefined;
  readonly #closing = new AbortController();
  readonly #watching: Promise<void>;
  readonly #seen = new SeenAssertions();
  readonly #saving: NodeJS.Timeout | undefined;
  #settle!: { resolve: () => void; reject: (error: unknown) => void };
  #generation = 1;
  #lookedUp = 0;
  #isCurrent = false;
  #isInSnapshot = false;
  #lastHeard = -Infinity;
  #resumeToken = "";
  #isSaved = true;
  #saved: Promise<void> = Promise.resolve();

  constructor(options: ClientCacheOptions) {
    this.#options = options;
    this.#realm = options.realm ?? "default";
    this.#now = options.clock ?? (() => Math.floor(Date.now() / 1000));
    this.#directory = createClient(ClientDirectoryService, options.transport);
    this.ready = new Promise<void>((resolve, reject) => (this.#settle = { resolve, reject }));
    // Who does not wait for it is told by onError.
    this.ready.catch(() => {});
    if (options.reportUses !== false) this.#uses = new UseReports(this.#directory, this.#realm, reportMs);
    if (options.file !== undefined) this.#saving = setInterval(() => void this.#save(), saveMs).unref();
    this.#watching = this.#run();
  }

  get isCurrent(): boolean {
    return this.#isCurrent;
  }

  get size(): number {
    return this.#records.size;
  }

  lag(): number {
    return performance.now() - this.#lastHeard;
  }

  get(clientId: string): Client | undefined {
    return this.#watched(clientId)?.client;
  }

  async find(clientId: string): Promise<Client | undefined> {
    const here = this.get(clientId);
    if (here !== undefined || !this.#mayLookUp()) return here;
    this.#lookedUp += 1;
    try {
      return await this.#askFor(clientId);
    } catch (error) {
      this.#options.onError?.(error);
      return undefined;
    } finally {
      this.#lookedUp -= 1;
    }
  }

  async registration(clientId: string): Promise<JsonObject | undefined> {
    const watched = this.#watched(clientId);
    const mayLiveOn = watched !== undefined && (knownExpiry(watched) ?? Infinity) <= this.#now();
    if (mayLiveOn && this.#isSaidExpired(clientId)) return undefined;
    const client = mayLiveOn ? await this.#askFor(clientId) : await this.find(clientId);
    const isExpired = (client?.expiresAt ?? Infinity) <= this.#now();
    if (mayLiveOn && isExpired) this.#noteExpired(clientId);
    return client?.state === ClientState.ACTIVE && !isExpired ? registrationJson(client) : undefined;
  }

  decide(presented: Presented): Verdict | "ask" {
    return this.#decide(presented, "wouldBeFirst").verdict;
  }

  async authenticate(presented: Presented): Promise<Verdict> {
    const { verdict, mayHaveExpired } = this.#decide(presented, "isFirst");
    if (verdict === "ask") return this.#ask(presented, mayHaveExpired);
    // One that is seconds old may not have arrived.
    if (verdict.outcome === "invalid_client" && verdict.reason === "UNKNOWN" && this.#mayLookUp()) return this.#ask(presented).catch(() => verdict);
    if (verdict.outcome === "authenticated") this.reportUse(verdict.client.clientId!, verdict.method.startsWith("client_secret_") ? verdict.credential : "");
    return verdict;
  }

  reportUse(clientId: string, secretLabel = ""): void {
    if (this.#uses === undefined) return;
    this.#uses.add(clientId, this.#now(), secretLabel);
    this.#noteUse(clientId, this.#now());
  }

  onChange(listener: (event: CacheEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearInterval(this.#saving);
    await this.#watching;
    // Not worth a file each minute, and yet not lost.
    if (this.#lastUses.size > 0) this.#isSaved = false;
    await this.#save();
    await this.#uses?.close();
    this.#settle.reject(new Error("the cache was closed before it was complete"));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #watched(clientId: string): WatchedClient | undefined {
    const record = this.#records.get(clientId);
    if (record === undefined) return undefined;
    const watched = fromBinary(WatchedClientSchema, record);
    const lastUse = this.#lastUses.get(clientId);
    if (lastUse !== undefined && lastUse > (watched.client!.lastUsedAt ?? 0)) watched.client!.lastUsedAt = lastUse;
    return watched;
  }

  /** With the client that has expired unless the registry knows better; undefined where that is not the question. */
  #decide(presented: Presented, first: "isFirst" | "wouldBeFirst"): { readonly verdict: Verdict | "ask"; readonly mayHaveExpired: string | undefined } {
    const now = this.#now();
    let mayHaveExpired: string | undefined;
    const verdict = decide(presented, (clientId) => this.#watched(clientId), {
      realm: this.#realm,
      now,
      audiences: [...(this.#options.audiences ?? []), ...(presented.endpoint === undefined || presented.endpoint === "" ? [] : [presented.endpoint])],
      isFirst: (clientId, jti, expiresAt) => this.#seen[first](clientId, jti, expiresAt, now),
      isSaidExpired: (clientId) => this.#isSaidExpired((mayHaveExpired = clientId)),
    });
    return { verdict, mayHaveExpired };
  }

  /** Of a client that expires when it is not used a use is kept: no change tells of it. */
  #noteUse(clientId: string, at: number): void {
    const record = this.#records.get(clientId);
    if (record === undefined || lifetimeOf(record) === 0 || at <= (this.#lastUses.get(clientId) ?? 0)) return;
    this.#lastUses.set(clientId, at);
  }

  #noteExpired(clientId: string): void {
    if (this.#saidExpired.size >= mostSaidExpired) this.#saidExpired.clear();
    this.#saidExpired.set(clientId, this.#now() + saidExpiredSeconds);
  }

  #isSaidExpired(clientId: string): boolean {
    return (this.#saidExpired.get(clientId) ?? 0) > this.#now();
  }

  /** The client as the registry has it; undefined when it has none. Rejects with ServiceError. */
  async #askFor(clientId: string): Promise<Client | undefined> {
    try {
      const { client } = await this.#directory.getClient({ realm: this.#realm, clientId }, { timeoutMs: lookUpMs });
      if (client?.lastUsedAt !== undefined) this.#noteUse(clientId, client.lastUsedAt);
      return client;
    } catch (error) {
      if (error instanceof ServiceError && error.code === Code.NotFound) return undefined;
      throw error;
    }
  }

  /** Whether the registry is asked for a client that is not here; with a filter, it may be there and not wanted. */
  #mayLookUp(): boolean {
    return this.#isCurrent && this.#lookedUp < mostLookedUp && this.#options.filter === undefined;
  }

  async #ask(presented: Presented, mayHaveExpired?: string): Promise<Verdict> {
    this.#lookedUp += 1;
    try {
      const verdict = verdictOf(await this.#directory.authenticateClient({ ...presented, realm: this.#realm }));
      // It has noted the use itself.
      if (verdict.outcome === "authenticated") this.#noteUse(verdict.client.clientId!, this.#now());
      else if (verdict.reason === "EXPIRED" && mayHaveExpired !== undefined) this.#noteExpired(mayHaveExpired);
      return verdict;
    } finally {
      this.#lookedUp -= 1;
    }
  }

  async #run(): Promise<void> {
    await this.#load();
    const { filter } = this.#options;
    await watchLoop({
      transport: this.#options.transport, realm: this.#realm, filter, resumeToken: this.#resumeToken, signal: this.#closing.signal,
      begins: () => {
        this.#generation += 1;
        this.#isInSnapshot = true;
      },
      heard: (answer) => this.#heard(answer),
      lost: (error) => {
        this.#tellWhether(false);
        if (error.code === Code.PermissionDenied || error.code === Code.Unauthenticated || error.code === Code.InvalidArgument) this.#settle.reject(error);
        this.#options.onError?.(error);
      },
    });
  }

  #heard({ event, resumeToken }: KeptAnswer): void {
    switch (event.case) {
      case "client":
        this.#changed(event.value);
        break;
      case "clients":
        for (const record of event.value.clients) this.#changed(record);
        break;
      case "removed":
        if (this.#records.delete(event.value.clientId)) this.#removed(event.value.clientId);
        break;
      case "snapshotEnd":
        this.#isInSnapshot = false;
        for (const clientId of this.#records.keepOnly(this.#generation)) this.#removed(clientId);
        this.#isSaved = false;
        this.#settle.resolve();
        break;
      case "heartbeat":
        this.#lastHeard = performance.now();
        if (!this.#isInSnapshot) this.#tellWhether(true);
        break;
      case undefined:
        break; // Of a newer service.
    }
    this.#resumeToken = resumeToken;
    if (this.#isCurrent) this.#lastHeard = performance.now();
  }

  #changed(record: Uint8Array): void {
    const clientId = clientIdOf(record);
    this.#records.set(clientId, record, this.#generation);
    this.#saidExpired.delete(clientId);
    this.#isSaved = false;
    this.#tell({ kind: "changed", clientId });
  }

  #removed(clientId: string): void {
    this.#lastUses.delete(clientId);
    this.#isSaved = false;
    this.#tell({ kind: "removed", clientId });
  }

  #tellWhether(isCurrent: boolean): void {
    if (isCurrent === this.#isCurrent) return;
    this.#isCurrent = isCurrent;
    this.#tell({ kind: isCurrent ? "current" : "behind" });
  }

  #tell(event: CacheEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  get #filterText(): string {
    return JSON.stringify(this.#options.filter === undefined ? null : create(ClientFilterSchema, this.#options.filter));
  }

  async #load(): Promise<void> {
    const { file, onError } = this.#options;
    if (file === undefined) return;
    try {
      // Apart, until the whole file has held.
      const records = new CompactRecords();
      const head = await readCopy(file, { realm: this.#realm, filter: this.#filterText }, (clientId, record) => records.set(clientId, record, this.#generation));
      if (head === undefined) return;
      this.#records = records;
      this.#resumeToken = head.resumeToken;
      this.#settle.resolve();
    } catch (error) {
      onError?.(error);
    }
  }

  /** One after the other. Never rejects. */
  #save(): Promise<void> {
    const { file, onError } = this.#options;
    if (file === undefined) return Promise.resolve();
    return (this.#saved = this.#saved.then(async () => {
      // In a snapshot the copy is not whole, and would not be with the rest of it.
      if (this.#isSaved || this.#isInSnapshot || this.#resumeToken === "") return;
      this.#isSaved = true;
      try {
        await writeCopy(file, { realm: this.#realm, filter: this.#filterText, resumeToken: this.#resumeToken }, this.#all());
      } catch (error) {
        this.#isSaved = false;
        onError?.(error);
      }
    }));
  }

  *#all(): Generator<readonly [string, Uint8Array]> {
    for (const clientId of this.#records.keys()) {
      const record = this.#records.get(clientId)!;
      const lastUsedAt = this.#lastUses.get(clientId);
      // Of a message in two parts the second one's members hold.
      yield [clientId, lastUsedAt === undefined ? record : Buffer.concat([record, toBinary(WatchedClientSchema, create(WatchedClientSchema, { client: { lastUsedAt } }))])];
    }
  }
}
