import { create } from "@bufbuild/protobuf";
import { DeleteClientResponseSchema, type DeleteClientRequest, type DeleteClientResponse } from "../../gen/ts/matricula/v1/registration_service_pb.js";
import type { Change, ClientRecord } from "../domain/ports.js";
import type { Call } from "./call.js";
import { changeRecord, type ChangeOrigin } from "./change-record.js";
import { recordMac } from "./client-record.js";
import { demandChangeable } from "./own-client.js";
import type { Registry } from "./registry.js";
import { demandVersion, lostAgain } from "./version.js";

/**
 * Deletes a client (RFC 7592 section 2.3): its credentials end in the same commit, its id is never given again.
 * Throws RegistryError.
 */
export async function deleteClient(registry: Registry, given: Call, request: DeleteClientRequest, tries = 3): Promise<DeleteClientResponse> {
  const { found, call } = await demandChangeable(registry, given, request.clientId);
  const { client } = found;
  demandVersion(client, request.etag);
  const result = await registry.store.commit(deletionOf(registry, call, client));
  if (result.committed) return create(DeleteClientResponseSchema);
  // Who names no version means the newest, whoever else was writing.
  if (request.etag === "" && tries > 1) return deleteClient(registry, given, request, tries - 1);
  throw lostAgain(request.etag);
}

/** The unit that deletes a client as it was read. */
export function deletionOf({ keys }: Registry, call: ChangeOrigin, client: ClientRecord, reason = ""): readonly Change[] {
  const tombstone = { ...client, version: client.version + 1, state: "deleted" as const, updatedAt: call.now, record: new Uint8Array(0), keyVersion: keys.version };
  return [
    {
      kind: "delete_client", realm: client.realm, clientId: client.clientId, expectedVersion: client.version, at: call.now,
      mac: recordMac(keys, tombstone), keyVersion: keys.version,
    },
    { kind: "append_change", change: changeRecord(call, "deleted", client.clientId, tombstone.version, [], client.record, reason) },
  ];
}
