// What is no HTTP at all: broken HTTP/1.1, broken HTTP/2 frames, bytes that are no TLS. Each is answered or closed in time, and others are served.

import net from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRandom, type Random } from "../crash/random.js";
import { END_HEADERS, END_STREAM, frame, framesOf, get, goawayCode, PREFACE, reset, SETTINGS, TYPE } from "../net/raw-http2.js";
import { example, exchange } from "../program/http.js";
import { cleanUp, isFull, startProgram, type Program } from "../program/program.js";
import { memoryOf } from "./oracle.js";
import { parseRaw, sendRaw } from "./send.js";

const rounds = isFull ? 3000 : 300;
/** Many at once, since some wait for a timeout of ten seconds. */
const inFlight = 100;

const body = JSON.stringify(example);
const good = `POST /register HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

/** HTTP/1.1 that is wrong in one place. */
const http1: readonly ((random: Random) => string | Buffer)[] = [
  (random) => random.bytes(random.between(1, 3000)),
  (random) => good.slice(0, random.between(0, good.length)),
  (random) => Buffer.concat([Buffer.from(good.slice(0, random.between(0, 80))), random.bytes(random.between(1, 50)), Buffer.from(good.slice(random.between(0, 80)))]),
  () => "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
  () => "GET /livez HTTP/1.1\r\n\r\n",
  () => "GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
  () => "GET /livez HTTP/1.0\r\n\r\n",
  () => "GET  /livez  HTTP/1.1\r\nHost: localhost\r\n\r\n",
  () => "CONNECT localhost:443 HTTP/1.1\r\nHost: localhost\r\n\r\n",
  () => "GET /register HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n",
  () => "GET /register HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
  () => good.replace("Content-Length", "Transfer-Encoding: chunked\r\nContent-Length"),
  () => good.replace("Content-Length: ", "Content-Length: -"),
  () => good.replace("Content-Length: ", "Content-Length: 5\r\nContent-Length: "),
  () => good.replace(/Content-Length: \d+/, "Content-Length: 99999999999999999999"),
  () => good.replace(/Content-Length: \d+/, "Transfer-Encoding: chunked").replace(body, `5\r\n{"a":\r\nzz\r\n`),
  () => good.replace(/Content-Length: \d+/, "Transfer-Encoding: chunked").replace(body, "ffffffffffffffffff\r\n{"),
  () => good.replace(/Content-Length: \d+/, "Transfer-Encoding: chunked").replace(body, `${body.length.toString(16)};${"x".repeat(20_000)}\r\n${body}\r\n0\r\n\r\n`),
  () => good.replace(/Content-Length: \d+/, "Transfer-Encoding: gzip, chunked").replace(body, "0\r\n\r\n"),
  () => good.replaceAll("\r\n", "\n"),
  () => good.replace("Host:", " Host:"),
  () => good.replace("localhost", "localhost\r\n folded"),
  () => good.replace("Content-Type", "Content-Type\u0000"),
  () => good.replace("Content-Type: ", "__proto__: x\r\nconstructor: x\r\ntoString: x\r\nContent-Type: "),
  () => good.replace("Content-Type", `X: ${"x".repeat(20_000)}\r\nContent-Type`),
  () => good.replace("Content-Type", `${"X: y\r\n".repeat(500)}Content-Type`),
  () => `GET /${"x".repeat(30_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
  () => good.repeat(150),
  () => `${"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(150)}`,
  () => good.replace("Content-Type", "Expect: 100-continue\r\nContent-Type"),
  () => "\r\n".repeat(1000),
  () => PREFACE,
];

const window = (stream: number, size: number) => {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(size);
  return frame(8, 0, stream, payload);
};
const setting = (id: number, value: number) => {
  const payload = Buffer.alloc(6);
  payload.writeUInt16BE(id);
  payload.writeUInt32BE(value, 2);
  return payload;
};
const many = (count: number, make: (index: number) => Buffer) => Buffer.concat(Array.from({ length: count }, (_, index) => make(index)));

/** Frames after a lawful preface and SETTINGS. */
const http2: readonly ((random: Random) => Buffer)[] = [
  (random) => random.bytes(random.between(1, 500)),
  (random) => many(random.between(1, 30), () => frame(random.between(0, 12), random.between(0, 255), random.pick([0, 1, 2, 3, 0x7fffffff]), random.bytes(random.pick([0, 1, 4, 5, 8, 50])))),
  (random) => frame(TYPE.headers, END_STREAM | END_HEADERS, 1, random.bytes(random.between(1, 200))),
  () => frame(TYPE.headers, END_STREAM | END_HEADERS, 0, Buffer.from([0x82])),
  () => frame(TYPE.headers, END_STREAM | END_HEADERS, 2, Buffer.from([0x82, 0x84, 0x87])),
  () => frame(TYPE.headers, END_STREAM | END_HEADERS, 1, Buffer.from([0x82])),
  () => Buffer.concat([frame(TYPE.headers, END_STREAM, 1, Buffer.from([0x82])), many(2000, () => frame(9, 0, 1, Buffer.from([0x82])))]),
  () => Buffer.concat([frame(TYPE.headers, 0, 1, Buffer.from([0x82])), get(3)]),
  () => frame(9, END_HEADERS, 1, Buffer.from([0x82])),
  () => Buffer.concat([window(0, 0x7fffffff), window(0, 0x7fffffff)]),
  () => Buffer.concat([get(1, "localhost", END_HEADERS), window(1, 0x7fffffff), window(1, 0x7fffffff)]),
  () => window(0, 0),
  () => frame(TYPE.data, END_STREAM, 1, Buffer.from("x")),
  () => Buffer.concat([get(1), frame(TYPE.data, END_STREAM, 1, Buffer.from("x"))]),
  () => many(2000, (index) => Buffer.concat([get(index * 2 + 1, "localhost", END_HEADERS), reset(index * 2 + 1, 8)])),
  () => many(5000, () => frame(TYPE.ping, 0, 0, Buffer.alloc(8))),
  () => many(5000, () => SETTINGS),
  () => frame(TYPE.settings, 0, 0, many(2000, (index) => setting(index, index))),
  () => frame(TYPE.settings, 0, 0, Buffer.concat([setting(4, 0xffffffff), setting(5, 0xffffffff), setting(2, 7)])),
  () => frame(TYPE.settings, 1, 0, setting(1, 1)),
  () => frame(TYPE.settings, 0, 0, Buffer.alloc(5)),
  () => many(2000, () => frame(TYPE.data, 0, 1, Buffer.alloc(0))),
  () => Buffer.concat([get(1, "localhost", END_HEADERS), many(3000, () => frame(TYPE.data, 0, 1, Buffer.alloc(0)))]),
  () => frame(2, 0, 1, Buffer.from([0, 0, 0, 1, 16])),
  () => frame(5, END_HEADERS, 1, Buffer.from([0, 0, 0, 2, 0x82])),
  () => frame(TYPE.goaway, 0, 0, Buffer.alloc(8)),
  () => frame(TYPE.goaway, 0, 0, Buffer.alloc(3)),
  () => Buffer.concat([Buffer.from([0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1]), Buffer.alloc(20_000)]),
  // An indexed header of 4 KB, many times over: an HPACK bomb.
  () => Buffer.concat([frame(TYPE.headers, 0, 1, Buffer.concat([Buffer.from([0x82, 0x84, 0x87, 0x40, 1, 0x61, 0x7f, 0x81, 0x1f]), Buffer.alloc(4096, 0x61)])), many(50, () => frame(9, 0, 1, Buffer.alloc(4000, 0xbe)))]),
  () => many(300, (index) => get(index * 2 + 1)),
  () => many(300, (index) => get(index * 2 + 1, "localhost", END_HEADERS)),
  () => get(1, ""),
  () => get(1, "a b"),
  () => get(0x7fffffff),
];

let program: Program;
beforeAll(async () => {
  program = await startProgram({ open: true });
});
afterAll(cleanUp);

/** From another address: one that attacks may use up what it is allowed, and after a broken HTTP/2 connection Node keeps it until its idle time ends. */
const bystander = () => exchange(program, { path: "/register", json: example, patience: 10_000, localAddress: "127.0.0.2" });

/** Runs `attack` many times, some at once, and sees now and then that others are served. */
async function attackFor(attack: (round: number) => Promise<string | undefined>): Promise<void> {
  const before = memoryOf(program.pid);
  const faults: string[] = [];
  let slowest = 0;
  let round = 0;
  const work = async () => {
    while (round < rounds && faults.length < 10) {
      const number = round++;
      const fault = await attack(number).catch((error: unknown) => String(error));
      if (fault !== undefined) faults.push(`round ${number}: ${fault}`);
      if (number % 25 !== 0) continue;
      const began = performance.now();
      const status = await bystander().then((answer) => answer.status, String);
      slowest = Math.max(slowest, performance.now() - began);
      if (status !== 201) faults.push(`round ${number}: a bystander was answered with ${status}`);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, work));
  expect(faults).toEqual([]);
  expect(program.exit()).toBeUndefined();
  const after = memoryOf(program.pid);
  console.log(`${rounds} rounds; the slowest bystander ${Math.round(slowest)} ms; RSS ${before.now} MiB before, ${after.now} MiB after`);
  expect(after.now - before.now).toBeLessThan(200);
  expect(program.stderr()).not.toMatch(/"(level":"(error|warn)|kind":"internal)"/);
}

describe("garbage", () => {
  const random = createRandom();
  console.log(`garbage: seed ${random.seed}`);
  const patience = { timeout: 120_000 + rounds * 200 };

  test("HTTP/1.1 that is none", patience, () =>
    attackFor(async (round) => {
      const bytes = Buffer.from(http1[round % http1.length]!(random) as string, "latin1");
      const reply = parseRaw(await sendRaw(program, bytes, "http/1.1", { half: round % 3 === 0 }));
      return reply.status === 500 || reply.status === 502 ? `HTTP ${reply.status} for ${bytes.toString("latin1").slice(0, 300)}` : undefined;
    }),
  );

  test("HTTP/2 that is none", patience, () =>
    attackFor(async (round) => {
      const frames = http2[round % http2.length]!(random);
      // GOAWAY with an error is its answer; what is lawful after all ends when we end it.
      const isAnswer = (bytes: Buffer) => (goawayCode(framesOf(bytes).filter(({ payload }) => payload.length >= 8)) ?? 0) !== 0;
      await sendRaw(program, Buffer.concat([PREFACE, SETTINGS, frames]), "h2", { half: true, isAnswer });
      return undefined;
    }),
  );

  // After a GOAWAY of nghttp2's own, Node leaves the connection to the idle timeout, and counts that anew when it has written since.
  test.skipIf(!isFull)("a connection that broke the protocol is closed, if only after its idle time, twice over where an answer was under way", patience, async () => {
    await Promise.all(http2.map((make) => sendRaw(program, Buffer.concat([PREFACE, SETTINGS, make(random)]), "h2", { isAnswer: () => false, within: 70_000 })));
  });

  test("bytes that are no TLS, and connections that say nothing", patience, () =>
    attackFor(
      (round) =>
        new Promise((resolve) => {
          const socket = net.connect(program.port, "127.0.0.1");
          const timer = setTimeout(() => {
            socket.destroy();
            resolve("not closed within 20 s");
          }, 20_000);
          socket.on("error", () => {});
          socket.on("close", () => {
            clearTimeout(timer);
            resolve(undefined);
          });
          socket.resume();
          // One in fifty says nothing at all: the handshake's own time ends it.
          if (round % 50 !== 49) socket.write(random.pick([random.bytes(200), Buffer.from(good), PREFACE, Buffer.from([0x16, 3, 1, 0xff, 0xff]), Buffer.concat([Buffer.from([0x16, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3]), random.bytes(191)])]));
          if (round % 2 === 0) socket.end();
        }),
    ),
  );
});
