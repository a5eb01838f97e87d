package settings

import (
	"cmp"
	"slices"
	"time"

	"auditdesk/backend/audit"
)

// Span is a stretch of time, both ends included.
type Span struct{ From, To audit.Time }

// Missing returns the stretches of asked that no record covers, in order: what lies before, after or between the covers, and the gaps.
//
// A cover is a source, from its first to its last record. Between two that follow one another nothing is missing unless a whole UTC day
// lies there: logs are cut at midnight or anywhere else, and the next file's first record is never that of the very next instant. That
// a deployment wrote nothing meanwhile, no log shows, within a source as little as between two.
func Missing(asked Span, covers, gaps []Span) []Span {
	var out []Span
	add := func(from, to audit.Time) {
		if from, to = max(from, asked.From), min(to, asked.To); from <= to {
			out = append(out, Span{from, to})
		}
	}
	sorted := slices.SortedFunc(slices.Values(covers), func(a, b Span) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	if len(sorted) == 0 {
		return []Span{asked}
	}
	if sorted[0].From > audit.MinTime {
		add(audit.MinTime, sorted[0].From-1)
	}
	end := sorted[0].To
	for _, s := range sorted[1:] {
		if s.From > end && wholeDay(end, s.From) {
			add(end+1, s.From-1)
		}
		end = max(end, s.To)
	}
	if end < audit.MaxTime {
		add(end+1, audit.MaxTime)
	}
	for _, g := range gaps {
		add(g.From, g.To)
	}
	return joined(out)
}

// wholeDay reports whether a UTC day lies wholly between two instants.
func wholeDay(a, b audit.Time) bool {
	const day = 24 * time.Hour
	next := a.Std().Truncate(day).Add(day)
	return !next.Add(day).After(b.Std())
}

// joined puts stretches in order, and those that touch into one.
func joined(list []Span) []Span {
	slices.SortFunc(list, func(a, b Span) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	var out []Span
	for _, s := range list {
		if n := len(out); n > 0 && (s.From <= out[n-1].To || s.From == out[n-1].To+1) {
			out[n-1].To = max(out[n-1].To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out
}
