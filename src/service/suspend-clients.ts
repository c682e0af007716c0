// Holding and letting go of all clients that match.

import { create } from "@bufbuild/protobuf";
import {
  ResumeClientsResponseSchema, SuspendClientsResponseSchema, type ResumeClientsRequest, type ResumeClientsResponse, type SuspendClientsRequest,
  type SuspendClientsResponse,
} from "../../gen/ts/matricula/v1/client_admin_service_pb.js";
import type { ClientFilter } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { RegistryError } from "../domain/errors.js";
import type { ClientConditions } from "../domain/ports.js";
import type { Call } from "./call.js";
import { demandRole } from "./caller.js";
import { clientConditions } from "./client-filter.js";
import type { OperatedState } from "./client-state.js";
import { moveMatching, type Moved } from "./move-clients.js";
import { demandReason } from "./printable.js";
import type { Registry } from "./registry.js";

interface StatesRequest {
  readonly filter?: ClientFilter | undefined;
  readonly reason: string;
}

/** Suspends every active client that matches. Throws invalid_request for a filter that restricts nothing. */
export async function suspendClients(registry: Registry, call: Call, request: SuspendClientsRequest): Promise<SuspendClientsResponse> {
  return create(SuspendClientsResponseSchema, await moveClients(registry, call, request, "active", "suspended"));
}

/** Resumes every suspended client that matches. Throws as suspendClients does. */
export async function resumeClients(registry: Registry, call: Call, request: ResumeClientsRequest): Promise<ResumeClientsResponse> {
  return create(ResumeClientsResponseSchema, await moveClients(registry, call, request, "suspended", "active"));
}

async function moveClients(registry: Registry, call: Call, { filter, reason }: StatesRequest, from: OperatedState, to: OperatedState): Promise<Moved> {
  demandRole(call.caller, call.method);
  demandReason(reason);
  const conditions = clientConditions(call.realm.name, filter);
  if (!restricts(conditions)) throw new RegistryError("invalid_request", "the filter needs a condition besides states: a call that means every client of the realm is more often a mistake");
  return moveMatching(registry, call, conditions, { from, to, reason });
}

/** Whether there is a condition besides realm and states. */
function restricts({ realm: _, states: __, record, ...conditions }: ClientConditions): boolean {
  return record.length > 0 || Object.values(conditions).some((condition) => condition !== "" && condition !== null);
}
