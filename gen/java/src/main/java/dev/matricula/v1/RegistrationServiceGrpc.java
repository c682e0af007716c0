package dev.matricula.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * A client registers, reads, replaces and deletes itself.
 * The registration access token travels as "Authorization: Bearer", never in a message.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class RegistrationServiceGrpc {

  private RegistrationServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "matricula.v1.RegistrationService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.RegisterClientRequest,
      dev.matricula.v1.RegisterClientResponse> getRegisterClientMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "RegisterClient",
      requestType = dev.matricula.v1.RegisterClientRequest.class,
      responseType = dev.matricula.v1.RegisterClientResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.RegisterClientRequest,
      dev.matricula.v1.RegisterClientResponse> getRegisterClientMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.RegisterClientRequest, dev.matricula.v1.RegisterClientResponse> getRegisterClientMethod;
    if ((getRegisterClientMethod = RegistrationServiceGrpc.getRegisterClientMethod) == null) {
      synchronized (RegistrationServiceGrpc.class) {
        if ((getRegisterClientMethod = RegistrationServiceGrpc.getRegisterClientMethod) == null) {
          RegistrationServiceGrpc.getRegisterClientMethod = getRegisterClientMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.RegisterClientRequest, dev.matricula.v1.RegisterClientResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "RegisterClient"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.RegisterClientRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.RegisterClientResponse.getDefaultInstance()))
              .setSchemaDescriptor(new RegistrationServiceMethodDescriptorSupplier("RegisterClient"))
              .build();
        }
      }
    }
    return getRegisterClientMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.ReadClientRequest,
      dev.matricula.v1.ReadClientResponse> getReadClientMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ReadClient",
      requestType = dev.matricula.v1.ReadClientRequest.class,
      responseType = dev.matricula.v1.ReadClientResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.ReadClientRequest,
      dev.matricula.v1.ReadClientResponse> getReadClientMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.ReadClientRequest, dev.matricula.v1.ReadClientResponse> getReadClientMethod;
    if ((getReadClientMethod = RegistrationServiceGrpc.getReadClientMethod) == null) {
      synchronized (RegistrationServiceGrpc.class) {
        if ((getReadClientMethod = RegistrationServiceGrpc.getReadClientMethod) == null) {
          RegistrationServiceGrpc.getReadClientMethod = getReadClientMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.ReadClientRequest, dev.matricula.v1.ReadClientResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ReadClient"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.ReadClientRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.ReadClientResponse.getDefaultInstance()))
              .setSchemaDescriptor(new RegistrationServiceMethodDescriptorSupplier("ReadClient"))
              .build();
        }
      }
    }
    return getReadClientMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.UpdateClientRequest,
      dev.matricula.v1.UpdateClientResponse> getUpdateClientMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "UpdateClient",
      requestType = dev.matricula.v1.UpdateClientRequest.class,
      responseType = dev.matricula.v1.UpdateClientResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.UpdateClientRequest,
      dev.matricula.v1.UpdateClientResponse> getUpdateClientMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.UpdateClientRequest, dev.matricula.v1.UpdateClientResponse> getUpdateClientMethod;
    if ((getUpdateClientMethod = RegistrationServiceGrpc.getUpdateClientMethod) == null) {
      synchronized (RegistrationServiceGrpc.class) {
        if ((getUpdateClientMethod = RegistrationServiceGrpc.getUpdateClientMethod) == null) {
          RegistrationServiceGrpc.getUpdateClientMethod = getUpdateClientMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.UpdateClientRequest, dev.matricula.v1.UpdateClientResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "UpdateClient"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.UpdateClientRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.UpdateClientResponse.getDefaultInstance()))
              .setSchemaDescriptor(new RegistrationServiceMethodDescriptorSupplier("UpdateClient"))
              .build();
        }
      }
    }
    return getUpdateClientMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.DeleteClientRequest,
      dev.matricula.v1.DeleteClientResponse> getDeleteClientMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "DeleteClient",
      requestType = dev.matricula.v1.DeleteClientRequest.class,
      responseType = dev.matricula.v1.DeleteClientResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.DeleteClientRequest,
      dev.matricula.v1.DeleteClientResponse> getDeleteClientMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.DeleteClientRequest, dev.matricula.v1.DeleteClientResponse> getDeleteClientMethod;
    if ((getDeleteClientMethod = RegistrationServiceGrpc.getDeleteClientMethod) == null) {
      synchronized (RegistrationServiceGrpc.class) {
        if ((getDeleteClientMethod = RegistrationServiceGrpc.getDeleteClientMethod) == null) {
          RegistrationServiceGrpc.getDeleteClientMethod = getDeleteClientMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.DeleteClientRequest, dev.matricula.v1.DeleteClientResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "DeleteClient"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.DeleteClientRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.DeleteClientResponse.getDefaultInstance()))
              .setSchemaDescriptor(new RegistrationServiceMethodDescriptorSupplier("DeleteClient"))
              .build();
        }
      }
    }
    return getDeleteClientMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static RegistrationServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<RegistrationServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<RegistrationServiceStub>() {
        @java.lang.Override
        public RegistrationServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new RegistrationServiceStub(channel, callOptions);
        }
      };
    return RegistrationServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static RegistrationServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<RegistrationServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<RegistrationServiceBlockingV2Stub>() {
        @java.lang.Override
        public RegistrationServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new RegistrationServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return RegistrationServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static RegistrationServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<RegistrationServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<RegistrationServiceBlockingStub>() {
        @java.lang.Override
        public RegistrationServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new RegistrationServiceBlockingStub(channel, callOptions);
        }
      };
    return RegistrationServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static RegistrationServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<RegistrationServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<RegistrationServiceFutureStub>() {
        @java.lang.Override
        public RegistrationServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new RegistrationServiceFutureStub(channel, callOptions);
        }
      };
    return RegistrationServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * A client registers, reads, replaces and deletes itself.
   * The registration access token travels as "Authorization: Bearer", never in a message.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Registers a client (RFC 7591 section 3). The secret and the registration access token are in this answer alone.
     * </pre>
     */
    default void registerClient(dev.matricula.v1.RegisterClientRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.RegisterClientResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getRegisterClientMethod(), responseObserver);
    }

    /**
     * <pre>
     * Reads a client (RFC 7592 section 2.1).
     * </pre>
     */
    default void readClient(dev.matricula.v1.ReadClientRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.ReadClientResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getReadClientMethod(), responseObserver);
    }

    /**
     * <pre>
     * Replaces a client's metadata (RFC 7592 section 2.2): what is omitted is deleted or defaulted.
     * </pre>
     */
    default void updateClient(dev.matricula.v1.UpdateClientRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.UpdateClientResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getUpdateClientMethod(), responseObserver);
    }

    /**
     * <pre>
     * Deletes a client (RFC 7592 section 2.3); its id is never given again.
     * </pre>
     */
    default void deleteClient(dev.matricula.v1.DeleteClientRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.DeleteClientResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getDeleteClientMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service RegistrationService.
   * <pre>
   * A client registers, reads, replaces and deletes itself.
   * The registration access token travels as "Authorization: Bearer", never in a message.
   * </pre>
   */
  public static abstract class RegistrationServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return RegistrationServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service RegistrationService.
   * <pre>
   * A client registers, reads, replaces and deletes itself.
   * The registration access token travels as "Authorization: Bearer", never in a message.
   * </pre>
   */
  public static final class RegistrationServiceStub
      extends io.grpc.stub.AbstractAsyncStub<RegistrationServiceStub> {
    private RegistrationServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected RegistrationServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new RegistrationServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Registers a client (RFC 7591 section 3). The secret and the registration access token are in this answer alone.
     * </pre>
     */
    public void registerClient(dev.matricula.v1.RegisterClientRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.RegisterClientResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getRegisterClientMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Reads a client (RFC 7592 section 2.1).
     * </pre>
     */
    public void readClient(dev.matricula.v1.ReadClientRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.ReadClientResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getReadClientMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Replaces a client's metadata (RFC 7592 section 2.2): what is omitted is deleted or defaulted.
     * </pre>
     */
    public void updateClient(dev.matricula.v1.UpdateClientRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.UpdateClientResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getUpdateClientMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Deletes a client (RFC 7592 section 2.3); its id is never given again.
     * </pre>
     */
    public void deleteClient(dev.matricula.v1.DeleteClientRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.DeleteClientResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getDeleteClientMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service RegistrationService.
   * <pre>
   * A client registers, reads, replaces and deletes itself.
   * The registration access token travels as "Authorization: Bearer", never in a message.
   * </pre>
   */
  public static final class RegistrationServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<RegistrationServiceBlockingV2Stub> {
    private RegistrationServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected RegistrationServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new RegistrationServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Registers a client (RFC 7591 section 3). The secret and the registration access token are in this answer alone.
     * </pre>
     */
    public dev.matricula.v1.RegisterClientResponse registerClient(dev.matricula.v1.RegisterClientRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getRegisterClientMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Reads a client (RFC 7592 section 2.1).
     * </pre>
     */
    public dev.matricula.v1.ReadClientResponse readClient(dev.matricula.v1.ReadClientRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getReadClientMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Replaces a client's metadata (RFC 7592 section 2.2): what is omitted is deleted or defaulted.
     * </pre>
     */
    public dev.matricula.v1.UpdateClientResponse updateClient(dev.matricula.v1.UpdateClientRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getUpdateClientMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Deletes a client (RFC 7592 section 2.3); its id is never given again.
     * </pre>
     */
    public dev.matricula.v1.DeleteClientResponse deleteClient(dev.matricula.v1.DeleteClientRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getDeleteClientMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service RegistrationService.
   * <pre>
   * A client registers, reads, replaces and deletes itself.
   * The registration access token travels as "Authorization: Bearer", never in a message.
   * </pre>
   */
  public static final class RegistrationServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<RegistrationServiceBlockingStub> {
    private RegistrationServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected RegistrationServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new RegistrationServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Registers a client (RFC 7591 section 3). The secret and the registration access token are in this answer alone.
     * </pre>
     */
    public dev.matricula.v1.RegisterClientResponse registerClient(dev.matricula.v1.RegisterClientRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getRegisterClientMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Reads a client (RFC 7592 section 2.1).
     * </pre>
     */
    public dev.matricula.v1.ReadClientResponse readClient(dev.matricula.v1.ReadClientRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getReadClientMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Replaces a client's metadata (RFC 7592 section 2.2): what is omitted is deleted or defaulted.
     * </pre>
     */
    public dev.matricula.v1.UpdateClientResponse updateClient(dev.matricula.v1.UpdateClientRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getUpdateClientMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Deletes a client (RFC 7592 section 2.3); its id is never given again.
     * </pre>
     */
    public dev.matricula.v1.DeleteClientResponse deleteClient(dev.matricula.v1.DeleteClientRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getDeleteClientMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service RegistrationService.
   * <pre>
   * A client registers, reads, replaces and deletes itself.
   * The registration access token travels as "Authorization: Bearer", never in a message.
   * </pre>
   */
  public static final class RegistrationServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<RegistrationServiceFutureStub> {
    private RegistrationServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected RegistrationServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new RegistrationServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Registers a client (RFC 7591 section 3). The secret and the registration access token are in this answer alone.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.RegisterClientResponse> registerClient(
        dev.matricula.v1.RegisterClientRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getRegisterClientMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Reads a client (RFC 7592 section 2.1).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.ReadClientResponse> readClient(
        dev.matricula.v1.ReadClientRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getReadClientMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Replaces a client's metadata (RFC 7592 section 2.2): what is omitted is deleted or defaulted.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.UpdateClientResponse> updateClient(
        dev.matricula.v1.UpdateClientRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getUpdateClientMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Deletes a client (RFC 7592 section 2.3); its id is never given again.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.DeleteClientResponse> deleteClient(
        dev.matricula.v1.DeleteClientRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getDeleteClientMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_REGISTER_CLIENT = 0;
  private static final int METHODID_READ_CLIENT = 1;
  private static final int METHODID_UPDATE_CLIENT = 2;
  private static final int METHODID_DELETE_CLIENT = 3;

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
        case METHODID_REGISTER_CLIENT:
          serviceImpl.registerClient((dev.matricula.v1.RegisterClientRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.RegisterClientResponse>) responseObserver);
          break;
        case METHODID_READ_CLIENT:
          serviceImpl.readClient((dev.matricula.v1.ReadClientRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.ReadClientResponse>) responseObserver);
          break;
        case METHODID_UPDATE_CLIENT:
          serviceImpl.updateClient((dev.matricula.v1.UpdateClientRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.UpdateClientResponse>) responseObserver);
          break;
        case METHODID_DELETE_CLIENT:
          serviceImpl.deleteClient((dev.matricula.v1.DeleteClientRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.DeleteClientResponse>) responseObserver);
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
          getRegisterClientMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.RegisterClientRequest,
              dev.matricula.v1.RegisterClientResponse>(
                service, METHODID_REGISTER_CLIENT)))
        .addMethod(
          getReadClientMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.ReadClientRequest,
              dev.matricula.v1.ReadClientResponse>(
                service, METHODID_READ_CLIENT)))
        .addMethod(
          getUpdateClientMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.UpdateClientRequest,
              dev.matricula.v1.UpdateClientResponse>(
                service, METHODID_UPDATE_CLIENT)))
        .addMethod(
          getDeleteClientMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.DeleteClientRequest,
              dev.matricula.v1.DeleteClientResponse>(
                service, METHODID_DELETE_CLIENT)))
        .build();
  }

  private static abstract class RegistrationServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    RegistrationServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return dev.matricula.v1.RegistrationServiceProto.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("RegistrationService");
    }
  }

  private static final class RegistrationServiceFileDescriptorSupplier
      extends RegistrationServiceBaseDescriptorSupplier {
    RegistrationServiceFileDescriptorSupplier() {}
  }

  private static final class RegistrationServiceMethodDescriptorSupplier
      extends RegistrationServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    RegistrationServiceMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (RegistrationServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new RegistrationServiceFileDescriptorSupplier())
              .addMethod(getRegisterClientMethod())
              .addMethod(getReadClientMethod())
              .addMethod(getUpdateClientMethod())
              .addMethod(getDeleteClientMethod())
              .build();
        }
      }
    }
    return result;
  }
}
