import { create } from "@bufbuild/protobuf";
import { InitialAccessTokenSchema, type InitialAccessToken } from "../../gen/ts/matricula/v1/initial_access_token_service_pb.js";
import { RegistryError } from "../domain/errors.js";
import { decodeMetadata } from "../domain/metadata-bytes.js";
import type { InitialAccessTokenRecord } from "../domain/ports.js";
import { principalView } from "./client-view.js";
import type { Realm, Registry } from "./registry.js";

/** What an admin sees of an initial access token: never the token itself. */
export function initialAccessTokenView({ store }: Registry, token: InitialAccessTokenRecord): InitialAccessToken {
  const { realm, id, name, owner, purpose, policy, redirectHosts, boundTo, createdAt, expiresAt } = token;
  return create(InitialAccessTokenSchema, {
    id, realm, name, owner, purpose, policy, redirectHosts: [...redirectHosts], boundTo, createdAt, expiresAt,
    createdBy: principalView(token.createdBy),
    clients: store.counter.count({ realm, scope: "credential", kind: "initial_access_token", id }),
    ...(token.force.length === 0 ? {} : { force: decodeMetadata(token.force) }),
    ...(token.usesLeft === null ? {} : { usesLeft: token.usesLeft }),
    ...(token.revokedAt === null ? {} : { revokedAt: token.revokedAt }),
  });
}

/** The token with this id. Throws not_found. */
export function demandInitialAccessToken({ store }: Registry, realm: Realm, id: string): InitialAccessTokenRecord {
  const token = store.initialAccessTokens.find(realm.name, id);
  if (token === undefined) throw new RegistryError("not_found", "there is no such initial access token");
  return token;
}
