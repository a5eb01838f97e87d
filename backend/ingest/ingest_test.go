package ingest_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"auditdesk/backend/audit"
	"auditdesk/backend/demo"
	"auditdesk/backend/ingest"
	"auditdesk/backend/store"
)

// Each check of a property makes cases on the disk: thirty do here, unless more are asked for.
func TestMain(m *testing.M) {
	flag.Parse()
	const name = "rapid.checks"
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == name })
	if !asked {
		if err := flag.Set(name, "30"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

func newCase(t testing.TB) *store.Store {
	t.Helper()
	st, err := store.Create(context.Background(), filepath.Join(t.TempDir(), "test.auditcase"), audit.Engagement{Title: "test", Zone: "UTC"}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	return st
}

func bytesInput(name string, b []byte) ingest.Input {
	return ingest.Input{Path: name, Size: int64(len(b)), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }}
}

func run(t testing.TB, st *store.Store, deployment string, in ...ingest.Input) ingest.Result {
	t.Helper()
	res, err := ingest.Run(context.Background(), st, in, ingest.Options{Deployment: deployment})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range res.Sources {
		if !s.AddsUp() {
			t.Errorf("%s does not add up: %+v", s.Path, s.Counts)
		}
	}
	return res
}

// events is what a case holds, whatever the order of its import: events without their numbers and positions, by ref.
func events(t testing.TB, st *store.Store) []string {
	t.Helper()
	numbers := make([]uint32, st.Events())
	for i := range numbers {
		numbers[i] = uint32(i + 1)
	}
	list, err := st.EventsByNumber(context.Background(), numbers)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]string, len(list))
	for i, e := range list {
		records := make([]string, len(e.Sources))
		for j, s := range e.Sources {
			records[j] = fmt.Sprintf("%s:%d %s %t", s.Path, s.Line, s.Form, s.Differs)
		}
		slices.Sort(records)
		e.Sources = nil
		b, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = string(b) + " " + strings.Join(records, ", ")
	}
	slices.Sort(out)
	return out
}

func samples(t testing.TB) []ingest.Input {
	t.Helper()
	paths, err := filepath.Glob("testdata/samples/*")
	if err != nil || len(paths) < 10 {
		t.Fatalf("%d samples, %v", len(paths), err)
	}
	var out []ingest.Input
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, bytesInput(filepath.Base(p), b))
	}
	return out
}

func TestSamplesGiveTheSameEventsInAnyOrder(t *testing.T) {
	all := samples(t)
	first := newCase(t)
	run(t, first, "acme", all...)
	want := events(t, first)
	if len(want) < 15 {
		t.Fatalf("only %d events", len(want))
	}
	rapid.Check(t, func(rt *rapid.T) {
		st := newCase(t)
		defer st.Close()
		order := rapid.Permutation(all).Draw(rt, "order")
		cut := rapid.IntRange(0, len(all)).Draw(rt, "runs") // in one run or two
		run(t, st, "acme", order[:cut]...)
		run(t, st, "acme", order[cut:]...)
		if diff := cmp.Diff(want, events(t, st)); diff != "" {
			rt.Fatal(diff)
		}
	})
}

const (
	login = `{"ts":"2022-10-11T15:10:00.6Z","level":"INFO","msg":"audit_log","fields":{"audit_log":{"time":"2022-10-11T15:10:00.5Z","user":{"id":"u1","email":"Jessie@acme.example"},"action":"login","resource_type":"user","resource_id":"u1","resource_target":"jessie","diff":"","status_code":401,"user_agent":{"ip_address":"203.0.113.24"},"user_agent_raw":"x"}}}`
	human = `2022-10-11 15:10:00.600 [INFO]` + "\t(coderd.audit)\t<slog.go:118>\taudit_log\t" + `{"audit_log":{"time":"2022-10-11T15:10:00.5Z","user":{"id":"u1","email":"Jessie@acme.example"},"action":"login","resource_type":"user","resource_id":"u1","resource_target":"jessie","diff":"","status_code":401,"user_agent":{"ip_address":"203.0.113.24"},"user_agent_raw":"x"}}`
	v2Log = `{"ts":"2026-11-20T09:15:22.34Z","msg":"audit_log","fields":{"ID":"7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a1","Time":"2026-11-20T09:15:22.334105Z","UserID":"6c405053-27e3-484a-9ad7-bcb64e7bfde6","Ip":"203.0.113.24","UserAgent":"x","ResourceType":"workspace","ResourceID":"ef8d1cf4-82de-4fd9-8980-047dad6d06b5","ResourceTarget":"main","Action":"write","Diff":{"ttl":{"old":0,"new":1,"secret":false}},"StatusCode":200,"AdditionalFields":{},"RequestID":"53bded77-7b9d-4e82-8771-991a34d759f9"}}`
	v2Row = `{"id":"7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a1","request_id":"53bded77-7b9d-4e82-8771-991a34d759f9","time":"2026-11-20T09:15:22.334105Z","ip":"203.0.113.24","user_agent":"x","resource_type":"workspace","resource_id":"ef8d1cf4-82de-4fd9-8980-047dad6d06b5","resource_target":"main","action":"write","diff":{"ttl":{"old":0,"new":1,"secret":false}},"status_code":200,"additional_fields":{},"description":"{user} updated workspace {target}","user":{"id":"6c405053-27e3-484a-9ad7-bcb64e7bfde6","username":"jessie","email":"jessie@acme.example"}}`
)

func TestWhatCountsAsWhat(t *testing.T) {
	lines := func(l ...string) []byte { return []byte(strings.Join(l, "\n") + "\n") }
	type counts struct{ lines, records, events, matching, duplicates, other, unreadable int64 }
	tests := map[string]struct {
		files [][]byte
		want  []counts
	}{
		"two identical v1 lines are two events":                   {[][]byte{lines(login, login)}, []counts{{2, 2, 2, 0, 0, 0, 0}}},
		"the same two in an overlapping file match":               {[][]byte{lines(login, login), lines(login, "", login)}, []counts{{2, 2, 2, 0, 0, 0, 0}, {3, 2, 0, 2, 0, 1, 0}}},
		"the larger count wins":                                   {[][]byte{lines(login), lines(login, login, "x")}, []counts{{1, 1, 1, 0, 0, 0, 0}, {3, 2, 1, 1, 0, 1, 0}}},
		"human lines beside JSON ones add none":                   {[][]byte{lines(login, human, login, human)}, []counts{{4, 4, 2, 2, 0, 0, 0}}},
		"the same id twice in one source and form is a duplicate": {[][]byte{lines(v2Log, v2Log)}, []counts{{2, 2, 1, 0, 1, 0, 0}}},
		"server log and REST row are two witnesses of one event":  {[][]byte{lines(v2Log), lines(v2Row)}, []counts{{1, 1, 1, 0, 0, 0, 0}, {1, 1, 0, 1, 0, 0, 0}}},
		"a file that was read whole adds nothing":                 {[][]byte{lines(login), lines(login)}, []counts{{1, 1, 1, 0, 0, 0, 0}, {}}},
		"broken JSON is unreadable and the next line is read":     {[][]byte{lines(login[:200], login)}, []counts{{2, 2, 1, 0, 0, 0, 1}}},
		"a record without time is unreadable":                     {[][]byte{lines(`{"msg":"audit_log","fields":{"audit_log":{"action":"login","resource_type":"user"}}}`)}, []counts{{1, 1, 0, 0, 0, 0, 1}}},
		"an empty file":                                           {[][]byte{{}}, []counts{{}}},
		"a file without final line ending":                        {[][]byte{[]byte(login)}, []counts{{1, 1, 1, 0, 0, 0, 0}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			st := newCase(t)
			for i, f := range tt.files {
				s := run(t, st, "acme", bytesInput(fmt.Sprintf("file%d", i), f)).Sources[0]
				if got := (counts{s.Lines, s.Records, s.Events, s.Matching, s.Duplicates, s.Other, s.Unreadable}); got != tt.want[i] {
					t.Errorf("file %d: got %+v, want %+v (%s)", i, got, tt.want[i], s.Note)
				}
			}
		})
	}
}

func TestRESTValuesStandWhicheverCameFirst(t *testing.T) {
	for _, order := range [][]string{{v2Log, v2Row}, {v2Row, v2Log}} {
		st := newCase(t)
		for i, l := range order {
			run(t, st, "acme", bytesInput(fmt.Sprint(i), []byte(l)))
		}
		got, err := st.EventsByNumber(context.Background(), []uint32{1})
		if err != nil {
			t.Fatal(err)
		}
		e := got[0]
		if e.Description == "" || e.User.Email != "jessie@acme.example" || e.Form != audit.FormV2REST || e.Differs || len(e.Sources) != 2 {
			t.Errorf("got %+v", e)
		}
	}
}

func TestADifferingRecordIsMarked(t *testing.T) {
	other := strings.Replace(v2Row, `"status_code":200`, `"status_code":500`, 1)
	for _, order := range [][]string{{v2Log, other}, {other, v2Log}} {
		st := newCase(t)
		for i, l := range order {
			run(t, st, "acme", bytesInput(fmt.Sprint(i), []byte(l)))
		}
		got, err := st.EventsByNumber(context.Background(), []uint32{1})
		if err != nil {
			t.Fatal(err)
		}
		if e := got[0]; !e.Differs || e.Status != 500 {
			t.Errorf("differs %t, status %d; want the REST value and the mark", e.Differs, e.Status)
		}
	}
}

func TestDeploymentsKeepTheirEventsApart(t *testing.T) {
	st := newCase(t)
	run(t, st, "one", bytesInput("a", []byte(v2Log)))
	res := run(t, st, "two", bytesInput("b", []byte(v2Log)))
	if res.Events != 1 || st.Events() != 2 {
		t.Errorf("%d new, %d in all; want the record once in each deployment", res.Events, st.Events())
	}
}

func TestBrokenGzipKeepsWhatCouldBeRead(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	for range 2000 {
		fmt.Fprintln(z, login)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	whole := b.Bytes()
	st := newCase(t)
	s := run(t, st, "acme", bytesInput("cut.gz", whole[:len(whole)*3/4])).Sources[0]
	if s.Events == 0 || s.Events == 2000 || s.Unreadable == 0 || s.Note == "" {
		t.Errorf("got %+v, note %q", s.Counts, s.Note)
	}
}

func TestCancelledImportGoesOnWhereItStopped(t *testing.T) {
	var raw bytes.Buffer
	if err := demo.Write(&raw, demo.Options{Events: 30_000, Seed: 3}); err != nil {
		t.Fatal(err)
	}
	want := newCase(t)
	run(t, want, "acme", bytesInput("demo", raw.Bytes()))

	st := newCase(t)
	ctx, cancel := context.WithCancel(context.Background())
	res, err := ingest.Run(ctx, st, []ingest.Input{bytesInput("demo", raw.Bytes())}, ingest.Options{
		Deployment: "acme", Batch: 500,
		Progress: func(p ingest.Progress) {
			if p.Records > 3000 {
				cancel()
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if !res.Cancelled || res.Sources[0].State != audit.SourcePartial || st.Events() >= 30_000 || st.Events() == 0 {
		t.Fatalf("cancelled %t, %+v", res.Cancelled, res.Sources[0])
	}
	s := run(t, st, "acme", bytesInput("demo", raw.Bytes())).Sources[0]
	if s.State != audit.SourceWhole || s.Events != 30_000 {
		t.Errorf("after going on: %+v", s)
	}
	if diff := cmp.Diff(events(t, want), events(t, st)); diff != "" {
		t.Error(diff)
	}
}

// slowly is a stream that gives a line now and then, and ends when told.
type slowly struct{ lines chan string }

func (s slowly) Read(p []byte) (int, error) {
	l, ok := <-s.lines
	if !ok {
		return 0, io.EOF
	}
	return copy(p, l), nil
}

func TestStreamIsCommittedWhileItTrickles(t *testing.T) {
	st := newCase(t)
	in := slowly{make(chan string)}
	done := make(chan error, 1)
	go func() {
		_, err := ingest.Run(context.Background(), st, []ingest.Input{{Path: "-", Size: -1, Stream: true, Open: func() (io.ReadCloser, error) { return io.NopCloser(in), nil }}}, ingest.Options{Deployment: "acme"})
		done <- err
	}()
	for i := range 3 {
		in.lines <- strings.Replace(login, "00.5Z", fmt.Sprintf("0%d.5Z", i), 1) + "\n"
		deadline := time.Now().Add(20 * time.Second) // the promise is one second; a busy machine gets more
		for st.Events() != uint32(i+1) {
			if time.Now().After(deadline) {
				t.Fatalf("record %d is not committed", i)
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	close(in.lines)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

type failing struct{ after int }

func (f *failing) Read(p []byte) (int, error) {
	if f.after--; f.after < 0 {
		return 0, errors.New("the disk is gone")
	}
	return copy(p, login+"\n"), nil
}

func (*failing) Close() error { return nil }

func TestAReadErrorNamesTheFileAndKeepsTheRest(t *testing.T) {
	st := newCase(t)
	bad := ingest.Input{Path: "bad.ndjson", Size: 10, Open: func() (io.ReadCloser, error) { return &failing{after: 5}, nil }}
	res := run(t, st, "acme", bad, bytesInput("good", []byte(v2Log)))
	if len(res.Errors) != 1 || res.Errors[0].Path != "bad.ndjson" || res.Events != 6 {
		t.Errorf("errors %v, %d events", res.Errors, res.Events)
	}
}

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b.log", "sub/a.log", "old.auditcase"} {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(login), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/etc/hosts", filepath.Join(dir, "link.log")); err != nil {
		t.Fatal(err)
	}
	in, skipped, err := ingest.Files([]string{dir, filepath.Join(dir, "b.log")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(in) != 2 || len(skipped) != 2 {
		t.Errorf("%d inputs, left out %v; want each file once, the link and the case left out", len(in), skipped)
	}
	if _, _, err := ingest.Files([]string{filepath.Join(dir, "none")}, nil); err == nil || !strings.Contains(err.Error(), "none") {
		t.Errorf("a missing path: %v", err)
	}
	if _, _, err := ingest.Files([]string{t.TempDir()}, nil); err == nil {
		t.Error("an empty folder is no error")
	}
}
