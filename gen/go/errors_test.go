package matricula_test

import (
	"errors"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"matricula.dev/go"
	matriculav1 "matricula.dev/go/matricula/v1"
)

func TestRegistrationError(t *testing.T) {
	t.Parallel()
	service := &fake{answers: []error{refusal(codes.InvalidArgument, "INVALID_REDIRECT_URI", &matriculav1.RegistrationError{
		Error: "invalid_redirect_uri",
		Violations: []*matriculav1.Violation{
			{Field: "redirect_uris[0]", Rule: "uri.fragment", Clause: "RFC 6749 section 3.1.2", Description: "redirect_uris[0]: has a fragment"},
			{Field: "scope", Rule: "scope.syntax", Clause: "RFC 6749 section 3.3", Description: "scope must be tokens"},
		},
	})}}
	registration := matriculav1.NewRegistrationServiceClient(inProcess(t, service, matricula.Config{}))
	_, err := registration.RegisterClient(t.Context(), &matriculav1.RegisterClientRequest{})

	var refused *matricula.RegistrationError
	if !errors.As(err, &refused) {
		t.Fatalf("%T: %v", err, err)
	}
	if refused.OAuthError != "invalid_redirect_uri" || len(refused.Violations) != 2 || refused.Violations[1].GetRule() != "scope.syntax" {
		t.Errorf("%+v", refused)
	}
	if want := "matricula: invalid_redirect_uri: redirect_uris[0]: has a fragment; scope must be tokens"; err.Error() != want {
		t.Errorf("%q", err)
	}
	var failure *matricula.ServiceError
	if !errors.As(err, &failure) || failure.Reason != "INVALID_REDIRECT_URI" || failure.Code != codes.InvalidArgument || status.Code(err) != codes.InvalidArgument {
		t.Errorf("%+v", failure)
	}
}

func TestServiceError(t *testing.T) {
	t.Parallel()
	service := &fake{answers: []error{refusal(codes.ResourceExhausted, "RATE_LIMITED", retryInfo(3*time.Second))}}
	registration := matriculav1.NewRegistrationServiceClient(inProcess(t, service, matricula.Config{}))
	_, err := registration.ReadClient(t.Context(), &matriculav1.ReadClientRequest{})

	var failure *matricula.ServiceError
	if !errors.As(err, &failure) || failure.Reason != "RATE_LIMITED" || failure.RetryAfter != 3*time.Second || len(failure.GRPCStatus().Details()) != 2 {
		t.Fatalf("%+v", err)
	}
	if want := "matricula: ResourceExhausted (RATE_LIMITED): refused"; err.Error() != want {
		t.Errorf("%q", err)
	}
	var refused *matricula.RegistrationError
	if errors.As(err, &refused) {
		t.Error("not every refusal is a registration error")
	}
}
