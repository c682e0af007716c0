// The answer of a server stream, message by message: its head, as many messages as its reader takes, and its end in the caller's protocol.

import { toJson, type DescMessage, type Message } from "@bufbuild/protobuf";
import type { ConnectError } from "@connectrpc/connect";
import { endStreamFlag, endStreamToJson } from "@connectrpc/connect/protocol-connect";
import { setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { trailerFlag, trailerSerialize } from "@connectrpc/connect/protocol-grpc-web";
import { encodeMessage } from "../domain/message-bytes.js";
import { cutOff, isHttp2Answer } from "../net/request.js";
import { envelope } from "./answer.js";
import type { HttpResponse } from "./body.js";
import type { Wire } from "./wire.js";

/** Bytes that are written in one piece at most, unless one message has more. */
const pieceBytes = 32_768;
/** How long a reader that takes nothing has to take the stream's end before it is cut off. */
const farewellMs = 1_000;

const encoder = new TextEncoder();

/** Writes one stream's answer. */
export interface StreamAnswer {
  /** Sends the head, so that the caller knows that it is heard. */
  begin(): void;
  /** Sends messages; resolves to false when the reader has taken too little of them for `stalledMs`. `ended` ends the waiting. */
  send(messages: readonly Message[], stalledMs: number, ended: AbortSignal): Promise<boolean>;
  /** Sends the end, once. */
  end(error: ConnectError | undefined): void;
}

/** What was encoded, by format: a message that goes to many streams is encoded once. */
const encoded = { binary: new WeakMap<Message, Uint8Array>(), json: new WeakMap<Message, Uint8Array>() };

function envelopeOf(output: DescMessage, format: Wire["format"], message: Message): Uint8Array {
  let bytes = encoded[format].get(message);
  if (bytes === undefined) {
    bytes = envelope(format === "json" ? encoder.encode(JSON.stringify(toJson(output, message as never))) : encodeMessage(output, message as never), 0);
    encoded[format].set(message, bytes);
  }
  return bytes;
}

export function streamAnswer(output: DescMessage, wire: Wire, response: HttpResponse): StreamAnswer {
  let begun = false;

  function begin(): void {
    if (begun) return;
    begun = true;
    (response as { writeHead(status: number, headers: Record<string, string>): unknown }).writeHead(200, { "content-type": wire.contentType, "cache-control": "no-store" });
    // HTTP/2 has sent them already.
    if (!isHttp2Answer(response)) response.flushHeaders();
  }

  return {
    begin,
    async send(messages, stalledMs, ended) {
      begin();
      let piece: Uint8Array[] = [];
      let size = 0;
      for (const [index, message] of messages.entries()) {
        const bytes = envelopeOf(output, wire.format, message);
        piece.push(bytes);
        size += bytes.length;
        if (size < pieceBytes && index < messages.length - 1) continue;
        if (ended.aborted) return true;
        if (!write(response, piece.length === 1 ? bytes : Buffer.concat(piece)) && !(await drained(response, stalledMs, ended))) return false;
        piece = [];
        size = 0;
      }
      return true;
    },
    end(error) {
      begin();
      if (wire.door === "connect") {
        response.end(envelope(encoder.encode(JSON.stringify(endStreamToJson(new Headers(), error, undefined))), endStreamFlag));
      } else {
        const trailer = setTrailerStatus(new Headers(), error);
        if (wire.door === "grpc") {
          (response as { addTrailers(trailers: Record<string, string>): void }).addTrailers(Object.fromEntries(trailer));
          response.end();
        } else {
          response.end(envelope(trailerSerialize(trailer), trailerFlag));
        }
      }
      const timer = setTimeout(() => cutOff(response), farewellMs);
      timer.unref();
      response.once("close", () => clearTimeout(timer));
      // HTTP/1.1 keeps its connection for the next request.
      response.once("finish", () => clearTimeout(timer));
    },
  };
}

/** Whether the reader is ready for more. The two answers have the method in common, and TypeScript no common signature of it. */
const write = (response: HttpResponse, bytes: Uint8Array): boolean => (response as { write(bytes: Uint8Array): boolean }).write(bytes);

/** True when the reader has taken what was written, or when that no longer matters; false after so many milliseconds. */
function drained(response: HttpResponse, ms: number, ended: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (inTime: boolean) => {
      clearTimeout(timer);
      response.off("drain", go);
      response.off("close", go);
      ended.removeEventListener("abort", go);
      resolve(inTime);
    };
    const go = () => done(true);
    const timer = setTimeout(() => done(false), ms);
    response.once("drain", go);
    response.once("close", go);
    ended.addEventListener("abort", go);
  });
}
