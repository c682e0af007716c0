package dev.matricula.spring;

import dev.matricula.ClientCache;
import java.util.Objects;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;

/**
 * Hides the authorizations of clients that may not be used now: introspection says that their
 * tokens are not active, and nothing is refreshed or exchanged. Those of a client that is resumed
 * come back.
 */
public final class ActiveAuthorizations implements OAuth2AuthorizationService {
  private final OAuth2AuthorizationService all;
  private final ClientCache clients;

  /** The authorizations of this service, as long as their clients are active. */
  public ActiveAuthorizations(OAuth2AuthorizationService all, ClientCache clients) {
    this.all = Objects.requireNonNull(all);
    this.clients = Objects.requireNonNull(clients);
  }

  @Override
  public void save(OAuth2Authorization authorization) {
    all.save(authorization);
  }

  @Override
  public void remove(OAuth2Authorization authorization) {
    all.remove(authorization);
  }

  @Override
  public OAuth2Authorization findById(String id) {
    return ofActiveClient(all.findById(id));
  }

  @Override
  public OAuth2Authorization findByToken(String token, OAuth2TokenType tokenType) {
    return ofActiveClient(all.findByToken(token, tokenType));
  }

  private OAuth2Authorization ofActiveClient(OAuth2Authorization authorization) {
    boolean isActive =
        authorization != null
            && clients.findActive(authorization.getRegisteredClientId()).isPresent();
    return isActive ? authorization : null;
  }
}
