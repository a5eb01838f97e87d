package casefile

import (
	"slices"

	"auditdesk/backend/audit"
	"auditdesk/backend/facet"
)

// Columns of up to so many events, with up to so many different values of a field, are filled as a case's first import writes. Beyond
// that they would stand in memory beside the identities of all events and the dictionaries; they are read from the rows when those
// are gone.
const (
	followUpTo   = 3_000_000
	followValues = 1 << 18
)

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
	if f.events.Rows() == followUpTo || slices.Max(r.Dims[:]) > followValues {
		f.Replaced()
		return nil
	}
	if err := f.events.Add(r); err != nil || r.Flags&audit.FlagAdmin == 0 {
		return err
	}
	f.events.Hold(r.Changes)
	return nil
}

// Change takes a change.
func (f *following) Change(r *audit.Row) error {
	if f.changes == nil {
		return nil
	}
	if err := f.changes.Add(r); err != nil || r.Flags&audit.FlagAdmin == 0 {
		return err
	}
	f.changes.Hold(r.Changes)
	return nil
}

// Follows takes how a change follows the one before it.
func (f *following) Follows(event, change uint32, ordinal int, continuity uint8) bool {
	return f.events != nil && f.events.Follows(event, ordinal, continuity) && f.changes.Follows(change, 0, continuity)
}

// Matched takes the source of a matching record.
func (f *following) Matched(event, source uint32) {
	if f.events != nil {
		f.events.Matched(event, source)
		f.changes.Matched(event, source)
	}
}

// Replaced gives up.
func (f *following) Replaced() { *f = following{} }
