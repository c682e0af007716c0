// A request's body, for both doors: read within a limit, or left where it is so that the answer is not held up by it.
import { constants, type ServerHttp2Stream } from "node:http2";
import { isHttp2Answer, isHttp2Request, type ServerAnswer, type ServerRequest } from "./request.js";

/** How the reading of a body ended; "cut_short" when the caller has gone, or has reset the request, first; "given_up" when we did. */
export type BodyEnd = "complete" | "too_large" | "cut_short" | "given_up";

const nothing = new Uint8Array(0);

/**
 * Reads a body of at most `limit` bytes and calls back once; the bytes are there only when it is complete. What is too large is not read
 * on. A body that is too slow is the server's to end. What is returned gives it up: true when it was still waited for.
 */
export function readBody(request: ServerRequest, limit: number, done: (end: BodyEnd, bytes: Uint8Array) => void): () => boolean {
  const at = (end: BodyEnd) => {
    done(end, nothing);
    return () => false;
  };
  // It may have gone while somebody else was asked who it is: nothing more would be said of it.
  if (isHttp2Request(request) ? request.complete : request.destroyed) return at("cut_short");
  if (Number(request.headers["content-length"]) > limit) return at("too_large");
  let first: Buffer | undefined;
  let more: Buffer[] | undefined;
  let size = 0;
  let ended = false;
  request.on("data", (chunk: Buffer) => {
    if (ended) return;
    size += chunk.length;
    if (size > limit) {
      ended = true;
      request.pause();
      done("too_large", nothing);
    } else if (first === undefined) first = chunk;
    else (more ??= [first]).push(chunk);
  });
  request.on("end", () => {
    if (ended) return;
    ended = true;
    done("complete", more === undefined ? (first ?? nothing) : Buffer.concat(more));
  });
  // Comes of every request in the end. After a reset Node says 'end' too, but later; HTTP/1.1 never does.
  request.on("close", () => {
    if (ended) return;
    ended = true;
    done("cut_short", nothing);
  });
  return () => {
    if (ended) return false;
    ended = true;
    request.pause();
    done("given_up", nothing);
    return true;
  };
}

/**
 * How long a peer may go on sending what nobody wants, so that the answer reaches it before the reset. Short: a request that was refused is open
 * until then, and a flood of them must not take the room of others.
 */
const lingerMs = 200;

/** What is worth reading and dropping for the sake of the connection: as much as a peer of HTTP/2 sends before it is told that it may. */
const droppedBytes = 65_536;

/** Prepares an answer to a request whose body is not read to its end: it must not be waited for, nor taken for a next request. */
export function leaveUnread(request: ServerRequest, response: ServerAnswer): void {
  if (request.complete || response.headersSent) return;
  if (isHttp2Answer(response)) {
    const { stream } = response;
    if (stream.endAfterHeaders) return;
    // A reset is lawful (RFC 9113 section 8.1), and Node's own client does not get over hundreds: it goes on counting what it could not send.
    const length = request.headers["content-length"];
    if (request.readableFlowing === null && !(Number(length) > droppedBytes)) dropBody(stream, length !== undefined);
    // A stream that was never read is closed by Node once the answer is out; one that was read is not.
    // The stream's 'finish': the response says its own only when the stream has closed.
    stream.once("finish", () => setTimeout(() => stream.destroyed || stream.close(constants.NGHTTP2_NO_ERROR), lingerMs).unref());
  } else if (request.readableFlowing !== null || request.headers["transfer-encoding"] !== undefined || Number(request.headers["content-length"]) > droppedBytes) {
    // Node reads and drops a short body that nobody began to read; one that is late, long or endless costs the connection.
    // A request without either header has no body (RFC 9112 section 6.3).
    response.setHeader("connection", "close");
  }
}

/** Reads and drops a short body, and no more of one that turns out to be long. One that said how long it is, is held to it by Node. */
function dropBody(stream: ServerHttp2Stream, saysLength: boolean): void {
  if (saysLength) return void stream.resume();
  let dropped = 0;
  stream.on("data", (chunk: Buffer) => {
    dropped += chunk.length;
    if (dropped > droppedBytes) stream.pause();
  });
}
