// The three protocols as a request's headers tell them apart, and where each says its encoding and its deadline.

import type { DoorName } from "../service/front.js";

/** One protocol in one message format. */
export interface Wire {
  readonly door: Exclude<DoorName, "gateway">;
  readonly format: "binary" | "json";
  /** A message has a prefix of five bytes (gRPC, gRPC-Web, Connect streams). */
  readonly enveloped: boolean;
  /** Carries a stream; Connect alone says so in the content type. */
  readonly streams: "never" | "always" | "either";
  /** What connect's own handlers are told. */
  readonly contentType: string;
  readonly encodingHeader: string;
  readonly acceptEncodingHeader: string;
  readonly timeoutHeader: string;
}

const grpc = { format: "binary", enveloped: true, streams: "either", encodingHeader: "grpc-encoding", acceptEncodingHeader: "grpc-accept-encoding", timeoutHeader: "grpc-timeout" } as const;
const connect = { door: "connect", encodingHeader: "content-encoding", acceptEncodingHeader: "accept-encoding", timeoutHeader: "connect-timeout-ms" } as const;
const unary = { ...connect, enveloped: false, streams: "never" } as const;
const stream = { ...connect, enveloped: true, streams: "always", encodingHeader: "connect-content-encoding", acceptEncodingHeader: "connect-accept-encoding" } as const;

const wires: readonly (readonly [RegExp, Wire])[] = [
  [/^application\/json(?:; ?charset=utf-?8)?$/i, { ...unary, format: "json", contentType: "application/json" }],
  [/^application\/proto$/i, { ...unary, format: "binary", contentType: "application/proto" }],
  [/^application\/grpc(?:\+proto)?$/i, { ...grpc, door: "grpc", contentType: "application/grpc+proto" }],
  [/^application\/grpc-web(?:\+proto)?$/i, { ...grpc, door: "grpc_web", contentType: "application/grpc-web+proto" }],
  [/^application\/connect\+json(?:; ?charset=utf-?8)?$/i, { ...stream, format: "json", contentType: "application/connect+json" }],
  [/^application\/connect\+proto$/i, { ...stream, format: "binary", contentType: "application/connect+proto" }],
];

/** The content types that a POST may have. */
export const acceptedTypes = [...new Set(wires.map(([, wire]) => wire.contentType)), "application/grpc", "application/grpc-web"].join(", ");

/** The wire that a content type names; undefined for one that is not served: JSON in gRPC, base64 in gRPC-Web, anything else. */
export function wireOf(contentType: string | undefined): Wire | undefined {
  if (contentType === undefined) return undefined;
  for (const [pattern, wire] of wires) if (pattern.test(contentType)) return wire;
  return undefined;
}

/** The protocol of an RPC that is not served here, read as generously as can be: who speaks gRPC understands no other answer. */
export function speaksGrpc(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/grpc(?:$|[-+;])/i.test(contentType);
}
