package validation_test

import (
	"encoding/base64"
	"os"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	matriculav1 "matricula.dev/go/matricula/v1"
	"matricula.dev/go/validation"
)

// The server's own suite holds it to the same file: what is refused here is refused there.
func TestSameVerdictAsTheServer(t *testing.T) {
	text, err := os.ReadFile("../../../test/stubs/local.tsv")
	if err != nil {
		t.Skip("the cases are in the repository alone")
	}
	checked := 0
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		row := strings.Split(line, "\t")
		bytes, err := base64.StdEncoding.DecodeString(row[2])
		if err != nil {
			t.Fatal(err)
		}
		var metadata matriculav1.ClientMetadata
		if err := proto.Unmarshal(bytes, &metadata); err != nil {
			t.Fatal(err)
		}
		verdict := "valid"
		if validation.Check(&metadata) != nil {
			verdict = "invalid"
		}
		if verdict != row[1] {
			t.Errorf("%s: %s, the server says %s", row[0], verdict, row[1])
		}
		checked++
	}
	if checked == 0 {
		t.Error("no case was checked")
	}
}
