import { create } from "@bufbuild/protobuf";
import { GetClientResponseSchema, type GetClientRequest, type GetClientResponse } from "../../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { RegistryError } from "../../domain/errors.js";
import type { Call } from "../call.js";
import { demandRole } from "../caller.js";
import { withExpiry } from "../client-expiry.js";
import { clientView, secretsView } from "../client-view.js";
import type { Registry } from "../registry.js";
import { findVisible } from "./visible.js";

/** One client for a reader. Throws not_found for unknown and deleted, and to a registrar for those of others. */
export function getClient(registry: Registry, call: Call, request: GetClientRequest): GetClientResponse {
  demandRole(call.caller, call.method);
  const found = findVisible(registry, call, request.clientId);
  if (found === undefined) throw new RegistryError("not_found", "there is no such client");
  return create(GetClientResponseSchema, { client: clientView(withExpiry(registry, found.client), found.credentials), secrets: secretsView(found.credentials) });
}
