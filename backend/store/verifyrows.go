package store

import (
	"database/sql/driver"
	"fmt"
	"strings"

	"auditdesk/backend/audit"
)

// blocksHeld unpacks every raw block and compares it with the chain.
func (v *verifier) blocksHeld(out *Check) error {
	last, err := v.c.number(v.ctx, "SELECT max(number) FROM raw_block")
	if err != nil {
		return err
	}
	redacted := v.book.handed.link > 0
	u := unpacker{c: v.c, redacted: redacted}
	defer u.close()
	found := Redaction{}
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
		v.tell(n, last)
		s, linked := said[n]
		where, held := fmt.Sprintf("raw block %d", n), false
		err := v.c.query(v.ctx, "SELECT number, source, size, sha256, data FROM raw_block WHERE number = ?", func(r row) error {
			held = true
			out.Count++
			v.sizes[n] = blockSize{r.num(1), r.num(2)}
			where = fmt.Sprintf("raw block %d of source %d", n, r.num(1))
			if redacted {
				v.maskedBlock(out, &u, &found, s, where, r)
				return nil
			}
			if err := u.unpack(r.num(2), r.blob(3), r.blob(4)); err != nil {
				v.damage(out, s.link, where, "raw block %d: %v", n, err)
			}
			if is := blockText(n, r.num(1), r.num(2), r.blob(3), r.blob(4)); linked && is != s.line {
				v.damage(out, s.link, where, "raw block %d: the chain says %q, the case holds %q", n, trim(s.line), trim(is))
			}
			return nil
		}, n)
		switch {
		case err != nil:
			v.damage(out, s.link, where, "raw block %d: it could not be read: %v", n, err)
		case !held:
			v.damage(out, s.link, where, "raw block %d is missing", n)
		case !linked:
			v.damage(out, v.beyond(), where, "raw block %d is not in the chain", n)
		}
	}
	if redacted {
		v.handedOver(out, found)
	}
	return v.total(out, "raw_block", int64(len(v.book.blocks)))
}

// maskedBlock compares what a hand-over copy has in place of a raw block with the chain. What the chain says of the raw block
// itself stays as it was, and its bytes can't be compared.
func (v *verifier) maskedBlock(out *Check, u *unpacker, found *Redaction, s stretch, where string, r row) {
	n := r.num(0)
	said, ok := v.book.masked[n]
	if !ok {
		v.damage(out, s.link, where, "raw block %d: the chain does not say what stands in its place", n)
	}
	wants, _, _ := strings.Cut(s.line, " packed ")
	if is, _, _ := strings.Cut(blockText(n, r.num(1), r.num(2), r.blob(3), r.blob(4)), " packed "); s.link > 0 && is != wants {
		v.damage(out, s.link, where, "raw block %d: the chain says %q, the case holds %q", n, trim(wants), trim(is))
	}
	if err := u.unpackMasked(r.blob(4)); err != nil {
		v.damage(out, said.link, where, "the masked records of raw block %d: %v", n, err)
	}
	if is := maskedText(n, u.data, r.blob(4)); ok && is != said.line {
		v.damage(out, said.link, where, "the masked records of raw block %d: the chain says %q, the case holds %q", n, trim(said.line), trim(is))
	}
	found.Blocks++
	found.Records += int64(len(u.entries))
	for _, e := range u.entries {
		if e.masked {
			found.Masked++
		}
		if e.offset > r.num(2) || e.length > r.num(2)-e.offset {
			v.damage(out, said.link, where, "the masked records of raw block %d: it never had bytes %d to %d", n, e.offset, e.offset+e.length)
		}
	}
}

// handedOver compares what a hand-over copy says of itself with what it holds, and says what that can't show.
func (v *verifier) handedOver(out *Check, found Redaction) {
	out.Name = "masked records in place of raw blocks"
	f := strings.Fields(v.book.handed.line)
	if len(f) > 2 {
		found.Head = f[2]
	}
	if is := redactedText(found); is != v.book.handed.line {
		v.damage(out, v.book.handed.link, link(v.book.handed.link), "link %d says %q, the copy holds %q", v.book.handed.link, trim(v.book.handed.line), trim(is))
	}
	if of := v.book.heads[found.Head]; of == 0 || of != v.book.handed.link-1 {
		v.damage(out, v.book.handed.link, link(v.book.handed.link), "link %d: the head that it names is not the one before it", v.book.handed.link)
	}
	out.Notes = append(out.Notes, fmt.Sprintf("raw records: removed from this copy (%s); they can't be compared here. It was made of the case whose head was %s", audit.Counted(found.Blocks, "block", "blocks"), found.Head))
}

// maxRows bounds what a number in a damaged file can make verify do.
const maxRows = 1 << 32

type blockSize struct{ source, size int64 }

// inBlock checks where a record is said to lie.
func (v *verifier) inBlock(out *Check, link int64, what string, number int64, source, block, offset, length driver.Value) {
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

func (v *verifier) exportNote(s stretch, r row) {
	e := NotedHead{ExportNote: scanExportNote(r)}
	e.Link, e.Agrees = v.book.heads[e.Head], false
	e.Agrees = e.Link > 0 && e.Link < s.link
	v.exports = append(v.exports, e)
}
