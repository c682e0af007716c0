import { ClientMetadataSchema } from "../../../gen/ts/matricula/v1/client_metadata_pb.js";
import type { ClientFilter } from "../../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { clientTest } from "../../domain/client-conditions.js";
import { RegistryError } from "../../domain/errors.js";
import type { ClientConditions, ClientRecord } from "../../domain/ports.js";
import { clientConditions } from "../client-filter.js";

/** Which clients a watch is about. */
export interface WatchConditions {
  readonly conditions: ClientConditions;
  readonly matches: (client: ClientRecord) => boolean;
  /** Whether the client may have matched with an earlier record: then its reader is told that it no longer does. */
  readonly mayHaveMatched: (client: ClientRecord, before: readonly Uint8Array[]) => boolean;
}

/** Prepares the filter of a watch. Throws invalid_request for conditions that change without a change of the client. */
export function watchConditions(realm: string, filter: ClientFilter | undefined): WatchConditions {
  const conditions = clientConditions(realm, filter);
  if (filter?.usedFrom !== undefined || filter?.usedBefore !== undefined) {
    throw new RegistryError("invalid_request", "filter.used_from and filter.used_before cannot be watched: a use is no change");
  }
  if (conditions.states.includes("deleted")) throw new RegistryError("invalid_request", "filter.states cannot have deleted in a watch: what is deleted comes as removed");
  const { softwareId, record } = conditions;
  const ofSoftware = { fields: [ClientMetadataSchema.field.softwareId.number], maps: [], test: "is", text: softwareId } as const;
  // Its state and policy may have been others, and what is in a column now was in the record then.
  const earlier = clientTest({
    ...conditions, states: ["active", "suspended", "deleted"], policy: "", softwareId: "", softwareStatementIssuer: "",
    record: softwareId === "" ? record : [...record, ofSoftware],
  });
  return {
    conditions,
    matches: clientTest(conditions),
    mayHaveMatched: (client, before) => before.some((record) => earlier({ ...client, record })),
  };
}
