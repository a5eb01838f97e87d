package store_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"auditdesk/backend/audit"
	"auditdesk/backend/store"
)

func clock() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

func newCase(tb testing.TB) *store.Store {
	tb.Helper()
	s, err := store.Create(tb.Context(), filepath.Join(tb.TempDir(), "a.auditcase"), audit.Engagement{Title: "Access review", Zone: "Europe/Berlin"}, clock)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

func reopen(tb testing.TB, s *store.Store, o store.Options) *store.Store {
	tb.Helper()
	if err := s.Close(); err != nil {
		tb.Fatal(err)
	}
	again, err := store.Open(tb.Context(), s.Path(), o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := again.Close(); err != nil {
			tb.Error(err)
		}
	})
	return again
}

// packed makes one raw block of the records, and says where each lies.
func packed(tb testing.TB, records ...string) (store.Block, []store.RawRef) {
	tb.Helper()
	var raw []byte
	var refs []store.RawRef
	for _, r := range records {
		refs = append(refs, store.RawRef{Offset: len(raw), Len: len(r)})
		raw = append(raw, r...)
	}
	enc, err := zstd.NewWriter(nil)
	if err != nil {
		tb.Fatal(err)
	}
	defer enc.Close()
	return store.Block{Data: enc.EncodeAll(raw, nil), Size: len(raw), SHA256: sha256.Sum256(raw)}, refs
}

// digestOf is an identity for tests; equal texts have equal ones.
func digestOf(text string) audit.Digest {
	return audit.Identity(sha256.Sum256([]byte(text)), 1)
}

// batchOf makes a batch of events that are new, with one raw record each, and an account that adds up.
func batchOf(tb testing.TB, s *store.Store, source int64, events ...audit.Event) *store.Batch {
	tb.Helper()
	b := &store.Batch{Source: source, Days: map[string]int64{}}
	var records []string
	for i := range events {
		records = append(records, fmt.Sprintf(`{"record":%d,"of":%d}`, int(s.Events())+i+1, source))
	}
	block, refs := packed(tb, records...)
	if len(records) > 0 {
		b.Blocks = []store.Block{block}
	}
	for i := range events {
		e := &events[i]
		number := s.Events() + uint32(i) + 1
		d := digestOf(fmt.Sprintf("%d", number))
		e.Ref = d.Ref()
		b.Events = append(b.Events, store.NewEvent{Number: number, Digest: d, Occurrence: 1, Event: e, Admin: number%3 == 0, Content: uint64(number) << 40,
			Line: int64(i + 1), Offset: int64(i * 100), Raw: refs[i]})
		b.Days[e.Time.Std().Format(time.DateOnly)]++
		if b.First == nil || e.Time < *b.First {
			b.First = &e.Time
		}
		if b.Last == nil || e.Time > *b.Last {
			b.Last = &e.Time
		}
	}
	n := int64(len(events))
	b.Counts = audit.Counts{Lines: n, RecordLines: n, Records: n, Events: n}
	b.Checkpoint = store.Checkpoint{Pieces: n, Line: n, Offset: n * 100}
	return b
}

func begin(tb testing.TB, s *store.Store, name, deployment string) int64 {
	tb.Helper()
	number, _, _, err := s.BeginSource(tb.Context(), audit.Source{Path: name, SHA256: shaOf(name), Bytes: 1000, Deployment: deployment})
	if err != nil {
		tb.Fatal(err)
	}
	return number
}

func shaOf(name string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(name))) }

func add(tb testing.TB, s *store.Store, b *store.Batch) {
	tb.Helper()
	if err := s.Append(tb.Context(), b); err != nil {
		tb.Fatal(err)
	}
}

func finish(tb testing.TB, s *store.Store, number int64, name string) {
	tb.Helper()
	if err := s.FinishSource(tb.Context(), number, audit.Source{Path: name, SHA256: shaOf(name), Bytes: 1000, Unpacked: 5000, Form: "v2-rest", State: audit.SourceWhole}); err != nil {
		tb.Fatal(err)
	}
}

// v2Event is a small event of Coder v2.
func v2Event(i int) audit.Event {
	t := audit.Time(1_780_000_000_000_000_000 + int64(i)*1_000_003_000)
	return audit.Event{
		ID: fmt.Sprintf("a3c9e1d4-0b72-4c58-9f16-%012x", i), Time: t, TimeText: t.String(), Log: audit.AuditLog, Version: audit.V2, Form: audit.FormV2REST, Rank: audit.RankREST, Deployment: "prod",
		Action: []string{"create", "write", "delete", "login"}[i%4], ResourceType: []string{"workspace", "template", "user"}[i%3], ResourceTarget: fmt.Sprintf("target-%d", i%50),
		ResourceID: fmt.Sprintf("ef8d1cf4-82de-4fd9-8980-%012x", i%50), User: audit.Person{ID: fmt.Sprintf("6c405053-27e3-484a-9ad7-%012x", i%20), Username: fmt.Sprintf("user%d", i%20), Email: fmt.Sprintf("user%d@acme.example", i%20)},
		Organization: "coder", OrganizationID: "703f72a1-76f6-4f89-9de6-8a3989693fe5", IP: fmt.Sprintf("203.0.113.%d", i%200), UserAgent: "Mozilla/5.0", Status: []int{200, 200, 403, 500}[i%4],
		RequestID: fmt.Sprintf("53bded77-7b9d-4e82-8771-%012x", i), Description: "{user} wrote {target}",
	}
}

func jsonOf(s string) json.RawMessage { return json.RawMessage(s) }
