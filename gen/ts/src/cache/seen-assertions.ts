// Which assertions have come, so that each is taken once. When no more can be kept none is forgotten before its end: whoever has keys of its
// own could else make room for the assertion of another to come again.

/** Assertions on record, of which each has 255 characters at most beside its client. */
const defaultBound = 100_000;

export class SeenAssertions {
  readonly #bound: number;
  readonly #ends = new Map<string, number>();
  #sweptAt = -Infinity;

  constructor(bound = defaultBound) {
    this.#bound = bound;
  }

  /** Whether it comes for the first time; "ask" when that cannot be kept. Seconds. From then on it is on record. */
  isFirst(key: string, expiresAt: number, now: number): boolean | "ask" {
    const isFirst = this.wouldBeFirst(key, expiresAt, now);
    if (isFirst === true) this.#ends.set(key, expiresAt);
    return isFirst;
  }

  /** The same without putting it on record. */
  wouldBeFirst(key: string, _expiresAt: number, now: number): boolean | "ask" {
    if ((this.#ends.get(key) ?? -Infinity) > now) return false;
    if (this.#ends.size >= this.#bound) this.#sweep(now);
    return this.#ends.size >= this.#bound && !this.#ends.has(key) ? "ask" : true;
  }

  /** Forgets those that have ended, once a second at most. */
  #sweep(now: number): void {
    if (this.#sweptAt === now) return;
    this.#sweptAt = now;
    for (const [key, until] of this.#ends) if (until <= now) this.#ends.delete(key);
  }
}
