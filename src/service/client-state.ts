// Holding clients and letting them go: one at a time, or all that match.

import { create } from "@bufbuild/protobuf";
import {
  ResumeClientResponseSchema, SuspendClientResponseSchema, type ResumeClientRequest, type ResumeClientResponse, type SuspendClientRequest,
  type SuspendClientResponse,
} from "../../gen/ts/matricula/v1/client_admin_service_pb.js";
import type { Client } from "../../gen/ts/matricula/v1/client_pb.js";
import { RegistryError } from "../domain/errors.js";
import type { Change, ClientRecord } from "../domain/ports.js";
import type { Call } from "./call.js";
import { demandRole } from "./caller.js";
import { changeRecord } from "./change-record.js";
import { withExpiry } from "./client-expiry.js";
import { findClient, resealed } from "./client-record.js";
import { clientView } from "./client-view.js";
import { demandReason } from "./printable.js";
import type { Registry } from "./registry.js";
import { demandVersion, lostAgain } from "./version.js";

/** The states that an operator moves a client between, and what the change log calls each move. */
const moves = { active: "resumed", suspended: "suspended" } as const;

export type OperatedState = keyof typeof moves;

interface StateRequest {
  readonly clientId: string;
  readonly etag: string;
  readonly reason: string;
}

/** Holds a client: it authenticates nowhere until it is resumed. One that is suspended is left as it is. Throws RegistryError. */
export async function suspendClient(registry: Registry, call: Call, request: SuspendClientRequest): Promise<SuspendClientResponse> {
  return create(SuspendClientResponseSchema, { client: await setState(registry, call, request, "suspended") });
}

/** Ends a suspension. A client that is active is left as it is. Throws RegistryError. */
export async function resumeClient(registry: Registry, call: Call, request: ResumeClientRequest): Promise<ResumeClientResponse> {
  return create(ResumeClientResponseSchema, { client: await setState(registry, call, request, "active") });
}

async function setState(registry: Registry, call: Call, request: StateRequest, state: OperatedState, tries = 3): Promise<Client> {
  demandRole(call.caller, call.method);
  demandReason(request.reason);
  const found = findClient(registry, call.realm.name, request.clientId);
  if (found === undefined) throw new RegistryError("not_found", "there is no such client");
  const { client, credentials } = found;
  demandVersion(client, request.etag);
  if (client.state === state) return clientView(withExpiry(registry, client), credentials);
  const next = movedTo(registry, call, client, state);
  const result = await registry.store.commit(moveOf(call, client, next, request.reason));
  if (result.committed) return clientView(withExpiry(registry, next), credentials);
  // Who names no version means the newest, whoever else was writing.
  if (request.etag === "" && tries > 1) return setState(registry, call, request, state, tries - 1);
  throw lostAgain(request.etag);
}

/** The client in its new state. Metadata, credentials, owner and policy stay. */
export function movedTo({ keys }: Registry, call: Call, client: ClientRecord, state: OperatedState): ClientRecord {
  return resealed(keys, { ...client, version: client.version + 1, state, updatedAt: call.now });
}

/** The unit that moves a client as it was read. */
export function moveOf(call: Call, client: ClientRecord, next: ClientRecord, reason: string): readonly Change[] {
  const kind = moves[next.state as OperatedState];
  return [
    { kind: "replace_client", client: next, credentials: null },
    { kind: "append_change", change: changeRecord(call, kind, client.clientId, next.version, [], client.record, reason) },
  ];
}
