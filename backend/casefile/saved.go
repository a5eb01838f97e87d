package casefile

import (
	"bytes"
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
	// maxSaved bounds what is kept: SQLite holds a blob of less than 1 GB.
	maxSaved = 900 << 20
)

func stamp(generation int64) string { return fmt.Sprintf("generation %d", generation) }

// save keeps the indexes in the case, as they are when they are built at once: verify compares them byte for byte.
func (c *Case) save(ctx context.Context) error {
	if c.store.Events() < saveFrom {
		return nil
	}
	now, err := c.store.Generation(ctx)
	if err != nil {
		return fmt.Errorf("read the state of the case: %w", err)
	}
	c.mu.Lock()
	if c.grown || c.built != now {
		c.events, c.changes = nil, nil
	}
	c.mu.Unlock()
	events, changes, generation, err := c.indexes(ctx)
	if err != nil {
		return err
	}
	for name, x := range map[string]*facet.Index{savedEvents: events, savedChanges: changes} {
		if x.Bytes() > maxSaved {
			return nil
		}
		if err := c.keep(ctx, name, generation, x); err != nil {
			return err
		}
	}
	return nil
}

// keep keeps columns in the case, as they are at a generation.
func (c *Case) keep(ctx context.Context, name string, generation int64, columns interface {
	Marshal(w io.Writer, stamp string) error
},
) error {
	var b bytes.Buffer
	if err := columns.Marshal(&b, stamp(generation)); err != nil {
		return fmt.Errorf("keep the %s: %w", name, err)
	}
	if err := c.store.SetBlob(ctx, name, generation, nil, b.Bytes()); err != nil {
		return fmt.Errorf("keep the %s: %w", name, err)
	}
	return nil
}

// index restores an index that was kept for this generation, or reads the rows.
func (c *Case) index(ctx context.Context, name string, generation int64, src facet.Source) (*facet.Index, error) {
	of, _, data, err := c.store.Blob(ctx, name)
	if err != nil && !errors.Is(err, audit.ErrNotFound) {
		return nil, err
	}
	if err == nil && of == generation {
		if x, err := facet.Unmarshal(ctx, bytes.NewReader(data), stamp(generation), src); err == nil {
			return x, nil
		}
	}
	return facet.Build(ctx, src)
}
