package casefile

import (
	"context"
	"fmt"
	"io"

	"auditdesk/backend/audit"
	"auditdesk/backend/facet"
)

// followUpTo is how many events of a case's first import are taken into its column indexes as they are written. Beyond that the
// columns would stand in memory beside the identities of all events; they are read from the rows when those are gone.
const followUpTo = 3_000_000

// following fills the column indexes of a case with what its first import writes, so that nothing is read again at its end. It
// gives up where rows do not stay as they were told.
type following struct {
	events, changes *facet.Builder // nil once it gave up
}

// follow follows an import into a case without events.
func (c *Case) follow() *following {
	if c.store.Events() > 0 {
		return &following{}
	}
	f := &following{events: facet.NewBuilder(), changes: facet.NewBuilder()}
	c.store.Follow(f)
	return f
}

// Event takes an event.
func (f *following) Event(r *audit.Row) error {
	if f.events == nil {
		return nil
	}
	if f.events.Rows() == followUpTo {
		f.Replaced()
		return nil
	}
	return f.events.Add(r)
}

// Change takes a change.
func (f *following) Change(r *audit.Row) error {
	if f.changes == nil {
		return nil
	}
	return f.changes.Add(r)
}

// Also takes a source of a further record.
func (f *following) Also(event, source uint32) {
	if f.events != nil {
		f.events.Also(event, source)
		f.changes.Also(event, source)
	}
}

// Replaced gives up.
func (f *following) Replaced() { *f = following{} }

// keepFollowed keeps the followed columns in the case, unless following gave up or missed a row; kept says so. Who needs an index
// then restores it, with the dictionaries.
func (c *Case) keepFollowed(ctx context.Context, f *following) (kept bool, err error) {
	if f.events == nil || f.events.Rows() < saveFrom || f.events.Rows() != int(c.store.Events()) {
		return false, nil
	}
	generation, err := c.store.Generation(ctx)
	if err != nil {
		return false, fmt.Errorf("read the state of the case: %w", err)
	}
	for name, x := range map[string]interface {
		Marshal(w io.Writer, stamp string) error
	}{savedEvents: f.events, savedChanges: f.changes} {
		if err := c.keep(ctx, name, generation, x); err != nil {
			return false, err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.events, c.changes = nil, nil
	return true, nil
}
