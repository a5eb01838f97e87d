package complete

import (
	"fmt"
	"math"
	"sort"
	"time"

	"auditdesk/backend/audit"
)

// Hour is one hour with records: hours since 1970 in UTC, and the first and last event in it.
type Hour struct {
	Hour        int64
	First, Last audit.Time
	Events      int64
}

const (
	week = 168 // hours
	// leastWeeks is how many weeks it takes to know what is usual.
	leastWeeks = 3
	// chance is how often so long a silence may be expected in a log of this length, were the hours independent of each other.
	chance = 0.01
)

// silence is a stretch without any record that is longer than the usual rhythm.
type silence struct {
	from, to audit.Time // the last record before and the first one after
	hours    int64      // whole hours without a record
	usual    float64    // of these, how many usually have one
	score    float64    // -ln of how likely it was
}

// silences finds the stretches of whole hours without a record that the usual rhythm does not explain.
//
// For each hour of the week it counts in which share of the other weeks that hour has a record. The shares say how likely a
// stretch without records was, had each hour been drawn by itself; a stretch is reported where fewer than [chance] of its
// kind were to be expected in as many hours. So a deployment that rests at weekends has no stretch at weekends, and one
// that logs every hour has one when it says nothing for a good part of a day. What lies within a silence of more than a
// week is no part of what is usual.
func silences(hours []Hour) (found []silence, weeks float64) {
	var of, with [week]float64
	for i, h := range hours {
		of[slot(h.Hour)]++
		with[slot(h.Hour)]++
		if i > 0 && h.Hour-hours[i-1].Hour <= week+1 {
			for e := hours[i-1].Hour + 1; e < h.Hour; e++ {
				of[slot(e)]++
			}
		}
	}
	var sum float64
	for _, n := range of {
		sum += n
	}
	if weeks = sum / week; weeks < leastWeeks {
		return nil, weeks
	}
	most := math.Log(sum / chance)
	var usual, score [week]float64 // of an hour that lies in none of the counted weeks, and of one that does
	var usualOwn, scoreOwn [week]float64
	for s := range week {
		usual[s], score[s] = share(with[s], of[s])
		usualOwn[s], scoreOwn[s] = share(with[s], of[s]-1)
	}
	for i := 1; i < len(hours); i++ {
		before, after := hours[i-1], hours[i]
		n := after.Hour - before.Hour - 1
		if n < 1 {
			continue
		}
		out := silence{from: before.Last, to: after.First, hours: n}
		u, l := &usualOwn, &scoreOwn
		if n > week {
			u, l = &usual, &score
		}
		for e := before.Hour + 1; e < after.Hour; e++ {
			out.usual += u[slot(e)]
			out.score += l[slot(e)]
		}
		if out.score >= most {
			found = append(found, out)
		}
	}
	return found, weeks
}

// share is how often an hour has a record, never quite always, and -ln of how likely it is to have none.
func share(with, of float64) (p, score float64) {
	p = min(with, max(of, 0)) / (max(of, 0) + 1)
	return p, -math.Log1p(-p)
}

func slot(hour int64) int64 { return (hour%week + week) % week }

const rhythmMethod = "Every hour of the week (UTC) is compared with the same hour of the other weeks; a stretch of whole hours is named where fewer than one in a hundred such silences were to be expected in a log of this length."

const rhythmLimit = "A holiday, an outage and a lost file look alike, and a loss that leaves some record in every hour, or lies before the first record or after the last, can't be seen."

func rhythm(in Input, d *Deployment) audit.CompletenessTest {
	t := audit.CompletenessTest{Test: "rhythm", Title: "Stretches without any record, against the usual rhythm", Method: rhythmMethod, Limit: rhythmLimit}
	if len(d.Hours) == 0 {
		t.Verdict, t.Words = audit.Untestable, "No event of this deployment was received."
		return t
	}
	first, last := d.Hours[0], d.Hours[len(d.Hours)-1]
	var events int64
	for _, h := range d.Hours {
		events += h.Events
	}
	t.Looked = fmt.Sprintf("%s in %s of %s hours, %s to %s %s", audit.Counted(events, "event", "events"), audit.Grouped(int64(len(d.Hours))), audit.Grouped(last.Hour-first.Hour+1),
		in.stamp(first.First), in.stamp(last.Last), in.zone())
	found, weeks := silences(d.Hours)
	if weeks < leastWeeks {
		t.Verdict = audit.Untestable
		t.Words = fmt.Sprintf("The records span %.1f weeks; it takes %d to know what is usual.", weeks, leastWeeks)
		return t
	}
	days := 0
	for _, g := range in.Gaps {
		if g.Deployment == d.Name {
			days++
		}
	}
	if len(found) == 0 {
		t.Verdict, t.Words = audit.Agrees, "No stretch without records is longer than the usual rhythm explains"+wholeDays(days, 0)+"."
		return t
	}
	covered := 0
	for _, g := range in.Gaps {
		for _, s := range found {
			if g.Deployment == d.Name && s.from < g.From && g.To <= s.to {
				covered++
				break
			}
		}
	}
	t.Verdict = audit.Differs
	if len(found) == 1 {
		t.Words = "One stretch without records is longer than the usual rhythm explains" + wholeDays(days, covered) + "."
	} else {
		t.Words = fmt.Sprintf("%s stretches without records are longer than the usual rhythm explains%s.", audit.Grouped(int64(len(found))), wholeDays(days, covered))
	}
	if len(found) > mostFindings { // the least likely ones are listed
		sort.SliceStable(found, func(i, j int) bool { return found[i].score > found[j].score })
		listed := found[:mostFindings]
		sort.Slice(listed, func(i, j int) bool { return listed[i].from < listed[j].from })
	}
	for _, s := range found {
		t.Findings = append(t.Findings, audit.Finding{
			Words: fmt.Sprintf("no record from %s to %s %s (%s); usually %s of these %s have one", in.stamp(s.from), in.stamp(s.to), in.zone(), long(since(s.from, s.to)),
				audit.Grouped(int64(math.Round(s.usual))), audit.Counted(s.hours, "hour", "hours")),
			Query: query(append([]audit.Term{is(audit.FieldDeployment, d.Name)}, between(later(s.from, -time.Hour), later(s.to, time.Hour))...)...),
		})
	}
	return t
}

// wholeDays relates the stretches of whole days without records, which the timeline hatches and derived values count.
func wholeDays(days, covered int) string {
	switch {
	case days == 0:
		return ""
	case covered == days && days == 1:
		return "; the stretch of whole days without records lies in it"
	case covered == days:
		return fmt.Sprintf("; the %d stretches of whole days without records lie in them", days)
	case covered == 0 && days == 1:
		return "; a stretch of whole days without records is usual here"
	case covered == 0:
		return fmt.Sprintf("; the %d stretches of whole days without records are usual here", days)
	default:
		return fmt.Sprintf("; of the %d stretches of whole days without records %d lie in them, the others are usual here", days, covered)
	}
}
