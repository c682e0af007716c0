// The bytes of one message: read within bounds, taken out of its envelope, inflated within bounds.

import type { IncomingMessage, ServerResponse } from "node:http";
import { constants, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import { gunzipSync } from "node:zlib";
import { RegistryError } from "../domain/errors.js";
import type { Wire } from "./wire.js";

export type HttpRequest = IncomingMessage | Http2ServerRequest;
export type HttpResponse = ServerResponse | Http2ServerResponse;

/** The encodings that a request may have. */
export const acceptedEncodings = "gzip,identity";

const prefixBytes = 5;
const compressedFlag = 1;

/** A header that stands once; undefined otherwise. */
export function header(request: HttpRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" ? value : undefined;
}

/** Reads the one message of a unary request: at most `limit` bytes, also when inflated. Throws too_large, invalid_request, unimplemented. */
export async function readMessage(request: HttpRequest, wire: Wire, limit: number): Promise<Uint8Array> {
  const gzipped = demandEncoding(request, wire);
  const bytes = await readBody(request, wire.enveloped ? limit + prefixBytes : limit);
  if (!wire.enveloped) return gzipped && bytes.length > 0 ? inflate(bytes, limit) : bytes;
  const { flags, message } = openEnvelope(bytes, limit);
  if ((flags & compressedFlag) === 0) return message;
  // The flag alone does not say how (gRPC compression.md).
  if (!gzipped) throw new RegistryError("invalid_request", `the message is marked as compressed, and ${wire.encodingHeader} does not say how`);
  return inflate(message, limit);
}

/** Whether the message may be gzipped. Throws unimplemented for any other encoding. */
function demandEncoding(request: HttpRequest, wire: Wire): boolean {
  const encoding = request.headers[wire.encodingHeader];
  if (encoding === undefined || encoding === "identity" || encoding === "") return false;
  if (encoding === "gzip") return true;
  throw new RegistryError("unimplemented", `${wire.encodingHeader} must be gzip or identity`);
}

function readBody(request: HttpRequest, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers["content-length"]) > limit) return reject(tooLarge(limit));
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) return void chunks.push(chunk);
      chunks.length = 0;
      request.pause();
      reject(tooLarge(limit));
    });
    // 'close' comes after 'end' as well, and an error is too dear to make for nothing.
    const gone = () => reject(new RegistryError("invalid_request", "the request ended before it was complete"));
    request.once("end", () => {
      request.off("error", gone).off("close", gone);
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    });
    request.once("error", gone).once("close", gone);
  });
}

const tooLarge = (limit: number) => new RegistryError("too_large", `the message has more than ${limit} bytes`);

/** A unary request is exactly one envelope. */
function openEnvelope(bytes: Uint8Array, limit: number): { flags: number; message: Uint8Array } {
  if (bytes.length < prefixBytes) throw new RegistryError("invalid_request", "the body must be one message with its prefix of five bytes");
  const flags = bytes[0]!;
  const length = ((bytes[1]! << 24) | (bytes[2]! << 16) | (bytes[3]! << 8) | bytes[4]!) >>> 0;
  if (flags > compressedFlag) throw new RegistryError("invalid_request", "the message's prefix has flags that mean nothing here");
  if (length > limit) throw tooLarge(limit);
  if (bytes.length !== prefixBytes + length) throw new RegistryError("invalid_request", "the body must be exactly one message, as long as its prefix says");
  return { flags, message: bytes.subarray(prefixBytes) };
}

/** At most 64 KiB of output: too little to be worth a thread. */
function inflate(bytes: Uint8Array, limit: number): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: limit });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(limit);
    throw new RegistryError("invalid_request", "the message is not valid gzip", { cause: error });
  }
}

/** How long a peer may go on sending what nobody reads, so that the answer reaches it before the reset. */
const lingerMs = 200;

/** Prepares an answer to a request whose body is not read to its end: it must not be waited for, nor taken for a next request. */
export function leaveUnread(request: HttpRequest, response: HttpResponse, limit: number): void {
  if (request.complete || response.headersSent) return;
  if ("stream" in response) {
    const { stream } = response;
    // A stream that was never read is closed by Node once the answer is out; one that was read in part is not.
    // The stream's 'finish': the response says its own only when the stream has closed.
    stream.once("finish", () => setTimeout(() => stream.destroyed || stream.close(constants.NGHTTP2_NO_ERROR), lingerMs).unref());
  } else if (request.readableFlowing !== null || !(Number(request.headers["content-length"]) <= limit)) {
    // Node reads and drops a short body that nobody began to read; one that is late, long or endless costs the connection.
    response.setHeader("connection", "close");
  }
}
