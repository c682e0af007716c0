import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkByTable, checkUri, isPlain, type UriContext, type UriKind } from "../../src/domain/uri.js";

const web: UriContext = { applicationType: "web", publicClient: false };
const native: UriContext = { applicationType: "native", publicClient: false };
const open: UriContext = { applicationType: "web", publicClient: true };
const contexts = [web, native, open];
const kinds: readonly UriKind[] = ["redirect", "page", "https"];

const ruleOf = (kind: UriKind, value: string, context: UriContext = web) => checkUri(kind, value, context)?.rule;

describe("DCR-82, V28: redirection URIs that every client may have", () => {
  it.each([
    "https://client.org/callback",
    "https://client.org/callback?a=b&c=%20d",
    "https://client.org",
    "https://CLIENT.org:443/",
    "https://client.org?x=1",
    "HTTPS://client.org/a",
    "https://xn--bcher-kva.example/cb",
    "https://client.org/a.b/..c/.well-known/x",
    "https://client.org/a;b=c,d(e)$f&g!h",
    "https://localhost/cb",
    "https://192.0.2.1:65535/cb",
    "https://[2001:db8::1]:8443/cb",
    "https://[::ffff:192.0.2.1]/cb",
    "https://client.org//a@b:c",
    "https://a-b.c1/%E2%82%AC",
  ])("T-14: %s", (value) => {
    for (const context of contexts) expect(checkUri("redirect", value, context)).toBeUndefined();
  });
});

describe("T-03, T-04: what native and public clients have besides", () => {
  it.each([
    ["http://127.0.0.1/cb", "uri.http_client"],
    ["http://127.0.0.1:49152/cb", "uri.http_client"],
    ["http://[::1]:8080/cb", "uri.http_client"],
    ["http://localhost:3000", "uri.http_client"],
    ["http://LocalHost/cb", "uri.http_client"],
    ["com.example.app:/cb", "uri.private_scheme_client"],
    ["com.example.app:cb", "uri.private_scheme_client"],
    ["com.example.app://oauth_callback?x=1", "uri.private_scheme_client"],
    ["com.example.app:///cb", "uri.private_scheme_client"],
    ["COM.Example.App-2:/cb", "uri.private_scheme_client"],
    ["ws.example.app:/cb", "uri.private_scheme_client"],
  ])("NAT-03, NAT-06: %s", (value, rule) => {
    expect(checkUri("redirect", value, native)).toBeUndefined();
    expect(checkUri("redirect", value, open)).toBeUndefined();
    expect(ruleOf("redirect", value, web)).toBe(rule);
  });

  it("NAT-03: says what a confidential web client can do", () => {
    expect(checkUri("redirect", "com.example.app:/cb", web)?.description).toContain("application_type");
    expect(checkUri("redirect", "http://127.0.0.1/cb", web)?.description).toContain("application_type");
  });
});

describe("DCR-75: redirection URIs that no client may have", () => {
  it.each([
    ["", "uri.absolute"],
    ["/cb", "uri.absolute"],
    ["//client.org/cb", "uri.absolute"],
    ["client.org/cb", "uri.absolute"],
    ["?a", "uri.absolute"],
    ["com.example.app:", "uri.absolute"],
    ["https:", "uri.absolute"],
    ["https:/client.org", "uri.authority"],
    ["https:client.org", "uri.authority"],
    ["https:///cb", "uri.authority"],
    ["https://:443/cb", "uri.authority"],
    ["https://client.org/cb#", "uri.fragment"],
    ["https://client.org/cb#x", "uri.fragment"],
    ["https://client.org#x", "uri.fragment"],
    ["com.example.app:/cb#", "uri.fragment"],
    ["https://good@evil.example/cb", "uri.userinfo"],
    ["https://a:b@client.org/", "uri.userinfo"],
    ["https://@client.org/", "uri.userinfo"],
    ["https://*.example.com/", "uri.wildcard"],
    ["https://client.org/*", "uri.wildcard"],
    ["https://client.org/?*", "uri.wildcard"],
    ["com.example.app:/*", "uri.wildcard"],
    ["https://client.org/a/../b", "uri.dot_segment"],
    ["https://client.org/..", "uri.dot_segment"],
    ["https://client.org/./b", "uri.dot_segment"],
    ["https://client.org/%2e%2E/b", "uri.dot_segment"],
    ["https://client.org/.%2e", "uri.dot_segment"],
    ["https://client.org/a%2f..%5Cb", "uri.dot_segment"],
    ["com.example.app:../cb", "uri.dot_segment"],
    ["https://client.org/%", "uri.percent"],
    ["https://client.org/%2", "uri.percent"],
    ["https://client.org/%zz", "uri.percent"],
    ["https://client.org/?%u0041", "uri.percent"],
    ["https://client.org/%0d%0aSet-Cookie:x", "uri.encoded_control"],
    ["https://client.org/%00", "uri.encoded_control"],
    ["https://client.org/%7F", "uri.encoded_control"],
    ["https://client.org/a b", "uri.character"],
    [" https://client.org/", "uri.character"],
    ["https://client.org/\n", "uri.character"],
    ["https://client.org\t/", "uri.character"],
    ["https://client.org\\@evil.example/", "uri.character"],
    ["https:\\\\client.org\\", "uri.character"],
    ["https://client.org/\u0000", "uri.character"],
    ["\uFEFFhttps://client.org/", "uri.character"],
    ["https://b\u00fccher.example/", "uri.character"],
    ["https://client\u3002org/", "uri.character"],
    ["https://client.org/\u200b", "uri.character"],
    ["https://client.org/\ud800", "uri.character"],
    ['https://client.org/"', "uri.character"],
    ["https://client.org/'", "uri.character"],
    ["https://client.org/<script>", "uri.character"],
    ["https://client.org/`id`", "uri.character"],
    ["https://client.org/a|b", "uri.character"],
    ["https://client.org/{x}", "uri.character"],
    ["https://client.org/^", "uri.character"],
    ["https://client.org/[x]", "uri.character"],
    ["https://client.org/?a[]=1", "uri.character"],
    ["https://client..org/", "uri.host"],
    ["https://.client.org/", "uri.host"],
    ["https://client.org./", "uri.host"],
    ["https://localhost./", "uri.host"],
    ["https://-client.org/", "uri.host"],
    ["https://client-.org/", "uri.host"],
    ["https://cli_ent.org/", "uri.host"],
    ["https://%63lient.org/", "uri.host"],
    ["https://client,org/", "uri.host"],
    [`https://${"a".repeat(64)}.org/`, "uri.host"],
    [`https://${"a.".repeat(127)}org/`, "uri.host"],
    ["https://127.1/", "uri.host"],
    ["https://2130706433/", "uri.host"],
    ["https://0x7f.0.0.1/", "uri.host"],
    ["https://0177.0.0.01/", "uri.host"],
    ["https://1.2.3.4.5/", "uri.host"],
    ["https://256.1.1.1/", "uri.host"],
    ["https://a.0x/", "uri.host"],
    ["https://xn--a/", "uri.host"],
    ["https://xn--bcher.example-kva.xn--/", "uri.host"],
    ["https://xn--client-/", "uri.host"],
    ["https://[::1/", "uri.host"],
    ["https://[]/", "uri.host"],
    ["https://[:::1]/", "uri.host"],
    ["https://[fe80::1%25eth0]/", "uri.host"],
    ["https://[v1.x]/", "uri.host"],
    ["https://[::1]x/", "uri.host"],
    ["https://a[::1]/", "uri.host"],
    ["https://client.org:/", "uri.port"],
    ["https://client.org:0/", "uri.port"],
    ["https://client.org:65536/", "uri.port"],
    ["https://client.org:080/", "uri.port"],
    ["https://client.org:+80/", "uri.port"],
    ["https://client.org:80:80/", "uri.port"],
    ["https://javascript:alert(1)", "uri.port"],
    ["com.example.app://host:x/", "uri.port"],
    ["com.example.app://a%20b/", "uri.host"],
    ["com.example.app://[::1]/", "uri.host"],
    ["http://client.org/cb", "uri.http_loopback"],
    ["http://10.0.0.1/", "uri.http_loopback"],
    ["http://127.0.0.2/", "uri.http_loopback"],
    ["http://0.0.0.0/", "uri.http_loopback"],
    ["http://[::]/", "uri.http_loopback"],
    ["http://[0:0:0:0:0:0:0:1]/", "uri.http_loopback"],
    ["http://[::ffff:127.0.0.1]/", "uri.http_loopback"],
    ["http://localhost.evil.example/", "uri.http_loopback"],
    ["http://a.localhost/", "uri.http_loopback"],
    ["http://127.0.0.1.evil.example/", "uri.http_loopback"],
    ["http://127.1/", "uri.host"],
    ["http://2130706433/", "uri.host"],
    ["http://0x7f000001/", "uri.host"],
    ["http://0177.0.0.1/", "uri.host"],
    ["http://localhost@evil.example/", "uri.userinfo"],
    ["myapp:/cb", "uri.scheme"],
    ["myapp://cb", "uri.scheme"],
    ["urn:ietf:wg:oauth:2.0:oob", "uri.scheme"],
    ["com..app:/cb", "uri.private_scheme"],
    ["com.example.:/cb", "uri.private_scheme"],
    ["com.-a:/cb", "uri.private_scheme"],
    ["com.example+app:/cb", "uri.private_scheme"],
  ])("NAT-02, BCP-01: %j breaks %s", (value, rule) => {
    for (const context of [native, open]) expect(ruleOf("redirect", value, context)).toBe(rule);
    expect(checkUri("redirect", value, web)).toBeDefined();
  });

  it.each([
    "javascript:alert(1)", "JavaScript:alert(1)", "javascript://client.org/%0aalert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
    "blob:https://client.org/x", "about:blank", "ws://client.org", "wss://client.org", "ftp://client.org", "mailto:a@client.org",
    "view-source:https://client.org", "java.script:alert(1)", "javascript.x:alert(1)", "data.x:text/html,x", "x-j.avascript:alert(1)", "x-d.ata:,x", "tel:1", "intent://x",
  ])("V21: %s has a scheme that is never accepted", (value) => {
    for (const kind of kinds) for (const context of contexts) expect(ruleOf(kind, value, context)).toBe("uri.scheme_dangerous");
  });
});

describe("V3: pages and https documents", () => {
  it.each([
    ["https://client.org/logo.png", true, true],
    ["https://client.org/#about", true, true],
    ["http://client.org/", true, false],
    ["http://127.0.0.1/", true, false],
    ["com.example.app:/x", false, false],
    ["ftp://client.org/", false, false],
    ["javascript:x", false, false],
    ["client.org", false, false],
    ["https://a@client.org/", false, false],
    ["https://*.client.org/", false, false],
    ["https://client.org/*", true, true],
    ["https://client.org/#a#b", false, false],
    ["https://client.org/a b", false, false],
    ["https://", false, false],
  ])("DCR-15, DCR-16, DCR-21: %s as page %s, as https %s", (value, page, https) => {
    for (const context of contexts) {
      expect(checkUri("page", value, context) === undefined).toBe(page);
      expect(checkUri("https", value, context) === undefined).toBe(https);
    }
  });
});

describe("V21: mutations of schemes that run", () => {
  const payloads = ["javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "data:text/html;base64,PHN2Zz4=", "vbscript:msgbox(1)", "javascript://client.org/%0aalert(1)"];
  // No colon: "j.a:vascript" has the scheme j.a, which is another matter.
  const inserts = [
    " ", "\t", "\n", "\r", "\0", "\u0001", "\u00a0", "\u00ad", "\u200b", "\u2028", "\u202e", "\ufeff", "%0a", "%09", "%00", "%20", "&Tab;", "&#106;", "\\", "/", "//",
    "?", "#", ".", "-", "+", "@", "\\u006a", "\uff1a", "'", '"', "<", "\ud800",
  ];
  const prefixes = ["", "view-source:", "feed:", "jar:", "blob:", "filesystem:", "x-", "//", "/", "\\\\", "url:", "URL=", "https:", "http:", " ", "\u0000", "\ufeff", "com.example.app "];
  const mutate = fc
    .record({
      prefix: fc.constantFrom(...prefixes),
      payload: fc.constantFrom(...payloads),
      cases: fc.array(fc.nat(2), { minLength: 10, maxLength: 10 }),
      edits: fc.array(fc.tuple(fc.nat(12), fc.constantFrom(...inserts)), { maxLength: 3 }),
    })
    .map(({ prefix, payload, cases, edits }) => {
      const letters = [...payload].map((letter, i) => {
        const way = cases[i % cases.length];
        if (i >= payload.indexOf(":") || way === 0) return letter;
        // Full-width letters, which some readers fold to ASCII.
        return way === 1 ? letter.toUpperCase() : String.fromCharCode(letter.charCodeAt(0) + 0xfee0);
      });
      for (const [at, insert] of edits) letters.splice(at, 0, insert);
      return prefix + letters.join("");
    });

  it("DCR-82: 20,000 of them, none accepted for any kind or client, and every sentence is safe", () => {
    fc.assert(
      fc.property(mutate, fc.constantFrom(...kinds), fc.constantFrom(...contexts), (value, kind, context) => {
        const problem = checkUri(kind, value, context);
        expect(problem).toBeDefined();
        expect(problem?.description).toMatch(/^[\x20-\x7e]{1,300}$/);
      }),
      { numRuns: 20_000 },
    );
  });
});

describe("checkUri, properties", () => {
  const part = fc.constantFrom(
    "https", "http", "com.example.app", ":", "//", "/", "client.org", "127.0.0.1", "[::1]", "localhost", "@", "?", "#", "%2e", "..", ".", "*", "\\", " ", "\t", "\0",
    "8080", "xn--a", "0x7f", "\u3002", "\uff0f", "evil.example", "javascript", "[", "]", "%", "\ud800",
  );
  const value = fc.oneof(fc.array(part, { maxLength: 10 }).map((parts) => parts.join("")), fc.webUrl({ withFragments: true, withQueryParameters: true }), fc.string({ unit: "binary" }));
  // Most of it right, so that enough is accepted.
  const plausible = fc
    .tuple(
      fc.constantFrom("https://", "http://", "com.example.app:/", "com.example.app://", "HTTPS://"),
      fc.constantFrom("client.org", "127.0.0.1", "localhost", "[::1]", "a.b.c", "1.2.3.4", "0x7f.1", "xn--a", "a.xn--bcher-kva.example", "client.org.", "127.1"),
      fc.constantFrom("", ":80", ":443", ":x", ":99999", "@evil.example"),
      fc.array(part, { maxLength: 3 }).map((parts) => `/${parts.join("")}`),
    )
    .map((parts) => parts.join(""));
  const run = { numRuns: 10_000 };

  it("DCR-73: never throws, says the same twice, and its sentences are short ASCII", () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.oneof(value, plausible), fc.constantFrom(...contexts), (kind, text, context) => {
        const problem = checkUri(kind, text, context);
        expect(checkUri(kind, text, context)).toEqual(problem);
        if (problem !== undefined) {
          expect(problem.description).toMatch(/^[\x20-\x7e]{1,300}$/);
          expect(problem.rule).toMatch(/^uri\.[a-z_]+$/);
          expect(problem.clause).toMatch(/^RFC \d+ section [\d.]+$/);
        }
      }),
      run,
    );
  });

  it("V21, V28: a browser reads an accepted redirection URI as we do", () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.oneof(value, plausible), fc.constantFrom(...contexts), (text, context) => {
        if (checkUri("redirect", text, context) !== undefined) return;
        accepted++;
        const url = new URL(text);
        expect(url.hash).toBe("");
        expect(text).not.toContain("#");
        expect(url.username + url.password).toBe("");
        if (url.protocol === "http:") {
          expect(["localhost", "127.0.0.1", "[::1]"]).toContain(url.hostname);
          expect(context).not.toEqual(web);
        } else if (url.protocol !== "https:") {
          expect(url.protocol).toMatch(/\./);
          expect(context).not.toEqual(web);
        } else {
          // The host as it stands in the text: nothing was decoded, folded or moved, letters' case apart.
          expect(text.slice(8).toLowerCase().startsWith(url.hostname)).toBe(true);
        }
      }),
      run,
    );
    expect(accepted).toBeGreaterThan(300);
  });

  it("DCR-82: the plain form that is looked for first breaks no rule of the table, and common URIs have it", () => {
    const label = fc.constantFrom("a", "b1", "a-b", "c", "d2", "e-f", "1", "0x7f", "xn--a", "xn--bcher-kva", "a".repeat(63), "a".repeat(64));
    const host = fc.tuple(fc.array(label, { minLength: 1, maxLength: 5 }), fc.constantFrom("org", "com", "net", "example", "1", "0x7f", "xn--a", "o-g")).map(([labels, last]) => [...labels, last].join("."));
    const segment = fc.constantFrom("", "a", "a.b", "b", "c", "..", ".a", "~-_", "a;b=c,d($)e!f&g+h@i:j");
    const path = fc.array(segment, { maxLength: 4 }).map((segments) => segments.map((one) => `/${one}`).join(""));
    const query = fc.constantFrom("", "?", "?a=b&c=../d", "?a?b", "?*");
    const insert = fc.tuple(fc.nat(60), fc.constantFrom("", "", "", "", "", "%", "%41", "#", "@", ":", ":80", "*", "[", "'", ".", "/", "\\", "\n", " ", "A", "_", "-", "é"));
    const near = fc.tuple(host, path, query, insert).map(([name, way, asked, [at, what]]) => {
      const text = `https://${name}${way}${asked}`;
      return text.slice(0, at) + what + text.slice(at);
    });
    let found = 0;
    fc.assert(
      fc.property(fc.oneof({ weight: 8, arbitrary: near }, value, plausible), (text) => {
        if (!isPlain(text)) return;
        found++;
        for (const kind of kinds) for (const context of contexts) expect(checkByTable(kind, text, context)).toBeUndefined();
      }),
      { numRuns: 20_000 },
    );
    expect(found).toBeGreaterThan(300);
    for (const text of ["https://client.org/callback", "https://a-b.client.org/a/b.c/~d;e=f?g=h&i=/j", "https://client.org", "https://client.org/?", `https://${"a".repeat(63)}.org/`]) expect(isPlain(text)).toBe(true);
  });

  it("T-03: what a confidential web client may have, native and public clients may have too", () => {
    fc.assert(
      fc.property(fc.oneof(value, plausible), (text) => {
        if (checkUri("redirect", text, web) === undefined) for (const context of [native, open]) expect(checkUri("redirect", text, context)).toBeUndefined();
      }),
      run,
    );
  });

  it("DCR-73: a URI of any length gets a short sentence", () => {
    for (const text of ["a".repeat(70_000), `${"'".repeat(70_000)}:x`, `https://${"a-".repeat(35_000)}!/`, `https://${"@".repeat(70_000)}`, `a${".a-".repeat(20_000)}:/x`]) {
      expect(checkUri("redirect", text, native)?.description.length).toBeLessThan(300);
    }
  });
});
