package cli_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"auditdesk/backend/audit"
	"auditdesk/backend/cli"
)

func waitFor(t testing.TB, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// sameCase compares what two cases say: events, changes, every facet, the account of the sources.
func sameCase(t testing.TB, want, got string) {
	t.Helper()
	facets := []string{"--top", "0", "--format", "json"}
	for _, f := range audit.FacetFields() {
		facets = append(facets, "--field", string(f))
	}
	for _, args := range [][]string{
		append([]string{"facets"}, facets...), {"timeline", "--bucket", "day", "--format", "json"}, {"unreadable", "--format", "json"},
		{"events", "--limit", "0", "--format", "jsonl"}, {"changes", "--limit", "0", "--format", "jsonl"},
	} {
		a := must(t, append([]string{args[0], want}, args[1:]...)...)
		b := must(t, append([]string{args[0], got}, args[1:]...)...)
		if a != b {
			t.Errorf("%s differ: %s", args[0], firstDifference(a, b))
		}
	}
	if diff := cmp.Diff(accounts(t, want), accounts(t, got)); diff != "" {
		t.Errorf("sources: %s", diff)
	}
}

func firstDifference(a, b string) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			from := max(i-200, 0)
			return "\n" + a[from:min(i+200, len(a))] + "\n---\n" + b[from:min(i+200, len(b))]
		}
	}
	return "one is longer"
}

// accounts are the sources without when they were imported.
func accounts(t testing.TB, path string) []map[string]any {
	t.Helper()
	var list []map[string]any
	if err := json.Unmarshal([]byte(must(t, "sources", path, "--format", "json")), &list); err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		delete(s, "imported")
		delete(s, "note")
	}
	return list
}

// kill -9 at any moment loses at most what was not committed: the case opens, and importing again gives what one
// undisturbed import gives.
func TestAKilledImportGoesOn(t *testing.T) {
	events := "21000"
	kills := 10
	if testing.Short() { // a few moments, not ten
		events, kills = "8000", 3
	}
	dir := t.TempDir()
	raw, want := filepath.Join(dir, "raw.ndjson"), filepath.Join(dir, "want.auditcase")
	must(t, "demo", filepath.Join(dir, "demo.auditcase"), "--events", events, "--raw", raw)
	command := func(path string) *exec.Cmd {
		return exec.CommandContext(t.Context(), "auditdesk", "import", path, raw, "--deployment", "acme")
	}
	began := time.Now()
	whole := command(want)
	if out, err := whole.CombinedOutput(); whole.ProcessState.ExitCode() != cli.ExitUnreadable { // the demo has a broken line
		t.Fatalf("%v: %s", err, out)
	}
	took := time.Since(began)
	between := 0
	for i := range kills {
		path := filepath.Join(t.TempDir(), "c.auditcase")
		moment := time.Duration(float64(took) * (float64(i) + rand.Float64()) / float64(kills))
		cmd := command(path)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(moment)
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed, or was faster
		if _, err := os.Stat(path); err == nil {
			wholeCase(t, path)
			n := must(t, "count", path)
			if n != "0\n" && n != events+"\n" {
				between++
			}
		} else if !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		again := command(path)
		if out, err := again.CombinedOutput(); again.ProcessState.ExitCode() != cli.ExitUnreadable && again.ProcessState.ExitCode() != cli.ExitDone {
			t.Fatalf("killed after %s, import again: %v: %s", moment, err, out)
		}
		sameCase(t, want, path)
		wholeCase(t, path)
		if t.Failed() {
			t.Fatalf("killed after %s of %s", moment, took)
		}
	}
	t.Logf("an import takes %s; %d of %d were killed between two commits", took, between, kills)
}
