package dev.matricula;

import dev.matricula.v1.InvalidClientReason;
import java.util.Optional;

/** Whether a client proved who it is. */
public final class Verdict {
  private final CachedClient client;
  private final String method;
  private final String credential;
  private final InvalidClientReason reason;
  private final String description;
  private final boolean isFinal;

  private Verdict(
      InvalidClientReason reason, String description, boolean isFinal) {
    client = null;
    method = "";
    credential = "";
    this.reason = reason;
    this.description = description;
    this.isFinal = isFinal;
  }

  private Verdict(CachedClient client, String method, String credential) {
    this.client = client;
    this.method = method;
    this.credential = credential;
    reason = InvalidClientReason.INVALID_CLIENT_REASON_UNSPECIFIED;
    description = "";
    isFinal = true;
  }

  static Verdict of(CachedClient client, String method, String credential) {
    return new Verdict(client, method, credential);
  }

  static Verdict refused(InvalidClientReason reason, String description) {
    return new Verdict(reason, description, true);
  }

  static Verdict bad(String description) {
    return refused(InvalidClientReason.INVALID_CLIENT_REASON_BAD_CREDENTIAL, description);
  }

  /** A refusal by what is known here, where the registry may know better. */
  static Verdict unsure(InvalidClientReason reason, String description) {
    return new Verdict(reason, description, false);
  }

  /** The same where the registry has nothing to add. */
  Verdict settled() {
    return isFinal ? this : refused(reason, description);
  }

  boolean isFinal() {
    return isFinal;
  }

  /** The client, or empty: then the answer is the OAuth error {@code invalid_client}. */
  public Optional<CachedClient> client() {
    return Optional.ofNullable(client);
  }

  /** By which method, such as private_key_jwt; empty when it was refused. */
  public String method() {
    return method;
  }

  /**
   * What it showed: a secret's label, a key's kid, "sha256:" and a certificate's fingerprint, or
   * nothing.
   */
  public String credential() {
    return credential;
  }

  /**
   * Why it was refused: for a log, never for whoever is answered. Unspecified when it was not.
   */
  public InvalidClientReason reason() {
    return reason;
  }

  /** The same as a sentence without secrets; empty when it was not refused. */
  public String description() {
    return description;
  }
}
