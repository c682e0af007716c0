package dev.matricula;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.matricula.v1.ClientMetadata;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The public keys that clients have on record (RFC 7517). */
public final class RegisteredKeys {
  /** What stands before the 32 octets of an Ed25519 key (RFC 8410 section 4). */
  private static final byte[] ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");

  private static final int ED25519_LENGTH = 32;

  private static final Map<String, String> CURVES =
      Map.of("P-256", "secp256r1", "P-384", "secp384r1", "P-521", "secp521r1");

  private RegisteredKeys() {}

  /** The members of each key in {@code jwks}, as JSON has them; none for a client without. */
  public static List<Map<String, Object>> of(ClientMetadata metadata) {
    Value keys = metadata.getJwks().getFieldsOrDefault("keys", Value.getDefaultInstance());
    return keys.getListValue().getValuesList().stream()
        .filter(Value::hasStructValue)
        .map(each -> json(each.getStructValue()))
        .toList();
  }

  /** The key as the JVM has it; empty for one of a kind that it does not know. */
  static Optional<PublicKey> publicKey(Map<String, Object> jwk) {
    try {
      return switch (String.valueOf(jwk.get("kty"))) {
        case "RSA" -> Optional.of(rsa(jwk));
        case "EC" -> ec(jwk);
        case "OKP" -> edwards(jwk);
        default -> Optional.empty();
      };
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static PublicKey rsa(Map<String, Object> jwk) throws GeneralSecurityException {
    return KeyFactory.getInstance("RSA")
        .generatePublic(new RSAPublicKeySpec(number(jwk, "n"), number(jwk, "e")));
  }

  private static Optional<PublicKey> ec(Map<String, Object> jwk) throws GeneralSecurityException {
    String curve = CURVES.get(String.valueOf(jwk.get("crv")));
    if (curve == null) {
      return Optional.empty();
    }
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(curve));
    ECPoint point = new ECPoint(number(jwk, "x"), number(jwk, "y"));
    ECParameterSpec all = parameters.getParameterSpec(ECParameterSpec.class);
    return Optional.of(
        KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, all)));
  }

  private static Optional<PublicKey> edwards(Map<String, Object> jwk)
      throws GeneralSecurityException {
    byte[] key = octets(jwk, "x");
    if (!"Ed25519".equals(jwk.get("crv")) || key.length != ED25519_LENGTH) {
      return Optional.empty();
    }
    byte[] encoded = new byte[ED25519.length + key.length];
    System.arraycopy(ED25519, 0, encoded, 0, ED25519.length);
    System.arraycopy(key, 0, encoded, ED25519.length, key.length);
    return Optional.of(
        KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
  }

  private static BigInteger number(Map<String, Object> jwk, String name) {
    return new BigInteger(1, octets(jwk, name));
  }

  private static byte[] octets(Map<String, Object> jwk, String name) {
    if (!(jwk.get(name) instanceof String text) || text.isEmpty()) {
      throw new IllegalArgumentException("the key has no " + name);
    }
    return Base64.getUrlDecoder().decode(text);
  }

  private static Map<String, Object> json(Struct struct) {
    Map<String, Object> members = new LinkedHashMap<>();
    struct.getFieldsMap().forEach((name, value) -> members.put(name, json(value)));
    return members;
  }

  private static Object json(Value value) {
    return switch (value.getKindCase()) {
      case STRING_VALUE -> value.getStringValue();
      case NUMBER_VALUE -> number(value.getNumberValue());
      case BOOL_VALUE -> value.getBoolValue();
      case STRUCT_VALUE -> json(value.getStructValue());
      case LIST_VALUE ->
          value.getListValue().getValuesList().stream().map(RegisteredKeys::json).toList();
      case NULL_VALUE, KIND_NOT_SET -> null;
    };
  }

  /** Times of keys (nbf, exp, iat) are whole numbers, and libraries want them so. */
  private static Number number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1L << 53 ? (Number) (long) value : value;
  }
}
