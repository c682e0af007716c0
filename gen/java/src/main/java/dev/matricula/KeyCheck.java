package dev.matricula;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells whether a private key is a certificate's own. The transport finds out in the handshake
 * only, too late to go on with the pair before; and while two files are being replaced they do not
 * fit together for a moment.
 */
final class KeyCheck {
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  private KeyCheck() {}

  /** Throws IllegalArgumentException for a pair that does not fit or cannot be read. */
  static void demandPair(byte[] chain, byte[] key) {
    Matcher pem = PEM.matcher(new String(key, StandardCharsets.ISO_8859_1));
    if (!pem.find()) {
      throw new IllegalArgumentException("the key file holds no unencrypted PKCS #8 key in PEM");
    }
    boolean fits;
    try {
      // The first of the file is the service's own.
      PublicKey own =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(chain))
              .getPublicKey();
      byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
      PrivateKey secret =
          KeyFactory.getInstance(own.getAlgorithm())
              .generatePrivate(new PKCS8EncodedKeySpec(encoded));
      fits = isPair(own, secret);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the certificate or its key cannot be read", e);
    }
    if (!fits) {
      throw new IllegalArgumentException("the private key is not the certificate's");
    }
  }

  /** One signature, since the two keys have nothing to compare that all kinds of key share. */
  private static boolean isPair(PublicKey own, PrivateKey secret) throws GeneralSecurityException {
    String algorithm =
        switch (own.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> own.getAlgorithm();
        };
    byte[] probe = {1};
    Signature signer = Signature.getInstance(algorithm);
    signer.initSign(secret);
    signer.update(probe);
    byte[] signature = signer.sign();
    Signature verifier = Signature.getInstance(algorithm);
    verifier.initVerify(own);
    verifier.update(probe);
    return verifier.verify(signature);
  }
}
