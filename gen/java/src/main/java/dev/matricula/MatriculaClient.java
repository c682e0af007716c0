package dev.matricula;

import dev.matricula.v1.ClientDirectoryServiceGrpc;
import dev.matricula.v1.ClientDirectoryServiceGrpc.ClientDirectoryServiceBlockingStub;
import dev.matricula.v1.InitialAccessTokenServiceGrpc;
import dev.matricula.v1.InitialAccessTokenServiceGrpc.InitialAccessTokenServiceBlockingStub;
import dev.matricula.v1.RegistrationServiceGrpc;
import dev.matricula.v1.RegistrationServiceGrpc.RegistrationServiceBlockingStub;
import io.grpc.CallCredentials;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A connection to the registry. It is safe for use by many threads, and one per process is enough.
 *
 * <p>The blocking stubs that it hands out have a deadline on every call, try again when the service
 * is unavailable, and throw {@link MatriculaException}, or {@link RegistrationException} when
 * metadata was refused. The certificate files are looked at on every call: when one has changed,
 * new calls go over a new connection, and calls under way finish on the old one.
 */
public final class MatriculaClient implements AutoCloseable {
  private final ReloadingChannel connection;
  private final Channel channel;
  private final Channel blockingChannel;

  private MatriculaClient(Builder builder, ReloadingChannel connection) {
    this.connection = connection;
    CallDefaults defaults = new CallDefaults(builder.timeout, builder.credentials);
    channel = ClientInterceptors.intercept(connection, defaults);
    // The defaults come first: all attempts share one deadline and one idempotency key.
    blockingChannel =
        ClientInterceptors.interceptForward(
            connection, defaults, new BlockingCalls(connection::reconnect));
  }

  /** Starts the description of a connection. */
  public static Builder builder() {
    return new Builder();
  }

  /** Registers, reads, replaces and deletes clients. */
  public RegistrationServiceBlockingStub registration() {
    return RegistrationServiceGrpc.newBlockingStub(blockingChannel);
  }

  /** Looks clients up. */
  public ClientDirectoryServiceBlockingStub directory() {
    return ClientDirectoryServiceGrpc.newBlockingStub(blockingChannel);
  }

  /** Hands out initial access tokens. */
  public InitialAccessTokenServiceBlockingStub initialAccessTokens() {
    return InitialAccessTokenServiceGrpc.newBlockingStub(blockingChannel);
  }

  /**
   * The channel under the blocking stubs, for any other blocking stub. Unary calls on it wait for
   * their answer in the calling thread, whatever the stub.
   */
  public Channel blockingChannel() {
    return blockingChannel;
  }

  /**
   * A channel for asynchronous and streaming stubs: with the deadline, the idempotency keys, the
   * token and the reloading, without the retries. {@link MatriculaException#of} reads its errors.
   */
  public Channel channel() {
    return channel;
  }

  /** Ends gRPC's own pause after a failed connection. */
  void reconnect() {
    connection.reconnect();
  }

  /** Lets calls under way finish, for at most five seconds, and closes the connection. */
  @Override
  public void close() {
    connection.close();
  }

  /** What a connection needs to know; only the URL is compulsory. */
  public static final class Builder {
    private URI url;
    private Path ca;
    private Path certificate;
    private Path key;
    private CallCredentials credentials;
    private Duration timeout = Duration.ofSeconds(10);

    private Builder() {}

    /** Where the service is: {@code https://host:port}. */
    public Builder url(String url) {
      URI uri = URI.create(url);
      // An opaque URI, "localhost:1", has no path at all.
      boolean isRoot = "".equals(uri.getRawPath()) || "/".equals(uri.getRawPath());
      if (!"https".equals(uri.getScheme()) || uri.getHost() == null || !isRoot) {
        throw new IllegalArgumentException("the URL must be https://host:port, it is " + url);
      }
      this.url = uri;
      return this;
    }

    /** PEM file of the authorities that the service's certificate may come from. */
    public Builder ca(Path file) {
      ca = Objects.requireNonNull(file);
      return this;
    }

    /** PEM files of this service's own certificate chain and of its private key (PKCS #8). */
    public Builder certificate(Path chain, Path privateKey) {
      certificate = Objects.requireNonNull(chain);
      key = Objects.requireNonNull(privateKey);
      return this;
    }

    /**
     * An initial access token, or a registration access token, for all calls. For one call there is
     * {@code stub.withCallCredentials(new BearerToken(token))}.
     */
    public Builder token(String token) {
      credentials = new BearerToken(token);
      return this;
    }

    /**
     * How long a call may take, all attempts together: 10 seconds unless told. For one call there
     * is {@code stub.withDeadlineAfter}.
     */
    public Builder timeout(Duration timeout) {
      if (timeout.isNegative() || timeout.isZero()) {
        throw new IllegalArgumentException("the timeout must be positive");
      }
      this.timeout = timeout;
      return this;
    }

    /**
     * Reads the files and makes the client; it connects with the first call.
     *
     * @throws UncheckedIOException if a file cannot be read
     * @throws IllegalArgumentException if a file does not hold what it should
     */
    public MatriculaClient build() {
      if (url == null) {
        throw new IllegalStateException("a URL is needed");
      }
      List<Path> files = new ArrayList<>();
      if (ca != null) {
        files.add(ca);
      }
      if (certificate != null) {
        files.add(certificate);
        files.add(key);
      }
      return build(new ReloadingChannel(files, this::connect));
    }

    /** The seam for tests: the same client over another transport. */
    MatriculaClient build(ReloadingChannel connection) {
      return new MatriculaClient(this, connection);
    }

    private ManagedChannel connect() throws IOException {
      TlsChannelCredentials.Builder tls = TlsChannelCredentials.newBuilder();
      if (ca != null) {
        tls.trustManager(new ByteArrayInputStream(Files.readAllBytes(ca)));
      }
      if (certificate != null) {
        byte[] chain = Files.readAllBytes(certificate);
        byte[] privateKey = Files.readAllBytes(key);
        KeyCheck.demandPair(chain, privateKey);
        tls.keyManager(new ByteArrayInputStream(chain), new ByteArrayInputStream(privateKey));
      }
      int port = url.getPort() == -1 ? 443 : url.getPort();
      // Says the scheme: a host name alone could be taken for one.
      String target = "dns:///" + url.getHost() + ":" + port;
      // A stream can be silent for long: without pings a connection that broke without a word would
      // pass for one that is idle.
      return Grpc.newChannelBuilder(target, tls.build())
          .keepAliveTime(20, TimeUnit.SECONDS)
          .keepAliveTimeout(10, TimeUnit.SECONDS)
          .build();
    }
  }
}
