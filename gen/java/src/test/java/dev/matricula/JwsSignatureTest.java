package dev.matricula;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class JwsSignatureTest {
  private static final BigInteger ORDER = BigInteger.valueOf(300);

  private static boolean isInRange(int... octets) {
    byte[] signature = new byte[octets.length];
    for (int i = 0; i < octets.length; i++) {
      signature[i] = (byte) octets[i];
    }
    return JwsSignature.isInRange(ORDER, signature);
  }

  @Test
  void bothNumbersOfASignatureAreFromOneToBelowTheOrder() {
    assertTrue(isInRange(0, 1, 0, 1));
    assertTrue(isInRange(1, 43, 1, 43));
    assertFalse(isInRange(0, 0, 0, 1));
    assertFalse(isInRange(0, 1, 0, 0));
    assertFalse(isInRange(1, 44, 0, 1));
    assertFalse(isInRange(0, 1, 1, 44));
  }

  @Test
  void theyAreInFullLength() {
    assertFalse(isInRange(1, 1));
    assertFalse(isInRange(0, 1, 0, 1, 0));
    assertFalse(isInRange(0, 0, 1, 0, 0, 1));
  }
}
