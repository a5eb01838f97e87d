package casefile_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/decode"
	"auditdesk/backend/ingest"
)

// earlier is a program that understands less: it does not look into deep records.
var earlier = decode.Limits{Depth: 7}

// deep is a record that the earlier program can't read.
func deep(second int, field string) string {
	return fmt.Sprintf(`{"msg":"audit_log","fields":{"audit_log":{"time":"2026-02-01T12:00:%02dZ","user":{"id":"u9","email":"root@acme.example"},"action":"write","resource_type":"infrastructure","resource_target":"infrastructure","diff":{%q:{"a":{"b":{"c":{"d":{"e":1}}}}}},"status_code":200}}}`, second, field)
}

func plain(second int) string {
	return strings.TrimSuffix(at(fmt.Sprintf("2026-02-01T12:00:%02dZ", second)), "\n")
}

func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// loki is one line with several records.
func loki(lines ...string) string {
	var b strings.Builder
	for i, l := range lines {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `["1769947200000000%03d",%s]`, i, quoted(l))
	}
	return `{"streams":[{"stream":{},"values":[` + b.String() + `]}]}`
}

func docker(line string) string {
	return fmt.Sprintf(`{"log":%s,"stream":"stderr","time":"2026-02-01T12:00:00Z"}`, quoted(line+"\n"))
}

type caseState struct {
	Events   []string
	Accounts []string
	Days     []audit.DayCount
	Queries  map[string]int64
}

// stateOf is what a case says, without where the records of an event stand.
func stateOf(t testing.TB, c *casefile.Case) caseState {
	t.Helper()
	ctx := context.Background()
	out := caseState{Queries: map[string]int64{}}
	rows, err := c.EventRows(ctx, casefile.RowsRequest{Of: casefile.OfEvents, Order: audit.Oldest, Limit: 100000})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range rows.Rows {
		paths := make([]string, 0, len(e.Sources))
		for _, p := range e.Sources {
			paths = append(paths, filepath.Base(p.Path))
		}
		slices.Sort(paths)
		e.Sources = nil
		b, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		out.Events = append(out.Events, string(b)+strings.Join(paths, " "))
	}
	slices.Sort(out.Events)
	src, err := c.Sources(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range src.Sources {
		if !s.AddsUp() {
			t.Errorf("%s: %+v does not add up", s.Path, s.Counts)
		}
		out.Accounts = append(out.Accounts, fmt.Sprintf("%s %d %d %d %d %d %v %v %s", filepath.Base(s.Path), s.Lines, s.RecordLines, s.Records, s.Other, s.Unreadable, s.First, s.Last, s.Form))
	}
	out.Days = src.Coverage
	for _, q := range []string{"", "action:write", "class:admin", "user:root@acme.example", "changed:gpu"} {
		if out.Queries[q], err = c.Count(ctx, casefile.OfEvents, q, ""); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func head(t testing.TB, c *casefile.Case) string {
	t.Helper()
	h, err := c.Head(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func verifies(t testing.TB, c *casefile.Case) {
	t.Helper()
	rep, err := c.Verify(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if !rep.Sound() {
		t.Errorf("the case is damaged: %s; %+v", rep.First, rep.Checks)
	}
}

func read(t testing.TB, c *casefile.Case, path string, l decode.Limits) {
	t.Helper()
	if _, err := c.Import(context.Background(), []string{path}, casefile.ImportOptions{Deployment: "acme", Limits: l}); err != nil {
		t.Fatal(err)
	}
}

func again(t testing.TB, c *casefile.Case, batch int) ingest.RetryResult {
	t.Helper()
	res, err := c.Retry(context.Background(), casefile.RetryOptions{Version: "2.0.0", Batch: batch})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// Whatever an earlier version could not understand, and in whatever order files came: once it is tried again the case says what it
// would say had it been understood at once.
func TestWhatIsUnderstoodWhenTriedAgainIsWhatHadBeenReadAtOnce(t *testing.T) {
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		simple, nested := rapid.Map(rapid.IntRange(0, 5), plain), rapid.Custom(func(rt *rapid.T) string {
			return deep(rapid.IntRange(0, 5).Draw(rt, "second"), rapid.SampledFrom([]string{"gpu", "cpu"}).Draw(rt, "field"))
		})
		record := rapid.OneOf(simple, nested)
		several := func(l []string) string { return loki(l...) }
		line := rapid.OneOf(record, rapid.Map(record, docker), rapid.Map(rapid.SliceOfN(simple, 1, 3), several), rapid.Map(rapid.SliceOfN(nested, 1, 3), several),
			rapid.Map(rapid.SliceOfN(record, 2, 3), func(l []string) string { return strings.Join(l, "") }),
			rapid.Just("no record"), rapid.Just(`{"msg":"audit_log","fields":{"audit_log":{`))
		var files []string
		for i, lines := range rapid.SliceOfN(rapid.SliceOfN(line, 1, 8), 1, 3).Draw(rt, "files") {
			path := filepath.Join(dir, fmt.Sprintf("%d-%d.log", n, i))
			if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
				rt.Fatal(err)
			}
			files = append(files, path)
		}
		fresh := func(name string) *casefile.Case {
			c, err := casefile.Create(context.Background(), filepath.Join(dir, fmt.Sprintf("%d-%s.auditcase", n, name)), audit.Engagement{Title: "x"}, casefile.Options{Now: now})
			if err != nil {
				rt.Fatal(err)
			}
			return c
		}
		want, got := fresh("at once"), fresh("again")
		defer want.Close() //nolint:errcheck // a test
		defer got.Close()  //nolint:errcheck // a test
		between := rapid.IntRange(0, len(files)).Draw(rt, "retried after")
		for i, f := range files {
			if i == between {
				again(t, got, 0)
			}
			read(t, want, f, decode.Limits{})
			read(t, got, f, earlier)
		}
		again(t, got, rapid.IntRange(1, 3).Draw(rt, "batch"))
		if diff := cmp.Diff(stateOf(t, want), stateOf(t, got)); diff != "" {
			rt.Fatalf("-at once +again\n%s", diff)
		}
		if n%5 == 0 { // it takes as long as all else
			verifies(t, got)
		}
		before := head(t, got)
		if res := again(t, got, 0); res.Understood != 0 || head(t, got) != before {
			rt.Fatalf("a second retry: %+v", res)
		}
		if t.Failed() {
			rt.FailNow()
		}
	})
}

func v2Row(id int, nested bool) string {
	diff := "{}"
	if nested {
		diff = `{"x":{"old":{"a":{"b":{"c":{"d":{"e":{"f":1}}}}}},"new":2,"secret":false}}`
	}
	return fmt.Sprintf(`{"id":"00000000-0000-4000-8000-%012d","time":"2026-02-01T13:00:%02dZ","action":"write","resource_type":"template","resource_target":"t","status_code":200,"diff":%s}`, id, id, diff)
}

func TestUnreadableRecordsThatAreUnderstoodLater(t *testing.T) {
	c := newCase(t, audit.Engagement{})
	read(t, c, file(t, "first.log", v2Row(1, false)+"\n"+v2Row(2, true)+"\n"), decode.Limits{})
	path := file(t, "second.log", strings.Join([]string{
		"no record", v2Row(3, true), v2Row(2, true), v2Row(3, true), v2Row(4, false), `{"msg":"audit_log","fields":{"audit_log":{`,
	}, "\n")+"\n")
	read(t, c, path, earlier)
	before, err := c.Sources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if s := before.Sources[1]; s.Unreadable != 4 || s.Events != 1 || before.UnreadableTotal != 4 {
		t.Fatalf("%+v; want what the earlier program can't read", s)
	}
	want := []audit.ReasonCount{{Reason: "nested deeper than 7", Count: 3}, {Reason: "broken JSON at byte …", Count: 1}}
	if !cmp.Equal(before.Reasons, want) {
		t.Errorf("reasons %+v, want %+v", before.Reasons, want)
	}
	res := again(t, c, 0)
	res.Seconds = 0
	if want := (ingest.RetryResult{Tried: 4, Understood: 3, Events: 1, Matching: 1, Duplicates: 1, Still: 1}); res != want {
		t.Errorf("%+v, want %+v", res, want)
	}
	after, err := c.Sources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := after.Sources[1]
	if s.Unreadable != 1 || s.Events != 2 || s.Matching != 1 || s.Duplicates != 1 || s.Records != 5 || !s.AddsUp() || after.UnreadableTotal != 1 || len(after.Unreadable) != 1 || after.Unreadable[0].Line != 6 {
		t.Errorf("%+v, %+v", s, after.Unreadable)
	}
	if !strings.Contains(s.Note, "3 unreadable records were understood when tried again on 2026-") || !strings.HasSuffix(s.Note, " by version 2.0.0") {
		t.Errorf("note %q", s.Note)
	}
	e, err := c.EventRows(t.Context(), casefile.RowsRequest{Query: `id:00000000-0000-4000-8000-000000000003`, Limit: 9})
	if err != nil || len(e.Rows) != 1 || e.Rows[0].Sources[0].Line != 2 || e.Rows[0].Sources[0].Offset != 10 {
		t.Errorf("%+v, %v; want the record at its own place", e.Rows, err)
	}
	verifies(t, c)
}

func TestWhatWasCutOffCantBeTriedAgain(t *testing.T) {
	c := newCase(t, audit.Engagement{})
	long := strings.Replace(plain(1), "jessie", strings.Repeat("j", 3000), 1)
	read(t, c, file(t, "a.log", long+"\n"+plain(2)+"\n"), decode.Limits{Record: 2048})
	read(t, c, file(t, "b.json", "[\n"+plain(3)+",\n"), decode.Limits{})
	before := head(t, c)
	if res := again(t, c, 0); res.Cut != 2 || res.Tried != 0 || res.Understood != 0 {
		t.Errorf("%+v; want that neither the long line nor the missing end is tried", res)
	}
	if head(t, c) != before {
		t.Error("the case was written")
	}
}
