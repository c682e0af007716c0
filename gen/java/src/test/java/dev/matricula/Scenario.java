package dev.matricula;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import dev.matricula.v1.Client;
import dev.matricula.v1.ClientMetadata;
import dev.matricula.v1.DeleteClientRequest;
import dev.matricula.v1.ListClientsRequest;
import dev.matricula.v1.ListClientsResponse;
import dev.matricula.v1.ReadClientRequest;
import dev.matricula.v1.RegisterClientRequest;
import dev.matricula.v1.RegisterClientResponse;
import dev.matricula.v1.UpdateClientRequest;
import dev.matricula.v1.Violation;
import example.FirstRegistration;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Performs the scenario that all languages perform, against the service that the environment names,
 * and prints one line a step.
 */
public final class Scenario {
  private interface Step {
    void run() throws Exception;
  }

  private final Struct scenario;
  private final String realm;
  private final List<MatriculaClient> clients = new ArrayList<>();
  private final MatriculaClient orders = client("MATRICULA_URL", "ORDERS");
  private final MatriculaClient billing = client("MATRICULA_URL", "BILLING");
  private final MatriculaClient reader = client("MATRICULA_URL", "READER");
  private Client registered;

  private Scenario() throws IOException {
    Struct.Builder file = Struct.newBuilder();
    JsonFormat.parser().merge(Files.readString(Path.of(env("MATRICULA_SCENARIO"))), file);
    scenario = file.build();
    realm = scenario.getFieldsOrThrow("realm").getStringValue();
  }

  /** Runs all steps; a step that fails does not end it. */
  public static void main(String[] arguments) throws Exception {
    Scenario scenario = new Scenario();
    Map<String, Step> steps = new LinkedHashMap<>();
    steps.put("register", scenario::register);
    steps.put("rejected", scenario::rejected);
    steps.put("read", scenario::read);
    steps.put("update", scenario::update);
    steps.put("list", scenario::list);
    steps.put("deadline", scenario::deadline);
    steps.put("wrong certificate", scenario::wrongCertificate);
    steps.put("another service", scenario::anotherService);
    steps.put("lost answer", scenario::lostAnswer);
    steps.put("reload", scenario::reload);
    steps.put("delete", scenario::delete);
    // The file is the list: a step that it has and we have not is a failure.
    for (Value step : scenario.scenario.getFieldsOrThrow("steps").getListValue().getValuesList()) {
      String name = step.getStructValue().getFieldsOrThrow("name").getStringValue();
      try {
        requireNonNull(steps.get(name), "not written").run();
        System.out.println("ok " + name);
      } catch (Exception | AssertionError e) {
        System.out.println("FAIL " + name + ": " + e.toString().replace('\n', ' '));
      }
    }
    scenario.clients.forEach(MatriculaClient::close);
  }

  private void register() throws IOException {
    ClientMetadata asked = metadata("metadata");
    RegisterClientResponse answer = orders.registration().registerClient(registration(asked));
    registered = answer.getClient();
    check(!registered.getClientId().isEmpty(), "no client id");
    check(!answer.getCredentials().hasClientSecret(), "there is a secret");
    check(registered.getMetadata().getResponseTypesCount() == 0, "there are response types");
    contains(registered.getMetadata(), asked);
    String example =
        FirstRegistration.register(
            env("MATRICULA_URL"),
            Path.of(env("MATRICULA_CA")),
            Path.of(env("MATRICULA_ORDERS_CERT")),
            Path.of(env("MATRICULA_ORDERS_KEY")));
    check(listed().contains(example), "the documentation's first example registered nothing");
  }

  private void rejected() throws IOException {
    RegistrationException e =
        fails(
            RegistrationException.class,
            () -> orders.registration().registerClient(registration(metadata("rejected"))));
    equal(e.error(), "invalid_redirect_uri");
    Set<String> found = new TreeSet<>();
    for (Violation violation : e.violations()) {
      found.add(violation.getField() + " " + violation.getRule());
      check(!violation.getClause().isEmpty(), violation.getField() + " has no clause");
      check(!violation.getDescription().isEmpty(), violation.getField() + " has no description");
    }
    Set<String> wanted = new TreeSet<>();
    for (Value value : scenario.getFieldsOrThrow("violations").getListValue().getValuesList()) {
      Struct row = value.getStructValue();
      wanted.add(
          row.getFieldsOrThrow("field").getStringValue()
              + " "
              + row.getFieldsOrThrow("rule").getStringValue());
    }
    equal(found, wanted);
    equal(e.violations().size(), wanted.size());
  }

  private void read() {
    equal(readBy(orders, registered.getClientId()).getMetadata(), registered.getMetadata());
  }

  private void update() throws IOException {
    Client updated =
        orders
            .registration()
            .updateClient(
                UpdateClientRequest.newBuilder()
                    .setRealm(realm)
                    .setClientId(registered.getClientId())
                    .setMetadata(metadata("updated"))
                    .build())
            .getClient();
    check(!updated.getMetadata().hasScope(), "the scope is still there");
    equal(updated.getMetadata().getClientNameLocalizedCount(), 0);
    contains(updated.getMetadata(), metadata("updated"));
    equal(updated.getVersion(), registered.getVersion() + 1);
  }

  private void list() {
    equal(listed().stream().filter(registered.getClientId()::equals).count(), 1L);
  }

  private void deadline() {
    MatriculaException e =
        fails(
            MatriculaException.class,
            () ->
                orders
                    .registration()
                    .withDeadlineAfter(1, TimeUnit.MICROSECONDS)
                    .readClient(reading(registered.getClientId())));
    equal(e.code(), Status.Code.DEADLINE_EXCEEDED);
  }

  private void wrongCertificate() {
    MatriculaClient wrong = client("MATRICULA_URL", "WRONG");
    MatriculaException e =
        fails(MatriculaException.class, () -> readBy(wrong, registered.getClientId()));
    equal(e.code(), Status.Code.UNAUTHENTICATED);
  }

  private void anotherService() throws IOException {
    ClientMetadata updated = metadata("updated");
    String id = registered.getClientId();
    UpdateClientRequest update =
        UpdateClientRequest.newBuilder()
            .setRealm(realm)
            .setClientId(id)
            .setMetadata(updated)
            .build();
    isDenied(() -> readBy(billing, id));
    isDenied(() -> billing.registration().updateClient(update));
    isDenied(() -> billing.registration().deleteClient(deletion(id)));
  }

  private void lostAnswer() throws IOException {
    List<String> before = listed();
    MatriculaClient cut = client("MATRICULA_CUT_URL", "ORDERS");
    Client client =
        cut.registration().registerClient(registration(metadata("metadata"))).getClient();
    List<String> after = listed();
    equal(after.size(), before.size() + 1);
    check(after.contains(client.getClientId()), "the client is not in the list");
  }

  private void reload() throws IOException {
    Path folder = Files.createTempDirectory("matricula-scenario-");
    Path certificate =
        Files.copy(Path.of(env("MATRICULA_ORDERS_CERT")), folder.resolve("cert.pem"));
    Path key = Files.copy(Path.of(env("MATRICULA_ORDERS_KEY")), folder.resolve("key.pem"));
    MatriculaClient client =
        MatriculaClient.builder()
            .url(env("MATRICULA_URL"))
            .ca(Path.of(env("MATRICULA_CA")))
            .certificate(certificate, key)
            .build();
    clients.add(client);
    readBy(client, registered.getClientId());
    Files.copy(
        Path.of(env("MATRICULA_BILLING_CERT")), certificate, StandardCopyOption.REPLACE_EXISTING);
    // Between the two writes the files do not fit together, and calls must go on as the old
    // service.
    readBy(client, registered.getClientId());
    Files.copy(Path.of(env("MATRICULA_BILLING_KEY")), key, StandardCopyOption.REPLACE_EXISTING);
    isDenied(() -> readBy(client, registered.getClientId()));
    Client own =
        client.registration().registerClient(registration(metadata("updated"))).getClient();
    equal(own.getOwner().getId(), "spiffe://example.test/billing");
    for (Path file : List.of(certificate, key, folder)) {
      Files.delete(file);
    }
  }

  private void delete() {
    orders.registration().deleteClient(deletion(registered.getClientId()));
    isDenied(() -> readBy(orders, registered.getClientId()));
  }

  private MatriculaClient client(String url, String identity) {
    MatriculaClient client =
        MatriculaClient.builder()
            .url(env(url))
            .ca(Path.of(env("MATRICULA_CA")))
            .certificate(
                Path.of(env("MATRICULA_" + identity + "_CERT")),
                Path.of(env("MATRICULA_" + identity + "_KEY")))
            .build();
    clients.add(client);
    return client;
  }

  private ClientMetadata metadata(String member) throws IOException {
    ClientMetadata.Builder metadata = ClientMetadata.newBuilder();
    JsonFormat.parser()
        .merge(JsonFormat.printer().print(scenario.getFieldsOrThrow(member)), metadata);
    return metadata.build();
  }

  private RegisterClientRequest registration(ClientMetadata metadata) {
    return RegisterClientRequest.newBuilder().setRealm(realm).setMetadata(metadata).build();
  }

  private ReadClientRequest reading(String id) {
    return ReadClientRequest.newBuilder().setRealm(realm).setClientId(id).build();
  }

  private DeleteClientRequest deletion(String id) {
    return DeleteClientRequest.newBuilder().setRealm(realm).setClientId(id).build();
  }

  private Client readBy(MatriculaClient client, String id) {
    return client.registration().readClient(reading(id)).getClient();
  }

  private List<String> listed() {
    List<String> ids = new ArrayList<>();
    String token = "";
    do {
      ListClientsResponse page =
          reader
              .directory()
              .listClients(
                  ListClientsRequest.newBuilder()
                      .setRealm(realm)
                      .setPageSize(1)
                      .setPageToken(token)
                      .build());
      page.getClientsList().forEach(client -> ids.add(client.getClientId()));
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return ids;
  }

  private static String env(String name) {
    return requireNonNull(System.getenv(name), name + " is not set");
  }

  private static void check(boolean condition, String why) {
    if (!condition) {
      throw new AssertionError(why);
    }
  }

  private static void equal(Object found, Object wanted) {
    check(found.equals(wanted), found + " instead of " + wanted);
  }

  /** Whether every field that was asked for is registered as asked. */
  private static void contains(ClientMetadata found, ClientMetadata asked) {
    asked
        .getAllFields()
        .forEach(
            (field, value) ->
                check(
                    found.getField(field).equals(value),
                    field.getName() + " is " + found.getField(field)));
  }

  private static void isDenied(Step step) {
    equal(fails(MatriculaException.class, step).code(), Status.Code.PERMISSION_DENIED);
  }

  private static <E extends Exception> E fails(Class<E> type, Step step) {
    try {
      step.run();
    } catch (Exception e) {
      check(type.isInstance(e), "unexpected " + e);
      return type.cast(e);
    }
    throw new AssertionError("no " + type.getSimpleName());
  }
}
