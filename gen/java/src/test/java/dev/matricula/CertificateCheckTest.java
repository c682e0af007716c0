package dev.matricula;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import dev.matricula.v1.AuthenticateClientRequest;
import dev.matricula.v1.Client;
import dev.matricula.v1.ClientMetadata;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
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
                    + ",ip:2001:db8::1,ip:192.0.2.7,email:a@b.example",
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

  private static boolean isNamed(ClientMetadata.Builder metadata) throws Exception {
    return CertificateNames.isRegistered(certificate, metadata.build());
  }

  private static ClientMetadata.Builder metadata() {
    return ClientMetadata.newBuilder();
  }

  private static long validFrom() {
    return certificate.getNotBefore().getTime() / 1000;
  }

  private static Verdict shown(ClientMetadata.Builder metadata, long now) throws Exception {
    AuthenticateClientRequest presented =
        AuthenticateClientRequest.newBuilder()
            .setClientCertificate(ByteString.copyFrom(certificate.getEncoded()))
            .setClientCertificateVerified(true)
            .build();
    Client client = Client.newBuilder().setMetadata(metadata).build();
    return CertificateCheck.check(presented, new CachedClient(client, List.of()), now);
  }

  @Test
  void holdsWithinItsDates() throws Exception {
    ClientMetadata.Builder metadata =
        metadata()
            .setTokenEndpointAuthMethod("tls_client_auth")
            .setTlsClientAuthSanDns("orders.example");
    long until = certificate.getNotAfter().getTime() / 1000;
    for (long now : new long[] {validFrom(), until}) {
      assertTrue(shown(metadata, now).client().isPresent());
    }
    for (long now : new long[] {validFrom() - 1, until + 1}) {
      assertTrue(shown(metadata, now).client().isEmpty());
    }
  }

  @Test
  void knowsASelfSignedCertificateByItselfOrItsKey() throws Exception {
    Struct plain = Keys.jwk((ECPublicKey) certificate.getPublicKey());
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    Struct other = Keys.jwk((ECPublicKey) generator.generateKeyPair().getPublic());
    String own = Base64.getEncoder().encodeToString(certificate.getEncoded());
    // Of a kind that the JVM does not know.
    Struct certified = Keys.with(Keys.with(other, "kty", "AKP"), "x5c", Keys.list(own, "another"));
    assertTrue(isOwn(Keys.set(other, plain)));
    assertTrue(isOwn(Keys.set(certified)));
    Struct second = Keys.with(other, "x5c", Keys.list("another", own));
    Struct none = Struct.getDefaultInstance();
    for (Struct set : List.of(Keys.set(other), Keys.set(second), Keys.set(), none)) {
      assertFalse(isOwn(set));
    }
    // Certificates by reference are the registry's to fetch.
    ClientMetadata.Builder elsewhere = metadata().setJwksUri("https://client.example/jwks");
    Verdict unsure =
        shown(elsewhere.setTokenEndpointAuthMethod("self_signed_tls_client_auth"), validFrom());
    assertFalse(unsure.isFinal());
  }

  private static boolean isOwn(Struct set) throws Exception {
    ClientMetadata.Builder metadata =
        metadata().setTokenEndpointAuthMethod("self_signed_tls_client_auth").setJwks(set);
    Verdict verdict = shown(metadata, validFrom());
    assertTrue(verdict.isFinal());
    return verdict.client().isPresent();
  }

  @Test
  void comparesTheFiveNames() throws Exception {
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
    assertTrue(isNamed(metadata().setTlsClientAuthSanIp("192.0.2.07")));
    assertFalse(isNamed(metadata().setTlsClientAuthSanIp("2001:db8::2")));
    assertFalse(isNamed(metadata().setTlsClientAuthSanIp("orders.example")));
    assertTrue(isNamed(metadata().setTlsClientAuthSanEmail("a@b.example")));
    assertTrue(isNamed(metadata().setTlsClientAuthSanEmail("a@B.Example")));
    assertFalse(isNamed(metadata().setTlsClientAuthSanEmail("A@b.example")));
    assertFalse(isNamed(metadata().setTlsClientAuthSanEmail("b@b.example")));
    // A name of another kind is not the name.
    assertFalse(isNamed(metadata().setTlsClientAuthSanUri("orders.example")));
    assertFalse(isNamed(metadata()));
  }
}
