// What a server does with a connection on which too much is asked.
import { once } from "node:events";
import { constants } from "node:http2";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { KeyAndCertificate } from "../../src/net/certificate.js";
import { tlsSocketOf } from "../../src/net/request.js";
import { createServer, type MatriculaServer, type ServerOptions } from "../../src/net/server.js";
import { answerOf, authority, client, connectTls, get1, get2, readToEnd, serverFiles, session2, type ClientOptions } from "./fixture.js";

const get = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

/** A rest that no test outlasts, and no other end of an idle connection before it. */
const long = { restMs: 3_600_000, idleTimeoutMs: 3_600_000 };

let ca: KeyAndCertificate;
let target: ClientOptions;
let server: MatriculaServer;
let kinds: string[];
/** The connection of each request that was looked at. */
let attended: object[];

beforeAll(async () => {
  ca = await authority();
});
afterEach(() => server.drain(0));

/** A server that has each connection rest with its first request, and answers; what is asked of /open it leaves open. */
async function start(limits: NonNullable<ServerOptions["limits"]>): Promise<void> {
  kinds = [];
  attended = [];
  server = createServer({
    tls: await serverFiles(ca),
    limits,
    random: () => 0.5,
    onEvent: ({ kind }) => kinds.push(kind),
    handler: (request, response) => {
      const connection = tlsSocketOf(request)!;
      if (request.url === "/open") return;
      if (!attended.includes(connection)) server.rest(connection);
      attended.push(connection);
      response.end("ok");
    },
  });
  target = { port: await server.listen({ hosts: ["127.0.0.1"], port: 0 }), ca: ca.certificate };
}

describe("a connection that rests", () => {
  test("has its next requests wait, in HTTP/1.1, and no other's", async () => {
    await start(long);
    const socket = await connectTls(target, { ALPNProtocols: ["http/1.1"] });
    socket.write(get.repeat(3));
    await once(socket, "data");
    expect((await get1(target)).body).toBe("ok");
    expect(attended.filter((connection) => connection === attended[0])).toHaveLength(1);
    expect(server.openRequests).toBe(2);
  });

  test("has its next requests wait, in HTTP/2, and no other's", async () => {
    await start(long);
    const session = await session2(target);
    await get2(session);
    session.request({ ":path": "/" }).end();
    session.request({ ":path": "/" }).end();
    // A ping comes back after what was sent before it has been taken.
    await new Promise((resolve) => session.ping(resolve));
    expect((await get1(target)).body).toBe("ok");
    expect(attended).toHaveLength(2);
    session.destroy();
  });

  test("goes on by itself, and answers what has waited in its order", async () => {
    await start({ restMs: 20 });
    const socket = await connectTls(target, { ALPNProtocols: ["http/1.1"] });
    const answers = readToEnd(socket);
    socket.write(`${get.repeat(2)}GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect((await answers).match(/HTTP\/1\.1 200 /g)).toHaveLength(3);
    expect(attended).toHaveLength(3);
  });

  test("goes on at once when a credential was shown on it that holds", async () => {
    await start(long);
    const session = await session2(target);
    await get2(session);
    const waiting = session.request({ ":path": "/" });
    waiting.end();
    await new Promise((resolve) => session.ping(resolve));
    server.vouch(attended[0]!);
    expect((await answerOf(waiting)).body).toBe("ok");
    server.rest(attended[0]!);
    expect((await get2(session)).body).toBe("ok");
    session.destroy();
  });

  test("loses what comes beyond eight requests: the stream in HTTP/2, itself in HTTP/1.1", async () => {
    await start(long);
    const session = await session2(target);
    await get2(session);
    const streams = Array.from({ length: 9 }, () => session.request({ ":path": "/" }).end());
    await new Promise<void>((resolve) => streams[8]!.on("error", () => {}).on("close", resolve));
    expect(streams[8]!.rstCode).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    expect(streams.map(({ closed }) => closed)).toEqual([...Array<boolean>(8).fill(false), true]);
    expect(kinds).toContain("too-many-waiting");
    session.destroy();

    const socket = await connectTls(target, { ALPNProtocols: ["http/1.1"] });
    const answers = readToEnd(socket);
    socket.write(get.repeat(10));
    expect((await answers).match(/HTTP\/1\.1 200 /g)?.length ?? 0).toBeLessThanOrEqual(1);
  });

  test("takes no part in what all requests may hold", async () => {
    await start({ ...long, maxOpenRequests: 1 });
    const socket = await connectTls(target, { ALPNProtocols: ["http/1.1"] });
    socket.write(get.repeat(5));
    await once(socket, "data");
    expect((await get1(target)).status).toBe(200);
  });

  test("makes no room for others by what waited on it and was given up", async () => {
    await start({ ...long, maxOpenRequests: 1 });
    const session = await session2(target);
    await get2(session);
    const streams = Array.from({ length: 5 }, () => session.request({ ":path": "/" }).on("error", () => {}));
    await new Promise((resolve) => session.ping(resolve));
    expect(server.openRequests).toBe(5);
    for (const stream of streams) stream.close(constants.NGHTTP2_CANCEL);
    await expect.poll(() => server.openRequests).toBe(0);
    await expectRoomForOne();
    session.destroy();
  });

  test("makes no room for others by what waited on it when it has ended", async () => {
    await start({ ...long, maxOpenRequests: 1 });
    const socket = await connectTls(target, { ALPNProtocols: ["http/1.1"] });
    socket.write(get.repeat(5));
    await once(socket, "data");
    socket.destroy();
    await expect.poll(() => server.openRequests).toBe(0);
    await expectRoomForOne();
  });

  /** Of two requests that are not answered, on connections that do not rest, one is refused. */
  async function expectRoomForOne(): Promise<void> {
    const other = await session2(target);
    const streams = Array.from({ length: 2 }, () => other.request({ ":path": "/open" }).on("error", () => {}));
    await new Promise((resolve) => other.ping(resolve));
    expect(kinds).toEqual(["overloaded"]);
    for (const stream of streams) stream.close();
    other.destroy();
  }

  test("is forgotten with what waits on it when it ends", async () => {
    await start({ restMs: 50 });
    const socket = await connectTls(target, { ALPNProtocols: ["http/1.1"] });
    socket.write(get.repeat(3));
    await once(socket, "data");
    socket.destroy();
    const other = await session2(target);
    await get2(other);
    // Its rest began later than the other's, and so is over later.
    await get2(other);
    expect(attended).toHaveLength(3);
    expect(server.openRequests).toBe(0);
    other.destroy();
  });

  test("is none with a certificate: by a proxy come others too", async () => {
    await start(long);
    const session = await session2({ ...target, identity: await client(ca) });
    await get2(session);
    expect((await get2(session)).body).toBe("ok");
    session.destroy();
  });
});
