package store_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"auditdesk/backend/audit"
	"auditdesk/backend/store"
)

// recorder keeps what it is told.
type recorder struct {
	events, changes []audit.Row
	also            map[uint32][]uint32
	replaced        bool
	err             error
}

func kept(r *audit.Row) audit.Row {
	c := *r
	c.Changes = slices.Clone(r.Changes)
	return c
}

func (f *recorder) Event(r *audit.Row) error {
	f.events = append(f.events, kept(r))
	return f.err
}

func (f *recorder) Change(r *audit.Row) error {
	f.changes = append(f.changes, kept(r))
	return f.err
}

func (f *recorder) Matched(event, source uint32) {
	if f.also == nil {
		f.also = map[uint32][]uint32{}
	}
	f.also[event] = append(f.also[event], source)
}

func (f *recorder) Replaced() { f.replaced = true }

func (f *recorder) Follows(uint32, uint32, int, uint8) bool { return true }

// told are the rows that a follower was told, as a reader of rows gets them.
func (f *recorder) told(rows []audit.Row) []audit.Row {
	out := slices.Clone(rows)
	for i := range out {
		if out[i].Also = distinct(f.also[out[i].Event]); out[i].Also != nil {
			out[i].Flags |= audit.FlagMatching
		}
	}
	return out
}

// distinct is nil of none.
func distinct(list []uint32) []uint32 {
	if len(list) == 0 {
		return nil
	}
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

func rowsOf(tb testing.TB, walk func(fn func(*audit.Row) error) error) (out []audit.Row) {
	tb.Helper()
	if err := walk(func(r *audit.Row) error {
		c := kept(r)
		c.Also = distinct(r.Also)
		if len(c.Changes) == 0 {
			c.Changes = nil
		}
		out = append(out, c)
		return nil
	}); err != nil {
		tb.Fatal(err)
	}
	return out
}

// What a follower is told while rows are added is what the rows are.
func TestFollowerIsToldTheRows(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newCase(t)
		f := &recorder{}
		s.Follow(f)
		first, second := begin(t, s, "a.json", "prod"), begin(t, s, "b.json", "prod")
		for range rapid.IntRange(1, 3).Draw(rt, "batches") {
			var events []audit.Event
			for range rapid.IntRange(0, 4).Draw(rt, "events") {
				e := v2Event(rapid.IntRange(1, 50).Draw(rt, "event"))
				if rapid.Bool().Draw(rt, "without status") {
					e.Status = audit.NoStatus
				}
				e.Changes = nil
				for range rapid.IntRange(0, 3).Draw(rt, "changes") {
					e.Changes = append(e.Changes, field(rapid.SampledFrom([]string{"a", "b", "A"}).Draw(rt, "field"), `"x"`))
				}
				events = append(events, e)
			}
			b := batchOf(t, s, first, events...)
			for n := range s.Events() + uint32(len(events)) {
				if rapid.IntRange(0, 3).Draw(rt, "matched") == 0 {
					b.Matches = append(b.Matches, store.Match{Event: n + 1, Form: audit.FormV2REST, Line: 1})
				}
			}
			if rapid.Bool().Draw(rt, "of the other source") {
				b.Source = second
			}
			add(t, s, b)
		}
		if f.replaced {
			rt.Error("nothing was replaced")
		}
		for name, c := range map[string]struct{ told, rows []audit.Row }{
			"events":  {f.told(f.events), rowsOf(t, func(fn func(*audit.Row) error) error { return s.Rows(t.Context(), 0, fn) })},
			"changes": {f.told(f.changes), rowsOf(t, func(fn func(*audit.Row) error) error { return s.ChangeRows(t.Context(), 0, fn) })},
		} {
			for i := range c.told {
				if len(c.told[i].Changes) == 0 {
					c.told[i].Changes = nil
				}
			}
			if diff := cmp.Diff(c.rows, c.told); diff != "" {
				rt.Errorf("%s: %s", name, diff)
			}
		}
	})
}

func TestFollowerIsToldThatRowsAreNotAsTheyWereTold(t *testing.T) {
	gone := errors.New("gone")
	for name, do := range map[string]func(t *testing.T, s *store.Store, source int64, f *recorder){
		"a record differs": func(t *testing.T, s *store.Store, source int64, _ *recorder) {
			add(t, s, &store.Batch{Source: source, Matches: []store.Match{{Event: 1, Form: audit.FormV2REST, Line: 1, Differs: true}}})
		},
		"values are merged": func(t *testing.T, s *store.Store, source int64, _ *recorder) {
			e := v2Event(7)
			add(t, s, &store.Batch{Source: source, Merged: []store.Merged{{Number: 1, Event: &e, Differs: []bool{false}}}})
		},
		"the batch is not written": func(t *testing.T, s *store.Store, source int64, f *recorder) {
			f.err = gone
			if err := s.Append(t.Context(), batchOf(t, s, source, v2Event(2))); !errors.Is(err, gone) {
				t.Errorf("got %v", err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newCase(t)
			f := &recorder{}
			source := begin(t, s, "a.json", "prod")
			s.Follow(f)
			add(t, s, batchOf(t, s, source, v2Event(1)))
			if f.replaced || len(f.events) != 1 {
				t.Fatalf("replaced %t, %d events", f.replaced, len(f.events))
			}
			do(t, s, source, f)
			if !f.replaced {
				t.Error("it was not told")
			}
			s.Follow(nil)
			before := len(f.events)
			add(t, s, batchOf(t, s, source, v2Event(3)))
			if len(f.events) != before {
				t.Error("it is told what it does not follow any more")
			}
		})
	}
}
