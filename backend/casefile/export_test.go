package casefile

import "auditdesk/backend/audit"

// FollowUpTo sets how many events, and how many values of a field, stand in memory while an import is followed. restore undoes it.
func FollowUpTo(events int, values uint32) (restore func()) {
	e, v := followUpTo, followValues
	followUpTo, followValues = events, values
	return func() { followUpTo, followValues = e, v }
}

// RowSpool puts rows aside.
type RowSpool struct{ s *rowSpool }

// NewRowSpool puts them aside beside a case.
func NewRowSpool(casePath string) (RowSpool, error) {
	s, err := newRowSpool(casePath)
	return RowSpool{s}, err
}

// Event puts an event aside.
func (s RowSpool) Event(r *audit.Row) error { return s.s.event(r) }

// Change puts a change of the last event aside.
func (s RowSpool) Change(r *audit.Row) error { return s.s.change(r) }

// Read gives all back.
func (s RowSpool) Read(event, change func(*audit.Row) error) error { return s.s.read(event, change) }

// Close forgets them.
func (s RowSpool) Close() { s.s.close() }
