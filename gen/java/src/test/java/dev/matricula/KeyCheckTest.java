package dev.matricula;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyCheckTest {
  private record Pair(byte[] certificate, byte[] key) {}

  @TempDir private Path folder;

  @Test
  void tellsWhetherAKeyIsTheCertificates() throws Exception {
    Map<String, Pair> pairs = new HashMap<>();
    for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
      Pair one = pair(algorithm);
      pairs.put(algorithm, one);
      Pair other = pair(algorithm);
      KeyCheck.demandPair(one.certificate, one.key);
      KeyCheck.demandPair(other.certificate, other.key);
      assertThrows(
          IllegalArgumentException.class, () -> KeyCheck.demandPair(one.certificate, other.key));
    }
    Pair rsa = pairs.get("RSA");
    Pair ec = pairs.get("EC");
    byte[] nothing = new byte[0];
    for (Pair bad :
        List.of(
            new Pair(rsa.certificate, ec.key),
            new Pair(rsa.certificate, nothing),
            new Pair(nothing, rsa.key))) {
      assertThrows(
          IllegalArgumentException.class, () -> KeyCheck.demandPair(bad.certificate, bad.key));
    }
  }

  /** The JDK makes certificates by its keytool only. */
  private Pair pair(String algorithm) throws Exception {
    Path store = Files.createTempDirectory(folder, "pair").resolve("store.p12");
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    Process process =
        new ProcessBuilder(
                keytool.toString(),
                "-genkeypair",
                "-keyalg",
                algorithm,
                "-alias",
                "own",
                "-dname",
                "CN=own",
                "-keystore",
                store.toString(),
                "-storepass",
                "for tests")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException("keytool failed");
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream file = Files.newInputStream(store)) {
      keys.load(file, "for tests".toCharArray());
    }
    Key key = keys.getKey("own", "for tests".toCharArray());
    return new Pair(
        pem("CERTIFICATE", keys.getCertificate("own").getEncoded()),
        pem("PRIVATE KEY", key.getEncoded()));
  }

  private static byte[] pem(String label, byte[] content) {
    String body = Base64.getMimeEncoder().encodeToString(content);
    String text = "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
