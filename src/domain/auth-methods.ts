import type { ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";

/** The methods that a client can be registered with (RFC 7591 section 2, RFC 8705 section 2.1), and whether it authenticates with a secret. */
export const authMethods: ReadonlyMap<string, { readonly secret: boolean }> = new Map([
  ["none", { secret: false }],
  ["client_secret_post", { secret: true }],
  ["client_secret_basic", { secret: true }],
  ["tls_client_auth", { secret: false }],
]);

/** Whether a client with this metadata is issued a secret (RFC 7591 section 3.2.1). */
export function needsSecret(metadata: ClientMetadata): boolean {
  return authMethods.get(metadata.tokenEndpointAuthMethod ?? "")?.secret ?? false;
}
