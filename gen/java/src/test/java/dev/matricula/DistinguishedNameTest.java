package dev.matricula;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;

/** The same names are one as at the registry: its own suite is held to the same file. */
class DistinguishedNameTest {
  private static final Path NAMES = Path.of("../../test/domain/distinguished-names.json");

  private static JsonObject names() throws Exception {
    assumeTrue(Files.exists(NAMES), "the names are in the repository alone");
    return JsonParser.parseString(Files.readString(NAMES)).getAsJsonObject();
  }

  private static Set<Optional<String>> canonical(JsonElement texts) {
    JsonArray all = texts.getAsJsonArray();
    return StreamSupport.stream(all.spliterator(), false)
        .map(each -> DistinguishedName.canonical(each.getAsString()))
        .collect(Collectors.toSet());
  }

  @Test
  void onesThatAreTheSame() throws Exception {
    names()
        .getAsJsonObject("same")
        .asMap()
        .forEach(
            (what, texts) -> {
              Set<Optional<String>> one = canonical(texts);
              assertEquals(1, one.size(), what + ": " + one);
              assertTrue(one.iterator().next().isPresent(), what);
            });
  }

  @Test
  void onesThatAreNot() throws Exception {
    names()
        .getAsJsonObject("different")
        .asMap()
        .forEach(
            (what, texts) -> {
              Set<Optional<String>> two = canonical(texts);
              assertEquals(2, two.size(), what + ": " + two);
              assertFalse(two.contains(Optional.empty()), what);
            });
  }

  @Test
  void textsThatAreNone() throws Exception {
    for (JsonElement each : names().getAsJsonArray("malformed")) {
      assertEquals(
          Optional.empty(), DistinguishedName.canonical(each.getAsString()), each.toString());
    }
  }

  @Test
  void isWrittenAsTheRegistryWritesIt() {
    assertEquals(
        Optional.of("CN=a\\\"\\+\\,\\;\\<\\>\\\\,O=\\#,DC=,1.2.3=#0500"),
        DistinguishedName.canonical(
            "2.5.4.3=A\\\"\\+\\,\\;\\<\\>\\\\,o=#0C0123, dc=\\0a, 1.2.3=#0500"));
    assertEquals(Optional.of("CN=a\\00\\c2\\80"), DistinguishedName.canonical("CN=a\\00\u0080"));
  }

  @Test
  void ofACertificateIsTheSameAsItsText() {
    // The JVM compares neither of the last two without regard to case.
    X500Principal principal =
        new X500Principal(
            "CN=Orders+UID=7, O=Example\\, Inc., 2.5.4.5=AB-1, 1.2.840.113549.1.9.1=#160341406D");
    Optional<String> name = DistinguishedName.canonical(principal.getEncoded());
    assertTrue(name.isPresent());
    assertEquals(
        name,
        DistinguishedName.canonical(
            "uid=7+cn=orders,o=example\\2c inc.,serialNumber=ab-1,emailAddress=a@M"));
    assertNotEquals(
        name, DistinguishedName.canonical("uid=7+cn=orders,o=example\\2c inc.,serialNumber=ab-1"));
  }

  @Test
  void ofNoNameIsNone() {
    byte[] der = new X500Principal("CN=a").getEncoded();
    assertEquals(Optional.empty(), DistinguishedName.canonical(new byte[0]));
    assertEquals(
        Optional.empty(), DistinguishedName.canonical(Arrays.copyOf(der, der.length - 1)));
    assertEquals(
        Optional.empty(), DistinguishedName.canonical(Arrays.copyOf(der, der.length + 1)));
    assertEquals(
        Optional.empty(), DistinguishedName.canonical(new X500Principal("").getEncoded()));
  }
}
