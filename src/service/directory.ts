import { create } from "@bufbuild/protobuf";
import {
  GetClientResponseSchema, ListClientsResponseSchema, type ClientFilter, type GetClientRequest, type GetClientResponse, type ListClientsRequest, type ListClientsResponse,
} from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { ClientState } from "../../gen/ts/matricula/v1/client_pb.js";
import { Role } from "../../gen/ts/matricula/v1/options_pb.js";
import { allClients } from "../domain/client-conditions.js";
import { RegistryError } from "../domain/errors.js";
import type { ClientConditions, ClientStateName, PrincipalRecord } from "../domain/ports.js";
import type { Call } from "./call.js";
import { demandRole } from "./caller.js";
import { withExpiry } from "./client-expiry.js";
import { checkRecord, findClient } from "./client-record.js";
import { clientStates, clientView, secretsView } from "./client-view.js";
import { openPageToken, sealPageToken } from "./page-token.js";
import type { Registry } from "./registry.js";

const defaultPageSize = 50;
const largestPage = 500;

/** Whose clients the caller may see: those of one owner, or all. A registrar without a role to read sees its own. */
function visibleTo({ caller, method }: Call): PrincipalRecord | undefined {
  for (const role of caller.roles) if (role !== Role.REGISTRAR && method.roles.has(role)) return undefined;
  return caller.principal;
}

/** One client for a reader. Throws not_found for unknown and deleted, and to a registrar for those of others. */
export function getClient(registry: Registry, call: Call, request: GetClientRequest): GetClientResponse {
  demandRole(call.caller, call.method);
  const found = findClient(registry, call.realm.name, request.clientId);
  const owner = visibleTo(call);
  const visible = found !== undefined && (owner === undefined || (found.client.owner.kind === owner.kind && found.client.owner.id === owner.id));
  if (!visible) throw new RegistryError("not_found", "there is no such client");
  return create(GetClientResponseSchema, { client: clientView(withExpiry(registry, found.client), found.credentials), secrets: secretsView(found.credentials) });
}

/** A page of clients for a reader, or of a registrar's own, in order of registration. Throws invalid_request for a page token that is not of this list. */
export async function listClients(registry: Registry, call: Call, request: ListClientsRequest): Promise<ListClientsResponse> {
  demandRole(call.caller, call.method);
  const size = Math.min(request.pageSize || defaultPageSize, largestPage);
  const asked = conditionsOf(call.realm.name, request.filter);
  const owner = visibleTo(call);
  if (owner !== undefined && asked.ownerId !== "" && asked.ownerId !== owner.id) return create(ListClientsResponseSchema);
  const filter = owner === undefined ? asked : { ...asked, ownerKind: owner.kind, ownerId: owner.id };
  const bound = JSON.stringify([filter, call.caller.principal.id]);
  const after = request.pageToken === "" ? "" : openPageToken(registry.keys, bound, request.pageToken);
  // One more than the page tells whether there is another.
  const rows = await registry.store.lister.list({ ...filter, descending: false, after, limit: size + 1 });
  const page = rows.slice(0, size);
  for (const { client } of page) checkRecord(registry.keys, client);
  const last = page.at(-1);
  return create(ListClientsResponseSchema, {
    clients: page.map(({ client, credentials }) => clientView(withExpiry(registry, client), credentials)),
    nextPageToken: rows.length > size && last !== undefined ? sealPageToken(registry.keys, bound, last.client.clientId) : "",
  });
}

const stateNames = new Map(Object.entries(clientStates).map(([name, state]) => [state, name as ClientStateName]));

/** The conditions of a filter in a realm. Throws invalid_request for a state that does not exist. */
export function conditionsOf(realm: string, filter: ClientFilter | undefined): ClientConditions {
  return {
    ...allClients,
    realm,
    states: (filter?.states ?? []).map((state) => {
      const name = stateNames.get(state as Exclude<ClientState, ClientState.UNSPECIFIED>);
      if (name === undefined) throw new RegistryError("invalid_request", "filter.states has a state that does not exist");
      return name;
    }),
    ownerId: filter?.ownerId ?? "",
    credentialId: filter?.credentialId ?? "",
    wayIn: filter?.wayIn ?? "",
    policy: filter?.policy ?? "",
    softwareId: filter?.softwareId ?? "",
    issuedFrom: filter?.issuedFrom ?? null,
    issuedBefore: filter?.issuedBefore ?? null,
  };
}
