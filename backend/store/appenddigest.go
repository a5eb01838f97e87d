package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
)

// insert adds a row to a growing table, and to its digest.
func (a *appender) insert(table, sql string, values ...any) error {
	s, err := a.c.stmt(sql)
	if err != nil {
		return err
	}
	if err := s.bind(values); err != nil {
		return err
	}
	if err := s.run(); err != nil {
		return err
	}
	g := a.said.byTable[table]
	g.grew(values[0].(int64))
	g.buf = s.appendArgs(g.buf)
	g.keepShort()
	return nil
}

// digestEvents says what the new events are, and keeps a mark of each.
func (a *appender) digestEvents() error {
	n := len(a.b.Events)
	if n == 0 {
		return nil
	}
	first, last := int64(a.b.Events[0].Number), int64(a.b.Events[n-1].Number)
	sum := sha256.Sum256(a.hashes)
	a.said.say(eventsText(first, last, sum[:]))
	marks := make([]byte, 0, n*markLen)
	for i := range n {
		marks = append(marks, a.hashes[i*sha256.Size:][:markLen]...)
	}
	return a.insert("event_mark", "INSERT INTO event_mark VALUES (?, ?)", first, marks)
}

// revise keeps what an event is before it is touched for the first time in this batch.
func (a *appender) revise(ctx context.Context, event uint32) error {
	if _, known := a.was[event]; known {
		return nil
	}
	hash, err := hashEvent(ctx, a.c, int64(event))
	a.was[event] = hash
	return err
}

// revisions says which events became what.
func (a *appender) revisions(ctx context.Context) error {
	for _, event := range slices.Sorted(maps.Keys(a.was)) {
		was := a.was[event]
		now, err := hashEvent(ctx, a.c, int64(event))
		if err != nil {
			return err
		}
		if was == now {
			continue
		}
		a.m.revisions++
		if err := a.insert("revision", "INSERT INTO revision VALUES (?, ?, ?, ?)", a.m.revisions, event, was[:], now[:]); err != nil {
			return err
		}
	}
	return nil
}

// hashEvent is the hash of an event as it is stored.
func hashEvent(ctx context.Context, c *conn, number int64) (eventHash, error) {
	var b []byte
	found := false
	add := func(r row) error {
		found = true
		b = appendRow(b, r)
		return nil
	}
	if err := c.query(ctx, "SELECT "+eventRowColumns+" FROM event WHERE number = ?", add, number); err != nil {
		return eventHash{}, err
	}
	if !found {
		return eventHash{}, fmt.Errorf("there is no event %d", number)
	}
	if err := c.query(ctx, "SELECT "+changeRowColumns+" FROM change WHERE event = ? ORDER BY ordinal", add, number); err != nil {
		return eventHash{}, err
	}
	return sha256.Sum256(b), nil
}

// marked finds the first event of a stretch whose hash does not begin with its mark; -1 where all do.
func marked(hashes []eventHash, marks []byte) int {
	for i := range hashes {
		if len(marks) < (i+1)*markLen || !bytes.Equal(hashes[i][:markLen], marks[i*markLen:][:markLen]) {
			return i
		}
	}
	return -1
}
