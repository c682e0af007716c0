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

  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.GetInitialAccessTokenRequest,
      dev.matricula.v1.GetInitialAccessTokenResponse> getGetInitialAccessTokenMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetInitialAccessToken",
      requestType = dev.matricula.v1.GetInitialAccessTokenRequest.class,
      responseType = dev.matricula.v1.GetInitialAccessTokenResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.GetInitialAccessTokenRequest,
      dev.matricula.v1.GetInitialAccessTokenResponse> getGetInitialAccessTokenMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.GetInitialAccessTokenRequest, dev.matricula.v1.GetInitialAccessTokenResponse> getGetInitialAccessTokenMethod;
    if ((getGetInitialAccessTokenMethod = InitialAccessTokenServiceGrpc.getGetInitialAccessTokenMethod) == null) {
      synchronized (InitialAccessTokenServiceGrpc.class) {
        if ((getGetInitialAccessTokenMethod = InitialAccessTokenServiceGrpc.getGetInitialAccessTokenMethod) == null) {
          InitialAccessTokenServiceGrpc.getGetInitialAccessTokenMethod = getGetInitialAccessTokenMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.GetInitialAccessTokenRequest, dev.matricula.v1.GetInitialAccessTokenResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetInitialAccessToken"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.GetInitialAccessTokenRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.GetInitialAccessTokenResponse.getDefaultInstance()))
              .setSchemaDescriptor(new InitialAccessTokenServiceMethodDescriptorSupplier("GetInitialAccessToken"))
              .build();
        }
      }
    }
    return getGetInitialAccessTokenMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.ListInitialAccessTokensRequest,
      dev.matricula.v1.ListInitialAccessTokensResponse> getListInitialAccessTokensMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListInitialAccessTokens",
      requestType = dev.matricula.v1.ListInitialAccessTokensRequest.class,
      responseType = dev.matricula.v1.ListInitialAccessTokensResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.ListInitialAccessTokensRequest,
      dev.matricula.v1.ListInitialAccessTokensResponse> getListInitialAccessTokensMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.ListInitialAccessTokensRequest, dev.matricula.v1.ListInitialAccessTokensResponse> getListInitialAccessTokensMethod;
    if ((getListInitialAccessTokensMethod = InitialAccessTokenServiceGrpc.getListInitialAccessTokensMethod) == null) {
      synchronized (InitialAccessTokenServiceGrpc.class) {
        if ((getListInitialAccessTokensMethod = InitialAccessTokenServiceGrpc.getListInitialAccessTokensMethod) == null) {
          InitialAccessTokenServiceGrpc.getListInitialAccessTokensMethod = getListInitialAccessTokensMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.ListInitialAccessTokensRequest, dev.matricula.v1.ListInitialAccessTokensResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListInitialAccessTokens"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.ListInitialAccessTokensRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.ListInitialAccessTokensResponse.getDefaultInstance()))
              .setSchemaDescriptor(new InitialAccessTokenServiceMethodDescriptorSupplier("ListInitialAccessTokens"))
              .build();
        }
      }
    }
    return getListInitialAccessTokensMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.RevokeInitialAccessTokenRequest,
      dev.matricula.v1.RevokeInitialAccessTokenResponse> getRevokeInitialAccessTokenMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "RevokeInitialAccessToken",
      requestType = dev.matricula.v1.RevokeInitialAccessTokenRequest.class,
      responseType = dev.matricula.v1.RevokeInitialAccessTokenResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.RevokeInitialAccessTokenRequest,
      dev.matricula.v1.RevokeInitialAccessTokenResponse> getRevokeInitialAccessTokenMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.RevokeInitialAccessTokenRequest, dev.matricula.v1.RevokeInitialAccessTokenResponse> getRevokeInitialAccessTokenMethod;
    if ((getRevokeInitialAccessTokenMethod = InitialAccessTokenServiceGrpc.getRevokeInitialAccessTokenMethod) == null) {
      synchronized (InitialAccessTokenServiceGrpc.class) {
        if ((getRevokeInitialAccessTokenMethod = InitialAccessTokenServiceGrpc.getRevokeInitialAccessTokenMethod) == null) {
          InitialAccessTokenServiceGrpc.getRevokeInitialAccessTokenMethod = getRevokeInitialAccessTokenMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.RevokeInitialAccessTokenRequest, dev.matricula.v1.RevokeInitialAccessTokenResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "RevokeInitialAccessToken"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.RevokeInitialAccessTokenRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.RevokeInitialAccessTokenResponse.getDefaultInstance()))
              .setSchemaDescriptor(new InitialAccessTokenServiceMethodDescriptorSupplier("RevokeInitialAccessToken"))
              .build();
        }
      }
    }
    return getRevokeInitialAccessTokenMethod;
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

    /**
     * <pre>
     * What is on record of a token, by its id.
     * </pre>
     */
    default void getInitialAccessToken(dev.matricula.v1.GetInitialAccessTokenRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.GetInitialAccessTokenResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetInitialAccessTokenMethod(), responseObserver);
    }

    /**
     * <pre>
     * The tokens of a realm, the newest last.
     * </pre>
     */
    default void listInitialAccessTokens(dev.matricula.v1.ListInitialAccessTokensRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.ListInitialAccessTokensResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListInitialAccessTokensMethod(), responseObserver);
    }

    /**
     * <pre>
     * Ends a token at once; its clients stay, or go with it. Revoking again goes on with clients that are left.
     * </pre>
     */
    default void revokeInitialAccessToken(dev.matricula.v1.RevokeInitialAccessTokenRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.RevokeInitialAccessTokenResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getRevokeInitialAccessTokenMethod(), responseObserver);
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

    /**
     * <pre>
     * What is on record of a token, by its id.
     * </pre>
     */
    public void getInitialAccessToken(dev.matricula.v1.GetInitialAccessTokenRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.GetInitialAccessTokenResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetInitialAccessTokenMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * The tokens of a realm, the newest last.
     * </pre>
     */
    public void listInitialAccessTokens(dev.matricula.v1.ListInitialAccessTokensRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.ListInitialAccessTokensResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListInitialAccessTokensMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Ends a token at once; its clients stay, or go with it. Revoking again goes on with clients that are left.
     * </pre>
     */
    public void revokeInitialAccessToken(dev.matricula.v1.RevokeInitialAccessTokenRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.RevokeInitialAccessTokenResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getRevokeInitialAccessTokenMethod(), getCallOptions()), request, responseObserver);
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

    /**
     * <pre>
     * What is on record of a token, by its id.
     * </pre>
     */
    public dev.matricula.v1.GetInitialAccessTokenResponse getInitialAccessToken(dev.matricula.v1.GetInitialAccessTokenRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetInitialAccessTokenMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * The tokens of a realm, the newest last.
     * </pre>
     */
    public dev.matricula.v1.ListInitialAccessTokensResponse listInitialAccessTokens(dev.matricula.v1.ListInitialAccessTokensRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListInitialAccessTokensMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Ends a token at once; its clients stay, or go with it. Revoking again goes on with clients that are left.
     * </pre>
     */
    public dev.matricula.v1.RevokeInitialAccessTokenResponse revokeInitialAccessToken(dev.matricula.v1.RevokeInitialAccessTokenRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getRevokeInitialAccessTokenMethod(), getCallOptions(), request);
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

    /**
     * <pre>
     * What is on record of a token, by its id.
     * </pre>
     */
    public dev.matricula.v1.GetInitialAccessTokenResponse getInitialAccessToken(dev.matricula.v1.GetInitialAccessTokenRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetInitialAccessTokenMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * The tokens of a realm, the newest last.
     * </pre>
     */
    public dev.matricula.v1.ListInitialAccessTokensResponse listInitialAccessTokens(dev.matricula.v1.ListInitialAccessTokensRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListInitialAccessTokensMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Ends a token at once; its clients stay, or go with it. Revoking again goes on with clients that are left.
     * </pre>
     */
    public dev.matricula.v1.RevokeInitialAccessTokenResponse revokeInitialAccessToken(dev.matricula.v1.RevokeInitialAccessTokenRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getRevokeInitialAccessTokenMethod(), getCallOptions(), request);
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

    /**
     * <pre>
     * What is on record of a token, by its id.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.GetInitialAccessTokenResponse> getInitialAccessToken(
        dev.matricula.v1.GetInitialAccessTokenRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetInitialAccessTokenMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * The tokens of a realm, the newest last.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.ListInitialAccessTokensResponse> listInitialAccessTokens(
        dev.matricula.v1.ListInitialAccessTokensRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListInitialAccessTokensMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Ends a token at once; its clients stay, or go with it. Revoking again goes on with clients that are left.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.RevokeInitialAccessTokenResponse> revokeInitialAccessToken(
        dev.matricula.v1.RevokeInitialAccessTokenRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getRevokeInitialAccessTokenMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_CREATE_INITIAL_ACCESS_TOKEN = 0;
  private static final int METHODID_GET_INITIAL_ACCESS_TOKEN = 1;
  private static final int METHODID_LIST_INITIAL_ACCESS_TOKENS = 2;
  private static final int METHODID_REVOKE_INITIAL_ACCESS_TOKEN = 3;

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
        case METHODID_GET_INITIAL_ACCESS_TOKEN:
          serviceImpl.getInitialAccessToken((dev.matricula.v1.GetInitialAccessTokenRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.GetInitialAccessTokenResponse>) responseObserver);
          break;
        case METHODID_LIST_INITIAL_ACCESS_TOKENS:
          serviceImpl.listInitialAccessTokens((dev.matricula.v1.ListInitialAccessTokensRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.ListInitialAccessTokensResponse>) responseObserver);
          break;
        case METHODID_REVOKE_INITIAL_ACCESS_TOKEN:
          serviceImpl.revokeInitialAccessToken((dev.matricula.v1.RevokeInitialAccessTokenRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.RevokeInitialAccessTokenResponse>) responseObserver);
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
        .addMethod(
          getGetInitialAccessTokenMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.GetInitialAccessTokenRequest,
              dev.matricula.v1.GetInitialAccessTokenResponse>(
                service, METHODID_GET_INITIAL_ACCESS_TOKEN)))
        .addMethod(
          getListInitialAccessTokensMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.ListInitialAccessTokensRequest,
              dev.matricula.v1.ListInitialAccessTokensResponse>(
                service, METHODID_LIST_INITIAL_ACCESS_TOKENS)))
        .addMethod(
          getRevokeInitialAccessTokenMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.RevokeInitialAccessTokenRequest,
              dev.matricula.v1.RevokeInitialAccessTokenResponse>(
                service, METHODID_REVOKE_INITIAL_ACCESS_TOKEN)))
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
              .addMethod(getGetInitialAccessTokenMethod())
              .addMethod(getListInitialAccessTokensMethod())
              .addMethod(getRevokeInitialAccessTokenMethod())
              .build();
        }
      }
    }
    return result;
  }
}
