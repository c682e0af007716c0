package dev.matricula;

/** Which client shows what at a token endpoint. */
sealed interface Claim {
  /** Its secret, by client_secret_basic or client_secret_post. */
  record Secret(String clientId, String secret, String method) implements Claim {
    @Override
    public String toString() {
      return "Secret[" + clientId + "]";
    }
  }

  /** An assertion about itself. */
  record Asserted(String clientId, Assertion assertion) implements Claim {}

  /** Its id alone: of a public client, or of one whose connection has its certificate. */
  record Id(String clientId) implements Claim {}

  /** It names no client, or shows more than one thing. */
  record None(Verdict verdict) implements Claim {
    @Override
    public String clientId() {
      return "";
    }
  }

  /** Who it says it is. */
  String clientId();
}
