// What a person is shown of an initial access token: stable lines of "name: value".

import { toJson, type JsonObject } from "@bufbuild/protobuf";
import { InitialAccessTokenSchema, type InitialAccessToken } from "../../gen/ts/matricula/v1/initial_access_token_service_pb.js";
import { memberLines, ownerText } from "./client-text.js";
import { metadataMembers } from "./metadata-file.js";

/** Everything on record of a token. */
export function tokenLines(token: InitialAccessToken | undefined): string[] {
  if (token === undefined) return [];
  // The nested messages have forms of their own.
  const { created_by: _, force: __, ...plain } = toJson(InitialAccessTokenSchema, token) as JsonObject;
  return [
    ...memberLines({ ...plain, uses_left: token.usesLeft ?? "any number", clients: token.clients }),
    ...(token.force === undefined ? [] : memberLines({ force: metadataMembers(token.force) })),
    ...(token.createdBy === undefined ? [] : [`created_by: ${ownerText(token.createdBy)}`]),
  ];
}

/** Whether it admits, as the service saw it at `now`, in seconds since 1970. */
export function tokenState({ revokedAt, expiresAt, usesLeft }: InitialAccessToken, now: number): string {
  if (revokedAt !== undefined) return "revoked";
  if (expiresAt <= now) return "expired";
  return usesLeft === 0 ? "used up" : "usable";
}
