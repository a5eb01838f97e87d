package ingest_test

import (
	"bytes"
	"context"
	"encoding/json"
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

// BenchmarkMatching imports the REST rows of 20,000 events into a case that holds the server log's records of them: the values
// of each event are taken anew from both records.
func BenchmarkMatching(b *testing.B) {
	const events = 20_000
	var log bytes.Buffer
	if err := demo.Write(&log, demo.Options{Events: events, Seed: 1, Log: "v2"}); err != nil {
		b.Fatal(err)
	}
	rows := restRows(b, log.Bytes())
	for b.Loop() {
		b.StopTimer()
		st := newCase(b)
		run(b, st, "bench", bytesInput("v2.ndjson", log.Bytes()))
		b.StartTimer()
		if s := run(b, st, "bench", bytesInput("rest.ndjson", rows)).Sources[0]; s.Matching != events {
			b.Fatalf("%+v", s.Counts)
		}
	}
	b.ReportMetric(float64(events)*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

// restRows writes the audit records of a v2 server log as the rows of a REST answer, one a line.
func restRows(tb testing.TB, log []byte) []byte {
	tb.Helper()
	var out bytes.Buffer
	for line := range bytes.Lines(log) {
		var l struct {
			Msg    string
			Fields struct {
				ID, Time, UserID, Ip, UserAgent, ResourceType, ResourceID, ResourceTarget, Action, RequestID, OrganizationID string
				Diff, AdditionalFields                                                                                       json.RawMessage
				StatusCode                                                                                                   int
			}
		}
		if json.Unmarshal(line, &l) != nil || l.Msg != "audit_log" {
			continue
		}
		f := l.Fields
		if err := json.NewEncoder(&out).Encode(map[string]any{
			"id": f.ID, "time": f.Time, "ip": f.Ip, "user_agent": f.UserAgent, "resource_type": f.ResourceType, "resource_id": f.ResourceID, "resource_target": f.ResourceTarget,
			"action": f.Action, "diff": f.Diff, "status_code": f.StatusCode, "additional_fields": f.AdditionalFields, "request_id": f.RequestID, "organization_id": f.OrganizationID,
			"description": "{user} did it to {target}", "user": map[string]string{"id": f.UserID, "username": "someone"},
		}); err != nil {
			tb.Fatal(err)
		}
	}
	return out.Bytes()
}
