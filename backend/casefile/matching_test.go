package casefile_test

import (
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
)

func TestEventsWithAMatchingRecordAreFound(t *testing.T) {
	c := newCase(t, audit.Engagement{})
	count := func(query string) int64 {
		t.Helper()
		n, err := c.Count(t.Context(), casefile.OfEvents, query, "")
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	changes := func(query string) int64 {
		t.Helper()
		n, err := c.Count(t.Context(), casefile.OfChanges, query, "")
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	const changed = `{"id":"9b0b5b1c-3c0a-4f6e-8c55-0d2f7b7e4a01","time":"2026-01-05T15:10:00Z","resource_type":"template","resource_target":"x","action":"write","status_code":200,"diff":{"name":{"old":"a","new":"b","secret":false}},"request_id":""}` + "\n"
	take(t, c, "acme", sent("a0 a1 a2 a2")+changed) // the second record of a2 is a duplicate
	if n := count("has:matching"); n != 0 {
		t.Errorf("one source: %d have a matching record", n)
	}
	take(t, c, "acme", sent("a1 a5")+changed)
	for query, want := range map[string]int64{"has:matching": 2, "-has:matching": 3, "has:matching action:write -type:template": 1, "has:matching,differs": 2} {
		if n := count(query); n != want {
			t.Errorf("%s: %d, want %d", query, n, want)
		}
	}
	if n := changes("has:matching type:template"); n != 1 {
		t.Errorf("%d changes of events with a matching record", n)
	}
	// Another form in the same source is another witness, too.
	take(t, c, "acme", sent("a3")+`{"ts":"2026-01-04T15:10:00Z","level":"INFO","msg":"audit_log","fields":{"ID":"7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a3","Time":"2026-01-04T15:10:00Z","Action":"write","ResourceType":"user","ResourceTarget":"a3","StatusCode":200,"Diff":"{}"}}`+"\n")
	if n := count("has:matching"); n != 3 {
		t.Errorf("two forms in one source: %d have a matching record", n)
	}
}
