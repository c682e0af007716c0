// Answers in the caller's protocol, put together from connect's own parts (envelopes, trailers, error encoding) and written by connect-node.

import { toJson, type DescMessage, type DescService, type Message } from "@bufbuild/protobuf";
import type { ConnectError } from "@connectrpc/connect";
import type { UniversalServerResponse } from "@connectrpc/connect/protocol";
import { codeToHttpStatus, errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
import { setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { trailerSerialize, trailerFlag } from "@connectrpc/connect/protocol-grpc-web";
import { universalResponseToNodeResponse } from "@connectrpc/connect-node";
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
 * Writes how a call ended. connect's own handlers would do it too, at twice to four times the price: they read a request that has been
 * read already.
 */
export async function writeOutcome(handler: AnswerHandler, wire: Wire, outcome: Outcome, response: ServerAnswer): Promise<void> {
  if (!isOpen(response)) return;
  const answer = wire.enveloped ? grpcAnswer(handler.output, wire, outcome) : connectAnswer(handler.output, wire, outcome);
  await universalResponseToNodeResponse(answer, response as never);
}

function grpcAnswer(output: DescMessage, wire: Wire, outcome: Outcome): UniversalServerResponse {
  const header = new Headers({ "content-type": wire.contentType, "cache-control": "no-store" });
  const trailer = setTrailerStatus(new Headers(), "error" in outcome ? outcome.error : undefined);
  const chunks = "message" in outcome ? [envelope(encodeMessage(output, outcome.message as never), 0)] : [];
  if (wire.door === "grpc") return { status: 200, header, body: all(chunks), trailer };
  return { status: 200, header, body: all([...chunks, envelope(trailerSerialize(trailer), trailerFlag)]) };
}

function connectAnswer(output: DescMessage, wire: Wire, outcome: Outcome): UniversalServerResponse {
  if ("error" in outcome) {
    const body = errorToJsonBytes(outcome.error, undefined);
    const header = new Headers({ "content-type": "application/json", "cache-control": "no-store", "content-length": String(body.length) });
    return { status: codeToHttpStatus(outcome.error.code), header, body: all([body]) };
  }
  const body = wire.format === "json" ? encoder.encode(JSON.stringify(toJson(output, outcome.message as never))) : encodeMessage(output, outcome.message as never);
  return { status: 200, header: new Headers({ "content-type": wire.contentType, "cache-control": "no-store", "content-length": String(body.length) }), body: all([body]) };
}

async function* all(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/** A length-prefixed message (gRPC over HTTP/2, "Length-Prefixed-Message"). */
export function envelope(message: Uint8Array, flags: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(5 + message.length);
  bytes[0] = flags;
  bytes.writeUInt32BE(message.length, 1);
  bytes.set(message, 5);
  return bytes;
}
