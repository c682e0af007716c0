package dev.matricula;

import com.google.protobuf.ByteString;
import dev.matricula.v1.AuthenticateClientRequest;
import dev.matricula.v1.AuthenticateClientResponse;
import dev.matricula.v1.AuthenticatedClient;
import dev.matricula.v1.Client;
import dev.matricula.v1.ClientDirectoryServiceGrpc;
import dev.matricula.v1.ClientState;
import dev.matricula.v1.GetClientRequest;
import dev.matricula.v1.GetClientResponse;
import dev.matricula.v1.Heartbeat;
import dev.matricula.v1.InvalidClient;
import dev.matricula.v1.InvalidClientReason;
import dev.matricula.v1.RemovedClient;
import dev.matricula.v1.ReportClientUseRequest;
import dev.matricula.v1.ReportClientUseResponse;
import dev.matricula.v1.SecretDigest;
import dev.matricula.v1.SnapshotEnd;
import dev.matricula.v1.WatchClientsRequest;
import dev.matricula.v1.WatchClientsResponse;
import dev.matricula.v1.WatchedClient;
import dev.matricula.v1.WatchedClients;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A directory that says what a test tells it to, and hands over what it is asked. */
final class Directory extends ClientDirectoryServiceGrpc.ClientDirectoryServiceImplBase {
  static final String SECRET = "mcs_one";

  private final BlockingQueue<Watch> watches = new LinkedBlockingQueue<>();
  private final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();

  /** What AuthenticateClient was asked, as method and client. */
  final List<String> questions = new CopyOnWriteArrayList<>();

  /** The clients that it knows by GetClient, and authenticates by {@link #SECRET}. */
  final Map<String, WatchedClient> registered = new ConcurrentHashMap<>();

  /** While it is away it answers neither. */
  volatile boolean isAway;

  /** The next stream that was opened. */
  Watch watch() throws InterruptedException {
    return next(watches);
  }

  /** The next report that arrived. */
  Report report() throws InterruptedException {
    return next(reports);
  }

  boolean hasMore() {
    return !watches.isEmpty() || !reports.isEmpty();
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(20, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nobody asked");
    }
    return next;
  }

  @Override
  public void watchClients(
      WatchClientsRequest request, StreamObserver<WatchClientsResponse> observer) {
    watches.add(
        new Watch(request, (ServerCallStreamObserver<WatchClientsResponse>) observer));
  }

  @Override
  public void reportClientUse(
      ReportClientUseRequest request, StreamObserver<ReportClientUseResponse> observer) {
    reports.add(new Report(request, observer));
  }

  @Override
  public void getClient(GetClientRequest request, StreamObserver<GetClientResponse> observer) {
    WatchedClient known = registered.get(request.getClientId());
    if (isAway || known == null) {
      observer.onError((isAway ? Status.UNAVAILABLE : Status.NOT_FOUND).asRuntimeException());
      return;
    }
    observer.onNext(GetClientResponse.newBuilder().setClient(known.getClient()).build());
    observer.onCompleted();
  }

  @Override
  public void authenticateClient(
      AuthenticateClientRequest request, StreamObserver<AuthenticateClientResponse> observer) {
    if (request.hasClientAssertion()) {
      answerAssertion(request, observer);
      return;
    }
    String basic = request.getAuthorization().replace("Basic ", "");
    String pair =
        request.hasAuthorization()
            ? new String(Base64.getDecoder().decode(basic), StandardCharsets.US_ASCII)
            : request.getClientId() + ":" + request.getClientSecret();
    String[] parts = pair.split(":", 2);
    questions.add((request.hasAuthorization() ? "basic " : "post ") + parts[0]);
    WatchedClient known = registered.get(parts[0]);
    if (isAway) {
      observer.onError(Status.UNAVAILABLE.asRuntimeException());
      return;
    }
    AuthenticateClientResponse.Builder answer = AuthenticateClientResponse.newBuilder();
    if (known != null && parts[1].equals(SECRET)) {
      answer.setAuthenticated(
          AuthenticatedClient.newBuilder().setClient(known.getClient()).setCredential("asked"));
    } else {
      answer.setInvalidClient(
          InvalidClient.newBuilder()
              .setReason(InvalidClientReason.INVALID_CLIENT_REASON_EXPIRED));
    }
    observer.onNext(answer.build());
    observer.onCompleted();
  }

  /** Any assertion of a client that it knows. */
  private void answerAssertion(
      AuthenticateClientRequest request, StreamObserver<AuthenticateClientResponse> observer) {
    String subject = ClaimReader.read(request).clientId();
    questions.add("assertion " + subject);
    WatchedClient known = registered.get(subject);
    if (isAway) {
      observer.onError(Status.UNAVAILABLE.asRuntimeException());
      return;
    }
    AuthenticateClientResponse.Builder answer = AuthenticateClientResponse.newBuilder();
    if (known == null) {
      answer.setInvalidClient(
          InvalidClient.newBuilder()
              .setReason(InvalidClientReason.INVALID_CLIENT_REASON_UNKNOWN));
    } else {
      answer.setAuthenticated(
          AuthenticatedClient.newBuilder().setClient(known.getClient()).setCredential("asked"));
    }
    observer.onNext(answer.build());
    observer.onCompleted();
  }

  /** A client with one secret that never expires. */
  static WatchedClient.Builder client(String id, int version) {
    WatchedClient.Builder watched = WatchedClient.newBuilder();
    watched
        .setClient(
            Client.newBuilder()
                .setClientId(id)
                .setRealm("default")
                .setVersion(version)
                .setState(ClientState.CLIENT_STATE_ACTIVE))
        .addSecretDigests(
            SecretDigest.newBuilder()
                .setLabel("first")
                .setScheme("sha256")
                .setDigest(ByteString.copyFrom(SecretCheck.digest("default", id, SECRET))))
        .getClientBuilder()
        .getMetadataBuilder()
        .setTokenEndpointAuthMethod("client_secret_basic");
    return watched;
  }

  record Report(
      ReportClientUseRequest request, StreamObserver<ReportClientUseResponse> observer) {
    void take() {
      observer.onNext(ReportClientUseResponse.getDefaultInstance());
      observer.onCompleted();
    }

    void fail(Status status) {
      observer.onError(status.asRuntimeException());
    }
  }

  /** A stream; each event's resume token is the number of the event. */
  static final class Watch {
    final WatchClientsRequest request;
    final CountDownLatch isCancelled = new CountDownLatch(1);
    private final ServerCallStreamObserver<WatchClientsResponse> observer;
    private int sent;

    Watch(WatchClientsRequest request, ServerCallStreamObserver<WatchClientsResponse> observer) {
      this.request = request;
      this.observer = observer;
      observer.setOnCancelHandler(isCancelled::countDown);
    }

    Watch send(WatchedClient.Builder client) {
      return send(WatchClientsResponse.newBuilder().setClient(client));
    }

    Watch sendTogether(WatchedClient.Builder... clients) {
      WatchedClients.Builder together = WatchedClients.newBuilder();
      for (WatchedClient.Builder each : clients) {
        together.addClients(each);
      }
      return send(WatchClientsResponse.newBuilder().setClients(together));
    }

    Watch remove(String id, int version) {
      RemovedClient removed =
          RemovedClient.newBuilder().setClientId(id).setVersion(version).setDeleted(true).build();
      return send(WatchClientsResponse.newBuilder().setRemoved(removed));
    }

    Watch endSnapshot() {
      return send(
          WatchClientsResponse.newBuilder().setSnapshotEnd(SnapshotEnd.getDefaultInstance()));
    }

    Watch heartbeat() {
      return send(WatchClientsResponse.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()));
    }

    void fail(Status status) {
      observer.onError(status.asRuntimeException());
    }

    void complete() {
      observer.onCompleted();
    }

    private Watch send(WatchClientsResponse.Builder event) {
      sent++;
      observer.onNext(event.setResumeToken(Integer.toString(sent)).build());
      return this;
    }
  }
}
