// The TypeScript package's convenience against a small server in this process that answers as each test says, and what is shipped of it.

import { execFile } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { createSecureServer, type Http2SecureServer, type Http2ServerRequest, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import type { TLSSocket } from "node:tls";
import { promisify } from "node:util";
import { create } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient, createContextKey, createContextValues, type Client, type HandlerContext } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { Client as Channel, credentials } from "@grpc/grpc-js";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ErrorInfoSchema, RetryInfoSchema } from "../../gen/ts/google/rpc/error_details_pb.js";
import { RegistrationErrorSchema } from "../../gen/ts/matricula/v1/errors_pb.js";
import { Health, HealthCheckResponse_ServingStatus as Status } from "../../gen/ts/grpc/health/v1/health_pb.js";
import { InitialAccessTokenService } from "../../gen/ts/matricula/v1/initial_access_token_service_pb.js";
import { RegisterClientRequestSchema, RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { createGrpcJsClient } from "../../gen/ts/src/grpc-js.js";
import { bearer, connect, RegistrationError, ServiceError, type ConnectOptions, type Matricula } from "../../gen/ts/src/index.js";
import { createAuthority, issueCertificate } from "../../src/net/certificate.js";

const package_ = resolve(import.meta.dirname, "../../gen/ts");
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The stream's session, for a handler that ends the connection. */
const session = createContextKey<ServerHttp2Session | undefined>(undefined);
const peer = createContextKey("");

interface Attempt {
  readonly at: number;
  readonly method: string;
  readonly key: string | undefined;
  readonly token: string | null;
  readonly peer: string;
  readonly leftMs: number;
}

/** What the answers of the methods have in common. */
interface Shown {
  client?: { clientId?: string; metadata?: { clientName?: string }; etag?: string };
  credentials?: { registrationAccessToken: string };
}

type Answer = (context: HandlerContext, attempt: number) => Promise<Shown> | Shown;

let folder: string;
let server: Http2SecureServer;
let url: string;
let authority: Awaited<ReturnType<typeof createAuthority>>;
let attempts: Attempt[] = [];
let answer: Answer;
const opened: { close(): unknown }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "matricula-ts-"));
  const hour = 3_600_000;
  const validity = { notBefore: new Date(Date.now() - hour), notAfter: new Date(Date.now() + hour) };
  authority = await createAuthority({ subject: "CN=test", ...validity });
  await mkdir(join(folder, "pki"));
  await writeFile(join(folder, "pki/ca.pem"), authority.certificate);
  for (const name of ["orders", "billing"]) {
    const issued = await issueCertificate({ ca: authority, subject: `CN=${name}`, usage: "client", ...validity });
    await writeFile(join(folder, `pki/${name}.pem`), issued.certificate);
    await writeFile(join(folder, `pki/${name}.key`), issued.key);
  }
  const own = await issueCertificate({ ca: authority, subject: "CN=server", dns: ["localhost"], usage: "server", ...validity });

  const handle = async (context: HandlerContext, message: { idempotencyKey?: string }) => {
    attempts.push({
      at: performance.now(),
      method: context.method.name,
      key: message.idempotencyKey,
      token: context.requestHeader.get("authorization"),
      peer: context.values.get(peer),
      leftMs: context.timeoutMs() ?? Infinity,
    });
    return answer(context, attempts.length);
  };
  const adapter = connectNodeAdapter({
    contextValues: ({ stream }: Http2ServerRequest) =>
      createContextValues()
        .set(session, stream.session as ServerHttp2Session)
        .set(peer, (stream.session!.socket as TLSSocket).getPeerCertificate().subject?.CN ?? ""),
    routes(router) {
      router.service(RegistrationService, {
        registerClient: async (request, context) => handle(context, request),
        readClient: async (_, context) => handle(context, {}),
        updateClient: async (request, context) => handle(context, request),
        deleteClient: async (_, context) => handle(context, {}).then(() => ({})),
      });
      router.service(Health, {
        async *watch(_, context) {
          yield { status: Status.SERVING };
          await handle(context, {});
          yield { status: Status.NOT_SERVING };
        },
      });
      router.service(InitialAccessTokenService, { createInitialAccessToken: async (_, context) => handle(context, {}).then(() => ({})) });
    },
  } as Parameters<typeof connectNodeAdapter>[0]);
  server = createSecureServer({ cert: own.certificate, key: own.key, ca: authority.certificate, requestCert: true, rejectUnauthorized: false }, adapter);
  server.on("sessionError", () => {});
  server.listen(0, "localhost");
  await once(server, "listening");
  url = `https://localhost:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

beforeEach(() => {
  attempts = [];
  answer = () => ({ client: { clientId: "c1" } });
});

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

const pki = (name: string) => join(folder, "pki", name);

async function open(options: Partial<ConnectOptions> = {}): Promise<Matricula> {
  const matricula = await connect({ url, caFile: pki("ca.pem"), certFile: pki("orders.pem"), keyFile: pki("orders.key"), ...options });
  opened.push(matricula);
  return matricula;
}

async function openChannel(): Promise<Channel> {
  const [ca, key, certificate] = await Promise.all(["ca.pem", "orders.key", "orders.pem"].map((name) => readFile(pki(name))));
  const channel = new Channel(new URL(url).host, credentials.createSsl(ca!, key!, certificate!));
  opened.push(channel);
  return channel;
}

async function failure(call: Promise<unknown>): Promise<ServiceError> {
  const error: unknown = await call.then(() => expect.fail("it succeeded"), (thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ServiceError);
  return error as ServiceError;
}

function refusal(code: Code, reason?: string, retryAfterMs?: number): ConnectError {
  const error = new ConnectError("no: 100%", code);
  if (reason !== undefined) error.details.push({ desc: ErrorInfoSchema, value: { reason, domain: "matricula" } });
  if (retryAfterMs !== undefined) error.details.push({ desc: RetryInfoSchema, value: { retryDelay: durationFromMs(retryAfterMs) } });
  return error;
}

/** Ends the connection under the call. */
async function lose(context: HandlerContext): Promise<never> {
  context.values.get(session)!.destroy();
  return new Promise(() => {});
}

/** The first attempts meet one thing each, all later ones succeed. */
function meet(...firsts: Answer[]): void {
  answer = (context, attempt) => firsts[attempt - 1]?.(context, attempt) ?? { client: { clientId: "c1" } };
}

const fail = (...args: Parameters<typeof refusal>): Answer => () => {
  throw refusal(...args);
};

describe("retry", () => {
  it.each([
    ["UNAVAILABLE", fail(Code.Unavailable, "STORE_UNAVAILABLE")],
    ["a lost answer", lose],
  ])("after %s, with the same key", async (_, first) => {
    meet(first, first);
    const { registration } = await open();
    const request = create(RegisterClientRequestSchema, { metadata: { clientName: "x" } });
    expect((await registration.registerClient(request)).client?.clientId).toBe("c1");
    expect(attempts).toHaveLength(3);
    expect(attempts[0]!.key).toMatch(uuid);
    expect(new Set(attempts.map(({ key }) => key)).size).toBe(1);
    expect(request.idempotencyKey).toBe("");
    await registration.registerClient(request);
    expect(attempts[3]!.key).not.toBe(attempts[0]!.key);
  });

  it("keeps the caller's key, and sets one on updates", async () => {
    meet(lose);
    const { registration } = await open();
    await registration.registerClient({ idempotencyKey: "mine" });
    await registration.updateClient({ clientId: "c1" });
    expect(attempts.map(({ key }) => key)).toEqual(["mine", "mine", expect.stringMatching(uuid)]);
  });

  it("ends after four attempts, each a longer wait after the one before", async () => {
    answer = fail(Code.Unavailable);
    const error = await failure((await open()).registration.readClient({ clientId: "c1" }));
    expect(error.code).toBe(Code.Unavailable);
    expect(attempts).toHaveLength(4);
    const waits = attempts.slice(1).map(({ at }, i) => at - attempts[i]!.at);
    for (const [i, wait] of waits.entries()) expect(wait).toBeGreaterThanOrEqual(50 * 2 ** i - 2);
  });

  const others = Object.values(Code).filter((code): code is Code => typeof code === "number" && code !== Code.Unavailable);
  it.each(others.map((code) => [Code[code], code] as const))("not after %s", async (_, code) => {
    answer = fail(code, "INTERNAL", 1);
    const error = await failure((await open()).registration.registerClient({}));
    expect(error).toMatchObject({ code, message: "no: 100%", retryAfterMs: 1 });
    expect(attempts).toHaveLength(1);
  });

  it("waits as long as the service asks", async () => {
    meet(fail(Code.Unavailable, "STORE_UNAVAILABLE", 400));
    await (await open()).registration.registerClient({});
    expect(attempts[1]!.at - attempts[0]!.at).toBeGreaterThanOrEqual(398);
  });

  it("does not wait past the deadline", async () => {
    answer = fail(Code.Unavailable, "STORE_UNAVAILABLE", 6_000);
    const start = performance.now();
    const error = await failure((await open({ timeoutMs: 5_000 })).registration.registerClient({}));
    expect(error).toMatchObject({ code: Code.Unavailable, reason: "STORE_UNAVAILABLE", retryAfterMs: 6_000 });
    expect(performance.now() - start).toBeLessThan(4_000);
  });

  it("not of a change without a key: it would be made twice", async () => {
    meet(lose);
    expect((await failure((await open()).initialAccessTokens.createInitialAccessToken({}))).code).toBe(Code.Unavailable);
    expect(attempts).toHaveLength(1);
  });

  it("of a service that is not there, as UNAVAILABLE", async () => {
    const { registration } = await open({ url: "https://localhost:1" });
    expect(await failure(registration.registerClient({}))).toMatchObject({ code: Code.Unavailable, reason: undefined });
  });
});

describe("deletion", () => {
  it.each([
    [Code.PermissionDenied, "PERMISSION_DENIED"],
    [Code.Unauthenticated, "INVALID_TOKEN"],
    [Code.NotFound, "NOT_FOUND"],
  ])("is done when a repetition after a lost answer finds nothing (%s %s)", async (code, reason) => {
    meet(lose, fail(code, reason));
    expect(await (await open()).registration.deleteClient({ clientId: "c1" })).toMatchObject({ $typeName: "matricula.v1.DeleteClientResponse" });
    expect(attempts).toHaveLength(2);
  });

  it("is refused at the first attempt, and after an answer that was not lost", async () => {
    const { registration } = await open();
    meet(fail(Code.PermissionDenied, "PERMISSION_DENIED"));
    expect((await failure(registration.deleteClient({}))).reason).toBe("PERMISSION_DENIED");
    attempts = [];
    meet(fail(Code.Unavailable, "STORE_UNAVAILABLE"), fail(Code.PermissionDenied, "PERMISSION_DENIED"));
    expect((await failure(registration.deleteClient({}))).reason).toBe("PERMISSION_DENIED");
    attempts = [];
    meet(lose, fail(Code.Unauthenticated, "INVALID_CERTIFICATE"));
    expect((await failure(registration.deleteClient({}))).reason).toBe("INVALID_CERTIFICATE");
  });
});

describe("errors", () => {
  const violations = [
    { field: "redirect_uris[0]", rule: "uri.fragment", clause: "RFC 6749 section 3.1.2", description: "has a fragment" },
    { field: "scope", rule: "scope.syntax", clause: "RFC 6749 section 3.3", description: "two spaces" },
  ];
  const refuse: Answer = () => {
    const error = refusal(Code.InvalidArgument, "INVALID_REDIRECT_URI");
    error.details.push({ desc: RegistrationErrorSchema, value: { error: "invalid_redirect_uri", violations } });
    throw error;
  };

  it("have the violations, the reason and the code", async () => {
    answer = refuse;
    const error = await failure((await open()).registration.registerClient({}));
    expect(error).toBeInstanceOf(RegistrationError);
    expect(error).toMatchObject({ name: "RegistrationError", code: Code.InvalidArgument, reason: "INVALID_REDIRECT_URI", error: "invalid_redirect_uri", violations });
    expect(error.cause.findDetails(RegistrationErrorSchema)).toHaveLength(1);
  });

  it("are told apart: a version conflict is no lost connection", async () => {
    answer = fail(Code.Aborted, "VERSION_CONFLICT");
    const error = await failure((await open()).registration.updateClient({}));
    expect(error).not.toBeInstanceOf(RegistrationError);
    expect(error).toMatchObject({ name: "ServiceError", code: Code.Aborted, reason: "VERSION_CONFLICT", retryAfterMs: undefined });
  });

  it("are the same over grpc-js, and so are retry, key and token", async () => {
    const registration = createGrpcJsClient(RegistrationService, await openChannel(), { token: "t1" });
    meet(lose, refuse);
    const error = await failure(registration.registerClient({}, bearer("t2")));
    expect(error).toMatchObject({ name: "RegistrationError", message: "no: 100%", code: Code.InvalidArgument, reason: "INVALID_REDIRECT_URI", violations });
    expect(attempts.map(({ key, token, peer: name }) => [key, token, name])).toEqual(Array(2).fill([attempts[0]!.key, "Bearer t2", "orders"]));
    expect(attempts[0]!.key).toMatch(uuid);
    answer = () => new Promise(() => {});
    expect((await failure(registration.readClient({}, { timeoutMs: 100 }))).code).toBe(Code.DeadlineExceeded);
    expect((await failure(registration.readClient({}, { signal: AbortSignal.timeout(100) }))).code).toBe(Code.Canceled);
  });
});

describe("deadline", () => {
  it("is 10 seconds unless said otherwise, and is told to the service", async () => {
    const { registration } = await open();
    await registration.readClient({});
    await registration.readClient({}, { timeoutMs: 500 });
    await registration.readClient({}, { timeoutMs: 0 });
    const [usual, own, none] = attempts.map(({ leftMs }) => leftMs);
    expect(usual).toBeGreaterThan(9_000);
    expect(usual).toBeLessThanOrEqual(10_000);
    expect(own).toBeLessThanOrEqual(500);
    expect(none).toBe(Infinity);
  });

  it("ends a call that hangs", async () => {
    answer = () => new Promise(() => {});
    const start = performance.now();
    expect((await failure((await open({ timeoutMs: 200 })).registration.readClient({}))).code).toBe(Code.DeadlineExceeded);
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(attempts).toHaveLength(1);
  });

  it("holds for all attempts together", async () => {
    meet(fail(Code.Unavailable), () => new Promise(() => {}));
    expect((await failure((await open()).registration.readClient({}, { timeoutMs: 2_000 }))).code).toBe(Code.DeadlineExceeded);
    expect(attempts).toHaveLength(2);
    expect(attempts[1]!.leftMs).toBeLessThan(1_960);
  });

  it("leaves a call that its caller gave up", async () => {
    answer = fail(Code.Unavailable, undefined, 8_000);
    const start = performance.now();
    expect((await failure((await open()).registration.readClient({}, { signal: AbortSignal.timeout(500) }))).code).toBe(Code.Canceled);
    expect(performance.now() - start).toBeLessThan(2_000);
    answer = () => new Promise(() => {});
    expect((await failure((await open()).registration.readClient({}, { signal: AbortSignal.timeout(500) }))).code).toBe(Code.Canceled);
    expect(attempts).toHaveLength(2);
  });
});

describe("streams", () => {
  const channels = async () => ({
    connect: createClient(Health, (await open({ token: "t1" })).transport),
    "grpc-js": createGrpcJsClient(Health, await openChannel(), { token: "t1" }),
  });

  it.each(["connect", "grpc-js"] as const)("have the token and typed errors, and end when their reader says so (%s)", async (kind) => {
    const health: Client<typeof Health> = (await channels())[kind];
    const read = async (signal?: AbortSignal) => {
      const statuses: Status[] = [];
      for await (const { status } of health.watch({}, signal && { signal })) statuses.push(status);
      return statuses;
    };
    expect(await read()).toEqual([Status.SERVING, Status.NOT_SERVING]);
    expect(attempts).toMatchObject([{ token: "Bearer t1", leftMs: Infinity }]);
    answer = fail(Code.Unavailable, "OVERLOADED");
    expect(await failure(read())).toMatchObject({ code: Code.Unavailable, reason: "OVERLOADED" });
    expect(attempts).toHaveLength(2);
    answer = () => new Promise(() => {});
    expect((await failure(read(AbortSignal.timeout(100)))).code).toBe(Code.Canceled);
    // Nobody reads on when this one is given up.
    for await (const { status } of health.watch({}, { signal: AbortSignal.timeout(100) })) if (status === Status.SERVING) break;
    await new Promise((done) => setTimeout(done, 150));
  });
});

describe("connection", () => {
  async function put(name: string, part: "pem" | "key"): Promise<void> {
    await cp(pki(`${name}.${part}`), pki(`live.${part}.new`));
    await rename(pki(`live.${part}.new`), pki(`live.${part}`));
  }

  it("uses replaced files for later calls, while those under way finish", async () => {
    await put("orders", "pem");
    await put("orders", "key");
    const mistakes: unknown[] = [];
    const { registration } = await open({ certFile: pki("live.pem"), keyFile: pki("live.key"), onReloadError: (error) => mistakes.push(error) });
    let finish = () => {};
    answer = () => new Promise((done) => (finish = () => done({ client: { clientId: "slow" } })));
    const slow = registration.readClient({});
    await expect.poll(() => attempts.length).toBe(1);
    answer = () => ({});

    // A certificate without its key is no identity: the one before stays.
    await put("billing", "pem");
    await registration.readClient({});
    expect(mistakes).toHaveLength(1);
    await put("billing", "key");
    await registration.readClient({});
    expect(attempts.map(({ peer: name }) => name)).toEqual(["orders", "orders", "billing"]);
    finish();
    expect((await slow).client?.clientId).toBe("slow");
    expect(mistakes).toHaveLength(1);
  });

  it("goes on when the files are gone", async () => {
    await put("orders", "pem");
    await put("orders", "key");
    const { registration } = await open({ certFile: pki("live.pem"), keyFile: pki("live.key") });
    await rm(pki("live.pem"));
    await registration.readClient({});
    expect(attempts).toMatchObject([{ peer: "orders" }]);
  });

  it("sends its token, unless the call has one", async () => {
    const { registration } = await open({ token: "t1", certFile: undefined, keyFile: undefined });
    await registration.readClient({});
    await registration.readClient({}, bearer("t2"));
    expect(attempts).toMatchObject([{ token: "Bearer t1", peer: "" }, { token: "Bearer t2" }]);
  });

  it("is refused with files that cannot be used, and with a URL that is not https", async () => {
    await expect(open({ keyFile: pki("billing.key") })).rejects.toThrow("key values mismatch");
    await expect(open({ caFile: pki("none.pem") })).rejects.toMatchObject({ code: "ENOENT" });
    await expect(open({ keyFile: undefined })).rejects.toThrow("go together");
    await expect(open({ url: "http://localhost:8443" })).rejects.toThrow("https");
  });

  it("is over once closed, with the calls under way", async () => {
    answer = () => new Promise(() => {});
    const matricula = await open();
    const hanging = failure(matricula.registration.readClient({}));
    await expect.poll(() => attempts.length).toBe(1);
    await matricula[Symbol.asyncDispose]();
    expect((await hanging).code).toBe(Code.FailedPrecondition);
    expect((await failure(matricula.registration.readClient({}))).code).toBe(Code.FailedPrecondition);
    expect(attempts).toHaveLength(1);
  });
});

describe("package", () => {
  const run = promisify(execFile);

  // In a copy: another test builds the folder itself at the same time.
  it("has what a program needs, and its examples run", async () => {
    const copy = join(folder, "copy");
    const modules = resolve(import.meta.dirname, "../../node_modules");
    await cp(package_, copy, { recursive: true, filter: (path) => !["dist", "node_modules"].includes(basename(path)) });
    await symlink(modules, join(copy, "node_modules"));
    const { stdout } = await run("npm", ["pack", "--json"], { cwd: copy });
    const [{ filename, files }] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
    const paths = files.map(({ path }) => path);
    for (const path of ["LICENSE", "README.md", "dist/index.js", "dist/index.d.ts", "dist/grpc-js.js", "matricula/v1/registration_service_pb.js"]) expect(paths).toContain(path);
    expect(paths.filter((path) => /scenario|examples|src\/|config/.test(path))).toEqual([]);

    const program = join(folder, "program");
    const installed = join(program, "node_modules/matricula-client");
    await mkdir(installed, { recursive: true });
    await run("tar", ["xzf", join(copy, filename), "-C", installed, "--strip-components=1"]);
    for (const scope of ["@bufbuild", "@connectrpc", "@grpc", "@types"]) await symlink(join(modules, scope), join(program, "node_modules", scope));
    // What npm does for the package's own imports: they are beside it.
    await writeFile(join(program, "package.json"), `{"type": "module"}`);
    const examples = await readdir(join(package_, "src/examples"));
    for (const example of examples) await cp(join(package_, "src/examples", example), join(program, example));
    const flags = ["--module", "nodenext", "--target", "es2022", "--types", "node", "--strict", "--exactOptionalPropertyTypes", "--skipLibCheck"];
    await run(process.execPath, [join(modules, "typescript/bin/tsc"), ...flags, ...examples], { cwd: program });
    await cp(join(folder, "pki"), join(program, "pki"), { recursive: true });

    answer = () => ({ client: { clientId: "c1", metadata: {}, etag: '"1"' }, credentials: { registrationAccessToken: "t2" } });
    const environment = { ...process.env, MATRICULA_URL: url, INITIAL_ACCESS_TOKEN: "t1" };
    for (const [example, said, methods] of [
      ["register", "registered as c1", ["RegisterClient"]],
      ["grpc-js", "registered as c1", ["RegisterClient"]],
      ["errors", "", ["RegisterClient"]],
    ] as const) {
      attempts = [];
      expect((await run(process.execPath, [`${example}.js`], { cwd: program, env: environment })).stdout.trim()).toBe(said);
      expect(attempts.map(({ method, peer: name }) => [method, name])).toEqual(methods.map((method) => [method, "orders"]));
    }
    attempts = [];
    // The last call is one that this server does not have.
    await expect(run(process.execPath, ["calls.js"], { cwd: program, env: environment })).rejects.toThrow("ServiceError");
    expect(attempts.map(({ method, token }) => `${method} ${token}`)).toEqual([
      "RegisterClient Bearer t1", "ReadClient Bearer t2", "UpdateClient Bearer t2", "DeleteClient Bearer t2",
    ]);
  });

  it.each(["gen/ts/README.md", "docs/stubs/typescript.md"])("%s shows only code that is compiled", async (page) => {
    const text = await readFile(resolve(import.meta.dirname, "../..", page), "utf8");
    const sources = await Promise.all((await readdir(join(package_, "src/examples"))).map((file) => readFile(join(package_, "src/examples", file), "utf8")));
    const blocks = [...text.matchAll(/```ts\n([^]*?)```/g)].map(([, block]) => block!.trim());
    expect(blocks.length).toBeGreaterThan(0);
    for (const block of blocks) expect(sources.filter((source) => source.includes(block)), block).not.toEqual([]);
  });
});
