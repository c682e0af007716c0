package matricula_test

import (
	"crypto/tls"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/grpc/codes"
	health "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"matricula.dev/go"
	matriculav1 "matricula.dev/go/matricula/v1"
	"matricula.dev/go/matricula/v1/matriculav1connect"
)

func dial(t *testing.T, config matricula.Config) *matricula.Client {
	t.Helper()
	client, err := matricula.Dial(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

func read(t *testing.T, client *matricula.Client) {
	t.Helper()
	if _, err := client.Registration().ReadClient(t.Context(), &matriculav1.ReadClientRequest{}); err != nil {
		t.Fatal(err)
	}
}

func TestReload(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	service := &fake{}
	config := ca.overTLS(service)
	var told []error
	config.OnReloadError = func(err error) { told = append(told, err) }
	client := dial(t, config)
	read(t, client)

	_, writeKey := ca.issue("orders", "renewed")
	read(t, client)
	if len(told) != 1 {
		t.Errorf("told of %v", told)
	}
	writeKey()
	read(t, client)

	// A file that is away for a moment.
	if err := os.Rename(config.CAFile, config.CAFile+".old"); err != nil {
		t.Fatal(err)
	}
	read(t, client)
	if err := os.Rename(config.CAFile+".old", config.CAFile); err != nil {
		t.Fatal(err)
	}

	// The same files with other contents.
	certFile, writeOther := ca.issue("other", "rewritten")
	for from, to := range map[string]string{certFile: config.CertFile, writeOther(): config.KeyFile} {
		text, err := os.ReadFile(from)
		if err == nil {
			err = os.WriteFile(to, text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	read(t, client)
	if want := []string{"orders", "orders", "renewed", "renewed", "rewritten"}; !slices.Equal(service.names, want) {
		t.Errorf("called as %q instead of %q", service.names, want)
	}
	if len(told) != 2 || !errors.Is(told[1], os.ErrNotExist) {
		t.Errorf("told of %v", told)
	}
}

func TestCallsUnderWayFinish(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	service := &fake{began: make(chan struct{}, 1), hold: make(chan struct{})}
	client := dial(t, ca.overTLS(service))
	done := make(chan error)
	go func() {
		_, err := client.Registration().RegisterClient(t.Context(), &matriculav1.RegisterClientRequest{})
		done <- err
	}()
	<-service.began
	stream, err := health.NewHealthClient(client).Watch(t.Context(), &health.HealthCheckRequest{})
	if err != nil {
		t.Fatal(err)
	}
	_, writeKey := ca.issue("orders", "renewed")
	writeKey()
	// This call makes the new connection while the other two are on the one before.
	if _, err := health.NewHealthClient(client).Check(t.Context(), &health.HealthCheckRequest{}); err != nil {
		t.Fatal(err)
	}
	close(service.hold)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if answer, err := stream.Recv(); err != nil || answer.GetStatus() != health.HealthCheckResponse_SERVING {
		t.Error(answer, err)
	}
	if service.calls != 1 {
		t.Errorf("%d calls", service.calls)
	}
	client.Close()
	_, err = stream.Recv()
	var failure *matricula.ServiceError
	if !errors.As(err, &failure) || failure.Code != codes.Canceled {
		t.Errorf("the stream ended by %T: %v", err, err)
	}
	_, err = client.Registration().ReadClient(t.Context(), &matriculav1.ReadClientRequest{})
	if status.Code(err) != codes.Canceled {
		t.Errorf("after Close: %v", err)
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	service := &fake{}
	config := newAuthority(t).overTLS(service)
	config.Token = "connection"
	registration := dial(t, config).Registration()
	own := metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer context")
	_, first := registration.ReadClient(t.Context(), &matriculav1.ReadClientRequest{})
	_, second := registration.ReadClient(t.Context(), &matriculav1.ReadClientRequest{}, matricula.WithToken("call"))
	_, third := registration.ReadClient(own, &matriculav1.ReadClientRequest{})
	if err := errors.Join(first, second, third); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"Bearer connection", "Bearer call", "Bearer context"} {
		if got := service.tokens[i]; len(got) != 1 || got[0] != want {
			t.Errorf("%q instead of %q", got, want)
		}
	}
}

func TestNoTokenInTheClear(t *testing.T) {
	t.Parallel()
	service := &fake{}
	registration := matriculav1.NewRegistrationServiceClient(inProcess(t, service, matricula.Config{Token: "secret"}))
	_, err := registration.ReadClient(t.Context(), &matriculav1.ReadClientRequest{})
	if status.Code(err) != codes.Unauthenticated || service.calls != 0 || strings.Contains(err.Error(), "secret") {
		t.Errorf("%d calls, %v", service.calls, err)
	}
}

func TestNobodyThere(t *testing.T) {
	t.Parallel()
	client := dial(t, matricula.Config{URL: "https://localhost:1"})
	began := time.Now()
	// Nothing was sent, so even this may be tried again.
	_, err := client.InitialAccessTokens().CreateInitialAccessToken(t.Context(), token)
	if status.Code(err) != codes.Unavailable || time.Since(began) < 300*time.Millisecond {
		t.Errorf("%v after %v", err, time.Since(began))
	}
}

func TestDialRefuses(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	certFile, _ := ca.issue("orders", "orders")
	caFile := filepath.Join(ca.folder, "ca.pem")
	for name, config := range map[string]matricula.Config{
		"plain text":       {URL: "http://localhost"},
		"no host":          {URL: "https://"},
		"a path":           {URL: "https://localhost/register"},
		"a password":       {URL: "https://user:secret@localhost"},
		"no key":           {URL: "https://localhost", CertFile: certFile},
		"no such file":     {URL: "https://localhost", CAFile: caFile + "x"},
		"not an authority": {URL: "https://localhost", CAFile: os.DevNull},
		"not a key":        {URL: "https://localhost", CertFile: certFile, KeyFile: caFile},
	} {
		if _, err := matricula.Dial(config); err == nil || !strings.HasPrefix(err.Error(), "matricula: ") || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTLSConfigForOthers(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	config := ca.overTLS(&fake{})
	shared, err := config.TLSConfig()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"orders", "renewed"} {
		certificate, err := shared.GetClientCertificate(&tls.CertificateRequestInfo{})
		if err != nil || certificate.Leaf.Subject.CommonName != want {
			t.Fatalf("%v, %v", certificate, err)
		}
		_, writeKey := ca.issue("orders", "renewed")
		writeKey()
	}
	// connect-go speaks gRPC to any gRPC server.
	transport := &http.Transport{TLSClientConfig: shared, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	registration := matriculav1connect.NewRegistrationServiceClient(&http.Client{Transport: transport}, config.URL, connect.WithGRPC())
	answer, err := registration.RegisterClient(t.Context(), connect.NewRequest(&matriculav1.RegisterClientRequest{}))
	if err != nil || answer.Msg.GetClient().GetClientId() != "c1" {
		t.Error(answer, err)
	}
}
