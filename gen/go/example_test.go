package matricula_test

import (
	"context"
	"errors"
	"log"
	"net/http"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/grpc"
	health "google.golang.org/grpc/health/grpc_health_v1"
	"matricula.dev/go"
	matriculav1 "matricula.dev/go/matricula/v1"
	"matricula.dev/go/matricula/v1/matriculav1connect"
	"matricula.dev/go/validation"
)

// A service registers itself: its certificate says who it is, and is what the client will authenticate with. No secret anywhere.
func Example() {
	ctx := context.Background()
	client, err := matricula.Dial(matricula.Config{
		URL:      "https://localhost:8443",
		CAFile:   "pki/ca.pem",
		CertFile: "pki/orders.pem",
		KeyFile:  "pki/orders.key",
	})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	answer, err := client.Registration().RegisterClient(ctx, &matriculav1.RegisterClientRequest{
		Metadata: &matriculav1.ClientMetadata{
			ClientName:              new("Orders"),
			GrantTypes:              []string{"client_credentials"},
			TokenEndpointAuthMethod: new("tls_client_auth"),
			TlsClientAuthSanUri:     new("spiffe://example.test/orders"),
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("registered as %s", answer.GetClient().GetClientId())
}

// Without a certificate, and as the client itself, by token.
func ExampleWithToken() {
	ctx := context.Background()
	url, caFile, initialAccessToken := "https://localhost:8443", "pki/ca.pem", "from the operator"

	// Without a certificate: an initial access token, for the one call that needs it.
	anybody, err := matricula.Dial(matricula.Config{URL: url, CAFile: caFile})
	if err != nil {
		log.Fatal(err)
	}
	defer anybody.Close()
	registered, err := anybody.Registration().RegisterClient(ctx, &matriculav1.RegisterClientRequest{
		Metadata: &matriculav1.ClientMetadata{RedirectUris: []string{"https://client.example/callback"}},
	}, matricula.WithToken(initialAccessToken))
	if err != nil {
		log.Fatal(err)
	}

	// As the client itself: its registration access token for all calls, each of which ends within a second.
	own, err := matricula.Dial(matricula.Config{
		URL: url, CAFile: caFile, Token: registered.GetCredentials().GetRegistrationAccessToken(), Timeout: time.Second,
	})
	if err != nil {
		log.Fatal(err)
	}
	defer own.Close()
	update := &matriculav1.UpdateClientRequest{
		ClientId: registered.GetClient().GetClientId(),
		Metadata: registered.GetClient().GetMetadata(),
		// Only this version is replaced.
		Etag: registered.GetClient().GetEtag(),
	}
	_, err = own.Registration().UpdateClient(ctx, update)
	var failure *matricula.ServiceError
	if errors.As(err, &failure) && failure.Reason == "VERSION_CONFLICT" {
		log.Print("somebody else wrote first: read again")
	}
}

// All broken rules at once, and every other failure.
func ExampleRegistrationError() {
	ctx := context.Background()
	client, err := matricula.Dial(matricula.Config{URL: "https://localhost:8443"})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	_, err = client.Registration().RegisterClient(ctx, &matriculav1.RegisterClientRequest{
		Metadata: &matriculav1.ClientMetadata{RedirectUris: []string{"https://client.example/cb#fragment"}},
	})
	var refused *matricula.RegistrationError
	var failure *matricula.ServiceError
	switch {
	case errors.As(err, &refused):
		// refused.OAuthError is the code of RFC 7591, here "invalid_redirect_uri".
		for _, v := range refused.Violations {
			log.Println(v.GetField(), v.GetRule(), v.GetClause(), v.GetDescription())
		}
	case errors.Is(err, context.DeadlineExceeded):
		log.Print("too late; with an idempotency key of your own the same call may be made again")
	case errors.As(err, &failure):
		// failure.Reason is the service's own word, such as "RATE_LIMITED".
		log.Println(failure.Code, failure.Reason, failure.Message, failure.RetryAfter)
	}
}

// A deadline of the call's own goes before the connection's.
func ExampleClient_Directory() {
	client, err := matricula.Dial(matricula.Config{URL: "https://localhost:8443"})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	request := &matriculav1.ListClientsRequest{PageSize: 100}
	for {
		page, err := client.Directory().ListClients(ctx, request)
		if err != nil {
			log.Fatal(err)
		}
		for _, each := range page.GetClients() {
			log.Println(each.GetClientId(), each.GetMetadata().GetClientName())
		}
		if request.PageToken = page.GetNextPageToken(); request.PageToken == "" {
			break
		}
	}
}

// Any other generated service, over the same connection and with the same errors.
func ExampleClient() {
	client, err := matricula.Dial(matricula.Config{URL: "https://localhost:8443"})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	answer, err := health.NewHealthClient(client).Check(context.Background(), &health.HealthCheckRequest{})
	log.Println(answer.GetStatus(), err)
}

// The generated connect-go clients, with the same certificate files.
func ExampleConfig_TLSConfig() {
	ctx := context.Background()
	config := matricula.Config{URL: "https://localhost:8443", CAFile: "pki/ca.pem", CertFile: "pki/orders.pem", KeyFile: "pki/orders.key"}

	shared, err := config.TLSConfig()
	if err != nil {
		log.Fatal(err)
	}
	web := &http.Client{Transport: &http.Transport{TLSClientConfig: shared, ForceAttemptHTTP2: true}}
	registration := matriculav1connect.NewRegistrationServiceClient(web, config.URL)
	_, err = registration.ReadClient(ctx, connect.NewRequest(&matriculav1.ReadClientRequest{ClientId: "..."}))

	// connect-go has an error type of its own; the details are the same.
	var failure *connect.Error
	if errors.As(err, &failure) {
		for _, detail := range failure.Details() {
			if value, err := detail.Value(); err == nil {
				log.Println(value)
			}
		}
	}
}

// Requests that break the schema's rules are refused before they are sent, by the same error type.
func ExampleConfig_validation() {
	client, err := matricula.Dial(matricula.Config{
		URL:         "https://localhost:8443",
		DialOptions: []grpc.DialOption{grpc.WithUnaryInterceptor(validation.Interceptor())},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
}
