// src/net: everything between the wire and a request that is safe to hand on: certificates, TLS, one server for HTTP/2 and
// HTTP/1.1 with all its limits, reload and drain. It may import Node's built-in modules and @peculiar/x509, nothing of ours outside this folder.
import { constants, createSecureServer, type ServerHttp2Session } from "node:http2";
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { checkAuthority } from "./authority.js";
import { BodyDeadlines } from "./body-deadlines.js";
import { later } from "./connection.js";
import { applyHttp1Limits, http2Options } from "./http-options.js";
import { Http1Connection } from "./http1-connection.js";
import { Http2Connection } from "./http2-connection.js";
import { defaultLimits, type ServerLimits } from "./limits.js";
import { Listeners } from "./listeners.js";
import { followTrust, readPeerCertificate, shownAs } from "./peer-certificate.js";
import { readPeerTrust, type PeerTrust } from "./peer-trust.js";
import { answerPlainly, answerRaw, type PlainErrorKind } from "./plain-answer.js";
import { cutOff, isGone, isHttp2Request, tlsSocketOf, type ServerAnswer, type ServerRequest } from "./request.js";
import { Rests } from "./rests.js";
import { buildTlsOptions, checkTlsFiles, type TlsFiles } from "./tls.js";

/** What happened below the level of a request, for logs and counters. */
export interface NetEvent {
  kind:
    | "handler-threw"
    | "tls-error"
    | "http1-error"
    | "session-error"
    | "connection-refused"
    | "gave-way"
    | "too-many-resets"
    | "too-many-pipelined"
    | "too-many-waiting"
    | "request-too-slow"
    | "idle"
    | "overloaded"
    | "bad-authority"
    | "unmet-expectation"
    | "too-many-headers"
    | "listen-skipped";
  peer?: string;
  error?: unknown;
}

export interface ServerOptions {
  tls: TlsFiles;
  /** Called for each request that names a valid host. May throw; must see to its own asynchronous failures. */
  handler: (request: ServerRequest, response: ServerAnswer) => void;
  /** Must not throw. */
  onEvent?: (event: NetEvent) => void;
  limits?: Partial<ServerLimits>;
  /** A monotonic clock in milliseconds. */
  nowMs?: () => number;
  random?: () => number;
}

export interface ListenOptions {
  /** Addresses, all with the same port. The first must be available. */
  hosts: readonly string[];
  /** 0 picks a free one. */
  port: number;
}

export interface MatriculaServer {
  /** Listens and answers with the port. */
  listen(options: ListenOptions): Promise<number>;
  /** The port, 0 before `listen`. */
  readonly port: number;
  readonly openConnections: number;
  readonly openRequests: number;
  /**
   * Serves with other files from now on. Throws and changes nothing when they do not work. On live connections the certificates are held
   * against the new authorities and revocation lists with the next request; those whose certificate was not believed are retired, as it
   * may be now.
   */
  reload(tls: TlsFiles): void;
  /**
   * A caller on this connection has shown a credential that holds: when there is no room, connections that nobody vouches for give way to
   * newcomers, and this one stays.
   */
  vouch(connection: object): void;
  /**
   * A caller on this connection asks too much: its next requests are looked at a second later, unless a credential was shown on it that
   * holds. What it sends meanwhile costs the others next to nothing.
   */
  rest(connection: object): void;
  /** Stops listening, lets open requests end, cuts off what is left after the timeout. */
  drain(timeoutMs: number): Promise<void>;
}

/** Builds the server; it listens when told to. */
export function createServer(options: ServerOptions): MatriculaServer {
  const limits: ServerLimits = { ...defaultLimits, ...options.limits };
  const onEvent = options.onEvent ?? (() => {});
  const nowMs = options.nowMs ?? (() => performance.now());
  const random = options.random ?? Math.random;
  const connections = new Map<ServerHttp2Session | TLSSocket, Http1Connection | Http2Connection>();
  const requests = { open: 0 };
  const vouched = new WeakSet<object>();
  const rests = new Rests({ limits, random });
  // Names and values; Node drops what HTTP/1.1 sends beyond `maxHeadersCount` without a word.
  const mostRawHeaders = 2 * limits.maxHeaderPairs;
  let draining = false;
  let reloadedTrust: PeerTrust | undefined;

  const bodyDeadlines = new BodyDeadlines({
    ...limits,
    late: (stream) => {
      onEvent({ kind: "request-too-slow" });
      stream.close(constants.NGHTTP2_CANCEL);
    },
  });
  const server = createSecureServer({ ...buildTlsOptions(options.tls, limits.handshakeTimeoutMs), ...http2Options(limits) });
  applyHttp1Limits(server, limits);
  server.setTimeout(limits.idleTimeoutMs);
  const listeners = new Listeners(server, limits, onEvent);
  const sweep = setInterval(() => bodyDeadlines.sweep(), limits.sweepIntervalMs);
  sweep.unref();

  // Node says 'session' while it handles 'secureConnection', so this is the socket that a session came by; its own `socket` cannot be destroyed.
  let secured: TLSSocket;
  server.prependListener("secureConnection", (socket: TLSSocket) => {
    secured = socket;
    // CVE-2025-59465: an error on a socket that nobody listens to ends the process.
    socket.on("error", ignore);
    listeners.handshakeDone(socket);
    followTrust(socket, () => reloadedTrust);
    if (readPeerCertificate(socket, Date.now()).kind === "accepted") listeners.vouch(socket);
    closeSoonAfterEnd(socket, limits.lingerMs);
    if (socket.alpnProtocol === "h2") return;
    const onAbuse = (kind: NetEvent["kind"]): void => onEvent({ kind, ...peerOf(socket) });
    adopt(socket, new Http1Connection(socket, { limits, random, requests, onAbuse }));
  });
  server.on("session", (session: ServerHttp2Session) => {
    session.on("error", ignore);
    const socket = secured;
    shownAs(session.socket as TLSSocket, socket);
    const onAbuse = (kind: NetEvent["kind"]): void => onEvent({ kind, ...peerOf(socket) });
    adopt(session, new Http2Connection(session, { socket, limits, bodyDeadlines, nowMs, random, requests, onAbuse }));
  });

  function adopt(key: ServerHttp2Session | TLSSocket, connection: Http1Connection | Http2Connection): void {
    connections.set(key, connection);
    key.once("close", () => {
      connections.delete(key);
      connection.closed();
      // What waits on one of HTTP/2 ends with its streams.
      rests.forget(key);
    });
    if (draining) connection.retire();
  }

  type Serve = (request: ServerRequest, response: ServerAnswer) => void;
  const take = (serve: Serve): Serve => (request, response) => {
    // A write after the end would end the process.
    response.on("error", ignore);
    if (begin(request, response) && !(rests.size > 0 && held(request, response, serve))) serve(request, response);
  };
  server.on("request", take(attend));
  // Node's own answer would leave a stream of HTTP/2 open whose body is longer than its window, and nobody counts it.
  server.on("checkExpectation", take((request, response) => refuse(request, response, "unmetExpectation", { kind: "unmet-expectation" })));

  function held(request: ServerRequest, response: ServerAnswer, serve: Serve): boolean {
    const connection = tlsSocketOf(request);
    if (connection === undefined) return false;
    const goOn = (): void => {
      if (!isGone(request)) serve(request, response);
    };
    const fate = rests.hold(connection, goOn);
    if (fate === "waits" && isHttp2Request(request)) request.stream.once("close", () => rests.drop(connection, goOn));
    if (fate !== "too many") return fate === "waits";
    onEvent({ kind: "too-many-waiting" });
    // An answer of HTTP/1.1 whose turn has not come has no connection yet.
    if (isHttp2Request(request)) request.stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    else request.socket.destroy();
    return true;
  }

  function attend(request: ServerRequest, response: ServerAnswer): void {
    // Those that wait have been given nothing yet.
    if (requests.open - rests.requests > limits.maxOpenRequests) return refuse(request, response, "overloaded", { kind: "overloaded" });
    if (request.rawHeaders.length > mostRawHeaders) return refuse(request, response, "headersTooLarge", { kind: "too-many-headers" });
    try {
      if (checkAuthority(request) === undefined) return refuse(request, response, "badAuthority", { kind: "bad-authority" });
      options.handler(request, response);
    } catch (error) {
      onEvent({ kind: "handler-threw", error });
      cutOff(response);
    }
  }

  function begin(request: ServerRequest, response: ServerAnswer): boolean {
    if (isHttp2Request(request)) {
      const { stream } = request;
      request.on("error", ignore);
      if (stream.session === undefined) return false;
      return (connections.get(stream.session as ServerHttp2Session) as Http2Connection | undefined)?.begin(stream) ?? false;
    }
    return (connections.get(request.socket as TLSSocket) as Http1Connection | undefined)?.begin(response as ServerResponse) ?? false;
  }

  function refuse(request: ServerRequest, response: ServerAnswer, kind: PlainErrorKind, event: NetEvent): void {
    onEvent(event);
    answerPlainly(request, response, kind);
  }

  server.on("timeout", (idle: ServerHttp2Session | TLSSocket) => {
    const connection = connections.get(idle);
    if (connection === undefined) return;
    onEvent({ kind: "idle" });
    // Without open requests the peer is told; with them it has stopped reading or writing.
    if (connection.open === 0) connection.retire();
    else connection.destroy();
  });
  server.on("sessionError", (error: Error) => onEvent({ kind: "session-error", error }));
  server.on("tlsClientError", (error: Error, socket: TLSSocket) => {
    onEvent({ kind: "tls-error", error, ...peerOf(socket) });
    socket.destroy();
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Duplex) => {
    // Node repeats 'tlsClientError' here; only a connection that has come as far as HTTP/1.1 is answered.
    if (!connections.has(socket as TLSSocket)) return void socket.destroy();
    onEvent({ kind: "http1-error", error });
    if (!socket.writable || error.code === "ECONNRESET") return void socket.destroy();
    answerRaw(socket, HTTP1_ERRORS[error.code ?? ""] ?? "badRequest");
  });
  server.on("unknownProtocol", (socket: Duplex) => socket.destroy());
  server.on("error", (error: Error) => onEvent({ kind: "session-error", error }));

  return {
    listen: (where) => listeners.listen(where),
    get port() {
      return listeners.port;
    },
    get openConnections() {
      return listeners.openConnections;
    },
    get openRequests() {
      return requests.open;
    },
    reload(tls) {
      // Throws here rather than in `setSecureContext`, which by then has forgotten half of the old options.
      checkTlsFiles(tls);
      const trust = readPeerTrust(tls);
      server.setSecureContext(buildTlsOptions(tls, limits.handshakeTimeoutMs));
      reloadedTrust = trust;
      for (const connection of connections.values()) if (connection.presentedInVain) connection.retire();
    },
    vouch(connection) {
      if (vouched.has(connection)) return;
      vouched.add(connection);
      const socket = connection as TLSSocket;
      // Of one that has ended nobody can say which it was.
      if (!socket.destroyed) listeners.vouch(socket);
      rests.end(connection);
    },
    rest(connection) {
      if (draining || vouched.has(connection) || readPeerCertificate(connection as TLSSocket, Date.now()).kind === "accepted") return;
      rests.begin(connection);
    },
    async drain(timeoutMs) {
      draining = true;
      const empty = listeners.close();
      for (const connection of connections.values()) connection.retire();
      const cut = setTimeout(() => {
        for (const connection of connections.values()) connection.destroy();
        listeners.destroyAll();
      }, timeoutMs);
      await empty;
      clearTimeout(cut);
      clearInterval(sweep);
      server.close();
    },
  };
}

/** What Node's HTTP/1.1 parser and watch complain about, where it is not simply a bad request. */
export const HTTP1_ERRORS: Readonly<Record<string, PlainErrorKind | undefined>> = {
  HPE_HEADER_OVERFLOW: "headersTooLarge",
  ERR_HTTP_REQUEST_TIMEOUT: "requestTimeout",
};

function ignore(): void {}

function peerOf(socket: TLSSocket): { peer?: string } {
  return socket.remoteAddress === undefined ? {} : { peer: socket.remoteAddress };
}

/** Once our side has ended, the peer gets a moment to read and close; Node would wait for it for ever. */
export function closeSoonAfterEnd(socket: Socket, lingerMs: number): void {
  socket.once("finish", () => {
    if (socket.destroyed) return;
    const timer = later(lingerMs, () => socket.destroy());
    socket.once("close", () => clearTimeout(timer));
  });
}
