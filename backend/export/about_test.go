package export_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/export"
)

func TestAboutSaysHowTheEventsWereDrawn(t *testing.T) {
	in := input(events(3)...)
	var err error
	if in.About.Query, err = audit.ParseQuery("action:write -user:ci-bot"); err != nil {
		t.Fatal(err)
	}
	in.About.QueryText = in.About.Query.String()
	f, r := written(t, in)
	got := about(t, f)
	for _, want := range []string{
		"Title: Northwind Bank: Coder access review\n",
		"Reference: NWB-2026-H1-ITGC-017\n",
		"Prepared by: Þóra Guðmundsdóttir\n",
		"Case: northwind.auditcase\n",
		"Deployment: coder.northwind-bank.example\n",
		"Period under audit: 2026-01-01 to 2026-06-30, whole days in Europe/Zurich\n",
		"Made at: 2026-07-03T09:12:00+02:00\n",
		"Made with: Auditdesk 1.0.0\n",
		"Query: action:write -user:ci-bot\n",
		`In words: Events whose action is "write"; whose user is not "ci-bot"; within the period under audit (2026-01-01 to 2026-06-30, whole days in Europe/Zurich)` + "\n",
		"Order: oldest first; events of one instant stand in the order of their refs\n",
		"Period of the records: 2026-06-01T08:00:00.118204Z to 2026-06-01T08:00:14.118204Z\n",
		"SHA-256 of the events: " + r.SHA256 + "\n",
		"Head of the evidence chain: 8f0c6d1a\n",
		"auditdesk check",
		"Secrets: 1 changed field masked",
		"Texts cut: none",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("About does not say %q:\n%s", want, got)
		}
	}
}

func TestAboutSaysWhatBoundsTheRows(t *testing.T) {
	for name, c := range map[string]struct {
		alter func(*export.About)
		want  []string
	}{
		"a period, no query": {func(*export.About) {}, []string{
			"Query: (empty: every event of the period under audit)\n",
			"In words: Every event of the case; within the period under audit (2026-01-01 to 2026-06-30, whole days in Europe/Zurich)\n",
			"Case → workbook: 3 of 3 events of the case matched",
		}},
		"a period that is open to one side": {func(a *export.About) { a.Engagement.To = "" }, []string{"within the period under audit (2026-01-01 to open, whole days in Europe/Zurich)\n"}},
		"neither": {func(a *export.About) { a.Engagement.From, a.Engagement.To = "", "" }, []string{
			"Period under audit: not stated\n", "Query: (empty: every event of the case)\n", "In words: Every event of the case\n",
		}},
		"newest first":     {func(a *export.About) { a.Order = audit.Newest }, []string{"Order: newest first; events of one instant stand in the reverse order of their refs\n"}},
		"nobody named":     {func(a *export.About) { a.Engagement.PreparedBy = "" }, []string{"Prepared by: not stated\n"}},
		"nothing imported": {func(a *export.About) { a.Head = "" }, []string{"Head of the evidence chain: none: the case holds no import\n"}},
		"an organization of two names": {func(a *export.About) {
			a.Organizations = [][]string{{"core", "11111111-aaaa", "old core"}, {"ops", "7"}}
		}, []string{
			"Organizations: core is also recorded as 11111111-aaaa, old core\n: ops is also recorded as 7\n",
		}},
		"days of a zone":      {func(a *export.About) { a.Zone = "Asia/Tokyo" }, []string{"Days are meant in: Asia/Tokyo;", "--order oldest --zone Asia/Tokyo -o events.jsonl"}},
		"more in the case":    {func(a *export.About) { a.InCase = 9_000 }, []string{"Case → workbook: 3 of 9,000 events of the case matched, 3 rows written: agrees"}},
		"words in a workbook": {func(*export.About) {}, []string{"a long value is shortened there (…)"}},
	} {
		t.Run(name, func(t *testing.T) {
			in := input(events(3)...)
			c.alter(&in.About)
			f, _ := written(t, in)
			got := about(t, f)
			for _, want := range c.want {
				if !strings.Contains(got, want) {
					t.Errorf("About does not say %q:\n%s", want, got)
				}
			}
		})
	}
}

func TestEveryLineOfAboutHasRoom(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		width int
		want  int
	}{
		"nothing":                   {"", 100, 1},
		"one line":                  {"a b c", 100, 1},
		"line feeds":                {"a\nb\n\nc", 100, 4},
		"words that do not fit":     {strings.Repeat("word ", 40), 100, 3},
		"a word of several lines":   {strings.Repeat("x", 200), 100, 3},
		"a long word after a short": {"a " + strings.Repeat("x", 100), 100, 3},
	} {
		if got := export.LinesOf(c.text, c.width); got != c.want {
			t.Errorf("%s: %d lines, want %d", name, got, c.want)
		}
	}
	f, _ := written(t, input(events(2)...))
	for row, r := range rows(t, f, "About this export") {
		if len(r) < 2 {
			continue
		}
		height, err := f.GetRowHeight("About this export", row+1)
		if need := float64(15 * export.LinesOf(r[1], 104)); err != nil || height < need {
			t.Errorf("row %d is %v high (%v), want %v: %s", row+1, height, err, need, r[1])
		}
	}
}

func TestReconciliation(t *testing.T) {
	stated := func(n int64) *int64 { return &n }
	for name, c := range map[string]struct {
		alter func(*export.Input)
		want  []string
	}{
		"no outside total": {func(*export.Input) {}, []string{
			"Deployment → files: not tested: no outside total was given",
			"Files → case: 6 lines = 4 of records + 2 other lines; 4 records = 3 events + 0 matching records + 0 duplicates + 1 unreadable\n",
			"3 events given by the files, 3 in the case: agrees",
			"Case → workbook: 3 of 3 events of the case matched, 3 rows written: agrees",
			"3 admin changes of these events, 3 rows written: agrees",
		}},
		"outside total agrees": {func(in *export.Input) { in.Sources[0].Receipt.Count = stated(4) }, []string{
			"Deployment → files: coder-audit.ndjson: the provider stated a count of 4, which agrees with 4 records\n",
		}},
		"outside total differs": {func(in *export.Input) { in.Sources[0].Receipt.Count = stated(1_234) }, []string{
			"Deployment → files: coder-audit.ndjson: the provider stated a count of 1,234, which does NOT agree; it differs: 1,234 stated, 4 records on 6 lines read\n",
		}},
		"one file of two with a total": {func(in *export.Input) {
			in.Sources[0].Receipt.Count = stated(4)
			in.Sources = append(in.Sources, audit.Source{Path: "b.log"})
		}, []string{"not tested for 1 other file"}},
		"a file that does not add up": {func(in *export.Input) { in.Sources[0].Lines++ }, []string{"does not add up: coder-audit.ndjson"}},
		"the case holds more":         {func(in *export.Input) { in.About.InCase = 9 }, []string{"3 events given by the files, 9 in the case: does NOT agree"}},
		"digest stated by the provider": {func(in *export.Input) { in.Sources[0].Receipt.SHA256 = " " + strings.ToUpper(in.Sources[0].SHA256) }, []string{
			"against the one stated by the provider: agrees",
		}},
		"another digest stated": {func(in *export.Input) { in.Sources[0].Receipt.SHA256 = "00" }, []string{"against the one stated by the provider: differs"}},
		"read in part":          {func(in *export.Input) { in.Sources[0].State = audit.SourcePartial }, []string{"read in part: the import ended early"}},
		"stretches without records": {func(in *export.Input) {
			in.About.Gaps = []audit.Gap{{Deployment: "coder.example", From: *in.About.First, To: *in.About.First + 26*3_600_000_000_000}}
		}, []string{"Stretches without records: 1 stretch, taken from the files without the query", "coder.example: 2026-06-01T08:00:00.118204Z to 2026-06-02T10:00:00.118204Z (1 day 2 hours)"}},
	} {
		t.Run(name, func(t *testing.T) {
			in := input(events(3)...)
			c.alter(&in)
			f, _ := written(t, in)
			got := about(t, f)
			for _, want := range c.want {
				if !strings.Contains(got, want) {
					t.Errorf("About does not say %q:\n%s", want, got)
				}
			}
		})
	}
}

// The words that are never used, for each promises more than a log can hold.
func TestNothingIsOverclaimed(t *testing.T) {
	never := regexp.MustCompile(`(?i)complete|tamper.?proof|verified|no change|compliant`)
	in := input(events(3)...)
	in.About.Gaps = []audit.Gap{{Deployment: "a", From: 0, To: 1}}
	in.Sources[0].State = audit.SourcePartial
	in.Sources[0].Receipt.SHA256 = "00"
	full, bare := filepath.Join(t.TempDir(), "full.xlsx"), filepath.Join(t.TempDir(), "bare.xlsx")
	if _, err := export.WorkbookWithin(t.Context(), full, in, 3, 2_000); err != nil {
		t.Fatal(err)
	}
	if _, err := export.Workbook(t.Context(), bare, input(), nil); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{full, bare} {
		for name, xml := range parts(t, path) {
			if strings.HasPrefix(name, "xl/worksheets/") || strings.HasPrefix(name, "docProps/") {
				if found := never.FindString(xml); found != "" {
					t.Errorf("%s says %q", name, found)
				}
			}
		}
	}
	for _, f := range audit.Fields() {
		q := audit.Query{Terms: []audit.Term{{Field: f, Values: []audit.Value{{Op: audit.OpEqual, Text: "x"}}}, {Field: f, Exclude: true, Values: []audit.Value{{Op: audit.OpRecorded}}}}}
		if found := never.FindString(export.WordsOf(q, "UTC")); found != "" {
			t.Errorf("the words of %s say %q", f, found)
		}
	}
}
