package dev.matricula.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.matricula.CachedClient;
import dev.matricula.v1.Client;
import dev.matricula.v1.ClientMetadata;
import dev.matricula.v1.ClientState;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;

class ClientMappingTest {
  private final ClientMapping mapping = ClientMapping.builder().build();

  /** What the registry gives a client that asked for nothing else. */
  static ClientMetadata.Builder web() {
    return ClientMetadata.newBuilder()
        .addRedirectUris("https://client.example/callback")
        .addGrantTypes("authorization_code")
        .addResponseTypes("code")
        .setTokenEndpointAuthMethod("client_secret_basic");
  }

  private RegisteredClient map(ClientMetadata.Builder metadata) {
    return map(mapping, metadata);
  }

  private static RegisteredClient map(ClientMapping mapping, ClientMetadata.Builder metadata) {
    Client client =
        Client.newBuilder()
            .setClientId("id")
            .setClientIdIssuedAt(1_700_000_000)
            .setState(ClientState.CLIENT_STATE_ACTIVE)
            .setMetadata(metadata)
            .build();
    return mapping.map(new CachedClient(client, List.of()));
  }

  @Test
  void hasARowForEachField() {
    for (FieldDescriptor field : ClientMetadata.getDescriptor().getFields()) {
      assertTrue(MappingTable.knows(field), field.getName());
    }
  }

  @Test
  void mapsWhatSpringHasAPlaceFor() {
    RegisteredClient client =
        map(
            web()
                .setClientName("Orders")
                .setScope("openid profile")
                .addGrantTypes("refresh_token")
                .addPostLogoutRedirectUris("https://client.example/bye")
                .setIdTokenSignedResponseAlg("ES256")
                .setTlsClientCertificateBoundAccessTokens(true)
                .setJwksUri("https://client.example/jwks")
                .setTokenEndpointAuthSigningAlg("PS256")
                .setTlsClientAuthSubjectDn("CN=orders"));
    assertEquals("id", client.getId());
    assertEquals("id", client.getClientId());
    assertEquals(1_700_000_000, client.getClientIdIssuedAt().getEpochSecond());
    assertEquals("Orders", client.getClientName());
    assertEquals(Set.of("openid", "profile"), client.getScopes());
    assertEquals(
        Set.of(AuthorizationGrantType.AUTHORIZATION_CODE, AuthorizationGrantType.REFRESH_TOKEN),
        client.getAuthorizationGrantTypes());
    assertEquals(Set.of("https://client.example/callback"), client.getRedirectUris());
    assertEquals(Set.of("https://client.example/bye"), client.getPostLogoutRedirectUris());
    assertEquals(
        Set.of(ClientAuthenticationMethod.CLIENT_SECRET_BASIC),
        client.getClientAuthenticationMethods());
    assertEquals(
        SignatureAlgorithm.ES256, client.getTokenSettings().getIdTokenSignatureAlgorithm());
    assertTrue(client.getTokenSettings().isX509CertificateBoundAccessTokens());
    assertEquals("https://client.example/jwks", client.getClientSettings().getJwkSetUrl());
    assertEquals(
        SignatureAlgorithm.PS256,
        client.getClientSettings().getTokenEndpointAuthenticationSigningAlgorithm());
    assertEquals("CN=orders", client.getClientSettings().getX509CertificateSubjectDN());
  }

  @Test
  void holdsNoSecret() {
    assertNull(map(web()).getClientSecret());
  }

  @Test
  void demandsPkceOfPublicClients() {
    assertFalse(map(web()).getClientSettings().isRequireProofKey());
    assertTrue(
        map(web().setTokenEndpointAuthMethod("none")).getClientSettings().isRequireProofKey());
    ClientMapping strict = ClientMapping.builder().requireProofKey(true).build();
    assertTrue(map(strict, web()).getClientSettings().isRequireProofKey());
  }

  @Test
  void takesFromTheServerWhatTheRegistryDoesNotSay() {
    ClientMapping own =
        ClientMapping.builder()
            .tokenSettings(
                TokenSettings.builder().accessTokenTimeToLive(Duration.ofMinutes(2)).build())
            .requireAuthorizationConsent(false)
            .defaultScopes(Set.of("openid"))
            .build();
    RegisteredClient client = map(own, web());
    assertEquals(Duration.ofMinutes(2), client.getTokenSettings().getAccessTokenTimeToLive());
    assertFalse(client.getClientSettings().isRequireAuthorizationConsent());
    assertEquals(Set.of("openid"), client.getScopes());
    assertEquals(Set.of("email"), map(own, web().setScope("email")).getScopes());
    assertTrue(map(web()).getClientSettings().isRequireAuthorizationConsent());
    assertEquals(Set.of(), map(web()).getScopes());
  }

  @Test
  void keepsTheRestForTheApplication() {
    ClientMetadata.Builder metadata = web().setLogoUri("https://client.example/logo");
    assertEquals(metadata.build(), ClientMapping.metadata(map(metadata)));
  }

  @Test
  void refusesWhatItCannotDo() {
    Map<String, ClientMetadata.Builder> demands = new LinkedHashMap<>();
    demands.put("subject_type", web().setSubjectType("pairwise"));
    demands.put("default_max_age", web().setDefaultMaxAge(60));
    demands.put("require_signed_request_object", web().setRequireSignedRequestObject(true));
    demands.put(
        "require_pushed_authorization_requests", web().setRequirePushedAuthorizationRequests(true));
    demands.put("dpop_bound_access_tokens", web().setDpopBoundAccessTokens(true));
    demands.put("id_token_encrypted_response_alg", web().setIdTokenEncryptedResponseAlg("RSA"));
    demands.put("userinfo_signed_response_alg", web().setUserinfoSignedResponseAlg("RS256"));
    demands.put("client_secret_jwt", web().setTokenEndpointAuthMethod("client_secret_jwt"));
    demands.put("HS256", web().setIdTokenSignedResponseAlg("HS256"));
    demands.put("redirectUris", web().clearRedirectUris());
    demands.forEach(
        (named, metadata) -> {
          UnsupportedMetadataException e =
              assertThrows(UnsupportedMetadataException.class, () -> map(metadata), named);
          assertTrue(e.getMessage().contains(named), e.getMessage());
        });
    // The same fields, when they demand nothing.
    map(
        web()
            .setSubjectType("public")
            .setRequireSignedRequestObject(false)
            .setRequirePushedAuthorizationRequests(false)
            .setDpopBoundAccessTokens(false));
  }
}
