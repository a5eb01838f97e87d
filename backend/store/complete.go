package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"auditdesk/backend/audit"
)

// Builds calls fn with each event of a v2 workspace build that has additional fields, which may name its number: the code of
// the deployment, the time and the fields as JSON text. It reads all events once.
func (s *Store) Builds(ctx context.Context, fn func(deployment uint32, at audit.Time, additional string) error) error {
	return s.read(ctx, "read the builds", func(c *conn) error {
		var types []string
		if err := c.query(ctx, "SELECT code FROM resource_type WHERE lower(value) = 'workspace_build'", func(r row) error {
			types = append(types, fmt.Sprint(r.num(0)))
			return nil
		}); err != nil || len(types) == 0 {
			return err
		}
		// The codes stand in the text: a list that is joined with would be looked up for each event.
		return c.scan(ctx, "SELECT deployment, time, additional FROM event WHERE resource_type IN ("+strings.Join(types, ",")+") AND version = 2 AND additional IS NOT NULL", func(r row) error {
			return fn(uint32(r.num(0)), audit.Time(r.num(1)), r.text(2))
		})
	})
}

// RecordSources calls fn with the event and source of each understood record: the first of every event, then the others.
func (s *Store) RecordSources(ctx context.Context, fn func(event uint32, source int64) error) error {
	note := func(r row) error { return fn(uint32(r.num(0)), r.num(1)) }
	return s.read(ctx, "read the sources of the records", func(c *conn) error {
		if err := c.scan(ctx, "SELECT number, source FROM event", note); err != nil {
			return err
		}
		return c.scan(ctx, "SELECT event, source FROM matching", note)
	})
}

// FormDays returns how many understood records of each form were received of each UTC day, by deployment. Where a source is
// of one form its account by day says it; events are read only for sources of several forms, and then the day is the event's.
func (s *Store) FormDays(ctx context.Context) ([]audit.FormDay, error) {
	type key struct{ deployment, day, form string }
	counts := map[key]int64{}
	forms := audit.Forms()
	err := s.read(ctx, "read the records by day and form", func(c *conn) error {
		mixed := map[int64]string{}
		known := func(form string) bool { return slices.Contains(forms, audit.Form(form)) }
		if err := c.query(ctx, `SELECT s.number, d.value, s.form, sd.day, sd.count FROM source_day sd JOIN source s ON s.number = sd.source
				JOIN deployment d ON d.code = s.deployment`, func(r row) error {
			if !known(r.text(2)) {
				mixed[r.num(0)] = r.text(1)
				return nil
			}
			counts[key{r.text(1), r.text(3), r.text(2)}] += r.num(4)
			return nil
		}); err != nil || len(mixed) == 0 {
			return err
		}
		type place struct{ source, day, form int64 }
		byPlace := map[place]int64{}
		note := func(r row) error {
			t := audit.Time(r.num(1))
			day := int64(t) / 86_400_000_000_000
			if int64(t)%86_400_000_000_000 < 0 {
				day--
			}
			byPlace[place{r.num(0), day, r.num(2)}]++
			return nil
		}
		var numbers []string
		for n := range mixed {
			numbers = append(numbers, fmt.Sprint(n))
		}
		in := " IN (" + strings.Join(numbers, ",") + ")"
		if err := c.scan(ctx, "SELECT source, time, first_form FROM event WHERE source"+in, note); err != nil {
			return err
		}
		if err := c.scan(ctx, "SELECT m.source, e.time, m.form FROM matching m CROSS JOIN event e ON e.number = m.event WHERE m.source"+in, note); err != nil {
			return err
		}
		for p, n := range byPlace {
			if p.form < 0 || p.form >= int64(len(forms)) {
				return fmt.Errorf("a record of source %d has form %d: %w", p.source, p.form, audit.ErrDamaged)
			}
			day := audit.Time(p.day * 86_400_000_000_000).Std().Format("2006-01-02")
			counts[key{mixed[p.source], day, string(forms[p.form])}] += n
		}
		return nil
	})
	out := make([]audit.FormDay, 0, len(counts))
	for k, n := range counts {
		out = append(out, audit.FormDay{Deployment: k.deployment, Day: k.day, Form: k.form, Records: n})
	}
	slices.SortFunc(out, func(a, b audit.FormDay) int {
		return strings.Compare(a.Deployment+"\x00"+a.Day+"\x00"+a.Form, b.Deployment+"\x00"+b.Day+"\x00"+b.Form)
	})
	return out, err
}
