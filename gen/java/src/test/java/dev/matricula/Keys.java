package dev.matricula;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/** Public keys as metadata have them (RFC 7517), written by other means than they are read. */
final class Keys {
  private static final int ED25519_LENGTH = 32;

  private Keys() {}

  static Struct jwk(PublicKey key) {
    Struct none = Struct.getDefaultInstance();
    if (key instanceof RSAPublicKey rsa) {
      Struct typed = with(none, "kty", "RSA");
      return with(
          with(typed, "n", octets(rsa.getModulus(), 0)), "e", octets(rsa.getPublicExponent(), 0));
    }
    if (key instanceof ECPublicKey ec) {
      int bits = ec.getParams().getCurve().getField().getFieldSize();
      int length = (bits + 7) / 8;
      Struct typed = with(with(none, "kty", "EC"), "crv", "P-" + bits);
      return with(
          with(typed, "x", octets(ec.getW().getAffineX(), length)),
          "y",
          octets(ec.getW().getAffineY(), length));
    }
    byte[] encoded = key.getEncoded();
    byte[] x = Arrays.copyOfRange(encoded, encoded.length - ED25519_LENGTH, encoded.length);
    return with(with(with(none, "kty", "OKP"), "crv", "Ed25519"), "x", text(x));
  }

  static Struct with(Struct key, String name, String value) {
    return with(key, name, Value.newBuilder().setStringValue(value).build());
  }

  static Struct with(Struct key, String name, Value value) {
    return key.toBuilder().putFields(name, value).build();
  }

  static Value list(String... texts) {
    ListValue.Builder list = ListValue.newBuilder();
    for (String each : texts) {
      list.addValues(Value.newBuilder().setStringValue(each));
    }
    return Value.newBuilder().setListValue(list).build();
  }

  static Struct set(Struct... keys) {
    ListValue.Builder list = ListValue.newBuilder();
    for (Struct each : keys) {
      list.addValues(Value.newBuilder().setStructValue(each));
    }
    Value all = Value.newBuilder().setListValue(list).build();
    return Struct.newBuilder().putAllFields(Map.of("keys", all)).build();
  }

  static String text(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String octets(BigInteger number, int length) {
    byte[] bytes = number.toByteArray();
    int zeros = bytes[0] == 0 ? 1 : 0;
    byte[] plain = Arrays.copyOfRange(bytes, zeros, bytes.length);
    byte[] padded = new byte[Math.max(length, plain.length)];
    System.arraycopy(plain, 0, padded, padded.length - plain.length, plain.length);
    return text(padded);
  }
}
