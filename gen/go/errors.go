package matricula

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	matriculav1 "matricula.dev/go/matricula/v1"
)

// errorDomain is the domain of every ErrorInfo that the service sends.
const errorDomain = "matricula"

// ServiceError is what every failed call returns, to be had by [errors.As]. [status.Code] and errors.Is with
// [context.DeadlineExceeded] or [context.Canceled] work on it as well.
type ServiceError struct {
	// Code is the gRPC status code. It is Unavailable also when no answer came: the call may or may not have been carried out.
	Code codes.Code
	// Message is a sentence for people. It holds no secret.
	Message string
	// Reason is the service's reason, such as "VERSION_CONFLICT": a name of [matriculav1.ErrorReason] without its prefix. It is empty
	// when the service did not say. A newer service may know more of them.
	Reason string
	// RetryAfter is how long to wait before another try may succeed, 0 when the service did not say.
	RetryAfter time.Duration

	cause  error
	status *status.Status
}

// Error tells the code, the reason and the message.
func (e *ServiceError) Error() string {
	text := e.Code.String()
	if e.Reason != "" {
		text += " (" + e.Reason + ")"
	}
	return "matricula: " + text + ": " + e.Message
}

// Unwrap returns the error as grpc-go gave it.
func (e *ServiceError) Unwrap() error { return e.cause }

// GRPCStatus returns the status with all its details, those included that this package does not know.
func (e *ServiceError) GRPCStatus() *status.Status { return e.status }

// Is lets a caller ask for a deadline in the way that Go code does.
func (e *ServiceError) Is(target error) bool {
	return target == context.DeadlineExceeded && e.Code == codes.DeadlineExceeded || target == context.Canceled && e.Code == codes.Canceled
}

// RegistrationError is a registration or an update that was refused, with all broken rules at once.
type RegistrationError struct {
	// ServiceError is the same failure as every call has it.
	*ServiceError
	// OAuthError is the error code of RFC 7591 section 3.2.2, such as "invalid_redirect_uri".
	OAuthError string
	// Violations name each broken rule: the field, the rule's id, the clause that demands it, and a sentence to act on.
	Violations []*matriculav1.Violation
}

// Error tells the code of RFC 7591 and each violation's sentence.
func (e *RegistrationError) Error() string {
	sentences := make([]string, len(e.Violations))
	for i, violation := range e.Violations {
		sentences[i] = violation.GetDescription()
	}
	return "matricula: " + e.OAuthError + ": " + strings.Join(sentences, "; ")
}

// Unwrap returns the [ServiceError].
func (e *RegistrationError) Unwrap() error { return e.ServiceError }

// FromError unpacks an error of grpc-go into a [*ServiceError] or a [*RegistrationError]. Calls by [Client] return such errors already. It
// leaves nil, [io.EOF] and what is unpacked already as they are.
func FromError(err error) error {
	var already *ServiceError
	if err == nil || err == io.EOF || errors.As(err, &already) {
		return err
	}
	service, registration := unpack(err)
	if registration != nil {
		return registration
	}
	return service
}

func unpack(err error) (*ServiceError, *RegistrationError) {
	answer := status.Convert(err)
	service := &ServiceError{Code: answer.Code(), Message: answer.Message(), cause: err, status: answer}
	var registration *RegistrationError
	for _, detail := range answer.Details() {
		switch detail := detail.(type) {
		case *matriculav1.RegistrationError:
			registration = &RegistrationError{ServiceError: service, OAuthError: detail.GetError(), Violations: detail.GetViolations()}
		case *errdetails.ErrorInfo:
			if detail.GetDomain() == errorDomain {
				service.Reason = detail.GetReason()
			}
		case *errdetails.RetryInfo:
			service.RetryAfter = detail.GetRetryDelay().AsDuration()
		}
	}
	return service, registration
}
