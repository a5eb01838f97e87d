package facet

import (
	"context"
	"slices"

	"auditdesk/backend/audit"
)

// Group is the selected rows of one panel.
type Group struct {
	Panel  string // "" where the catalogue has none
	Count  int64
	Fields int // distinct changed fields
}

// Grouped is a selection with its rows grouped by panel.
type Grouped struct {
	Groups []Group
	rows   []*Selection // of each group
}

// Grouped groups the rows of an index over changes: the panels in the order given, then others by name, then rows without
// one. A row of an index over events stands with the panel of its first change that has one. Only groups with rows are listed.
func (s *Selection) Grouped(ctx context.Context, panels []string) (*Grouped, error) {
	panelOf := s.state.labelsOf(audit.FieldPanel)
	fieldOf := s.state.labelsOf(audit.FieldChanged)
	ofSet := make([]uint32, s.state.codes(colSet)) // panel by set of changes
	for set := range ofSet {
		for _, m := range s.state.sets.of(uint32(set)) {
			if ofSet[set] = panelOf.label(s.state.sets.changes[m].Panel); ofSet[set] != 0 {
				break
			}
		}
	}
	sets, err := s.setCounts(ctx)
	if err != nil {
		return nil, err
	}
	counts := make([]int64, len(panelOf.values))
	fields := make(map[[2]uint32]bool)
	distinct := make([]int, len(panelOf.values))
	for set, rows := range sets {
		if rows == 0 {
			continue
		}
		panel := ofSet[set]
		counts[panel] += int64(rows)
		for _, m := range s.state.sets.of(uint32(set)) {
			key := [2]uint32{panel, fieldOf.label(s.state.sets.changes[m].Field)}
			if key[1] != 0 && !fields[key] {
				fields[key] = true
				distinct[panel]++
			}
		}
	}
	g := &Grouped{Groups: []Group{}}
	for _, panel := range panelOrder(panelOf.values, panels) {
		if counts[panel] == 0 {
			continue
		}
		pass := make([]uint8, len(ofSet))
		for set, p := range ofSet {
			if p == panel {
				pass[set] = 1
			}
		}
		b := slices.Clone(s.rows.bits)
		if err := s.state.keep(ctx, b, colSet, pass); err != nil {
			return nil, err
		}
		g.Groups = append(g.Groups, Group{Panel: panelOf.values[panel], Count: counts[panel], Fields: distinct[panel]})
		g.rows = append(g.rows, &Selection{state: s.state, from: s.from, filter: s.filter, rows: rank(b)})
	}
	return g, nil
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

// panelOrder lists the labels: the named ones in their order, then others by name, then "not recorded".
func panelOrder(values, named []string) []uint32 {
	var order []uint32
	for _, name := range named {
		label := slices.IndexFunc(values, func(v string) bool { return v != "" && equalFold(v, audit.FoldASCII(name)) })
		if label > 0 && !slices.Contains(order, uint32(label)) {
			order = append(order, uint32(label))
		}
	}
	known := len(order)
	for label := 1; label < len(values); label++ {
		if !slices.Contains(order, uint32(label)) {
			order = append(order, uint32(label))
		}
	}
	slices.SortFunc(order[known:], func(a, b uint32) int { return compareNames(values[a], values[b]) })
	return append(order, 0)
}

// Numbers is [Selection.Numbers] over the groups, one after the other; order is that within a group.
func (g *Grouped) Numbers(order audit.Order, offset, limit int) []uint32 {
	numbers := []uint32{}
	if offset < 0 {
		return numbers
	}
	for _, rows := range g.rows {
		total := rows.rows.total()
		if offset >= total {
			offset -= total
			continue
		}
		if limit <= len(numbers) {
			break
		}
		numbers = append(numbers, rows.Numbers(order, offset, limit-len(numbers))...)
		offset = 0
	}
	return numbers
}

// Position returns the offset at which a row stands, or false where it is not selected.
func (g *Grouped) Position(number uint32, order audit.Order) (int64, bool) {
	var before int64
	for _, rows := range g.rows {
		if at, ok := rows.Position(number, order); ok {
			return before + at, true
		}
		before += rows.Total()
	}
	return 0, false
}
