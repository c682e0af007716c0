package dev.matricula;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Signatures of JWTs by a client's own keys (RFC 7518 section 3, RFC 8037): what the JVM has. */
final class JwsSignature {
  /** Keys that are tried for an assertion that names none. */
  private static final int MOST_KEYS = 16;

  /** RFC 7518 section 3.3. */
  private static final int SMALLEST_RSA = 2048;

  /** The JVM's name of it, its parameters, and the keys that it works with. */
  private record Algorithm(String name, AlgorithmParameterSpec parameters, String kty, String crv) {
    boolean fits(Map<String, Object> key) {
      return kty.equals(key.get("kty")) && (crv == null || crv.equals(key.get("crv")));
    }
  }

  private static final Map<String, Algorithm> ALGORITHMS =
      Map.ofEntries(
          Map.entry("RS256", new Algorithm("SHA256withRSA", null, "RSA", null)),
          Map.entry("RS384", new Algorithm("SHA384withRSA", null, "RSA", null)),
          Map.entry("RS512", new Algorithm("SHA512withRSA", null, "RSA", null)),
          Map.entry("PS256", pss("SHA-256", MGF1ParameterSpec.SHA256, 32)),
          Map.entry("PS384", pss("SHA-384", MGF1ParameterSpec.SHA384, 48)),
          Map.entry("PS512", pss("SHA-512", MGF1ParameterSpec.SHA512, 64)),
          Map.entry("ES256", new Algorithm("SHA256withECDSAinP1363Format", null, "EC", "P-256")),
          Map.entry("ES384", new Algorithm("SHA384withECDSAinP1363Format", null, "EC", "P-384")),
          Map.entry("ES512", new Algorithm("SHA512withECDSAinP1363Format", null, "EC", "P-521")),
          Map.entry("EdDSA", new Algorithm("Ed25519", null, "OKP", "Ed25519")),
          Map.entry("Ed25519", new Algorithm("Ed25519", null, "OKP", "Ed25519")));

  private static Algorithm pss(String hash, MGF1ParameterSpec mask, int salt) {
    PSSParameterSpec parameters = new PSSParameterSpec(hash, "MGF1", mask, salt, 1);
    return new Algorithm("RSASSA-PSS", parameters, "RSA", null);
  }

  private JwsSignature() {}

  /** Whether an algorithm is one of private_key_jwt. */
  static boolean isKnown(String algorithm) {
    return ALGORITHMS.containsKey(algorithm);
  }

  /** Whether one of these keys has signed, of those that its header leaves. */
  static boolean isByOneOf(List<Map<String, Object>> keys, Assertion assertion) {
    Algorithm algorithm = ALGORITHMS.get(assertion.algorithm());
    return algorithm != null
        && keys.stream()
            .filter(key -> algorithm.fits(key) && isMeant(key, assertion))
            .limit(MOST_KEYS)
            .anyMatch(key -> isBy(key, algorithm, assertion));
  }

  /** RFC 7517 sections 4.2 to 4.5: what a key does not say, it allows. */
  private static boolean isMeant(Map<String, Object> key, Assertion assertion) {
    boolean isNamed =
        !assertion.header().containsKey("kid") || assertion.keyId().equals(key.get("kid"));
    return isNamed
        && (!key.containsKey("use") || "sig".equals(key.get("use")))
        && (!key.containsKey("alg") || assertion.algorithm().equals(key.get("alg")))
        && (!key.containsKey("key_ops")
            || (key.get("key_ops") instanceof List<?> uses && uses.contains("verify")));
  }

  private static boolean isBy(Map<String, Object> jwk, Algorithm algorithm, Assertion assertion) {
    Optional<PublicKey> key = RegisteredKeys.publicKey(jwk);
    if (key.isEmpty() || !isSound(key.get(), assertion.signature())) {
      return false;
    }
    try {
      Signature verifier = Signature.getInstance(algorithm.name());
      if (algorithm.parameters() != null) {
        verifier.setParameter(algorithm.parameters());
      }
      verifier.initVerify(key.get());
      verifier.update(assertion.signed());
      return verifier.verify(assertion.signature());
    } catch (GeneralSecurityException e) {
      // A key, or a signature, that cannot be one of this algorithm.
      return false;
    }
  }

  private static boolean isSound(PublicKey key, byte[] signature) {
    if (key instanceof RSAPublicKey rsa) {
      return rsa.getModulus().bitLength() >= SMALLEST_RSA;
    }
    return !(key instanceof ECPublicKey ec) || isInRange(ec.getParams().getOrder(), signature);
  }

  /**
   * Both numbers from 1 to below the order, in full length: there were JVMs that took zeros for
   * good (CVE-2022-21449).
   */
  static boolean isInRange(BigInteger order, byte[] signature) {
    int length = (order.bitLength() + 7) / 8;
    if (signature.length != 2 * length) {
      return false;
    }
    BigInteger r = new BigInteger(1, Arrays.copyOf(signature, length));
    BigInteger s = new BigInteger(1, Arrays.copyOfRange(signature, length, 2 * length));
    return r.signum() > 0 && r.compareTo(order) < 0 && s.signum() > 0 && s.compareTo(order) < 0;
  }
}
