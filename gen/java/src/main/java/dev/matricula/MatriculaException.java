package dev.matricula;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.matricula.v1.ErrorReason;
import dev.matricula.v1.RegistrationError;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Optional;

/**
 * A call that did not succeed, with the details of its status unpacked. It is the exception that
 * gRPC throws by itself, made to say more: code that catches that one goes on to work.
 */
public class MatriculaException extends StatusRuntimeException {
  private static final long serialVersionUID = 1;
  private static final String DOMAIN = "matricula";

  private final ErrorReason reason;
  private final Duration retryAfter;

  MatriculaException(Status status, Metadata trailers) {
    super(status, trailers);
    Optional<ErrorInfo> info =
        detail(status, trailers, ErrorInfo.getDefaultInstance())
            .filter(found -> found.getDomain().equals(DOMAIN));
    reason =
        info.map(ErrorInfo::getReason)
            .map(MatriculaException::reasonOf)
            .orElse(ErrorReason.ERROR_REASON_UNSPECIFIED);
    retryAfter =
        detail(status, trailers, RetryInfo.getDefaultInstance())
            .map(RetryInfo::getRetryDelay)
            .map(delay -> Duration.ofSeconds(delay.getSeconds(), delay.getNanos()))
            .orElse(null);
  }

  /**
   * Reads the failure of an asynchronous or streaming call: what a future or an observer was given,
   * also wrapped. The result is a {@link RegistrationException} when metadata was refused.
   */
  public static MatriculaException of(Throwable failure) {
    if (failure instanceof MatriculaException e) {
      return e;
    }
    Status status = Status.fromThrowable(failure);
    Metadata sent = Status.trailersFromThrowable(failure);
    Metadata trailers = sent == null ? new Metadata() : sent;
    return detail(status, trailers, RegistrationError.getDefaultInstance())
        .<MatriculaException>map(error -> new RegistrationException(status, trailers, error))
        .orElseGet(() -> new MatriculaException(status, trailers));
  }

  /** The gRPC code. */
  public final Status.Code code() {
    return getStatus().getCode();
  }

  /**
   * Why, as the service says it: ERROR_REASON_UNSPECIFIED when the service did not speak at all,
   * UNRECOGNIZED when its reason is newer than this library.
   */
  public final ErrorReason reason() {
    return reason;
  }

  /** How long to wait before another attempt, if the service says so. */
  public final Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  private static ErrorReason reasonOf(String name) {
    try {
      return ErrorReason.valueOf("ERROR_REASON_" + name);
    } catch (IllegalArgumentException e) {
      return ErrorReason.UNRECOGNIZED;
    }
  }

  private static <T extends Message> Optional<T> detail(Status status, Metadata trailers, T type) {
    try {
      for (Any detail : StatusProto.fromStatusAndTrailers(status, trailers).getDetailsList()) {
        if (detail.is(type.getClass())) {
          @SuppressWarnings("unchecked")
          T unpacked = (T) detail.unpack(type.getClass());
          return Optional.of(unpacked);
        }
      }
    } catch (IllegalArgumentException | InvalidProtocolBufferException e) {
      // What stands between us and the service can send anything. Without details it is still a
      // status.
    }
    return Optional.empty();
  }
}
