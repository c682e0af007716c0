package dev.matricula;

import com.google.protobuf.DescriptorProtos.MethodOptions;
import dev.matricula.v1.ErrorReason;
import dev.matricula.v1.MethodAccess;
import dev.matricula.v1.OptionsProto;
import dev.matricula.v1.RegistrationServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ClientStreamTracer;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Retries unary calls and throws typed exceptions, for blocking stubs.
 *
 * <p>A blocking stub makes its exception itself, from a status, so a listener cannot choose the
 * type. But it waits in the calling thread anyway and lets through what halfClose throws; so the
 * attempts are made there, in a plain loop.
 */
final class BlockingCalls implements ClientInterceptor {
  private static final int MAX_ATTEMPTS = 4;
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2));

  private final Runnable reconnect;

  BlockingCalls(Runnable reconnect) {
    this.reconnect = reconnect;
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return method.getType() == MethodDescriptor.MethodType.UNARY
        ? new Call<>(method, options, next)
        : next.newCall(method, options);
  }

  private final class Call<Q, A> extends ClientCall<Q, A> {
    private final MethodDescriptor<Q, A> method;
    private final CallOptions options;
    private final Channel next;
    private final AtomicReference<Metadata> answerHeaders = new AtomicReference<>();
    private final AtomicReference<Metadata> answerTrailers = new AtomicReference<>();
    private Listener<A> listener;
    private Metadata headers;
    private Q request;

    /** Whether a request went out and nothing came back: it may have been carried out. */
    private boolean isAnswerLost;

    Call(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      this.method = method;
      this.options = options;
      this.next = next;
    }

    @Override
    public void start(Listener<A> listener, Metadata headers) {
      this.listener = listener;
      this.headers = headers;
    }

    @Override
    public void sendMessage(Q message) {
      request = message;
    }

    @Override
    public void halfClose() {
      A answer;
      try {
        answer = attempts();
      } catch (MatriculaException e) {
        // Interceptors of the application see the end of the call before the stub's caller does.
        listener.onClose(e.getStatus(), e.getTrailers());
        throw e;
      }
      if (answerHeaders.get() != null) {
        listener.onHeaders(answerHeaders.get());
      }
      listener.onMessage(answer);
      Metadata trailers = answerTrailers.get();
      listener.onClose(Status.OK, trailers == null ? new Metadata() : trailers);
    }

    private A attempts() {
      for (int attempt = 1; ; attempt++) {
        try {
          return attempt();
        } catch (StatusRuntimeException failure) {
          MatriculaException e = MatriculaException.of(failure);
          if (attempt > 1 && isAnswerLost && isGone(e)) {
            return ((PrototypeMarshaller<A>) method.getResponseMarshaller()).getMessagePrototype();
          }
          if (e.code() != Status.Code.UNAVAILABLE || attempt == MAX_ATTEMPTS || !isRepeatable()) {
            throw e;
          }
          pause(attempt, e);
        }
      }
    }

    private A attempt() {
      boolean[] isSent = {false};
      ClientStreamTracer tracer =
          new ClientStreamTracer() {
            @Override
            public void outboundMessage(int sequence) {
              isSent[0] = true;
            }
          };
      Channel channel =
          ClientInterceptors.intercept(
              next,
              MetadataUtils.newAttachHeadersInterceptor(headers),
              MetadataUtils.newCaptureMetadataInterceptor(answerHeaders, answerTrailers));
      CallOptions traced =
          options.withStreamTracerFactory(
              new ClientStreamTracer.Factory() {
                @Override
                public ClientStreamTracer newClientStreamTracer(
                    ClientStreamTracer.StreamInfo info, Metadata unused) {
                  return tracer;
                }
              });
      try {
        return ClientCalls.blockingUnaryCall(channel, method, traced, request);
      } catch (StatusRuntimeException e) {
        // The service always says a reason; an error without one was made on the way.
        boolean isAnswered =
            MatriculaException.of(e).reason() != ErrorReason.ERROR_REASON_UNSPECIFIED;
        isAnswerLost |= isSent[0] && !isAnswered;
        throw e;
      }
    }

    /**
     * Whether doing it twice is doing it once: a read, a write with an idempotency key, a deletion.
     */
    private boolean isRepeatable() {
      if (!(method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier supplier)) {
        return false;
      }
      MethodOptions options = supplier.getMethodDescriptor().getOptions();
      // A method that says nothing of itself is not the registry's, and may be any kind of write.
      if (!options.hasExtension(OptionsProto.access)) {
        return false;
      }
      MethodAccess access = options.getExtension(OptionsProto.access);
      return !access.getAudited() || access.getIdempotent() || isDeletion();
    }

    private boolean isDeletion() {
      String name = RegistrationServiceGrpc.getDeleteClientMethod().getFullMethodName();
      return method.getFullMethodName().equals(name);
    }

    /**
     * Whether the deletion had been done by the attempt whose answer was lost: a client that is
     * gone is nobody's.
     */
    private boolean isGone(MatriculaException e) {
      return isDeletion()
          && switch (e.reason()) {
            case ERROR_REASON_NOT_FOUND,
                ERROR_REASON_PERMISSION_DENIED,
                ERROR_REASON_INVALID_TOKEN ->
                true;
            default -> false;
          };
    }

    private void pause(int attempt, MatriculaException e) {
      long chosen = BACKOFF.pause(attempt).toNanos();
      long asked = e.retryAfter().map(TimeUnit.NANOSECONDS::convert).orElse(0L);
      long pause = Math.max(chosen, asked);
      for (Deadline deadline :
          new Deadline[] {options.getDeadline(), Context.current().getDeadline()}) {
        if (deadline != null && deadline.timeRemaining(TimeUnit.NANOSECONDS) <= pause) {
          throw e;
        }
      }
      reconnect.run();
      try {
        TimeUnit.NANOSECONDS.sleep(pause);
      } catch (InterruptedException interruption) {
        Thread.currentThread().interrupt();
        throw e;
      }
    }

    // The rest is for callers that do not wait: the answer is one message, and it was there before
    // they ask for it.

    @Override
    public void request(int messages) {}

    @Override
    public void cancel(String message, Throwable cause) {}
  }
}
