// service/limits/: how often callers may come, and how much of the service those may take of whom nothing is proven. It may import what
// service/ may.

/** A bucket's size, and how fast it fills. */
export interface Rate {
  /** Tokens in a full bucket: how many at once. */
  readonly burst: number;
  /** Tokens that come back in a minute. */
  readonly perMinute: number;
}

/** Keys with a bucket that is not full, at most. Keys are short: 100,000 take about 20 MB. */
const mostKeys = 100_000;

/** Milliseconds between two searches for buckets that are full again. */
const sweepInterval = 10_000;

/** For newcomers when there is no place; no key has it. */
const shared = "\0";

/**
 * Token buckets by key, by the generic cell rate algorithm: one number a key, the moment at which its bucket is full again. A bucket
 * that is full again is soon forgotten. When there is no place for a new key, all new keys share one bucket: forgetting one instead would
 * give it back its tokens.
 */
export class TokenBuckets {
  readonly rate: Rate;
  /** Milliseconds in which one token comes back. */
  readonly #interval: number;
  readonly #fullAt = new Map<string, number>();
  readonly #mostKeys: number;
  #sweptAt = 0;

  constructor(rate: Rate, limit = mostKeys) {
    this.rate = rate;
    this.#interval = 60_000 / rate.perMinute;
    this.#mostKeys = limit;
  }

  /** Takes a token: 0, or the milliseconds until there is one. `now` is in milliseconds of a monotonic clock. */
  take(key: string, now: number): number {
    if (now - this.#sweptAt >= sweepInterval) this.#sweep(now);
    const place = this.#placeOf(key);
    const fullAt = Math.max(this.#fullAt.get(place) ?? 0, now);
    const wait = this.#wait(fullAt, now);
    if (wait === 0) this.#fullAt.set(place, fullAt + this.#interval);
    return wait;
  }

  /** What take would say, without taking. */
  peek(key: string, now: number): number {
    const fullAt = this.#fullAt.get(this.#placeOf(key));
    return fullAt === undefined ? 0 : this.#wait(fullAt, now);
  }

  /** Puts a token back that was taken. */
  giveBack(key: string, now: number): void {
    const place = this.#placeOf(key);
    const fullAt = (this.#fullAt.get(place) ?? 0) - this.#interval;
    if (fullAt > now) this.#fullAt.set(place, fullAt);
    else this.#fullAt.delete(place);
  }

  #wait(fullAt: number, now: number): number {
    // Half a microsecond of slack: what was added up in fractions must not miss by one.
    const wait = fullAt - now - (this.rate.burst - 1) * this.#interval;
    return wait <= 0.0005 ? 0 : wait;
  }

  #placeOf(key: string): string {
    return this.#fullAt.size < this.#mostKeys || this.#fullAt.has(key) ? key : shared;
  }

  #sweep(now: number): void {
    this.#sweptAt = now;
    for (const [key, at] of this.#fullAt) if (at <= now) this.#fullAt.delete(key);
  }
}
