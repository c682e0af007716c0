// @grpc/grpc-js with protobuf-es messages, by the adapter that the README shows.

import { create, fromBinary, toBinary, type DescMethodUnary, type MessageShape } from "@bufbuild/protobuf";
import grpc from "@grpc/grpc-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Health, HealthCheckRequestSchema, HealthCheckResponse_ServingStatus as Status } from "../../gen/ts/grpc/health/v1/health_pb.js";
import { ClientDirectoryService, ListClientsRequestSchema } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import {
  DeleteClientRequestSchema, ReadClientRequestSchema, RegisterClientRequestSchema, RegistrationService, UpdateClientRequestSchema,
} from "../../gen/ts/matricula/v1/registration_service_pb.js";
import { adminIdentity, cleanUp, startProgram, type Program } from "../program/program.js";

let program: Program;
const channels: grpc.Client[] = [];

beforeAll(async () => {
  program = await startProgram();
});
afterAll(async () => {
  for (const channel of channels) channel.close();
  await cleanUp();
});

function connect(identity?: { certificate: string; key: string }): grpc.Client {
  const pem = (text: string | undefined) => (text === undefined ? null : Buffer.from(text));
  const channel = new grpc.Client(new URL(program.url).host, grpc.credentials.createSsl(pem(program.ca), pem(identity?.key), pem(identity?.certificate)));
  channels.push(channel);
  return channel;
}

function call<M extends DescMethodUnary>(channel: grpc.Client, method: M, request: MessageShape<M["input"]>, token?: string): Promise<MessageShape<M["output"]>> {
  const metadata = new grpc.Metadata();
  if (token !== undefined) metadata.set("authorization", `Bearer ${token}`);
  return new Promise((resolve, reject) => {
    channel.makeUnaryRequest<MessageShape<M["input"]>, MessageShape<M["output"]>>(
      `/${method.parent.typeName}/${method.name}`,
      (message) => Buffer.from(toBinary(method.input as M["input"], message)),
      (bytes) => fromBinary(method.output as M["output"], bytes),
      request,
      metadata,
      { deadline: Date.now() + 10_000 },
      (error, answer) => (answer === undefined ? reject(error) : resolve(answer)),
    );
  });
}

const { registerClient, readClient, updateClient, deleteClient } = RegistrationService.method;
const register = create(RegisterClientRequestSchema, { metadata: { redirectUris: ["https://client.example/callback"], clientName: "grpc-js" } });

test("registers with the certificate, and manages the client with its token", async () => {
  const admin = connect(adminIdentity(program));
  const { client, credentials } = await call(admin, registerClient, register);
  const clientId = client!.clientId!;
  const token = credentials!.registrationAccessToken!;
  const anybody = connect();
  expect((await call(anybody, readClient, create(ReadClientRequestSchema, { clientId }), token)).client).toEqual(client);
  const updated = await call(anybody, updateClient, create(UpdateClientRequestSchema, { clientId, metadata: { redirectUris: ["https://client.example/2"] } }), token);
  expect(updated.client).toMatchObject({ version: 2, metadata: { redirectUris: ["https://client.example/2"] } });
  expect((await call(admin, ClientDirectoryService.method.listClients, create(ListClientsRequestSchema))).clients.map((each) => each.clientId)).toContain(clientId);
  await call(anybody, deleteClient, create(DeleteClientRequestSchema, { clientId }), token);
  await expect(call(anybody, readClient, create(ReadClientRequestSchema, { clientId }), token)).rejects.toMatchObject({ code: grpc.status.UNAUTHENTICATED });
});

test("registers with the initial access token and no certificate", async () => {
  expect((await call(connect(), registerClient, register, program.initialAccessToken)).client?.metadata?.clientName).toBe("grpc-js");
  await expect(call(connect(), registerClient, register)).rejects.toMatchObject({ code: grpc.status.UNAUTHENTICATED });
});

test("is told of a refusal with details in its trailers", async () => {
  const wrong = create(RegisterClientRequestSchema, { metadata: { redirectUris: ["javascript:alert(1)"] } });
  const error: grpc.ServiceError = await call(connect(), registerClient, wrong, program.initialAccessToken).then(() => expect.fail("it was accepted"), (thrown) => thrown);
  expect(error.code).toBe(grpc.status.INVALID_ARGUMENT);
  const [status] = error.metadata.get("grpc-status-details-bin");
  expect(String(status)).toContain("matricula.v1.RegistrationError");
});

test("asks for the service's health", async () => {
  expect((await call(connect(), Health.method.check, create(HealthCheckRequestSchema))).status).toBe(Status.SERVING);
});

test("does 200 calls at once on one connection", async () => {
  const admin = connect(adminIdentity(program));
  const answers = await Promise.all(Array.from({ length: 200 }, () => call(admin, registerClient, register)));
  expect(new Set(answers.map(({ client }) => client!.clientId)).size).toBe(200);
});
