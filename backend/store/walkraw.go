package store

import (
	"context"
	"fmt"

	"auditdesk/backend/audit"
)

// WalkRaw calls fn with every event, in the order of their numbers, and with the bytes of its records as [Store.Raw] gives
// them, all of one state of the case. What fn gets is its own.
func (s *Store) WalkRaw(ctx context.Context, fn func(number uint32, e audit.Event, records []RawRecord) error) error {
	return s.read(ctx, "read the records of all events", func(c *conn) error {
		last, err := c.number(ctx, "SELECT coalesce(max(number), 0) FROM event")
		if err != nil {
			return err
		}
		// Records lie in the order of import. Those of matching records lie in other blocks than the events' own.
		a, b := s.unpacker(c), s.unpacker(c)
		own, further := &a, &b
		defer own.close()
		defer further.close()
		for first := int64(1); first <= last; first += walkChunk {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := walkRaw(ctx, c, own, further, first, min(first+walkChunk-1, last), fn); err != nil {
				return err
			}
		}
		return nil
	})
}

func walkRaw(ctx context.Context, c *conn, own, further *unpacker, first, last int64, fn func(uint32, audit.Event, []RawRecord) error) error {
	numbers := make([]uint32, 0, last-first+1)
	for n := first; n <= last; n++ {
		numbers = append(numbers, uint32(n))
	}
	events, err := eventsByNumber(ctx, c, numbers)
	if err != nil {
		return err
	}
	at := make([][]rawPosition, len(events))
	if err := c.query(ctx, `SELECT event, block, block_offset, length FROM (
			SELECT number AS event, 0 AS n, block, block_offset, length FROM event WHERE number BETWEEN ?1 AND ?2
			UNION ALL SELECT event, number, block, block_offset, length FROM matching WHERE event BETWEEN ?1 AND ?2) ORDER BY event, n`, func(r row) error {
		i := r.num(0) - first
		at[i] = append(at[i], rawAt(r, 1))
		return nil
	}, first, last); err != nil {
		return err
	}
	for i, e := range events {
		if len(at[i]) != len(e.Sources) {
			return fmt.Errorf("event %d has %d records, of %d of which the place is known: %w", numbers[i], len(e.Sources), len(at[i]), audit.ErrDamaged)
		}
		records := make([]RawRecord, len(at[i]))
		for j, p := range at[i] {
			u := own
			if j > 0 {
				u = further
			}
			b, masked, err := u.record(ctx, p)
			if err != nil {
				return fmt.Errorf("event %d: %w", numbers[i], err)
			}
			records[j] = RawRecord{Position: e.Sources[j], Bytes: b, Masked: masked}
		}
		if err := fn(numbers[i], e, records); err != nil {
			return err
		}
	}
	return nil
}

// DeriveKeys returns every derive key: the settings whose values before changes are derived.
func (s *Store) DeriveKeys(ctx context.Context) ([]uint32, error) {
	out := []uint32{}
	err := s.read(ctx, "read the settings", func(c *conn) error {
		return c.scan(ctx, "SELECT code FROM derive_key ORDER BY code", func(r row) error {
			out = append(out, uint32(r.num(0)))
			return nil
		})
	})
	return out, err
}
