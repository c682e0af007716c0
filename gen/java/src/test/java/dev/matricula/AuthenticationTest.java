package dev.matricula;

import static dev.matricula.Directory.client;
import static dev.matricula.v1.InvalidClientReason.INVALID_CLIENT_REASON_BAD_CREDENTIAL;
import static dev.matricula.v1.InvalidClientReason.INVALID_CLIENT_REASON_EXPIRED;
import static dev.matricula.v1.InvalidClientReason.INVALID_CLIENT_REASON_SUSPENDED;
import static dev.matricula.v1.InvalidClientReason.INVALID_CLIENT_REASON_UNKNOWN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Struct;
import dev.matricula.Directory.Watch;
import dev.matricula.v1.AuthenticateClientRequest;
import dev.matricula.v1.ClientMetadata;
import dev.matricula.v1.ClientState;
import dev.matricula.v1.WatchedClient;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the copy makes of keys, and what it asks. The rows that it shares with the registry itself
 * are run against one, by the registry's own suite.
 */
@Timeout(60)
class AuthenticationTest {
  private static final int NOW = 1_800_000_000;
  private static final String ISSUER = "https://as.example";

  private final Directory directory = new Directory();
  private final String name = UUID.randomUUID().toString();
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private Server server;
  private MatriculaClient registry;
  private ClientCache cache;
  private Watch watch;
  private int count;

  @BeforeEach
  void start() throws Exception {
    server = InProcessServerBuilder.forName(name).addService(directory).build().start();
    registry =
        MatriculaClient.builder()
            .build(
                new ReloadingChannel(
                    List.of(), () -> InProcessChannelBuilder.forName(name).build()));
    cache =
        ClientCache.builder(registry)
            .audiences(ISSUER)
            .clock(Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC))
            .start();
    cache.listen((id, now) -> heard.add(id + (now.isPresent() ? " is" : " is not")));
    watch = directory.watch();
  }

  @AfterEach
  void stop() throws IOException {
    cache.close();
    server.shutdownNow();
    registry.close();
  }

  /** A client whose assertions these keys sign. */
  private static WatchedClient.Builder withKeys(String id, Struct... keys) {
    WatchedClient.Builder watched = client(id, 1).clearSecretDigests();
    ClientMetadata.Builder metadata = watched.getClientBuilder().getMetadataBuilder();
    metadata.setTokenEndpointAuthMethod("private_key_jwt").setJwks(Keys.set(keys));
    return watched;
  }

  private void knows(WatchedClient.Builder... clients) throws Exception {
    watch.sendTogether(clients).endSnapshot();
    cache.awaitReady(Duration.ofSeconds(20));
  }

  private static KeyPair pair(String algorithm) throws GeneralSecurityException {
    KeyPairGenerator generator =
        KeyPairGenerator.getInstance(
            algorithm.startsWith("E") && !algorithm.startsWith("Ed")
                ? "EC"
                : algorithm.startsWith("Ed") ? "Ed25519" : "RSA");
    switch (algorithm.substring(0, 2)) {
      case "ES" -> generator.initialize(new ECGenParameterSpec("secp" + curve(algorithm) + "r1"));
      case "Ed" -> {}
      default -> generator.initialize(2048);
    }
    return generator.generateKeyPair();
  }

  private static String curve(String algorithm) {
    return algorithm.equals("ES512") ? "521" : algorithm.substring(2);
  }

  private static byte[] sign(String algorithm, KeyPair pair, byte[] text)
      throws GeneralSecurityException {
    String hash = algorithm.substring(2);
    Signature signature =
        Signature.getInstance(
            switch (algorithm.substring(0, 2)) {
              case "RS" -> "SHA" + hash + "withRSA";
              case "PS" -> "RSASSA-PSS";
              case "ES" -> "SHA" + hash + "withECDSAinP1363Format";
              default -> "Ed25519";
            });
    if (algorithm.startsWith("PS")) {
      MGF1ParameterSpec mask = new MGF1ParameterSpec("SHA-" + hash);
      int salt = Integer.parseInt(hash) / 8;
      signature.setParameter(new PSSParameterSpec("SHA-" + hash, "MGF1", mask, salt, 1));
    }
    signature.initSign(pair.getPrivate());
    signature.update(text);
    return signature.sign();
  }

  private static String part(String json) {
    return Keys.text(json.getBytes(StandardCharsets.UTF_8));
  }

  private String unsigned(String id, String algorithm, String audience) {
    String claims =
        "{\"iss\":\"%s\",\"sub\":\"%s\",\"aud\":\"%s\",\"exp\":%d,\"jti\":\"%d\"}"
            .formatted(id, id, audience, NOW + 60, ++count);
    return part("{\"alg\":\"" + algorithm + "\"}") + "." + part(claims);
  }

  private static AuthenticateClientRequest presented(String text, byte[] signature) {
    return AuthenticateClientRequest.newBuilder()
        .setClientAssertionType(ClaimReader.ASSERTION_TYPE)
        .setClientAssertion(text + "." + Keys.text(signature))
        .build();
  }

  private AuthenticateClientRequest signed(String id, String algorithm, KeyPair pair)
      throws GeneralSecurityException {
    String text = unsigned(id, algorithm, ISSUER);
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return presented(text, sign(algorithm, pair, bytes));
  }

  private void refused(AuthenticateClientRequest presented) {
    Verdict verdict = cache.authenticate(presented);
    assertEquals(INVALID_CLIENT_REASON_BAD_CREDENTIAL, verdict.reason(), verdict.description());
    assertTrue(verdict.client().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
        "Ed25519"
      })
  void takesASignatureByEachAlgorithm(String algorithm) throws Exception {
    KeyPair pair = pair(algorithm);
    Struct key = Keys.jwk(pair.getPublic());
    WatchedClient.Builder other = withKeys("other", key);
    other
        .getClientBuilder()
        .getMetadataBuilder()
        .setTokenEndpointAuthSigningAlg(algorithm.equals("RS256") ? "PS256" : "RS256");
    knows(
        withKeys("a", key),
        withKeys("enc", Keys.with(key, "use", "enc")),
        withKeys("ops", Keys.with(key, "key_ops", Keys.list("sign"))),
        withKeys("alg", Keys.with(key, "alg", "none")),
        withKeys("b", Keys.jwk(pair(algorithm).getPublic())),
        other);
    Verdict verdict = cache.authenticate(signed("a", algorithm, pair));
    assertEquals("a", verdict.client().orElseThrow().client().getClientId());
    assertEquals("private_key_jwt", verdict.method());
    for (String id : List.of("enc", "ops", "alg", "b", "other")) {
      refused(signed(id, algorithm, pair));
    }
    String text = unsigned("a", algorithm, ISSUER);
    byte[] signature = sign(algorithm, pair, text.getBytes(StandardCharsets.US_ASCII));
    signature[signature.length - 1] ^= 1;
    refused(presented(text, signature));
    assertTrue(directory.questions.isEmpty());
  }

  @Test
  void takesNoSignatureOfAnotherLength() throws Exception {
    KeyPair pair = pair("ES256");
    knows(withKeys("a", Keys.jwk(pair.getPublic())));
    String text = unsigned("a", "ES256", ISSUER);
    byte[] good = sign("ES256", pair, text.getBytes(StandardCharsets.US_ASCII));
    byte[] longer = new byte[66];
    System.arraycopy(good, 0, longer, 1, 32);
    System.arraycopy(good, 32, longer, 34, 32);
    refused(presented(text, longer));
    refused(presented(text, Arrays.copyOf(good, 63)));
    refused(presented(text, new byte[64]));
    assertTrue(cache.authenticate(presented(text, good)).client().isPresent());
  }

  @Test
  void takesNoKeyOfRsaThatIsTooSmall() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(1024);
    KeyPair pair = generator.generateKeyPair();
    knows(withKeys("a", Keys.jwk(pair.getPublic())));
    refused(signed("a", "RS256", pair));
  }

  @Test
  void triesNoMoreThanSixteenKeys() throws Exception {
    KeyPair pair = pair("ES256");
    Struct[] keys = new Struct[17];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = Keys.jwk((i == 15 ? pair : pair("ES256")).getPublic());
    }
    Struct[] moved = keys.clone();
    moved[15] = keys[16];
    moved[16] = keys[15];
    knows(withKeys("sixteenth", keys), withKeys("seventeenth", moved));
    assertTrue(cache.authenticate(signed("sixteenth", "ES256", pair)).client().isPresent());
    refused(signed("seventeenth", "ES256", pair));
  }

  @Test
  void goesOnWhileTheRegistryIsAway() throws Exception {
    KeyPair pair = pair("ES256");
    WatchedClient.Builder suspended = withKeys("suspended", Keys.jwk(pair.getPublic()));
    suspended.getClientBuilder().setState(ClientState.CLIENT_STATE_SUSPENDED);
    WatchedClient.Builder expired = withKeys("expired", Keys.jwk(pair.getPublic()));
    expired.getClientBuilder().setExpiresAt(NOW);
    knows(withKeys("a", Keys.jwk(pair.getPublic())), suspended, expired);
    directory.isAway = true;
    AuthenticateClientRequest once = signed("a", "ES256", pair);
    assertTrue(cache.decide(once).orElseThrow().client().isPresent());
    assertTrue(cache.authenticate(once).client().isPresent());
    refused(once);
    assertTrue(cache.decide(once).orElseThrow().client().isEmpty());
    assertEquals(
        INVALID_CLIENT_REASON_SUSPENDED,
        cache.authenticate(signed("suspended", "ES256", pair)).reason());
    assertEquals(
        INVALID_CLIENT_REASON_EXPIRED,
        cache.authenticate(signed("expired", "ES256", pair)).reason());
    assertEquals(
        INVALID_CLIENT_REASON_UNKNOWN,
        cache.authenticate(signed("nobody", "ES256", pair)).reason());
  }

  @Test
  void takesTheAudiencesThatItWasToldAndTheEndpointOfTheRequest() throws Exception {
    KeyPair pair = pair("Ed25519");
    knows(withKeys("a", Keys.jwk(pair.getPublic())));
    String endpoint = ISSUER + "/par";
    String text = unsigned("a", "Ed25519", endpoint);
    byte[] signature = sign("Ed25519", pair, text.getBytes(StandardCharsets.US_ASCII));
    refused(presented(text, signature));
    AuthenticateClientRequest here =
        presented(text, signature).toBuilder().setEndpoint(endpoint).build();
    assertTrue(cache.authenticate(here).client().isPresent());
  }

  @Test
  void asksWhereTheRegistryAloneHasTheSecretOrTheKeys() throws Exception {
    KeyPair pair = pair("ES256");
    WatchedClient.Builder elsewhere = withKeys("elsewhere");
    elsewhere
        .getClientBuilder()
        .getMetadataBuilder()
        .clearJwks()
        .setJwksUri("https://client.example/jwks");
    WatchedClient.Builder shared = withKeys("shared");
    shared
        .getClientBuilder()
        .getMetadataBuilder()
        .clearJwks()
        .setTokenEndpointAuthMethod("client_secret_jwt");
    WatchedClient.Builder off = shared.clone();
    off.getClientBuilder().setClientId("off").setState(ClientState.CLIENT_STATE_SUSPENDED);
    knows(elsewhere, shared, off);
    for (WatchedClient.Builder each : List.of(elsewhere, shared)) {
      String id = each.getClient().getClientId();
      AuthenticateClientRequest presented = signed(id, "ES256", pair);
      directory.registered.put(id, each.build());
      assertTrue(cache.decide(presented).isEmpty());
      assertEquals("asked", cache.authenticate(presented).credential());
      assertEquals("assertion " + id, directory.questions.get(directory.questions.size() - 1));
      directory.isAway = true;
      assertThrows(MatriculaException.class, () -> cache.authenticate(presented));
      directory.isAway = false;
    }
    int asked = directory.questions.size();
    assertEquals(
        INVALID_CLIENT_REASON_SUSPENDED, cache.authenticate(signed("off", "ES256", pair)).reason());
    assertEquals(asked, directory.questions.size());
    // One that is not here yet.
    directory.registered.put("new", elsewhere.build());
    assertTrue(cache.authenticate(signed("new", "ES256", pair)).client().isPresent());
  }

  @Test
  void asksNobodyWhenToldSo() throws Exception {
    knows();
    try (ClientCache silent = ClientCache.builder(registry).asks(false).start()) {
      WatchedClient.Builder shared = withKeys("shared");
      shared
          .getClientBuilder()
          .getMetadataBuilder()
          .setTokenEndpointAuthMethod("client_secret_jwt");
      directory.watch().send(shared).endSnapshot();
      silent.awaitReady(Duration.ofSeconds(20));
      for (String id : List.of("shared", "nobody")) {
        AuthenticateClientRequest presented = signed(id, "ES256", pair("ES256"));
        assertTrue(silent.authenticate(presented).client().isEmpty());
        assertTrue(silent.decide(presented).orElseThrow().client().isEmpty());
      }
      assertTrue(directory.questions.isEmpty());
    }
  }

  @Test
  void reportsWhoHasAuthenticatedByAKey() throws Exception {
    KeyPair pair = pair("ES256");
    knows(withKeys("a", Keys.with(Keys.jwk(pair.getPublic()), "kid", "k")));
    cache.authenticate(signed("a", "ES256", pair));
    cache.close();
    Directory.Report report = directory.report();
    assertEquals("a", report.request().getUses(0).getClientId());
    assertEquals("", report.request().getUses(0).getSecretLabel());
    report.take();
  }

  @Test
  void keepsNoUseOfAClientThatIsGone() throws Exception {
    WatchedClient.Builder brief = client("brief", 1).setClientLifetime(100);
    brief.getClientBuilder().setUpdatedAt(NOW - 1);
    knows(brief);
    assertTrue(cache.authenticateSecret("brief", Directory.SECRET).client().isPresent());
    assertEquals(1, cache.keptUses());
    watch.remove("brief", 2);
    assertEquals("brief is", heard.poll(20, TimeUnit.SECONDS));
    assertEquals("brief is not", heard.poll(20, TimeUnit.SECONDS));
    assertEquals(0, cache.keptUses());
    assertFalse(cache.find("brief").isPresent());
  }
}
