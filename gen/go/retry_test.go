package matricula_test

import (
	"context"
	"errors"
	"regexp"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"matricula.dev/go"
	matriculav1 "matricula.dev/go/matricula/v1"
)

var (
	uuid  = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	token = &matriculav1.CreateInitialAccessTokenRequest{}
	gone  = refusal(codes.PermissionDenied, "PERMISSION_DENIED")
	busy  = refusal(codes.Unavailable, "STORE_UNAVAILABLE")
)

func TestRetriesWithOneKey(t *testing.T) {
	t.Parallel()
	service := &fake{answers: []error{lost, busy, nil}}
	registration := matriculav1.NewRegistrationServiceClient(inProcess(t, service, matricula.Config{}))
	request := &matriculav1.RegisterClientRequest{}
	answer, err := registration.RegisterClient(t.Context(), request)
	if err != nil || answer.GetClient().GetClientId() != "c1" {
		t.Fatal(answer, err)
	}
	if service.calls != 3 || !uuid.MatchString(service.keys[0]) || service.keys[1] != service.keys[0] || service.keys[2] != service.keys[0] {
		t.Errorf("keys %q", service.keys)
	}
	if request.GetIdempotencyKey() != "" {
		t.Error("the caller's message was changed")
	}
	for range 2 {
		if _, err := registration.UpdateClient(t.Context(), &matriculav1.UpdateClientRequest{}); err != nil {
			t.Fatal(err)
		}
	}
	if keys := service.keys[3:]; !uuid.MatchString(keys[0]) || !uuid.MatchString(keys[1]) || keys[0] == keys[1] || keys[0] == service.keys[0] {
		t.Errorf("keys %q", service.keys)
	}
}

func TestKeepsTheCallersKey(t *testing.T) {
	t.Parallel()
	service := &fake{answers: []error{lost, nil}}
	registration := matriculav1.NewRegistrationServiceClient(inProcess(t, service, matricula.Config{}))
	if _, err := registration.RegisterClient(t.Context(), &matriculav1.RegisterClientRequest{IdempotencyKey: "mine"}); err != nil {
		t.Fatal(err)
	}
	if len(service.keys) != 2 || service.keys[0] != "mine" || service.keys[1] != "mine" {
		t.Errorf("keys %q", service.keys)
	}
}

func TestHowOften(t *testing.T) {
	t.Parallel()
	read := func(ctx context.Context, registration matriculav1.RegistrationServiceClient, _ matriculav1.InitialAccessTokenServiceClient) error {
		_, err := registration.ReadClient(ctx, &matriculav1.ReadClientRequest{})
		return err
	}
	for name, test := range map[string]struct {
		answer error
		call   func(context.Context, matriculav1.RegistrationServiceClient, matriculav1.InitialAccessTokenServiceClient) error
		calls  int
	}{
		"unavailable":                    {lost, read, 4},
		"another code":                   {refusal(codes.ResourceExhausted, "OVERLOADED", retryInfo(time.Millisecond)), read, 1},
		"a wait longer than the timeout": {refusal(codes.Unavailable, "STORE_UNAVAILABLE", retryInfo(time.Hour)), read, 1},
		"a change without a key": {lost, func(ctx context.Context, _ matriculav1.RegistrationServiceClient, tokens matriculav1.InitialAccessTokenServiceClient) error {
			_, err := tokens.CreateInitialAccessToken(ctx, token)
			return err
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := &fake{answers: []error{test.answer}}
			conn := inProcess(t, service, matricula.Config{})
			err := test.call(t.Context(), matriculav1.NewRegistrationServiceClient(conn), matriculav1.NewInitialAccessTokenServiceClient(conn))
			if status.Code(err) != status.Code(test.answer) || service.calls != test.calls {
				t.Errorf("%d calls, %v", service.calls, err)
			}
		})
	}
}

func TestWaitsAsLongAsTheServiceSays(t *testing.T) {
	t.Parallel()
	service := &fake{answers: []error{refusal(codes.Unavailable, "STORE_UNAVAILABLE", retryInfo(400*time.Millisecond)), nil}}
	registration := matriculav1.NewRegistrationServiceClient(inProcess(t, service, matricula.Config{}))
	began := time.Now()
	if _, err := registration.ReadClient(t.Context(), &matriculav1.ReadClientRequest{}); err != nil || time.Since(began) < 400*time.Millisecond {
		t.Errorf("%v after %v", err, time.Since(began))
	}
}

func TestDeletion(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answers []error
		code    codes.Code
	}{
		"done by the attempt whose answer was lost": {[]error{lost, gone}, codes.OK},
		"done, as an operator is told":              {[]error{lost, busy, refusal(codes.NotFound, "NOT_FOUND")}, codes.OK},
		"done, as the client itself is told":        {[]error{lost, refusal(codes.Unauthenticated, "INVALID_TOKEN")}, codes.OK},
		"refused at once":                           {[]error{gone}, codes.PermissionDenied},
		"refused after the service was busy":        {[]error{busy, gone}, codes.PermissionDenied},
		"refused for another reason":                {[]error{lost, refusal(codes.Aborted, "VERSION_CONFLICT")}, codes.Aborted},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			registration := matriculav1.NewRegistrationServiceClient(inProcess(t, &fake{answers: test.answers}, matricula.Config{}))
			if _, err := registration.DeleteClient(t.Context(), &matriculav1.DeleteClientRequest{}); status.Code(err) != test.code {
				t.Error(err)
			}
		})
	}
}

func TestOnlyADeletionMayFindNothing(t *testing.T) {
	t.Parallel()
	registration := matriculav1.NewRegistrationServiceClient(inProcess(t, &fake{answers: []error{lost, gone}}, matricula.Config{}))
	if _, err := registration.ReadClient(t.Context(), &matriculav1.ReadClientRequest{}); status.Code(err) != codes.PermissionDenied {
		t.Error(err)
	}
}

func TestDeadline(t *testing.T) {
	t.Parallel()
	service := &fake{hold: make(chan struct{})}
	registration := matriculav1.NewRegistrationServiceClient(inProcess(t, service, matricula.Config{Timeout: 50 * time.Millisecond}))
	_, err := registration.ReadClient(t.Context(), &matriculav1.ReadClientRequest{})
	if !errors.Is(err, context.DeadlineExceeded) || status.Code(err) != codes.DeadlineExceeded {
		t.Error(err)
	}
	// The context's own deadline goes before the connection's.
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	began := time.Now()
	if _, err := registration.ReadClient(ctx, &matriculav1.ReadClientRequest{}); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) < 150*time.Millisecond {
		t.Errorf("%v after %v", err, time.Since(began))
	}
}

func TestCancelEndsTheWait(t *testing.T) {
	t.Parallel()
	service := &fake{answers: []error{refusal(codes.Unavailable, "STORE_UNAVAILABLE", retryInfo(5*time.Second))}, began: make(chan struct{}, 1)}
	registration := matriculav1.NewRegistrationServiceClient(inProcess(t, service, matricula.Config{}))
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-service.began
		time.Sleep(50 * time.Millisecond)
		cancel()
	}()
	began := time.Now()
	if _, err := registration.ReadClient(ctx, &matriculav1.ReadClientRequest{}); !errors.Is(err, context.Canceled) || time.Since(began) > 3*time.Second {
		t.Errorf("%v after %v", err, time.Since(began))
	}
}
