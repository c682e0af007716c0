package matricula

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"sync"
)

// tlsFiles reads the certificate files, and reads them again when they have changed.
type tlsFiles struct {
	caFile, certFile, keyFile string
	onError                   func(error)

	mu   sync.Mutex
	seen []os.FileInfo
	last *credential
}

// credential is what the files held at one time; another one is made when they change, so that pointers tell them apart.
type credential struct {
	roots       *x509.CertPool // nil: the system's
	certificate *tls.Certificate
}

func newTLSFiles(config Config) (*tlsFiles, error) {
	if (config.CertFile == "") != (config.KeyFile == "") {
		return nil, errors.New("matricula: CertFile and KeyFile go together")
	}
	files := &tlsFiles{caFile: config.CAFile, certFile: config.CertFile, keyFile: config.KeyFile, onError: config.OnReloadError}
	_, err := files.current()
	return files, err
}

// current looks whether a file changed, which costs one stat each, and reads them if so. Files that cannot be used, such as a certificate
// whose key has not been replaced yet, leave what was read before in force; the next call looks again. The first time, they are an error.
func (f *tlsFiles) current() (*credential, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	// Before the files are read: a change in between is then seen by the next call.
	found, err := f.stat()
	if err == nil && f.last != nil && same(found, f.seen) {
		return f.last, nil
	}
	var read *credential
	if err == nil {
		read, err = f.read()
	}
	if err == nil {
		f.seen, f.last = found, read
		return read, nil
	}
	if f.last == nil {
		return nil, fmt.Errorf("matricula: %w", err)
	}
	if f.onError != nil {
		f.onError(err)
	}
	return f.last, nil
}

// stat follows links, as mounted secrets are replaced by swapping one.
func (f *tlsFiles) stat() ([]os.FileInfo, error) {
	var found []os.FileInfo
	for _, name := range []string{f.caFile, f.certFile, f.keyFile} {
		if name == "" {
			continue
		}
		info, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		found = append(found, info)
	}
	return found, nil
}

// same tells whether no file was replaced (another file) or rewritten (another time or size).
func same(a, b []os.FileInfo) bool {
	for i := range a {
		if !os.SameFile(a[i], b[i]) || !a[i].ModTime().Equal(b[i].ModTime()) || a[i].Size() != b[i].Size() {
			return false
		}
	}
	return true
}

func (f *tlsFiles) read() (*credential, error) {
	read := &credential{}
	if f.caFile != "" {
		pem, err := os.ReadFile(f.caFile)
		if err != nil {
			return nil, err
		}
		read.roots = x509.NewCertPool()
		if !read.roots.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s holds no certificate in PEM", f.caFile)
		}
	}
	if f.certFile != "" {
		// Fails when the two do not fit together.
		pair, err := tls.LoadX509KeyPair(f.certFile, f.keyFile)
		if err != nil {
			return nil, err
		}
		read.certificate = &pair
	}
	return read, nil
}

// tlsConfig verifies the service by these roots and presents the certificate that `certificate` returns. It is presented whatever
// authorities the service names: a certificate that is refused is told so, while one that is kept back makes an anonymous call.
func (c *credential) tlsConfig(certificate func() (*credential, error)) *tls.Config {
	config := &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: c.roots}
	if c.certificate != nil {
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			now, err := certificate()
			if err != nil {
				return nil, err
			}
			return now.certificate, nil
		}
	}
	return config
}

// TLSConfig returns a TLS configuration of the same files for other clients, such as connect-go over [net/http]. Each new connection
// presents the certificate that the files hold then; the authorities are read now.
func (config Config) TLSConfig() (*tls.Config, error) {
	files, err := newTLSFiles(config)
	if err != nil {
		return nil, err
	}
	return files.last.tlsConfig(files.current), nil
}
