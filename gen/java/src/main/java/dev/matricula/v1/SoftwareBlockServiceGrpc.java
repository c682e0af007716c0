package dev.matricula.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * Blocks software: an issuer of software statements, a software_id, or one statement.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class SoftwareBlockServiceGrpc {

  private SoftwareBlockServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "matricula.v1.SoftwareBlockService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.BlockSoftwareRequest,
      dev.matricula.v1.BlockSoftwareResponse> getBlockSoftwareMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "BlockSoftware",
      requestType = dev.matricula.v1.BlockSoftwareRequest.class,
      responseType = dev.matricula.v1.BlockSoftwareResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.BlockSoftwareRequest,
      dev.matricula.v1.BlockSoftwareResponse> getBlockSoftwareMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.BlockSoftwareRequest, dev.matricula.v1.BlockSoftwareResponse> getBlockSoftwareMethod;
    if ((getBlockSoftwareMethod = SoftwareBlockServiceGrpc.getBlockSoftwareMethod) == null) {
      synchronized (SoftwareBlockServiceGrpc.class) {
        if ((getBlockSoftwareMethod = SoftwareBlockServiceGrpc.getBlockSoftwareMethod) == null) {
          SoftwareBlockServiceGrpc.getBlockSoftwareMethod = getBlockSoftwareMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.BlockSoftwareRequest, dev.matricula.v1.BlockSoftwareResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "BlockSoftware"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.BlockSoftwareRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.BlockSoftwareResponse.getDefaultInstance()))
              .setSchemaDescriptor(new SoftwareBlockServiceMethodDescriptorSupplier("BlockSoftware"))
              .build();
        }
      }
    }
    return getBlockSoftwareMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.UnblockSoftwareRequest,
      dev.matricula.v1.UnblockSoftwareResponse> getUnblockSoftwareMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "UnblockSoftware",
      requestType = dev.matricula.v1.UnblockSoftwareRequest.class,
      responseType = dev.matricula.v1.UnblockSoftwareResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.UnblockSoftwareRequest,
      dev.matricula.v1.UnblockSoftwareResponse> getUnblockSoftwareMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.UnblockSoftwareRequest, dev.matricula.v1.UnblockSoftwareResponse> getUnblockSoftwareMethod;
    if ((getUnblockSoftwareMethod = SoftwareBlockServiceGrpc.getUnblockSoftwareMethod) == null) {
      synchronized (SoftwareBlockServiceGrpc.class) {
        if ((getUnblockSoftwareMethod = SoftwareBlockServiceGrpc.getUnblockSoftwareMethod) == null) {
          SoftwareBlockServiceGrpc.getUnblockSoftwareMethod = getUnblockSoftwareMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.UnblockSoftwareRequest, dev.matricula.v1.UnblockSoftwareResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "UnblockSoftware"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.UnblockSoftwareRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.UnblockSoftwareResponse.getDefaultInstance()))
              .setSchemaDescriptor(new SoftwareBlockServiceMethodDescriptorSupplier("UnblockSoftware"))
              .build();
        }
      }
    }
    return getUnblockSoftwareMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.ListSoftwareBlocksRequest,
      dev.matricula.v1.ListSoftwareBlocksResponse> getListSoftwareBlocksMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListSoftwareBlocks",
      requestType = dev.matricula.v1.ListSoftwareBlocksRequest.class,
      responseType = dev.matricula.v1.ListSoftwareBlocksResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.ListSoftwareBlocksRequest,
      dev.matricula.v1.ListSoftwareBlocksResponse> getListSoftwareBlocksMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.ListSoftwareBlocksRequest, dev.matricula.v1.ListSoftwareBlocksResponse> getListSoftwareBlocksMethod;
    if ((getListSoftwareBlocksMethod = SoftwareBlockServiceGrpc.getListSoftwareBlocksMethod) == null) {
      synchronized (SoftwareBlockServiceGrpc.class) {
        if ((getListSoftwareBlocksMethod = SoftwareBlockServiceGrpc.getListSoftwareBlocksMethod) == null) {
          SoftwareBlockServiceGrpc.getListSoftwareBlocksMethod = getListSoftwareBlocksMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.ListSoftwareBlocksRequest, dev.matricula.v1.ListSoftwareBlocksResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListSoftwareBlocks"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.ListSoftwareBlocksRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.ListSoftwareBlocksResponse.getDefaultInstance()))
              .setSchemaDescriptor(new SoftwareBlockServiceMethodDescriptorSupplier("ListSoftwareBlocks"))
              .build();
        }
      }
    }
    return getListSoftwareBlocksMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static SoftwareBlockServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<SoftwareBlockServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<SoftwareBlockServiceStub>() {
        @java.lang.Override
        public SoftwareBlockServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new SoftwareBlockServiceStub(channel, callOptions);
        }
      };
    return SoftwareBlockServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static SoftwareBlockServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<SoftwareBlockServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<SoftwareBlockServiceBlockingV2Stub>() {
        @java.lang.Override
        public SoftwareBlockServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new SoftwareBlockServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return SoftwareBlockServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static SoftwareBlockServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<SoftwareBlockServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<SoftwareBlockServiceBlockingStub>() {
        @java.lang.Override
        public SoftwareBlockServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new SoftwareBlockServiceBlockingStub(channel, callOptions);
        }
      };
    return SoftwareBlockServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static SoftwareBlockServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<SoftwareBlockServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<SoftwareBlockServiceFutureStub>() {
        @java.lang.Override
        public SoftwareBlockServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new SoftwareBlockServiceFutureStub(channel, callOptions);
        }
      };
    return SoftwareBlockServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * Blocks software: an issuer of software statements, a software_id, or one statement.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Admits it no more, and suspends what it has admitted where that is asked. Blocking again changes nothing, and goes on with clients that
     * are left.
     * </pre>
     */
    default void blockSoftware(dev.matricula.v1.BlockSoftwareRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.BlockSoftwareResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getBlockSoftwareMethod(), responseObserver);
    }

    /**
     * <pre>
     * Ends a block. Clients that are suspended stay so until they are resumed.
     * </pre>
     */
    default void unblockSoftware(dev.matricula.v1.UnblockSoftwareRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.UnblockSoftwareResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getUnblockSoftwareMethod(), responseObserver);
    }

    /**
     * <pre>
     * What is blocked in a realm.
     * </pre>
     */
    default void listSoftwareBlocks(dev.matricula.v1.ListSoftwareBlocksRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.ListSoftwareBlocksResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListSoftwareBlocksMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service SoftwareBlockService.
   * <pre>
   * Blocks software: an issuer of software statements, a software_id, or one statement.
   * </pre>
   */
  public static abstract class SoftwareBlockServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return SoftwareBlockServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service SoftwareBlockService.
   * <pre>
   * Blocks software: an issuer of software statements, a software_id, or one statement.
   * </pre>
   */
  public static final class SoftwareBlockServiceStub
      extends io.grpc.stub.AbstractAsyncStub<SoftwareBlockServiceStub> {
    private SoftwareBlockServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected SoftwareBlockServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new SoftwareBlockServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Admits it no more, and suspends what it has admitted where that is asked. Blocking again changes nothing, and goes on with clients that
     * are left.
     * </pre>
     */
    public void blockSoftware(dev.matricula.v1.BlockSoftwareRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.BlockSoftwareResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getBlockSoftwareMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Ends a block. Clients that are suspended stay so until they are resumed.
     * </pre>
     */
    public void unblockSoftware(dev.matricula.v1.UnblockSoftwareRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.UnblockSoftwareResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getUnblockSoftwareMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * What is blocked in a realm.
     * </pre>
     */
    public void listSoftwareBlocks(dev.matricula.v1.ListSoftwareBlocksRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.ListSoftwareBlocksResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListSoftwareBlocksMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service SoftwareBlockService.
   * <pre>
   * Blocks software: an issuer of software statements, a software_id, or one statement.
   * </pre>
   */
  public static final class SoftwareBlockServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<SoftwareBlockServiceBlockingV2Stub> {
    private SoftwareBlockServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected SoftwareBlockServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new SoftwareBlockServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Admits it no more, and suspends what it has admitted where that is asked. Blocking again changes nothing, and goes on with clients that
     * are left.
     * </pre>
     */
    public dev.matricula.v1.BlockSoftwareResponse blockSoftware(dev.matricula.v1.BlockSoftwareRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getBlockSoftwareMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Ends a block. Clients that are suspended stay so until they are resumed.
     * </pre>
     */
    public dev.matricula.v1.UnblockSoftwareResponse unblockSoftware(dev.matricula.v1.UnblockSoftwareRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getUnblockSoftwareMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * What is blocked in a realm.
     * </pre>
     */
    public dev.matricula.v1.ListSoftwareBlocksResponse listSoftwareBlocks(dev.matricula.v1.ListSoftwareBlocksRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListSoftwareBlocksMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service SoftwareBlockService.
   * <pre>
   * Blocks software: an issuer of software statements, a software_id, or one statement.
   * </pre>
   */
  public static final class SoftwareBlockServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<SoftwareBlockServiceBlockingStub> {
    private SoftwareBlockServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected SoftwareBlockServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new SoftwareBlockServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Admits it no more, and suspends what it has admitted where that is asked. Blocking again changes nothing, and goes on with clients that
     * are left.
     * </pre>
     */
    public dev.matricula.v1.BlockSoftwareResponse blockSoftware(dev.matricula.v1.BlockSoftwareRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getBlockSoftwareMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Ends a block. Clients that are suspended stay so until they are resumed.
     * </pre>
     */
    public dev.matricula.v1.UnblockSoftwareResponse unblockSoftware(dev.matricula.v1.UnblockSoftwareRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getUnblockSoftwareMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * What is blocked in a realm.
     * </pre>
     */
    public dev.matricula.v1.ListSoftwareBlocksResponse listSoftwareBlocks(dev.matricula.v1.ListSoftwareBlocksRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListSoftwareBlocksMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service SoftwareBlockService.
   * <pre>
   * Blocks software: an issuer of software statements, a software_id, or one statement.
   * </pre>
   */
  public static final class SoftwareBlockServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<SoftwareBlockServiceFutureStub> {
    private SoftwareBlockServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected SoftwareBlockServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new SoftwareBlockServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Admits it no more, and suspends what it has admitted where that is asked. Blocking again changes nothing, and goes on with clients that
     * are left.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.BlockSoftwareResponse> blockSoftware(
        dev.matricula.v1.BlockSoftwareRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getBlockSoftwareMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Ends a block. Clients that are suspended stay so until they are resumed.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.UnblockSoftwareResponse> unblockSoftware(
        dev.matricula.v1.UnblockSoftwareRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getUnblockSoftwareMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * What is blocked in a realm.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.ListSoftwareBlocksResponse> listSoftwareBlocks(
        dev.matricula.v1.ListSoftwareBlocksRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListSoftwareBlocksMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_BLOCK_SOFTWARE = 0;
  private static final int METHODID_UNBLOCK_SOFTWARE = 1;
  private static final int METHODID_LIST_SOFTWARE_BLOCKS = 2;

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
        case METHODID_BLOCK_SOFTWARE:
          serviceImpl.blockSoftware((dev.matricula.v1.BlockSoftwareRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.BlockSoftwareResponse>) responseObserver);
          break;
        case METHODID_UNBLOCK_SOFTWARE:
          serviceImpl.unblockSoftware((dev.matricula.v1.UnblockSoftwareRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.UnblockSoftwareResponse>) responseObserver);
          break;
        case METHODID_LIST_SOFTWARE_BLOCKS:
          serviceImpl.listSoftwareBlocks((dev.matricula.v1.ListSoftwareBlocksRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.ListSoftwareBlocksResponse>) responseObserver);
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
          getBlockSoftwareMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.BlockSoftwareRequest,
              dev.matricula.v1.BlockSoftwareResponse>(
                service, METHODID_BLOCK_SOFTWARE)))
        .addMethod(
          getUnblockSoftwareMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.UnblockSoftwareRequest,
              dev.matricula.v1.UnblockSoftwareResponse>(
                service, METHODID_UNBLOCK_SOFTWARE)))
        .addMethod(
          getListSoftwareBlocksMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.ListSoftwareBlocksRequest,
              dev.matricula.v1.ListSoftwareBlocksResponse>(
                service, METHODID_LIST_SOFTWARE_BLOCKS)))
        .build();
  }

  private static abstract class SoftwareBlockServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    SoftwareBlockServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return dev.matricula.v1.SoftwareBlockServiceProto.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("SoftwareBlockService");
    }
  }

  private static final class SoftwareBlockServiceFileDescriptorSupplier
      extends SoftwareBlockServiceBaseDescriptorSupplier {
    SoftwareBlockServiceFileDescriptorSupplier() {}
  }

  private static final class SoftwareBlockServiceMethodDescriptorSupplier
      extends SoftwareBlockServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    SoftwareBlockServiceMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (SoftwareBlockServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new SoftwareBlockServiceFileDescriptorSupplier())
              .addMethod(getBlockSoftwareMethod())
              .addMethod(getUnblockSoftwareMethod())
              .addMethod(getListSoftwareBlocksMethod())
              .build();
        }
      }
    }
    return result;
  }
}
