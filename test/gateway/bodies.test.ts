// Bodies that do not come whole, or that nobody reads: nothing is done for them, and nobody waits for them.

import { once } from "node:events";
import http2 from "node:http2";
import https from "node:https";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { answerOf, connectTls, readToEnd, session2 } from "../net/fixture.js";
import { END_HEADERS, END_STREAM, PREFACE, SETTINGS, TYPE, frame, framesOf, request, reset } from "../net/raw-http2.js";
import { bodyLimit, example, startGateway, type GatewayServer } from "./fixture.js";

/** So long that a test which waits for a timeout of the server fails by its own. */
const patient = { requestTimeoutMs: 600_000, headersTimeoutMs: 600_000, idleTimeoutMs: 600_000 };
const soon = { timeout: 5_000 };

let server: GatewayServer;
beforeAll(async () => {
  server = await startGateway({ limits: patient });
});
afterAll(() => server.close());
afterEach(() => void server.finished.splice(0));

const changes = () => server.registry.store.changes.after(0, 1000).length;
const cutShort = [{ kind: "invalid_request", message: "the request ended before it was complete" }];
const ends = () => server.finished.map(({ error }) => error && { kind: error.kind, message: error.message });

describe("a caller that goes before its body is complete is refused, and nothing is run for it", () => {
  const post = { ":method": "POST", ":path": "/register", "content-type": "application/json" };
  const CANCEL = 8;

  test.each([
    ["within the body", frame(TYPE.data, 0, 1, Buffer.from(example.slice(0, 20)))],
    ["within a body that could be the whole", frame(TYPE.data, 0, 1, Buffer.from(example))],
    ["before the body", Buffer.alloc(0)],
  ])("a stream that is reset %s", soon, async (_name, body) => {
    const before = changes();
    const socket = await connectTls(server, { ALPNProtocols: ["h2"] });
    socket.resume();
    socket.write(Buffer.concat([PREFACE, SETTINGS, request(1, post), body, reset(1, CANCEL)]));
    await expect.poll(ends).toEqual(cutShort);
    // Another request, so that whatever would have been run for the first has been.
    const answered = new Promise((resolve) => socket.on("data", (chunk: Buffer) => framesOf(chunk).some(({ type, stream }) => type === TYPE.headers && stream === 3) && resolve(undefined)));
    socket.write(request(3, { ":method": "GET", ":path": "/livez" }, END_HEADERS | END_STREAM));
    await answered;
    expect(changes()).toBe(before);
    expect(ends()).toEqual(cutShort);
    socket.destroy();
  });

  test("a control: the same bytes without the reset register", soon, async () => {
    const before = changes();
    const socket = await connectTls(server, { ALPNProtocols: ["h2"] });
    socket.resume();
    socket.write(Buffer.concat([PREFACE, SETTINGS, request(1, post), frame(TYPE.data, END_STREAM, 1, Buffer.from(example))]));
    await expect.poll(ends).toEqual([undefined]);
    expect(changes()).toBe(before + 1);
    socket.destroy();
  });

  test("an HTTP/1.1 connection that closes", soon, async () => {
    const before = changes();
    const socket = await connectTls(server, { ALPNProtocols: ["http/1.1"] });
    // Node says 100 when the request is with its handler.
    socket.write(`POST /register HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: ${example.length}\r\n\r\n`);
    expect(String((await once(socket, "data"))[0])).toMatch(/^HTTP\/1\.1 100 /);
    socket.write(example.slice(0, 20), () => socket.destroy());
    await expect.poll(ends).toEqual(cutShort);
    expect(changes()).toBe(before);
  });

  test("an HTTP/2 connection that closes", soon, async () => {
    const session = await session2(server);
    const stream = session.request(post);
    stream.on("error", () => {});
    stream.write(example.slice(0, 20));
    await new Promise<void>((resolve) => session.ping(() => resolve()));
    session.destroy();
    await expect.poll(ends).toEqual(cutShort);
  });
});

/** What is refused before its body has been read, with the status. */
const refusals: readonly (readonly [name: string, method: string, path: string, headers: Record<string, string>, status: number])[] = [
  ["a path where nothing is", "POST", "/nothing", { "content-type": "application/json" }, 404],
  ["a method that is not taken", "PATCH", "/register", { "content-type": "application/json" }, 405],
  ["a page that is only read", "POST", "/livez", {}, 405],
  ["a token that is not valid", "POST", "/register", { "content-type": "application/json", authorization: "Bearer nonsense" }, 401],
  ["another content type", "POST", "/register", { "content-type": "text/plain" }, 415],
  ["a part of a body", "POST", "/register", { "content-type": "application/json", "content-range": "bytes 0-1/2" }, 400],
];

describe("an answer does not wait for a body that nobody reads, and what is left of the request ends soon", () => {
  test.each(refusals)("HTTP/2: %s", soon, async (_name, method, path, headers, status) => {
    const session = await session2(server);
    const stream = session.request({ ":method": method, ":path": path, ...headers });
    stream.on("error", () => {});
    stream.write("{");
    const closed = once(stream, "close");
    expect((await answerOf(stream)).status).toBe(status);
    await closed;
    expect(stream.rstCode).toBe(http2.constants.NGHTTP2_NO_ERROR);
    session.close();
  });

  test("HTTP/2: hundreds of short bodies on one connection of Node's, which goes on counting what a reset kept it from sending", { timeout: 30_000 }, async () => {
    const session = await session2(server);
    const body = Buffer.alloc(60_000, 0x20);
    const statuses: unknown[] = [];
    for (let i = 0; i < 50; i += 1) {
      const streams = Array.from({ length: 8 }, () => session.request({ ":method": "POST", ":path": "/register", "content-type": "text/plain" }).end(body));
      statuses.push(...(await Promise.all(streams.map(answerOf))).map(({ status }) => status));
      // No more on its way than it may count.
      await expect.poll(() => streams.every(({ closed }) => closed), { interval: 1 }).toBe(true);
    }
    expect(statuses).toEqual(Array.from({ length: 400 }, () => 415));
    session.close();
  });

  test.each<[string, Record<string, string>, number]>([
    ["without end", {}, 65_536],
    ["that goes on beyond its end", { "content-length": "60000" }, 60_000],
  ])("HTTP/2: of a body %s no more is read than of a short one", soon, async (_name, headers, least) => {
    const socket = await connectTls(server, { ALPNProtocols: ["h2"] });
    socket.write(Buffer.concat([PREFACE, SETTINGS, request(1, { ":method": "POST", ":path": "/nothing", ...headers })]));
    const sent = await new Promise<number>((resolve) => {
      let bytes = Buffer.alloc(0);
      let size = 0;
      socket.once("close", () => resolve(size));
      socket.on("data", (chunk: Buffer) => {
        bytes = Buffer.concat([bytes, chunk]);
        const frames = framesOf(bytes);
        if (frames.some(({ type, stream }) => type === TYPE.rstStream && stream === 1)) return resolve(size);
        const windowOf = (of: number) => frames.filter(({ type, stream }) => type === TYPE.windowUpdate && stream === of).reduce((sum, { payload }) => sum + payload.readUInt32BE(), 65_535);
        for (let left = Math.min(windowOf(0), windowOf(1)) - size; left > 0; left -= 16_384) {
          const data = Buffer.alloc(Math.min(left, 16_384), 0x20);
          size += data.length;
          socket.write(frame(TYPE.data, 0, 1, data));
        }
      });
    });
    expect(sent).toBeGreaterThanOrEqual(least);
    expect(sent).toBeLessThan(6 * 65_536);
    socket.destroy();
  });

  test.each(refusals)("HTTP/1.1: %s", soon, async (_name, method, path, headers, status) => {
    const socket = await connectTls(server, { ALPNProtocols: ["http/1.1"] });
    const answer = readToEnd(socket);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("");
    socket.write(`${method} ${path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n${lines}\r\n1\r\n{\r\n`);
    expect(await answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*\r\nconnection: close\r\n`, "i"));
  });

  test("HTTP/2: a body that grows too large", soon, async () => {
    const session = await session2(server);
    const stream = session.request({ ":method": "POST", ":path": "/register", "content-type": "application/json" });
    stream.on("error", () => {});
    stream.write(Buffer.alloc(bodyLimit + 1, 0x20));
    const closed = once(stream, "close");
    expect((await answerOf(stream)).status).toBe(413);
    await closed;
    expect(stream.rstCode).toBe(http2.constants.NGHTTP2_NO_ERROR);
    expect(ends()).toEqual([{ kind: "too_large", message: `the body has more than ${bodyLimit} bytes` }]);
    session.close();
  });

  test.each([
    ["grows", "Transfer-Encoding: chunked", `${(bodyLimit + 1).toString(16)}\r\n${" ".repeat(bodyLimit + 1)}`],
    ["promises to be", `Content-Length: ${bodyLimit + 1}`, ""],
  ])("HTTP/1.1: a body that %s too large", soon, async (_name, framing, body) => {
    const socket = await connectTls(server, { ALPNProtocols: ["http/1.1"] });
    const answer = readToEnd(socket);
    socket.write(`POST /register HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${framing}\r\n\r\n${body}`);
    expect(await answer).toMatch(/^HTTP\/1\.1 413 [^]*\r\nconnection: close\r\n/i);
    expect(server.finished.map(({ error }) => error?.kind)).toEqual(["too_large"]);
  });

  test("a request without a body, or with a short one that comes, keeps its connection", soon, async () => {
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1, ca: server.ca, servername: "localhost" });
    const sockets = new Set<unknown>();
    for (const [method, path, body] of [["GET", "/livez"], ["GET", "/nothing"], ["DELETE", "/register"], ["GET", "/register/some-client"], ["POST", "/nothing", "{}"], ["POST", "/register", "{}"], ["GET", "/livez"]] as const) {
      const sent = https.request({ host: "127.0.0.1", port: server.port, method, path, agent, headers: body === undefined ? {} : { "content-length": body.length } });
      sent.end(body);
      const [answer] = (await once(sent, "response")) as [import("node:http").IncomingMessage];
      expect(answer.headers.connection, `${method} ${path}`).toBe("keep-alive");
      sockets.add(sent.socket);
      await once(answer.resume(), "end");
    }
    expect(sockets.size).toBe(1);
    agent.destroy();
  });
});
