package dev.matricula.spring;

import static dev.matricula.v1.ClientMetadata.*;

import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.matricula.v1.ClientMetadata;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;

/**
 * What becomes of each metadata field: it is set in Spring's client, it is a demand that Spring
 * Authorization Server cannot meet, or Spring has no use for it and the application can read it. A
 * row a field; a test wants one for each.
 */
final class MappingTable {
  /** What one field does to the draft; called when the client has the field. */
  interface Row {
    void apply(ClientMetadata metadata, ClientDraft draft);
  }

  /** What Spring authenticates by; client_secret_jwt would need the secret itself. */
  private static final Set<String> METHODS =
      Set.of(
          "none",
          "client_secret_basic",
          "client_secret_post",
          "private_key_jwt",
          "tls_client_auth",
          "self_signed_tls_client_auth");

  private static final Row KEPT = (metadata, draft) -> {};

  private static final Map<Integer, Row> ROWS = new LinkedHashMap<>();

  static {
    // Set in Spring's client.
    set(CLIENT_NAME_FIELD_NUMBER, (m, draft) -> draft.client().clientName(m.getClientName()));
    set(
        TOKEN_ENDPOINT_AUTH_METHOD_FIELD_NUMBER,
        (m, draft) -> {
          String method = m.getTokenEndpointAuthMethod();
          if (!METHODS.contains(method)) {
            throw unsupported("token_endpoint_auth_method " + method);
          }
          draft.client().clientAuthenticationMethod(new ClientAuthenticationMethod(method));
          if (method.equals(ClientAuthenticationMethod.NONE.getValue())) {
            draft.settings().requireProofKey(true);
          }
          if (method.equals(ClientAuthenticationMethod.PRIVATE_KEY_JWT.getValue())) {
            // Tells the provider that it is by signature; which ones, AssertionDecoders decides.
            draft.settings().tokenEndpointAuthenticationSigningAlgorithm(SignatureAlgorithm.RS256);
          }
        });
    set(
        GRANT_TYPES_FIELD_NUMBER,
        (m, draft) ->
            m.getGrantTypesList()
                .forEach(
                    grant ->
                        draft.client().authorizationGrantType(new AuthorizationGrantType(grant))));
    set(
        REDIRECT_URIS_FIELD_NUMBER,
        (m, draft) -> draft.client().redirectUris(all -> all.addAll(m.getRedirectUrisList())));
    set(
        POST_LOGOUT_REDIRECT_URIS_FIELD_NUMBER,
        (m, draft) ->
            draft
                .client()
                .postLogoutRedirectUris(all -> all.addAll(m.getPostLogoutRedirectUrisList())));
    set(
        SCOPE_FIELD_NUMBER,
        (m, draft) ->
            draft
                .client()
                .scopes(
                    all -> {
                      all.clear();
                      all.addAll(List.of(m.getScope().split(" ")));
                    }));
    set(JWKS_URI_FIELD_NUMBER, (m, draft) -> draft.settings().jwkSetUrl(m.getJwksUri()));
    set(
        TOKEN_ENDPOINT_AUTH_SIGNING_ALG_FIELD_NUMBER,
        (m, draft) ->
            draft
                .settings()
                .tokenEndpointAuthenticationSigningAlgorithm(
                    signature(
                        "token_endpoint_auth_signing_alg", m.getTokenEndpointAuthSigningAlg())));
    set(
        TLS_CLIENT_AUTH_SUBJECT_DN_FIELD_NUMBER,
        (m, draft) -> draft.settings().x509CertificateSubjectDN(m.getTlsClientAuthSubjectDn()));
    set(
        TLS_CLIENT_CERTIFICATE_BOUND_ACCESS_TOKENS_FIELD_NUMBER,
        (m, draft) ->
            draft
                .tokens()
                .x509CertificateBoundAccessTokens(m.getTlsClientCertificateBoundAccessTokens()));
    set(
        ID_TOKEN_SIGNED_RESPONSE_ALG_FIELD_NUMBER,
        (m, draft) ->
            draft
                .tokens()
                .idTokenSignatureAlgorithm(
                    signature("id_token_signed_response_alg", m.getIdTokenSignedResponseAlg())));

    // Demands that cannot be met.
    refuse(SUBJECT_TYPE_FIELD_NUMBER, m -> !m.getSubjectType().equals("public"));
    refuse(DEFAULT_MAX_AGE_FIELD_NUMBER, m -> true);
    refuse(
        REQUIRE_SIGNED_REQUEST_OBJECT_FIELD_NUMBER, ClientMetadata::getRequireSignedRequestObject);
    refuse(
        REQUIRE_PUSHED_AUTHORIZATION_REQUESTS_FIELD_NUMBER,
        ClientMetadata::getRequirePushedAuthorizationRequests);
    refuse(DPOP_BOUND_ACCESS_TOKENS_FIELD_NUMBER, ClientMetadata::getDpopBoundAccessTokens);
    for (int field :
        new int[] {
          ID_TOKEN_ENCRYPTED_RESPONSE_ALG_FIELD_NUMBER,
          ID_TOKEN_ENCRYPTED_RESPONSE_ENC_FIELD_NUMBER,
          USERINFO_SIGNED_RESPONSE_ALG_FIELD_NUMBER,
          USERINFO_ENCRYPTED_RESPONSE_ALG_FIELD_NUMBER,
          USERINFO_ENCRYPTED_RESPONSE_ENC_FIELD_NUMBER,
          INTROSPECTION_SIGNED_RESPONSE_ALG_FIELD_NUMBER,
          INTROSPECTION_ENCRYPTED_RESPONSE_ALG_FIELD_NUMBER,
          INTROSPECTION_ENCRYPTED_RESPONSE_ENC_FIELD_NUMBER,
          AUTHORIZATION_SIGNED_RESPONSE_ALG_FIELD_NUMBER,
          AUTHORIZATION_ENCRYPTED_RESPONSE_ALG_FIELD_NUMBER,
          AUTHORIZATION_ENCRYPTED_RESPONSE_ENC_FIELD_NUMBER,
        }) {
      refuse(field, m -> true);
    }

    // What is shown to users or says who the client is, what is used only with a field above, and
    // what belongs to protocols that Spring does not speak, so that nobody can ask for it.
    IntStream.of(
            RESPONSE_TYPES_FIELD_NUMBER,
            CLIENT_URI_FIELD_NUMBER,
            LOGO_URI_FIELD_NUMBER,
            CONTACTS_FIELD_NUMBER,
            TOS_URI_FIELD_NUMBER,
            POLICY_URI_FIELD_NUMBER,
            JWKS_FIELD_NUMBER,
            SOFTWARE_ID_FIELD_NUMBER,
            SOFTWARE_VERSION_FIELD_NUMBER,
            APPLICATION_TYPE_FIELD_NUMBER,
            SECTOR_IDENTIFIER_URI_FIELD_NUMBER,
            REQUEST_OBJECT_SIGNING_ALG_FIELD_NUMBER,
            REQUEST_OBJECT_ENCRYPTION_ALG_FIELD_NUMBER,
            REQUEST_OBJECT_ENCRYPTION_ENC_FIELD_NUMBER,
            // Every ID token of Spring's has auth_time.
            REQUIRE_AUTH_TIME_FIELD_NUMBER,
            DEFAULT_ACR_VALUES_FIELD_NUMBER,
            INITIATE_LOGIN_URI_FIELD_NUMBER,
            REQUEST_URIS_FIELD_NUMBER,
            CLAIMS_REDIRECT_URIS_FIELD_NUMBER,
            NFV_TOKEN_SIGNED_RESPONSE_ALG_FIELD_NUMBER,
            NFV_TOKEN_ENCRYPTED_RESPONSE_ALG_FIELD_NUMBER,
            NFV_TOKEN_ENCRYPTED_RESPONSE_ENC_FIELD_NUMBER,
            TLS_CLIENT_AUTH_SAN_DNS_FIELD_NUMBER,
            TLS_CLIENT_AUTH_SAN_URI_FIELD_NUMBER,
            TLS_CLIENT_AUTH_SAN_IP_FIELD_NUMBER,
            TLS_CLIENT_AUTH_SAN_EMAIL_FIELD_NUMBER,
            FRONTCHANNEL_LOGOUT_URI_FIELD_NUMBER,
            FRONTCHANNEL_LOGOUT_SESSION_REQUIRED_FIELD_NUMBER,
            BACKCHANNEL_LOGOUT_URI_FIELD_NUMBER,
            BACKCHANNEL_LOGOUT_SESSION_REQUIRED_FIELD_NUMBER,
            AUTHORIZATION_DETAILS_TYPES_FIELD_NUMBER,
            CLIENT_REGISTRATION_TYPES_FIELD_NUMBER,
            SIGNED_JWKS_URI_FIELD_NUMBER,
            ORGANIZATION_NAME_FIELD_NUMBER,
            DESCRIPTION_FIELD_NUMBER,
            KEYWORDS_FIELD_NUMBER,
            INFORMATION_URI_FIELD_NUMBER,
            ORGANIZATION_URI_FIELD_NUMBER,
            USE_MTLS_ENDPOINT_ALIASES_FIELD_NUMBER,
            ENCRYPTED_RESPONSE_ENC_VALUES_SUPPORTED_FIELD_NUMBER,
            VP_FORMATS_SUPPORTED_FIELD_NUMBER,
            SOFTWARE_STATEMENT_FIELD_NUMBER,
            BACKCHANNEL_TOKEN_DELIVERY_MODE_FIELD_NUMBER,
            BACKCHANNEL_CLIENT_NOTIFICATION_ENDPOINT_FIELD_NUMBER,
            BACKCHANNEL_AUTHENTICATION_REQUEST_SIGNING_ALG_FIELD_NUMBER,
            BACKCHANNEL_USER_CODE_PARAMETER_FIELD_NUMBER,
            RESPONSE_MODES_FIELD_NUMBER,
            DISPLAY_NAME_FIELD_NUMBER,
            SUBJECT_TYPES_SUPPORTED_FIELD_NUMBER,
            ID_TOKEN_SIGNING_ALG_VALUES_SUPPORTED_FIELD_NUMBER,
            ID_TOKEN_ENCRYPTION_ALG_VALUES_SUPPORTED_FIELD_NUMBER,
            ID_TOKEN_ENCRYPTION_ENC_VALUES_SUPPORTED_FIELD_NUMBER,
            USERINFO_SIGNING_ALG_VALUES_SUPPORTED_FIELD_NUMBER,
            USERINFO_ENCRYPTION_ALG_VALUES_SUPPORTED_FIELD_NUMBER,
            USERINFO_ENCRYPTION_ENC_VALUES_SUPPORTED_FIELD_NUMBER,
            REQUEST_OBJECT_SIGNING_ALG_VALUES_SUPPORTED_FIELD_NUMBER,
            REQUEST_OBJECT_ENCRYPTION_ALG_VALUES_SUPPORTED_FIELD_NUMBER,
            REQUEST_OBJECT_ENCRYPTION_ENC_VALUES_SUPPORTED_FIELD_NUMBER,
            TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED_FIELD_NUMBER,
            TOKEN_ENDPOINT_AUTH_SIGNING_ALG_VALUES_SUPPORTED_FIELD_NUMBER,
            BACKCHANNEL_AUTHENTICATION_REQUEST_SIGNING_ALG_VALUES_SUPPORTED_FIELD_NUMBER,
            AUTHORIZATION_SIGNING_ALG_VALUES_SUPPORTED_FIELD_NUMBER,
            AUTHORIZATION_ENCRYPTION_ALG_VALUES_SUPPORTED_FIELD_NUMBER,
            AUTHORIZATION_ENCRYPTION_ENC_VALUES_SUPPORTED_FIELD_NUMBER,
            INTROSPECTION_SIGNING_ALG_VALUES_SUPPORTED_FIELD_NUMBER,
            INTROSPECTION_ENCRYPTION_ALG_VALUES_SUPPORTED_FIELD_NUMBER,
            INTROSPECTION_ENCRYPTION_ENC_VALUES_SUPPORTED_FIELD_NUMBER,
            BACKCHANNEL_USER_CODE_PARAMETER_SUPPORTED_FIELD_NUMBER,
            CLIENT_NAME_LOCALIZED_FIELD_NUMBER,
            CLIENT_URI_LOCALIZED_FIELD_NUMBER,
            LOGO_URI_LOCALIZED_FIELD_NUMBER,
            TOS_URI_LOCALIZED_FIELD_NUMBER,
            POLICY_URI_LOCALIZED_FIELD_NUMBER,
            ORGANIZATION_NAME_LOCALIZED_FIELD_NUMBER,
            DESCRIPTION_LOCALIZED_FIELD_NUMBER,
            INFORMATION_URI_LOCALIZED_FIELD_NUMBER,
            ORGANIZATION_URI_LOCALIZED_FIELD_NUMBER,
            DISPLAY_NAME_LOCALIZED_FIELD_NUMBER,
            CUSTOM_ATTRIBUTES_FIELD_NUMBER)
        .forEach(field -> set(field, KEPT));
  }

  private MappingTable() {}

  /** The field's row; one that is newer than this table is kept. */
  static Row row(FieldDescriptor field) {
    return ROWS.getOrDefault(field.getNumber(), KEPT);
  }

  /** Whether there is a row for the field. */
  static boolean knows(FieldDescriptor field) {
    return ROWS.containsKey(field.getNumber());
  }

  private static void set(int field, Row row) {
    ROWS.put(field, row);
  }

  private static void refuse(int field, Predicate<ClientMetadata> isDemand) {
    String name = ClientMetadata.getDescriptor().findFieldByNumber(field).getName();
    set(
        field,
        (metadata, draft) -> {
          if (isDemand.test(metadata)) {
            throw unsupported(name);
          }
        });
  }

  private static SignatureAlgorithm signature(String field, String algorithm) {
    SignatureAlgorithm known = SignatureAlgorithm.from(algorithm);
    if (known == null) {
      throw unsupported(field + " " + algorithm);
    }
    return known;
  }

  private static UnsupportedMetadataException unsupported(String what) {
    return new UnsupportedMetadataException("Spring Authorization Server does not do " + what);
  }
}
