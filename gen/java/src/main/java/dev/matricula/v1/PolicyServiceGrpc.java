package dev.matricula.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * For operators: read policies, try them, and let the configuration be read again.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class PolicyServiceGrpc {

  private PolicyServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "matricula.v1.PolicyService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.ListPoliciesRequest,
      dev.matricula.v1.ListPoliciesResponse> getListPoliciesMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListPolicies",
      requestType = dev.matricula.v1.ListPoliciesRequest.class,
      responseType = dev.matricula.v1.ListPoliciesResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.ListPoliciesRequest,
      dev.matricula.v1.ListPoliciesResponse> getListPoliciesMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.ListPoliciesRequest, dev.matricula.v1.ListPoliciesResponse> getListPoliciesMethod;
    if ((getListPoliciesMethod = PolicyServiceGrpc.getListPoliciesMethod) == null) {
      synchronized (PolicyServiceGrpc.class) {
        if ((getListPoliciesMethod = PolicyServiceGrpc.getListPoliciesMethod) == null) {
          PolicyServiceGrpc.getListPoliciesMethod = getListPoliciesMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.ListPoliciesRequest, dev.matricula.v1.ListPoliciesResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListPolicies"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.ListPoliciesRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.ListPoliciesResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PolicyServiceMethodDescriptorSupplier("ListPolicies"))
              .build();
        }
      }
    }
    return getListPoliciesMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.GetPolicyRequest,
      dev.matricula.v1.GetPolicyResponse> getGetPolicyMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetPolicy",
      requestType = dev.matricula.v1.GetPolicyRequest.class,
      responseType = dev.matricula.v1.GetPolicyResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.GetPolicyRequest,
      dev.matricula.v1.GetPolicyResponse> getGetPolicyMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.GetPolicyRequest, dev.matricula.v1.GetPolicyResponse> getGetPolicyMethod;
    if ((getGetPolicyMethod = PolicyServiceGrpc.getGetPolicyMethod) == null) {
      synchronized (PolicyServiceGrpc.class) {
        if ((getGetPolicyMethod = PolicyServiceGrpc.getGetPolicyMethod) == null) {
          PolicyServiceGrpc.getGetPolicyMethod = getGetPolicyMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.GetPolicyRequest, dev.matricula.v1.GetPolicyResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetPolicy"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.GetPolicyRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.GetPolicyResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PolicyServiceMethodDescriptorSupplier("GetPolicy"))
              .build();
        }
      }
    }
    return getGetPolicyMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.ExplainRegistrationRequest,
      dev.matricula.v1.ExplainRegistrationResponse> getExplainRegistrationMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ExplainRegistration",
      requestType = dev.matricula.v1.ExplainRegistrationRequest.class,
      responseType = dev.matricula.v1.ExplainRegistrationResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.ExplainRegistrationRequest,
      dev.matricula.v1.ExplainRegistrationResponse> getExplainRegistrationMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.ExplainRegistrationRequest, dev.matricula.v1.ExplainRegistrationResponse> getExplainRegistrationMethod;
    if ((getExplainRegistrationMethod = PolicyServiceGrpc.getExplainRegistrationMethod) == null) {
      synchronized (PolicyServiceGrpc.class) {
        if ((getExplainRegistrationMethod = PolicyServiceGrpc.getExplainRegistrationMethod) == null) {
          PolicyServiceGrpc.getExplainRegistrationMethod = getExplainRegistrationMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.ExplainRegistrationRequest, dev.matricula.v1.ExplainRegistrationResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ExplainRegistration"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.ExplainRegistrationRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.ExplainRegistrationResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PolicyServiceMethodDescriptorSupplier("ExplainRegistration"))
              .build();
        }
      }
    }
    return getExplainRegistrationMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.TestPolicyRequest,
      dev.matricula.v1.TestPolicyResponse> getTestPolicyMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "TestPolicy",
      requestType = dev.matricula.v1.TestPolicyRequest.class,
      responseType = dev.matricula.v1.TestPolicyResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.TestPolicyRequest,
      dev.matricula.v1.TestPolicyResponse> getTestPolicyMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.TestPolicyRequest, dev.matricula.v1.TestPolicyResponse> getTestPolicyMethod;
    if ((getTestPolicyMethod = PolicyServiceGrpc.getTestPolicyMethod) == null) {
      synchronized (PolicyServiceGrpc.class) {
        if ((getTestPolicyMethod = PolicyServiceGrpc.getTestPolicyMethod) == null) {
          PolicyServiceGrpc.getTestPolicyMethod = getTestPolicyMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.TestPolicyRequest, dev.matricula.v1.TestPolicyResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "TestPolicy"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.TestPolicyRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.TestPolicyResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PolicyServiceMethodDescriptorSupplier("TestPolicy"))
              .build();
        }
      }
    }
    return getTestPolicyMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.PutPolicyRequest,
      dev.matricula.v1.PutPolicyResponse> getPutPolicyMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "PutPolicy",
      requestType = dev.matricula.v1.PutPolicyRequest.class,
      responseType = dev.matricula.v1.PutPolicyResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.PutPolicyRequest,
      dev.matricula.v1.PutPolicyResponse> getPutPolicyMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.PutPolicyRequest, dev.matricula.v1.PutPolicyResponse> getPutPolicyMethod;
    if ((getPutPolicyMethod = PolicyServiceGrpc.getPutPolicyMethod) == null) {
      synchronized (PolicyServiceGrpc.class) {
        if ((getPutPolicyMethod = PolicyServiceGrpc.getPutPolicyMethod) == null) {
          PolicyServiceGrpc.getPutPolicyMethod = getPutPolicyMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.PutPolicyRequest, dev.matricula.v1.PutPolicyResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "PutPolicy"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.PutPolicyRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.PutPolicyResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PolicyServiceMethodDescriptorSupplier("PutPolicy"))
              .build();
        }
      }
    }
    return getPutPolicyMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.DeletePolicyRequest,
      dev.matricula.v1.DeletePolicyResponse> getDeletePolicyMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "DeletePolicy",
      requestType = dev.matricula.v1.DeletePolicyRequest.class,
      responseType = dev.matricula.v1.DeletePolicyResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.DeletePolicyRequest,
      dev.matricula.v1.DeletePolicyResponse> getDeletePolicyMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.DeletePolicyRequest, dev.matricula.v1.DeletePolicyResponse> getDeletePolicyMethod;
    if ((getDeletePolicyMethod = PolicyServiceGrpc.getDeletePolicyMethod) == null) {
      synchronized (PolicyServiceGrpc.class) {
        if ((getDeletePolicyMethod = PolicyServiceGrpc.getDeletePolicyMethod) == null) {
          PolicyServiceGrpc.getDeletePolicyMethod = getDeletePolicyMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.DeletePolicyRequest, dev.matricula.v1.DeletePolicyResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "DeletePolicy"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.DeletePolicyRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.DeletePolicyResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PolicyServiceMethodDescriptorSupplier("DeletePolicy"))
              .build();
        }
      }
    }
    return getDeletePolicyMethod;
  }

  private static volatile io.grpc.MethodDescriptor<dev.matricula.v1.ReloadConfigurationRequest,
      dev.matricula.v1.ReloadConfigurationResponse> getReloadConfigurationMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ReloadConfiguration",
      requestType = dev.matricula.v1.ReloadConfigurationRequest.class,
      responseType = dev.matricula.v1.ReloadConfigurationResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<dev.matricula.v1.ReloadConfigurationRequest,
      dev.matricula.v1.ReloadConfigurationResponse> getReloadConfigurationMethod() {
    io.grpc.MethodDescriptor<dev.matricula.v1.ReloadConfigurationRequest, dev.matricula.v1.ReloadConfigurationResponse> getReloadConfigurationMethod;
    if ((getReloadConfigurationMethod = PolicyServiceGrpc.getReloadConfigurationMethod) == null) {
      synchronized (PolicyServiceGrpc.class) {
        if ((getReloadConfigurationMethod = PolicyServiceGrpc.getReloadConfigurationMethod) == null) {
          PolicyServiceGrpc.getReloadConfigurationMethod = getReloadConfigurationMethod =
              io.grpc.MethodDescriptor.<dev.matricula.v1.ReloadConfigurationRequest, dev.matricula.v1.ReloadConfigurationResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ReloadConfiguration"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.ReloadConfigurationRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  dev.matricula.v1.ReloadConfigurationResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PolicyServiceMethodDescriptorSupplier("ReloadConfiguration"))
              .build();
        }
      }
    }
    return getReloadConfigurationMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static PolicyServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<PolicyServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<PolicyServiceStub>() {
        @java.lang.Override
        public PolicyServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new PolicyServiceStub(channel, callOptions);
        }
      };
    return PolicyServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static PolicyServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<PolicyServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<PolicyServiceBlockingV2Stub>() {
        @java.lang.Override
        public PolicyServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new PolicyServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return PolicyServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static PolicyServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<PolicyServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<PolicyServiceBlockingStub>() {
        @java.lang.Override
        public PolicyServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new PolicyServiceBlockingStub(channel, callOptions);
        }
      };
    return PolicyServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static PolicyServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<PolicyServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<PolicyServiceFutureStub>() {
        @java.lang.Override
        public PolicyServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new PolicyServiceFutureStub(channel, callOptions);
        }
      };
    return PolicyServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * For operators: read policies, try them, and let the configuration be read again.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * The policies of a realm, the ready-made ones first.
     * </pre>
     */
    default void listPolicies(dev.matricula.v1.ListPoliciesRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.ListPoliciesResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListPoliciesMethod(), responseObserver);
    }

    /**
     * <pre>
     * One policy.
     * </pre>
     */
    default void getPolicy(dev.matricula.v1.GetPolicyRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.GetPolicyResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetPolicyMethod(), responseObserver);
    }

    /**
     * <pre>
     * What would be decided if somebody else registered this. Nothing is written, and no use of a token is taken.
     * </pre>
     */
    default void explainRegistration(dev.matricula.v1.ExplainRegistrationRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.ExplainRegistrationResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getExplainRegistrationMethod(), responseObserver);
    }

    /**
     * <pre>
     * Runs a policy over stored clients as if each sent what is registered of it once more, and tells which of them it would refuse or change.
     * Each call does a slice of the work: go on with next_page_token until it is empty. Nothing is written.
     * </pre>
     */
    default void testPolicy(dev.matricula.v1.TestPolicyRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.TestPolicyResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getTestPolicyMethod(), responseObserver);
    }

    /**
     * <pre>
     * Puts a policy in force, new or in the place of the stored one of its name. What the configuration file defines, and what comes with the
     * program, is not changed so.
     * </pre>
     */
    default void putPolicy(dev.matricula.v1.PutPolicyRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.PutPolicyResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getPutPolicyMethod(), responseObserver);
    }

    /**
     * <pre>
     * Takes a stored policy out of force. Refused while a way in is bound to it, and, unless it is forced, with FAILED_PRECONDITION and the reason
     * POLICY_IN_USE while clients are guarded by it: they would be guarded by the policy of their way in from then on.
     * </pre>
     */
    default void deletePolicy(dev.matricula.v1.DeletePolicyRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.DeletePolicyResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getDeletePolicyMethod(), responseObserver);
    }

    /**
     * <pre>
     * Reads the configuration file again, as SIGHUP does: all of it takes effect, or nothing when there is a mistake in it.
     * </pre>
     */
    default void reloadConfiguration(dev.matricula.v1.ReloadConfigurationRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.ReloadConfigurationResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getReloadConfigurationMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service PolicyService.
   * <pre>
   * For operators: read policies, try them, and let the configuration be read again.
   * </pre>
   */
  public static abstract class PolicyServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return PolicyServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service PolicyService.
   * <pre>
   * For operators: read policies, try them, and let the configuration be read again.
   * </pre>
   */
  public static final class PolicyServiceStub
      extends io.grpc.stub.AbstractAsyncStub<PolicyServiceStub> {
    private PolicyServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected PolicyServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new PolicyServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * The policies of a realm, the ready-made ones first.
     * </pre>
     */
    public void listPolicies(dev.matricula.v1.ListPoliciesRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.ListPoliciesResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListPoliciesMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * One policy.
     * </pre>
     */
    public void getPolicy(dev.matricula.v1.GetPolicyRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.GetPolicyResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetPolicyMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * What would be decided if somebody else registered this. Nothing is written, and no use of a token is taken.
     * </pre>
     */
    public void explainRegistration(dev.matricula.v1.ExplainRegistrationRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.ExplainRegistrationResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getExplainRegistrationMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Runs a policy over stored clients as if each sent what is registered of it once more, and tells which of them it would refuse or change.
     * Each call does a slice of the work: go on with next_page_token until it is empty. Nothing is written.
     * </pre>
     */
    public void testPolicy(dev.matricula.v1.TestPolicyRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.TestPolicyResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getTestPolicyMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Puts a policy in force, new or in the place of the stored one of its name. What the configuration file defines, and what comes with the
     * program, is not changed so.
     * </pre>
     */
    public void putPolicy(dev.matricula.v1.PutPolicyRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.PutPolicyResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getPutPolicyMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Takes a stored policy out of force. Refused while a way in is bound to it, and, unless it is forced, with FAILED_PRECONDITION and the reason
     * POLICY_IN_USE while clients are guarded by it: they would be guarded by the policy of their way in from then on.
     * </pre>
     */
    public void deletePolicy(dev.matricula.v1.DeletePolicyRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.DeletePolicyResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getDeletePolicyMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Reads the configuration file again, as SIGHUP does: all of it takes effect, or nothing when there is a mistake in it.
     * </pre>
     */
    public void reloadConfiguration(dev.matricula.v1.ReloadConfigurationRequest request,
        io.grpc.stub.StreamObserver<dev.matricula.v1.ReloadConfigurationResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getReloadConfigurationMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service PolicyService.
   * <pre>
   * For operators: read policies, try them, and let the configuration be read again.
   * </pre>
   */
  public static final class PolicyServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<PolicyServiceBlockingV2Stub> {
    private PolicyServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected PolicyServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new PolicyServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * The policies of a realm, the ready-made ones first.
     * </pre>
     */
    public dev.matricula.v1.ListPoliciesResponse listPolicies(dev.matricula.v1.ListPoliciesRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListPoliciesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * One policy.
     * </pre>
     */
    public dev.matricula.v1.GetPolicyResponse getPolicy(dev.matricula.v1.GetPolicyRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetPolicyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * What would be decided if somebody else registered this. Nothing is written, and no use of a token is taken.
     * </pre>
     */
    public dev.matricula.v1.ExplainRegistrationResponse explainRegistration(dev.matricula.v1.ExplainRegistrationRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getExplainRegistrationMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Runs a policy over stored clients as if each sent what is registered of it once more, and tells which of them it would refuse or change.
     * Each call does a slice of the work: go on with next_page_token until it is empty. Nothing is written.
     * </pre>
     */
    public dev.matricula.v1.TestPolicyResponse testPolicy(dev.matricula.v1.TestPolicyRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getTestPolicyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Puts a policy in force, new or in the place of the stored one of its name. What the configuration file defines, and what comes with the
     * program, is not changed so.
     * </pre>
     */
    public dev.matricula.v1.PutPolicyResponse putPolicy(dev.matricula.v1.PutPolicyRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getPutPolicyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Takes a stored policy out of force. Refused while a way in is bound to it, and, unless it is forced, with FAILED_PRECONDITION and the reason
     * POLICY_IN_USE while clients are guarded by it: they would be guarded by the policy of their way in from then on.
     * </pre>
     */
    public dev.matricula.v1.DeletePolicyResponse deletePolicy(dev.matricula.v1.DeletePolicyRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getDeletePolicyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Reads the configuration file again, as SIGHUP does: all of it takes effect, or nothing when there is a mistake in it.
     * </pre>
     */
    public dev.matricula.v1.ReloadConfigurationResponse reloadConfiguration(dev.matricula.v1.ReloadConfigurationRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getReloadConfigurationMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service PolicyService.
   * <pre>
   * For operators: read policies, try them, and let the configuration be read again.
   * </pre>
   */
  public static final class PolicyServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<PolicyServiceBlockingStub> {
    private PolicyServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected PolicyServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new PolicyServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * The policies of a realm, the ready-made ones first.
     * </pre>
     */
    public dev.matricula.v1.ListPoliciesResponse listPolicies(dev.matricula.v1.ListPoliciesRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListPoliciesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * One policy.
     * </pre>
     */
    public dev.matricula.v1.GetPolicyResponse getPolicy(dev.matricula.v1.GetPolicyRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetPolicyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * What would be decided if somebody else registered this. Nothing is written, and no use of a token is taken.
     * </pre>
     */
    public dev.matricula.v1.ExplainRegistrationResponse explainRegistration(dev.matricula.v1.ExplainRegistrationRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getExplainRegistrationMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Runs a policy over stored clients as if each sent what is registered of it once more, and tells which of them it would refuse or change.
     * Each call does a slice of the work: go on with next_page_token until it is empty. Nothing is written.
     * </pre>
     */
    public dev.matricula.v1.TestPolicyResponse testPolicy(dev.matricula.v1.TestPolicyRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getTestPolicyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Puts a policy in force, new or in the place of the stored one of its name. What the configuration file defines, and what comes with the
     * program, is not changed so.
     * </pre>
     */
    public dev.matricula.v1.PutPolicyResponse putPolicy(dev.matricula.v1.PutPolicyRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getPutPolicyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Takes a stored policy out of force. Refused while a way in is bound to it, and, unless it is forced, with FAILED_PRECONDITION and the reason
     * POLICY_IN_USE while clients are guarded by it: they would be guarded by the policy of their way in from then on.
     * </pre>
     */
    public dev.matricula.v1.DeletePolicyResponse deletePolicy(dev.matricula.v1.DeletePolicyRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getDeletePolicyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Reads the configuration file again, as SIGHUP does: all of it takes effect, or nothing when there is a mistake in it.
     * </pre>
     */
    public dev.matricula.v1.ReloadConfigurationResponse reloadConfiguration(dev.matricula.v1.ReloadConfigurationRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getReloadConfigurationMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service PolicyService.
   * <pre>
   * For operators: read policies, try them, and let the configuration be read again.
   * </pre>
   */
  public static final class PolicyServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<PolicyServiceFutureStub> {
    private PolicyServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected PolicyServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new PolicyServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * The policies of a realm, the ready-made ones first.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.ListPoliciesResponse> listPolicies(
        dev.matricula.v1.ListPoliciesRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListPoliciesMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * One policy.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.GetPolicyResponse> getPolicy(
        dev.matricula.v1.GetPolicyRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetPolicyMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * What would be decided if somebody else registered this. Nothing is written, and no use of a token is taken.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.ExplainRegistrationResponse> explainRegistration(
        dev.matricula.v1.ExplainRegistrationRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getExplainRegistrationMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Runs a policy over stored clients as if each sent what is registered of it once more, and tells which of them it would refuse or change.
     * Each call does a slice of the work: go on with next_page_token until it is empty. Nothing is written.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.TestPolicyResponse> testPolicy(
        dev.matricula.v1.TestPolicyRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getTestPolicyMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Puts a policy in force, new or in the place of the stored one of its name. What the configuration file defines, and what comes with the
     * program, is not changed so.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.PutPolicyResponse> putPolicy(
        dev.matricula.v1.PutPolicyRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getPutPolicyMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Takes a stored policy out of force. Refused while a way in is bound to it, and, unless it is forced, with FAILED_PRECONDITION and the reason
     * POLICY_IN_USE while clients are guarded by it: they would be guarded by the policy of their way in from then on.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.DeletePolicyResponse> deletePolicy(
        dev.matricula.v1.DeletePolicyRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getDeletePolicyMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Reads the configuration file again, as SIGHUP does: all of it takes effect, or nothing when there is a mistake in it.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<dev.matricula.v1.ReloadConfigurationResponse> reloadConfiguration(
        dev.matricula.v1.ReloadConfigurationRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getReloadConfigurationMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_LIST_POLICIES = 0;
  private static final int METHODID_GET_POLICY = 1;
  private static final int METHODID_EXPLAIN_REGISTRATION = 2;
  private static final int METHODID_TEST_POLICY = 3;
  private static final int METHODID_PUT_POLICY = 4;
  private static final int METHODID_DELETE_POLICY = 5;
  private static final int METHODID_RELOAD_CONFIGURATION = 6;

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
        case METHODID_LIST_POLICIES:
          serviceImpl.listPolicies((dev.matricula.v1.ListPoliciesRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.ListPoliciesResponse>) responseObserver);
          break;
        case METHODID_GET_POLICY:
          serviceImpl.getPolicy((dev.matricula.v1.GetPolicyRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.GetPolicyResponse>) responseObserver);
          break;
        case METHODID_EXPLAIN_REGISTRATION:
          serviceImpl.explainRegistration((dev.matricula.v1.ExplainRegistrationRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.ExplainRegistrationResponse>) responseObserver);
          break;
        case METHODID_TEST_POLICY:
          serviceImpl.testPolicy((dev.matricula.v1.TestPolicyRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.TestPolicyResponse>) responseObserver);
          break;
        case METHODID_PUT_POLICY:
          serviceImpl.putPolicy((dev.matricula.v1.PutPolicyRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.PutPolicyResponse>) responseObserver);
          break;
        case METHODID_DELETE_POLICY:
          serviceImpl.deletePolicy((dev.matricula.v1.DeletePolicyRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.DeletePolicyResponse>) responseObserver);
          break;
        case METHODID_RELOAD_CONFIGURATION:
          serviceImpl.reloadConfiguration((dev.matricula.v1.ReloadConfigurationRequest) request,
              (io.grpc.stub.StreamObserver<dev.matricula.v1.ReloadConfigurationResponse>) responseObserver);
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
          getListPoliciesMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.ListPoliciesRequest,
              dev.matricula.v1.ListPoliciesResponse>(
                service, METHODID_LIST_POLICIES)))
        .addMethod(
          getGetPolicyMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.GetPolicyRequest,
              dev.matricula.v1.GetPolicyResponse>(
                service, METHODID_GET_POLICY)))
        .addMethod(
          getExplainRegistrationMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.ExplainRegistrationRequest,
              dev.matricula.v1.ExplainRegistrationResponse>(
                service, METHODID_EXPLAIN_REGISTRATION)))
        .addMethod(
          getTestPolicyMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.TestPolicyRequest,
              dev.matricula.v1.TestPolicyResponse>(
                service, METHODID_TEST_POLICY)))
        .addMethod(
          getPutPolicyMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.PutPolicyRequest,
              dev.matricula.v1.PutPolicyResponse>(
                service, METHODID_PUT_POLICY)))
        .addMethod(
          getDeletePolicyMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.DeletePolicyRequest,
              dev.matricula.v1.DeletePolicyResponse>(
                service, METHODID_DELETE_POLICY)))
        .addMethod(
          getReloadConfigurationMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              dev.matricula.v1.ReloadConfigurationRequest,
              dev.matricula.v1.ReloadConfigurationResponse>(
                service, METHODID_RELOAD_CONFIGURATION)))
        .build();
  }

  private static abstract class PolicyServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    PolicyServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return dev.matricula.v1.PolicyServiceProto.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("PolicyService");
    }
  }

  private static final class PolicyServiceFileDescriptorSupplier
      extends PolicyServiceBaseDescriptorSupplier {
    PolicyServiceFileDescriptorSupplier() {}
  }

  private static final class PolicyServiceMethodDescriptorSupplier
      extends PolicyServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    PolicyServiceMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (PolicyServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new PolicyServiceFileDescriptorSupplier())
              .addMethod(getListPoliciesMethod())
              .addMethod(getGetPolicyMethod())
              .addMethod(getExplainRegistrationMethod())
              .addMethod(getTestPolicyMethod())
              .addMethod(getPutPolicyMethod())
              .addMethod(getDeletePolicyMethod())
              .addMethod(getReloadConfigurationMethod())
              .build();
        }
      }
    }
    return result;
  }
}
