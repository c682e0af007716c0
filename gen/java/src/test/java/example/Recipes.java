package example;

import build.buf.protovalidate.ValidationResult;
import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.exceptions.ValidationException;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import dev.matricula.BearerToken;
import dev.matricula.ClientCache;
import dev.matricula.MatriculaClient;
import dev.matricula.MatriculaException;
import dev.matricula.RegistrationException;
import dev.matricula.Verdict;
import dev.matricula.v1.AuthenticateClientRequest;
import dev.matricula.v1.Client;
import dev.matricula.v1.ClientMetadata;
import dev.matricula.v1.ReadClientRequest;
import dev.matricula.v1.RegisterClientRequest;
import dev.matricula.v1.RegisterClientResponse;
import dev.matricula.v1.RegistrationServiceGrpc;
import dev.matricula.v1.RegistrationServiceGrpc.RegistrationServiceFutureStub;
import dev.matricula.v1.Violation;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What the documentation shows. The tests run it. */
public final class Recipes {
  private Recipes() {}

  /** Every refusal at once, typed. */
  public static void errors(MatriculaClient matricula, RegisterClientRequest request) {
    // docs: errors
    try {
      matricula.registration().registerClient(request);
    } catch (RegistrationException e) {
      // The metadata was refused: all broken rules at once.
      for (Violation violation : e.violations()) {
        System.err.printf(
            "%s: %s (%s, %s)%n",
            violation.getField(),
            violation.getDescription(),
            violation.getRule(),
            violation.getClause());
      }
    } catch (MatriculaException e) {
      // Anything else: the gRPC code, the registry's reason, how long to wait.
      System.err.printf(
          "%s, %s, again after %s%n", e.code(), e.reason(), e.retryAfter().orElse(Duration.ZERO));
    }
    // docs: end
  }

  /** A connection with its own timeout and a token for all calls. */
  public static MatriculaClient withToken(String url, Path ca, String initialAccessToken) {
    // docs: token
    MatriculaClient matricula =
        MatriculaClient.builder()
            .url(url)
            .ca(ca)
            .token(initialAccessToken)
            .timeout(Duration.ofSeconds(3))
            .build();
    // docs: end
    return matricula;
  }

  /** A deadline and a token of one call. */
  public static Client oneCall(MatriculaClient matricula, String id, String token) {
    // docs: one call
    return matricula
        .registration()
        .withDeadlineAfter(500, TimeUnit.MILLISECONDS)
        .withCallCredentials(new BearerToken(token))
        .readClient(ReadClientRequest.newBuilder().setClientId(id).build())
        .getClient();
    // docs: end
  }

  /** Any generated stub. */
  public static String future(MatriculaClient matricula, RegisterClientRequest request)
      throws InterruptedException {
    // docs: future
    RegistrationServiceFutureStub stub = RegistrationServiceGrpc.newFutureStub(matricula.channel());
    ListenableFuture<RegisterClientResponse> answer = stub.registerClient(request);
    try {
      return answer.get().getClient().getClientId();
    } catch (ExecutionException e) {
      throw MatriculaException.of(e);
    }
    // docs: end
  }

  /** The rules of one field each, without a call. */
  public static List<String> localViolations(ClientMetadata metadata) throws ValidationException {
    // docs: local
    Validator validator = ValidatorFactory.newBuilder().build();
    ValidationResult result = validator.validate(metadata);
    return result.getViolations().stream().map(found -> found.toProto().getRuleId()).toList();
    // docs: end
  }

  /** The clients in memory. */
  public static ClientCache cache(MatriculaClient matricula)
      throws InterruptedException, TimeoutException {
    // docs: cache
    ClientCache clients =
        ClientCache.builder(matricula)
            .audiences("https://as.example", "https://as.example/token")
            .start();
    clients.awaitReady(Duration.ofSeconds(30));
    // docs: end
    return clients;
  }

  /** One secret, checked without a call. */
  public static boolean authenticate(ClientCache clients, String clientId, String secret) {
    // docs: authenticate
    Verdict verdict = clients.authenticateSecret(clientId, secret);
    if (verdict.client().isEmpty()) {
      // The answer is invalid_client, whatever the reason.
      System.err.printf("%s was refused: %s%n", clientId, verdict.reason());
      return false;
    }
    return true;
    // docs: end
  }

  /** A client by its assertion, and one by its certificate. */
  public static List<Verdict> authenticate(
      ClientCache clients, String assertion, String clientId, X509Certificate certificate)
      throws CertificateEncodingException {
    // docs: presented
    Verdict byKey =
        clients.authenticate(
            AuthenticateClientRequest.newBuilder()
                .setClientAssertionType("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
                .setClientAssertion(assertion)
                .build());
    Verdict byCertificate =
        clients.authenticate(
            AuthenticateClientRequest.newBuilder()
                .setClientId(clientId)
                .setClientCertificate(ByteString.copyFrom(certificate.getEncoded()))
                .setClientCertificateVerified(true)
                .build());
    return List.of(byKey, byCertificate);
    // docs: end
  }

  /** Told of every change. */
  public static Runnable listen(ClientCache clients) {
    // docs: listen
    return clients.listen(
        (clientId, client) ->
            System.out.printf(
                "%s %s%n", clientId, client.isPresent() ? "has changed" : "is gone"));
    // docs: end
  }
}
