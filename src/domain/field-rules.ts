// Rules that span fields and have something to say only of records that have one of them: each is asked where its field is there.

import type { ClientMetadata } from "../../gen/ts/matricula/v1/client_metadata_pb.js";
import { hasKeyFor, needOf } from "./algorithms.js";
import type { RegistrationErrorKind } from "./errors.js";
import { metadataFields, valueOf, type FieldRow } from "./fields.js";
import type { MetadataViolation } from "./metadata-json.js";
import { wordsOf } from "./response-type.js";
import type { Rule, RuleExample } from "./rules.js";
import { sharedKeyFields } from "./symmetric.js";
import { originOf } from "./uri-parts.js";

/** A rule that is asked only of records with the field `when`. */
export interface FieldRule extends Rule {
  readonly when: string;
}

type Found = ReturnType<Rule["broken"]>;

const rowOf = (name: string): FieldRow => metadataFields.find((row) => row.name === name)!;
const icm: RegistrationErrorKind = "invalid_client_metadata";

const code = { redirect_uris: ["https://client.example/cb"], grant_types: ["authorization_code"], response_types: ["code"], token_endpoint_auth_method: "client_secret_basic" };
const ecKey = { kty: "EC", crv: "P-256", x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" };
const jwksUri = "https://client.example/jwks";
const ciba = "urn:openid:params:grant-type:ciba";
const cibaGrant = { grant_types: [ciba], response_types: [], token_endpoint_auth_method: "client_secret_basic" };
const cibaClient = { ...cibaGrant, backchannel_token_delivery_mode: "poll" };

/** Each content encryption algorithm, and the key management algorithm without which it says nothing. */
const encryptions: readonly (readonly [enc: string, alg: string, clause: string])[] = [
  ["id_token_encrypted_response_enc", "id_token_encrypted_response_alg", "OpenID Connect Registration section 2"],
  ["userinfo_encrypted_response_enc", "userinfo_encrypted_response_alg", "OpenID Connect Registration section 2"],
  ["request_object_encryption_enc", "request_object_encryption_alg", "OpenID Connect Registration section 2"],
  ["authorization_encrypted_response_enc", "authorization_encrypted_response_alg", "JARM section 3"],
  ["introspection_encrypted_response_enc", "introspection_encrypted_response_alg", "RFC 9701 section 6"],
  ["nfv_token_encrypted_response_enc", "nfv_token_encrypted_response_alg", "ETSI GS NFV-SEC 022 section 5"],
];

/** Algorithms that work with the client's own public key: the server encrypts to it, or verifies with it. */
const clientKeyAlgorithms: readonly (readonly [alg: string, clause: string, wrong: string, fitting: string])[] = [
  ["id_token_encrypted_response_alg", "OpenID Connect Core section 10.2", "RSA-OAEP", "ECDH-ES"],
  ["userinfo_encrypted_response_alg", "OpenID Connect Core section 10.2", "RSA-OAEP", "ECDH-ES"],
  ["authorization_encrypted_response_alg", "JARM section 3", "RSA-OAEP-256", "ECDH-ES+A128KW"],
  ["introspection_encrypted_response_alg", "RFC 9701 section 6", "RSA-OAEP-256", "ECDH-ES+A256KW"],
  ["nfv_token_encrypted_response_alg", "ETSI GS NFV-SEC 022 section 5", "RSA-OAEP", "ECDH-ES"],
  ["request_object_signing_alg", "RFC 9101 section 6.2", "RS256", "ES256"],
  ["backchannel_authentication_request_signing_alg", "CIBA section 7.1.1", "PS256", "ES256"],
];

/** Of a client that takes part in CIBA, whatever its other grants. */
const exampleFor = (alg: string): RuleExample => (alg.startsWith("backchannel") ? cibaClient : code);

const assertion = { ...code, token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [ecKey] } };

/** Signatures without which what is signed could be anybody's. */
const neverUnsigned: readonly (readonly [alg: string, clause: string])[] = [
  ["authorization_signed_response_alg", "JARM section 3"],
  ["introspection_signed_response_alg", "RFC 9701 section 6"],
  ["nfv_token_signed_response_alg", "ETSI GS NFV-SEC 022 section 5"],
];

/** A shared key is a secret, and a public client has none. */
const publicWithSecret = (alg: string) => (metadata: ClientMetadata): Found =>
  metadata.tokenEndpointAuthMethod === "none" && needOf(text(metadata, alg) ?? "") === "secret"
    ? { field: alg, description: `${alg} works with a secret, and a client with the token_endpoint_auth_method none has none` }
    : undefined;

const text = (metadata: ClientMetadata, field: string) => valueOf(metadata, rowOf(field)) as string | undefined;

function withoutAlg(enc: string, alg: string): (metadata: ClientMetadata) => Found {
  const row = rowOf(alg);
  return (metadata) => (valueOf(metadata, row) === undefined ? { field: enc, description: `${enc} says nothing without ${alg}; send both or neither` } : undefined);
}

/** jwks and jwks_uri are what the standards name; where a key stands in the request, it is looked at. */
function withoutKey(field: string): (metadata: ClientMetadata) => Found {
  const row = rowOf(field);
  return (metadata) => {
    const alg = valueOf(metadata, row) as string;
    const { jwks } = metadata;
    if (needOf(alg) !== "public" || metadata.jwksUri !== undefined) return undefined;
    if (jwks === undefined) return { field, description: `${field} ${alg} works with a key of the client's: send jwks_uri or jwks` };
    return hasKeyFor(alg, jwks) ? undefined : { field, description: `${field} is ${alg}, and jwks has no key for it` };
  };
}

/** Where a redirection URI leads: a host, or the scheme that an app has claimed. */
const destinationOf = (uri: string) => {
  const { scheme, host } = originOf(uri);
  return scheme === "https" || scheme === "http" ? host : scheme;
};

const sessions = (uri: string) => {
  const { scheme, host, port } = originOf(uri);
  return `${scheme}://${host}:${port}`;
};

/** One row a rule, as in rules.ts. */
export const fieldRules: readonly FieldRule[] = [
  ...encryptions.map(
    ([enc, alg, clause]): FieldRule => ({
      id: `${enc}.alg`, when: enc, clause, error: icm,
      broken: withoutAlg(enc, alg),
      accepts: { ...code, jwks_uri: jwksUri, [alg]: "RSA-OAEP", [enc]: "A256GCM" },
      refuses: { ...code, jwks_uri: jwksUri, [enc]: "A256GCM" },
    }),
  ),
  ...clientKeyAlgorithms.map(
    ([alg, clause, wrong, fitting]): FieldRule => ({
      id: `${alg}.key`, when: alg, clause, error: icm,
      broken: withoutKey(alg),
      accepts: { ...exampleFor(alg), jwks: { keys: [ecKey] }, [alg]: fitting },
      refuses: { ...exampleFor(alg), jwks: { keys: [ecKey] }, [alg]: wrong },
    }),
  ),
  {
    id: "token_endpoint_auth_signing_alg.key", when: "token_endpoint_auth_signing_alg", clause: "OpenID Connect Core section 9", error: icm,
    // Without any keys, or with another method, other rules have spoken.
    broken: (metadata) => (metadata.tokenEndpointAuthMethod === "private_key_jwt" && metadata.jwks !== undefined ? withoutKey("token_endpoint_auth_signing_alg")(metadata) : undefined),
    accepts: { ...assertion, token_endpoint_auth_signing_alg: "ES256" },
    refuses: { ...assertion, token_endpoint_auth_signing_alg: "ES384" },
  },
  ...neverUnsigned.map(
    ([alg, clause]): FieldRule => ({
      id: `${alg}.none`, when: alg, clause, error: icm,
      broken: (metadata) => (text(metadata, alg) === "none" ? { field: alg, description: `${alg} must not be none` } : undefined),
      accepts: { ...code, [alg]: "PS256" },
      refuses: { ...code, [alg]: "none" },
    }),
  ),
  ...sharedKeyFields.map(
    ({ name, syntax }): FieldRule => ({
      id: `${name}.secret`, when: name, clause: `OpenID Connect Core section ${syntax === "jws_alg" ? "10.1" : "10.2"}`, error: icm,
      broken: publicWithSecret(name),
      accepts: { ...code, [name]: syntax === "jws_alg" ? "HS256" : "A128KW" },
      refuses: { ...code, token_endpoint_auth_method: "none", [name]: syntax === "jws_alg" ? "HS256" : "A128KW" },
    }),
  ),
  {
    id: "id_token_signed_response_alg.none", when: "id_token_signed_response_alg", clause: "OpenID Connect Registration section 2", error: icm,
    broken: ({ idTokenSignedResponseAlg, responseTypes }) =>
      idTokenSignedResponseAlg === "none" && responseTypes.some((type) => wordsOf(type).has("id_token"))
        ? { field: "id_token_signed_response_alg", description: "id_token_signed_response_alg must not be none for a client whose ID Tokens come through the browser" }
        : undefined,
    accepts: { ...code, id_token_signed_response_alg: "none" },
    refuses: { ...code, grant_types: ["authorization_code", "implicit"], response_types: ["code id_token"], id_token_signed_response_alg: "none" },
  },
  {
    id: "require_signed_request_object.alg", when: "require_signed_request_object", clause: "RFC 9101 section 10.5", error: icm,
    broken: ({ requireSignedRequestObject, requestObjectSigningAlg }) =>
      requireSignedRequestObject === true && requestObjectSigningAlg === "none"
        ? { field: "request_object_signing_alg", description: "request_object_signing_alg must not be none together with require_signed_request_object" }
        : undefined,
    accepts: { ...code, require_signed_request_object: true, request_object_signing_alg: "ES256", jwks_uri: jwksUri },
    refuses: { ...code, require_signed_request_object: true, request_object_signing_alg: "none" },
  },
  {
    id: "request_uris.https", when: "request_uris", clause: "OpenID Connect Registration section 2", error: icm,
    broken: ({ requestUris, requestObjectSigningAlg }) => {
      if (requestObjectSigningAlg !== undefined && requestObjectSigningAlg !== "none") return undefined;
      const at = requestUris.findIndex((uri) => originOf(uri).scheme !== "https");
      return at < 0 ? undefined : { field: `request_uris[${at}]`, description: `request_uris[${at}] must be https, unless request_object_signing_alg says how its content is signed` };
    },
    accepts: { ...code, request_uris: ["http://client.example/request"], request_object_signing_alg: "ES256", jwks_uri: jwksUri },
    refuses: { ...code, request_uris: ["http://client.example/request"] },
  },
  {
    id: "subject_type.sector", when: "subject_type", clause: "OpenID Connect Core section 8.1", error: icm,
    broken: ({ subjectType, sectorIdentifierUri, redirectUris }) =>
      subjectType === "pairwise" && sectorIdentifierUri === undefined && new Set(redirectUris.map(destinationOf)).size > 1
        ? { field: "sector_identifier_uri", description: "sector_identifier_uri is needed for the subject_type pairwise when redirect_uris are on several hosts" }
        : undefined,
    accepts: { ...code, subject_type: "pairwise", redirect_uris: ["https://client.example/a", "https://client.example:444/b"] },
    refuses: { ...code, subject_type: "pairwise", redirect_uris: ["https://client.example/a", "https://other.example/b"] },
  },
  {
    id: "subject_type.ciba_keys", when: "subject_type", clause: "CIBA section 4", error: icm,
    broken: ({ subjectType, grantTypes, backchannelTokenDeliveryMode: mode, jwksUri: uri }) =>
      subjectType === "pairwise" && grantTypes.includes(ciba) && (mode === "poll" || mode === "ping") && uri === undefined
        ? { field: "jwks_uri", description: `jwks_uri is needed for the subject_type pairwise with the delivery mode ${mode}` }
        : undefined,
    accepts: { ...cibaClient, subject_type: "pairwise", jwks_uri: jwksUri },
    refuses: { ...cibaClient, subject_type: "pairwise" },
  },
  {
    id: "frontchannel_logout_uri.origin", when: "frontchannel_logout_uri", clause: "OpenID Connect Front-Channel Logout section 2", error: icm,
    broken: ({ frontchannelLogoutUri, redirectUris }) =>
      redirectUris.some((uri) => sessions(uri) === sessions(frontchannelLogoutUri!))
        ? undefined
        : { field: "frontchannel_logout_uri", description: "frontchannel_logout_uri must have the scheme, host and port of one of redirect_uris" },
    accepts: { ...code, frontchannel_logout_uri: "https://CLIENT.example:443/logout?a=b" },
    refuses: { ...code, frontchannel_logout_uri: "https://client.example:444/logout" },
  },
  {
    id: "grant_types.delivery_mode", when: "grant_types", clause: "CIBA section 4", error: icm,
    broken: ({ grantTypes, backchannelTokenDeliveryMode }) =>
      grantTypes.includes(ciba) && backchannelTokenDeliveryMode === undefined
        ? { field: "backchannel_token_delivery_mode", description: "backchannel_token_delivery_mode is needed for the CIBA grant" }
        : undefined,
    accepts: cibaClient,
    refuses: cibaGrant,
  },
  {
    id: "backchannel_token_delivery_mode.grant", when: "backchannel_token_delivery_mode", clause: "CIBA section 4", error: icm,
    broken: ({ backchannelTokenDeliveryMode: mode, grantTypes }) =>
      mode === "push" || grantTypes.includes(ciba) ? undefined : { field: "grant_types", description: `the delivery mode ${mode} needs ${ciba} among grant_types` },
    accepts: cibaClient,
    refuses: { ...code, backchannel_token_delivery_mode: "poll" },
  },
  {
    id: "backchannel_token_delivery_mode.endpoint", when: "backchannel_token_delivery_mode", clause: "CIBA section 4", error: icm,
    broken: ({ backchannelTokenDeliveryMode: mode, backchannelClientNotificationEndpoint }) =>
      mode === "poll" || backchannelClientNotificationEndpoint !== undefined
        ? undefined
        : { field: "backchannel_client_notification_endpoint", description: `backchannel_client_notification_endpoint is needed for the delivery mode ${mode}` },
    accepts: { ...cibaClient, backchannel_token_delivery_mode: "ping", backchannel_client_notification_endpoint: "https://client.example/ciba" },
    refuses: { ...cibaClient, backchannel_token_delivery_mode: "ping" },
  },
  {
    id: "backchannel_authentication_request_signing_alg.asymmetric", when: "backchannel_authentication_request_signing_alg", clause: "CIBA section 7.1.1", error: icm,
    broken: ({ backchannelAuthenticationRequestSigningAlg: alg }) =>
      needOf(alg!) === "public"
        ? undefined
        : { field: "backchannel_authentication_request_signing_alg", description: "backchannel_authentication_request_signing_alg must be an algorithm with a private key, such as ES256" },
    accepts: { ...cibaClient, jwks_uri: jwksUri, backchannel_authentication_request_signing_alg: "ES256" },
    refuses: { ...cibaClient, jwks_uri: jwksUri, backchannel_authentication_request_signing_alg: "HS256" },
  },
  {
    id: "backchannel_user_code_parameter_supported.false", when: "backchannel_user_code_parameter_supported", clause: "UK Open Banking DCR v3.3", error: icm,
    broken: ({ backchannelUserCodeParameterSupported, grantTypes }) =>
      backchannelUserCodeParameterSupported === false && grantTypes.includes(ciba)
        ? undefined
        : { field: "backchannel_user_code_parameter_supported", description: "backchannel_user_code_parameter_supported is for the CIBA grant alone, and must be false" },
    accepts: { ...cibaClient, backchannel_user_code_parameter_supported: false },
    refuses: { ...cibaClient, backchannel_user_code_parameter_supported: true },
  },
];

const byField: ReadonlyMap<string, readonly FieldRule[]> = new Map(fieldRules.map(({ when }) => [when, fieldRules.filter((rule) => rule.when === when)]));

/** Applies the rules of the fields that are there, whose rows are `present`; appends to `violations`. */
export function applyFieldRules(metadata: ClientMetadata, present: readonly FieldRow[], violations: MetadataViolation[]): void {
  for (const row of present) {
    for (const rule of byField.get(row.name) ?? []) {
      const found = rule.broken(metadata);
      if (found !== undefined) violations.push({ error: rule.error, rule: rule.id, clause: rule.clause, ...found });
    }
  }
}
