import { describe, expect, it } from "vitest";
import { isOnHost, readHostPattern } from "../../src/domain/redirect-hosts.js";

describe("a host pattern", () => {
  it.each([
    ["example.com", "example.com"],
    ["EXAMPLE.com.", "example.com"],
    ["*.Example.COM.", "*.example.com"],
    ["b\u00fccher.example", "xn--bcher-kva.example"],
    ["*.B\u00dcCHER.example", "*.xn--bcher-kva.example"],
    ["xn--bcher-kva.example", "xn--bcher-kva.example"],
    ["localhost", "localhost"],
    ["127.0.0.1", "127.0.0.1"],
    ["[::1]", "[::1]"],
  ])("%s is compared as %s", (text, pattern) => expect(readHostPattern(text)).toBe(pattern));

  it.each([
    "", ".", "*", "*.", "*.*.example", "a.*.example", "*a.example", "*example.com", "a..example", ".example", "-a.example", "a b.example", "a_b.example", "a.example/", "a.example:1",
    "user@a.example", "https://a.example", "a.example%2e", "a\u3002example/", "127.1", "0x7f.0.0.1", "2130706433", "01.2.3.4", "1.2.3.4.5", "*.0.0.1", "*.[::1]", "[::1", "[0:0:0:0:0:0:0:1]", "::1",
    "xn--a.example", "a".repeat(64) + ".example",
  ])("%j is none", (text) => expect(readHostPattern(text)).toBeUndefined());
});

describe("a redirect URI is on a host", () => {
  it.each([
    ["example.com", "https://example.com/cb"],
    ["example.com", "https://EXAMPLE.com:8443/cb?x#y"],
    ["example.com", "https://example.com./cb"],
    ["example.com", "http://example.com/"],
    ["*.example.com", "https://a.example.com/"],
    ["*.example.com", "https://a.b.example.com/"],
    ["xn--bcher-kva.example", "https://b\u00fccher.example/"],
    ["[::1]", "http://[::1]:3000/"],
    ["[::1]", "http://[0:0:0:0:0:0:0:1]/"],
  ])("%s: %s", (pattern, uri) => expect(isOnHost(["other.example", pattern], uri)).toBe(true));

  it.each([
    ["example.com", "https://a.example.com/"],
    ["example.com", "https://example.com.evil.example/"],
    ["example.com", "https://evil.example/example.com"],
    ["example.com", "https://example.com@evil.example/"],
    ["example.com", "https://evil.example#example.com"],
    ["example.com", "https://evil.example\\example.com/"],
    ["*.example.com", "https://example.com/"],
    ["*.example.com", "https://evilexample.com/"],
    ["*.example.com", "https://a.example.com.evil.example/"],
    ["localhost", "http://127.0.0.1/"],
    ["com.example.app", "com.example.app:/cb"],
    ["localhost", "com.example.app://localhost/cb"],
    ["localhost", "not a uri"],
  ])("not %s: %s", (pattern, uri) => expect(isOnHost([pattern], uri)).toBe(false));
});
