package store_test

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"iter"
	"testing"

	"github.com/klauspost/compress/zstd"

	"auditdesk/backend/audit"
	"auditdesk/backend/store"
)

const benchBatch = 10_000

// benchBatches yields batches of v2 events with 0.3 changes each and raw records of about 700 bytes, compressed beforehand
// as an import's workers do.
func benchBatches(tb testing.TB, source int64, batches int) iter.Seq[*store.Batch] {
	tb.Helper()
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		tb.Fatal(err)
	}
	return func(yield func(*store.Batch) bool) {
		n := 0
		for range batches {
			b := &store.Batch{Source: source, Days: map[string]int64{}}
			var raw []byte
			for range benchBatch {
				n++
				e := v2Event(n)
				var random [20]byte
				_, _ = rand.Read(random[:])
				e.ID = fmt.Sprintf("%x-%x-%x-%x-%x", random[:4], random[4:6], random[6:8], random[8:10], random[10:16])
				e.User = audit.Person{ID: fmt.Sprintf("6c405053-27e3-484a-9ad7-%012x", n%2000), Username: fmt.Sprintf("user%d", n%2000), Email: fmt.Sprintf("user%d@acme.example", n%2000)}
				e.ResourceID = fmt.Sprintf("ef8d1cf4-82de-4fd9-8980-%012x", n%30000)
				e.ResourceTarget = fmt.Sprintf("workspace-%d", n%30000)
				e.IP = fmt.Sprintf("203.0.%d.%d", n%40, n%200)
				if n%10 < 3 {
					e.Changes = []audit.Change{{Field: "ttl", Old: jsonOf("0"), New: jsonOf(fmt.Sprintf("%d", n%100*3_600_000_000_000)), Kind: audit.KindDuration, Basis: audit.BasisLogged, Words: fmt.Sprintf("0 → %d h", n%100)}}
				}
				record := fmt.Sprintf(`{"id":%q,"time":%q,"resource_type":%q,"action":%q,"user":%q,"random":"%x","filler":%0500d}`, e.ID, e.TimeText, e.ResourceType, e.Action, e.User.Email, random, 1)
				if len(raw)+len(record) > 256<<10 {
					b.Blocks = append(b.Blocks, store.Block{Data: enc.EncodeAll(raw, nil), Size: len(raw), SHA256: sha256.Sum256(raw)})
					raw = nil
				}
				d := digestOf(e.ID)
				b.Events = append(b.Events, store.NewEvent{Number: uint32(n), Digest: d, Occurrence: 1, Event: &e, Content: uint64(n) << 30, Line: int64(n), Offset: int64(n) * 700,
					Raw: store.RawRef{Block: len(b.Blocks), Offset: len(raw), Len: len(record)}})
				raw = append(raw, record...)
			}
			b.Blocks = append(b.Blocks, store.Block{Data: enc.EncodeAll(raw, nil), Size: len(raw), SHA256: sha256.Sum256(raw)})
			b.Counts = audit.Counts{Lines: benchBatch, RecordLines: benchBatch, Records: benchBatch, Events: benchBatch}
			if !yield(b) {
				return
			}
		}
	}
}

// filled is a case of so many events.
func filled(tb testing.TB, batches int) *store.Store {
	tb.Helper()
	s := newCase(tb)
	source := begin(tb, s, "bench.json", "prod")
	for b := range benchBatches(tb, source, batches) {
		add(tb, s, b)
	}
	return s
}

// BenchmarkAppend appends 500,000 events of v2 with 0.3 changes each, in batches of 10,000, fsync included.
func BenchmarkAppend(b *testing.B) {
	events := 0
	for b.Loop() {
		b.StopTimer()
		s := newCase(b)
		source := begin(b, s, "bench.json", "prod")
		if err := s.BeginWrite(b.Context()); err != nil {
			b.Fatal(err)
		}
		for batch := range benchBatches(b, source, 50) {
			b.StartTimer()
			add(b, s, batch)
			b.StopTimer()
		}
		b.StartTimer()
		events += 50 * benchBatch
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkRead reads a case of 500,000 events and 150,000 changes.
func BenchmarkRead(b *testing.B) {
	s := filled(b, 50)
	rate := func(b *testing.B, rows func() int) {
		n := 0
		for b.Loop() {
			n += rows()
		}
		b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
	}
	b.Run("Rows", func(b *testing.B) {
		rate(b, func() (n int) {
			if err := s.Rows(b.Context(), 0, func(*audit.Row) error { n++; return nil }); err != nil {
				b.Fatal(err)
			}
			return n
		})
	})
	b.Run("ChangeRows", func(b *testing.B) {
		rate(b, func() (n int) {
			if err := s.ChangeRows(b.Context(), 0, func(*audit.Row) error { n++; return nil }); err != nil {
				b.Fatal(err)
			}
			return n
		})
	})
	b.Run("Identities", func(b *testing.B) {
		rate(b, func() (n int) {
			if err := s.Identities(b.Context(), func(store.Identity) error { n++; return nil }); err != nil {
				b.Fatal(err)
			}
			return n
		})
	})
	b.Run("Page of 100", func(b *testing.B) {
		at := 0
		for b.Loop() {
			var numbers []uint32
			for i := range 100 {
				numbers = append(numbers, uint32((at+i*4999)%500_000)+1)
			}
			at += 77
			if _, err := s.EventsByNumber(b.Context(), numbers); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Walk", func(b *testing.B) {
		rate(b, func() (n int) {
			if err := s.Walk(b.Context(), func(yield func(uint32) bool) {
				for i := range uint32(50_000) {
					if !yield(i + 1) {
						return
					}
				}
			}, func(audit.Event) error { n++; return nil }); err != nil {
				b.Fatal(err)
			}
			return n
		})
	})
	b.Run("Text", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Lookup(b.Context(), audit.FieldText, audit.Value{Op: audit.OpEqual, Text: "7200"}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
