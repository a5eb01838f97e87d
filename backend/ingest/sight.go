package ingest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/decode"
	"auditdesk/backend/diff"
)

// sight gathers what a preview sees of a file, or of all members of an archive.
type sight struct {
	path string
	opt  *PreviewOptions

	read  int64
	cut   bool // there is more that was not looked at
	shape decode.ShapeOf
	forms map[audit.Form]int64

	lines, records, other, unreadable int64

	first, last *audit.Time
	events      []audit.Event
	occurs      map[repeat]uint32
	patterns    map[string]int
	others      []audit.OtherLines
	reasons     map[string]int64
	failures    []audit.Unreadable
	orgs        map[string]struct{}

	inside string // of the first record
	head   []byte // of its table

	highest, lowest audit.Time
	behind, before  int64 // records that are much earlier than one before them, or much later
	composed        bool  // it is of several files, which are in no order among each other
	disordered      int64 // of these, together

	future, synthetic, outside int64
}

func newSight(path string, opt *PreviewOptions) *sight {
	return &sight{path: path, opt: opt, forms: map[audit.Form]int64{}, occurs: map[repeat]uint32{}, patterns: map[string]int{}, reasons: map[string]int64{}, orgs: map[string]struct{}{}}
}

// add takes in an item of a piece of a file; begins says that it is the first of the piece.
func (s *sight) add(path string, it *decode.Item, p *decode.Piece, begins bool) {
	if begins {
		s.lines += p.Lines
		if it.Kind == decode.Other {
			s.other += p.Lines
		}
	}
	switch it.Kind {
	case decode.Other:
		s.line(path, it, p)
	case decode.Unreadable:
		s.fail(audit.Unreadable{Path: path, Line: p.Line, Offset: p.Offset, Reason: it.Note, Excerpt: it.Excerpt})
	default:
		s.record(path, it, p)
	}
}

func (s *sight) line(path string, it *decode.Item, p *decode.Piece) {
	i, ok := s.patterns[it.Note]
	if !ok {
		if len(s.others) >= previewPatterns {
			return // counted among the lines
		}
		i = len(s.others)
		s.patterns[strings.Clone(it.Note)] = i
		s.others = append(s.others, audit.OtherLines{Path: path, Pattern: strings.Clone(it.Note), Line: p.Line, Example: strings.Clone(it.Excerpt)})
	}
	s.others[i].Count += p.Lines
}

func (s *sight) fail(u audit.Unreadable) {
	s.records++
	s.unreadable++
	class := audit.ReasonClass(u.Reason)
	if _, ok := s.reasons[class]; ok || len(s.reasons) < previewPatterns {
		s.reasons[strings.Clone(class)]++
	}
	if len(s.failures) < previewUnreadable {
		s.failures = append(s.failures, u)
	}
}

func (s *sight) record(path string, it *decode.Item, p *decode.Piece) {
	e := &it.Event
	if len(s.forms) == 0 {
		s.inside, s.head = p.Inside, slices.Clone(p.Head)
	}
	s.records++
	s.forms[e.Form]++
	s.shape.Add(it, p.Inside)
	if !s.composed {
		s.order(e.Time)
	}
	s.seen(e.Time)
	if e.OrganizationID != "" && len(s.orgs) < previewPatterns {
		s.orgs[strings.Clone(e.OrganizationID)] = struct{}{}
	}
	if e.Synthetic {
		s.synthetic++
	}
	// A clock may be a little ahead.
	if e.Time.Std().After(s.opt.Now().Add(5 * time.Minute)) {
		s.future++
	}
	if !s.opt.Period.Holds(e.Time) {
		s.outside++
	}
	if len(s.events) < previewEvents {
		s.event(path, it, p)
	}
}

func (s *sight) event(path string, it *decode.Item, p *decode.Piece) {
	e := it.Event
	occurrence := uint32(1)
	if !it.ByID {
		rep := repeat{[16]byte(it.Base[:16]), uint8(formIndex(e.Form))}
		s.occurs[rep]++
		occurrence = s.occurs[rep]
	}
	e.Ref = audit.Identity(it.Base, occurrence).Ref()
	e.Changes = slices.Clone(e.Changes)
	diff.Describe(&e)
	e.Sources = []audit.Position{{Path: path, Line: p.Line, Offset: p.Offset, Form: e.Form}}
	s.events = append(s.events, e)
}

func (s *sight) seen(t audit.Time) {
	if s.first == nil {
		a, b := t, t
		s.first, s.last = &a, &b
	}
	*s.first, *s.last = min(*s.first, t), max(*s.last, t)
}

// muchEarlier is by how much a record is out of order that is worth saying: those of one moment are often written out of turn.
const muchEarlier = audit.Time(time.Minute)

func (s *sight) order(t audit.Time) {
	if s.first == nil {
		s.highest, s.lowest = t, t
		return
	}
	if t < s.highest-muchEarlier {
		s.behind++
	}
	if t > s.lowest+muchEarlier {
		s.before++
	}
	s.highest, s.lowest = max(s.highest, t), min(s.lowest, t)
}

// disorder is how many records are out of order, whether the oldest or the newest comes first.
func (s *sight) disorder() int64 {
	if s.composed {
		return s.disordered
	}
	return min(s.behind, s.before)
}

func (s *sight) form() string {
	if len(s.forms) > 1 {
		return "mixed"
	}
	for f := range s.forms {
		return string(f)
	}
	return ""
}

func (s *sight) preview() Preview {
	p := Preview{
		Path: s.path, Read: s.read, Whole: !s.cut, Form: s.form(), Shape: s.shape.String(), Lines: s.lines, Records: s.records, Other: s.other, Unreadable: s.unreadable,
		First: s.first, Last: s.last, Events: nonNil(s.events), OtherLines: nonNil(s.others), Failures: nonNil(s.failures), Reasons: []audit.ReasonCount{}, Warnings: []Warning{},
		Organizations: s.orgs,
	}
	for r, n := range s.reasons {
		p.Reasons = append(p.Reasons, audit.ReasonCount{Reason: r, Count: n})
	}
	slices.SortFunc(p.Reasons, func(a, b audit.ReasonCount) int {
		if a.Count != b.Count {
			return int(b.Count - a.Count)
		}
		return strings.Compare(a.Reason, b.Reason)
	})
	slices.SortStableFunc(p.OtherLines, func(a, b audit.OtherLines) int { return int(b.Count - a.Count) })
	return p
}

func nonNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// warnings says what is odd about what was seen. whole says whether that was all of it.
func (s *sight) warnings(whole bool) []Warning {
	out := []Warning{}
	warn := func(code, format string, args ...any) { out = append(out, Warning{code, fmt.Sprintf(format, args...)}) }
	understood := s.records - s.unreadable
	seen := "in it"
	if !whole {
		seen = "in what was looked at"
	}
	of := func(n int64) string {
		return fmt.Sprintf("%s of %s", audit.Grouped(n), audit.Counted(understood, "record", "records"))
	}
	if understood == 0 {
		warn("nothing", "no audit record was found %s", seen)
	}
	if s.unreadable > 0 {
		warn("unreadable", "%s %s could not be understood", audit.Counted(s.unreadable, "record", "records"), seen)
	}
	if len(s.forms) > 1 {
		names := make([]string, 0, len(s.forms))
		for f := range s.forms {
			names = append(names, fmt.Sprintf("%s %s", audit.Grouped(s.forms[f]), f))
		}
		slices.Sort(names)
		warn("mixed", "records of several forms stand %s: %s", seen, strings.Join(names, ", "))
	}
	if n := s.disorder(); n > 0 {
		warn("order", "%s stand out of the order of time, by more than a minute", of(n))
	}
	if s.future > 0 {
		warn("future", "%s bear a time in the future", of(s.future))
	}
	if s.outside > 0 {
		warn("period", "%s lie outside the period under audit", of(s.outside))
	}
	if s.synthetic > 0 {
		warn("synthetic", "%s look like rows made by Coder's test generator", of(s.synthetic))
	}
	return out
}
