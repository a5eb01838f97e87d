package ingest_test

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"testing"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/demo"
	"auditdesk/backend/ingest"
	"auditdesk/backend/store"
)

// BenchmarkImport imports 100,000 records of the v2 server log into a new case, raw records kept.
func BenchmarkImport(b *testing.B) {
	const events = 100_000
	var raw bytes.Buffer
	if err := demo.Write(&raw, demo.Options{Events: events, Seed: 1, Log: "v2"}); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(raw.Len()))
	for b.Loop() {
		ctx := context.Background()
		st, err := store.Create(ctx, filepath.Join(b.TempDir(), "bench.auditcase"), audit.Engagement{Title: "bench", Zone: "UTC"}, time.Now)
		if err != nil {
			b.Fatal(err)
		}
		in := ingest.Input{Path: "v2.ndjson", Size: int64(raw.Len()), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(raw.Bytes())), nil }}
		res, err := ingest.Run(ctx, st, []ingest.Input{in}, ingest.Options{Deployment: "bench"})
		if err != nil || res.Events != events {
			b.Fatalf("%d events, %v", res.Events, err)
		}
		if err := st.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
