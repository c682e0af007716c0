package dev.matricula;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Pauses between attempts: twice as long each time, up to a longest.
 *
 * @param first the pause after the first attempt, at most
 * @param longest what no pause exceeds
 */
record Backoff(Duration first, Duration longest) {
  /** 2 to the power of more than this is past every longest pause. */
  private static final int MOST_DOUBLINGS = 20;

  /**
   * How long to wait after this attempt, counted from 1. Half of it is by chance, so that clients
   * that failed together do not come back together.
   */
  Duration pause(int attempt) {
    long grown = first.toNanos() << Math.min(attempt - 1, MOST_DOUBLINGS);
    long most = Math.min(longest.toNanos(), grown);
    return Duration.ofNanos(most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
  }
}
