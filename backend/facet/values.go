package facet

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"auditdesk/backend/audit"
)

// defaultTop is how many values are listed where a request does not say.
const defaultTop = 10

func noFacet(f audit.Field) error {
	return audit.Errorf("see the list of facets", "there is no facet of %q", f)
}

// Facets counts each requested field's values under the filter less the query's own terms of that field. A Top of 0 lists
// ten values, a negative one all. Facet.Never is left to those who know what is documented, see [Index.Absent].
func (s *Selection) Facets(ctx context.Context, reqs []audit.FacetRequest) ([]audit.Facet, error) {
	c := counter{sel: s}
	c.plan(reqs)
	facets := make([]audit.Facet, 0, len(reqs))
	for _, req := range reqs {
		if facetIndex(req.Field) < 0 {
			return nil, noFacet(req.Field)
		}
		if req.Field == audit.FieldNew {
			if s.state.values == nil {
				return nil, audit.Errorf("ask for it in the admin-changes view, or with: facets --changes", "new values are counted of changes, not of events")
			}
			if err := s.state.knowValues(ctx); err != nil {
				return nil, err
			}
		}
		f, err := c.facet(ctx, req)
		if err != nil {
			return nil, fmt.Errorf("count %s: %w", req.Field, err)
		}
		facets = append(facets, f)
	}
	return facets, nil
}

// counter counts columns for facets of one selection; facets that look at the same rows and column share a count.
type counter struct {
	sel    *Selection
	relax  bool // some facet leaves out a clause on a folded field
	combos []uint32
	done   map[counted][]uint32
}

type counted struct {
	col     int
	without audit.Field // whose clause is left out; "" for none
}

func (c *counter) plan(reqs []audit.FacetRequest) {
	c.done = make(map[counted][]uint32)
	for _, req := range reqs {
		if col, ok := columnOf(req.Field); ok && c.sel.state.fold.has(col) && c.sel.filter.mentions(req.Field) {
			c.relax = true
		}
	}
}

// column counts the codes of a field's column over the rows that its facet is about.
func (c *counter) column(ctx context.Context, f audit.Field) ([]uint32, error) {
	s, filter := c.sel.state, c.sel.filter
	col, _ := columnOf(f)
	key := counted{col: col}
	if filter.mentions(f) {
		key.without = f
	}
	if counts, ok := c.done[key]; ok {
		return counts, nil
	}
	counts, err := c.count(ctx, s, filter, key)
	if err == nil {
		c.done[key] = counts
	}
	return counts, err
}

func (c *counter) count(ctx context.Context, s *state, filter *filter, key counted) ([]uint32, error) {
	pass, rows := filter.without(key.without)
	whole := len(rows) == 0 && filter.lo == 0 && filter.hi == s.rows()
	switch {
	case whole && pass == nil:
		return s.totals[key.col], nil
	case s.fold.has(key.col):
		combos, err := c.comboCounts(ctx, s, filter)
		if err != nil {
			return nil, err
		}
		return s.spread(key.col, combos, pass), nil
	case key.without == "":
		return s.countRows(ctx, key.col, rowset{bits: c.sel.rows.bits, lo: filter.lo, hi: filter.hi})
	default:
		b, err := s.filtered(ctx, filter, key.without)
		if err != nil {
			return nil, err
		}
		return s.countRows(ctx, key.col, rowset{bits: b, lo: filter.lo, hi: filter.hi})
	}
}

// comboCounts counts the combinations once for all folded fields: over the selected rows, or, where some facet leaves out a
// clause on a folded field, over the rows before any clause of that kind. Clauses on folded fields apply to the counts.
func (c *counter) comboCounts(ctx context.Context, s *state, filter *filter) ([]uint32, error) {
	if c.combos != nil {
		return c.combos, nil
	}
	var rows []bitset
	for _, clause := range filter.clauses {
		if clause.pass == nil {
			rows = append(rows, clause.rows)
		}
	}
	over := rowset{lo: filter.lo, hi: filter.hi}
	switch {
	case len(rows) == 0 && over.lo == 0 && over.hi == s.rows():
		c.combos = s.combos
		return c.combos, nil
	case !c.relax:
		over.bits = c.sel.rows.bits
	case len(rows) == 1:
		over.bits = rows[0]
	case len(rows) > 1:
		over.bits = slices.Clone(rows[0])
		for _, r := range rows[1:] {
			combine(over.bits, r, func(x, y uint64) uint64 { return x & y })
		}
	}
	var err error
	c.combos, err = s.countCombos(ctx, over)
	return c.combos, err
}

func (c *counter) facet(ctx context.Context, req audit.FacetRequest) (audit.Facet, error) {
	s := c.sel.state
	l := s.labelsOf(req.Field)
	codes, err := c.column(ctx, req.Field)
	if err != nil {
		return audit.Facet{}, err
	}
	var counts []uint32
	var missing int64
	switch col, _ := columnOf(req.Field); {
	case col == colSet:
		counts, missing = s.spreadSets(req.Field, l, codes)
	case req.Field == audit.FieldSource:
		counts, missing = s.spreadSources(l, codes)
	default:
		counts = l.counts(codes)
		missing = int64(counts[0])
	}
	q := c.sel.from.Query
	f := audit.Facet{Field: req.Field, InCase: l.distinct, Missing: missing, MissingState: stateOf(q, req.Field, "")}
	top := c.top(l, counts, req, &f.Distinct)
	top, err = c.named(l, counts, codes, req.Field, top)
	if err != nil {
		return f, err
	}
	f.Values = make([]audit.Bucket, 0, len(top))
	for _, b := range top {
		b.State = stateOf(q, req.Field, b.Value)
		if req.Field == audit.FieldOutcome {
			b.Codes = c.statuses(codes, b.Value)
		}
		f.Values = append(f.Values, b)
	}
	return f, nil
}

// top returns the first labels in the order asked for, and counts those that have rows and match the search.
func (c *counter) top(l *labels, counts []uint32, req audit.FacetRequest, distinct *int) []audit.Bucket {
	limit := req.Top
	if limit == 0 {
		limit = defaultTop
	}
	search := audit.FoldText(req.Search)
	before := func(a, b uint32) int {
		byCount := cmp.Compare(counts[b], counts[a])
		switch {
		case req.Order == audit.ByRarest && byCount != 0:
			return -byCount
		case req.Order != audit.ByName && byCount != 0:
			return byCount
		default:
			return compareNames(l.values[a], l.values[b])
		}
	}
	var kept []uint32
	trimmed := false // kept begins with the best so far, in order
	for label := 1; label < len(l.values); label++ {
		if counts[label] == 0 || (search != "" && !containsFold(l.values[label], search)) {
			continue
		}
		*distinct++
		if trimmed && before(kept[limit-1], uint32(label)) < 0 {
			continue
		}
		kept = append(kept, uint32(label))
		if limit > 0 && len(kept) >= 4*limit+64 { // so that a million values are never sorted
			slices.SortFunc(kept, before)
			kept, trimmed = kept[:limit], true
		}
	}
	slices.SortFunc(kept, before)
	if limit > 0 && len(kept) > limit {
		kept = kept[:limit]
	}
	out := make([]audit.Bucket, 0, len(kept))
	for _, label := range kept {
		out = append(out, audit.Bucket{Value: l.values[label], Count: int64(counts[label])})
	}
	return out
}

// named appends the values that the query includes or excludes and that are not listed yet, even without rows.
func (c *counter) named(l *labels, counts, codes []uint32, f audit.Field, listed []audit.Bucket) ([]audit.Bucket, error) {
	fold := foldOf(f)
	matches := matcherOf(f)
	for _, t := range c.sel.from.Query.Terms {
		if t.Field != f {
			continue
		}
		for _, v := range t.Values {
			if v.Op != audit.OpEqual || v.Text == "" ||
				slices.ContainsFunc(listed, func(b audit.Bucket) bool { return fold(b.Value) == fold(v.Text) }) {
				continue
			}
			b := audit.Bucket{Value: v.Text}
			if label := slices.IndexFunc(l.values, matches(v)); label > 0 {
				b.Value, b.Count = l.values[label], int64(counts[label])
			} else if f == audit.FieldUser || f == audit.FieldOrganization || f == audit.FieldSource { // a username, id, base name or number can select without being a label
				col, _ := columnOf(f)
				hit := make([]bool, len(codes))
				if err := c.sel.state.mark(f, col, v, hit); err != nil {
					return nil, err
				}
				for code, yes := range hit {
					if yes {
						b.Count += int64(codes[code])
					}
				}
			}
			listed = append(listed, b)
		}
	}
	return listed, nil
}

// statuses lists the status codes of an outcome that have rows.
func (c *counter) statuses(codes []uint32, outcome string) []int {
	var out []int
	for code, rows := range codes {
		if status, recorded := c.sel.state.status(uint32(code)); recorded && rows > 0 && string(audit.OutcomeOf(status)) == outcome {
			out = append(out, status)
		}
	}
	slices.Sort(out)
	return out
}

func foldOf(f audit.Field) func(string) string {
	switch f {
	case audit.FieldChanged:
		return audit.FoldKey
	case audit.FieldNew:
		return foldNew
	}
	return audit.FoldASCII
}

// stateOf is [audit.Query.StateOf], save that changed fields compare as filters compare them.
func stateOf(q audit.Query, f audit.Field, value string) audit.State {
	if f != audit.FieldChanged && f != audit.FieldNew || value == "" {
		return q.StateOf(f, value)
	}
	fold := foldOf(f)
	var folded audit.Query
	for _, t := range q.Terms {
		if t.Field != f {
			continue
		}
		t.Values = slices.Clone(t.Values)
		for i := range t.Values {
			t.Values[i].Text = fold(t.Values[i].Text)
		}
		folded.Terms = append(folded.Terms, t)
	}
	return folded.StateOf(f, fold(value))
}
