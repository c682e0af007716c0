import { create } from "@bufbuild/protobuf";
import {
  GetClientResponseSchema, ListClientsResponseSchema, type ClientFilter, type GetClientRequest, type GetClientResponse, type ListClientsRequest, type ListClientsResponse,
} from "../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { ClientState } from "../../gen/ts/matricula/v1/client_pb.js";
import { RegistryError } from "../domain/errors.js";
import type { ClientQuery, ClientStateName } from "../domain/ports.js";
import type { Call } from "./call.js";
import { demandRole } from "./caller.js";
import { checkRecord, findClient } from "./client-record.js";
import { clientStates, clientView } from "./client-view.js";
import { openPageToken, sealPageToken } from "./page-token.js";
import type { Registry } from "./registry.js";

const defaultPageSize = 50;
const largestPage = 500;

/** One client for a reader. Throws not_found for unknown and deleted. */
export function getClient(registry: Registry, call: Call, request: GetClientRequest): GetClientResponse {
  demandRole(call.caller, call.method);
  const found = findClient(registry, call.realm.name, request.clientId);
  if (found === undefined) throw new RegistryError("not_found", "there is no such client");
  return create(GetClientResponseSchema, { client: clientView(found.client, found.credentials) });
}

/** A page of clients for a reader, in order of registration. Throws invalid_request for a page token that is not of this list. */
export async function listClients(registry: Registry, call: Call, request: ListClientsRequest): Promise<ListClientsResponse> {
  demandRole(call.caller, call.method);
  const size = Math.min(request.pageSize || defaultPageSize, largestPage);
  const filter = queryOf(call.realm.name, request.filter);
  const bound = JSON.stringify([filter, call.caller.principal.id]);
  const after = request.pageToken === "" ? "" : openPageToken(registry.keys, bound, request.pageToken);
  // One more than the page tells whether there is another.
  const rows = await registry.store.lister.list({ ...filter, after, limit: size + 1 });
  const page = rows.slice(0, size);
  for (const row of page) checkRecord(registry.keys, row);
  const last = page.at(-1);
  return create(ListClientsResponseSchema, {
    clients: page.map((row) => clientView(row, registry.store.clients.find(row.realm, row.clientId)?.credentials ?? [])),
    nextPageToken: rows.length > size && last !== undefined ? sealPageToken(registry.keys, bound, last.clientId) : "",
  });
}

const stateNames = new Map(Object.entries(clientStates).map(([name, state]) => [state, name as ClientStateName]));

function queryOf(realm: string, filter: ClientFilter | undefined): Omit<ClientQuery, "after" | "limit"> {
  return {
    realm,
    states: (filter?.states ?? []).map((state) => {
      const name = stateNames.get(state as Exclude<ClientState, ClientState.UNSPECIFIED>);
      if (name === undefined) throw new RegistryError("invalid_request", "filter.states has a state that does not exist");
      return name;
    }),
    ownerId: filter?.ownerId ?? "",
    wayIn: filter?.wayIn ?? "",
    policy: filter?.policy ?? "",
    softwareId: filter?.softwareId ?? "",
    issuedFrom: filter?.issuedFrom ?? null,
    issuedBefore: filter?.issuedBefore ?? null,
  };
}
