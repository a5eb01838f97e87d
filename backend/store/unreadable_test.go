package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditdesk/backend/audit"
	"auditdesk/backend/store"
)

// The class of a reason is the same in SQL and in Go.
func TestUnreadableRecordsByReason(t *testing.T) {
	s := newCase(t)
	b := batchOf(t, s, begin(t, s, "a", "prod"))
	want := map[string]int64{}
	for i, reason := range []string{
		"broken JSON at byte 1", "broken JSON at byte 412", "broken JSON at byte 7 of a wrapped line", "no time", "line longer than 32 MiB", " at byte ", "x at byte y at byte 12", "broken line at byte 3: a quoted value does not end",
		"Ü at byte 12", "no time",
	} {
		b.Unreadable = append(b.Unreadable, store.NewUnreadable{Line: int64(i + 1), Offset: int64(10 * i), Reason: reason, Excerpt: "x"})
		b.Counts.Records++
		b.Counts.Unreadable++
		b.Counts.Lines++
		b.Counts.RecordLines++
		want[audit.ReasonClass(reason)]++
	}
	add(t, s, b)
	counts, err := s.UnreadableReasons(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int64{}
	for i, c := range counts {
		got[c.Reason] = c.Count
		if i > 0 && counts[i-1].Count < c.Count {
			t.Errorf("%+v: not the most frequent first", counts)
		}
		list, err := s.UnreadableOf(t.Context(), c.Reason, 0, -1)
		if err != nil || int64(len(list)) != c.Count {
			t.Errorf("%q: %d, %v; want %d", c.Reason, len(list), err, c.Count)
		}
		for _, u := range list {
			if audit.ReasonClass(u.Reason) != c.Reason {
				t.Errorf("%q is listed for %q", u.Reason, c.Reason)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Records are recovered only where unreadable ones stand, and once.
func TestRecoveredRecordsTakeThePlaceOfUnreadableOnes(t *testing.T) {
	s := newCase(t)
	source := begin(t, s, "a", "prod")
	block, refs := packed(t, "one", "two")
	b := &store.Batch{Source: source, Blocks: []store.Block{block}, Unreadable: []store.NewUnreadable{{Line: 1, Reason: "x", Raw: refs[0]}, {Line: 2, Offset: 4, Reason: "x", Raw: refs[1]}},
		Counts: audit.Counts{Lines: 2, RecordLines: 2, Records: 2, Unreadable: 2}}
	add(t, s, b)
	at := refs[0]
	at.Stored = 1
	again := func(line int64, numbers ...int64) *store.Batch {
		e := v2Event(1)
		return &store.Batch{Source: source, Events: []store.NewEvent{{Number: s.Events() + 1, Digest: audit.Digest{1}, Occurrence: 1, Event: &e, Line: line, Raw: at}}, Counts: audit.Counts{Events: 1, Unreadable: -1}, Days: map[string]int64{"2026-01-01": 1},
			Recovered: &store.Recovered{Numbers: numbers, Version: "2"}}
	}
	for name, wrong := range map[string]*store.Batch{"another line": again(2, 1), "none of the source": again(1, 3), "twice the same": again(1, 1, 1)} {
		if err := s.Append(t.Context(), wrong); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := s.Append(t.Context(), again(1, 1)); err != nil {
		t.Fatal(err)
	}
	if err := s.Append(t.Context(), again(1, 1)); err == nil {
		t.Error("a record was recovered twice")
	}
	left, err := s.UnreadableList(t.Context(), 0, -1)
	if err != nil || len(left) != 1 || left[0].Line != 2 {
		t.Errorf("%+v, %v", left, err)
	}
}
