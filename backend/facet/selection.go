package facet

import (
	"context"
	"fmt"
	"iter"
	"math/bits"

	"auditdesk/backend/audit"
)

// Selection is the rows that a filter holds for, at one state of the index. Its methods may be called from any goroutine.
type Selection struct {
	state  *state
	from   Filter
	filter *filter
	rows   ranked // by place in time order
	groups recent[*Grouped]
}

func (s *state) selection(ctx context.Context, src Source, f Filter) (*Selection, error) {
	key := "query " + keyOf(f.Query.Terms) + " scope " + keyOf(f.Scope.Terms)
	if f.Span.From != nil {
		key += fmt.Sprintf(" from %d", *f.Span.From)
	}
	if f.Span.To != nil {
		key += fmt.Sprintf(" to %d", *f.Span.To)
	}
	if sel, ok := s.cache.selections.get(key); ok {
		return sel, nil
	}
	compiled, err := s.compile(ctx, src, f)
	if err != nil {
		return nil, err
	}
	b, err := s.filtered(ctx, compiled, "")
	if err != nil {
		return nil, err
	}
	sel := &Selection{state: s, from: f, filter: compiled, rows: rank(b)}
	s.cache.selections.put(key, sel, cachedSelections)
	return sel, nil
}

// filtered returns the rows that every clause but those of a field holds for.
func (s *state) filtered(ctx context.Context, f *filter, without audit.Field) (bitset, error) {
	pass, rows := f.without(without)
	b := rowset{lo: f.lo, hi: f.hi}.copy(s.rows())
	for _, r := range rows {
		combine(b, r, func(x, y uint64) uint64 { return x & y })
	}
	if pass == nil {
		return b, ctx.Err()
	}
	return b, s.fold.codes.keep(ctx, b, pass)
}

// Total is the number of selected rows.
func (s *Selection) Total() int64 { return int64(s.rows.total()) }

// Numbers returns the numbers of at most limit rows, beginning with the one at offset.
func (s *Selection) Numbers(order audit.Order, offset, limit int) []uint32 {
	total := s.rows.total()
	if offset < 0 || offset >= total || limit <= 0 {
		return []uint32{}
	}
	limit = min(limit, total-offset)
	numbers := make([]uint32, 0, limit)
	if order == audit.Oldest {
		for at := s.rows.sel(offset); len(numbers) < limit; at = s.rows.bits.next(at + 1) {
			numbers = append(numbers, s.state.numbers[at])
		}
		return numbers
	}
	for at := s.rows.sel(total - 1 - offset); len(numbers) < limit; at = s.rows.bits.prev(at - 1) {
		numbers = append(numbers, s.state.numbers[at])
	}
	return numbers
}

// All yields the numbers of all selected rows.
func (s *Selection) All(order audit.Order) iter.Seq[uint32] {
	words := s.rows.bits
	if order == audit.Oldest {
		return func(yield func(uint32) bool) {
			for w, word := range words {
				for ; word != 0; word &= word - 1 {
					if !yield(s.state.numbers[w<<6+bits.TrailingZeros64(word)]) {
						return
					}
				}
			}
		}
	}
	return func(yield func(uint32) bool) {
		for w := len(words) - 1; w >= 0; w-- {
			for word := words[w]; word != 0; {
				i := 63 - bits.LeadingZeros64(word)
				if !yield(s.state.numbers[w<<6+i]) {
					return
				}
				word &^= 1 << i
			}
		}
	}
}

// Position returns the offset at which a row stands, or false where it is not selected.
func (s *Selection) Position(number uint32, order audit.Order) (int64, bool) {
	place, ok := s.state.place(number)
	if !ok || !s.rows.bits.has(place) {
		return 0, false
	}
	before := s.rows.rank(place)
	if order == audit.Oldest {
		return int64(before), true
	}
	return int64(s.rows.total() - 1 - before), true
}

// Seek returns the offset of the first selected row in the order that is not before t: where a jump to t lands. It is the
// total where every row is before t. Newest first, "before" means later.
func (s *Selection) Seek(t audit.Time, order audit.Order) int64 {
	if order == audit.Oldest {
		return int64(s.rows.rank(s.state.firstAt(t)))
	}
	if t == audit.MaxTime {
		return 0
	}
	return int64(s.rows.total() - s.rows.rank(s.state.firstAt(t+1)))
}

// Last is the highest row number that the selection's state knew: rows above it came later.
func (s *Selection) Last() uint32 { return s.state.last }
