package dev.matricula.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.matricula.v1.ClientMetadata;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CertificateCheckTest {
  private static final String PASSWORD = "password";

  @TempDir private static Path folder;
  private static X509Certificate certificate;

  /** The JDK's own tool makes it: the JDK has no other way. */
  @BeforeAll
  static void make() throws Exception {
    Path store = folder.resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "client",
                "-dname",
                "CN=orders, O=Example\\, Inc., C=DE",
                "-ext",
                "san=dns:orders.example,uri:spiffe://example/orders"
                    + ",ip:2001:db8::1,email:a@b.example",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    String output = new String(keytool.getInputStream().readAllBytes());
    assertEquals(0, keytool.waitFor(), output);
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    certificate = (X509Certificate) keys.getCertificate("client");
  }

  private static boolean isNamed(ClientMetadata.Builder metadata) {
    return CertificateCheck.isNamed(certificate, metadata.build());
  }

  private static ClientMetadata.Builder metadata() {
    return ClientMetadata.newBuilder();
  }

  @Test
  void comparesTheFiveNames() {
    // A distinguished name as RFC 4514 writes it, and in another spelling of the same.
    for (String name :
        List.of("CN=orders,O=Example\\, Inc.,C=DE", "cn=orders, o=example\\, inc., c=de")) {
      assertTrue(isNamed(metadata().setTlsClientAuthSubjectDn(name)), name);
    }
    for (String name : List.of("CN=orders", "C=DE,O=Example\\, Inc.,CN=orders", "no name")) {
      assertFalse(isNamed(metadata().setTlsClientAuthSubjectDn(name)), name);
    }
    assertTrue(isNamed(metadata().setTlsClientAuthSanDns("Orders.Example")));
    assertFalse(isNamed(metadata().setTlsClientAuthSanDns("example")));
    assertTrue(isNamed(metadata().setTlsClientAuthSanUri("spiffe://example/orders")));
    assertFalse(isNamed(metadata().setTlsClientAuthSanUri("spiffe://example/Orders")));
    assertTrue(isNamed(metadata().setTlsClientAuthSanIp("2001:DB8:0::1")));
    assertFalse(isNamed(metadata().setTlsClientAuthSanIp("2001:db8::2")));
    assertFalse(isNamed(metadata().setTlsClientAuthSanIp("orders.example")));
    assertTrue(isNamed(metadata().setTlsClientAuthSanEmail("a@b.example")));
    assertFalse(isNamed(metadata().setTlsClientAuthSanEmail("b@b.example")));
    // A name of another kind is not the name.
    assertFalse(isNamed(metadata().setTlsClientAuthSanUri("orders.example")));
    assertFalse(isNamed(metadata()));
  }
}
