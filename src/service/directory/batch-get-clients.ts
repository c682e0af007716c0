import { create } from "@bufbuild/protobuf";
import { BatchGetClientsResponseSchema, type BatchGetClientsRequest, type BatchGetClientsResponse } from "../../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { RegistryError } from "../../domain/errors.js";
import type { Call } from "../call.js";
import { demandRole } from "../caller.js";
import { withExpiry } from "../client-expiry.js";
import { clientView } from "../client-view.js";
import type { Registry } from "../registry.js";
import { findVisible } from "./visible.js";

/** Ids in one request, as the schema says: each is a read by key. */
const largestBatch = 500;

/** Several clients for a reader, in the order of the request, each once; what GetClient would not find is told apart. Throws invalid_request for too many. */
export function batchGetClients(registry: Registry, call: Call, request: BatchGetClientsRequest): BatchGetClientsResponse {
  demandRole(call.caller, call.method);
  if (request.clientIds.length > largestBatch) throw new RegistryError("invalid_request", `client_ids has more than ${largestBatch} ids`);
  const answer = create(BatchGetClientsResponseSchema);
  for (const clientId of new Set(request.clientIds)) {
    const found = findVisible(registry, call, clientId);
    if (found === undefined) answer.missing.push(clientId);
    else answer.clients.push(clientView(withExpiry(registry, found.client), found.credentials));
  }
  return answer;
}
