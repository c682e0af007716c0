package dev.matricula;

import static dev.matricula.v1.InvalidClientReason.INVALID_CLIENT_REASON_BAD_CREDENTIAL;

import dev.matricula.v1.ClientMetadata;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Whether an assertion of private_key_jwt holds (RFC 7523 section 3, OpenID Connect Core section 9,
 * RFC 8725), by the registry's rules.
 */
final class AssertionCheck {
  /** Clocks may differ by as much (RFC 7519 section 4.1.4). */
  private static final long LEEWAY = 30;

  /** How far ahead an assertion may end, and how old it may be. */
  private static final long LONGEST = 3600;

  /** Each jti is kept for as long as its assertion holds. */
  private static final int LONGEST_JTI = 255;

  /** What a JWT for this may call itself (RFC 8725 section 3.11). */
  private static final Set<String> TYPES = Set.of("jwt", "client-authentication+jwt");

  /** What an assertion is held against. */
  record Terms(String clientId, ClientMetadata metadata, Set<String> audiences, long now) {}

  private record Rule(String sentence, BiPredicate<Assertion, Terms> holds) {}

  /** The first that is broken refuses. */
  private static final List<Rule> RULES =
      List.of(
          new Rule(
              "the assertion is another kind of JWT by its typ",
              (assertion, terms) -> isType(assertion.header())),
          new Rule(
              "the assertion's alg is not the registered one, or none of its method's",
              (assertion, terms) -> isAlgorithm(assertion.algorithm(), terms.metadata())),
          // RFC 7515 section 4.1.11: nothing is understood that could be critical, unencoded
          // payloads (RFC 7797) least of all.
          new Rule(
              "the assertion has critical headers, and none is understood",
              (assertion, terms) ->
                  !assertion.header().containsKey("crit")
                      && !assertion.header().containsKey("b64")),
          new Rule(
              "the assertion's kid is no string",
              (assertion, terms) ->
                  !assertion.header().containsKey("kid")
                      || assertion.header().get("kid") instanceof String),
          // Who the client is, sub has said.
          new Rule(
              "the assertion's iss is not the client",
              (assertion, terms) -> terms.clientId().equals(assertion.claims().get("iss"))),
          // Each of them: whoever else is named could use it here.
          new Rule(
              "the assertion's aud is not this authorization server alone",
              (assertion, terms) -> isAudience(assertion.claims().get("aud"), terms.audiences())),
          new Rule(
              "the assertion has expired, or has no exp that is a number",
              (assertion, terms) ->
                  assertion.claims().get("exp") instanceof Double exp
                      && exp + LEEWAY > terms.now()),
          new Rule(
              "the assertion lives longer than an hour",
              (assertion, terms) -> expiry(assertion) <= terms.now() + LONGEST + LEEWAY),
          new Rule(
              "the assertion's nbf is no number, or is not yet",
              (assertion, terms) -> isPast(assertion.claims(), "nbf", terms.now())),
          new Rule(
              "the assertion's iat is no number, or is not yet",
              (assertion, terms) -> isPast(assertion.claims(), "iat", terms.now())),
          new Rule(
              "the assertion is older than an hour",
              (assertion, terms) ->
                  !(assertion.claims().get("iat") instanceof Double iat)
                      || iat + LONGEST + LEEWAY > terms.now()),
          new Rule(
              "the assertion has no jti of 1 to 255 characters",
              (assertion, terms) ->
                  assertion.claims().get("jti") instanceof String jti
                      && !jti.isEmpty()
                      && jti.length() <= LONGEST_JTI));

  private AssertionCheck() {}

  /** Why it does not hold; empty when it does. Whether it comes for the first time is not asked. */
  static Optional<Verdict> whyNot(Assertion assertion, Terms terms) {
    for (Rule rule : RULES) {
      if (!rule.holds().test(assertion, terms)) {
        return Optional.of(Verdict.bad(rule.sentence()));
      }
    }
    if (!terms.metadata().hasJwks()) {
      // Keys by reference: the registry fetches them.
      return Optional.of(
          Verdict.unsure(
              INVALID_CLIENT_REASON_BAD_CREDENTIAL, "the client's keys are not known here"));
    }
    return JwsSignature.isByOneOf(RegisteredKeys.of(terms.metadata()), assertion)
        ? Optional.empty()
        : Optional.of(Verdict.bad("the assertion is not signed with a key of the client"));
  }

  /** Until when the jti of one that holds must be remembered. */
  static long rememberedUntil(Assertion assertion) {
    return (long) Math.ceil(expiry(assertion)) + LEEWAY;
  }

  private static double expiry(Assertion assertion) {
    return (Double) assertion.claims().get("exp");
  }

  private static boolean isType(Map<String, Object> header) {
    if (!header.containsKey("typ")) {
      return true;
    }
    return header.get("typ") instanceof String type
        && TYPES.contains(type.toLowerCase(Locale.ROOT).replaceFirst("^application/", ""));
  }

  private static boolean isAlgorithm(String algorithm, ClientMetadata metadata) {
    return JwsSignature.isKnown(algorithm)
        && (!metadata.hasTokenEndpointAuthSigningAlg()
            || metadata.getTokenEndpointAuthSigningAlg().equals(algorithm));
  }

  private static boolean isAudience(Object named, Set<String> audiences) {
    List<?> all = named instanceof List<?> list ? list : Collections.singletonList(named);
    return !all.isEmpty()
        && all.stream().allMatch(each -> each instanceof String name && audiences.contains(name));
  }

  private static boolean isPast(Map<String, Object> claims, String name, long now) {
    return !claims.containsKey(name)
        || (claims.get(name) instanceof Double time && time - LEEWAY <= now);
  }
}
