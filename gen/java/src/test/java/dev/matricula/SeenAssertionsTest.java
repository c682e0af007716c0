package dev.matricula;

import static dev.matricula.SeenAssertions.Answer.AGAIN;
import static dev.matricula.SeenAssertions.Answer.FIRST;
import static dev.matricula.SeenAssertions.Answer.FULL;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SeenAssertionsTest {
  private static final long NOW = 1_800_000_000;

  private final SeenAssertions seen = new SeenAssertions(2);

  @Test
  void takesEachAssertionOfEachClientOnceUntilItEnds() {
    assertEquals(FIRST, seen.put("a", "1", NOW + 10, NOW));
    assertEquals(FIRST, seen.put("b", "1", NOW + 10, NOW));
    assertEquals(AGAIN, seen.put("a", "1", NOW + 10, NOW + 9));
    assertEquals(FIRST, seen.put("a", "1", NOW + 20, NOW + 10));
    assertEquals(AGAIN, seen.put("a", "1", NOW + 20, NOW + 10));
  }

  @Test
  void hasRoomForEachClientThatAnotherCannotTake() {
    for (String jti : new String[] {"1", "2"}) {
      assertEquals(FIRST, seen.put("greedy", jti, NOW + 100, NOW));
    }
    assertEquals(FULL, seen.put("greedy", "3", NOW + 100, NOW));
    // Nothing is forgotten before its end to make room.
    assertEquals(AGAIN, seen.put("greedy", "1", NOW + 100, NOW));
    assertEquals(FIRST, seen.put("other", "1", NOW + 100, NOW));
  }

  @Test
  void makesRoomWhenSomeHaveEnded() {
    seen.put("a", "1", NOW + 10, NOW);
    seen.put("a", "2", NOW + 100, NOW);
    assertEquals(FULL, seen.put("a", "3", NOW + 100, NOW + 10));
    assertEquals(FIRST, seen.put("a", "3", NOW + 100, NOW + 60));
  }

  @Test
  void forgetsClientsWhoseAssertionsHaveEnded() {
    for (int i = 0; i < 100; i++) {
      seen.put("client" + i, "1", NOW + 10, NOW);
    }
    assertEquals(100, seen.clients());
    seen.put("a", "1", NOW + 100, NOW + 60);
    assertEquals(1, seen.clients());
  }

  @Test
  void putsNothingOnRecordByLooking() {
    assertEquals(FIRST, seen.look("a", "1", NOW));
    assertEquals(0, seen.clients());
    assertEquals(FIRST, seen.put("a", "1", NOW + 10, NOW));
    assertEquals(AGAIN, seen.look("a", "1", NOW));
    seen.put("a", "2", NOW + 10, NOW);
    assertEquals(FULL, seen.look("a", "3", NOW));
  }
}
