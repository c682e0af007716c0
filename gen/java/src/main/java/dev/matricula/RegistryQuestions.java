package dev.matricula;

import dev.matricula.v1.AuthenticateClientRequest;
import dev.matricula.v1.AuthenticateClientResponse;
import dev.matricula.v1.ClientDirectoryServiceGrpc.ClientDirectoryServiceBlockingStub;
import dev.matricula.v1.GetClientRequest;
import io.grpc.Status;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What a copy cannot know is asked of the registry, in the calling thread. */
final class RegistryQuestions {
  /** Clients that are not here and are asked for at once: a flood of them is not passed on. */
  private static final int MOST_UNKNOWN = 16;

  private static final Duration WAIT = Duration.ofSeconds(2);

  private final MatriculaClient registry;
  private final String realm;
  private final Semaphore unknown = new Semaphore(MOST_UNKNOWN);

  RegistryQuestions(MatriculaClient registry, String realm) {
    this.registry = registry;
    this.realm = realm;
  }

  /**
   * The client as the registry has it: without digests, and with the expiry that holds.
   *
   * @throws MatriculaException if it does not say
   */
  Optional<CachedClient> find(String clientId) {
    GetClientRequest request =
        GetClientRequest.newBuilder().setRealm(realm).setClientId(clientId).build();
    try {
      return Optional.of(new CachedClient(stub().getClient(request).getClient(), List.of()));
    } catch (RuntimeException e) {
      MatriculaException failure = MatriculaException.of(e);
      if (failure.code() == Status.Code.NOT_FOUND) {
        return Optional.empty();
      }
      throw failure;
    }
  }

  /** The same of one that is not in the copy; empty as well while many ask, and if it is away. */
  Optional<CachedClient> findUnknown(String clientId) {
    return ofUnknown(() -> find(clientId));
  }

  /** The verdict on a client that is not in the copy; empty while many ask, and if it is away. */
  Optional<Verdict> authenticateUnknown(AuthenticateClientRequest presented) {
    return ofUnknown(() -> Optional.of(authenticate(presented)));
  }

  private <T> Optional<T> ofUnknown(Supplier<Optional<T>> question) {
    if (!unknown.tryAcquire()) {
      return Optional.empty();
    }
    try {
      return question.get();
    } catch (MatriculaException e) {
      return Optional.empty();
    } finally {
      unknown.release();
    }
  }

  /**
   * The registry's verdict on what was presented.
   *
   * @throws MatriculaException if it gives none
   */
  Verdict authenticate(AuthenticateClientRequest presented) {
    AuthenticateClientResponse answer;
    try {
      answer = stub().authenticateClient(presented.toBuilder().setRealm(realm).build());
    } catch (RuntimeException e) {
      throw MatriculaException.of(e);
    }
    return switch (answer.getVerdictCase()) {
      case AUTHENTICATED ->
          Verdict.of(
              new CachedClient(answer.getAuthenticated().getClient(), List.of()),
              answer.getAuthenticated().getMethod(),
              answer.getAuthenticated().getCredential());
      case INVALID_CLIENT ->
          Verdict.refused(
              answer.getInvalidClient().getReason(), answer.getInvalidClient().getDescription());
      case VERDICT_NOT_SET -> Verdict.bad("the registry gave no verdict");
    };
  }

  /** What a client that is registered with this method presents with a secret. */
  static AuthenticateClientRequest presented(String clientId, String secret, String method) {
    AuthenticateClientRequest.Builder request = AuthenticateClientRequest.newBuilder();
    if (method.equals("client_secret_post")) {
      return request.setClientId(clientId).setClientSecret(secret).build();
    }
    byte[] pair = (encode(clientId) + ":" + encode(secret)).getBytes(StandardCharsets.US_ASCII);
    return request.setAuthorization("Basic " + Base64.getEncoder().encodeToString(pair)).build();
  }

  /** RFC 6749 section 2.3.1. */
  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private ClientDirectoryServiceBlockingStub stub() {
    return registry.directory().withDeadlineAfter(WAIT.toMillis(), TimeUnit.MILLISECONDS);
  }
}
