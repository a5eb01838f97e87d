package ingest

import (
	"encoding/binary"
	"fmt"

	"auditdesk/backend/audit"
	"auditdesk/backend/store"
)

// known is the identities of the case's events in memory: which event a digest belongs to, what its values hash to, and
// which source and forms have touched it. About 45 bytes an event. An index over random digests in the database would
// make imports three to four times slower.
type known struct {
	slots  []uint32 // open addressing; the event number, 0 is free
	events chunked
}

// fact is what is known of one event. Numbers count from 1.
type fact struct {
	digest  audit.Digest // mixed with the deployment, see key
	content uint64       // what each of its records hashes to, see spelled; 0 where they are not all the same
	source  uint32       // the source that touched it last
	forms   uint16       // forms of that source that touched it, a bit each
	rank    audit.Rank
}

const chunkBits = 16

// chunked grows without copying what is there.
type chunked struct {
	chunks [][]fact
	n      uint32
}

func (c *chunked) at(number uint32) *fact {
	i := number - 1
	return &c.chunks[i>>chunkBits][i&(1<<chunkBits-1)]
}

func (c *chunked) add(f fact) uint32 {
	if c.n>>chunkBits == uint32(len(c.chunks)) {
		c.chunks = append(c.chunks, make([]fact, 0, 1<<chunkBits))
	}
	last := &c.chunks[len(c.chunks)-1]
	*last = append(*last, f)
	c.n++
	return c.n
}

func newKnown(events uint32) *known {
	size := 1 << 12
	for uint64(size)*3 < uint64(events)*5 {
		size *= 2
	}
	return &known{slots: make([]uint32, size)}
}

func (k *known) load(id store.Identity) error {
	if id.Number != k.events.n+1 {
		return fmt.Errorf("event %d follows event %d: %w", id.Number, k.events.n, audit.ErrDamaged)
	}
	k.add(key(id.Digest, id.Deployment), fact{content: id.Content, rank: id.Rank})
	return nil
}

// key mixes the deployment into a digest: identity is within one deployment.
func key(d audit.Digest, deployment uint32) audit.Digest {
	v := binary.BigEndian.Uint64(d[8:]) ^ uint64(deployment)*0x9E3779B97F4A7C15
	binary.BigEndian.PutUint64(d[8:], v)
	return d
}

func (k *known) slot(d audit.Digest) uint64 {
	return binary.BigEndian.Uint64(d[8:]) & uint64(len(k.slots)-1)
}

// find returns the number of the event with this key, or 0.
func (k *known) find(d audit.Digest) uint32 {
	for i := k.slot(d); ; i = (i + 1) & uint64(len(k.slots)-1) {
		n := k.slots[i]
		if n == 0 || k.events.at(n).digest == d {
			return n
		}
	}
}

// add makes a new event known and returns its number.
func (k *known) add(d audit.Digest, f fact) uint32 {
	if uint64(k.events.n+1)*5 > uint64(len(k.slots))*3 {
		k.grow()
	}
	f.digest = d
	n := k.events.add(f)
	k.put(n, d)
	return n
}

func (k *known) put(n uint32, d audit.Digest) {
	i := k.slot(d)
	for k.slots[i] != 0 {
		i = (i + 1) & uint64(len(k.slots)-1)
	}
	k.slots[i] = n
}

func (k *known) grow() {
	k.slots = make([]uint32, 2*len(k.slots))
	for n := uint32(1); n <= k.events.n; n++ {
		k.put(n, k.events.at(n).digest)
	}
}

// touched reports whether this source has given the event in this form before.
func (f *fact) touched(source uint32, form uint) bool {
	return f.source == source && f.forms&(1<<form) != 0
}

func (f *fact) touch(source uint32, form uint) {
	if f.source != source {
		f.source, f.forms = source, 0
	}
	f.forms |= 1 << form
}

func formIndex(f audit.Form) uint {
	for i, g := range audit.Forms() {
		if f == g {
			return uint(i)
		}
	}
	return uint(len(audit.Forms()))
}
