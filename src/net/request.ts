import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
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
