import { create } from "@bufbuild/protobuf";
import {
  GetInitialAccessTokenResponseSchema, ListInitialAccessTokensResponseSchema, type GetInitialAccessTokenRequest, type GetInitialAccessTokenResponse,
  type ListInitialAccessTokensRequest, type ListInitialAccessTokensResponse,
} from "../../gen/ts/matricula/v1/initial_access_token_service_pb.js";
import type { Call } from "./call.js";
import { demandRole } from "./caller.js";
import { demandInitialAccessToken, initialAccessTokenView } from "./initial-access-token-view.js";
import { openPageToken, sealPageToken } from "./page-token.js";
import type { Registry } from "./registry.js";

const defaultPageSize = 50;
const largestPage = 500;

/** What is on record of one token. Throws not_found. */
export function getInitialAccessToken(registry: Registry, call: Call, request: GetInitialAccessTokenRequest): GetInitialAccessTokenResponse {
  demandRole(call.caller, call.method);
  const token = demandInitialAccessToken(registry, call.realm, request.id);
  return create(GetInitialAccessTokenResponseSchema, { initialAccessToken: initialAccessTokenView(registry, token) });
}

/** A page of a realm's tokens, in the order in which they were made. Throws invalid_request for a page token that is not of this list. */
export async function listInitialAccessTokens(registry: Registry, call: Call, request: ListInitialAccessTokensRequest): Promise<ListInitialAccessTokensResponse> {
  demandRole(call.caller, call.method);
  const size = Math.min(request.pageSize || defaultPageSize, largestPage);
  const realm = call.realm.name;
  const bound = JSON.stringify(["initial_access_token", realm, request.usable, call.caller.principal.id]);
  const after = request.pageToken === "" ? "" : openPageToken(registry.keys, bound, request.pageToken);
  // One more than the page tells whether there is another.
  const rows = await registry.store.lister.listInitialAccessTokens({ realm, usableAt: request.usable ? call.now : null, after, limit: size + 1 });
  const page = rows.slice(0, size);
  const last = page.at(-1);
  return create(ListInitialAccessTokensResponseSchema, {
    initialAccessTokens: page.map((token) => initialAccessTokenView(registry, token)),
    nextPageToken: rows.length > size && last !== undefined ? sealPageToken(registry.keys, bound, last.id) : "",
  });
}
