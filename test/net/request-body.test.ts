// A body is read once, to one of three ends, whatever becomes of its sender.
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { KeyAndCertificate } from "../../src/net/certificate.js";
import { readBody, type BodyEnd } from "../../src/net/request-body.js";
import type { ServerRequest } from "../../src/net/request.js";
import { createServer, type MatriculaServer, type ServerOptions } from "../../src/net/server.js";
import { authority, connectTls, serverFiles, session2, type ClientOptions } from "./fixture.js";

let ca: KeyAndCertificate;
let server: MatriculaServer;
beforeAll(async () => {
  ca = await authority();
});
afterEach(() => server.drain(0));

async function start(handler: ServerOptions["handler"]): Promise<ClientOptions> {
  server = createServer({ tls: await serverFiles(ca), handler });
  return { port: await server.listen({ hosts: ["127.0.0.1"], port: 0 }), ca: ca.certificate };
}

const limit = 10;

/** How the reading of a body ended, each time that it did; `before` is waited for first. */
async function endsOf(version: 1 | 2, body: readonly string[], { unended = false, before = async (_request: ServerRequest) => {} } = {}): Promise<{ ends: [BodyEnd, string][]; leave: () => void }> {
  const ends: [BodyEnd, string][] = [];
  const target = await start((request, response) => {
    void before(request).then(() =>
      readBody(request, limit, (end, bytes) => {
        ends.push([end, Buffer.from(bytes).toString()]);
        response.end();
      }),
    );
  });
  if (version === 2) {
    const session = await session2(target);
    const stream = session.request({ ":method": "POST", ":path": "/" });
    stream.on("error", () => {}).resume();
    for (const part of body) stream.write(part);
    if (!unended) stream.end();
    return { ends, leave: () => session.destroy() };
  }
  const socket = await connectTls(target, { ALPNProtocols: ["http/1.1"] });
  socket.resume();
  socket.write("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (const part of body) socket.write(`${part.length.toString(16)}\r\n${part}\r\n`);
  if (!unended) socket.write("0\r\n\r\n");
  return { ends, leave: () => socket.destroy() };
}

describe.each([1, 2] as const)("HTTP/%i", (version) => {
  test.each<[string, string[], [BodyEnd, string]]>([
    ["no body", [], ["complete", ""]],
    ["one piece", ["0123456789"], ["complete", "0123456789"]],
    ["several pieces", ["012", "3", "456789"], ["complete", "0123456789"]],
    ["one byte too many", ["01234567890"], ["too_large", ""]],
    ["pieces too many", ["0123456789", "0", "1"], ["too_large", ""]],
  ])("%s", async (_name, body, expected) => {
    const { ends } = await endsOf(version, body);
    await expect.poll(() => ends).toEqual([expected]);
    await server.drain(0);
    expect(ends).toEqual([expected]);
  });

  test("what is too large is not read on", async () => {
    let request: ServerRequest | undefined;
    const { ends } = await endsOf(version, ["0".repeat(100_000), "1".repeat(5_000_000)], { unended: true, before: async (arrived) => void (request = arrived) });
    await expect.poll(() => ends).toEqual([["too_large", ""]]);
    expect(request?.isPaused()).toBe(true);
  });

  test("a sender that leaves within the body", async () => {
    let arrived = (): void => {};
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    const { ends, leave } = await endsOf(version, ["012"], { unended: true, before: async () => arrived() });
    await arrival;
    leave();
    await expect.poll(() => ends).toEqual([["cut_short", ""]]);
    await server.drain(0);
    expect(ends).toEqual([["cut_short", ""]]);
  });

  test("a sender that has left before anybody reads", async () => {
    let arrived = (): void => {};
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    const before = async (request: ServerRequest): Promise<void> => {
      arrived();
      await new Promise((resolve) => request.once("close", resolve));
    };
    const { ends, leave } = await endsOf(version, ["012"], { unended: true, before });
    await arrival;
    leave();
    await expect.poll(() => ends).toEqual([["cut_short", ""]]);
  });

  test("a body that is all there before anybody reads", async () => {
    const { ends } = await endsOf(version, ["012", "345"], { before: () => new Promise((resolve) => setTimeout(resolve, 20)) });
    await expect.poll(() => ends).toEqual([["complete", "012345"]]);
  });
});
