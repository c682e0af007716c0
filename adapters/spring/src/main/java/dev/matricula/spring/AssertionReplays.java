package dev.matricula.spring;

import dev.matricula.SeenAssertions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;

/**
 * Lets each assertion pass once (OpenID Connect Core section 9: jti is required and used once). It
 * remembers for this process alone: instances behind one address each let it pass once.
 */
final class AssertionReplays implements OAuth2TokenValidator<Jwt> {
  /** Spring's own validator accepts an assertion for this long after its end. */
  private static final Duration SKEW = Duration.ofMinutes(1);

  /** An assertion that is good for longer would have to be remembered for longer. */
  private static final Duration LONGEST = Duration.ofHours(1);

  private final Clock clock;
  private final SeenAssertions seen = new SeenAssertions();

  AssertionReplays(Clock clock) {
    this.clock = clock;
  }

  @Override
  public OAuth2TokenValidatorResult validate(Jwt assertion) {
    Instant now = clock.instant();
    Instant end = assertion.getExpiresAt();
    if (end == null || end.isAfter(now.plus(LONGEST))) {
      return refused("the assertion is good for more than an hour");
    }
    if (assertion.getId() == null || assertion.getId().isBlank()) {
      return refused("the assertion has no jti");
    }
    long until = end.plus(SKEW).getEpochSecond() + 1;
    String clientId = assertion.getSubject();
    return switch (seen.put(clientId, assertion.getId(), until, now.getEpochSecond())) {
      case FIRST -> OAuth2TokenValidatorResult.success();
      case AGAIN -> refused("the assertion was used before");
      // Nothing passes unseen. Other clients have room of their own.
      case FULL -> refused("the client sends too many assertions");
    };
  }

  private static OAuth2TokenValidatorResult refused(String why) {
    return OAuth2TokenValidatorResult.failure(
        new OAuth2Error(OAuth2ErrorCodes.INVALID_CLIENT, why, null));
  }
}
