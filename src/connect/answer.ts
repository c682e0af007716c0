// Answers in the caller's protocol, written by connect's own handlers: they get an empty message and a result that is already there.

import { Code, ConnectError, createConnectRouter, createContextKey, createContextValues, type ServiceImpl } from "@connectrpc/connect";
import type { UniversalHandler, UniversalServerRequest } from "@connectrpc/connect/protocol";
import { universalResponseToNodeResponse } from "@connectrpc/connect-node";
import type { DescService, Message } from "@bufbuild/protobuf";
import type { HttpResponse } from "./body.js";
import type { Wire } from "./wire.js";

/** How a call ended. */
export type Outcome = { readonly message: Message } | { readonly error: ConnectError };

const outcomeKey = createContextKey<Outcome>({ error: new ConnectError("the call has no outcome", Code.Internal) });

/** A page of 500 clients of full size; grpc clients take 4 MiB unless told otherwise, so their pages must be smaller. */
const writeMaxBytes = 33_554_432;

/** What writes the answers of one method. */
export type AnswerHandler = UniversalHandler;

/** The handler of each unary method of the services, by path. */
export function answerHandlers(services: readonly DescService[]): ReadonlyMap<string, AnswerHandler> {
  // No compression: an answer that holds a secret beside what the caller sent must not tell its length (CRIME).
  const router = createConnectRouter({ acceptCompression: [], writeMaxBytes, readMaxBytes: 64, jsonOptions: {} });
  for (const service of services) {
    const methods = service.methods.filter((method) => method.methodKind === "unary").map((method) => [method.localName, answer]);
    router.service(service, Object.fromEntries(methods) as Partial<ServiceImpl<DescService>>);
  }
  return new Map(router.handlers.filter((handler) => handler.method.methodKind === "unary").map((handler) => [handler.requestPath, handler]));
}

function answer(_empty: unknown, context: { readonly values: { get: (key: typeof outcomeKey) => Outcome }; readonly responseHeader: Headers; readonly protocolName: string }): Message {
  const outcome = context.values.get(outcomeKey);
  context.responseHeader.set("cache-control", "no-store");
  if ("message" in outcome) return outcome.message;
  // RFC 9110 section 15.5.2; gRPC has its own place for it.
  if (context.protocolName === "connect" && outcome.error.code === Code.Unauthenticated) context.responseHeader.set("www-authenticate", "Bearer");
  throw outcome.error;
}

const emptyEnvelope = new Uint8Array(5);
const emptyJsonEnvelope = new Uint8Array([0, 0, 0, 0, 2, 0x7b, 0x7d]);

/** A body of no message, in the wire's own framing. */
export async function* emptyBody(wire: Wire): AsyncGenerator<Uint8Array> {
  if (wire.enveloped) yield wire.format === "json" ? emptyJsonEnvelope : emptyEnvelope;
}

/**
 * Writes the outcome of a unary call. Built without the request's own headers, authority and body: nothing that the caller sent can
 * reach connect's parsers (grpc-services.md section 3.4).
 */
export async function writeOutcome(handler: AnswerHandler, wire: Wire, outcome: Outcome, response: HttpResponse): Promise<void> {
  const universal: UniversalServerRequest = {
    httpVersion: "2.0",
    method: "POST",
    url: `https://matricula${handler.requestPath}`,
    header: new Headers({ "content-type": wire.contentType }),
    body: wire.enveloped || wire.format === "binary" ? emptyBody(wire) : {},
    signal: new AbortController().signal,
    contextValues: createContextValues().set(outcomeKey, outcome),
  };
  const answered = await handler(universal);
  if (!isOpen(response)) return;
  // Settles only when it fails (grpc-services.md section 3.5).
  await universalResponseToNodeResponse(answered, response as never);
}

/** Whether an answer can still be written. */
export function isOpen(response: HttpResponse): boolean {
  return !response.headersSent && !response.destroyed && !("stream" in response && (response.stream === undefined || response.stream.destroyed));
}
