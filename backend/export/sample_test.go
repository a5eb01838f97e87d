package export_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"testing"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/export"
)

var madeAt = time.Date(2026, 7, 3, 9, 12, 0, 0, time.FixedZone("CEST", 2*60*60))

// at reads a time of the tests.
func at(t testing.TB, s string) audit.Time {
	t.Helper()
	v, err := audit.ParseTime(s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// event is an ordinary v1 event, the nth of its day.
func event(n int) audit.Event {
	start := audit.Time(time.Date(2026, 6, 1, 8, 0, 0, 118_204_000, time.UTC).UnixNano())
	when := start + audit.Time(n)*audit.Time(7*time.Second)
	id := strconv.Itoa(n)
	e := audit.Event{
		Ref: audit.RefOf(uint64(n) * 0x9E3779B97F4A7C1 >> 4), Time: when, TimeText: when.String(), Log: audit.AuditLog, Version: audit.V1,
		Form: audit.FormV1JSON, Deployment: "coder.northwind-bank.example", Action: []string{"write", "create", "delete", "login"}[n%4],
		ResourceType: "environment", ResourceID: "5e876e9a-121663f01ebd1522060d" + id, ResourceTarget: "prod-payments-" + id,
		User: audit.Person{ID: "5e876e9a-" + id, Username: "maya.okonkwo", Email: "maya.okonkwo@northwind-bank.example"},
		IP:   "10.20.4." + strconv.Itoa(n%250), UserAgent: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36",
		Status: 200, Organization: "default",
		Changes: []audit.Change{{
			Field: "gpu vendor", Panel: "Infrastructure", Setting: "GPU Vendor", Kind: audit.KindChoice, Basis: audit.BasisLogged,
			Old: json.RawMessage(`"none"`), New: json.RawMessage(`"amd"`), Words: "none → amd",
		}},
		Sources: []audit.Position{{Source: 1, Path: "/home/þóra/2026-06/coder-audit.ndjson", Line: int64(n + 1), Offset: int64(n) * 700, Form: audit.FormV1JSON}},
	}
	if n%3 == 1 {
		e.Changes = []audit.Change{{Field: "client secret", Kind: audit.KindSecret, Basis: audit.BasisLogged, Secret: true, SecretNow: audit.SecretSet, Words: "secret replaced, value never logged"}}
	}
	return e
}

func yield[T any](rows []T) func(context.Context) iter.Seq2[T, error] {
	return func(context.Context) iter.Seq2[T, error] {
		return func(next func(T, error) bool) {
			for _, r := range rows {
				if !next(r, nil) {
					return
				}
			}
		}
	}
}

// input is a small export of the given events, with one source whose numbers add up.
func input(events ...audit.Event) export.Input {
	first, last := audit.Time(0), audit.Time(0)
	var changes []audit.ChangeRow
	for i, e := range events {
		if i == 0 || e.Time < first {
			first = e.Time
		}
		if i == 0 || e.Time > last {
			last = e.Time
		}
		for _, c := range e.Changes {
			changes = append(changes, audit.ChangeRow{
				Event: e.Ref, Time: e.Time, User: e.User.Label(), Action: e.Action, Target: e.ResourceTarget,
				Type: e.ResourceType, Status: &events[i].Status, Deployment: e.Deployment, Version: e.Version, Change: c,
			})
		}
	}
	n := int64(len(events))
	in := export.Input{
		About: export.About{
			CasePath:    "northwind.auditcase",
			Engagement:  audit.Engagement{Title: "Northwind Bank: Coder access review", Reference: "NWB-2026-H1-ITGC-017", PreparedBy: "Þóra Guðmundsdóttir", From: "2026-01-01", To: "2026-06-30", Zone: "Europe/Zurich"},
			Deployments: []string{"coder.northwind-bank.example"},
			MadeAt:      madeAt, ToolVersion: "1.0.0", Order: audit.Oldest, Zone: "UTC",
			Head: "8f0c6d1a", InCase: n, Matched: n,
		},
		Events: yield(events), TotalEvents: n,
		Changes: yield(changes), TotalChanges: int64(len(changes)),
		Sources: []audit.Source{{
			Number: 1, Path: "/home/þóra/2026-06/coder-audit.ndjson", SHA256: "0cb2b8d9c5e9a8d4dd0ab6e0f3a5a9ed0ee3a1f6f7b1c2d3e4f5061728394a5b",
			Bytes: 4096, Unpacked: 9000, Form: string(audit.FormV1JSON), Shape: "Coder v1 log, JSON lines", Deployment: "coder.northwind-bank.example",
			State:  audit.SourceWhole,
			Counts: audit.Counts{Lines: n + 3, RecordLines: n + 1, Records: n + 1, Events: n, Unreadable: 1, Other: 2},
		}},
		Other:      []audit.OtherLines{{Source: 1, Path: "/home/þóra/2026-06/coder-audit.ndjson", Pattern: "blank line", Count: 2, Line: 7}},
		Unreadable: yield([]audit.Unreadable{{Source: 1, Path: "/home/þóra/2026-06/coder-audit.ndjson", Line: 5, Offset: 812, Reason: "broken JSON at byte 412", Excerpt: `{"fields":`}}),
	}
	if n > 0 {
		in.About.First, in.About.Last = &first, &last
		in.Sources[0].First, in.Sources[0].Last = &first, &last
	}
	return in
}

// generated is an export of n events that are made while they are asked for.
func generated(n int) export.Input {
	in := input(event(0))
	in.TotalEvents, in.About.Matched, in.About.InCase = int64(n), int64(n), int64(n)
	in.Events = func(context.Context) iter.Seq2[audit.Event, error] {
		return func(next func(audit.Event, error) bool) {
			for i := range n {
				if !next(event(i), nil) {
					return
				}
			}
		}
	}
	return in
}

func events(n int) []audit.Event {
	return slices.Collect(func(next func(audit.Event) bool) {
		for i := range n {
			if !next(event(i)) {
				return
			}
		}
	})
}

func ref(n int) string { return fmt.Sprint(event(n).Ref) }
