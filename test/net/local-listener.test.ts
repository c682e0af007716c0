import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import http from "node:http";
import http2 from "node:http2";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createLocalListener, readLocalEvidence, type LocalAddress, type LocalListener } from "../../src/net/local-listener.js";
import type { ServerLimits } from "../../src/net/limits.js";
import type { ServerAnswer, ServerRequest } from "../../src/net/request.js";
import type { NetEvent } from "../../src/net/server.js";

const folders: string[] = [];
const listeners: LocalListener[] = [];
afterEach(async () => {
  for (const listener of listeners.splice(0)) await listener.drain(0);
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function socketPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "matricula-local-"));
  folders.push(folder);
  return join(folder, "m.sock");
}

interface Started {
  readonly listener: LocalListener;
  readonly events: NetEvent[];
  readonly port: number;
}

/** A listener that answers with what it has seen of the caller, and of the body. */
async function start(where: LocalAddress, limits: Partial<ServerLimits> = {}, handler: (request: ServerRequest, response: ServerAnswer) => void = echo): Promise<Started> {
  const events: NetEvent[] = [];
  const listener = createLocalListener(where, { limits, handler, onEvent: (event) => events.push(event) });
  await listener.listen();
  listeners.push(listener);
  return { listener, events, port: Number(/:(\d+)$/.exec(listener.name)?.[1] ?? 0) };
}

function echo(request: ServerRequest, response: ServerAnswer): void {
  let body = "";
  request.on("data", (chunk: Buffer) => (body += chunk.toString()));
  request.on("end", () => response.end(JSON.stringify({ version: request.httpVersion, url: request.url, evidence: readLocalEvidence(request), body })));
}

const onSocket = (path: string): LocalAddress => ({ kind: "socket", path });
const onPort = (host = "127.0.0.1"): LocalAddress => ({ kind: "addresses", addresses: [{ host, port: 0 }] });

async function ask1(target: { socketPath?: string; port?: number; host?: string }, headers: Record<string, string> = {}, body?: string) {
  const request = http.request({ ...target, path: "/x", method: body === undefined ? "GET" : "POST", headers, agent: false });
  request.end(body);
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, text, json: () => JSON.parse(text) as Record<string, unknown> };
}

async function ask2(connect: () => net.Socket, headers: http2.OutgoingHttpHeaders = {}, body?: string) {
  const session = http2.connect("http://localhost", { createConnection: connect });
  try {
    const stream = session.request({ ":path": "/x", ":method": body === undefined ? "GET" : "POST", ...headers });
    stream.end(body);
    const [answer] = (await once(stream, "response")) as [http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader];
    let text = "";
    for await (const chunk of stream) text += String(chunk);
    return { status: answer[":status"], text, json: () => JSON.parse(text) as Record<string, unknown> };
  } finally {
    session.destroy();
  }
}

const shown = (authorization?: string) => ({ certificate: { kind: "none" }, ...(authorization === undefined ? {} : { authorization }), local: true });

describe("a local listener on a socket", () => {
  it("serves HTTP/1.1 and HTTP/2 with prior knowledge on the one socket", async () => {
    const path = socketPath();
    await start(onSocket(path));
    expect((await ask1({ socketPath: path }, {}, "one")).json()).toEqual({ version: "1.1", url: "/x", evidence: shown(), body: "one" });
    expect((await ask2(() => net.connect(path), {}, "two")).json()).toEqual({ version: "2.0", url: "/x", evidence: shown(), body: "two" });
  });

  it("shows the Authorization header, and believes no header about an address", async () => {
    const path = socketPath();
    await start(onSocket(path));
    const headers = { authorization: "Bearer abc", "x-forwarded-for": "192.0.2.1", forwarded: "for=192.0.2.1" };
    expect((await ask1({ socketPath: path }, headers)).json()["evidence"]).toEqual(shown("Bearer abc"));
    expect((await ask2(() => net.connect(path), headers)).json()["evidence"]).toEqual(shown("Bearer abc"));
  });

  it.each(["client-cert", "x-ssl-client-cert", "x-forwarded-client-cert"])("takes %s from nobody: it is no proxy's", async (name) => {
    const path = socketPath();
    await start(onSocket(path));
    const unacceptable = { ...shown(), certificate: { kind: "unacceptable", reason: expect.any(String) } };
    expect((await ask1({ socketPath: path }, { [name]: "anything" })).json()["evidence"]).toEqual(unacceptable);
    expect((await ask2(() => net.connect(path), { [name]: "anything" })).json()["evidence"]).toEqual(unacceptable);
  });

  it("says nothing of a request that came otherwise", () => {
    expect(readLocalEvidence(new http.IncomingMessage(new net.Socket()))).toBeUndefined();
  });

  it("tells the two apart however the first bytes are cut", async () => {
    const path = socketPath();
    await start(onSocket(path));
    for (const text of ["PUT /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok", "PRI /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"]) {
      const socket = net.connect(path).setNoDelay(true);
      await once(socket, "connect");
      let answer = "";
      socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
      // An answer may come, and the connection end, before all is written.
      socket.on("error", () => {});
      const closed = new Promise((resolve) => socket.once("close", resolve));
      for (const character of text) {
        socket.write(character);
        await new Promise(setImmediate);
      }
      await closed;
      expect(answer).toMatch(/^HTTP\/1\.1 \d{3} /);
      expect(answer).toMatch(text.startsWith("PUT") ? /"body":"ok"/ : /400/);
    }
    // The same of HTTP/2: a relay hands on one byte at a time.
    const slow = () => {
      const socket = net.connect(path);
      const write = socket.write.bind(socket) as (bytes: Uint8Array) => boolean;
      const relay = net.createServer((from) => {
        from.on("data", (bytes: Buffer) => bytes.forEach((byte) => write(Uint8Array.of(byte))));
        socket.pipe(from);
        from.on("error", () => {});
        from.on("close", () => socket.destroy());
      });
      const name = `${path}.relay`;
      relay.listen(name);
      const through = net.connect(name);
      through.once("close", () => relay.close());
      return through;
    };
    expect((await ask2(slow, {}, "slowly")).json()).toMatchObject({ version: "2.0", body: "slowly" });
  });

  it("lets nobody but its owner connect, and leaves the process's mask as it was", async () => {
    const path = socketPath();
    const before = process.umask();
    await start(onSocket(path));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(process.umask()).toBe(before);
  });

  it("takes any name for the host, and its path too: no page of the web can reach it", async () => {
    const path = socketPath();
    await start(onSocket(path));
    for (const host of ["matricula", "localhost:80", path, encodeURIComponent(path)]) expect((await ask1({ socketPath: path }, { host })).status, host).toBe(200);
    expect((await ask2(() => net.connect(path), { ":authority": encodeURIComponent(path) })).status).toBe(200);
    expect((await ask1({ socketPath: path }, { host: "a b" })).status).toBe(400);
  });

  it("takes the place of what a killed process has left, and removes its file when it stops", async () => {
    const path = socketPath();
    const killed = spawnSync(process.execPath, ["-e", `require("net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`]);
    expect([killed.signal, existsSync(path)]).toEqual(["SIGKILL", true]);
    const { listener } = await start(onSocket(path));
    expect((await ask1({ socketPath: path })).status).toBe(200);
    await listener.drain(0);
    expect(existsSync(path)).toBe(false);
  });

  it("leaves alone what answers, and what is no socket", async () => {
    const path = socketPath();
    await start(onSocket(path));
    await expect(start(onSocket(path))).rejects.toThrow(`another process listens on ${path}`);
    expect((await ask1({ socketPath: path })).status).toBe(200);
    writeFileSync(`${path}.txt`, "mine");
    await expect(start(onSocket(`${path}.txt`))).rejects.toThrow("is no socket");
    expect(existsSync(`${path}.txt`)).toBe(true);
    await expect(start(onSocket(join(path, "none", "m.sock")))).rejects.toThrow("cannot listen on");
  });
});

describe("a local listener on a loopback port", () => {
  it("serves both versions", async () => {
    const { port, listener } = await start(onPort());
    expect(listener.name).toBe(`http://127.0.0.1:${port}`);
    for (const host of ["localhost", `127.0.0.1:${port}`, "[::1]:1", "LOCALHOST"]) expect((await ask1({ port, host: "127.0.0.1" }, { host })).status, host).toBe(200);
    expect((await ask2(() => net.connect(port, "127.0.0.1"), {}, "two")).json()).toMatchObject({ version: "2.0", evidence: shown() });
  });

  it("gives both loopback addresses one port", async () => {
    const { port, listener } = await start({ kind: "addresses", addresses: [{ host: "127.0.0.1", port: 0 }, { host: "::1", port: 0 }] });
    expect(listener.name).toBe(`http://localhost:${port}`);
    expect((await ask1({ port, host: "127.0.0.1" }, { host: "localhost" })).status).toBe(200);
  });

  it.each(["rebound.example", "rebound.example:80", "127.0.0.1.rebound.example", "localhost.rebound.example", "192.0.2.1"])("refuses the host %s, which a page may have rebound", async (host) => {
    const { port, events } = await start(onPort());
    for (const answer of [await ask1({ port, host: "127.0.0.1" }, { host }, "{}"), await ask2(() => net.connect(port, "127.0.0.1"), { ":authority": host }, "{}")]) {
      expect([answer.status, answer.json()["error"]]).toEqual([403, "invalid_request"]);
    }
    expect(events.map(({ kind }) => kind)).toEqual(["bad-authority", "bad-authority"]);
  });

  it.each(["https://page.example", "null", "http://localhost"])("refuses a page's request: Origin %s", async (origin) => {
    const { port } = await start(onPort());
    const target = { port, host: "127.0.0.1" };
    expect((await ask1(target, { host: "localhost", origin }, "{}")).status).toBe(403);
    expect((await ask2(() => net.connect(port, "127.0.0.1"), { ":authority": "localhost", origin }, "{}")).status).toBe(403);
  });
});

describe("a local listener's limits", () => {
  it("holds connections to their number", async () => {
    const path = socketPath();
    const { events } = await start(onSocket(path), { maxConnections: 1 });
    const first = net.connect(path);
    await once(first, "connect");
    const second = net.connect(path);
    second.on("error", () => {});
    await once(second, "close");
    expect(events).toEqual([{ kind: "connection-refused" }]);
    first.destroy();
  });

  it("closes what says nothing, and what says too little", async () => {
    const path = socketPath();
    const { listener } = await start(onSocket(path), { headersTimeoutMs: 50, sweepIntervalMs: 20 });
    for (const text of ["", "PRI * HT", "GET /x HT"]) {
      const socket = net.connect(path);
      socket.on("error", () => {});
      socket.resume().write(text);
      await once(socket, "close");
    }
    await expect.poll(() => listener.openConnections).toBe(0);
  });

  it("answers who has ended its side, and keeps no session whose peer has", async () => {
    const path = socketPath();
    const { listener } = await start(onSocket(path));
    const asking = net.connect({ path, allowHalfOpen: true });
    let answer = "";
    asking.on("data", (chunk: Buffer) => (answer += chunk.toString())).end("GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await once(asking, "end");
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    asking.destroy();
    const session = net.connect({ path, allowHalfOpen: true });
    session.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", "latin1");
    await once(session, "data");
    session.resume().end();
    await once(session, "end");
    await expect.poll(() => listener.openConnections).toBe(0);
    session.destroy();
  });

  it("answers headers that are too many, and a request that is none", async () => {
    const path = socketPath();
    await start(onSocket(path), { maxHeaderPairs: 8 });
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`x-${i}`, "1"]));
    expect((await ask1({ socketPath: path }, many)).status).toBe(431);
    const socket = net.connect(path);
    socket.write("nonsense\r\n\r\n");
    expect(String((await once(socket, "data"))[0])).toMatch(/^HTTP\/1\.1 400 /);
  });

  it("survives a handler that throws", async () => {
    const path = socketPath();
    const { events } = await start(onSocket(path), {}, () => {
      throw new Error("broken");
    });
    await expect(ask1({ socketPath: path })).rejects.toThrow();
    expect(events.map(({ kind }) => kind)).toEqual(["handler-threw"]);
  });
});

describe("a local listener's drain", () => {
  it("takes no connection, lets open requests end, and closes", async () => {
    const path = socketPath();
    let finish = () => {};
    let arrived = () => {};
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    const { listener } = await start(onSocket(path), {}, (_request, response) => {
      finish = () => void response.end("done");
      arrived();
    });
    const idle = net.connect(path);
    await once(idle, "connect");
    const open = ask2(() => net.connect(path));
    await arrival;
    const drained = listener.drain(20_000);
    await once(idle.resume(), "close");
    await expect(ask1({ socketPath: path })).rejects.toThrow();
    finish();
    expect((await open).text).toBe("done");
    await drained;
    expect([listener.openConnections, existsSync(path)]).toEqual([0, false]);
  });

  it("ends idle connections of both kinds without waiting for its time", async () => {
    const path = socketPath();
    const { listener } = await start(onSocket(path));
    const agent = new http.Agent({ keepAlive: true });
    const asked = http.request({ socketPath: path, agent }).end();
    const [answer] = (await once(asked, "response")) as [http.IncomingMessage];
    await once(answer.resume(), "end");
    const session = http2.connect("http://localhost", { createConnection: () => net.connect(path) });
    await once(session, "remoteSettings");
    expect(listener.openConnections).toBe(2);
    await Promise.all([listener.drain(60_000), once(session, "goaway"), once(asked.socket!, "close")]);
    expect(listener.openConnections).toBe(0);
    session.destroy();
    agent.destroy();
  });

  it("cuts off what is left after the time", async () => {
    const path = socketPath();
    const { listener } = await start(onSocket(path), {}, () => {});
    const open = ask1({ socketPath: path });
    const failed = expect(open).rejects.toThrow();
    while (listener.openConnections === 0) await new Promise(setImmediate);
    await listener.drain(20);
    await failed;
  });
});
