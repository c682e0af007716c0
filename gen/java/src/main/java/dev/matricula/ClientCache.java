package dev.matricula;

import dev.matricula.CopyFile.Content;
import dev.matricula.WatchLoop.Pace;
import dev.matricula.v1.AuthenticateClientRequest;
import dev.matricula.v1.WatchClientsRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A realm's clients in memory, as WatchClients tells them: first all, then each change within
 * milliseconds. It answers from its own copy, so that an authorization server goes on while the
 * registry is away. Safe for use by many threads; one per process and realm is enough.
 *
 * <p>The certificate needs the role verifier to authenticate by secret, since only that one is told
 * the digests; for everything else the role reader is enough.
 */
public final class ClientCache implements AutoCloseable {
  /** The longest is how much later than need be a registry that is back is heard again. */
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(100), Duration.ofMillis(500));

  private static final Duration SAVE_INTERVAL = Duration.ofMinutes(1);

  private static final Logger logger = Logger.getLogger(ClientCache.class.getName());

  private final Clock clock;
  private final CopyFile file;
  private final RegistryQuestions registry;
  private final AtomicLong saved = new AtomicLong();

  /** When clients were used here that expire when they are not: no change tells of it. */
  private final Map<String, Long> lastUses = new ConcurrentHashMap<>();

  private final SaidExpired saidExpired = new SaidExpired();
  private final Authenticator authenticator;
  private final ClientCopy copy = new ClientCopy();
  private final WatchLoop loop;
  private final UseReports uses;
  private final ScheduledExecutorService timer;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();

  private ClientCache(Builder builder) {
    String realm = builder.realm.isEmpty() ? "default" : builder.realm;
    clock = builder.clock;
    file = builder.file == null ? null : new CopyFile(builder.file, realm);
    registry = builder.asks ? new RegistryQuestions(builder.client, builder.realm) : null;
    timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "matricula-client-cache");
              thread.setDaemon(true);
              return thread;
            });
    CopyVerdicts verdicts =
        new CopyVerdicts(realm, builder.audiences, this::now, this::find, saidExpired);
    authenticator =
        new Authenticator(verdicts, saidExpired, registry, this::mayAskForUnknown);
    copy.listen(this::forget);
    uses = new UseReports(builder.realm, builder.client.channel());
    WatchClientsRequest request =
        WatchClientsRequest.newBuilder()
            .setTogether(true)
            .setRealm(builder.realm)
            .setHeartbeatInterval((int) builder.heartbeat.toSeconds())
            .build();
    loop =
        new WatchLoop(
            request,
            builder.client.channel(),
            copy,
            builder.client::reconnect,
            () -> ready.complete(null),
            builder.pace,
            timer);
  }

  /** Starts the description of a cache. The connection is not the cache's to close. */
  public static Builder builder(MatriculaClient client) {
    return new Builder(client);
  }

  /**
   * Waits until all clients are known. An authorization server does so before it serves: until then
   * clients that are registered look unknown.
   *
   * @throws TimeoutException if they are not known in time; its cause says why, if that is known
   */
  public void awaitReady(Duration timeout) throws InterruptedException, TimeoutException {
    try {
      ready.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      TimeoutException said = new TimeoutException("the registry's clients are not known yet");
      said.initCause(loop.lastFailure());
      throw said;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether all clients have been known once; from then on there is an answer at any time. */
  public boolean isReady() {
    return ready.isDone() && !ready.isCancelled();
  }

  /**
   * Why changes do not arrive at present, or empty if they do: for a health check that tells of a
   * registry that is away. What is known is served all the same.
   */
  public Optional<MatriculaException> interruption() {
    return Optional.ofNullable(loop.lastFailure());
  }

  /** How many clients are known. */
  public int size() {
    return copy.size();
  }

  /** The client as it is here, whatever its state; empty if it is not here. */
  public Optional<CachedClient> find(String clientId) {
    Long lastUse = lastUses.get(clientId);
    Optional<CachedClient> client = copy.find(clientId);
    return lastUse == null ? client : client.map(each -> each.usedAt(lastUse));
  }

  /**
   * The client if it may be used now: neither suspended nor expired nor deleted. One that is not
   * here is asked of the registry, as it may have registered a moment ago; and so is one that has
   * expired for want of use, since it may have been used elsewhere.
   *
   * @throws MatriculaException if the latter cannot be asked
   */
  public Optional<CachedClient> findActive(String clientId) {
    long now = now();
    Optional<CachedClient> client = find(clientId);
    if (client.isEmpty()) {
      client = mayAskForUnknown() ? registry.findUnknown(clientId) : client;
    } else if (registry != null
        && client.get().isUnused(now)
        && !saidExpired.holds(clientId, now)) {
      client = registry.find(clientId);
      if (client.filter(each -> each.isExpired(now)).isPresent()) {
        saidExpired.note(clientId, now);
      }
    }
    return client.filter(each -> each.isActive(now));
  }

  /**
   * Authenticates a client by what arrived at a token endpoint: a secret, an assertion of
   * private_key_jwt, which is taken once, a certificate, or nothing of a public client. A success
   * is reported as a use. Where what is here is not enough, the registry is asked: for
   * client_secret_jwt, for keys behind a jwks_uri, for a client that is not here.
   *
   * @param presented the parameters as they arrived; the realm is the cache's
   * @throws MatriculaException if the registry must be asked and gives no verdict
   */
  public Verdict authenticate(AuthenticateClientRequest presented) {
    return noted(authenticator.authenticate(presented));
  }

  /**
   * The same from what is here alone; empty where the registry must be asked. It reports no use and
   * uses no assertion up: it is no proof against one that comes again.
   */
  public Optional<Verdict> decide(AuthenticateClientRequest presented) {
    return authenticator.decide(presented);
  }

  /**
   * Authenticates a client whose method is client_secret_basic or client_secret_post, whichever, by
   * the digests of its secrets, in a time that does not tell why it fails. A success is reported as
   * a use. Where what is here is not enough, the registry is asked.
   *
   * @throws MatriculaException if it must be asked and gives no verdict
   */
  public Verdict authenticateSecret(String clientId, String secret) {
    return noted(authenticator.authenticateSecret(clientId, secret));
  }

  private Verdict noted(Verdict verdict) {
    boolean isSecret = verdict.method().startsWith("client_secret_");
    verdict
        .client()
        .map(each -> each.client().getClientId())
        .ifPresent(clientId -> noteUse(clientId, isSecret ? verdict.credential() : ""));
    return verdict;
  }

  private boolean mayAskForUnknown() {
    return registry != null && isReady() && interruption().isEmpty();
  }

  /** Notes that a client was used that did not authenticate by secret here; sent in batches. */
  public void reportUse(String clientId) {
    if (find(clientId).isPresent()) {
      noteUse(clientId, "");
    }
  }

  private void noteUse(String clientId, String secretLabel) {
    long now = now();
    uses.add(clientId, secretLabel, now);
    if (copy.find(clientId).map(CachedClient::lifetime).orElse(0L) > 0) {
      lastUses.merge(clientId, now, Math::max);
      // It may have gone meanwhile.
      forget(clientId, copy.find(clientId));
    }
  }

  /** What was heard before of a client that changes, or goes for good. */
  private void forget(String clientId, Optional<CachedClient> client) {
    saidExpired.forget(clientId);
    if (client.isEmpty()) {
      lastUses.remove(clientId);
    }
  }

  /** How many uses are kept that no change tells of. */
  int keptUses() {
    return lastUses.size();
  }

  /** Adds a listener; the result takes it away again. */
  public Runnable listen(ClientListener listener) {
    return copy.listen(Objects.requireNonNull(listener));
  }

  /** Ends the stream and sends the last uses. What is known can still be read. */
  @Override
  public void close() {
    ready.cancel(false);
    loop.close();
    timer.shutdownNow();
    save(!lastUses.isEmpty());
    uses.flush();
  }

  private void load() {
    try {
      file.read()
          .ifPresent(
              content -> {
                copy.load(content.clients());
                loop.resumeFrom(content.resumeToken());
                ready.complete(null);
              });
    } catch (IOException e) {
      logger.log(Level.WARNING, "the clients are not read from their file", e);
    }
  }

  /** Writes the file when something has changed. Uses alone are not worth one each minute. */
  private synchronized void save(boolean hasUses) {
    long changes = copy.changes();
    if (file == null || (changes == saved.get() && !hasUses)) {
      return;
    }
    Optional<Content> content = loop.content();
    if (content.isEmpty()) {
      return;
    }
    try {
      List<CachedClient> clients =
          content.get().clients().stream()
              .map(each -> each.usedAt(lastUses.getOrDefault(each.client().getClientId(), 0L)))
              .toList();
      file.write(new Content(content.get().resumeToken(), clients));
      saved.set(changes);
    } catch (IOException e) {
      logger.log(Level.WARNING, "the clients are not written to their file", e);
    }
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }

  private void start(Duration useInterval) {
    if (file != null) {
      load();
      long pause = SAVE_INTERVAL.toNanos();
      timer.scheduleWithFixedDelay(() -> save(false), pause, pause, TimeUnit.NANOSECONDS);
    }
    loop.open();
    long interval = useInterval.toNanos();
    timer.scheduleWithFixedDelay(uses::flush, interval, interval, TimeUnit.NANOSECONDS);
  }

  /** What a cache needs to know; all of it has a default. */
  public static final class Builder {
    private final MatriculaClient client;
    private String realm = "";
    private Duration heartbeat = Duration.ofSeconds(10);
    private Duration useInterval = Duration.ofSeconds(10);
    private Pace pace;
    private Clock clock = Clock.systemUTC();
    private Path file;
    private Set<String> audiences = Set.of();
    private boolean asks = true;

    private Builder(MatriculaClient client) {
      this.client = Objects.requireNonNull(client);
    }

    /** The realm: the default one unless told. */
    public Builder realm(String realm) {
      this.realm = Objects.requireNonNull(realm);
      return this;
    }

    /**
     * How often the registry says that it is there: every 10 seconds unless told, from 1 to 20. A
     * stream that misses three is given up for a new one.
     */
    public Builder heartbeat(Duration interval) {
      if (interval.toSeconds() < 1 || interval.toSeconds() > 20) {
        throw new IllegalArgumentException("the heartbeat's interval is from 1 to 20 seconds");
      }
      heartbeat = interval;
      return this;
    }

    /**
     * A file to start from while the registry is away: none unless told. It holds metadata and
     * digests, no secret; it is written every minute when something has changed and at the end, for
     * its owner alone, and not read when others may read it.
     */
    public Builder file(Path file) {
      this.file = Objects.requireNonNull(file);
      return this;
    }

    /**
     * Whether the registry is asked where the copy is not enough: yes unless told. Without, a client
     * that is not here yet is unknown, and one that may have been used elsewhere has expired.
     */
    public Builder asks(boolean asks) {
      this.asks = asks;
      return this;
    }

    /**
     * What an assertion may name as its audience: the authorization server's issuer and its token
     * endpoint. None unless told, but for the endpoint that each request names.
     */
    public Builder audiences(String... audiences) {
      this.audiences = Set.copyOf(List.of(audiences));
      return this;
    }

    /** How often uses are reported: every 10 seconds unless told. */
    public Builder useInterval(Duration interval) {
      if (interval.isNegative() || interval.isZero()) {
        throw new IllegalArgumentException("the interval must be positive");
      }
      useInterval = interval;
      return this;
    }

    /** What the time is, for expiry. The system's clock unless told. */
    public Builder clock(Clock clock) {
      this.clock = Objects.requireNonNull(clock);
      return this;
    }

    /** The seam for tests: they do not wait as long. */
    Builder pace(Pace pace) {
      this.pace = pace;
      return this;
    }

    /** Begins to watch, in the background; {@link ClientCache#awaitReady} waits. */
    public ClientCache start() {
      if (pace == null) {
        pace = new Pace(heartbeat, BACKOFF);
      }
      ClientCache cache = new ClientCache(this);
      cache.start(useInterval);
      return cache;
    }
  }
}
