package dev.matricula;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Distinguished names, made comparable as the registry does: two names that match (RFC 4518,
 * caseIgnoreMatch) have one canonical text, itself RFC 4514. The JVM's own comparison does so for
 * some attribute types alone, and by the type of string for the others.
 */
final class DistinguishedName {
  /** Those of RFC 4514 section 3, and those that certificates have beside them. */
  private static final Map<String, String> OIDS =
      Map.ofEntries(
          Map.entry("CN", "2.5.4.3"),
          Map.entry("L", "2.5.4.7"),
          Map.entry("ST", "2.5.4.8"),
          Map.entry("O", "2.5.4.10"),
          Map.entry("OU", "2.5.4.11"),
          Map.entry("C", "2.5.4.6"),
          Map.entry("STREET", "2.5.4.9"),
          Map.entry("DC", "0.9.2342.19200300.100.1.25"),
          Map.entry("UID", "0.9.2342.19200300.100.1.1"),
          Map.entry("serialNumber", "2.5.4.5"),
          Map.entry("businessCategory", "2.5.4.15"),
          Map.entry("organizationIdentifier", "2.5.4.97"),
          Map.entry("emailAddress", "1.2.840.113549.1.9.1"));

  private static final Map<String, String> OID_OF = new HashMap<>();
  private static final Map<String, String> NAME_OF = new HashMap<>();

  static {
    OIDS.forEach(
        (name, oid) -> {
          OID_OF.put(name.toLowerCase(Locale.ROOT), oid);
          NAME_OF.put(oid, name);
        });
  }

  private static final Pattern OID = Pattern.compile("[0-2](?:\\.(?:0|[1-9]\\d*))+");
  private static final Pattern HEX = Pattern.compile("((?:[0-9A-Fa-f]{2})+) *");

  /** What RFC 4514 section 3 lets stand after a backslash, and what must be escaped. */
  private static final String ESCAPABLE = " \"#+,;<=>\\";

  private static final String RESERVED = "\"<>;\0";

  private static final Pattern SPACES = Pattern.compile("[\\s\\p{Z}\\ufeff]+");
  private static final Pattern SPECIAL = Pattern.compile("[\"+,;<>\\\\]|^#");
  private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");

  private final String text;
  private int at;

  private DistinguishedName(String text) {
    this.text = text;
  }

  /** The one text of a name; empty for what is none, and for the empty one. */
  static Optional<String> canonical(String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new DistinguishedName(text).read());
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** The same of the name in a certificate. */
  static Optional<String> canonical(byte[] der) {
    try {
      List<String> parts = new ArrayList<>();
      for (Der part : Der.of(der).inner()) {
        // RFC 4514 section 2.1: the last part first.
        parts.add(0, String.join("+", part.inner().stream().map(DistinguishedName::pair).toList()));
      }
      return canonical(String.join(",", parts));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String pair(Der der) {
    List<Der> inner = der.inner();
    demand(inner.size() == 2);
    return inner.get(0).oid() + "=#" + HexFormat.of().formatHex(inner.get(1).whole());
  }

  private String read() throws CharacterCodingException {
    List<String> parts = new ArrayList<>();
    List<String> pairs = new ArrayList<>();
    while (true) {
      pairs.add(readPair());
      boolean isEnd = at == text.length();
      if (isEnd || text.charAt(at) != '+') {
        parts.add(pairs.stream().sorted().collect(Collectors.joining("+")));
        pairs.clear();
      }
      if (isEnd) {
        return String.join(",", parts);
      }
      at++;
    }
  }

  private String readPair() throws CharacterCodingException {
    int equals = text.indexOf('=', at);
    demand(equals >= 0);
    // People write a space after the comma, as RFC 2253 let them.
    String type = text.substring(at, equals).trim();
    String oid = OID.matcher(type).matches() ? type : OID_OF.get(type.toLowerCase(Locale.ROOT));
    demand(oid != null);
    at = equals + 1;
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    String value = at < text.length() && text.charAt(at) == '#' ? readHex() : readString();
    return NAME_OF.getOrDefault(oid, oid) + "=" + value;
  }

  /** "#" and the BER of a value. What is a plain string in there is one, however it was written. */
  private String readHex() {
    int end = at + 1;
    while (end < text.length() && !isSeparator(text.charAt(end))) {
      end++;
    }
    Matcher digits = HEX.matcher(text.substring(at + 1, end));
    demand(digits.matches());
    at = end;
    String value = digits.group(1).toLowerCase(Locale.ROOT);
    byte[] der = HexFormat.of().parseHex(value);
    return Der.string(der).map(each -> escaped(folded(each))).orElse("#" + value);
  }

  private String readString() throws CharacterCodingException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (at < text.length() && !isSeparator(text.charAt(at))) {
      int point = text.codePointAt(at);
      demand(RESERVED.indexOf(point) < 0);
      if (point != '\\') {
        bytes.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
        at += Character.charCount(point);
      } else if (at + 1 < text.length() && ESCAPABLE.indexOf(text.charAt(at + 1)) >= 0) {
        bytes.write(text.charAt(at + 1));
        at += 2;
      } else {
        demand(at + 3 <= text.length());
        bytes.writeBytes(HexFormat.of().parseHex(text.substring(at + 1, at + 3)));
        at += 3;
      }
    }
    ByteBuffer all = ByteBuffer.wrap(bytes.toByteArray());
    return escaped(folded(StandardCharsets.UTF_8.newDecoder().decode(all).toString()));
  }

  private static boolean isSeparator(char c) {
    return c == ',' || c == '+';
  }

  /**
   * RFC 4518 sections 2.2, 2.3 and 2.6.1. What they map to nothing stays: an invisible character is
   * no reason for two names to be one.
   */
  private static String folded(String value) {
    String lower = Normalizer.normalize(value, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    String spaced =
        SPACES.matcher(Normalizer.normalize(lower, Normalizer.Form.NFKC)).replaceAll(" ");
    return spaced.replaceAll("^ | $", "");
  }

  /** RFC 4514 section 2.4, and control characters as their octets. */
  private static String escaped(String value) {
    String special = SPECIAL.matcher(value).replaceAll("\\\\$0");
    return CONTROL
        .matcher(special)
        .replaceAll(
            found -> {
              byte[] octets = found.group().getBytes(StandardCharsets.UTF_8);
              return HexFormat.of().withPrefix("\\\\").formatHex(octets);
            });
  }

  private static void demand(boolean holds) {
    if (!holds) {
      throw new IllegalArgumentException("no distinguished name");
    }
  }
}
