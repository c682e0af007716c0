package dev.matricula;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a JSON object as strictly as the registry does, and no more of it. */
final class JsonText {
  private static final int DEEPEST = 16;
  private static final int MOST_MEMBERS = 1000;

  /** Commas: members and items of lists together. */
  private static final int MOST_ITEMS = 4096;

  private static final int LONGEST_NUMBER = 64;

  /** What a double needs at most to be told from all others. */
  private static final int MOST_DIGITS = 17;

  /** Names that the registry takes for no member's. */
  private static final Set<String> FORBIDDEN = Set.of("__proto__", "constructor", "prototype");

  private final JsonReader reader;
  private int members;
  private int commas;

  private JsonText(String text) {
    reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
  }

  /**
   * The object: of texts, doubles, booleans, nulls, lists and maps. Empty for what is none, has a
   * member twice, too much of anything, or what a double or UTF-8 cannot hold.
   */
  static Optional<Map<String, Object>> object(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (text.startsWith("\ufeff")) {
        return Optional.empty();
      }
      JsonText json = new JsonText(text);
      Map<String, Object> object = json.members(1);
      return json.reader.peek() == JsonToken.END_DOCUMENT ? Optional.of(object) : Optional.empty();
    } catch (IOException | IllegalStateException e) {
      // Not UTF-8, not JSON, or another kind of value.
      return Optional.empty();
    }
  }

  private Map<String, Object> members(int depth) throws IOException {
    demand(depth <= DEEPEST);
    Map<String, Object> object = new LinkedHashMap<>();
    reader.beginObject();
    while (reader.hasNext()) {
      demand(++members <= MOST_MEMBERS);
      count(object.isEmpty());
      String name = text(reader.nextName());
      demand(!FORBIDDEN.contains(name) && !object.containsKey(name));
      object.put(name, value(depth));
    }
    reader.endObject();
    return object;
  }

  private List<Object> items(int depth) throws IOException {
    demand(depth <= DEEPEST);
    List<Object> list = new ArrayList<>();
    reader.beginArray();
    while (reader.hasNext()) {
      count(list.isEmpty());
      list.add(value(depth));
    }
    reader.endArray();
    return list;
  }

  private Object value(int depth) throws IOException {
    switch (reader.peek()) {
      case BEGIN_OBJECT:
        return members(depth + 1);
      case BEGIN_ARRAY:
        return items(depth + 1);
      case STRING:
        return text(reader.nextString());
      case NUMBER:
        return number(reader.nextString());
      case BOOLEAN:
        return reader.nextBoolean();
      default:
        reader.nextNull();
        return null;
    }
  }

  private void count(boolean isFirst) throws IOException {
    commas += isFirst ? 0 : 1;
    demand(commas <= MOST_ITEMS);
  }

  /** An escape can say what UTF-8 cannot. */
  private static String text(String value) throws IOException {
    demand(value.indexOf('\0') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(value));
    return value;
  }

  /** A number that comes back as it was sent: 0.1 does, 12345678901234567890 does not. */
  private static Double number(String token) throws IOException {
    demand(token.length() <= LONGEST_NUMBER);
    double number = Double.parseDouble(token);
    demand(Double.isFinite(number));
    BigDecimal sent = new BigDecimal(token);
    if (number == 0) {
      demand(sent.signum() == 0);
      return number;
    }
    BigDecimal shortest = new BigDecimal(number);
    for (int digits = 1; digits <= MOST_DIGITS; digits++) {
      BigDecimal rounded = new BigDecimal(number).round(new MathContext(digits));
      if (rounded.doubleValue() == number) {
        shortest = rounded;
        break;
      }
    }
    demand(shortest.compareTo(sent) == 0);
    return number;
  }

  private static void demand(boolean holds) throws IOException {
    if (!holds) {
      throw new MalformedJsonException("more, or other, than is read");
    }
  }
}
