// One HTTP exchange, the same for HTTP/1.1 and HTTP/2: the body in, the answer out.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { JsonObject } from "@bufbuild/protobuf";
import { RegistryError } from "../domain/errors.js";
import { errorAnswer } from "./errors.js";

export type HttpRequest = IncomingMessage | Http2ServerRequest;
export type HttpResponse = ServerResponse | Http2ServerResponse;
export type Headers = Record<string, string>;

/**
 * Reads a body of at most `limit` bytes and calls back once: with the bytes, or with too_large. The server below ends a body that is
 * too slow; a caller that goes away is never called back.
 */
export function readBody(request: HttpRequest, limit: number, done: (error: RegistryError | undefined, body: Uint8Array) => void): void {
  if (Number(request.headers["content-length"]) > limit) return done(tooLarge(limit), nothing);
  let first: Buffer | undefined;
  let more: Buffer[] | undefined;
  let size = 0;
  request.on("data", (chunk: Buffer) => {
    if (size > limit) return;
    size += chunk.length;
    if (size > limit) done(tooLarge(limit), nothing);
    else if (first === undefined) first = chunk;
    else (more ??= [first]).push(chunk);
  });
  request.on("end", () => {
    if (size <= limit) done(undefined, more === undefined ? (first ?? nothing) : Buffer.concat(more));
  });
}

const nothing = new Uint8Array(0);
const tooLarge = (limit: number) => new RegistryError("too_large", `the body has more than ${limit} bytes`);

/** RFC 7591 and RFC 7592 show both headers in every answer. */
const uncached = { "cache-control": "no-store", pragma: "no-cache" };

/** Writes a JSON answer that no cache may keep. */
export function writeJson(response: HttpResponse, status: number, body: JsonObject, headers?: Headers): void {
  write(response, status, JSON.stringify(body), { "content-type": "application/json", ...uncached, ...headers });
}

/** Writes an answer without a body that no cache may keep. */
export function writeEmpty(response: HttpResponse, status: number, headers?: Headers): void {
  if (response.headersSent || response.destroyed) return;
  (response as ServerResponse).writeHead(status, { ...uncached, ...headers });
  response.end();
}

/** Writes what went wrong. */
export function writeError(response: HttpResponse, error: RegistryError, headers?: Headers): void {
  const answer = errorAnswer(error);
  writeJson(response, answer.status, answer.body, { ...answer.headers, ...headers });
}

/** Writes a body as it is; HEAD gets the headers alone (RFC 9110 section 9.3.2). */
export function write(response: HttpResponse, status: number, body: string, headers: Headers): void {
  if (response.headersSent || response.destroyed) return;
  headers["content-length"] = String(Buffer.byteLength(body));
  (response as ServerResponse).writeHead(status, headers);
  if (response.req.method === "HEAD") response.end();
  else response.end(body);
}

/** A header that must stand once: its value, or undefined. */
export function header(request: HttpRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" ? value : undefined;
}
