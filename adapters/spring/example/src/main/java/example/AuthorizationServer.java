package example;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import dev.matricula.ClientCache;
import dev.matricula.MatriculaClient;
import dev.matricula.spring.ClientMapping;
import dev.matricula.spring.MatriculaClients;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.OAuth2AuthorizationServerConfiguration;
import org.springframework.security.config.annotation.web.configurers.oauth2.server.authorization.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.authorization.InMemoryOAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.util.matcher.MediaTypeRequestMatcher;

/**
 * An OpenID provider whose clients live in Matricula. Its discovery names Matricula's gateway as
 * registration endpoint, so that any OpenID Connect client registers there and logs its users in
 * here.
 */
@SpringBootApplication
public class AuthorizationServer {
  /** Starts it; see application.yaml for what it wants to know. */
  public static void main(String[] arguments) {
    SpringApplication.run(AuthorizationServer.class, arguments);
  }

  /** Closed by Spring, after the cache. */
  @Bean
  MatriculaClient matricula(
      @Value("${matricula.url}") String url,
      @Value("${matricula.ca}") Path ca,
      @Value("${matricula.certificate}") Path certificate,
      @Value("${matricula.key}") Path key) {
    return MatriculaClient.builder().url(url).ca(ca).certificate(certificate, key).build();
  }

  /** Until all clients are known, none of them could get a token: it waits, unless it has a copy. */
  @Bean
  ClientCache clientCache(
      MatriculaClient matricula,
      @Value("${matricula.copy}") Path copy,
      @Value("${matricula.use-interval}") Duration useInterval)
      throws InterruptedException, TimeoutException {
    ClientCache clients =
        ClientCache.builder(matricula).file(copy).useInterval(useInterval).start();
    clients.awaitReady(Duration.ofSeconds(60));
    return clients;
  }

  @Bean
  MatriculaClients matriculaClients(
      ClientCache clients, @Value("${matricula.registration-endpoint}") String endpoint) {
    return MatriculaClients.builder(clients, new InMemoryOAuth2AuthorizationService())
        .registrationEndpoint(endpoint)
        .mapping(ClientMapping.builder().defaultScopes(Set.of("openid", "profile")).build())
        .build();
  }

  @Bean
  RegisteredClientRepository registeredClientRepository(MatriculaClients clients) {
    return clients.repository();
  }

  @Bean
  @Order(1)
  SecurityFilterChain protocol(HttpSecurity http, MatriculaClients clients) throws Exception {
    http.oauth2AuthorizationServer(
            server -> {
              http.securityMatcher(server.getEndpointsMatcher());
              clients.applyTo(server);
            })
        .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
        .exceptionHandling(
            handling ->
                handling.defaultAuthenticationEntryPointFor(
                    new LoginUrlAuthenticationEntryPoint("/login"),
                    new MediaTypeRequestMatcher(MediaType.TEXT_HTML)));
    return http.build();
  }

  @Bean
  @Order(2)
  SecurityFilterChain login(HttpSecurity http) throws Exception {
    http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
        .formLogin(Customizer.withDefaults());
    return http.build();
  }

  /** One user. A real server asks whoever knows its users. */
  @Bean
  UserDetailsService users(
      @Value("${example.user}") String name, @Value("${example.password}") String password) {
    return new InMemoryUserDetailsManager(
        User.withUsername(name).password("{noop}" + password).roles("USER").build());
  }

  /** Keys for as long as the process lives. A real server keeps its own. */
  @Bean
  JWKSource<SecurityContext> keys() throws JOSEException {
    return new ImmutableJWKSet<>(
        new JWKSet(
            List.of(
                new RSAKeyGenerator(2048).keyID("rsa").generate(),
                new ECKeyGenerator(Curve.P_256).keyID("ec").generate())));
  }

  @Bean
  JwtDecoder jwtDecoder(JWKSource<SecurityContext> keys) {
    return OAuth2AuthorizationServerConfiguration.jwtDecoder(keys);
  }

  @Bean
  AuthorizationServerSettings settings() {
    return AuthorizationServerSettings.builder().build();
  }

  /** Says where it listens, which port 0 leaves open. */
  @EventListener
  void ready(ApplicationReadyEvent event) {
    String port = event.getApplicationContext().getEnvironment().getProperty("local.server.port");
    System.out.println("example listening on http://localhost:" + port);
  }
}
