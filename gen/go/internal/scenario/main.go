// Performs test/stubs/scenario.json against the server that the environment names, one line a step.
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"matricula.dev/go"
	matriculav1 "matricula.dev/go/matricula/v1"
)

type scenario struct {
	Realm                       string
	Metadata, Updated, Rejected json.RawMessage
	Violations                  []struct{ Field, Rule string }
	Steps                       []struct{ Name string }
}

type runner struct {
	scenario
	folder         string
	orders, reader *matricula.Client
	metadata       *matriculav1.ClientMetadata
	clientID       string
	open           []*matricula.Client
}

func main() {
	log.SetFlags(0)
	run, err := start()
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(run.folder)
	steps := map[string]func(context.Context) error{
		"register":          run.register,
		"rejected":          run.rejected,
		"read":              run.read,
		"update":            run.update,
		"list":              run.list,
		"deadline":          run.deadline,
		"wrong certificate": run.wrongCertificate,
		"another service":   run.anotherService,
		"lost answer":       run.lostAnswer,
		"reload":            run.reload,
		"delete":            run.delete,
	}
	for _, step := range run.Steps {
		perform := steps[step.Name]
		if perform == nil {
			perform = func(context.Context) error { return errors.New("not known to this runner") }
		}
		if err := perform(context.Background()); err != nil {
			fmt.Printf("FAIL %s: %s\n", step.Name, strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Printf("ok %s\n", step.Name)
		}
	}
	for _, client := range run.open {
		client.Close()
	}
}

func start() (*runner, error) {
	text, err := os.ReadFile(os.Getenv("MATRICULA_SCENARIO"))
	if err != nil {
		return nil, err
	}
	run := &runner{}
	if err := json.Unmarshal(text, &run.scenario); err != nil {
		return nil, err
	}
	if run.metadata, err = metadataOf(run.Metadata); err != nil {
		return nil, err
	}
	if run.orders, err = run.dial("MATRICULA_URL", filesOf("ORDERS")); err != nil {
		return nil, err
	}
	if run.reader, err = run.dial("MATRICULA_URL", filesOf("READER")); err != nil {
		return nil, err
	}
	run.folder, err = os.MkdirTemp("", "matricula-scenario-")
	return run, err
}

type files struct{ cert, key string }

func filesOf(who string) files {
	return files{os.Getenv("MATRICULA_" + who + "_CERT"), os.Getenv("MATRICULA_" + who + "_KEY")}
}

func (run *runner) dial(url string, files files) (*matricula.Client, error) {
	client, err := matricula.Dial(matricula.Config{
		URL:      os.Getenv(url),
		CAFile:   os.Getenv("MATRICULA_CA"),
		CertFile: files.cert,
		KeyFile:  files.key,
	})
	if err == nil {
		run.open = append(run.open, client)
	}
	return client, err
}

func metadataOf(text []byte) (*matriculav1.ClientMetadata, error) {
	metadata := &matriculav1.ClientMetadata{}
	return metadata, protojson.Unmarshal(text, metadata)
}

func expect(err error, code codes.Code) error {
	if got := status.Code(err); got != code {
		return fmt.Errorf("%v instead of %v: %v", got, code, err)
	}
	return nil
}

// clients collects every client that the reader sees, by pages.
func (run *runner) clients(ctx context.Context, pageSize uint32, softwareID string) ([]*matriculav1.Client, error) {
	var all []*matriculav1.Client
	request := &matriculav1.ListClientsRequest{Realm: run.Realm, PageSize: pageSize, Filter: &matriculav1.ClientFilter{SoftwareId: softwareID}}
	for {
		page, err := run.reader.Directory().ListClients(ctx, request)
		if err != nil {
			return nil, err
		}
		if len(page.GetClients()) > int(pageSize) {
			return nil, fmt.Errorf("%d clients on a page of %d", len(page.GetClients()), pageSize)
		}
		all = append(all, page.GetClients()...)
		if request.PageToken = page.GetNextPageToken(); request.PageToken == "" {
			return all, nil
		}
	}
}

func (run *runner) register(ctx context.Context) error {
	answer, err := run.orders.Registration().RegisterClient(ctx, &matriculav1.RegisterClientRequest{Realm: run.Realm, Metadata: run.metadata})
	if err != nil {
		return err
	}
	run.clientID = answer.GetClient().GetClientId()
	got := answer.GetClient().GetMetadata()
	switch {
	case run.clientID == "":
		return errors.New("no client id")
	case answer.GetCredentials().ClientSecret != nil:
		return errors.New("a secret was made")
	case len(got.GetResponseTypes()) > 0:
		return fmt.Errorf("response types %v", got.GetResponseTypes())
	}
	// What was sent is there unchanged; what the service adds is its own.
	merged := proto.CloneOf(got)
	proto.Merge(merged, &matriculav1.ClientMetadata{
		ClientName:              run.metadata.ClientName,
		TokenEndpointAuthMethod: run.metadata.TokenEndpointAuthMethod,
		TlsClientAuthSanUri:     run.metadata.TlsClientAuthSanUri,
		Scope:                   run.metadata.Scope,
	})
	if !proto.Equal(merged, got) || !slices.Equal(got.GetGrantTypes(), run.metadata.GetGrantTypes()) ||
		!maps.Equal(got.GetClientNameLocalized(), run.metadata.GetClientNameLocalized()) {
		return fmt.Errorf("other metadata: %v", got)
	}
	return nil
}

func (run *runner) rejected(ctx context.Context) error {
	metadata, err := metadataOf(run.Rejected)
	if err != nil {
		return err
	}
	_, err = run.orders.Registration().RegisterClient(ctx, &matriculav1.RegisterClientRequest{Realm: run.Realm, Metadata: metadata})
	var refused *matricula.RegistrationError
	if !errors.As(err, &refused) {
		return fmt.Errorf("not a registration error: %v", err)
	}
	if refused.OAuthError != "invalid_redirect_uri" || refused.Code != codes.InvalidArgument {
		return fmt.Errorf("error %s, %v", refused.OAuthError, refused.Code)
	}
	var expected, got []string
	for _, violation := range run.Violations {
		expected = append(expected, violation.Field+" "+violation.Rule)
	}
	for _, violation := range refused.Violations {
		got = append(got, violation.GetField()+" "+violation.GetRule())
		if violation.GetClause() == "" || violation.GetDescription() == "" {
			return fmt.Errorf("%s without clause or description", violation.GetField())
		}
	}
	slices.Sort(expected)
	slices.Sort(got)
	if !slices.Equal(expected, got) {
		return fmt.Errorf("violations %q", got)
	}
	return nil
}

func (run *runner) readAs(ctx context.Context, client *matricula.Client) (*matriculav1.Client, error) {
	answer, err := client.Registration().ReadClient(ctx, &matriculav1.ReadClientRequest{Realm: run.Realm, ClientId: run.clientID})
	return answer.GetClient(), err
}

func (run *runner) read(ctx context.Context) error {
	client, err := run.readAs(ctx, run.orders)
	if err != nil {
		return err
	}
	if client.GetClientId() != run.clientID || client.GetMetadata().GetClientName() != run.metadata.GetClientName() {
		return fmt.Errorf("another client: %v", client)
	}
	return nil
}

func (run *runner) update(ctx context.Context) error {
	before, err := run.readAs(ctx, run.orders)
	if err != nil {
		return err
	}
	metadata, err := metadataOf(run.Updated)
	if err != nil {
		return err
	}
	answer, err := run.orders.Registration().UpdateClient(ctx, &matriculav1.UpdateClientRequest{Realm: run.Realm, ClientId: run.clientID, Metadata: metadata})
	if err != nil {
		return err
	}
	got := answer.GetClient()
	if got.GetVersion() != before.GetVersion()+1 || got.GetMetadata().GetClientName() != metadata.GetClientName() ||
		got.GetMetadata().Scope != nil || len(got.GetMetadata().GetClientNameLocalized()) > 0 {
		return fmt.Errorf("after version %d: %v", before.GetVersion(), got)
	}
	return nil
}

func (run *runner) list(ctx context.Context) error {
	all, err := run.clients(ctx, 1, "")
	if err != nil {
		return err
	}
	times := 0
	for _, client := range all {
		if client.GetClientId() == run.clientID {
			times++
		}
	}
	if times != 1 {
		return fmt.Errorf("the client is there %d times", times)
	}
	return nil
}

func (run *runner) deadline(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Microsecond)
	defer cancel()
	_, err := run.readAs(ctx, run.orders)
	if !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("not context.DeadlineExceeded: %v", err)
	}
	return expect(err, codes.DeadlineExceeded)
}

func (run *runner) wrongCertificate(ctx context.Context) error {
	wrong, err := run.dial("MATRICULA_URL", filesOf("WRONG"))
	if err != nil {
		return err
	}
	_, err = run.readAs(ctx, wrong)
	return expect(err, codes.Unauthenticated)
}

func (run *runner) anotherService(ctx context.Context) error {
	billing, err := run.dial("MATRICULA_URL", filesOf("BILLING"))
	if err != nil {
		return err
	}
	_, read := run.readAs(ctx, billing)
	_, update := billing.Registration().UpdateClient(ctx, &matriculav1.UpdateClientRequest{Realm: run.Realm, ClientId: run.clientID, Metadata: run.metadata})
	_, deletion := billing.Registration().DeleteClient(ctx, &matriculav1.DeleteClientRequest{Realm: run.Realm, ClientId: run.clientID})
	return errors.Join(expect(read, codes.PermissionDenied), expect(update, codes.PermissionDenied), expect(deletion, codes.PermissionDenied))
}

func (run *runner) lostAnswer(ctx context.Context) error {
	cut, err := run.dial("MATRICULA_CUT_URL", filesOf("ORDERS"))
	if err != nil {
		return err
	}
	metadata := proto.CloneOf(run.metadata)
	metadata.SoftwareId = new(rand.Text())
	answer, err := cut.Registration().RegisterClient(ctx, &matriculav1.RegisterClientRequest{Realm: run.Realm, Metadata: metadata})
	if err != nil {
		return err
	}
	found, err := run.clients(ctx, 50, metadata.GetSoftwareId())
	if err != nil {
		return err
	}
	if len(found) != 1 || found[0].GetClientId() != answer.GetClient().GetClientId() {
		return fmt.Errorf("%d clients came of it", len(found))
	}
	return nil
}

// put replaces the files in the runner's folder by those of a service, as a renewal does: each by a rename.
func (run *runner) put(who string) (files, error) {
	from, to := filesOf(who), files{filepath.Join(run.folder, "cert.pem"), filepath.Join(run.folder, "key.pem")}
	for source, target := range map[string]string{from.cert: to.cert, from.key: to.key} {
		text, err := os.ReadFile(source)
		if err == nil {
			err = os.WriteFile(target+".new", text, 0o600)
		}
		if err == nil {
			err = os.Rename(target+".new", target)
		}
		if err != nil {
			return to, err
		}
	}
	return to, nil
}

func (run *runner) reload(ctx context.Context) error {
	paths, err := run.put("ORDERS")
	if err != nil {
		return err
	}
	client, err := run.dial("MATRICULA_URL", paths)
	if err != nil {
		return err
	}
	if _, err := run.readAs(ctx, client); err != nil {
		return err
	}
	if _, err := run.put("BILLING"); err != nil {
		return err
	}
	_, err = run.readAs(ctx, client)
	return expect(err, codes.PermissionDenied)
}

func (run *runner) delete(ctx context.Context) error {
	if _, err := run.orders.Registration().DeleteClient(ctx, &matriculav1.DeleteClientRequest{Realm: run.Realm, ClientId: run.clientID}); err != nil {
		return err
	}
	_, err := run.readAs(ctx, run.orders)
	return expect(err, codes.PermissionDenied)
}
