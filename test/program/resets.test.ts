// A peer that resets its requests while others of its own are answered: its connection ends, the service does not.

import { once } from "node:events";
import http2 from "node:http2";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { cleanPrograms, isFull, startProgram, type Program } from "./program.js";
import { exchange } from "./http.js";

cleanPrograms();

const sessions = isFull ? 120 : 40;
const headers = { ":path": "/register", ":method": "POST", "content-type": "application/json" };

/** One connection: ordinary requests in turn, beside requests that are reset while their bodies are awaited. Resolves when it is over. */
async function attack(program: Program): Promise<void> {
  const session = http2.connect(program.url, { ca: program.ca });
  session.on("error", () => {});
  await once(session, "connect");
  const ended = () => session.closed || session.destroyed;
  const send = (body: string | undefined) =>
    new Promise<void>((resolve) => {
      if (ended()) return resolve();
      const stream = session.request(headers, { endStream: false });
      stream.on("error", () => {}).on("close", resolve).resume();
      if (body === undefined) setTimeout(() => stream.close(http2.constants.NGHTTP2_CANCEL), 20);
      else stream.end(body);
    });
  const ordinary = Array.from({ length: 8 }, async () => {
    while (!ended()) await send("{}");
  });
  for (let i = 0; i < 300 && !ended(); i += 1) {
    void send(undefined);
    await wait(3);
  }
  session.destroy();
  await Promise.all(ordinary);
}

test("resets beside ordinary requests end the connection, and nobody else's", { timeout: 120_000 + sessions * 3_000 }, async () => {
  const program = await startProgram({ open: true });
  for (let i = 0; i < sessions; i += 1) {
    await attack(program);
    expect((await exchange(program, { path: "/livez", patience: 10_000 })).status).toBe(200);
  }
  expect(program.exit()).toBeUndefined();
});
