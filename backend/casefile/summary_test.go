package casefile_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"auditdesk/backend/audit"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The text of a summary is read by people who were not there: it changes on purpose only.
func TestASummaryForAWorkingPaper(t *testing.T) {
	c := newCase(t, audit.Engagement{Title: "Access review\u202e", Reference: "A-17", PreparedBy: "J. Doe", Zone: "Europe/Berlin", From: "2026-01-01", To: "2026-03-31"})
	first := file(t, "first.log", days(1, 2)+"no record\n")
	takeFiles(t, c, "acme", first, file(t, "again.log", days(1, 2)+"no record\n"), file(t, "second.log", days(2, 3)+`{"msg":"audit_log","fields":{"audit_log":{`+"\n"), file(t, "none.txt", "nothing\n"))
	count := int64(3)
	if _, err := c.SaveReceipt(t.Context(), 1, audit.Receipt{From: "ops@acme.example", Received: "2026-04-02", Request: "R-1", Method: "kubectl logs", SHA256: "00", Count: &count}); err == nil {
		t.Fatal("a digest of two digits was taken")
	}
	if _, err := c.SaveReceipt(t.Context(), 1, audit.Receipt{From: "ops@acme.example", Received: "2026-04-02", Request: "R-1", Method: "kubectl logs", Count: &count}); err != nil {
		t.Fatal(err)
	}
	for name, numbers := range map[string][]int64{"summary_all.txt": nil, "summary_one.txt": {3}} {
		got, err := c.Summary(t.Context(), numbers, "1.0.0")
		if err != nil {
			t.Fatal(err)
		}
		got = regexp.MustCompile(`same SHA-256 as \S*/`).ReplaceAllString(got, "same SHA-256 as …/") // the folder of a test
		got = regexp.MustCompile(`(Chain's head +)[0-9a-f]{64}`).ReplaceAllString(got, "${1}HEAD")   // it digests that folder, too
		golden := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil || got != string(want) {
			t.Errorf("%s: %v\n%s", name, err, got)
		}
	}
}
