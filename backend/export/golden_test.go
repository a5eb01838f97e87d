package export_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditdesk/backend/audit"
	"auditdesk/backend/export"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file of testdata, or writes it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// The three formats of three events, word by word. The digest on About holds the canonical JSON to what it is.
func TestGolden(t *testing.T) {
	in := input(events(3)...)
	var err error
	if in.About.Query, err = audit.ParseQuery("action:write,create,delete -user:ci-bot date_to:2026-06-30"); err != nil {
		t.Fatal(err)
	}
	in.About.QueryText, in.About.Zone = in.About.Query.String(), "Europe/Zurich"
	in.About.Gaps = []audit.Gap{{Deployment: "coder.northwind-bank.example", From: at(t, "2026-03-01T00:00:00Z"), To: at(t, "2026-03-03T06:00:00Z")}}
	f, _ := written(t, in)
	golden(t, "about.txt", []byte(about(t, f)))
	dir := t.TempDir()
	for name, write := range map[string]func(string) error{
		"events.csv": func(path string) error {
			_, err := export.CSV(t.Context(), path, in, false, nil)
			return err
		},
		"events.jsonl": func(path string) error {
			_, err := export.JSONLines(t.Context(), path, in, nil)
			return err
		},
	} {
		path := filepath.Join(dir, name)
		if err := write(path); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name, b)
	}
}
