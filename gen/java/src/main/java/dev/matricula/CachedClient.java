package dev.matricula;

import dev.matricula.v1.Client;
import dev.matricula.v1.ClientState;
import dev.matricula.v1.SecretDigest;
import java.util.List;

/**
 * A client as the registry last told it. It never changes: the cache replaces it.
 *
 * @param client the record
 * @param secretDigests the digests of its secrets, empty for callers without the role verifier
 */
public record CachedClient(Client client, List<SecretDigest> secretDigests) {
  /** A copy that nobody else can change. */
  public CachedClient {
    secretDigests = List.copyOf(secretDigests);
  }

  /** Whether it may be used at this second since 1970: neither suspended nor expired. */
  public boolean isActive(long now) {
    return client.getState() == ClientState.CLIENT_STATE_ACTIVE && !isExpired(now);
  }

  /** Whether its registration has expired at this second since 1970. */
  public boolean isExpired(long now) {
    return client.hasExpiresAt() && Integer.toUnsignedLong(client.getExpiresAt()) <= now;
  }

  /** Says which client it is, and no digest. */
  @Override
  public String toString() {
    return "CachedClient[" + client.getClientId() + ", version " + client.getVersion() + "]";
  }
}
