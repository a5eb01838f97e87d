package casefile

import (
	"context"
	"fmt"

	"auditdesk/backend/audit"
	"auditdesk/backend/diff"
)

// A value before that was derived is weaker where records are missing between the event that logged it and the change:
// another write may have happened meanwhile. How many stretches lie in between depends on every source of the case, so it is
// counted when the change is read.

func (c *Case) weakenEvents(ctx context.Context, events []audit.Event) error {
	gaps, err := c.knownGaps(ctx)
	if err != nil {
		return err
	}
	for i := range events {
		e := &events[i]
		for j := range e.Changes {
			weaken(&e.Changes[j], gaps, e.Deployment, e.Version, e.Time)
		}
	}
	return nil
}

func (c *Case) weakenChanges(ctx context.Context, rows []audit.ChangeRow) error {
	gaps, err := c.knownGaps(ctx)
	if err != nil {
		return err
	}
	for i := range rows {
		weaken(&rows[i].Change, gaps, rows[i].Deployment, rows[i].Version, rows[i].Time)
	}
	return nil
}

func weaken(ch *audit.Change, gaps []audit.Gap, deployment string, v audit.Version, at audit.Time) {
	for _, b := range []*audit.Break{ch.BreakBefore, ch.BreakAfter} {
		if b != nil {
			b.Gaps = between(gaps, deployment, b.AfterTime, b.BeforeTime)
			b.Words = diff.BreakWords(b, ch.Secret, v)
		}
	}
	if ch.From != "" {
		ch.Gaps += between(gaps, deployment, ch.FromTime, at)
	}
}

// between counts the stretches without records of a deployment that lie, at least in part, between two instants.
func between(gaps []audit.Gap, deployment string, from, to audit.Time) (n int) {
	for _, g := range gaps {
		if g.Deployment == deployment && g.From < to && g.To > from {
			n++
		}
	}
	return n
}

// knownGaps are the stretches without records, worked out once for each state of the case.
func (c *Case) knownGaps(ctx context.Context) ([]audit.Gap, error) {
	gaps, _, err := c.received(ctx)
	return gaps, err
}

// knownSources are the sources as they were when the state of the case changed last: their receipts may be newer.
func (c *Case) knownSources(ctx context.Context) ([]audit.Source, error) {
	_, sources, err := c.received(ctx)
	return sources, err
}

func (c *Case) received(ctx context.Context) ([]audit.Gap, []audit.Source, error) {
	generation, err := c.store.Generation(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("read the state of the case: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gaps != nil && c.gapsOf == generation {
		return c.gaps, c.sources, nil
	}
	sources, err := c.store.Sources(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("read the sources: %w", err)
	}
	days, err := c.store.Days(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("read the days: %w", err)
	}
	c.gaps, c.sources, c.gapsOf = gaps(sources, days, maxGaps), sources, generation
	return c.gaps, c.sources, nil
}
