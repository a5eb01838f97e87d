package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql/driver"
	"fmt"
	"slices"

	"auditdesk/backend/audit"
)

// blocksHeld unpacks every raw block and compares it with the chain.
func (v *verifier) blocksHeld(out *Check) error {
	last, err := v.c.number(v.ctx, "SELECT max(number) FROM raw_block")
	if err != nil {
		return err
	}
	u := unpacker{c: v.c}
	defer u.close()
	said := map[int64]stretch{}
	for i, b := range v.book.blocks {
		if said[b.first] = b; b.first != int64(i)+1 {
			v.damage(out, b.link, link(b.link), "link %d: %q does not follow raw block %d", b.link, trim(b.line), i)
		}
	}
	last = max(last, v.book.now.blocks)
	v.sizes = map[int64]blockSize{}
	for n := int64(1); n <= min(last, maxRows); n++ {
		if err := v.ctx.Err(); err != nil {
			return err
		}
		s, linked := said[n]
		where, found := fmt.Sprintf("raw block %d", n), false
		err := v.c.query(v.ctx, "SELECT source, size, sha256, data FROM raw_block WHERE number = ?", func(r row) error {
			found = true
			out.Count++
			v.sizes[n] = blockSize{r.num(0), r.num(1)}
			where = fmt.Sprintf("raw block %d of source %d", n, r.num(0))
			if err := u.unpack(r.num(1), r.blob(2), r.blob(3)); err != nil {
				v.damage(out, s.link, where, "raw block %d: %v", n, err)
			}
			if is := blockText(n, r.num(0), r.num(1), r.blob(2), r.blob(3)); linked && is != s.line {
				v.damage(out, s.link, where, "raw block %d: the chain says %q, the case holds %q", n, trim(s.line), trim(is))
			}
			return nil
		}, n)
		switch {
		case err != nil:
			v.damage(out, s.link, where, "raw block %d: it could not be read: %v", n, err)
		case !found:
			v.damage(out, s.link, where, "raw block %d is missing", n)
		case !linked:
			v.damage(out, v.beyond(), where, "raw block %d is not in the chain", n)
		}
	}
	return v.total(out, "raw_block", int64(len(v.book.blocks)))
}

// maxRows bounds what a number in a damaged file can make verify do.
const maxRows = 1 << 32

type blockSize struct{ source, size int64 }

// inBlock checks where a record is said to lie.
func (v *verifier) inBlock(out *Check, link int64, what string, number int64, source, block, offset, length driver.Value) {
	v.positions++
	at, _ := offset.(int64)
	n, _ := length.(int64)
	if block == nil {
		if n != 0 {
			v.damage(out, link, fmt.Sprintf("%s %d", what, number), "%s %d: %d bytes lie in no block", what, number, n)
		}
		return
	}
	nr, _ := block.(int64)
	if b, ok := v.sizes[nr]; !ok || driver.Value(b.source) != source || at < 0 || n <= 0 || at > b.size || n > b.size-at {
		v.damage(out, link, fmt.Sprintf("%s %d", what, number), "%s %d: block %d has no bytes %d to %d of its source", what, number, nr, at, at+n)
	}
}

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

func (v *verifier) counts(source int64) *audit.Counts {
	if v.counted[source] == nil {
		v.counted[source] = &audit.Counts{}
	}
	return v.counted[source]
}

// rows compares what was added to the growing tables with the chain.
func (v *verifier) rows(out *Check) error {
	tables := map[string]growing{}
	for _, t := range growingTables() {
		tables[t.table] = t
	}
	last, rows := map[string]int64{}, map[string]int64{}
	for t := range tables {
		last[t] = -1
	}
	for _, s := range v.book.rows {
		t, ok := tables[s.table]
		if !ok || s.first > s.last || s.first <= last[s.table] {
			v.damage(out, s.link, link(s.link), "link %d: %q does not follow what was said before", s.link, trim(s.line))
			continue
		}
		last[s.table] = s.last
		n, err := v.rowStretch(out, s, t)
		rows[s.table] += n
		out.Count += n
		if v.ctx.Err() != nil {
			return v.ctx.Err()
		}
		if err != nil {
			v.damage(out, s.link, named(s), "%s: they could not be read to the end: %v", named(s), err)
		}
	}
	for _, t := range growingTables() {
		if err := v.total(out, t.table, rows[t.table]); err != nil {
			v.damage(out, v.beyond(), "table "+t.table, "%s: its rows could not be counted: %v", t.table, err)
		}
	}
	return nil
}

func named(s stretch) string {
	if s.first == s.last {
		return fmt.Sprintf("row %d of %s", s.first, s.table)
	}
	return fmt.Sprintf("rows %d to %d of %s", s.first, s.last, s.table)
}

func (v *verifier) rowStretch(out *Check, s stretch, t growing) (n int64, err error) {
	d := newRowsDigest()
	err = v.c.scan(v.ctx, "SELECT "+t.columns+" FROM "+t.table+" WHERE "+t.key()+" BETWEEN ? AND ? ORDER BY "+t.key(), func(r row) error {
		n++
		switch t.table {
		case "matching":
			v.matching(out, s, r)
		case "unreadable":
			v.counts(r.num(1)).Unreadable++
			v.inBlock(out, s.link, "unreadable record", r.num(0), r[1], r[6], r[7], r[8])
		case "export_note":
			v.exportNote(s, r)
		}
		d.add(r...)
		return nil
	}, s.first, s.last)
	if err == nil && rowsText(t.table, s.first, s.last, d.sum()) != s.line {
		v.damage(out, s.link, named(s), "%s: not those that the chain speaks of", named(s))
	}
	return n, err
}

// matching gives a further record the mark that it was added with.
func (v *verifier) matching(out *Check, s stretch, r row) {
	if r.num(10) != 0 {
		v.counts(r.num(2)).Duplicates++
	} else {
		v.counts(r.num(2)).Matching++
	}
	v.inBlock(out, s.link, "further record", r.num(0), r[2], r[7], r[8], r[9])
	t := v.book.differs[r.num(0)]
	if t == nil {
		return
	}
	if differs, ok := r[11].(int64); !ok || (differs != 0) != t.last || differs>>1 != 0 {
		v.damage(out, s.link, fmt.Sprintf("further record %d", r.num(0)), "further record %d: whether it differs is not what the chain says", r.num(0))
		return
	}
	r[11] = int64(0)
	if t.first {
		r[11] = int64(1)
	}
}

// total finds rows that no link speaks of.
func (v *verifier) total(out *Check, table string, linked int64) error {
	n, err := v.c.number(v.ctx, "SELECT count(*) FROM "+table+" NOT INDEXED")
	if err == nil && n != linked {
		v.damage(out, v.beyond(), "table "+table, "%s has %d rows, the chain speaks of %d", table, n, linked)
	}
	return err
}

// beyond is the link behind the last: where what is in no link stands.
func (v *verifier) beyond() int64 { return v.book.links + 1 }

// lastStates compares what may change with what was said of it last.
func (v *verifier) lastStates(out *Check) error {
	for _, one := range []struct {
		name string
		text func(context.Context, *conn) (string, error)
	}{{"format", formatText}, {"engagement", engagementText}, {"meta", metaText}} {
		out.Count++
		is, err := one.text(v.ctx, v.c)
		said := v.book.single[one.name]
		if err != nil || is != said.line {
			v.damage(out, said.link, "table "+one.name, "%s: it is not what the chain says of it (%s)", one.name, reason(err, said.line, is))
		}
	}
	numbers := map[int64]bool{}
	if err := v.c.query(v.ctx, "SELECT number FROM source", func(r row) error { numbers[r.num(0)] = true; return nil }); err != nil {
		v.damage(out, v.beyond(), "the sources", "the sources could not be listed: %v", err)
	}
	for n := range v.book.sources {
		numbers[n] = true
	}
	for n := range v.book.receipt {
		numbers[n] = true
	}
	for n := range numbers {
		out.Count++
		for _, one := range []struct {
			what string
			text func(context.Context, *conn, int64) (string, error)
			said stated
		}{{"", sourceText, v.book.sources[n]}, {"the receipt of ", receiptText, v.book.receipt[n]}} {
			is, err := one.text(v.ctx, v.c, n)
			if err != nil || is != one.said.line {
				at := one.said.link
				if at == 0 {
					at = v.beyond()
				}
				v.damage(out, at, one.what+v.sourceName(n), "%s%s: the chain says %s", one.what, v.sourceName(n), reason(err, one.said.line, is))
			}
		}
	}
	return v.runs(out)
}

func reason(err error, said, is string) string {
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%q, the case holds %q", trim(said), trim(is))
}

// sourceName is a source's number with its path.
func (v *verifier) sourceName(n int64) string {
	name := fmt.Sprintf("source %d", n)
	_ = v.c.query(v.ctx, "SELECT path FROM source WHERE number = ?", func(r row) error { //nolint:errcheck // then without
		name += " (" + r.text(0) + ")"
		return nil
	}, n)
	return name
}

func (v *verifier) runs(out *Check) error {
	seen := map[int64]bool{}
	err := v.c.query(v.ctx, "SELECT number, started, ended, head FROM import_run", func(r row) error {
		out.Count++
		seen[r.num(0)] = true
		b := v.book.runs[r.num(0)]
		if b == nil {
			v.damage(out, v.beyond(), fmt.Sprintf("import run %d", r.num(0)), "import run %d is not in the chain", r.num(0))
			return nil
		}
		if r.num(1) != b.started || r.num(2) != b.ended || !bytes.Equal(r.blob(3), b.head) {
			v.damage(out, b.link, fmt.Sprintf("import run %d", r.num(0)), "import run %d: its times or its head are not those of the chain", r.num(0))
		}
		return nil
	})
	for n, b := range v.book.runs {
		if err == nil && !seen[n] {
			v.damage(out, b.link, fmt.Sprintf("import run %d", n), "import run %d is missing", n)
		}
	}
	return err
}

func (v *verifier) exportNote(s stretch, r row) {
	e := NotedHead{ExportNote: scanExportNote(r)}
	e.Link, e.Agrees = v.book.heads[e.Head], false
	e.Agrees = e.Link > 0 && e.Link < s.link
	v.exports = append(v.exports, e)
}
