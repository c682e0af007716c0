package dev.matricula;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Of which clients the registry has said that they have expired: a flood is not passed on. */
final class SaidExpired {
  /** A use elsewhere that is reported late brings a client back: it waits so long at most. */
  private static final int SECONDS = 10;

  private static final int MOST = 10_000;

  private final Map<String, Long> until = new ConcurrentHashMap<>();

  void note(String clientId, long now) {
    if (until.size() >= MOST) {
      until.clear();
    }
    until.put(clientId, now + SECONDS);
  }

  boolean holds(String clientId, long now) {
    return until.getOrDefault(clientId, 0L) > now;
  }

  void forget(String clientId) {
    until.remove(clientId);
  }
}
