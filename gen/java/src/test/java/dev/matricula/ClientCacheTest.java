package dev.matricula;

import static dev.matricula.Directory.SECRET;
import static dev.matricula.Directory.client;
import static dev.matricula.v1.InvalidClientReason.INVALID_CLIENT_REASON_BAD_CREDENTIAL;
import static dev.matricula.v1.InvalidClientReason.INVALID_CLIENT_REASON_EXPIRED;
import static dev.matricula.v1.InvalidClientReason.INVALID_CLIENT_REASON_SUSPENDED;
import static dev.matricula.v1.InvalidClientReason.INVALID_CLIENT_REASON_UNKNOWN;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.matricula.Directory.Report;
import dev.matricula.Directory.Watch;
import dev.matricula.WatchLoop.Pace;
import dev.matricula.v1.ClientState;
import dev.matricula.v1.ClientUse;
import dev.matricula.v1.InvalidClientReason;
import dev.matricula.v1.WatchedClient;
import example.Recipes;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ClientCacheTest {
  private static final int NOW = 1_800_000_000;
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Backoff QUICK = new Backoff(Duration.ofMillis(2), Duration.ofMillis(10));

  private final Directory directory = new Directory();
  private final String name = UUID.randomUUID().toString();
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private Server server;
  private MatriculaClient client;
  private ClientCache cache;

  @BeforeEach
  void start() throws IOException {
    server = InProcessServerBuilder.forName(name).addService(directory).build().start();
    client =
        MatriculaClient.builder()
            .build(
                new ReloadingChannel(
                    List.of(), () -> InProcessChannelBuilder.forName(name).build()));
    cache = start(ClientCache.builder(client).pace(new Pace(LONG, QUICK)));
  }

  @AfterEach
  void stop() {
    cache.close();
    // Before the client, which waits for answers.
    server.shutdownNow();
    client.close();
  }

  private ClientCache start(ClientCache.Builder builder) {
    ClientCache started =
        builder
            .clock(Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC))
            .useInterval(Duration.ofMillis(5))
            .start();
    started.listen((id, now) -> heard.add(id + (now.isPresent() ? " is" : " is not")));
    return started;
  }

  /** The first stream, after a snapshot of these. */
  private Watch snapshotOf(WatchedClient.Builder... clients) throws Exception {
    Watch watch = directory.watch();
    for (WatchedClient.Builder each : clients) {
      watch.send(each);
    }
    watch.endSnapshot();
    cache.awaitReady(LONG);
    heard.clear();
    return watch;
  }

  private void hears(String what) throws InterruptedException {
    assertEquals(what, heard.poll(20, TimeUnit.SECONDS));
  }

  @Test
  void knowsAllClientsAfterTheSnapshotAndNotBefore() throws Exception {
    Watch watch = directory.watch();
    assertTrue(watch.request.getSnapshot());
    watch.send(client("a", 1));
    hears("a is");
    assertFalse(cache.isReady());
    assertThrows(TimeoutException.class, () -> cache.awaitReady(Duration.ofMillis(1)));
    watch.send(client("b", 1)).endSnapshot();
    cache.awaitReady(LONG);
    assertTrue(cache.isReady());
    assertEquals(2, cache.size());
    assertEquals("b", cache.find("b").orElseThrow().client().getClientId());
    assertTrue(cache.find("c").isEmpty());
  }

  @Test
  void asksForClientsTogetherAndTakesEachOfThem() throws Exception {
    Watch watch = directory.watch();
    assertTrue(watch.request.getTogether());
    watch.sendTogether(client("a", 1), client("b", 1)).endSnapshot();
    cache.awaitReady(LONG);
    hears("a is");
    hears("b is");
    assertEquals(2, cache.size());
    watch.sendTogether(client("b", 2), client("c", 1));
    hears("b is");
    hears("c is");
    assertEquals(2, cache.find("b").orElseThrow().client().getVersion());
  }

  @Test
  void tellsEachChangeOnceTheCacheHasIt() throws Exception {
    Watch watch = snapshotOf(client("a", 1));
    cache.listen(
        (id, now) -> {
          assertEquals(cache.find(id), now);
          heard.add("seen");
          throw new IllegalStateException("a listener that fails harms nobody");
        });
    watch.send(client("b", 1)).remove("a", 2);
    hears("b is");
    hears("seen");
    hears("a is not");
    assertTrue(cache.find("a").isEmpty());
  }

  @Test
  void goesOnFromTheLastAnswerAndServesInBetween() throws Exception {
    Watch watch = snapshotOf(client("a", 1));
    watch.send(client("a", 2));
    hears("a is");
    watch.fail(Status.UNAVAILABLE);
    Watch next = directory.watch();
    assertEquals("3", next.request.getResumeToken());
    assertFalse(next.request.getSnapshot());
    assertEquals(Status.Code.UNAVAILABLE, cache.interruption().orElseThrow().code());
    assertTrue(cache.authenticateSecret("a", SECRET).client().isPresent());
    next.send(client("b", 1));
    hears("b is");
    assertTrue(cache.interruption().isEmpty());
    next.complete();
    assertEquals("1", directory.watch().request.getResumeToken());
  }

  @Test
  void beginsAgainWhenTheTokenIsTooOldAndForgetsWhatIsGoneAtTheEnd() throws Exception {
    snapshotOf(client("a", 5), client("b", 5)).fail(Status.OUT_OF_RANGE);
    Watch next = directory.watch();
    assertEquals("", next.request.getResumeToken());
    assertTrue(next.request.getSnapshot());
    // Also a registry that was restored from a backup, with a lower version.
    next.send(client("b", 4));
    hears("b is");
    assertEquals(4, cache.find("b").orElseThrow().client().getVersion());
    assertTrue(cache.find("a").isPresent());
    next.endSnapshot();
    hears("a is not");
    assertEquals(1, cache.size());
  }

  @Test
  void goesOnWithASnapshotThatBroke() throws Exception {
    snapshotOf(client("a", 1), client("gone", 1)).fail(Status.OUT_OF_RANGE);
    Watch broken = directory.watch();
    broken.send(client("a", 2));
    hears("a is");
    broken.fail(Status.UNAVAILABLE);
    Watch next = directory.watch();
    assertEquals("1", next.request.getResumeToken());
    assertFalse(next.request.getSnapshot());
    next.send(client("b", 1)).endSnapshot();
    hears("b is");
    // What came before the break is there, and what came on neither side is not.
    hears("gone is not");
    assertEquals(2, cache.size());
  }

  @Test
  void ignoresRepetitionsOfOlderVersions() throws Exception {
    Watch watch = snapshotOf(client("a", 3), client("b", 3));
    watch.send(client("a", 2)).remove("b", 2).send(client("a", 3)).send(client("c", 1));
    hears("c is");
    assertEquals(3, cache.find("a").orElseThrow().client().getVersion());
    assertTrue(cache.find("b").isPresent());
  }

  @Test
  void givesUpAStreamThatIsSilent() throws Exception {
    directory.watch();
    try (ClientCache other =
        start(ClientCache.builder(client).pace(new Pace(Duration.ofMillis(20), QUICK)))) {
      assertTrue(directory.watch().isCancelled.await(20, TimeUnit.SECONDS));
      directory.watch();
      assertTrue(other.interruption().isPresent());
    }
  }

  @Test
  void saysWhyItIsNotReady() throws Exception {
    directory.watch().fail(Status.PERMISSION_DENIED);
    directory.watch();
    TimeoutException e =
        assertThrows(TimeoutException.class, () -> cache.awaitReady(Duration.ofMillis(1)));
    assertEquals(
        Status.Code.PERMISSION_DENIED,
        assertInstanceOf(MatriculaException.class, e.getCause()).code());
  }

  @Test
  void digestsAsTheRegistryDoes() {
    // The example of docs/watch.md.
    assertEquals(
        "8effe6f4a2b29354ce44b64f6398e8c16818b974bbc6db4237d19ca2af5a734f",
        HexFormat.of()
            .formatHex(
                SecretCheck.digest(
                    "default", "01m85esgxbwdf6dhmfdkt85h83", "mcs_" + "A".repeat(48))));
  }

  @Test
  void authenticatesByAnyOfTheSecretsThatHold() throws Exception {
    WatchedClient.Builder two = client("two", 1);
    two.addSecretDigests(
        two.getSecretDigests(0).toBuilder()
            .setLabel("second")
            .setDigest(digest("two", "another"))
            .setExpiresAt(NOW + 1));
    snapshotOf(two);
    assertEquals("first", cache.authenticateSecret("two", SECRET).credential());
    assertEquals("second", cache.authenticateSecret("two", "another").credential());
    Set<ClientUse> reported = new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
    while (reported.size() < 2) {
      Report report = directory.report();
      reported.addAll(report.request().getUsesList());
      report.take();
    }
    assertEquals(
        Set.of("first", "second"),
        reported.stream().map(ClientUse::getSecretLabel).collect(Collectors.toSet()));
  }

  @Test
  void refusesAndSaysWhy() throws Exception {
    WatchedClient.Builder suspended = client("suspended", 1);
    suspended.getClientBuilder().setState(ClientState.CLIENT_STATE_SUSPENDED);
    WatchedClient.Builder expired = client("expired", 1);
    expired.getClientBuilder().setExpiresAt(NOW);
    WatchedClient.Builder old = client("old", 1);
    old.getSecretDigestsBuilder(0).setExpiresAt(NOW);
    WatchedClient.Builder open = client("open", 1);
    open.getClientBuilder().getMetadataBuilder().setTokenEndpointAuthMethod("none");
    WatchedClient.Builder unsaid = client("unsaid", 1);
    unsaid.getClientBuilder().clearState();
    WatchedClient.Builder foreign = client("foreign", 1);
    foreign.getSecretDigestsBuilder(0).setScheme("bcrypt");
    snapshotOf(
        client("a", 1),
        suspended,
        expired,
        old,
        open,
        unsaid,
        foreign,
        client("none", 1).clearSecretDigests());
    refuses("nobody", SECRET, INVALID_CLIENT_REASON_UNKNOWN);
    refuses("suspended", SECRET, INVALID_CLIENT_REASON_SUSPENDED);
    refuses("expired", SECRET, INVALID_CLIENT_REASON_EXPIRED);
    refuses("old", SECRET, INVALID_CLIENT_REASON_EXPIRED);
    for (String id : List.of("open", "unsaid", "foreign", "none")) {
      refuses(id, SECRET, INVALID_CLIENT_REASON_BAD_CREDENTIAL);
    }
    for (String wrong : List.of("", "mcs_two", SECRET + " ")) {
      refuses("a", wrong, INVALID_CLIENT_REASON_BAD_CREDENTIAL);
    }
    assertTrue(cache.findActive("a").isPresent());
    for (String id : List.of("suspended", "expired", "unsaid", "nobody")) {
      assertTrue(cache.findActive(id).isEmpty(), id);
    }
  }

  private void refuses(String id, String secret, InvalidClientReason reason) {
    Verdict verdict = cache.authenticateSecret(id, secret);
    assertEquals(reason, verdict.reason(), id);
    assertTrue(verdict.client().isEmpty());
  }

  @Test
  void doesNotAcceptADigestOfAnotherClient() throws Exception {
    WatchedClient.Builder thief = client("thief", 1);
    thief.setSecretDigests(0, client("a", 1).getSecretDigests(0));
    snapshotOf(client("a", 1), thief);
    refuses("thief", SECRET, INVALID_CLIENT_REASON_BAD_CREDENTIAL);
  }

  @Test
  void asksForAClientThatIsNotHereYet() throws Exception {
    snapshotOf(client("a", 1));
    for (String method : List.of("client_secret_basic", "client_secret_post")) {
      WatchedClient.Builder made = client(method, 1);
      made.getClientBuilder().getMetadataBuilder().setTokenEndpointAuthMethod(method);
      directory.registered.put(method, made.build());
      assertEquals(method, cache.findActive(method).orElseThrow().client().getClientId());
      assertEquals("asked", cache.authenticateSecret(method, SECRET).credential());
      refuses(method, "wrong", INVALID_CLIENT_REASON_EXPIRED);
    }
    assertEquals("basic client_secret_basic", directory.questions.get(0));
    assertEquals("post client_secret_post", directory.questions.get(2));
    assertTrue(cache.findActive("nobody").isEmpty());
    directory.isAway = true;
    refuses("client_secret_post", SECRET, INVALID_CLIENT_REASON_UNKNOWN);
    assertTrue(cache.findActive("client_secret_post").isEmpty());
  }

  @Test
  void asksWhereItIsToldNoDigests() throws Exception {
    WatchedClient.Builder bare = client("bare", 1).clearSecretDigests();
    bare.getClientBuilder().setClientSecretExpiresAt(0);
    directory.registered.put("bare", bare.build());
    snapshotOf(bare);
    assertEquals("asked", cache.authenticateSecret("bare", SECRET).credential());
    directory.isAway = true;
    MatriculaException e =
        assertThrows(
            MatriculaException.class, () -> cache.authenticateSecret("bare", SECRET));
    assertEquals(Status.Code.UNAVAILABLE, e.code());
  }

  @Test
  void asksOfAClientThatHasExpiredUnlessItWasUsedElsewhere() throws Exception {
    WatchedClient.Builder idle = client("idle", 1).setClientLifetime(100);
    idle.getClientBuilder().setUpdatedAt(NOW - 100);
    WatchedClient.Builder alive = idle.clone();
    alive.getClientBuilder().setLastUsedAt(NOW - 1);
    WatchedClient.Builder used = client("used", 1).setClientLifetime(100);
    used.getClientBuilder().setUpdatedAt(NOW - 200).setLastUsedAt(NOW - 99);
    Watch watch = snapshotOf(idle, used);
    assertTrue(cache.findActive("used").isPresent());
    assertEquals("first", cache.authenticateSecret("used", SECRET).credential());
    // Whoever has the wrong secret makes no questions.
    refuses("idle", "wrong", INVALID_CLIENT_REASON_BAD_CREDENTIAL);
    assertTrue(directory.questions.isEmpty());
    assertTrue(cache.findActive("idle").isEmpty());
    refuses("idle", SECRET, INVALID_CLIENT_REASON_EXPIRED);
    // Said once: that holds for a while, or until the client changes.
    int asked = directory.questions.size();
    refuses("idle", SECRET, INVALID_CLIENT_REASON_EXPIRED);
    assertEquals(asked, directory.questions.size());
    directory.registered.put("idle", alive.build());
    idle.getClientBuilder().setVersion(2);
    watch.send(idle);
    hears("idle is");
    assertTrue(cache.findActive("idle").isPresent());
    // It was used now: that needs no question any more.
    assertEquals("asked", cache.authenticateSecret("idle", SECRET).credential());
    directory.isAway = true;
    assertEquals("first", cache.authenticateSecret("idle", SECRET).credential());
    assertTrue(cache.findActive("idle").isPresent());
  }

  @Test
  void saysNothingOfOneThatMayHaveExpiredWhileTheRegistryIsAway() throws Exception {
    WatchedClient.Builder idle = client("idle", 1).setClientLifetime(100);
    snapshotOf(idle);
    directory.isAway = true;
    assertThrows(MatriculaException.class, () -> cache.findActive("idle"));
    assertThrows(MatriculaException.class, () -> cache.authenticateSecret("idle", SECRET));
    try (ClientCache silent = start(ClientCache.builder(client).asks(false))) {
      directory.watch().send(idle).endSnapshot();
      silent.awaitReady(LONG);
      assertTrue(silent.findActive("idle").isEmpty());
      assertEquals(
          INVALID_CLIENT_REASON_EXPIRED, silent.authenticateSecret("idle", SECRET).reason());
    }
  }

  @Test
  void startsFromItsFileAndGoesOnFromThere(@TempDir Path folder) throws Exception {
    directory.watch();
    Path file = folder.resolve("clients");
    WatchedClient.Builder used = client("used", 1).setClientLifetime(100);
    used.getClientBuilder().setUpdatedAt(NOW - 99);
    try (ClientCache first = start(ClientCache.builder(client).file(file))) {
      directory.watch().send(client("a", 1)).send(used).endSnapshot();
      first.awaitReady(LONG);
      first.reportUse("used");
    }
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertFalse(new String(Files.readAllBytes(file), ISO_8859_1).contains(SECRET));

    heard.clear();
    try (ClientCache second = start(ClientCache.builder(client).file(file))) {
      // Before a word was heard.
      assertTrue(second.isReady());
      assertEquals("first", second.authenticateSecret("a", SECRET).credential());
      assertEquals(NOW, second.find("used").orElseThrow().client().getLastUsedAt());
      Watch watch = directory.watch();
      assertEquals("3", watch.request.getResumeToken());
      assertFalse(watch.request.getSnapshot());
      watch.remove("a", 2);
      hears("a is not");
    }
    try (ClientCache third = start(ClientCache.builder(client).file(file))) {
      assertEquals(1, third.size());
    }
  }

  @Test
  void doesNotStartFromAFileThatIsDamagedForeignOrOpenToOthers(@TempDir Path folder)
      throws Exception {
    directory.watch();
    Path file = folder.resolve("clients");
    try (ClientCache first = start(ClientCache.builder(client).file(file))) {
      directory.watch().send(client("a", 1)).endSnapshot();
      first.awaitReady(LONG);
    }
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < whole.length; i++) {
      byte[] changed = whole.clone();
      changed[i] ^= 1;
      Files.write(file, changed);
      assertTrue(new CopyFile(file, "default").read().isEmpty(), "byte " + i);
      Files.write(file, Arrays.copyOf(whole, i));
      assertTrue(new CopyFile(file, "default").read().isEmpty(), i + " bytes");
    }
    Files.write(file, whole);
    assertTrue(new CopyFile(file, "another").read().isEmpty());
    assertTrue(new CopyFile(file, "default").read().isPresent());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThrows(IOException.class, () -> new CopyFile(file, "default").read());
    try (ClientCache cautious = start(ClientCache.builder(client).file(file))) {
      assertFalse(cautious.isReady());
      assertTrue(directory.watch().request.getSnapshot());
    }
    assertTrue(new CopyFile(folder.resolve("none"), "default").read().isEmpty());
  }

  @Test
  void showsNoDigest() {
    WatchedClient watched = client("a", 1).build();
    CachedClient shown = new CachedClient(watched.getClient(), watched.getSecretDigestsList());
    assertEquals("CachedClient[a, version 1]", shown.toString());
  }

  @Test
  void keepsUsesThatTheRegistryCouldNotTake() throws Exception {
    snapshotOf(client("a", 1));
    cache.reportUse("a");
    cache.reportUse("nobody");
    directory.report().fail(Status.UNAVAILABLE);
    Report again = directory.report();
    ClientUse use = ClientUse.newBuilder().setClientId("a").setUsedAt(NOW).build();
    assertEquals(List.of(use), again.request().getUsesList());
    again.take();
  }

  @Test
  void dropsUsesThatTheRegistryRefuses() throws Exception {
    snapshotOf(client("a", 1), client("b", 1));
    cache.reportUse("a");
    directory.report().fail(Status.PERMISSION_DENIED);
    cache.reportUse("b");
    Report next = directory.report();
    assertEquals(
        List.of("b"), next.request().getUsesList().stream().map(ClientUse::getClientId).toList());
    next.take();
  }

  @Test
  void reportsNoMoreThanARequestHolds() throws Exception {
    WatchedClient.Builder[] many = new WatchedClient.Builder[1500];
    for (int i = 0; i < many.length; i++) {
      many[i] = client("client" + i, 1);
    }
    // So that all are gathered before the first report goes out.
    Watch watch = directory.watch();
    for (WatchedClient.Builder each : many) {
      watch.send(each);
    }
    watch.endSnapshot();
    cache.awaitReady(LONG);
    int reported = 0;
    for (int i = 0; i < many.length; i++) {
      cache.reportUse("client" + i);
    }
    while (reported < many.length) {
      Report report = directory.report();
      int uses = report.request().getUsesCount();
      assertTrue(uses <= 1000, uses + " in one report");
      reported += uses;
      report.take();
    }
    assertEquals(many.length, reported);
  }

  @Test
  void closesTheStreamAndSendsTheLastUses() throws Exception {
    Watch watch = directory.watch();
    try (ClientCache other =
        ClientCache.builder(client).pace(new Pace(LONG, QUICK)).useInterval(LONG).start()) {
      Watch its = directory.watch();
      its.send(client("a", 1)).endSnapshot();
      other.awaitReady(LONG);
      assertTrue(other.authenticateSecret("a", SECRET).client().isPresent());
      other.close();
      assertTrue(its.isCancelled.await(20, TimeUnit.SECONDS));
      Report last = directory.report();
      assertEquals("a", last.request().getUses(0).getClientId());
      last.take();
      assertTrue(other.find("a").isPresent());
    }
    cache.close();
    assertTrue(watch.isCancelled.await(20, TimeUnit.SECONDS));
    assertThrows(CancellationException.class, () -> cache.awaitReady(LONG));
    assertFalse(cache.isReady());
    assertFalse(directory.hasMore());
  }

  @Test
  void doesWhatTheDocumentationShows() throws Exception {
    snapshotOf(client("a", 1));
    CompletableFuture<Void> answered =
        CompletableFuture.runAsync(
            () -> {
              try {
                Watch watch = directory.watch();
                watch.send(client("a", 1)).endSnapshot();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    try (ClientCache shown = Recipes.cache(client)) {
      answered.get();
      assertTrue(Recipes.authenticate(shown, "a", SECRET));
      assertFalse(Recipes.authenticate(shown, "a", "mcs_other"));
      Recipes.listen(shown).run();
    }
  }

  @Test
  void refusesWhatCannotBe() {
    ClientCache.Builder builder = ClientCache.builder(client);
    for (int seconds : new int[] {0, 21}) {
      Duration interval = Duration.ofSeconds(seconds);
      assertThrows(IllegalArgumentException.class, () -> builder.heartbeat(interval));
    }
    assertThrows(IllegalArgumentException.class, () -> builder.useInterval(Duration.ZERO));
  }

  private static ByteString digest(String id, String secret) {
    return ByteString.copyFrom(SecretCheck.digest("default", id, secret));
  }
}
