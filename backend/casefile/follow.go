package casefile

import (
	"slices"

	"auditdesk/backend/audit"
	"auditdesk/backend/facet"
)

// Columns of up to so many events, with up to so many different values of a field, are filled as a case's first import writes. Beyond
// that they would stand in memory beside the identities of all events and the dictionaries; further rows are put aside until those
// are gone. They are no constants for the tests' sake.
var (
	followUpTo   = 3_000_000
	followValues = uint32(1 << 18)
)

// following fills the column indexes of a case with what its first import writes, so that nothing is read again at its end. It
// gives up where rows do not stay as they were told.
type following struct {
	path            string         // of the case
	events, changes *facet.Builder // nil once it gave up
	aside           *rowSpool      // nil before there were too many rows
}

// follow follows an import into a case without events.
func (c *Case) follow() *following {
	if c.store.Events() > 0 {
		return &following{}
	}
	f := &following{path: c.path, events: facet.NewBuilder(), changes: facet.NewBuilder()}
	c.store.Follow(f)
	return f
}

// Event takes an event.
func (f *following) Event(r *audit.Row) error {
	if f.events == nil {
		return nil
	}
	if f.aside == nil && (f.events.Rows() >= followUpTo || slices.Max(r.Dims[:]) > followValues) {
		aside, err := newRowSpool(f.path)
		if err != nil { // no room: then they are read
			f.Replaced()
			return nil //nolint:nilerr // the import goes on without
		}
		f.aside = aside
	}
	if f.aside != nil {
		return f.orGiveUp(f.aside.event(r))
	}
	return f.addEvent(r)
}

// Change takes a change.
func (f *following) Change(r *audit.Row) error {
	switch {
	case f.events == nil:
		return nil
	case f.aside != nil:
		return f.orGiveUp(f.aside.change(r))
	}
	return f.addChange(r)
}

// orGiveUp gives up where rows can't be put aside: the disk is full. They can be read.
func (f *following) orGiveUp(err error) error {
	if err != nil {
		f.Replaced()
	}
	return nil
}

func (f *following) addEvent(r *audit.Row) error {
	if err := f.events.Add(r); err != nil || r.Flags&audit.FlagAdmin == 0 {
		return err
	}
	f.events.Hold(r.Changes)
	return nil
}

func (f *following) addChange(r *audit.Row) error {
	if err := f.changes.Add(r); err != nil || r.Flags&audit.FlagAdmin == 0 {
		return err
	}
	f.changes.Hold(r.Changes)
	return nil
}

// takeBack takes what was put aside, once the run is over.
func (f *following) takeBack() {
	if f.aside == nil {
		return
	}
	err := f.aside.read(f.addEvent, f.addChange)
	f.aside.close()
	f.aside = nil
	_ = f.orGiveUp(err)
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
func (f *following) Replaced() {
	if f.aside != nil {
		f.aside.close()
	}
	*f = following{}
}
