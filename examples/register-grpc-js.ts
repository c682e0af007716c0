// The same by @grpc/grpc-js: protobuf-es messages need an adapter of a few lines and no second generator.
import { readFileSync } from "node:fs";
import { create, fromBinary, toBinary, type DescMethodUnary, type MessageShape } from "@bufbuild/protobuf";
import { Client, credentials } from "@grpc/grpc-js";
import { RegisterClientRequestSchema, RegistrationService } from "../gen/ts/matricula/v1/registration_service_pb.js";

function call<M extends DescMethodUnary>(client: Client, method: M, request: MessageShape<M["input"]>): Promise<MessageShape<M["output"]>> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest<MessageShape<M["input"]>, MessageShape<M["output"]>>(
      `/${method.parent.typeName}/${method.name}`,
      (message) => Buffer.from(toBinary(method.input as M["input"], message)),
      (bytes) => fromBinary(method.output as M["output"], bytes),
      request,
      (error, answer) => (answer === undefined ? reject(error) : resolve(answer)),
    );
  });
}

const data = process.env["MATRICULA_DATA"] ?? "data";
const { host } = new URL(process.env["MATRICULA_URL"] ?? "https://localhost:8443");
const channel = credentials.createSsl(readFileSync(`${data}/pki/ca.pem`), readFileSync(`${data}/pki/admin.key`), readFileSync(`${data}/pki/admin.pem`));
const client = new Client(host, channel);
const answer = await call(client, RegistrationService.method.registerClient, create(RegisterClientRequestSchema, {
  metadata: { redirectUris: ["https://client.example/callback"], clientName: "Example" },
}));
console.log(`registered ${answer.client?.clientId}`);
client.close();
