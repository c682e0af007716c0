import { createServer as createHttp1Server, type ServerResponse } from "node:http";
import { constants, createServer as createHttp2Server, type ServerHttp2Session } from "node:http2";
import { createServer as createAcceptor, type AddressInfo, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { BodyDeadlines } from "./body-deadlines.js";
import { later } from "./connection.js";
import { authorizationOf, forwardingHeadersOf, NOT_A_PROXY, type RequestEvidence } from "./evidence.js";
import { applyHttp1Limits, http2Options } from "./http-options.js";
import { Http1Connection } from "./http1-connection.js";
import { Http2Connection } from "./http2-connection.js";
import { defaultLimits, type ServerLimits } from "./limits.js";
import { refuseLocal } from "./local-authority.js";
import { answerPlainly, answerRaw } from "./plain-answer.js";
import { cutOff, isHttp2Request, type ServerAnswer, type ServerRequest } from "./request.js";
import { closeSoonAfterEnd, HTTP1_ERRORS, type ServerOptions } from "./server.js";
import { listenOnSocket } from "./unix-socket.js";

/** Where a local listener listens. */
export type LocalAddress =
  | { readonly kind: "socket"; readonly path: string }
  /** Loopback addresses; with port 0 the second takes the port that the first got. */
  | { readonly kind: "addresses"; readonly addresses: readonly { readonly host: string; readonly port: number }[] };

export interface LocalListener {
  /** Listens. Rejects with a sentence, or with Node's error for an address. */
  listen(): Promise<void>;
  /** unix:PATH, or http://HOST:PORT once it listens. */
  readonly name: string;
  readonly openConnections: number;
  /** As MatriculaServer.drain. */
  drain(timeoutMs: number): Promise<void>;
}

/** What a client of HTTP/2 sends first (RFC 9113 section 3.4). */
const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

/** An address that this machine does not have; IPv6 is often switched off in containers. */
const unavailable = new Set(["EADDRNOTAVAIL", "EAFNOSUPPORT"]);

const local = new WeakSet<ServerRequest>();

/**
 * What a request of a local listener shows of its caller: no certificate and no address, whatever its headers say of either; undefined
 * for a request that came otherwise.
 */
export function readLocalEvidence(request: ServerRequest): (RequestEvidence & { local: true }) | undefined {
  if (!local.has(request)) return undefined;
  return { certificate: forwardingHeadersOf(request).length === 0 ? { kind: "none" } : NOT_A_PROXY, authorization: authorizationOf(request), local: true };
}

/**
 * The second listener, for a sidecar on the same machine: HTTP/1.1, and HTTP/2 with prior knowledge (RFC 9113 section 3.3) so that gRPC
 * works, both without TLS and on one socket. Its limits are those of the server with TLS.
 */
export function createLocalListener(where: LocalAddress, options: Omit<ServerOptions, "tls">): LocalListener {
  const limits: ServerLimits = { ...defaultLimits, ...options.limits };
  const { onEvent = () => {}, nowMs = () => performance.now(), random = Math.random } = options;
  const socketPath = where.kind === "socket" ? where.path : undefined;
  const connections = new Map<ServerHttp2Session | Socket, Http1Connection | Http2Connection>();
  const sockets = new Set<Socket>();
  const undecided = new Set<Socket>();
  const requests = { open: 0 };
  const mostRawHeaders = 2 * limits.maxHeaderPairs;
  let acceptors: Server[] = [];

  const bodyDeadlines = new BodyDeadlines({
    ...limits,
    late: (stream) => {
      onEvent({ kind: "request-too-slow" });
      stream.close(constants.NGHTTP2_CANCEL);
    },
  });
  const http1 = createHttp1Server();
  applyHttp1Limits(http1, limits);
  const http2 = createHttp2Server(http2Options(limits));
  const sweep = setInterval(() => bodyDeadlines.sweep(), limits.sweepIntervalMs);
  sweep.unref();

  function accept(socket: Socket): void {
    socket.on("error", ignore);
    // All come from one address, or from none: the limit is on all together.
    if (sockets.size >= limits.maxConnections) {
      onEvent({ kind: "connection-refused" });
      return void socket.destroy();
    }
    sockets.add(socket);
    undecided.add(socket);
    const tooLate = later(limits.headersTimeoutMs, () => socket.destroy());
    socket.once("close", () => {
      sockets.delete(socket);
      undecided.delete(socket);
      clearTimeout(tooLate);
    });
    closeSoonAfterEnd(socket, limits.lingerMs);
    decide(socket, (isHttp2) => {
      clearTimeout(tooLate);
      undecided.delete(socket);
      if (isHttp2) serveHttp2(socket);
      else serveHttp1(socket);
    });
  }

  function serveHttp1(socket: Socket): void {
    adopt(socket, new Http1Connection(socket, { limits, random, requests, onAbuse: (kind) => onEvent({ kind }) }));
    http1.emit("connection", socket);
  }

  function serveHttp2(socket: Socket): void {
    // Node says 'session' within this call.
    http2.once("session", (session: ServerHttp2Session) => {
      session.on("error", ignore);
      adopt(session, new Http2Connection(session, { socket, limits, bodyDeadlines, nowMs, random, requests, onAbuse: (kind) => onEvent({ kind }) }));
    });
    // A session that its peer has ended is over; Node would wait for the socket's other half.
    socket.allowHalfOpen = false;
    http2.emit("connection", socket);
  }

  function adopt(key: ServerHttp2Session | Socket, connection: Http1Connection | Http2Connection): void {
    connections.set(key, connection);
    key.once("close", () => {
      connections.delete(key);
      connection.closed();
    });
  }

  function refuseExpectation(request: ServerRequest, response: ServerAnswer): void {
    response.on("error", ignore);
    if (!begin(request, response)) return;
    onEvent({ kind: "unmet-expectation" });
    answerPlainly(request, response, "unmetExpectation");
  }

  function serve(request: ServerRequest, response: ServerAnswer): void {
    // A write after the end would end the process.
    response.on("error", ignore);
    if (!begin(request, response)) return;
    if (requests.open > limits.maxOpenRequests) {
      onEvent({ kind: "overloaded" });
      return answerPlainly(request, response, "overloaded");
    }
    if (request.rawHeaders.length > mostRawHeaders) {
      onEvent({ kind: "too-many-headers" });
      return answerPlainly(request, response, "headersTooLarge");
    }
    try {
      const refusal = refuseLocal(request, socketPath);
      if (refusal !== undefined) {
        onEvent({ kind: "bad-authority" });
        return answerPlainly(request, response, refusal);
      }
      local.add(request);
      options.handler(request, response);
    } catch (error) {
      onEvent({ kind: "handler-threw", error });
      cutOff(response);
    }
  }

  function begin(request: ServerRequest, response: ServerAnswer): boolean {
    if (!isHttp2Request(request)) return (connections.get(request.socket) as Http1Connection | undefined)?.begin(response as ServerResponse) ?? false;
    const { stream } = request;
    request.on("error", ignore);
    if (stream.session === undefined) return false;
    return (connections.get(stream.session as ServerHttp2Session) as Http2Connection | undefined)?.begin(stream) ?? false;
  }

  for (const server of [http1, http2]) {
    server.setTimeout(limits.idleTimeoutMs);
    server.on("request", serve);
    server.on("checkExpectation", refuseExpectation);
    server.on("timeout", (idle: ServerHttp2Session | Socket) => {
      const connection = connections.get(idle);
      if (connection === undefined) return;
      onEvent({ kind: "idle" });
      // Without open requests the peer is told; with them it has stopped reading or writing.
      if (connection.open === 0) connection.retire();
      else connection.destroy();
    });
    server.on("error", (error: Error) => onEvent({ kind: "session-error", error }));
  }
  http2.on("sessionError", (error: Error) => onEvent({ kind: "session-error", error }));
  http1.on("clientError", (error: NodeJS.ErrnoException, socket: Duplex) => {
    onEvent({ kind: "http1-error", error });
    if (!socket.writable || error.code === "ECONNRESET") return void socket.destroy();
    answerRaw(socket, HTTP1_ERRORS[error.code ?? ""] ?? "badRequest");
  });

  async function listenOnAddresses(addresses: readonly { readonly host: string; readonly port: number }[]): Promise<void> {
    let chosen = 0;
    for (const { host, port } of addresses) {
      const acceptor = createAcceptor(acceptorOptions, accept);
      try {
        await listening(acceptor, host, port === 0 ? chosen : port);
      } catch (error) {
        if (acceptors.length === 0 || !unavailable.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
        onEvent({ kind: "listen-skipped", peer: host, error });
        continue;
      }
      acceptors.push(acceptor);
      chosen = (acceptor.address() as AddressInfo).port;
    }
  }

  const closeAcceptors = () => Promise.all(acceptors.map((acceptor) => new Promise<void>((resolve) => void acceptor.close(() => resolve()))));

  return {
    async listen() {
      try {
        if (where.kind === "addresses") {
          await listenOnAddresses(where.addresses);
        } else {
          const acceptor = createAcceptor(acceptorOptions, accept);
          await listenOnSocket(acceptor, where.path);
          acceptors.push(acceptor);
        }
      } catch (error) {
        await closeAcceptors();
        acceptors = [];
        throw error;
      }
      for (const acceptor of acceptors) acceptor.on("error", (error) => onEvent({ kind: "session-error", error }));
      // Node starts its watch over slow HTTP/1.1 requests on this event, and this server itself never listens.
      http1.emit("listening");
    },
    get name() {
      if (where.kind === "socket") return `unix:${where.path}`;
      const address = acceptors[0]?.address() as AddressInfo | undefined;
      const host = where.addresses.length > 1 ? "localhost" : where.addresses[0]!.host;
      return `http://${host.includes(":") ? `[${host}]` : host}:${address?.port ?? where.addresses[0]!.port}`;
    },
    get openConnections() {
      return sockets.size;
    },
    async drain(timeoutMs) {
      const closed = closeAcceptors();
      for (const socket of undecided) socket.destroy();
      for (const connection of connections.values()) connection.retire();
      const cut = setTimeout(() => {
        for (const connection of connections.values()) connection.destroy();
        for (const socket of sockets) socket.destroy();
      }, timeoutMs);
      await closed;
      await Promise.all([...sockets].map((socket) => new Promise<void>((resolve) => void socket.once("close", () => resolve()))));
      clearTimeout(cut);
      clearInterval(sweep);
      http1.close();
      http2.close();
    },
  };
}

/** Half-open, as Node's own HTTP servers: who has asked may end its side and still gets the answer. */
const acceptorOptions = { noDelay: true, allowHalfOpen: true } as const;

/** Looks at the first bytes, puts them back, and says whether they are HTTP/2's; says nothing of a connection that ends before. */
function decide(socket: Socket, decided: (isHttp2: boolean) => void): void {
  let seen = Buffer.alloc(0);
  const look = () => {
    const bytes = socket.read() as Buffer | null;
    if (bytes === null) {
      if (socket.readableEnded) socket.destroy();
      return;
    }
    seen = Buffer.concat([seen, bytes]);
    const length = Math.min(seen.length, preface.length);
    const isPreface = seen.subarray(0, length).equals(preface.subarray(0, length));
    if (isPreface && length < preface.length) return;
    socket.off("readable", look);
    socket.off("end", end);
    socket.unshift(seen);
    decided(isPreface);
  };
  const end = () => void socket.destroy();
  socket.on("readable", look);
  socket.on("end", end);
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, ipv6Only: true, backlog: 511 }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function ignore(): void {}

