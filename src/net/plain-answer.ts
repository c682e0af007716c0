import type { Duplex } from "node:stream";
import { leaveUnread } from "./request-body.js";
import { isHttp2Answer, type ServerAnswer, type ServerRequest } from "./request.js";

interface PlainError {
  status: number;
  reason: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** The errors that are answered before any door is asked, in the shape of RFC 6749 section 5.2. */
const ERRORS = {
  badAuthority: row(
    400,
    "Bad Request",
    "invalid_request",
    "the request must name exactly one valid host (RFC 9112 section 3.2, RFC 9113 section 8.3.1) and a path",
  ),
  fromPage: row(403, "Forbidden", "invalid_request", "the local listener is not for pages of the web: it takes no request with an Origin"),
  notLocal: row(403, "Forbidden", "invalid_request", "the local listener is for requests whose host is localhost, 127.0.0.1 or [::1]"),
  badRequest: row(400, "Bad Request", "invalid_request", "the request is not valid HTTP"),
  unmetExpectation: row(417, "Expectation Failed", "invalid_request", "no expectation is met but 100-continue (RFC 9110 section 10.1.1)"),
  headersTooLarge: row(431, "Request Header Fields Too Large", "invalid_request", "the request has too many or too long header fields"),
  requestTimeout: row(408, "Request Timeout", "invalid_request", "the request did not arrive in time"),
  overloaded: row(503, "Service Unavailable", "temporarily_unavailable", "too many requests are open; try again", { "retry-after": "1" }),
} as const satisfies Record<string, PlainError>;

export type PlainErrorKind = keyof typeof ERRORS;

function row(status: number, reason: string, error: string, description: string, extra: Record<string, string> = {}): PlainError {
  const body = JSON.stringify({ error, error_description: description });
  return {
    status,
    reason,
    body,
    headers: Object.freeze({ "content-type": "application/json", "content-length": String(body.length), "cache-control": "no-store", ...extra }),
  };
}

/** Answers one request without reading its body. */
export function answerPlainly(request: ServerRequest, response: ServerAnswer, kind: PlainErrorKind): void {
  leaveUnread(request, response);
  const { status, headers, body } = ERRORS[kind];
  if (isHttp2Answer(response)) {
    response.writeHead(status, headers).end(body);
  } else {
    // What is left of the body cannot be told from a next request that we would want to believe.
    response.writeHead(status, { ...headers, connection: "close" }).end(body);
  }
}

/** Answers on an HTTP/1.1 connection whose request could not even be parsed, and closes it. */
export function answerRaw(socket: Duplex, kind: PlainErrorKind): void {
  const { status, reason, headers, body } = ERRORS[kind];
  const lines = Object.entries({ ...headers, connection: "close" }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${reason}\r\n${lines.join("")}\r\n${body}`);
}
