package ingest_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/ingest"
	"auditdesk/backend/store"
)

// stream is an input that can be read once.
func stream(name string, r io.Reader) ingest.Input {
	return ingest.Input{Path: name, Size: -1, Stream: true, Open: func() (io.ReadCloser, error) { return io.NopCloser(r), nil }}
}

// background runs an import and returns how to wait for its end, for at most the time given.
func background(ctx context.Context, t *testing.T, st ingest.Sink, opt ingest.Options, in ...ingest.Input) func(time.Duration) (ingest.Result, error) {
	t.Helper()
	type outcome struct {
		res ingest.Result
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		res, err := ingest.Run(ctx, st, in, opt)
		done <- outcome{res, err}
	}()
	return func(d time.Duration) (ingest.Result, error) {
		t.Helper()
		select {
		case o := <-done:
			return o.res, o.err
		case <-time.After(d):
			t.Fatalf("the import still runs after %s", d)
			return ingest.Result{}, nil
		}
	}
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal(what)
		}
	}
}

// sameGoroutines fails when goroutines are left over at the end of a test.
func sameGoroutines(t *testing.T) {
	t.Helper()
	before := runtime.NumGoroutine()
	t.Cleanup(func() {
		eventually(t, "goroutines are left over", func() bool { return runtime.NumGoroutine() <= before })
	})
}

func loginAt(second int) string {
	return strings.Replace(login, "15:10:00.5Z", fmt.Sprintf("15:10:%02d.5Z", second), 1)
}

func TestStreamThatFallsSilentCanBeCancelled(t *testing.T) {
	sameGoroutines(t)
	st := newCase(t)
	r, w := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	wait := background(ctx, t, st, ingest.Options{Deployment: "acme"}, stream("-", r))
	fmt.Fprintln(w, loginAt(1))
	eventually(t, "the record is not committed", func() bool { return st.Events() == 1 })
	fmt.Fprint(w, loginAt(2)[:100]) // and never the rest
	cancel()
	res, err := wait(10 * time.Second)
	if err != nil || !res.Cancelled || len(res.Sources) != 1 {
		t.Fatalf("cancelled %t, %d sources, %v", res.Cancelled, len(res.Sources), err)
	}
	s := res.Sources[0]
	if s.State != audit.SourcePartial || s.Events != 1 || !s.AddsUp() || strings.Contains(s.Note, "again") {
		t.Errorf("got %+v; a stream can't be read again", s)
	}
	_ = r.Close() // what still reads it ends
	if len(res.Errors) > 0 {
		t.Errorf("cancelling is no error of the input: %v", res.Errors)
	}
}

func TestNamedPipeWithoutWriterCanBeCancelled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip("no named pipes here:", err)
	}
	sameGoroutines(t)
	in, _, err := ingest.Files([]string{path}, nil)
	if err != nil || len(in) != 1 || !in[0].Stream {
		t.Fatalf("%d inputs, %v", len(in), err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	wait := background(ctx, t, newCase(t), ingest.Options{Deployment: "acme"}, in...)
	time.Sleep(50 * time.Millisecond)
	cancel()
	if res, err := wait(10 * time.Second); err != nil || !res.Cancelled {
		t.Errorf("cancelled %t, %v", res.Cancelled, err)
	}
	// Lets what waits for a writer go. For reading too, or it would itself wait for ever where the run was cancelled before it came
	// to open the pipe.
	w, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
}

func TestNamedPipeIsRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip("no named pipes here:", err)
	}
	in, _, err := ingest.Files([]string{path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	st := newCase(t)
	wait := background(t.Context(), t, st, ingest.Options{Deployment: "acme"}, in...)
	w, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(w, loginAt(1))
	eventually(t, "the record is not committed", func() bool { return st.Events() == 1 })
	_ = w.Close()
	if res, err := wait(10 * time.Second); err != nil || res.Sources[0].State != audit.SourceWhole {
		t.Errorf("%+v, %v", res.Sources, err)
	}
}

func TestStreamThatEndsWithinARecord(t *testing.T) {
	st := newCase(t)
	s := run(t, st, "acme", stream("-", strings.NewReader(loginAt(1)+"\n"+loginAt(2)[:300]))).Sources[0]
	if s.Events != 1 || s.Unreadable != 1 || s.Lines != 2 || s.State != audit.SourceWhole {
		t.Errorf("got %+v", s)
	}
}

func TestTheSameStreamTwiceSaysSo(t *testing.T) {
	st := newCase(t)
	run(t, st, "acme", bytesInput("a.log", []byte(loginAt(1)+"\n")))
	s := run(t, st, "acme", stream("-", strings.NewReader(loginAt(1)+"\n"))).Sources[0]
	if s.Matching != 1 || s.Events != 0 || !strings.Contains(s.Note, "a.log") {
		t.Errorf("%+v, note %q", s.Counts, s.Note)
	}
}

// slowSink lets its first Append wait.
type slowSink struct {
	*store.Store
	once    sync.Once
	blocked chan struct{} // closed when the first Append waits
	release chan struct{}
}

func newSlowSink(st *store.Store) *slowSink {
	return &slowSink{Store: st, blocked: make(chan struct{}), release: make(chan struct{})}
}

func (s *slowSink) Append(ctx context.Context, b *store.Batch) error {
	s.once.Do(func() {
		close(s.blocked)
		<-s.release
	})
	return s.Store.Append(ctx, b)
}

// largeRecords gives records of 4 MiB without end, and counts what was read.
type largeRecords struct {
	mu   sync.Mutex
	read int64
	n    int
	buf  []byte
}

func (l *largeRecords) Read(p []byte) (int, error) {
	if len(l.buf) == 0 {
		l.n++
		l.buf = []byte(strings.Replace(loginAt(l.n%60), `"user_agent_raw":"x"`, fmt.Sprintf(`"user_agent_raw":"%d%s"`, l.n, strings.Repeat("x", 4<<20)), 1) + "\n")
	}
	n := copy(p, l.buf)
	l.buf = l.buf[n:]
	l.mu.Lock()
	l.read += int64(n)
	l.mu.Unlock()
	return n, nil
}

func (l *largeRecords) total() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.read
}

func TestLargeRecordsInFlightAreBounded(t *testing.T) {
	sameGoroutines(t)
	sink := newSlowSink(newCase(t))
	src := &largeRecords{}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	wait := background(ctx, t, sink, ingest.Options{Deployment: "acme", Workers: 16}, stream("-", src))
	<-sink.blocked
	last := int64(-1)
	eventually(t, "reading goes on although nothing is written", func() bool {
		now := src.total()
		still := now == last
		last = now
		time.Sleep(500 * time.Millisecond)
		return still
	})
	const most = 150 << 20
	if last > most {
		t.Errorf("%d MiB were read while the first batch was being written", last>>20)
	}
	cancel()
	close(sink.release)
	if _, err := wait(60 * time.Second); err != nil {
		t.Error(err)
	}
}

func TestProgressIsReportedAtMostTenTimesASecond(t *testing.T) {
	var lines strings.Builder
	for i := range 20000 {
		fmt.Fprintln(&lines, strings.Replace(loginAt(i%60), "u1", fmt.Sprint("u", i), 1))
	}
	var mu sync.Mutex
	var at []time.Time
	var last ingest.Progress
	start := time.Now()
	_, err := ingest.Run(t.Context(), newCase(t), []ingest.Input{bytesInput("a.log", []byte(lines.String()))}, ingest.Options{Deployment: "acme", Batch: 100, Progress: func(p ingest.Progress) {
		if !mu.TryLock() {
			t.Error("called while it runs")
			return
		}
		defer mu.Unlock()
		if p.Records < last.Records || p.Bytes < last.Bytes {
			t.Errorf("goes backwards: %+v after %+v", p, last)
		}
		at, last = append(at, time.Now()), p
	}})
	if err != nil {
		t.Fatal(err)
	}
	if most := int(time.Since(start).Seconds()*10) + 2; len(at) > most {
		t.Errorf("called %d times; want at most %d", len(at), most)
	}
	if last.Records != 20000 || last.Bytes != int64(lines.Len()) || last.TotalBytes != last.Bytes || last.File != "a.log" {
		t.Errorf("the last says %+v", last)
	}
}
