package facet

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	"auditdesk/backend/audit"
)

// TextSource is where the texts of changes come from: the store.
type TextSource interface {
	// ChangeTexts calls fn with each change numbered above after, and with those of again that still exist, in any order.
	ChangeTexts(ctx context.Context, after uint32, again []uint32, fn func(audit.ChangeText) error) error
	// ValuesFrom calls fn with code and JSON text of each value from a code on, in ascending order of code.
	ValuesFrom(ctx context.Context, from uint32, fn func(code uint32, raw string) error) error
	// Spellings are the names of changed fields as logged; the index is the code.
	Spellings(ctx context.Context) ([]string, error)
}

// keptText is how many bytes of values are kept, more or less. Values beyond are read from the source at each search: a case may
// have millions of them. It is no constant for the tests' sake.
var keptText = 64 << 20

// Texts is what a text search looks at in the changes of a case: the names of their fields and their values. It never changes; its
// methods may be called from any goroutine.
type Texts struct {
	src       TextSource
	changes   []audit.ChangeText // by number; event 0 where there is none
	spellings []string           // by code, folded
	text      string             // of the values, folded, one behind the other
	ends      []int              // by code: where the value's text ends, of those that are kept
}

// ReadTexts reads the texts of all changes.
func ReadTexts(ctx context.Context, src TextSource) (*Texts, error) {
	none := Texts{src: src, changes: make([]audit.ChangeText, 1), ends: []int{0}}
	return none.Refreshed(ctx)
}

// Refreshed reads the changes numbered above the last known one, and anew those that were replaced or removed since.
func (t *Texts) Refreshed(ctx context.Context, replaced ...uint32) (*Texts, error) {
	next := &Texts{src: t.src, changes: slices.Clone(t.changes)}
	known := uint32(len(t.changes))
	replaced = slices.DeleteFunc(slices.Clone(replaced), func(n uint32) bool { return n >= known })
	for _, n := range replaced {
		next.changes[n] = audit.ChangeText{}
	}
	if err := t.src.ChangeTexts(ctx, known-1, replaced, func(c audit.ChangeText) error {
		if missing := int(c.Number) + 1 - len(next.changes); missing > 0 {
			next.changes = append(next.changes, make([]audit.ChangeText, missing)...)
		}
		next.changes[c.Number] = c
		return nil
	}); err != nil {
		return nil, fmt.Errorf("read the texts of changes: %w", err)
	}
	spellings, err := t.src.Spellings(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the names of changed fields: %w", err)
	}
	for _, s := range spellings {
		next.spellings = append(next.spellings, audit.FoldText(s))
	}
	next.text, next.ends, err = t.values(ctx)
	return next, err
}

// values are those that are known and those that came since, as far as there is room.
func (t *Texts) values(ctx context.Context) (text string, ends []int, err error) {
	if len(t.text) >= keptText {
		return t.text, t.ends, nil
	}
	full := errors.New("there is no more room")
	var b strings.Builder
	b.WriteString(t.text)
	ends = slices.Clone(t.ends)
	err = t.src.ValuesFrom(ctx, uint32(len(ends)), func(code uint32, raw string) error {
		if b.Len() >= keptText {
			return full
		}
		for uint32(len(ends)) < code {
			ends = append(ends, b.Len()) // there is no value of this code
		}
		b.WriteString(audit.SearchedText(raw))
		ends = append(ends, b.Len())
		return nil
	})
	if err != nil && !errors.Is(err, full) {
		return "", nil, fmt.Errorf("read the values of changes: %w", err)
	}
	return b.String(), ends, nil
}

// Changes returns the numbers of the changes with a field or a value that contains the text, in ascending order.
func (t *Texts) Changes(ctx context.Context, text string) ([]uint32, error) {
	return t.find(ctx, text, func(c *audit.ChangeText) uint32 { return c.Number })
}

// Events returns the numbers of the events of these changes, in any order; an event with several may stand there several times.
func (t *Texts) Events(ctx context.Context, text string) ([]uint32, error) {
	return t.find(ctx, text, func(c *audit.ChangeText) uint32 { return c.Event })
}

// EventsOf returns the numbers of the events that changes are of, as Events does.
func (t *Texts) EventsOf(changes []uint32) []uint32 {
	events := make([]uint32, 0, len(changes))
	for _, n := range changes {
		if int64(n) < int64(len(t.changes)) && t.changes[n].Event != 0 {
			events = append(events, t.changes[n].Event)
		}
	}
	return events
}

func (t *Texts) find(ctx context.Context, text string, number func(*audit.ChangeText) uint32) ([]uint32, error) {
	if text == "" {
		return nil, errors.New("the search text is empty")
	}
	folded := audit.FoldText(text)
	names := make([]bool, len(t.spellings))
	for code, s := range t.spellings {
		names[code] = code > 0 && strings.Contains(s, folded)
	}
	values, err := t.holding(ctx, folded)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(names, true) && !slices.Contains(values, true) {
		return nil, nil
	}
	has := func(hits []bool, code uint32) bool { return int64(code) < int64(len(hits)) && hits[code] }
	var found []uint32
	for i := range t.changes {
		if c := &t.changes[i]; c.Event != 0 && (has(names, c.Spelling) || has(values, c.Old) || has(values, c.New)) {
			found = append(found, number(c))
		}
	}
	return found, nil
}

// holding marks the codes of the values that contain the text.
func (t *Texts) holding(ctx context.Context, folded string) ([]bool, error) {
	hits := make([]bool, len(t.ends))
	for at := 0; at < len(t.text); {
		i := strings.Index(t.text[at:], folded)
		if i < 0 {
			break
		}
		at += i
		code := sort.SearchInts(t.ends, at+1) // the value that it begins in
		if at+len(folded) > t.ends[code] {    // half of it is the next value
			at++
			continue
		}
		hits[code] = true
		at = t.ends[code]
	}
	if len(t.text) < keptText {
		return hits, nil
	}
	err := t.src.ValuesFrom(ctx, uint32(len(t.ends)), func(code uint32, raw string) error {
		if strings.Contains(audit.SearchedText(raw), folded) {
			for uint32(len(hits)) <= code {
				hits = append(hits, false)
			}
			hits[code] = true
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("search the values of changes: %w", err)
	}
	return hits, nil
}
