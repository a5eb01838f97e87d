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

func (s *Store) nextGeneration(ctx context.Context, c *conn) (int64, error) {
	s.said.noted = true
	if err := c.exec("UPDATE meta SET value = value + 1 WHERE key = 'generation'"); err != nil {
		return 0, err
	}
	return c.number(ctx, "SELECT value FROM meta WHERE key = 'generation'")
}

// changeEntry is which known rows one write replaced or removed.
type changeEntry struct {
	generation      int64
	events, changes []uint32
	follows         []Followed // changes that follow others otherwise than was known; told as replaced
	matched         []uint32   // events that got a further record from another source; their changes are looked up when asked for
}

func (e *changeEntry) size() int { return len(e.events) + len(e.changes) + len(e.matched) + 1 }

// changeLog is what this Store replaced lately, without gaps in the generations.
type changeLog struct {
	entries []changeEntry
	size    int
}

// maxChangeLog bounds the log; beyond, whoever keeps rows in memory does better to read them all anew.
const maxChangeLog = 200_000

// Changed returns the numbers of the events and changes that were replaced or removed after the generation since, in
// ascending order, and of those that got a record from one more source. Events that were added are not among them; a change
// that was added to a known event may be. ok is false where that is not known (another process wrote,
// or too much changed): then everything is to be read anew.
func (s *Store) Changed(ctx context.Context, since int64) (events, changes []uint32, ok bool, err error) {
	now, err := s.Generation(ctx)
	if err != nil || now == since {
		return nil, nil, err == nil, err
	}
	events, changes, matched, ok := s.logged(since, now)
	if !ok {
		return nil, nil, false, nil
	}
	if changes, err = s.withChangesOf(ctx, distinct(matched), changes); err != nil {
		return nil, nil, false, err
	}
	return distinct(append(events, matched...)), distinct(changes), true, nil
}

// logged adds up what the log holds of the generations after since, up to now.
func (s *Store) logged(since, now int64) (events, changes, matched []uint32, ok bool) {
	s.counted.Lock()
	defer s.counted.Unlock()
	for _, e := range s.log.entries {
		ok = ok || e.generation == since+1
		if e.generation > since {
			events, changes, matched = append(events, e.events...), append(changes, e.changes...), append(matched, e.matched...)
		}
	}
	last := s.log.entries
	return events, changes, matched, ok && last[len(last)-1].generation >= now
}

// withChangesOf appends the numbers of the changes of events.
func (s *Store) withChangesOf(ctx context.Context, events, changes []uint32) ([]uint32, error) {
	if len(events) == 0 {
		return changes, nil
	}
	err := s.read(ctx, "read the numbers of changes", func(c *conn) error {
		return c.scan(ctx, "SELECT number FROM change WHERE event IN (SELECT value FROM json_each(?))", func(r row) error {
			changes = append(changes, uint32(r.num(0)))
			return nil
		}, list(events))
	})
	return changes, err
}

func distinct(n []uint32) []uint32 {
	slices.Sort(n)
	return slices.Compact(n)
}

func (s *Store) noteChanged(e changeEntry) {
	s.counted.Lock()
	defer s.counted.Unlock()
	if s.follower != nil && len(e.events)+len(e.changes) > 0 {
		s.follower.Replaced()
	}
	for i := range e.follows {
		f := &e.follows[i]
		if s.follower != nil && !s.follower.Follows(f.Event, f.Change, int(f.Ordinal), f.code()) {
			s.follower.Replaced()
		}
		e.events, e.changes = append(e.events, f.Event), append(e.changes, f.Change)
	}
	e.follows = nil
	l := &s.log
	if n := len(l.entries); n > 0 && l.entries[n-1].generation != e.generation-1 {
		*l = changeLog{}
	}
	l.entries = append(l.entries, e)
	l.size += e.size()
	for l.size > maxChangeLog {
		l.size -= l.entries[0].size()
		l.entries[0] = changeEntry{}
		l.entries = l.entries[1:]
	}
}
