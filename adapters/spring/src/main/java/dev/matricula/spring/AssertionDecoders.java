package dev.matricula.spring;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.matricula.v1.ClientMetadata;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderFactory;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.authorization.authentication.JwtClientAssertionDecoderFactory;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.context.AuthorizationServerContextHolder;

/**
 * Decoders of private_key_jwt assertions. Spring's factory knows keys behind a jwks_uri alone,
 * wants one algorithm, and keeps what it once made; this one takes the keys on record too, any
 * signature algorithm unless the client has registered one, and follows the client's changes.
 */
final class AssertionDecoders implements JwtDecoderFactory<RegisteredClient> {
  private static final Set<JWSAlgorithm> ALL =
      Stream.of(SignatureAlgorithm.values())
          .map(algorithm -> JWSAlgorithm.parse(algorithm.getName()))
          .collect(Collectors.toUnmodifiableSet());

  private static final OAuth2Error ELSEWHERE =
      new OAuth2Error(
          OAuth2ErrorCodes.INVALID_CLIENT, "the assertion is for others too", null);

  private final ClientKeys keys;
  private final OAuth2TokenValidator<Jwt> replays;

  AssertionDecoders(ClientKeys keys, OAuth2TokenValidator<Jwt> replays) {
    this.keys = keys;
    this.replays = replays;
  }

  @Override
  public JwtDecoder createDecoder(RegisteredClient client) {
    ClientMetadata metadata = ClientMapping.metadata(client);
    Set<JWSAlgorithm> algorithms =
        metadata.hasTokenEndpointAuthSigningAlg()
            ? Set.of(JWSAlgorithm.parse(metadata.getTokenEndpointAuthSigningAlg()))
            : ALL;
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(algorithms, keys.of(metadata)));
    // Spring's validators look at the claims.
    processor.setJWTClaimsSetVerifier((set, context) -> {});
    NimbusJwtDecoder decoder = new NimbusJwtDecoder(processor);
    OAuth2TokenValidator<Jwt> claims =
        JwtClientAssertionDecoderFactory.DEFAULT_JWT_VALIDATOR_FACTORY.apply(client);
    decoder.setJwtValidator(
        assertion -> {
          OAuth2TokenValidatorResult result = claims.validate(assertion);
          if (result.hasErrors()) {
            return result;
          }
          // The replay last: an assertion that does not hold uses up nothing.
          return isForUsAlone(assertion.getAudience())
              ? replays.validate(assertion)
              : OAuth2TokenValidatorResult.failure(ELSEWHERE);
        });
    return decoder;
  }

  /**
   * Whether every audience is this server: one that is for others too could be used by them. Spring
   * has seen to it that one of them is an endpoint of this server.
   */
  private static boolean isForUsAlone(List<String> audiences) {
    String issuer = AuthorizationServerContextHolder.getContext().getIssuer();
    return audiences.stream()
        .allMatch(audience -> audience.equals(issuer) || audience.startsWith(issuer + "/"));
  }
}
