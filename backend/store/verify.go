package store

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"auditdesk/backend/audit"
)

// Report is what [Store.Verify] found.
type Report struct {
	Checks  []Check     `json:"checks"`
	Head    string      `json:"head"`            // of the chain, see [Store.Head]
	Links   int64       `json:"links"`           // of the chain
	First   string      `json:"first,omitempty"` // what the damage begins with, in the order in which the case was written
	Still   string      `json:"still,omitempty"` // what agrees with the chain all the same, in words; only of a damaged case
	Exports []NotedHead `json:"exports"`         // the heads that were noted with exports
	Reveals []Reveal    `json:"reveals"`         // each time that the very bytes of a record were shown

	Redaction *Redaction `json:"redaction,omitempty"` // of a hand-over copy

	Heads    map[string]int64 `json:"-"` // every head that the chain had, in hexadecimal → its link
	Readings []Reading        `json:"-"`
}

// Reading is which version of the program (see [audit.Reading]) understood the records of a stretch of events.
type Reading struct{ First, Last, Version int64 }

// Check is one thing that was verified.
type Check struct {
	Name    string   `json:"name"`
	Count   int64    `json:"count"`             // of what was looked at
	Damage  []string `json:"damage,omitempty"`  // the first few found, in words; empty where it is sound
	Further int64    `json:"further,omitempty"` // damages beyond those
	Notes   []string `json:"notes,omitempty"`   // what is no damage, but should be known
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

// Found notes one damage.
func (c *Check) Found(format string, args ...any) {
	if len(c.Damage) == maxDamage {
		c.Further++
		return
	}
	c.Damage = append(c.Damage, fmt.Sprintf(format, args...))
}

// Conclude says where the damage begins, of a case whose rows agree with the chain.
func (r *Report) Conclude() {
	for _, c := range r.Checks {
		if r.First == "" && len(c.Damage) > 0 {
			r.First, r.Still = c.Damage[0], "every row that the chain speaks of agrees with it"
		}
	}
}

// Verify checks the case against itself: SQLite's own structure, references between rows, and everything that the chain of
// digests covers: raw blocks, events with their changes, the rows of all other tables, the account of every source. What
// follows from other rows is counted anew. Damage is in the report; an error means that the case could not be checked to the end.
//
// What it can't show: that the rows say what the raw records say (understanding them anew does), or that nobody made the
// whole case anew with another chain (a head noted elsewhere does).
func (s *Store) Verify(ctx context.Context) (Report, error) { return s.VerifyTelling(ctx, nil) }

// VerifyProgress is how far a verification is.
type VerifyProgress struct {
	Check  string `json:"check"`  // that goes on
	Number int    `json:"number"` // of it, from 1
	Checks int    `json:"checks"`
	Done   int64  `json:"done"` // of what is looked at
	Total  int64  `json:"total,omitempty"`
}

// VerifyTelling is [Store.Verify], and tells how far it is. tell may be nil; it is called often.
func (s *Store) VerifyTelling(ctx context.Context, tell func(VerifyProgress)) (Report, error) {
	var rep Report
	err := s.read(ctx, "verify the case", func(c *conn) error {
		v := verifier{ctx: ctx, c: c, exports: []NotedHead{}, counted: map[int64]*audit.Counts{}, book: newChainBook()}
		checks := []struct {
			name string
			do   func(*Check) error
		}{
			{"database structure", v.integrity}, {"references between rows", v.references}, {"chain of digests", v.readChain}, {"raw blocks", v.blocksHeld},
			{"events and their changes", v.events}, {"rows of the other tables", v.rows}, {"sources, imports and the engagement", v.lastStates},
			{"accounts of the sources", v.accounts}, {"heads noted with exports", v.noted},
		}
		for i, check := range checks {
			one := Check{Name: check.name}
			v.tell = func(done, total int64) {
				if tell != nil {
					tell(VerifyProgress{check.name, i + 1, len(checks), done, total})
				}
			}
			v.tell(0, 0)
			err := check.do(&one)
			if err != nil && ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil { // a page that can't be read is damage too, and nobody knows of what
				v.damage(&one, 1, check.name, "could not be read to the end: %v", err)
			}
			rep.Checks = append(rep.Checks, one)
		}
		head, err := lastHead(ctx, c)
		if err != nil {
			v.damage(&rep.Checks[2], v.beyond(), "the head of the chain", "the last head could not be read: %v", err)
		}
		rep.Head, rep.Links, rep.Exports, rep.Heads = hex.EncodeToString(head), v.book.links, v.exports, v.book.heads
		rep.Readings = v.readings()
		rep.Redaction, rep.Reveals = s.redacted, []Reveal{}
		if err := reveals(ctx, c, func(r Reveal) { rep.Reveals = append(rep.Reveals, r) }); err != nil {
			v.damage(&rep.Checks[5], v.beyond(), "the notes of records shown", "the notes of records shown could not be read: %v", err)
		}
		v.conclude(&rep)
		return nil
	})
	return rep, err
}

type verifier struct {
	ctx  context.Context
	c    *conn
	book *chainBook

	sizes   map[int64]blockSize
	counted map[int64]*audit.Counts // by source
	changes int64
	exports []NotedHead
	tell    func(done, total int64) // of the check that goes on

	firstLink int64 // where the damage begins, 0 for none
	first     string
}

// damage notes what is wrong with something that a link speaks of.
func (v *verifier) damage(out *Check, link int64, what, format string, args ...any) {
	out.Found(format, args...)
	if link == 0 {
		link = v.beyond()
	}
	if v.firstLink == 0 || link < v.firstLink {
		v.firstLink, v.first = link, what
	}
}

func trim(line string) string { return strings.TrimSpace(line) }

func (v *verifier) integrity(out *Check) error {
	return v.c.query(v.ctx, "PRAGMA integrity_check(20)", func(r row) error {
		out.Count++
		if line := r.text(0); line != "ok" {
			out.Found("%s", line)
		}
		return nil
	})
}

func (v *verifier) references(out *Check) error {
	return v.c.query(v.ctx, "PRAGMA foreign_key_check", func(r row) error {
		out.Found("row %d of %s refers to a missing %s", r.num(1), r.text(0), r.text(2))
		return nil
	})
}

// accounts compares what each source says with what was counted in the rows.
func (v *verifier) accounts(out *Check) error {
	if err := v.c.query(v.ctx, "SELECT u.source, count(*) FROM recovered r JOIN unreadable u ON u.number = r.unreadable GROUP BY u.source", func(r row) error {
		v.counts(r.num(0)).Unreadable -= r.num(1)
		return nil
	}); err != nil {
		return err
	}
	return v.c.query(v.ctx, `SELECT s.number, s.path, s.lines, s.record_lines, s.records, s.events, s.matching, s.duplicates, s.other, s.unreadable,
			(SELECT coalesce(sum(count), 0) FROM other_line WHERE source = s.number),
			(SELECT coalesce(sum(count), 0) FROM source_day WHERE source = s.number)
			FROM source s ORDER BY s.number`, func(r row) error {
		out.Count++
		n := audit.Counts{Lines: r.num(2), RecordLines: r.num(3), Records: r.num(4), Events: r.num(5), Matching: r.num(6), Duplicates: r.num(7), Other: r.num(8), Unreadable: r.num(9)}
		name, at := fmt.Sprintf("source %d (%s)", r.num(0), r.text(1)), v.book.sources[r.num(0)].link
		if !n.AddsUp() {
			v.damage(out, at, name, "%s: its account does not add up: %+v", name, n)
		}
		is := v.counts(r.num(0))
		for _, c := range []struct {
			what          string
			stated, there int64
		}{
			{"events", n.Events, is.Events}, {"matching records", n.Matching, is.Matching}, {"duplicates", n.Duplicates, is.Duplicates},
			{"unreadable records", n.Unreadable, is.Unreadable}, {"other lines", n.Other, r.num(10)}, {"records by day", n.Records - n.Unreadable, r.num(11)},
		} {
			if c.stated != c.there {
				v.damage(out, at, name, "%s: its account says %d %s, the case holds %d", name, c.stated, c.what, c.there)
			}
		}
		return nil
	})
}

func (v *verifier) noted(out *Check) error {
	for _, e := range v.exports {
		if out.Count++; !e.Agrees {
			v.damage(out, 1, "the head noted with the export "+e.Name, "the head noted with the export %s on %s is not one that the chain had before", e.Name, e.Time)
		}
	}
	return nil
}

// readings says which versions understood which events: that of the link that added them, and those of later merges.
func (v *verifier) readings() []Reading {
	var out []Reading
	for _, s := range v.book.events {
		out = append(out, Reading{s.first, s.last, v.book.reading[s.link]})
	}
	for _, s := range v.book.rows {
		version := v.book.reading[s.link]
		if s.table != "revision" || version == audit.Reading {
			continue
		}
		_ = v.c.query(v.ctx, "SELECT event FROM revision WHERE number BETWEEN ? AND ?", func(r row) error { // what fails was found before
			out = append(out, Reading{r.num(0), r.num(0), version})
			return nil
		}, s.first, s.last)
	}
	return out
}

// conclude says where the damage begins and what is still sound.
func (v *verifier) conclude(rep *Report) {
	if v.first == "" {
		rep.Conclude()
		return
	}
	rep.First = v.first
	sound := v.firstLink - 1
	if sound < 1 {
		rep.Still = "nothing before it; what the checks do not name was not found damaged"
		return
	}
	at := bounds{}
	if n := min(sound, int64(len(v.book.bounds))); n > 0 {
		at = v.book.bounds[n-1]
	}
	var parts []string
	if at.events > 0 {
		text := fmt.Sprintf("events 1 to %d", at.events)
		if n, err := v.c.number(v.ctx, "SELECT count(DISTINCT event) FROM revision WHERE number > ? AND event <= ?", at.revisions, at.events); err == nil && n > 0 {
			text += fmt.Sprintf(" (but for %d whose values were merged later)", n)
		}
		parts = append(parts, text)
	}
	if at.blocks > 0 {
		parts = append(parts, fmt.Sprintf("raw blocks 1 to %d", at.blocks))
	}
	var sources []int64
	for n, s := range v.book.sources {
		if s.link <= sound {
			sources = append(sources, n)
		}
	}
	slices.SortFunc(sources, cmp.Compare)
	if n := len(sources); n > 0 && sources[n-1] == int64(n) {
		parts = append(parts, fmt.Sprintf("sources 1 to %d", n))
	} else if n > 0 {
		parts = append(parts, fmt.Sprintf("sources %s", strings.Trim(fmt.Sprint(sources), "[]")))
	}
	if len(parts) == 0 {
		parts = []string{"no event, raw block or source yet"}
	}
	rep.Still = fmt.Sprintf("what was written up to link %d of %d agrees with the chain: %s", sound, v.book.links, strings.Join(parts, ", "))
}
