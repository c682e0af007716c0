// Health and reflection, by clients that know nothing of us.

import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { create, createFileRegistry, fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema, type FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { createClient } from "@connectrpc/connect";
import grpc from "@grpc/grpc-js";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Health, HealthCheckRequestSchema, HealthCheckResponse_ServingStatus as Status, HealthCheckResponseSchema } from "../../gen/ts/grpc/health/v1/health_pb.js";
import { ServerReflection } from "../../gen/ts/grpc/reflection/v1/reflection_pb.js";
import { ServerReflection as ServerReflectionAlpha } from "../../gen/ts/grpc/reflection/v1alpha/reflection_pb.js";
import { RegistrationService } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { servedServices } from "../../src/connect/handler.js";
import { createHealth } from "../../src/connect/health.js";
import { errorAnswer, startDoor, transportOf, wireClient, wireNames, type DoorServer } from "./fixture.js";

/** Where the generators are; installs them when they are not. */
const tools = execFileSync("bash", [join(import.meta.dirname, "../../scripts/tools.sh")], { encoding: "utf8" }).trim();

let server: DoorServer;

describe("health", () => {
  beforeAll(async () => {
    server = await startDoor({ limits: { heartbeatMs: 100, streams: 3 } });
  });
  afterAll(() => server.close());
  afterEach(() => server.health.set(true));

  test("starts as not serving", () => {
    expect(createHealth().serving()).toBe(false);
  });

  test.each(wireNames)("%s: Check and List", async (wire) => {
    const client = wireClient(server, wire);
    const { check, list } = Health.method;
    expect((await client.call(check, {})).answer?.status).toBe(Status.SERVING);
    expect((await client.call(check, { service: "nothing" })).error?.code).toBe("NotFound");
    server.health.set(false);
    expect((await client.call(check, { service: RegistrationService.typeName })).answer?.status).toBe(Status.NOT_SERVING);
    const statuses = (await client.call(list, {})).answer!.statuses;
    expect(Object.keys(statuses).sort()).toEqual(["", ...servedServices().map(({ typeName }) => typeName)].sort());
    expect(server.finished.at(-1)).toMatchObject({ arrival: { method: { name: "grpc.health.v1.Health" } }, error: undefined });
    client.close();
  });

  test.each(["Connect JSON", "Connect binary", "gRPC", "gRPC-Web"] as const)("%s: Watch tells every change, repeats itself and ends on shutdown", async (wire) => {
    const own = await startDoor({ limits: { heartbeatMs: 50 } });
    const seen: Status[] = [];
    let ended: unknown;
    const watching = (async () => {
      try {
        for await (const { status } of createClient(Health, transportOf(own, wire)).watch({ service: RegistrationService.typeName })) seen.push(status);
      } catch (error) {
        ended = error;
      }
    })();
    await expect.poll(() => seen.length).toBeGreaterThan(1);
    own.health.set(false);
    await expect.poll(() => seen.at(-1)).toBe(Status.NOT_SERVING);
    expect(seen[0]).toBe(Status.SERVING);
    expect(own.finished).toHaveLength(0);
    own.shutdown.abort();
    await watching;
    expect(errorAnswer(ended).code).toBe("Unavailable");
    await expect.poll(() => own.finished.map(({ arrival }) => arrival.method.name)).toEqual(["grpc.health.v1.Health"]);
    await own.close();
  });

  test("grpc-js: Watch of a service that is not there", async () => {
    const channel = new grpc.Client(`localhost:${server.port}`, grpc.credentials.createSsl(Buffer.from(server.pki.ca.certificate)));
    const call = channel.makeServerStreamRequest(
      "/grpc.health.v1.Health/Watch",
      (message: object) => Buffer.from(toBinary(HealthCheckRequestSchema, message as never)),
      (bytes: Buffer) => fromBinary(HealthCheckResponseSchema, bytes),
      create(HealthCheckRequestSchema, { service: "nothing" }),
    );
    call.on("error", () => {});
    const first = await new Promise<{ status: Status }>((resolve) => call.once("data", resolve));
    expect(first.status).toBe(Status.SERVICE_UNKNOWN);
    call.cancel();
    channel.close();
  });

  test("no more streams than the bound, and each is given back", async () => {
    const client = createClient(Health, transportOf(server, "gRPC"));
    for (let round = 0; round < 2; round++) {
      const open = Array.from({ length: 3 }, () => new AbortController());
      const first = await Promise.all(open.map(({ signal }) => client.watch({}, { signal })[Symbol.asyncIterator]().next()));
      expect(first.map(({ value }) => value?.status)).toEqual([Status.SERVING, Status.SERVING, Status.SERVING]);
      const refused = await client.watch({})[Symbol.asyncIterator]().next().catch(errorAnswer);
      expect(refused).toMatchObject({ code: "ResourceExhausted", reason: "OVERLOADED", retrySeconds: 1 });
      const before = server.finished.length;
      for (const controller of open) controller.abort();
      await expect.poll(() => server.finished.length - before).toBe(3);
    }
  });

  test("an unacceptable certificate is refused here too", async () => {
    const client = createClient(Health, transportOf(server, "gRPC", { identity: server.pki.stranger }));
    await expect(client.check({}).catch(errorAnswer)).resolves.toMatchObject({ reason: "INVALID_CERTIFICATE" });
    await expect(client.watch({})[Symbol.asyncIterator]().next().catch(errorAnswer)).resolves.toMatchObject({ reason: "INVALID_CERTIFICATE" });
  });
});

describe("reflection", () => {
  beforeAll(async () => {
    server = await startDoor({ limits: { streamMessages: 20 } });
  });
  afterAll(() => server.close());

  async function ask(service: typeof ServerReflection | typeof ServerReflectionAlpha, questions: object[], credentials = { identity: server.pki.admin }) {
    async function* requests() {
      for (const messageRequest of questions) yield { messageRequest } as never;
    }
    const answers = [];
    const client = createClient(service as typeof ServerReflection, transportOf(server, "gRPC", credentials));
    for await (const { messageResponse } of client.serverReflectionInfo(requests())) answers.push(messageResponse);
    return answers;
  }

  test.each([ServerReflection, ServerReflectionAlpha])("$typeName answers every kind of question", async (service) => {
    const answers = await ask(service, [
      { case: "listServices", value: "" },
      { case: "fileContainingSymbol", value: "matricula.v1.RegistrationService.RegisterClient" },
      { case: "fileByFilename", value: "matricula/v1/client.proto" },
      { case: "fileContainingExtension", value: { containingType: "google.protobuf.MethodOptions", extensionNumber: 51102 } },
      { case: "allExtensionNumbersOfType", value: "google.protobuf.FieldOptions" },
      { case: "fileContainingSymbol", value: "matricula.v1.Nothing" },
      { case: "fileByFilename", value: "/etc/passwd" },
      { case: undefined },
    ]);
    expect(answers[0]?.case === "listServicesResponse" && answers[0].value.service.map(({ name }) => name)).toEqual(servedServices().map(({ typeName }) => typeName));
    const files = answers.flatMap((answer) => (answer.case === "fileDescriptorResponse" ? answer.value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes)) : []));
    // Complete: everything that a file imports was sent before or with it.
    const byName = new Map(files.map((file) => [file.name, file]));
    const ordered = new Set<FileDescriptorProto>();
    const add = (file: FileDescriptorProto) => {
      for (const name of file.dependency) add(byName.get(name)!);
      ordered.add(file);
    };
    files.forEach(add);
    const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [...ordered] }));
    expect(registry.getService("matricula.v1.RegistrationService")?.methods.map(({ name }) => name)).toContain("RegisterClient");
    const first = answers[1]?.case === "fileDescriptorResponse" ? answers[1].value.fileDescriptorProto.length : 0;
    const second = answers[2]?.case === "fileDescriptorResponse" ? answers[2].value.fileDescriptorProto.length : 0;
    expect([first > 5, second]).toEqual([true, 1]);
    expect(answers[3]?.case).toBe("fileDescriptorResponse");
    expect(answers[4]?.case === "allExtensionNumbersResponse" && answers[4].value.extensionNumber).toContain(51101);
    expect(answers.slice(5).map((answer) => answer.case === "errorResponse" && answer.value.errorCode)).toEqual([5, 5, 3]);
  });

  test("only for those with the role", async () => {
    const question = [{ case: "listServices", value: "" }];
    await expect(ask(ServerReflection, question, {} as never).catch(errorAnswer)).resolves.toMatchObject({ code: "Unauthenticated" });
    await expect(ask(ServerReflection, question, { identity: server.pki.reader }).catch(errorAnswer)).resolves.toMatchObject({ code: "PermissionDenied" });
    await expect(ask(ServerReflection, question, { identity: server.pki.stranger }).catch(errorAnswer)).resolves.toMatchObject({ reason: "INVALID_CERTIFICATE" });
    await expect.poll(() => server.finished.slice(-3).map(({ error }) => error?.kind)).toEqual(["unauthenticated", "permission_denied", "invalid_certificate"]);
  });

  test("a stream has a bounded number of requests", async () => {
    const questions = Array.from({ length: 21 }, () => ({ case: "fileByFilename", value: "x" }));
    await expect(ask(ServerReflection, questions.slice(1))).resolves.toHaveLength(20);
    await expect(ask(ServerReflection, questions).catch(errorAnswer)).resolves.toMatchObject({ code: "ResourceExhausted" });
  });

  test("buf curl needs no files: with the role, and without it where reflection is open", { timeout: 60_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "matricula-connect-"));
    const open = await startDoor({ openReflection: true });
    try {
      const file = async (name: string, text: string) => (await writeFile(join(folder, name), text), join(folder, name));
      const ca = await file("ca.pem", server.pki.ca.certificate);
      const identity = ["--cert", await file("admin.pem", server.pki.admin.certificate), "--key", await file("admin.key", server.pki.admin.key)];
      const buf = async (target: DoorServer, ...more: string[]) => {
        const { stdout } = await promisify(execFile)(
          join(tools, "buf"),
          ["curl", "--cacert", ca, ...more, `${target.baseUrl}/matricula.v1.RegistrationService/RegisterClient`],
          { env: { ...process.env, BUF_CACHE_DIR: folder, HOME: folder } },
        );
        return JSON.parse(stdout) as { client: { metadata: { redirect_uris: string[] } } };
      };
      const data = ["-d", '{"metadata":{"redirect_uris":["https://client.org/cb"]}}'];
      for (const protocol of ["connect", "grpc", "grpcweb"]) {
        expect((await buf(server, ...identity, ...data, "--protocol", protocol)).client.metadata.redirect_uris, protocol).toEqual(["https://client.org/cb"]);
      }
      expect((await buf(open, ...data, "--protocol", "grpc", "--reflect-protocol", "grpc-v1alpha")).client.metadata.redirect_uris).toEqual(["https://client.org/cb"]);
      await expect(buf(server, ...data, "--protocol", "grpc")).rejects.toThrow(/failed to find service/);
    } finally {
      await open.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
