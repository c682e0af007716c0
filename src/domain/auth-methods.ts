import type { ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";

/** The methods of RFC 7591 section 2, and whether the client authenticates with a secret. */
export const authMethods: ReadonlyMap<string, { readonly secret: boolean }> = new Map([
  ["none", { secret: false }],
  ["client_secret_post", { secret: true }],
  ["client_secret_basic", { secret: true }],
]);

/** Whether a client with this metadata is issued a secret (RFC 7591 section 3.2.1). */
export function needsSecret(metadata: ClientMetadata): boolean {
  return authMethods.get(metadata.tokenEndpointAuthMethod ?? "")?.secret ?? false;
}
