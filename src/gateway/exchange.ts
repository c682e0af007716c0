// Answers over HTTP/1.1 and HTTP/2 alike. None waits for a body that nobody has read.

import type { JsonObject } from "@bufbuild/protobuf";
import type { RegistryError } from "../domain/errors.js";
import { leaveUnread } from "../net/request-body.js";
import { isOpen, type ServerAnswer } from "../net/request.js";
import { errorAnswer } from "./errors.js";

export type { ServerAnswer as HttpResponse, ServerRequest as HttpRequest } from "../net/request.js";
export type Headers = Record<string, string>;

/** RFC 7591 and RFC 7592 show both headers in every answer. */
const uncached = { "cache-control": "no-store", pragma: "no-cache" };

/** Writes a JSON answer that no cache may keep. */
export function writeJson(response: ServerAnswer, status: number, body: JsonObject, headers?: Headers): void {
  write(response, status, JSON.stringify(body), Object.assign({ "content-type": "application/json", ...uncached }, headers));
}

/** Writes an answer without a body that no cache may keep. */
export function writeEmpty(response: ServerAnswer, status: number, headers?: Headers): void {
  if (writeHead(response, status, { ...uncached, ...headers })) response.end();
}

/** Writes what went wrong. */
export function writeError(response: ServerAnswer, error: RegistryError, headers?: Headers, schemes?: () => readonly string[]): void {
  const answer = errorAnswer(error, schemes);
  writeJson(response, answer.status, answer.body, { ...answer.headers, ...headers });
}

/** Writes a body as it is; HEAD gets the headers alone (RFC 9110 section 9.3.2). */
export function write(response: ServerAnswer, status: number, body: string, headers: Headers): void {
  const bytes = Buffer.byteLength(body);
  headers["content-length"] = String(bytes);
  if (!writeHead(response, status, headers)) return;
  if (response.req.method === "HEAD") response.end();
  // Where a character is a byte the two encodings are one, and the second is written without a look at each character.
  else response.end(body, bytes === body.length ? "latin1" : "utf8");
}

/** False when the caller has gone. */
function writeHead(response: ServerAnswer, status: number, headers: Headers): boolean {
  if (!isOpen(response)) return false;
  leaveUnread(response.req, response);
  // The two answers have the method in common, and TypeScript no common signature of it.
  (response as { writeHead(status: number, headers: Headers): unknown }).writeHead(status, headers);
  return true;
}
