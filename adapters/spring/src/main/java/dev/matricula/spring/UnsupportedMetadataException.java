package dev.matricula.spring;

/**
 * A client was registered with something that Spring Authorization Server does not do, or cannot
 * hold. It is refused: to serve it with less than it asked for would be worse.
 */
public final class UnsupportedMetadataException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnsupportedMetadataException(String message) {
    super(message);
  }

  UnsupportedMetadataException(String message, Throwable cause) {
    super(message, cause);
  }
}
