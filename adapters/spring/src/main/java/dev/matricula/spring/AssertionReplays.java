package dev.matricula.spring;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
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

  /** More in an hour than one instance serves; when it is full, nothing passes unseen. */
  private static final int MOST = 1_000_000;

  private record Key(String clientId, String jti) {}

  private final Clock clock;
  private final Map<Key, Instant> seen = new HashMap<>();
  private Instant nextSweep = Instant.MIN;

  AssertionReplays(Clock clock) {
    this.clock = clock;
  }

  @Override
  public synchronized OAuth2TokenValidatorResult validate(Jwt assertion) {
    Instant now = clock.instant();
    Instant end = assertion.getExpiresAt();
    if (end == null || end.isAfter(now.plus(LONGEST))) {
      return refused("the assertion is good for more than an hour");
    }
    if (assertion.getId() == null || assertion.getId().isBlank()) {
      return refused("the assertion has no jti");
    }
    sweep(now);
    if (seen.size() >= MOST) {
      return refused("too many assertions");
    }
    Key key = new Key(assertion.getSubject(), assertion.getId());
    return seen.putIfAbsent(key, end.plus(SKEW)) == null
        ? OAuth2TokenValidatorResult.success()
        : refused("the assertion was used before");
  }

  /** Forgets what has expired, once a minute. */
  private void sweep(Instant now) {
    if (now.isBefore(nextSweep)) {
      return;
    }
    nextSweep = now.plus(SKEW);
    seen.values().removeIf(end -> end.isBefore(now));
  }

  private static OAuth2TokenValidatorResult refused(String why) {
    return OAuth2TokenValidatorResult.failure(
        new OAuth2Error(OAuth2ErrorCodes.INVALID_CLIENT, why, null));
  }
}
