package dev.matricula;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.matricula.v1.ClientMetadata;
import dev.matricula.v1.CreateInitialAccessTokenRequest;
import dev.matricula.v1.CreateInitialAccessTokenResponse;
import dev.matricula.v1.DeleteClientRequest;
import dev.matricula.v1.DeleteClientResponse;
import dev.matricula.v1.ErrorReason;
import dev.matricula.v1.InitialAccessTokenServiceGrpc;
import dev.matricula.v1.ReadClientRequest;
import dev.matricula.v1.ReadClientResponse;
import dev.matricula.v1.RegisterClientRequest;
import dev.matricula.v1.RegisterClientResponse;
import dev.matricula.v1.RegistrationError;
import dev.matricula.v1.RegistrationServiceGrpc;
import dev.matricula.v1.Violation;
import example.Recipes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class MatriculaClientTest {
  private static final RegisterClientRequest REQUEST =
      RegisterClientRequest.newBuilder()
          .setMetadata(ClientMetadata.newBuilder().setClientName("Orders"))
          .build();

  private static final StatusRuntimeException LOST =
      Status.UNAVAILABLE.withDescription("connection reset").asRuntimeException();

  @TempDir private Path folder;
  private final Registry registry = new Registry();
  private final String name = UUID.randomUUID().toString();
  private Server server;
  private MatriculaClient client;

  @BeforeEach
  void start() throws IOException {
    server =
        InProcessServerBuilder.forName(name)
            .addService(registry)
            .addService(registry.tokens)
            .intercept(registry)
            .build()
            .start();
    client = client(MatriculaClient.builder());
  }

  @AfterEach
  void stop() {
    client.close();
    server.shutdownNow();
  }

  private MatriculaClient client(MatriculaClient.Builder builder) {
    return builder.build(new ReloadingChannel(List.of(), this::channel));
  }

  private ManagedChannel channel() {
    return InProcessChannelBuilder.forName(name).build();
  }

  @Test
  void retriesWithOneIdempotencyKey() {
    registry.fail(LOST, LOST);
    String id = client.registration().registerClient(REQUEST).getClient().getClientId();
    assertEquals(3, registry.requests.size());
    String key = registry.requests.get(0).getIdempotencyKey();
    assertEquals(key, UUID.fromString(key).toString());
    assertEquals(1, registry.requests.stream().distinct().count());
    assertEquals("client of " + key, id);

    client.registration().registerClient(REQUEST);
    assertNotEquals(key, registry.requests.get(3).getIdempotencyKey());
  }

  @Test
  void reachesAServiceThatComesBackBetweenAttempts() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    ReloadingChannel connection =
        new ReloadingChannel(
            List.of(),
            () ->
                Grpc.newChannelBuilder("localhost:" + port, InsecureChannelCredentials.create())
                    .build());
    Server late =
        Grpc.newServerBuilderForPort(port, InsecureServerCredentials.create())
            .addService(registry)
            .build();
    try (MatriculaClient early = MatriculaClient.builder().build(connection)) {
      CompletableFuture.delayedExecutor(60, TimeUnit.MILLISECONDS)
          .execute(() -> assertDoesNotThrow(late::start));
      // gRPC alone would look again after a second, when all attempts are over.
      early.registration().registerClient(REQUEST);
      assertEquals(1, registry.requests.size());
    } finally {
      late.shutdownNow();
    }
  }

  @Test
  void keepsTheCallersKey() {
    client.registration().registerClient(REQUEST.toBuilder().setIdempotencyKey("mine").build());
    assertEquals("mine", registry.requests.get(0).getIdempotencyKey());
  }

  @Test
  void givesUpAfterFourAttempts() {
    registry.fail(LOST, LOST, LOST, LOST, LOST);
    MatriculaException e =
        assertThrows(MatriculaException.class, () -> client.registration().registerClient(REQUEST));
    assertEquals(Status.Code.UNAVAILABLE, e.code());
    assertEquals(ErrorReason.ERROR_REASON_UNSPECIFIED, e.reason());
    assertEquals(4, registry.requests.size());
  }

  @Test
  void waitsAsLongAsTheServiceSays() {
    registry.fail(failure(Status.Code.UNAVAILABLE, "STORE_UNAVAILABLE", retryAfter(400)));
    long start = System.nanoTime();
    client.registration().registerClient(REQUEST);
    assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(400));
  }

  @Test
  void doesNotWaitPastTheDeadline() {
    registry.fail(failure(Status.Code.UNAVAILABLE, "STORE_UNAVAILABLE", retryAfter(60_000)));
    MatriculaException e =
        assertThrows(MatriculaException.class, () -> client.registration().registerClient(REQUEST));
    assertEquals(ErrorReason.ERROR_REASON_STORE_UNAVAILABLE, e.reason());
    assertEquals(Duration.ofMinutes(1), e.retryAfter().orElseThrow());
  }

  @Test
  void retriesOnlyUnavailable() {
    registry.fail(failure(Status.Code.RESOURCE_EXHAUSTED, "RATE_LIMITED", retryAfter(7_000)));
    MatriculaException e =
        assertThrows(MatriculaException.class, () -> client.registration().registerClient(REQUEST));
    assertEquals(1, registry.requests.size());
    assertEquals(ErrorReason.ERROR_REASON_RATE_LIMITED, e.reason());
    assertEquals(Duration.ofSeconds(7), e.retryAfter().orElseThrow());
  }

  @Test
  void retriesNoWriteWithoutKey() {
    registry.fail(LOST);
    assertThrows(
        MatriculaException.class,
        () ->
            client
                .initialAccessTokens()
                .createInitialAccessToken(CreateInitialAccessTokenRequest.getDefaultInstance()));
  }

  @Test
  void unpacksWhatWasRefused() throws InterruptedException {
    StatusRuntimeException refusal = refusal();
    registry.fail(refusal, refusal, refusal);
    RegistrationException e =
        assertThrows(
            RegistrationException.class, () -> client.registration().registerClient(REQUEST));
    assertEquals(Status.Code.INVALID_ARGUMENT, e.code());
    assertEquals(ErrorReason.ERROR_REASON_INVALID_REDIRECT_URI, e.reason());
    assertEquals("invalid_redirect_uri", e.error());
    assertEquals("uri.fragment", e.violations().get(0).getRule());
    // It is thrown in the caller's thread, so its trace leads to the caller.
    assertTrue(
        List.of(e.getStackTrace()).stream()
            .anyMatch(frame -> frame.getClassName().equals(getClass().getName())));

    Recipes.errors(client, REQUEST);
    assertInstanceOf(
        RegistrationException.class,
        assertThrows(MatriculaException.class, () -> Recipes.future(client, REQUEST)));
    assertTrue(Recipes.future(client, REQUEST).startsWith("client of "));
  }

  @Test
  void readsWhateverStatusComes() {
    MatriculaException newer =
        MatriculaException.of(failure(Status.Code.ABORTED, "NOT_INVENTED_YET"));
    assertEquals(ErrorReason.UNRECOGNIZED, newer.reason());
    MatriculaException foreign = MatriculaException.of(new ExecutionException(new IOException()));
    assertEquals(Status.Code.UNKNOWN, foreign.code());
    Metadata garbage = new Metadata();
    garbage.put(
        Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER),
        new byte[] {1});
    MatriculaException e = MatriculaException.of(Status.ABORTED.asRuntimeException(garbage));
    assertEquals(Status.Code.ABORTED, e.code());
  }

  @Test
  void deletionWhoseAnswerWasLostIsDone() {
    registry.fail(LOST, failure(Status.Code.PERMISSION_DENIED, "PERMISSION_DENIED"));
    client.registration().deleteClient(DeleteClientRequest.getDefaultInstance());
  }

  @Test
  void deletionThatTheServiceDeniedIsNotDone() {
    registry.fail(
        failure(Status.Code.UNAVAILABLE, "STORE_UNAVAILABLE"),
        failure(Status.Code.PERMISSION_DENIED, "PERMISSION_DENIED"));
    assertThrows(
        MatriculaException.class,
        () -> client.registration().deleteClient(DeleteClientRequest.getDefaultInstance()));
  }

  @Test
  void deletionThatNeverArrivedIsNotDone() {
    registry.fail(failure(Status.Code.PERMISSION_DENIED, "PERMISSION_DENIED"));
    // A port that nothing listens on, and then the service.
    ManagedChannel refused =
        Grpc.newChannelBuilder("localhost:1", InsecureChannelCredentials.create()).build();
    ManagedChannel working = channel();
    Channel[] current = {refused};
    Channel switching =
        new Channel() {
          @Override
          public <Q, A> ClientCall<Q, A> newCall(
              MethodDescriptor<Q, A> method, CallOptions options) {
            return current[0].newCall(method, options);
          }

          @Override
          public String authority() {
            return current[0].authority();
          }
        };
    BlockingCalls calls = new BlockingCalls(() -> current[0] = working);
    RegistrationServiceGrpc.RegistrationServiceBlockingStub stub =
        RegistrationServiceGrpc.newBlockingStub(ClientInterceptors.intercept(switching, calls));
    MatriculaException e =
        assertThrows(
            MatriculaException.class,
            () -> stub.deleteClient(DeleteClientRequest.getDefaultInstance()));
    assertEquals(Status.Code.PERMISSION_DENIED, e.code());
    refused.shutdownNow();
    working.shutdownNow();
  }

  @Test
  void hasADeadlineUnlessToldOtherwise() {
    registry.isSlow = true;
    try (MatriculaClient hasty = client(MatriculaClient.builder().timeout(Duration.ofMillis(50)))) {
      MatriculaException e =
          assertThrows(
              MatriculaException.class,
              () -> hasty.registration().readClient(ReadClientRequest.getDefaultInstance()));
      assertEquals(Status.Code.DEADLINE_EXCEEDED, e.code());
      hasty
          .registration()
          .withDeadlineAfter(20, TimeUnit.SECONDS)
          .readClient(ReadClientRequest.getDefaultInstance());
    }
  }

  @Test
  void sendsTheTokenOfTheConnectionOrOfTheCall() {
    client.registration().registerClient(REQUEST);
    assertNull(registry.authorization);
    try (MatriculaClient holder = client(MatriculaClient.builder().token("initial"))) {
      holder.registration().registerClient(REQUEST);
      assertEquals("Bearer initial", registry.authorization);
      Recipes.oneCall(holder, "id", "of-the-client");
      assertEquals("Bearer of-the-client", registry.authorization);
    }
    assertThrows(IllegalArgumentException.class, () -> new BearerToken("two words"));
  }

  @Test
  void connectsAnewWhenAFileChanged() throws Exception {
    Path file = Files.writeString(folder.resolve("cert.pem"), "one");
    List<ManagedChannel> made = new ArrayList<>();
    ReloadingChannel connection =
        new ReloadingChannel(
            List.of(file),
            () -> {
              if (Files.readString(file).equals("half")) {
                throw new IllegalArgumentException("not whole");
              }
              made.add(channel());
              return made.get(made.size() - 1);
            });
    try (MatriculaClient rotating = MatriculaClient.builder().build(connection)) {
      rotating.registration().registerClient(REQUEST);
      rotating.registration().registerClient(REQUEST);
      assertEquals(1, made.size());

      // A call under way while the files change, and while its connection is replaced.
      registry.isSlow = true;
      FutureTask<ReadClientResponse> underWay =
          new FutureTask<>(
              () -> rotating.registration().readClient(ReadClientRequest.getDefaultInstance()));
      new Thread(underWay).start();
      registry.isReading.await();
      Files.writeString(file, "half");
      rotating.registration().registerClient(REQUEST);
      assertEquals(1, made.size());
      Files.delete(file);
      rotating.registration().registerClient(REQUEST);
      assertEquals(1, made.size());
      Files.writeString(file, "whole");
      rotating.registration().registerClient(REQUEST);
      assertEquals(2, made.size());
      underWay.get();
      assertTrue(made.get(0).awaitTermination(10, TimeUnit.SECONDS));
    }
    assertTrue(made.get(1).isShutdown());
    assertThrows(IllegalStateException.class, () -> connection.newCall(null, CallOptions.DEFAULT));
  }

  @Test
  void validatesLocally() throws Exception {
    assertEquals(
        List.of("string.max_len"),
        Recipes.localViolations(
            ClientMetadata.newBuilder().setClientName("x".repeat(501)).build()));
    assertEquals(List.of(), Recipes.localViolations(REQUEST.getMetadata()));
  }

  @Test
  void refusesUrlsThatAreNotOfAService() {
    for (String url : List.of("http://localhost:1", "localhost:1", "https://localhost:1/path")) {
      assertThrows(IllegalArgumentException.class, () -> MatriculaClient.builder().url(url));
    }
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> MatriculaClient.builder().build());
    assertEquals("a URL is needed", e.getMessage());
    // A file that is not there is told at once, not with the first call.
    assertThrows(
        UncheckedIOException.class,
        () -> Recipes.withToken("https://localhost:1", folder.resolve("none"), "token"));
  }

  private static Message retryAfter(long milliseconds) {
    Duration delay = Duration.ofMillis(milliseconds);
    return RetryInfo.newBuilder()
        .setRetryDelay(
            com.google.protobuf.Duration.newBuilder()
                .setSeconds(delay.getSeconds())
                .setNanos(delay.getNano()))
        .build();
  }

  private static StatusRuntimeException refusal() {
    Violation violation =
        Violation.newBuilder()
            .setField("redirect_uris[0]")
            .setRule("uri.fragment")
            .setClause("RFC 7591 section 2")
            .setDescription("a redirect URI has no fragment")
            .build();
    return failure(
        Status.Code.INVALID_ARGUMENT,
        "INVALID_REDIRECT_URI",
        RegistrationError.newBuilder()
            .setError("invalid_redirect_uri")
            .addViolations(violation)
            .build());
  }

  private static StatusRuntimeException failure(
      Status.Code code, String reason, Message... details) {
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder().setCode(code.value()).setMessage("no");
    ErrorInfo info = ErrorInfo.newBuilder().setReason(reason).setDomain("matricula").build();
    status.addDetails(Any.pack(info));
    for (Message detail : details) {
      status.addDetails(Any.pack(detail));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }

  /** Answers as it is told to, and remembers what it was asked. */
  private static final class Registry extends RegistrationServiceGrpc.RegistrationServiceImplBase
      implements ServerInterceptor {
    private static final Metadata.Key<String> AUTHORIZATION =
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    final List<RegisterClientRequest> requests = new ArrayList<>();
    final CountDownLatch isReading = new CountDownLatch(1);
    volatile String authorization;
    volatile boolean isSlow;
    private final Deque<StatusRuntimeException> failures = new ArrayDeque<>();

    final InitialAccessTokenServiceGrpc.InitialAccessTokenServiceImplBase tokens =
        new InitialAccessTokenServiceGrpc.InitialAccessTokenServiceImplBase() {
          @Override
          public void createInitialAccessToken(
              CreateInitialAccessTokenRequest request,
              StreamObserver<CreateInitialAccessTokenResponse> observer) {
            answer(observer, CreateInitialAccessTokenResponse.getDefaultInstance());
          }
        };

    synchronized void fail(StatusRuntimeException... next) {
      failures.addAll(List.of(next));
    }

    private synchronized <A> void answer(StreamObserver<A> observer, A answer) {
      StatusRuntimeException failure = failures.poll();
      if (failure != null) {
        observer.onError(failure);
      } else {
        observer.onNext(answer);
        observer.onCompleted();
      }
    }

    @Override
    public void registerClient(
        RegisterClientRequest request, StreamObserver<RegisterClientResponse> observer) {
      requests.add(request);
      RegisterClientResponse.Builder answer = RegisterClientResponse.newBuilder();
      answer.getClientBuilder().setClientId("client of " + request.getIdempotencyKey());
      answer(observer, answer.build());
    }

    @Override
    public void readClient(ReadClientRequest request, StreamObserver<ReadClientResponse> observer) {
      isReading.countDown();
      if (isSlow) {
        try {
          Thread.sleep(300);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      answer(observer, ReadClientResponse.getDefaultInstance());
    }

    @Override
    public void deleteClient(
        DeleteClientRequest request, StreamObserver<DeleteClientResponse> observer) {
      answer(observer, DeleteClientResponse.getDefaultInstance());
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      authorization = headers.get(AUTHORIZATION);
      return next.startCall(call, headers);
    }
  }
}
