package demo_test

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"
	"time"

	"auditdesk/backend/catalog"
	"auditdesk/backend/demo"
)

func write(t *testing.T, opt demo.Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := demo.Write(&b, opt); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTheSameSeedWritesTheSameBytes(t *testing.T) {
	opt := demo.Options{Events: 3000, Seed: 7}
	if !bytes.Equal(write(t, opt), write(t, opt)) {
		t.Error("two runs differ")
	}
	if bytes.Equal(write(t, opt), write(t, demo.Options{Events: 3000, Seed: 8})) {
		t.Error("another seed writes the same")
	}
}

type line struct {
	Msg    string
	Fields struct {
		AuditLog *struct {
			Time   time.Time
			Action string
			Target string `json:"resource_target"`
			Type   string `json:"resource_type"`
			Diff   json.RawMessage
			Status int `json:"status_code"`
		} `json:"audit_log"`
		Action string
		Time   time.Time
	}
}

func parse(t *testing.T, raw []byte) (records []line, others, broken int) {
	t.Helper()
	for l := range bytes.Lines(raw) {
		var v line
		switch err := json.Unmarshal(l, &v); {
		case len(bytes.TrimSpace(l)) == 0:
			others++
		case err != nil:
			broken++
		case v.Msg == "audit_log":
			records = append(records, v)
		default:
			others++
		}
	}
	return records, others, broken
}

func TestWritesExactlyAsManyRecordsAsAsked(t *testing.T) {
	for _, log := range []string{"v1", "v2", "both"} {
		for _, n := range []int{1, 10, 500, 20_000} {
			records, _, _ := parse(t, write(t, demo.Options{Events: n, Seed: 1, Log: log}))
			if len(records) != n {
				t.Errorf("%s: asked for %d, got %d", log, n, len(records))
			}
		}
	}
}

func TestHoldsEveryActionAndSetting(t *testing.T) {
	records, others, broken := parse(t, write(t, demo.Options{Events: 50_000, Seed: 1}))
	if others < 100 || broken != 1 {
		t.Errorf("%d other lines and %d broken ones, want many and one", others, broken)
	}
	actions := map[string]int{}
	settings := map[int]int{}
	denied, unrecorded := 0, 0
	var last time.Time
	for _, r := range records {
		a := r.Fields.AuditLog
		if a == nil {
			actions[r.Fields.Action]++
			if r.Fields.Time.Before(last) {
				t.Fatalf("times go back at %s", r.Fields.Time)
			}
			last = r.Fields.Time
			continue
		}
		if a.Time.Before(last) {
			t.Fatalf("times go back at %s", a.Time)
		}
		last = a.Time
		actions[a.Action]++
		if a.Action != "write" {
			continue
		}
		if a.Status == 403 {
			denied++
		}
		raw := a.Diff
		var inner string
		if json.Unmarshal(raw, &inner) == nil {
			raw = json.RawMessage(inner)
		}
		var diff map[string]any
		_ = json.Unmarshal(raw, &diff) // "" for a write without content
		if a.Target == "features" && len(diff) == 0 {
			unrecorded++
		}
		for field := range diff {
			if s, ok := catalog.Match(a.Target, a.Type, field); ok {
				settings[s.Row]++
			}
		}
	}
	for _, a := range catalog.Actions() {
		if actions[a.Name] == 0 {
			t.Errorf("no event with the action %s", a.Name)
		}
	}
	for _, s := range catalog.Settings() {
		if s.Field != "" && settings[s.Row] < 2 {
			t.Errorf("%s: %s (%s) is written %d times", s.Panel, s.Label, s.Field, settings[s.Row])
		}
	}
	if denied == 0 || unrecorded == 0 {
		t.Errorf("%d denied writes, %d features writes without content", denied, unrecorded)
	}
}

func TestUnknownLog(t *testing.T) {
	if err := demo.Write(io.Discard, demo.Options{Events: 1, Log: "v3"}); err == nil {
		t.Error("v3 was accepted")
	}
}

func BenchmarkWriteV2(b *testing.B) {
	const events = 100_000
	var n int64
	for b.Loop() {
		var c counter
		if err := demo.Write(&c, demo.Options{Events: events, Seed: 1, Log: "v2"}); err != nil {
			b.Fatal(err)
		}
		n = int64(c)
	}
	b.SetBytes(n)
	b.ReportMetric(float64(events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(n)/events, "bytes/event")
}

type counter int64

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }
