package dev.matricula;

import static dev.matricula.v1.InvalidClientReason.INVALID_CLIENT_REASON_BAD_CREDENTIAL;
import static dev.matricula.v1.InvalidClientReason.INVALID_CLIENT_REASON_EXPIRED;

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
  /** The methods by which a client shows its secret itself. */
  static final Set<String> METHODS = Set.of("client_secret_basic", "client_secret_post");

  /** What docs/watch.md calls the digest's scheme. */
  private static final String SCHEME = "sha256";

  /** What a client that is not there, or has no secret, is compared with. */
  private static final List<SecretDigest> NONE =
      List.of(SecretDigest.newBuilder().setScheme(SCHEME).build());

  private static final Verdict EXPIRED =
      Verdict.refused(INVALID_CLIENT_REASON_EXPIRED, "the secret has expired");

  private SecretCheck() {}

  /** The verdict on a secret that came by one of these methods. */
  static Verdict check(
      String realm,
      Claim.Secret shown,
      Set<String> methods,
      Optional<CachedClient> known,
      long now) {
    byte[] digest = digest(realm, shown.clientId(), shown.secret());
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
    if (known.isEmpty() || match == null) {
      return Liveness.whyNotActive(known).orElseGet(() -> withoutMatch(known.get()));
    }
    String method = known.get().authMethod();
    boolean isItsMethod = methods.contains(method);
    Optional<Verdict> notLive = Liveness.whyNotLive(known, now);
    if (notLive.isPresent()) {
      // Whichever of the two has expired.
      boolean isCertain = isItsMethod && !isLive(match, now) && !notLive.get().isFinal();
      return isCertain ? EXPIRED : notLive.get();
    }
    if (!isItsMethod) {
      return Verdict.bad("the client is registered with another method");
    }
    return isLive(match, now) ? Verdict.of(known.get(), method, match.getLabel()) : EXPIRED;
  }

  private static Verdict withoutMatch(CachedClient client) {
    // Nothing to compare with, and yet a secret: it has expired, or this caller is told none.
    return client.secretDigests().isEmpty() && client.client().hasClientSecretExpiresAt()
        ? Verdict.unsure(INVALID_CLIENT_REASON_BAD_CREDENTIAL, "the secret is not known here")
        : Verdict.bad("the secret is not the client's");
  }

  /** The digest that the registry keeps of this secret. */
  static byte[] digest(String realm, String clientId, String secret) {
    String bound = String.join("\0", "client_secret", realm, clientId, secret);
    return sha256(bound.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  private static boolean isLive(SecretDigest digest, long now) {
    long expiresAt = Integer.toUnsignedLong(digest.getExpiresAt());
    return expiresAt == 0 || expiresAt > now;
  }
}
