package dev.matricula.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * Read-only but for reported uses: a reader can be granted this service alone.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class ClientDirectoryServiceGrpc {

  private ClientDirectoryServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "matricula.v1.ClientDirectoryService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.GetClientRequest,
      dev.matricula.v1.GetClientResponse> getGetClientMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetClient",
      requestType = dev.matricula.v1.GetClientRequest.class,
      responseType = dev.matricula.v1.GetClientResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.GetClientRequest,
      dev.matricula.v1.GetClientResponse> getGetClientMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.GetClientRequest, dev.matricula.v1.GetClientResponse> getGetClientMethod;
    if ((getGetClientMethod = ClientDirectoryServiceGrpc.getGetClientMethod) == null) {
      synchronized (ClientDirectoryServiceGrpc.class) {
        if ((getGetClientMethod = ClientDirectoryServiceGrpc.getGetClientMethod) == null) {
          ClientDirectoryServiceGrpc.getGetClientMethod = getGetClientMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.GetClientRequest, dev.matricula.v1.GetClientResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetClient"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.GetClientRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.GetClientResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ClientDirectoryServiceMethodDescriptorSupplier("GetClient"))
              .build();
        }
      }
    }
    return getGetClientMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.BatchGetClientsRequest,
      dev.matricula.v1.BatchGetClientsResponse> getBatchGetClientsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "BatchGetClients",
      requestType = dev.matricula.v1.BatchGetClientsRequest.class,
      responseType = dev.matricula.v1.BatchGetClientsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.BatchGetClientsRequest,
      dev.matricula.v1.BatchGetClientsResponse> getBatchGetClientsMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.BatchGetClientsRequest, dev.matricula.v1.BatchGetClientsResponse> getBatchGetClientsMethod;
    if ((getBatchGetClientsMethod = ClientDirectoryServiceGrpc.getBatchGetClientsMethod) == null) {
      synchronized (ClientDirectoryServiceGrpc.class) {
        if ((getBatchGetClientsMethod = ClientDirectoryServiceGrpc.getBatchGetClientsMethod) == null) {
          ClientDirectoryServiceGrpc.getBatchGetClientsMethod = getBatchGetClientsMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.BatchGetClientsRequest, dev.matricula.v1.BatchGetClientsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "BatchGetClients"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.BatchGetClientsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.BatchGetClientsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ClientDirectoryServiceMethodDescriptorSupplier("BatchGetClients"))
              .build();
        }
      }
    }
    return getBatchGetClientsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.ListClientsRequest,
      dev.matricula.v1.ListClientsResponse> getListClientsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListClients",
      requestType = dev.matricula.v1.ListClientsRequest.class,
      responseType = dev.matricula.v1.ListClientsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.ListClientsRequest,
      dev.matricula.v1.ListClientsResponse> getListClientsMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.ListClientsRequest, dev.matricula.v1.ListClientsResponse> getListClientsMethod;
    if ((getListClientsMethod = ClientDirectoryServiceGrpc.getListClientsMethod) == null) {
      synchronized (ClientDirectoryServiceGrpc.class) {
        if ((getListClientsMethod = ClientDirectoryServiceGrpc.getListClientsMethod) == null) {
          ClientDirectoryServiceGrpc.getListClientsMethod = getListClientsMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.ListClientsRequest, dev.matricula.v1.ListClientsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListClients"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.ListClientsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.ListClientsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ClientDirectoryServiceMethodDescriptorSupplier("ListClients"))
              .build();
        }
      }
    }
    return getListClientsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.CountClientsRequest,
      dev.matricula.v1.CountClientsResponse> getCountClientsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "CountClients",
      requestType = dev.matricula.v1.CountClientsRequest.class,
      responseType = dev.matricula.v1.CountClientsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.CountClientsRequest,
      dev.matricula.v1.CountClientsResponse> getCountClientsMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.CountClientsRequest, dev.matricula.v1.CountClientsResponse> getCountClientsMethod;
    if ((getCountClientsMethod = ClientDirectoryServiceGrpc.getCountClientsMethod) == null) {
      synchronized (ClientDirectoryServiceGrpc.class) {
        if ((getCountClientsMethod = ClientDirectoryServiceGrpc.getCountClientsMethod) == null) {
          ClientDirectoryServiceGrpc.getCountClientsMethod = getCountClientsMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.CountClientsRequest, dev.matricula.v1.CountClientsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "CountClients"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.CountClientsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.CountClientsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ClientDirectoryServiceMethodDescriptorSupplier("CountClients"))
              .build();
        }
      }
    }
    return getCountClientsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.WatchClientsRequest,
      dev.matricula.v1.WatchClientsResponse> getWatchClientsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "WatchClients",
      requestType = dev.matricula.v1.WatchClientsRequest.class,
      responseType = dev.matricula.v1.WatchClientsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.WatchClientsRequest,
      dev.matricula.v1.WatchClientsResponse> getWatchClientsMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.WatchClientsRequest, dev.matricula.v1.WatchClientsResponse> getWatchClientsMethod;
    if ((getWatchClientsMethod = ClientDirectoryServiceGrpc.getWatchClientsMethod) == null) {
      synchronized (ClientDirectoryServiceGrpc.class) {
        if ((getWatchClientsMethod = ClientDirectoryServiceGrpc.getWatchClientsMethod) == null) {
          ClientDirectoryServiceGrpc.getWatchClientsMethod = getWatchClientsMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.WatchClientsRequest, dev.matricula.v1.WatchClientsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "WatchClients"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.WatchClientsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.WatchClientsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ClientDirectoryServiceMethodDescriptorSupplier("WatchClients"))
              .build();
        }
      }
    }
    return getWatchClientsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.AuthenticateClientRequest,
      dev.matricula.v1.AuthenticateClientResponse> getAuthenticateClientMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "AuthenticateClient",
      requestType = dev.matricula.v1.AuthenticateClientRequest.class,
      responseType = dev.matricula.v1.AuthenticateClientResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.AuthenticateClientRequest,
      dev.matricula.v1.AuthenticateClientResponse> getAuthenticateClientMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.AuthenticateClientRequest, dev.matricula.v1.AuthenticateClientResponse> getAuthenticateClientMethod;
    if ((getAuthenticateClientMethod = ClientDirectoryServiceGrpc.getAuthenticateClientMethod) == null) {
      synchronized (ClientDirectoryServiceGrpc.class) {
        if ((getAuthenticateClientMethod = ClientDirectoryServiceGrpc.getAuthenticateClientMethod) == null) {
          ClientDirectoryServiceGrpc.getAuthenticateClientMethod = getAuthenticateClientMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.AuthenticateClientRequest, dev.matricula.v1.AuthenticateClientResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "AuthenticateClient"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.AuthenticateClientRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.AuthenticateClientResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ClientDirectoryServiceMethodDescriptorSupplier("AuthenticateClient"))
              .build();
        }
      }
    }
    return getAuthenticateClientMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.ReportClientUseRequest,
      dev.matricula.v1.ReportClientUseResponse> getReportClientUseMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ReportClientUse",
      requestType = dev.matricula.v1.ReportClientUseRequest.class,
      responseType = dev.matricula.v1.ReportClientUseResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.ReportClientUseRequest,
      dev.matricula.v1.ReportClientUseResponse> getReportClientUseMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.ReportClientUseRequest, dev.matricula.v1.ReportClientUseResponse> getReportClientUseMethod;
    if ((getReportClientUseMethod = ClientDirectoryServiceGrpc.getReportClientUseMethod) == null) {
      synchronized (ClientDirectoryServiceGrpc.class) {
        if ((getReportClientUseMethod = ClientDirectoryServiceGrpc.getReportClientUseMethod) == null) {
          ClientDirectoryServiceGrpc.getReportClientUseMethod = getReportClientUseMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.ReportClientUseRequest, dev.matricula.v1.ReportClientUseResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ReportClientUse"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.ReportClientUseRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.ReportClientUseResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ClientDirectoryServiceMethodDescriptorSupplier("ReportClientUse"))
              .build();
        }
      }
    }
    return getReportClientUseMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static ClientDirectoryServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ClientDirectoryServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ClientDirectoryServiceStub>() {
        @java.lang.Override
        public ClientDirectoryServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ClientDirectoryServiceStub(channel, callOptions);
        }
      };
    return ClientDirectoryServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static ClientDirectoryServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ClientDirectoryServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ClientDirectoryServiceBlockingV2Stub>() {
        @java.lang.Override
        public ClientDirectoryServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ClientDirectoryServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return ClientDirectoryServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static ClientDirectoryServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ClientDirectoryServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ClientDirectoryServiceBlockingStub>() {
        @java.lang.Override
        public ClientDirectoryServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ClientDirectoryServiceBlockingStub(channel, callOptions);
        }
      };
    return ClientDirectoryServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static ClientDirectoryServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ClientDirectoryServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ClientDirectoryServiceFutureStub>() {
        @java.lang.Override
        public ClientDirectoryServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ClientDirectoryServiceFutureStub(channel, callOptions);
        }
      };
    return ClientDirectoryServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * Read-only but for reported uses: a reader can be granted this service alone.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * One client by its id. A registrar is shown those that it owns.
     * </pre>
     */
    default void getClient(dev.matricula.v1.GetClientRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.GetClientResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetClientMethod(), responseObserver);
    }

    /**
     * <pre>
     * Several clients by their ids. A registrar is shown those that it owns.
     * </pre>
     */
    default void batchGetClients(dev.matricula.v1.BatchGetClientsRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.BatchGetClientsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getBatchGetClientsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Clients by page, in the order of their registration. A registrar is shown those that it owns.
     * </pre>
     */
    default void listClients(dev.matricula.v1.ListClientsRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.ListClientsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListClientsMethod(), responseObserver);
    }

    /**
     * <pre>
     * How many clients match. A registrar counts those that it owns.
     * </pre>
     */
    default void countClients(dev.matricula.v1.CountClientsRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.CountClientsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getCountClientsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Every change of a client, as it happens: in order for each client, at least once. It goes on until either side ends it.
     * </pre>
     */
    default void watchClients(dev.matricula.v1.WatchClientsRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.WatchClientsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getWatchClientsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Authenticates a client by what arrived at a token endpoint. A client that does not authenticate is an answer, not an error.
     * </pre>
     */
    default void authenticateClient(dev.matricula.v1.AuthenticateClientRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.AuthenticateClientResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getAuthenticateClientMethod(), responseObserver);
    }

    /**
     * <pre>
     * Says which clients were used, and when; what is unknown or older than what is on record is passed over.
     * </pre>
     */
    default void reportClientUse(dev.matricula.v1.ReportClientUseRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.ReportClientUseResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getReportClientUseMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service ClientDirectoryService.
   * <pre>
   * Read-only but for reported uses: a reader can be granted this service alone.
   * </pre>
   */
  public static abstract class ClientDirectoryServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return ClientDirectoryServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service ClientDirectoryService.
   * <pre>
   * Read-only but for reported uses: a reader can be granted this service alone.
   * </pre>
   */
  public static final class ClientDirectoryServiceStub
      extends io.grpc.stub.AbstractAsyncStub<ClientDirectoryServiceStub> {
    private ClientDirectoryServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ClientDirectoryServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ClientDirectoryServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * One client by its id. A registrar is shown those that it owns.
     * </pre>
     */
    public void getClient(dev.matricula.v1.GetClientRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.GetClientResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetClientMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Several clients by their ids. A registrar is shown those that it owns.
     * </pre>
     */
    public void batchGetClients(dev.matricula.v1.BatchGetClientsRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.BatchGetClientsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getBatchGetClientsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Clients by page, in the order of their registration. A registrar is shown those that it owns.
     * </pre>
     */
    public void listClients(dev.matricula.v1.ListClientsRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.ListClientsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListClientsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * How many clients match. A registrar counts those that it owns.
     * </pre>
     */
    public void countClients(dev.matricula.v1.CountClientsRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.CountClientsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getCountClientsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Every change of a client, as it happens: in order for each client, at least once. It goes on until either side ends it.
     * </pre>
     */
    public void watchClients(dev.matricula.v1.WatchClientsRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.WatchClientsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncServerStreamingCall(
          getChannel().newCall(getWatchClientsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Authenticates a client by what arrived at a token endpoint. A client that does not authenticate is an answer, not an error.
     * </pre>
     */
    public void authenticateClient(dev.matricula.v1.AuthenticateClientRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.AuthenticateClientResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getAuthenticateClientMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Says which clients were used, and when; what is unknown or older than what is on record is passed over.
     * </pre>
     */
    public void reportClientUse(dev.matricula.v1.ReportClientUseRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.ReportClientUseResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getReportClientUseMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service ClientDirectoryService.
   * <pre>
   * Read-only but for reported uses: a reader can be granted this service alone.
   * </pre>
   */
  public static final class ClientDirectoryServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<ClientDirectoryServiceBlockingV2Stub> {
    private ClientDirectoryServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ClientDirectoryServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ClientDirectoryServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * One client by its id. A registrar is shown those that it owns.
     * </pre>
     */
    public dev.matricula.v1.GetClientResponse getClient(dev.matricula.v1.GetClientRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetClientMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Several clients by their ids. A registrar is shown those that it owns.
     * </pre>
     */
    public dev.matricula.v1.BatchGetClientsResponse batchGetClients(dev.matricula.v1.BatchGetClientsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getBatchGetClientsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Clients by page, in the order of their registration. A registrar is shown those that it owns.
     * </pre>
     */
    public dev.matricula.v1.ListClientsResponse listClients(dev.matricula.v1.ListClientsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListClientsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * How many clients match. A registrar counts those that it owns.
     * </pre>
     */
    public dev.matricula.v1.CountClientsResponse countClients(dev.matricula.v1.CountClientsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getCountClientsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Every change of a client, as it happens: in order for each client, at least once. It goes on until either side ends it.
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<?, dev.matricula.v1.WatchClientsResponse>
        watchClients(dev.matricula.v1.WatchClientsRequest request) {
      return io.grpc.stub.ClientCalls.blockingV2ServerStreamingCall(
          getChannel(), getWatchClientsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Authenticates a client by what arrived at a token endpoint. A client that does not authenticate is an answer, not an error.
     * </pre>
     */
    public dev.matricula.v1.AuthenticateClientResponse authenticateClient(dev.matricula.v1.AuthenticateClientRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getAuthenticateClientMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Says which clients were used, and when; what is unknown or older than what is on record is passed over.
     * </pre>
     */
    public dev.matricula.v1.ReportClientUseResponse reportClientUse(dev.matricula.v1.ReportClientUseRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getReportClientUseMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service ClientDirectoryService.
   * <pre>
   * Read-only but for reported uses: a reader can be granted this service alone.
   * </pre>
   */
  public static final class ClientDirectoryServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<ClientDirectoryServiceBlockingStub> {
    private ClientDirectoryServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ClientDirectoryServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ClientDirectoryServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * One client by its id. A registrar is shown those that it owns.
     * </pre>
     */
    public dev.matricula.v1.GetClientResponse getClient(dev.matricula.v1.GetClientRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetClientMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Several clients by their ids. A registrar is shown those that it owns.
     * </pre>
     */
    public dev.matricula.v1.BatchGetClientsResponse batchGetClients(dev.matricula.v1.BatchGetClientsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getBatchGetClientsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Clients by page, in the order of their registration. A registrar is shown those that it owns.
     * </pre>
     */
    public dev.matricula.v1.ListClientsResponse listClients(dev.matricula.v1.ListClientsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListClientsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * How many clients match. A registrar counts those that it owns.
     * </pre>
     */
    public dev.matricula.v1.CountClientsResponse countClients(dev.matricula.v1.CountClientsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getCountClientsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Every change of a client, as it happens: in order for each client, at least once. It goes on until either side ends it.
     * </pre>
     */
    public java.util.Iterator<dev.matricula.v1.WatchClientsResponse> watchClients(
        dev.matricula.v1.WatchClientsRequest request) {
      return io.grpc.stub.ClientCalls.blockingServerStreamingCall(
          getChannel(), getWatchClientsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Authenticates a client by what arrived at a token endpoint. A client that does not authenticate is an answer, not an error.
     * </pre>
     */
    public dev.matricula.v1.AuthenticateClientResponse authenticateClient(dev.matricula.v1.AuthenticateClientRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getAuthenticateClientMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Says which clients were used, and when; what is unknown or older than what is on record is passed over.
     * </pre>
     */
    public dev.matricula.v1.ReportClientUseResponse reportClientUse(dev.matricula.v1.ReportClientUseRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getReportClientUseMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service ClientDirectoryService.
   * <pre>
   * Read-only but for reported uses: a reader can be granted this service alone.
   * </pre>
   */
  public static final class ClientDirectoryServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<ClientDirectoryServiceFutureStub> {
    private ClientDirectoryServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ClientDirectoryServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ClientDirectoryServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * One client by its id. A registrar is shown those that it owns.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.GetClientResponse> getClient(
        dev.matricula.v1.GetClientRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetClientMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Several clients by their ids. A registrar is shown those that it owns.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.BatchGetClientsResponse> batchGetClients(
        dev.matricula.v1.BatchGetClientsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getBatchGetClientsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Clients by page, in the order of their registration. A registrar is shown those that it owns.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.ListClientsResponse> listClients(
        dev.matricula.v1.ListClientsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListClientsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * How many clients match. A registrar counts those that it owns.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.CountClientsResponse> countClients(
        dev.matricula.v1.CountClientsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getCountClientsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Authenticates a client by what arrived at a token endpoint. A client that does not authenticate is an answer, not an error.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.AuthenticateClientResponse> authenticateClient(
        dev.matricula.v1.AuthenticateClientRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getAuthenticateClientMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Says which clients were used, and when; what is unknown or older than what is on record is passed over.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.ReportClientUseResponse> reportClientUse(
        dev.matricula.v1.ReportClientUseRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getReportClientUseMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_GET_CLIENT = 0;
  private static final int METHODID_BATCH_GET_CLIENTS = 1;
  private static final int METHODID_LIST_CLIENTS = 2;
  private static final int METHODID_COUNT_CLIENTS = 3;
  private static final int METHODID_WATCH_CLIENTS = 4;
  private static final int METHODID_AUTHENTICATE_CLIENT = 5;
  private static final int METHODID_REPORT_CLIENT_USE = 6;

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
        case METHODID_GET_CLIENT:
          serviceImpl.getClient((dev.matricula.v1.GetClientRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.GetClientResponse>) responseObserver);
          break;
        case METHODID_BATCH_GET_CLIENTS:
          serviceImpl.batchGetClients((dev.matricula.v1.BatchGetClientsRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.BatchGetClientsResponse>) responseObserver);
          break;
        case METHODID_LIST_CLIENTS:
          serviceImpl.listClients((dev.matricula.v1.ListClientsRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.ListClientsResponse>) responseObserver);
          break;
        case METHODID_COUNT_CLIENTS:
          serviceImpl.countClients((dev.matricula.v1.CountClientsRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.CountClientsResponse>) responseObserver);
          break;
        case METHODID_WATCH_CLIENTS:
          serviceImpl.watchClients((dev.matricula.v1.WatchClientsRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.WatchClientsResponse>) responseObserver);
          break;
        case METHODID_AUTHENTICATE_CLIENT:
          serviceImpl.authenticateClient((dev.matricula.v1.AuthenticateClientRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.AuthenticateClientResponse>) responseObserver);
          break;
        case METHODID_REPORT_CLIENT_USE:
          serviceImpl.reportClientUse((dev.matricula.v1.ReportClientUseRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.ReportClientUseResponse>) responseObserver);
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
          getGetClientMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.GetClientRequest,
              dev.matricula.v1.GetClientResponse>(
                service, METHODID_GET_CLIENT)))
        .addMethod(
          getBatchGetClientsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.BatchGetClientsRequest,
              dev.matricula.v1.BatchGetClientsResponse>(
                service, METHODID_BATCH_GET_CLIENTS)))
        .addMethod(
          getListClientsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.ListClientsRequest,
              dev.matricula.v1.ListClientsResponse>(
                service, METHODID_LIST_CLIENTS)))
        .addMethod(
          getCountClientsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.CountClientsRequest,
              dev.matricula.v1.CountClientsResponse>(
                service, METHODID_COUNT_CLIENTS)))
        .addMethod(
          getWatchClientsMethod(),
          io.grpc.stub.ServerCalls.asyncServerStreamingCall(
            new MethodHandlers<
              dev.matricula.v1.WatchClientsRequest,
              dev.matricula.v1.WatchClientsResponse>(
                service, METHODID_WATCH_CLIENTS)))
        .addMethod(
          getAuthenticateClientMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.AuthenticateClientRequest,
              dev.matricula.v1.AuthenticateClientResponse>(
                service, METHODID_AUTHENTICATE_CLIENT)))
        .addMethod(
          getReportClientUseMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.ReportClientUseRequest,
              dev.matricula.v1.ReportClientUseResponse>(
                service, METHODID_REPORT_CLIENT_USE)))
        .build();
  }

  private static abstract class ClientDirectoryServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    ClientDirectoryServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return dev.matricula.v1.ClientDirectoryServiceProto.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("ClientDirectoryService");
    }
  }

  private static final class ClientDirectoryServiceFileDescriptorSupplier
      extends ClientDirectoryServiceBaseDescriptorSupplier {
    ClientDirectoryServiceFileDescriptorSupplier() {}
  }

  private static final class ClientDirectoryServiceMethodDescriptorSupplier
      extends ClientDirectoryServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    ClientDirectoryServiceMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (ClientDirectoryServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new ClientDirectoryServiceFileDescriptorSupplier())
              .addMethod(getGetClientMethod())
              .addMethod(getBatchGetClientsMethod())
              .addMethod(getListClientsMethod())
              .addMethod(getCountClientsMethod())
              .addMethod(getWatchClientsMethod())
              .addMethod(getAuthenticateClientMethod())
              .addMethod(getReportClientUseMethod())
              .build();
        }
      }
    }
    return result;
  }
}
