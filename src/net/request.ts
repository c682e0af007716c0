import type { IncomingMessage, ServerResponse } from "node:http";
import { constants, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import type { TLSSocket } from "node:tls";

/** A request of either HTTP version, as Node gives it. */
export type ServerRequest = IncomingMessage | Http2ServerRequest;

/** The answer to it. */
export type ServerAnswer = ServerResponse | Http2ServerResponse;

export function isHttp2Request(request: ServerRequest): request is Http2ServerRequest {
  return request.httpVersionMajor === 2;
}

export function isHttp2Answer(response: ServerAnswer): response is Http2ServerResponse {
  return "stream" in response;
}

/** The TLS connection a request came by, the same object for each request of a connection; undefined once it is gone. */
export function tlsSocketOf(request: ServerRequest): TLSSocket | undefined {
  if (!isHttp2Request(request)) return request.socket as TLSSocket;
  // `request.socket` would be a new proxy for each request; the session's is made once.
  return request.stream.session?.socket as TLSSocket | undefined;
}

/** A header that stands once; undefined otherwise. */
export function header(request: ServerRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" ? value : undefined;
}

/** The target's path without its query. What both doors serve has no character that would need decoding. */
export function pathOf(request: ServerRequest): string {
  const url = request.url ?? "/";
  const query = url.indexOf("?");
  return query < 0 ? url : url.slice(0, query);
}

/** Whether an answer can still be begun. An answer of HTTP/2 has no `destroyed`, and loses its stream when that closes. */
export function isOpen(response: ServerAnswer): boolean {
  if (response.headersSent) return false;
  return isHttp2Answer(response) ? streamOf(response)?.destroyed === false : !response.destroyed;
}

/** Whether the peer has given a request up that nobody has looked at yet: by its stream, or by the connection. */
export function isGone(request: ServerRequest): boolean {
  // What was pipelined behind another request is not told when the connection closes.
  return isHttp2Request(request) ? request.stream.destroyed : request.socket.destroyed;
}

/** Ends an exchange about which nothing more can be said: HTTP/1.1 its connection, HTTP/2 its stream alone. */
export function cutOff(response: ServerAnswer): void {
  if (isHttp2Answer(response)) streamOf(response)?.close(constants.NGHTTP2_INTERNAL_ERROR);
  else response.destroy();
}

const streamOf = (response: Http2ServerResponse) => response.stream as Http2ServerResponse["stream"] | undefined;
