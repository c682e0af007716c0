import { createClient } from "@connectrpc/connect";
import { bearer, connect, ServiceError } from "matricula-client";
import { Health } from "matricula-client/grpc/health/v1/health_pb.js";

const url = process.env["MATRICULA_URL"] ?? "https://localhost:8443";
const caFile = "pki/ca.pem";

// Without a certificate: an initial access token, for the one call that needs it.
const anybody = await connect({ url, caFile });
const registered = await anybody.registration.registerClient(
  { metadata: { redirectUris: ["https://client.example/callback"] } },
  { ...bearer(process.env["INITIAL_ACCESS_TOKEN"] ?? ""), timeoutMs: 2_000 },
);
const { registrationAccessToken } = registered.credentials!;
const clientId = registered.client!.clientId!;

// As the client itself: its registration access token for all calls, each of which ends within a second.
const own = await connect({ url, caFile, token: registrationAccessToken, timeoutMs: 1_000 });
const { client } = await own.registration.readClient({ clientId });
const metadata = client!.metadata!;
metadata.clientName = "Renamed";
try {
  // Only this version is replaced.
  await own.registration.updateClient({ clientId, metadata, etag: client!.etag });
} catch (error) {
  if (error instanceof ServiceError && error.reason === "VERSION_CONFLICT") console.error("somebody else wrote first: read again");
  else throw error;
}
await own.registration.deleteClient({ clientId }, { signal: AbortSignal.timeout(500) });
await own.close();

// Any other generated service, over the same connection and with the same deadline, retries and errors.
const health = createClient(Health, anybody.transport);
console.log(`healthy: ${(await health.check({})).status === 1}`);
await anybody.close();
