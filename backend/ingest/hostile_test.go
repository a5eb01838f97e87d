package ingest_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/demo"
	"auditdesk/backend/ingest"
	"auditdesk/backend/store"
)

// hostile are inputs that are no records, or made to cost much: n lines each.
func hostile(tb testing.TB, n int) map[string][]byte {
	tb.Helper()
	random := rand.New(rand.NewPCG(7, 9))
	lines := func(line func(i int) string) []byte {
		var b bytes.Buffer
		for i := range n {
			b.WriteString(line(i))
			b.WriteByte('\n')
		}
		return b.Bytes()
	}
	noise := make([]byte, 600)
	bytesOf := func() string {
		for i := range noise {
			if noise[i] = byte(random.Uint32()); noise[i] == '\n' {
				noise[i] = 'x'
			}
		}
		return string(noise)
	}
	word := func() string {
		var b [8]byte
		for i := range b {
			b[i] = 'a' + byte(random.IntN(26))
		}
		return string(b[:])
	}
	var good bytes.Buffer
	if err := demo.Write(&good, demo.Options{Events: n, Seed: 1, Log: "v2"}); err != nil {
		tb.Fatal(err)
	}
	record := strings.TrimSuffix(v2Log, "}}")
	return map[string][]byte{
		"good records": good.Bytes(),
		"foreign JSON": lines(func(i int) string {
			return fmt.Sprintf(`{"ts":"2026-11-20T09:15:22.34Z","level":"DEBUG","msg":"GET","caller":"/src/httpmw/logger.go:71","func":"github.com/coder/coder/coderd/httpmw.Logger.func1.1","logger_names":["coderd"],"fields":{"host":"coder.acme.example","path":"/api/v2/workspaces/%d","proto":"HTTP/1.1","remote_addr":"203.0.113.%d","start":"2026-11-20T09:15:22.33Z","took":"%dµs","status_code":200,"latency_ms":%d,"user":{"id":"6c405053-27e3-484a-9ad7-bcb64e7bfde6","roles":["member","auditor"]},"request_id":"916ad077-e120-4861-8640-%012d"}}`, i, i%250, i%999, i%70, i)
		}),
		"plain text": lines(func(i int) string {
			return fmt.Sprintf("2026/11/20 09:15:22 worker %d: finished job %d of queue default after %d ms", i%7, i, i%900)
		}),
		"random bytes":                  lines(func(int) string { return bytesOf() }),
		"random hex":                    lines(func(int) string { return hex.EncodeToString([]byte(bytesOf()[:150])) }),
		"broken JSON":                   lines(func(i int) string { return record[:150+i%(len(record)-150)] }),
		"a wrapped line that is broken": lines(func(i int) string { return fmt.Sprintf(`{"message":%q}`, record[:150+i%(len(record)-150)]) }),
		"ever new messages":             lines(func(int) string { return fmt.Sprintf(`{"msg":"%s %s"}`, word(), word()) }),
		"ever new texts":                lines(func(int) string { return word() + " " + word() + " " + word() + " " + word() }),
		"blank lines":                   lines(func(int) string { return "" }),
		"one letter":                    lines(func(int) string { return "x" }),
		"opening braces":                lines(func(int) string { return "{" }),
		"arrays in arrays":              lines(func(int) string { return strings.Repeat("[", 150) + strings.Repeat("]", 150) }),
		"objects in objects":            lines(func(int) string { return strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100) }),
		"JSON in JSON in JSON": lines(func(int) string {
			return fmt.Sprintf(`{"log":%q}`, fmt.Sprintf(`{"message":%q}`, fmt.Sprintf(`{"event":%q}`, fmt.Sprintf(`{"msg":%q}`, `{"a":1}`))))
		}),
		"Docker parts that never end": lines(func(int) string { return `{"log":"x","stream":"stdout","time":"2026-11-20T09:15:22Z"}` }),
		"records without time": lines(func(i int) string {
			return fmt.Sprintf(`{"audit_log":{"action":"login","resource_type":"user","resource_id":"%d"}}`, i)
		}),
		"rows of CSV with one cell": append([]byte("time,action,resource_type\n"), lines(func(int) string { return `x` })...),
		"the same record":           lines(func(int) string { return login }),
		"the same id":               lines(func(int) string { return v2Log }),
	}
}

// BenchmarkHostile imports 100,000 lines of each kind into a new case. A million of such lines are to be read at no less than half
// the rate of good records (see the lines/s), and none may make the memory grow with them.
func BenchmarkHostile(b *testing.B) {
	const n = 100_000
	for name, in := range hostile(b, n) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(in)))
			for b.Loop() {
				b.StopTimer()
				st := newCase(b)
				b.StartTimer()
				res, err := ingest.Run(b.Context(), st, []ingest.Input{{Path: name, Size: int64(len(in)), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(in)), nil }}}, ingest.Options{Deployment: "acme"})
				if err != nil || !res.Sources[0].AddsUp() || res.Sources[0].State != audit.SourceWhole {
					b.Fatalf("%+v, %v", res, err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
		})
	}
}

// Whatever the lines, what is kept of them is bounded and their account adds up.
func TestHostileLinesAreAccountedFor(t *testing.T) {
	const n = 3000
	for name, in := range hostile(t, n) {
		t.Run(name, func(t *testing.T) {
			st := newCase(t)
			s := run(t, st, "acme", bytesInput(name, in)).Sources[0]
			if lines := int64(bytes.Count(in, []byte("\n"))); s.Lines != lines || s.State != audit.SourceWhole {
				t.Errorf("%+v; want %d lines", s, lines)
			}
			sound(t, st)
		})
	}
}

func TestOtherLinesBeyondTheFirstPatternsAreCountedTogether(t *testing.T) {
	var log bytes.Buffer
	word := func(i int) string { return string([]byte{'a' + byte(i%26), 'a' + byte(i/26%26), 'a' + byte(i/676%26)}) }
	for i := range 5000 {
		fmt.Fprintf(&log, "%s says hello\n", word(i))
	}
	for range 10 {
		fmt.Fprintln(&log, word(7), "says hello")
	}
	for name, opt := range map[string]ingest.Options{"in one batch": {Workers: 1}, "in many batches by several workers": {Workers: 4, Batch: 100, Now: clock()}} {
		t.Run(name, func(t *testing.T) {
			st := newCase(t)
			res, err := ingest.Run(t.Context(), st, []ingest.Input{bytesInput("a.log", log.Bytes())}, opt)
			if err != nil || res.Sources[0].Other != 5010 {
				t.Fatalf("%+v, %v", res, err)
			}
			checkPatterns(t, st)
		})
	}
	t.Run("cancelled on the way", func(t *testing.T) {
		st := newCase(t)
		for n := range 40 {
			ctx, cancel := context.WithCancel(t.Context())
			in := bytesInput("a.log", log.Bytes())
			inner, opened := in.Open, 0
			in.Open = func() (io.ReadCloser, error) {
				f, err := inner()
				if opened++; opened < 2 {
					return f, err
				}
				return io.NopCloser(&tripwire{r: f, left: int64(log.Len()) * int64(n+1) / 30, trip: cancel}), err
			}
			if _, err := ingest.Run(ctx, st, []ingest.Input{in}, ingest.Options{Now: clock()}); err != nil {
				t.Fatal(err)
			}
			cancel()
		}
		checkPatterns(t, st)
		sound(t, st)
	})
}

// clock goes on by a second each time it is looked at, so that each chunk is a batch.
func clock() func() time.Time {
	var n atomic.Int64
	return func() time.Time { return time.Unix(1_700_000_000+n.Add(1), 0) }
}

func checkPatterns(t *testing.T, st *store.Store) {
	t.Helper()
	list, err := st.OtherLines(t.Context())
	if err != nil || len(list) != 1001 {
		t.Fatalf("%d patterns, %v; want 1,000 and the rest", len(list), err)
	}
	var total int64
	for _, o := range list {
		total += o.Count
		if o.Example == "" {
			t.Errorf("%q has no example", o.Pattern)
		}
		switch {
		case strings.Contains(o.Pattern, "further patterns"):
			if o.Count != 4000 || o.Line != 1001 {
				t.Errorf("%+v; want the 4,000 lines from line 1001 on", o)
			}
		case o.Line == 8 && o.Count != 11, o.Line != 8 && o.Count != 1:
			t.Errorf("%+v", o)
		}
	}
	if total != 5010 {
		t.Errorf("%d lines", total)
	}
}
