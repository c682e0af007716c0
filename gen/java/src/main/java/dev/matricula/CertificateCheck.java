package dev.matricula;

import static dev.matricula.v1.InvalidClientReason.INVALID_CLIENT_REASON_BAD_CREDENTIAL;

import com.google.protobuf.ByteString;
import dev.matricula.v1.AuthenticateClientRequest;
import dev.matricula.v1.ClientMetadata;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a client's certificate is the one that it registered (RFC 8705 section 2): by one of the
 * five names, or, self-signed, by itself or its key being among the client's own.
 */
final class CertificateCheck {
  private static final String BY_AUTHORITY = "tls_client_auth";
  private static final String BY_ITSELF = "self_signed_tls_client_auth";

  private CertificateCheck() {}

  static boolean isMethod(String method) {
    return method.equals(BY_AUTHORITY) || method.equals(BY_ITSELF);
  }

  /** The verdict on what a client of either method has on its connection. */
  static Verdict check(AuthenticateClientRequest presented, CachedClient client, long now) {
    if (!presented.hasClientCertificate()) {
      return Verdict.bad("there is no client certificate on the connection");
    }
    byte[] der = presented.getClientCertificate().toByteArray();
    Optional<X509Certificate> read = read(der);
    if (read.isEmpty()) {
      return Verdict.bad("the client certificate cannot be read");
    }
    X509Certificate certificate = read.get();
    if (!isValidAt(certificate, now)) {
      return Verdict.bad("the client certificate is not valid now");
    }
    String method = client.authMethod();
    Optional<Verdict> notItsOwn =
        method.equals(BY_AUTHORITY)
            ? whyNotByAuthority(presented, certificate, client.client().getMetadata())
            : whyNotItself(certificate, client.client().getMetadata());
    String fingerprint = HexFormat.of().formatHex(SecretCheck.sha256(der));
    return notItsOwn.orElseGet(() -> Verdict.of(client, method, "sha256:" + fingerprint));
  }

  private static Optional<X509Certificate> read(byte[] der) {
    try {
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(ByteString.copyFrom(der).newInput());
      // What is behind it would be another's.
      return Arrays.equals(certificate.getEncoded(), der)
          ? Optional.of(certificate)
          : Optional.empty();
    } catch (CertificateException e) {
      return Optional.empty();
    }
  }

  private static boolean isValidAt(X509Certificate certificate, long now) {
    try {
      certificate.checkValidity(Date.from(Instant.ofEpochSecond(now)));
      return true;
    } catch (CertificateException e) {
      return false;
    }
  }

  private static Optional<Verdict> whyNotByAuthority(
      AuthenticateClientRequest presented, X509Certificate certificate, ClientMetadata metadata) {
    if (!presented.getClientCertificateVerified()) {
      return Optional.of(Verdict.bad("the client certificate's chain was not verified"));
    }
    try {
      return CertificateNames.isRegistered(certificate, metadata)
          ? Optional.empty()
          : Optional.of(Verdict.bad("the client certificate does not have the registered name"));
    } catch (CertificateParsingException e) {
      return Optional.of(
          Verdict.unsure(
              INVALID_CLIENT_REASON_BAD_CREDENTIAL, "the certificate's names cannot be read here"));
    }
  }

  /** RFC 8705 section 2.2: by the certificate, or by its key, so that it may be renewed. */
  private static Optional<Verdict> whyNotItself(
      X509Certificate certificate, ClientMetadata metadata) {
    if (!metadata.hasJwks()) {
      return Optional.of(
          Verdict.unsure(
              INVALID_CLIENT_REASON_BAD_CREDENTIAL,
              "the client's certificates are not known here"));
    }
    return RegisteredKeys.of(metadata).stream().anyMatch(key -> isOf(certificate, key))
        ? Optional.empty()
        : Optional.of(Verdict.bad("the client certificate is none of the registered ones"));
  }

  private static boolean isOf(X509Certificate certificate, Map<String, Object> key) {
    return isFirstOf(key.get("x5c"), certificate)
        || RegisteredKeys.publicKey(key).filter(certificate.getPublicKey()::equals).isPresent();
  }

  /** RFC 7517 section 4.7: base64, and not base64url. */
  private static boolean isFirstOf(Object chain, X509Certificate certificate) {
    if (!(chain instanceof List<?> all) || all.isEmpty() || !(all.get(0) instanceof String first)) {
      return false;
    }
    try {
      return Arrays.equals(Base64.getDecoder().decode(first), certificate.getEncoded());
    } catch (IllegalArgumentException | CertificateException e) {
      return false;
    }
  }
}
