package store_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/store"
)

// TestMain lets the test binary be a second process: one that holds the writer's lock, or one that appends until it is killed.
func TestMain(m *testing.M) {
	switch os.Getenv("STORE_TEST_PROCESS") {
	case "hold":
		hold(os.Getenv("STORE_TEST_CASE"))
	case "append":
		appendForEver(os.Getenv("STORE_TEST_CASE"))
	case "open":
		s, err := store.Open(testContext(), os.Getenv("STORE_TEST_CASE"), store.Options{ReadOnly: os.Getenv("STORE_TEST_READONLY") != ""})
		if err == nil {
			var n int64
			n, err = s.Count(testContext(), audit.Query{}, audit.Span{})
			fmt.Println("events", n, s.Close())
		}
		fmt.Println(err)
	case "create":
		_, err := store.Create(testContext(), os.Getenv("STORE_TEST_CASE"), audit.Engagement{}, nil)
		fmt.Println(err)
	default:
		os.Exit(m.Run())
	}
}

func other(tb testing.TB, what, path string, env ...string) *exec.Cmd {
	tb.Helper()
	self, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	cmd := exec.CommandContext(tb.Context(), self)
	cmd.Env = append(append(os.Environ(), "STORE_TEST_PROCESS="+what, "STORE_TEST_CASE="+path), env...)
	return cmd
}

func hold(path string) {
	s, err := store.Open(testContext(), path, store.Options{})
	if err == nil {
		err = s.BeginWrite(testContext())
	}
	fmt.Println("held", err)
	_, _ = io.Copy(io.Discard, os.Stdin)
	s.EndWrite()
	fmt.Println("released", s.Close())
}

// line waits for what the other process says.
func line(tb testing.TB, r *bufio.Reader) string {
	tb.Helper()
	s, err := r.ReadString('\n')
	if err != nil {
		tb.Fatal(err)
	}
	return strings.TrimSpace(s)
}

func names(tb testing.TB, dir string) string {
	tb.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		tb.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return strings.Join(out, " ")
}

func TestAClosedCaseIsOneFile(t *testing.T) {
	s := newCase(t)
	add(t, s, batchOf(t, s, begin(t, s, "a.json", "prod"), v2Event(1)))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(s.Path())
	if got := names(t, dir); got != "a.auditcase" {
		t.Errorf("after writing: %s", got)
	}
	if info, err := os.Stat(s.Path()); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	before, err := os.ReadFile(s.Path())
	if err != nil {
		t.Fatal(err)
	}
	again, err := store.Open(t.Context(), s.Path(), store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	read(t, again)
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); got != "a.auditcase" {
		t.Errorf("after reading: %s", got)
	}
	if after, err := os.ReadFile(s.Path()); err != nil || string(after) != string(before) {
		t.Errorf("reading changed the file (%v)", err)
	}
}

func TestCreateRefuses(t *testing.T) {
	dir := t.TempDir()
	there := filepath.Join(dir, "there")
	if err := os.WriteFile(there, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	var e *audit.Error
	if _, err := store.Create(t.Context(), there, audit.Engagement{}, clock); !errors.As(err, &e) || e.Hint == "" || !errors.Is(err, os.ErrExist) {
		t.Errorf("a file that exists: %v", err)
	}
	if got, err := os.ReadFile(there); string(got) != "precious" || err != nil {
		t.Errorf("it now holds %q, %v", got, err)
	}
	if _, err := store.Create(t.Context(), filepath.Join(dir, "no", "such", "folder"), audit.Engagement{}, clock); !errors.As(err, &e) || e.Hint == "" {
		t.Errorf("a folder that does not exist: %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	s := newCase(t)
	add(t, s, batchOf(t, s, begin(t, s, "a.json", "prod"), v2Event(1)))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(s.Path())
	if err != nil {
		t.Fatal(err)
	}
	patched := func(at int, b string) string {
		c := append([]byte(nil), good...)
		copy(c[at:], b)
		return string(c)
	}
	other := filepath.Join(dir, "other")
	alter(t, other, "CREATE TABLE song (title TEXT); INSERT INTO song VALUES ('Yesterday')")
	for _, c := range []struct {
		name, path string
		want       error
	}{
		{"a file that does not exist", filepath.Join(dir, "none"), audit.ErrNotFound},
		{"a folder", dir, audit.ErrNotACase},
		{"an empty file", write("empty", ""), audit.ErrNotACase},
		{"a text file", write("text", strings.Repeat("no database\n", 1000)), audit.ErrNotACase},
		{"another program's database", other, audit.ErrNotACase},
		{"a case whose mark is damaged", write("mark", patched(68, "\x00\x00\x00\x00")), audit.ErrDamaged},
		{"a case whose first byte is damaged", write("first", patched(0, "s")), audit.ErrDamaged},
		{"a newer case", write("newer", patched(60, "\x00\x00\x00\x63")), audit.ErrNewerCase},
		{"a case cut off in its header", write("header", string(good[:50])), audit.ErrDamaged},
		{"a case cut in half", write("half", string(good[:len(good)/2])), audit.ErrDamaged},
	} {
		for _, readOnly := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, read-only %v", c.name, readOnly), func(t *testing.T) {
				s, err := store.Open(t.Context(), c.path, store.Options{ReadOnly: readOnly})
				if err == nil {
					_ = s.Close()
				}
				var e *audit.Error
				if !errors.Is(err, c.want) || !errors.As(err, &e) || e.Hint == "" {
					t.Errorf("got %v", err)
				}
			})
		}
	}
}

func TestACaseWithAForeignTriggerIsRefused(t *testing.T) {
	for name, sql := range map[string]string{
		"a trigger":                 "CREATE TRIGGER x AFTER INSERT ON event BEGIN DELETE FROM source; END",
		"a view in a table's place": "DROP TABLE reveal_note; CREATE VIEW reveal_note AS SELECT 1 AS number, 2 AS time, 3 AS ref",
		"a changed view":            "DROP VIEW person; CREATE VIEW person AS SELECT 1 AS key",
	} {
		t.Run(name, func(t *testing.T) {
			s := newCase(t)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			alter(t, s.Path(), sql)
			if _, err := store.Open(t.Context(), s.Path(), store.Options{}); !errors.Is(err, audit.ErrDamaged) {
				t.Errorf("got %v", err)
			}
		})
	}
	s := newCase(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	alter(t, s.Path(), "CREATE VIEW mine AS SELECT number FROM event; CREATE INDEX by_time ON event (time)")
	again, err := store.Open(t.Context(), s.Path(), store.Options{})
	if err != nil {
		t.Fatalf("an auditor's own view and index: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

func TestASecondWriterIsRefusedAtOnce(t *testing.T) {
	s := newCase(t)
	add(t, s, batchOf(t, s, begin(t, s, "a.json", "prod"), v2Event(1)))
	cmd := other(t, "hold", s.Path())
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewReader(out)
	if got := line(t, said); got != "held <nil>" {
		t.Fatalf("the other process: %s", got)
	}
	start := time.Now()
	var e *audit.Error
	if err := s.BeginWrite(t.Context()); !errors.Is(err, audit.ErrLocked) || !errors.As(err, &e) || e.Hint == "" {
		t.Errorf("BeginWrite: %v", err)
	}
	if err := s.NoteReveal(t.Context(), "7K2M-9QXD-41TB"); !errors.Is(err, audit.ErrLocked) {
		t.Errorf("a write: %v", err)
	}
	if d := time.Since(start); d > 2*time.Second {
		t.Errorf("it took %v", d)
	}
	if len(read(t, s)) != 1 {
		t.Error("reading does not go on")
	}
	_ = in.Close()
	if got := line(t, said); got != "released <nil>" {
		t.Errorf("the other process: %s", got)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	if err := s.BeginWrite(t.Context()); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	s.EndWrite()
}

func TestTheLockDiesWithItsProcess(t *testing.T) {
	s := newCase(t)
	cmd := other(t, "hold", s.Path())
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if got := line(t, bufio.NewReader(out)); got != "held <nil>" {
		t.Fatalf("the other process: %s", got)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if err := s.BeginWrite(t.Context()); err != nil {
		t.Errorf("after it was killed: %v", err)
	}
	s.EndWrite()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := names(t, filepath.Dir(s.Path())); got != "a.auditcase" {
		t.Errorf("left behind: %s", got)
	}
}

func TestTwoStoresOfOneProcessTakeTurns(t *testing.T) {
	a := newCase(t)
	b, err := store.Open(t.Context(), a.Path(), store.Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := a.BeginWrite(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := b.BeginWrite(t.Context()); !errors.Is(err, audit.ErrLocked) {
		t.Errorf("the second: %v", err)
	}
	source := begin(t, a, "a.json", "prod")
	add(t, a, batchOf(t, a, source, v2Event(1), v2Event(2)))
	a.EndWrite()
	// b must see what a added: its numbers and its dictionaries.
	if err := b.BeginWrite(t.Context()); err != nil {
		t.Fatal(err)
	}
	if b.Events() != 2 {
		t.Errorf("the second sees %d events", b.Events())
	}
	add(t, b, batchOf(t, b, begin(t, b, "b.json", "prod"), v2Event(3)))
	b.EndWrite()
	if err := a.BeginWrite(t.Context()); err != nil {
		t.Fatal(err)
	}
	add(t, a, batchOf(t, a, source, v2Event(4)))
	a.EndWrite()
	if events := read(t, a); len(events) != 4 || events[2].Action != v2Event(3).Action || events[3].ResourceTarget != v2Event(4).ResourceTarget {
		t.Errorf("%d events", len(events))
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	sound(t, a)
}

func appendForEver(path string) {
	s, err := store.Open(testContext(), path, store.Options{})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	tb := &processTB{}
	source := begin(tb, s, "endless.json", "prod")
	for i := 0; ; i += 1000 {
		var events []audit.Event
		for j := range 1000 {
			e := v2Event(i + j)
			e.Changes = []audit.Change{{Field: "ttl", New: jsonOf("1"), Kind: audit.KindNumber, Basis: audit.BasisLogged}}
			events = append(events, e)
		}
		add(tb, s, batchOf(tb, s, source, events...))
		fmt.Println("appended", s.Events())
	}
}

func TestAKilledAppendLeavesWholeBatches(t *testing.T) {
	s := newCase(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for round := range 3 {
		cmd := other(t, "append", s.Path())
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		said := bufio.NewReader(out)
		for range 3 {
			if got := line(t, said); !strings.HasPrefix(got, "appended") {
				t.Fatalf("the other process: %s", got)
			}
		}
		time.Sleep(time.Duration(round) * 7 * time.Millisecond) // somewhere within a batch
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		rest, _ := io.ReadAll(said)
		_ = cmd.Wait()
		said3 := 3 + strings.Count(string(rest), "appended")
		again, err := store.Open(t.Context(), s.Path(), store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		sources, err := again.Sources(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		total := int64(0)
		for _, src := range sources {
			total += src.Events
		}
		if n := int64(again.Events()); n%1000 != 0 || n < int64(said3)*1000 || n != total {
			t.Errorf("round %d: %d events of which %d are accounted for; it said %d", round, n, total, said3*1000)
		}
		number, at, counts, err := again.BeginSource(t.Context(), audit.Source{Path: "endless.json", SHA256: sources[0].SHA256, Deployment: "prod"})
		if err != nil || number != sources[0].Number || counts.Events != total || at.Line != 1000 {
			t.Errorf("round %d: going on with source %d at %+v, %+v, %v", round, number, at, counts, err)
		}
		sound(t, again)
		if err := again.Close(); err != nil {
			t.Fatal(err)
		}
		if got := names(t, filepath.Dir(s.Path())); got != "a.auditcase" {
			t.Errorf("round %d: left behind: %s", round, got)
		}
	}
}

func TestAFullDiskLeavesTheCaseWhole(t *testing.T) {
	s := newCase(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(s.Path())
	if err != nil {
		t.Fatal(err)
	}
	s, err = store.Open(t.Context(), s.Path(), store.Options{Now: clock, MaxBytes: info.Size() + 300<<10})
	if err != nil {
		t.Fatal(err)
	}
	source := begin(t, s, "a.json", "prod")
	var full error
	for i := 0; full == nil && i < 100; i++ {
		var events []audit.Event
		for j := range 200 {
			e := v2Event(i*200 + j)
			e.Action = fmt.Sprintf("action %d", i) // new to the dictionary: must not be believed to be stored
			events = append(events, e)
		}
		full = s.Append(t.Context(), batchOf(t, s, source, events...))
	}
	var e *audit.Error
	if !errors.As(full, &e) || e.Hint == "" || !strings.Contains(full.Error(), "disk is full") {
		t.Fatalf("got %v", full)
	}
	n := s.Events()
	if n == 0 || n%200 != 0 || len(read(t, s)) != int(n) {
		t.Errorf("%d events", n)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, err = store.Open(t.Context(), s.Path(), store.Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if s.Events() != n {
		t.Errorf("%d events after opening again", s.Events())
	}
	late := v2Event(1_000_000)
	late.Action = fmt.Sprintf("action %d", n/200)
	add(t, s, batchOf(t, s, source, late))
	if got := read(t, s)[n]; got.Action != late.Action {
		t.Errorf("its action came back as %q", got.Action)
	}
	sound(t, s)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func sound(tb testing.TB, s *store.Store) {
	tb.Helper()
	rep, err := s.Verify(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	if !rep.Sound() {
		tb.Errorf("verify: %+v", rep)
	}
	if head, err := s.Head(tb.Context()); err != nil || head != rep.Head || len(head) != 64 {
		tb.Errorf("head %s, %s, %v", head, rep.Head, err)
	}
}
