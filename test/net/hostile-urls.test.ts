// 10,000 hostile URLs reach no listener: every spelling of an address that is not public, names that lead to one, redirects to one. And what
// may be reached is reached, by the same fetcher.

import { once } from "node:events";
import http, { type RequestListener } from "node:http";
import https from "node:https";
import type { AddressInfo, Server } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KeyAndCertificate } from "../../src/net/certificate.js";
import { createFetcher, type Fetcher, type Lookup } from "../../src/net/fetcher.js";
import { isPublicAddress } from "../../src/net/public-address.js";
import { authority, serverFiles } from "./fixture.js";

const hostileUrls = 10_000;
/** Stands in for the public Internet, where tests do not go. */
const publicStandIn = "127.0.0.77";

let ca: KeyAndCertificate;
let fetcher: Fetcher;
/** The port of every listener that speaks TLS, and of the one that does not. */
let port: number;
let plainPort: number;
let hits = 0;
const servers: Server[] = [];
/** Where the redirecting listener sends whoever comes. */
let location = "";

async function listen(server: Server, host: string, at: number): Promise<number> {
  servers.push(server);
  server.listen(at, host);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** What a name means, each time that it is asked for. */
const names = new Map<string, (time: number) => readonly string[]>();
const asked = new Map<string, number>();
const lookup: Lookup = (hostname, _options, callback) => {
  const times = (asked.get(hostname) ?? 0) + 1;
  asked.set(hostname, times);
  const addresses = names.get(hostname)?.(times) ?? [];
  callback(null, addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })));
};

beforeAll(async () => {
  ca = await authority();
  const files = await serverFiles(ca, { dns: ["localhost", "127.0.0.1", "::1", "keys.internal.test", "redirect.internal.test", "stand-in.test", "rebinding.test"] });
  const tls = { cert: files.certificate, key: files.key };
  const hello: RequestListener = (_request, response) => response.setHeader("connection", "close").end("hello");
  const counted = (server: Server) => server.on("connection", () => hits++);
  port = await listen(counted(https.createServer(tls, hello)), "127.0.0.1", 0);
  await listen(counted(https.createServer(tls, hello)), "127.0.0.2", port);
  await listen(counted(https.createServer(tls, hello)), "::1", port);
  plainPort = await listen(counted(http.createServer(hello)), "127.0.0.1", 0);
  await listen(https.createServer(tls, hello), publicStandIn, port);
  await listen(https.createServer(tls, (request, response) => (request.url === "/redirect" ? response.writeHead(302, { location }).end() : hello(request, response))), "127.0.0.78", port);
  names.set("keys.internal.test", () => ["127.0.0.78"]);
  names.set("redirect.internal.test", () => ["127.0.0.78"]);
  names.set("stand-in.test", () => [publicStandIn]);
  fetcher = createFetcher({
    addresses: (address) => isPublicAddress(address) || address === publicStandIn,
    internalHosts: new Set([`keys.internal.test:${port}`, `redirect.internal.test:${port}`]),
    ca: ca.certificate, lookup,
  });
});
afterAll(() => {
  fetcher.close();
  for (const server of servers) server.close();
});

type Quad = readonly [number, number, number, number];
const byte = fc.nat(255);

/** Addresses that are not public; the listeners' own most of all. */
const quad: fc.Arbitrary<Quad> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<Quad[]>([127, 0, 0, 1], [127, 0, 0, 2]) },
  fc.tuple(fc.constantFrom(0, 10, 127), byte, byte, byte),
  fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), byte, byte),
  fc.tuple(fc.constant(192), fc.constant(168), byte, byte),
  fc.tuple(fc.constant(169), fc.constant(254), byte, byte),
  fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), byte, byte),
  fc.tuple(fc.integer({ min: 224, max: 255 }), byte, byte, byte),
  fc.constantFrom<Quad[]>([192, 0, 0, 8], [192, 0, 2, 1], [198, 18, 0, 1], [198, 51, 100, 1], [203, 0, 113, 1]),
).filter(([a, b, c, d]) => `${a}.${b}.${c}.${d}` !== publicStandIn);

const hex = (value: number, width = 0) => value.toString(16).padStart(width, "0");
const groups = ([a, b, c, d]: Quad) => `${hex((a << 8) | b)}:${hex((c << 8) | d)}`;
const number = ([a, b, c, d]: Quad) => ((a * 256 + b) * 256 + c) * 256 + d;
const fullwidth = (text: string) => text.replace(/[0-9.]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0));

/** Every way to write an IPv4 address that a URL parser, or a resolver behind one, has been known to take. */
const spellings: readonly ((quad: Quad) => string)[] = [
  (quad) => quad.join("."),
  (quad) => `${quad.join(".")}.`,
  (quad) => quad.map((part) => `0${part.toString(8)}`).join("."),
  (quad) => quad.map((part) => `0x${hex(part)}`).join("."),
  (quad) => quad.map((part, i) => (i % 2 === 0 ? `0X${hex(part)}` : `000${part.toString(8)}`)).join("."),
  (quad) => String(number(quad)),
  (quad) => `0x${hex(number(quad), 8)}`,
  (quad) => `0${number(quad).toString(8)}`,
  ([a, b, c, d]) => `${a}.${(b * 256 + c) * 256 + d}`,
  ([a, b, c, d]) => `${a}.${b}.${c * 256 + d}`,
  (quad) => fullwidth(quad.join(".")),
  (quad) => quad.join("。"),
  (quad) => [...quad.join(".")].map((char) => `%${hex(char.charCodeAt(0))}`).join(""),
  (quad) => `[::ffff:${quad.join(".")}]`,
  (quad) => `[::ffff:${groups(quad)}]`,
  (quad) => `[0:0:0:0:0:FFFF:${groups(quad).toUpperCase()}]`,
  (quad) => `[::${quad.join(".")}]`,
  (quad) => `[64:ff9b::${groups(quad)}]`,
  (quad) => `[2002:${groups(quad)}::1]`,
  (quad) => `[2001:0:4136:e378:8000:63bf:${groups(quad.map((part) => part ^ 255) as unknown as Quad)}]`,
];

const address = fc.tuple(quad, fc.constantFrom(...spellings)).map(([value, spell]) => spell(value));
const address6 = fc.constantFrom("[::1]", "[0:0:0:0:0:0:0:1]", "[0000:0000:0000:0000:0000:0000:0000:0001]", "[::0.0.0.1]", "[::]", "[fc00::1]", "[fd12:3456::1]", "[fe80::1]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]", "[100::1]", "[64:ff9b:1::1]", "[5f00::1]");

let made = 0;
/** Names, each meaning at once or later something that is not public. */
const name = fc.tuple(quad, fc.constantFrom<((value: Quad) => (time: number) => readonly string[])[]>(
  (value) => () => [value.join(".")],
  (value) => () => [publicStandIn, value.join(".")],
  (value) => () => [value.join("."), publicStandIn],
  (value) => () => [`::ffff:${value.join(".")}`],
  (value) => () => ["::1", value.join(".")],
  () => () => [],
)).map(([value, meaning]) => {
  const host = `name-${++made}.test`;
  names.set(host, meaning(value));
  return host;
});
const localName = fc.constantFrom("localhost", "LOCALHOST", "localhost.", "sub.localhost", "metadata.google.internal", "ip6-localhost").map((host) => {
  names.set(host.toLowerCase(), () => ["127.0.0.1"]);
  return host;
});

const host = fc.oneof({ weight: 6, arbitrary: address }, address6, { weight: 2, arbitrary: name }, localName);
const scheme = fc.oneof({ weight: 12, arbitrary: fc.constant("https:") }, fc.constantFrom("http:", "HTTP:", "ftp:", "ws:", "wss:", "file:", "gopher:", "data:", "javascript:", "https+unix:"));
const userinfo = fc.oneof({ weight: 6, arbitrary: fc.constant("") }, fc.constantFrom("user@", "user:secret@", "stand-in.test@", "stand-in.test:443@", "stand-in.test%2f@", "@", ":@", "stand-in.test\\@"));
const tail = fc.constantFrom("", "/", "/jwks", "/../jwks", "?a=https://stand-in.test/", "#@stand-in.test", "/\\stand-in.test");
const slashes = fc.oneof({ weight: 8, arbitrary: fc.constant("//") }, fc.constantFrom("/", "\\\\", "////", ""));

const hostileUrl = fc.tuple(scheme, slashes, userinfo, host, fc.nat(5), tail).map(([scheme, slashes, userinfo, host, which, tail]) => {
  const ports = [`:${port}`, `:${port}`, `:${plainPort}`, "", ":22", `:0${port}`];
  return `${scheme}${slashes}${userinfo}${host}${ports[which]}${tail}`;
});

/** The fetcher's own words: an error of a connection would mean that it tried. */
const refused = /^(?:.* has an address that is not connected to|only https URLs without a user are fetched|Invalid URL)$/;

describe("V1, V2: URLs that others have named", () => {
  it(`${hostileUrls} hostile ones are refused before anything is connected to`, async () => {
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(hostileUrl, async (url) => {
        tried++;
        const why = await fetcher.fetch({ url }).then(() => "it was answered", (error: Error) => error.message);
        // A host that is the stand-in itself is none: "\\" and "/" end a host.
        if (URL.canParse(url) && new URL(url).hostname === "stand-in.test") return;
        expect(why, url).toMatch(refused);
      }),
      { numRuns: hostileUrls },
    );
    expect(tried).toBeGreaterThanOrEqual(hostileUrls);
    expect(hits).toBe(0);
  }, 120_000);

  it("the same ones as targets of redirects are not followed", async () => {
    await fc.assert(
      fc.asyncProperty(hostileUrl, async (url) => {
        location = encodeURI(url);
        await expect(fetcher.fetch({ url: `https://redirect.internal.test:${port}/redirect` })).rejects.toThrow(/redirect/);
      }),
      { numRuns: 200 },
    );
    expect(hits).toBe(0);
  }, 60_000);

  it("a name that is public once and not the next time is reached the first time alone", async () => {
    names.set("rebinding.test", (time) => (time === 1 ? [publicStandIn] : ["127.0.0.1"]));
    const url = `https://rebinding.test:${port}/`;
    expect((await fetcher.fetch({ url })).status).toBe(200);
    await expect(fetcher.fetch({ url })).rejects.toThrow(refused);
    expect(asked.get("rebinding.test")).toBe(2);
    expect(hits).toBe(0);
  });

  it("what may be reached is: a public address, and an internal host that the configuration names, by that name and port alone", async () => {
    expect((await fetcher.fetch({ url: `https://stand-in.test:${port}/` })).status).toBe(200);
    expect((await fetcher.fetch({ url: `https://KEYS.internal.test:${port}/` })).status).toBe(200);
    await expect(fetcher.fetch({ url: "https://keys.internal.test/" })).rejects.toThrow(refused);
    await expect(fetcher.fetch({ url: `https://127.0.0.78:${port}/` })).rejects.toThrow(refused);
  });

  it("the listeners count: one that is allowed reaches them", async () => {
    const anywhere = createFetcher({ addresses: "any", ca: ca.certificate });
    expect((await anywhere.fetch({ url: `https://127.0.0.1:${port}/` })).status).toBe(200);
    anywhere.close();
    expect(hits).toBe(1);
  });
});
