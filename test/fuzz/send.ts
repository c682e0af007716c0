// Sends inputs as they are, and says what came back: over HTTP/2 on kept sessions, over HTTP/1.1 as bytes on a connection of its own.

import http2 from "node:http2";
import tls from "node:tls";
import type { Target } from "../program/http.js";

export interface Input {
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** An answer, or a connection or stream that was closed without one. */
export interface Reply {
  readonly status: number | "closed";
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly trailers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** Milliseconds: the server gives a request 15 s, and a silent connection 30; nothing may take longer. */
const patience = 35_000;

const closed: Reply = { status: "closed", headers: {}, trailers: {}, body: Buffer.alloc(0) };

/** A sender that keeps some HTTP/2 sessions and replaces those that end. */
export interface Sender {
  send(input: Input): Promise<Reply>;
  close(): void;
}

export function createSender(target: Target, sessions = 8): Sender {
  const open: (http2.ClientHttp2Session | undefined)[] = Array.from({ length: sessions });
  let turn = 0;
  const sessionOf = (slot: number): http2.ClientHttp2Session => {
    const found = open[slot];
    if (found !== undefined && !found.closed && !found.destroyed) return found;
    const made = http2.connect(target.url, { ca: target.ca });
    made.on("error", () => {});
    made.on("goaway", () => made.close());
    return (open[slot] = made);
  };
  return {
    send: (input) => sendOn(sessionOf(turn++ % sessions), input),
    close: () => open.forEach((session) => session?.destroy()),
  };
}

function sendOn(session: http2.ClientHttp2Session, { path, method, headers, body }: Input): Promise<Reply> {
  return new Promise((resolve, reject) => {
    let stream: http2.ClientHttp2Stream;
    try {
      stream = session.request({ ":path": path, ":method": method, ...headers }, { endStream: false });
    } catch (error) {
      // Node's own client will not send it: not an input for this wire.
      return resolve({ ...closed, trailers: { unsendable: String(error) } });
    }
    // Another request may break the session: then it is left to its idle time, which counts anew when an answer was under way.
    const timer = setTimeout(() => {
      stream.close();
      reject(new Error(`no answer within ${2 * patience} ms`));
    }, 2 * patience);
    let whole = false;
    stream.on("end", () => (whole = stream.rstCode === http2.constants.NGHTTP2_NO_ERROR));
    const chunks: Buffer[] = [];
    let received: Record<string, string | undefined> = {};
    let trailers: Record<string, string | undefined> = {};
    stream.on("response", (answer) => (received = answer as never));
    stream.on("trailers", (answer) => (trailers = answer as never));
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("error", () => {});
    stream.on("close", () => {
      clearTimeout(timer);
      const status = received[":status"];
      // An answer that was cut off with its session is none.
      resolve(status === undefined || (!whole && session.destroyed) ? closed : { status: Number(status), headers: received, trailers, body: Buffer.concat(chunks) });
    });
    stream.end(body);
  });
}

export interface RawOptions {
  /** End our side after the bytes. */
  readonly half?: boolean;
  /** Whether what has come so far is the answer; a whole HTTP/1.1 answer when left out. */
  readonly isAnswer?: (bytes: Buffer) => boolean;
  /** Milliseconds; a little more than the idle time when left out. */
  readonly within?: number;
}

/** Writes bytes on a TLS connection of its own and gives what comes until there is an answer or the server closes. Rejects when neither comes in time. */
export function sendRaw(target: Target & { readonly port: number }, bytes: Buffer, protocol: "http/1.1" | "h2", { half = false, isAnswer = isWhole, within = patience }: RawOptions = {}): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host: "127.0.0.1", port: target.port, ca: target.ca, servername: "localhost", ALPNProtocols: [protocol] });
    const chunks: Buffer[] = [];
    const timer = setTimeout(() => {
      reject(new Error(`neither answered nor closed within ${within} ms: ${Buffer.concat(chunks).toString("latin1").slice(0, 200)}`));
      socket.destroy();
    }, within);
    const finish = () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks));
      socket.destroy();
    };
    socket.on("secureConnect", () => {
      socket.write(bytes);
      if (half) socket.end();
    });
    socket.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      if (isAnswer(Buffer.concat(chunks))) finish();
    });
    socket.on("error", () => {});
    socket.on("close", finish);
  });
}

/** Whether the first answer is here in full: its head and as much body as its Content-Length says. */
function isWhole(bytes: Buffer): boolean {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const head = bytes.subarray(0, end).toString("latin1").toLowerCase();
  if (head.startsWith("http/1.1 100")) return isWhole(bytes.subarray(end + 4));
  const length = /\r\ncontent-length: *(\d+)/.exec(head)?.[1];
  return length !== undefined && bytes.length >= end + 4 + Number(length);
}

/** The status and body of an HTTP/1.1 answer in bytes. */
export function parseRaw(bytes: Buffer): Reply {
  const text = bytes.toString("latin1");
  const continued = /^HTTP\/1\.1 100 [^]*?\r\n\r\n/.exec(text)?.[0].length ?? 0;
  const status = /^HTTP\/1\.1 (\d{3})/.exec(text.slice(continued))?.[1];
  if (status === undefined) return closed;
  const end = text.indexOf("\r\n\r\n", continued);
  const headers = Object.fromEntries(text.slice(continued, end).split("\r\n").slice(1).map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]));
  const body = bytes.subarray(end + 4);
  return { status: Number(status), headers, trailers: {}, body: headers["transfer-encoding"] === "chunked" ? unchunked(body) : body };
}

/** A body without the marks of its chunks. */
function unchunked(bytes: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = bytes.indexOf("\r\n", at);
    const size = Number.parseInt(bytes.subarray(at, line).toString("latin1"), 16);
    if (line < 0 || !(size > 0)) return Buffer.concat(chunks);
    chunks.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}
