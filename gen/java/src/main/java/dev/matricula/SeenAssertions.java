package dev.matricula;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which assertions have come to this process, so that each is taken once. Each client has room of
 * its own: one that fills it takes nothing from others, and none is forgotten before its end.
 */
public final class SeenAssertions {
  /** Whether an assertion comes for the first time, as far as is known. */
  public enum Answer {
    /** It does, and is on record from now on. */
    FIRST,
    /** It has come before. */
    AGAIN,
    /** Its client has as many on record as there is room for. */
    FULL
  }

  /** At a minute each, more than a thousand a second. */
  private static final int MOST_OF_A_CLIENT = 100_000;

  private static final long SWEEP_SECONDS = 60;

  private final int mostOfAClient;
  private final Map<String, Map<String, Long>> ends = new ConcurrentHashMap<>();
  private final AtomicLong nextSweep = new AtomicLong(Long.MIN_VALUE);

  /** Room for a hundred thousand of each client. */
  public SeenAssertions() {
    this(MOST_OF_A_CLIENT);
  }

  SeenAssertions(int mostOfAClient) {
    this.mostOfAClient = mostOfAClient;
  }

  /**
   * Puts an assertion on record until it ends; seconds since 1970. Only for one that holds
   * otherwise: who could not prove itself uses nothing up.
   */
  public Answer put(String clientId, String jti, long end, long now) {
    sweep(now);
    Answer[] answer = new Answer[1];
    // One at a time for each client.
    ends.compute(
        clientId,
        (id, known) -> {
          Map<String, Long> its = known == null ? new HashMap<>() : known;
          answer[0] = whether(its, jti, now);
          if (answer[0] == Answer.FIRST) {
            its.put(jti, end);
          }
          return its;
        });
    return answer[0];
  }

  /** What {@link #put} would say, without putting it on record. */
  Answer look(String clientId, String jti, long now) {
    Answer[] answer = {Answer.FIRST};
    ends.computeIfPresent(
        clientId,
        (id, its) -> {
          answer[0] = whether(its, jti, now);
          return its;
        });
    return answer[0];
  }

  /** How many clients have any on record. */
  int clients() {
    return ends.size();
  }

  private Answer whether(Map<String, Long> its, String jti, long now) {
    if (its.getOrDefault(jti, Long.MIN_VALUE) > now) {
      return Answer.AGAIN;
    }
    return its.size() < mostOfAClient || its.containsKey(jti) ? Answer.FIRST : Answer.FULL;
  }

  /** Forgets those that have ended, once a minute. */
  private void sweep(long now) {
    long due = nextSweep.get();
    if (now < due || !nextSweep.compareAndSet(due, now + SWEEP_SECONDS)) {
      return;
    }
    for (String clientId : ends.keySet()) {
      ends.computeIfPresent(
          clientId,
          (id, its) -> {
            its.values().removeIf(end -> end <= now);
            return its.isEmpty() ? null : its;
          });
    }
  }
}
