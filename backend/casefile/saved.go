package casefile

import (
	"context"
	"errors"
	"fmt"
	"io"

	"auditdesk/backend/audit"
	"auditdesk/backend/facet"
)

// The column indexes are kept in the case, so that it opens without reading every row. What is kept is for one
// generation only, and never the truth: anything odd about it, and the rows are read.
const (
	savedEvents  = "column index of events"
	savedChanges = "column index of changes"
	// saveFrom is how many events a case has before keeping its index pays.
	saveFrom = 20_000
)

func stamp(generation int64) string { return fmt.Sprintf("generation %d", generation) }

// save keeps the columns of both indexes in the case, as they are when they are built at once: verify compares them byte for byte.
// f has them where it could follow the import; else they are read from the rows. Dictionaries are not needed for it.
func (c *Case) save(ctx context.Context, f *following) error {
	if c.store.Events() < saveFrom {
		return nil
	}
	generation, err := c.store.Generation(ctx)
	if err != nil {
		return fmt.Errorf("read the state of the case: %w", err)
	}
	followed := f.events != nil && f.events.Rows() == int(c.store.Events())
	list := []struct {
		name string
		rows *facet.Builder
		read func(ctx context.Context, after uint32, fn func(*audit.Row) error) error
	}{{savedChanges, f.changes, c.store.ChangeRows}, {savedEvents, f.events, c.store.Rows}}
	*f = following{}
	for i := range list { // one at a time, the smaller first: they may be large
		x := list[i]
		list[i].rows = nil
		if !followed {
			x.rows = facet.NewBuilder()
			if err := x.read(ctx, 0, x.rows.Add); err != nil {
				return fmt.Errorf("read the rows: %w", err)
			}
		}
		freeHeap()
		if err := c.store.WriteBlob(ctx, x.name, generation, func(w io.Writer) error { return x.rows.Marshal(w, stamp(generation)) }); err != nil {
			return fmt.Errorf("keep the %s: %w", x.name, err)
		}
	}
	return nil
}

// index restores an index that was kept for this generation, or reads the rows.
func (c *Case) index(ctx context.Context, name string, generation int64, src facet.Source) (x *facet.Index, err error) {
	err = c.store.ReadBlob(ctx, name, func(of int64, r io.Reader) error {
		if of == generation {
			x, err = facet.Unmarshal(ctx, r, stamp(generation), src)
		}
		return nil // anything odd about it, and the rows are read
	})
	if err != nil && !errors.Is(err, audit.ErrNotFound) {
		return nil, err
	}
	if x != nil {
		return x, nil
	}
	return facet.Build(ctx, src)
}
