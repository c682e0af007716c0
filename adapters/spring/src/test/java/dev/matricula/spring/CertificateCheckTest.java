package dev.matricula.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64;
import dev.matricula.v1.ClientMetadata;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
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
                "-groupname",
                "secp256r1",
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
  void knowsASelfSignedCertificateByTheClientsKeys() throws Exception {
    CertificateCheck check = new CertificateCheck(new ClientKeys(new PublicKeyRetriever()));
    JWK plain =
        new ECKey.Builder(Curve.P_256, (ECPublicKey) certificate.getPublicKey()).build();
    JWK other = new ECKeyGenerator(Curve.P_256).generate();
    JWK certified =
        new ECKey.Builder((ECKey) plain)
            .x509CertChain(List.of(Base64.encode(certificate.getEncoded())))
            .build();
    assertTrue(check.isKey(certificate, with(other, plain)));
    assertTrue(check.isKey(certificate, with(certified)));
    assertFalse(check.isKey(certificate, with(other)));
    assertFalse(check.isKey(certificate, with()));
    assertFalse(check.isKey(certificate, metadata().build()));
  }

  /** Metadata with these public keys. */
  private static ClientMetadata with(JWK... keys) throws Exception {
    ListValue.Builder list = ListValue.newBuilder();
    for (JWK key : keys) {
      Struct.Builder members = Struct.newBuilder();
      key.toPublicJWK()
          .toJSONObject()
          .forEach((name, value) -> members.putFields(name, value(value)));
      list.addValues(Value.newBuilder().setStructValue(members));
    }
    Value all = Value.newBuilder().setListValue(list).build();
    return metadata().setJwks(Struct.newBuilder().putFields("keys", all)).build();
  }

  private static Value value(Object value) {
    if (value instanceof List<?> all) {
      ListValue.Builder list = ListValue.newBuilder();
      all.forEach(each -> list.addValues(value(each)));
      return Value.newBuilder().setListValue(list).build();
    }
    return value instanceof Number number
        ? Value.newBuilder().setNumberValue(number.doubleValue()).build()
        : Value.newBuilder().setStringValue(value.toString()).build();
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
