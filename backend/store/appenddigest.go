package store

import (
	"bytes"
	"context"
	"crypto/sha256"
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

// before keeps what the events that the batch touches are before it does. What is not there is found where it is touched.
func (a *appender) before(ctx context.Context) error {
	for i := range a.b.Matches {
		if a.b.Matches[i].Differs {
			a.touchedEvents = append(a.touchedEvents, a.b.Matches[i].Event)
		}
	}
	for i := range a.b.Merged {
		a.touchedEvents = append(a.touchedEvents, a.b.Merged[i].Number)
	}
	a.touchedEvents = distinct(a.touchedEvents)
	var err error
	a.was, err = hashEvents(ctx, a.c, a.touchedEvents)
	return err
}

// revisions says which events became what.
func (a *appender) revisions(ctx context.Context) error {
	now, err := hashEvents(ctx, a.c, a.touchedEvents)
	if err != nil {
		return err
	}
	for _, event := range a.touchedEvents {
		was, is := a.was[event], now[event]
		if was == is {
			continue
		}
		a.m.revisions++
		if err := a.insert("revision", "INSERT INTO revision VALUES (?, ?, ?, ?)", a.m.revisions, event, was[:], is[:]); err != nil {
			return err
		}
	}
	return nil
}

// hashEvents are the hashes of events as they are stored, of those that are.
func hashEvents(ctx context.Context, c *conn, numbers []uint32) (map[uint32]eventHash, error) {
	out := make(map[uint32]eventHash, len(numbers))
	for part := range slices.Chunk(numbers, recordsAtOnce) {
		rows := make(map[uint32][]byte, len(part))
		which := list(part)
		if err := c.query(ctx, "SELECT "+eventRowColumns+" FROM event WHERE number IN (SELECT value FROM json_each(?))", func(r row) error {
			rows[uint32(r.num(0))] = appendRow(make([]byte, 0, 512), r)
			return nil
		}, which); err != nil {
			return nil, err
		}
		if err := c.query(ctx, "SELECT "+changeRowColumns+" FROM change WHERE event IN (SELECT value FROM json_each(?)) ORDER BY event, ordinal", func(r row) error {
			n := uint32(r.num(1))
			rows[n] = appendRow(rows[n], r)
			return nil
		}, which); err != nil {
			return nil, err
		}
		for n, b := range rows {
			out[n] = sha256.Sum256(b)
		}
	}
	return out, nil
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
