package dev.matricula;

import dev.matricula.v1.InvalidClientReason;
import java.util.Optional;

/** Whether a client proved by a secret who it is. */
public final class SecretVerdict {
  private final CachedClient client;
  private final String secretLabel;
  private final InvalidClientReason reason;
  private final boolean isFinal;

  private SecretVerdict(
      CachedClient client, String secretLabel, InvalidClientReason reason, boolean isFinal) {
    this.client = client;
    this.secretLabel = secretLabel;
    this.reason = reason;
    this.isFinal = isFinal;
  }

  static SecretVerdict of(CachedClient client, String secretLabel) {
    return new SecretVerdict(
        client, secretLabel, InvalidClientReason.INVALID_CLIENT_REASON_UNSPECIFIED, true);
  }

  static SecretVerdict refused(InvalidClientReason reason) {
    return new SecretVerdict(null, "", reason, true);
  }

  /** A refusal by what is known here, where the registry may know better. */
  static SecretVerdict unsure(InvalidClientReason reason) {
    return new SecretVerdict(null, "", reason, false);
  }

  boolean isFinal() {
    return isFinal;
  }

  /** The client, or empty: then the answer is the OAuth error {@code invalid_client}. */
  public Optional<CachedClient> client() {
    return Optional.ofNullable(client);
  }

  /** The label of the secret that was used; empty when it was refused. */
  public String secretLabel() {
    return secretLabel;
  }

  /**
   * Why it was refused: for a log, never for whoever is answered. Unspecified when it was not.
   */
  public InvalidClientReason reason() {
    return reason;
  }
}
