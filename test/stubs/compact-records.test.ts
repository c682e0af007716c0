// The cache's records against a map, and what they cost.

import fc from "fast-check";
import { expect, it } from "vitest";
import { CompactRecords } from "../../gen/ts/src/cache/compact-records.js";

const step = fc.oneof(
  fc.record({ kind: fc.constant("set" as const), key: fc.integer({ min: 0, max: 30 }), size: fc.integer({ min: 0, max: 200_000 }) }),
  fc.record({ kind: fc.constant("delete" as const), key: fc.integer({ min: 0, max: 30 }) }),
  fc.record({ kind: fc.constant("keepOnly" as const) }),
);

it("hold what a map would, whatever is replaced and forgotten, in at most some three times the bytes", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const records = new CompactRecords();
      const map = new Map<string, { bytes: Buffer; generation: number }>();
      let generation = 1;
      for (const [index, one] of steps.entries()) {
        if (one.kind === "set") {
          const bytes = Buffer.alloc(one.size, index);
          map.set(`k${one.key}`, { bytes, generation });
          records.set(`k${one.key}`, bytes, generation);
        } else if (one.kind === "delete") {
          expect(records.delete(`k${one.key}`)).toBe(map.delete(`k${one.key}`));
        } else {
          const others = [...map].filter(([, each]) => each.generation !== generation).map(([key]) => key);
          expect(records.keepOnly(generation).sort()).toEqual(others.sort());
          for (const key of others) map.delete(key);
          generation += 1;
        }
      }
      expect(records.size).toBe(map.size);
      expect([...records.keys()].sort()).toEqual([...map.keys()].sort());
      for (const [key, { bytes }] of map) expect(bytes.equals(records.get(key)!)).toBe(true);
      const live = [...map.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
      expect(records.bytes).toBeLessThanOrEqual(3 * live + 3 * (1 << 20));
    }),
    { numRuns: 100 },
  );
});

it("cost little more than their bytes: a hundred thousand of 400 bytes", () => {
  const records = new CompactRecords();
  const record = Buffer.alloc(400, 1);
  for (let i = 0; i < 100_000; i += 1) records.set(`client-${i}`, record, 1);
  for (let i = 0; i < 100_000; i += 1) records.set(`client-${i}`, record, 2);
  expect(records.size).toBe(100_000);
  expect(records.bytes).toBeLessThan(2.2 * 100_000 * 408);
});
