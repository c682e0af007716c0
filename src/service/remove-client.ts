import { create } from "@bufbuild/protobuf";
import { RemoveClientResponseSchema, type RemoveClientRequest, type RemoveClientResponse } from "../../gen/ts/matricula/v1/client_admin_service_pb.js";
import { RegistryError } from "../domain/errors.js";
import type { Call } from "./call.js";
import { demandRole } from "./caller.js";
import { findClient } from "./client-record.js";
import { deletionOf } from "./delete-client.js";
import { demandReason } from "./printable.js";
import type { Registry } from "./registry.js";
import { demandVersion, lostAgain } from "./version.js";

/** Deletes a client for an operator, whoever it belongs to. Throws RegistryError; not_found for one that is not there. */
export async function removeClient(registry: Registry, call: Call, request: RemoveClientRequest, tries = 3): Promise<RemoveClientResponse> {
  demandRole(call.caller, call.method);
  demandReason(request.reason);
  const found = findClient(registry, call.realm.name, request.clientId);
  if (found === undefined) throw new RegistryError("not_found", "there is no such client");
  demandVersion(found.client, request.etag);
  const result = await registry.store.commit(deletionOf(registry, call, found.client, request.reason));
  if (result.committed) return create(RemoveClientResponseSchema);
  // Who names no version means the newest, whoever else was writing.
  if (request.etag === "" && tries > 1) return removeClient(registry, call, request, tries - 1);
  throw lostAgain(request.etag);
}
