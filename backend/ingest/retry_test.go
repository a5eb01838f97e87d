package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"auditdesk/backend/decode"
	"auditdesk/backend/ingest"
	"auditdesk/backend/store"
)

// deepRows are rows that a program which does not look so deep can't read.
func deepRows(n int) []byte {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"id":"00000000-0000-4000-8000-%012d","time":"2026-02-01T13:00:00Z","action":"write","resource_type":"template","resource_target":"t","status_code":200,"diff":{"x":{"old":{"a":{"b":1}},"new":2,"secret":false}}}`+"\n", i+1)
	}
	return []byte(b.String())
}

// failingAppend stands between a retry and its case.
type failingAppend struct {
	*store.Store
	left int
	fail func() error
}

func (f *failingAppend) Append(ctx context.Context, b *store.Batch) error {
	if f.left--; f.left < 0 {
		if err := f.fail(); err != nil {
			return err
		}
	}
	return f.Store.Append(ctx, b)
}

// A retry that ends early, by a cancel or since the disk is full, leaves a case whose accounts add up, and another one goes on.
func TestARetryThatEndsEarlyGoesOnTheNextTime(t *testing.T) {
	full := errors.New("disk full")
	for name, fail := range map[string]func(cancel func()) error{
		"cancelled": func(cancel func()) error { cancel(); return nil }, "the case can't be written": func(func()) error { return full },
	} {
		t.Run(name, func(t *testing.T) {
			st := newCase(t)
			if _, err := ingest.Run(t.Context(), st, []ingest.Input{bytesInput("a.json", deepRows(40))}, ingest.Options{Deployment: "acme", Limits: decode.Limits{Depth: 4}}); err != nil {
				t.Fatal(err)
			}
			for tries := 0; ; tries++ {
				ctx, cancel := context.WithCancel(t.Context())
				sink := &failingAppend{Store: st, left: 3, fail: func() error { return fail(cancel) }}
				res, err := ingest.Retry(ctx, sink, ingest.Options{Batch: 2})
				cancel()
				if err != nil && !errors.Is(err, full) {
					t.Fatal(err)
				}
				list, err := st.Sources(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if s := list[0]; !s.AddsUp() || s.Events+s.Unreadable != 40 || s.Events != int64(st.Events()) {
					t.Fatalf("%+v", s.Counts)
				}
				rep, err := st.Verify(t.Context())
				if err != nil || !rep.Sound() {
					t.Fatalf("%+v, %v", rep.Checks, err)
				}
				if list[0].Unreadable == 0 {
					if tries == 0 {
						t.Error("it never ended early")
					}
					return
				}
				if tries > 40 {
					t.Fatalf("no end: %+v", res)
				}
			}
		})
	}
}

// Where nothing more is understood, nothing is written.
func TestARetryThatUnderstandsNothingWritesNothing(t *testing.T) {
	st := newCase(t)
	run(t, st, "acme", bytesInput("a.log", []byte(`{"msg":"audit_log","fields":{"audit_log":{`+"\n")))
	before, err := st.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	res, err := ingest.Retry(t.Context(), st, ingest.Options{})
	if err != nil || res.Tried != 1 || res.Still != 1 {
		t.Errorf("%+v, %v", res, err)
	}
	if after, err := st.Head(t.Context()); err != nil || after != before {
		t.Errorf("head %s, %v; before %s", after, err, before)
	}
}
