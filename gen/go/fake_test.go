package matricula_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	grpchealth "google.golang.org/grpc/health"
	health "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"
	"matricula.dev/go"
	matriculav1 "matricula.dev/go/matricula/v1"
)

// fake answers each call by the next of its answers; the last one stays. It keeps what it was sent.
type fake struct {
	matriculav1.UnimplementedRegistrationServiceServer
	matriculav1.UnimplementedInitialAccessTokenServiceServer

	mu      sync.Mutex
	answers []error
	calls   int
	keys    []string
	tokens  [][]string
	names   []string
	began   chan struct{} // told of each call
	hold    chan struct{} // when set, calls wait until it is closed
}

func (f *fake) next(ctx context.Context, key string) error {
	f.mu.Lock()
	f.calls++
	f.keys = append(f.keys, key)
	sent, _ := metadata.FromIncomingContext(ctx)
	f.tokens = append(f.tokens, sent.Get("authorization"))
	caller, _ := peer.FromContext(ctx)
	if info, ok := caller.AuthInfo.(credentials.TLSInfo); ok && len(info.State.PeerCertificates) > 0 {
		f.names = append(f.names, info.State.PeerCertificates[0].Subject.CommonName)
	}
	var answer error
	if len(f.answers) > 0 {
		answer = f.answers[min(f.calls, len(f.answers))-1]
	}
	began, hold := f.began, f.hold
	f.mu.Unlock()
	if began != nil {
		began <- struct{}{}
	}
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return status.FromContextError(ctx.Err()).Err()
		}
	}
	return answer
}

func (f *fake) RegisterClient(ctx context.Context, req *matriculav1.RegisterClientRequest) (*matriculav1.RegisterClientResponse, error) {
	return &matriculav1.RegisterClientResponse{Client: &matriculav1.Client{ClientId: new("c1")}}, f.next(ctx, req.GetIdempotencyKey())
}

func (f *fake) ReadClient(ctx context.Context, _ *matriculav1.ReadClientRequest) (*matriculav1.ReadClientResponse, error) {
	return &matriculav1.ReadClientResponse{}, f.next(ctx, "")
}

func (f *fake) UpdateClient(ctx context.Context, req *matriculav1.UpdateClientRequest) (*matriculav1.UpdateClientResponse, error) {
	return &matriculav1.UpdateClientResponse{}, f.next(ctx, req.GetIdempotencyKey())
}

func (f *fake) DeleteClient(ctx context.Context, _ *matriculav1.DeleteClientRequest) (*matriculav1.DeleteClientResponse, error) {
	return &matriculav1.DeleteClientResponse{}, f.next(ctx, "")
}

func (f *fake) CreateInitialAccessToken(ctx context.Context, _ *matriculav1.CreateInitialAccessTokenRequest) (*matriculav1.CreateInitialAccessTokenResponse, error) {
	return &matriculav1.CreateInitialAccessTokenResponse{}, f.next(ctx, "")
}

// refusal is an error as the service makes it.
func refusal(code codes.Code, reason string, details ...protoadapt.MessageV1) error {
	details = append(details, &errdetails.ErrorInfo{Reason: reason, Domain: "matricula"})
	answer, err := status.New(code, "refused").WithDetails(details...)
	if err != nil {
		panic(err)
	}
	return answer.Err()
}

func retryInfo(after time.Duration) protoadapt.MessageV1 {
	return &errdetails.RetryInfo{RetryDelay: durationpb.New(after)}
}

// lost is what grpc-go reports when an answer did not come.
var lost = status.Error(codes.Unavailable, "error reading from server: EOF")

func serve(t *testing.T, service *fake, listener net.Listener, options ...grpc.ServerOption) {
	server := grpc.NewServer(options...)
	matriculav1.RegisterRegistrationServiceServer(server, service)
	matriculav1.RegisterInitialAccessTokenServiceServer(server, service)
	health.RegisterHealthServer(server, grpchealth.NewServer())
	go server.Serve(listener)
	t.Cleanup(server.Stop)
}

// inProcess is a connection without a network, with the interceptor alone.
func inProcess(t *testing.T, service *fake, config matricula.Config) *grpc.ClientConn {
	listener := bufconn.Listen(1 << 16)
	serve(t, service, listener)
	conn, err := grpc.NewClient("passthrough:///bufconn",
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithUnaryInterceptor(matricula.UnaryInterceptor(config)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// authority issues certificates into a folder of the test's own.
type authority struct {
	t           *testing.T
	folder      string
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	ca := &authority{t: t, folder: t.TempDir()}
	ca.key, ca.certificate = ca.make("authority", nil)
	ca.write("ca.pem", "CERTIFICATE", ca.certificate.Raw)
	return ca
}

func (ca *authority) make(name string, parent *x509.Certificate) (*ecdsa.PrivateKey, *x509.Certificate) {
	ca.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		ca.t.Fatal(err)
	}
	serial, _ := rand.Int(rand.Reader, big.NewInt(1<<62))
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: parent == nil, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	signer := ca.key
	if parent == nil {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		ca.t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		ca.t.Fatal(err)
	}
	return key, certificate
}

// write replaces a file by a rename, as a renewal does.
func (ca *authority) write(file, kind string, der []byte) string {
	ca.t.Helper()
	path := filepath.Join(ca.folder, file)
	if err := os.WriteFile(path+".new", pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		ca.t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		ca.t.Fatal(err)
	}
	return path
}

// issue writes a certificate for the name and returns how to write its key, so that a test can stand between the two.
func (ca *authority) issue(file, name string) (certFile string, writeKey func() string) {
	key, certificate := ca.make(name, ca.certificate)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		ca.t.Fatal(err)
	}
	return ca.write(file+".pem", "CERTIFICATE", certificate.Raw), func() string { return ca.write(file+".key", "PRIVATE KEY", der) }
}

// overTLS serves on a port with mutual TLS and returns how to reach it as "orders".
func (ca *authority) overTLS(service *fake) matricula.Config {
	ca.t.Helper()
	certFile, writeKey := ca.issue("server", "server")
	pair, err := tls.LoadX509KeyPair(certFile, writeKey())
	if err != nil {
		ca.t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(ca.certificate)
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		ca.t.Fatal(err)
	}
	security := &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: roots}
	serve(ca.t, service, listener, grpc.Creds(credentials.NewTLS(security)))
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	certFile, writeKey = ca.issue("orders", "orders")
	return matricula.Config{URL: "https://localhost:" + port, CAFile: filepath.Join(ca.folder, "ca.pem"), CertFile: certFile, KeyFile: writeKey()}
}
