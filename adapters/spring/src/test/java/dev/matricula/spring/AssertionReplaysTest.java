package dev.matricula.spring;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.springframework.security.oauth2.jwt.Jwt;

class AssertionReplaysTest {
  private Instant now = Instant.ofEpochSecond(1_800_000_000);
  private final AssertionReplays replays =
      new AssertionReplays(
          new Clock() {
            @Override
            public Instant instant() {
              return now;
            }

            @Override
            public ZoneId getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
              return this;
            }
          });

  private boolean passes(String clientId, String jti, Duration life) {
    Jwt.Builder assertion =
        Jwt.withTokenValue("token")
            .header("alg", "ES256")
            .subject(clientId)
            .expiresAt(now.plus(life));
    if (jti != null) {
      assertion.jti(jti);
    }
    return !replays.validate(assertion.build()).hasErrors();
  }

  @Test
  void letsEachAssertionPassOnce() {
    Duration minute = Duration.ofMinutes(1);
    assertTrue(passes("a", "1", minute));
    assertFalse(passes("a", "1", minute));
    assertTrue(passes("a", "2", minute));
    assertTrue(passes("b", "1", minute));
    // Within the skew that Spring allows it is still known.
    now = now.plus(Duration.ofSeconds(119));
    assertFalse(passes("a", "1", minute));
  }

  @Test
  void forgetsWhatHasExpired() {
    assertTrue(passes("a", "1", Duration.ofMinutes(1)));
    now = now.plus(Duration.ofMinutes(3));
    assertTrue(passes("a", "1", Duration.ofMinutes(1)));
  }

  @Test
  void wantsAnIdAndAnEnd() {
    assertFalse(passes("a", null, Duration.ofMinutes(1)));
    assertFalse(passes("a", " ", Duration.ofMinutes(1)));
    assertTrue(passes("a", "hour", Duration.ofHours(1)));
    assertFalse(passes("a", "more", Duration.ofHours(1).plusSeconds(1)));
  }

  @Test
  void refusesAClientThatSendsTooManyAndNobodyElse() {
    Duration hour = Duration.ofHours(1);
    for (int i = 0; i < 100_000; i++) {
      assertTrue(passes("greedy", "jti" + i, hour));
    }
    assertFalse(passes("greedy", "more", hour));
    assertTrue(passes("other", "1", hour));
    now = now.plus(Duration.ofMinutes(63));
    assertTrue(passes("greedy", "more", hour));
  }
}
