// service/limits/: how often callers may come, and how much of the service those may take who show nothing. It may import what service/ may.

/** A bucket's size, and how fast it fills. */
export interface Rate {
  /** Tokens in a full bucket: how many at once. */
  readonly burst: number;
  /** Tokens that come back in a minute. */
  readonly perMinute: number;
}

/** Keys with a bucket that is not full, at most: 100,000 take about 20 MB. */
const mostKeys = 100_000;

/** Milliseconds between two searches for full buckets when all places are taken. */
const sweepInterval = 1_000;

/**
 * Token buckets by key, by the generic cell rate algorithm: one number a key, the moment at which its bucket is full again. A bucket
 * that is full is not kept. When there is no place for a new key, all new keys share one bucket: forgetting one instead would give
 * it back its tokens.
 */
export class TokenBuckets {
  readonly rate: Rate;
  /** Milliseconds in which one token comes back. */
  readonly #interval: number;
  readonly #fullAt = new Map<string, number>();
  readonly #mostKeys: number;
  #sweptAt = -Infinity;

  constructor(rate: Rate, limit = mostKeys) {
    this.rate = rate;
    this.#interval = 60_000 / rate.perMinute;
    this.#mostKeys = limit;
  }

  /** Takes a token: 0, or the milliseconds until there is one. `now` is in milliseconds of a monotonic clock. */
  take(key: string, now: number): number {
    const place = this.#fullAt.has(key) ? key : this.#placeFor(key, now);
    const fullAt = Math.max(this.#fullAt.get(place) ?? 0, now);
    const wait = this.#wait(fullAt, now);
    if (wait === 0) this.#fullAt.set(place, fullAt + this.#interval);
    return wait;
  }

  /** What take would say, without taking. */
  peek(key: string, now: number): number {
    const fullAt = this.#fullAt.get(key);
    return fullAt === undefined ? 0 : this.#wait(fullAt, now);
  }

  #wait(fullAt: number, now: number): number {
    // Half a microsecond of slack: what was added up in fractions must not miss by one.
    const wait = fullAt - now - (this.rate.burst - 1) * this.#interval;
    return wait <= 0.0005 ? 0 : wait;
  }

  #placeFor(key: string, now: number): string {
    if (this.#fullAt.size < this.#mostKeys) return key;
    if (now - this.#sweptAt >= sweepInterval) {
      this.#sweptAt = now;
      for (const [full, at] of this.#fullAt) if (at <= now) this.#fullAt.delete(full);
    }
    return this.#fullAt.size < this.#mostKeys ? key : "";
  }
}
