// Package validation checks requests before they are sent, against the lengths and counts that their schema declares (buf.validate). It
// is apart from package matricula because it brings an expression language along.
//
// What depends on several fields, on the syntax of a value or on the service's policy, only the service can say.
package validation

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"buf.build/go/protovalidate"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/reflect/protoreflect"
	"matricula.dev/go"
	matriculav1 "matricula.dev/go/matricula/v1"
)

// Check returns nil, or what the service would answer to the message: a [matricula.RegistrationError] when rules of the client metadata
// are broken, else a [matricula.ServiceError].
func Check(message proto.Message) error { return matricula.FromError(check(message)) }

// Interceptor refuses requests that [Check] refuses, without a call. It is for [matricula.Config].DialOptions.
func Interceptor() grpc.UnaryClientInterceptor {
	return func(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
		if message, ok := req.(proto.Message); ok {
			if err := check(message); err != nil {
				return err
			}
		}
		return invoke(ctx, method, req, reply, cc, opts...)
	}
}

func check(message proto.Message) error {
	err := protovalidate.Validate(message)
	if err == nil {
		return nil
	}
	var broken *protovalidate.ValidationError
	if !errors.As(err, &broken) {
		return status.Error(codes.Internal, err.Error())
	}
	refusal := &matriculav1.RegistrationError{}
	var sentences []string
	for _, violation := range broken.Violations {
		field, rules := metadataField(message.ProtoReflect().Descriptor(), violation.Proto.GetField().GetElements())
		if rules == nil {
			sentences = append(sentences, violation.String())
			continue
		}
		if !rules.GetOffered() {
			// An unknown member to the service, which ignores it.
			continue
		}
		if code := rules.GetError(); refusal.Error == "" || code == "invalid_redirect_uri" {
			// As the service does: an invalid redirect URI is named before all else.
			refusal.Error = code
		}
		if refusal.Error == "" {
			refusal.Error = "invalid_client_metadata"
		}
		description := field + " " + violation.Proto.GetMessage()
		sentences = append(sentences, description)
		refusal.Violations = append(refusal.Violations, &matriculav1.Violation{
			Field: field, Rule: ruleOf(violation.Proto.GetRuleId()), Clause: rules.GetClause(), Description: description,
		})
	}
	if len(sentences) == 0 {
		return nil
	}
	reason := "INVALID_REQUEST"
	var details []protoadapt.MessageV1
	if len(refusal.Violations) > 0 {
		reason = strings.ToUpper(refusal.Error)
		details = append(details, refusal)
	}
	details = append(details, &errdetails.ErrorInfo{Reason: reason, Domain: "matricula"})
	answer, err := status.New(codes.InvalidArgument, strings.Join(sentences, "; ")).WithDetails(details...)
	if err != nil {
		return err
	}
	return answer.Err()
}

// metadataField returns a field of the client metadata by the name that the service gives it, and its row in the field table; nil for a
// field of anything else.
func metadataField(message protoreflect.MessageDescriptor, path []*validate.FieldPathElement) (string, *matriculav1.FieldRules) {
	for message.FullName() != "matricula.v1.ClientMetadata" {
		if len(path) == 0 {
			return "", nil
		}
		field := message.Fields().ByName(protoreflect.Name(path[0].GetFieldName()))
		if field == nil || field.Message() == nil {
			return "", nil
		}
		message, path = field.Message(), path[1:]
	}
	if len(path) == 0 {
		return "", nil
	}
	name := path[0].GetFieldName()
	field := message.Fields().ByName(protoreflect.Name(name))
	if field == nil {
		return "", nil
	}
	rules, _ := proto.GetExtension(field.Options(), matriculav1.E_Field).(*matriculav1.FieldRules)
	if base := message.Fields().ByName(protoreflect.Name(rules.GetLocalizes())); base != nil {
		name = string(base.Name())
		// Code and clause are those of the field whose translations these are.
		rules, _ = proto.GetExtension(base.Options(), matriculav1.E_Field).(*matriculav1.FieldRules)
	}
	switch subscript := path[0].GetSubscript().(type) {
	case *validate.FieldPathElement_Index:
		name = fmt.Sprintf("%s[%d]", name, subscript.Index)
	case *validate.FieldPathElement_StringKey:
		name += "#" + subscript.StringKey
	}
	return name, rules
}

// ruleOf returns the service's id of a rule, and protovalidate's for rules that are newer than this function.
func ruleOf(id string) string {
	switch id {
	case "string.max_len":
		return "length"
	case "repeated.max_items", "map.max_pairs":
		return "items"
	case "string.min_len":
		return "empty"
	}
	return id
}
