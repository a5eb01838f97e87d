package facet_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"auditdesk/backend/audit"
	"auditdesk/backend/facet"
)

// logOfTexts is a source of changes whose rows can be replaced.
type logOfTexts struct {
	changes   map[uint32]audit.ChangeText
	spellings []string
	values    []string // by code - 1
}

func (l *logOfTexts) ChangeTexts(_ context.Context, after uint32, again []uint32, fn func(audit.ChangeText) error) error {
	for n, c := range l.changes {
		if n > after || slices.Contains(again, n) {
			if err := fn(c); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *logOfTexts) ValuesFrom(_ context.Context, from uint32, fn func(code uint32, raw string) error) error {
	for i := max(int(from), 1); i <= len(l.values); i++ {
		if err := fn(uint32(i), l.values[i-1]); err != nil {
			return err
		}
	}
	return nil
}

func (l *logOfTexts) Spellings(context.Context) ([]string, error) { return l.spellings, nil }

// holding is the meaning of a search, change by change.
func (l *logOfTexts) holding(text string) (changes, events []uint32) {
	text = audit.FoldText(text)
	value := func(code uint32) bool {
		return code > 0 && strings.Contains(audit.SearchedText(l.values[code-1]), text)
	}
	for n, c := range l.changes {
		if c.Spelling > 0 && strings.Contains(audit.FoldText(l.spellings[c.Spelling]), text) || value(c.Old) || value(c.New) {
			changes, events = append(changes, n), append(events, c.Event)
		}
	}
	slices.Sort(changes)
	slices.Sort(events)
	return changes, slices.Compact(events)
}

// Texts finds what a search change by change finds, whatever came, was replaced or went in between, and wherever the room for values
// ends.
func TestTextsFindWhatEachChangeSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		defer facet.KeptText(rapid.IntRange(0, 60).Draw(t, "room"))()
		word := rapid.StringOfN(rapid.RuneFrom([]rune(`aAbB"\Ää`)), 0, 4, -1)
		log := &logOfTexts{changes: map[uint32]audit.ChangeText{}, spellings: []string{""}}
		var texts *facet.Texts
		last := uint32(0)
		for round := range rapid.IntRange(1, 4).Draw(t, "rounds") {
			for range rapid.IntRange(0, 6).Draw(t, "values") {
				raw := word.Draw(t, "value")
				if rapid.Bool().Draw(t, "string") {
					raw = fmt.Sprintf("%q", raw)
				}
				log.values = append(log.values, raw)
			}
			log.spellings = append(log.spellings, word.Draw(t, "name"))
			change := func(n uint32) audit.ChangeText {
				code := func(n int, name string) uint32 { return uint32(rapid.IntRange(0, n).Draw(t, name)) }
				return audit.ChangeText{Number: n, Event: 1 + code(4, "event"), Spelling: code(len(log.spellings)-1, "field"), Old: code(len(log.values), "old"), New: code(len(log.values), "new")}
			}
			var replaced []uint32
			for _, n := range slices.Sorted(maps.Keys(log.changes)) {
				switch rapid.IntRange(0, 5).Draw(t, "fate") {
				case 0:
					delete(log.changes, n)
					replaced = append(replaced, n)
				case 1:
					log.changes[n] = change(n)
					replaced = append(replaced, n)
				}
			}
			for range rapid.IntRange(0, 8).Draw(t, "changes") {
				last += uint32(rapid.IntRange(1, 2).Draw(t, "step"))
				log.changes[last] = change(last)
			}
			var err error
			if round == 0 {
				texts, err = facet.ReadTexts(t.Context(), log)
			} else {
				texts, err = texts.Refreshed(t.Context(), replaced...)
			}
			if err != nil {
				t.Fatal(err)
			}
			text := rapid.StringOfN(rapid.RuneFrom([]rune(`aAbB"\Ää`)), 1, 3, -1).Draw(t, "text")
			wantChanges, wantEvents := log.holding(text)
			changes, err := texts.Changes(t.Context(), text)
			if err != nil || !slices.Equal(changes, wantChanges) {
				t.Fatalf("changes with %q: %v, %v; want %v", text, changes, err, wantChanges)
			}
			once := func(events []uint32) []uint32 {
				slices.Sort(events)
				return slices.Compact(events)
			}
			events, err := texts.Events(t.Context(), text)
			if events = once(events); err != nil || !slices.Equal(events, wantEvents) {
				t.Fatalf("events with %q: %v, %v; want %v", text, events, err, wantEvents)
			}
			if of := once(texts.EventsOf(changes)); !slices.Equal(of, wantEvents) {
				t.Fatalf("events of %v: %v, want %v", changes, of, wantEvents)
			}
		}
	})
}

func TestTextsRefuseAnEmptySearch(t *testing.T) {
	texts, err := facet.ReadTexts(t.Context(), &logOfTexts{spellings: []string{""}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := texts.Changes(t.Context(), ""); err == nil {
		t.Error("every change contains nothing")
	}
}
