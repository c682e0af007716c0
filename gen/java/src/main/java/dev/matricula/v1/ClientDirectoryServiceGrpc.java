package dev.matricula.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * Read-only: a reader can be granted this service alone.
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
   * Read-only: a reader can be granted this service alone.
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
     * Clients by page, newest last. A registrar is shown those that it owns.
     * </pre>
     */
    default void listClients(dev.matricula.v1.ListClientsRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.ListClientsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListClientsMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service ClientDirectoryService.
   * <pre>
   * Read-only: a reader can be granted this service alone.
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
   * Read-only: a reader can be granted this service alone.
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
     * Clients by page, newest last. A registrar is shown those that it owns.
     * </pre>
     */
    public void listClients(dev.matricula.v1.ListClientsRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.ListClientsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListClientsMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service ClientDirectoryService.
   * <pre>
   * Read-only: a reader can be granted this service alone.
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
     * Clients by page, newest last. A registrar is shown those that it owns.
     * </pre>
     */
    public dev.matricula.v1.ListClientsResponse listClients(dev.matricula.v1.ListClientsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListClientsMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service ClientDirectoryService.
   * <pre>
   * Read-only: a reader can be granted this service alone.
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
     * Clients by page, newest last. A registrar is shown those that it owns.
     * </pre>
     */
    public dev.matricula.v1.ListClientsResponse listClients(dev.matricula.v1.ListClientsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListClientsMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service ClientDirectoryService.
   * <pre>
   * Read-only: a reader can be granted this service alone.
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
     * Clients by page, newest last. A registrar is shown those that it owns.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.ListClientsResponse> listClients(
        dev.matricula.v1.ListClientsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListClientsMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_GET_CLIENT = 0;
  private static final int METHODID_LIST_CLIENTS = 1;

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
        case METHODID_LIST_CLIENTS:
          serviceImpl.listClients((dev.matricula.v1.ListClientsRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.ListClientsResponse>) responseObserver);
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
          getListClientsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.ListClientsRequest,
              dev.matricula.v1.ListClientsResponse>(
                service, METHODID_LIST_CLIENTS)))
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
              .addMethod(getListClientsMethod())
              .build();
        }
      }
    }
    return result;
  }
}
