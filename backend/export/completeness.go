package export

import (
	"cmp"
	"slices"
	"strings"

	"auditdesk/backend/audit"
)

// findingsListed is how many findings of a test stand on About; the others are counted.
const findingsListed = 10

// completeness lists what was tested of what was received, in the words of the command line's completeness.
func (p *page) completeness() {
	in := &p.b.in
	if len(in.Completeness) == 0 && in.Untested == "" {
		return
	}
	p.section("Tests of completeness")
	p.say("", "Of the whole case, whatever the query and the period under audit. The three reconciliations stand apart: none of them stands in for another.")
	if in.Untested != "" {
		p.say("Not tested", "%s", in.Untested)
		return
	}
	short := p.b.shortener()
	deployment := ""
	for i := range in.Completeness {
		t := &in.Completeness[i]
		title := t.Title
		if t.Step != audit.StepWithinRecords {
			title = string(t.Step) + ": " + title
		}
		if t.Deployment != deployment {
			deployment = t.Deployment
			p.say("Within the records of", "%s", deployment)
		}
		words := t.Words
		if t.Step == audit.StepCaseToWorkbook {
			words = "A workbook can't test itself. What was written is compared with the case above, under Reconciliation; auditdesk check FILE.xlsx CASE compares what the file is now."
		}
		p.sayAll(title, visible(short(string(t.Verdict)+": "+words)))
		if t.Looked != "" {
			p.sayAll("", visible(short("looked at: "+t.Looked)))
		}
		for j := range t.Findings {
			if j == findingsListed {
				break
			}
			p.sayAll("", visible(short("- "+t.Findings[j].Words)))
		}
		if more := t.Further + int64(max(len(t.Findings)-findingsListed, 0)); more > 0 {
			p.say("", "and %s more; auditdesk completeness CASE lists them", audit.Grouped(more))
		}
		if t.Limit != "" {
			p.say("", "%s", "can't show: "+t.Limit)
		}
	}
}

// shortener replaces the paths of sources in a sentence, where a base name did not tell them apart, by the names of [sourceNames].
func (b *book) shortener() func(string) string {
	var pairs []string
	paths := make([]string, 0, len(b.names))
	for path, name := range b.names {
		if path != name && strings.ContainsAny(path, `/\`) {
			paths = append(paths, path)
		}
	}
	slices.SortFunc(paths, func(a, z string) int { return cmp.Or(len(z)-len(a), strings.Compare(a, z)) }) // of two that begin alike the longer one
	for _, path := range paths {
		pairs = append(pairs, path, b.names[path])
	}
	return strings.NewReplacer(pairs...).Replace
}
