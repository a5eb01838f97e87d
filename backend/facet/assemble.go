package facet

import (
	"context"
	"fmt"
	"sync"

	"auditdesk/backend/audit"
)

// state is everything that is known at one time. It never changes once it is published, save what it remembers.
type state struct {
	table
	places   []uint32 // by number: the row's place in time order + 1; 0 where there is no row
	last     uint32   // highest number ever read
	cols     [numCols]column
	fold     fold
	foldedAt int // rows when the fold was chosen
	sets     changeSets
	sources  sets // of sources with a record of a row: what the codes of the column of sources stand for
	statuses []uint32
	newCodes int   // codes of colNew
	orgs     []way // what the codes of the column of organizations stand for
	ways     []way // further ways in which events of the case name organizations
	words    words
	values   *newValues // nil of an index over events

	failed bitset   // status ≥ 400
	combos []uint32 // rows by combination
	totals [numCols][]uint32

	organizations lazy[*parties]
	labels        [numLabels]lazy[*labels]
	known         lazy[*knownValues] // of colNew
	cache         cache
}

// copied is a state of the same rows that remembers no answers.
func (s *state) copied() *state {
	return &state{table: s.table, places: s.places, last: s.last, cols: s.cols, fold: s.fold, foldedAt: s.foldedAt, sets: s.sets, sources: s.sources,
		statuses: s.statuses, orgs: s.orgs, ways: s.ways, newCodes: s.newCodes, words: s.words, values: s.values, failed: s.failed, combos: s.combos, totals: s.totals}
}

// lazy is a value made when it is first asked for.
type lazy[T any] struct {
	once sync.Once
	v    T
}

func (l *lazy[T]) get(build func() T) T {
	l.once.Do(func() { l.v = build() })
	return l.v
}

// unfinished is a state of rows in time order as it is kept: without dictionaries, and what is computed from the rows.
func unfinished(b *batch, e *encoder, last uint32) *state {
	s := &state{table: b.table, cols: b.cols, sets: e.sets, sources: e.sources, statuses: e.statuses, orgs: e.orgs, last: last}
	s.fold, s.foldedAt = newFold(&s.cols, s.rows()), s.rows()
	return s
}

// assemble makes a state of rows in time order.
func assemble(ctx context.Context, b *batch, e *encoder, w words, last uint32) (*state, error) {
	s := unfinished(b, e, last)
	s.words = w
	if err := s.finish(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// finish checks the codes and computes what is derived from the rows.
func (s *state) finish(ctx context.Context) error {
	if err := s.check(); err != nil {
		return err
	}
	if s.places == nil {
		s.places = placesOf(s.numbers)
	}
	if err := s.count(ctx); err != nil {
		return err
	}
	pass := make([]uint8, len(s.statuses))
	for code, dim := range s.statuses {
		if dim != 0 && int64(dim)-1 >= 400 {
			pass[code] = 1
		}
	}
	s.failed = rowset{hi: s.rows()}.copy(s.rows())
	return s.keep(ctx, s.failed, int(audit.DimStatus), pass)
}

// placesOf is the inverse of numbers.
func placesOf(numbers []uint32) []uint32 {
	n := int(maxOf(numbers)) + 1
	places := make([]uint32, n, n+n/16)
	for place, n := range numbers {
		places[n] = uint32(place) + 1
	}
	return places
}

// maxNumber bounds row numbers: they are dense, save for rows that were replaced or removed.
func maxNumber(rows int) int64 { return 64*int64(rows) + 1<<20 }

// codes is how many codes a column can have in this state.
func (s *state) codes(col int) int {
	switch col {
	case int(audit.DimStatus):
		return len(s.statuses)
	case int(audit.DimSource):
		return max(len(s.sources.ends), 1)
	case int(audit.DimOrganization):
		return max(len(s.orgs), 1)
	case colSet:
		return len(s.sets.ends)
	case colFlags:
		return 256
	case colNew:
		return s.newCodes
	default:
		return s.words.known(col)
	}
}

// check refuses codes without a word: they would be counted under no name.
func (s *state) check() error {
	if s.rows() > 0 && int64(maxOf(s.numbers)) > maxNumber(s.rows()) {
		return fmt.Errorf("row number %d among %d rows: %w", maxOf(s.numbers), s.rows(), audit.ErrDamaged)
	}
	for col := range s.cols {
		highest := s.cols[col].max()
		if s.fold.has(col) {
			highest = maxOf(s.fold.tables[col])
		}
		if col == colNew { // its words are not read before they are asked for
			if int64(highest) > maxNumber(s.rows()) {
				return fmt.Errorf("new value %d among %d changes: %w", highest, s.rows(), audit.ErrDamaged)
			}
			s.newCodes = int(highest) + 1
			continue
		}
		if int64(highest) >= int64(s.codes(col)) {
			return fmt.Errorf("column %d holds code %d of %d: %w", col, highest, s.codes(col), audit.ErrDamaged)
		}
	}
	if n := s.words.known(int(audit.DimSource)); len(s.sources.members) > 0 && int64(maxOf(s.sources.members)) >= int64(n) {
		return fmt.Errorf("a row of source %d of %d: %w", maxOf(s.sources.members), n-1, audit.ErrDamaged)
	}
	for _, w := range s.orgs {
		if int(w.deployment) >= s.words.known(int(audit.DimDeployment)) || int(w.name) >= s.words.known(int(audit.DimOrganization)) ||
			int(w.id) >= max(len(s.words.changes[audit.DictOrganizationID]), 1) {
			return fmt.Errorf("an organization has codes %d, %d and %d: %w", w.deployment, w.id, w.name, audit.ErrDamaged)
		}
	}
	for _, c := range s.sets.changes {
		for f, code := range []uint32{c.Field, c.Setting, c.Panel} {
			if int(code) >= max(len(s.words.changes[f]), 1) {
				return fmt.Errorf("change dictionary %d has no code %d: %w", f, code, audit.ErrDamaged)
			}
		}
	}
	return nil
}

// count counts every column over all rows.
func (s *state) count(ctx context.Context) error {
	all := rowset{hi: s.rows()}
	var err error
	if s.combos, err = s.fold.codes.count(ctx, s.fold.size, all); err != nil {
		return err
	}
	for col := range s.cols {
		if s.fold.has(col) {
			s.totals[col] = s.spread(col, s.combos, nil)
		} else if s.totals[col], err = s.cols[col].count(ctx, s.codes(col), all); err != nil {
			return err
		}
	}
	return nil
}

// countRows counts the codes of a column that is not folded. Where most rows are counted, the others are, and taken off.
func (s *state) countRows(ctx context.Context, col int, rows rowset) ([]uint32, error) {
	return lessOthers(ctx, &s.cols[col], s.totals[col], s.rows(), rows)
}

// countCombos counts the combinations likewise.
func (s *state) countCombos(ctx context.Context, rows rowset) ([]uint32, error) {
	return lessOthers(ctx, &s.fold.codes, s.combos, s.rows(), rows)
}

func lessOthers(ctx context.Context, c *column, totals []uint32, all int, rows rowset) ([]uint32, error) {
	if 2*rows.size() <= all {
		return c.count(ctx, len(totals), rows)
	}
	rows.others = all
	counts, err := c.count(ctx, len(totals), rows)
	for code, n := range counts {
		counts[code] = totals[code] - n
	}
	return counts, err
}

// spread turns counts by combination into counts by the codes of a folded column. Combinations that do not pass (nil: all
// do) are left out.
func (s *state) spread(col int, combos []uint32, pass []uint8) []uint32 {
	counts := make([]uint32, s.codes(col))
	for combo, code := range s.fold.tables[col] {
		if len(pass) > 0 && pass[combo] == 0 {
			continue
		}
		counts[code] += combos[combo]
	}
	return counts
}

// keep clears the bits of rows whose code in a column does not pass.
func (s *state) keep(ctx context.Context, b bitset, col int, pass []uint8) error {
	if s.fold.has(col) {
		return s.fold.codes.keep(ctx, b, s.byCombo(col, pass))
	}
	return s.cols[col].keep(ctx, b, pass)
}

// byCombo turns a table over a folded column's codes into one over combinations.
func (s *state) byCombo(col int, pass []uint8) []uint8 {
	out := make([]uint8, s.fold.size)
	for combo, code := range s.fold.tables[col] {
		out[combo] = pass[code]
	}
	return out
}

// place returns where the row with a number stands in time order.
func (s *state) place(number uint32) (int, bool) {
	if int64(number) >= int64(len(s.places)) || s.places[number] == 0 {
		return 0, false
	}
	return int(s.places[number]) - 1, true
}
