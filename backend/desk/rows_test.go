package desk_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"auditdesk/backend/casefile"
	"auditdesk/backend/desk"
)

// Whatever a log holds, a page of rows stays small enough to be drawn, and an event has its values whole.
func TestRowsLeaveOutLongValues(t *testing.T) {
	long := strings.Repeat("a line of a banner\\n", 20_000)
	var text strings.Builder
	for i := range 12 {
		fmt.Fprintf(&text, `{"msg":"audit_log","fields":{"audit_log":{"time":"2022-10-11T15:10:%02dZ","user":{"id":"u9"},"action":"write","resource_type":"appearance","resource_target":"appearance","diff":{"tos body":{"old":"%d %s","new":"%s"},"tos enabled":"true"},"status_code":200}}}`+"\n",
			i, i, long, long)
	}
	log := filepath.Join(t.TempDir(), "a.log")
	if err := os.WriteFile(log, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	d, w, _ := newDesk(t)
	importPlan(t, d, w, choose(t, d, w, log))
	changes, err := d.ChangeRows(t.Context(), casefile.RowsRequest{Of: casefile.OfChanges, Limit: 500})
	if err != nil || len(changes.Rows) != 24 {
		t.Fatalf("%d changes, %v", len(changes.Rows), err)
	}
	for _, r := range changes.Rows {
		switch left := r.ValueBytes > 2*len(long); {
		case left != (r.Field == "tos body"), left && (r.Old != nil || r.New != nil), !left && string(r.New) != `"true"`, r.Words == "":
			t.Fatalf("%s: %d bytes are left out of %.100s, %s", r.Field, r.ValueBytes, r.New, r.Words)
		case r.BreakBefore != nil && (r.BreakBefore.ValueThen != nil || r.BreakBefore.Words == ""):
			t.Fatalf("a break holds %d bytes", len(r.BreakBefore.ValueThen))
		}
	}
	for what, answer := range map[string]string{
		"changes": desk.Answer(func() (casefile.ChangeRows, error) {
			return d.ChangeRows(t.Context(), casefile.RowsRequest{Of: casefile.OfChanges, Limit: 500})
		}),
		"events": desk.Answer(func() (casefile.EventRows, error) {
			return d.EventRows(t.Context(), casefile.RowsRequest{Of: casefile.OfEvents, Limit: 500})
		}),
	} {
		if len(answer) > 1<<20 {
			t.Errorf("a page of %s has %d bytes", what, len(answer))
		}
	}
	e, err := d.Event(t.Context(), string(changes.Rows[0].Event))
	if err != nil || len(e.Event.Changes) != 2 || len(e.Event.Changes[0].New)+len(e.Event.Changes[1].New) < len(long) {
		t.Errorf("the event has not all of its values: %v", err)
	}
}
