import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { connectionAge, later, type Connection } from "./connection.js";
import type { ServerLimits } from "./limits.js";
import { presentedInVain } from "./peer-certificate.js";

export interface Http1ConnectionOptions {
  limits: ServerLimits;
  random: () => number;
  /** Counts over all connections. */
  requests: { open: number };
  onAbuse: (reason: "too-many-pipelined") => void;
}

/** One HTTP/1.1 connection: counts its requests, and retires by `Connection: close` on the last answer. */
export class Http1Connection implements Connection {
  readonly presentedInVain: boolean;
  readonly #socket: Socket;
  readonly #options: Http1ConnectionOptions;
  readonly #timers: NodeJS.Timeout[];
  readonly #onResponseClose: () => void;
  #open = 0;
  #retiring = false;
  #gone = false;
  #lastAnswer: ServerResponse | undefined;
  #lastAnswerChosen = false;

  constructor(socket: Socket, options: Http1ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.presentedInVain = presentedInVain(socket);
    this.#timers = [later(connectionAge(options.limits, options.random), () => this.retire())];
    this.#onResponseClose = () => {
      if (this.#gone) return;
      this.#open -= 1;
      options.requests.open -= 1;
      // An answer whose headers were out before the retirement could not say `close`; the connection ends here all the same.
      if (this.#retiring && this.#open === 0) socket.end();
    };
  }

  get open(): number {
    return this.#open;
  }

  /** Counts a request in; false when it must not be served. */
  begin(response: ServerResponse): boolean {
    // Node closes after the answer that says `close`: what was pipelined behind it would be done and never answered.
    if (this.#lastAnswerChosen || this.#socket.destroyed) return false;
    this.#open += 1;
    this.#options.requests.open += 1;
    response.once("close", this.#onResponseClose);
    if (this.#open > this.#options.limits.maxStreams) {
      this.#options.onAbuse("too-many-pipelined");
      this.destroy();
      return false;
    }
    this.#lastAnswer = response;
    if (this.#retiring) this.#sayClose();
    return true;
  }

  retire(): void {
    if (this.#retiring) return;
    this.#retiring = true;
    if (this.#open === 0) {
      this.#socket.end();
    } else {
      this.#sayClose();
    }
    this.#timers.push(later(this.#options.limits.retirementGraceMs, () => this.destroy()));
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** The socket is gone: let go of its timers, and count out what it leaves, as an answer that was queued behind another never says 'close'. */
  closed(): void {
    this.#gone = true;
    this.#options.requests.open -= this.#open;
    this.#open = 0;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #sayClose(): void {
    if (this.#lastAnswer === undefined || this.#lastAnswer.headersSent) return;
    this.#lastAnswer.shouldKeepAlive = false;
    this.#lastAnswerChosen = true;
  }
}
