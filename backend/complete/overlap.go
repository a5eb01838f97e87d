package complete

import (
	"fmt"
	"math/bits"
	"path"
	"slices"
	"sort"
	"strings"

	"auditdesk/backend/audit"
)

// MostOverlaps is how many pairs of sources of one deployment are compared, the longest overlaps first.
const MostOverlaps = 20

// Overlap is two sources of a deployment whose periods overlap, and how many events of the common period each holds.
type Overlap struct {
	A, B               audit.Source
	From, To           audit.Time // From is inclusive, To exclusive
	Both, OnlyA, OnlyB int64
}

// Pairs finds the sources of a deployment that cover a common time and may hold the same events: the same version and log.
// skipped is how many pairs there are beyond [MostOverlaps].
func Pairs(sources []audit.Source, deployment string) (pairs []Overlap, skipped int) {
	var own []audit.Source
	for _, s := range sources {
		if s.Deployment == deployment && s.First != nil && s.Last != nil && s.State != audit.SourceRepeat {
			own = append(own, s)
		}
	}
	for i := range own {
		for j := i + 1; j < len(own); j++ {
			a, b := own[i], own[j]
			from, to := max(*a.First, *b.First), min(*a.Last, *b.Last)
			if from > to || !alike(a.Form, b.Form) {
				continue
			}
			// Two records of an event agree to the microsecond; the event has the time of one of them.
			pairs = append(pairs, Overlap{A: a, B: b, From: audit.Time(from.Micro() * 1000), To: later(audit.Time(to.Micro()*1000), 1000)})
		}
		if len(pairs) > 64*MostOverlaps { // thousands of files of one minute each: keep the longest
			pairs, skipped = longest(pairs, skipped)
		}
	}
	return longest(pairs, skipped)
}

func longest(pairs []Overlap, skipped int) ([]Overlap, int) {
	sort.SliceStable(pairs, func(i, j int) bool { return since(pairs[i].From, pairs[i].To) > since(pairs[j].From, pairs[j].To) })
	if n := len(pairs); n > MostOverlaps {
		return pairs[:MostOverlaps:MostOverlaps], skipped + n - MostOverlaps
	}
	return pairs, skipped
}

// alike reports whether two forms may hold records of the same events.
func alike(a, b string) bool {
	kind := func(form string) string {
		version, rest, ok := strings.Cut(form, "-")
		if !ok {
			return ""
		}
		return version + fmt.Sprint(rest == "connection")
	}
	ka, kb := kind(a), kind(b)
	return ka == "" || kb == "" || ka == kb
}

// Held says which sources hold a record of which events, by the event's place in time order.
type Held struct {
	rows int
	of   map[int64][]uint64
}

// NewHeld makes room for the sources of the pairs.
func NewHeld(rows int, pairs []Overlap) *Held {
	h := &Held{rows: rows, of: map[int64][]uint64{}}
	for _, p := range pairs {
		for _, s := range []int64{p.A.Number, p.B.Number} {
			if h.of[s] == nil {
				h.of[s] = make([]uint64, (rows+63)/64)
			}
		}
	}
	return h
}

// Note notes that a source holds a record of the event at a place. Sources of no pair are passed over.
func (h *Held) Note(source int64, place int) {
	if set := h.of[source]; set != nil && place >= 0 && place < h.rows {
		set[place>>6] |= 1 << (place & 63)
	}
}

// Count counts the events of a pair from one place to another, exclusive.
func (h *Held) Count(p *Overlap, from, to int) {
	a, b := h.of[p.A.Number], h.of[p.B.Number]
	p.Both, p.OnlyA, p.OnlyB = 0, 0, 0
	for w := from >> 6; w < len(a) && w<<6 < to; w++ {
		mask := ^uint64(0)
		if low := from - w<<6; low > 0 {
			mask <<= low
		}
		if high := to - w<<6; high < 64 {
			mask &= 1<<high - 1
		}
		p.Both += int64(bits.OnesCount64(a[w] & b[w] & mask))
		p.OnlyA += int64(bits.OnesCount64(a[w] &^ b[w] & mask))
		p.OnlyB += int64(bits.OnesCount64(b[w] &^ a[w] & mask))
	}
}

const overlapLimit = "Two records of one event show that neither export lost it; they are not independent proof that it happened. What neither source has can't be seen, and two sources that were exported by different filters differ without a loss."

func overlaps(in Input, d *Deployment) audit.CompletenessTest {
	t := audit.CompletenessTest{Test: "overlaps", Title: "Records that only one of two sources has", Limit: overlapLimit,
		Method: fmt.Sprintf("Sources of the same version and log are compared over the time that both cover, at most %d pairs, the longest times first.", MostOverlaps)}
	if len(d.Overlaps) == 0 {
		t.Verdict, t.Words = audit.Untestable, "No two sources of the same version and log cover a common time, so there is nothing to compare."
		return t
	}
	t.Looked = fmt.Sprintf("%s of sources with a common time", audit.Counted(int64(len(d.Overlaps)), "pair", "pairs"))
	if d.Skipped > 0 {
		t.Looked += fmt.Sprintf("; the %s with shorter common times are not compared", audit.Counted(int64(d.Skipped), "pair", "pairs"))
	}
	var differ, apart int64
	for i := range d.Overlaps {
		p := &d.Overlaps[i]
		a, b := nameOf(in.Sources, &p.A), nameOf(in.Sources, &p.B)
		when := fmt.Sprintf("%s to %s %s", in.stamp(p.From), in.stamp(p.To), in.zone())
		switch {
		case p.Both == 0 && p.OnlyA+p.OnlyB > 0:
			apart++
			t.Findings = append(t.Findings, audit.Finding{Words: fmt.Sprintf("%s and %s share no event, %s: they seem to hold different parts of the log", a, b, when), Aside: true})
			continue
		case p.OnlyA == 0 && p.OnlyB == 0:
			t.Findings = append(t.Findings, audit.Finding{Words: fmt.Sprintf("%s and %s hold the same %s, %s", a, b, audit.Counted(p.Both, "event", "events"), when), Aside: true})
			continue
		}
		differ++
		for _, side := range []struct {
			n         int64
			has, not  *audit.Source
			name, but string
		}{{p.OnlyA, &p.A, &p.B, a, b}, {p.OnlyB, &p.B, &p.A, b, a}} {
			if side.n == 0 {
				continue
			}
			f := audit.Finding{Words: fmt.Sprintf("%s in %s and not in %s, which share %s, %s", audit.Counted(side.n, "event is", "events are"), side.name, side.but, audit.Grouped(p.Both), when)}
			f.Query = query(append([]audit.Term{is(audit.FieldDeployment, d.Name), is(audit.FieldSource, address(in.Sources, side.has)),
				isNot(audit.FieldSource, address(in.Sources, side.not))}, between(p.From, p.To)...)...)
			t.Findings = append(t.Findings, f)
		}
	}
	sort.SliceStable(t.Findings, func(i, j int) bool { return !t.Findings[i].Aside && t.Findings[j].Aside })
	switch {
	case differ > 0:
		t.Verdict = audit.Differs
		t.Words = fmt.Sprintf("In %s of %s one source has events of the common time that the other does not have.", audit.Grouped(differ), audit.Counted(int64(len(d.Overlaps)), "pair", "pairs"))
	case apart == int64(len(d.Overlaps)):
		t.Verdict, t.Words = audit.Untestable, "The sources that cover a common time share no event: they seem to hold different parts of the log, so neither can be compared with the other."
	default:
		t.Verdict, t.Words = audit.Agrees, "The sources that share events of a common time hold the same events of it."
	}
	return t
}

// nameOf is a source's base name, or its path where another source has the same.
func nameOf(sources []audit.Source, s *audit.Source) string {
	name := base(s.Path)
	for i := range sources {
		if o := &sources[i]; o.Path != s.Path && base(o.Path) == name {
			return s.Path
		}
	}
	return name
}

func base(p string) string { return path.Base(strings.ReplaceAll(p, `\`, "/")) }

// address is the value of source: that means just this source: its path, or its number where another source goes by that, too.
func address(sources []audit.Source, s *audit.Source) string {
	want := audit.Value{Op: audit.OpEqual, Text: s.Path}
	for i := range sources {
		o := &sources[i]
		if o.Number != s.Number && o.State != audit.SourceRepeat && slices.ContainsFunc(audit.SourceNames(o.Number, o.Path), want.Match) {
			return audit.SourceName(s.Number)
		}
	}
	return s.Path
}
