package dev.matricula.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * Changes clients. Every change keeps what it does not name.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class ClientAdminServiceGrpc {

  private ClientAdminServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "matricula.v1.ClientAdminService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.ModifyClientRequest,
      dev.matricula.v1.ModifyClientResponse> getModifyClientMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ModifyClient",
      requestType = dev.matricula.v1.ModifyClientRequest.class,
      responseType = dev.matricula.v1.ModifyClientResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.ModifyClientRequest,
      dev.matricula.v1.ModifyClientResponse> getModifyClientMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.ModifyClientRequest, dev.matricula.v1.ModifyClientResponse> getModifyClientMethod;
    if ((getModifyClientMethod = ClientAdminServiceGrpc.getModifyClientMethod) == null) {
      synchronized (ClientAdminServiceGrpc.class) {
        if ((getModifyClientMethod = ClientAdminServiceGrpc.getModifyClientMethod) == null) {
          ClientAdminServiceGrpc.getModifyClientMethod = getModifyClientMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.ModifyClientRequest, dev.matricula.v1.ModifyClientResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ModifyClient"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.ModifyClientRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.ModifyClientResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ClientAdminServiceMethodDescriptorSupplier("ModifyClient"))
              .build();
        }
      }
    }
    return getModifyClientMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.SuspendClientRequest,
      dev.matricula.v1.SuspendClientResponse> getSuspendClientMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "SuspendClient",
      requestType = dev.matricula.v1.SuspendClientRequest.class,
      responseType = dev.matricula.v1.SuspendClientResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.SuspendClientRequest,
      dev.matricula.v1.SuspendClientResponse> getSuspendClientMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.SuspendClientRequest, dev.matricula.v1.SuspendClientResponse> getSuspendClientMethod;
    if ((getSuspendClientMethod = ClientAdminServiceGrpc.getSuspendClientMethod) == null) {
      synchronized (ClientAdminServiceGrpc.class) {
        if ((getSuspendClientMethod = ClientAdminServiceGrpc.getSuspendClientMethod) == null) {
          ClientAdminServiceGrpc.getSuspendClientMethod = getSuspendClientMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.SuspendClientRequest, dev.matricula.v1.SuspendClientResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "SuspendClient"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.SuspendClientRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.SuspendClientResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ClientAdminServiceMethodDescriptorSupplier("SuspendClient"))
              .build();
        }
      }
    }
    return getSuspendClientMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.SuspendClientsRequest,
      dev.matricula.v1.SuspendClientsResponse> getSuspendClientsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "SuspendClients",
      requestType = dev.matricula.v1.SuspendClientsRequest.class,
      responseType = dev.matricula.v1.SuspendClientsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.SuspendClientsRequest,
      dev.matricula.v1.SuspendClientsResponse> getSuspendClientsMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.SuspendClientsRequest, dev.matricula.v1.SuspendClientsResponse> getSuspendClientsMethod;
    if ((getSuspendClientsMethod = ClientAdminServiceGrpc.getSuspendClientsMethod) == null) {
      synchronized (ClientAdminServiceGrpc.class) {
        if ((getSuspendClientsMethod = ClientAdminServiceGrpc.getSuspendClientsMethod) == null) {
          ClientAdminServiceGrpc.getSuspendClientsMethod = getSuspendClientsMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.SuspendClientsRequest, dev.matricula.v1.SuspendClientsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "SuspendClients"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.SuspendClientsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.SuspendClientsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ClientAdminServiceMethodDescriptorSupplier("SuspendClients"))
              .build();
        }
      }
    }
    return getSuspendClientsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.ResumeClientRequest,
      dev.matricula.v1.ResumeClientResponse> getResumeClientMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ResumeClient",
      requestType = dev.matricula.v1.ResumeClientRequest.class,
      responseType = dev.matricula.v1.ResumeClientResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.ResumeClientRequest,
      dev.matricula.v1.ResumeClientResponse> getResumeClientMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.ResumeClientRequest, dev.matricula.v1.ResumeClientResponse> getResumeClientMethod;
    if ((getResumeClientMethod = ClientAdminServiceGrpc.getResumeClientMethod) == null) {
      synchronized (ClientAdminServiceGrpc.class) {
        if ((getResumeClientMethod = ClientAdminServiceGrpc.getResumeClientMethod) == null) {
          ClientAdminServiceGrpc.getResumeClientMethod = getResumeClientMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.ResumeClientRequest, dev.matricula.v1.ResumeClientResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ResumeClient"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.ResumeClientRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.ResumeClientResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ClientAdminServiceMethodDescriptorSupplier("ResumeClient"))
              .build();
        }
      }
    }
    return getResumeClientMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.ResumeClientsRequest,
      dev.matricula.v1.ResumeClientsResponse> getResumeClientsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ResumeClients",
      requestType = dev.matricula.v1.ResumeClientsRequest.class,
      responseType = dev.matricula.v1.ResumeClientsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.ResumeClientsRequest,
      dev.matricula.v1.ResumeClientsResponse> getResumeClientsMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.ResumeClientsRequest, dev.matricula.v1.ResumeClientsResponse> getResumeClientsMethod;
    if ((getResumeClientsMethod = ClientAdminServiceGrpc.getResumeClientsMethod) == null) {
      synchronized (ClientAdminServiceGrpc.class) {
        if ((getResumeClientsMethod = ClientAdminServiceGrpc.getResumeClientsMethod) == null) {
          ClientAdminServiceGrpc.getResumeClientsMethod = getResumeClientsMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.ResumeClientsRequest, dev.matricula.v1.ResumeClientsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ResumeClients"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.ResumeClientsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.ResumeClientsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ClientAdminServiceMethodDescriptorSupplier("ResumeClients"))
              .build();
        }
      }
    }
    return getResumeClientsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.RemoveClientRequest,
      dev.matricula.v1.RemoveClientResponse> getRemoveClientMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "RemoveClient",
      requestType = dev.matricula.v1.RemoveClientRequest.class,
      responseType = dev.matricula.v1.RemoveClientResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.RemoveClientRequest,
      dev.matricula.v1.RemoveClientResponse> getRemoveClientMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.RemoveClientRequest, dev.matricula.v1.RemoveClientResponse> getRemoveClientMethod;
    if ((getRemoveClientMethod = ClientAdminServiceGrpc.getRemoveClientMethod) == null) {
      synchronized (ClientAdminServiceGrpc.class) {
        if ((getRemoveClientMethod = ClientAdminServiceGrpc.getRemoveClientMethod) == null) {
          ClientAdminServiceGrpc.getRemoveClientMethod = getRemoveClientMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.RemoveClientRequest, dev.matricula.v1.RemoveClientResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "RemoveClient"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.RemoveClientRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.RemoveClientResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ClientAdminServiceMethodDescriptorSupplier("RemoveClient"))
              .build();
        }
      }
    }
    return getRemoveClientMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.RotateClientSecretRequest,
      dev.matricula.v1.RotateClientSecretResponse> getRotateClientSecretMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "RotateClientSecret",
      requestType = dev.matricula.v1.RotateClientSecretRequest.class,
      responseType = dev.matricula.v1.RotateClientSecretResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.RotateClientSecretRequest,
      dev.matricula.v1.RotateClientSecretResponse> getRotateClientSecretMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.RotateClientSecretRequest, dev.matricula.v1.RotateClientSecretResponse> getRotateClientSecretMethod;
    if ((getRotateClientSecretMethod = ClientAdminServiceGrpc.getRotateClientSecretMethod) == null) {
      synchronized (ClientAdminServiceGrpc.class) {
        if ((getRotateClientSecretMethod = ClientAdminServiceGrpc.getRotateClientSecretMethod) == null) {
          ClientAdminServiceGrpc.getRotateClientSecretMethod = getRotateClientSecretMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.RotateClientSecretRequest, dev.matricula.v1.RotateClientSecretResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "RotateClientSecret"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.RotateClientSecretRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.RotateClientSecretResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ClientAdminServiceMethodDescriptorSupplier("RotateClientSecret"))
              .build();
        }
      }
    }
    return getRotateClientSecretMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.RotateRegistrationAccessTokenRequest,
      dev.matricula.v1.RotateRegistrationAccessTokenResponse> getRotateRegistrationAccessTokenMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "RotateRegistrationAccessToken",
      requestType = dev.matricula.v1.RotateRegistrationAccessTokenRequest.class,
      responseType = dev.matricula.v1.RotateRegistrationAccessTokenResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.RotateRegistrationAccessTokenRequest,
      dev.matricula.v1.RotateRegistrationAccessTokenResponse> getRotateRegistrationAccessTokenMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.RotateRegistrationAccessTokenRequest, dev.matricula.v1.RotateRegistrationAccessTokenResponse> getRotateRegistrationAccessTokenMethod;
    if ((getRotateRegistrationAccessTokenMethod = ClientAdminServiceGrpc.getRotateRegistrationAccessTokenMethod) == null) {
      synchronized (ClientAdminServiceGrpc.class) {
        if ((getRotateRegistrationAccessTokenMethod = ClientAdminServiceGrpc.getRotateRegistrationAccessTokenMethod) == null) {
          ClientAdminServiceGrpc.getRotateRegistrationAccessTokenMethod = getRotateRegistrationAccessTokenMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.RotateRegistrationAccessTokenRequest, dev.matricula.v1.RotateRegistrationAccessTokenResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "RotateRegistrationAccessToken"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.RotateRegistrationAccessTokenRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.RotateRegistrationAccessTokenResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ClientAdminServiceMethodDescriptorSupplier("RotateRegistrationAccessToken"))
              .build();
        }
      }
    }
    return getRotateRegistrationAccessTokenMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static ClientAdminServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ClientAdminServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ClientAdminServiceStub>() {
        @java.lang.Override
        public ClientAdminServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ClientAdminServiceStub(channel, callOptions);
        }
      };
    return ClientAdminServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static ClientAdminServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ClientAdminServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ClientAdminServiceBlockingV2Stub>() {
        @java.lang.Override
        public ClientAdminServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ClientAdminServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return ClientAdminServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static ClientAdminServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ClientAdminServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ClientAdminServiceBlockingStub>() {
        @java.lang.Override
        public ClientAdminServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ClientAdminServiceBlockingStub(channel, callOptions);
        }
      };
    return ClientAdminServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static ClientAdminServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ClientAdminServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ClientAdminServiceFutureStub>() {
        @java.lang.Override
        public ClientAdminServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ClientAdminServiceFutureStub(channel, callOptions);
        }
      };
    return ClientAdminServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * Changes clients. Every change keeps what it does not name.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Changes the metadata that the mask names, as an update that repeats all the rest.
     * </pre>
     */
    default void modifyClient(dev.matricula.v1.ModifyClientRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.ModifyClientResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getModifyClientMethod(), responseObserver);
    }

    /**
     * <pre>
     * Holds a client: it authenticates nowhere until it is resumed. Its registration access token goes on reading it, and changes nothing.
     * </pre>
     */
    default void suspendClient(dev.matricula.v1.SuspendClientRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.SuspendClientResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getSuspendClientMethod(), responseObserver);
    }

    /**
     * <pre>
     * Suspends every active client that matches: those of a software_id, an owner, an initial access token.
     * </pre>
     */
    default void suspendClients(dev.matricula.v1.SuspendClientsRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.SuspendClientsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getSuspendClientsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Ends a suspension.
     * </pre>
     */
    default void resumeClient(dev.matricula.v1.ResumeClientRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.ResumeClientResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getResumeClientMethod(), responseObserver);
    }

    /**
     * <pre>
     * Resumes every suspended client that matches.
     * </pre>
     */
    default void resumeClients(dev.matricula.v1.ResumeClientsRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.ResumeClientsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getResumeClientsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Deletes a client, whoever it belongs to; its id is never given again.
     * </pre>
     */
    default void removeClient(dev.matricula.v1.RemoveClientRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.RemoveClientResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getRemoveClientMethod(), responseObserver);
    }

    /**
     * <pre>
     * Makes a new client secret; those before it live on for the overlap.
     * </pre>
     */
    default void rotateClientSecret(dev.matricula.v1.RotateClientSecretRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.RotateClientSecretResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getRotateClientSecretMethod(), responseObserver);
    }

    /**
     * <pre>
     * Makes a new registration access token; the one before it lives until the new one is first used, 24 hours at most.
     * </pre>
     */
    default void rotateRegistrationAccessToken(dev.matricula.v1.RotateRegistrationAccessTokenRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.RotateRegistrationAccessTokenResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getRotateRegistrationAccessTokenMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service ClientAdminService.
   * <pre>
   * Changes clients. Every change keeps what it does not name.
   * </pre>
   */
  public static abstract class ClientAdminServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return ClientAdminServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service ClientAdminService.
   * <pre>
   * Changes clients. Every change keeps what it does not name.
   * </pre>
   */
  public static final class ClientAdminServiceStub
      extends io.grpc.stub.AbstractAsyncStub<ClientAdminServiceStub> {
    private ClientAdminServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ClientAdminServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ClientAdminServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Changes the metadata that the mask names, as an update that repeats all the rest.
     * </pre>
     */
    public void modifyClient(dev.matricula.v1.ModifyClientRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.ModifyClientResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getModifyClientMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Holds a client: it authenticates nowhere until it is resumed. Its registration access token goes on reading it, and changes nothing.
     * </pre>
     */
    public void suspendClient(dev.matricula.v1.SuspendClientRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.SuspendClientResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getSuspendClientMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Suspends every active client that matches: those of a software_id, an owner, an initial access token.
     * </pre>
     */
    public void suspendClients(dev.matricula.v1.SuspendClientsRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.SuspendClientsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getSuspendClientsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Ends a suspension.
     * </pre>
     */
    public void resumeClient(dev.matricula.v1.ResumeClientRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.ResumeClientResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getResumeClientMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Resumes every suspended client that matches.
     * </pre>
     */
    public void resumeClients(dev.matricula.v1.ResumeClientsRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.ResumeClientsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getResumeClientsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Deletes a client, whoever it belongs to; its id is never given again.
     * </pre>
     */
    public void removeClient(dev.matricula.v1.RemoveClientRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.RemoveClientResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getRemoveClientMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Makes a new client secret; those before it live on for the overlap.
     * </pre>
     */
    public void rotateClientSecret(dev.matricula.v1.RotateClientSecretRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.RotateClientSecretResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getRotateClientSecretMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Makes a new registration access token; the one before it lives until the new one is first used, 24 hours at most.
     * </pre>
     */
    public void rotateRegistrationAccessToken(dev.matricula.v1.RotateRegistrationAccessTokenRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.RotateRegistrationAccessTokenResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getRotateRegistrationAccessTokenMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service ClientAdminService.
   * <pre>
   * Changes clients. Every change keeps what it does not name.
   * </pre>
   */
  public static final class ClientAdminServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<ClientAdminServiceBlockingV2Stub> {
    private ClientAdminServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ClientAdminServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ClientAdminServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Changes the metadata that the mask names, as an update that repeats all the rest.
     * </pre>
     */
    public dev.matricula.v1.ModifyClientResponse modifyClient(dev.matricula.v1.ModifyClientRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getModifyClientMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Holds a client: it authenticates nowhere until it is resumed. Its registration access token goes on reading it, and changes nothing.
     * </pre>
     */
    public dev.matricula.v1.SuspendClientResponse suspendClient(dev.matricula.v1.SuspendClientRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getSuspendClientMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Suspends every active client that matches: those of a software_id, an owner, an initial access token.
     * </pre>
     */
    public dev.matricula.v1.SuspendClientsResponse suspendClients(dev.matricula.v1.SuspendClientsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getSuspendClientsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Ends a suspension.
     * </pre>
     */
    public dev.matricula.v1.ResumeClientResponse resumeClient(dev.matricula.v1.ResumeClientRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getResumeClientMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Resumes every suspended client that matches.
     * </pre>
     */
    public dev.matricula.v1.ResumeClientsResponse resumeClients(dev.matricula.v1.ResumeClientsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getResumeClientsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Deletes a client, whoever it belongs to; its id is never given again.
     * </pre>
     */
    public dev.matricula.v1.RemoveClientResponse removeClient(dev.matricula.v1.RemoveClientRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getRemoveClientMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Makes a new client secret; those before it live on for the overlap.
     * </pre>
     */
    public dev.matricula.v1.RotateClientSecretResponse rotateClientSecret(dev.matricula.v1.RotateClientSecretRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getRotateClientSecretMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Makes a new registration access token; the one before it lives until the new one is first used, 24 hours at most.
     * </pre>
     */
    public dev.matricula.v1.RotateRegistrationAccessTokenResponse rotateRegistrationAccessToken(dev.matricula.v1.RotateRegistrationAccessTokenRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getRotateRegistrationAccessTokenMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service ClientAdminService.
   * <pre>
   * Changes clients. Every change keeps what it does not name.
   * </pre>
   */
  public static final class ClientAdminServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<ClientAdminServiceBlockingStub> {
    private ClientAdminServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ClientAdminServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ClientAdminServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Changes the metadata that the mask names, as an update that repeats all the rest.
     * </pre>
     */
    public dev.matricula.v1.ModifyClientResponse modifyClient(dev.matricula.v1.ModifyClientRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getModifyClientMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Holds a client: it authenticates nowhere until it is resumed. Its registration access token goes on reading it, and changes nothing.
     * </pre>
     */
    public dev.matricula.v1.SuspendClientResponse suspendClient(dev.matricula.v1.SuspendClientRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getSuspendClientMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Suspends every active client that matches: those of a software_id, an owner, an initial access token.
     * </pre>
     */
    public dev.matricula.v1.SuspendClientsResponse suspendClients(dev.matricula.v1.SuspendClientsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getSuspendClientsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Ends a suspension.
     * </pre>
     */
    public dev.matricula.v1.ResumeClientResponse resumeClient(dev.matricula.v1.ResumeClientRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getResumeClientMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Resumes every suspended client that matches.
     * </pre>
     */
    public dev.matricula.v1.ResumeClientsResponse resumeClients(dev.matricula.v1.ResumeClientsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getResumeClientsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Deletes a client, whoever it belongs to; its id is never given again.
     * </pre>
     */
    public dev.matricula.v1.RemoveClientResponse removeClient(dev.matricula.v1.RemoveClientRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getRemoveClientMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Makes a new client secret; those before it live on for the overlap.
     * </pre>
     */
    public dev.matricula.v1.RotateClientSecretResponse rotateClientSecret(dev.matricula.v1.RotateClientSecretRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getRotateClientSecretMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Makes a new registration access token; the one before it lives until the new one is first used, 24 hours at most.
     * </pre>
     */
    public dev.matricula.v1.RotateRegistrationAccessTokenResponse rotateRegistrationAccessToken(dev.matricula.v1.RotateRegistrationAccessTokenRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getRotateRegistrationAccessTokenMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service ClientAdminService.
   * <pre>
   * Changes clients. Every change keeps what it does not name.
   * </pre>
   */
  public static final class ClientAdminServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<ClientAdminServiceFutureStub> {
    private ClientAdminServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ClientAdminServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ClientAdminServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Changes the metadata that the mask names, as an update that repeats all the rest.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.ModifyClientResponse> modifyClient(
        dev.matricula.v1.ModifyClientRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getModifyClientMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Holds a client: it authenticates nowhere until it is resumed. Its registration access token goes on reading it, and changes nothing.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.SuspendClientResponse> suspendClient(
        dev.matricula.v1.SuspendClientRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getSuspendClientMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Suspends every active client that matches: those of a software_id, an owner, an initial access token.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.SuspendClientsResponse> suspendClients(
        dev.matricula.v1.SuspendClientsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getSuspendClientsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Ends a suspension.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.ResumeClientResponse> resumeClient(
        dev.matricula.v1.ResumeClientRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getResumeClientMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Resumes every suspended client that matches.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.ResumeClientsResponse> resumeClients(
        dev.matricula.v1.ResumeClientsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getResumeClientsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Deletes a client, whoever it belongs to; its id is never given again.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.RemoveClientResponse> removeClient(
        dev.matricula.v1.RemoveClientRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getRemoveClientMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Makes a new client secret; those before it live on for the overlap.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.RotateClientSecretResponse> rotateClientSecret(
        dev.matricula.v1.RotateClientSecretRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getRotateClientSecretMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Makes a new registration access token; the one before it lives until the new one is first used, 24 hours at most.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.RotateRegistrationAccessTokenResponse> rotateRegistrationAccessToken(
        dev.matricula.v1.RotateRegistrationAccessTokenRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getRotateRegistrationAccessTokenMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_MODIFY_CLIENT = 0;
  private static final int METHODID_SUSPEND_CLIENT = 1;
  private static final int METHODID_SUSPEND_CLIENTS = 2;
  private static final int METHODID_RESUME_CLIENT = 3;
  private static final int METHODID_RESUME_CLIENTS = 4;
  private static final int METHODID_REMOVE_CLIENT = 5;
  private static final int METHODID_ROTATE_CLIENT_SECRET = 6;
  private static final int METHODID_ROTATE_REGISTRATION_ACCESS_TOKEN = 7;

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
        case METHODID_MODIFY_CLIENT:
          serviceImpl.modifyClient((dev.matricula.v1.ModifyClientRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.ModifyClientResponse>) responseObserver);
          break;
        case METHODID_SUSPEND_CLIENT:
          serviceImpl.suspendClient((dev.matricula.v1.SuspendClientRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.SuspendClientResponse>) responseObserver);
          break;
        case METHODID_SUSPEND_CLIENTS:
          serviceImpl.suspendClients((dev.matricula.v1.SuspendClientsRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.SuspendClientsResponse>) responseObserver);
          break;
        case METHODID_RESUME_CLIENT:
          serviceImpl.resumeClient((dev.matricula.v1.ResumeClientRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.ResumeClientResponse>) responseObserver);
          break;
        case METHODID_RESUME_CLIENTS:
          serviceImpl.resumeClients((dev.matricula.v1.ResumeClientsRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.ResumeClientsResponse>) responseObserver);
          break;
        case METHODID_REMOVE_CLIENT:
          serviceImpl.removeClient((dev.matricula.v1.RemoveClientRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.RemoveClientResponse>) responseObserver);
          break;
        case METHODID_ROTATE_CLIENT_SECRET:
          serviceImpl.rotateClientSecret((dev.matricula.v1.RotateClientSecretRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.RotateClientSecretResponse>) responseObserver);
          break;
        case METHODID_ROTATE_REGISTRATION_ACCESS_TOKEN:
          serviceImpl.rotateRegistrationAccessToken((dev.matricula.v1.RotateRegistrationAccessTokenRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.RotateRegistrationAccessTokenResponse>) responseObserver);
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
          getModifyClientMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.ModifyClientRequest,
              dev.matricula.v1.ModifyClientResponse>(
                service, METHODID_MODIFY_CLIENT)))
        .addMethod(
          getSuspendClientMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.SuspendClientRequest,
              dev.matricula.v1.SuspendClientResponse>(
                service, METHODID_SUSPEND_CLIENT)))
        .addMethod(
          getSuspendClientsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.SuspendClientsRequest,
              dev.matricula.v1.SuspendClientsResponse>(
                service, METHODID_SUSPEND_CLIENTS)))
        .addMethod(
          getResumeClientMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.ResumeClientRequest,
              dev.matricula.v1.ResumeClientResponse>(
                service, METHODID_RESUME_CLIENT)))
        .addMethod(
          getResumeClientsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.ResumeClientsRequest,
              dev.matricula.v1.ResumeClientsResponse>(
                service, METHODID_RESUME_CLIENTS)))
        .addMethod(
          getRemoveClientMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.RemoveClientRequest,
              dev.matricula.v1.RemoveClientResponse>(
                service, METHODID_REMOVE_CLIENT)))
        .addMethod(
          getRotateClientSecretMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.RotateClientSecretRequest,
              dev.matricula.v1.RotateClientSecretResponse>(
                service, METHODID_ROTATE_CLIENT_SECRET)))
        .addMethod(
          getRotateRegistrationAccessTokenMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.RotateRegistrationAccessTokenRequest,
              dev.matricula.v1.RotateRegistrationAccessTokenResponse>(
                service, METHODID_ROTATE_REGISTRATION_ACCESS_TOKEN)))
        .build();
  }

  private static abstract class ClientAdminServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    ClientAdminServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return dev.matricula.v1.ClientAdminServiceProto.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("ClientAdminService");
    }
  }

  private static final class ClientAdminServiceFileDescriptorSupplier
      extends ClientAdminServiceBaseDescriptorSupplier {
    ClientAdminServiceFileDescriptorSupplier() {}
  }

  private static final class ClientAdminServiceMethodDescriptorSupplier
      extends ClientAdminServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    ClientAdminServiceMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (ClientAdminServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new ClientAdminServiceFileDescriptorSupplier())
              .addMethod(getModifyClientMethod())
              .addMethod(getSuspendClientMethod())
              .addMethod(getSuspendClientsMethod())
              .addMethod(getResumeClientMethod())
              .addMethod(getResumeClientsMethod())
              .addMethod(getRemoveClientMethod())
              .addMethod(getRotateClientSecretMethod())
              .addMethod(getRotateRegistrationAccessTokenMethod())
              .build();
        }
      }
    }
    return result;
  }
}
