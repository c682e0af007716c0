import { create } from "@bufbuild/protobuf";
import { CountClientsResponseSchema, type CountClientsRequest, type CountClientsResponse } from "../../../gen/ts/matricula/v1/client_directory_service_pb.js";
import type { Call } from "../call.js";
import { demandRole } from "../caller.js";
import { clientConditions } from "../client-filter.js";
import type { Registry } from "../registry.js";
import { visibleConditions } from "./visible.js";

/** How many clients a reader would be listed, or how many of a registrar's own. */
export async function countClients(registry: Registry, call: Call, request: CountClientsRequest): Promise<CountClientsResponse> {
  demandRole(call.caller, call.method);
  const conditions = visibleConditions(call, clientConditions(call.realm.name, request.filter));
  return create(CountClientsResponseSchema, { clients: conditions === undefined ? 0 : await registry.store.lister.count(conditions, call.gone?.()) });
}
