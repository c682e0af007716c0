package dev.matricula;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import dev.matricula.v1.ClientMetadata;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** protovalidate gives the server's verdict: the server's own suite holds it to the same file. */
class LocalValidationTest {
  private static final Path CASES = Path.of("../../test/stubs/local.tsv");

  @Test
  void sameVerdictAsTheServer() throws Exception {
    assumeTrue(Files.exists(CASES), "the cases are in the repository alone");
    Validator validator = ValidatorFactory.newBuilder().build();
    List<String> rows = Files.readAllLines(CASES).stream().filter(line -> !line.startsWith("#")).toList();
    assertFalse(rows.isEmpty());
    for (String row : rows) {
      String[] parts = row.split("\t");
      ClientMetadata metadata = ClientMetadata.parseFrom(Base64.getDecoder().decode(parts[2]));
      assertEquals(parts[1], validator.validate(metadata).isSuccess() ? "valid" : "invalid", parts[0]);
    }
  }
}
