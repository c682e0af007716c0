package matricula

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"
	matriculav1 "matricula.dev/go/matricula/v1"
)

// Config says where the service is and who the caller is: by certificate, by token, or both. Only URL is needed.
type Config struct {
	// URL of the service, such as "https://matricula.example:8443".
	URL string
	// CAFile is the PEM file of the authority that signed the service's certificate. Empty: the system's authorities.
	CAFile string
	// CertFile and KeyFile are the PEM files of the caller's certificate, with its chain, and of its private key.
	CertFile, KeyFile string
	// Token is sent as "Authorization: Bearer" with each call that has none of its own ([WithToken]).
	Token string
	// Timeout is the deadline of a call with all its attempts, when its context has none. 0 means [DefaultTimeout], less means none.
	Timeout time.Duration
	// OnReloadError is told when changed files cannot be used, at each call until they can; the connection goes on with those before. It
	// is called with a lock held: it must not make a call itself.
	OnReloadError func(error)
	// DialOptions are given to grpc-go for each connection after this package's own: interceptors, stats handlers, a dialer.
	DialOptions []grpc.DialOption
}

// Client is one Matricula. It is a [grpc.ClientConnInterface], which every generated NewXxxClient takes, and may be used by several
// goroutines at once.
type Client struct {
	target      string
	files       *tlsFiles
	options     []grpc.DialOption
	token       string
	interceptor grpc.UnaryClientInterceptor

	mu       sync.Mutex
	now      *connection
	open     map[*connection]struct{} // now, and those before with calls under way
	isClosed bool
}

// connection is one grpc-go connection with the files as they were when it was made.
type connection struct {
	*grpc.ClientConn
	made  *credential
	calls int
}

var _ grpc.ClientConnInterface = (*Client)(nil)

// Dial reads the certificate files. The connection itself is made by the first call, and again when it broke or when the files changed.
func Dial(config Config) (*Client, error) {
	// A token and a certificate's identity are for the service alone: no plain text, and no URL that says more than where it is.
	where, err := url.Parse(config.URL)
	if err != nil {
		// Its own text repeats the URL, with a password that may be in it.
		return nil, errors.New("matricula: the URL cannot be read")
	}
	if where.Scheme != "https" || where.Hostname() == "" || where.User != nil || (where.Path != "" && where.Path != "/") || where.RawQuery != "" {
		return nil, fmt.Errorf("matricula: the URL must be https://host or https://host:port, not %q", where.Redacted())
	}
	port := where.Port()
	if port == "" {
		port = "443"
	}
	files, err := newTLSFiles(config)
	if err != nil {
		return nil, err
	}
	client := &Client{
		target: "dns:///" + net.JoinHostPort(where.Hostname(), port),
		files:  files,
		options: append([]grpc.DialOption{
			// What is repeated is decided here, not by a record in the DNS.
			grpc.WithDisableServiceConfig(),
			// grpc-go waits a second before it connects again, and calls fail meanwhile: longer than the attempts of one call take.
			grpc.WithConnectParams(grpc.ConnectParams{
				Backoff:           backoff.Config{BaseDelay: firstDelay / 2, Multiplier: 1.6, Jitter: 0.2, MaxDelay: maxDelay},
				MinConnectTimeout: 5 * time.Second,
			}),
			// A peer that went away without a word is found out while a call waits for it.
			grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 30 * time.Second, Timeout: 5 * time.Second}),
		}, config.DialOptions...),
		token:       config.Token,
		interceptor: UnaryInterceptor(config),
		open:        map[*connection]struct{}{},
	}
	return client, nil
}

// Registration registers, reads, updates and deletes clients.
func (c *Client) Registration() matriculav1.RegistrationServiceClient {
	return matriculav1.NewRegistrationServiceClient(c)
}

// Directory reads every client, as an authorization server does.
func (c *Client) Directory() matriculav1.ClientDirectoryServiceClient {
	return matriculav1.NewClientDirectoryServiceClient(c)
}

// InitialAccessTokens hands out initial access tokens.
func (c *Client) InitialAccessTokens() matriculav1.InitialAccessTokenServiceClient {
	return matriculav1.NewInitialAccessTokenServiceClient(c)
}

// Close ends the connections; calls under way fail with Canceled, and so do later ones.
func (c *Client) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.isClosed = true
	for conn := range c.open {
		conn.Close()
	}
	clear(c.open)
	return nil
}

// Invoke makes a unary call; generated code calls it.
func (c *Client) Invoke(ctx context.Context, method string, req, reply any, opts ...grpc.CallOption) error {
	// Each attempt asks for the connection, so that a retry uses a new one where the files have changed.
	return c.interceptor(ctx, method, req, reply, nil, func(ctx context.Context, method string, req, reply any, _ *grpc.ClientConn, opts ...grpc.CallOption) error {
		conn, err := c.acquire()
		if err != nil {
			return err
		}
		defer c.release(conn)
		return conn.Invoke(ctx, method, req, reply, opts...)
	}, opts...)
}

// NewStream begins a stream; generated code calls it. It gets the token and typed errors, but no deadline and no retry: who reads a stream
// decides how long, and where to go on.
func (c *Client) NewStream(ctx context.Context, desc *grpc.StreamDesc, method string, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	conn, err := c.acquire()
	if err != nil {
		return nil, FromError(err)
	}
	// grpc-go may end a stream that never began without a word.
	release := sync.OnceFunc(func() { c.release(conn) })
	opts = append(withToken(ctx, c.token, opts), grpc.OnFinish(func(error) { release() }))
	stream, err := conn.NewStream(ctx, desc, method, opts...)
	if err != nil {
		release()
		return nil, FromError(err)
	}
	return typedStream{stream}, nil
}

type typedStream struct{ grpc.ClientStream }

func (s typedStream) RecvMsg(message any) error { return FromError(s.ClientStream.RecvMsg(message)) }

// acquire returns the connection for a call that begins now.
func (c *Client) acquire() (*connection, error) {
	// Held while the files are looked at, so that no call goes back to what another has found to be replaced.
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.isClosed {
		return nil, grpc.ErrClientConnClosing
	}
	credential, err := c.files.current()
	if err != nil {
		return nil, err
	}
	if c.now == nil || c.now.made != credential {
		if err := c.renew(credential); err != nil {
			return nil, err
		}
	}
	c.now.calls++
	return c.now, nil
}

// renew makes the connection for later calls. Those under way finish on the one before, and the last of them closes it.
func (c *Client) renew(made *credential) error {
	security := credentials.NewTLS(made.tlsConfig(func() (*credential, error) { return made, nil }))
	conn, err := grpc.NewClient(c.target, append([]grpc.DialOption{grpc.WithTransportCredentials(security)}, c.options...)...)
	if err != nil {
		return err
	}
	before := c.now
	c.now = &connection{ClientConn: conn, made: made}
	c.open[c.now] = struct{}{}
	c.closeIfDone(before)
	return nil
}

func (c *Client) release(conn *connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	conn.calls--
	c.closeIfDone(conn)
}

func (c *Client) closeIfDone(conn *connection) {
	if conn != nil && conn != c.now && conn.calls == 0 {
		delete(c.open, conn)
		// Not here: a stream's end is told with grpc-go's locks held.
		go conn.Close()
	}
}
