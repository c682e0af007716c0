// Authorization server metadata (RFC 8414) and its OpenID Connect twin: what a client reads before it registers.
// What registration accepts is not written here: it is read from the realm's policy, so that the two cannot disagree (requirements ASM-18).

import type { JsonObject } from "@bufbuild/protobuf";
import type { AuthorizationServer } from "../../gen/ts/matricula/config/v1/configuration_pb.js";
import { authMethods, methodsWith } from "../domain/auth-methods.js";
import { grantTypes } from "../domain/grant-types.js";
import type { CompiledPolicy } from "../domain/policy.js";
import { responseTypes } from "../domain/response-type.js";
import type { Realm } from "../service/registry.js";

/** What discovery tells of one realm. */
export interface DiscoveredRealm {
  readonly realm: Realm;
  /** The authorization server's identifier. */
  readonly issuer: string;
  /** The realm's own base, where its stand-in endpoints are. */
  readonly base: string;
  readonly authorizationServer: AuthorizationServer | undefined;
}

/** The document, the same at both well-known addresses. Members without a value are left out (RFC 8414 section 3.2). */
export function discoveryDocument({ realm, issuer, base, authorizationServer: server }: DiscoveredRealm): JsonObject {
  const policy = mainPolicy(realm);
  const methods = methodsOf(realm, policy);
  const document: Record<string, string | readonly string[] | undefined> = {
    issuer,
    // Clients demand both; without an authorization server they answer 501 with a sentence.
    authorization_endpoint: server?.authorizationEndpoint || `${base}/authorize`,
    token_endpoint: server?.tokenEndpoint || `${base}/token`,
    registration_endpoint: realm.registrationEndpoint,
    jwks_uri: server === undefined ? `${base}/jwks` : server.jwksUri,
    userinfo_endpoint: server?.userinfoEndpoint,
    revocation_endpoint: server?.revocationEndpoint,
    introspection_endpoint: server?.introspectionEndpoint,
    scopes_supported: server?.scopesSupported,
    response_types_supported: responseTypesOf(policy),
    response_modes_supported: ["query"],
    grant_types_supported: grantTypesOf(policy),
    token_endpoint_auth_methods_supported: methods,
    token_endpoint_auth_signing_alg_values_supported: methods.flatMap((method) => authMethods.get(method)?.algorithms ?? []),
    code_challenge_methods_supported: orDefault(server?.codeChallengeMethodsSupported, ["S256"]),
    subject_types_supported: orDefault(server?.subjectTypesSupported, ["public"]),
    id_token_signing_alg_values_supported: orDefault(server?.idTokenSigningAlgValuesSupported, ["RS256"]),
  };
  for (const name of Object.keys(document)) {
    const value = document[name];
    if (value === undefined || value === "" || (Array.isArray(value) && value.length === 0)) delete document[name];
  }
  return document as JsonObject;
}

const orDefault = (values: readonly string[] | undefined, standard: readonly string[]) => (values === undefined || values.length === 0 ? standard : values);

function methodsOf({ sealedSecrets }: Realm, policy: CompiledPolicy): readonly string[] {
  const supported = methodsWith(sealedSecrets === true);
  return policy.allowed.get("token_endpoint_auth_method")?.filter((method) => supported.includes(method)) ?? supported;
}

const grantTypesOf = (policy: CompiledPolicy) => policy.allowed.get("grant_types") ?? grantTypes;

/** Where the policy does not narrow them: those that the grant types can use. */
function responseTypesOf(policy: CompiledPolicy): readonly string[] {
  const grants = grantTypesOf(policy);
  return policy.allowed.get("response_types") ?? responseTypes.filter((row) => row.grants.length > 0 && row.grants.every((grant) => grants.includes(grant))).map(({ type }) => type);
}

/** The policy that discovery speaks of: that of the most open way in that is on. */
function mainPolicy(realm: Realm): CompiledPolicy {
  const inOrder = ["open", "initial_access_token", ...realm.waysIn.keys()].map((name) => realm.waysIn.get(name)!);
  return (inOrder.find(({ enabled }) => enabled) ?? realm.waysIn.get("certificate")!).policy;
}

/** RFC 8414 section 3.1: the well-known text goes between host and path; OpenID Connect Discovery section 4 appends it. */
export function discoveryPaths(issuer: string): readonly [string, string] {
  const path = new URL(issuer).pathname.replace(/\/$/, "");
  return [`/.well-known/oauth-authorization-server${path}`, `${path}/.well-known/openid-configuration`];
}
