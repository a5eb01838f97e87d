package ingest_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/decode"
	"auditdesk/backend/demo"
	"auditdesk/backend/ingest"
	"auditdesk/backend/store"
)

func gz(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func digestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func demoLog(t testing.TB, events int, log string) []byte {
	t.Helper()
	var raw bytes.Buffer
	if err := demo.Write(&raw, demo.Options{Events: events, Seed: 5, Log: log}); err != nil {
		t.Fatal(err)
	}
	return raw.Bytes()
}

func TestDamagedFileIsNotedWithTheDigestOfAllOfIt(t *testing.T) {
	broken := append(gz(t, demoLog(t, 100, "v1")), bytes.Repeat([]byte("no gzip"), 200_000)...)
	st := newCase(t)
	s := run(t, st, "acme", bytesInput("broken.gz", broken)).Sources[0]
	if s.SHA256 != digestOf(broken) || s.Bytes != int64(len(broken)) {
		t.Errorf("SHA-256 %s of %d bytes; want the whole file's, %s of %d", s.SHA256, s.Bytes, digestOf(broken), len(broken))
	}
	if s.Unreadable == 0 || s.Events == 0 || !strings.Contains(s.Note, "behind the gzip stream") {
		t.Errorf("%+v, note %q", s.Counts, s.Note)
	}
	u, err := st.UnreadableList(t.Context(), 0, -1)
	if err != nil {
		t.Fatal(err)
	}
	if last := u[len(u)-1]; last.Line != s.Lines || last.Offset == 0 {
		t.Errorf("the damage is said to be on line %d, byte %d; want after line %d", last.Line, last.Offset, s.Lines)
	}
	if again := run(t, st, "acme", bytesInput("copy.gz", broken)).Sources[0]; again.State != audit.SourceRepeat {
		t.Errorf("the same file again is %s", again.State)
	}
}

// changing gives other bytes each time it is opened.
func changing(name string, contents ...[]byte) ingest.Input {
	n := 0
	return ingest.Input{Path: name, Size: int64(len(contents[0])), Open: func() (io.ReadCloser, error) {
		b := contents[min(n, len(contents)-1)]
		n++
		return io.NopCloser(bytes.NewReader(b)), nil
	}}
}

func TestFileThatChangesWhileItIsReadIsNoted(t *testing.T) {
	first := []byte(loginAt(1) + "\n")
	for name, second := range map[string][]byte{
		"to other bytes": []byte(loginAt(2) + "\n"), "to more": []byte(loginAt(1) + "\n" + loginAt(2) + "\n"), "to less": first[:len(first)/2],
	} {
		t.Run(name, func(t *testing.T) {
			s := run(t, newCase(t), "acme", changing("a.log", first, second)).Sources[0]
			if !strings.Contains(s.Note, "changed while it was read") || s.SHA256 != digestOf(second) || s.Bytes != int64(len(second)) {
				t.Errorf("note %q, SHA-256 %s of %d bytes; want that of what was read, %s", s.Note, s.SHA256, s.Bytes, digestOf(second))
			}
		})
	}
}

func TestFileThatGrewSinceItWasListedIsWhole(t *testing.T) {
	in := bytesInput("a.log", []byte(loginAt(1)+"\n"))
	in.Size -= 10
	s := run(t, newCase(t), "acme", in).Sources[0]
	if s.State != audit.SourceWhole || s.Note != "" || s.Bytes != in.Size+10 {
		t.Errorf("got %+v; it did not change while it was read", s)
	}
}

func TestReadErrorKeepsWhatCameBefore(t *testing.T) {
	st := newCase(t)
	bad := ingest.Input{Path: "bad.log", Size: 10, Open: func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader(loginAt(1)+"\n"+loginAt(2)+"\n"), &failing{})), nil
	}}
	res := run(t, st, "acme", bad, bytesInput("good", []byte(v2Log)))
	if len(res.Errors) != 1 || res.Errors[0].Path != "bad.log" || res.Events != 3 || len(res.Sources) != 2 {
		t.Fatalf("errors %v, %d events, %d sources; want what stands before the error, and the other file", res.Errors, res.Events, len(res.Sources))
	}
	if s := res.Sources[0]; s.State != audit.SourcePartial || s.SHA256 != "" || !strings.Contains(s.Note, "line 2") {
		t.Errorf("got %+v; want partial without a digest, stopped after line 2", s)
	}
}

func TestFilesThatCanNotBeReadDoNotStopTheOthers(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Log("as root, nothing is unreadable: only the file that vanished is looked at")
	}
	dir := t.TempDir()
	for _, name := range []string{"a.log", "gone.log", "closed.log", "closed/b.log", "z.log"} {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(strings.Replace(login, "u1", name, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	closed := []string{filepath.Join(dir, "closed"), filepath.Join(dir, "closed.log")}
	for _, p := range closed {
		if err := os.Chmod(p, 0); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(closed[0], 0o700) })
	in, _, err := ingest.Files([]string{dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "gone.log")); err != nil {
		t.Fatal(err)
	}
	res := run(t, newCase(t), "acme", in...)
	want := 3
	if os.Geteuid() == 0 {
		want = 1
	}
	if len(res.Errors) != want || len(res.Sources)+len(res.Errors) != 5 && os.Geteuid() == 0 || res.Events != int64(len(res.Sources)) {
		t.Errorf("%d sources, errors %v; want %d errors", len(res.Sources), res.Errors, want)
	}
}

// small is a case that may not grow beyond so many bytes.
func small(t *testing.T, most int64) *store.Store {
	t.Helper()
	st := newCase(t)
	path := st.Path()
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), path, store.Options{MaxBytes: most})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	return st
}

func TestFullDiskKeepsWhatWasCommittedAndCountsIt(t *testing.T) {
	sameGoroutines(t)
	log := demoLog(t, 20_000, "v2")
	st := small(t, 4<<20)
	res, err := ingest.Run(t.Context(), st, []ingest.Input{bytesInput("a.log", log)}, ingest.Options{Deployment: "acme", Batch: 1000})
	var ae *audit.Error
	if !errors.As(err, &ae) || !strings.Contains(err.Error(), "a.log") {
		t.Fatalf("got %v; want an error for people that names the source", err)
	}
	if st.Events() == 0 || res.Events != int64(st.Events()) {
		t.Errorf("the result says %d events, the case holds %d", res.Events, st.Events())
	}
	sound(t, st)
}

// sound verifies the case, accounts included.
func sound(t testing.TB, st *store.Store) {
	t.Helper()
	rep, err := st.Verify(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range rep.Checks {
		for _, d := range c.Damage {
			t.Errorf("%s: %s", c.Name, d)
		}
	}
}

// brokenSink fails where it is told to.
type brokenSink struct {
	*store.Store
	begin, finish error
}

func (s brokenSink) BeginSource(ctx context.Context, src audit.Source) (int64, store.Checkpoint, audit.Counts, error) {
	if s.begin != nil {
		return 0, store.Checkpoint{}, audit.Counts{}, s.begin
	}
	return s.Store.BeginSource(ctx, src)
}

func (s brokenSink) FinishSource(ctx context.Context, n int64, src audit.Source) error {
	if s.finish != nil {
		return s.finish
	}
	return s.Store.FinishSource(ctx, n, src)
}

func TestErrorsOfTheCaseNameTheSource(t *testing.T) {
	gone := errors.New("the case is gone")
	for name, sink := range map[string]brokenSink{"at the beginning": {begin: gone}, "at the end": {finish: gone}} {
		t.Run(name, func(t *testing.T) {
			sameGoroutines(t)
			sink.Store = newCase(t)
			_, err := ingest.Run(t.Context(), sink, []ingest.Input{bytesInput("a.log", []byte(login))}, ingest.Options{Deployment: "acme"})
			if !errors.Is(err, gone) || !strings.Contains(err.Error(), "a.log") {
				t.Errorf("got %v", err)
			}
		})
	}
}

// cancelling cancels the import when it reads records that are stored already.
type cancelling struct {
	*store.Store
	cancel func()
}

func (c cancelling) Records(ctx context.Context, numbers []uint32, fn func(uint32, []store.StoredRecord) error) error {
	c.cancel()
	return c.Store.Records(ctx, numbers, fn)
}

func TestCancelledAmongMatchingRecordsIsNoError(t *testing.T) {
	st := newCase(t)
	run(t, st, "acme", bytesInput("a.log", []byte(v2Log+"\n")))
	ctx, cancel := context.WithCancel(t.Context())
	res, err := ingest.Run(ctx, cancelling{st, cancel}, []ingest.Input{bytesInput("b.log", []byte(v2Row+"\n"))}, ingest.Options{Deployment: "acme"})
	if err != nil || len(res.Errors) > 0 {
		t.Errorf("%v, %v; want neither", err, res.Errors)
	}
	sound(t, st)
}

func TestCancelledAtOnce(t *testing.T) {
	sameGoroutines(t)
	st := newCase(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	res, err := ingest.Run(ctx, st, []ingest.Input{bytesInput("a.log", []byte(login))}, ingest.Options{Deployment: "acme"})
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if len(res.Sources) > 0 || st.Events() > 0 {
		t.Errorf("%+v", res)
	}
}

func TestManyCancelledImportsComeToTheSame(t *testing.T) {
	log := demoLog(t, 4000, "both")
	log = append(log, log[:len(log)/3]...) // occurrences and duplicates
	want := newCase(t)
	run(t, want, "acme", bytesInput("demo", log))

	st := newCase(t)
	var total int64
	var last audit.Source
	for n := range 200 {
		ctx, cancel := context.WithCancel(t.Context())
		stop := int64(len(log)) * int64(n+1) / 12
		in := bytesInput("demo", log)
		inner := in.Open
		opened := 0
		in.Open = func() (io.ReadCloser, error) {
			f, err := inner()
			if opened++; opened < 2 { // the first time is for the digest
				return f, err
			}
			return io.NopCloser(&tripwire{r: f, left: stop, trip: cancel}), err
		}
		res, err := ingest.Run(ctx, st, []ingest.Input{in}, ingest.Options{Deployment: "acme", Batch: 150 + n, Workers: 3})
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		total += res.Events
		last = res.Sources[0]
		if !last.AddsUp() {
			t.Fatalf("%+v", last)
		}
		if last.State == audit.SourceWhole {
			break
		}
	}
	if last.State != audit.SourceWhole || total != int64(st.Events()) {
		t.Errorf("state %s, %d events told, %d there", last.State, total, st.Events())
	}
	if a, b := fmt.Sprint(events(t, want)), fmt.Sprint(events(t, st)); a != b {
		t.Error("the events are not the same")
	}
	sameAccount(t, want, st)
	ws, _ := want.Sources(t.Context())
	if last.Shape != ws[0].Shape || last.Form != ws[0].Form || last.Unpacked != ws[0].Unpacked || last.First == nil || *last.First != *ws[0].First || *last.Last != *ws[0].Last {
		t.Errorf("after going on: %q %q %d; want %q %q %d", last.Shape, last.Form, last.Unpacked, ws[0].Shape, ws[0].Form, ws[0].Unpacked)
	}
	sound(t, st)
}

func sameAccount(t *testing.T, a, b *store.Store) {
	t.Helper()
	as, err := a.Sources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	bs, err := b.Sources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(as) != len(bs) {
		t.Fatalf("%d and %d sources", len(as), len(bs))
	}
	for i := range as {
		if as[i].Counts != bs[i].Counts {
			t.Errorf("%+v and %+v", as[i].Counts, bs[i].Counts)
		}
	}
}

// tripwire calls trip when it has given so many bytes, and goes on.
type tripwire struct {
	r    io.Reader
	left int64
	trip func()
}

func (w *tripwire) Read(p []byte) (int, error) {
	n, err := w.r.Read(p[:min(len(p), 4096)])
	if w.left -= int64(n); w.left <= 0 {
		w.trip()
		time.Sleep(time.Millisecond)
	}
	return n, err
}

func TestALineThatMakesTheProgramFailIsUnreadable(t *testing.T) {
	items, kept := ingest.WorkWithoutDecoder(v2Log, login)
	if len(items) != 2 || items[0].Kind != decode.Unreadable || kept[0] != len(v2Log) || items[0].Excerpt != "" {
		t.Errorf("the first line: %+v", items)
	}
	if items[1].Kind != decode.Record || kept[1] != len(login) {
		t.Errorf("the second line: %+v", items[1])
	}
}

type failsHard struct{}

func (failsHard) Read([]byte) (int, error) { panic("out of bounds") }

func TestAFailureOfTheSplitterIsOneOfTheFile(t *testing.T) {
	sameGoroutines(t)
	st := newCase(t)
	n := 0
	bad := ingest.Input{Path: "bad.log", Size: 10, Open: func() (io.ReadCloser, error) {
		if n++; n == 1 { // for the digest
			return io.NopCloser(strings.NewReader("x")), nil
		}
		return io.NopCloser(io.MultiReader(strings.NewReader(loginAt(1)+"\n"), failsHard{})), nil
	}}
	res := run(t, st, "acme", bad, bytesInput("good", []byte(v2Log)))
	if len(res.Errors) != 1 || res.Sources[0].State != audit.SourcePartial || res.Sources[1].Events != 1 {
		t.Errorf("%+v, %v", res.Sources, res.Errors)
	}
	sound(t, st)
}

func TestTimeLentByTheLineIsNoRecordedValue(t *testing.T) {
	noTime := strings.Replace(v2Log, `"Time":"2026-11-20T09:15:22.334105Z",`, ``, 1)
	for _, order := range [][]string{{noTime, v2Row}, {v2Row, noTime}, {noTime, v2Log}, {v2Log, noTime}} {
		if e := imported(t, order...); e.Differs || e.TimeText != "2026-11-20T09:15:22.334105Z" {
			t.Errorf("differs %t, time %s", e.Differs, e.TimeText)
		}
	}
}
