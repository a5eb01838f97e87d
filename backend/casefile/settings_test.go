package casefile_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "github.com/mattn/go-sqlite3"
	"github.com/xuri/excelize/v2"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/export"
)

// settingWrite is one record that a test makes: one changed field of one thing.
type settingWrite struct {
	deployment string
	thing      settingThing
	time       time.Time
	user       string
	id         string // of a v2 event
	status     int    // -1: none
	old, new   string // JSON; "" for absent
	field      string // "" where no content is logged
	action     string
}

// settingThing is something with settings. Key is what tells it apart, in words of the test's own.
type settingThing struct {
	version               string
	typ, id, target, org  string
	fields                []string
	secret, holdsOld, one bool
	key                   string
}

var settingThings = []settingThing{
	{version: "v1", typ: "infrastructure", target: "infrastructure", fields: []string{"gpu vendor", "GPU_Vendor", "access URL", "no such field"}, key: "infrastructure"},
	{version: "v1", typ: "oauth configs", target: "oauth configs", fields: []string{"client secret"}, secret: true, key: "oauth"},
	{version: "v1", typ: "appearance", id: "a", target: "appearance", fields: []string{"tos enabled", "svc banner body"}, key: "appearance a"},
	{version: "v1", typ: "appearance", id: "b", target: "appearance", fields: []string{"tos enabled"}, key: "appearance b"},
	{version: "v2", typ: "template", id: "00000000-0000-4000-8000-000000000001", target: "base", org: orgOne, fields: []string{"description"}, holdsOld: true, key: "template 1"},
	{version: "v2", typ: "template", id: "00000000-0000-4000-8000-000000000002", target: "base", org: orgOne, fields: []string{"description"}, holdsOld: true, key: "template 2"},
	{version: "v2", typ: "organization_member", id: "00000000-0000-4000-8000-000000000003", target: "jun", org: orgOne, fields: []string{"roles"}, holdsOld: true, key: "member a"},
	{version: "v2", typ: "organization_member", id: "00000000-0000-4000-8000-000000000003", target: "jun", org: orgTwo, fields: []string{"roles"}, holdsOld: true, key: "member b"},
	{version: "v2", typ: "notifications_settings", id: "each", fields: []string{"notifier_paused"}, holdsOld: true, one: true, key: "notifications"},
	{version: "v2", typ: "idp_sync_settings_group", id: "51a51c00-0000-0000-0000-000000000000", org: orgOne, fields: []string{"field"}, holdsOld: true, key: "sync a"},
	{version: "v2", typ: "idp_sync_settings_group", id: "51a51c00-0000-0000-0000-000000000000", org: orgTwo, fields: []string{"field"}, holdsOld: true, key: "sync b"},
	{version: "v2", typ: "oauth2_provider_app", id: "00000000-0000-4000-8000-000000000005", target: "app", org: orgOne, fields: []string{"innocent", "private_key"}, secret: true, key: "app"},
	{version: "v2", typ: "user", id: "00000000-0000-4000-8000-000000000004", target: "li", fields: []string{"status"}, holdsOld: true, key: "user"},
}

const (
	orgOne = "00000000-0000-4000-8000-00000000000a"
	orgTwo = "00000000-0000-4000-8000-00000000000b"
)

// settingKey is what must tell settings apart: both spellings of a field are one.
func (w settingWrite) settingKey() string {
	return w.deployment + "/" + w.thing.key + "/" + strings.ToLower(strings.ReplaceAll(w.field, "_", " "))
}

func (w settingWrite) applied() bool { return w.status < 400 }

// line is the record as Coder logs it.
func (w settingWrite) line() string {
	diff := "{}"
	entry := []string{}
	if w.old != "" && w.thing.holdsOld {
		entry = append(entry, `"old":`+w.old)
	}
	if w.new != "" {
		entry = append(entry, `"new":`+w.new)
	}
	if w.thing.version == "v1" {
		if w.field != "" {
			diff = fmt.Sprintf(`{%q:%s}`, w.field, w.new)
		}
		status, id := "", ""
		if w.status >= 0 {
			status = fmt.Sprintf(`,"status_code":%d`, w.status)
		}
		if w.thing.id != "" {
			id = fmt.Sprintf(`,"resource_id":%q`, w.thing.id)
		}
		return fmt.Sprintf(`{"msg":"audit_log","fields":{"audit_log":{"time":%q,"user":{"id":%q,"email":%q},"action":%q,"resource_type":%q,"resource_target":%q%s,"diff":%s%s}}}`,
			w.time.Format(time.RFC3339Nano), w.user, w.user, w.action, w.thing.typ, w.thing.target, id, diff, status)
	}
	if w.field != "" {
		entry = append(entry, fmt.Sprintf(`"secret":%v`, w.thing.secret))
		diff = fmt.Sprintf(`{%q:{%s}}`, w.field, strings.Join(entry, ","))
	}
	id := w.thing.id
	if id == "each" {
		id = w.id
	}
	org := w.thing.org
	if org == "" {
		org = "00000000-0000-0000-0000-000000000000"
	}
	return fmt.Sprintf(`{"msg":"audit_log","fields":{"ID":%q,"Time":%q,"UserID":%q,"OrganizationID":%q,"Ip":"","UserAgent":"","ResourceType":%q,"ResourceID":%q,"ResourceTarget":%q,"Action":%q,"Diff":%s,"StatusCode":%d,"AdditionalFields":{},"RequestID":%q,"ResourceIcon":"","actor":{"id":%q,"email":%q}}}`,
		w.id, w.time.Format(time.RFC3339Nano), w.id, org, w.thing.typ, id, w.thing.target, w.action, diff, max(w.status, 0), w.id, w.id, w.user)
}

var settingsBegin = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// drawWrites makes records, each of an instant of its own, in the order of time.
func drawWrites(t *rapid.T) []settingWrite {
	var out []settingWrite
	when := settingsBegin
	for i := range rapid.IntRange(1, 40).Draw(t, "records") {
		when = when.Add(time.Duration(rapid.IntRange(1, 90_000).Draw(t, "seconds later")) * time.Second)
		w := settingWrite{
			deployment: rapid.SampledFrom([]string{"north", "south"}).Draw(t, "deployment"), thing: rapid.SampledFrom(settingThings).Draw(t, "thing"), time: when,
			user: fmt.Sprintf("u%d@acme.example", i), id: fmt.Sprintf("00000000-0000-4000-9000-%012d", i), status: rapid.SampledFrom([]int{200, 200, 200, 201, 403, 400, 500}).Draw(t, "status"),
		}
		w.action = rapid.SampledFrom([]string{"write", "write", "write", "write", "delete", "create"}).Draw(t, "action")
		if w.thing.version == "v1" && rapid.IntRange(0, 9).Draw(t, "status is missing") == 0 {
			w.status = -1
		}
		if rapid.IntRange(0, 9).Draw(t, "no content") > 0 {
			w.field = rapid.SampledFrom(w.thing.fields).Draw(t, "field")
			value := func(name string) string {
				return rapid.SampledFrom([]string{`"amd"`, `"nvidia"`, `"x y"`, `["a","b"]`, `7`, `true`}).Draw(t, name)
			}
			w.old, w.new = value("old"), value("new")
		}
		out = append(out, w)
	}
	return out
}

// state is what a test expects of a setting, or got.
type settingIs struct{ Known, Value, User string }

// expect applies the writes in the order of time.
func expect(writes []settingWrite, at time.Time) map[string]settingIs {
	out := map[string]settingIs{}
	for _, w := range writes {
		// Of users, only changes of roles and status are settings; an event that names no field is none unless it is a write.
		if w.field == "" && (w.thing.typ == "user" || w.action != "write") {
			continue
		}
		if _, done := out[w.settingKey()]; !done {
			out[w.settingKey()] = expectOne(writes, w, at)
		}
	}
	return out
}

// expectOne applies what is logged of one setting, and of what it is of.
func expectOne(writes []settingWrite, of settingWrite, at time.Time) settingIs {
	is := settingIs{Known: "unknown"}
	fresh := true // nothing is logged of it yet
	for _, w := range writes {
		if w.deployment != of.deployment || w.thing.key != of.thing.key || !w.applied() {
			continue
		}
		own := w.settingKey() == of.settingKey() && (w.field != "" || w.action == "write")
		holdsOld := own && w.field != "" && w.thing.holdsOld && !w.thing.secret
		switch {
		case w.time.After(at) && (own || w.action == "delete"):
			if fresh && holdsOld && w.action == "create" {
				return settingIs{"earlier", "", w.user} // not there yet
			}
			if fresh && holdsOld {
				return settingIs{"earlier", w.old, w.user}
			}
			return is
		case w.time.After(at):
		case w.action == "delete":
			if is.User == "" && holdsOld { // nothing is known until then but what its own record says
				is.Value, is.User = w.old, w.user
			}
			is.Known, fresh = "removed", false
		case own && w.field == "":
			is, fresh = settingIs{"not recorded", "", w.user}, false
		case own && w.thing.secret:
			is, fresh = settingIs{"secret", "", w.user}, false
		case own:
			is, fresh = settingIs{"logged", w.new, w.user}, false
		case w.action == "create" && is.Known == "removed":
			is = settingIs{Known: "unknown"}
		}
	}
	return is
}

// rowsAt are the settings of a case by the key of the test. In things it remembers which of the test's things each row is of.
func rowsAt(t testing.TB, c *casefile.Case, at time.Time, things map[string]string) map[string]settingIs {
	t.Helper()
	got, err := c.SettingRows(testContext(), casefile.SettingRowsRequest{SettingsRequest: casefile.SettingsRequest{At: at.Format(time.RFC3339Nano)}, Limit: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]settingIs{}
	for _, r := range got.Rows {
		if things[r.Key] == "" {
			things[r.Key] = thingOf(t, c, r)
		}
		out[r.Deployment+"/"+things[r.Key]+"/"+strings.ToLower(strings.ReplaceAll(r.Field, "_", " "))] = settingIs{r.Now.Known, string(r.Now.Value), r.Now.User}
	}
	return out
}

// thingOf finds which of the test's things a row is of, by an event of its history.
func thingOf(t testing.TB, c *casefile.Case, r casefile.SettingRow) string {
	t.Helper()
	h, err := c.SettingHistory(testContext(), casefile.SettingHistoryRequest{Key: r.Key, Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	e, err := c.Event(testContext(), string(h.Rows[0].Event)+"@"+r.Deployment)
	if err != nil {
		t.Fatal(err)
	}
	for _, thing := range settingThings {
		org := thing.org
		if thing.typ == e.Event.ResourceType && (thing.id == e.Event.ResourceID || thing.id == "each") && (org == e.Event.OrganizationID || thing.version == "v1") {
			return thing.key
		}
	}
	t.Fatalf("event %s is of none of the test's things", e.Event.Ref)
	return ""
}

// importInBatches imports the writes in a random order, some at a time, some twice: a file can hold records of files before it.
func importInBatches(t *rapid.T, c *casefile.Case, writes []settingWrite, ask func()) {
	left := rapid.Permutation(writes).Draw(t, "order of import")
	var again []settingWrite
	for len(left) > 0 {
		n := rapid.IntRange((len(left)+1)/2, len(left)).Draw(t, "batch")
		for _, d := range []string{"north", "south"} {
			var text strings.Builder
			for _, w := range slices.Concat(again, left[:n]) {
				if w.deployment == d {
					text.WriteString(w.line() + "\n")
				}
			}
			if text.Len() == 0 {
				continue
			}
			if _, err := c.Import(testContext(), []string{"-"}, casefile.ImportOptions{Deployment: d, Stdin: strings.NewReader(text.String())}); err != nil {
				t.Fatal(err)
			}
		}
		again = left[:rapid.IntRange(0, n).Draw(t, "known to the next")]
		if left = left[n:]; ask != nil && rapid.Bool().Draw(t, "ask meanwhile") {
			ask()
		}
	}
}

func settingsCase(t *rapid.T) (*casefile.Case, func()) {
	dir, err := os.MkdirTemp("", "settings-test-")
	if err != nil {
		t.Fatal(err)
	}
	c, err := casefile.Create(testContext(), filepath.Join(dir, "c.auditcase"), audit.Engagement{Zone: "UTC"}, casefile.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return c, func() { _, _ = c.Close(), os.RemoveAll(dir) }
}

// Applying the changes in the order of time gives the state that settings says, whatever the order and batches of import, and an index
// that was brought up to date says what one says that was built at once.
func TestSettingsAreTheChangesAppliedInTheOrderOfTime(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		writes := drawWrites(rt)
		c, end := settingsCase(rt)
		defer end()
		importInBatches(rt, c, writes, func() {
			if _, err := c.Settings(testContext(), casefile.SettingsRequest{}); err != nil {
				rt.Fatal(err)
			}
		})
		things := map[string]string{}
		var at time.Time
		for _, w := range writes {
			at = w.time.Add(time.Duration(rapid.IntRange(-1, 1).Draw(rt, "nanoseconds")))
			if diff := cmp.Diff(expect(writes, at), rowsAt(t, c, at, things)); diff != "" {
				rt.Fatalf("at %s (- expected, + got):\n%s", at, diff)
			}
		}
		first := rapid.SampledFrom(writes).Draw(rt, "first instant").time
		last := rapid.SampledFrom(writes).Draw(rt, "second instant").time
		if last.Before(first) {
			first, last = last, first
		}
		if diff := cmp.Diff(expectDifferences(writes, first, last), differencesOf(t, c, first, last, things)); diff != "" {
			rt.Fatalf("between %s and %s (- expected, + got):\n%s", first, last, diff)
		}
		anew, err := casefile.Open(testContext(), c.Path(), casefile.Options{ReadOnly: true, Now: now})
		if err != nil {
			rt.Fatal(err)
		}
		defer anew.Close()
		for _, req := range []casefile.SettingsRequest{{}, {At: at.Format(time.RFC3339Nano)}, {From: settingsBegin.Format(time.RFC3339Nano), At: at.Add(time.Second).Format(time.RFC3339Nano), OnlyDiffer: true}, {Search: "TEMPLATE"}, {Unseen: true}} {
			one, err := c.Settings(testContext(), req)
			if err != nil {
				rt.Fatal(err)
			}
			two, err := anew.Settings(testContext(), req)
			if err != nil {
				rt.Fatal(err)
			}
			if diff := cmp.Diff(one, two); diff != "" {
				rt.Fatalf("brought up to date and built at once differ:\n%s", diff)
			}
			rows, err := c.SettingRows(testContext(), casefile.SettingRowsRequest{SettingsRequest: req, Limit: 1 << 20})
			if err != nil {
				rt.Fatal(err)
			}
			others, err := anew.SettingRows(testContext(), casefile.SettingRowsRequest{SettingsRequest: req, Limit: 1 << 20})
			if err != nil {
				rt.Fatal(err)
			}
			if diff := cmp.Diff(rows, others); diff != "" {
				rt.Fatalf("rows brought up to date and built at once differ:\n%s", diff)
			}
			if len(rows.Rows) != one.Total {
				rt.Fatalf("%d rows of %d", len(rows.Rows), one.Total)
			}
		}
	})
}

// expectDifferences compares what is expected at two instants.
func expectDifferences(writes []settingWrite, first, last time.Time) map[string]string {
	then, now := expect(writes, first), expect(writes, last)
	out := map[string]string{}
	notThere := func(s settingIs) bool { return s.Known == "removed" || s.Known == "earlier" && s.Value == "" }
	for key, n := range now {
		t := then[key]
		switch {
		case t.Known == "unknown" || n.Known == "unknown":
			out[key] = "unknown"
		case notThere(t) && notThere(n):
			out[key] = "no"
		case notThere(t) || notThere(n):
			out[key] = "yes"
		case t.Known == "not recorded" || n.Known == "not recorded":
			out[key] = "unknown"
		case t.Known == "secret" && t.User != n.User || t.Value != n.Value:
			out[key] = "yes"
		default:
			out[key] = "no"
		}
	}
	return out
}

func differencesOf(t testing.TB, c *casefile.Case, first, last time.Time, things map[string]string) map[string]string {
	t.Helper()
	got, err := c.SettingRows(testContext(), casefile.SettingRowsRequest{SettingsRequest: casefile.SettingsRequest{From: first.Format(time.RFC3339Nano), At: last.Format(time.RFC3339Nano)}, Limit: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, r := range got.Rows {
		out[r.Deployment+"/"+things[r.Key]+"/"+strings.ToLower(strings.ReplaceAll(r.Field, "_", " "))] = r.Differs
	}
	return out
}

// An event that arrives late changes values from its time on, and up to the next write; nothing else, but for what is known backwards. One
// that deletes or creates a thing does so with all its settings.
func TestALateEventChangesValuesFromItsTimeOn(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		writes := drawWrites(rt)
		i := rapid.IntRange(0, len(writes)-1).Draw(rt, "late")
		late := writes[i]
		c, end := settingsCase(rt)
		defer end()
		importInBatches(rt, c, slices.Delete(slices.Clone(writes), i, i+1), nil)
		things := map[string]string{}
		before := map[time.Time]map[string]settingIs{}
		for _, w := range writes {
			before[w.time] = rowsAt(t, c, w.time, things)
		}
		importInBatches(rt, c, []settingWrite{late}, nil)
		for _, w := range writes {
			is, was := rowsAt(t, c, w.time, things), before[w.time]
			for key, s := range is {
				if s == was[key] || was[key].Known == "" && (s.Known == "unknown" || s.Known == "removed") {
					continue
				}
				backwards := w.time.Before(late.time) && s.Known == "earlier" && s.User == late.user || was[key].Known == "earlier" && !w.time.Before(late.time) ||
					was[key].Known == "earlier" && w.time.Before(late.time) && s.Known == "unknown" // the first write after is another one, which does not say
				turned := late.action != "write" && strings.HasPrefix(key, late.deployment+"/"+late.thing.key+"/")
				since := !w.time.Before(late.time) && (s.User == late.user || turned && (s.Known == "removed" || s.Known == "unknown"))
				if key != late.settingKey() && !turned || !backwards && !since {
					rt.Fatalf("a write to %s of %s changed %s as of %s from %v to %v", late.settingKey(), late.time, key, w.time, was[key], s)
				}
			}
		}
	})
}

func TestSettingsAreSaidWithWhatWeakensThem(t *testing.T) {
	c := newCase(t, audit.Engagement{Zone: "UTC"})
	take(t, c, "acme", v1Write("2026-01-01T10:00:00Z", "infrastructure", `{"gpu vendor":"amd"}`, 200)+
		v1Write("2026-01-01T11:00:00Z", "infrastructure", `{"access URL":"a.example"}`, 200)+
		v1Write("2026-01-09T10:00:00Z", "infrastructure", `{"gpu vendor":"none"}`, 403)+
		v1Write("2026-01-10T10:00:00Z", "infrastructure", `{"gpu vendor":"nvidia"}`, 503)+
		v1Write("2026-01-12T10:00:00Z", "features", `{"exectrace":"enabled"}`, 200)+
		v1Write("2026-01-12T11:00:00Z", "features", `""`, 200)+
		v1Write("2026-01-13T10:00:00Z", "oauth configs", `{"client secret":"hunter2"}`, 200))
	rows := settingsOf(t, c, casefile.SettingsRequest{At: "2026-01-20"})
	for _, want := range []struct{ field, known, words, weakened string }{
		{"gpu vendor", "logged", "amd", "last logged 2026-01-01; 2 gaps since; an attempt with unknown effect (status 503) of 2026-01-10 lies in between; no record received is later than 2026-01-13"},
		{"exectrace", "logged", "enabled", "last logged 2026-01-12; a write of 2026-01-12 to the same target has no content on record: it may have changed this; no record received is later than 2026-01-13"},
		{"", "not recorded", "changed, content not recorded by Coder", "last logged 2026-01-12; no record received is later than 2026-01-13"},
		{"client secret", "secret", "set, value never logged", "last logged 2026-01-13; no record received is later than 2026-01-13"},
	} {
		r, ok := rows[want.field]
		if !ok || r.Now.Known != want.known || r.Now.Words != want.words || r.Now.Weakened != want.weakened {
			t.Errorf("%s: %s, %q, weakened %q; want %+v", want.field, r.Now.Known, r.Now.Words, r.Now.Weakened, want)
		}
	}
	if r := rows["gpu vendor"]; r.Now.Gaps != 2 || r.Now.User != "root@acme.example" || r.Now.Line != 1 || r.Now.Basis != audit.BasisLogged || !r.Documented || r.Panel != "Infrastructure" || r.Setting != "GPU Vendor" {
		t.Errorf("gpu vendor: %+v", r)
	}
	if r := rows["client secret"]; r.Now.Value != nil || r.Now.SecretState != "set" {
		t.Errorf("a secret: %+v", r.Now)
	}
	res, err := c.Settings(t.Context(), casefile.SettingsRequest{At: "2026-01-20"})
	if err != nil {
		t.Fatal(err)
	}
	if res.Attempts.Total != 2 || res.Attempts.Rows[0].Status != 503 || res.Attempts.Rows[1].Outcome != audit.OutcomeDenied || res.Writes != 5 || res.Documented != 42 || res.DocumentedSeen != 4 {
		t.Errorf("%+v", res)
	}
	res, err = c.Settings(t.Context(), casefile.SettingsRequest{From: "2026-01-10", At: "2026-01-12"})
	if err != nil {
		t.Fatal(err)
	}
	if res.Attempts.Total != 1 || res.Writes != 2 {
		t.Errorf("between two instants: %+v", res)
	}
}

// What a later record logs as the value before is weaker the farther back it is asked for, and said to be before all records.
func TestWhatIsKnownBackwards(t *testing.T) {
	c := newCase(t, audit.Engagement{Zone: "UTC"})
	user := settingThings[len(settingThings)-1]
	single := settingThings[8]
	take(t, c, "acme", daily("2026-01-01", 3)+daily("2026-01-06", 5)+
		settingWrite{thing: user, field: "status", old: `"active"`, new: `"suspended"`, status: 200, action: "write", time: time.Date(2026, 1, 8, 9, 0, 0, 0, time.UTC), id: "00000000-0000-4000-9000-000000000001", user: "root@acme.example"}.line()+"\n"+
		settingWrite{thing: single, field: "notifier_paused", old: `false`, new: `true`, status: 200, action: "write", time: time.Date(2026, 1, 8, 10, 0, 0, 0, time.UTC), id: "00000000-0000-4000-9000-000000000002", user: "root@acme.example"}.line()+"\n")
	for _, want := range []struct{ at, known, words, weakened string }{
		{"2026-01-07", "earlier", "active", ""},
		{"2026-01-02", "earlier", "active", "known from the record of 2026-01-08 that logs the value before it; 1 gap in between"},
		{"2025-12-01", "earlier", "active", "known from the record of 2026-01-08 that logs the value before it; 1 gap in between; no record received is earlier than 2026-01-01"},
		{"2026-01-08T09:00:00Z", "logged", "suspended", ""},
	} {
		if s := settingsOf(t, c, casefile.SettingsRequest{At: want.at})["status"].Now; s.Known != want.known || s.Words != want.words || s.Weakened != want.weakened {
			t.Errorf("at %s: %s, %q, weakened %q", want.at, s.Known, s.Words, s.Weakened)
		}
	}
	// Coder never reads these before it writes them: their old value is always the zero value.
	if s := settingsOf(t, c, casefile.SettingsRequest{At: "2026-01-07"})["notifier_paused"].Now; s.Known != "unknown" {
		t.Errorf("a setting whose records have no old value: %+v", s)
	}
}

// A break is a change that the log lacks. One that may be an attempt with unknown effect is none.
func TestHistoryShowsBreaks(t *testing.T) {
	c := newCase(t, audit.Engagement{Zone: "UTC"})
	change := func(at, old, now string, status int) string {
		return v1Write(at, "infrastructure", fmt.Sprintf(`{"gpu vendor":{"old":%q,"new":%q}}`, old, now), status)
	}
	take(t, c, "acme", change("2026-01-01T10:00:00Z", "none", "amd", 200)+change("2026-01-01T11:00:00Z", "nvidia", "none", 200)+change("2026-01-01T12:00:00Z", "none", "x", 403)+
		change("2026-01-01T13:00:00Z", "none", "nvidia", 503)+change("2026-01-01T14:00:00Z", "nvidia", "amd", 200)+change("2026-01-01T15:00:00Z", "amd", "none", 200))
	r := settingsOf(t, c, casefile.SettingsRequest{At: "2026-01-01T10:30:00Z"})["gpu vendor"]
	if want := "last logged 2026-01-01; the next write, of 2026-01-01, logs another value before it: a change in between is not in the log"; r.Now.Weakened != want {
		t.Errorf("before a break: %q", r.Now.Weakened)
	}
	h, err := c.SettingHistory(t.Context(), casefile.SettingHistoryRequest{Key: r.Key, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var breaks []string
	for _, row := range h.Rows {
		if row.Break != nil {
			breaks = append(breaks, fmt.Sprintf("%s: %s, then %s", row.Time, row.Break.ValueThen, row.Break.OldLogged))
		}
	}
	if want := []string{`2026-01-01T11:00:00Z: "amd", then "nvidia"`}; !slices.Equal(breaks, want) {
		t.Errorf("breaks %q", breaks)
	}
	changes, err := c.ChangeRows(t.Context(), casefile.RowsRequest{Limit: 100})
	if err != nil || len(changes.Rows) != len(h.Rows) {
		t.Fatalf("%d changes, %v", len(changes.Rows), err)
	}
	for i, row := range changes.Rows { // a change says the same of it
		if d := cmp.Diff(row.BreakBefore, h.Rows[i].Break); d != "" {
			t.Errorf("row %d: %s", i, d)
		}
	}
	for offset := range h.Total { // page by page it is the same
		page, err := c.SettingHistory(t.Context(), casefile.SettingHistoryRequest{Key: r.Key, Offset: offset, Limit: 1})
		if err != nil || len(page.Rows) != 1 || cmp.Diff(page.Rows[0], h.Rows[offset]) != "" {
			t.Errorf("row %d alone is %+v, %v", offset, page.Rows, err)
		}
	}
}

// What opens the period was set before it; what lies outside the deployments under audit is not looked at.
func TestSettingsKeepToTheDeploymentsAndLookBeforeThePeriod(t *testing.T) {
	c := newCase(t, audit.Engagement{Title: "t", Zone: "UTC"})
	take(t, c, "acme", v1Write("2026-01-01T10:00:00Z", "infrastructure", `{"gpu vendor":"amd"}`, 200)+v1Write("2026-03-01T10:00:00Z", "infrastructure", `{"gpu vendor":"none"}`, 200))
	take(t, c, "other", v1Write("2026-02-03T10:00:00Z", "infrastructure", `{"gpu vendor":"nvidia","access URL":"x"}`, 200))
	if err := c.SaveEngagement(t.Context(), audit.Engagement{Title: "t", Zone: "UTC", From: "2026-02-01", To: "2026-02-28", Deployments: []string{"acme"}}); err != nil {
		t.Fatal(err)
	}
	rows := settingsOf(t, c, casefile.SettingsRequest{})
	if len(rows) != 1 || string(rows["gpu vendor"].Now.Value) != `"amd"` {
		t.Errorf("%+v", rows)
	}
	if res, err := c.SettingHistory(t.Context(), casefile.SettingHistoryRequest{Key: rows["gpu vendor"].Key, Limit: 10}); err != nil || res.Total != 2 {
		t.Errorf("%+v, %v", res, err)
	}
	if err := c.SaveEngagement(t.Context(), audit.Engagement{Title: "t", Zone: "UTC", Deployments: []string{"other"}}); err != nil {
		t.Fatal(err)
	}
	key := rows["gpu vendor"].Key
	if _, err := c.SettingHistory(t.Context(), casefile.SettingHistoryRequest{Key: key}); err == nil {
		t.Error("the history of a setting outside the scope is shown")
	}
	if _, err := c.Statement(t.Context(), casefile.StatementRequest{Key: key, From: "2026-02-01", To: "2026-02-02"}); err == nil {
		t.Error("a statement is made of a setting outside the scope")
	}
}

func TestTwoInstantsAreCompared(t *testing.T) {
	c := newCase(t, audit.Engagement{Zone: "UTC"})
	take(t, c, "acme", v1Write("2026-01-01T10:00:00Z", "infrastructure", `{"gpu vendor":"amd","access URL":"a.example","enable load shiftfs":"true"}`, 200)+
		v1Write("2026-01-02T10:00:00Z", "infrastructure", `{"gpu_vendor":"none","access url":"a.example","enable load shiftfs":true}`, 200)+
		v1Write("2026-01-02T11:00:00Z", "oauth configs", `{"client secret":"hunter2"}`, 200)+
		v1Write("2026-01-03T11:00:00Z", "oauth configs", `{"client secret":"hunter3"}`, 200)+
		v1Write("2026-01-03T10:00:00Z", "telemetry", `{"telemetry enabled":"true"}`, 200))
	for _, want := range []struct{ from, at, field, differs string }{
		{"2026-01-01T12:00:00Z", "2026-01-02T12:00:00Z", "gpu_vendor", "yes"},
		{"2026-01-01T12:00:00Z", "2026-01-02T12:00:00Z", "access url", "no"},
		{"2026-01-01T12:00:00Z", "2026-01-02T12:00:00Z", "enable load shiftfs", "no"}, // logged as text and as a boolean
		{"2026-01-02T12:00:00Z", "2026-01-03T12:00:00Z", "client secret", "yes"},
		{"2026-01-03T12:00:00Z", "2026-01-03T13:00:00Z", "client secret", "no"},
		{"2026-01-02T12:00:00Z", "2026-01-03T12:00:00Z", "telemetry enabled", "unknown"},
		{"2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z", "gpu_vendor", "unknown"},
	} {
		if r := settingsOf(t, c, casefile.SettingsRequest{From: want.from, At: want.at})[want.field]; r.Differs != want.differs || r.Then == nil {
			t.Errorf("%+v: %q", want, r.Differs)
		}
	}
}

func TestStatements(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "c.auditcase")
	importText(t, path, map[string]string{
		"a.log": v1Write("2026-01-01T00:00:00Z", "infrastructure", `{"gpu vendor":"amd"}`, 200) + daily("2026-01-02", 20),
		"b.log": daily("2026-01-22", 8) + v1Write("2026-01-25T12:00:00Z", "infrastructure", `{"gpu vendor":"x"}`, 403) + v1Write("2026-01-26T12:00:00Z", "infrastructure", `{"access URL":"y"}`, 500) +
			v1Write("2026-01-27T12:00:00Z", "telemetry", `""`, 200) + daily("2026-02-05", 3),
	})
	c, err := casefile.Open(t.Context(), path, casefile.Options{ReadOnly: true, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, want := range []struct {
		name, find, from, to string
		possible             bool
		gaps, writes         int
		text                 []string
	}{
		{"nothing logged, and covered by two", "gpu vendor", "2026-01-02", "2026-01-29T10:00:00Z", true, 0, 0, []string{
			"No successful write to `gpu vendor` is logged in the records received from 2026-01-02 00:00:00 UTC to 2026-01-29 10:00:00 UTC.", "a.log (#1)", "b.log (#2)", "1 attempt that was denied or failed is logged, and not applied", "→ amd"}},
		{"a write in it", "gpu_vendor", "2026-01-01", "2026-01-05", false, 0, 1, []string{"1 successful write to `gpu vendor` is logged in the records received from"}},
		{"a known gap", "gpu vendor", "2026-01-20", "2026-02-06", false, 1, 0, []string{"1 stretch of that time has no records.", "Without records: 2026-01-30 00:00:00 UTC to 2026-02-04 23:59:59 UTC"}},
		{"before the first record", "gpu vendor", "2025-12-20", "2025-12-31", false, 1, 0, []string{"2025-12-20 00:00:00 UTC to 2025-12-31 23:59:59 UTC", "No source holds audit records of Coder v1 of that time"}},
		{"after the last record", "gpu vendor", "2026-02-06", "2026-02-08", false, 1, 0, []string{"2026-02-07 12:00:00.000000001 UTC to 2026-02-08 23:59:59 UTC"}},
		{"an unknown effect", "access url", "2026-01-20", "2026-01-29T10:00:00Z", true, 0, 0, []string{"1 attempt with unknown effect is logged, the last of 2026-01-26 12:00:00 UTC: the value may have changed"}},
		{"a documented setting without records", "enable caching", "2026-01-02", "2026-01-20", true, 0, 0, []string{"No successful write to `enabled cached container vms` is logged in the records received"}},
		{"writes without content to its target", "crash reports enabled", "2026-01-20", "2026-01-29", false, 0, 1, []string{"1 write to the same target is logged without content: whether that changed it is not recorded"}},
		{"a setting that is never logged", "Enable fallback shell support for K8s", "2026-01-02", "2026-01-20", false, 0, 0, []string{"logged without field and value"}},
	} {
		t.Run(want.name, func(t *testing.T) {
			key, err := c.FindSetting(t.Context(), want.find, "", "")
			if err != nil {
				t.Fatal(err)
			}
			st, err := c.Statement(t.Context(), casefile.StatementRequest{Key: key, From: want.from, To: want.to})
			if err != nil {
				t.Fatal(err)
			}
			if st.Possible != want.possible || len(st.Gaps) != want.gaps || st.WritesTotal != want.writes {
				t.Errorf("possible %v, gaps %v, writes %v: %s", st.Possible, st.Gaps, st.Writes, st.Text)
			}
			for _, part := range want.text {
				if text := st.Text + " " + st.Stretches; !strings.Contains(text, part) {
					t.Errorf("%q is not in %q", part, text)
				}
			}
			if !slices.ContainsFunc(st.Limits, func(s string) bool { return strings.Contains(s, "flags, environment and files") }) {
				t.Errorf("it does not say what no log holds: %q", st.Limits)
			}
			n, err := c.Count(t.Context(), casefile.OfChanges, st.Query, "")
			if err != nil || int(n) < st.WritesTotal && want.name != "writes without content to its target" {
				t.Errorf("the query %s finds %d, %v", st.Query, n, err)
			}
		})
	}
	for _, bad := range []casefile.StatementRequest{{Key: "nonsense", From: "2026-01-01", To: "2026-01-02"}, {Key: "catalogue:Infrastructure/Access URL", From: "2026-01-02", To: "2026-01-01"},
		{Key: "catalogue:Infrastructure/Access URL"}, {Key: "catalogue:Templates/Template policy", From: "2026-01-01", To: "2026-01-02"}, {Key: "catalogue:Infrastructure/Access URL", Deployment: "nowhere", From: "2026-01-01", To: "2026-01-02"}} {
		if _, err := c.Statement(t.Context(), bad); err == nil {
			t.Errorf("%+v is answered", bad)
		}
	}
}

// daily is one sign-in a day, at noon.
func daily(first string, days int) string {
	day, _ := time.Parse(time.DateOnly, first)
	var b strings.Builder
	for i := range days {
		fmt.Fprintf(&b, `{"msg":"audit_log","fields":{"audit_log":{"time":%q,"user":{"id":"u1","email":"jo@acme.example"},"action":"login","resource_type":"user","resource_target":"jo","diff":"","status_code":200}}}`+"\n", day.AddDate(0, 0, i).Add(12*time.Hour).Format(time.RFC3339))
	}
	return b.String()
}

func v1Write(at, target, diff string, status int) string {
	return fmt.Sprintf(`{"msg":"audit_log","fields":{"audit_log":{"time":%q,"user":{"id":"u9","email":"root@acme.example"},"action":"write","resource_type":%q,"resource_target":%q,"diff":%s,"status_code":%d}}}`+"\n", at, target, target, diff, status)
}

// settingsOf are the rows of a request by field.
func settingsOf(t testing.TB, c *casefile.Case, req casefile.SettingsRequest) map[string]casefile.SettingRow {
	t.Helper()
	got, err := c.SettingRows(t.Context(), casefile.SettingRowsRequest{SettingsRequest: req, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]casefile.SettingRow{}
	for _, r := range got.Rows {
		out[r.Field] = r
	}
	return out
}

func TestPaperLines(t *testing.T) {
	c := newCase(t, audit.Engagement{Zone: "UTC"})
	evil, err := json.Marshal("`=x`|<b>\u202e[a](http://x.example)\t\n")
	if err != nil {
		t.Fatal(err)
	}
	take(t, c, "acme", v1Write("2026-01-01T10:00:00Z", "infrastructure", `{"gpu vendor":"amd"}`, 200)+v1Write("2026-01-02T10:00:00Z", "infrastructure", `{"gpu vendor":`+string(evil)+`}`, 200)+
		v1Write("2026-01-05T10:00:00Z", "infrastructure", `{"gpu vendor":"none"}`, 403))
	r := settingsOf(t, c, casefile.SettingsRequest{})["gpu vendor"]
	for _, of := range []casefile.PaperLineRequest{
		{Of: "setting", Key: r.Key, At: "2026-01-05"}, {Of: "setting", Key: r.Key, From: "2026-01-01T11:00:00Z", At: "2026-01-05"}, {Of: "setting", Key: r.Key, At: "2025-01-05"},
		{Of: "change", Event: string(r.Now.Event)}, {Of: "statement", Key: r.Key, From: "2026-01-03", To: "2026-01-04"}, {Of: "statement", Key: r.Key, From: "2026-01-01", To: "2026-01-04"},
	} {
		for _, of.Format = range []string{"text", "markdown", "row"} {
			line, err := c.PaperLine(t.Context(), of)
			if err != nil {
				t.Fatalf("%+v: %v", of, err)
			}
			if strings.ContainsAny(line, "\n\u202e") || of.Format != "row" && strings.Contains(line, "\t") || !strings.Contains(line, "acme") || !strings.Contains(line, "deployment:acme") {
				t.Errorf("%+v: %q", of, line)
			}
			for cell := range strings.SplitSeq(line, "\t") {
				if of.Format == "row" && cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
					t.Errorf("%+v: the cell %q is a formula", of, cell)
				}
			}
			if of.Format == "markdown" && strings.Contains(outsideCode(line), "<b>") {
				t.Errorf("%+v: markup of a log in %q", of, line)
			}
			if of.Of != "statement" && of.At != "2025-01-05" && !strings.Contains(line, string(r.Now.Event)) {
				t.Errorf("%+v: no ref in %q", of, line)
			}
		}
	}
	for _, format := range []string{"text", "markdown", "row"} {
		lines, err := c.ChangeLines(t.Context(), casefile.RowsRequest{Order: audit.Oldest, Limit: 10}, format)
		if err != nil {
			t.Fatal(err)
		}
		changes, err := c.ChangeRows(t.Context(), casefile.RowsRequest{Order: audit.Oldest, Limit: 10})
		if err != nil || len(lines) != 3 || len(changes.Rows) != 3 {
			t.Fatalf("%d lines of %d changes, %v", len(lines), len(changes.Rows), err)
		}
		for i, line := range lines {
			if one, err := c.PaperLine(t.Context(), casefile.PaperLineRequest{Of: "change", Format: format, Event: string(changes.Rows[i].Event)}); err != nil || line != one {
				t.Errorf("%s: the line of the list is %q, that of the change %q, %v", format, line, one, err)
			}
		}
	}
	if _, err := c.ChangeLines(t.Context(), casefile.RowsRequest{Limit: 1}, "latex"); err == nil {
		t.Error("lines in a form that there is not")
	}
	for _, bad := range []casefile.PaperLineRequest{{Of: "poem", Format: "text"}, {Of: "change", Format: "latex"}, {Of: "change", Format: "text", Event: string(r.Now.Event), Ordinal: 3}, {Of: "setting", Format: "row", Key: "x"}} {
		if _, err := c.PaperLine(t.Context(), bad); err == nil {
			t.Errorf("%+v is answered", bad)
		}
	}
}

// outsideCode is a Markdown text less its spans of code.
func outsideCode(s string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '`')
		if i < 0 {
			return b.String() + s
		}
		b.WriteString(s[:i])
		fence := s[i : len(s)-len(strings.TrimLeft(s[i:], "`"))]
		rest := s[i+len(fence):]
		for from := 0; ; {
			j := strings.Index(rest[from:], fence)
			if j < 0 {
				return b.String() + rest
			}
			j += from
			end := j + len(rest[j:]) - len(strings.TrimLeft(rest[j:], "`"))
			if end-j == len(fence) {
				s = rest[end:]
				break
			}
			from = end
		}
	}
}

// asOf is what a stranger asks of a case: the last applied write of each field of each v1 target up to an instant.
const asOf = `SELECT deployment, resource_type, coalesce(nullif(resource_id, ''), resource_target), lower(replace(field, '_', ' ')), new, ref FROM (
	SELECT e.deployment, e.resource_type, e.resource_id, e.resource_target, c.field, c.new, e.ref, row_number() OVER (
		PARTITION BY e.deployment, e.resource_type, coalesce(nullif(e.resource_id, ''), lower(replace(e.resource_target, '_', ' '))), lower(replace(c.field, '_', ' '))
		ORDER BY e.time DESC, e.ref DESC, e.number DESC, c.ordinal DESC) AS n
	FROM change_view c JOIN event_view e ON e.number = c.event
	WHERE e.admin = 1 AND e.version = 'v1' AND c.field <> '' AND c.secret = 0 AND (e.status_code IS NULL OR e.status_code < 400) AND e.time <= ?) WHERE n = 1`

func viewsSay(t *testing.T, db *sql.DB, at audit.Time) map[string]string {
	t.Helper()
	want := map[string]string{}
	rows, err := db.QueryContext(t.Context(), asOf, at.Std().Format("2006-01-02T15:04:05.000000000Z"))
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var deployment, typ, subject, field, ref string
		var value sql.NullString
		if err := rows.Scan(&deployment, &typ, &subject, &field, &value, &ref); err != nil {
			t.Fatal(err)
		}
		want[deployment+"/"+typ+"/"+field+"/"+ref] = value.String
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return want
}

// The state of v1 settings is what SQL over the views of the case says.
func TestSettingsAreWhatTheViewsSay(t *testing.T) {
	w := open(t)
	file, err := buildWorld()
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite3", "file:"+file+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	found := 0
	for i := 0; i < len(w.times); i += 1 + len(w.times)/40 {
		at := w.times[i]
		want := viewsSay(t, db, at)
		got := map[string]string{}
		all, err := w.index.SettingRows(t.Context(), casefile.SettingRowsRequest{SettingsRequest: casefile.SettingsRequest{At: at.String()}, Limit: 1 << 20})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range all.Rows {
			if r.Version == audit.V1 && r.Field != "" && r.Kind != audit.KindSecret && (r.Now.Known == "logged" || r.Now.Known == "not recorded") {
				got[r.Deployment+"/"+r.Type+"/"+strings.ToLower(strings.ReplaceAll(r.Field, "_", " "))+"/"+string(r.Now.Event)] = string(r.Now.Value)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("as of %s (- SQL, + settings):\n%s", at, diff)
		}
		found += len(got)
	}
	if found == 0 {
		t.Error("nothing was compared")
	}
}

// The workbook holds the settings at both ends of the period under audit, whatever the query, and a check draws them anew.
func TestAWorkbookHoldsTheSettingsAtBothEndsOfThePeriod(t *testing.T) {
	c := newCase(t, audit.Engagement{Title: "t", Zone: "Europe/Zurich", From: "2026-02-01", To: "2026-02-28"})
	take(t, c, "acme", v1Write("2026-01-01T10:00:00Z", "infrastructure", `{"gpu vendor":"amd"}`, 200)+v1Write("2026-02-28T22:59:59Z", "infrastructure", `{"gpu vendor":"none"}`, 200)+
		v1Write("2026-02-28T23:00:00Z", "infrastructure", `{"gpu vendor":"nvidia"}`, 200)+v1Write("2026-02-10T10:00:00Z", "oauth configs", `{"client secret":"hunter2"}`, 200)+daily("2026-02-01", 20))
	path := filepath.Join(t.TempDir(), "x.xlsx")
	if _, err := c.Export(t.Context(), casefile.ExportRequest{Format: casefile.Workbook, Query: "action:login", Path: path, Version: "test"}); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("Settings")
	if err != nil || len(rows) != 3 {
		t.Fatalf("%q, %v", rows, err)
	}
	head := rows[0]
	cell := func(row int, column string) string { return rows[row][slices.Index(head, column)] }
	if cell(1, "Field") != "gpu vendor" || cell(1, "Value at the start") != "amd" || cell(1, "Value at the end") != "none" || cell(1, "Differs") != "yes" {
		t.Errorf("%q", rows[1])
	}
	if cell(2, "Value at the start") != "(unknown before the first event)" || cell(2, "Value at the end") != "(set, value never logged)" {
		t.Errorf("%q", rows[2])
	}
	if got, err := c.Check(t.Context(), path, nil); err != nil || !got.Agrees() {
		t.Errorf("%+v, %v", got, err)
	}
	take(t, c, "acme", v1Write("2026-02-15T10:00:00Z", "infrastructure", `{"access URL":"x"}`, 200)) // late
	got, err := c.Check(t.Context(), path, nil)
	if err != nil || !got.Agrees() || got.Since != export.Grown {
		t.Errorf("after an import: %+v, %v", got, err)
	}
	if i := slices.IndexFunc(got.Sheets, func(s export.SheetCheck) bool { return s.Name == "Settings" }); got.Sheets[i].Differences == 0 {
		t.Error("a setting that came late is no difference")
	}
}

// Settings are asked for while an import adds to them: each answer belongs to one state of the case, and the last one says all.
func TestSettingsWhileAnImportRuns(t *testing.T) {
	c := newCase(t, audit.Engagement{Zone: "UTC"})
	var log strings.Builder
	const records = 3000
	for i := range records {
		log.WriteString(v1Write(settingsBegin.Add(time.Duration(i)*time.Minute).Format(time.RFC3339), "infrastructure", fmt.Sprintf(`{"gpu vendor":"v%d","access URL":"u%d"}`, i, i), 200))
	}
	done := make(chan error, 1)
	go func() {
		_, err := c.Import(testContext(), []string{"-"}, casefile.ImportOptions{Deployment: "acme", Stdin: strings.NewReader(log.String()), Batch: 100})
		done <- err
	}()
	var asking errgroup.Group
	running := make(chan struct{})
	for range 3 {
		asking.Go(func() error {
			for last := 0; ; {
				select {
				case <-running:
					return nil
				default:
				}
				res, err := c.Settings(testContext(), casefile.SettingsRequest{At: "2027-01-01"})
				if err != nil {
					return err
				}
				if res.Writes < last || res.Writes%2 != 0 {
					return fmt.Errorf("%d writes after %d", res.Writes, last)
				}
				last = res.Writes
				if _, err := c.SettingRows(testContext(), casefile.SettingRowsRequest{SettingsRequest: casefile.SettingsRequest{At: "2027-01-01"}, Limit: 10}); err != nil {
					return err
				}
			}
		})
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	close(running)
	if err := asking.Wait(); err != nil {
		t.Error(err)
	}
	rows := settingsOf(t, c, casefile.SettingsRequest{})
	if want := fmt.Sprintf(`"v%d"`, records-1); string(rows["gpu vendor"].Now.Value) != want {
		t.Errorf("in the end %s, want %s", rows["gpu vendor"].Now.Value, want)
	}
}

// What is deleted has no setting in force any more, although the record of the deletion names no field.
func TestSettingsOfWhatIsDeleted(t *testing.T) {
	v1 := func(at, action, target, diff string, status int) string {
		return fmt.Sprintf(`{"msg":"audit_log","fields":{"audit_log":{"time":%q,"user":{"id":"u9","email":"root@acme.example"},"action":%q,"resource_type":%q,"resource_target":%q,"diff":%s,"status_code":%d}}}`+"\n", at, action, target, target, diff, status)
	}
	event := 0
	group := func(at, action string, id, status int, diff string) string {
		event++
		return fmt.Sprintf(`{"id":"00000000-0000-4000-8000-%012x","time":%q,"resource_type":"group","resource_id":"00000000-0000-4000-8000-0000000000%02x","resource_target":"g%d","action":%q,"status_code":%d,"user":{"id":"00000000-0000-4000-8000-00000000000f","username":"kim"},"diff":%s}`+"\n", event, at, id, id, action, status, diff)
	}
	named := `{"name":{"old":"","new":"ops","secret":false}}`
	c := newCase(t, audit.Engagement{Zone: "UTC"})
	take(t, c, "acme", v1("2026-02-01T10:00:00Z", "write", "infrastructure", `{"gpu vendor":"amd"}`, 200)+v1("2026-02-01T13:00:00Z", "delete", "infrastructure", `""`, 204)+
		v1("2026-02-01T10:00:00Z", "write", "oauth configs", `{"client secret":"hunter2"}`, 200)+v1("2026-02-01T13:00:00Z", "delete", "oauth_configs", `""`, 403)+v1("2026-02-01T14:00:00Z", "delete", "oauth configs", `""`, 503)+
		v1("2026-02-01T10:00:00Z", "write", "appearance", `{"tos enabled":true}`, 200)+v1("2026-02-01T13:00:00Z", "delete", "appearance", `""`, 200)+v1("2026-02-01T14:00:00Z", "create", "appearance", `""`, 201))
	take(t, c, "acme v2", group("2026-02-01T10:00:00Z", "create", 1, 201, named)+group("2026-02-01T13:00:00Z", "delete", 1, 200, `{}`)+
		group("2026-02-01T10:00:00Z", "create", 2, 201, named)+group("2026-02-01T13:00:00Z", "delete", 2, 404, `{}`)+
		group("2026-02-01T13:00:00Z", "delete", 3, 200, `{"name":{"old":"ops","new":"","secret":false}}`)+
		group("2026-02-01T10:00:00Z", "create", 4, 201, named)+group("2026-02-01T13:00:00Z", "delete", 4, 200, `{}`)+group("2026-02-01T14:00:00Z", "write", 4, 200, `{"name":{"old":"","new":"late","secret":false}}`))
	said := func(req casefile.SettingsRequest) map[string]casefile.SettingRow {
		got, err := c.SettingRows(t.Context(), casefile.SettingRowsRequest{SettingsRequest: req, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]casefile.SettingRow{}
		for _, r := range got.Rows {
			out[r.Target+" "+r.Field] = r
		}
		return out
	}
	rows := said(casefile.SettingsRequest{From: "2026-02-01T12:00:00Z", At: "2026-02-01T15:00:00Z"})
	for _, want := range []struct{ key, known, value, words, weakened, then, differs string }{
		{"infrastructure gpu vendor", "removed", `"amd"`, "removed with its resource, recorded as deleted 2026-02-01 by root@acme.example (event REF); until then: amd", "recorded as deleted 2026-02-01; no record received is later than 2026-02-01", "amd", "yes"},
		{"oauth configs client secret", "secret", "", "set, value never logged", "last logged 2026-02-01; an attempt at deleting its resource with unknown effect (status 503) of 2026-02-01 lies in between; no record received is later than 2026-02-01", "set, value never logged", "no"},
		{"appearance tos enabled", "unknown", "", "unknown: its resource was recorded as deleted, and as created again 2026-02-01 (event ", "", "true", "unknown"},
		{"g1 name", "removed", `"ops"`, "removed with its resource, recorded as deleted 2026-02-01 by kim (event REF); until then: ops", "recorded as deleted 2026-02-01; no record received is later than 2026-02-01", "ops", "yes"},
		{"g2 name", "logged", `"ops"`, "ops", "last logged 2026-02-01; no record received is later than 2026-02-01", "ops", "no"},
		{"g3 name", "removed", `"ops"`, "removed with its resource, recorded as deleted 2026-02-01 by kim (event REF); until then: ops", "recorded as deleted 2026-02-01; no record received is later than 2026-02-01", "ops", "yes"},
		{"g4 name", "logged", `"late"`, "late", "last logged 2026-02-01; no record received is later than 2026-02-01", "ops", "yes"},
	} {
		r, ok := rows[want.key]
		if !ok {
			t.Errorf("no row %s", want.key)
			continue
		}
		words := r.Now.Words
		if r.Now.Removed != nil {
			words = strings.ReplaceAll(words, string(r.Now.Removed.Event), "REF")
		}
		if r.Now.Known != want.known || string(r.Now.Value) != want.value || !strings.HasPrefix(words, want.words) || r.Now.Weakened != want.weakened || r.Then.Words != want.then || r.Differs != want.differs || (r.Now.Removed != nil) != (want.known == "removed") {
			t.Errorf("%s: %s %s, %q, weakened by %q, differs %s from %q", want.key, r.Now.Known, r.Now.Value, words, r.Now.Weakened, r.Differs, r.Then.Words)
		}
	}
	r := rows["g1 name"]
	if d := r.Now.Removed; d.User != "kim" || d.Line != 2 || d.Time.String() != "2026-02-01T13:00:00Z" || d.Known != "logged" || d.Words != "ops" {
		t.Errorf("%+v", d)
	}
	if r.Now.Time.String() != "2026-02-01T10:00:00Z" || r.Now.Line != 1 {
		t.Errorf("the value is of %s, line %d", r.Now.Time, r.Now.Line)
	}
	h, err := c.SettingHistory(t.Context(), casefile.SettingHistoryRequest{Key: rows["oauth configs client secret"].Key, Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	var history []string
	for _, row := range h.Rows {
		history = append(history, fmt.Sprintf("%s %s %v", row.Time, row.Words, row.Applied))
	}
	if d := cmp.Diff([]string{
		"2026-02-01T14:00:00Z effect unknown: deleting its resource false", "2026-02-01T13:00:00Z not applied: deleting its resource false", "2026-02-01T10:00:00Z secret replaced, value never logged true",
	}, history); d != "" || h.Total != 3 {
		t.Errorf("%d rows: %s", h.Total, d)
	}
	if h, err := c.SettingHistory(t.Context(), casefile.SettingHistoryRequest{Key: rows["g3 name"].Key, Limit: 10}); err != nil || h.Total != 1 {
		t.Errorf("a deletion that names the field stands %d times in its history, %v", h.Total, err)
	}
	line, err := c.PaperLine(t.Context(), casefile.PaperLineRequest{Of: "setting", Format: "text", Key: r.Key, At: "2026-02-01T15:00:00Z"})
	if want := "is no longer in force: its resource is recorded as deleted with kim at 2026-02-01 13:00:00 UTC (event " + string(r.Now.Removed.Event); err != nil || !strings.Contains(line, want) ||
		!strings.Contains(line, "; until then it was last logged as `ops`, recorded with kim at 2026-02-01 10:00:00 UTC") {
		t.Errorf("%q, %v", line, err)
	}
	st, err := c.Statement(t.Context(), casefile.StatementRequest{Key: r.Key, From: "2026-02-01T12:00:00Z", To: "2026-02-01T14:00:00Z"})
	if want := "Its resource is recorded as deleted at 2026-02-01 13:00:00 UTC (event " + string(r.Now.Removed.Event) + ")."; err != nil || !strings.Contains(st.Text, want) {
		t.Errorf("%q, %v", st.Text, err)
	}
}
