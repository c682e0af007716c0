package dev.matricula.spring;

import com.nimbusds.jose.util.ResourceRetriever;
import dev.matricula.ClientCache;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.config.annotation.web.configurers.oauth2.server.authorization.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.authentication.ClientSecretAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.JwtClientAssertionAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.X509ClientCertificateAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;

/**
 * Gives Spring Authorization Server the clients of Matricula:
 *
 * <pre>{@code
 * http.oauth2AuthorizationServer(clients::applyTo);
 * }</pre>
 *
 * <p>Its repository, its check of client secrets, keys and certificates, and the registration
 * endpoint in both discovery documents. The certificate of the cache needs the role verifier.
 */
public final class MatriculaClients {
  private final ClientCache clients;
  private final RegisteredClientRepository repository;
  private final OAuth2AuthorizationService authorizations;
  private final String registrationEndpoint;
  private final ClientKeys keys;
  private final AssertionReplays replays;
  private final Clock clock;

  private MatriculaClients(Builder builder) {
    clients = builder.clients;
    repository = new MatriculaClientRepository(clients, builder.mapping);
    authorizations = new ActiveAuthorizations(builder.authorizations, clients);
    registrationEndpoint = builder.registrationEndpoint;
    keys = new ClientKeys(builder.retriever);
    clock = builder.clock;
    replays = new AssertionReplays(clock);
  }

  /** Starts the description, with where Spring keeps authorizations: memory, or a database. */
  public static Builder builder(ClientCache clients, OAuth2AuthorizationService authorizations) {
    return new Builder(clients, authorizations);
  }

  /** The clients, to be a bean: Spring Boot demands one. */
  public RegisteredClientRepository repository() {
    return repository;
  }

  /** The authorizations of active clients, for whatever else reads authorizations. */
  public OAuth2AuthorizationService authorizations() {
    return authorizations;
  }

  /** Sets the authorization server up; its OpenID Connect part is switched on. */
  public void applyTo(OAuth2AuthorizationServerConfigurer server) {
    server
        .registeredClientRepository(repository)
        .authorizationService(authorizations)
        .clientAuthentication(client -> client.authenticationProviders(this::replace))
        .oidc(
            oidc ->
                oidc.providerConfigurationEndpoint(
                    endpoint ->
                        endpoint.providerConfigurationCustomizer(
                            document -> {
                              if (registrationEndpoint != null) {
                                document.clientRegistrationEndpoint(registrationEndpoint);
                              }
                            })))
        .authorizationServerMetadataEndpoint(
            endpoint ->
                endpoint.authorizationServerMetadataCustomizer(
                    document -> {
                      if (registrationEndpoint != null) {
                        document.clientRegistrationEndpoint(registrationEndpoint);
                      }
                    }));
  }

  private void replace(List<AuthenticationProvider> providers) {
    providers.replaceAll(
        provider -> {
          if (provider instanceof ClientSecretAuthenticationProvider) {
            return new ClientSecretProvider(clients, repository, authorizations);
          }
          if (provider instanceof JwtClientAssertionAuthenticationProvider assertions) {
            assertions.setJwtDecoderFactory(new AssertionDecoders(keys, replays));
          }
          if (provider instanceof X509ClientCertificateAuthenticationProvider certificates) {
            certificates.setCertificateVerifier(new CertificateCheck(clients, keys, clock));
          }
          return new Reporting(provider, clients);
        });
  }

  /** Reports a use after every success; by secret the cache does so itself. */
  private record Reporting(AuthenticationProvider provider, ClientCache clients)
      implements AuthenticationProvider {
    @Override
    public Authentication authenticate(Authentication authentication) {
      Authentication result = provider.authenticate(authentication);
      if (result instanceof OAuth2ClientAuthenticationToken token
          && token.getRegisteredClient() != null) {
        clients.reportUse(token.getRegisteredClient().getClientId());
      }
      return result;
    }

    @Override
    public boolean supports(Class<?> authentication) {
      return provider.supports(authentication);
    }
  }

  /** What there is to decide; only the cache and the authorizations are compulsory. */
  public static final class Builder {
    private final ClientCache clients;
    private final OAuth2AuthorizationService authorizations;
    private ClientMapping mapping = ClientMapping.builder().build();
    private String registrationEndpoint;
    private ResourceRetriever retriever = new PublicKeyRetriever();
    private Clock clock = Clock.systemUTC();

    private Builder(ClientCache clients, OAuth2AuthorizationService authorizations) {
      this.clients = Objects.requireNonNull(clients);
      this.authorizations = Objects.requireNonNull(authorizations);
    }

    /** How clients become Spring's. */
    public Builder mapping(ClientMapping mapping) {
      this.mapping = Objects.requireNonNull(mapping);
      return this;
    }

    /** Matricula's gateway, where clients register: what discovery names. */
    public Builder registrationEndpoint(String url) {
      registrationEndpoint = Objects.requireNonNull(url);
      return this;
    }

    /**
     * Fetches what is behind a jwks_uri: from public addresses alone, without redirects, within two
     * seconds each to connect and to read, and 64 KiB unless told. For clients whose keys lie in
     * your own network, or for a proxy, give another.
     */
    public Builder keyRetriever(ResourceRetriever retriever) {
      this.retriever = Objects.requireNonNull(retriever);
      return this;
    }

    /** What the time is, for assertions and certificates. The system's clock unless told. */
    public Builder clock(Clock clock) {
      this.clock = Objects.requireNonNull(clock);
      return this;
    }

    /** The clients for one authorization server. */
    public MatriculaClients build() {
      return new MatriculaClients(this);
    }
  }
}
