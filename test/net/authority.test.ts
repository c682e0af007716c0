import fc from "fast-check";
import { expect, test } from "vitest";
import { checkAuthority } from "../../src/net/authority.js";
import type { ServerRequest } from "../../src/net/request.js";

function request(host: string, url: string): ServerRequest {
  return { httpVersionMajor: 1, method: "GET", url, rawHeaders: ["Host", host], headers: { host } } as unknown as ServerRequest;
}

/** Characters that mean something in a URL come up more often than by chance. */
const urlish = fc.string({
  unit: fc.oneof(fc.constantFrom(..."/\\[]:@?#%.*0x1a-_~ \t\n\0é"), fc.string({ minLength: 1, maxLength: 1 })),
  maxLength: 20,
});

test("what it accepts, a URL can be built from, and the URL has that host", () => {
  let accepted = 0;
  fc.assert(
    fc.property(
      fc.oneof(
        urlish,
        fc.constant("a.aa"),
        fc.domain(),
        fc.ipV6().map((ip) => `[${ip}]`),
      ),
      fc.oneof(
        urlish,
        urlish.map((path) => `/${path}`),
        fc.webUrl(),
        urlish.map((path) => `https://a.aa${path}`),
      ),
      (host, target) => {
        const asked = request(host, target);
        const authority = checkAuthority(asked);
        if (authority === undefined) return;
        accepted += 1;
        const url = new URL(asked.url ?? "", `https://${host}`);
        expect(url.host).toBe(authority);
        expect([url.username, url.password]).toEqual(["", ""]);
      },
    ),
    { numRuns: 20_000 },
  );
  expect(accepted).toBeGreaterThan(500);
});

test.each(["localhost", "localhost:8443", "127.0.0.1:1", "[::1]:8443", "xn--bcher-kva.example", "a_b.example"])("%s is a host", (host) => {
  expect(checkAuthority(request(host, "/register"))).toBe(host);
});

test.each([
  ["a.aa", "https://a.aa/x", "a.aa"],
  ["a.aa:443", "https://A.aa/x", "a.aa"],
  ["b.bb", "https://a.aa/x", undefined],
  ["", "https://a.aa/x", undefined],
  ["a.aa", "ftp://a.aa/x", undefined],
  ["a.aa", "x", undefined],
  ["a.aa", "*", undefined],
])("Host %s with target %s", (host, target, expected) => {
  expect(checkAuthority(request(host, target))).toBe(expected);
});
