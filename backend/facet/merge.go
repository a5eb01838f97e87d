package facet

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sort"

	"auditdesk/backend/audit"
)

// plan says how rows of two time-ordered tables come together: stretches of the old and of the fresh one in turn.
type plan struct {
	stretches []stretch
	rows      int
	appends   bool // every old row stays, and every fresh one stands behind them
}

type stretch struct {
	fresh  bool
	lo, hi int
}

func (p *plan) add(fresh bool, lo, hi int) {
	if lo >= hi {
		return
	}
	p.rows += hi - lo
	if n := len(p.stretches); n > 0 && p.stretches[n-1].fresh == fresh && p.stretches[n-1].hi == lo {
		p.stretches[n-1].hi = hi
		return
	}
	p.stretches = append(p.stretches, stretch{fresh, lo, hi})
}

// splice puts the parts together. Where fresh rows only follow, they are appended in place: readers of the old state see
// none of them.
func splice[T any](old, fresh []T, p plan) []T {
	if p.appends {
		return append(old, fresh...)
	}
	out := make([]T, 0, p.rows+p.rows/16)
	for _, s := range p.stretches {
		if s.fresh {
			out = append(out, fresh[s.lo:s.hi]...)
		} else {
			out = append(out, old[s.lo:s.hi]...)
		}
	}
	return out
}

// mergePlan places the fresh rows among the old ones, less the old rows at the places that are gone (ascending).
func mergePlan(old, fresh *table, gone []int) plan {
	var p plan
	at := 0 // next old place
	upTo := func(place int) {
		for len(gone) > 0 && gone[0] < place {
			p.add(false, at, gone[0])
			at, gone = gone[0]+1, gone[1:]
		}
		p.add(false, at, place)
		at = max(at, place)
	}
	none := len(gone) == 0
	for i := range fresh.numbers {
		rest := sort.Search(old.rows()-at, func(j int) bool { return old.compare(at+j, fresh, i) > 0 })
		upTo(at + rest)
		p.add(true, i, i+1)
	}
	upTo(old.rows())
	s := p.stretches
	p.appends = none && (len(s) == 0 || len(s) == 1 || (len(s) == 2 && !s[0].fresh))
	return p
}

// table is rows in time order, as far as every state of the index keeps them apart from its columns.
type table struct {
	times   []audit.Time
	refs    []uint64
	numbers []uint32
}

func (t *table) rows() int { return len(t.numbers) }

// compare orders row i of t and row j of o by time, then ref, then number: the order in which rows are listed, oldest first.
func (t *table) compare(i int, o *table, j int) int {
	return cmp.Or(cmp.Compare(t.times[i], o.times[j]), cmp.Compare(t.refs[i], o.refs[j]), cmp.Compare(t.numbers[i], o.numbers[j]))
}

func (t *table) splice(fresh *table, p plan) table {
	return table{splice(t.times, fresh.times, p), splice(t.refs, fresh.refs, p), splice(t.numbers, fresh.numbers, p)}
}

// merge makes the state that follows old: less the changed rows, with the fresh ones.
func (x *Index) merge(ctx context.Context, old *state, fresh *batch, changed []uint32, w words, last uint32) (*state, error) {
	if old.rows() == 0 {
		x.combos = nil
		return assemble(ctx, fresh, x.encoder, w, last)
	}
	var gone []int
	for _, n := range changed {
		if place, ok := old.place(n); ok {
			gone = append(gone, place)
		}
	}
	slices.Sort(gone)
	p := mergePlan(&old.table, &fresh.table, gone)
	next := &state{table: old.splice(&fresh.table, p), fold: old.fold, foldedAt: old.foldedAt,
		sets: x.encoder.sets, sources: x.encoder.sources, statuses: x.encoder.statuses, orgs: x.encoder.orgs, words: w, last: last}
	if p.appends {
		if err := next.appendPlaces(old, fresh.numbers); err != nil {
			return nil, err
		}
	}
	if worthFolding(next) {
		return x.refold(ctx, next, old, fresh, p)
	}
	if x.combos == nil {
		x.combos = next.fold.combinations()
	}
	combos, fits := next.fold.extend(&fresh.cols, fresh.rows(), x.combos)
	if !fits {
		return x.refold(ctx, next, old, fresh, p)
	}
	next.fold.codes = old.fold.codes.splice(&combos, p)
	for col := range next.cols {
		if !next.fold.has(col) {
			next.cols[col] = old.cols[col].splice(&fresh.cols[col], p)
		}
	}
	if err := next.finish(ctx); err != nil {
		return nil, err
	}
	return next, nil
}

// worthFolding tells whether a case has grown so much that another choice of folded columns would serve it better.
func worthFolding(s *state) bool {
	return s.rows() >= 2*s.foldedAt && foldLimit(s.foldedAt) < maxCombos
}

// refold chooses the folded columns anew.
func (x *Index) refold(ctx context.Context, next, old *state, fresh *batch, p plan) (*state, error) {
	x.combos = nil
	cols := old.cols
	old.fold.unfold(&cols)
	for col := range cols {
		cols[col] = cols[col].splice(&fresh.cols[col], p)
	}
	next.cols = cols
	next.fold, next.foldedAt = newFold(&next.cols, next.rows()), next.rows()
	if err := next.finish(ctx); err != nil {
		return nil, err
	}
	return next, nil
}

// appendPlaces is placesOf where rows were only appended. It leaves the places unset where that would change what readers
// of the old state see.
func (s *state) appendPlaces(old *state, numbers []uint32) error {
	places := old.places
	for i, n := range numbers {
		if int(n) < len(old.places) {
			return nil
		}
		if int64(n) > maxNumber(s.rows()) {
			return fmt.Errorf("row number %d among %d rows: %w", n, s.rows(), audit.ErrDamaged)
		}
		for int(n) >= len(places) {
			places = append(places, 0)
		}
		places[n] = uint32(old.rows()+i) + 1
	}
	s.places = places
	return nil
}
