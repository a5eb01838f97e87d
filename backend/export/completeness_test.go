package export_test

import (
	"strings"
	"testing"

	"auditdesk/backend/audit"
)

func TestAboutListsTheTestsOfCompleteness(t *testing.T) {
	in := input(events(3)...)
	in.Sources = []audit.Source{{Number: 1, Path: "/home/ann/june/audit.log"}, {Number: 2, Path: "/home/ann/july/audit.log"}}
	findings := make([]audit.Finding, 14)
	for i := range findings {
		findings[i].Words = "1 event is in /home/ann/june/audit.log and not in /home/ann/july/audit.log"
	}
	in.Completeness = []audit.CompletenessTest{
		{Title: "Records against an outside total", Step: audit.StepDeploymentToFiles, Verdict: audit.Untestable, Words: "No outside total was given.", Limit: "A total is as good as whoever gave it."},
		{Title: "Lines and records of each file", Step: audit.StepFilesToCase, Verdict: audit.Agrees, Words: "Every number adds up.", Looked: "2 files"},
		{Title: "Rows and digest of a workbook", Step: audit.StepCaseToWorkbook, Verdict: audit.Untestable, Words: "No workbook is at hand."},
		{Title: "Records that only one of two sources has", Step: audit.StepWithinRecords, Deployment: "prod\u202e", Verdict: audit.Differs, Words: "In 1 of 1 pair.", Findings: findings, Further: 3},
	}
	f, _ := written(t, in)
	got := about(t, f)
	_, got, found := strings.Cut(got, "Tests of completeness")
	if !found {
		t.Fatal("no such section")
	}
	got, _, _ = strings.Cut(got, "Records received")
	for _, want := range []string{
		"deployment to files: Records against an outside total: cannot be tested: No outside total was given.\n",
		"can't show: A total is as good as whoever gave it.\n",
		"files to case: Lines and records of each file: agrees: Every number adds up.\n",
		"looked at: 2 files\n",
		"case to workbook: Rows and digest of a workbook: cannot be tested: A workbook can't test itself.",
		"Within the records of: prod[U+202E]\n",
		"Records that only one of two sources has: differs: In 1 of 1 pair.\n",
		"- 1 event is in june/audit.log and not in july/audit.log\n",
		"and 7 more; auditdesk completeness CASE lists them\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("it does not say %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "/home") || strings.Count(got, "- 1 event") != 10 {
		t.Errorf("findings:\n%s", got)
	}
	in.Completeness, in.Untested = nil, "the case changed while it was tested"
	f, _ = written(t, in)
	if got := about(t, f); !strings.Contains(got, "Not tested: the case changed while it was tested\n") {
		t.Errorf("it does not say why there are no tests:\n%s", got)
	}
}
