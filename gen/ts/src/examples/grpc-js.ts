import { readFileSync } from "node:fs";
import { Client, credentials } from "@grpc/grpc-js";
import { createGrpcJsClient } from "matricula-client/grpc-js";
import { RegistrationService } from "matricula-client/matricula/v1/registration_service_pb.js";

const { host } = new URL(process.env["MATRICULA_URL"] ?? "https://localhost:8443");
const tls = credentials.createSsl(readFileSync("pki/ca.pem"), readFileSync("pki/orders.key"), readFileSync("pki/orders.pem"));
const channel = new Client(host, tls);
const registration = createGrpcJsClient(RegistrationService, channel);
const { client } = await registration.registerClient({ metadata: { redirectUris: ["https://client.example/callback"] } });
console.log(`registered as ${client?.clientId}`);
channel.close();
