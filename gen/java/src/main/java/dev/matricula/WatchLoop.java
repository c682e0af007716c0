package dev.matricula;

import dev.matricula.v1.ClientDirectoryServiceGrpc;
import dev.matricula.v1.WatchClientsRequest;
import dev.matricula.v1.WatchClientsResponse;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;

/**
 * Keeps one stream of changes open, for as long as it takes: after every end it goes on from the
 * last resume token, or begins again with a snapshot where that token is too old.
 */
final class WatchLoop {
  private static final Logger logger = Logger.getLogger(WatchLoop.class.getName());

  /** What a connection needs to come about, between asking for one and using it. */
  private static final Duration HANDSHAKE = Duration.ofMillis(100);

  /** Streams that were silent for this many heartbeats are given up. */
  private static final int MISSED_HEARTBEATS = 3;

  private final WatchClientsRequest request;
  private final Channel channel;
  private final ClientCopy copy;
  private final Runnable reconnect;
  private final Runnable ready;
  private final Pace pace;
  private final ScheduledExecutorService timer;

  private String resumeToken = "";
  private Stream current;
  private int failures;
  private MatriculaException lastFailure;
  private boolean isClosed;

  /**
   * How fast it goes.
   *
   * @param heartbeat how often the registry gives a sign of life
   * @param backoff the pauses after a stream's end
   */
  record Pace(Duration heartbeat, Backoff backoff) {}

  /**
   * A loop that has not begun.
   *
   * @param reconnect ends the channel's own pause after a failed connection
   * @param ready is run after every complete snapshot
   */
  WatchLoop(
      WatchClientsRequest request,
      Channel channel,
      ClientCopy copy,
      Runnable reconnect,
      Runnable ready,
      Pace pace,
      ScheduledExecutorService timer) {
    this.request = request;
    this.channel = channel;
    this.copy = copy;
    this.reconnect = reconnect;
    this.ready = ready;
    this.pace = pace;
    this.timer = timer;
  }

  /** Opens a stream; what it says and its end are dealt with one at a time. */
  synchronized void open() {
    if (isClosed) {
      return;
    }
    boolean isFresh = resumeToken.isEmpty();
    if (isFresh) {
      copy.beginSnapshot();
    }
    Stream stream = new Stream();
    current = stream;
    WatchClientsRequest.Builder next = request.toBuilder().setResumeToken(resumeToken);
    try {
      ClientDirectoryServiceGrpc.newStub(channel)
          .watchClients(next.setSnapshot(isFresh).build(), stream);
    } catch (RuntimeException e) {
      stream.onError(e);
    }
    watchOver(stream);
  }

  /** Before it is opened: where to go on. */
  synchronized void resumeFrom(String token) {
    resumeToken = token;
  }

  /** All that is known and where to go on from it; empty while a snapshot comes in. */
  synchronized Optional<CopyFile.Content> content() {
    return resumeToken.isEmpty()
        ? Optional.empty()
        : copy.whole().map(clients -> new CopyFile.Content(resumeToken, clients));
  }

  /** Why the last stream ended; null when it was by itself, or when the present one works. */
  synchronized MatriculaException lastFailure() {
    return lastFailure;
  }

  synchronized void close() {
    isClosed = true;
    Stream last = current;
    current = null;
    if (last != null) {
      last.cancel("closed");
    }
  }

  /** Looks after each interval in which a heartbeat is due, while this stream is the one. */
  private synchronized void watchOver(Stream stream) {
    if (current != stream) {
      return;
    }
    if (stream.silentIntervals++ >= MISSED_HEARTBEATS) {
      stream.cancel("silent");
      stream.onError(
          Status.UNAVAILABLE.withDescription("the stream was silent").asRuntimeException());
      return;
    }
    later(() -> watchOver(stream), pace.heartbeat());
  }

  private synchronized void received(Stream stream, WatchClientsResponse event) {
    if (current != stream) {
      return;
    }
    stream.silentIntervals = 0;
    failures = 0;
    lastFailure = null;
    copy.apply(event);
    resumeToken = event.getResumeToken();
    if (event.hasSnapshotEnd()) {
      ready.run();
    }
  }

  private synchronized void ended(Stream stream, MatriculaException failure) {
    if (current != stream || isClosed) {
      return;
    }
    current = null;
    failures++;
    if (failure != null && failure.code() == Status.Code.OUT_OF_RANGE) {
      resumeToken = "";
    }
    // One end means nothing: a connection has an age that it may reach.
    if (failure != null && failures == 2) {
      logger.warning("no changes arrive, going on with what is known: " + failure);
    }
    lastFailure = failure;
    Duration pause = pace.backoff().pause(failures);
    if (failure != null && failure.retryAfter().isPresent()) {
      Duration asked = failure.retryAfter().get();
      pause = asked.compareTo(pause) > 0 ? asked : pause;
    }
    later(this::comeBack, pause);
  }

  private void comeBack() {
    reconnect.run();
    later(this::open, HANDSHAKE);
  }

  private void later(Runnable task, Duration delay) {
    try {
      timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // It was closed in between.
    }
  }

  private final class Stream
      implements ClientResponseObserver<WatchClientsRequest, WatchClientsResponse> {
    private ClientCallStreamObserver<WatchClientsRequest> call;
    private int silentIntervals;

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchClientsRequest> call) {
      this.call = call;
    }

    @Override
    public void onNext(WatchClientsResponse event) {
      received(this, event);
    }

    @Override
    public void onError(Throwable failure) {
      ended(this, MatriculaException.of(failure));
    }

    @Override
    public void onCompleted() {
      ended(this, null);
    }

    void cancel(String why) {
      if (call != null) {
        call.cancel(why, null);
      }
    }
  }
}
