import { create } from "@bufbuild/protobuf";
import { ModifyClientResponseSchema, type ModifyClientRequest, type ModifyClientResponse } from "../../gen/ts/matricula/v1/client_admin_service_pb.js";
import { ClientMetadataSchema } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { RegistryError } from "../domain/errors.js";
import type { Call } from "./call.js";
import { demandRole } from "./caller.js";
import { changeRecord } from "./change-record.js";
import { withExpiry } from "./client-expiry.js";
import { findClient, metadataOf } from "./client-record.js";
import { clientView, credentialsView } from "./client-view.js";
import { applyMask } from "./metadata-mask.js";
import type { Registry } from "./registry.js";
import { softwareBlocked } from "./software-statements/blocks.js";
import { statementUsed } from "./software-statements/statement-of.js";
import { decideUpdate } from "./update-client.js";
import { demandVersion, lostAgain } from "./version.js";

/**
 * Changes the metadata that the mask names, decided and validated as an update that repeats all the rest: the policy that guards the
 * client guards this too. Throws RegistryError; a refused change changes nothing.
 */
export async function modifyClient(registry: Registry, call: Call, request: ModifyClientRequest, tries = 3): Promise<ModifyClientResponse> {
  demandRole(call.caller, call.method);
  const { realm } = call;
  const found = findClient(registry, realm.name, request.clientId);
  if (found === undefined) throw new RegistryError("not_found", "there is no such client");
  const { client } = found;
  demandVersion(client, request.etag);

  const asked = metadataOf(client);
  applyMask(asked, request.metadata ?? create(ClientMetadataSchema), request.updateMask?.paths ?? [], realm.customAttributes);
  const { next, metadata, decisions, credentials, clientSecret, changes } = await decideUpdate(registry, { found, call, own: false }, asked, call.violations);
  const result = await registry.store.commit([
    ...changes,
    { kind: "append_change", change: changeRecord(call, "modified", client.clientId, next.version, decisions, client.record) },
  ]);
  if (result.committed) {
    return create(ModifyClientResponseSchema, {
      client: clientView(withExpiry(registry, next), credentials ?? found.credentials, metadata),
      credentials: credentialsView(realm, client.clientId, undefined, clientSecret),
      decisions: [...decisions],
    });
  }
  if (result.precondition === "fresh") throw statementUsed();
  if (result.precondition === "unblocked") throw softwareBlocked(changes[result.index]);
  // Who names no version means the newest, whoever else was writing.
  if (request.etag === "" && tries > 1) return modifyClient(registry, call, request, tries - 1);
  throw lostAgain(request.etag);
}
