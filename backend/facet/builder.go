package facet

import (
	"encoding/binary"
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
	also    map[uint32][]uint32   // by event: sources of further records
	sets    column                // by row: its changes, in lists
	lists   [][]audit.ChangeCodes // distinct, in the order in which rows have them
	listOf  map[string]uint32     // by the bytes of their codes
	key     []byte
	held    map[uint32][]audit.ChangeCodes // by row: changes that may still turn out otherwise
	matched map[uint32]struct{}            // events that were said to have a matching record
	last    uint32
}

// NewBuilder returns one without rows.
func NewBuilder() *Builder {
	return &Builder{e: newEncoder(changeSets{}, sets{}, nil, nil), also: map[uint32][]uint32{}, matched: map[uint32]struct{}{}, lists: [][]audit.ChangeCodes{nil}, listOf: map[string]uint32{"": 0}, held: map[uint32][]audit.ChangeCodes{}}
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
	b.sets.add(b.list(r.Changes))
	plain := *r
	plain.Changes = nil // their sets are given codes in the order of rows, when all is known
	return b.rows.add(&plain, b.e, r.Dims[audit.DimSource])
}

func (b *Builder) list(changes []audit.ChangeCodes) uint32 {
	b.key = b.key[:0]
	for _, c := range changes {
		b.key = binary.LittleEndian.AppendUint32(b.key, c.Field)
		b.key = binary.LittleEndian.AppendUint32(b.key, c.Setting)
		b.key = binary.LittleEndian.AppendUint32(b.key, c.Panel)
		b.key = append(b.key, c.Kind, c.Basis, c.Continuity)
	}
	n, ok := b.listOf[string(b.key)]
	if !ok {
		n = uint32(len(b.lists))
		b.lists = append(b.lists, slices.Clone(changes))
		b.listOf[string(b.key)] = n
	}
	return n
}

// Hold keeps the changes of the row that was added last, so that [Builder.Follows] can say more of them.
func (b *Builder) Hold(changes []audit.ChangeCodes) { b.held[b.last] = slices.Clone(changes) }

// Follows sets the continuity of a change of a row, by its place among them; false where the row was not held.
func (b *Builder) Follows(row uint32, change int, continuity uint8) bool {
	held := b.held[row]
	if change < 0 || change >= len(held) {
		return false
	}
	held[change].Continuity = continuity
	return true
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
	if err := b.encodeSets(); err != nil {
		return err
	}
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

// encodeSets gives the sets of changes their codes, in the order of rows.
func (b *Builder) encodeSets() error {
	known := make([]uint32, len(b.lists)) // by list: its code + 1
	var sets column
	for i, number := range b.rows.numbers {
		list := b.sets.at(i)
		held, ok := b.held[number]
		if !ok && known[list] > 0 {
			sets.add(known[list] - 1)
			continue
		}
		if !ok {
			held = b.lists[list]
		}
		set, err := b.e.set(held)
		if err != nil {
			return fmt.Errorf("row %d: %w", number, err)
		}
		if !ok {
			known[list] = set + 1
		}
		sets.add(set)
	}
	b.rows.cols[colSet] = sets
	b.sets, b.lists, b.listOf, b.held = column{}, nil, nil, nil
	return nil
}
