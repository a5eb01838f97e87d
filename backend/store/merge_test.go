package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditdesk/backend/audit"
	"auditdesk/backend/store"
)

func field(name, value string) audit.Change {
	return audit.Change{Field: name, New: jsonOf(value), Kind: audit.KindText, Basis: audit.BasisLogged}
}

func changeNumbers(tb testing.TB, s *store.Store) (numbers, events []uint32) {
	tb.Helper()
	if err := s.ChangeRows(tb.Context(), 0, func(r *audit.Row) error {
		numbers, events = append(numbers, r.Number), append(events, r.Event)
		return nil
	}); err != nil {
		tb.Fatal(err)
	}
	return numbers, events
}

func TestMergedValuesReplaceThoseOfAnEvent(t *testing.T) {
	s := newCase(t)
	source := begin(t, s, "a.log", "prod")
	events := []audit.Event{v2Event(1), v2Event(2), v2Event(3)}
	for i := range events {
		events[i].Form, events[i].Rank = audit.FormV2JSON, audit.RankJSON
		events[i].Changes = []audit.Change{field("a", "1"), field("b", "2")}
	}
	add(t, s, batchOf(t, s, source, events...))
	generation, err := s.Generation(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	rest := begin(t, s, "b.json", "prod")
	better, fewer := v2Event(1), v2Event(3)
	better.User.Name, better.Action, better.TimeText, better.Differs = "Ann", "stop", "later", true
	better.Time++
	better.Changes = []audit.Change{field("c", "3"), field("b", "2"), field("a", "1")}
	fewer.Changes = []audit.Change{field("z", "9")}
	add(t, s, &store.Batch{Source: rest, Days: map[string]int64{"2026-05-28": 3}, Counts: audit.Counts{Lines: 3, RecordLines: 3, Records: 3, Matching: 3},
		Matches: []store.Match{
			{Event: 1, Form: audit.FormV2REST, Rank: audit.RankREST, Line: 1, Differs: true}, {Event: 2, Form: audit.FormV2REST, Rank: audit.RankREST, Line: 2, Differs: true},
			{Event: 3, Form: audit.FormV2REST, Rank: audit.RankREST, Line: 3},
		},
		Merged: []store.Merged{{Number: 1, Event: &better, Admin: true, Content: 77}, {Number: 3, Event: &fewer, Content: 78}},
	})

	want := []audit.Event{better, events[1], fewer}
	for i := range want {
		want[i].Ref = events[i].Ref
		want[i].Differs = i < 2
		want[i].Sources = []audit.Position{{Source: source, Path: "a.log", Line: int64(i + 1), Offset: int64(i * 100), Form: audit.FormV2JSON},
			{Source: rest, Path: "b.json", Line: int64(i + 1), Form: audit.FormV2REST, Differs: i < 2}}
		for j := range want[i].Changes {
			want[i].Changes[j].Outcome = want[i].Outcome()
		}
	}
	if diff := cmp.Diff(want, read(t, s)); diff != "" {
		t.Error(diff)
	}
	if content, rank, err := s.ContentOf(t.Context(), 1); content != 77 || rank != audit.RankREST || err != nil {
		t.Errorf("content %d, rank %d, %v", content, rank, err)
	}
	numbers, of := changeNumbers(t, s)
	if diff := cmp.Diff([][]uint32{{1, 2, 3, 4, 5, 7}, {1, 1, 2, 2, 3, 1}}, [][]uint32{numbers, of}); diff != "" {
		t.Error("numbers of changes: ", diff)
	}
	changed, changes, ok, err := s.Changed(t.Context(), generation)
	if !ok || err != nil || cmp.Diff([]uint32{1, 2, 3}, changed) != "" || cmp.Diff([]uint32{1, 2, 3, 4, 5, 6, 7}, changes) != "" {
		t.Errorf("changed: %v %v %v %v", changed, changes, ok, err)
	}
	sound(t, s)

	// A number that is free stays so, also for a Store that has not seen it in use.
	s = reopen(t, s, store.Options{Now: clock})
	if _, _, ok, err := s.Changed(t.Context(), generation); ok || err != nil {
		t.Errorf("a new Store knows what changed before it: %v, %v", ok, err)
	}
	only := v2Event(9)
	only.Changes = []audit.Change{field("n", "1")}
	add(t, s, batchOf(t, s, rest, only))
	if numbers, _ := changeNumbers(t, s); numbers[len(numbers)-1] != 8 {
		t.Errorf("the new change has number %d", numbers[len(numbers)-1])
	}
}

func TestChangedKnowsNothingOfOtherWriters(t *testing.T) {
	a := newCase(t)
	source := begin(t, a, "a.json", "prod")
	add(t, a, batchOf(t, a, source, v2Event(1)))
	generation, err := a.Generation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if events, changes, ok, err := a.Changed(t.Context(), generation); !ok || err != nil || len(events)+len(changes) > 0 {
		t.Errorf("nothing happened: %v %v %v %v", events, changes, ok, err)
	}
	add(t, a, batchOf(t, a, source, v2Event(2)))
	if events, changes, ok, err := a.Changed(t.Context(), generation); !ok || err != nil || len(events)+len(changes) > 0 {
		t.Errorf("rows were only added: %v %v %v %v", events, changes, ok, err)
	}
	b, err := store.Open(t.Context(), a.Path(), store.Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	add(t, b, batchOf(t, b, source, v2Event(3)))
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, ok, err := a.Changed(t.Context(), generation); ok || err != nil {
		t.Errorf("another Store wrote: %v, %v", ok, err)
	}
	if err := a.BeginWrite(t.Context()); err != nil { // sees what b added
		t.Fatal(err)
	}
	add(t, a, batchOf(t, a, source, v2Event(4)))
	a.EndWrite()
	if _, _, ok, err := a.Changed(t.Context(), generation); ok || err != nil {
		t.Errorf("another Store wrote in between: %v, %v", ok, err)
	}
}
