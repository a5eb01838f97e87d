package facet

import (
	"context"
	"fmt"
	"math/bits"
	"slices"
	"sort"

	"auditdesk/backend/audit"
)

// Group is the selected rows of one panel, target or person.
type Group struct {
	Key    string // as the facet lists it; "" where none is recorded
	Count  int64
	Fields int // distinct changed fields; counted by panel only
	Rest   int // of the last group, where there are more than MaxGroups: how many groups it stands for
}

// MaxGroups is how many groups are kept apart. The rows of further ones stand in one group behind them.
const MaxGroups = 5000

// Grouped is a selection with its rows grouped.
type Grouped struct {
	Groups []Group
	state  *state
	places []uint32 // of the selected rows, group by group, in time order within one
	ends   []int    // of each group in places
}

// Grouped groups the rows by a field: panel, target or user. Groups stand in the order of named, then, by panel, others by
// name, else others by count, most first; rows without one come last. A row of an index over events stands with the panel of its
// first change that has one. Only groups with rows are listed.
func (s *Selection) Grouped(ctx context.Context, by audit.Field, named []string) (*Grouped, error) {
	key := fmt.Sprintf("%s %q", by, named)
	if g, ok := s.groups.get(key); ok {
		return g, nil
	}
	g, err := s.groupedBy(ctx, by, named)
	if err == nil {
		s.groups.put(key, g, cachedGroups)
	}
	return g, err
}

func (s *Selection) groupedBy(ctx context.Context, by audit.Field, named []string) (*Grouped, error) {
	col, _ := columnOf(by)
	if by != audit.FieldPanel && by != audit.FieldTarget && by != audit.FieldUser {
		return nil, audit.Errorf("group by panel, target or user", "rows can't be grouped by %q", by)
	}
	l := s.state.labelsOf(by)
	ofCode := make([]uint32, s.state.codes(col)) // label by code
	for code := range ofCode {
		if col == colSet {
			ofCode[code] = s.state.panelOf(l, uint32(code))
		} else {
			ofCode[code] = l.label(uint32(code))
		}
	}
	if s.state.fold.has(col) {
		byCombo := make([]uint32, s.state.fold.size)
		for combo, code := range s.state.fold.tables[col] {
			byCombo[combo] = ofCode[code]
		}
		return s.grouped(ctx, by, l, byCombo, &s.state.fold.codes, named)
	}
	return s.grouped(ctx, by, l, ofCode, &s.state.cols[col], named)
}

// panelOf is the first panel that a set of changes has.
func (s *state) panelOf(l *labels, set uint32) uint32 {
	for _, m := range s.sets.of(set) {
		if label := l.label(s.sets.changes[m].Panel); label != 0 {
			return label
		}
	}
	return 0
}

func (s *Selection) grouped(ctx context.Context, by audit.Field, l *labels, ofCode []uint32, c *column, named []string) (*Grouped, error) {
	counts := make([]int, len(l.values))
	if err := s.each(ctx, func(place int) { counts[ofCode[c.at(place)]]++ }); err != nil {
		return nil, err
	}
	g := &Grouped{Groups: []Group{}, state: s.state, places: make([]uint32, s.rows.total())}
	next := make([]int, len(l.values)) // where the next row of a label goes
	rest := -1                         // the group of all further labels
	at := 0
	for _, label := range groupOrder(l.values, counts, named, by != audit.FieldPanel) {
		if counts[label] == 0 {
			continue
		}
		switch {
		case len(g.Groups) < MaxGroups:
			g.Groups = append(g.Groups, Group{Key: l.values[label], Count: int64(counts[label])})
			g.ends = append(g.ends, at+counts[label])
		case rest < 0:
			rest = len(g.Groups)
			g.Groups = append(g.Groups, Group{Count: int64(counts[label]), Rest: 1})
			g.ends = append(g.ends, at+counts[label])
		default:
			g.Groups[rest].Count += int64(counts[label])
			g.Groups[rest].Rest++
			g.ends[rest] += counts[label]
		}
		next[label] = at
		at += counts[label]
	}
	if err := s.each(ctx, func(place int) {
		label := ofCode[c.at(place)]
		g.places[next[label]] = uint32(place)
		next[label]++
	}); err != nil {
		return nil, err
	}
	if rest >= 0 { // several labels stand in it
		slices.Sort(g.places[g.ends[rest-1]:])
	}
	if by == audit.FieldPanel {
		return g, s.countFields(ctx, g, l)
	}
	return g, nil
}

// each calls fn with the places of the selected rows, ascending.
func (s *Selection) each(ctx context.Context, fn func(place int)) error {
	for w, word := range s.rows.bits {
		for ; word != 0; word &= word - 1 {
			fn(w<<6 + bits.TrailingZeros64(word))
		}
		if w&0xfff == 0 && ctx.Err() != nil {
			return fmt.Errorf("group rows: %w", ctx.Err())
		}
	}
	return nil
}

// countFields counts the distinct changed fields of each panel.
func (s *Selection) countFields(ctx context.Context, g *Grouped, l *labels) error {
	fieldOf := s.state.labelsOf(audit.FieldChanged)
	sets, err := s.setCounts(ctx)
	if err != nil {
		return err
	}
	fields := make(map[[2]uint32]bool)
	distinct := make(map[string]int)
	for set, rows := range sets {
		if rows == 0 {
			continue
		}
		panel := s.state.panelOf(l, uint32(set))
		for _, m := range s.state.sets.of(uint32(set)) {
			key := [2]uint32{panel, fieldOf.label(s.state.sets.changes[m].Field)}
			if key[1] != 0 && !fields[key] {
				fields[key] = true
				distinct[l.values[panel]]++
			}
		}
	}
	for i := range g.Groups {
		if g.Groups[i].Rest == 0 {
			g.Groups[i].Fields = distinct[g.Groups[i].Key]
		}
	}
	return nil
}

// setCounts counts the selected rows by set of changes.
func (s *Selection) setCounts(ctx context.Context) ([]uint32, error) {
	over := rowset{bits: s.rows.bits, hi: s.state.rows()}
	if !s.state.fold.has(colSet) {
		return s.state.countRows(ctx, colSet, over)
	}
	combos, err := s.state.countCombos(ctx, over)
	if err != nil {
		return nil, err
	}
	return s.state.spread(colSet, combos, nil), nil
}

// groupOrder lists the labels: the named ones in their order, then others, then "not recorded".
func groupOrder(values []string, counts []int, named []string, byCount bool) []uint32 {
	var order []uint32
	listed := make([]bool, len(values))
	for _, name := range named {
		label := slices.IndexFunc(values, func(v string) bool { return v != "" && equalFold(v, audit.FoldASCII(name)) })
		if label > 0 && !listed[label] {
			listed[label] = true
			order = append(order, uint32(label))
		}
	}
	known := len(order)
	for label := 1; label < len(values); label++ {
		if !listed[label] && counts[label] > 0 {
			order = append(order, uint32(label))
		}
	}
	slices.SortFunc(order[known:], func(a, b uint32) int {
		if byCount && counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return compareNames(values[a], values[b])
	})
	return append(order, 0)
}

// Numbers is [Selection.Numbers] over the groups, one after the other; order is that within a group.
func (g *Grouped) Numbers(order audit.Order, offset, limit int) []uint32 {
	numbers := []uint32{}
	if offset < 0 || limit <= 0 {
		return numbers
	}
	group := sort.SearchInts(g.ends, offset+1)
	for ; offset < len(g.places) && len(numbers) < limit; offset++ {
		for offset >= g.ends[group] {
			group++
		}
		at := offset
		if order != audit.Oldest {
			at = g.begin(group) + g.ends[group] - 1 - offset
		}
		numbers = append(numbers, g.state.numbers[g.places[at]])
	}
	return numbers
}

func (g *Grouped) begin(group int) int {
	if group == 0 {
		return 0
	}
	return g.ends[group-1]
}

// Position returns the offset at which a row stands, or false where it is not selected.
func (g *Grouped) Position(number uint32, order audit.Order) (int64, bool) {
	place, ok := g.state.place(number)
	if !ok {
		return 0, false
	}
	for group, end := range g.ends {
		begin := g.begin(group)
		at, found := slices.BinarySearch(g.places[begin:end], uint32(place))
		switch {
		case !found:
		case order == audit.Oldest:
			return int64(begin + at), true
		default:
			return int64(end - 1 - at), true
		}
	}
	return 0, false
}
