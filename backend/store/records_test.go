package store_test

import (
	"errors"
	"fmt"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/store"
)

func flagsOf(tb testing.TB, s *store.Store) []audit.Flags {
	tb.Helper()
	var out []audit.Flags
	if err := s.Rows(tb.Context(), 0, func(r *audit.Row) error {
		out = append(out, r.Flags)
		return nil
	}); err != nil {
		tb.Fatal(err)
	}
	return out
}

func TestMergedEventHasTheFlagsOfItsValues(t *testing.T) {
	s := newCase(t)
	e := v2Event(1)
	add(t, s, batchOf(t, s, begin(t, s, "a", "prod"), e))
	better := v2Event(1)
	better.Changes, better.Synthetic = []audit.Change{field("a", "1")}, true
	rest := begin(t, s, "b", "prod")
	merge := func(differs bool, records ...bool) {
		t.Helper()
		better.Differs = differs
		add(t, s, &store.Batch{Source: rest, Merged: []store.Merged{{Number: 1, Event: &better, Admin: true, Differs: records}}})
	}
	const own = audit.FlagChanges | audit.FlagAdmin | audit.FlagSynthetic
	for _, step := range []struct {
		differs bool
		first   bool
		want    audit.Flags
	}{{false, false, own}, {true, true, own | audit.FlagDiffers}, {false, false, own | audit.FlagDiffers}} {
		merge(step.differs, step.first)
		if got := flagsOf(t, s)[0]; got != step.want {
			t.Errorf("flags %b, want %b", got, step.want)
		}
		if got := eventsOf(t, s, 1)[0].Sources[0].Differs; got != step.first {
			t.Errorf("the first record differs: %t, want %t", got, step.first)
		}
	}
}

func eventsOf(tb testing.TB, s *store.Store, numbers ...uint32) []audit.Event {
	tb.Helper()
	out, err := s.EventsByNumber(tb.Context(), numbers)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

func TestMarksOfStoredRecordsFollowTheEventsValues(t *testing.T) {
	s := newCase(t)
	add(t, s, batchOf(t, s, begin(t, s, "a", "prod"), v2Event(1), v2Event(2)))
	rest := begin(t, s, "b", "prod")
	match := func(n uint32) store.Match { return store.Match{Event: n, Form: audit.FormV2REST, Line: 1} }
	add(t, s, &store.Batch{Source: rest, Matches: []store.Match{match(1), match(2), match(1), match(1)}})
	marks := func() (out []bool) {
		for _, p := range eventsOf(t, s, 1)[0].Sources {
			out = append(out, p.Differs)
		}
		return out
	}
	e := v2Event(1)
	for _, want := range [][]bool{{true, false, true, false}, {false, true, true, false}, {false, false, false, true}} {
		add(t, s, &store.Batch{Source: rest, Merged: []store.Merged{{Number: 1, Event: &e, Differs: want}}})
		if got := marks(); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	for _, p := range eventsOf(t, s, 2)[0].Sources {
		if p.Differs {
			t.Error("a record of another event is marked")
		}
	}
}

func TestFirstRecordKeepsItsForm(t *testing.T) {
	s := newCase(t)
	source := begin(t, s, "a", "prod")
	b := batchOf(t, s, source, v2Event(1))
	b.Events[0].Form, b.Events[0].Differs = audit.FormV2Human, true
	add(t, s, b)
	e := eventsOf(t, s, 1)[0]
	if e.Form != audit.FormV2REST || e.Sources[0].Form != audit.FormV2Human || !e.Sources[0].Differs {
		t.Errorf("values of %s, first record %+v", e.Form, e.Sources[0])
	}
	if err := s.SourceMarks(t.Context(), source, func(_ uint32, form audit.Form, _ bool) error {
		if form != audit.FormV2Human {
			t.Errorf("the source's record is said to be %s", form)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestRecordsAreThoseOfRaw(t *testing.T) {
	s := newCase(t)
	for i := range 3 { // blocks one after the other, and records of each event in several
		b := batchOf(t, s, begin(t, s, fmt.Sprint(i), "prod"), v2Event(10*i), v2Event(10*i+1), v2Event(10*i+2))
		if i > 0 {
			block, refs := packed(t, "x", "yy")
			b.Blocks = append(b.Blocks, block)
			for j, ref := range refs {
				ref.Block = 1
				b.Matches = append(b.Matches, store.Match{Event: uint32(j + 1), Form: audit.FormV2JSON, Raw: ref, Differs: j == 0})
			}
			b.Matches = append(b.Matches, store.Match{Event: 3, Form: audit.FormV2JSON}) // without bytes
		}
		add(t, s, b)
	}
	var numbers, seen []uint32
	for n := range s.Events() {
		numbers = append(numbers, s.Events()-n)
	}
	if err := s.Records(t.Context(), numbers, func(n uint32, got []store.StoredRecord) error {
		seen = append(seen, n)
		want, err := s.Raw(t.Context(), n)
		if err != nil {
			return err
		}
		if len(got) != len(want) {
			t.Fatalf("event %d: %d records, want %d", n, len(got), len(want))
		}
		for i := range want {
			if string(got[i].Bytes) != string(want[i].Bytes) || got[i].Differs != want[i].Differs {
				t.Errorf("event %d, record %d: %q %t, want %q %t", n, i, got[i].Bytes, got[i].Differs, want[i].Bytes, want[i].Differs)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(seen) != fmt.Sprint(numbers) {
		t.Errorf("events %v, want %v", seen, numbers)
	}
	if err := s.Records(t.Context(), []uint32{99}, nil); !errors.Is(err, audit.ErrNotFound) {
		t.Errorf("an event that does not exist: %v", err)
	}
}

func TestDeploymentsAreThoseOfSources(t *testing.T) {
	s := newCase(t)
	if _, err := s.DeploymentCode(t.Context(), "mistyped"); err != nil {
		t.Fatal(err)
	}
	begin(t, s, "a", "prod")
	if got, err := s.Deployments(t.Context()); err != nil || len(got) != 1 || got[0] != "prod" {
		t.Errorf("%q, %v", got, err)
	}
}
