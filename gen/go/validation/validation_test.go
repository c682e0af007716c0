package validation_test

import (
	"errors"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"matricula.dev/go"
	matriculav1 "matricula.dev/go/matricula/v1"
	"matricula.dev/go/validation"
)

func TestCheck(t *testing.T) {
	long := strings.Repeat("x", 3000)
	many := make([]string, 101)
	for i := range many {
		many[i] = "https://client.example/cb"
	}
	for name, test := range map[string]struct {
		metadata   *matriculav1.ClientMetadata
		code       string
		violations []string
	}{
		"lawful":             {&matriculav1.ClientMetadata{ClientName: new("Orders")}, "", nil},
		"a long text":        {&matriculav1.ClientMetadata{SoftwareId: &long}, "invalid_client_metadata", []string{"software_id length"}},
		"many entries":       {&matriculav1.ClientMetadata{RedirectUris: many}, "invalid_redirect_uri", []string{"redirect_uris items"}},
		"an empty entry":     {&matriculav1.ClientMetadata{Contacts: []string{"a@b.example", ""}}, "invalid_client_metadata", []string{"contacts[1] empty"}},
		"a long translation": {&matriculav1.ClientMetadata{ClientNameLocalized: map[string]string{"fr": long}}, "invalid_client_metadata", []string{"client_name#fr length"}},
		"several": {
			&matriculav1.ClientMetadata{ClientName: &long, RedirectUris: []string{long}}, "invalid_redirect_uri",
			[]string{"redirect_uris[0] length", "client_name length"},
		},
		"a long URI": {&matriculav1.ClientMetadata{SectorIdentifierUri: &long}, "invalid_client_metadata", []string{"sector_identifier_uri length"}},
	} {
		for _, message := range []proto.Message{test.metadata, &matriculav1.RegisterClientRequest{Metadata: test.metadata}} {
			err := validation.Check(message)
			var refused *matricula.RegistrationError
			if test.code == "" {
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
				continue
			}
			if !errors.As(err, &refused) || refused.OAuthError != test.code || refused.Reason != strings.ToUpper(test.code) {
				t.Fatalf("%s: %v", name, err)
			}
			got := map[string]bool{}
			for _, violation := range refused.Violations {
				got[violation.GetField()+" "+violation.GetRule()] = violation.GetClause() != "" && violation.GetDescription() != ""
			}
			for _, want := range test.violations {
				if !got[want] {
					t.Errorf("%s: %v", name, refused.Violations)
				}
			}
			if len(got) != len(test.violations) {
				t.Errorf("%s: %v", name, refused.Violations)
			}
		}
	}
}

func TestCheckOfTheRest(t *testing.T) {
	err := validation.Check(&matriculav1.ReadClientRequest{Realm: strings.Repeat("x", 65)})
	var failure *matricula.ServiceError
	if !errors.As(err, &failure) || failure.Code != codes.InvalidArgument || failure.Reason != "INVALID_REQUEST" {
		t.Errorf("%+v", err)
	}
}

func TestInterceptor(t *testing.T) {
	// Nobody listens there: what is refused is refused before.
	client, err := matricula.Dial(matricula.Config{URL: "https://localhost:1", DialOptions: []grpc.DialOption{grpc.WithUnaryInterceptor(validation.Interceptor())}})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	metadata := &matriculav1.ClientMetadata{SoftwareId: new(strings.Repeat("x", 3000))}
	_, err = client.Registration().RegisterClient(t.Context(), &matriculav1.RegisterClientRequest{Metadata: metadata})
	var refused *matricula.RegistrationError
	if !errors.As(err, &refused) || len(refused.Violations) != 1 {
		t.Errorf("%v", err)
	}
	metadata.SoftwareId = nil
	if _, err := client.Registration().RegisterClient(t.Context(), &matriculav1.RegisterClientRequest{Metadata: metadata}); status.Code(err) != codes.Unavailable {
		t.Errorf("%v", err)
	}
}
