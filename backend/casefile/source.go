package casefile

import (
	"context"
	"fmt"
	"math"
	"sync"

	"auditdesk/backend/audit"
	"auditdesk/backend/facet"
	"auditdesk/backend/store"
)

// eventSource and changeSource are what the column indexes read, and what they ask of fields that they do not keep. What can be
// searched in the changes is in memory; the rest is asked of the store.
type eventSource struct {
	*store.Store
	of *Case
}

// Lookup finds events by a text or a new value of their changes, or by an id.
func (s eventSource) Lookup(ctx context.Context, f audit.Field, v audit.Value) ([]uint32, error) {
	if f != audit.FieldText && f != audit.FieldNew {
		return s.Store.Lookup(ctx, f, v)
	}
	texts, err := s.of.changeTexts(ctx)
	if err != nil {
		return nil, err
	}
	if f == audit.FieldText {
		return texts.Events(ctx, v.Text)
	}
	_, changes, _, err := s.of.indexes(ctx)
	if err != nil {
		return nil, err
	}
	having, err := changes.Select(ctx, facet.Filter{Query: audit.Query{Terms: []audit.Term{{Field: f, Values: []audit.Value{v}}}}})
	if err != nil {
		return nil, err
	}
	return texts.EventsOf(having.Numbers(audit.Oldest, 0, math.MaxInt)), nil
}

type changeSource struct {
	*store.Store
	of *Case
}

func (s changeSource) Rows(ctx context.Context, after uint32, fn func(*audit.Row) error) error {
	return s.ChangeRows(ctx, after, fn)
}

func (s changeSource) NewValues(ctx context.Context, from uint32, fn func(code uint32, raw string) error) error {
	return s.ValuesFrom(ctx, from, fn)
}

// Lookup finds changes by a text of theirs, or by an id of their events.
func (s changeSource) Lookup(ctx context.Context, f audit.Field, v audit.Value) ([]uint32, error) {
	if f != audit.FieldText {
		return s.LookupChanges(ctx, f, v)
	}
	texts, err := s.of.changeTexts(ctx)
	if err != nil {
		return nil, err
	}
	return texts.Changes(ctx, v.Text)
}

// textsCache is what can be searched in the changes, for one state of the case. The zero value is empty.
type textsCache struct {
	mu         sync.Mutex // held while they are read, so that whoever waits gets the result
	read       *facet.Texts
	generation int64
}

// changeTexts is what can be searched in the changes of the case as it is now. It reads only what came or was replaced since it was
// asked last.
func (c *Case) changeTexts(ctx context.Context) (*facet.Texts, error) {
	c.texts.mu.Lock()
	defer c.texts.mu.Unlock()
	generation, err := c.store.Generation(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the state of the case: %w", err)
	}
	was := c.texts.read
	if was != nil && c.texts.generation >= generation {
		return was, nil
	}
	var next *facet.Texts
	known := false
	if was != nil {
		var replaced []uint32
		if _, replaced, known, err = c.store.Changed(ctx, c.texts.generation); err == nil && known {
			next, err = was.Refreshed(ctx, replaced...)
		}
	}
	if !known {
		next, err = facet.ReadTexts(ctx, c.store)
	}
	if err != nil {
		return nil, err
	}
	c.texts.read, c.texts.generation = next, generation
	return next, nil
}

// Warm reads what the first question would otherwise wait for: the state of settings, what can be searched in changes, and their new
// values. All of it is also read when it is asked for; after an import only what came is.
func (c *Case) Warm(ctx context.Context) error {
	_, changes, _, err := c.indexes(ctx)
	if err != nil {
		return err
	}
	if _, err := changes.Facets(ctx, facet.Filter{}, []audit.FacetRequest{{Field: audit.FieldNew, Top: 1, Order: audit.ByCount}}); err != nil {
		return fmt.Errorf("read the new values: %w", err)
	}
	if _, err := c.changeTexts(ctx); err != nil {
		return err
	}
	_, _, err = c.settingsIndex(ctx)
	return err
}
