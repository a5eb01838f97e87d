package casefile_test

import (
	"context"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/ingest"
)

func now() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// newCase is an empty case.
func newCase(t testing.TB, e audit.Engagement) *casefile.Case {
	t.Helper()
	c, err := casefile.Create(t.Context(), filepath.Join(t.TempDir(), "test.auditcase"), e, casefile.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// take imports a text as a stream named "-".
func take(t testing.TB, c *casefile.Case, deployment, text string) ingest.Result {
	t.Helper()
	res, err := c.Import(t.Context(), []string{"-"}, casefile.ImportOptions{Deployment: deployment, Stdin: io.Reader(strings.NewReader(text))})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// importText makes a case of files, in the order of their names and each map an import of its own, and closes it.
func importText(t testing.TB, path string, runs ...map[string]string) {
	t.Helper()
	c, err := casefile.Create(t.Context(), path, audit.Engagement{Zone: "UTC"}, casefile.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	for _, files := range runs {
		dir := t.TempDir()
		var paths []string
		for _, name := range slices.Sorted(maps.Keys(files)) {
			p := filepath.Join(dir, name)
			if err := os.WriteFile(p, []byte(files[name]), 0o600); err != nil {
				t.Fatal(err)
			}
			paths = append(paths, p)
		}
		if _, err := c.Import(t.Context(), paths, casefile.ImportOptions{Deployment: "acme"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
}

func testContext() context.Context { return context.Background() }
