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
 * @param lifetime seconds after its last sign of life, an update or a use, at which its policy lets
 *     it expire; 0 for never. A use elsewhere is not told
 */
public record CachedClient(Client client, List<SecretDigest> secretDigests, long lifetime) {
  /** A copy that nobody else can change. */
  public CachedClient {
    secretDigests = List.copyOf(secretDigests);
  }

  /** A client that lives on when it is not used. */
  public CachedClient(Client client, List<SecretDigest> secretDigests) {
    this(client, secretDigests, 0);
  }

  /** Whether it may be used at this second since 1970, as far as is known here. */
  public boolean isActive(long now) {
    return client.getState() == ClientState.CLIENT_STATE_ACTIVE
        && !isExpired(now)
        && !isUnused(now);
  }

  /** Whether its registration has expired at this second since 1970. */
  public boolean isExpired(long now) {
    return client.hasExpiresAt() && Integer.toUnsignedLong(client.getExpiresAt()) <= now;
  }

  /** Whether it has expired for want of use, unless it was used elsewhere. */
  boolean isUnused(long now) {
    long lastSign =
        Math.max(
            Integer.toUnsignedLong(client.getUpdatedAt()),
            Integer.toUnsignedLong(client.getLastUsedAt()));
    return lifetime > 0 && lastSign + lifetime <= now;
  }

  /** How it authenticates; RFC 7591 section 2 has a default. */
  String authMethod() {
    return client.getMetadata().hasTokenEndpointAuthMethod()
        ? client.getMetadata().getTokenEndpointAuthMethod()
        : "client_secret_basic";
  }

  /** The same, used at this second since 1970 if it was not later. */
  CachedClient usedAt(long at) {
    return at <= Integer.toUnsignedLong(client.getLastUsedAt())
        ? this
        : new CachedClient(
            client.toBuilder().setLastUsedAt((int) at).build(), secretDigests, lifetime);
  }

  /** Says which client it is, and no digest. */
  @Override
  public String toString() {
    return "CachedClient[" + client.getClientId() + ", version " + client.getVersion() + "]";
  }
}
