package casefile_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
)

// groupWrite is a REST row of Coder v2: a group's name changes from old to now.
func groupWrite(n, group int, hour int, status int, old, now string) string {
	return fmt.Sprintf(`{"id":"00000000-0000-4000-8000-%012x","time":"2026-02-01T%02d:00:00Z","resource_type":"group","resource_id":"00000000-0000-4000-8000-0000000000%02x","resource_target":"g","action":"write","status_code":%d,"diff":{"name":{"old":%s,"new":%s,"secret":false}}}`+"\n",
		n, hour, group, status, old, now)
}

func caseOf(t interface {
	Helper()
	Fatal(...any)
}, dir string, parts ...string) *casefile.Case {
	t.Helper()
	ctx := testContext()
	c, err := casefile.Create(ctx, filepath.Join(dir, "a.auditcase"), audit.Engagement{Title: "x", Zone: "UTC"}, casefile.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range parts {
		if _, err := c.Import(ctx, []string{"-"}, casefile.ImportOptions{Deployment: "prod", Stdin: strings.NewReader(p)}); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// followed is each change in short: its event's number, its state, and the events at the other ends of its breaks.
func followed(t interface {
	Helper()
	Fatal(...any)
}, c *casefile.Case, query string) []string {
	t.Helper()
	ctx := testContext()
	rows, err := c.ChangeRows(ctx, casefile.RowsRequest{Query: query, Order: audit.Oldest, Limit: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range rows.Rows {
		s := fmt.Sprintf("%s %s %s", r.Time, r.New, r.Continuity)
		if b := r.BreakBefore; b != nil {
			s += fmt.Sprintf(" | before: %s was %s, logs %s, %d gaps", b.AfterTime, b.ValueThen, b.OldLogged, b.Gaps)
		}
		if b := r.BreakAfter; b != nil {
			s += fmt.Sprintf(" | after: %s was %s, logs %s", b.BeforeTime, b.ValueThen, b.OldLogged)
		}
		out = append(out, s)
	}
	return out
}

func TestAChangeThatTheLogLacksIsShownAtBothEnds(t *testing.T) {
	ctx := t.Context()
	c := caseOf(t, t.TempDir(),
		groupWrite(1, 1, 1, 200, `"a"`, `"b"`)+groupWrite(2, 1, 3, 200, `"x"`, `"c"`)+groupWrite(3, 1, 4, 403, `"c"`, `"z"`)+groupWrite(4, 1, 5, 500, `"c"`, `"d"`)+
			groupWrite(5, 1, 6, 200, `"d"`, `"e"`)+groupWrite(6, 2, 2, 200, `"a"`, `"q"`))
	defer c.Close()
	want := []string{
		`2026-02-01T01:00:00Z "b" first logged | after: 2026-02-01T03:00:00Z was "b", logs "x"`,
		`2026-02-01T02:00:00Z "q" first logged`,
		`2026-02-01T03:00:00Z "c" break before | before: 2026-02-01T01:00:00Z was "b", logs "x", 0 gaps`,
		`2026-02-01T04:00:00Z "z" not applied`,
		`2026-02-01T05:00:00Z "d" effect unknown`,
		`2026-02-01T06:00:00Z "e" value unknown`,
	}
	if d := cmp.Diff(want, followed(t, c, "")); d != "" {
		t.Error(d)
	}
	for query, rows := range map[string][]int{`continuity:"break before"`: {2}, `continuity:"break after"`: {0}, `continuity:break*`: {0, 2}, `-continuity:break*`: {1, 3, 4, 5}, `continuity:"value unknown"`: {5}} {
		var some []string
		for _, i := range rows {
			some = append(some, want[i])
		}
		if d := cmp.Diff(some, followed(t, c, query)); d != "" {
			t.Errorf("%s: %s", query, d)
		}
	}
	if n, err := c.Count(ctx, casefile.OfEvents, `continuity:break*`, ""); err != nil || n != 2 {
		t.Errorf("%d events, %v", n, err)
	}
	rows, err := c.ChangeRows(ctx, casefile.RowsRequest{Query: `continuity:"break before"`, Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	b := rows.Rows[0].BreakBefore
	if words := fmt.Sprintf("the log lacks a change: event %s left b, event %s logs x as the value before", b.AfterEvent, rows.Rows[0].Event); b.Words != words || b.BeforeEvent != rows.Rows[0].Event {
		t.Errorf("%+v", b)
	}
	event, err := c.Event(ctx, string(b.AfterEvent))
	if err != nil || event.Event.Changes[0].BreakAfter == nil || event.Event.Changes[0].BreakAfter.BeforeEvent != b.BeforeEvent {
		t.Errorf("the event before: %+v, %v", event.Event.Changes, err)
	}
	if rep, err := c.Verify(ctx); err != nil || !rep.Sound() {
		t.Errorf("%+v, %v", rep.Checks, err)
	}

	// The record that was lacking comes late: only its setting is compared anew.
	before, err := c.Info(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Import(ctx, []string{"-"}, casefile.ImportOptions{Deployment: "prod", Stdin: strings.NewReader(groupWrite(7, 1, 2, 200, `"b"`, `"x"`))}); err != nil {
		t.Fatal(err)
	}
	want[0] = `2026-02-01T01:00:00Z "b" first logged`
	want[2] = `2026-02-01T03:00:00Z "c" follows`
	want = slices.Insert(want, 2, `2026-02-01T02:00:00Z "x" follows`)
	got := followed(t, c, "")
	slices.Sort(want)
	slices.Sort(got)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if after, err := c.Info(ctx); err != nil || after.Generation <= before.Generation {
		t.Errorf("generation %d after %d, %v", after.Generation, before.Generation, err)
	}
	if rep, err := c.Verify(ctx); err != nil || !rep.Sound() {
		t.Errorf("%+v, %v", rep.Checks, err)
	}
}

func TestSettingsThatAreNotOneDoNotFollowOneAnother(t *testing.T) {
	sync := func(n, hour int, org, old, now string) string {
		return fmt.Sprintf(`{"id":"00000000-0000-4000-8000-%012x","time":"2026-02-01T%02d:00:00Z","resource_type":"idp_sync_settings_group","resource_id":"00000000-0000-0000-0000-000000000000","resource_target":"","organization_id":"%s","action":"write","status_code":200,"diff":{"field":{"old":%q,"new":%q,"secret":false}}}`+"\n", n, hour, org, old, now)
	}
	member := func(n, hour int, org, old, now string) string {
		return fmt.Sprintf(`{"id":"00000000-0000-4000-8000-%012x","time":"2026-02-01T%02d:00:00Z","resource_type":"organization_member","resource_id":"00000000-0000-4000-8000-0000000000aa","resource_target":"kim","organization_id":"%s","action":"write","status_code":200,"diff":{"roles":{"old":[%q],"new":[%q],"secret":false}}}`+"\n", n, hour, org, old, now)
	}
	health := func(n, hour int, now string) string {
		return fmt.Sprintf(`{"id":"00000000-0000-4000-8000-%012x","time":"2026-02-01T%02d:00:00Z","resource_type":"health_settings","resource_id":"","resource_target":"","action":"write","status_code":200,"diff":{"dismissed_healthchecks":{"old":null,"new":[%q],"secret":false}}}`+"\n", n, hour, now)
	}
	one, two := "11111111-0000-4000-8000-000000000000", "22222222-0000-4000-8000-000000000000"
	for _, tc := range []struct {
		why    string
		log    string
		breaks int
	}{
		{"IdP sync of two organizations", sync(1, 1, one, "a", "b") + sync(2, 2, two, "c", "d") + sync(3, 3, one, "b", "c"), 0},
		{"IdP sync of one", sync(1, 1, one, "a", "b") + sync(3, 3, one, "x", "c"), 1},
		{"one person in two organizations", member(1, 1, one, "a", "b") + member(2, 2, two, "c", "d") + member(3, 3, one, "b", "c"), 0},
		{"one person in one", member(1, 1, one, "a", "b") + member(3, 3, one, "x", "c"), 1},
		{"settings that are logged as if never read", health(1, 1, "a") + health(2, 2, "b"), 0},
		{"two groups", groupWrite(1, 1, 1, 200, `1`, `2`) + groupWrite(2, 2, 2, 200, `3`, `4`), 0},
	} {
		t.Run(tc.why, func(t *testing.T) {
			c := caseOf(t, t.TempDir(), tc.log)
			defer c.Close()
			if got := followed(t, c, `continuity:"break before"`); len(got) != tc.breaks {
				t.Errorf("%v", got)
			}
		})
	}
	c := caseOf(t, t.TempDir(), groupWrite(1, 1, 1, 200, `1`, `2`))
	defer c.Close()
	if _, err := c.Import(t.Context(), []string{"-"}, casefile.ImportOptions{Deployment: "staging", Stdin: strings.NewReader(groupWrite(2, 1, 2, 200, `3`, `4`))}); err != nil {
		t.Fatal(err)
	}
	if got := followed(t, c, `continuity:break*`); len(got) != 0 {
		t.Errorf("over two deployments: %v", got)
	}
}

// Coder v1 too: where a record logs the value before.
func TestContinuityOfV1(t *testing.T) {
	write := func(hour int, diff string) string {
		return fmt.Sprintf(`{"msg":"audit_log","fields":{"audit_log":{"time":"2022-10-11T%02d:00:00Z","action":"write","resource_type":"infrastructure","resource_target":"infrastructure","diff":{"gpu vendor":%s},"status_code":200}}}`+"\n", hour, diff)
	}
	c := caseOf(t, t.TempDir(), write(1, `"none"`)+write(2, `{"old":"none","new":"amd"}`)+write(4, `{"old":"intel","new":"none"}`))
	defer c.Close()
	want := []string{
		`2022-10-11T01:00:00Z "none" `, `2022-10-11T02:00:00Z "amd" follows | after: 2022-10-11T04:00:00Z was "amd", logs "intel"`,
		`2022-10-11T04:00:00Z "none" break before | before: 2022-10-11T02:00:00Z was "amd", logs "intel", 0 gaps`,
	}
	if d := cmp.Diff(want, followed(t, c, "")); d != "" {
		t.Error(d)
	}
	if rep, err := c.Verify(t.Context()); err != nil || !rep.Sound() {
		t.Errorf("%+v, %v", rep.Checks, err)
	}
	if _, err := c.Import(t.Context(), []string{"-"}, casefile.ImportOptions{Deployment: "prod", Stdin: strings.NewReader(write(3, `"intel"`))}); err != nil {
		t.Fatal(err)
	}
	if got := followed(t, c, `continuity:break*`); len(got) != 0 {
		t.Errorf("the value that was lacking came: %v", got)
	}
	if rep, err := c.Verify(t.Context()); err != nil || !rep.Sound() {
		t.Errorf("after a late record: %+v, %v", rep.Checks, err)
	}
}

// Whatever comes when, in how many imports, the same is said; and verify agrees with it.
func TestContinuityDoesNotDependOnTheOrderOfImport(t *testing.T) {
	type log struct {
		lines, shuffled []string
		cut             int
	}
	logs := rapid.Custom(func(t *rapid.T) log {
		var lines []string
		for n := range rapid.IntRange(1, 12).Draw(t, "records") {
			lines = append(lines, groupWrite(n+1, rapid.IntRange(1, 2).Draw(t, "group"), rapid.IntRange(0, 6).Draw(t, "hour"),
				rapid.SampledFrom([]int{200, 200, 200, 403, 500}).Draw(t, "status"), fmt.Sprint(rapid.IntRange(0, 2).Draw(t, "old")), fmt.Sprint(rapid.IntRange(0, 2).Draw(t, "new"))))
		}
		return log{lines, rapid.Permutation(lines).Draw(t, "order"), rapid.IntRange(0, len(lines)).Draw(t, "first import")}
	})
	for seed := range 30 { // each makes two cases on the disk
		l := logs.Example(seed)
		whole := caseOf(t, t.TempDir(), strings.Join(l.lines, ""))
		parts := caseOf(t, t.TempDir(), strings.Join(l.shuffled[:l.cut], ""), strings.Join(l.shuffled[l.cut:], ""))
		if d := cmp.Diff(followed(t, whole, ""), followed(t, parts, "")); d != "" {
			t.Errorf("seed %d, %q, %q: %s", seed, l.shuffled[:l.cut], l.shuffled[l.cut:], d)
		}
		if rep, err := parts.Verify(testContext()); err != nil || !rep.Sound() {
			t.Errorf("seed %d: %+v, %v", seed, rep.Checks, err)
		}
		if err := errors.Join(whole.Close(), parts.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

// Continuity, two instants of settings and a roll-forward say alike whether two values are one.
func TestWhatIsOneValueIsOneEverywhere(t *testing.T) {
	values := []string{
		"-", `null`, `0`, `0.0`, `""`, `[]`, `{}`, `false`, `"disabled"`, `"enabled"`, `true`, `"true"`, `5`, `"5"`, `50e-1`, `"a"`, `"\u0061"`, `"A"`, `["a","b"]`, `["b", "a"]`, `"null"`,
		`{"Time":"2026-01-01T00:00:00Z","Valid":false}`, `"2026-01-01T01:00:00+01:00"`, `"2026-01-01T00:00:00Z"`, `{"a":1,"b":[2]}`, `{"b":[2.0],"a":1}`, `[["a"],["b"]]`, `[["b"],["a"]]`,
	}
	member := func(name, value string) string {
		if value == "-" {
			return ""
		}
		return fmt.Sprintf(`%q:%s,`, name, value)
	}
	v2 := func(n, pair, hour int, old, now string) string {
		return fmt.Sprintf(`{"id":"00000000-0000-4000-8000-%012x","time":"2026-02-01T%02d:00:00Z","resource_type":"group","resource_id":"00000000-0000-4000-8000-%012x","resource_target":"g","action":"write","status_code":200,"diff":{"name":{%s%s"secret":false}}}`+"\n",
			n, hour, pair, member("old", old), member("new", now))
	}
	v1 := func(pair, hour int, diff string) string {
		return fmt.Sprintf(`{"msg":"audit_log","fields":{"audit_log":{"time":"2026-02-01T%02d:00:00Z","action":"write","resource_type":"infrastructure","resource_target":"infrastructure","diff":{"field %d":%s},"status_code":200}}}`+"\n", hour, pair, diff)
	}
	var log, opening, closing strings.Builder
	snap := func(to *strings.Builder, name, value string) {
		if value != "-" {
			fmt.Fprintf(to, `{%s,"value":%s},`, name, value)
		}
	}
	pairs := 0
	for _, a := range values {
		for _, b := range values {
			log.WriteString(v2(2*pairs+1, pairs, 1, `"before"`, a) + v2(2*pairs+2, pairs, 13, b, b))
			name := fmt.Sprintf(`"resource_type":"group","field":"name","target":"00000000-0000-4000-8000-%012x"`, pairs)
			snap(&opening, name, a)
			snap(&closing, name, b)
			if a != "-" && b != "-" {
				log.WriteString(v1(pairs, 1, a) + v1(pairs, 13, fmt.Sprintf(`{"old":%s,"new":%s}`, b, b)))
				name := fmt.Sprintf(`"resource_type":"infrastructure","field":"field %d"`, pairs)
				snap(&opening, name, a)
				snap(&closing, name, b)
			}
			pairs++
		}
	}
	c := caseOf(t, t.TempDir(), log.String())
	defer c.Close()
	follows := map[string]bool{}
	rows, err := c.ChangeRows(t.Context(), casefile.RowsRequest{Query: `after:2026-02-01T12:00:00Z`, Limit: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows.Rows {
		if r.Continuity != audit.ContinuityFollows && r.Continuity != audit.ContinuityBreakBefore {
			t.Fatalf("%+v", r)
		}
		follows[r.Field+" "+r.ResourceID] = r.Continuity == audit.ContinuityFollows
	}
	states, err := c.SettingRows(t.Context(), casefile.SettingRowsRequest{SettingsRequest: casefile.SettingsRequest{From: "2026-02-01T12:00:00Z", At: "2026-02-01T14:00:00Z"}, Limit: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	if n := pairs + (len(values)-1)*(len(values)-1); len(follows) != n || len(states.Rows) != n {
		t.Fatalf("%d changes and %d settings, want %d", len(follows), len(states.Rows), n)
	}
	events := map[audit.Ref]string{}
	for _, r := range rows.Rows {
		events[r.Event] = r.Field + " " + r.ResourceID
	}
	for _, r := range states.Rows {
		if is := follows[events[r.Now.Event]]; is != (r.Differs == "no") {
			t.Errorf("%s and %s of %s: they follow one another: %v; they differ: %s", r.Then.Value, r.Now.Value, r.Version, is, r.Differs)
		}
	}
	rolled, err := c.RollForward(t.Context(), casefile.RollForwardRequest{
		Opening: snapshot(t, "o", "["+strings.TrimSuffix(opening.String(), ",")+"]"), Closing: snapshot(t, "c", "["+strings.TrimSuffix(closing.String(), ",")+"]"),
		OpeningAt: "2026-02-01T12:00:00Z", ClosingAt: "2026-02-01T14:00:00Z",
	})
	if err != nil {
		t.Fatal(err)
	}
	tested := 0
	for _, r := range rolled.Rows {
		if r.Opening == nil || r.Closing == nil {
			continue // left out: a snapshot has it or not
		}
		tested++
		if len(r.Events) != 1 {
			t.Fatalf("%+v", r)
		}
		if is := follows[events[r.Events[0]]]; is != (r.Verdict == audit.Agrees) {
			t.Errorf("%s and %s of %s: they follow one another: %v; rolled forward: %s", r.Opening, r.Closing, r.Type, is, r.Words)
		}
	}
	if want := 2 * (len(values) - 1) * (len(values) - 1); tested != want {
		t.Errorf("%d settings rolled forward, want %d", tested, want)
	}
}
