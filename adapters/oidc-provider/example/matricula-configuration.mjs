// What Matricula must know of the example's provider. It is what the provider's own discovery says, member by member: with less, clients are
// refused what the provider could do; with more, they are registered with what it does not do.

const signing = "[RS256, ES256]";
const keyManagement = "[RSA-OAEP-256, RSA-OAEP, ECDH-ES]";
const contentEncryption = "[A128CBC-HS256, A128GCM, A256CBC-HS512, A256GCM]";

/** Matricula's configuration (YAML) for this issuer. */
export const matriculaConfiguration = (issuer) => `
realms:
  default:
    issuer: ${issuer}
    authorization_server:
      authorization_endpoint: ${issuer}/auth
      token_endpoint: ${issuer}/token
      jwks_uri: ${issuer}/jwks
      userinfo_endpoint: ${issuer}/me
      introspection_endpoint: ${issuer}/token/introspection
      revocation_endpoint: ${issuer}/token/revocation
      pushed_authorization_request_endpoint: ${issuer}/request
      end_session_endpoint: ${issuer}/session/end
      scopes_supported: [openid, offline_access]
      subject_types_supported: [public, pairwise]
      response_modes_supported: [form_post, fragment, query, jwt, query.jwt, fragment.jwt, form_post.jwt]
      id_token_signing_alg_values_supported: ${signing}
      id_token_encryption_alg_values_supported: ${keyManagement}
      id_token_encryption_enc_values_supported: ${contentEncryption}
      userinfo_signing_alg_values_supported: ${signing}
      userinfo_encryption_alg_values_supported: ${keyManagement}
      userinfo_encryption_enc_values_supported: ${contentEncryption}
      authorization_signing_alg_values_supported: ${signing}
      authorization_encryption_alg_values_supported: ${keyManagement}
      authorization_encryption_enc_values_supported: ${contentEncryption}
      request_object_signing_alg_values_supported: [RS256, PS256, ES256, Ed25519, EdDSA]
      dpop_signing_alg_values_supported: [ES256, Ed25519, EdDSA]
      backchannel_logout_supported: true
      backchannel_logout_session_supported: true
      tls_client_certificate_bound_access_tokens: true
    ways_in: {open: {enabled: true, policy: relying-parties}}
    certificates: [{spiffe_id: "spiffe://example/authorization-server", roles: [verifier]}]
    policies:
      - name: relying-parties
        fields:
          - {field: token_endpoint_auth_method, allow: [client_secret_basic, client_secret_post, private_key_jwt, tls_client_auth, self_signed_tls_client_auth, none]}
          - {field: grant_types, allow: [authorization_code, refresh_token, client_credentials], others: reduce}
          - {field: response_types, allow: [code], others: reduce}
          - {field: token_endpoint_auth_signing_alg, allow: [RS256, PS256, ES256, Ed25519, EdDSA]}
          # The example's provider does not compare distinguished names.
          - {field: tls_client_auth_subject_dn, refuse: true}
`;
