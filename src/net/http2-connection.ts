import { constants, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import type { BodyDeadlines } from "./body-deadlines.js";
import { connectionAge, later, type Connection } from "./connection.js";
import type { ServerLimits } from "./limits.js";
import { presentedInVain } from "./peer-certificate.js";
import { ResetBudget } from "./reset-budget.js";

export interface Http2ConnectionOptions {
  socket: Socket;
  limits: ServerLimits;
  bodyDeadlines: BodyDeadlines;
  nowMs: () => number;
  random: () => number;
  /** Counts over all connections. */
  requests: { open: number };
  /** Told when the peer is cut off for what it does. */
  onAbuse: (reason: "too-many-resets") => void;
}

/** One HTTP/2 session: counts its requests and resets, and retires by GOAWAY. */
export class Http2Connection implements Connection {
  readonly presentedInVain: boolean;
  readonly #session: ServerHttp2Session;
  readonly #options: Http2ConnectionOptions;
  readonly #resets: ResetBudget;
  readonly #timers: NodeJS.Timeout[];
  readonly #onStreamClose: (this: ServerHttp2Stream) => void;
  #open = 0;
  #abused = false;

  constructor(session: ServerHttp2Session, options: Http2ConnectionOptions) {
    const { limits } = options;
    this.#session = session;
    this.#options = options;
    this.presentedInVain = presentedInVain(options.socket);
    this.#resets = new ResetBudget({ ...limits, nowMs: options.nowMs });
    this.#timers = [later(connectionAge(limits, options.random), () => this.retire())];
    // One function for all streams of the session: the stream is `this`.
    const connection = this;
    this.#onStreamClose = function () {
      connection.#streamClosed(this);
    };
  }

  get open(): number {
    return this.#open;
  }

  /** Counts a request in; false when it must not be served. */
  begin(stream: ServerHttp2Stream): boolean {
    const { bodyDeadlines } = this.#options;
    if (this.#session.destroyed || this.#abused) return false;
    this.#open += 1;
    this.#options.requests.open += 1;
    stream.once("close", this.#onStreamClose);
    if (!stream.endAfterHeaders) bodyDeadlines.begin(stream);
    return true;
  }

  /**
   * GOAWAY with the last request that was taken: what the client has sent beyond it is safe to repeat (RFC 9113 section 6.8).
   * The gentler form in two steps is out of reach: after any GOAWAY of Node's, nghttp2 ignores new streams without telling.
   */
  retire(): void {
    if (this.#session.closed || this.#session.destroyed) return;
    this.#timers.push(later(this.#options.limits.retirementGraceMs, () => this.destroy()));
    this.#session.close();
  }

  destroy(): void {
    this.#session.destroy();
    // A session that was closed waits for the peer to close the socket.
    this.#options.socket.destroy();
  }

  /** The session is gone: let go of its timers. */
  closed(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #streamClosed(stream: ServerHttp2Stream): void {
    const { bodyDeadlines, requests } = this.#options;
    this.#open -= 1;
    requests.open -= 1;
    if (!stream.endAfterHeaders) bodyDeadlines.end(stream);
    // `aborted` as well: a reset may carry the code 0.
    const unfinished = stream.rstCode !== constants.NGHTTP2_NO_ERROR || stream.aborted;
    if (unfinished && !this.#session.destroyed && !this.#resets.spend()) {
      if (this.#abused) return;
      this.#abused = true;
      this.#options.onAbuse("too-many-resets");
      // Never inside a stream's 'close': the session then resets its other streams while nghttp2 asks them for data, and never returns.
      setImmediate(() => this.#session.destroy(new Error("too many resets"), constants.NGHTTP2_ENHANCE_YOUR_CALM));
    }
  }
}
