// Redirect hosts and schemes as a policy names them: what an attacker would register must not be within.

import { describe, expect, it } from "vitest";
import { isWithin, readBounds, readSchemePattern } from "../../src/domain/uri-bounds.js";

describe("a scheme pattern", () => {
  it.each([["https", "https"], ["HTTPS", "https"], ["com.example.app", "com.example.app"], ["com.example.*", "com.example.*"], ["com.Example.App.*", "com.example.app.*"]])("%s is compared as %s", (text, pattern) =>
    expect(readSchemePattern(text)).toBe(pattern));
  it.each(["", "*", ".*", "com.*", "com*", "com.example*", "https:", "https://", "1a", "com.example.*.app", "com..example.*", "com.*.app.*", "a b"])("%j is none", (text) =>
    expect(readSchemePattern(text)).toBeUndefined());
});

describe("a URI within bounds", () => {
  const within = (hosts: readonly string[], schemes: readonly string[], uri: string) => isWithin(readBounds({ hosts, schemes })!, uri);

  it.each([
    [["*.example.com"], [], "https://a.example.com/"],
    [["*.example.com"], [], "https://a.b.example.com/"],
    [["*.example.com"], [], "https://A.EXAMPLE.com./cb"],
    [["*.example.com"], [], "https://a.example.com:8443/"],
    [["b\u00fccher.example"], [], "https://xn--bcher-kva.example/"],
    [["127.0.0.1", "[::1]", "localhost"], [], "http://127.0.0.1:49152/cb"],
    [["127.0.0.1", "[::1]", "localhost"], [], "http://[::1]:49152/cb"],
    [[], ["https"], "HTTPS://anything.example/"],
    [[], ["com.example.*"], "com.example.app:/cb"],
    [["example.com"], ["https", "com.example.app"], "com.example.app:/cb"],
  ] as const)("%j %j has %s", (hosts, schemes, uri) => expect(within(hosts, schemes, uri)).toBe(true));

  it.each([
    [["*.example.com"], [], "https://attackerexample.com/"],
    [["*.example.com"], [], "https://example.com/"],
    [["*.example.com"], [], "https://a.example.com.evil.example/"],
    [["*.example.com"], [], "https://evil.example/a.example.com"],
    [["*.example.com"], [], "https://a.example.com@evil.example/"],
    [["*.example.com"], [], "https://evil.example#.example.com"],
    [["*.example.com"], [], "https://evil.example?.example.com"],
    [["*.example.com"], [], "https://evil.example\\.example.com/"],
    [["example.com"], [], "https://www.example.com/"],
    [["example.com"], [], "com.example.app:/cb"],
    [["example.com"], [], "com.example.app://example.com/cb"],
    [["b\u00fccher.example"], [], "https://bucher.example/"],
    [["127.0.0.1"], [], "http://127.0.0.1.evil.example/"],
    [["127.0.0.1"], [], "http://localhost/"],
    [["example.com"], ["https"], "http://example.com/"],
    [["example.com"], ["https"], "com.example.app:/cb"],
    [["example.com"], ["http"], "https://example.com/"],
    [[], ["com.example.*"], "com.example:/cb"],
    [[], ["com.example.*"], "com.exampleevil.app:/cb"],
    [[], ["com.example.*"], "com.example.:/cb"],
    [[], ["https"], "httpsx://a.example/"],
    [[], ["https"], "nothing"],
  ] as const)("%j %j has not %s", (hosts, schemes, uri) => expect(within(hosts, schemes, uri)).toBe(false));
});
