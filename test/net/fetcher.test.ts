// The one outgoing fetcher: where it goes, where it does not, and what it bears.

import { once } from "node:events";
import http, { type RequestListener } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { KeyAndCertificate } from "../../src/net/certificate.js";
import { createFetcher, FetcherBusyError, type FetcherOptions, type Lookup } from "../../src/net/fetcher.js";
import { isLoopbackAddress, isPublicAddress } from "../../src/net/public-address.js";
import type { TlsFiles } from "../../src/net/tls.js";
import { authority, serverFiles } from "./fixture.js";

let ca: KeyAndCertificate;
let files: TlsFiles;
beforeAll(async () => {
  ca = await authority();
  files = await serverFiles(ca, { dns: ["localhost", "rebinding.test", "127.0.0.1"] });
});

interface Listener {
  readonly port: number;
  connections(): number;
}

async function listen(answer: RequestListener, { plain = false, host = "127.0.0.1", port = 0 } = {}): Promise<Listener> {
  const server = plain ? http.createServer(answer) : https.createServer({ cert: files.certificate, key: files.key }, answer);
  let connections = 0;
  server.on("connection", () => connections++);
  server.listen(port, host);
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
}

function fetcherWith(options: Partial<FetcherOptions> = {}) {
  const fetcher = createFetcher({ addresses: "any", ca: ca.certificate, ...options });
  onTestFinished(fetcher.close);
  return fetcher;
}

const text = (body: Uint8Array) => Buffer.from(body).toString();
const to = (...addresses: readonly string[]): Lookup => (_hostname, _options, callback) => callback(null, addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })));
const never: RequestListener = () => {};
const hello: RequestListener = (_request, response) => response.end("hello");

describe("an exchange", () => {
  it("brings question and answer over, whatever the status", async () => {
    const { port } = await listen((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", () => {
        response.writeHead(418, { "content-type": "text/plain" }).end(`${request.method} ${request.url} ${request.headers["x-asked"]} ${Buffer.concat(chunks)}`);
      });
    });
    const answer = await fetcherWith().fetch({ url: `https://localhost:${port}/a?b=c#d`, method: "POST", headers: { "x-asked": "yes" }, body: "größer" });
    expect([answer.status, answer.headers["content-type"], text(answer.body)]).toEqual([418, "text/plain", "POST /a?b=c yes größer"]);
  });

  it("keeps its connection, and takes a new one when the server has closed the one that it kept", async () => {
    const asked = new Map<unknown, number>();
    let mood: "patient" | "closes what is kept" | "closes all" = "patient";
    const server = await listen((request, response) => {
      const before = asked.get(request.socket) ?? 0;
      asked.set(request.socket, before + 1);
      if (mood === "closes all" || (mood === "closes what is kept" && before > 0)) request.socket.destroy();
      else response.end("hello");
    });
    const fetcher = fetcherWith();
    const url = `https://localhost:${server.port}`;
    for (let i = 0; i < 3; i++) await fetcher.fetch({ url });
    expect(server.connections()).toBe(1);
    mood = "closes what is kept";
    expect((await fetcher.fetch({ url })).status).toBe(200);
    expect(server.connections()).toBe(2);
    mood = "closes all";
    await expect(fetcher.fetch({ url })).rejects.toThrow();
    // The one that was kept, and one more.
    expect(server.connections()).toBe(3);
    await expect(fetcher.fetch({ url })).rejects.toThrow();
    expect(server.connections()).toBe(4);
  });

  it("is with a server whose certificate its authorities vouch for", async () => {
    const server = await listen(hello);
    const url = `https://localhost:${server.port}`;
    await expect(createFetcher({ addresses: "any" }).fetch({ url })).rejects.toThrow(/certificate/);
    await expect(fetcherWith({ lookup: to("127.0.0.1") }).fetch({ url: `https://other.test:${server.port}` })).rejects.toThrow(/altnames/);
    expect((await fetcherWith().fetch({ url })).status).toBe(200);
  });
});

describe("what it does not bear", () => {
  it.each([300, 301, 302, 303, 307, 308])("a redirect with status %s", async (status) => {
    const target = await listen(hello);
    const { port } = await listen((_request, response) => response.writeHead(status, { location: `https://localhost:${target.port}/` }).end());
    await expect(fetcherWith().fetch({ url: `https://localhost:${port}` })).rejects.toThrow(/redirect/);
    expect(target.connections()).toBe(0);
  });

  it("a body without end, however it comes", async () => {
    let written = 0;
    const endless = await listen((request, response) => {
      const chunk = Buffer.alloc(8_192, "a");
      const write = () => {
        while (!response.destroyed) {
          written += chunk.length;
          if (!response.write(chunk)) return void response.once("drain", write);
        }
      };
      if (request.url === "/said") response.setHeader("content-length", "100000000");
      write();
    });
    const fetcher = fetcherWith({ sizeLimit: 100_000 });
    const url = `https://localhost:${endless.port}`;
    await expect(fetcher.fetch({ url })).rejects.toThrow(/more than 100000 bytes/);
    await expect(fetcher.fetch({ url: `${url}/said` })).rejects.toThrow(/more than 100000 bytes/);
    // What the sockets hold is sent before either end knows.
    expect(written).toBeLessThan(50_000_000);
  });

  it("a body that is larger than it may be by one byte, and not one that is as large", async () => {
    const { port } = await listen((request, response) => response.end("a".repeat(Number(request.url!.slice(1)))));
    const fetcher = fetcherWith({ sizeLimit: 1_000 });
    expect((await fetcher.fetch({ url: `https://localhost:${port}/1000` })).body).toHaveLength(1_000);
    await expect(fetcher.fetch({ url: `https://localhost:${port}/1001` })).rejects.toThrow(/more than/);
  });

  it("a body that is packed", async () => {
    const { port } = await listen((_request, response) => response.writeHead(200, { "content-encoding": "gzip" }).end("x"));
    await expect(fetcherWith().fetch({ url: `https://localhost:${port}` })).rejects.toThrow(/encoding/);
  });

  it("a body that ends too early", async () => {
    const { port } = await listen((_request, response) => {
      response.writeHead(200, { "content-length": "100" }).write("half");
      setImmediate(() => response.destroy());
    });
    await expect(fetcherWith().fetch({ url: `https://localhost:${port}` })).rejects.toThrow();
  });

  it.each([
    ["that never begins", never],
    ["that never ends", ((_request, response) => void response.writeHead(200).write("a")) satisfies RequestListener],
  ])("an answer %s", async (_, answer) => {
    const { port } = await listen(answer);
    await expect(fetcherWith({ timeLimit: 100 }).fetch({ url: `https://localhost:${port}` })).rejects.toThrow(/within 100 ms/);
  });

  it("more exchanges with one host than it may have, and those of another host", async () => {
    const [slow, quick] = [await listen(never), await listen(hello)];
    const fetcher = fetcherWith({ perHost: 2, timeLimit: 500 });
    const open = [1, 2].map(() => fetcher.fetch({ url: `https://localhost:${slow.port}` }).catch(String));
    await expect(fetcher.fetch({ url: `https://localhost:${slow.port}` })).rejects.toThrow(/already/);
    expect((await fetcher.fetch({ url: `https://localhost:${quick.port}` })).status).toBe(200);
    await Promise.all(open);
    // They are counted no longer than they last.
    await expect(fetcher.fetch({ url: `https://localhost:${slow.port}` })).rejects.toThrow(/within 500 ms/);
  });

  it("lookups that outlive their exchanges do not pile up, and leave room again when they end", async () => {
    const { port } = await listen(hello);
    const waiting: (() => void)[] = [];
    const lookup: Lookup = (hostname, options, callback) => (hostname === "localhost" ? to("127.0.0.1")(hostname, options, callback) : void waiting.push(() => callback(null, [])));
    const fetcher = fetcherWith({ atOnce: 2, timeLimit: 50, lookup });
    for (const name of ["one", "two"]) await expect(fetcher.fetch({ url: `https://${name}.test/` })).rejects.toThrow("within 50 ms");
    await expect(fetcher.fetch({ url: "https://three.test/" })).rejects.toBeInstanceOf(FetcherBusyError);
    expect(waiting).toHaveLength(2);
    for (const end of waiting) end();
    const patient = () => fetcher.fetch({ url: `https://localhost:${port}/` }).catch((error: unknown) => (error instanceof FetcherBusyError ? error : undefined));
    expect(await patient()).not.toBeInstanceOf(FetcherBusyError);
  });

  it("more exchanges with all hosts together than it may have", async () => {
    const [slow, other, third] = [await listen(never), await listen(never), await listen(hello)];
    const fetcher = fetcherWith({ atOnce: 2, timeLimit: 500 });
    const open = [slow, other].map(({ port }) => fetcher.fetch({ url: `https://localhost:${port}` }).catch(String));
    await expect(fetcher.fetch({ url: `https://localhost:${third.port}` })).rejects.toBeInstanceOf(FetcherBusyError);
    expect(third.connections()).toBe(0);
    await Promise.all(open);
    expect((await fetcher.fetch({ url: `https://localhost:${third.port}` })).status).toBe(200);
  });
});

describe("plain http", () => {
  it("is taken to this machine where the caller says so, and only there", async () => {
    const { port } = await listen(hello, { plain: true });
    const url = `http://localhost:${port}`;
    await expect(fetcherWith().fetch({ url })).rejects.toThrow(/only https/);
    const fetcher = fetcherWith({ loopbackHttp: true });
    expect(text((await fetcher.fetch({ url: `http://127.0.0.1:${port}` })).body)).toBe("hello");
    await expect(fetcher.fetch({ url: "http://192.0.2.1/" })).rejects.toThrow(/not connected to/);
    await expect(fetcherWith({ loopbackHttp: true, lookup: to("192.0.2.1") }).fetch({ url: "http://localhost/" })).rejects.toThrow(/not connected to/);
  });
});

describe("URLs that it does not take", () => {
  it.each(["ftp://localhost/", "file:///etc/hostname", "data:text/plain,x", "https://user@localhost/", "https://user:word@localhost/", "https://:word@localhost/"])("%s", async (url) => {
    await expect(fetcherWith({ loopbackHttp: true }).fetch({ url })).rejects.toThrow(/only https URLs without a user/);
  });

  it("what is none", async () => {
    for (const url of ["", "nothing", "//localhost", "https://"]) await expect(fetcherWith().fetch({ url }), url).rejects.toThrow(/Invalid URL/);
  });
});

describe("addresses", () => {
  it("a public fetcher does not go to this machine, by whatever name; one for any address does", async () => {
    const server = await listen(hello);
    const urls = ["localhost", "127.0.0.1", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0"].map((host) => `https://${host}:${server.port}/`);
    for (const url of urls) await expect(fetcherWith({ addresses: "public" }).fetch({ url }), url).rejects.toThrow(/not connected to/);
    await expect(fetcherWith({ addresses: "public", lookup: to("127.0.0.1") }).fetch({ url: `https://rebinding.test:${server.port}` })).rejects.toThrow(/not connected to/);
    expect(server.connections()).toBe(0);
    expect((await fetcherWith({ lookup: to("127.0.0.1") }).fetch({ url: `https://rebinding.test:${server.port}` })).status).toBe(200);
  });

  it("a name that resolves otherwise the next time is looked at the next time", async () => {
    const first = await listen((_request, response) => response.writeHead(200, { connection: "close" }).end());
    const inside = await listen(hello, { host: "127.0.0.2", port: first.port });
    const answers = ["127.0.0.1", "127.0.0.2"];
    const fetcher = fetcherWith({ addresses: (address) => address === "127.0.0.1", lookup: (...all) => to(answers.shift()!)(...all) });
    const url = `https://rebinding.test:${first.port}`;
    expect((await fetcher.fetch({ url })).status).toBe(200);
    await expect(fetcher.fetch({ url })).rejects.toThrow(/not connected to/);
    expect(inside.connections()).toBe(0);
  });

  it("one address that is not allowed among others is enough", async () => {
    const server = await listen(hello);
    const fetcher = fetcherWith({ addresses: (address) => address === "127.0.0.1", lookup: to("127.0.0.1", "169.254.169.254") });
    await expect(fetcher.fetch({ url: `https://rebinding.test:${server.port}` })).rejects.toThrow(/not connected to/);
    expect(server.connections()).toBe(0);
  });

  it("a name without addresses is an error", async () => {
    await expect(fetcherWith({ lookup: to() }).fetch({ url: "https://rebinding.test/" })).rejects.toThrow();
  });

  it.each([
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.255", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.9", "192.0.2.1",
    "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::FFFF:A00:1", "::ffff:0:8.8.8.8", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::8.8.8.8",
    "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::1", "3fff::1", "5f00::1",
    "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "4000::1", "localhost", "", "1.2.3", "2606:4700::1111%eth0",
  ])("%s is not public", (address) => expect(isPublicAddress(address)).toBe(false));

  it.each([
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1", "172.15.255.255", "172.32.0.0", "192.0.1.1", "198.17.255.255", "198.20.0.0",
    "223.255.255.255", "2606:4700:4700::1111", "2a00:1450:4001::1", "2001:200::1", "2003::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "64:ff9b::808:808",
  ])("%s is public", (address) => expect(isPublicAddress(address)).toBe(true));

  it.each([["127.0.0.1", true], ["127.9.9.9", true], ["::1", true], ["0:0:0:0:0:0:0:1", true], ["::ffff:127.0.0.1", true], ["128.0.0.1", false], ["::", false], ["::2", false], ["1::1", false], ["::ffff:8.8.8.8", false], ["localhost", false]])(
    "%s is loopback: %s", (address, expected) => expect(isLoopbackAddress(address)).toBe(expected));
});
