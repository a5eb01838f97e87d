package complete

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"auditdesk/backend/audit"
)

// class is a group of actions that Coder may keep for another time than the rest.
type class struct {
	name    string
	actions []string
}

const (
	connectionClass = "connections"
	otherClass      = "other actions"
)

// classList is in the order in which classes are shown. An action that no class names is one of the others.
func classList() []class {
	return []class{
		{"sign-ins", []string{"login", "logout", "register", "request_password_reset"}},
		{"workspace builds", []string{"start", "stop", "auto_start", "auto_off", "enqueue"}},
		{connectionClass, []string{"connect", "disconnect", "open", "close", "ssh"}},
	}
}

func classOf(log audit.Log, action string) string {
	if log == audit.ConnectionLog {
		return connectionClass
	}
	for _, c := range classList() {
		if slices.Contains(c.actions, audit.FoldASCII(action)) {
			return c.name
		}
	}
	return otherClass
}

func classQuery(c *audit.ClassSpan) string {
	terms := []audit.Term{is(audit.FieldDeployment, c.Deployment), is(audit.FieldVersion, string(c.Version)), is(audit.FieldLog, string(c.Log))}
	if c.Log == audit.ConnectionLog {
		return query(terms...)
	}
	var named []string
	for _, k := range classList() {
		if k.name == c.Class {
			return query(append(terms, is(audit.FieldAction, k.actions...))...)
		}
		named = append(named, k.actions...)
	}
	return query(append(terms, isNot(audit.FieldAction, named...))...)
}

// before orders classes: by version, audit log first, then as they are listed.
func before(a, b *audit.ClassSpan) bool {
	if a.Version != b.Version {
		return a.Version < b.Version
	}
	if a.Log != b.Log {
		return a.Log < b.Log // "audit" < "connection"
	}
	place := func(name string) int {
		return slices.IndexFunc(classList(), func(c class) bool { return c.name == name })
	}
	pa, pb := place(a.Class), place(b.Class)
	if pa < 0 || pb < 0 {
		return pa >= 0
	}
	return pa < pb
}

// label is how a class reads: "connections of the v2 audit log".
func label(c *audit.ClassSpan) string {
	return fmt.Sprintf("%s of the %s %s log", c.Class, c.Version, c.Log)
}

const (
	// leastOfClass is how many events it takes to know how often a class occurs.
	leastOfClass = 20
	// lateDays and lateTimes bound what is noticeably later: both the days and that many times the usual interval.
	lateDays  = 7 * 24 * time.Hour
	lateTimes = 20
)

// slack is how long a class may be silent at an end before that is noticeable.
func slack(c *audit.ClassSpan) time.Duration {
	if c.Events < 2 {
		return lateDays
	}
	every := float64(since(c.First, c.Last)) / float64(c.Events-1)
	return max(lateDays, time.Duration(min(every*lateTimes, 1<<62)))
}

const classesLimit = "Coder deletes audit records, connections in the audit log and the connection log after times of their own, so the first event of one class says nothing about another. " +
	"A class that begins late may have been deleted before the export, left out by a filter, or not used before."

func classes(in Input, d *Deployment) audit.CompletenessTest {
	t := audit.CompletenessTest{Test: "classes", Title: "Earliest event of each class", Limit: classesLimit,
		Method: fmt.Sprintf("Noticeably later is more than 7 days, and more than %d times the usual interval between two events of the class, after the first record of the version. A class of fewer than %d events is listed, not compared.", lateTimes, leastOfClass)}
	if len(d.Classes) > 0 {
		t.Looked = audit.Counted(int64(len(d.Classes)), "class of events", "classes of events")
	}
	compared := 0
	late := 0
	for _, version := range []audit.Version{audit.V1, audit.V2} {
		var of []*audit.ClassSpan
		var origin audit.Time
		for i := range d.Classes {
			c := &d.Classes[i]
			if c.Version != version {
				continue
			}
			if len(of) == 0 || c.First < origin {
				origin = c.First
			}
			of = append(of, c)
		}
		if len(of) < 2 {
			continue
		}
		for _, c := range of {
			words := fmt.Sprintf("%s: %s, from %s to %s %s", label(c), audit.Counted(c.Events, "event", "events"), in.stamp(c.First), in.stamp(c.Last), in.zone())
			f := audit.Finding{Words: words, Query: c.Query, Aside: true}
			if c.Events >= leastOfClass {
				compared++
				if delay := since(origin, c.First); delay > slack(c) {
					late++
					f.Aside = false
					f.Words += fmt.Sprintf("; begins %s after the first %s record", long(delay), version)
				}
			}
			t.Findings = append(t.Findings, f)
		}
	}
	switch {
	case compared < 2 && late == 0:
		t.Verdict = audit.Untestable
		t.Words = fmt.Sprintf("It takes two classes of one version with at least %d events each to compare where they begin.", leastOfClass)
	case late == 0:
		t.Verdict = audit.Agrees
		t.Words = "No class with enough events to tell begins noticeably later than the first record of its version."
	default:
		t.Verdict = audit.Differs
		t.Words = audit.Counted(int64(late), "class begins", "classes begin") + " noticeably later than the first record of the version."
	}
	slices.SortStableFunc(t.Findings, func(a, b audit.Finding) int { return boolInt(a.Aside) - boolInt(b.Aside) })
	return t
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

const connectionsLimit = "Newer versions of Coder v2 write connect, disconnect, open and close to the connection log instead, and delete those of the audit log after a time of its own. " +
	"Neither log shows a connection that bypassed Coder."

// connections says where connection events leave the audit log of v2, and whether the connection log goes on.
func connections(in Input, d *Deployment) audit.CompletenessTest {
	t := audit.CompletenessTest{Test: "connections", Title: "Where connections leave the audit log", Limit: connectionsLimit}
	var all, inAudit, inLog *audit.ClassSpan
	for i := range d.Classes {
		c := &d.Classes[i]
		if c.Version != audit.V2 {
			continue
		}
		switch {
		case c.Log == audit.ConnectionLog:
			inLog = c
			continue
		case c.Class == connectionClass:
			inAudit = c
		}
		if all == nil {
			sum := *c
			all = &sum
			continue
		}
		all.First, all.Last, all.Events = min(all.First, c.First), max(all.Last, c.Last), all.Events+c.Events
	}
	none := func(words string) audit.CompletenessTest {
		t.Verdict, t.Words = audit.Untestable, words
		return t
	}
	if all == nil && inLog == nil {
		return none("No record of Coder v2 was received; v1 keeps no connection log.")
	}
	var looked []string
	for _, l := range []struct {
		c    *audit.ClassSpan
		what string
	}{{all, "of the v2 audit log"}, {inAudit, "connections in it"}, {inLog, "of the connection log"}} {
		if l.c != nil {
			looked = append(looked, fmt.Sprintf("%s %s", audit.Grouped(l.c.Events), l.what))
		}
	}
	t.Looked = strings.Join(looked, ", ")
	if all == nil {
		return none("No v2 audit log is among the sources; the connection log alone can't show where the one begins and the other ends.")
	}
	audits := []audit.Term{is(audit.FieldDeployment, d.Name), is(audit.FieldVersion, string(audit.V2))}
	open := func(words string, from, to audit.Time) {
		terms := slices.Clone(audits)
		t.Findings = append(t.Findings, audit.Finding{Words: words, Query: query(append(terms, between(from, later(to, time.Nanosecond))...)...)})
	}
	// from is when the audit log stops to show connections.
	from := all.First
	if inAudit != nil {
		if since(inAudit.Last, all.Last) <= slack(inAudit) {
			t.Verdict = audit.Agrees
			t.Words = fmt.Sprintf("Connections are in the audit log up to its end: the last one at %s %s.", in.stamp(inAudit.Last), in.zone())
			t.Findings = append(t.Findings, audit.Finding{Words: label(inAudit), Query: inAudit.Query, Aside: true})
			return t
		}
		from = inAudit.Last
	}
	where := fmt.Sprintf("From %s %s on the audit log holds no connection", in.stamp(from), in.zone())
	if inAudit == nil {
		where = "The v2 audit log holds no connection"
	}
	switch {
	case inLog == nil:
		if inAudit != nil {
			open(fmt.Sprintf("%s to %s %s: records without any connection", in.stamp(from), in.stamp(all.Last), in.zone()), from, all.Last)
			t.Findings[0].Aside = true
		}
		return none(where + ", and no connection log is among the sources: what came after can't be told.")
	case since(from, inLog.First) > slack(inLog) && inLog.First > from:
		t.Verdict = audit.Differs
		t.Words = fmt.Sprintf("%s, and the connection log begins at %s only.", where, in.stamp(inLog.First))
		open(fmt.Sprintf("%s to %s %s: connections are in neither log", in.stamp(from), in.stamp(inLog.First), in.zone()), from, inLog.First)
	case inLog.Last < all.Last && since(inLog.Last, all.Last) > slack(inLog):
		t.Verdict = audit.Differs
		t.Words = fmt.Sprintf("%s, and the connection log ends at %s, before the audit log does.", where, in.stamp(inLog.Last))
		open(fmt.Sprintf("%s to %s %s: connections are in neither log", in.stamp(inLog.Last), in.stamp(all.Last), in.zone()), inLog.Last, all.Last)
	default:
		t.Verdict = audit.Agrees
		t.Words = fmt.Sprintf("%s; the connection log covers the time from %s to %s.", where, in.stamp(inLog.First), in.stamp(inLog.Last))
		t.Findings = append(t.Findings, audit.Finding{Words: label(inLog), Query: inLog.Query, Aside: true})
	}
	return t
}

func synthetic(_ Input, d *Deployment) audit.CompletenessTest {
	t := audit.CompletenessTest{Test: "synthetic", Title: "Rows that look synthetic",
		Method: "An owner of Coder v2 can insert a row with POST /audit/testgenerate. It is known by its marks: the diff foo: bar → baz, no request id, status 200.",
		Limit:  "A row that was made otherwise is not found."}
	n := d.Versions[audit.V2]
	if n == 0 {
		t.Verdict, t.Words = audit.Untestable, "Only Coder v2 has the endpoint that inserts rows; no record of v2 was received."
		return t
	}
	t.Looked = audit.Counted(n, "event of Coder v2", "events of Coder v2")
	if d.Synthetic == 0 {
		t.Verdict, t.Words = audit.Agrees, "No row has the marks of one that testgenerate inserts."
		return t
	}
	t.Verdict = audit.Differs
	t.Words = audit.Counted(d.Synthetic, "row has", "rows have") + " the marks of one that testgenerate inserts."
	t.Findings = []audit.Finding{{Words: audit.Counted(d.Synthetic, "row", "rows") + " that look synthetic", Query: query(is(audit.FieldDeployment, d.Name), is(audit.FieldHas, "synthetic"))}}
	if d.Synthetic == 1 {
		t.Findings[0].Words = "1 row that looks synthetic"
	}
	return t
}
