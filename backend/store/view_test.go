package store_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditdesk/backend/audit"
)

// lines reads a query as another program sees it: one text a row, NULL as "-".
func lines(tb testing.TB, db *sql.DB, query string) []string {
	tb.Helper()
	rows, err := db.QueryContext(tb.Context(), query)
	if err != nil {
		tb.Fatal(err)
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		tb.Fatal(err)
	}
	var out []string
	for rows.Next() {
		values, to := make([]sql.NullString, len(cols)), make([]any, len(cols))
		for i := range values {
			to[i] = &values[i]
		}
		if err := rows.Scan(to...); err != nil {
			tb.Fatal(err)
		}
		var text []string
		for _, v := range values {
			if !v.Valid {
				v.String = "-"
			}
			text = append(text, v.String)
		}
		out = append(out, strings.Join(text, "|"))
	}
	if err := rows.Err(); err != nil {
		tb.Fatal(err)
	}
	return out
}

func TestViewsSayWhatTheCaseSays(t *testing.T) {
	s, events := asked(t)
	early := v2Event(1)
	early.Time = -1 // before 1970, with a fraction
	add(t, s, batchOf(t, s, begin(t, s, "early.json", "prod"), early))
	events = append(events, read(t, s)[12])
	labels, err := s.Dictionary(t.Context(), audit.DimAccount)
	if err != nil {
		t.Fatal(err)
	}
	var accounts []uint32
	if err := s.Rows(t.Context(), 0, func(r *audit.Row) error { accounts = append(accounts, r.Dims[audit.DimAccount]); return nil }); err != nil {
		t.Fatal(err)
	}
	finish(t, s, 3, "early.json")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db := foreign(t, s.Path())
	defer db.Close()

	var wantEvents, wantChanges []string
	for i, e := range events {
		status, id := "-", e.ID
		if e.Status != audit.NoStatus {
			status = fmt.Sprint(e.Status)
		}
		if id == "" {
			id = "-"
		}
		wantEvents = append(wantEvents, strings.Join([]string{string(e.Ref), e.Time.Std().Format("2006-01-02T15:04:05.000000000Z"), string(e.Log), string(e.Version), e.Deployment, e.Action, e.ResourceType, e.ResourceID,
			e.ResourceTarget, labels[accounts[i]], e.Organization, e.IP, status, string(e.Outcome()), id, e.RequestID, e.BuildReason, e.Sources[0].Path, fmt.Sprint(e.Sources[0].Line)}, "|"))
		for j, c := range e.Changes {
			text := func(b []byte) string {
				if b == nil {
					return "-"
				}
				return string(b)
			}
			wantChanges = append(wantChanges, strings.Join([]string{fmt.Sprint(i + 1), fmt.Sprint(j), c.Field, c.Setting, c.Panel, string(c.Kind), string(c.Basis), text(c.Old), text(c.New), c.Words, c.Note}, "|"))
		}
	}
	got := lines(t, db, `SELECT ref, time, log, version, deployment, action, resource_type, resource_id, resource_target, user, organization, ip, status_code, outcome, id, request_id, build_reason, source, line
		FROM event_view ORDER BY number`)
	if diff := cmp.Diff(wantEvents, got); diff != "" {
		t.Error("event_view: ", diff)
	}
	got = lines(t, db, "SELECT event, ordinal, field, setting, panel, kind, basis, old, new, words, note FROM change_view ORDER BY event, ordinal")
	if diff := cmp.Diff(wantChanges, got); diff != "" {
		t.Error("change_view: ", diff)
	}
	got = lines(t, db, "SELECT number, path, state, deployment, records, events, first FROM source_view ORDER BY number")
	want := []string{"1|/logs/one.json|partial|prod|6|6|2026-05-28T20:26:40Z", `2|C:\logs\Two.json|partial|test|6|6|2026-05-28T20:26:46Z`, "3|early.json|whole|prod|1|1|1969-12-31T23:59:59Z"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("source_view: ", diff)
	}
}
