package dev.matricula;

import static dev.matricula.v1.InvalidClientReason.INVALID_CLIENT_REASON_BAD_CREDENTIAL;
import static dev.matricula.v1.InvalidClientReason.INVALID_CLIENT_REASON_EXPIRED;
import static dev.matricula.v1.InvalidClientReason.INVALID_CLIENT_REASON_SUSPENDED;
import static dev.matricula.v1.InvalidClientReason.INVALID_CLIENT_REASON_UNKNOWN;

import dev.matricula.v1.ClientState;
import dev.matricula.v1.SecretDigest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Compares a secret with the digests of a client. A digest, a comparison and a verdict are made
 * whatever is known of the client, so that the time tells nothing.
 */
final class SecretCheck {
  /** What docs/watch.md calls the digest's scheme. */
  private static final String SCHEME = "sha256";

  private static final Set<String> METHODS = Set.of("client_secret_basic", "client_secret_post");

  /** What a client that is not there, or has no secret, is compared with. */
  private static final List<SecretDigest> NONE =
      List.of(SecretDigest.newBuilder().setScheme(SCHEME).build());

  private SecretCheck() {}

  static SecretVerdict check(
      String realm, String clientId, String secret, Optional<CachedClient> known, long now) {
    byte[] digest = digest(realm, clientId, secret);
    List<SecretDigest> digests = known.map(CachedClient::secretDigests).orElse(List.of());
    SecretDigest match = null;
    for (SecretDigest candidate : digests.isEmpty() ? NONE : digests) {
      boolean isSame = MessageDigest.isEqual(candidate.getDigest().toByteArray(), digest);
      // Of two that are the same, the one that is still good.
      boolean isBetter = match == null || isLive(candidate, now);
      if (isSame && candidate.getScheme().equals(SCHEME) && isBetter) {
        match = candidate;
      }
    }
    if (known.isEmpty()) {
      return SecretVerdict.unsure(INVALID_CLIENT_REASON_UNKNOWN);
    }
    CachedClient client = known.get();
    if (client.client().getState() == ClientState.CLIENT_STATE_SUSPENDED) {
      return SecretVerdict.refused(INVALID_CLIENT_REASON_SUSPENDED);
    }
    if (match == null) {
      // Nothing to compare with, and yet a secret: it has expired, or this caller is told none.
      return digests.isEmpty() && client.client().hasClientSecretExpiresAt()
          ? SecretVerdict.unsure(INVALID_CLIENT_REASON_BAD_CREDENTIAL)
          : SecretVerdict.refused(INVALID_CLIENT_REASON_BAD_CREDENTIAL);
    }
    if (client.isExpired(now)) {
      return SecretVerdict.refused(INVALID_CLIENT_REASON_EXPIRED);
    }
    if (client.isUnused(now)) {
      return isLive(match, now)
          ? SecretVerdict.unsure(INVALID_CLIENT_REASON_EXPIRED)
          : SecretVerdict.refused(INVALID_CLIENT_REASON_EXPIRED);
    }
    String method = client.client().getMetadata().getTokenEndpointAuthMethod();
    if (!METHODS.contains(method) || !client.isActive(now)) {
      return SecretVerdict.refused(INVALID_CLIENT_REASON_BAD_CREDENTIAL);
    }
    return isLive(match, now)
        ? SecretVerdict.of(client, match.getLabel())
        : SecretVerdict.refused(INVALID_CLIENT_REASON_EXPIRED);
  }

  /** The digest that the registry keeps of this secret. */
  static byte[] digest(String realm, String clientId, String secret) {
    String bound = String.join("\0", "client_secret", realm, clientId, secret);
    try {
      return MessageDigest.getInstance("SHA-256").digest(bound.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  private static boolean isLive(SecretDigest digest, long now) {
    long expiresAt = Integer.toUnsignedLong(digest.getExpiresAt());
    return expiresAt == 0 || expiresAt > now;
  }
}
