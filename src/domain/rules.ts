// Rules that span fields, as rows: an id, the clause, what it says of a record, one example that passes and one that does not.

import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import type { ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { asymmetricAlgorithms, authMethodOf, authMethods, methodsWith, symmetricAlgorithms } from "./auth-methods.js";
import type { RegistrationErrorKind } from "./errors.js";
import type { MetadataViolation } from "./metadata-json.js";
import { metadataFields, valueOf } from "./fields.js";
import { isGrantType } from "./grant-types.js";
import { grantsOf, isResponseType } from "./response-type.js";

/** One rule. `broken` gives the field at fault and a sentence, or undefined when the rule holds. */
export interface Rule<Record = ClientMetadata> {
  readonly id: string;
  readonly clause: string;
  readonly error: RegistrationErrorKind;
  readonly broken: (metadata: Record) => { readonly field: string; readonly description: string } | undefined;
  readonly accepts: RuleExample;
  readonly refuses: RuleExample;
}

/** Members of a record, by their names in the standards. */
export type RuleExample = { readonly [member: string]: unknown };

/** What the rules on what was sent look at. */
export type GrantsAndResponses = Pick<ClientMetadata, "grantTypes" | "responseTypes">;

/** The five names of which a tls_client_auth client has one. */
const certificateNames = metadataFields.filter((row) => row.name.startsWith("tls_client_auth_"));

/** The grants that send the browser back to a redirection URI (RFC 7591 section 2). */
const redirectGrants = ["authorization_code", "implicit"];

const code = { redirect_uris: ["https://client.example/cb"], grant_types: ["authorization_code"], response_types: ["code"] };

const keys = { keys: [{ kty: "EC", crv: "P-256", x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" }] };

const service = { grant_types: ["client_credentials"], response_types: [], token_endpoint_auth_method: "tls_client_auth" };
const implicit = { application_type: "web", grant_types: ["implicit"], response_types: ["token"] };

const notOneOf = (methods: readonly string[]) => ({ field: "token_endpoint_auth_method", description: `token_endpoint_auth_method must be one of ${methods.join(", ")}` });

const assertionAlgorithms: readonly string[] = [...asymmetricAlgorithms, ...symmetricAlgorithms];

/** A method that the client's own keys prove needs some. */
function withoutKeys(method: string): Rule["broken"] {
  return ({ tokenEndpointAuthMethod, jwks, jwksUri }) =>
    tokenEndpointAuthMethod !== method || jwks !== undefined || jwksUri !== undefined
      ? undefined
      : { field: "token_endpoint_auth_method", description: `${method} needs the client's keys: jwks_uri or jwks` };
}

const keysOf = (jwks: JsonObject): readonly JsonValue[] => (Array.isArray(jwks["keys"]) ? jwks["keys"] : []);
const isObject = (value: JsonValue): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

/** Rules on what was sent and on what is registered alike: each names a clash of grants and response types. */
export const consistencyRules: readonly Rule<GrantsAndResponses>[] = [
  {
    id: "response_types.grant",
    clause: "RFC 7591 section 2.1",
    error: "invalid_client_metadata",
    broken: ({ responseTypes, grantTypes }) => {
      for (let i = 0; i < responseTypes.length; i++) {
        for (const grant of grantsOf(responseTypes[i]!)) {
          if (!grantTypes.includes(grant)) return { field: `response_types[${i}]`, description: `response_types[${i}] needs "${grant}" among grant_types; add it there, or leave this response type out` };
        }
      }
      return undefined;
    },
    accepts: code,
    refuses: { ...code, grant_types: ["client_credentials"] },
  },
  {
    id: "grant_types.response",
    clause: "RFC 7591 section 2.1",
    error: "invalid_client_metadata",
    broken: ({ responseTypes, grantTypes }) => {
      const unused = redirectGrants.find((grant) => grantTypes.includes(grant) && !responseTypes.some((type) => grantsOf(type).includes(grant)));
      return unused === undefined
        ? undefined
        : { field: "grant_types", description: `the grant type "${unused}" needs a response type that uses it` };
    },
    accepts: code,
    refuses: { ...code, grant_types: ["authorization_code", "implicit"] },
  },
];

/** Rules on what is registered. */
export const recordRules: readonly Rule[] = [
  {
    id: "grant_types.none_left",
    clause: "RFC 7591 section 2",
    error: "invalid_client_metadata",
    broken: ({ grantTypes }) =>
      grantTypes.length > 0 ? undefined : { field: "grant_types", description: "none of the grant types asked for, or needed by the response types asked for, is offered here" },
    accepts: code,
    refuses: { ...code, grant_types: [], response_types: [] },
  },
  ...consistencyRules,
  {
    // A policy without a row for the field admits any: one that is registered must be one that the service can keep.
    id: "token_endpoint_auth_method.supported",
    clause: "RFC 7591 section 2",
    error: "invalid_client_metadata",
    broken: ({ tokenEndpointAuthMethod }) =>
      tokenEndpointAuthMethod === undefined || authMethods.has(tokenEndpointAuthMethod)
        ? undefined
        : notOneOf([...authMethods.keys()]),
    accepts: { ...code, token_endpoint_auth_method: "none" },
    refuses: { ...code, token_endpoint_auth_method: "https://methods.example/magic" },
  },
  {
    id: "private_key_jwt.keys",
    clause: "OpenID Connect Core section 9",
    error: "invalid_client_metadata",
    broken: withoutKeys("private_key_jwt"),
    accepts: { ...code, token_endpoint_auth_method: "private_key_jwt", jwks_uri: "https://client.example/jwks" },
    refuses: { ...code, token_endpoint_auth_method: "private_key_jwt" },
  },
  {
    id: "self_signed_tls_client_auth.keys",
    clause: "RFC 8705 section 2.2.2",
    error: "invalid_client_metadata",
    broken: withoutKeys("self_signed_tls_client_auth"),
    accepts: { ...code, token_endpoint_auth_method: "self_signed_tls_client_auth", jwks_uri: "https://client.example/jwks" },
    refuses: { ...code, token_endpoint_auth_method: "self_signed_tls_client_auth" },
  },
  {
    id: "self_signed_tls_client_auth.x5c",
    clause: "RFC 8705 section 2.2.2",
    error: "invalid_client_metadata",
    broken: ({ tokenEndpointAuthMethod, jwks }) =>
      tokenEndpointAuthMethod !== "self_signed_tls_client_auth" || jwks === undefined || keysOf(jwks).some((key) => isObject(key) && key["x5c"] !== undefined)
        ? undefined
        : { field: "jwks", description: "jwks has no certificate; self_signed_tls_client_auth needs one as x5c of a key" },
    accepts: { ...code, token_endpoint_auth_method: "self_signed_tls_client_auth", jwks: { keys: [{ ...keys.keys[0], x5c: ["AAAA"] }] } },
    refuses: { ...code, token_endpoint_auth_method: "self_signed_tls_client_auth", jwks: keys },
  },
  {
    id: "token_endpoint_auth_signing_alg.supported",
    clause: "OpenID Connect Registration section 2",
    error: "invalid_client_metadata",
    broken: ({ tokenEndpointAuthSigningAlg: alg }) =>
      alg === undefined || assertionAlgorithms.includes(alg)
        ? undefined
        : { field: "token_endpoint_auth_signing_alg", description: `token_endpoint_auth_signing_alg must be one of ${assertionAlgorithms.join(", ")}` },
    accepts: { ...code, token_endpoint_auth_method: "private_key_jwt", jwks: keys, token_endpoint_auth_signing_alg: "ES256" },
    refuses: { ...code, token_endpoint_auth_method: "private_key_jwt", jwks: keys, token_endpoint_auth_signing_alg: "none" },
  },
  {
    id: "token_endpoint_auth_signing_alg.method",
    clause: "OpenID Connect Registration section 2",
    error: "invalid_client_metadata",
    broken: (metadata) => {
      const { tokenEndpointAuthMethod: method, tokenEndpointAuthSigningAlg: alg } = metadata;
      const algorithms = authMethodOf(metadata)?.algorithms;
      if (alg === undefined || algorithms === undefined || algorithms.includes(alg) || !assertionAlgorithms.includes(alg)) return undefined;
      return { field: "token_endpoint_auth_signing_alg", description: `token_endpoint_auth_signing_alg for ${method} must be one of ${algorithms.join(", ")}` };
    },
    accepts: { ...code, token_endpoint_auth_method: "private_key_jwt", jwks: keys, token_endpoint_auth_signing_alg: "ES256" },
    refuses: { ...code, token_endpoint_auth_method: "private_key_jwt", jwks: keys, token_endpoint_auth_signing_alg: "HS256" },
  },
  {
    id: "grant_types.supported",
    clause: "RFC 7591 section 2",
    error: "invalid_client_metadata",
    broken: ({ grantTypes }) => {
      const at = grantTypes.findIndex((grant) => !isGrantType(grant));
      return at < 0 ? undefined : { field: `grant_types[${at}]`, description: `grant_types[${at}] is neither a grant type of RFC 7591 nor the URI of an extension` };
    },
    accepts: { grant_types: ["urn:ietf:params:oauth:grant-type:device_code"], response_types: [] },
    refuses: { grant_types: ["device_code"], response_types: [] },
  },
  {
    id: "response_types.supported",
    clause: "RFC 7591 section 2",
    error: "invalid_client_metadata",
    broken: ({ responseTypes }) => {
      const at = responseTypes.findIndex((type) => !isResponseType(type));
      return at < 0 ? undefined : { field: `response_types[${at}]`, description: `response_types[${at}] is not a registered response type` };
    },
    accepts: code,
    refuses: { ...code, response_types: ["code", "device"] },
  },
  {
    id: "redirect_uris.required",
    clause: "RFC 7591 section 2",
    error: "invalid_redirect_uri",
    broken: ({ grantTypes, redirectUris }) =>
      redirectUris.length > 0 || !grantTypes.some((grant) => redirectGrants.includes(grant))
        ? undefined
        : { field: "redirect_uris", description: "redirect_uris is required for the grant types authorization_code and implicit; add it, or choose another grant type" },
    accepts: code,
    refuses: { ...code, redirect_uris: [] },
  },
  {
    id: "redirect_uris.web_implicit",
    clause: "OpenID Connect Registration section 2",
    error: "invalid_redirect_uri",
    broken: ({ applicationType, grantTypes, redirectUris }) => {
      if (applicationType !== "web" || !grantTypes.includes("implicit")) return undefined;
      const at = redirectUris.findIndex((uri) => !/^https:\/\/(?!localhost(?:[:/?]|$))/i.test(uri));
      return at < 0
        ? undefined
        : { field: `redirect_uris[${at}]`, description: `redirect_uris[${at}] must be https and not localhost for a web client with the grant type implicit` };
    },
    accepts: { ...implicit, redirect_uris: ["https://client.example/cb"] },
    refuses: { ...implicit, redirect_uris: ["https://localhost/cb"] },
  },
  {
    id: "redirect_uris.duplicate",
    clause: "RFC 7591 section 2",
    error: "invalid_redirect_uri",
    broken: ({ redirectUris }) => {
      const at = redirectUris.findIndex((uri, i) => redirectUris.indexOf(uri) !== i);
      return at < 0 ? undefined : { field: `redirect_uris[${at}]`, description: `redirect_uris[${at}] stands in the list twice` };
    },
    accepts: code,
    refuses: { ...code, redirect_uris: ["https://client.example/cb", "https://client.example/cb"] },
  },
  {
    id: "jwks.exclusive",
    clause: "RFC 7591 section 2",
    error: "invalid_client_metadata",
    broken: ({ jwks, jwksUri }) =>
      jwks === undefined || jwksUri === undefined ? undefined : { field: "jwks", description: "jwks and jwks_uri must not be sent together" },
    accepts: { ...code, jwks_uri: "https://client.example/jwks" },
    refuses: { ...code, jwks_uri: "https://client.example/jwks", jwks: keys },
  },
  {
    id: "tls_client_auth.one_name",
    clause: "RFC 8705 section 2.1.2",
    error: "invalid_client_metadata",
    broken: (metadata) => {
      const method = metadata.tokenEndpointAuthMethod === "tls_client_auth";
      const names = certificateNames.filter((row) => valueOf(metadata, row) !== undefined);
      if (names.length === (method ? 1 : 0)) return undefined;
      return method
        ? { field: "token_endpoint_auth_method", description: `tls_client_auth needs exactly one of ${certificateNames.map(({ name }) => name).join(", ")}` }
        : { field: names[0]!.name, description: `${names[0]!.name} is for the token_endpoint_auth_method tls_client_auth alone` };
    },
    accepts: { ...service, tls_client_auth_san_uri: "spiffe://example/orders" },
    refuses: { ...service, tls_client_auth_san_uri: "spiffe://example/orders", tls_client_auth_san_dns: "orders.example" },
  },
  {
    id: "client_credentials.confidential",
    clause: "RFC 6749 section 4.4",
    error: "invalid_client_metadata",
    broken: ({ grantTypes, tokenEndpointAuthMethod }) =>
      tokenEndpointAuthMethod === "none" && grantTypes.includes("client_credentials")
        ? { field: "grant_types", description: "the grant type client_credentials needs a client that authenticates; token_endpoint_auth_method is none" }
        : undefined,
    accepts: { grant_types: ["client_credentials"], response_types: [], token_endpoint_auth_method: "client_secret_basic" },
    refuses: { grant_types: ["client_credentials"], response_types: [], token_endpoint_auth_method: "none" },
  },
];

/** Rules on what is registered where no secret is sealed: what would need one back is off, all of it together. */
export const digestOnlyRules: readonly Rule[] = [
  {
    id: "token_endpoint_auth_method.supported",
    clause: "RFC 7591 section 2",
    error: "invalid_client_metadata",
    broken: (metadata) => (authMethodOf(metadata)?.secret === "sealed" ? notOneOf(methodsWith(false)) : undefined),
    accepts: { ...code, token_endpoint_auth_method: "client_secret_basic" },
    refuses: { ...code, token_endpoint_auth_method: "client_secret_jwt" },
  },
];

const everywhere = [...recordRules, ...digestOnlyRules];

/** The rules on what is registered, by whether secrets are sealed. */
export const rulesWith = (sealedSecrets: boolean): readonly Rule[] => (sealedSecrets ? recordRules : everywhere);

/** Applies every rule; appends to `violations`. */
export function applyRules<Record>(rules: readonly Rule<Record>[], metadata: Record, violations: MetadataViolation[]): void {
  for (const rule of rules) {
    const found = rule.broken(metadata);
    if (found !== undefined) violations.push({ error: rule.error, rule: rule.id, clause: rule.clause, ...found });
  }
}
