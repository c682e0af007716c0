package example;

import dev.matricula.MatriculaClient;
import dev.matricula.v1.ClientMetadata;
import dev.matricula.v1.RegisterClientRequest;
import dev.matricula.v1.RegisterClientResponse;
import java.nio.file.Path;

/** The natural first program: a service registers itself with its own certificate. */
public final class FirstRegistration {
  private FirstRegistration() {}

  /** Returns the client id. */
  public static String register(String url, Path ca, Path certificate, Path key) {
    // docs: first registration
    try (MatriculaClient matricula =
        MatriculaClient.builder().url(url).ca(ca).certificate(certificate, key).build()) {
      RegisterClientResponse answer =
          matricula
              .registration()
              .registerClient(
                  RegisterClientRequest.newBuilder()
                      .setMetadata(
                          ClientMetadata.newBuilder()
                              .setClientName("Orders")
                              .addGrantTypes("client_credentials")
                              .setTokenEndpointAuthMethod("tls_client_auth")
                              .setTlsClientAuthSanUri("spiffe://example.test/orders"))
                      .build());
      return answer.getClient().getClientId();
    }
    // docs: end
  }
}
