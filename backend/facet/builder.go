package facet

import (
	"fmt"
	"io"
	"slices"

	"auditdesk/backend/audit"
)

// Builder takes rows that somebody has in hand anyway, while they are written to the store. What it writes is, byte for byte, what an
// index writes that [Build] makes of them; the dictionaries are not needed for it.
type Builder struct {
	rows    batch
	events  []uint32 // by row: the event that it is, or is of
	e       *encoder
	also    map[uint32][]uint32 // by event: sources of further records
	matched map[uint32]struct{} // events that were said to have a matching record
	last    uint32
}

// NewBuilder returns one without rows.
func NewBuilder() *Builder {
	return &Builder{e: newEncoder(changeSets{}, sets{}, nil, nil), also: map[uint32][]uint32{}, matched: map[uint32]struct{}{}}
}

// Add adds a row; its number is above those of all before.
func (b *Builder) Add(r *audit.Row) error {
	if r.Number <= b.last {
		return fmt.Errorf("row %d after row %d", r.Number, b.last)
	}
	b.last = r.Number
	b.events = append(b.events, r.Event)
	for _, source := range r.Also {
		b.addSource(r.Event, source)
	}
	return b.rows.add(r, b.e, r.Dims[audit.DimSource])
}

// Matched says that an event, of a row or one to come, has a matching record from a source.
func (b *Builder) Matched(event, source uint32) {
	b.matched[event] = struct{}{}
	b.addSource(event, source)
}

func (b *Builder) addSource(event, source uint32) {
	if !slices.Contains(b.also[event], source) {
		b.also[event] = append(b.also[event], source)
	}
}

// Bytes estimates the memory that the rows take.
func (b *Builder) Bytes() int64 {
	n := 8*cap(b.rows.times) + 8*cap(b.rows.refs) + 4*cap(b.rows.numbers) + 4*cap(b.events)
	for i := range b.rows.cols {
		n += b.rows.cols[i].bytes()
	}
	return int64(n)
}

// Rows is how many there are.
func (b *Builder) Rows() int { return b.rows.rows() }

// Marshal writes the rows as [Index.Marshal] does. The builder is spent.
func (b *Builder) Marshal(w io.Writer, stamp string) error {
	plain := b.rows.cols[audit.DimSource]
	var sources column // their codes are given in the order of rows, when all is known
	for i, event := range b.events {
		sources.add(b.e.source(plain.at(i), b.also[event]))
	}
	b.rows.cols[audit.DimSource] = sources
	if len(b.matched) > 0 {
		plain = b.rows.cols[colFlags]
		var flags column
		for i, event := range b.events {
			f := plain.at(i)
			if _, ok := b.matched[event]; ok {
				f |= uint32(audit.FlagMatching)
			}
			flags.add(f)
		}
		b.rows.cols[colFlags] = flags
	}
	b.events, b.also, b.matched = nil, nil, nil
	b.rows.sort()
	return unfinished(&b.rows, b.e, b.last).marshal(w, stamp)
}
