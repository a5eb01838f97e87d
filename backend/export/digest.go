package export

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"sync/atomic"

	"auditdesk/backend/audit"
)

// Digest is a SHA-256 over the canonical JSON lines of events, in their order. It says which events were exported and
// what they hold; who can alter an export can compute it anew, so that it proves something only beside the case.
type Digest struct {
	h hash.Hash
}

// NewDigest returns the digest of no events.
func NewDigest() *Digest { return &Digest{h: sha256.New()} }

// Add appends the canonical JSON of e and a line feed.
func (d *Digest) Add(e audit.Event) error {
	b, err := CanonicalJSON(e)
	if err != nil {
		return err
	}
	d.h.Write(append(b, '\n'))
	return nil
}

// Sum is the digest so far, in hex.
func (d *Digest) Sum() string { return hex.EncodeToString(d.h.Sum(nil)) }

// emptySources is how the JSON of an event without sources ends.
const emptySources = `,"sources":[]}`

// CanonicalJSON is the event's JSON without `sources`: where a record lay is no part of what it says, so that the same
// events give the same digest from whichever files they came.
func CanonicalJSON(e audit.Event) ([]byte, error) {
	e.Sources = nil
	b, err := e.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("event %s as JSON: %w", e.Ref, err)
	}
	end := len(b) - len(emptySources)
	if end < 0 || string(b[end:]) != emptySources {
		return nil, fmt.Errorf("event %s as JSON: sources do not stand last", e.Ref)
	}
	return append(b[:end], '}'), nil
}

// digester hashes on a goroutine of its own: JSON takes about as long as the cells.
type digester struct {
	batch []audit.Event
	queue chan []audit.Event
	done  chan struct{}
	drop  atomic.Bool // nobody wants the sum any more
	sum   string
	err   error
}

const digestBatch = 256

func newDigester() *digester {
	d := &digester{queue: make(chan []audit.Event, 4), done: make(chan struct{})}
	go func() {
		defer close(d.done)
		digest := NewDigest()
		for batch := range d.queue {
			for i := range batch {
				if d.err == nil && !d.drop.Load() {
					d.err = digest.Add(batch[i])
				}
			}
		}
		d.sum = digest.Sum()
	}()
	return d
}

func (d *digester) add(e audit.Event) {
	if d.batch == nil {
		d.batch = make([]audit.Event, 0, digestBatch)
	}
	if d.batch = append(d.batch, e); len(d.batch) == digestBatch {
		d.queue <- d.batch
		d.batch = nil
	}
}

// finish waits for the goroutine; it must be called once, whatever happened. After a failure what waits is not hashed.
func (d *digester) finish(failure error) (string, error) {
	d.drop.Store(failure != nil)
	d.queue <- d.batch
	close(d.queue)
	<-d.done
	return d.sum, d.err
}
