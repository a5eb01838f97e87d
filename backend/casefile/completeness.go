package casefile

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"auditdesk/backend/audit"
	"auditdesk/backend/complete"
)

// Completeness is what was tested of what was received, over the whole case whatever the period under audit.
type Completeness struct {
	Generation int64                    `json:"generation"`
	Zone       string                   `json:"zone"` // of the times in sentences
	Tests      []audit.CompletenessTest `json:"tests"`
	Classes    []audit.ClassSpan        `json:"classes"`
	Days       []audit.FormDay          `json:"days"`
}

// collected is what the tests need of the events, for one state of the case.
type collected struct {
	generation  int64
	events      int64
	deployments []complete.Deployment
	days        []audit.FormDay
}

// testTries is how often the tests begin anew where an import changed the case meanwhile.
const testTries = 3

// Completeness tests what was received. It reads all events once for each state of the case: some seconds for ten million.
// While an import runs it can fail: numbers of two states would differ without anything being wrong.
func (c *Case) Completeness(ctx context.Context, zone string) (Completeness, error) {
	loc, err := Zone(zone)
	if err != nil {
		return Completeness{}, err
	}
	for range testTries {
		all, err := c.collect(ctx)
		if err != nil {
			return Completeness{}, err
		}
		// Receipts change without a new state of the case, so sources are read each time.
		sources, err := c.store.Sources(ctx)
		if err != nil {
			return Completeness{}, fmt.Errorf("read the sources: %w", err)
		}
		gaps, err := c.knownGaps(ctx)
		if err != nil {
			return Completeness{}, err
		}
		generation, err := c.store.Generation(ctx)
		if err != nil {
			return Completeness{}, fmt.Errorf("read the state of the case: %w", err)
		}
		if generation != all.generation {
			continue
		}
		out := Completeness{Generation: generation, Zone: loc.String(), Days: all.days, Classes: []audit.ClassSpan{}}
		out.Tests = complete.Tests(complete.Input{Sources: sources, Gaps: gaps, Days: all.days, Events: all.events, Deployments: all.deployments, Zone: loc})
		for _, d := range all.deployments {
			out.Classes = append(out.Classes, d.Classes...)
		}
		return out, nil
	}
	return Completeness{}, audit.Errorf("wait for the end of the import, and test again", "the case changed while it was tested")
}

func (c *Case) collect(ctx context.Context) (*collected, error) {
	c.testing.Lock() // one walk at a time; whoever waits gets its result
	defer c.testing.Unlock()
	index, _, generation, err := c.indexes(ctx)
	if err != nil {
		return nil, err
	}
	if c.collected != nil && c.collected.generation == generation {
		return c.collected, nil
	}
	names := complete.Names{}
	for _, d := range complete.NamedDims() {
		if names[d], err = c.store.Dictionary(ctx, d); err != nil {
			return nil, fmt.Errorf("read the words of the events: %w", err)
		}
	}
	rows := index.Ordered()
	out := &collected{generation: generation, events: int64(rows.Len())}
	builds := map[string]*complete.Builds{}
	var sources []audit.Source
	// The index lies in memory, the rest on disk: at ten million events each takes seconds.
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		out.deployments, err = complete.Collect(gctx, rows, names)
		return err
	})
	g.Go(func() (err error) {
		if out.days, err = c.store.FormDays(gctx); err != nil {
			return err
		}
		if sources, err = c.store.Sources(gctx); err != nil {
			return fmt.Errorf("read the sources: %w", err)
		}
		return c.store.Builds(gctx, func(code uint32, t audit.Time, additional string) error {
			known := names[audit.DimDeployment]
			b, ok := complete.ParseBuild(additional)
			if !ok || int64(code) >= int64(len(known)) { // of a deployment that came after the dictionary was read
				return nil
			}
			b.Time = t
			of := builds[known[code]]
			if of == nil {
				of = &complete.Builds{}
				builds[known[code]] = of
			}
			of.Add(b)
			return nil
		})
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	out.deployments = withSilent(out.deployments, sources)
	for i := range out.deployments {
		if of := builds[out.deployments[i].Name]; of != nil {
			out.deployments[i].Builds = *of
		}
	}
	var pairs []*complete.Overlap
	var all []complete.Overlap
	for i := range out.deployments {
		d := &out.deployments[i]
		d.Overlaps, d.Skipped = complete.Pairs(sources, d.Name)
		for j := range d.Overlaps {
			pairs = append(pairs, &d.Overlaps[j])
		}
		all = append(all, d.Overlaps...)
	}
	if len(pairs) > 0 {
		held := complete.NewHeld(rows.Len(), all)
		if err := c.store.RecordSources(ctx, func(event uint32, source int64) error {
			if place, ok := rows.Place(event); ok {
				held.Note(source, place)
			}
			return nil
		}); err != nil {
			return nil, err
		}
		for _, p := range pairs {
			held.Count(p, rows.FirstAt(p.From), rows.FirstAt(p.To))
		}
	}
	c.collected = out
	return out, nil
}

// withSilent adds the deployments that sources belong to and no event does: nothing of them can be tested, which is said.
func withSilent(list []complete.Deployment, sources []audit.Source) []complete.Deployment {
	known := map[string]bool{}
	for i := range list {
		known[list[i].Name] = true
	}
	for i := range sources {
		if name := sources[i].Deployment; !known[name] && sources[i].State != audit.SourceRepeat {
			known[name] = true
			list = append(list, complete.Deployment{Name: name})
		}
	}
	return list
}
