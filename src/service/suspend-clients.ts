// Holding and letting go of all clients that match: page by page, until there are none or the call's time is up.

import { create } from "@bufbuild/protobuf";
import {
  ResumeClientsResponseSchema, SuspendClientsResponseSchema, type ResumeClientsRequest, type ResumeClientsResponse, type SuspendClientsRequest,
  type SuspendClientsResponse,
} from "../../gen/ts/matricula/v1/client_admin_service_pb.js";
import type { ClientFilter } from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { RegistryError } from "../domain/errors.js";
import type { ClientConditions, ClientRecord } from "../domain/ports.js";
import type { Call } from "./call.js";
import { demandRole } from "./caller.js";
import { clientConditions } from "./client-filter.js";
import { checkRecord } from "./client-record.js";
import { movedTo, moveOf, type OperatedState } from "./client-state.js";
import type { Registry } from "./registry.js";

/** Milliseconds after which a call leaves the rest of the clients to the next one. */
const budget = 5_000;
/** Clients moved at once: they share a sync, and leave room in the queue for others. */
const pageSize = 200;

interface StatesRequest {
  readonly filter?: ClientFilter | undefined;
  readonly reason: string;
}

interface Moved {
  readonly clients: number;
  readonly more: boolean;
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
  const conditions = { ...clientConditions(call.realm.name, filter), states: [from] };
  if (!restricts(conditions)) throw new RegistryError("invalid_request", "the filter needs a condition besides states: a call that means every client of the realm is more often a mistake");
  const end = registry.clock.milliseconds() + budget;
  let clients = 0;
  let isLeft = false;
  let fault: unknown;
  for (let after = ""; ; ) {
    const page = await registry.store.lister.list({ ...conditions, descending: false, after, limit: pageSize });
    const outcomes = await Promise.allSettled(page.map(({ client }) => moveOne(registry, call, client, to, reason)));
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") fault ??= outcome.reason;
      else if (outcome.value === "moved") clients += 1;
      else if (outcome.value === "left") isLeft = true;
    }
    // One that cannot be moved keeps none of its page from it.
    if (fault !== undefined) throw fault;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return { clients, more: isLeft };
    if (registry.clock.milliseconds() >= end) return { clients, more: true };
    after = last.client.clientId;
  }
}

/** Whether there is a condition besides realm and states. */
function restricts({ realm: _, states: __, record, ...conditions }: ClientConditions): boolean {
  return record.length > 0 || Object.values(conditions).some((condition) => condition !== "" && condition !== null);
}

/** Moves a client, whoever else is writing to it. Throws internal for a damaged one: a new MAC would hide that it is. */
async function moveOne(registry: Registry, call: Call, client: ClientRecord, to: OperatedState, reason: string, tries = 3): Promise<"moved" | "gone" | "left"> {
  checkRecord(registry.keys, client);
  const result = await registry.store.commit(moveOf(call, client, movedTo(registry, call, client, to), reason));
  if (result.committed) return "moved";
  const now = registry.store.clients.findLive(client.realm, client.clientId)?.client;
  if (now === undefined || now.state === to) return "gone";
  return tries > 1 ? moveOne(registry, call, now, to, reason, tries - 1) : "left";
}
