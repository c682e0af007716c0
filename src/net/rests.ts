import { later } from "./connection.js";

export interface RestOptions {
  limits: { restMs: number; maxWaitingRequests: number };
  random: () => number;
}

/**
 * Connections that rest: what comes on them is looked at when their rest is over, all at once, and costs next to nothing until then. Their
 * peers wait as they were told to, or are held to it.
 */
export class Rests {
  readonly #options: RestOptions;
  readonly #waiting = new Map<object, (() => void)[]>();
  #requests = 0;

  constructor(options: RestOptions) {
    this.#options = options;
  }

  /** Connections. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Requests that wait, on all connections. */
  get requests(): number {
    return this.#requests;
  }

  /** Has the connection rest from now on; one that rests already does so no longer than it would have. */
  begin(connection: object): void {
    if (this.#waiting.has(connection)) return;
    this.#waiting.set(connection, []);
    // A half either way, so that those that came together do not come back together.
    later(this.#options.limits.restMs * (0.5 + this.#options.random()), () => this.end(connection));
  }

  /** Keeps a request for later, by what then serves it. */
  hold(connection: object, serve: () => void): "not resting" | "waits" | "too many" {
    const waiting = this.#waiting.get(connection);
    if (waiting === undefined) return "not resting";
    if (waiting.length >= this.#options.limits.maxWaitingRequests) return "too many";
    waiting.push(serve);
    this.#requests += 1;
    return "waits";
  }

  /** Lets go of a request that was given up while it waited; nothing of one that waits no more. */
  drop(connection: object, serve: () => void): void {
    const waiting = this.#waiting.get(connection);
    const at = waiting?.indexOf(serve) ?? -1;
    if (at < 0) return;
    waiting!.splice(at, 1);
    this.#requests -= 1;
  }

  /** Lets go of all that waits on a connection that is gone. */
  forget(connection: object): void {
    const waiting = this.#waiting.get(connection);
    if (waiting === undefined) return;
    this.#requests -= waiting.length;
    this.#waiting.delete(connection);
  }

  /** Ends a rest early, or does nothing. */
  end(connection: object): void {
    const waiting = this.#waiting.get(connection);
    if (waiting === undefined) return;
    this.#waiting.delete(connection);
    this.#requests -= waiting.length;
    for (const serve of waiting) serve();
  }
}
