// Package complete tests what the records received can and cannot show about their completeness: each test is a function from
// plain data to a verdict with its reason. It must not know where the data lies (SQLite, the column index) nor who asks.
package complete

import (
	"strings"
	"time"

	"auditdesk/backend/audit"
)

// Input is what the tests look at.
type Input struct {
	Sources     []audit.Source
	Gaps        []audit.Gap // whole UTC days without any record
	Days        []audit.FormDay
	Events      int64 // that the case holds
	Deployments []Deployment
	Zone        *time.Location // of the times in sentences; nil is UTC
}

// Deployment is the events of one deployment, as [Collect] and whoever reads builds give them.
type Deployment struct {
	Name      string
	Hours     []Hour
	Classes   []audit.ClassSpan
	Versions  map[audit.Version]int64
	Synthetic int64
	Builds    Builds
	Overlaps  []Overlap
	Skipped   int // pairs of overlapping sources beyond those in Overlaps
}

// mostFindings is how many findings of a test are listed; the others are counted.
const mostFindings = 50

// Tests runs every test: of the three reconciliations, then of each deployment's records.
func Tests(in Input) []audit.CompletenessTest {
	out := []audit.CompletenessTest{stated(in), account(in), digests(in), workbook()}
	for i := range in.Deployments {
		d := &in.Deployments[i]
		for _, test := range []func(Input, *Deployment) audit.CompletenessTest{rhythm, days, classes, builds, connections, synthetic, overlaps} {
			t := test(in, d)
			t.Step, t.Deployment = audit.StepWithinRecords, d.Name
			out = append(out, t)
		}
	}
	for i := range out {
		t := &out[i]
		if t.Findings == nil {
			t.Findings = []audit.Finding{}
		}
		if n := len(t.Findings); n > mostFindings {
			t.Findings, t.Further = t.Findings[:mostFindings], int64(n-mostFindings)
		}
	}
	return out
}

// stamp says an instant to the minute, in the zone.
func (in *Input) stamp(t audit.Time) string {
	zone := in.Zone
	if zone == nil {
		zone = time.UTC
	}
	return t.Std().In(zone).Format("2006-01-02 15:04")
}

// zone names the zone, for the end of a sentence with times in it.
func (in *Input) zone() string {
	if in.Zone == nil {
		return "UTC"
	}
	return in.Zone.String()
}

// query writes terms as text. Values are quoted where they need to be.
func query(terms ...audit.Term) string { return audit.Query{Terms: terms}.String() }

func is(f audit.Field, values ...string) audit.Term {
	t := audit.Term{Field: f}
	for _, v := range values {
		t.Values = append(t.Values, audit.Value{Op: audit.OpEqual, Text: v})
	}
	return t
}

func isNot(f audit.Field, values ...string) audit.Term {
	t := is(f, values...)
	t.Exclude = true
	return t
}

// between holds from an instant (inclusive) to another (exclusive).
func between(from, to audit.Time) []audit.Term {
	return []audit.Term{is(audit.FieldAfter, from.String()), is(audit.FieldBefore, to.String())}
}

// later is t moved by d, within what a time can be.
func later(t audit.Time, d time.Duration) audit.Time {
	sum := t + audit.Time(d)
	switch {
	case d > 0 && (sum < t || sum > audit.MaxTime):
		return audit.MaxTime
	case d < 0 && (sum > t || sum < audit.MinTime):
		return audit.MinTime
	default:
		return sum
	}
}

// since is the time from a to b, which may be longer than a Duration holds; then it is the longest one.
func since(a, b audit.Time) time.Duration {
	if d := b - a; d >= 0 {
		return time.Duration(d)
	}
	return 1<<63 - 1
}

// long says a duration in its two largest units: "3 d 7 h", "9 h 5 min".
func long(d time.Duration) string {
	days, hours, minutes := int64(d/(24*time.Hour)), int64(d/time.Hour)%24, int64(d/time.Minute)%60
	var parts []string
	for _, p := range []struct {
		n    int64
		unit string
	}{{days, "d"}, {hours, "h"}, {minutes, "min"}} {
		if p.n > 0 && len(parts) < 2 {
			parts = append(parts, audit.Grouped(p.n)+" "+p.unit)
		}
	}
	if len(parts) == 0 {
		return "under a minute"
	}
	return strings.Join(parts, " ")
}
