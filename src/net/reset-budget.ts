/**
 * How many streams a session may leave unfinished (CVE-2023-44487, CVE-2025-8671): a bucket that starts full. Resets by either side
 * count, as a peer can provoke ours. Node 20 accepts `streamResetBurst` and ignores it.
 */
export class ResetBudget {
  readonly #burst: number;
  readonly #perMs: number;
  readonly #nowMs: () => number;
  #left: number;
  #countedAtMs: number;

  constructor(options: { streamResetBurst: number; streamResetsPerSecond: number; nowMs: () => number }) {
    this.#burst = options.streamResetBurst;
    this.#perMs = options.streamResetsPerSecond / 1000;
    this.#nowMs = options.nowMs;
    this.#left = options.streamResetBurst;
    this.#countedAtMs = options.nowMs();
  }

  /** Takes one; false when there is none left. */
  spend(): boolean {
    const nowMs = this.#nowMs();
    this.#left = Math.min(this.#burst, this.#left + (nowMs - this.#countedAtMs) * this.#perMs);
    this.#countedAtMs = nowMs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
