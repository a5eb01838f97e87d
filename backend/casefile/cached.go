package casefile

import (
	"context"
	"fmt"
	"sync"

	"auditdesk/backend/store"
)

// cached is something that is read from the case, for one state of it. The zero value is empty.
type cached[T any] struct {
	mu         sync.Mutex // held while it is read, so that whoever waits gets the result
	is         T
	generation int64
}

// get returns it for the case as it is now. refreshed makes it of what it was, and the numbers of the events and changes that were
// replaced or removed since; of the zero value where that is not known.
func (c *cached[T]) get(ctx context.Context, st *store.Store, refreshed func(ctx context.Context, was T, events, changes []uint32) (T, error)) (T, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var none T
	generation, err := st.Generation(ctx)
	if err != nil {
		return none, fmt.Errorf("read the state of the case: %w", err)
	}
	if c.generation == generation && generation > 0 {
		return c.is, nil
	}
	was := c.is
	events, changes, known, err := st.Changed(ctx, c.generation)
	if err != nil || !known || c.generation == 0 {
		was, events, changes = none, nil, nil
	}
	is, err := refreshed(ctx, was, events, changes)
	if err != nil {
		return none, err
	}
	c.is, c.generation = is, generation
	return is, nil
}
