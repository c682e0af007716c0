package dev.matricula;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;

/**
 * A channel that is made anew when the files that it was made from have changed. A key manager that
 * reloads would not do: it is asked only on a handshake, and the one HTTP/2 connection can live for
 * days with the certificate that it began with.
 */
final class ReloadingChannel extends Channel implements AutoCloseable {
  private static final Logger logger = Logger.getLogger(ReloadingChannel.class.getName());

  /** Makes a channel from what the files hold now. */
  interface Connector {
    ManagedChannel connect() throws IOException;
  }

  /** What tells that a file is another one: a replacement by rename has another key. */
  private record Stamp(Object key, long modified, long size) {
    static List<Stamp> of(List<Path> files) throws IOException {
      List<Stamp> stamps = new ArrayList<>(files.size());
      for (Path file : files) {
        BasicFileAttributes at = Files.readAttributes(file, BasicFileAttributes.class);
        stamps.add(
            new Stamp(at.fileKey(), at.lastModifiedTime().to(TimeUnit.NANOSECONDS), at.size()));
      }
      return stamps;
    }
  }

  private record Connection(List<Stamp> stamps, ManagedChannel channel) {}

  private final List<Path> files;
  private final Connector connector;
  private volatile Connection connection;
  private boolean isComplainedOf;
  private volatile boolean isClosed;

  ReloadingChannel(List<Path> files, Connector connector) {
    this.files = List.copyOf(files);
    this.connector = connector;
    try {
      connection = connect(Stamp.of(files));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
    return current().newCall(method, options);
  }

  @Override
  public String authority() {
    return connection.channel.authority();
  }

  /**
   * Ends gRPC's own pause after a failed connection, which is longer than ours between attempts.
   */
  void reconnect() {
    connection.channel.resetConnectBackoff();
  }

  private ManagedChannel current() {
    if (isClosed) {
      throw new IllegalStateException("the client is closed");
    }
    try {
      List<Stamp> stamps = Stamp.of(files);
      return (stamps.equals(connection.stamps) ? connection : reload()).channel;
    } catch (IOException | RuntimeException e) {
      // Half of a rotation: a file is away, or the certificate is already new and the key still
      // old. The old pair serves
      // until the new one is whole, and every call looks again.
      complain(e);
      return connection.channel;
    }
  }

  private synchronized Connection reload() throws IOException {
    // The stamps are taken before the files are read: a file that changes in between is read again
    // by the next call.
    List<Stamp> stamps = Stamp.of(files);
    Connection old = connection;
    if (!isClosed && !stamps.equals(old.stamps)) {
      connection = connect(stamps);
      isComplainedOf = false;
      // Later, because another thread may hold the old channel and be about to begin a call on it.
      CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(old.channel::shutdown);
    }
    return connection;
  }

  private Connection connect(List<Stamp> stamps) throws IOException {
    return new Connection(stamps, connector.connect());
  }

  private synchronized void complain(Exception e) {
    if (!isComplainedOf) {
      isComplainedOf = true;
      logger.warning("the certificate files cannot be used, going on with those before: " + e);
    }
  }

  @Override
  public void close() {
    ManagedChannel last;
    synchronized (this) {
      isClosed = true;
      last = connection.channel;
    }
    last.shutdown();
    try {
      if (!last.awaitTermination(5, TimeUnit.SECONDS)) {
        last.shutdownNow();
      }
    } catch (InterruptedException e) {
      last.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
