package store

import (
	"bytes"
	"crypto/sha256"
	"database/sql/driver"
	"fmt"
	"slices"

	"auditdesk/backend/audit"
)

// events compares every event and its changes with the chain, and recounts what follows from them.
func (v *verifier) events(out *Check) error {
	next := int64(1)
	for _, s := range v.book.events {
		if s.first != next || s.last < s.first || s.last > maxRows {
			v.damage(out, s.link, link(s.link), "link %d: %q does not follow event %d", s.link, trim(s.line), next-1)
			if s.last < s.first || s.last > maxRows {
				continue
			}
		}
		next = s.last + 1
		if err := v.eventStretch(out, s); err != nil {
			if v.ctx.Err() != nil {
				return v.ctx.Err()
			}
			v.damage(out, s.link, fmt.Sprintf("events %d to %d", s.first, s.last), "events %d to %d: they could not be read to the end: %v", s.first, s.last, err)
		}
	}
	// In their own column, since counting is all that finds a row that no link speaks of.
	if err := v.c.query(v.ctx, "SELECT number, ref FROM event WHERE number >= ? OR number < 1 ORDER BY number LIMIT 1", func(r row) error {
		v.damage(out, v.beyond(), eventName(r.num(0), r[1]), "%s and those behind it are not in the chain", eventName(r.num(0), r[1]))
		return nil
	}, next); err != nil {
		return err
	}
	if err := v.total(out, "event", next-1); err != nil {
		return err
	}
	return v.total(out, "change", v.changes)
}

func eventName(number int64, ref driver.Value) string {
	n, _ := ref.(int64)
	return fmt.Sprintf("event %d (%s)", number, audit.RefOf(uint64(n)))
}

// eventsAtOnce bounds how many events' changes are in memory.
const eventsAtOnce = 4096

func (v *verifier) eventStretch(out *Check, s stretch) error {
	sum := sha256.New()
	var marks []byte
	if err := v.c.query(v.ctx, "SELECT marks FROM event_mark WHERE first = ?", func(r row) error {
		marks = bytes.Clone(r.blob(0))
		return nil
	}, s.first); err != nil {
		v.damage(out, s.link, fmt.Sprintf("events %d to %d", s.first, s.last), "the marks of events %d to %d could not be read: %v", s.first, s.last, err)
	}
	suspect, missing := "", false // the first event that is not as its mark says
	for first := s.first; first <= s.last; first += eventsAtOnce {
		last := min(first+eventsAtOnce-1, s.last)
		v.tell(first, v.book.now.events)
		p, err := v.eventPart(out, s, first, last)
		if err != nil {
			return err
		}
		missing = missing || p.missing
		for i := range p.hashes {
			sum.Write(p.hashes[i][:])
		}
		if suspect == "" {
			if i := marked(p.hashes, marks[min(int(first-s.first)*markLen, len(marks)):]); i >= 0 {
				suspect = eventName(first+int64(i), p.refs[i])
			}
		}
	}
	if eventsText(s.first, s.last, sum.Sum(nil)) == s.line || missing {
		return nil
	}
	if suspect == "" {
		v.damage(out, s.link, fmt.Sprintf("events %d to %d", s.first, s.last), "events %d to %d: their digest is not the one that the chain has", s.first, s.last)
		return nil
	}
	v.damage(out, s.link, suspect, "%s: its row or its changes are not what was written; it is the first such one of events %d to %d", suspect, s.first, s.last)
	return nil
}

// eventPart is a part of a stretch: the hashes that its events were added with.
type eventPart struct {
	hashes  []eventHash
	refs    []driver.Value
	missing bool
}

func (v *verifier) eventPart(out *Check, s stretch, first, last int64) (p eventPart, err error) {
	changes, flags, err := v.changesOf(first, last)
	if err != nil {
		return p, err
	}
	revisions := map[int64][]revision{}
	if err := v.c.query(v.ctx, "SELECT event, was, now FROM revision WHERE event BETWEEN ? AND ? ORDER BY event, number", func(r row) error {
		revisions[r.num(0)] = append(revisions[r.num(0)], revision{[sha256.Size]byte(padded(r.blob(1))), [sha256.Size]byte(padded(r.blob(2)))})
		return nil
	}, first, last); err != nil {
		return p, err
	}
	var b []byte
	err = v.c.scan(v.ctx, "SELECT "+eventRowColumns+" FROM event WHERE number BETWEEN ? AND ? ORDER BY number", func(r row) error {
		n := r.num(0)
		for want := first + int64(len(p.hashes)); want < n; want++ {
			v.missing(out, s, want)
			p.missing = true
			p.hashes, p.refs = append(p.hashes, eventHash{}), append(p.refs, nil)
		}
		out.Count++
		b = append(appendRow(b[:0], r), changes[n]...)
		is := sha256.Sum256(b)
		p.hashes, p.refs = append(p.hashes, v.asAdded(out, s, n, r[2], is, revisions[n])), append(p.refs, r[2])
		v.eventRow(out, s, r, flags[n])
		return nil
	}, first, last)
	if err != nil {
		return p, err
	}
	for want := first + int64(len(p.hashes)); want <= last; want++ {
		v.missing(out, s, want)
		p.missing = true
		p.hashes, p.refs = append(p.hashes, eventHash{}), append(p.refs, nil)
	}
	return p, nil
}

func (v *verifier) missing(out *Check, s stretch, number int64) {
	v.damage(out, s.link, fmt.Sprintf("event %d", number), "event %d is missing", number)
}

type revision struct{ was, now eventHash }

func padded(b []byte) []byte {
	if len(b) != sha256.Size {
		return make([]byte, sha256.Size)
	}
	return b
}

// asAdded is the hash that an event was added with, by what is known of its revisions. The last of them must be what it is.
func (v *verifier) asAdded(out *Check, s stretch, number int64, ref driver.Value, is eventHash, revisions []revision) eventHash {
	if len(revisions) == 0 {
		return is
	}
	for i := 1; i < len(revisions); i++ {
		if revisions[i].was != revisions[i-1].now {
			v.damage(out, s.link, eventName(number, ref), "%s: its revisions do not follow one another", eventName(number, ref))
		}
	}
	if revisions[len(revisions)-1].now != is {
		v.damage(out, s.link, eventName(number, ref), "%s: its row or its changes are not what they became when its values were merged", eventName(number, ref))
	}
	return revisions[0].was
}

// changesOf are the encoded changes of a few events, and which flags they give.
func (v *verifier) changesOf(first, last int64) (map[int64][]byte, map[int64]audit.Flags, error) {
	type one struct {
		ordinal int64
		row     []byte
	}
	changes, flags := map[int64][]byte{}, map[int64]audit.Flags{}
	var event int64
	var these []one
	done := func() {
		slices.SortStableFunc(these, func(a, b one) int { return int(a.ordinal - b.ordinal) })
		for _, c := range these {
			changes[event] = append(changes[event], c.row...)
		}
		these = these[:0]
	}
	err := v.c.scan(v.ctx, "SELECT "+changeRowColumns+" FROM change WHERE event BETWEEN ? AND ? ORDER BY event", func(r row) error {
		v.changes++
		if r.num(1) != event {
			done()
			event = r.num(1)
		}
		these = append(these, one{r.num(2), appendRow(nil, r)})
		if r.num(3) != 0 {
			flags[event] |= audit.FlagChanges
		}
		if r.num(9) != 0 {
			flags[event] |= audit.FlagSecret
		}
		return nil
	}, first, last)
	done()
	return changes, flags, err
}

// eventRow checks what follows from an event's other columns.
func (v *verifier) eventRow(out *Check, s stretch, r row, flags audit.Flags) {
	name := eventName(r.num(0), r[2])
	if d := r.blob(17); len(d) != len(audit.Digest{}) || audit.Digest(d).Ref60() != uint64(r.num(2)) {
		v.damage(out, s.link, name, "%s: its reference is not that of its identity", name)
	}
	if audit.Flags(r.num(16))&(audit.FlagChanges|audit.FlagSecret) != flags {
		v.damage(out, s.link, name, "%s: its flags are not those that its changes give", name)
	}
	v.counts(r.num(13)).Events++
	v.inBlock(out, s.link, "event", r.num(0), r[13], r[25], r[26], r[27])
}
