package dev.matricula;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {
  private static Optional<Map<String, Object>> read(String text) {
    return JsonText.object(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void readsObjects() {
    assertEquals(
        Optional.of(Map.of("a", List.of(1.0, "é", true, Map.of()), "b", -1.5e3)),
        read(" { \"a\" : [1, \"\\u00e9\", true, {}], \"b\": -1.5e3 } "));
    assertTrue(read("{\"a\":null}").orElseThrow().containsKey("a"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "[]", "1", "null", "{", "{}{}", "{} x", "{a:1}", "{'a':1}", "{\"a\":'b'}", "{\"a\":1,}",
        "{\"a\":TRUE}", "{\"a\":01}", "{\"a\":+1}", "{\"a\":.5}", "{\"a\":NaN}", "{\"a\":b}",
        "{\"a\"=1}", "{\"a\":\"\t\"}", "{\"a\":\"\\'\"}", "/**/{}", "\ufeff{}",
        "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "{\"b\":{\"a\":1,\"a\":2}}",
        "{\"__proto__\":1}", "{\"b\":[{\"constructor\":1}]}", "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\u0000\"}", "{\"a\":1e400}", "{\"a\":1e-400}", "{\"a\":12345678901234567890}",
        "{\"a\":0.10000000000000001}"
      })
  void refusesWhatTheRegistryRefuses(String text) {
    assertEquals(Optional.empty(), read(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.1", "-0", "1800000000.0", "5e-324", "1.7976931348623157e308", "123456789012345680000"
      })
  void readsNumbersThatADoubleHolds(String number) {
    assertEquals(
        Optional.of(Map.of("a", Double.parseDouble(number))), read("{\"a\":" + number + "}"));
  }

  @Test
  void readsNoMoreThanTheRegistry() {
    assertTrue(read("{\"a\":" + "[".repeat(15) + "]".repeat(15) + "}").isPresent());
    assertFalse(read("{\"a\":" + "[".repeat(16) + "]".repeat(16) + "}").isPresent());
    assertTrue(read("{\"a\":[1" + ",1".repeat(4096) + "]}").isPresent());
    assertFalse(read("{\"a\":[1" + ",1".repeat(4097) + "]}").isPresent());
    assertTrue(read("{\"a\":[" + "{\"b\":1},".repeat(998) + "{\"b\":1}]}").isPresent());
    assertFalse(read("{\"a\":[" + "{\"b\":1},".repeat(999) + "{\"b\":1}]}").isPresent());
    assertTrue(read("{\"a\":0." + "0".repeat(61) + "1}").isPresent());
    assertFalse(read("{\"a\":0." + "0".repeat(62) + "1}").isPresent());
  }
}
