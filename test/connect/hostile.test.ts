// What no client library sends. Each answer is one of the caller's own fault, at every wire.

import http2 from "node:http2";
import { gzipSync } from "node:zlib";
import { create, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RegisterClientRequestSchema, RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { createRegistry, startDoor, wireClient, type DoorServer } from "./fixture.js";
import { binaryWireNames, envelope, framed, isEnveloped, rawWireNames, rawWires, registerPath, send, send1, sendMessage, verdictOf, type RawWire } from "./raw.js";

const redirects = { redirect_uris: ["https://client.org/cb"] };

/** One request in the wire's format: JSON text, or the message that `init` describes. */
function good(wire: RawWire): Uint8Array {
  if (rawWires[wire].format === "json") return Buffer.from(JSON.stringify({ metadata: redirects }));
  return message({ metadata: { redirectUris: redirects.redirect_uris } });
}

const message = (init: MessageInitShape<typeof RegisterClientRequestSchema>) => toBinary(RegisterClientRequestSchema, create(RegisterClientRequestSchema, init));

let server: DoorServer;
beforeAll(async () => {
  server = await startDoor({ limits: { callMs: 2000 } });
});
afterAll(() => server.close());

describe.each(rawWireNames)("%s", (wire) => {
  const { contentType, encoding, timeout, tooShort } = rawWires[wire];
  const headers = { "content-type": contentType, te: "trailers" };

  test("a control: the same bytes, unspoilt, register", async () => {
    expect(verdictOf(await sendMessage(server, wire, good(wire))).code).toBe("Ok");
    const answer = await send(server, { headers: { ...headers, [encoding]: "gzip" }, body: framed(wire, gzipSync(good(wire)), true) });
    expect(verdictOf(answer).code).toBe("Ok");
    expect(answer.headers["cache-control"]).toBe("no-store");
    expect(answer.headers["content-encoding"] ?? answer.headers["grpc-encoding"]).toBeUndefined();
  });

  test("bytes that are no message are the caller's fault", async () => {
    const spoilt = good(wire).slice(0, -3);
    expect(verdictOf(await sendMessage(server, wire, spoilt))).toMatchObject({ code: "InvalidArgument", reason: "INVALID_REQUEST" });
    expect(server.finished.at(-1)?.error?.kind).toBe("invalid_request");
  });

  test.each([65_537, 70_000, 1_000_000])("%i bytes are too many", async (size) => {
    const verdict = verdictOf(await sendMessage(server, wire, new Uint8Array(size).fill(0x20)));
    expect(verdict).toMatchObject({ code: "ResourceExhausted", reason: "TOO_LARGE" });
  });

  test("a promised length is believed before a byte is read", async () => {
    const answer = await send(server, { headers: { ...headers, "content-length": "1000000" }, unended: true });
    expect(verdictOf(answer).reason).toBe("TOO_LARGE");
  });

  test("a gzip bomb is too large, in no time and no memory", async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20));
    const before = process.memoryUsage().rss;
    const answer = await send(server, { headers: { ...headers, [encoding]: "gzip" }, body: framed(wire, bomb.subarray(0, 65_000), true) });
    expect(verdictOf(answer).reason).toBe("TOO_LARGE");
    expect(process.memoryUsage().rss - before).toBeLessThan(32 << 20);
  });

  test("an encoding must be named and known", async () => {
    const garbage = await send(server, { headers: { ...headers, [encoding]: "gzip" }, body: framed(wire, good(wire), true) });
    expect(verdictOf(garbage).reason).toBe("INVALID_REQUEST");
    const brotli = await send(server, { headers: { ...headers, [encoding]: "br" }, body: framed(wire, good(wire), true) });
    expect(verdictOf(brotli).code).toBe("Unimplemented");
    expect(brotli.headers[isEnveloped(wire) ? "grpc-accept-encoding" : "accept-encoding"]).toBe("gzip,identity");
    if (isEnveloped(wire)) expect(verdictOf(await send(server, { headers, body: envelope(gzipSync(good(wire)), 1) })).reason).toBe("INVALID_REQUEST");
  });

  test("the caller's deadline is kept, cut and read strictly", async () => {
    const before = server.finished.length;
    expect(verdictOf(await sendMessage(server, wire, good(wire), { headers: { [timeout]: tooShort } }))).toMatchObject({ code: "DeadlineExceeded", reason: "DEADLINE_EXCEEDED" });
    expect(verdictOf(await sendMessage(server, wire, good(wire), { headers: { [timeout]: "99999999" + (isEnveloped(wire) ? "H" : "") } })).code).toBe("Ok");
    for (const value of ["soon", "-1", "1.5", "123456789012", "1 m", "1mm", ""]) {
      expect(verdictOf(await sendMessage(server, wire, good(wire), { headers: { [timeout]: value } })), value).toMatchObject({ code: "InvalidArgument", reason: "INVALID_REQUEST" });
    }
    expect(server.finished.length - before).toBe(9);
  });

  test("a body that does not come is waited for until the deadline", async () => {
    const started = performance.now();
    const answer = await send(server, { headers: { ...headers, [timeout]: isEnveloped(wire) ? "150m" : "150" }, body: Buffer.of(0x7b), unended: true });
    expect(verdictOf(answer).reason).toBe("DEADLINE_EXCEEDED");
    expect(performance.now() - started).toBeLessThan(1500);
  });

  test("a certificate that is not acceptable is refused before the body", async () => {
    const answer = await send(server, { headers, unended: true, identity: server.pki.stranger });
    expect(verdictOf(answer)).toMatchObject({ code: "Unauthenticated", reason: "INVALID_CERTIFICATE" });
    if (!isEnveloped(wire)) expect([answer.status, answer.headers["www-authenticate"]]).toEqual([401, "Bearer"]);
  });

  test("so is a method that needs a certificate, for nobody", async () => {
    const answer = await send(server, { path: "/matricula.v1.ClientDirectoryService/ListClients", headers, unended: true });
    expect(verdictOf(answer)).toMatchObject({ code: "Unauthenticated", reason: "UNAUTHENTICATED" });
  });

  test("no other HTTP method, no unknown RPC", async () => {
    const get = await send(server, { method: "GET", headers });
    expect([get.status, get.headers["allow"]]).toEqual([405, "POST"]);
    for (const path of ["/matricula.v1.RegistrationService/Nothing", "/matricula.v1.Nothing/RegisterClient", "/matricula.v1.RegistrationService/RegisterClient/"]) {
      const answer = await send(server, { path, headers, body: framed(wire, good(wire)) });
      expect(verdictOf(answer).code, path).toBe("Unimplemented");
      expect(answer.status).toBe(isEnveloped(wire) ? 200 : 404);
    }
  });

  test("names of prototypes, depth, NUL and huge numbers in structs, with one verdict", async () => {
    const deep = (levels: number): object => (levels === 0 ? {} : { a: deep(levels - 1) });
    const cases: [string, Record<string, unknown>, string][] = [
      ["constructor", { example_object: { a: { constructor: "x" } } }, "json.forbidden_member"],
      ["prototype", { example_object: { prototype: {} } }, "json.forbidden_member"],
      ["NUL", { example_attribute: "a\0b" }, "json.nul"],
      ["too deep", { example_object: deep(15) }, "json.too_deep"],
      ["a long text", { example_attribute: "a".repeat(16_385) }, "json.string_too_long"],
    ];
    for (const [name, attributes, rule] of cases) {
      const body = rawWires[wire].format === "json"
        ? Buffer.from(JSON.stringify({ metadata: { ...redirects, custom_attributes: attributes } }))
        : message({ metadata: { redirectUris: redirects.redirect_uris, customAttributes: attributes as never } });
      const verdict = verdictOf(await sendMessage(server, wire, body));
      expect(verdict, name).toMatchObject({ code: "InvalidArgument", reason: "INVALID_CLIENT_METADATA" });
      expect(verdict.violations?.map(([, found]) => found), name).toEqual([rule]);
    }
    const lawful = rawWires[wire].format === "json"
      ? Buffer.from(JSON.stringify({ metadata: { ...redirects, custom_attributes: { example_object: deep(14) } } }))
      : message({ metadata: { redirectUris: redirects.redirect_uris, customAttributes: { example_object: deep(14) as never } } });
    expect(verdictOf(await sendMessage(server, wire, lawful)).code).toBe("Ok");
  });

  test("__proto__ is refused and pollutes nothing", async () => {
    const polluted = "{\"metadata\":{\"redirect_uris\":[\"https://client.org/cb\"],\"custom_attributes\":{\"example_object\":{\"__proto__\":{\"admin\":true}}}}}";
    const body = rawWires[wire].format === "json" ? Buffer.from(polluted) : protoKeyMessage();
    const verdict = verdictOf(await sendMessage(server, wire, body));
    expect(verdict).toMatchObject({ code: "InvalidArgument", reason: "INVALID_CLIENT_METADATA" });
    expect(verdict.violations?.map(([, rule]) => rule)).toEqual(["json.forbidden_member"]);
    expect(({} as Record<string, unknown>)["admin"]).toBeUndefined();
  });

  test("any bytes at all: an answer, and never one of our own fault", { timeout: 30_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.nat(), async (noise, at) => {
        const base = good(wire);
        const spliced = Buffer.concat([base.subarray(0, at % base.length), noise, base.subarray(at % base.length)]);
        for (const body of [noise, framed(wire, noise), framed(wire, spliced)]) {
          const before = server.finished.length;
          const { code } = verdictOf(await send(server, { headers, body }));
          expect(["Ok", "InvalidArgument", "ResourceExhausted"]).toContain(code);
          expect(server.finished.length).toBe(before + 1);
        }
      }),
      { numRuns: 40 },
    );
  });
});

/** A struct with the key "__proto__", which protobuf-es cannot be made to write. */
function protoKeyMessage(): Buffer {
  const attributes = Buffer.from(message({ metadata: { redirectUris: redirects.redirect_uris, customAttributes: { example_object: { XXproto__: { admin: true } } } } }));
  const at = attributes.indexOf("XXproto__");
  attributes.write("__proto__", at, "latin1");
  return attributes;
}

describe.each(binaryWireNames)("%s, binary", (wire) => {
  const bodyOf = (...parts: Uint8Array[]) => Buffer.concat(parts);
  const field = (number: number, bytes: Uint8Array) => bodyOf(Buffer.of((number << 3) | 2, bytes.length), bytes);

  test("a text that is not UTF-8 makes the message unreadable", async () => {
    for (const bytes of [Buffer.of(0xff), Buffer.of(0xc3, 0x28), Buffer.of(0xed, 0xa0, 0x80)]) {
      const verdict = verdictOf(await sendMessage(server, wire, field(2, field(1, bytes))));
      expect(verdict).toMatchObject({ code: "InvalidArgument", reason: "INVALID_REQUEST" });
    }
  });

  test("a number that is none", async () => {
    const body = message({ metadata: { redirectUris: redirects.redirect_uris, customAttributes: { example_object: { a: Number.NaN } } } });
    expect(verdictOf(await sendMessage(server, wire, body)).violations?.map(([, rule]) => rule)).toEqual(["json.number_out_of_range"]);
  });

  test("groups nested without end, and a length beyond the end", async () => {
    for (const body of [new Uint8Array(60_000).fill(0x1b), Buffer.of(0x12, 0xff, 0xff, 0xff, 0xff, 0x0f, 1), Buffer.of(0x0a, 0x7f)]) {
      expect(verdictOf(await sendMessage(server, wire, body)).reason).toBe("INVALID_REQUEST");
    }
  });

  test("unknown fields are ignored and not kept", async () => {
    const body = bodyOf(message({ metadata: { redirectUris: redirects.redirect_uris } }), Buffer.of(0xfa, 0x7f, 3, 1, 2, 3));
    expect(verdictOf(await sendMessage(server, wire, body)).code).toBe("Ok");
  });
});

describe.each(["gRPC", "gRPC-Web"] as const)("%s, framing", (wire) => {
  const headers = { "content-type": rawWires[wire].contentType, te: "trailers" };
  const one = envelope(good(wire));

  test.each([
    ["no message", Buffer.alloc(0)],
    ["half a prefix", one.subarray(0, 3)],
    ["half a message", one.subarray(0, one.length - 1)],
    ["two messages", Buffer.concat([one, one])],
    // An unknown field, were it part of the message: it would be ignored.
    ["more than the prefix says", Buffer.concat([one, Buffer.of(0xfa, 0x7f, 1, 0x78)])],
    ["unknown flags", envelope(good(wire), 2)],
    ["a trailer", envelope(Buffer.from("grpc-status: 0\r\n"), 0x80)],
  ])("%s", async (_name, body) => {
    expect(verdictOf(await send(server, { headers, body }))).toMatchObject({ code: "InvalidArgument", reason: "INVALID_REQUEST" });
  });

  test("a prefix that promises 4 GiB", async () => {
    expect(verdictOf(await send(server, { headers, body: Buffer.of(0, 0xff, 0xff, 0xff, 0xff) })).reason).toBe("TOO_LARGE");
  });
});

describe("JSON", () => {
  const cases: [string, string, Partial<ReturnType<typeof verdictOf>>][] = [
    ["a number for a string", '{"realm":5}', { reason: "INVALID_REQUEST", message: "realm must be a string" }],
    ["metadata that is no object", '{"metadata":[]}', { reason: "INVALID_REQUEST" }],
    ["a duplicate", '{"realm":"default","realm":"default"}', { reason: "INVALID_REQUEST" }],
    ["a duplicate inside metadata", '{"metadata":{"scope":"a","scope":"b"}}', { reason: "INVALID_CLIENT_METADATA", violations: [["scope", "json.duplicate_member", expect.stringMatching(/^scope stands more than once/) as unknown as string]] }],
    ["nothing", "", { reason: "INVALID_REQUEST" }],
    ["an array", "[]", { reason: "INVALID_REQUEST" }],
    ["half a surrogate pair", '{"metadata":{"client_name":"\\ud800"}}', { reason: "INVALID_CLIENT_METADATA" }],
    ["a text for a list", '{"metadata":{"redirect_uris":"https://client.org/cb"}}', { reason: "INVALID_REDIRECT_URI", violations: [["redirect_uris", "type", "redirect_uris must be an array of strings"]] }],
    ["a number in a list", '{"metadata":{"redirect_uris":["https://client.org/cb"],"grant_types":[1]}}', { violations: [["grant_types", "type", "grant_types must be an array of strings"]] }],
    ["a number for a localized name", '{"metadata":{"redirect_uris":["https://client.org/cb"],"client_name_localized":{"fr":1}}}', { violations: [["client_name#fr", "type", "client_name#fr must be a string"]] }],
    ["a text for a map", '{"metadata":{"redirect_uris":["https://client.org/cb"],"client_name_localized":"x"}}', { violations: [["client_name_localized", "type", "client_name_localized must be an object of strings"]] }],
    ["two of them", '{"metadata":{"redirect_uris":5,"scope":5}}', { violations: [["redirect_uris", "type", expect.any(String) as unknown as string], ["scope", "type", expect.any(String) as unknown as string]] }],
    ["null for everything", '{"realm":null,"idempotency_key":null,"metadata":{"redirect_uris":["https://client.org/cb"],"scope":null,"jwks":null,"client_name_localized":{"fr":null}}}', { code: "Ok" }],
    ["unknown members", '{"what":[{}],"metadata":{"redirect_uris":["https://client.org/cb"],"what":5,"redirectUris":"x"}}', { code: "Ok" }],
  ];
  test.each(cases)("%s", async (_name, text, expected) => {
    expect(verdictOf(await sendMessage(server, "Connect JSON", Buffer.from(text)))).toMatchObject({ code: "InvalidArgument", ...expected });
  });

  test("numbers, enumerations and nested messages", async () => {
    const list = async (text: string) =>
      verdictOf(await send(server, { path: "/matricula.v1.ClientDirectoryService/ListClients", headers: { "content-type": "application/json" }, body: Buffer.from(text), identity: server.pki.reader }));
    expect(await list('{"page_size":"5"}')).toMatchObject({ reason: "INVALID_REQUEST", message: "page_size must be a whole number from 0 to 4294967295" });
    expect((await list('{"page_size":-1}')).reason).toBe("INVALID_REQUEST");
    expect((await list('{"filter":{"issued_from":1.5}}')).message).toBe("filter.issued_from must be a whole number from 0 to 4294967295");
    expect((await list('{"filter":{"states":["CLIENT_STATE_NONSENSE"]}}')).message).toContain("filter.states[0] must be one of");
    expect((await list('{"filter":{"states":"CLIENT_STATE_ACTIVE"}}')).message).toBe("filter.states must be an array");
    expect((await list('{"page_size":5,"filter":{"states":["CLIENT_STATE_ACTIVE"],"owner_id":"x"}}')).code).toBe("Ok");
  });

  test("lists of messages", async () => {
    const report = async (text: string) =>
      verdictOf(await send(server, { path: "/matricula.v1.ClientDirectoryService/ReportClientUse", headers: { "content-type": "application/json" }, body: Buffer.from(text), identity: server.pki.reader }));
    expect((await report('{"uses":{"client_id":"c"}}')).message).toBe("uses must be an array");
    expect((await report('{"uses":["c"]}')).message).toBe("uses[0] must be an object");
    expect((await report('{"uses":[{"client_id":"c"},{"client_id":"c","used_at":"5"}]}')).message).toBe("uses[1].used_at must be a whole number from 0 to 4294967295");
    expect((await report('{"uses":[null]}')).message).toBe("uses[0] must be an object");
    expect((await report('{"uses":[{"client_id":"c","used_at":5,"what":1}]}')).code).toBe("Ok");
  });
});

describe("HTTP", () => {
  test.each(["text/plain", "application/grpc+json", "application/grpc-web+json", "application/grpc-web-text", "application/connect+proto", "application/jsonp", "application/json; charset=latin1"])(
    "the content type %s is not taken",
    async (contentType) => {
      const answer = await send(server, { headers: { "content-type": contentType }, body: Buffer.from("{}") });
      expect([answer.status, answer.headers["accept-post"]]).toEqual([415, expect.stringContaining("application/grpc")]);
    },
  );

  test("no content type", async () => {
    expect((await send(server, { headers: {}, body: Buffer.from("{}") })).status).toBe(415);
  });

  test("what is no RPC is somebody else's", async () => {
    for (const path of ["/register", "/", "/matricula", "/matricula.v10.X/Y"]) {
      expect((await send(server, { path, headers: { "content-type": "application/json" }, body: Buffer.from("{}") })).body.toString(), path).toBe("elsewhere");
    }
  });

  test("gRPC over HTTP/1.1 is refused; Connect and gRPC-Web are served", async () => {
    const body = envelope(good("gRPC"));
    expect((await send1(server, { headers: { "content-type": "application/grpc" }, body })).status).toBe(505);
    expect(verdictOf(await send1(server, { headers: { "content-type": "application/grpc-web+proto" }, body })).code).toBe("Ok");
    expect(verdictOf(await send1(server, { headers: { "content-type": "application/json" }, body: good("Connect JSON") })).code).toBe("Ok");
    const endless = await send1(server, { headers: { "content-type": "application/json", "transfer-encoding": "chunked" }, body: Buffer.alloc(100_000, 0x20), unended: true });
    expect([verdictOf(endless).reason, endless.headers["connection"]]).toEqual(["TOO_LARGE", "close"]);
    const promised = await send1(server, { headers: { "content-type": "application/json", "content-length": "999999" }, unended: true });
    expect([verdictOf(promised).reason, promised.headers["connection"]]).toEqual(["TOO_LARGE", "close"]);
  });

  test("a body that is not there when its time is up costs its HTTP/1.1 connection", async () => {
    const headers = { "content-type": "application/json", "content-length": "10", "connect-timeout-ms": "50" };
    const late = await send1(server, { headers, body: Buffer.from("{}"), unended: true });
    expect([verdictOf(late).reason, late.headers["connection"]]).toEqual(["DEADLINE_EXCEEDED", "close"]);
  });

  test("a body that is answered before its end does not hold its stream", async () => {
    const session = http2.connect(server.baseUrl, { ca: server.pki.ca.certificate });
    session.on("error", () => {});
    const stream = session.request({ ":path": registerPath, ":method": "POST", "content-type": "application/json" });
    const closed = new Promise<number>((resolve) => stream.once("close", () => resolve(stream.rstCode ?? -1)));
    stream.on("error", () => {}).resume();
    stream.write(Buffer.alloc(66_000, 0x20));
    expect(await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 1500, "still open"))])).toBe(http2.constants.NGHTTP2_NO_ERROR);
    session.destroy();
  });

  test("a path with a query is the same RPC", async () => {
    expect(verdictOf(await sendMessage(server, "Connect JSON", good("Connect JSON"), { path: `${registerPath}?x=1` })).code).toBe("Ok");
  });
});

describe("faults of our own", () => {
  const { registerClient } = RegistrationService.method;
  const request = { metadata: { redirectUris: redirects.redirect_uris } };

  test.each(["Connect JSON", "gRPC", "gRPC-Web"] as const)("%s: a fault is internal and silent", async (wire) => {
    const registry = createRegistry();
    const broken = { ...registry, store: { ...registry.store, commit: () => Promise.reject(new Error("the password is hunter2")) } };
    const faulty = await startDoor({ registry: broken });
    const { error } = await wireClient(faulty, wire).call(registerClient, request);
    expect(error).toMatchObject({ code: "Internal", reason: "INTERNAL" });
    expect(JSON.stringify(error)).not.toContain("hunter2");
    expect((faulty.finished[0]?.error?.cause as Error).message).toContain("hunter2");
    await faulty.close();
  });

  test.each(["Connect JSON", "gRPC", "gRPC-Web"] as const)("%s: a use case that hangs is not awaited", async (wire) => {
    const registry = createRegistry();
    const hanging = { ...registry, store: { ...registry.store, commit: () => new Promise<never>(() => {}) } };
    const slow = await startDoor({ registry: hanging, limits: { callMs: 150, callsInFlight: 1 } });
    expect((await wireClient(slow, wire).call(registerClient, request)).error).toMatchObject({ code: "DeadlineExceeded", reason: "DEADLINE_EXCEEDED" });
    // It still counts as in flight: no deadline gets round the bound.
    expect((await wireClient(slow, wire).call(registerClient, request)).error).toMatchObject({ code: "ResourceExhausted", reason: "OVERLOADED", retrySeconds: 1 });
    expect(slow.finished.map(({ error }) => error?.kind)).toEqual(["deadline_exceeded", "overloaded"]);
    await slow.close();
  });

  test("evidence that cannot be read is a fault of the call alone", async () => {
    const blind = await startDoor({ readEvidence: () => { throw new Error("no socket"); } });
    expect((await wireClient(blind, "gRPC").call(registerClient, request)).error).toMatchObject({ code: "Internal" });
    expect((await wireClient(blind, "Connect JSON").call(registerClient, request)).error).toMatchObject({ code: "Internal" });
    await blind.close();
  });

  test("a caller that goes away leaves no call behind", async () => {
    const small = await startDoor({ limits: { callsInFlight: 1 } });
    for (let i = 0; i < 3; i++) {
      const session = http2.connect(small.baseUrl, { ca: small.pki.ca.certificate });
      session.on("error", () => {});
      const stream = session.request({ ":path": registerPath, ":method": "POST", "content-type": "application/json" });
      stream.on("error", () => {});
      stream.write("{");
      // The only seat is taken, and given back.
      await expect.poll(async () => verdictOf(await sendMessage(small, "gRPC", good("gRPC"))).reason).toBe("OVERLOADED");
      session.destroy();
      await expect.poll(async () => verdictOf(await sendMessage(small, "gRPC", good("gRPC"))).code).toBe("Ok");
    }
    await small.close();
  });
});
