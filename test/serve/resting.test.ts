import { expect, test } from "vitest";
import { RegistryError } from "../../src/domain/errors.js";
import { resting } from "../../src/serve/resting.js";
import type { Arrival } from "../../src/service/front.js";

test("a connection rests for a refusal by rate, for nothing else, and where there is one", () => {
  const rested: object[] = [];
  let told = 0;
  const observer = resting((connection) => rested.push(connection), { finished: () => (told += 1) });
  const connection = {};
  const arrival = (evidence: Arrival["evidence"]) => ({ evidence }) as Arrival;
  const shown = { certificate: { kind: "none" }, authorization: undefined } as const;
  observer.finished(arrival({ ...shown, connection }), undefined, undefined);
  observer.finished(arrival({ ...shown, connection }), undefined, new RegistryError("overloaded", "later"));
  observer.finished(arrival(shown), undefined, new RegistryError("rate_limited", "later"));
  expect(rested).toEqual([]);
  observer.finished(arrival({ ...shown, connection }), undefined, new RegistryError("rate_limited", "later"));
  expect(rested).toEqual([connection]);
  expect(told).toBe(4);
});
