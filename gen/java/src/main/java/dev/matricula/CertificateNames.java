package dev.matricula;

import com.google.common.net.InetAddresses;
import dev.matricula.v1.ClientMetadata;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;

/** The five names by which a certificate can be a client's (RFC 8705 section 2.1.2). */
final class CertificateNames {
  private static final String ALTERNATIVE_NAMES = "2.5.29.17";

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
              CertificateNames::isSameAddress),
          new San(
              ClientMetadata::hasTlsClientAuthSanEmail,
              ClientMetadata::getTlsClientAuthSanEmail,
              1,
              (one, other) -> mailbox(one).equals(mailbox(other))));

  private CertificateNames() {}

  /**
   * Whether the certificate has the one name that the client registered; throws for one whose names
   * the JVM cannot read.
   */
  static boolean isRegistered(X509Certificate certificate, ClientMetadata metadata)
      throws CertificateParsingException {
    if (metadata.hasTlsClientAuthSubjectDn()) {
      Optional<String> registered =
          DistinguishedName.canonical(metadata.getTlsClientAuthSubjectDn());
      byte[] subject = certificate.getSubjectX500Principal().getEncoded();
      return registered.isPresent() && registered.equals(DistinguishedName.canonical(subject));
    }
    for (San san : SANS) {
      if (san.isRegistered().test(metadata)) {
        return hasName(certificate, san, san.registered().apply(metadata));
      }
    }
    return false;
  }

  private static boolean hasName(X509Certificate certificate, San san, String registered)
      throws CertificateParsingException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    if (names == null) {
      // The JVM says none of an extension that it cannot read.
      if (certificate.getExtensionValue(ALTERNATIVE_NAMES) != null) {
        throw new CertificateParsingException("the names cannot be read");
      }
      return false;
    }
    return names.stream()
        .anyMatch(
            name ->
                name.get(0).equals(san.kind())
                    && name.get(1) instanceof String text
                    && san.isSame().test(text, registered));
  }

  private static boolean isSameAddress(String one, String other) {
    String[] plain = {withoutZeros(one), withoutZeros(other)};
    return InetAddresses.isInetAddress(plain[0])
        && InetAddresses.isInetAddress(plain[1])
        && InetAddresses.forString(plain[0]).equals(InetAddresses.forString(plain[1]));
  }

  /** An IPv4 address may have been registered with them. */
  private static String withoutZeros(String address) {
    return address.contains(":") ? address : address.replaceAll("\\b0+(?=\\d)", "");
  }

  /** RFC 5280 section 7.5: the host without case, the local part exactly. */
  private static String mailbox(String address) {
    int at = address.lastIndexOf('@');
    return at < 0
        ? address
        : address.substring(0, at) + address.substring(at).toLowerCase(Locale.ROOT);
  }
}
