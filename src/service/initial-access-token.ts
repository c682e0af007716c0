import { create } from "@bufbuild/protobuf";
import {
  CreateInitialAccessTokenResponseSchema, InitialAccessTokenSchema, type CreateInitialAccessTokenRequest, type CreateInitialAccessTokenResponse,
} from "../../gen/ts/matricula/v1/initial_access_token_service_pb.js";
import { makeClientId } from "../domain/client-id.js";
import { digestOf, makeToken } from "../domain/credentials.js";
import { RegistryError } from "../domain/errors.js";
import type { InitialAccessTokenRecord } from "../domain/ports.js";
import type { Call } from "./call.js";
import { demandRole } from "./caller.js";
import { changeRecord } from "./change-record.js";
import type { Registry } from "./registry.js";

/** Seconds that a token lives when nothing is said. */
const defaultLifetime = 24 * 60 * 60;
const longestLifetime = 10 * 365 * 24 * 60 * 60;

// Printable text of any script; a name reaches terminals and logs.
const name = /^[^\u0000-\u001f\u007f-\u009f]{0,255}$/u;

/** Makes an initial access token. It is in this answer alone. Throws RegistryError. */
export async function createInitialAccessToken(
  registry: Registry,
  call: Call,
  request: CreateInitialAccessTokenRequest,
): Promise<CreateInitialAccessTokenResponse> {
  demandRole(call.caller, call.method);
  if (!name.test(request.name)) throw new RegistryError("invalid_request", "name has more than 255 characters, or a control character");
  if (request.lifetime > longestLifetime) throw new RegistryError("invalid_request", "lifetime is more than ten years");
  const { realm, now } = call;
  const token = makeToken("initial_access_token", registry.randomBytes);
  const record: InitialAccessTokenRecord = {
    realm: realm.name,
    id: makeClientId(registry.clock.milliseconds(), registry.randomBytes),
    name: request.name,
    digest: digestOf("initial_access_token", realm.name, "", token),
    policy: realm.waysIn.initial_access_token.policy.name,
    usesLeft: request.uses === 0 ? null : request.uses,
    createdAt: now,
    createdBy: call.caller.principal,
    expiresAt: now + (request.lifetime || defaultLifetime),
    revokedAt: null,
  };
  const result = await registry.store.commit([
    { kind: "insert_initial_access_token", token: record },
    { kind: "append_change", change: changeRecord(call, "initial_access_token_created", record.id, 1) },
  ]);
  if (!result.committed) throw new RegistryError("overloaded", "the token's id met another one; try again", { retryAfter: 1 });
  return create(CreateInitialAccessTokenResponseSchema, {
    initialAccessToken: create(InitialAccessTokenSchema, {
      id: record.id, realm: record.realm, name: record.name, createdAt: record.createdAt, expiresAt: record.expiresAt,
      ...(record.usesLeft === null ? {} : { usesLeft: record.usesLeft }),
    }),
    token,
  });
}
