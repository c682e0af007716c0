// WatchClients: a snapshot when it is asked for, then every change as it happens. docs/watch.md tells readers what they may rely on.

import type { WatchClientsRequest, WatchClientsResponse } from "../../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { Role } from "../../../gen/ts/matricula/v1/options_pb.js";
import { RegistryError } from "../../domain/errors.js";
import type { ClientWithCredentials } from "../../domain/ports.js";
import type { Call } from "../call.js";
import { demandRole } from "../caller.js";
import { lifetimesMark } from "../client-expiry.js";
import { demandRealm, type Realm, type Registry } from "../registry.js";
import type { RunStream, Surroundings } from "../stream-use-cases.js";
import { createClientEvents, heartbeat, putTogether, type ClientEvents, type Said, type WatchEvent } from "./answers.js";
import { byClient, changedClient, createChangeTail, previousOf, type ChangedClient, type ChangeTail, type Stretch } from "./change-tail.js";
import { Inbox } from "./inbox.js";
import { chainBytes, expired, resumeTokens, type Position, type ResumeTokens } from "./resume-token.js";
import { watchConditions, type WatchConditions } from "./watch-conditions.js";

type Batch = readonly WatchClientsResponse[];

/** Answers, and where they lead to. */
interface Step {
  readonly batch: Batch;
  readonly position: Position;
}

/** Clients of a snapshot that are read at once, and sent at once. */
const pageClients = 200;
/** Rows of the log that are read at once. */
const pageRows = 500;
const defaultHeartbeat = 10;
const longestHeartbeat = 20;

/** Makes the use case: its watches share the reading of the log. */
export function createWatchClients(registry: Registry): RunStream<WatchClientsRequest, WatchClientsResponse> {
  const shared: Shared = { tail: createChangeTail(registry.store), events: createClientEvents(registry), steps: new WeakMap() };
  return async function* watchClients(call, request, around) {
    demandRole(call.caller, call.method);
    if (request.heartbeatInterval > longestHeartbeat) throw new RegistryError("invalid_request", `heartbeat_interval is at most ${longestHeartbeat} seconds`);
    const heartbeatMs = (request.heartbeatInterval || defaultHeartbeat) * 1000;
    const inbox = new Inbox(around, heartbeatMs);
    try {
      yield* new Watch(registry, shared, call, request, around, inbox).run();
    } finally {
      inbox.close();
    }
  };
}

/** What the watches of one registry share. */
interface Shared {
  readonly tail: ChangeTail;
  readonly events: ClientEvents;
  /** What a stretch is for each kind of watch: many have the same conditions and are at the same place. */
  readonly steps: WeakMap<Stretch, Map<string, Step>>;
}

/** One watch. */
class Watch {
  readonly #registry: Registry;
  readonly #shared: Shared;
  readonly #around: Surroundings;
  readonly #inbox: Inbox;
  readonly #realm: string;
  readonly #watched: WatchConditions;
  readonly #withDigests: boolean;
  readonly #together: boolean;
  /** How long clients live by their policies: no change of theirs tells of another time. */
  readonly #lifetimes: string;
  /** The realm, as it was when that was last looked at. */
  #looked: Realm;
  /** What its tokens are bound to, and what it has in common with other watches. */
  readonly #bound: string;
  readonly #tokens: ResumeTokens;
  #position: Position;

  constructor(registry: Registry, shared: Shared, call: Call, request: WatchClientsRequest, around: Surroundings, inbox: Inbox) {
    this.#registry = registry;
    this.#shared = shared;
    this.#around = around;
    this.#inbox = inbox;
    this.#realm = call.realm.name;
    this.#watched = watchConditions(this.#realm, request.filter);
    this.#withDigests = call.caller.roles.has(Role.VERIFIER);
    this.#together = request.together;
    this.#lifetimes = lifetimesMark(call.realm);
    this.#looked = call.realm;
    this.#bound = JSON.stringify([this.#watched.conditions, this.#withDigests, this.#lifetimes]);
    this.#tokens = resumeTokens(registry.keys, this.#bound);
    this.#position = request.resumeToken === "" ? this.#start(request.snapshot) : this.#resume(request.resumeToken);
  }

  async *run(): AsyncGenerator<Batch> {
    if (this.#position.snapshot !== undefined) yield* this.#snapshot();
    let leave: (() => void) | undefined;
    // Once it has everything its reader is told so, and where to go on.
    let isBehind = true;
    const { ended, stopping } = this.#around;
    try {
      while (!ended.aborted) {
        leave ??= yield* this.#catchUp();
        if (stopping.aborted) {
          yield this.#heartbeat();
          this.#stop();
        }
        if (this.#inbox.error !== undefined) throw this.#inbox.error;
        const { batch, position } = this.#received();
        if (batch.length > 0) {
          yield this.#said({ batch, position });
        } else if (position !== this.#position) {
          // Nothing of it is for this reader: the next heartbeat says how far the log was read.
          this.#position = position;
        } else if (this.#inbox.hasMissed) {
          leave?.();
          leave = undefined;
          isBehind = true;
          this.#inbox.hasMissed = false;
        } else if (isBehind || this.#inbox.isHeartbeatDue) {
          isBehind = false;
          yield this.#heartbeat();
        } else {
          await this.#inbox.wait();
        }
      }
    } finally {
      leave?.();
    }
  }

  /** The end of the log, noted before the first page is read: what changes meanwhile comes afterwards. */
  #start(snapshot: boolean): Position {
    return { log: this.#registry.store.changes.logEnd(), snapshot: snapshot ? { after: "", clients: 0 } : undefined };
  }

  #resume(token: string): Position {
    const position = this.#tokens.open(token);
    const chain = this.#registry.store.changes.chainAt(position.log.sequence);
    if (chain === undefined || !Buffer.from(position.log.chain).equals(chain.subarray(0, chainBytes))) {
      throw expired("resume_token is older than the change log, or of another one");
    }
    return position;
  }

  async *#snapshot(): AsyncGenerator<Batch> {
    let { after, clients } = this.#position.snapshot!;
    const { log } = this.#position;
    for (;;) {
      const page = yield* this.#waitFor(this.#registry.store.lister.list({ ...this.#watched.conditions, descending: false, after, limit: pageClients }, this.#around.ended));
      if (page === undefined || this.#around.ended.aborted) return;
      if (page.length === 0) break;
      after = page.at(-1)!.client.clientId;
      const said = page.map((found) => this.#present(found, 0));
      clients += said.filter(({ event }) => event.case === "client").length;
      yield this.#said(this.#step(this.#inAnswers(said), { log, snapshot: { after, clients } }));
      if (this.#around.stopping.aborted) this.#stop();
      if (page.length < pageClients) break;
    }
    yield this.#said(this.#step([{ case: "snapshotEnd", value: { $typeName: "matricula.v1.SnapshotEnd", clients } }], { log, snapshot: undefined }));
  }

  /** With heartbeats meanwhile: a filter may pass over millions before it has a page. Undefined when the watch has ended before. */
  async *#waitFor<Value>(reading: Promise<Value>): AsyncGenerator<Batch, Value | undefined> {
    let isRead = false;
    const read = reading.finally(() => (isRead = true));
    const { ended, stopping } = this.#around;
    while (!isRead && !ended.aborted && !stopping.aborted) {
      await Promise.race([read, this.#inbox.wait()]);
      if (!isRead && this.#inbox.isHeartbeatDue) yield this.#heartbeat();
    }
    if (!ended.aborted) return read;
    // It is given up as well, and nobody is told.
    read.catch(() => {});
    return undefined;
  }

  /** Reads the log up to where the tail is, and follows it from there. */
  async *#catchUp(): AsyncGenerator<Batch, (() => void) | undefined> {
    const { changes, clients, lister } = this.#registry.store;
    while (!this.#around.ended.aborted) {
      const leave = this.#shared.tail.follow(this.#position.log.sequence, this.#inbox);
      if (leave !== undefined) return leave;
      const { rows, end } = await lister.changesAfter(this.#realm, this.#position.log.sequence, pageRows);
      const changed = [...byClient(rows, ({ clientId }) => clientId).values()].map((own) => {
        const { clientId, at, sequence } = own.at(-1)!;
        // These rows come without records: the few that are asked for are read by key.
        const before = () => previousOf(own.flatMap((row) => changes.after(row.sequence - 1, 1)));
        return changedClient({ realm: this.#realm, clientId, at, sequence }, before, (realm, id) => clients.find(realm, id));
      });
      const position: Position = { log: { sequence: end, chain: changes.chainAt(end)! }, snapshot: undefined };
      const events = this.#eventsOf(changed);
      if (events.length > 0) yield this.#said(this.#step(events, position));
      else this.#position = position;
      if (this.#around.stopping.aborted) this.#stop();
      if (this.#inbox.isHeartbeatDue) yield this.#heartbeat();
    }
    return undefined;
  }

  /** What is to be said of all that was received since the last time, each client once. */
  #received(): Step {
    const stretches = this.#inbox.take();
    const [first] = stretches;
    if (first === undefined) return { batch: [], position: this.#position };
    if (stretches.length > 1 || first.begin !== this.#position.log.sequence) return this.#stepOver(stretches);
    let steps = this.#shared.steps.get(first);
    if (steps === undefined) this.#shared.steps.set(first, (steps = new Map()));
    const kind = `${this.#together} ${this.#bound}`;
    let step = steps.get(kind);
    if (step === undefined) steps.set(kind, (step = this.#stepOver(stretches)));
    return step;
  }

  #stepOver(stretches: readonly Stretch[]): Step {
    const { end } = stretches.at(-1)!;
    const from = this.#position.log.sequence;
    const changed = stretches.flatMap(({ clients }) => clients).filter(({ realm, sequence }) => realm === this.#realm && sequence > from);
    const events = this.#eventsOf([...byClient(changed, ({ clientId }) => clientId).values()].map(together));
    return this.#step(events, end.sequence > from ? { log: end, snapshot: undefined } : this.#position);
  }

  #eventsOf(changed: readonly ChangedClient[]): readonly WatchEvent[] {
    const said = changed.flatMap((one): Said[] => {
      const found = one.current();
      if (found === undefined) return [];
      if (this.#watched.matches(found.client)) return [this.#present(found, one.at)];
      return this.#watched.mayHaveMatched(found.client, one.before()) ? [{ event: this.#shared.events.removed(found), bytes: 0 }] : [];
    });
    return this.#inAnswers(said);
  }

  #inAnswers(said: readonly Said[]): readonly WatchEvent[] {
    return this.#together ? putTogether(said) : said.map(({ event }) => event);
  }

  #present(found: ClientWithCredentials, changedAt: number): Said {
    return { event: this.#shared.events.present(found, changedAt, this.#registry.clock.seconds(), this.#withDigests), bytes: found.client.record.length };
  }

  /**
   * The answers of events that lead to `position`. All but the last say where the watch is before: who goes on from there is told some of
   * them twice, and misses none.
   */
  #step(events: readonly WatchEvent[], position: Position): Step {
    const last = events.length - 1;
    const before = last > 0 ? this.#tokens.seal(this.#position) : "";
    const after = last >= 0 ? this.#tokens.seal(position) : "";
    return { batch: events.map((event, index) => ({ $typeName: "matricula.v1.WatchClientsResponse", resumeToken: index === last ? after : before, event })), position };
  }

  /** What is sent now: the watch is where it leads to. Throws resume_token_expired when policies give clients other lifetimes by now. */
  #said({ batch, position }: Step): Batch {
    const realm = demandRealm(this.#registry, this.#realm);
    if (realm !== this.#looked && lifetimesMark(realm) !== this.#lifetimes) throw expired("policies give clients other lifetimes by now");
    this.#looked = realm;
    this.#position = position;
    this.#inbox.spoke();
    return batch;
  }

  #heartbeat(): Batch {
    return this.#said(this.#step([heartbeat], this.#position));
  }

  /** Throws stopping. */
  #stop(): never {
    throw new RegistryError("stopping", "the service is stopping; go on from the last resume token at another instance", { retryAfter: 1 });
  }
}

/** Several changes of one client as one. */
function together(changes: readonly ChangedClient[]): ChangedClient {
  const last = changes.at(-1)!;
  return changes.length === 1 ? last : { ...last, before: () => changes.flatMap((one) => one.before()) };
}
