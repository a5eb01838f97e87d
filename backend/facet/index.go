package facet

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"auditdesk/backend/audit"
)

// Source is where rows come from: the store, through whoever opens a case. What it returns belongs to the index.
type Source interface {
	// Rows calls fn with each row numbered above after, in ascending order of number. It stops at the first error of fn
	// and returns it, wrapped or not.
	Rows(ctx context.Context, after uint32, fn func(*audit.Row) error) error
	// Dictionary returns the values of a dimension; the index is the code, code 0 is not recorded. It is asked after
	// Rows, and must know every code that Rows gave. It is not asked for DimStatus and DimAccount.
	Dictionary(ctx context.Context, d audit.Dim) ([]string, error)
	// ChangeDictionary is Dictionary for the dictionaries beside those of the dimensions.
	ChangeDictionary(ctx context.Context, d audit.DictField) ([]string, error)
	// Accounts returns every account, in any order.
	Accounts(ctx context.Context) ([]audit.Account, error)
	// Lookup returns the numbers of the rows that a value of id or request_id holds for, or (FieldText, OpEqual) whose changed
	// fields, or their values, contain the text without regard to ASCII case; in any order. In an index over changes these
	// are the numbers of changes.
	Lookup(ctx context.Context, f audit.Field, v audit.Value) ([]uint32, error)
}

// ValueSource is a source of changes that also knows their new values. They are read when they are first asked for.
type ValueSource interface {
	// NewValues calls fn with code and JSON text of each value from a code on, in ascending order of code.
	NewValues(ctx context.Context, from uint32, fn func(code uint32, raw string) error) error
}

// Filter is what rows are selected by.
type Filter struct {
	Query audit.Query
	Span  audit.Span // what the time terms of Query and Scope leave; those terms themselves are not looked at
	// Scope must hold as well. It is no part of Query: a facet's counts leave out the query's terms of its field, never the scope's.
	Scope audit.Query
}

// Index is the column index. Its methods may be called from any goroutine.
type Index struct {
	src Source
	now atomic.Pointer[state]

	writing sync.Mutex // held by Refresh; guards what follows
	encoder *encoder
	values  *newValues                 // nil of an index over events
	combos  map[[numCols]uint32]uint32 // of now's fold; nil where they have to be made anew
	ways    []way                      // see NameOrganizationsAs
}

// Build reads every row.
func Build(ctx context.Context, src Source) (*Index, error) {
	x := &Index{src: src, encoder: newEncoder(changeSets{}, sets{}, nil, nil), values: valuesOf(src)}
	x.now.Store(&state{values: x.values})
	if err := x.Refresh(ctx); err != nil {
		return nil, err
	}
	return x, nil
}

// Refresh reads the rows numbered above the last known one, the dictionaries and the accounts anew, and makes them visible
// at once. changed are the numbers of known rows that were replaced or removed since; they are read anew too. On an error
// nothing changes. Selections made before keep the state that they were made of.
//
// Rows later than every known one are cheap to add. Any others cost a copy of the columns (some 45 bytes a row).
func (x *Index) Refresh(ctx context.Context, changed ...uint32) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	old := x.now.Load()

	changed = slices.Compact(slices.Sorted(slices.Values(changed)))
	changed = slices.DeleteFunc(changed, func(n uint32) bool { return n == 0 || n > old.last })
	fresh := &batch{}
	if err := fresh.readAgain(ctx, x.src, changed, old.last, x.encoder); err != nil {
		return fmt.Errorf("read changed rows: %w", err)
	}
	if err := fresh.read(ctx, x.src, old.last, x.encoder); err != nil {
		return fmt.Errorf("read rows after %d: %w", old.last, err)
	}
	w, err := readWords(ctx, x.src)
	if err != nil {
		return err
	}
	last := old.last
	if n := fresh.rows(); n > 0 {
		last = max(last, fresh.numbers[n-1])
	}
	fresh.sort()
	next, err := x.merge(ctx, old, fresh, changed, w, last)
	if err != nil {
		x.combos = nil // may hold combinations that no state has
		return err
	}
	next.values = x.values
	next.ways = x.ways
	x.now.Store(next)
	return nil
}

// NameOrganizationsAs makes this index, which is of changes, name organizations as the one of the events does: an event
// without changes may be the one that says which id a name is. Selections made before keep what they knew.
func (x *Index) NameOrganizationsAs(events *Index) {
	ways := events.now.Load().waysInUse()
	x.writing.Lock()
	defer x.writing.Unlock()
	if slices.Equal(ways, x.ways) {
		return
	}
	x.ways = ways
	next := x.now.Load().copied()
	next.ways = ways
	x.now.Store(next)
}

// Rows is the number of rows.
func (x *Index) Rows() int { return x.now.Load().rows() }

// Last is the highest number that a row had, 0 before the first.
func (x *Index) Last() uint32 { return x.now.Load().last }

// Bytes estimates the memory that the rows take, without dictionaries.
func (x *Index) Bytes() int64 {
	s := x.now.Load()
	n := 8*cap(s.times) + 8*cap(s.refs) + 4*cap(s.numbers) + 4*cap(s.places) + 8*cap(s.failed) + s.fold.codes.bytes()
	for col := range s.cols {
		n += s.cols[col].bytes() + 4*cap(s.fold.tables[col]) + 4*cap(s.totals[col])
	}
	n += 20*cap(s.sets.changes) + s.sets.bytes() + s.sources.bytes()
	return int64(n)
}

// NumberOfRef returns the numbers of the rows with the reference, oldest first; several deployments can share one.
func (x *Index) NumberOfRef(ref60 uint64) []uint32 {
	s := x.now.Load()
	var numbers []uint32
	for place, ref := range s.refs {
		if ref == ref60 {
			numbers = append(numbers, s.numbers[place])
		}
	}
	return numbers
}

// Select finds the rows that f holds for. The last few answers are kept.
func (x *Index) Select(ctx context.Context, f Filter) (*Selection, error) {
	return x.now.Load().selection(ctx, x.src, f)
}

// Facets is [Selection.Facets] of the filter's selection.
func (x *Index) Facets(ctx context.Context, f Filter, reqs []audit.FacetRequest) ([]audit.Facet, error) {
	s, err := x.Select(ctx, f)
	if err != nil {
		return nil, err
	}
	return s.Facets(ctx, reqs)
}
