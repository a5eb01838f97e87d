package facet

import (
	"context"
	"fmt"
	"sort"
	"strconv"
	"strings"

	"auditdesk/backend/audit"
)

// clause is what all terms of one field leave: a table over the combinations of the fold, or a bitset over the rows.
type clause struct {
	field audit.Field // "" for a clause of the scope, which no facet leaves out
	pass  []uint8     // by combination: 1 where it holds; nil where rows says
	rows  bitset
}

// filter is a Filter made ready for one state.
type filter struct {
	clauses []clause
	lo, hi  int // places within the span
}

// without returns the clauses that a facet of field f is counted under, as one table over combinations (nil: all pass) and
// the bitsets.
func (f *filter) without(field audit.Field) (pass []uint8, rows []bitset) {
	for _, c := range f.clauses {
		switch {
		case c.field == field && field != "":
		case c.pass == nil:
			rows = append(rows, c.rows)
		case pass == nil:
			pass = c.pass
		default:
			both := make([]uint8, len(pass))
			for i := range pass {
				both[i] = pass[i] & c.pass[i]
			}
			pass = both
		}
	}
	return pass, rows
}

func (f *filter) mentions(field audit.Field) bool {
	for _, c := range f.clauses {
		if c.field == field && field != "" {
			return true
		}
	}
	return false
}

func (s *state) compile(ctx context.Context, src Source, f Filter) (*filter, error) {
	out := &filter{lo: 0, hi: s.rows()}
	if f.Span.From != nil {
		out.lo = s.firstAt(*f.Span.From)
	}
	if f.Span.To != nil {
		out.hi = max(s.firstAt(*f.Span.To), out.lo)
	}
	for _, part := range []struct {
		query audit.Query
		scope bool
	}{{f.Query, false}, {f.Scope, true}} {
		for _, terms := range byField(part.query) {
			field := terms[0].Field
			c, err := s.clause(ctx, src, field, terms)
			if err != nil {
				return nil, fmt.Errorf("filter by %s: %w", field, err)
			}
			if part.scope {
				c.field = ""
			}
			out.clauses = append(out.clauses, c)
		}
	}
	return out, nil
}

// byField groups the terms, less those of time, by field in the order of its first term.
func byField(q audit.Query) [][]audit.Term {
	var groups [][]audit.Term
	at := make(map[audit.Field]int)
	for _, t := range q.Terms {
		switch t.Field {
		case audit.FieldDateFrom, audit.FieldDateTo, audit.FieldAfter, audit.FieldBefore:
			continue
		}
		i, ok := at[t.Field]
		if !ok {
			i = len(groups)
			at[t.Field] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], t)
	}
	return groups
}

// keyOf names terms for the cache; unlike [audit.Query.String] it tells apart what reads alike.
func keyOf(terms []audit.Term) string {
	var b strings.Builder
	for _, t := range terms {
		fmt.Fprintf(&b, "%s %t", t.Field, t.Exclude)
		for _, v := range t.Values {
			b.WriteString(" " + string(v.Op) + strconv.Quote(v.Text))
		}
		b.WriteByte(';')
	}
	return b.String()
}

// firstAt returns the place of the first row at or after t.
func (s *state) firstAt(t audit.Time) int {
	return sort.Search(s.rows(), func(i int) bool { return s.times[i] >= t })
}

func (s *state) clause(ctx context.Context, src Source, field audit.Field, terms []audit.Term) (clause, error) {
	col, isColumn := columnOf(field)
	if field == audit.FieldNew {
		if isColumn = s.values != nil; isColumn {
			if err := s.knowValues(ctx); err != nil {
				return clause{}, err
			}
		}
	}
	if isColumn && s.fold.has(col) {
		pass, err := s.passing(field, col, terms)
		if err != nil {
			return clause{}, err
		}
		return clause{field: field, pass: s.byCombo(col, pass)}, nil
	}
	key := keyOf(terms)
	if c, ok := s.cache.clauses.get(key); ok {
		return c, nil
	}
	c := clause{field: field}
	var err error
	if isColumn {
		c.rows, err = s.columnRows(ctx, field, col, terms)
	} else {
		c.rows, err = s.otherRows(ctx, src, field, terms)
	}
	if err != nil {
		return c, err
	}
	s.cache.clauses.put(key, c, cachedClauses)
	return c, nil
}

func (s *state) columnRows(ctx context.Context, field audit.Field, col int, terms []audit.Term) (bitset, error) {
	pass, err := s.passing(field, col, terms)
	if err != nil {
		return nil, err
	}
	b := rowset{hi: s.rows()}.copy(s.rows())
	return b, s.keep(ctx, b, col, pass)
}

// otherRows is columnRows for fields that are not kept in columns. Terms of text must all hold, terms of the others are
// alternatives; an excluded term removes.
func (s *state) otherRows(ctx context.Context, src Source, field audit.Field, terms []audit.Term) (bitset, error) {
	var include, exclude bitset
	for _, t := range terms {
		b := newBitset(s.rows())
		for _, v := range t.Values {
			if err := s.valueRows(ctx, src, field, v, b); err != nil {
				return nil, err
			}
		}
		switch {
		case t.Exclude:
			exclude = combine(exclude, b, func(x, y uint64) uint64 { return x | y })
		case field == audit.FieldText:
			include = combine(include, b, func(x, y uint64) uint64 { return x & y })
		default:
			include = combine(include, b, func(x, y uint64) uint64 { return x | y })
		}
	}
	if include == nil {
		include = rowset{hi: s.rows()}.copy(s.rows())
	}
	if exclude != nil {
		include = combine(include, exclude, func(x, y uint64) uint64 { return x &^ y })
	}
	return include, nil
}

// combine changes a, where there is one, to op(a, b).
func combine(a, b bitset, op func(x, y uint64) uint64) bitset {
	if a == nil {
		return b
	}
	for i := range a {
		a[i] = op(a[i], b[i])
	}
	return a
}

// valueRows sets the bits of the rows that one value holds for.
func (s *state) valueRows(ctx context.Context, src Source, field audit.Field, v audit.Value, b bitset) error {
	switch field {
	case audit.FieldText:
		return s.textRows(ctx, src, v, b)
	case audit.FieldRef:
		s.refRows(v, b)
		return nil
	case audit.FieldID, audit.FieldRequestID:
		return s.lookupRows(ctx, src, field, v, b)
	case audit.FieldNew: // of events
		if v.Op != audit.OpNotRecorded && (v.Op != audit.OpEqual || v.Text != "") {
			return s.lookupRows(ctx, src, field, v, b)
		}
		recorded := newBitset(s.rows())
		if err := s.lookupRows(ctx, src, field, audit.Value{Op: audit.OpRecorded}, recorded); err != nil {
			return err
		}
		none := rowset{hi: s.rows()}.copy(s.rows())
		combine(none, recorded, func(x, y uint64) uint64 { return x &^ y })
		combine(b, none, func(x, y uint64) uint64 { return x | y })
		return nil
	default:
		return fmt.Errorf("there is no field %q", field)
	}
}

func (s *state) lookupRows(ctx context.Context, src Source, field audit.Field, v audit.Value, b bitset) error {
	numbers, err := src.Lookup(ctx, field, v)
	if err != nil {
		return fmt.Errorf("look %s up: %w", field, err)
	}
	for _, n := range numbers {
		if place, ok := s.place(n); ok { // the store may be ahead
			b.set(place)
		}
	}
	return nil
}
