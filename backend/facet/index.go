package facet

import (
	"context"
	"iter"
	"time"

	"auditdesk/backend/audit"
)

// Source is where rows come from: the store, through whoever opens a case.
type Source interface {
	// Rows calls fn with each row numbered above after, in ascending order of number. It stops at the first error of fn
	// and returns it, wrapped or not.
	Rows(ctx context.Context, after uint32, fn func(*audit.Row) error) error
	// Dictionary returns the values of a dimension; the index is the code, code 0 is not recorded. It is asked after
	// Rows, and must know every code that Rows gave. It is not asked for DimStatus and DimAccount.
	Dictionary(ctx context.Context, d audit.Dim) ([]string, error)
	// ChangeDictionary is Dictionary for the dictionaries of changes.
	ChangeDictionary(ctx context.Context, d audit.DictField) ([]string, error)
	// Accounts returns every account, in any order.
	Accounts(ctx context.Context) ([]audit.Account, error)
	// Lookup returns the numbers of the rows that a value of id or request_id holds for, or (FieldText, OpEqual) whose changed
	// fields, or their values, contain the text without regard to ASCII case; in any order. In an index over changes these
	// are the numbers of changes.
	Lookup(ctx context.Context, f audit.Field, v audit.Value) ([]uint32, error)
}

// Filter is what rows are selected by.
type Filter struct {
	Query audit.Query
	Span  audit.Span // what the time terms of Query and Scope leave; those terms themselves are not looked at
	// Scope must hold as well. It is no part of Query: a facet's counts leave out the query's terms of its field, never the scope's.
	Scope audit.Query
}

// Index is the column index. Its methods may be called from any goroutine.
type Index struct{ src Source }

// Build reads every row.
func Build(ctx context.Context, src Source) (*Index, error) { return &Index{src: src}, nil }

// Refresh reads the rows numbered above the last known one, the dictionaries and the accounts anew, and makes them visible
// at once. changed are the numbers of known rows that were replaced or removed since; they are read anew too. On an error
// nothing changes. Selections made before keep the state that they were made of.
func (x *Index) Refresh(ctx context.Context, changed ...uint32) error { return nil }

// Rows is the number of rows.
func (x *Index) Rows() int { return 0 }

// Last is the highest number of a row, 0 without rows.
func (x *Index) Last() uint32 { return 0 }

// Select finds the rows that f holds for. The last few answers are kept.
func (x *Index) Select(ctx context.Context, f Filter) (*Selection, error) { return nil, nil }

// Facets is [Selection.Facets] of the filter's selection.
func (x *Index) Facets(ctx context.Context, f Filter, reqs []audit.FacetRequest) ([]audit.Facet, error) {
	return nil, nil
}

// Absent returns those of the documented values that no row of the case has, in their order.
func (x *Index) Absent(f audit.Field, documented []string) ([]string, error) { return nil, nil }

// NumberOfRef returns the numbers of the rows with the reference; several deployments can share one.
func (x *Index) NumberOfRef(ref60 uint64) []uint32 { return nil }

// Selection is the rows that a filter holds for, at one state of the index. Its methods may be called from any goroutine.
type Selection struct{}

// Total is the number of selected rows.
func (s *Selection) Total() int64 { return 0 }

// Numbers returns the numbers of at most limit rows, beginning with the one at offset.
func (s *Selection) Numbers(order audit.Order, offset, limit int) []uint32 { return nil }

// All yields the numbers of all selected rows.
func (s *Selection) All(order audit.Order) iter.Seq[uint32] { return nil }

// Position returns the offset at which a row stands, or false where it is not selected.
func (s *Selection) Position(number uint32, order audit.Order) (int64, bool) { return 0, false }

// Seek returns the offset of the first selected row that is not before t in the order: where a jump to t lands.
func (s *Selection) Seek(t audit.Time, order audit.Order) int64 { return 0 }

// Facets counts each requested field's values under the filter less the query's own terms of that field.
func (s *Selection) Facets(ctx context.Context, reqs []audit.FacetRequest) ([]audit.Facet, error) {
	return nil, nil
}

// Timeline counts the selected rows by buckets of zone, empty ones included.
func (s *Selection) Timeline(size audit.BucketSize, zone *time.Location) (audit.Timeline, error) {
	return audit.Timeline{}, nil
}

// DayCount is a day of a zone with the number of its selected rows.
type DayCount struct {
	Day   string // yyyy-mm-dd
	Count int64
}

// Days returns the days that have selected rows, in the order of the rows; false where there are more than limit.
func (s *Selection) Days(zone *time.Location, order audit.Order, limit int) ([]DayCount, bool) {
	return nil, false
}

// Group is the selected rows of one panel.
type Group struct {
	Panel  string // "" where the catalogue has none
	Count  int64
	Fields int // distinct changed fields
}

// Grouped is a selection with its rows grouped by panel.
type Grouped struct{ Groups []Group }

// Grouped groups the rows of an index over changes: the panels in the order given, then others by name, then rows without one.
func (s *Selection) Grouped(ctx context.Context, panels []string) (*Grouped, error) { return nil, nil }

// Numbers is [Selection.Numbers] over the groups, one after the other; order is that within a group.
func (g *Grouped) Numbers(order audit.Order, offset, limit int) []uint32 { return nil }
