// Sends one wire case to one door, byte for byte, and holds the answer against what the case expects of it.

import http2 from "node:http2";
import type { JsonObject } from "@bufbuild/protobuf";
import { expect } from "vitest";
import { envelope, verdictOf, type RawAnswer } from "../connect/raw.js";
import { exchange, openDoors, registrationPath, type DoorName } from "./doors.js";
import { protoscope } from "./protoscope.js";
import { rowFor, type RawExpectation, type RawRequest, type WireCase } from "./wire-file.js";
import type { World } from "./world.js";

const contentTypes: Readonly<Record<DoorName, string>> = {
  gateway: "application/json",
  "Connect JSON": "application/json",
  "Connect binary": "application/proto",
  gRPC: "application/grpc",
  "gRPC-Web": "application/grpc-web+proto",
};

const registerMethod = "/matricula.v1.RegistrationService/RegisterClient";

export async function runWireCase(world: World, door: DoorName, one: WireCase): Promise<void> {
  const fill = await filler(world, one);
  const request = requestFor(door, one, fill);
  const answer = door === "gateway" ? await sendHttp1(world, request) : await sendHttp2(world, request);
  const wanted = rowFor(one.expect, door)!;
  expect(world.faults, `${door}: faults of the service`).toEqual([]);
  if (door === "gateway") checkGateway(wanted, answer);
  else checkRpc(door, wanted, answer);
  for (const [name, value] of Object.entries(wanted.headers ?? {})) checkHeader(door, answer, name, value);
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer | undefined;
}

/** The case's own texts, and those of a client that is registered for it. */
async function filler(world: World, { realm = "open", fill = {}, client }: WireCase): Promise<(text: string) => string> {
  const texts: Record<string, string> = { iat: await world.makeInitialAccessToken(realm) };
  for (const [name, [text, times]] of Object.entries(fill)) texts[name] = text.repeat(times);
  if (client === true) {
    const doors = openDoors(world);
    const outcome = await doors.perform("gateway", { kind: "register", realm, metadata: { redirect_uris: ["https://client.example/cb"] } }, { token: texts["iat"]! });
    doors.close();
    if (!outcome.ok) throw new Error("the client of the case was not registered");
    for (const [name, member] of [["client_id", "client_id"], ["token", "registration_access_token"], ["secret", "client_secret"]] as const) texts[name] = outcome.information![member] as string;
  }
  return (text) => text.replace(/<([a-z_]+)>/g, (whole, name: string) => texts[name] ?? whole);
}

function requestFor(door: DoorName, one: WireCase, fill: (text: string) => string): Sent {
  const own: RawRequest = rowFor(one.send, door) ?? {};
  const realm = one.realm ?? "open";
  const headers: Record<string, string | string[]> = { "content-type": contentTypes[door], ...(door === "gRPC" ? { te: "trailers" } : {}) };
  for (const [name, value] of Object.entries({ ...one.headers, ...own.headers })) {
    if (value === null) delete headers[name];
    else headers[name] = typeof value === "string" ? fill(value) : value.map(fill);
  }
  const defaultPath = door === "gateway" ? registrationPath(realm) : registerMethod;
  return { method: own.method ?? "POST", path: fill(own.path ?? defaultPath), headers, body: bodyFor(door, one, own, realm, fill) };
}

function bodyFor(door: DoorName, one: WireCase, own: RawRequest, realm: string, fill: (text: string) => string): Buffer | undefined {
  const json = door === "gateway" || door === "Connect JSON";
  if (json) {
    const wrapped = one.metadata === undefined || door === "gateway" ? one.metadata : `{"realm":"${realm}","metadata":${one.metadata}}`;
    const text = own.text ?? wrapped ?? one.text;
    return text === undefined ? undefined : Buffer.from(fill(text), (own.latin1 ?? one.latin1) === true ? "latin1" : "utf8");
  }
  const source = own.protobuf ?? one.protobuf;
  if (source === undefined) return own.text === undefined ? undefined : Buffer.from(own.text, "latin1");
  const message = protoscope(fill(source));
  if (door === "Connect binary") return message;
  const { length, flags, times = 1 } = own.envelope ?? {};
  const framed = envelope(message, flags);
  if (length !== undefined) framed.writeUInt32BE(length, 1);
  return Buffer.concat(Array.from({ length: times }, () => framed));
}

async function sendHttp1(world: World, { method, path, headers, body }: Sent): Promise<RawAnswer> {
  // Node's client drops the body's length for GET and its kin when it is not told.
  const length = body === undefined ? {} : { "content-length": String(body.length) };
  const answer = await exchange(world.baseUrl + path, { method, headers: { ...length, ...headers }, ca: world.ca, agent: false }, body);
  return { status: answer.status, headers: answer.headers, trailers: {}, body: Buffer.from(answer.body) };
}

function sendHttp2(world: World, { method, path, headers, body }: Sent): Promise<RawAnswer> {
  const session = http2.connect(world.baseUrl, { ca: world.ca });
  return new Promise<RawAnswer>((resolve, reject) => {
    session.on("error", reject);
    const stream = session.request({ ...headers, ":method": method, ":path": path });
    let answered: RawAnswer["headers"] = {};
    let trailers: RawAnswer["trailers"] = {};
    const chunks: Buffer[] = [];
    stream.on("response", (received) => (answered = received as never));
    stream.on("trailers", (received) => (trailers = received as never));
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("error", reject);
    stream.on("end", () => resolve({ status: Number(answered[":status"]), headers: answered, trailers, body: Buffer.concat(chunks) }));
    stream.end(body);
  }).finally(() => session.destroy());
}

function checkGateway(wanted: RawExpectation, { status, headers, body }: RawAnswer): void {
  const text = body.toString();
  expect(status, `gateway answered ${text}`).toBe(wanted.status);
  // Whatever was asked for, JSON that no cache keeps (PRB-07, HTTP-14); and a challenge with every 401 (HTTP-09).
  if (text !== "") expect(headers["content-type"], text).toMatch(/^application\/json$/);
  if (status !== 200 || text === "") expect(headers["cache-control"], "cache-control").toBe("no-store");
  if (status === 401) expect(headers["www-authenticate"], "www-authenticate").toMatch(/^Bearer realm="matricula"/);
  if (wanted.empty === true) expect(text, "the body").toBe("");
  if (text === "") return void expect(wanted.error, "an error in no body").toBeUndefined();
  const answer = JSON.parse(text) as JsonObject;
  expect(answer["error"], text).toBe(wanted.error);
  // DCR-73: ASCII, and no quotation marks that would end a challenge.
  if (answer["error"] !== undefined) expect(answer["error_description"], text).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
  const violations = ((answer["violations"] ?? []) as { field: string; rule: string }[]).map(({ field, rule }) => [field, rule]);
  expect(violations, text).toEqual(wanted.violations ?? []);
  for (const [member, value] of Object.entries(wanted.registered ?? {})) expect(withoutVersions(answer[member] ?? null), `gateway: ${member}`).toEqual(value);
}

/** A policy's version is in each decision and changes with every word of the policy: its form alone is looked at. All else is compared whole. */
function withoutVersions(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((item: unknown) => {
    if (typeof item !== "object" || item === null || !("policy_version" in item)) return item;
    const { policy_version: version, ...rest } = item;
    expect(version).toMatch(/^[0-9a-f]{12}$/);
    return rest;
  });
}

function checkRpc(door: DoorName, wanted: RawExpectation, answer: RawAnswer): void {
  const { code, reason, violations } = verdictOf(answer);
  expect({ code, reason, violations: (violations ?? []).map(([field, rule]) => [field, rule]) }, `${door} answered ${answer.body.toString("latin1")}`).toEqual({
    code: wanted.code, reason: wanted.reason, violations: wanted.violations ?? [],
  });
}

function checkHeader(door: DoorName, { headers }: RawAnswer, name: string, value: string | null): void {
  const seen = headers[name];
  if (value === null) expect(seen, `${door}: ${name}`).toBeUndefined();
  else if (value.startsWith("/")) expect(seen, `${door}: ${name}`).toMatch(new RegExp(value.slice(1, -1)));
  else expect(seen, `${door}: ${name}`).toBe(value);
}
