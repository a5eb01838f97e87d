package ingest_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/ingest"
	"auditdesk/backend/store"
)

// interrupt imports a file and cancels it once it has committed something.
func interrupt(t *testing.T, st *store.Store, in ingest.Input) audit.Source {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	res, err := ingest.Run(ctx, st, []ingest.Input{in}, ingest.Options{Deployment: "acme", Batch: 200, Progress: func(p ingest.Progress) {
		if p.Records > 1000 {
			cancel()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	s := res.Sources[0]
	if !res.Cancelled || s.State != audit.SourcePartial || s.Events == 0 || s.SHA256 != "" {
		t.Fatalf("cancelled %t, %+v; it is to be interrupted, its digest not known", res.Cancelled, s)
	}
	return s
}

// A large file is not digested before it is read: after an interruption it is known by what was read of it.
func TestInterruptedFileIsKnownByWhatWasReadOfIt(t *testing.T) {
	raw := demoLog(t, 20_000, "v2")
	lastLine := raw[bytes.LastIndexByte(raw[:len(raw)-1], '\n')+1:]
	for name, c := range map[string]struct {
		again []byte
		path  string
		goes  bool // on with the source
	}{
		"the same bytes":                      {raw, "a.log", true},
		"the same bytes under another name":   {raw, "b.log", true},
		"as long, other behind what was read": {append(bytes.Clone(raw[:len(raw)-len(lastLine)]), strings.Repeat("x", len(lastLine)-1)+"\n"...), "a.log", true},
		"as long, other at its beginning":     {append([]byte{'x'}, raw[1:]...), "a.log", false},
		"longer":                              {append(bytes.Clone(raw), lastLine...), "a.log", false},
		"cut off within what was read":        {raw[:300<<10], "a.log", false},
	} {
		t.Run(name, func(t *testing.T) {
			st := newCase(t)
			before := interrupt(t, st, bytesInput("a.log", raw))
			s := run(t, st, "acme", bytesInput(c.path, c.again)).Sources[0]
			if (s.Number == before.Number) != c.goes || s.State != audit.SourceWhole || s.SHA256 != digestOf(c.again) {
				t.Errorf("it is source %d after %d, %s, SHA-256 %s", s.Number, before.Number, s.State, s.SHA256)
			}
			if want := bytes.Count(c.again, []byte("\n")); s.Lines != int64(want) && !strings.HasPrefix(name, "cut") {
				t.Errorf("%d lines, want %d", s.Lines, want)
			}
			if again := run(t, st, "acme", bytesInput("copy.log", c.again)).Sources[0]; again.State != audit.SourceRepeat {
				t.Errorf("the same bytes once more are %s", again.State)
			}
		})
	}
}

// A file that was interrupted before anything of it was committed leaves no source behind that stays empty.
func TestFileInterruptedBeforeItsFirstCommitIsGoneOnWith(t *testing.T) {
	raw := demoLog(t, 1000, "v2")
	st := newCase(t)
	number, _, _, err := st.BeginSource(t.Context(), audit.Source{Path: "a.log", Bytes: int64(len(raw)), Deployment: "acme"})
	if err != nil {
		t.Fatal(err)
	}
	other := run(t, st, "acme", bytesInput("b.log", append([]byte{'x'}, raw[1:]...))).Sources[0] // of the same size
	s := run(t, st, "acme", bytesInput("a.log", raw)).Sources[0]
	if s.Number != number || other.Number == number || s.State != audit.SourceWhole {
		t.Errorf("a.log is source %d, %s; b.log is %d; want a.log to be %d", s.Number, s.State, other.Number, number)
	}
}

func TestLargeFilesOfOneSizeAreToldApart(t *testing.T) {
	a := demoLog(t, 1000, "v2")
	b := append([]byte{'x'}, a[1:]...)
	res := run(t, newCase(t), "acme", bytesInput("a", a), bytesInput("b", b), bytesInput("c", a))
	var states []string
	for _, s := range res.Sources {
		states = append(states, string(s.State))
	}
	if got := strings.Join(states, " "); got != "whole whole repeat" {
		t.Errorf("they are %s", got)
	}
}

// growing is a file that is written to while it is read.
type growing struct {
	*os.File
	path string
}

func (g growing) Read(p []byte) (int, error) {
	n, err := g.File.Read(p)
	if info, statErr := g.Stat(); err == nil && statErr == nil && info.Size() < 2<<20 {
		f, err := os.OpenFile(g.path, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			return n, err
		}
		defer f.Close() //nolint:errcheck // what was written is read again
		if _, err := f.WriteString(loginAt(1) + "\n"); err != nil {
			return n, err
		}
	}
	return n, err
}

func TestLargeFileThatChangesWhileItIsReadIsNoted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.log")
	if err := os.WriteFile(path, demoLog(t, 1000, "v2"), 0o600); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	s := run(t, newCase(t), "acme", ingest.Input{Path: path, Size: info.Size(), Open: func() (io.ReadCloser, error) {
		f, err := os.Open(path)
		return growing{f, path}, err
	}}).Sources[0]
	now, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(s.Note, "changed while it was read") || s.SHA256 != digestOf(now[:s.Bytes]) || s.Bytes <= info.Size() {
		t.Errorf("note %q, SHA-256 %s of %d bytes", s.Note, s.SHA256, s.Bytes)
	}
}
