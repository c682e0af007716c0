// Assertions that a client cache remembers. Issue 6, item 4.

import { expect, it } from "vitest";
import { SeenAssertions } from "../../gen/ts/src/cache/seen-assertions.js";

it("each is taken once until it ends", () => {
  const seen = new SeenAssertions();
  expect(seen.isFirst("a", 60, 0)).toBe(true);
  expect(seen.isFirst("a", 60, 59)).toBe(false);
  expect(seen.isFirst("b", 60, 59)).toBe(true);
});

it("a flood of others makes no room for one to come again: what cannot be kept is for the registry to say", () => {
  const seen = new SeenAssertions(3);
  for (const key of ["victim", "one", "two"]) expect(seen.isFirst(key, 60, 0)).toBe(true);
  expect(seen.isFirst("three", 60, 0)).toBe("ask");
  expect(seen.isFirst("victim", 60, 1)).toBe(false);
  // What has ended makes room.
  expect(seen.isFirst("four", 90, 60)).toBe(true);
});
