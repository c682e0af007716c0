// When the sweep of expired clients turns. The timers are the test's.

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { sweepExpired } from "../../src/serve/expiry-sweep.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("turns every ten minutes, each second while there is more, and goes on after a failure, which it logs", async () => {
  const outcomes: (boolean | Error)[] = [true, true, false, new Error("the store is away"), false];
  const at: number[] = [];
  const begun = Date.now();
  const warnings: object[] = [];
  const sweep = sweepExpired(() => {
    at.push((Date.now() - begun) / 1000);
    const outcome = outcomes.shift()!;
    return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
  }, { warn: (fields) => warnings.push(fields) });
  await vi.advanceTimersByTimeAsync(1_900_000);
  expect(at).toEqual([600, 601, 602, 1202, 1802]);
  expect(warnings).toMatchObject([{ error: { message: "the store is away" } }]);
  await sweep.stop();
  await vi.advanceTimersByTimeAsync(10_000_000);
  expect(at).toHaveLength(5);
});

it("stops when the turn at hand is done, and begins no other", async () => {
  let finish!: (more: boolean) => void;
  let turns = 0;
  const sweep = sweepExpired(() => ((turns += 1), new Promise((resolve) => (finish = resolve))), { warn: () => {} });
  await vi.advanceTimersByTimeAsync(600_000);
  let isStopped = false;
  const stopped = sweep.stop().then(() => (isStopped = true));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(isStopped).toBe(false);
  finish(true);
  await stopped;
  await vi.advanceTimersByTimeAsync(10_000_000);
  expect(turns).toBe(1);
});
