package dev.matricula;

import static dev.matricula.v1.InvalidClientReason.INVALID_CLIENT_REASON_UNKNOWN;

import dev.matricula.v1.AuthenticateClientRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads what arrived at a token endpoint as the registry does (RFC 6749 section 2.3). */
final class ClaimReader {
  static final String ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  private static final Pattern BASIC =
      Pattern.compile("basic +([A-Za-z0-9+/]+={0,2}) *", Pattern.CASE_INSENSITIVE);

  /** RFC 6749 appendix A: visible ASCII and space. */
  private static final Pattern PRINTABLE = Pattern.compile("[\\x20-\\x7e]*");

  private static final Claim NOBODY =
      new Claim.None(Verdict.refused(INVALID_CLIENT_REASON_UNKNOWN, "no client was named"));

  private ClaimReader() {}

  static Claim read(AuthenticateClientRequest presented) {
    boolean hasAssertion = presented.hasClientAssertion() || presented.hasClientAssertionType();
    long shown =
        Stream.of(presented.hasAuthorization(), presented.hasClientSecret(), hasAssertion)
            .filter(each -> each)
            .count();
    if (shown > 1) {
      return bad("more than one credential was presented");
    }
    if (presented.hasAuthorization()) {
      return header(presented);
    }
    if (hasAssertion) {
      return assertion(presented);
    }
    String clientId = presented.getClientId();
    if (clientId.isEmpty()) {
      return NOBODY;
    }
    return presented.hasClientSecret()
        ? new Claim.Secret(clientId, presented.getClientSecret(), "client_secret_post")
        : new Claim.Id(clientId);
  }

  private static Claim header(AuthenticateClientRequest presented) {
    Optional<Claim.Secret> read = basic(presented.getAuthorization());
    if (read.isEmpty()) {
      return bad("the Authorization header is no Basic header of a client");
    }
    if (read.get().clientId().isEmpty()) {
      return NOBODY;
    }
    return isAnother(presented, read.get().clientId())
        ? bad("the Authorization header and the parameter client_id name two clients")
        : read.get();
  }

  private static Claim assertion(AuthenticateClientRequest presented) {
    if (!presented.getClientAssertionType().equals(ASSERTION_TYPE)) {
      return bad("client_assertion_type is not " + ASSERTION_TYPE);
    }
    Optional<Assertion> read = Assertion.read(presented.getClientAssertion());
    if (read.isEmpty()) {
      return bad("client_assertion is no signed JWT");
    }
    if (!(read.get().claims().get("sub") instanceof String subject) || subject.isEmpty()) {
      return NOBODY;
    }
    return isAnother(presented, subject)
        ? bad("the assertion and the parameter client_id name two clients")
        : new Claim.Asserted(subject, read.get());
  }

  private static boolean isAnother(AuthenticateClientRequest presented, String clientId) {
    return presented.hasClientId() && !presented.getClientId().equals(clientId);
  }

  /** RFC 6749 section 2.3.1: both are form-encoded before they are joined. */
  private static Optional<Claim.Secret> basic(String header) {
    Matcher form = BASIC.matcher(header);
    if (!form.matches()) {
      return Optional.empty();
    }
    try {
      // Padding says nothing, and some leave it out.
      String text = utf8(Base64.getDecoder().decode(form.group(1).replace("=", "")));
      int colon = text.indexOf(':');
      if (colon < 0) {
        return Optional.empty();
      }
      String clientId = decoded(text.substring(0, colon));
      String secret = decoded(text.substring(colon + 1));
      return PRINTABLE.matcher(clientId + secret).matches()
          ? Optional.of(new Claim.Secret(clientId, secret, "client_secret_basic"))
          : Optional.empty();
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** The JDK's own decoder takes octets that are no UTF-8. */
  private static String decoded(String text) throws CharacterCodingException {
    byte[] plain = text.replace('+', ' ').getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(plain.length);
    for (int i = 0; i < plain.length; i++) {
      if (plain[i] != '%') {
        bytes.put(plain[i]);
        continue;
      }
      int high = i + 2 < plain.length ? Character.digit(plain[i + 1], 16) : -1;
      int low = high < 0 ? -1 : Character.digit(plain[i + 2], 16);
      if (low < 0) {
        throw new IllegalArgumentException("a percent sign without two hexadecimal digits");
      }
      bytes.put((byte) (16 * high + low));
      i += 2;
    }
    return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
  }

  private static String utf8(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  private static Claim bad(String description) {
    return new Claim.None(Verdict.bad(description));
  }
}
