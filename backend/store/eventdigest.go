package store

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
)

// eventDigest is over the identities of events and where their first records lie: what never changes of an event.
type eventDigest struct {
	h hash.Hash
	b []byte
}

func newEventDigest() *eventDigest { return &eventDigest{h: sha256.New()} }

func (d *eventDigest) add(identity []byte, block, offset, length int64) {
	d.b = append(d.b, identity...)
	d.b = binary.BigEndian.AppendUint64(d.b, uint64(block))
	d.b = binary.BigEndian.AppendUint64(d.b, uint64(offset))
	d.b = binary.BigEndian.AppendUint64(d.b, uint64(length))
	if len(d.b) > 32<<10 {
		d.h.Write(d.b)
		d.b = d.b[:0]
	}
}

func (d *eventDigest) sum() []byte {
	d.h.Write(d.b)
	d.b = d.b[:0]
	return d.h.Sum(nil)
}
