// Assertions that a client cache remembers.

import { expect, it } from "vitest";
import { SeenAssertions } from "../../gen/ts/src/cache/seen-assertions.js";

it("each of each client is taken once until it ends", () => {
  const seen = new SeenAssertions();
  expect(seen.isFirst("a", "1", 60, 0)).toBe(true);
  expect(seen.isFirst("a", "1", 60, 59)).toBe(false);
  expect(seen.isFirst("a", "2", 60, 59)).toBe(true);
  expect(seen.isFirst("b", "1", 60, 59)).toBe(true);
  expect(seen.isFirst("a", "1", 90, 60)).toBe(true);
});

it("a flood makes no room for one to come again: what cannot be kept is for the registry to say", () => {
  const seen = new SeenAssertions(3);
  for (const jti of ["first", "one", "two"]) expect(seen.isFirst("a", jti, 60, 0)).toBe(true);
  expect(seen.isFirst("a", "three", 60, 0)).toBe("ask");
  expect(seen.isFirst("a", "first", 60, 1)).toBe(false);
  // What has ended makes room.
  expect(seen.isFirst("a", "four", 90, 60)).toBe(true);
});

it("a flood of one client takes no room from others", () => {
  const seen = new SeenAssertions(2);
  for (const jti of ["1", "2"]) seen.isFirst("greedy", jti, 60, 0);
  expect(seen.isFirst("greedy", "3", 60, 0)).toBe("ask");
  expect(seen.isFirst("other", "1", 60, 0)).toBe(true);
});

it("nothing is kept of clients whose assertions have ended", () => {
  const seen = new SeenAssertions();
  for (let i = 0; i < 100; i += 1) seen.isFirst(`client ${i}`, "1", 60, 0);
  expect(seen.clients).toBe(100);
  seen.isFirst("a", "1", 90, 60);
  expect(seen.clients).toBe(1);
});
