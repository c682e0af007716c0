import { create } from "@bufbuild/protobuf";
import { ReadClientResponseSchema, type ReadClientRequest, type ReadClientResponse } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import type { Call } from "./call.js";
import { withExpiry } from "./client-expiry.js";
import { clientView, credentialsView } from "./client-view.js";
import { demandOwnClient } from "./own-client.js";
import type { Registry } from "./registry.js";

/** Reads a client (RFC 7592 section 2.1). The token presented is echoed; a secret is never shown again. Throws RegistryError. */
export async function readClient(registry: Registry, call: Call, request: ReadClientRequest): Promise<ReadClientResponse> {
  const { found } = await demandOwnClient(registry, call, request.clientId);
  return create(ReadClientResponseSchema, {
    client: clientView(withExpiry(registry, found.client), found.credentials),
    credentials: credentialsView(call.realm, found.client.clientId, call.caller.registrationAccessToken),
  });
}
