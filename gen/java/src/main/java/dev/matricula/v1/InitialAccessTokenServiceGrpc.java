package dev.matricula.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * Hands out initial access tokens.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class InitialAccessTokenServiceGrpc {

  private InitialAccessTokenServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "matricula.v1.InitialAccessTokenService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.CreateInitialAccessTokenRequest,
      dev.matricula.v1.CreateInitialAccessTokenResponse> getCreateInitialAccessTokenMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "CreateInitialAccessToken",
      requestType = dev.matricula.v1.CreateInitialAccessTokenRequest.class,
      responseType = dev.matricula.v1.CreateInitialAccessTokenResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.CreateInitialAccessTokenRequest,
      dev.matricula.v1.CreateInitialAccessTokenResponse> getCreateInitialAccessTokenMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.CreateInitialAccessTokenRequest, dev.matricula.v1.CreateInitialAccessTokenResponse> getCreateInitialAccessTokenMethod;
    if ((getCreateInitialAccessTokenMethod = InitialAccessTokenServiceGrpc.getCreateInitialAccessTokenMethod) == null) {
      synchronized (InitialAccessTokenServiceGrpc.class) {
        if ((getCreateInitialAccessTokenMethod = InitialAccessTokenServiceGrpc.getCreateInitialAccessTokenMethod) == null) {
          InitialAccessTokenServiceGrpc.getCreateInitialAccessTokenMethod = getCreateInitialAccessTokenMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.CreateInitialAccessTokenRequest, dev.matricula.v1.CreateInitialAccessTokenResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "CreateInitialAccessToken"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.CreateInitialAccessTokenRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.CreateInitialAccessTokenResponse.getDefaultInstance()))
              .setSchemaDescriptor(new InitialAccessTokenServiceMethodDescriptorSupplier("CreateInitialAccessToken"))
              .build();
        }
      }
    }
    return getCreateInitialAccessTokenMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static InitialAccessTokenServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<InitialAccessTokenServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<InitialAccessTokenServiceStub>() {
        @java.lang.Override
        public InitialAccessTokenServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new InitialAccessTokenServiceStub(channel, callOptions);
        }
      };
    return InitialAccessTokenServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static InitialAccessTokenServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<InitialAccessTokenServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<InitialAccessTokenServiceBlockingV2Stub>() {
        @java.lang.Override
        public InitialAccessTokenServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new InitialAccessTokenServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return InitialAccessTokenServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static InitialAccessTokenServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<InitialAccessTokenServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<InitialAccessTokenServiceBlockingStub>() {
        @java.lang.Override
        public InitialAccessTokenServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new InitialAccessTokenServiceBlockingStub(channel, callOptions);
        }
      };
    return InitialAccessTokenServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static InitialAccessTokenServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<InitialAccessTokenServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<InitialAccessTokenServiceFutureStub>() {
        @java.lang.Override
        public InitialAccessTokenServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new InitialAccessTokenServiceFutureStub(channel, callOptions);
        }
      };
    return InitialAccessTokenServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * Hands out initial access tokens.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Makes a token; it is shown in this answer alone.
     * </pre>
     */
    default void createInitialAccessToken(dev.matricula.v1.CreateInitialAccessTokenRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.CreateInitialAccessTokenResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getCreateInitialAccessTokenMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service InitialAccessTokenService.
   * <pre>
   * Hands out initial access tokens.
   * </pre>
   */
  public static abstract class InitialAccessTokenServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return InitialAccessTokenServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service InitialAccessTokenService.
   * <pre>
   * Hands out initial access tokens.
   * </pre>
   */
  public static final class InitialAccessTokenServiceStub
      extends io.grpc.stub.AbstractAsyncStub<InitialAccessTokenServiceStub> {
    private InitialAccessTokenServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected InitialAccessTokenServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new InitialAccessTokenServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Makes a token; it is shown in this answer alone.
     * </pre>
     */
    public void createInitialAccessToken(dev.matricula.v1.CreateInitialAccessTokenRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.CreateInitialAccessTokenResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getCreateInitialAccessTokenMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service InitialAccessTokenService.
   * <pre>
   * Hands out initial access tokens.
   * </pre>
   */
  public static final class InitialAccessTokenServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<InitialAccessTokenServiceBlockingV2Stub> {
    private InitialAccessTokenServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected InitialAccessTokenServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new InitialAccessTokenServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Makes a token; it is shown in this answer alone.
     * </pre>
     */
    public dev.matricula.v1.CreateInitialAccessTokenResponse createInitialAccessToken(dev.matricula.v1.CreateInitialAccessTokenRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getCreateInitialAccessTokenMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service InitialAccessTokenService.
   * <pre>
   * Hands out initial access tokens.
   * </pre>
   */
  public static final class InitialAccessTokenServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<InitialAccessTokenServiceBlockingStub> {
    private InitialAccessTokenServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected InitialAccessTokenServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new InitialAccessTokenServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Makes a token; it is shown in this answer alone.
     * </pre>
     */
    public dev.matricula.v1.CreateInitialAccessTokenResponse createInitialAccessToken(dev.matricula.v1.CreateInitialAccessTokenRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getCreateInitialAccessTokenMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service InitialAccessTokenService.
   * <pre>
   * Hands out initial access tokens.
   * </pre>
   */
  public static final class InitialAccessTokenServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<InitialAccessTokenServiceFutureStub> {
    private InitialAccessTokenServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected InitialAccessTokenServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new InitialAccessTokenServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Makes a token; it is shown in this answer alone.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.CreateInitialAccessTokenResponse> createInitialAccessToken(
        dev.matricula.v1.CreateInitialAccessTokenRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getCreateInitialAccessTokenMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_CREATE_INITIAL_ACCESS_TOKEN = 0;

  private static final class MethodHandlers<Req, Resp> implements
      io.grpc.stub.ServerCalls.UnaryMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.ServerStreamingMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.ClientStreamingMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.BidiStreamingMethod<Req, Resp> {
    private final AsyncService serviceImpl;
    private final int methodId;

    MethodHandlers(AsyncService serviceImpl, int methodId) {
      this.serviceImpl = serviceImpl;
      this.methodId = methodId;
    }

    @java.lang.Override
    @java.lang.SuppressWarnings("unchecked")
    public void invoke(Req request, io.grpc.stub.StreamObserver<Resp> responseObserver) {
      switch (methodId) {
        case METHODID_CREATE_INITIAL_ACCESS_TOKEN:
          serviceImpl.createInitialAccessToken((dev.matricula.v1.CreateInitialAccessTokenRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.CreateInitialAccessTokenResponse>) responseObserver);
          break;
        default:
          throw new AssertionError();
      }
    }

    @java.lang.Override
    @java.lang.SuppressWarnings("unchecked")
    public io.grpc.stub.StreamObserver<Req> invoke(
        io.grpc.stub.StreamObserver<Resp> responseObserver) {
      switch (methodId) {
        default:
          throw new AssertionError();
      }
    }
  }

  public static final io.grpc.ServerServiceDefinition bindService(AsyncService service) {
    return io.grpc.ServerServiceDefinition.builder(getServiceDescriptor())
        .addMethod(
          getCreateInitialAccessTokenMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.CreateInitialAccessTokenRequest,
              dev.matricula.v1.CreateInitialAccessTokenResponse>(
                service, METHODID_CREATE_INITIAL_ACCESS_TOKEN)))
        .build();
  }

  private static abstract class InitialAccessTokenServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    InitialAccessTokenServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return dev.matricula.v1.InitialAccessTokenServiceProto.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("InitialAccessTokenService");
    }
  }

  private static final class InitialAccessTokenServiceFileDescriptorSupplier
      extends InitialAccessTokenServiceBaseDescriptorSupplier {
    InitialAccessTokenServiceFileDescriptorSupplier() {}
  }

  private static final class InitialAccessTokenServiceMethodDescriptorSupplier
      extends InitialAccessTokenServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    InitialAccessTokenServiceMethodDescriptorSupplier(java.lang.String methodName) {
      this.methodName = methodName;
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.MethodDescriptor getMethodDescriptor() {
      return getServiceDescriptor().findMethodByName(methodName);
    }
  }

  private static volatile io.grpc.ServiceDescriptor serviceDescriptor;

  public static io.grpc.ServiceDescriptor getServiceDescriptor() {
    io.grpc.ServiceDescriptor result = serviceDescriptor;
    if (result == null) {
      synchronized (InitialAccessTokenServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new InitialAccessTokenServiceFileDescriptorSupplier())
              .addMethod(getCreateInitialAccessTokenMethod())
              .build();
        }
      }
    }
    return result;
  }
}
