// What no answer may be, whatever was sent.

import { readFileSync } from "node:fs";
import type { Reply } from "./send.js";

/** UNKNOWN, INTERNAL, DATA_LOSS: with HTTP 500 and 502 our "5xx". */
const faultyStatuses = new Set(["2", "13", "15"]);
const faultyCodes = new Set(["unknown", "internal", "data_loss"]);

const isGrpc = (reply: Reply) => reply.headers["content-type"]?.startsWith("application/grpc") === true;

/** The trailers of gRPC-Web, which are the last message of the body. */
function webTrailers(body: Buffer): Record<string, string> {
  for (let at = 0; at + 5 <= body.length; at += 5 + body.readUInt32BE(at + 1)) {
    if ((body[at]! & 0x80) === 0) continue;
    const lines = body.subarray(at + 5, at + 5 + body.readUInt32BE(at + 1)).toString().split("\r\n").filter((line) => line !== "");
    return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]));
  }
  return {};
}

/** grpc-status as text; undefined for other protocols. */
export function grpcStatus(reply: Reply): string | undefined {
  if (!isGrpc(reply)) return undefined;
  return reply.trailers["grpc-status"] ?? reply.headers["grpc-status"] ?? webTrailers(reply.body)["grpc-status"] ?? "missing";
}

/** What the answer is in short, for the table of counts. */
export function kindOf(reply: Reply): string {
  const status = grpcStatus(reply);
  return status === undefined ? String(reply.status) : `grpc-status ${status}`;
}

/** A sentence when the answer is a fault of the service. */
export function faultOf(reply: Reply): string | undefined {
  if (reply.status === "closed") return undefined;
  if (reply.status === 500 || reply.status === 502) return `HTTP ${reply.status}: ${reply.body.toString().slice(0, 300)}`;
  if (reply.status >= 300 && reply.status < 400) return `a redirection: HTTP ${reply.status}`;
  const status = grpcStatus(reply);
  if (status !== undefined && (faultyStatuses.has(status) || status === "missing")) return `grpc-status ${status}: ${JSON.stringify(reply.trailers)} ${JSON.stringify(reply.headers)}`;
  if (reply.status >= 400 && reply.headers["content-type"] === "application/json") {
    let body: { code?: string; error?: string };
    try {
      body = JSON.parse(reply.body.toString() || "{}");
    } catch {
      return `an error whose JSON cannot be read: ${reply.body.toString().slice(0, 300)}`;
    }
    if (body.code !== undefined && faultyCodes.has(body.code)) return `Connect code ${body.code}: ${reply.body.toString().slice(0, 300)}`;
    if (body.error === "server_error") return `server_error with HTTP ${reply.status}`;
  }
  return undefined;
}

/** RFC 7591 section 3.2.2: a gateway's error is JSON with `error`, and its description is ASCII. */
export function gatewayErrorFault(reply: Reply): string | undefined {
  if (reply.status === "closed" || reply.status < 400) return undefined;
  if (reply.headers["content-type"] !== "application/json") return `HTTP ${reply.status} is no JSON: ${reply.headers["content-type"]}`;
  const body = JSON.parse(reply.body.toString()) as { error?: unknown; error_description?: unknown };
  if (typeof body.error !== "string" || body.error === "") return `HTTP ${reply.status} has no error member`;
  if (typeof body.error_description !== "string" || !/^[\x20-\x7e]+$/.test(body.error_description)) return `HTTP ${reply.status} has the error_description ${JSON.stringify(body.error_description)}`;
  return undefined;
}

/** Resident memory of a process in MiB, now and at its highest. */
export function memoryOf(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const mib = (name: string) => Math.round(Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) / 1024);
  return { now: mib("VmRSS"), peak: mib("VmHWM") };
}
