package dev.matricula.spring;

import com.google.protobuf.ByteString;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.proc.SecurityContext;
import dev.matricula.ClientCache;
import dev.matricula.Verdict;
import dev.matricula.v1.AuthenticateClientRequest;
import dev.matricula.v1.ClientMetadata;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Date;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.logging.Logger;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationContext;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;

/**
 * Whether a client's certificate is the one that it registered (RFC 8705 section 2), as the cache
 * says: that the chain of tls_client_auth holds, the servlet container has seen to. Keys behind a
 * jwks_uri are fetched here, so that the registry is not asked.
 */
final class CertificateCheck implements Consumer<OAuth2ClientAuthenticationContext> {
  private static final Logger logger = Logger.getLogger(CertificateCheck.class.getName());

  private final ClientCache clients;
  private final ClientKeys keys;
  private final Clock clock;

  CertificateCheck(ClientCache clients, ClientKeys keys, Clock clock) {
    this.clients = clients;
    this.keys = keys;
    this.clock = clock;
  }

  @Override
  public void accept(OAuth2ClientAuthenticationContext context) {
    OAuth2ClientAuthenticationToken presented = context.getAuthentication();
    ClientMetadata metadata =
        ClientMapping.metadata(Objects.requireNonNull(context.getRegisteredClient()));
    X509Certificate[] chain = (X509Certificate[]) presented.getCredentials();
    ClientAuthenticationMethod method = presented.getClientAuthenticationMethod();
    if (chain == null
        || chain.length == 0
        || !isItsOwn(presented.getPrincipal().toString(), method, chain[0], metadata)) {
      throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
    }
  }

  /** By the method that Spring has found the client to be registered with. */
  boolean isItsOwn(
      String clientId,
      ClientAuthenticationMethod method,
      X509Certificate certificate,
      ClientMetadata metadata) {
    boolean isSelfSigned = ClientAuthenticationMethod.SELF_SIGNED_TLS_CLIENT_AUTH.equals(method);
    if (isSelfSigned && metadata.hasJwksUri()) {
      return isKey(certificate, metadata);
    }
    Verdict verdict;
    try {
      verdict =
          clients.authenticate(
              AuthenticateClientRequest.newBuilder()
                  .setClientId(clientId)
                  .setClientCertificate(ByteString.copyFrom(certificate.getEncoded()))
                  .setClientCertificateVerified(!isSelfSigned)
                  .build());
    } catch (CertificateEncodingException e) {
      return false;
    }
    if (verdict.client().isEmpty()) {
      logger.fine("a client was refused: " + verdict.reason() + ", " + verdict.description());
    }
    return verdict.client().isPresent() && verdict.method().equals(method.getValue());
  }

  /**
   * Whether the certificate is within its dates, and of one of the client's keys: those with x5c
   * are the keys of their certificates.
   */
  private boolean isKey(X509Certificate certificate, ClientMetadata metadata) {
    try {
      certificate.checkValidity(Date.from(clock.instant()));
      JWKSelector all = new JWKSelector(new JWKMatcher.Builder().build());
      for (JWK key : keys.of(metadata).get(all, (SecurityContext) null)) {
        if (key instanceof AsymmetricJWK pair && isOf(certificate, pair)) {
          return true;
        }
      }
      return false;
    } catch (CertificateException | KeySourceException e) {
      return false;
    }
  }

  private static boolean isOf(X509Certificate certificate, AsymmetricJWK key) {
    try {
      return certificate.getPublicKey().equals(key.toPublicKey());
    } catch (JOSEException e) {
      // Of a kind that the library does not turn into the JVM's.
      return false;
    }
  }
}
