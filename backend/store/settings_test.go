package store_test

import (
	"errors"
	"slices"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/store"
)

// What is read of writes to settings is what the changes themselves say.
func TestSettingWritesAreTheChanges(t *testing.T) {
	s, events := asked(t)
	var numbers []uint32
	var want []audit.ChangeRow
	for n := uint32(1); n < 1000; n++ {
		rows, err := s.ChangesByNumber(t.Context(), []uint32{n})
		if err == nil {
			numbers, want = append(numbers, n), append(want, rows[0])
		}
	}
	if len(want) == 0 || len(events) == 0 {
		t.Fatal("there are no changes")
	}
	words, err := s.SettingWords(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	types, err := s.Dictionary(t.Context(), audit.DimType)
	if err != nil {
		t.Fatal(err)
	}
	values := map[uint32]string{0: ""}
	var codes []uint32
	got := map[uint32]store.SettingWrite{}
	if err := s.SettingWrites(t.Context(), append(slices.Clone(numbers), 1<<30), func(w *store.SettingWrite) error { // one that is not there is left out
		got[w.Change] = *w
		codes = append(codes, w.New)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.Values(t.Context(), codes, func(code uint32, text string) error { values[code] = text; return nil }); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Fatalf("%d of %d changes", len(got), len(want))
	}
	for i, row := range want {
		w := got[numbers[i]]
		status := audit.NoStatus
		if row.Status != nil {
			status = *row.Status
		}
		if audit.RefOf(w.Ref60) != row.Event || w.Time != row.Time || w.Version != row.Version || w.Status != status || w.Kind != row.Kind || w.Secret != row.Secret || w.Now != row.SecretNow ||
			words.Spellings[w.Spelling] != row.Field || words.Fields[w.Field] != audit.FoldKey(row.Field) || types[w.Type] != row.Type || values[w.New] != string(row.New) {
			t.Errorf("change %d: %+v, want %+v", numbers[i], w, row)
		}
	}
}

func TestPositionsAreThoseOfTheFirstRecords(t *testing.T) {
	s, events := asked(t)
	var changes, of []uint32
	for number := uint32(len(events)); number > 0; number-- {
		for range events[number-1].Changes {
			of = append(of, number)
		}
	}
	if len(of) < 3 {
		t.Fatalf("%d changes", len(of))
	}
	for i := range of {
		changes = append(changes, uint32(len(of)-i))
	}
	got, err := s.ChangePositions(t.Context(), changes)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := s.EventsByNumber(t.Context(), of)
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range whole {
		want := e.Sources[0]
		want.Differs = false
		if got[i] != want {
			t.Errorf("change %d: %+v, want %+v", changes[i], got[i], want)
		}
	}
	if _, err := s.ChangePositions(t.Context(), []uint32{1, 1 << 30}); !errors.Is(err, audit.ErrNotFound) {
		t.Errorf("a change that is not there: %v", err)
	}
}
