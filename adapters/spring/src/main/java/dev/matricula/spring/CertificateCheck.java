package dev.matricula.spring;

import com.google.common.net.InetAddresses;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.proc.SecurityContext;
import dev.matricula.v1.ClientMetadata;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.security.auth.x500.X500Principal;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationContext;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;

/**
 * Whether a client's certificate is the one that it registered (RFC 8705 section 2): by one of the
 * five names, or, self-signed, by its key being among its own. That the chain of the former holds, the
 * servlet container has seen to.
 */
final class CertificateCheck implements Consumer<OAuth2ClientAuthenticationContext> {
  /** A name that metadata may hold, the kind it has in a certificate, and how the two compare. */
  private record San(
      Predicate<ClientMetadata> isRegistered,
      Function<ClientMetadata, String> registered,
      int kind,
      BiPredicate<String, String> isSame) {}

  private static final List<San> SANS =
      List.of(
          new San(
              ClientMetadata::hasTlsClientAuthSanDns,
              ClientMetadata::getTlsClientAuthSanDns,
              2,
              String::equalsIgnoreCase),
          new San(
              ClientMetadata::hasTlsClientAuthSanUri,
              ClientMetadata::getTlsClientAuthSanUri,
              6,
              String::equals),
          new San(
              ClientMetadata::hasTlsClientAuthSanIp,
              ClientMetadata::getTlsClientAuthSanIp,
              7,
              CertificateCheck::isSameAddress),
          new San(
              ClientMetadata::hasTlsClientAuthSanEmail,
              ClientMetadata::getTlsClientAuthSanEmail,
              1,
              String::equals));

  private final ClientKeys keys;

  CertificateCheck(ClientKeys keys) {
    this.keys = keys;
  }

  @Override
  public void accept(OAuth2ClientAuthenticationContext context) {
    OAuth2ClientAuthenticationToken presented = context.getAuthentication();
    ClientMetadata metadata =
        ClientMapping.metadata(Objects.requireNonNull(context.getRegisteredClient()));
    X509Certificate[] chain = (X509Certificate[]) presented.getCredentials();
    boolean isSelfSigned =
        ClientAuthenticationMethod.SELF_SIGNED_TLS_CLIENT_AUTH.equals(
            presented.getClientAuthenticationMethod());
    if (chain == null
        || chain.length == 0
        || !(isSelfSigned ? isKey(chain[0], metadata) : isNamed(chain[0], metadata))) {
      throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
    }
  }

  /** Whether the certificate has the one name that the client registered. */
  static boolean isNamed(X509Certificate certificate, ClientMetadata metadata) {
    if (metadata.hasTlsClientAuthSubjectDn()) {
      return isSubject(certificate, metadata.getTlsClientAuthSubjectDn());
    }
    for (San san : SANS) {
      if (san.isRegistered().test(metadata)) {
        return hasName(certificate, san, san.registered().apply(metadata));
      }
    }
    return false;
  }

  private static boolean isSubject(X509Certificate certificate, String name) {
    try {
      return certificate.getSubjectX500Principal().equals(new X500Principal(name));
    } catch (IllegalArgumentException e) {
      // A name that is none.
      return false;
    }
  }

  private static boolean hasName(X509Certificate certificate, San san, String registered) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names != null
          && names.stream()
              .anyMatch(
                  name ->
                      name.get(0).equals(san.kind())
                          && name.get(1) instanceof String text
                          && san.isSame().test(text, registered));
    } catch (CertificateParsingException e) {
      return false;
    }
  }

  private static boolean isSameAddress(String one, String other) {
    return InetAddresses.isInetAddress(one)
        && InetAddresses.isInetAddress(other)
        && InetAddresses.forString(one).equals(InetAddresses.forString(other));
  }

  /**
   * Whether the certificate is within its dates, and of one of the client's keys: those with x5c
   * are the keys of their certificates.
   */
  boolean isKey(X509Certificate certificate, ClientMetadata metadata) {
    try {
      certificate.checkValidity();
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
