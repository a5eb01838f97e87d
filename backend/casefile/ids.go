package casefile

import (
	"context"
	"slices"

	"auditdesk/backend/audit"
	"auditdesk/backend/store"
)

// eventsWithID returns the events with an id, or of a request.
func (c *Case) eventsWithID(ctx context.Context, f audit.Field, v audit.Value) ([]uint32, error) {
	marks, err := c.idMarks(ctx)
	if err != nil {
		return nil, err
	}
	return c.store.LookupAmong(ctx, marks.having(f, store.IDMark(v.Text)), f, v)
}

// idMarks are marks of the ids of all events, by number.
type idMarks struct{ ids, requests []uint32 }

// having returns the numbers of the events that have a mark.
func (m idMarks) having(f audit.Field, mark uint32) []uint32 {
	marks := m.ids
	if f == audit.FieldRequestID {
		marks = m.requests
	}
	var numbers []uint32
	for n, is := range marks {
		if is == mark {
			numbers = append(numbers, uint32(n))
		}
	}
	return numbers
}

// refreshed reads the events numbered above the last known one, and those that were replaced.
func (m idMarks) refreshed(ctx context.Context, st *store.Store, replaced []uint32) (idMarks, error) {
	next := idMarks{slices.Clone(m.ids), slices.Clone(m.requests)}
	known := max(len(next.ids), 1)
	replaced = slices.DeleteFunc(slices.Clone(replaced), func(n uint32) bool { return int64(n) >= int64(known) })
	for _, n := range replaced {
		next.ids[n], next.requests[n] = 0, 0
	}
	err := st.EventIDs(ctx, uint32(known-1), replaced, func(e store.EventIDs) error {
		for int64(len(next.ids)) <= int64(e.Number) {
			next.ids, next.requests = append(next.ids, 0), append(next.requests, 0)
		}
		next.ids[e.Number], next.requests[e.Number] = e.ID, e.RequestID
		return nil
	})
	return next, err
}

func (c *Case) idMarks(ctx context.Context) (idMarks, error) {
	return c.ids.get(ctx, c.store, func(ctx context.Context, was idMarks, events, _ []uint32) (idMarks, error) {
		return was.refreshed(ctx, c.store, events)
	})
}
