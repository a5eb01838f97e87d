package store_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditdesk/backend/audit"
	"auditdesk/backend/store"
)

func TestTheAccountOfASource(t *testing.T) {
	s := newCase(t)
	number := begin(t, s, "a.json", "prod")
	b := batchOf(t, s, number, v2Event(1), v2Event(5))
	b.Other = []audit.OtherLines{{Pattern: "blank line", Count: 2, Line: 3}, {Pattern: "msg: http request", Count: 1, Line: 7, Example: "GET /"}}
	b.Counts.Lines, b.Counts.Other = 5, 3
	b.Checkpoint = store.Checkpoint{Pieces: 5, Line: 5, Offset: 555}
	add(t, s, b)
	b = batchOf(t, s, number, v2Event(3))
	b.Other = []audit.OtherLines{{Pattern: "blank line", Count: 4, Line: 90}}
	b.Counts.Lines, b.Counts.Other = 5, 4
	b.Checkpoint = store.Checkpoint{Pieces: 10, Line: 10, Offset: 999}
	add(t, s, b)

	whole := audit.Source{Path: "a.json", SHA256: "abc", Bytes: 123, Unpacked: 456, Form: "v2-rest", Shape: "Coder v2 REST answer", Note: "fine", State: audit.SourceWhole}
	if err := s.FinishSource(t.Context(), number, whole); err != nil {
		t.Fatal(err)
	}
	count := int64(9)
	receipt := audit.Receipt{From: "Kim", Received: "2026-11-20", Request: "R-7", Method: "API", SHA256: "abc", Count: &count, Replaces: number}
	if err := s.SaveReceipt(t.Context(), number, receipt); err != nil {
		t.Fatal(err)
	}
	first, last := v2Event(1).Time, v2Event(5).Time
	whole.Number, whole.Deployment, whole.Imported, whole.First, whole.Last, whole.Receipt = number, "prod", audit.Time(clock().UnixNano()), &first, &last, receipt
	whole.Counts = audit.Counts{Lines: 10, RecordLines: 3, Records: 3, Events: 3, Other: 7}
	sources, err := s.Sources(t.Context())
	if diff := cmp.Diff([]audit.Source{whole}, sources); diff != "" || err != nil {
		t.Error(diff, err)
	}
	other, err := s.OtherLines(t.Context())
	if diff := cmp.Diff([]audit.OtherLines{{Source: number, Path: "a.json", Pattern: "blank line", Count: 6, Line: 3}, {Source: number, Path: "a.json", Pattern: "msg: http request", Count: 1, Line: 7, Example: "GET /"}}, other); diff != "" || err != nil {
		t.Error(diff, err)
	}
	days, err := s.Days(t.Context())
	if diff := cmp.Diff([]audit.DayCount{{Source: number, Day: "2026-05-28", Count: 3}}, days); diff != "" || err != nil {
		t.Error(diff, err)
	}
	sum, err := s.Summary(t.Context())
	if err != nil || sum.Events != 3 || sum.Sources != 1 || sum.Blocks != 2 || sum.Counts != whole.Counts || *sum.First != first || *sum.Last != last {
		t.Errorf("summary %+v, %v", sum, err)
	}
	sound(t, s)
}

func TestAPartialSourceIsGoneOnWith(t *testing.T) {
	s := newCase(t)
	number := begin(t, s, "a.json", "prod")
	b := batchOf(t, s, number, v2Event(1), v2Event(2))
	b.Matches = []store.Match{{Event: 1, Form: audit.FormV2JSON, Rank: audit.RankJSON, Line: 9, Duplicate: true}}
	b.Counts = audit.Counts{Lines: 3, RecordLines: 3, Records: 3, Events: 2, Duplicates: 1}
	b.Days["2026-05-28"]++
	add(t, s, b)
	again, at, counts, err := s.BeginSource(t.Context(), audit.Source{Path: "copy.json", SHA256: shaOf("a.json"), Deployment: "prod"})
	if err != nil || again != number || at != b.Checkpoint || counts != b.Counts {
		t.Errorf("source %d at %+v with %+v, %v", again, at, counts, err)
	}
	if other, _, _, err := s.BeginSource(t.Context(), audit.Source{Path: "a.json", SHA256: shaOf("a.json"), Deployment: "test"}); err != nil || other == number {
		t.Errorf("another deployment went on with source %d, %v", other, err)
	}
	type mark struct {
		Event     uint32
		Form      audit.Form
		Duplicate bool
	}
	var marks []mark
	if err := s.SourceMarks(t.Context(), number, func(event uint32, form audit.Form, duplicate bool) error {
		marks = append(marks, mark{event, form, duplicate})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]mark{{1, audit.FormV2REST, false}, {2, audit.FormV2REST, false}, {1, audit.FormV2JSON, true}}, marks); diff != "" {
		t.Error(diff)
	}
	finish(t, s, number, "a.json")
	if fresh, at, _, err := s.BeginSource(t.Context(), audit.Source{Path: "a.json", SHA256: shaOf("a.json"), Deployment: "prod"}); err != nil || fresh == number || at != (store.Checkpoint{}) {
		t.Errorf("a whole source was gone on with: %d at %+v, %v", fresh, at, err)
	}
	found, ok, err := s.FindWhole(t.Context(), shaOf("a.json"), "prod")
	if err != nil || !ok || found.Number != number {
		t.Errorf("whole source: %+v, %v, %v", found, ok, err)
	}
	if _, ok, err := s.FindWhole(t.Context(), shaOf("a.json"), "test"); ok || err != nil {
		t.Errorf("found for another deployment: %v, %v", ok, err)
	}
	for bytes, want := range map[int64]bool{1000: true, 1001: false} {
		if has, err := s.HasSize(t.Context(), bytes); has != want || err != nil {
			t.Errorf("%d bytes: %v, %v", bytes, has, err)
		}
	}
	repeat, err := s.AddRepeat(t.Context(), audit.Source{Path: "c.json", SHA256: shaOf("a.json"), Deployment: "prod", Counts: audit.Counts{Lines: 9}})
	if err != nil || repeat.Number == 0 || repeat.State != audit.SourceRepeat || repeat.Counts != (audit.Counts{}) {
		t.Errorf("repeat %+v, %v", repeat, err)
	}
	if names, err := s.Deployments(t.Context()); err != nil || cmp.Diff([]string{"prod", "test"}, names) != "" {
		t.Errorf("deployments %v, %v", names, err)
	}
	sound(t, s)
}

func TestABatchThatDoesNotFitIsRefusedWhole(t *testing.T) {
	s := newCase(t)
	number := begin(t, s, "a.json", "prod")
	add(t, s, batchOf(t, s, number, v2Event(1)))
	for name, spoil := range map[string]func(*store.Batch){
		"a gap in the numbers":       func(b *store.Batch) { b.Events[0].Number++ },
		"an unknown form":            func(b *store.Batch) { b.Events[1].Event.Form = "v9" },
		"an unknown basis":           func(b *store.Batch) { b.Events[1].Event.Changes = []audit.Change{{Field: "a", Basis: "guessed"}} },
		"a status that is none":      func(b *store.Batch) { b.Events[1].Event.Status = -7 },
		"bytes outside the block":    func(b *store.Batch) { b.Events[1].Raw.Len = 1000 },
		"a block that is not there":  func(b *store.Batch) { b.Events[1].Raw.Block = 4 },
		"a match of no event":        func(b *store.Batch) { b.Matches = []store.Match{{Event: 9, Form: audit.FormV2JSON}} },
		"a merge of no event":        func(b *store.Batch) { b.Merged = []store.Merged{{Number: 9, Event: b.Events[0].Event}} },
		"a source that is not there": func(b *store.Batch) { b.Source = 77 },
	} {
		t.Run(name, func(t *testing.T) {
			generation, err := s.Generation(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			b := batchOf(t, s, number, v2Event(2), v2Event(3))
			spoil(b)
			if err := s.Append(t.Context(), b); err == nil {
				t.Error("it was taken")
			}
			if s.Events() != 1 || len(read(t, s)) != 1 {
				t.Errorf("%d events", s.Events())
			}
			if now, err := s.Generation(t.Context()); now != generation || err != nil {
				t.Errorf("generation %d, then %d, %v", generation, now, err)
			}
		})
	}
	add(t, s, batchOf(t, s, number, v2Event(2)))
	sound(t, s)
	finish(t, s, number, "a.json")
	if err := s.Append(t.Context(), batchOf(t, s, number, v2Event(3))); err == nil {
		t.Error("a finished source was appended to")
	}
}

// Patterns of other lines without end: they are digested when the source is done, and counted until then.
func TestASourceOfManyPatterns(t *testing.T) {
	s := newCase(t)
	source := begin(t, s, "strange.log", "prod")
	for part := range 2 {
		b := &store.Batch{Source: source}
		for i := range 6_000 {
			b.Other = append(b.Other, audit.OtherLines{Pattern: fmt.Sprintf("pattern %d of %d", i, part), Count: 1, Line: int64(i + 1)})
		}
		b.Counts = audit.Counts{Lines: 6_000, Other: 6_000}
		add(t, s, b)
		sound(t, s)
	}
	finish(t, s, source, "strange.log")
	sound(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	alter(t, s.Path(), "UPDATE other_line SET example = 'another' WHERE pattern = 'pattern 7 of 1'")
	s, err := store.Open(t.Context(), s.Path(), store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if rep, err := s.Verify(t.Context()); err != nil || rep.Sound() {
		t.Errorf("%+v, %v", rep, err)
	}
}
