// Which assertions have come, so that each is taken once. Each client has room of its own: one that fills it takes nothing from others, and
// none is forgotten before its end, or whoever has keys of its own could make room for an assertion to come again.

/** Of each client, of 255 characters at most each: at a minute's life more than a thousand a second. */
const defaultBound = 100_000;
const sweepSeconds = 60;

export class SeenAssertions {
  readonly #bound: number;
  readonly #ends = new Map<string, Map<string, number>>();
  #nextSweep = -Infinity;

  constructor(bound = defaultBound) {
    this.#bound = bound;
  }

  /** How many clients have any on record. */
  get clients(): number {
    return this.#ends.size;
  }

  /** Whether it comes for the first time; "ask" when that cannot be kept. Seconds. From then on it is on record. */
  isFirst(clientId: string, jti: string, expiresAt: number, now: number): boolean | "ask" {
    const isFirst = this.wouldBeFirst(clientId, jti, expiresAt, now);
    if (isFirst !== true) return isFirst;
    const own = this.#ends.get(clientId) ?? new Map<string, number>();
    own.set(jti, expiresAt);
    this.#ends.set(clientId, own);
    return true;
  }

  /** The same without putting it on record. */
  wouldBeFirst(clientId: string, jti: string, _expiresAt: number, now: number): boolean | "ask" {
    this.#sweep(now);
    const own = this.#ends.get(clientId);
    if ((own?.get(jti) ?? -Infinity) > now) return false;
    return own !== undefined && own.size >= this.#bound && !own.has(jti) ? "ask" : true;
  }

  /** Forgets those that have ended, once a minute. */
  #sweep(now: number): void {
    if (now < this.#nextSweep) return;
    this.#nextSweep = now + sweepSeconds;
    for (const [clientId, own] of this.#ends) {
      for (const [jti, until] of own) if (until <= now) own.delete(jti);
      if (own.size === 0) this.#ends.delete(clientId);
    }
  }
}
