import { allClients } from "../domain/client-conditions.js";
import { create } from "@bufbuild/protobuf";
import {
  RevokeInitialAccessTokenResponseSchema, type RevokeInitialAccessTokenRequest, type RevokeInitialAccessTokenResponse,
} from "../../gen/ts/matricula/v1/initial_access_token_service_pb.js";
import type { ClientRecord, InitialAccessTokenRecord } from "../domain/ports.js";
import type { Call } from "./call.js";
import { demandRole } from "./caller.js";
import { changeRecord } from "./change-record.js";
import { deletionOf } from "./delete-client.js";
import { demandInitialAccessToken, initialAccessTokenView } from "./initial-access-token-view.js";
import type { Registry } from "./registry.js";

/** Milliseconds after which a call leaves the rest of the clients to the next one. */
const budget = 5_000;
/** Clients deleted at once: they share a sync, and leave room in the queue for others. */
const pageSize = 200;

/**
 * Ends a token, and the clients that came by it where that is asked. Revoking again changes nothing, and goes on with clients that are
 * left. Throws not_found.
 */
export async function revokeInitialAccessToken(registry: Registry, call: Call, request: RevokeInitialAccessTokenRequest): Promise<RevokeInitialAccessTokenResponse> {
  demandRole(call.caller, call.method);
  const { realm, now: at } = call;
  const token = demandInitialAccessToken(registry, realm, request.id);
  if (token.revokedAt === null) {
    // Who was first has revoked it as well: the other has nothing left to do.
    await registry.store.commit([
      { kind: "revoke_initial_access_token", realm: realm.name, id: token.id, at },
      { kind: "append_change", change: changeRecord(call, "initial_access_token_revoked", token.id, 2) },
    ]);
  }
  // From here on nobody registers by it: a registration demands the token in its own commit.
  const { clientsDeleted, more } = request.deleteClients ? await deleteClientsOf(registry, call, token) : { clientsDeleted: 0, more: false };
  return create(RevokeInitialAccessTokenResponseSchema, {
    initialAccessToken: initialAccessTokenView(registry, demandInitialAccessToken(registry, realm, token.id)), clientsDeleted, more,
  });
}

async function deleteClientsOf(registry: Registry, call: Call, { realm, id }: InitialAccessTokenRecord): Promise<{ clientsDeleted: number; more: boolean }> {
  const end = registry.clock.milliseconds() + budget;
  const query = { ...allClients, realm, ownerKind: "initial_access_token", credentialId: id, descending: false, limit: pageSize } as const;
  let clientsDeleted = 0;
  let isLeft = false;
  let after = "";
  for (;;) {
    const page = await registry.store.lister.list({ ...query, after });
    for (const outcome of await Promise.all(page.map(({ client }) => deleteOne(registry, call, client)))) {
      if (outcome === "deleted") clientsDeleted += 1;
      if (outcome === "left") isLeft = true;
    }
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return { clientsDeleted, more: isLeft };
    if (registry.clock.milliseconds() >= end) return { clientsDeleted, more: true };
    after = last.client.clientId;
  }
}

/** Deletes a client, whoever else is writing to it. */
async function deleteOne(registry: Registry, call: Call, client: ClientRecord, tries = 3): Promise<"deleted" | "gone" | "left"> {
  const result = await registry.store.commit(deletionOf(registry, call, client));
  if (result.committed) return "deleted";
  const now = registry.store.clients.find(client.realm, client.clientId)?.client;
  if (now === undefined || now.state === "deleted") return "gone";
  return tries > 1 ? deleteOne(registry, call, now, tries - 1) : "left";
}
