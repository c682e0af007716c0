// The oracle can say no: what counts as a fault is found in each protocol.

import { expect, test } from "vitest";
import { faultOf, gatewayErrorFault } from "./oracle.js";
import type { Reply } from "./send.js";

const reply = (more: Partial<Reply>): Reply => ({ status: 200, headers: {}, trailers: {}, body: Buffer.alloc(0), ...more });
const json = (status: number, body: object | string) => reply({ status, headers: { "content-type": "application/json" }, body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)) });
const grpc = (trailers: Record<string, string>) => reply({ headers: { "content-type": "application/grpc" }, trailers });
const web = (status: string) => {
  const trailers = Buffer.from(`grpc-status: ${status}\r\n`);
  return reply({ headers: { "content-type": "application/grpc-web+proto" }, body: Buffer.concat([Buffer.from([0x80, 0, 0, 0, trailers.length]), trailers]) });
};

test.each([reply({ status: 500 }), reply({ status: 502 }), reply({ status: 302 }), json(400, "{"), json(503, { code: "internal" }), json(400, { code: "unknown" }), json(400, { error: "server_error" }), grpc({ "grpc-status": "13" }), grpc({ "grpc-status": "2" }), grpc({}), web("15")])(
  "a fault: %j",
  (given) => expect(faultOf(given)).toBeDefined(),
);

test.each([reply({ status: 503 }), reply({ status: 501 }), json(400, { error: "invalid_request" }), json(429, { code: "resource_exhausted" }), grpc({ "grpc-status": "0" }), web("3")])("no fault: %j", (given) => expect(faultOf(given)).toBeUndefined());

test("a gateway's error is JSON with an ASCII description", () => {
  expect(gatewayErrorFault(json(400, { error: "x", error_description: "y" }))).toBeUndefined();
  expect(gatewayErrorFault(json(400, { error: "x", error_description: "\u00e9" }))).toBeDefined();
  expect(gatewayErrorFault(json(400, { error_description: "y" }))).toBeDefined();
  expect(gatewayErrorFault(reply({ status: 404, headers: { "content-type": "text/html" } }))).toBeDefined();
});
