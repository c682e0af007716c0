// Requests as bytes, for what no client library would send, and answers read by hand.

import http2 from "node:http2";
import https from "node:https";
import { createFileRegistry, createRegistry, fromBinary, fromJson, type JsonValue } from "@bufbuild/protobuf";
import { anyUnpack, FileDescriptorProtoSchema, file_google_protobuf_any } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { codeFromString } from "@connectrpc/connect/protocol-connect";
import { ErrorInfoSchema } from "../../gen/ts/google/rpc/error_details_pb.js";
import { RegistrationErrorSchema } from "../../gen/ts/matricula/v1/errors_pb.js";
import type { KeyAndCertificate } from "../../src/net/certificate.js";
import type { DoorServer } from "./fixture.js";

export const registerPath = "/matricula.v1.RegistrationService/RegisterClient";

/** The wires that take raw bytes: content type, and how a message becomes a body. */
export const rawWires = {
  "Connect JSON": { contentType: "application/json", format: "json", encoding: "content-encoding", timeout: "connect-timeout-ms", tooShort: "0" },
  "Connect binary": { contentType: "application/proto", format: "binary", encoding: "content-encoding", timeout: "connect-timeout-ms", tooShort: "0" },
  gRPC: { contentType: "application/grpc", format: "binary", encoding: "grpc-encoding", timeout: "grpc-timeout", tooShort: "1n" },
  "gRPC-Web": { contentType: "application/grpc-web+proto", format: "binary", encoding: "grpc-encoding", timeout: "grpc-timeout", tooShort: "1u" },
} as const;

export type RawWire = keyof typeof rawWires;
export const rawWireNames = Object.keys(rawWires) as RawWire[];
export const binaryWireNames = rawWireNames.filter((wire) => rawWires[wire].format === "binary");
export const isEnveloped = (wire: RawWire) => rawWires[wire].contentType.startsWith("application/grpc");

export function envelope(message: Uint8Array, flags = 0): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = flags;
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** A message as the body of its wire. */
export const framed = (wire: RawWire, message: Uint8Array, compressed = false): Uint8Array => (isEnveloped(wire) ? envelope(message, compressed ? 1 : 0) : message);

export interface RawRequest {
  readonly path?: string;
  readonly method?: string;
  readonly headers: http2.OutgoingHttpHeaders;
  readonly body?: Uint8Array;
  /** Leave the request without an end. */
  readonly unended?: boolean;
  readonly identity?: KeyAndCertificate;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly trailers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** Sends one request over HTTP/2 on a connection of its own. Rejects when there is no answer. */
export function send(server: DoorServer, request: RawRequest): Promise<RawAnswer> {
  const { identity } = request;
  const session = http2.connect(server.baseUrl, { ca: server.pki.ca.certificate, ...(identity && { cert: identity.certificate, key: identity.key }) });
  return new Promise<RawAnswer>((resolve, reject) => {
    session.on("error", reject);
    const stream = session.request({ ":path": request.path ?? registerPath, ":method": request.method ?? "POST", ...request.headers });
    let headers: Record<string, string | undefined> = {};
    let trailers: Record<string, string | undefined> = {};
    const chunks: Buffer[] = [];
    stream.on("response", (received) => (headers = received as never));
    stream.on("trailers", (received) => (trailers = received as never));
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("error", reject);
    stream.on("end", () => (headers[":status"] === undefined ? reject(new Error("no answer")) : resolve({ status: Number(headers[":status"]), headers, trailers, body: Buffer.concat(chunks) })));
    stream.on("close", () => reject(new Error(`closed with ${stream.rstCode}`)));
    if (request.body !== undefined) stream.write(request.body);
    if (request.unended !== true) stream.end();
  }).finally(() => session.destroy());
}

/** The same over HTTP/1.1. */
export function send1(server: DoorServer, request: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = https.request(
      server.baseUrl + (request.path ?? registerPath),
      // It would keep the connection: that it ends is the server's doing.
      { method: request.method ?? "POST", headers: request.headers as Record<string, string>, ca: server.pki.ca.certificate, agent: new https.Agent({ keepAlive: true }) },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () => {
          sent.destroy();
          resolve({ status: answer.statusCode!, headers: answer.headers as never, trailers: answer.trailers as never, body: Buffer.concat(chunks) });
        });
      },
    );
    sent.on("error", reject);
    sent.flushHeaders();
    if (request.body !== undefined) sent.write(request.body);
    if (request.unended !== true) sent.end();
  });
}

/** Sends one message at a wire. */
export function sendMessage(server: DoorServer, wire: RawWire, message: Uint8Array, more: Partial<RawRequest> = {}): Promise<RawAnswer> {
  return send(server, { ...more, headers: { "content-type": rawWires[wire].contentType, te: "trailers", ...more.headers }, body: framed(wire, message) });
}

export interface Verdict {
  /** "Ok" or the name of a code. */
  readonly code: string;
  readonly reason?: string | undefined;
  readonly error?: string | undefined;
  readonly violations?: readonly (readonly [field: string, rule: string, description: string])[] | undefined;
  readonly message?: string | undefined;
}

/** What an answer says, in one shape for all wires. */
export function verdictOf(answer: RawAnswer): Verdict {
  const contentType = answer.headers["content-type"] ?? "";
  if (contentType.startsWith("application/grpc")) {
    const fields = { ...answer.headers, ...answer.trailers, ...(contentType.startsWith("application/grpc-web") ? webTrailers(answer.body) : {}) };
    const code = Number(fields["grpc-status"]);
    return verdict(code === 0 ? "Ok" : Code[code]!, decodeURIComponent(fields["grpc-message"] ?? ""), statusDetails(fields["grpc-status-details-bin"]));
  }
  if (answer.status === 200) return { code: "Ok" };
  if (contentType !== "application/json") return { code: `HTTP ${answer.status}` };
  const body = JSON.parse(answer.body.toString()) as { code: string; message: string; details?: { type: string; value: string }[] };
  return verdict(Code[codeFromString(body.code)!]!, body.message, (body.details ?? []).map(({ type, value }) => ({ type, value: Buffer.from(value, "base64") })));
}

function webTrailers(body: Buffer): Record<string, string> {
  for (let at = 0; at + 5 <= body.length; ) {
    const end = at + 5 + body.readUInt32BE(at + 1);
    if (body[at] === 0x80) return Object.fromEntries(body.subarray(at + 5, end).toString().split("\r\n").filter(Boolean).map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]));
    at = end;
  }
  return {};
}

function statusDetails(text: string | undefined): { type: string; value: Uint8Array }[] {
  if (text === undefined) return [];
  const status = fromBinary(statusSchema, Buffer.from(text, "base64"));
  return (status as unknown as { details: { typeUrl: string; value: Uint8Array }[] }).details.map(({ typeUrl, value }) => ({ type: typeUrl.split("/")[1]!, value }));
}

/** google.rpc.Status, made here: its package is not among the generated code. */
const statusSchema = createFileRegistry(
  fromJson(FileDescriptorProtoSchema, {
    name: "status.proto", package: "google.rpc", syntax: "proto3", dependency: ["google/protobuf/any.proto"],
    messageType: [{ name: "Status", field: [
      { name: "code", number: 1, type: "TYPE_INT32", label: "LABEL_OPTIONAL" },
      { name: "message", number: 2, type: "TYPE_STRING", label: "LABEL_OPTIONAL" },
      { name: "details", number: 3, type: "TYPE_MESSAGE", typeName: ".google.protobuf.Any", label: "LABEL_REPEATED" },
    ] }],
  } as JsonValue),
  (name) => (name === "google/protobuf/any.proto" ? file_google_protobuf_any.proto : undefined),
).getMessage("google.rpc.Status")!;

const detailTypes = createRegistry(ErrorInfoSchema, RegistrationErrorSchema);

function verdict(code: string, message: string, details: readonly { type: string; value: Uint8Array }[]): Verdict {
  let found: Verdict = { code, message };
  for (const { type, value } of details) {
    const detail = anyUnpack({ $typeName: "google.protobuf.Any", typeUrl: `type.googleapis.com/${type}`, value }, detailTypes);
    if (detail?.$typeName === "google.rpc.ErrorInfo") found = { ...found, reason: (detail as unknown as { reason: string }).reason };
    if (detail?.$typeName === "matricula.v1.RegistrationError") {
      const { error, violations } = detail as unknown as { error: string; violations: { field: string; rule: string; description: string }[] };
      found = { ...found, error, violations: violations.map((row) => [row.field, row.rule, row.description]) };
    }
  }
  return found;
}
