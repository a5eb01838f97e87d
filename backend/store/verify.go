package store

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"strings"

	"auditdesk/backend/audit"
)

// Report is what [Store.Verify] found.
type Report struct {
	Checks []Check `json:"checks"`
	Head   string  `json:"head"` // of the chain, see [Store.Head]
}

// Check is one thing that was verified.
type Check struct {
	Name    string   `json:"name"`
	Count   int64    `json:"count"`             // of what was looked at
	Damage  []string `json:"damage,omitempty"`  // the first few found, in words; empty where it is sound
	Further int64    `json:"further,omitempty"` // damages beyond those
}

// Sound reports whether no damage was found.
func (r Report) Sound() bool {
	for _, c := range r.Checks {
		if len(c.Damage) > 0 {
			return false
		}
	}
	return true
}

// maxDamage is how many damages a check puts into words.
const maxDamage = 5

func (c *Check) damage(format string, args ...any) {
	if len(c.Damage) == maxDamage {
		c.Further++
		return
	}
	c.Damage = append(c.Damage, fmt.Sprintf(format, args...))
}

// Verify checks the case against itself: SQLite's own structure, references between rows, every raw block against its
// SHA-256, where each record lies, the account of every source, and the chain of digests. Damage is in the report; an error
// means that the case could not be checked to the end.
//
// What it can't show: that the rows say what the raw records say (re-importing them does), or that nobody made the whole
// case anew with another chain (a head noted elsewhere does).
func (s *Store) Verify(ctx context.Context) (Report, error) {
	var rep Report
	err := s.read(ctx, "verify the case", func(c *conn) error {
		v := verifier{ctx: ctx, c: c}
		for _, check := range []struct {
			name string
			do   func(*Check) error
		}{
			{"database structure", v.integrity}, {"references between rows", v.references}, {"raw blocks", v.blocks}, {"records in raw blocks", v.positions},
			{"events", v.events}, {"accounts of the sources", v.accounts}, {"chain of digests", v.chain},
		} {
			one := Check{Name: check.name}
			err := check.do(&one)
			if err != nil && ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil { // a page that can't be read is damage too
				one.damage("could not be read to the end: %v", err)
			}
			rep.Checks = append(rep.Checks, one)
		}
		head, err := lastHead(ctx, c)
		rep.Head = hex.EncodeToString(head)
		return err
	})
	return rep, err
}

type verifier struct {
	ctx context.Context
	c   *conn
}

func (v *verifier) integrity(out *Check) error {
	return v.c.query(v.ctx, "PRAGMA integrity_check(20)", func(r row) error {
		out.Count++
		if line := r.text(0); line != "ok" {
			out.damage("%s", line)
		}
		return nil
	})
}

func (v *verifier) references(out *Check) error {
	return v.c.query(v.ctx, "PRAGMA foreign_key_check", func(r row) error {
		out.damage("row %d of %s refers to a missing %s", r.num(1), r.text(0), r.text(2))
		return nil
	})
}

func (v *verifier) blocks(out *Check) error {
	u := unpacker{c: v.c}
	defer u.close()
	last := int64(0)
	return v.c.query(v.ctx, "SELECT number, size, sha256, data FROM raw_block ORDER BY number", func(r row) error {
		out.Count++
		if last++; r.num(0) != last {
			out.damage("raw block %d is missing", last)
			last = r.num(0)
		}
		if err := u.unpack(r.num(1), r.blob(2), r.blob(3)); err != nil {
			out.damage("raw block %d: %v", r.num(0), err)
		}
		return nil
	})
}

func (v *verifier) positions(out *Check) error {
	for _, t := range []struct{ table, what string }{{"event", "event"}, {"matching", "further record"}, {"unreadable", "unreadable record"}} {
		n, err := v.c.number(v.ctx, "SELECT count(*) FROM "+t.table)
		if err != nil {
			return err
		}
		out.Count += n
		if err := v.c.query(v.ctx, "SELECT t.number, t.block, t.block_offset, t.length FROM "+t.table+` t LEFT JOIN raw_block b ON b.number = t.block
				WHERE t.block IS NOT NULL AND (b.number IS NULL OR b.source <> t.source OR t.block_offset < 0 OR t.length <= 0 OR t.block_offset + t.length > b.size)
				OR t.block IS NULL AND t.length <> 0`, func(r row) error {
			out.damage("%s %d: block %d has no bytes %d to %d of its source", t.what, r.num(0), r.num(1), r.num(2), r.num(2)+r.num(3))
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) events(out *Check) error {
	if err := v.c.query(v.ctx, "SELECT count(*), coalesce(min(number), 1), coalesce(max(number), 0) FROM event", func(r row) error {
		out.Count = r.num(0)
		if r.num(1) != 1 || r.num(2) != r.num(0) {
			out.damage("the events are numbered %d to %d, but there are %d", r.num(1), r.num(2), r.num(0))
		}
		return nil
	}); err != nil {
		return err
	}
	return v.c.scan(v.ctx, "SELECT number, ref, digest FROM event", func(r row) error {
		if d := r.blob(2); len(d) != len(audit.Digest{}) || audit.Digest(d).Ref60() != uint64(r.num(1)) {
			out.damage("event %d: its reference is not that of its identity", r.num(0))
		}
		return nil
	})
}

func (v *verifier) accounts(out *Check) error {
	return v.c.query(v.ctx, `SELECT s.number, s.path, s.lines, s.record_lines, s.records, s.events, s.matching, s.duplicates, s.other, s.unreadable,
			(SELECT count(*) FROM unreadable WHERE source = s.number),
			(SELECT coalesce(sum(count), 0) FROM other_line WHERE source = s.number),
			(SELECT coalesce(sum(count), 0) FROM source_day WHERE source = s.number),
			coalesce(e.n, 0), coalesce(m.matching, 0), coalesce(m.duplicates, 0)
			FROM source s
			LEFT JOIN (SELECT source, count(*) AS n FROM event GROUP BY source) e ON e.source = s.number
			LEFT JOIN (SELECT source, sum(NOT duplicate) AS matching, sum(duplicate) AS duplicates FROM matching GROUP BY source) m ON m.source = s.number
			ORDER BY s.number`, func(r row) error {
		out.Count++
		n := audit.Counts{Lines: r.num(2), RecordLines: r.num(3), Records: r.num(4), Events: r.num(5), Matching: r.num(6), Duplicates: r.num(7), Other: r.num(8), Unreadable: r.num(9)}
		if !n.AddsUp() {
			out.damage("source %d (%s): its account does not add up: %+v", r.num(0), r.text(1), n)
		}
		for _, c := range []struct {
			what          string
			stated, there int64
		}{
			{"events", n.Events, r.num(13)}, {"matching records", n.Matching, r.num(14)}, {"duplicates", n.Duplicates, r.num(15)},
			{"unreadable records", n.Unreadable, r.num(10)}, {"other lines", n.Other, r.num(11)}, {"records by day", n.Records - n.Unreadable, r.num(12)},
		} {
			if c.stated != c.there {
				out.damage("source %d (%s): its account says %d %s, the case holds %d", r.num(0), r.text(1), c.stated, c.what, c.there)
			}
		}
		return nil
	})
}

// chain computes every head anew, and compares what the links say with the rows.
func (v *verifier) chain(out *Check) error {
	head := make([]byte, 32)
	blocks, events := int64(0), int64(0)
	sources := map[int64]string{} // the last link about each
	err := v.c.query(v.ctx, "SELECT number, text, head FROM chain ORDER BY number", func(r row) error {
		out.Count++
		text := r.text(1)
		if r.num(0) != out.Count {
			out.damage("link %d is missing", out.Count)
		}
		if head = nextHead(head, text); !bytes.Equal(head, r.blob(2)) {
			out.damage("link %d: its head is %x, not the %x that its text gives", r.num(0), r.blob(2), head)
			head = bytes.Clone(r.blob(2))
		}
		if out.Count == 1 {
			text = strings.TrimPrefix(text, chainScheme+"\n")
		}
		for line := range strings.Lines(text) {
			var n, m int64
			switch {
			case strings.HasPrefix(line, "block "):
				blocks++
				if err := v.sameBlock(out, blocks, line); err != nil {
					return err
				}
			case strings.HasPrefix(line, "events "):
				if _, err := fmt.Sscanf(line, "events %d to %d ", &n, &m); err != nil || n != events+1 {
					out.damage("link %d: %q does not follow event %d", r.num(0), strings.TrimSpace(line), events)
				}
				events = m
				if err := v.sameEvents(out, n, m, line); err != nil {
					return err
				}
			case strings.HasPrefix(line, "source "):
				if _, err := fmt.Sscanf(line, "source %d ", &n); err == nil {
					sources[n] = line
				}
			default:
				out.damage("link %d: %q is unknown", r.num(0), strings.TrimSpace(line))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.unlinked(out, blocks, events, sources)
}

func (v *verifier) sameBlock(out *Check, number int64, line string) error {
	is := ""
	err := v.c.query(v.ctx, "SELECT source, size, sha256 FROM raw_block WHERE number = ?", func(r row) error {
		is = blockText(number, r.num(0), r.num(1), r.blob(2))
		return nil
	}, number)
	if is != line {
		out.damage("raw block %d: the chain says %q, the case holds %q", number, strings.TrimSpace(line), strings.TrimSpace(is))
	}
	return err
}

func (v *verifier) sameEvents(out *Check, first, last int64, line string) error {
	d := newEventDigest()
	if err := v.c.scan(v.ctx, "SELECT digest, ifnull(block, 0), block_offset, length FROM event WHERE number BETWEEN ? AND ? ORDER BY number", func(r row) error {
		d.add(r.blob(0), r.num(1), r.num(2), r.num(3))
		return nil
	}, first, last); err != nil {
		return err
	}
	if eventsText(first, last, d.sum()) != line {
		out.damage("events %d to %d: their identities or positions are not those of the chain", first, last)
	}
	return nil
}

// unlinked looks for rows that no link speaks of, and for sources that are not what their last link says.
func (v *verifier) unlinked(out *Check, blocks, events int64, sources map[int64]string) error {
	for _, n := range []struct {
		table  string
		linked int64
	}{{"raw_block", blocks}, {"event", events}} {
		more, err := v.c.number(v.ctx, "SELECT count(*) FROM "+n.table+" WHERE number > ?", n.linked)
		if err != nil {
			return err
		}
		if more > 0 {
			out.damage("%d rows of %s are not in the chain", more, n.table)
		}
	}
	type finished struct {
		number int64
		state  string
	}
	var list []finished
	if err := v.c.query(v.ctx, "SELECT number, state FROM source ORDER BY number", func(r row) error {
		list = append(list, finished{r.num(0), r.text(1)})
		return nil
	}); err != nil {
		return err
	}
	for _, src := range list {
		is, err := sourceText(v.ctx, v.c, src.number)
		if err != nil {
			return err
		}
		// A partial source may have grown after its last link, or have none when its import was killed.
		if src.state != string(audit.SourcePartial) && sources[src.number] != is {
			out.damage("source %d: the chain says %q, the case holds %q", src.number, strings.TrimSpace(sources[src.number]), strings.TrimSpace(is))
		}
		delete(sources, src.number)
	}
	for n := range sources {
		out.damage("source %d is in the chain, but not in the case", n)
	}
	return nil
}
