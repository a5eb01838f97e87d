package store

import (
	"context"
	"hash/crc32"

	"auditdesk/backend/audit"
)

// EventIDs are an event's ids as marks: numbers of 32 bits by which they can be looked up in memory. Ids that are one for a filter
// have one mark; two others may share one.
type EventIDs struct {
	Number        uint32 // of the event
	ID, RequestID uint32 // 0 where none is recorded
}

// IDMark is the mark of an id, 0 of "".
func IDMark(id string) uint32 { return idMark(idValue(audit.FoldASCII(id))) }

func idMark(stored any) uint32 {
	switch id := stored.(type) {
	case []byte:
		return max(crc32.ChecksumIEEE(id), 1)
	case string:
		if id != "" {
			return max(crc32.ChecksumIEEE([]byte(id)), 1)
		}
	}
	return 0
}

// EventIDs calls fn with each event numbered above after, and with those of again that still exist, in any order.
func (s *Store) EventIDs(ctx context.Context, after uint32, again []uint32, fn func(EventIDs) error) error {
	return s.read(ctx, "read the ids of events", func(c *conn) error {
		mark := func(stored any) uint32 {
			if text, ok := stored.(string); ok { // an id that was logged in upper case is stored as it stands
				return IDMark(text)
			}
			return idMark(stored)
		}
		each := func(r row) error { return fn(EventIDs{uint32(r.num(0)), mark(r[1]), mark(r[2])}) }
		if len(again) > 0 {
			if err := c.scan(ctx, "SELECT e.number, e.id, e.request_id FROM json_each(?) j CROSS JOIN event e ON e.number = j.value", each, list(again)); err != nil {
				return err
			}
		}
		return c.scan(ctx, "SELECT number, id, request_id FROM event WHERE number > ? ORDER BY number", each, after)
	})
}

// LookupAmong is [Store.Lookup] of id and request_id among the events of the numbers.
func (s *Store) LookupAmong(ctx context.Context, events []uint32, f audit.Field, v audit.Value) ([]uint32, error) {
	cond, args, err := idCondition(f, v)
	if err != nil {
		return nil, err
	}
	return s.numbers(ctx, "SELECT e.number FROM json_each(?) j CROSS JOIN event e ON e.number = j.value WHERE "+cond+" ORDER BY e.number", append([]any{list(events)}, args...)...)
}

// ChangesOf are the numbers of the changes of events, in ascending order.
func (s *Store) ChangesOf(ctx context.Context, events []uint32) ([]uint32, error) {
	return s.numbers(ctx, "SELECT c.number FROM json_each(?) j CROSS JOIN change c ON c.event = j.value ORDER BY c.number", list(events))
}
