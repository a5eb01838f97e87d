package complete

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"auditdesk/backend/audit"
)

// read are the sources that brought something: a file that was read before adds nothing.
func read(in Input) []audit.Source {
	return slices.DeleteFunc(slices.Clone(in.Sources), func(s audit.Source) bool { return s.State == audit.SourceRepeat })
}

const statedLimit = "An outside total is as good as whoever gave it: a provider's is their word, and the count of a REST answer is of its search, so neither says anything of what a filter left out."

// stated compares sources with the outside totals that there are: the number of records that their provider stated, and the
// count that a REST answer gives of its search.
func stated(in Input) audit.CompletenessTest {
	t := audit.CompletenessTest{Test: "stated", Title: "Records against an outside total", Step: audit.StepDeploymentToFiles, Limit: statedLimit}
	list := read(in)
	agree, differ := map[int64]bool{}, map[int64]bool{} // by source
	open := func(words string, sources ...*audit.Source) {
		f := audit.Finding{Words: words}
		var names []string
		for _, s := range sources {
			differ[s.Number] = true
			names = append(names, address(in.Sources, s))
		}
		f.Query = query(is(audit.FieldSource, names...))
		t.Findings = append(t.Findings, f)
	}
	for i := range list {
		s := &list[i]
		switch {
		case s.Receipt.Count == nil:
		case *s.Receipt.Count == s.Records || *s.Receipt.Count == s.Lines:
			agree[s.Number] = true
		default:
			open(fmt.Sprintf("%s: its provider stated %s, %s read in %s", nameOf(in.Sources, s), audit.Counted(*s.Receipt.Count, "record", "records"), audit.Grouped(s.Records), audit.Counted(s.Lines, "line", "lines")), s)
		}
	}
	for _, pages := range answers(list) {
		var have int64
		names := make([]string, len(pages))
		for i, s := range pages {
			have += s.Records - s.Duplicates
			names[i] = nameOf(in.Sources, s)
		}
		if n := *pages[0].Stated; n != have {
			if len(names) > 3 {
				names = append(names[:2:2], fmt.Sprintf("%d more", len(names)-2))
			}
			open(fmt.Sprintf("%s: the answers say %s, %s in them", strings.Join(names, ", "), audit.Counted(n, "record", "records"), audit.Counted(have, "is", "are")), pages...)
			continue
		}
		for _, s := range pages {
			agree[s.Number] = true
		}
	}
	given := 0
	for i := range list {
		if agree[list[i].Number] || differ[list[i].Number] {
			given++
		}
	}
	t.Looked = fmt.Sprintf("%s, %d with an outside total", audit.Counted(int64(len(list)), "source", "sources"), given)
	switch n := int64(len(list) - given); {
	case len(differ) > 0:
		t.Verdict = audit.Differs
		t.Words = fmt.Sprintf("%s another number of records than the outside total.", audit.Counted(int64(len(differ)), "source holds", "sources hold"))
	case given == 0:
		t.Verdict = audit.Untestable
		t.Words = "No outside total was given, so nothing here shows that the files hold all that the deployment logged."
	case n > 0:
		t.Verdict = audit.Untestable
		t.Words = fmt.Sprintf("%s as many records as the outside total; for %s none was given, so nothing shows that these hold all.", audit.Counted(int64(given), "source holds", "sources hold"), audit.Grouped(n))
	default:
		t.Verdict = audit.Agrees
		t.Words = "Every source holds as many records as the outside total says."
	}
	return t
}

// answers groups the sources whose REST answers give a count: one that holds as many records stands by itself, others of
// the same deployment, form and count are taken for the pages of one search.
func answers(list []audit.Source) [][]*audit.Source {
	type search struct {
		deployment, form string
		count            int64
	}
	at := map[search]int{}
	var out [][]*audit.Source
	for i := range list {
		s := &list[i]
		switch {
		case s.Stated == nil || s.Form == "mixed": // lines of another form are no part of the answer
		case s.Records-s.Duplicates == *s.Stated:
			out = append(out, []*audit.Source{s})
		default:
			key := search{s.Deployment, s.Form, *s.Stated}
			if n, ok := at[key]; ok {
				out[n] = append(out[n], s)
				continue
			}
			at[key] = len(out)
			out = append(out, []*audit.Source{s})
		}
	}
	return out
}

// account tests that every line and record of every source is accounted for, and that the events are those of the case.
func account(in Input) audit.CompletenessTest {
	t := audit.CompletenessTest{Test: "account", Title: "Lines and records add up", Step: audit.StepFilesToCase, Limit: "Says nothing of what the files lack."}
	list := read(in)
	if len(list) == 0 {
		t.Verdict, t.Words = audit.Untestable, "Nothing was imported yet."
		return t
	}
	var sum audit.Counts
	wrong, partial := 0, 0
	for i := range list {
		s := &list[i]
		sum.Add(s.Counts)
		if !s.AddsUp() {
			wrong++
			t.Findings = append(t.Findings, audit.Finding{Words: fmt.Sprintf("%s: %s read, %s accounted for; %s, %s accounted for", nameOf(in.Sources, s),
				audit.Counted(s.Lines, "line", "lines"), audit.Grouped(s.RecordLines+s.Other), audit.Counted(s.Records, "record", "records"), audit.Grouped(s.Counts.Events+s.Matching+s.Duplicates+s.Unreadable))})
		}
		if s.State == audit.SourcePartial {
			partial++
			words := nameOf(in.Sources, s) + ": read in part only"
			if s.Note != "" {
				words += ", " + s.Note
			}
			t.Findings = append(t.Findings, audit.Finding{Words: words})
		}
	}
	if sum.Events != in.Events {
		wrong++
		t.Findings = append(t.Findings, audit.Finding{Words: fmt.Sprintf("the sources brought %s, the case holds %s", audit.Counted(sum.Events, "event", "events"), audit.Grouped(in.Events))})
	}
	t.Looked = fmt.Sprintf("%s of %s", audit.Counted(sum.Lines, "line", "lines"), audit.Counted(int64(len(list)), "source", "sources"))
	switch {
	case sum == audit.Counts{} && wrong+partial == 0:
		t.Verdict, t.Words = audit.Untestable, "The files read hold no line, so there is nothing to compare."
	case wrong > 0:
		t.Verdict, t.Words = audit.Differs, "The numbers do not add up; import the files into a new case, and compare."
	case partial > 0:
		t.Verdict = audit.Differs
		t.Words = fmt.Sprintf("What was read adds up, but %s read in part only.", audit.Counted(int64(partial), "source was", "sources were"))
	default:
		t.Verdict = audit.Agrees
		t.Words = fmt.Sprintf("%s read = %s of records + %s; %s of the sources are the %s of the case.", audit.Counted(sum.Lines, "line", "lines"), audit.Grouped(sum.RecordLines),
			audit.Counted(sum.Other, "other line", "other lines"), audit.Counted(sum.Events, "event", "events"), audit.Grouped(in.Events))
	}
	return t
}

// digests compares the files as they were read with the digests that the provider stated.
func digests(in Input) audit.CompletenessTest {
	t := audit.CompletenessTest{Test: "digests", Title: "SHA-256 against the stated one", Step: audit.StepFilesToCase,
		Limit: "A digest shows that a file is the one that was named, not that the file holds everything."}
	list := read(in)
	given, differ := 0, 0
	for i := range list {
		s := &list[i]
		want := strings.TrimSpace(s.Receipt.SHA256)
		if want == "" || s.SHA256 == "" {
			continue
		}
		given++
		if !strings.EqualFold(want, s.SHA256) {
			differ++
			t.Findings = append(t.Findings, audit.Finding{Words: fmt.Sprintf("%s: %s as read, %s stated", nameOf(in.Sources, s), s.SHA256, want)})
		}
	}
	t.Looked = fmt.Sprintf("%s, %d with a stated digest", audit.Counted(int64(len(list)), "source", "sources"), given)
	switch {
	case differ > 0:
		t.Verdict, t.Words = audit.Differs, audit.Counted(int64(differ), "source is", "sources are")+" not what the provider named."
	case given == 0:
		t.Verdict, t.Words = audit.Untestable, "No digest was stated, so nothing shows that the files are those that were handed over."
	case given < len(list):
		t.Verdict = audit.Untestable
		t.Words = fmt.Sprintf("%s the stated digest; for %s none was stated.", audit.Counted(int64(given), "source has", "sources have"), audit.Grouped(int64(len(list)-given)))
	default:
		t.Verdict, t.Words = audit.Agrees, "Every source has the SHA-256 that was stated."
	}
	return t
}

func workbook() audit.CompletenessTest {
	return audit.CompletenessTest{Test: "workbook", Title: "Rows and digest of a workbook", Step: audit.StepCaseToWorkbook, Verdict: audit.Untestable,
		Words: "Not tested here: no workbook is at hand. Each export states its own rows and digests, and auditdesk check FILE.xlsx CASE compares them with the case.",
		Limit: "Not a word on later edits of the file that keep to what it says of itself."}
}

// days tests that the records by day and form are those of the accounts.
func days(in Input, d *Deployment) audit.CompletenessTest {
	t := audit.CompletenessTest{Test: "days", Title: "Records received by day and form", Limit: "Says how many records came of each day, not how many there were."}
	type sum struct {
		records     int64
		days        int
		first, last string
	}
	forms := map[string]*sum{}
	all := map[string]bool{}
	var listed int64
	for _, f := range in.Days {
		if f.Deployment != d.Name {
			continue
		}
		listed += f.Records
		all[f.Day] = true
		s := forms[f.Form]
		if s == nil {
			s = &sum{first: f.Day, last: f.Day}
			forms[f.Form] = s
		}
		s.records += f.Records
		s.days++
		s.first, s.last = min(s.first, f.Day), max(s.last, f.Day)
	}
	var understood int64
	for _, s := range read(in) {
		if s.Deployment == d.Name {
			understood += s.Records - s.Unreadable
		}
	}
	names := make([]string, 0, len(forms))
	for name := range forms {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		s := forms[name]
		t.Findings = append(t.Findings, audit.Finding{Words: fmt.Sprintf("%s: %s on %s, %s to %s UTC", name, audit.Counted(s.records, "record", "records"), audit.Counted(int64(s.days), "day", "days"), s.first, s.last), Aside: true})
	}
	t.Looked = fmt.Sprintf("%s in %s on %s", audit.Counted(listed, "record", "records"), audit.Counted(int64(len(forms)), "form", "forms"), audit.Counted(int64(len(all)), "day", "days"))
	if listed == 0 && understood == 0 {
		t.Verdict, t.Words = audit.Untestable, "No record of this deployment was understood."
		return t
	}
	if listed == understood {
		t.Verdict, t.Words = audit.Agrees, "The records by day are those that the accounts of the sources count as understood."
	} else {
		t.Verdict = audit.Differs
		t.Words = fmt.Sprintf("%s by day, but the accounts of the sources count %s as understood.", audit.Counted(listed, "record", "records"), audit.Grouped(understood))
	}
	return t
}
