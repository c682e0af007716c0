import type { ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { sharesKey } from "./symmetric.js";

/** One way for a client to authenticate at a token endpoint. */
export interface AuthMethod {
  /** What is issued for it: a secret that is kept as a digest, or one that is needed back and kept sealed. */
  readonly secret?: "digest" | "sealed";
  /** Whether the client's own keys prove it: jwks or jwks_uri. */
  readonly keys?: true;
  /** The algorithms of its assertions (RFC 7523 section 2.2); absent for a method without assertions. */
  readonly algorithms?: readonly string[];
}

/** RFC 7518 section 3.1 without "none", RFC 8037, and RFC 9864's name for the one curve that is in use. */
export const asymmetricAlgorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"] as const;
export const symmetricAlgorithms = ["HS256", "HS384", "HS512"] as const;

/** The methods that a client can be registered with (RFC 7591 section 2, RFC 8705 section 2, OpenID Connect Core section 9). */
export const authMethods: ReadonlyMap<string, AuthMethod> = new Map<string, AuthMethod>([
  ["none", {}],
  ["client_secret_post", { secret: "digest" }],
  ["client_secret_basic", { secret: "digest" }],
  ["client_secret_jwt", { secret: "sealed", algorithms: symmetricAlgorithms }],
  ["private_key_jwt", { keys: true, algorithms: asymmetricAlgorithms }],
  ["tls_client_auth", {}],
  ["self_signed_tls_client_auth", { keys: true }],
]);

/** The methods of a realm: those that need a secret back are off together with sealed secrets. */
export function methodsWith(sealedSecrets: boolean): readonly string[] {
  return [...authMethods].filter(([, { secret }]) => sealedSecrets || secret !== "sealed").map(([name]) => name);
}

/** The method that a client with this metadata is registered with; undefined for a foreign one. */
export const authMethodOf = ({ tokenEndpointAuthMethod }: Pick<ClientMetadata, "tokenEndpointAuthMethod">) => authMethods.get(tokenEndpointAuthMethod ?? "");

/** Whether a client with this metadata is issued a secret (RFC 7591 section 3.2.1). */
export function needsSecret(metadata: ClientMetadata): boolean {
  return authMethodOf(metadata)?.secret !== undefined || sharesKey(metadata);
}

/** Whether that secret is needed back, so that a digest is not enough. */
export function needsSealedSecret(metadata: ClientMetadata): boolean {
  return authMethodOf(metadata)?.secret === "sealed" || sharesKey(metadata);
}
