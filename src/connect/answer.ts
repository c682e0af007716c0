// Answers in the caller's protocol, put together from connect's own parts (trailers, error encoding, codes).

import type { ServerResponse } from "node:http";
import { toJson, type DescMessage, type DescService, type Message } from "@bufbuild/protobuf";
import type { ConnectError } from "@connectrpc/connect";
import { codeToHttpStatus, errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
import { setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { trailerSerialize, trailerFlag } from "@connectrpc/connect/protocol-grpc-web";
import { isOpen, type ServerAnswer } from "../net/request.js";
import { encodeMessage } from "../domain/message-bytes.js";
import type { Wire } from "./wire.js";

/** How a call ended. */
export type Outcome = { readonly message: Message } | { readonly error: ConnectError };

const encoder = new TextEncoder();

/** What writes the answers of one method. */
export interface AnswerHandler {
  readonly output: DescMessage;
}

/** The answer handlers of every method, by path. */
export function answerHandlers(services: readonly DescService[]): ReadonlyMap<string, AnswerHandler> {
  return new Map(services.flatMap((service) => service.methods.map((method) => [`/${service.typeName}/${method.name}`, { output: method.output }] as const)));
}

/**
 * Writes how a call ended. connect's own handlers and connect-node's writer would do it too, through streams of chunks that one chunk does
 * not need. Throws when the caller has gone.
 */
export function writeOutcome(handler: AnswerHandler, wire: Wire, outcome: Outcome, response: ServerAnswer): void {
  if (!isOpen(response)) return;
  const { status, headers, body, trailers } = wire.enveloped ? grpcAnswer(handler.output, wire, outcome) : connectAnswer(handler.output, wire, outcome);
  // The two answers have the methods in common, and TypeScript no common signature of them.
  const writer = response as ServerResponse;
  writer.writeHead(status, headers);
  if (trailers !== undefined) writer.addTrailers(trailers);
  writer.end(body);
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
  readonly trailers?: Record<string, string>;
}

function grpcAnswer(output: DescMessage, wire: Wire, outcome: Outcome): Answer {
  const trailer = "error" in outcome ? setTrailerStatus(new Headers(), outcome.error) : succeeded;
  const message = "message" in outcome ? envelope(encodeMessage(output, outcome.message as never), 0) : nothing;
  const headers = { "content-type": wire.contentType, "cache-control": "no-store" };
  if (wire.door === "grpc") return { status: 200, headers, body: message, trailers: Object.fromEntries(trailer) };
  return { status: 200, headers, body: Buffer.concat([message, envelope(trailerSerialize(trailer), trailerFlag)]) };
}

const succeeded = setTrailerStatus(new Headers(), undefined);
const nothing = new Uint8Array(0);

function connectAnswer(output: DescMessage, wire: Wire, outcome: Outcome): Answer {
  const [status, contentType, body] =
    "error" in outcome
      ? [codeToHttpStatus(outcome.error.code), "application/json", errorToJsonBytes(outcome.error, undefined)]
      : [200, wire.contentType, wire.format === "json" ? encoder.encode(JSON.stringify(toJson(output, outcome.message as never))) : encodeMessage(output, outcome.message as never)];
  return { status, headers: { "content-type": contentType, "cache-control": "no-store", "content-length": String(body.length) }, body };
}

/** A length-prefixed message (gRPC over HTTP/2, "Length-Prefixed-Message"). */
export function envelope(message: Uint8Array, flags: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(5 + message.length);
  bytes[0] = flags;
  bytes.writeUInt32BE(message.length, 1);
  bytes.set(message, 5);
  return bytes;
}
