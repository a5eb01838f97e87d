package casefile

import (
	"context"
	"fmt"

	"auditdesk/backend/audit"
)

// persons names the person of each event as facets do: some records of a person give an e-mail, others only an id, and a
// row under another name than the one that was clicked would look like somebody else's. "" for nobody.
func (c *Case) persons(ctx context.Context, events []audit.Event) ([]string, error) {
	labels, err := c.personLabels(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(events))
	for i := range events {
		who := events[i].User
		who.Email = audit.FoldASCII(who.Email)
		label, ok := labels[who]
		if !ok {
			label = who.Label()
		}
		out[i] = label
	}
	return out, nil
}

// personLabels is the label of every way in which records name somebody, worked out once for each state of the case.
func (c *Case) personLabels(ctx context.Context) (map[audit.Person]string, error) {
	generation, err := c.store.Generation(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the state of the case: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.people != nil && c.peopleOf == generation {
		return c.people, nil
	}
	accounts, err := c.store.Accounts(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the persons: %w", err)
	}
	labels, err := c.store.Dictionary(ctx, audit.DimAccount)
	if err != nil {
		return nil, fmt.Errorf("read the names of persons: %w", err)
	}
	people := make(map[audit.Person]string, len(accounts))
	for _, a := range accounts {
		if int(a.Code) < len(labels) {
			people[a.Who] = labels[a.Code]
		}
	}
	c.people, c.peopleOf = people, generation
	return people, nil
}
