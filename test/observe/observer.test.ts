import { describe, expect, it } from "vitest";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { RegistryError, type ErrorKind } from "../../src/domain/errors.js";
import { createLogger, type Logger, type LogLevel } from "../../src/observe/logger.js";
import { createObserver } from "../../src/observe/observer.js";
import { methodNamed } from "../../src/service/access.js";
import type { Call } from "../../src/service/call.js";
import { arrive, type Arrival } from "../../src/service/front.js";
import { createRegistry } from "../connect/fixture.js";
import { nobody, perform } from "../service/calls.js";

const tokens = ["mcs", "mrt", "mit"].map((prefix) => `${prefix}_${"Ab-_9".repeat(10)}`);
const jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4eHh4In0.c2lnbmF0dXJl";
const register = methodNamed("matricula.v1.RegistrationService.RegisterClient");
const get = methodNamed("matricula.v1.ClientDirectoryService.GetClient");

type Line = Record<string, unknown> & { level: string; error?: Record<string, string> };

function recorded(level: LogLevel): { logger: Logger; text(): string; lines(): Line[] } {
  const written: string[] = [];
  const logger = createLogger({ level, destination: { write: (line) => void written.push(line) } });
  return { logger, text: () => written.join(""), lines: () => written.map((line) => JSON.parse(line) as Line) };
}

function arrival(method = register): Arrival {
  return arrive("gateway", method, { certificate: { kind: "none" }, authorization: `Bearer ${tokens[2]}` }, undefined);
}

const call = (method = register): Call =>
  ({
    method, realm: { name: "shop" }, requestId: "r", trace: "", now: 1,
    caller: { principal: { kind: "initial_access_token", id: "t1", credentialId: "t1" }, roles: new Set(), initialAccessToken: undefined, registrationAccessToken: tokens[1] },
  }) as unknown as Call;

describe("the observer", () => {
  it("writes one line of chosen members", () => {
    const { logger, lines } = recorded("debug");
    const finished = arrival();
    createObserver(logger).finished(finished, call(), undefined);
    expect(lines()).toEqual([
      {
        level: "debug", time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/), msg: "call", door: "gateway", method: register.name, realm: "shop",
        principal: { kind: "initial_access_token", id: "t1" }, request_id: finished.requestId, result: "ok", ms: expect.any(Number),
      },
    ]);
  });

  it("writes successes as debug, refusals as info, faults as warn", () => {
    const { logger, lines } = recorded("debug");
    const observer = createObserver(logger);
    observer.finished(arrival(), call(), undefined);
    observer.finished(arrival(get), call(get), undefined);
    observer.finished(arrival(), undefined, new RegistryError("invalid_token", "the token is not valid here"));
    observer.finished(arrival(get), undefined, RegistryError.from(new TypeError("x is not a function")));
    expect(lines().map(({ level, result }) => [level, result])).toEqual([["debug", "ok"], ["debug", "ok"], ["info", "invalid_token"], ["warn", "internal"]]);
  });

  it("writes what the limits refuse as debug: a flood is no flood of lines", () => {
    const { logger, lines } = recorded("info");
    const observer = createObserver(logger);
    for (const kind of ["rate_limited", "overloaded"] as const) observer.finished(arrival(), undefined, new RegistryError(kind, "too many", { retryAfter: 1 }));
    expect(lines()).toEqual([]);
    expect(observer.snapshot().map(({ result }) => result)).toEqual(["rate_limited", "overloaded"]);
  });

  it("tells the stack of what is internal, and of nothing else", () => {
    const { logger, lines } = recorded("debug");
    const observer = createObserver(logger);
    const inner = new Error("outer", { cause: new TypeError("x is not a function") });
    observer.finished(arrival(), call(), RegistryError.from(inner));
    observer.finished(arrival(), call(), new RegistryError("store_unavailable", "no writes at this moment", { cause: inner }));
    expect(lines()[0]?.error).toMatchObject({ kind: "internal", message: "the service failed; the fault is logged" });
    expect(lines()[0]?.error?.["stack"]).toMatch(/^Error: outer\n[^]*caused by: TypeError: x is not a function\n/);
    expect(lines()[1]?.error).toEqual({ kind: "store_unavailable", message: "no writes at this moment" });
  });

  it("lets no token out, wherever it stands", () => {
    const { logger, text, lines } = recorded("trace");
    const observer = createObserver(logger);
    for (const token of [...tokens, `Bearer ${"opaque".repeat(4)}`, jwt]) {
      const cause = new Error(`constraint failed: ${token}`, { cause: token });
      const error = new RegistryError("internal", `no ${token}`, { cause });
      observer.finished({ ...arrival(), trace: token }, call(), error);
      logger.warn({ err: error, error: cause, event: { kind: token, error: cause }, nested: [{ [token]: token }] }, token);
      logger.error(cause);
    }
    expect(lines()).toHaveLength(15);
    expect(text()).not.toMatch(/m(cs|rt|it)_[A-Za-z0-9_-]{20,}/);
    for (const secret of [...tokens, "opaqueopaque", jwt]) expect(text()).not.toContain(secret);
    expect(text()).toContain("mcs_[redacted]");
  });

  it("DCR-94: has nothing of what a client sends: no contact, no name, whatever becomes of the request", async () => {
    const { logger, text, lines } = recorded("debug");
    const personal = { contacts: ["jane.doe@client.example"], clientName: "Jane Doe", clientUri: "https://jane.example/" };
    const registry = createRegistry();
    const observer = createObserver(logger);
    const ends = async (metadata: object) => {
      const finished = arrival();
      const error = await perform(registry, RegistrationService.method.registerClient, { metadata }, nobody).then(() => undefined, (thrown: RegistryError) => thrown);
      observer.finished(finished, call(), error);
      return error?.kind;
    };
    expect(await ends({ redirectUris: ["https://client.example/cb"], ...personal })).toBeUndefined();
    expect(await ends({ redirectUris: ["https://client.example/cb#jane"], ...personal, contacts: [...personal.contacts, "jane\u0007"] })).toBe("invalid_redirect_uri");
    expect(lines()).toHaveLength(2);
    expect(text()).not.toMatch(/jane/i);
  });

  it("costs nothing when its level is off: it asks for the level and reads nothing", () => {
    const untouchable = new Proxy({}, { get: () => expect.unreachable() }) as Call;
    const asked: string[] = [];
    const observer = createObserver({
      isLevelEnabled: (level: string) => (asked.push(level), false),
      debug: () => expect.unreachable(), info: () => expect.unreachable(), warn: () => expect.unreachable(),
    });
    observer.finished(arrival(get), untouchable, undefined);
    observer.finished(arrival(), untouchable, undefined);
    expect(asked).toEqual(["debug", "debug"]);
    expect(observer.snapshot()).toHaveLength(2);
  });

  it("counts by method, door and result", () => {
    const observer = createObserver(recorded("silent").logger);
    for (const kind of [undefined, undefined, "rate_limited"] as (ErrorKind | undefined)[]) {
      observer.finished(arrival(), undefined, kind === undefined ? undefined : new RegistryError(kind, "slower"));
    }
    observer.finished({ ...arrival(), door: "grpc" }, undefined, undefined);
    expect(observer.snapshot()).toEqual([
      { method: register.name, door: "gateway", result: "ok", count: 2 },
      { method: register.name, door: "gateway", result: "rate_limited", count: 1 },
      { method: register.name, door: "grpc", result: "ok", count: 1 },
    ]);
  });
});

describe("the logger", () => {
  it("tells the error of a network event", () => {
    const { logger, lines } = recorded("debug");
    logger.debug({ event: { kind: "tls-error", peer: "127.0.0.1", error: Object.assign(new Error("bad record"), { code: "ERR_SSL" }) } }, "connection");
    expect(lines()[0]).toMatchObject({ event: { kind: "tls-error", peer: "127.0.0.1", error: { kind: "Error", message: "bad record", code: "ERR_SSL" } } });
  });

  it("writes nothing below its level", () => {
    const { logger, text } = recorded("warn");
    logger.info("quiet");
    expect(text()).toBe("");
    expect([logger.isLevelEnabled("info"), logger.isLevelEnabled("warn")]).toEqual([false, true]);
  });

  it("closes when there is nothing to flush", async () => {
    await recorded("info").logger.close();
    await createLogger({ level: "info" }).close();
  });
});
