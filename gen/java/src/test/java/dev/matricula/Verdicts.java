package dev.matricula;

import dev.matricula.v1.AuthenticateClientRequest;
import dev.matricula.v1.InvalidClientReason;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;

/**
 * Says what a copy makes of what arrives at a token endpoint: a line in is a request in binary form
 * and base64, a line out the verdict from the copy alone and the one that may ask, with a tab
 * between.
 */
public final class Verdicts {
  private Verdicts() {}

  /** Until there are no more lines. */
  public static void main(String[] arguments) throws Exception {
    Instant now = Instant.ofEpochSecond(Long.parseLong(env("MATRICULA_NOW")));
    try (MatriculaClient client =
            MatriculaClient.builder()
                .url(env("MATRICULA_URL"))
                .ca(Path.of(env("MATRICULA_CA")))
                .certificate(
                    Path.of(env("MATRICULA_VERIFIER_CERT")), Path.of(env("MATRICULA_VERIFIER_KEY")))
                .build();
        ClientCache cache =
            ClientCache.builder(client)
                .realm(env("MATRICULA_REALM"))
                .audiences(env("MATRICULA_AUDIENCES").split(" "))
                .clock(Clock.fixed(now, ZoneOffset.UTC))
                .start()) {
      cache.awaitReady(Duration.ofSeconds(30));
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        AuthenticateClientRequest request =
            AuthenticateClientRequest.parseFrom(Base64.getDecoder().decode(line));
        String decided = cache.decide(request).map(Verdicts::text).orElse("ask");
        System.out.println("verdict\t" + decided + "\t" + text(cache.authenticate(request)));
      }
    }
  }

  private static String text(Verdict verdict) {
    return verdict.client().isPresent()
        ? ("ok " + verdict.method() + " " + verdict.credential()).trim()
        : name(verdict.reason());
  }

  private static String name(InvalidClientReason reason) {
    return reason.name().replace("INVALID_CLIENT_REASON_", "");
  }

  private static String env(String name) {
    String value = System.getenv(name);
    if (value == null) {
      throw new IllegalArgumentException("the environment has no " + name);
    }
    return value;
  }
}
