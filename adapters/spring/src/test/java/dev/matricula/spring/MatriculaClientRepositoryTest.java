package dev.matricula.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.matricula.FixedClients;
import dev.matricula.v1.Client;
import dev.matricula.v1.ClientState;
import dev.matricula.v1.WatchedClient;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.server.authorization.InMemoryOAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;

@Timeout(60)
class MatriculaClientRepositoryTest {
  private static final int NOW = 1_800_000_000;
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC);

  private static WatchedClient.Builder client(String id) {
    return WatchedClient.newBuilder()
        .setClient(
            Client.newBuilder()
                .setClientId(id)
                .setVersion(1)
                .setState(ClientState.CLIENT_STATE_ACTIVE)
                .setMetadata(ClientMappingTest.web()));
  }

  private static FixedClients clients() throws Exception {
    WatchedClient.Builder suspended = client("suspended");
    suspended.getClientBuilder().setState(ClientState.CLIENT_STATE_SUSPENDED);
    WatchedClient.Builder expired = client("expired");
    expired.getClientBuilder().setExpiresAt(NOW);
    WatchedClient.Builder demanding = client("demanding");
    demanding.getClientBuilder().getMetadataBuilder().setDpopBoundAccessTokens(true);
    return new FixedClients(
        CLOCK,
        client("active").build(),
        suspended.build(),
        expired.build(),
        demanding.build());
  }

  @Test
  void findsOnlyClientsThatMayBeUsed() throws Exception {
    try (FixedClients clients = clients()) {
      MatriculaClientRepository repository =
          new MatriculaClientRepository(clients.cache(), ClientMapping.builder().build());
      assertEquals("active", repository.findByClientId("active").getClientId());
      for (String id : new String[] {"suspended", "expired", "demanding", "unknown"}) {
        assertNull(repository.findByClientId(id), id);
      }
      // Whoever holds an authorization of it finds it, so as to say whose it is.
      assertNotNull(repository.findById("suspended"));
      assertNull(repository.findById("unknown"));
    }
  }

  @Test
  void refusesToSave() throws Exception {
    try (FixedClients clients = clients()) {
      MatriculaClientRepository repository =
          new MatriculaClientRepository(clients.cache(), ClientMapping.builder().build());
      RegisteredClient client = repository.findByClientId("active");
      assertThrows(UnsupportedOperationException.class, () -> repository.save(client));
    }
  }

  @Test
  void hidesTheAuthorizationsOfClientsThatMayNotBeUsed() throws Exception {
    try (FixedClients clients = clients()) {
      MatriculaClientRepository repository =
          new MatriculaClientRepository(clients.cache(), ClientMapping.builder().build());
      ActiveAuthorizations authorizations =
          new ActiveAuthorizations(new InMemoryOAuth2AuthorizationService(), clients.cache());
      for (String id : new String[] {"active", "suspended", "expired"}) {
        authorizations.save(
            OAuth2Authorization.withRegisteredClient(repository.findById(id))
                .id("of " + id)
                .principalName("user")
                .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                .attribute("state", "state of " + id)
                .build());
      }
      OAuth2TokenType state = new OAuth2TokenType("state");
      assertNotNull(authorizations.findById("of active"));
      assertNotNull(authorizations.findByToken("state of active", state));
      for (String id : new String[] {"suspended", "expired"}) {
        assertNull(authorizations.findById("of " + id), id);
        assertNull(authorizations.findByToken("state of " + id, state), id);
      }
    }
  }
}
