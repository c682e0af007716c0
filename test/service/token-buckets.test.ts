import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TokenBuckets } from "../../src/service/limits/token-buckets.js";

describe("a token bucket", () => {
  it("gives its burst at once, then one token each interval", () => {
    const buckets = new TokenBuckets({ burst: 3, perMinute: 60 });
    expect([0, 0, 0, 0].map(() => buckets.take("a", 1_000))).toEqual([0, 0, 0, 1_000]);
    expect(buckets.take("a", 1_999)).toBe(1);
    expect(buckets.take("a", 2_000)).toBe(0);
    expect(buckets.take("a", 2_000)).toBe(1_000);
  });

  it("is each key's own, and full again after the whole window", () => {
    const buckets = new TokenBuckets({ burst: 2, perMinute: 60 });
    expect(["a", "a", "b", "b"].map((key) => buckets.take(key, 0))).toEqual([0, 0, 0, 0]);
    expect(["a", "a", "a"].map((key) => buckets.take(key, 2_000))).toEqual([0, 0, 1_000]);
  });

  it("is looked into without a token being taken", () => {
    const buckets = new TokenBuckets({ burst: 1, perMinute: 60 });
    expect([buckets.peek("a", 0), buckets.peek("a", 0), buckets.take("a", 0), buckets.peek("a", 0)]).toEqual([0, 0, 0, 1_000]);
  });

  it("never gives more than burst and what has come back since, whatever the order of the calls, and always gives to who waits as told", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 6_000 }), fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 200 }), (burst, perMinute, steps) => {
        const buckets = new TokenBuckets({ burst, perMinute });
        let now = 0;
        let taken = 0;
        for (const step of steps) {
          now += step;
          const wait = buckets.take("key", now);
          if (wait === 0) taken += 1;
          else {
            expect(buckets.take("key", now + wait - 0.01)).toBeGreaterThan(0);
            expect(buckets.peek("key", now + wait)).toBe(0);
          }
          expect(taken).toBeLessThanOrEqual(burst + (now * perMinute) / 60_000 + 1e-6);
        }
      }),
    );
  });

  it("forgets full buckets when there are many, and lets newcomers share one when there is no place: nobody gets tokens back by another's flood", () => {
    const buckets = new TokenBuckets({ burst: 2, perMinute: 60 }, 3);
    for (const key of ["a", "a", "b", "c"]) expect(buckets.take(key, 0)).toBe(0);
    // d and e share what is left for newcomers.
    expect(["d", "e", "d", "e"].map((key) => buckets.take(key, 0))).toEqual([0, 0, 1_000, 1_000]);
    expect(buckets.take("a", 0)).toBe(1_000);
    // b and c are full again: there is place for d.
    expect([buckets.take("d", 1_500), buckets.take("a", 1_500)]).toEqual([0, 0]);
  });
});
