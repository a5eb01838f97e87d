package store

import (
	"context"
	"slices"
)

// Generation counts the committed writes that change what a view shows: batches, new sources, derived values. Anything
// computed from the rows belongs to one generation.
func (s *Store) Generation(ctx context.Context) (n int64, err error) {
	err = s.read(ctx, "read the generation", func(c *conn) error {
		n, err = c.number(ctx, "SELECT value FROM meta WHERE key = 'generation'")
		return err
	})
	return n, err
}

func nextGeneration(ctx context.Context, c *conn) (int64, error) {
	if err := c.exec("UPDATE meta SET value = value + 1 WHERE key = 'generation'"); err != nil {
		return 0, err
	}
	return c.number(ctx, "SELECT value FROM meta WHERE key = 'generation'")
}

// changeEntry is which known rows one write replaced or removed.
type changeEntry struct {
	generation      int64
	events, changes []uint32
}

// changeLog is what this Store replaced lately, without gaps in the generations.
type changeLog struct {
	entries []changeEntry
	size    int
}

// maxChangeLog bounds the log; beyond, whoever keeps rows in memory does better to read them all anew.
const maxChangeLog = 200_000

// Changed returns the numbers of the events and changes that were replaced or removed after the generation since, in
// ascending order. Rows that were added are not among them. ok is false where that is not known (another process wrote,
// or too much changed): then everything is to be read anew.
func (s *Store) Changed(ctx context.Context, since int64) (events, changes []uint32, ok bool, err error) {
	now, err := s.Generation(ctx)
	if err != nil || now == since {
		return nil, nil, err == nil, err
	}
	s.counted.Lock()
	defer s.counted.Unlock()
	known := false
	for _, e := range s.log.entries {
		known = known || e.generation == since+1
		if e.generation > since {
			events, changes = append(events, e.events...), append(changes, e.changes...)
		}
	}
	last := s.log.entries
	if !known || last[len(last)-1].generation < now {
		return nil, nil, false, nil
	}
	return distinct(events), distinct(changes), true, nil
}

func distinct(n []uint32) []uint32 {
	slices.Sort(n)
	return slices.Compact(n)
}

func (s *Store) noteChanged(e changeEntry) {
	s.counted.Lock()
	defer s.counted.Unlock()
	l := &s.log
	if n := len(l.entries); n > 0 && l.entries[n-1].generation != e.generation-1 {
		*l = changeLog{}
	}
	l.entries = append(l.entries, e)
	l.size += len(e.events) + len(e.changes) + 1
	if l.size > maxChangeLog {
		*l = changeLog{}
	}
}
