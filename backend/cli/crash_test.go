package cli_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/cli"
)

func waitFor(t testing.TB, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// saying is what a case says: events, changes, every facet, the account of the sources.
// The rows themselves are left out unless asked for: there are many.
func saying(t testing.TB, path string, rows bool) map[string]string {
	t.Helper()
	facets := []string{"--top", "0", "--format", "json"}
	for _, f := range audit.FacetFields() {
		facets = append(facets, "--field", string(f))
	}
	out := map[string]string{}
	commands := [][]string{append([]string{"facets"}, facets...), {"timeline", "--bucket", "day", "--format", "json"}, {"unreadable", "--format", "json"}}
	if rows {
		commands = append(commands, []string{"events", "--limit", "0", "--format", "jsonl"}, []string{"changes", "--limit", "0", "--format", "jsonl"})
	}
	for _, args := range commands {
		out[args[0]] = must(t, append([]string{args[0], path}, args[1:]...)...)
	}
	list := document[[]map[string]any](t, "sources", path)
	// Killed behind its last commit, an import had read the file whole: reading it again is noted and adds nothing.
	list = slices.DeleteFunc(list, func(s map[string]any) bool { return s["state"] == string(audit.SourceRepeat) })
	for _, s := range list {
		delete(s, "imported")
		delete(s, "note")
	}
	b, err := json.MarshalIndent(list, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	out["sources"] = string(b)
	return out
}

// sameCase compares a case with what another says.
func sameCase(t testing.TB, want map[string]string, path string, rows bool) {
	t.Helper()
	for what, got := range saying(t, path, rows) {
		if got != want[what] {
			t.Errorf("%s differ: %s", what, firstDifference(want[what], got))
		}
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

// kill -9 at any moment loses at most what was not committed: the case opens, and importing again gives what one
// undisturbed import gives.
func TestAKilledImportGoesOn(t *testing.T) {
	const events = 21_000 // records enough for two commits on the way
	kills := 10
	if testing.Short() || underRace { // a few moments, not ten; the full checks run it without the detector too
		kills = 3
	}
	dir := t.TempDir()
	raw, undisturbed := filepath.Join(dir, "raw.ndjson"), filepath.Join(dir, "want.auditcase")
	must(t, "demo", filepath.Join(dir, "demo.auditcase"), "--events", strconv.Itoa(events), "--raw", raw)
	command := func(path string) *exec.Cmd {
		return exec.CommandContext(t.Context(), "auditdesk", "import", path, raw, "--deployment", "acme")
	}
	began := time.Now()
	whole := command(undisturbed)
	if out, err := whole.CombinedOutput(); whole.ProcessState.ExitCode() != cli.ExitUnreadable { // the demo has a broken line
		t.Fatalf("%v: %s", err, out)
	}
	took := time.Since(began)
	want := saying(t, undisturbed, true)
	between := 0
	for i := range kills {
		path := filepath.Join(t.TempDir(), "c.auditcase")
		moment := time.Duration(float64(took) * (float64(i) + rand.Float64()) / float64(kills))
		cmd := command(path)
		began = time.Now()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if i%2 == 0 {
			time.Sleep(moment)
		} else { // a moment behind its first commit
			waitFor(t, "the first commit", func() bool {
				wal, err := os.Stat(path + "-wal")
				return err == nil && wal.Size() > 1<<20 || time.Since(began) > 20*took
			})
			time.Sleep(moment / 4)
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed, or was faster
		midway := false
		if _, err := os.Stat(path); err == nil {
			n, err := strconv.Atoi(strings.TrimSpace(must(t, "count", path)))
			if err != nil || n > events {
				t.Fatalf("killed after %s, it holds %d events, %v", moment, n, err)
			}
			if midway = 0 < n && n < events; midway {
				if between++; between <= 2 { // verify is slow: it understands every record anew
					wholeCase(t, path)
				}
			}
		} else if !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		again := command(path)
		if out, err := again.CombinedOutput(); again.ProcessState.ExitCode() != cli.ExitUnreadable && again.ProcessState.ExitCode() != cli.ExitDone {
			t.Fatalf("killed after %s, import again: %v: %s", moment, err, out)
		}
		sameCase(t, want, path, midway)
		if t.Failed() {
			t.Fatalf("killed after %s of %s", moment, took)
		}
		if i == kills-1 {
			wholeCase(t, path)
		}
	}
	t.Logf("an import takes %s; %d of %d were killed between two commits", took, between, kills)
}

// The same at many moments of an import that commits often: killed up to three times on the way, it ends as the undisturbed
// one does. A process that dies takes its lock with it, and leaves no file behind that a later one can't do without.
func TestAnImportKilledAtManyMomentsEndsAsIfNothingHadHappened(t *testing.T) {
	const events = 3000
	kills := 200
	if testing.Short() || underRace { // the full checks run all of them without the detector too
		kills = 6
	}
	dir := t.TempDir()
	raw, undisturbed := filepath.Join(dir, "raw.ndjson"), filepath.Join(dir, "want.auditcase")
	must(t, "demo", filepath.Join(dir, "demo.auditcase"), "--events", strconv.Itoa(events), "--raw", raw)
	command := func(path string) *exec.Cmd {
		cmd := exec.CommandContext(t.Context(), "auditdesk", "import", path, raw, "--deployment", "acme")
		cmd.Env = append(os.Environ(), batchEnv+"=40")
		return cmd
	}
	finish := func(path string) {
		t.Helper()
		cmd := command(path)
		if out, err := cmd.CombinedOutput(); cmd.ProcessState.ExitCode() != cli.ExitUnreadable && cmd.ProcessState.ExitCode() != cli.ExitDone {
			t.Fatalf("%v: %s", err, out)
		}
	}
	began := time.Now()
	finish(undisturbed)
	took := time.Since(began)
	want := saying(t, undisturbed, true)
	seed := rand.Uint64()
	rng := rand.New(rand.NewPCG(seed, 0))
	partly, done := 0, 0
	for done < kills {
		path := filepath.Join(t.TempDir(), "c.auditcase")
		var moments []time.Duration
		for range 1 + rng.IntN(3) {
			moment := took/5 + time.Duration(rng.Int64N(int64(took))) // it takes a moment to start
			moments = append(moments, moment)
			cmd := command(path)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(moment)
			_ = cmd.Process.Kill()
			_ = cmd.Wait() // it was killed, or was faster
			done++
			n := 0
			if _, err := os.Stat(path); err == nil {
				n, err = strconv.Atoi(strings.TrimSpace(must(t, "count", path)))
				if err != nil || n > events {
					t.Fatalf("seed %d, killed after %s: %d events, %v", seed, moments, n, err)
				}
			}
			switch n { // what else the machine does decides how long an import takes
			case 0:
				took += took / 10
			case events:
				took -= took / 10
			default:
				partly++
			}
		}
		if done%10 < 2 {
			if _, err := os.Stat(path); err == nil {
				wholeCase(t, path)
			}
		}
		finish(path)
		sameCase(t, want, path, true)
		if done%10 < 2 {
			wholeCase(t, path)
		}
		if t.Failed() {
			t.Fatalf("seed %d, killed after %s of %s", seed, moments, took)
		}
	}
	t.Logf("seed %d: an import takes %s; %d kills, %d of them between two commits", seed, took, done, partly)
	if partly < kills/8 {
		t.Errorf("%d of %d kills met a case that was read in part: this shows little", partly, done)
	}
}
