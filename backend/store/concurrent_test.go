package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"golang.org/x/sync/errgroup"

	"auditdesk/backend/audit"
)

func TestReadersSeeWholeBatchesWhileOneWrites(t *testing.T) {
	s := newCase(t)
	source := begin(t, s, "a.json", "prod")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	readers, ctx := errgroup.WithContext(ctx)
	for range 8 { // more than there are connections
		readers.Go(func() error {
			for ctx.Err() == nil {
				rows, changes := 0, 0
				if err := s.Rows(ctx, 0, func(r *audit.Row) error {
					rows++
					changes += len(r.Changes)
					return nil
				}); err != nil {
					return err
				}
				if rows%500 != 0 || changes != rows {
					return fmt.Errorf("%d events with %d changes", rows, changes)
				}
				if n := s.Events(); n > 0 {
					if _, err := s.EventsByNumber(ctx, []uint32{n, 1}); err != nil {
						return err
					}
				}
			}
			return nil
		})
	}
	for i := range 20 {
		var events []audit.Event
		for j := range 500 {
			e := v2Event(i*500 + j)
			e.Changes = []audit.Change{field("ttl", "1")}
			events = append(events, e)
		}
		add(t, s, batchOf(t, s, source, events...))
	}
	stop()
	if err := readers.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestAReadIsCancelled(t *testing.T) {
	s := newCase(t)
	source := begin(t, s, "a.json", "prod")
	var events []audit.Event
	for i := range 5000 {
		events = append(events, v2Event(i))
	}
	add(t, s, batchOf(t, s, source, events...))
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	if err := s.Rows(ctx, 0, func(*audit.Row) error {
		n++
		cancel()
		return nil
	}); !errors.Is(err, context.Canceled) || n > 2000 {
		t.Errorf("after %d rows: %v", n, err)
	}
	if _, err := s.Sources(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("a read that begins cancelled: %v", err)
	}
	if err := s.Append(ctx, batchOf(t, s, source, v2Event(1))); !errors.Is(err, context.Canceled) || s.Events() != 5000 {
		t.Errorf("a write that begins cancelled: %v, %d events", err, s.Events())
	}
	add(t, s, batchOf(t, s, source, v2Event(1)))
}
