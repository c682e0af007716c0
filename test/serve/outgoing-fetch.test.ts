// How the service goes to URLs that clients have named, as it is wired: off where it is off, and busy in the service's own words.

import { expect, it, onTestFinished } from "vitest";
import { openOutgoingFetch } from "../../src/serve/outgoing-fetch.js";

const internalHosts = new Set<string>();

it("is nothing where it is off", async () => expect(await openOutgoingFetch(undefined)).toBeUndefined());

it("goes to public addresses alone", async () => {
  const { fetch, close } = (await openOutgoingFetch({ internalHosts }))!;
  onTestFinished(close);
  for (const url of ["https://127.0.0.1/jwks", "https://[::1]/", "https://10.0.0.1/", "https://localhost/"]) await expect(fetch({ url })).rejects.toThrow(/not connected to/);
});

it("is overloaded when too much is under way, and says what to do", async () => {
  const waiting: (() => void)[] = [];
  const { fetch, close } = (await openOutgoingFetch({ internalHosts }, { atOnce: 1, lookup: (_name, _options, answer) => void waiting.push(() => answer(new Error("no such host"), [])) }))!;
  onTestFinished(close);
  const first = fetch({ url: "https://one.test/" });
  await expect(fetch({ url: "https://two.test/" })).rejects.toMatchObject({ kind: "overloaded", retryAfter: 1 });
  waiting.forEach((go) => go());
  await expect(first).rejects.toThrow("no such host");
});
