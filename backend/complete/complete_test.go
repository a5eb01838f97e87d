package complete_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/complete"
)

// monday is the first hour of a week.
var monday = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

func at(t time.Time) audit.Time { return audit.Time(t.UnixNano()) }

// hours has one event in each hour of so many weeks for which has says so.
func hours(weeks int, has func(h int, t time.Time) bool) []complete.Hour {
	var out []complete.Hour
	for h := range weeks * 168 {
		if t := monday.Add(time.Duration(h) * time.Hour); has(h, t) {
			a := at(t.Add(20 * time.Minute))
			out = append(out, complete.Hour{Hour: t.Unix() / 3600, First: a, Last: a, Events: 1})
		}
	}
	return out
}

// test runs the tests and returns one of them.
func test(t *testing.T, name string, in complete.Input) audit.CompletenessTest {
	t.Helper()
	for _, one := range complete.Tests(in) {
		if one.Test == name {
			checkSaid(t, &one)
			return one
		}
	}
	t.Fatalf("there is no test %q", name)
	return audit.CompletenessTest{}
}

// checkSaid checks what holds for every test: a reason, and queries that can be read.
func checkSaid(t *testing.T, one *audit.CompletenessTest) {
	t.Helper()
	if one.Words == "" || one.Title == "" || one.Step == "" || one.Findings == nil {
		t.Errorf("%s says too little: %+v", one.Test, one)
	}
	differing := 0
	for _, f := range one.Findings {
		if _, err := audit.ParseQuery(f.Query); err != nil {
			t.Errorf("%s: query %q: %v", one.Test, f.Query, err)
		}
		if !f.Aside {
			differing++
		}
	}
	if one.Verdict == audit.Agrees && differing > 0 {
		t.Errorf("%s agrees with %d findings", one.Test, differing)
	}
}

func deployment(d complete.Deployment) complete.Input {
	d.Name = "prod"
	if d.Versions == nil {
		d.Versions = map[audit.Version]int64{audit.V2: 1}
	}
	return complete.Input{Deployments: []complete.Deployment{d}}
}

func TestRhythm(t *testing.T) {
	always := func(int, time.Time) bool { return true }
	office := func(_ int, t time.Time) bool {
		return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday && t.Hour() >= 7 && t.Hour() < 18
	}
	without := func(has func(int, time.Time) bool, from, n int) func(int, time.Time) bool {
		return func(h int, t time.Time) bool { return has(h, t) && (h < from || h >= from+n) }
	}
	const workday = 5*168 + 24 + 8 // a Tuesday at 8
	for _, tt := range []struct {
		name  string
		hours []complete.Hour
		want  audit.Verdict
		found []string // beginnings of the findings
	}{
		{"no event", nil, audit.Untestable, nil},
		{"two weeks are too few", hours(2, always), audit.Untestable, nil},
		{"logs every hour", hours(8, always), audit.Agrees, nil},
		{"silent every night and weekend", hours(8, office), audit.Agrees, nil},
		{"nine hours on a workday", hours(8, without(always, workday, 9)), audit.Differs, []string{"no record from 2026-02-10 07:20 to 2026-02-10 17:20 UTC (10 h); usually 8 of these 9 hours have one"}},
		{"one hour, of many weeks", hours(26, without(always, workday, 1)), audit.Agrees, nil},
		{"a workday of an office", hours(8, without(office, workday-2, 12)), audit.Differs, []string{"no record from 2026-02-09 17:20 to 2026-02-11 07:20 UTC (1 d 14 h)"}},
		{"a weekend more than every weekend", hours(8, without(office, 4*168+5*24, 48)), audit.Agrees, nil},
		{"two weeks at once, which are no part of what is usual", hours(12, without(office, 5*168, 2*168)), audit.Differs, []string{"no record from 2026-02-06 17:20 to 2026-02-23 07:20 UTC (16 d 14 h); usually 100 of these 397"}},
		{"one event a day at noon is silent till noon", hours(8, func(_ int, t time.Time) bool { return t.Hour() == 12 }), audit.Agrees, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := test(t, "rhythm", deployment(complete.Deployment{Hours: tt.hours}))
			if got.Verdict != tt.want || len(got.Findings) != len(tt.found) {
				t.Fatalf("%s: %s %+v", got.Verdict, got.Words, got.Findings)
			}
			for i, want := range tt.found {
				if !strings.HasPrefix(got.Findings[i].Words, want) {
					t.Errorf("found %q, want %q…", got.Findings[i].Words, want)
				}
			}
		})
	}
}

func TestRhythmRelatesWholeDays(t *testing.T) {
	quiet := hours(8, func(h int, _ time.Time) bool { return h < 800 || h >= 880 })
	day := at(monday.Add(816 * time.Hour))
	in := deployment(complete.Deployment{Hours: quiet})
	in.Gaps = []audit.Gap{{Deployment: "prod", From: day, To: day + audit.Time(48*time.Hour)}}
	if got := test(t, "rhythm", in); !strings.Contains(got.Words, "the stretch of whole days without records lies in it") {
		t.Errorf("said %q", got.Words)
	}
}

func TestFindingsBeyondThoseListedAreCounted(t *testing.T) {
	var d complete.Deployment
	for i := range 120 {
		d.Builds.Add(complete.Build{Workspace: "w", ByID: true, Name: "ada/main", Target: "main", Number: int64(2*i + 1), Time: audit.Time(i)})
	}
	got := test(t, "builds", deployment(d))
	if len(got.Findings) != 50 || got.Further != 69 {
		t.Errorf("%d listed and %d more, of 119", len(got.Findings), got.Further)
	}
}

func class(version audit.Version, log audit.Log, name string, first, last, events int) audit.ClassSpan {
	day := func(n int) audit.Time { return at(monday.AddDate(0, 0, n)) }
	return audit.ClassSpan{Deployment: "prod", Version: version, Log: log, Class: name, First: day(first), Last: day(last), Events: int64(events), Query: "log:" + string(log)}
}

func TestClasses(t *testing.T) {
	for _, tt := range []struct {
		name  string
		of    []audit.ClassSpan
		want  audit.Verdict
		found string
	}{
		{"one class only", []audit.ClassSpan{class(audit.V2, audit.AuditLog, "sign-ins", 0, 90, 900)}, audit.Untestable, ""},
		{"classes that begin together", []audit.ClassSpan{class(audit.V2, audit.AuditLog, "sign-ins", 0, 90, 900), class(audit.V2, audit.AuditLog, "connections", 3, 90, 900)}, audit.Agrees, ""},
		{"connections that begin late", []audit.ClassSpan{class(audit.V2, audit.AuditLog, "sign-ins", 0, 90, 900), class(audit.V2, audit.AuditLog, "connections", 40, 90, 900)}, audit.Differs, "connections of the v2 audit log: 900 events"},
		{"a rare class that begins late", []audit.ClassSpan{class(audit.V2, audit.AuditLog, "sign-ins", 0, 90, 900), class(audit.V2, audit.AuditLog, "connections", 40, 90, 5)}, audit.Untestable, ""},
		{"a class that occurs every third day and begins after forty", []audit.ClassSpan{class(audit.V2, audit.AuditLog, "sign-ins", 0, 190, 900), class(audit.V2, audit.AuditLog, "connections", 40, 190, 51)}, audit.Agrees, ""},
		{"two versions are not compared with each other", []audit.ClassSpan{
			class(audit.V1, audit.AuditLog, "sign-ins", 0, 90, 900), class(audit.V1, audit.AuditLog, "connections", 0, 90, 900),
			class(audit.V2, audit.AuditLog, "sign-ins", 90, 180, 900), class(audit.V2, audit.AuditLog, "connections", 91, 180, 900),
		}, audit.Agrees, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := test(t, "classes", deployment(complete.Deployment{Classes: tt.of}))
			if got.Verdict != tt.want {
				t.Fatalf("%s: %s", got.Verdict, got.Words)
			}
			if tt.found != "" && (got.Findings[0].Aside || !strings.HasPrefix(got.Findings[0].Words, tt.found)) {
				t.Errorf("found first %+v", got.Findings[0])
			}
		})
	}
}

func TestConnections(t *testing.T) {
	audits := class(audit.V2, audit.AuditLog, "sign-ins", 0, 180, 1800)
	inAudit := func(last int) audit.ClassSpan {
		return class(audit.V2, audit.AuditLog, "connections", 0, last, 10*last)
	}
	inLog := func(first, last int) audit.ClassSpan {
		return class(audit.V2, audit.ConnectionLog, "connections", first, last, 900)
	}
	for _, tt := range []struct {
		name  string
		of    []audit.ClassSpan
		want  audit.Verdict
		words string
	}{
		{"v1 only", []audit.ClassSpan{class(audit.V1, audit.AuditLog, "connections", 0, 90, 900)}, audit.Untestable, "v1 keeps no connection log"},
		{"to the end of the audit log", []audit.ClassSpan{audits, inAudit(179)}, audit.Agrees, "up to its end: the last one at 2026-07-03"},
		{"they end and no connection log came", []audit.ClassSpan{audits, inAudit(60)}, audit.Untestable, "From 2026-03-06 00:00 UTC on the audit log holds no connection, and no connection log is among the sources"},
		{"they end where the connection log begins", []audit.ClassSpan{audits, inAudit(60), inLog(60, 180)}, audit.Agrees, "the connection log covers the time from 2026-03-06"},
		{"the connection log begins later", []audit.ClassSpan{audits, inAudit(60), inLog(100, 180)}, audit.Differs, "the connection log begins at 2026-04-15"},
		{"the connection log ends early", []audit.ClassSpan{audits, inAudit(60), inLog(50, 120)}, audit.Differs, "the connection log ends at 2026-05-05"},
		{"never in the audit log, and no connection log", []audit.ClassSpan{audits}, audit.Untestable, "The v2 audit log holds no connection, and no connection log is among the sources"},
		{"never in the audit log, the connection log covers it", []audit.ClassSpan{audits, inLog(0, 180)}, audit.Agrees, "The v2 audit log holds no connection; the connection log covers"},
		{"the connection log alone", []audit.ClassSpan{inLog(0, 180)}, audit.Untestable, "No v2 audit log is among the sources"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := test(t, "connections", deployment(complete.Deployment{Classes: tt.of}))
			if got.Verdict != tt.want || !strings.Contains(got.Words, tt.words) {
				t.Errorf("%s: %s", got.Verdict, got.Words)
			}
		})
	}
}

func TestSynthetic(t *testing.T) {
	for _, tt := range []struct {
		name     string
		versions map[audit.Version]int64
		rows     int64
		want     audit.Verdict
	}{
		{"v1 has no such endpoint", map[audit.Version]int64{audit.V1: 10}, 0, audit.Untestable},
		{"none", map[audit.Version]int64{audit.V2: 10}, 0, audit.Agrees},
		{"two", map[audit.Version]int64{audit.V2: 10}, 2, audit.Differs},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := test(t, "synthetic", deployment(complete.Deployment{Versions: tt.versions, Synthetic: tt.rows}))
			if got.Verdict != tt.want {
				t.Errorf("%s: %s", got.Verdict, got.Words)
			}
			if tt.rows > 0 && got.Findings[0].Query != "deployment:prod has:synthetic" {
				t.Errorf("opens %q", got.Findings[0].Query)
			}
		})
	}
}

func source(number int64, path string, change func(*audit.Source)) audit.Source {
	s := audit.Source{Number: number, Path: path, Deployment: "prod", Form: "v2-json", State: audit.SourceWhole, SHA256: strings.Repeat("ab", 32),
		Counts: audit.Counts{Lines: 12, RecordLines: 10, Records: 10, Events: 9, Unreadable: 1, Other: 2}}
	if change != nil {
		change(&s)
	}
	return s
}

func TestReconciliations(t *testing.T) {
	stated := func(n int64) func(*audit.Source) { return func(s *audit.Source) { s.Receipt.Count = &n } }
	answer := func(n int64) func(*audit.Source) { return func(s *audit.Source) { s.Stated = &n } }
	digest := func(d string) func(*audit.Source) { return func(s *audit.Source) { s.Receipt.SHA256 = d } }
	repeat := source(9, "b.json", func(s *audit.Source) { s.State, s.Counts = audit.SourceRepeat, audit.Counts{} })
	for _, tt := range []struct {
		name, test string
		sources    []audit.Source
		want       audit.Verdict
		words      string
	}{
		{"nothing imported", "account", nil, audit.Untestable, "Nothing was imported yet."},
		{"an empty file", "account", []audit.Source{source(1, "a.json", func(s *audit.Source) { s.Counts = audit.Counts{} })}, audit.Untestable, "hold no line"},
		{"it adds up", "account", []audit.Source{source(1, "a.json", nil), repeat}, audit.Agrees, "12 lines read = 10 of records + 2 other lines; 9 events of the sources are the 9 of the case."},
		{"a line is lost", "account", []audit.Source{source(1, "a.json", func(s *audit.Source) { s.Lines++ })}, audit.Differs, "do not add up"},
		{"the case holds other events", "account", []audit.Source{source(1, "a.json", nil), source(2, "b.json", nil)}, audit.Differs, "do not add up"},
		{"read in part", "account", []audit.Source{source(1, "a.json", func(s *audit.Source) { s.State = audit.SourcePartial })}, audit.Differs, "1 source was read in part only"},
		{"no total given", "stated", []audit.Source{source(1, "a.json", nil), repeat}, audit.Untestable, "No outside total was given"},
		{"the total agrees", "stated", []audit.Source{source(1, "a.json", stated(10))}, audit.Agrees, "Every source holds as many records"},
		{"a total of lines agrees", "stated", []audit.Source{source(1, "a.json", stated(12))}, audit.Agrees, "Every source holds as many records"},
		{"the total differs", "stated", []audit.Source{source(1, "a.json", stated(11)), source(2, "b.json", stated(10))}, audit.Differs, "1 source holds another number"},
		{"a total for one of two", "stated", []audit.Source{source(1, "a.json", stated(10)), source(2, "b.json", nil)}, audit.Untestable, "for 1 none was given"},
		{"an answer that holds what it counts", "stated", []audit.Source{source(1, "a.json", answer(10))}, audit.Agrees, "Every source holds as many records"},
		{"an answer of which pages are missing", "stated", []audit.Source{source(1, "a.json", answer(250))}, audit.Differs, "1 source holds another number"},
		{"pages in files of their own", "stated", []audit.Source{source(1, "a.json", answer(20)), source(2, "b.json", answer(20))}, audit.Agrees, "Every source holds as many records"},
		{"one page of three is missing", "stated", []audit.Source{source(1, "a.json", answer(30)), source(2, "b.json", answer(30))}, audit.Differs, "2 sources hold another number"},
		{"the receipt agrees, the answer does not", "stated", []audit.Source{source(1, "a.json", func(s *audit.Source) { stated(10)(s); answer(11)(s) })}, audit.Differs, "1 source holds another number"},
		{"no digest stated", "digests", []audit.Source{source(1, "a.json", nil)}, audit.Untestable, "No digest was stated"},
		{"the digest agrees in upper case", "digests", []audit.Source{source(1, "a.json", digest(strings.Repeat("AB", 32)))}, audit.Agrees, "Every source has the SHA-256"},
		{"another digest", "digests", []audit.Source{source(1, "a.json", digest("ff"))}, audit.Differs, "1 source is not what the provider named"},
		{"a workbook is not at hand", "workbook", nil, audit.Untestable, "auditdesk check FILE.xlsx CASE"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			events := int64(9)
			if len(tt.sources) == 1 && tt.sources[0].Lines == 0 {
				events = 0
			}
			got := test(t, tt.test, complete.Input{Sources: tt.sources, Events: events})
			if got.Verdict != tt.want || !strings.Contains(got.Words, tt.words) {
				t.Errorf("%s: %s", got.Verdict, got.Words)
			}
		})
	}
}

func TestDaysAreThoseOfTheAccounts(t *testing.T) {
	in := deployment(complete.Deployment{})
	in.Sources = []audit.Source{source(1, "a.json", nil)}
	in.Days = []audit.FormDay{{Deployment: "prod", Day: "2026-01-05", Form: "v2-json", Records: 4}, {Deployment: "prod", Day: "2026-01-06", Form: "v2-json", Records: 5}, {Deployment: "other", Day: "2026-01-06", Form: "v2-json", Records: 7}}
	got := test(t, "days", in)
	if got.Verdict != audit.Agrees || got.Findings[0].Words != "v2-json: 9 records on 2 days, 2026-01-05 to 2026-01-06 UTC" {
		t.Errorf("%s: %+v", got.Verdict, got.Findings)
	}
	in.Days[0].Records = 3
	if got := test(t, "days", in); got.Verdict != audit.Differs {
		t.Errorf("%s: %s", got.Verdict, got.Words)
	}
}

func TestTimesAreOfTheZone(t *testing.T) {
	in := deployment(complete.Deployment{Hours: hours(8, func(h int, _ time.Time) bool { return h < 800 || h >= 840 })})
	var err error
	if in.Zone, err = time.LoadLocation("Asia/Tokyo"); err != nil {
		t.Fatal(err)
	}
	if got := test(t, "rhythm", in); !strings.Contains(fmt.Sprint(got.Findings), "2026-02-07 16:20 to 2026-02-09 09:20 Asia/Tokyo") {
		t.Errorf("said %v", got.Findings)
	}
}
