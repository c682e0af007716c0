package dev.matricula;

import java.util.Optional;

/**
 * Hears of changes in a {@link ClientCache}, in the order of the registry, one at a time, in the
 * thread that reads the stream: what takes long belongs elsewhere.
 */
@FunctionalInterface
public interface ClientListener {
  /** The client has become as it says, or is gone. The cache already says so too. */
  void changed(String clientId, Optional<CachedClient> client);
}
