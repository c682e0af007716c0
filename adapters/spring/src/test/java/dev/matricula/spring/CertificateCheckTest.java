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
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Resource;
import dev.matricula.FixedClients;
import dev.matricula.v1.Client;
import dev.matricula.v1.ClientMetadata;
import dev.matricula.v1.ClientState;
import dev.matricula.v1.WatchedClient;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;

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

  private static ClientMetadata.Builder metadata(ClientAuthenticationMethod method) {
    return ClientMetadata.newBuilder().setTokenEndpointAuthMethod(method.getValue());
  }

  private static JWK key() {
    return new ECKey.Builder(Curve.P_256, (ECPublicKey) certificate.getPublicKey()).build();
  }

  /** What is said of a client that is registered with this and shows the certificate. */
  private static boolean passes(
      ClientMetadata.Builder metadata, ClientAuthenticationMethod method, JWK... elsewhere)
      throws Exception {
    WatchedClient client =
        WatchedClient.newBuilder()
            .setClient(
                Client.newBuilder()
                    .setClientId("orders")
                    .setState(ClientState.CLIENT_STATE_ACTIVE)
                    .setMetadata(metadata))
            .build();
    // Made with the system's clock, and not valid before.
    Clock clock = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(1));
    try (FixedClients clients = new FixedClients(clock, client)) {
      ClientKeys keys =
          new ClientKeys(
              url ->
                  new Resource(
                      new JWKSet(List.of(elsewhere)).toString(), "application/json"));
      return new CertificateCheck(clients.cache(), keys, clock)
          .isItsOwn("orders", method, certificate, metadata.build());
    }
  }

  @Test
  void takesTheCachesWordOnWhatIsOnRecord() throws Exception {
    ClientAuthenticationMethod named = ClientAuthenticationMethod.TLS_CLIENT_AUTH;
    assertTrue(passes(metadata(named).setTlsClientAuthSanDns("orders.example"), named));
    assertFalse(passes(metadata(named).setTlsClientAuthSanDns("another.example"), named));
    ClientAuthenticationMethod own = ClientAuthenticationMethod.SELF_SIGNED_TLS_CLIENT_AUTH;
    assertTrue(passes(metadata(own).setJwks(set(key())), own));
    JWK other = new ECKeyGenerator(Curve.P_256).generate();
    assertFalse(passes(metadata(own).setJwks(set(other)), own));
  }

  @Test
  void takesNoOtherMethodForTheOneThatSpringFound() throws Exception {
    ClientAuthenticationMethod own = ClientAuthenticationMethod.SELF_SIGNED_TLS_CLIENT_AUTH;
    ClientAuthenticationMethod named = ClientAuthenticationMethod.TLS_CLIENT_AUTH;
    assertFalse(passes(metadata(own).setJwks(set(key())), named));
    // Whose chain nobody has verified.
    assertFalse(passes(metadata(named).setTlsClientAuthSanDns("orders.example"), own));
    assertFalse(passes(metadata(ClientAuthenticationMethod.NONE), named));
  }

  @Test
  void looksForKeysElsewhereItself() throws Exception {
    ClientAuthenticationMethod own = ClientAuthenticationMethod.SELF_SIGNED_TLS_CLIENT_AUTH;
    ClientMetadata.Builder metadata = metadata(own).setJwksUri("https://client.example/jwks");
    JWK other = new ECKeyGenerator(Curve.P_256).generate().toPublicJWK();
    assertTrue(passes(metadata, own, other, key()));
    assertFalse(passes(metadata, own, other));
    assertFalse(passes(metadata, own));
  }

  /** A public key as metadata have it. */
  private static Struct set(JWK key) {
    Struct.Builder members = Struct.newBuilder();
    key.toPublicJWK()
        .toJSONObject()
        .forEach(
            (name, value) ->
                members.putFields(
                    name, Value.newBuilder().setStringValue(value.toString()).build()));
    ListValue.Builder list = ListValue.newBuilder();
    list.addValues(Value.newBuilder().setStructValue(members));
    return Struct.newBuilder()
        .putFields("keys", Value.newBuilder().setListValue(list).build())
        .build();
  }
}
