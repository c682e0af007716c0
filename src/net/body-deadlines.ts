import type { ServerHttp2Stream } from "node:http2";

/**
 * Bounds how long an HTTP/2 request may take to send its body, as Node does for HTTP/1.1 only. One sweep over the streams, oldest
 * first, instead of a timer each: a request costs one insertion and one removal. A bidirectional call is bounded by it as well.
 */
export class BodyDeadlines {
  readonly #sweepsAllowed: number;
  readonly #late: (stream: ServerHttp2Stream) => void;
  readonly #began = new Map<ServerHttp2Stream, number>();
  #sweeps = 0;

  constructor(options: { requestTimeoutMs: number; sweepIntervalMs: number; late: (stream: ServerHttp2Stream) => void }) {
    this.#sweepsAllowed = Math.max(1, Math.ceil(options.requestTimeoutMs / options.sweepIntervalMs));
    this.#late = options.late;
  }

  begin(stream: ServerHttp2Stream): void {
    this.#began.set(stream, this.#sweeps);
  }

  end(stream: ServerHttp2Stream): void {
    this.#began.delete(stream);
  }

  /** To be called at the sweep interval. */
  sweep(): void {
    this.#sweeps += 1;
    for (const [stream, began] of this.#began) {
      if (this.#sweeps - began <= this.#sweepsAllowed) return;
      this.#began.delete(stream);
      // A long answer to a complete request is the handler's affair.
      if (!stream.destroyed && stream.state.remoteClose !== 1) this.#late(stream);
    }
  }
}
