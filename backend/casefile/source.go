package casefile

import (
	"context"
	"fmt"
	"math"

	"auditdesk/backend/audit"
	"auditdesk/backend/facet"
	"auditdesk/backend/store"
)

// eventSource and changeSource are what the column indexes read, and what they ask of fields that they do not keep. What can be
// searched in changes is in memory, as are marks of ids.
type eventSource struct {
	*store.Store
	of *Case
}

// Lookup finds events by a text or a new value of their changes, or by an id.
func (s eventSource) Lookup(ctx context.Context, f audit.Field, v audit.Value) ([]uint32, error) {
	switch f {
	case audit.FieldText:
		texts, err := s.of.changeTexts(ctx)
		if err != nil {
			return nil, err
		}
		return texts.Events(ctx, v.Text)
	case audit.FieldNew:
		return s.of.eventsWithNew(ctx, v)
	}
	if v.Op != audit.OpEqual || v.Text == "" {
		return s.Store.Lookup(ctx, f, v)
	}
	return s.of.eventsWithID(ctx, f, v)
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
	if f == audit.FieldText {
		texts, err := s.of.changeTexts(ctx)
		if err != nil {
			return nil, err
		}
		return texts.Changes(ctx, v.Text)
	}
	if v.Op != audit.OpEqual || v.Text == "" {
		return s.LookupChanges(ctx, f, v)
	}
	events, err := s.of.eventsWithID(ctx, f, v)
	if err != nil {
		return nil, err
	}
	return s.ChangesOf(ctx, events)
}

// eventsWithNew returns the events with a change whose new value v holds for. Events without any change are not asked for by it.
func (c *Case) eventsWithNew(ctx context.Context, v audit.Value) ([]uint32, error) {
	texts, err := c.changeTexts(ctx)
	if err != nil {
		return nil, err
	}
	_, changes, _, err := c.indexes(ctx)
	if err != nil {
		return nil, err
	}
	having, err := changes.Select(ctx, facet.Filter{Query: audit.Query{Terms: []audit.Term{{Field: audit.FieldNew, Values: []audit.Value{v}}}}})
	if err != nil {
		return nil, err
	}
	return texts.EventsOf(having.Numbers(audit.Oldest, 0, math.MaxInt)), nil
}

// changeTexts is what can be searched in the changes of the case.
func (c *Case) changeTexts(ctx context.Context) (*facet.Texts, error) {
	return c.texts.get(ctx, c.store, func(ctx context.Context, was *facet.Texts, _, changes []uint32) (*facet.Texts, error) {
		if was == nil {
			return facet.ReadTexts(ctx, c.store)
		}
		return was.Refreshed(ctx, changes...)
	})
}

// Warm reads what the first question would otherwise wait for: the state of settings, what can be searched in changes, their new values,
// and ids. All of it is also read when it is asked for; after an import only what came is.
func (c *Case) Warm(ctx context.Context) error {
	_, changes, _, err := c.indexes(ctx)
	if err != nil {
		return err
	}
	if _, err := changes.Facets(ctx, facet.Filter{}, []audit.FacetRequest{{Field: audit.FieldNew, Top: 1, Order: audit.ByCount}}); err != nil {
		return fmt.Errorf("read the new values: %w", err)
	}
	if _, _, err := c.settingsIndex(ctx); err != nil {
		return err
	}
	if _, err := c.changeTexts(ctx); err != nil {
		return err
	}
	_, err = c.idMarks(ctx)
	return err
}
