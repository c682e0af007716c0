// A page token says where a list goes on. It is bound to the list's conditions and its caller, and opens nothing by itself.

import { sameDigest } from "../domain/credentials.js";
import { RegistryError } from "../domain/errors.js";
import type { Keys } from "./keys.js";

const macBytes = 32;

/** The token of a list that goes on after `position`. */
export function sealPageToken(keys: Keys, bound: string, position: string): string {
  return Buffer.concat([keys.mac("page_token", bound, position), Buffer.from(position)]).toString("base64url");
}

/** Where the list goes on. Throws invalid_request for a token of another list, of another caller, or not of ours. */
export function openPageToken(keys: Keys, bound: string, token: string): string {
  const bytes = Buffer.from(token, "base64url");
  const position = bytes.subarray(macBytes).toString();
  if (bytes.length > macBytes && sameDigest(bytes.subarray(0, macBytes), keys.mac("page_token", bound, position))) return position;
  throw new RegistryError("invalid_request", "page_token does not belong to this list; begin again without it");
}
