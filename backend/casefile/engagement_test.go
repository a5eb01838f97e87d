package casefile_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/export"
)

// at is a login of a v1 log at a time.
func at(time string) string {
	return `{"msg":"audit_log","fields":{"audit_log":{"time":"` + time + `","user":{"id":"u1","email":"jessie@acme.example"},"action":"login","resource_type":"user","resource_target":"` + time + `","diff":"","status_code":200}}}` + "\n"
}

// write is a change of one setting.
func write(time, field, value string, status int) string {
	return fmt.Sprintf(`{"msg":"audit_log","fields":{"audit_log":{"time":%q,"user":{"id":"u9","email":"root@acme.example"},"action":"write","resource_type":"infrastructure","resource_target":"infrastructure","diff":{%q:%q},"status_code":%d}}}`+"\n", time, field, value, status)
}

func TestThePeriodUnderAuditIsPartOfEveryAnswer(t *testing.T) {
	// Berlin's clocks went forward on 2026-03-29: the day has 23 hours.
	var log string
	for _, time := range []string{"2026-03-28T22:59:59.999999999Z", "2026-03-28T23:00:00Z", "2026-03-29T12:00:00Z", "2026-03-29T21:59:59.999999999Z", "2026-03-29T22:00:00Z"} {
		log += at(time)
	}
	log += write("2026-03-29T10:00:00Z", "gpu vendor", "amd", 200) + write("2026-03-30T10:00:00Z", "gpu vendor", "nvidia", 200)
	c := newCase(t, audit.Engagement{Zone: "Europe/Berlin", From: "2026-03-29", To: "2026-03-29"})
	take(t, c, "acme", log)
	ctx := t.Context()

	res, err := c.Search(ctx, casefile.SearchRequest{Of: casefile.OfEvents, Zone: "UTC", Facets: []audit.FacetRequest{{Field: audit.FieldAction, Top: 10}}, Timeline: audit.BucketHour})
	if err != nil {
		t.Fatal(err)
	}
	if res.Total != 4 || res.InCase != 4 || res.Facets[0].Values[0].Count != 3 || len(res.Timeline.Buckets) != 23 {
		t.Errorf("total %d of %d, %+v, %d hours", res.Total, res.InCase, res.Facets[0].Values, len(res.Timeline.Buckets))
	}
	rows, err := c.EventRows(ctx, casefile.RowsRequest{Order: audit.Oldest, Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	if len(rows.Rows) != 4 || rows.Rows[0].TimeText != "2026-03-28T23:00:00Z" || rows.Rows[3].TimeText != "2026-03-29T21:59:59.999999999Z" {
		t.Errorf("got %d rows, from %s to %s", len(rows.Rows), rows.Rows[0].TimeText, rows.Rows[len(rows.Rows)-1].TimeText)
	}
	changes, err := c.ChangeRows(ctx, casefile.RowsRequest{Limit: 10})
	if err != nil || len(changes.Rows) != 1 {
		t.Errorf("%d changes, %v; want the one of the day", len(changes.Rows), err)
	}
	// A query narrows the period and can't widen it.
	for query, want := range map[string]int64{"date_from:2026-01-01": 4, "after:2026-03-29T12:00:00Z": 2, "before:2026-03-28T23:00:00Z": 0, "date_to:2026-03-28": 0} {
		if n, err := c.Count(ctx, casefile.OfEvents, query, "Europe/Berlin"); err != nil || n != want {
			t.Errorf("%s: %d, %v; want %d", query, n, err, want)
		}
	}
	// The case as a whole, its sources and its gaps, are told without it.
	info, err := c.Info(ctx)
	if err != nil || info.Events != 7 || info.Changes != 2 {
		t.Errorf("the case holds %d events, %d changes, %v", info.Events, info.Changes, err)
	}
	path := filepath.Join(t.TempDir(), "x.jsonl")
	if got, err := c.Export(ctx, casefile.ExportRequest{Format: casefile.JSONLines, Path: path}); err != nil || got.Events != 4 {
		t.Errorf("%d events were exported, %v", got.Events, err)
	}

	if err := c.SaveEngagement(ctx, audit.Engagement{Title: "t", Zone: "UTC"}); err != nil {
		t.Fatal(err)
	}
	if n, err := c.Count(ctx, casefile.OfEvents, "", "UTC"); err != nil || n != 7 {
		t.Errorf("without a period: %d, %v", n, err)
	}
}

func TestTheDeploymentsUnderAuditArePartOfEveryAnswer(t *testing.T) {
	c := newCase(t, audit.Engagement{From: "2026-03-29"})
	log := at("2026-03-28T12:00:00Z") + at("2026-03-29T12:00:00Z") + write("2026-03-30T12:00:00Z", "gpu vendor", "amd", 200)
	for _, name := range []string{"prod", "Test, \"2\"", "old"} {
		take(t, c, name, log)
	}
	e, err := c.Engagement(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	e.Deployments = []string{"Test, \"2\"", "prod", "prod"}
	if err := c.SaveEngagement(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if e, err = c.Engagement(t.Context()); err != nil || cmp.Diff([]string{"prod", "Test, \"2\""}, e.Deployments) != "" {
		t.Errorf("%q, %v", e.Deployments, err)
	}
	for query, want := range map[string][2]int64{"": {4, 2}, "deployment:prod": {2, 1}, "deployment:old": {0, 0}, "-deployment:prod": {2, 1}, "deployment:prod,old action:write": {1, 1}} {
		for i, of := range []casefile.Of{casefile.OfEvents, casefile.OfChanges} {
			if n, err := c.Count(t.Context(), of, query, ""); err != nil || n != want[i] {
				t.Errorf("%s %q: %d, %v; want %d", of, query, n, err, want[i])
			}
		}
	}
	// A facet leaves out the query's own choice, never the scope.
	res, err := c.Search(t.Context(), casefile.SearchRequest{Query: "deployment:prod", Facets: []audit.FacetRequest{{Field: audit.FieldDeployment}}, Timeline: audit.BucketDay})
	if err != nil || res.InCase != 4 || res.Facets[0].Distinct != 2 || len(res.Timeline.Buckets) != 2 {
		t.Errorf("%+v, %v", res, err)
	}
	path := filepath.Join(t.TempDir(), "x.xlsx")
	if got, err := c.Export(t.Context(), casefile.ExportRequest{Format: casefile.Workbook, Path: path, Version: "test"}); err != nil || got.Events != 4 || got.Changes != 2 {
		t.Errorf("%+v, %v", got, err)
	}
	if checked, err := c.Check(t.Context(), path, nil); err != nil || !checked.Agrees() {
		t.Errorf("%+v, %v", checked.Sheets, err)
	}
	// The case as a whole and its sources are told without it.
	if info, err := c.Info(t.Context()); err != nil || info.Events != 9 || info.Sources != 3 {
		t.Errorf("%+v, %v", info, err)
	}
	e.Deployments = []string{"prod", "new"}
	var said *audit.Error
	if err := c.SaveEngagement(t.Context(), e); !errors.As(err, &said) || said.Message != `there is no deployment "new" in this case` {
		t.Errorf("a deployment that the case does not have: %v", err)
	}
}

func TestAnEngagementIsChecked(t *testing.T) {
	for name, c := range map[string]struct {
		e    audit.Engagement
		says string
	}{
		"no such zone":              {audit.Engagement{Zone: "Mars/Olympus"}, `there is no time zone "Mars/Olympus"`},
		"the machine's own zone":    {audit.Engagement{Zone: "Local"}, `there is no time zone "Local"`},
		"a day that does not exist": {audit.Engagement{Zone: "UTC", From: "2026-02-30"}, `can't begin or end on "2026-02-30"`},
		"a day in another form":     {audit.Engagement{Zone: "UTC", To: "30.06.2026"}, `can't begin or end on "30.06.2026"`},
		"a query as a day":          {audit.Engagement{Zone: "UTC", To: "2026-06-30 action:login"}, "can't begin or end on"},
		"an end before its start":   {audit.Engagement{Zone: "UTC", From: "2026-07-01", To: "2026-06-30"}, "ends on 2026-06-30, before it begins on 2026-07-01"},
	} {
		t.Run(name, func(t *testing.T) {
			var e *audit.Error
			path := filepath.Join(t.TempDir(), "x.auditcase")
			if _, err := casefile.Create(t.Context(), path, c.e, casefile.Options{}); !errors.As(err, &e) || !strings.Contains(e.Message, c.says) || e.Hint == "" {
				t.Errorf("create: %v", err)
			}
			if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
				t.Error("a file is left")
			}
			cs := newCase(t, audit.Engagement{Title: "before"})
			if err := cs.SaveEngagement(t.Context(), c.e); !errors.As(err, &e) {
				t.Errorf("save: %v", err)
			}
			if info, err := cs.Info(t.Context()); err != nil || info.Engagement.Title != "before" || info.Engagement.Zone != "UTC" {
				t.Errorf("after that: %+v, %v", info.Engagement, err)
			}
		})
	}
}

func TestACaseOfMadeUpDataStaysMarked(t *testing.T) {
	c := newCase(t, audit.Engagement{MadeUp: true})
	if err := c.SaveEngagement(t.Context(), audit.Engagement{Title: "real", Zone: "UTC"}); err != nil {
		t.Fatal(err)
	}
	if info, err := c.Info(t.Context()); err != nil || !info.Engagement.MadeUp || info.Engagement.Title != "real" {
		t.Errorf("%+v, %v", info.Engagement, err)
	}
}

func TestGapsAreDaysWithoutAnyRecordOfADeployment(t *testing.T) {
	c := newCase(t, audit.Engagement{})
	// Two files fill each other's gaps; the other deployment does not. Late on the 1st and early on the 2nd are two days.
	take(t, c, "acme", at("2026-01-01T23:59:59.999999999Z")+at("2026-01-05T00:00:00Z"))
	take(t, c, "acme", at("2026-01-02T00:00:00Z")+at("2026-01-10T12:00:00Z"))
	take(t, c, "other", at("2026-01-01T12:00:00Z")+at("2026-01-04T12:00:00Z")+`{"msg":"http request","ts":"2026-01-02T12:00:00Z"}`+"\n")
	info, err := c.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, g := range info.Gaps {
		got = append(got, fmt.Sprint(g.Deployment, " ", g.From, " ", g.To))
	}
	want := []string{"other 2026-01-02T00:00:00Z 2026-01-04T00:00:00Z", "acme 2026-01-03T00:00:00Z 2026-01-05T00:00:00Z", "acme 2026-01-06T00:00:00Z 2026-01-10T00:00:00Z"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	sources, err := c.Sources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(info.Gaps, sources.Gaps); diff != "" {
		t.Errorf("Info and Sources: %s", diff)
	}
	records := int64(0)
	for _, d := range sources.Coverage {
		records += d.Count
	}
	if records != 6 {
		t.Errorf("the days hold %d records, want 6", records)
	}
	// A filter makes no gaps.
	take(t, c, "acme", at("2026-01-03T12:00:00Z")+at("2026-01-04T12:00:00Z"))
	if info, err = c.Info(t.Context()); err != nil || len(info.Gaps) != 2 {
		t.Errorf("a late file fills a gap: %+v, %v", info.Gaps, err)
	}
}

func TestExportHoldsWhatIsCounted(t *testing.T) {
	w := open(t)
	ctx := t.Context()
	for _, query := range []string{"", "action:write", "-user:sam", "class:admin -outcome:ok", "changed:ttl", "nothing-like-it"} {
		for _, format := range []casefile.Format{casefile.Workbook, casefile.CSV, casefile.JSONLines} {
			path := filepath.Join(t.TempDir(), "x."+string(format))
			want, err := w.index.Count(ctx, casefile.OfEvents, query, "")
			if err != nil {
				t.Fatal(err)
			}
			got, err := w.index.Export(ctx, casefile.ExportRequest{Format: format, Query: query, Path: path, Version: "test"})
			if err != nil || got.Events != want {
				t.Errorf("%s, %s: %d events, %v; want %d", query, format, got.Events, err, want)
			}
			if format != casefile.Workbook {
				continue
			}
			// The sheet of admin changes holds those of the exported events: a term about changes selects the row too.
			admin, err := w.index.Count(ctx, casefile.OfChanges, strings.TrimSpace(query+" class:admin"), "")
			if err != nil || got.Changes != admin {
				t.Errorf("%s: %d admin changes, %v; want %d", query, got.Changes, err, admin)
			}
			claims, err := export.ReadClaims(path)
			if err != nil || claims.Rows != want || claims.Query != query {
				t.Errorf("%s: the workbook claims %+v, %v", query, claims, err)
			}
			checked, err := w.index.Check(ctx, path, nil)
			if err != nil || !checked.Agrees() || checked.SHA256 != got.SHA256 {
				t.Errorf("%s: check: %+v, %v", query, checked.Sheets, err)
			}
		}
	}
	dir := t.TempDir()
	if _, err := w.index.Export(ctx, casefile.ExportRequest{Format: "pdf", Path: filepath.Join(dir, "x.pdf")}); err == nil {
		t.Error("an unknown format is no error")
	}
	if _, err := w.index.Export(ctx, casefile.ExportRequest{Format: casefile.CSV, Query: "colour:red", Path: filepath.Join(dir, "x.csv")}); err == nil {
		t.Error("a query that can't be read is no error")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("%v are left, %v", left, err)
	}
}

// The head that a workbook names tells whether the case may say more now than it did then.
func TestACheckKnowsWhetherTheCaseHasGrown(t *testing.T) {
	ctx := t.Context()
	c := newCase(t, audit.Engagement{})
	drawn := func(name, query string) string {
		path := filepath.Join(t.TempDir(), name+".xlsx")
		if _, err := c.Export(ctx, casefile.ExportRequest{Format: casefile.Workbook, Query: query, Path: path, Version: "test"}); err != nil {
			t.Fatal(err)
		}
		return path
	}
	check := func(c *casefile.Case, path string, since export.Since, agrees bool) {
		t.Helper()
		if got, err := c.Check(ctx, path, nil); err != nil || got.Since != since || got.Agrees() != agrees {
			t.Errorf("%s: %+v, %v; want since %d, agrees %t", filepath.Base(path), got, err, since, agrees)
		}
	}
	empty := drawn("empty", "")
	check(c, empty, export.Unchanged, true)
	take(t, c, "acme", at("2026-11-01T00:00:00Z"))
	check(c, empty, export.Grown, false) // it said "every event", and now there is one
	all, old := drawn("all", ""), drawn("old", "before:2026-11-02T00:00:00Z")
	check(c, all, export.Unchanged, true)
	take(t, c, "acme", at("2026-11-03T00:00:00Z"))
	check(c, all, export.Grown, false)
	check(c, old, export.Grown, true)
	stranger := newCase(t, audit.Engagement{})
	take(t, stranger, "acme", at("2026-11-01T00:00:00Z"))
	take(t, stranger, "acme", at("2026-11-04T00:00:00Z"))
	check(stranger, drawn("elsewhere", "before:2026-11-02T00:00:00Z"), export.Foreign, false)
}

// -7d is what it was when the export was made.
func TestARelativeTimeIsExportedAsAnInstant(t *testing.T) {
	c := newCase(t, audit.Engagement{})
	take(t, c, "acme", at("2026-11-20T00:00:00Z")+at("2026-11-01T00:00:00Z"))
	path := filepath.Join(t.TempDir(), "x.xlsx")
	if got, err := c.Export(t.Context(), casefile.ExportRequest{Format: casefile.Workbook, Query: "after:-7d", Path: path, Version: "test"}); err != nil || got.Events != 1 {
		t.Fatalf("%d events, %v", got.Events, err)
	}
	claims, err := export.ReadClaims(path)
	if err != nil || claims.Query != "after:2026-11-15T12:00:00Z" {
		t.Errorf("%q, %v", claims.Query, err)
	}
}

// The clock goes on while an export is prepared; the rows must be those that the query on About gives.
func TestARelativeTimeIsOneInstantForAWholeExport(t *testing.T) {
	clock := now()
	c, err := casefile.Create(t.Context(), filepath.Join(t.TempDir(), "test.auditcase"), audit.Engagement{}, casefile.Options{Now: func() time.Time {
		clock = clock.Add(time.Minute)
		return clock
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	var logs strings.Builder
	for m := range 240 { // one a minute, around the instant a week ago
		logs.WriteString(at(now().AddDate(0, 0, -7).Add(time.Duration(m-120)*time.Minute + 30*time.Second).Format(time.RFC3339)))
	}
	take(t, c, "acme", logs.String())
	path := filepath.Join(t.TempDir(), "x.xlsx")
	if _, err := c.Export(t.Context(), casefile.ExportRequest{Format: casefile.Workbook, Query: "after:-7d", Path: path, Version: "test"}); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Check(t.Context(), path, nil); err != nil || !got.Agrees() {
		t.Errorf("the rows are not those of %q: %d and %d, %v", got.Claims.Query, got.Claims.Rows, got.Rows, err)
	}
}

func TestValuesBeforeFollowFromWhateverOrderRecordsCameIn(t *testing.T) {
	records := []string{
		write("2026-01-01T00:00:00Z", "gpu vendor", "none", 200),
		write("2026-01-02T00:00:00Z", "gpu_vendor", "amd", 200),
		write("2026-01-03T00:00:00Z", "gpu vendor", "intel", 403), // not applied: moves nothing
		write("2026-01-04T00:00:00Z", "gpu vendor", "nvidia", 200),
		write("2026-01-05T00:00:00Z", "gpu vendor", "s3", 502), // its effect is unknown
		write("2026-01-06T00:00:00Z", "gpu vendor", "amd", 200),
	}
	said := func(c *casefile.Case) []string {
		rows, err := c.ChangeRows(t.Context(), casefile.RowsRequest{Order: audit.Oldest, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, r := range rows.Rows {
			out = append(out, fmt.Sprint(r.Time, " ", r.Words, " | ", r.Basis, " ", r.Note, " ", string(r.Old), " ", string(r.New)))
		}
		return out
	}
	once := newCase(t, audit.Engagement{})
	take(t, once, "acme", strings.Join(records, ""))
	want := said(once)
	if len(want) != 6 || !strings.Contains(want[1], "none → amd") || !strings.Contains(want[3], "amd → nvidia") || !strings.Contains(want[1], "derived") || !strings.Contains(want[0], "logged") {
		t.Fatalf("got %s", strings.Join(want, "\n"))
	}
	for _, order := range [][]int{{5, 4, 3, 2, 1, 0}, {3, 0, 5, 1, 4, 2}, {1, 3, 5, 0, 2, 4}} {
		c := newCase(t, audit.Engagement{})
		for _, i := range order {
			take(t, c, "acme", records[i])
			if _, err := c.Search(t.Context(), casefile.SearchRequest{Of: casefile.OfChanges}); err != nil { // the index follows
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(want, said(c)); diff != "" {
			t.Errorf("imported in the order %v: %s", order, diff)
		}
		if n, err := c.Count(t.Context(), casefile.OfChanges, "basis:derived", ""); err != nil || n != int64(strings.Count(strings.Join(want, "\n"), "| derived")) {
			t.Errorf("basis:derived counts %d, %v", n, err)
		}
		// The same setting of another deployment is another setting.
		take(t, c, "other", write("2026-01-02T12:00:00Z", "gpu vendor", "amd", 200))
		rows, err := c.ChangeRows(t.Context(), casefile.RowsRequest{Query: "deployment:other", Limit: 10})
		if err != nil || len(rows.Rows) != 1 || rows.Rows[0].Basis != audit.BasisLogged || rows.Rows[0].Old != nil {
			t.Errorf("got %+v, %v", rows.Rows, err)
		}
	}
}
