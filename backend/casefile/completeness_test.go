package casefile_test

import (
	"archive/zip"
	"database/sql"
	"fmt"
	"html"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/demo"
)

// said is a test as one line: deployment, test and verdict.
func said(tests []audit.CompletenessTest) (out []string) {
	for _, t := range tests {
		out = append(out, strings.TrimPrefix(t.Deployment+" "+t.Test+": "+string(t.Verdict), " "))
	}
	return out
}

func one(t *testing.T, c *casefile.Case, name string) audit.CompletenessTest {
	t.Helper()
	res, err := c.Completeness(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range res.Tests {
		if x.Test == name {
			return x
		}
	}
	t.Fatalf("there is no test %q", name)
	return audit.CompletenessTest{}
}

func TestCompletenessOfTheDemo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo.auditcase")
	c, _, err := casefile.CreateDemo(t.Context(), path, casefile.DemoRequest{Options: demo.Options{Events: 50_000, Seed: 1}, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	res, err := c.Completeness(t.Context(), "UTC")
	if err != nil {
		t.Fatal(err)
	}
	const d = demo.Deployment
	want := []string{
		"stated: cannot be tested", "account: agrees", "digests: cannot be tested", "workbook: cannot be tested",
		d + " rhythm: differs", d + " days: agrees", d + " classes: agrees", d + " builds: differs", d + " connections: agrees",
		d + " synthetic: agrees", d + " overlaps: cannot be tested",
	}
	if got := said(res.Tests); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("verdicts:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, x := range res.Tests {
		if x.Test == "rhythm" && (len(x.Findings) != 2 || !strings.HasPrefix(x.Findings[1].Words, "no record from 2026-03-1")) {
			t.Errorf("the two stretches for which the demo has no records: %+v", x.Findings)
		}
		for _, f := range x.Findings {
			if f.Query == "" {
				continue
			}
			n, err := c.Count(t.Context(), casefile.OfEvents, f.Query, "UTC")
			if err != nil || n == 0 {
				t.Errorf("%s: %q opens %d events: %v", x.Test, f.Query, n, err)
			}
		}
	}

	// The counts, once more by SQL, as a stranger would take them.
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, k := range res.Classes {
		n, err := c.Count(t.Context(), casefile.OfEvents, k.Query, "UTC")
		if err != nil || n != k.Events {
			t.Errorf("%s: %d events, its query selects %d: %v", k.Class, k.Events, n, err)
		}
	}
	var builds, workspaces int64
	if err := db.QueryRow(`SELECT count(*), count(DISTINCT json_extract(additional, '$.workspace_id')) FROM event_view
			WHERE resource_type = 'workspace_build' AND json_extract(additional, '$.build_number') > 0`).Scan(&builds, &workspaces); err != nil {
		t.Fatal(err)
	}
	var missing int64
	if err := db.QueryRow(`SELECT sum(most - least + 1 - kinds) FROM (SELECT max(n) AS most, min(n) AS least, count(DISTINCT n) AS kinds FROM
			(SELECT json_extract(additional, '$.workspace_id') AS w, CAST(json_extract(additional, '$.build_number') AS INTEGER) AS n FROM event_view WHERE resource_type = 'workspace_build') WHERE n > 0 GROUP BY w)`).Scan(&missing); err != nil {
		t.Fatal(err)
	}
	b := one(t, c, "builds")
	if want := fmt.Sprintf("%s build events of %d workspaces", thousands(builds), workspaces); b.Looked != want {
		t.Errorf("looked at %q, there are %q", b.Looked, want)
	}
	if want := fmt.Sprintf("%d build numbers between recorded ones", missing); !strings.HasPrefix(b.Words, want) {
		t.Errorf("said %q, missing are %d", b.Words, missing)
	}
	for _, day := range res.Days {
		var n int64
		form := map[string]int{"v1-json": 0, "v2-json": 4}[day.Form]
		if err := db.QueryRow(`SELECT count(*) FROM event WHERE first_form = ? AND date(time / 1000000000, 'unixepoch') = ?`, form, day.Day).Scan(&n); err != nil || n != day.Records {
			t.Fatalf("%s of %s: %d records, there are %d: %v", day.Day, day.Form, day.Records, n, err)
		}
	}
}

func thousands(n int64) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}

// restRow is a REST row of Coder v2 at a second of a day.
func restRow(n int) string {
	return fmt.Sprintf(`{"id":"a3c9e1d4-0b72-4c58-9f16-%012x","time":"2026-05-04T10:%02d:00Z","action":"write","resource_type":"template","resource_target":"t%d","diff":{},"status_code":200,"user":{"id":"6c405053-27e3-484a-9ad7-000000000001","email":"ada@acme.example"}}`, n, n, n)
}

func restRows(from, to int, without ...int) string {
	var out []string
	for n := from; n <= to; n++ {
		skip := false
		for _, w := range without {
			skip = skip || w == n
		}
		if !skip {
			out = append(out, restRow(n))
		}
	}
	return fmt.Sprintf(`{"audit_logs":[%s],"count":%d}`, strings.Join(out, ","), len(out))
}

func TestWhatOnlyOneOfTwoSourcesHas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "two.auditcase")
	importText(t, path, map[string]string{"a.json": restRows(1, 30, 17, 18), "b.json": restRows(10, 50, 20)})
	c, err := casefile.Open(t.Context(), path, casefile.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	got := one(t, c, "overlaps")
	if got.Verdict != audit.Differs || len(got.Findings) != 2 {
		t.Fatalf("%s: %s %+v", got.Verdict, got.Words, got.Findings)
	}
	// Common are 10 to 30: 21 events, of which a lacks two and b one.
	for i, want := range []string{"1 event is in a.json and not in b.json, which share 18", "2 events are in b.json and not in a.json, which share 18"} {
		if !strings.HasPrefix(got.Findings[i].Words, want) {
			t.Errorf("found %q, want %q…", got.Findings[i].Words, want)
		}
	}
}

func TestADayIsTooShortToTell(t *testing.T) {
	path := filepath.Join(t.TempDir(), "one.auditcase")
	importText(t, path, map[string]string{"a.json": restRows(1, 30)})
	c, err := casefile.Open(t.Context(), path, casefile.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if got := one(t, c, "rhythm"); got.Verdict != audit.Untestable || !strings.Contains(got.Words, "it takes 3 to know what is usual") {
		t.Errorf("%s: %s", got.Verdict, got.Words)
	}
}

func TestTheCountOfAnAnswerIsAnOutsideTotal(t *testing.T) {
	whole := restRows(1, 30)
	for _, tt := range []struct {
		name, text string
		want       audit.Verdict
	}{
		{"as many rows", whole, audit.Agrees},
		{"a row was taken out", strings.Replace(whole, restRow(7)+",", "", 1), audit.Differs},
		{"no count", strings.Replace(whole, `,"count":30`, "", 1), audit.Untestable},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newCase(t, audit.Engagement{})
			take(t, c, "acme", tt.text)
			if got := one(t, c, "stated"); got.Verdict != tt.want {
				t.Errorf("%s: %s", got.Verdict, got.Words)
			}
		})
	}
}

func TestAnEmptyCaseClaimsNothing(t *testing.T) {
	res, err := newCase(t, audit.Engagement{}).Completeness(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range res.Tests {
		if x.Verdict != audit.Untestable {
			t.Errorf("%s: %s: %s", x.Test, x.Verdict, x.Words)
		}
	}
	if _, err := newCase(t, audit.Engagement{}).Completeness(t.Context(), "Nowhere/None"); err == nil {
		t.Error("a zone that does not exist was taken")
	}
}

func TestAWorkbookSaysWhatWasTested(t *testing.T) {
	c := newCase(t, audit.Engagement{})
	take(t, c, "acme", sent("a0 a1 a2"))
	take(t, c, "acme", sent("a0 a2 a3"))
	path := filepath.Join(t.TempDir(), "x.xlsx")
	if _, err := c.Export(t.Context(), casefile.ExportRequest{Format: casefile.Workbook, Path: path, Version: "test"}); err != nil {
		t.Fatal(err)
	}
	about := sheet(t, path, "xl/worksheets/sheet1.xml")
	res, err := c.Completeness(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range res.Tests {
		if want := string(test.Verdict) + ": " + test.Words; !strings.Contains(about, want) && test.Step != audit.StepCaseToWorkbook {
			t.Errorf("it does not say %q", want)
		}
	}
	if got, err := c.Check(t.Context(), path, nil); err != nil || !got.Agrees() {
		t.Errorf("it does not agree with the case: %+v, %v", got, err)
	}
}

// sheet is the XML of a workbook's part.
func sheet(t *testing.T, path, part string) string {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close() //nolint:errcheck // it was only read
	f, err := z.Open(part)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return html.UnescapeString(string(b))
}
