package facet

import "auditdesk/backend/audit"

// maxCombos bounds the combinations of a fold, so that a code takes two bytes and a table of counts stays in the cache.
const maxCombos = 1 << 16

// fold keeps several columns as one: a code per combination of their values that occurs. Counting the combinations once
// gives the counts of every folded field, under any filter on folded fields.
type fold struct {
	codes  column
	size   int               // combinations
	tables [numCols][]uint32 // by column, nil where it is not folded: the column's code by combination
}

func (f *fold) has(col int) bool { return f.tables[col] != nil }

// foldOrder is the order in which columns are tried: those of the default facets and filters first.
func foldOrder() []int {
	return []int{int(audit.DimType), int(audit.DimAction), int(audit.DimStatus), colFlags, int(audit.DimVersion), int(audit.DimLog), int(audit.DimDeployment), colSet,
		int(audit.DimOrganization), int(audit.DimBuildReason), int(audit.DimSource), int(audit.DimAccount), int(audit.DimTarget), int(audit.DimIP), colNew}
}

// foldLimit is how many combinations are worth a fold of so many rows.
func foldLimit(rows int) int { return min(max(rows/32, 256), maxCombos) }

// newFold folds the columns, as far as the combinations stay few, and empties those that it took in.
func newFold(cols *[numCols]column, rows int) fold {
	if rows == 0 {
		return fold{}
	}
	f := fold{size: 1}
	combos := make([]uint16, rows)
	limit := foldLimit(rows)
	for _, col := range foldOrder() {
		next, tables, ok := foldIn(combos, f.size, &cols[col], limit)
		if !ok {
			continue
		}
		combos = next
		for i := range f.tables {
			if f.has(i) {
				f.tables[i] = permute(f.tables[i], tables.before)
			}
		}
		f.tables[col], f.size = tables.code, len(tables.code)
		cols[col] = column{}
	}
	f.codes = column{u16: combos}
	return f
}

// folded tells of each new combination which one it was before, and the code that came in.
type folded struct{ before, code []uint32 }

func foldIn(combos []uint16, size int, c *column, limit int) ([]uint16, folded, bool) {
	switch {
	case c.u32 != nil:
		return foldCodes(combos, size, c.u32, limit)
	case c.u16 != nil:
		return foldCodes(combos, size, c.u16, limit)
	default:
		return foldCodes(combos, size, c.u8, limit)
	}
}

// maxPairs bounds a directly addressed table of (combination, code) pairs; beyond that a map serves.
const maxPairs = 1 << 22

func foldCodes[T code](combos []uint16, size int, codes []T, limit int) ([]uint16, folded, bool) {
	var t folded
	width := int(maxOf(codes)) + 1
	out := make([]uint16, len(combos))
	if size*width <= maxPairs {
		known := make([]uint32, size*width) // new combination + 1
		for i, c := range codes {
			pair := int(combos[i])*width + int(c)
			if known[pair] == 0 {
				if len(t.code) == limit {
					return nil, t, false
				}
				t.before, t.code = append(t.before, uint32(combos[i])), append(t.code, uint32(c))
				known[pair] = uint32(len(t.code))
			}
			out[i] = uint16(known[pair] - 1)
		}
		return out, t, true
	}
	known := make(map[uint64]uint16)
	for i, c := range codes {
		pair := uint64(combos[i])<<32 | uint64(c)
		combo, ok := known[pair]
		if !ok {
			if len(t.code) == limit {
				return nil, t, false
			}
			combo = uint16(len(t.code))
			t.before, t.code = append(t.before, uint32(combos[i])), append(t.code, uint32(c))
			known[pair] = combo
		}
		out[i] = combo
	}
	return out, t, true
}

// unfold gives every folded column back.
func (f *fold) unfold(cols *[numCols]column) {
	for col, table := range f.tables {
		if table == nil {
			continue
		}
		var c column
		for i, n := 0, f.codes.len(); i < n; i++ {
			c.add(table[f.codes.at(i)])
		}
		cols[col] = c
	}
}

// extend folds the columns of later rows in, with new combinations where they have some. known belongs to the writer: the
// combinations by their codes; it is spoilt where extend reports false: too many combinations. f is then as it was.
func (f *fold) extend(cols *[numCols]column, rows int, known map[[numCols]uint32]uint32) (column, bool) {
	var out column
	size := f.size
	tables := f.tables
	for i := range rows {
		var key [numCols]uint32
		for col := range tables {
			if tables[col] != nil {
				key[col] = cols[col].at(i)
			}
		}
		combo, ok := known[key]
		if !ok {
			if size == maxCombos {
				return out, false
			}
			combo = uint32(size)
			for col := range tables {
				if tables[col] != nil {
					tables[col] = append(tables[col], key[col])
				}
			}
			known[key] = combo
			size++
		}
		out.add(combo)
	}
	f.size, f.tables = size, tables
	for col := range tables {
		if tables[col] != nil {
			cols[col] = column{}
		}
	}
	return out, true
}

// combinations returns the combinations by their codes.
func (f *fold) combinations() map[[numCols]uint32]uint32 {
	known := make(map[[numCols]uint32]uint32, f.size)
	for combo := range f.size {
		var key [numCols]uint32
		for col, table := range f.tables {
			if table != nil {
				key[col] = table[combo]
			}
		}
		known[key] = uint32(combo)
	}
	return known
}
