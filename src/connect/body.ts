// The bytes of one message: read within bounds, taken out of its envelope, inflated within bounds.

import { gunzipSync } from "node:zlib";
import { RegistryError } from "../domain/errors.js";
import { bodyMissing } from "../service/body-missing.js";
import type { Arrival } from "../service/front.js";
import { readBody } from "../net/request-body.js";
import type { ServerRequest } from "../net/request.js";
import type { Wire } from "./wire.js";

export type { ServerAnswer as HttpResponse, ServerRequest as HttpRequest } from "../net/request.js";

/** The encodings that a request may have. */
export const acceptedEncodings = "gzip,identity";

const prefixBytes = 5;
const compressedFlag = 1;

/** Reads the one message of a unary request: at most `limit` bytes, also when inflated. Throws too_large, invalid_request, overloaded, unimplemented. */
export async function readMessage(request: ServerRequest, wire: Wire, limit: number, arrival: Arrival): Promise<Uint8Array> {
  const gzipped = demandEncoding(request, wire);
  const bytes = await readBytes(request, wire.enveloped ? limit + prefixBytes : limit, arrival);
  if (!wire.enveloped) return gzipped && bytes.length > 0 ? inflate(bytes, limit) : bytes;
  const { flags, message } = openEnvelope(bytes, limit);
  if ((flags & compressedFlag) === 0) return message;
  // The flag alone does not say how (gRPC compression.md).
  if (!gzipped) throw new RegistryError("invalid_request", `the message is marked as compressed, and ${wire.encodingHeader} does not say how`);
  return inflate(message, limit);
}

/** Whether the message may be gzipped. Throws unimplemented for any other encoding. */
function demandEncoding(request: ServerRequest, wire: Wire): boolean {
  const encoding = request.headers[wire.encodingHeader];
  if (encoding === undefined || encoding === "identity" || encoding === "") return false;
  if (encoding === "gzip") return true;
  throw new RegistryError("unimplemented", `${wire.encodingHeader} must be gzip or identity`);
}

function readBytes(request: ServerRequest, limit: number, arrival: Arrival): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    arrival.giveUp = readBody(request, limit, (end, bytes) => {
      if (end === "complete") resolve(bytes);
      else reject(end === "too_large" ? tooLarge(limit) : bodyMissing(end));
    });
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
