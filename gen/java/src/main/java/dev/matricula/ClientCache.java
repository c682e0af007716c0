package dev.matricula;

import dev.matricula.WatchLoop.Pace;
import dev.matricula.v1.WatchClientsRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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

  private final String realm;
  private final Clock clock;
  private final ClientCopy copy = new ClientCopy();
  private final WatchLoop loop;
  private final UseReports uses;
  private final ScheduledExecutorService timer;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();

  private ClientCache(Builder builder) {
    realm = builder.realm.isEmpty() ? "default" : builder.realm;
    clock = builder.clock;
    timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "matricula-client-cache");
              thread.setDaemon(true);
              return thread;
            });
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

  /** The client, whatever its state; empty if there is none. */
  public Optional<CachedClient> find(String clientId) {
    return copy.find(clientId);
  }

  /** The client if it may be used now: neither suspended nor expired nor deleted. */
  public Optional<CachedClient> findActive(String clientId) {
    return find(clientId).filter(client -> client.isActive(now()));
  }

  /**
   * Authenticates a client whose method is client_secret_basic or client_secret_post, by the
   * digests of its secrets, in a time that does not tell why it fails. A success is reported as a
   * use.
   */
  public SecretVerdict authenticateSecret(String clientId, String secret) {
    SecretVerdict verdict = SecretCheck.check(realm, clientId, secret, find(clientId), now());
    if (verdict.client().isPresent()) {
      uses.add(clientId, verdict.secretLabel(), now());
    }
    return verdict;
  }

  /** Notes that a client was used that did not authenticate by secret here; sent in batches. */
  public void reportUse(String clientId) {
    if (find(clientId).isPresent()) {
      uses.add(clientId, "", now());
    }
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
    uses.flush();
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }

  private void start(Duration useInterval) {
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
