import type { Surroundings } from "../stream-use-cases.js";
import type { Follower, Stretch } from "./change-tail.js";

/** Clients that wait for a reader. One with more to read goes back to the log, which holds them anyway. */
const mostWaiting = 1024;

/** What one watch has received and not sent yet, and its heartbeat. Its memory has a bound. */
export class Inbox implements Follower {
  readonly #around: Surroundings;
  readonly #heartbeatMs: number;
  readonly #wake = () => this.#awake?.();
  #stretches: Stretch[] = [];
  #clients = 0;
  #awake: (() => void) | undefined;
  #forget: (() => void) | undefined;
  /** Whether it has been silent for as long as it may. */
  isHeartbeatDue = false;
  /** Whether something was left out: what is here is to be sent, and then the log read. */
  hasMissed = false;
  error: unknown;

  constructor(around: Surroundings, heartbeatMs: number) {
    this.#around = around;
    this.#heartbeatMs = heartbeatMs;
    around.ended.addEventListener("abort", this.#wake);
    around.stopping.addEventListener("abort", this.#wake);
    this.spoke();
  }

  receive(stretch: Stretch): void {
    if (this.hasMissed) return;
    if (this.#clients + stretch.clients.length > mostWaiting) {
      this.hasMissed = true;
    } else {
      this.#stretches.push(stretch);
      this.#clients += stretch.clients.length;
    }
    this.#wake();
  }

  fail(error: unknown): void {
    this.error = error;
    this.#wake();
  }

  /** All that is there. */
  take(): readonly Stretch[] {
    const stretches = this.#stretches;
    this.#stretches = [];
    this.#clients = 0;
    return stretches;
  }

  /** Something was sent: the next heartbeat is a whole interval away. */
  spoke(): void {
    this.#forget?.();
    this.isHeartbeatDue = false;
    this.#forget = this.#around.after(this.#heartbeatMs, () => {
      this.isHeartbeatDue = true;
      this.#wake();
    });
  }

  /** Resolves when something has happened, or will not any more. */
  async wait(): Promise<void> {
    const { ended, stopping } = this.#around;
    if (this.#stretches.length > 0 || this.hasMissed || this.isHeartbeatDue || this.error !== undefined || ended.aborted || stopping.aborted) return;
    await new Promise<void>((resolve) => (this.#awake = resolve));
    this.#awake = undefined;
  }

  close(): void {
    this.#forget?.();
    this.#around.ended.removeEventListener("abort", this.#wake);
    this.#around.stopping.removeEventListener("abort", this.#wake);
  }
}
