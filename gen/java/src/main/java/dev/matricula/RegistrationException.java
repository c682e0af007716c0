package dev.matricula;

import dev.matricula.v1.RegistrationError;
import dev.matricula.v1.Violation;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.List;

/** A registration or update that was refused for its metadata, with every rule that was broken. */
public final class RegistrationException extends MatriculaException {
  private static final long serialVersionUID = 1;

  private final RegistrationError error;

  RegistrationException(Status status, Metadata trailers, RegistrationError error) {
    super(status, trailers);
    this.error = error;
  }

  /** The RFC 7591 error code, such as {@code invalid_redirect_uri}. */
  public String error() {
    return error.getError();
  }

  /** All broken rules at once: field, rule, the clause that demands it, and what to do. */
  public List<Violation> violations() {
    return error.getViolationsList();
  }
}
