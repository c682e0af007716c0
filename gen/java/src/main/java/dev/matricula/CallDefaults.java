package dev.matricula;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Gives a call what the caller left open: a deadline, credentials, an idempotency key. */
final class CallDefaults implements ClientInterceptor {
  private final Duration timeout;
  private final CallCredentials credentials;

  CallDefaults(Duration timeout, CallCredentials credentials) {
    this.timeout = timeout;
    this.credentials = credentials;
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    // A stream may be meant to last.
    if (options.getDeadline() == null && method.getType() == MethodDescriptor.MethodType.UNARY) {
      options = options.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }
    if (options.getCredentials() == null && credentials != null) {
      options = options.withCallCredentials(credentials);
    }
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void sendMessage(Q message) {
        super.sendMessage(withIdempotencyKey(message));
      }
    };
  }

  /**
   * The message with a new key, if it takes one and has none. By descriptor, so that messages to
   * come are served too.
   */
  @SuppressWarnings("unchecked") // A message's builder builds the same type.
  private static <Q> Q withIdempotencyKey(Q request) {
    if (request instanceof Message message) {
      FieldDescriptor field = message.getDescriptorForType().findFieldByName("idempotency_key");
      if (field != null && "".equals(message.getField(field))) {
        return (Q) message.toBuilder().setField(field, UUID.randomUUID().toString()).build();
      }
    }
    return request;
  }
}
