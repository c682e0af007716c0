// Authorization server metadata (RFC 8414) and its OpenID Connect twin: what a client reads before it registers.
// What registration accepts is not written here: it is read from the realm's policy, so that the two cannot disagree (requirements ASM-18).

import type { JsonObject } from "@bufbuild/protobuf";
import { AuthorizationServerSchema, type AuthorizationServer } from "../../gen/ts/matricula/config/v1/configuration_pb.js";
import { authMethods, methodsWith } from "../domain/auth-methods.js";
import { metadataFields, type FieldRow } from "../domain/fields.js";
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
  const document: Record<string, unknown> = {
    ...membersOf(server),
    issuer,
    // Clients demand both; without an authorization server they answer 501 with a sentence.
    authorization_endpoint: server?.authorizationEndpoint || `${base}/authorize`,
    token_endpoint: server?.tokenEndpoint || `${base}/token`,
    registration_endpoint: realm.registrationEndpoint,
    jwks_uri: server === undefined ? `${base}/jwks` : server.jwksUri,
    response_types_supported: responseTypesOf(policy),
    grant_types_supported: grantTypesOf(policy),
    token_endpoint_auth_methods_supported: methods,
    token_endpoint_auth_signing_alg_values_supported: methods.flatMap((method) => authMethods.get(method)?.algorithms ?? []),
    code_challenge_methods_supported: orDefault(server?.codeChallengeMethodsSupported, ["S256"]),
    mtls_endpoint_aliases: aliasesOf(realm, policy, server),
    ...supportedLists(realm, policy),
  };
  for (const name of Object.keys(document)) {
    const value = document[name];
    if (value === undefined || value === "" || value === false || (typeof value === "object" && Object.keys(value as object).length === 0)) delete document[name];
  }
  return document as JsonObject;
}

/** What the configuration says of the server, by the standards' names. */
function membersOf(server: AuthorizationServer | undefined): Record<string, unknown> {
  if (server === undefined) return {};
  return Object.fromEntries(AuthorizationServerSchema.fields.map((field) => [field.name, server[field.localName as keyof AuthorizationServer]]));
}

/** Endpoints that clients with certificates call themselves, of those that RFC 8705 section 5 lets have an alias. */
const calledByClients = [
  "token_endpoint", "userinfo_endpoint", "pushed_authorization_request_endpoint", "backchannel_authentication_endpoint", "revocation_endpoint",
  "introspection_endpoint", "device_authorization_endpoint",
] as const;

/**
 * Where clients show their certificates (RFC 8705 section 5). Where the policy wants certificates of everybody the list is whole (Open
 * Finance Brasil DCR section 7.1): what has no address of its own for them takes them where it is.
 */
function aliasesOf({ registrationEndpoint }: Realm, { certificateRequired }: CompiledPolicy, server: AuthorizationServer | undefined): Record<string, string> {
  const configured = server?.mtlsEndpointAliases ?? {};
  if (!certificateRequired) return Object.keys(configured).length === 0 ? {} : { registration_endpoint: registrationEndpoint, ...configured };
  const members = membersOf(server);
  const own = calledByClients.flatMap((name) => (typeof members[name] === "string" && members[name] !== "" ? [[name, members[name]] as const] : []));
  return { ...Object.fromEntries(own), registration_endpoint: registrationEndpoint, ...configured };
}

const narrowedRows = metadataFields.filter((row) => row.offered && row.supported !== "" && (row.type === "string" || row.type === "strings") && !row.droppedUnsupported);

/** The lists of what clients may be registered with: what the server supports and the policy admits. */
function supportedLists(realm: Realm, policy: CompiledPolicy): Record<string, readonly string[] | undefined> {
  return Object.fromEntries(narrowedRows.map((row) => [row.supported, admitted(row, realm, policy)]));
}

function admitted(row: FieldRow, realm: Realm, policy: CompiledPolicy): readonly string[] | undefined {
  if (policy.rows.some(({ slot, refuse }) => slot.name === row.name && refuse)) return undefined;
  const supported = realm.support.get(row.name);
  const allowed = policy.allowed.get(row.name);
  return allowed === undefined ? supported : supported === undefined ? allowed : supported.filter((value) => allowed.includes(value));
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
