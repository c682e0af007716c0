package matricula

import (
	"context"
	"crypto/rand"
	"fmt"
	mathrand "math/rand/v2"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	matriculav1 "matricula.dev/go/matricula/v1"
)

// DefaultTimeout is the deadline of a call with all its attempts, when neither the context nor [Config] says otherwise.
const DefaultTimeout = 10 * time.Second

const (
	maxAttempts = 4
	firstDelay  = 100 * time.Millisecond
	maxDelay    = 2 * time.Second
)

// UnaryInterceptor does what [Client] does around each call, for a *grpc.ClientConn of your own. Only Timeout and Token of the
// configuration matter. As grpc-go calls it inside one connection, it is to be the first of a chain.
func UnaryInterceptor(config Config) grpc.UnaryClientInterceptor {
	timeout := config.Timeout
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	return func(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
		if _, has := ctx.Deadline(); !has && timeout > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, timeout)
			defer cancel()
		}
		access := accessOf(method)
		if access.GetIdempotent() {
			req = withIdempotencyKey(req)
		}
		var reached peer.Peer
		opts = append(withToken(ctx, config.Token, opts), grpc.Peer(&reached))

		isLost := false
		for attempt := 1; ; attempt++ {
			reached = peer.Peer{}
			err := invoke(ctx, method, req, reply, cc, opts...)
			if err == nil {
				return nil
			}
			failure, _ := unpack(err)
			if isLost && isGone(method, failure) {
				proto.Reset(reply.(proto.Message))
				return nil
			}
			// Where no connection came about there is no peer: nothing was sent, and any call may be repeated.
			isSent := reached.Addr != nil
			if failure.Code != codes.Unavailable || attempt == maxAttempts || isSent && !mayRepeat(method, access) {
				return FromError(err)
			}
			// An answer with a reason is the service's own: it did not carry the call out.
			isLost = isLost || isSent && failure.Reason == ""
			delay := max(pause(attempt), failure.RetryAfter)
			if deadline, has := ctx.Deadline(); has && time.Until(deadline) <= delay {
				// Waiting for nothing would only hide what happened.
				return FromError(err)
			}
			timer := time.NewTimer(delay)
			select {
			case <-timer.C:
			case <-ctx.Done():
				timer.Stop()
				return FromError(status.FromContextError(ctx.Err()).Err())
			}
		}
	}
}

// accessOf finds how the method is treated, as the service does: by the option in its descriptor. It is nil for methods of others.
func accessOf(method string) *matriculav1.MethodAccess {
	name := protoreflect.FullName(strings.ReplaceAll(strings.TrimPrefix(method, "/"), "/", "."))
	found, err := protoregistry.GlobalFiles.FindDescriptorByName(name)
	if err != nil || !proto.HasExtension(found.Options(), matriculav1.E_Access) {
		return nil
	}
	return proto.GetExtension(found.Options(), matriculav1.E_Access).(*matriculav1.MethodAccess)
}

// mayRepeat: a read, a change that takes an idempotency key, or a deletion. Any other change would be made twice when only its answer was
// lost.
func mayRepeat(method string, access *matriculav1.MethodAccess) bool {
	return access != nil && (!access.GetAudited() || access.GetIdempotent() || isDeletion(method))
}

func isDeletion(method string) bool {
	return method == matriculav1.RegistrationService_DeleteClient_FullMethodName
}

// isGone knows the answers to a deletion that an earlier attempt has carried out: to an operator, to the owner's certificate, to the
// client's own token.
func isGone(method string, failure *ServiceError) bool {
	return isDeletion(method) && (failure.Reason == "NOT_FOUND" || failure.Reason == "PERMISSION_DENIED" || failure.Reason == "INVALID_TOKEN")
}

// pause is between half and the whole of a delay that doubles: clients that lost one server together do not come back together.
func pause(attempt int) time.Duration {
	delay := min(maxDelay, firstDelay<<(attempt-1))
	return delay/2 + mathrand.N(delay/2)
}

// withIdempotencyKey sets one key for all attempts, in a copy: the caller's message may be used for another call.
func withIdempotencyKey(req any) any {
	message := req.(proto.Message)
	field := message.ProtoReflect().Descriptor().Fields().ByName("idempotency_key")
	if field == nil || message.ProtoReflect().Has(field) {
		return req
	}
	message = proto.Clone(message)
	message.ProtoReflect().Set(field, protoreflect.ValueOfString(newUUID()))
	return message
}

// newUUID returns a random UUID (RFC 9562 section 5.4).
func newUUID() string {
	var id [16]byte
	rand.Read(id[:]) // Never fails.
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}

// WithToken is the option of a call with a token of its own, an initial access token or a client's registration access token. It takes the
// place of the connection's token.
func WithToken(token string) grpc.CallOption { return grpc.PerRPCCredentials(bearer(token)) }

// withToken returns a copy of the options, with the connection's token unless the call has one.
func withToken(ctx context.Context, token string, opts []grpc.CallOption) []grpc.CallOption {
	opts = append([]grpc.CallOption(nil), opts...)
	sent, _ := metadata.FromOutgoingContext(ctx)
	if token == "" || len(sent.Get("authorization")) > 0 {
		return opts
	}
	for _, opt := range opts {
		if _, has := opt.(grpc.PerRPCCredsCallOption); has {
			return opts
		}
	}
	return append(opts, WithToken(token))
}

type bearer string

func (token bearer) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer " + string(token)}, nil
}

// RequireTransportSecurity keeps grpc-go from sending a token in the clear.
func (bearer) RequireTransportSecurity() bool { return true }
