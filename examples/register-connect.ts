// A service registers a client over gRPC with mutual TLS, by connect-node.
import { readFileSync } from "node:fs";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { RegistrationService } from "../gen/ts/matricula/v1/registration_service_pb.js";

const data = process.env["MATRICULA_DATA"] ?? "data";
const transport = createGrpcTransport({
  baseUrl: process.env["MATRICULA_URL"] ?? "https://localhost:8443",
  nodeOptions: {
    ca: readFileSync(`${data}/pki/ca.pem`),
    cert: readFileSync(`${data}/pki/admin.pem`),
    key: readFileSync(`${data}/pki/admin.key`),
  },
});
const registration = createClient(RegistrationService, transport);
const { client, credentials } = await registration.registerClient({
  metadata: { redirectUris: ["https://client.example/callback"], clientName: "Example" },
});
// credentials.clientSecret and credentials.registrationAccessToken are in this answer alone: keep them.
console.log(`registered ${client?.clientId}; ${credentials?.registrationClientUri}`);
