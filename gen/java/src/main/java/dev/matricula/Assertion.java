package dev.matricula;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A JWT whose signature nobody has looked at. */
record Assertion(
    Map<String, Object> header, Map<String, Object> claims, byte[] signed, byte[] signature) {
  /** The registry takes no longer one, and the work of reading grows with each character. */
  private static final int LONGEST = 16_384;

  private static final Pattern FORM =
      Pattern.compile("([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)");

  /** Takes an assertion apart; empty for what is no signed JWT. */
  static Optional<Assertion> read(String text) {
    if (text.length() > LONGEST) {
      return Optional.empty();
    }
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    try {
      Base64.Decoder decoder = Base64.getUrlDecoder();
      Optional<Map<String, Object>> header = JsonText.object(decoder.decode(form.group(1)));
      Optional<Map<String, Object>> claims = JsonText.object(decoder.decode(form.group(2)));
      if (header.isEmpty() || claims.isEmpty()) {
        return Optional.empty();
      }
      byte[] signed = text.substring(0, form.end(2)).getBytes(StandardCharsets.US_ASCII);
      return Optional.of(
          new Assertion(header.get(), claims.get(), signed, decoder.decode(form.group(3))));
    } catch (IllegalArgumentException e) {
      // A part that is no base64url.
      return Optional.empty();
    }
  }

  /** Its algorithm, or empty where that is no text. */
  String algorithm() {
    return header.get("alg") instanceof String name ? name : "";
  }

  /** The key that it names, or empty. */
  String keyId() {
    return header.get("kid") instanceof String name ? name : "";
  }
}
