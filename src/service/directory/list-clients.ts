import { create } from "@bufbuild/protobuf";
import { ClientOrder, ListClientsResponseSchema, type ListClientsRequest, type ListClientsResponse } from "../../../gen/ts/matricula/v1/client_directory_service_pb.js";
import { RegistryError } from "../../domain/errors.js";
import type { Call } from "../call.js";
import { demandRole } from "../caller.js";
import { withExpiry } from "../client-expiry.js";
import { clientConditions } from "../client-filter.js";
import { isSound } from "../client-record.js";
import { clientView } from "../client-view.js";
import { openPageToken, sealPageToken } from "../page-token.js";
import type { Registry } from "../registry.js";
import { visibleConditions } from "./visible.js";

const defaultPageSize = 50;
const largestPage = 500;

/**
 * A page of clients for a reader, or of a registrar's own, in order of registration, without those whose stored record is damaged. Throws invalid_request for a page token that is not of
 * this list: of another filter, order or caller.
 */
export async function listClients(registry: Registry, call: Call, request: ListClientsRequest): Promise<ListClientsResponse> {
  demandRole(call.caller, call.method);
  const size = Math.min(request.pageSize || defaultPageSize, largestPage);
  const descending = isDescending(request.order);
  const conditions = visibleConditions(call, clientConditions(call.realm.name, request.filter));
  if (conditions === undefined) return create(ListClientsResponseSchema);
  const { kind, id } = call.caller.principal;
  const bound = JSON.stringify([conditions, descending, kind, id]);
  const after = request.pageToken === "" ? "" : openPageToken(registry.keys, bound, request.pageToken);
  // One more than the page tells whether there is another.
  const rows = await registry.store.lister.list({ ...conditions, descending, after, limit: size + 1 }, call.gone?.());
  const page = rows.slice(0, size);
  // One of them must not keep all others from whoever looks.
  const sound = page.filter(({ client }) => isSound(registry.keys, client));
  for (const { client } of page) if (!sound.some((found) => found.client === client)) registry.leftOut?.(call, client.clientId);
  const last = page.at(-1);
  return create(ListClientsResponseSchema, {
    clients: sound.map(({ client, credentials }) => clientView(withExpiry(registry, client), credentials)),
    nextPageToken: rows.length > size && last !== undefined ? sealPageToken(registry.keys, bound, last.client.clientId) : "",
    leftOut: page.length - sound.length,
  });
}

function isDescending(order: ClientOrder): boolean {
  switch (order) {
    case ClientOrder.UNSPECIFIED:
    case ClientOrder.ISSUED:
      return false;
    case ClientOrder.ISSUED_DESCENDING:
      return true;
    default:
      throw new RegistryError("invalid_request", "order is none that exists");
  }
}
