package casefile

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"auditdesk/backend/audit"
	"auditdesk/backend/facet"
	"auditdesk/backend/ingest"
	"auditdesk/backend/store"
)

// SourceComparison is a source that was sent again, compared event by event with the one that it replaces. It is of all that
// both hold, whatever the scope, and says nothing of what neither does.
type SourceComparison struct {
	Old     int64          `json:"old"`
	OldPath string         `json:"old_path"`
	New     int64          `json:"new"`
	NewPath string         `json:"new_path"`
	Words   string         `json:"words"`   // "12 new, 3 missing, 1 differs"
	Added   ComparedEvents `json:"added"`   // only the new one holds a record of them
	Missing ComparedEvents `json:"missing"` // only the old one does
	Differ  ComparedEvents `json:"differ"`  // both do, and the records do not say the same
	Alike   int64          `json:"alike"`   // both do, and they do
	Notes   []string       `json:"notes"`   // what was not compared, and what can't show; sentences
}

// ComparedEvents are some events of a comparison, and the query that shows them.
type ComparedEvents struct {
	Count   int64  `json:"count"`
	InScope int64  `json:"in_scope"`        // of these, within the scope of the audit: what the query shows
	Query   string `json:"query,omitempty"` // "" where there are none
	Listed  int64  `json:"listed"`          // how many the query names: not all, where there are very many
}

// maxRefs is how many references a query lists.
const maxRefs = 200

// CompareSources compares a source with the one that it replaces. Both must be of one deployment.
func (c *Case) CompareSources(ctx context.Context, oldNumber, newNumber int64) (SourceComparison, error) {
	sources, err := c.store.Sources(ctx)
	if err != nil {
		return SourceComparison{}, fmt.Errorf("read the sources: %w", err)
	}
	before, err := numbered(sources, oldNumber)
	if err != nil {
		return SourceComparison{}, err
	}
	after, err := numbered(sources, newNumber)
	if err != nil {
		return SourceComparison{}, err
	}
	switch {
	case oldNumber == newNumber:
		return SourceComparison{}, audit.Errorf("name two sources", "source #%d can't be compared with itself", oldNumber)
	case before.Deployment != after.Deployment:
		return SourceComparison{}, audit.Errorf("compare two sources of one deployment", "#%d is of deployment %s and #%d of %s, and no event belongs to both", oldNumber, before.Deployment, newNumber, after.Deployment)
	}
	out := SourceComparison{Old: oldNumber, OldPath: before.Path, New: newNumber, NewPath: after.Path, Notes: []string{}}
	was, is := holder(sources, before), holder(sources, after)
	if was.SHA256 == is.SHA256 && was.SHA256 != "" { // what came by a pipe is read before its digest is known, and is no repeat
		out.Notes = append(out.Notes, "Both are the same bytes, with the SHA-256 "+was.SHA256+".")
	}
	x, err := c.comparing(ctx, was.Number, is.Number)
	if err != nil {
		return out, err
	}
	out.Added, out.Missing = x.only(is.Number, was.Number), x.only(was.Number, is.Number)
	if x.err != nil {
		return out, x.err
	}
	refs, asFound, err := c.unlike(ctx, x, was.Number, is.Number)
	if err != nil {
		return out, err
	}
	out.Differ = x.named(is.Number, refs)
	out.Alike = x.both.Total() - out.Differ.Count
	differ := "differ"
	if out.Differ.Count == 1 {
		differ = "differs"
	}
	out.Words = fmt.Sprintf("%s new, %s missing, %s %s", audit.Grouped(out.Added.Count), audit.Grouped(out.Missing.Count), audit.Grouped(out.Differ.Count), differ)
	was.Number, is.Number = oldNumber, newNumber // those that were asked for, also where another gave the records
	out.Notes = append(out.Notes, limits(&was, &is, asFound)...)
	return out, x.err
}

// holder is the source whose records are those of s: of a file that was read before, the one that gave them.
func holder(sources []audit.Source, s audit.Source) audit.Source {
	if s.State != audit.SourceRepeat {
		return s
	}
	for _, other := range sources {
		if other.State == audit.SourceWhole && other.SHA256 == s.SHA256 && other.Deployment == s.Deployment {
			return other
		}
	}
	return s
}

// comparing asks the column index about two sources, in the whole case and within the scope.
type comparing struct {
	ctx   context.Context //nolint:containedctx // of one comparison, which it does not outlive
	index *facet.Index
	scope facet.Filter
	all   *facet.Selection // within the scope
	both  *facet.Selection
	err   error // the first
}

func (c *Case) comparing(ctx context.Context, was, is int64) (*comparing, error) {
	x := &comparing{ctx: ctx}
	var err error
	if x.scope, err = c.scope(ctx); err != nil {
		return nil, err
	}
	if x.index, _, _, err = c.indexes(ctx); err != nil {
		return nil, err
	}
	if x.all, err = x.index.Select(ctx, x.scope); err != nil {
		return nil, err
	}
	x.both, err = x.index.Select(ctx, facet.Filter{Query: audit.Query{}.With(ofSource(was, false)), Scope: audit.Query{}.With(ofSource(is, false))})
	return x, err
}

func ofSource(number int64, exclude bool) audit.Term {
	return audit.Term{Field: audit.FieldSource, Exclude: exclude, Values: []audit.Value{{Op: audit.OpEqual, Text: fmt.Sprintf("#%d", number)}}}
}

// only counts the events of which one source holds a record and another does not.
func (x *comparing) only(one, other int64) ComparedEvents {
	q := audit.Query{Terms: []audit.Term{ofSource(one, false), ofSource(other, true)}}
	scoped := x.scope
	scoped.Query = q
	out := ComparedEvents{Count: x.count(facet.Filter{Query: q}), InScope: x.count(scoped)}
	if out.Listed = out.Count; out.Count > 0 {
		out.Query = q.String()
	}
	return out
}

func (x *comparing) count(f facet.Filter) int64 {
	sel, err := x.index.Select(x.ctx, f)
	if err != nil {
		if x.err == nil {
			x.err = err
		}
		return 0
	}
	return sel.Total()
}

// found is an event that a comparison came upon.
type found struct {
	number uint32
	ref    audit.Ref
}

// named shows events by their references.
func (x *comparing) named(source int64, events []found) ComparedEvents {
	out := ComparedEvents{Count: int64(len(events))}
	term := audit.Term{Field: audit.FieldRef}
	for _, e := range events {
		if _, in := x.all.Position(e.number, audit.Newest); in {
			out.InScope++
		}
		if len(term.Values) < maxRefs {
			term.Values = append(term.Values, audit.Value{Op: audit.OpEqual, Text: string(e.ref)})
		}
	}
	if out.Listed = int64(len(term.Values)); out.Listed > 0 {
		out.Query = audit.Query{Terms: []audit.Term{ofSource(source, false), term}}.String()
	}
	return out
}

// unlikeAtOnce is how many events' records are looked at together.
const unlikeAtOnce = 1000

// unlike finds the events of which both sources hold records that do not say the same. Only records that were not found to be
// alike when they were imported are read again; asFound counts the events of which some can't be.
func (c *Case) unlike(ctx context.Context, x *comparing, was, is int64) (unlike []found, asFound int64, err error) {
	if x.both.Total() == 0 || was == is {
		return nil, 0, nil
	}
	var candidates []found
	if err := c.store.Unlike(ctx, func(event uint32, ref60 uint64) error {
		if _, in := x.both.Position(event, audit.Newest); in {
			candidates = append(candidates, found{event, audit.RefOf(ref60)})
		}
		return nil
	}); err != nil {
		return nil, 0, err
	}
	again := ingest.NewRereader()
	for part := range slices.Chunk(candidates, unlikeAtOnce) {
		numbers := make([]uint32, len(part))
		for i, f := range part {
			numbers[i] = f.number
		}
		at := 0
		if err := c.store.Records(ctx, numbers, func(_ uint32, records []store.StoredRecord) error {
			differ, understood := again.Unlike(part[at].ref, records, was, is)
			if differ {
				unlike = append(unlike, part[at])
			}
			if !understood {
				asFound++
			}
			at++
			return ctx.Err()
		}); err != nil {
			return nil, 0, fmt.Errorf("compare the records of two sources: %w", err)
		}
	}
	return unlike, asFound, nil
}

// limits says what a comparison of two sources leaves out.
func limits(was, is *audit.Source, asFound int64) []string {
	var notes []string
	if strings.HasPrefix(was.Form, "v1") || strings.HasPrefix(is.Form, "v1") || was.Form == "mixed" || is.Form == "mixed" {
		notes = append(notes, "A record of Coder v1 has no id: where one was altered, the event mostly counts as one missing and one new.")
	}
	if was.Form != is.Form {
		notes = append(notes, "The two are of different forms, which hold different things of an event: only values that both hold were compared.")
	}
	for _, s := range []*audit.Source{was, is} {
		if s.State == audit.SourcePartial {
			notes = append(notes, fmt.Sprintf("#%d was read in part only: what was not read of it was not compared.", s.Number))
		}
	}
	if n := was.Unreadable + is.Unreadable; n > 0 {
		notes = append(notes, fmt.Sprintf("Unreadable records were not compared: #%d has %s, #%d %s.", was.Number, audit.Grouped(was.Unreadable), is.Number, audit.Grouped(is.Unreadable)))
	}
	if n := was.Duplicates + is.Duplicates; n > 0 {
		notes = append(notes, fmt.Sprintf("Several records of one event in a file count once: #%d has %s, #%d %s.", was.Number, audit.Counted(was.Duplicates, "duplicate", "duplicates"), is.Number, audit.Grouped(is.Duplicates)))
	}
	if asFound > 0 {
		notes = append(notes, fmt.Sprintf("Of %s events the records can't be understood again on their own; they were taken as they were found at the import.", audit.Grouped(asFound)))
	}
	return append(notes, "Values that are masked as secret are not compared.")
}
