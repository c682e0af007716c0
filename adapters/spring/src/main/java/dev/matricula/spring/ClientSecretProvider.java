package dev.matricula.spring;

import dev.matricula.ClientCache;
import dev.matricula.Verdict;
import java.util.Set;
import java.util.logging.Logger;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.authentication.ClientSecretAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;

/**
 * Authenticates clients by secret, by the digests that the registry told. Spring's clients hold no
 * secret, so its own provider could not; what that one does besides, such as the check of a PKCE
 * verifier, it still does.
 */
final class ClientSecretProvider implements AuthenticationProvider {
  private static final Logger logger = Logger.getLogger(ClientSecretProvider.class.getName());

  private static final Set<ClientAuthenticationMethod> METHODS =
      Set.of(
          ClientAuthenticationMethod.CLIENT_SECRET_BASIC,
          ClientAuthenticationMethod.CLIENT_SECRET_POST);

  private final ClientCache clients;
  private final RegisteredClientRepository repository;
  private final ClientSecretAuthenticationProvider rest;

  ClientSecretProvider(
      ClientCache clients,
      RegisteredClientRepository repository,
      OAuth2AuthorizationService authorizations) {
    this.clients = clients;
    this.repository = repository;
    rest = new ClientSecretAuthenticationProvider(new Marked(repository), authorizations);
    rest.setPasswordEncoder(new Digests(clients));
  }

  @Override
  public Authentication authenticate(Authentication authentication) {
    OAuth2ClientAuthenticationToken presented = (OAuth2ClientAuthenticationToken) authentication;
    if (!METHODS.contains(presented.getClientAuthenticationMethod())) {
      return null;
    }
    String clientId = presented.getPrincipal().toString();
    Object secret = presented.getCredentials();
    Verdict verdict =
        clients.authenticateSecret(clientId, secret == null ? "" : secret.toString());
    if (verdict.client().isEmpty()) {
      logger.fine("a client was refused: " + verdict.reason());
      throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
    }
    rest.authenticate(presented);
    RegisteredClient client = repository.findByClientId(clientId);
    if (client == null) {
      throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
    }
    // Made anew, so that the secret goes no further.
    return new OAuth2ClientAuthenticationToken(
        client, presented.getClientAuthenticationMethod(), null);
  }

  @Override
  public boolean supports(Class<?> authentication) {
    return OAuth2ClientAuthenticationToken.class.isAssignableFrom(authentication);
  }

  /** The clients, with their ids where Spring's provider looks for what to compare with. */
  private record Marked(RegisteredClientRepository all) implements RegisteredClientRepository {
    @Override
    public RegisteredClient findByClientId(String clientId) {
      RegisteredClient client = all.findByClientId(clientId);
      return client == null ? null : RegisteredClient.from(client).clientSecret(clientId).build();
    }

    @Override
    public RegisteredClient findById(String id) {
      return all.findById(id);
    }

    @Override
    public void save(RegisteredClient client) {
      all.save(client);
    }
  }

  /** Compares by digest. What takes the place of the encoded secret is the client's id. */
  private record Digests(ClientCache clients) implements PasswordEncoder {
    @Override
    public boolean matches(CharSequence secret, String clientId) {
      return clients.authenticateSecret(clientId, secret.toString()).client().isPresent();
    }

    @Override
    public String encode(CharSequence secret) {
      throw new UnsupportedOperationException("secrets are made by Matricula alone");
    }
  }
}
