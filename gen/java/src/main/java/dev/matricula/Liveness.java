package dev.matricula;

import static dev.matricula.v1.InvalidClientReason.INVALID_CLIENT_REASON_EXPIRED;
import static dev.matricula.v1.InvalidClientReason.INVALID_CLIENT_REASON_SUSPENDED;
import static dev.matricula.v1.InvalidClientReason.INVALID_CLIENT_REASON_UNKNOWN;

import dev.matricula.v1.ClientState;
import java.util.Optional;

/** Why no credential helps a client, whatever it shows. */
final class Liveness {
  private static final String EXPIRED = "the client's registration has expired";

  private Liveness() {}

  /** Empty for one that is here and active. */
  static Optional<Verdict> whyNotActive(Optional<CachedClient> known) {
    if (known.isEmpty()) {
      return Optional.of(
          Verdict.unsure(INVALID_CLIENT_REASON_UNKNOWN, "there is no such client"));
    }
    ClientState state = known.get().client().getState();
    if (state == ClientState.CLIENT_STATE_SUSPENDED) {
      return Optional.of(
          Verdict.refused(INVALID_CLIENT_REASON_SUSPENDED, "the client is suspended"));
    }
    // A state that a later version of the registry has.
    return state == ClientState.CLIENT_STATE_ACTIVE
        ? Optional.empty()
        : Optional.of(Verdict.bad("the client is not active"));
  }

  /** The same with expiry; unsure of one that has expired unless it was used elsewhere. */
  static Optional<Verdict> whyNotLive(Optional<CachedClient> known, long now) {
    Optional<Verdict> notActive = whyNotActive(known);
    if (notActive.isPresent()) {
      return notActive;
    }
    if (known.get().isExpired(now)) {
      return Optional.of(Verdict.refused(INVALID_CLIENT_REASON_EXPIRED, EXPIRED));
    }
    return known.get().isUnused(now)
        ? Optional.of(Verdict.unsure(INVALID_CLIENT_REASON_EXPIRED, EXPIRED))
        : Optional.empty();
  }
}
