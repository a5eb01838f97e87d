package casefile_test

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/demo"
	"auditdesk/backend/store"
)

// world is one case with all that the demo and the samples hold, opened twice: by the column index and by SQL.
type world struct {
	index  *casefile.Case
	sql    *store.Store
	values map[audit.Field][]string // that a query can name
	words  []string                 // to search for
	times  []audit.Time
}

// samples are copies of published and invented records in every form.
const samples = "../decode/testdata/samples"

var buildWorld = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "casefile-test-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "world.auditcase")
	ctx := testContext()
	c, _, err := casefile.CreateDemo(ctx, path, casefile.DemoRequest{Options: demo.Options{Events: 700, Seed: 11}, Now: now})
	if err != nil {
		return "", err
	}
	if _, err := c.Import(ctx, []string{samples}, casefile.ImportOptions{Deployment: "acme"}); err != nil {
		return "", err
	}
	odd := strings.NewReader(oddities)
	if _, err := c.Import(ctx, []string{"-"}, casefile.ImportOptions{Deployment: "Übung, \"quoted\"", Stdin: io.Reader(odd)}); err != nil {
		return "", err
	}
	if _, err := c.Import(ctx, []string{"-"}, casefile.ImportOptions{Deployment: "acme", Stdin: strings.NewReader(organizations("acme"))}); err != nil {
		return "", err
	}
	if _, err := c.Import(ctx, []string{"-"}, casefile.ImportOptions{Deployment: "other", Stdin: strings.NewReader(organizations("other"))}); err != nil {
		return "", err
	}
	return path, c.Close()
})

// organizations are records of two organizations, named by id, by name and by both, of which some names are the other's, too.
func organizations(deployment string) string {
	var b strings.Builder
	base := 100 * len(deployment)
	for i, names := range [][2]string{{orgA, ""}, {orgA, "core"}, {orgA, "legacy"}, {orgB, "Core"}, {"", "core"}, {"", "LEGACY"}, {"", orgB}, {"Odd-Id", "odd-id"}, {"", "alone"}, {"", ""}} {
		if deployment == "acme" || i%2 == 0 {
			b.WriteString(orgEvent(base+i, names[0], names[1]))
		}
	}
	return b.String()
}

// oddities are records whose values are hard to compare: case, spaces, quotes, stars, one person under several accounts,
// times at the changes of clocks.
const oddities = `{"msg":"audit_log","fields":{"audit_log":{"time":"2026-03-29T00:59:59.999999999Z","user":{"id":"U7","email":"Sam@Acme.example"},"action":"write","resource_type":"infrastructure","resource_target":"a b","diff":{"gpu vendor":"amd","GPU_Vendor":"none"},"status_code":200,"user_agent":{"ip_address":"10.0.0.1"}}}}
{"msg":"audit_log","fields":{"audit_log":{"time":"2026-03-29T01:00:00Z","user":{"id":"u8","email":"sam@acme.example","username":"Sam"},"action":"WRITE","resource_type":"Infrastructure","resource_target":"A B","diff":{"x\"y":"*","z*":"a,b:c"},"status_code":0}}}
{"msg":"audit_log","fields":{"audit_log":{"time":"2026-10-25T00:30:00Z","user":{"username":"sam"},"action":"read","resource_type":"user","resource_target":"*","diff":"","status_code":404}}}
{"msg":"audit_log","fields":{"audit_log":{"time":"2026-10-25T01:30:00Z","user":{"id":"u8"},"action":"read","resource_type":"user","resource_target":"\"quoted\"","diff":""}}}
{"msg":"audit_log","fields":{"audit_log":{"time":"2026-10-25T01:30:00Z","user":{"id":"u9"},"action":"write","resource_type":"user","resource_target":"back\\slash","diff":"","status_code":503}}}
{"msg":"audit_log","fields":{"audit_log":{"time":"2018-11-04T03:00:00Z","action":"write","resource_type":"user","resource_target":"ÄÖü","diff":{"name":{"old":"Ünï","new":"ünï"}},"status_code":200}}}
{"msg":"audit_log","fields":{"audit_log":{"time":"2018-11-04T04:00:00Z","action":"write","resource_type":"user","resource_target":"ÄÖü","diff":{"name":{"old":"another","new":"` + longText + `"},"shown":"enabled","Seen":true},"status_code":200}}}
{"msg":"audit_log","fields":{"audit_log":{"time":"2018-11-04T05:00:00Z","action":"write","resource_type":"user","resource_target":"ÄÖü","diff":{"name":{"old":"` + longText + `","new":""},"api token":"x","shown":"Disabled","note":"` + longText + `"},"status_code":200}}}
{"id":"00000000-0000-4000-8000-000000000001","time":"2026-02-01T00:00:00Z","resource_type":"group","resource_id":"00000000-0000-4000-8000-0000000000aa","resource_target":"ops","action":"create","status_code":200,"diff":{"name":{"old":"","new":"ops","secret":false}}}
{"id":"00000000-0000-4000-8000-000000000002","time":"2026-02-02T00:00:00Z","resource_type":"group","resource_id":"00000000-0000-4000-8000-0000000000aa","resource_target":"ops","action":"write","status_code":200,"diff":{"name":{"old":"OPS team","new":"platform","secret":false}}}
{"id":"00000000-0000-4000-8000-000000000003","time":"2026-02-03T00:00:00Z","resource_type":"group","resource_id":"00000000-0000-4000-8000-0000000000aa","resource_target":"ops","action":"write","status_code":500,"diff":{"name":{"old":"platform","new":"core","secret":false}}}
{"id":"00000000-0000-4000-8000-000000000004","time":"2026-02-04T00:00:00Z","resource_type":"group","resource_id":"00000000-0000-4000-8000-0000000000aa","resource_target":"ops","action":"write","status_code":200,"diff":{"name":{"old":"core","new":"base","secret":false}}}
{"id":"00000000-0000-4000-8000-000000000005","time":"2026-02-05T00:00:00Z","resource_type":"group","resource_id":"00000000-0000-4000-8000-0000000000aa","resource_target":"ops","action":"write","status_code":403,"diff":{"name":{"old":"base","new":"mine","secret":false}}}
`

const longText = "a text of some length, ätzend long, and longer still than a facet can list it: it goes on and on, and says nothing more than that it goes on and on, until it ends, here, at last, with a full stop."

func open(t testing.TB) *world {
	t.Helper()
	path, err := buildWorld()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{values: map[audit.Field][]string{}}
	if w.index, err = casefile.Open(testContext(), path, casefile.Options{ReadOnly: true, Now: now}); err != nil {
		t.Fatal(err)
	}
	if w.sql, err = store.Open(testContext(), path, store.Options{ReadOnly: true}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = w.index.Close(), w.sql.Close() })

	req := casefile.SearchRequest{Of: casefile.OfEvents}
	for _, f := range audit.FacetFields() {
		req.Facets = append(req.Facets, audit.FacetRequest{Field: f, Top: 1 << 20})
	}
	res, err := w.index.Search(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range res.Facets {
		for _, b := range f.Values {
			w.values[f.Field] = append(w.values[f.Field], b.Value)
		}
		w.words = append(w.words, w.values[f.Field]...)
	}
	of := casefile.SearchRequest{Of: casefile.OfChanges, Facets: []audit.FacetRequest{{Field: audit.FieldNew, Top: 1 << 20}}}
	if res, err = w.index.Search(t.Context(), of); err != nil {
		t.Fatal(err)
	}
	for _, b := range res.Facets[0].Values {
		w.values[audit.FieldNew] = append(w.values[audit.FieldNew], b.Value)
	}
	w.values[audit.FieldNew] = append(w.values[audit.FieldNew], "enabled", "Disabled", strings.Repeat("a long value ", 40))
	rows, err := w.index.EventRows(t.Context(), casefile.RowsRequest{Limit: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range rows.Rows {
		w.times = append(w.times, e.Time)
		add := func(f audit.Field, v string) {
			if v != "" {
				w.values[f] = append(w.values[f], v)
			}
		}
		add(audit.FieldID, e.ID)
		add(audit.FieldRef, string(e.Ref))
		add(audit.FieldRequestID, e.RequestID)
		add(audit.FieldResourceID, e.ResourceID)
		add(audit.FieldUser, e.User.ID) // by any account of the person
		add(audit.FieldUser, e.User.Username)
		add(audit.FieldUser, e.User.Email)
		for _, ch := range e.Changes {
			w.words = append(w.words, strings.Trim(string(ch.New), `"`), strings.Trim(string(ch.Old), `"`))
		}
	}
	for i := range w.values[audit.FieldSource] {
		w.values[audit.FieldSource] = append(w.values[audit.FieldSource], fmt.Sprint("#", i+1))
	}
	w.words = slices.DeleteFunc(w.words, func(s string) bool { return s == "" })
	return w
}

var zones = []string{"UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia", "America/St_Johns"}

func (w *world) value(t *rapid.T, f audit.Field) audit.Value {
	switch f {
	case audit.FieldHas:
		return audit.Value{Op: audit.OpEqual, Text: rapid.SampledFrom([]string{"changes", "secret", "unrecorded", "differs", "matching", "synthetic"}).Draw(t, "flag")}
	case audit.FieldClass:
		return audit.Value{Op: audit.OpEqual, Text: "admin"}
	case audit.FieldText:
		word := []rune(rapid.SampledFrom(w.words).Draw(t, "word"))
		from := rapid.IntRange(0, len(word)-1).Draw(t, "from")
		to := rapid.IntRange(from+1, min(len(word), from+8)).Draw(t, "to")
		return audit.Value{Op: audit.OpEqual, Text: twist(t, string(word[from:to]))}
	}
	ops := []audit.Op{audit.OpEqual, audit.OpEqual, audit.OpEqual, audit.OpRecorded, audit.OpNotRecorded}
	switch f {
	case audit.FieldStatus:
		ops = append(ops, audit.OpAtLeast, audit.OpBelow)
	case audit.FieldOutcome, audit.FieldVersion, audit.FieldLog, audit.FieldBasis:
	default:
		ops = append(ops, audit.OpPrefix)
	}
	v := audit.Value{Op: rapid.SampledFrom(ops).Draw(t, "op")}
	switch v.Op {
	case audit.OpRecorded, audit.OpNotRecorded:
		return v
	}
	all := w.values[f]
	if len(all) == 0 {
		t.Fatalf("no value of %s", f)
	}
	v.Text = rapid.SampledFrom(all).Draw(t, "value")
	switch f {
	case audit.FieldStatus:
		return v
	case audit.FieldOutcome, audit.FieldVersion, audit.FieldLog, audit.FieldBasis:
		return v
	}
	if v.Op == audit.OpPrefix {
		runes := []rune(v.Text)
		v.Text = string(runes[:rapid.IntRange(0, len(runes)).Draw(t, "cut")])
	}
	v.Text = twist(t, v.Text)
	if v.Op == audit.OpEqual && v.Text == "" {
		v.Op = audit.OpNotRecorded
	}
	return v
}

// twist changes what must not matter, ASCII case, or makes a value that is none.
func twist(t *rapid.T, s string) string {
	switch rapid.IntRange(0, 5).Draw(t, "twist") {
	case 0:
		return strings.Map(func(r rune) rune {
			if 'a' <= r && r <= 'z' {
				return r - 'a' + 'A'
			}
			return r
		}, s)
	case 1:
		return audit.FoldASCII(s)
	}
	return s
}

func (w *world) query(t *rapid.T) audit.Query {
	var q audit.Query
	fields := []audit.Field{audit.FieldType, audit.FieldAction, audit.FieldTarget, audit.FieldUser, audit.FieldOrganization, audit.FieldIP, audit.FieldOutcome, audit.FieldStatus,
		audit.FieldChanged, audit.FieldSetting, audit.FieldPanel, audit.FieldKind, audit.FieldBasis, audit.FieldNew, audit.FieldContinuity, audit.FieldClass, audit.FieldVersion, audit.FieldLog, audit.FieldDeployment, audit.FieldSource,
		audit.FieldText, audit.FieldHas, audit.FieldID, audit.FieldRef, audit.FieldRequestID, audit.FieldResourceID, audit.FieldBuildReason}
	for range rapid.IntRange(0, 3).Draw(t, "terms") {
		term := audit.Term{Field: rapid.SampledFrom(fields).Draw(t, "field"), Exclude: rapid.IntRange(0, 2).Draw(t, "exclude") == 0}
		for range rapid.IntRange(1, 3).Draw(t, "values") {
			term.Values = append(term.Values, w.value(t, term.Field))
		}
		q = q.With(term)
	}
	if rapid.Bool().Draw(t, "time") {
		at := rapid.SampledFrom(w.times).Draw(t, "at")
		end := rapid.SampledFrom(w.times).Draw(t, "end")
		if rapid.Bool().Draw(t, "days") {
			day := func(a audit.Time) string {
				return a.Std().AddDate(0, 0, rapid.IntRange(-1, 1).Draw(t, "shift")).Format(time.DateOnly)
			}
			q = q.With(term(audit.FieldDateFrom, day(min(at, end))))
			if rapid.Bool().Draw(t, "closed") {
				q = q.With(term(audit.FieldDateTo, day(max(at, end))))
			}
		} else {
			nanosecond := audit.Time(rapid.IntRange(-1, 1).Draw(t, "nanosecond"))
			q = q.With(term(audit.FieldAfter, (min(at, end) + nanosecond).String()))
			if rapid.Bool().Draw(t, "closed") {
				q = q.With(term(audit.FieldBefore, (max(at, end) + nanosecond).String()))
			}
		}
	}
	return q
}

func term(f audit.Field, value string) audit.Term {
	return audit.Term{Field: f, Values: []audit.Value{{Op: audit.OpEqual, Text: value}}}
}

// The memory index and SQL give a query the same meaning: totals, rows in their order, facets, timeline.
func TestIndexAndSQLAgree(t *testing.T) {
	w := open(t)
	ctx := t.Context()
	some, none := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		q := w.query(t)
		zoneName := rapid.SampledFrom(zones).Draw(t, "zone")
		zone, err := casefile.Zone(zoneName)
		if err != nil {
			t.Fatal(err)
		}
		text := q.String()
		t.Logf("query %s in %s", text, zoneName)
		span, err := q.Span(zone, now())
		if err != nil {
			t.Fatal(err)
		}
		want, err := w.sql.Count(ctx, q, span)
		if err != nil {
			t.Fatal(err)
		}
		if want > 0 {
			some++
		} else {
			none++
		}
		got, err := w.index.Count(ctx, casefile.OfEvents, text, zoneName)
		if err != nil || got != want {
			t.Fatalf("the index counts %d, SQL %d (%v)", got, want, err)
		}

		order := rapid.SampledFrom([]audit.Order{audit.Newest, audit.Oldest}).Draw(t, "order")
		offset, limit := rapid.IntRange(0, int(want)).Draw(t, "offset"), rapid.IntRange(1, 40).Draw(t, "limit")
		numbers, err := w.sql.Select(ctx, q, span, order, offset, limit)
		if err != nil {
			t.Fatal(err)
		}
		events, err := w.sql.EventsByNumber(ctx, numbers)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := w.index.EventRows(ctx, casefile.RowsRequest{Query: text, Zone: zoneName, Order: order, Offset: offset, Limit: limit})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(places(events), places(rows.Rows)); diff != "" {
			t.Fatalf("rows: %s", diff)
		}

		field := rapid.SampledFrom(audit.FacetFields()).Draw(t, "facet")
		size := rapid.SampledFrom([]audit.BucketSize{audit.BucketHour, audit.BucketDay, audit.BucketWeek, audit.BucketMonth}).Draw(t, "bucket")
		if size == audit.BucketHour && (span.From == nil || span.To == nil || *span.To-*span.From > audit.Time(4000*time.Hour)) {
			size = audit.BucketDay
		}
		res, err := w.index.Search(ctx, casefile.SearchRequest{Of: casefile.OfEvents, Query: text, Zone: zoneName, Order: order,
			Facets: []audit.FacetRequest{{Field: field, Top: 1 << 20}}, Timeline: size})
		if err != nil {
			t.Fatal(err)
		}
		counts, missing, err := w.sql.FacetCounts(ctx, q, span, field)
		if err != nil {
			t.Fatal(err)
		}
		listed := map[string]int64{}
		for _, b := range res.Facets[0].Values {
			if b.Count == 0 {
				continue
			}
			listed[b.Value] = b.Count
			if _, has := counts[b.Value]; !has && b.State != audit.StateNone {
				// Chosen in another spelling than the facet's own (a person by username): listed beside it.
				n, err := w.sql.Count(ctx, q.Without(field).With(term(field, b.Value)), span)
				if err != nil || n != b.Count {
					t.Fatalf("facet %s: %q counts %d, SQL %d (%v)", field, b.Value, b.Count, n, err)
				}
				delete(listed, b.Value)
			}
		}
		if diff := cmp.Diff(counts, listed); diff != "" || missing != res.Facets[0].Missing {
			t.Fatalf("facet %s: not recorded %d, SQL %d; %s", field, res.Facets[0].Missing, missing, diff)
		}
		bars, err := w.sql.TimelineCounts(ctx, q, span, size, zone)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(bars, trimmed(res.Timeline.Buckets)); diff != "" {
			t.Fatalf("timeline by %s: %s", size, diff)
		}
		var days int64
		for _, d := range res.Days {
			days += d.Count
		}
		if days != want || res.Total != want {
			t.Fatalf("the days hold %d, the total is %d, SQL counts %d", days, res.Total, want)
		}
	})
	if some < none/4 {
		t.Errorf("%d queries found something, %d nothing: the queries test too little", some, none)
	}
}

// Of changes, too, the memory index and SQL give a query the same meaning: totals and every facet.
func TestIndexAndSQLAgreeOnChanges(t *testing.T) {
	w := open(t)
	ctx := t.Context()
	rapid.Check(t, func(t *rapid.T) {
		q := w.query(t)
		text := q.String()
		t.Logf("query %s", text)
		span, err := q.Span(time.UTC, now())
		if err != nil {
			t.Fatal(err)
		}
		field := rapid.SampledFrom(append(audit.ChangeFacetFields(), audit.FieldNew, audit.FieldContinuity)).Draw(t, "facet")
		res, err := w.index.Search(ctx, casefile.SearchRequest{Of: casefile.OfChanges, Query: text, Facets: []audit.FacetRequest{{Field: field, Top: 1 << 20}}})
		if err != nil {
			t.Fatal(err)
		}
		if want, err := w.sql.CountChanges(ctx, q, span); err != nil || res.Total != want {
			t.Fatalf("the index counts %d, SQL %d (%v)", res.Total, want, err)
		}
		counts, missing, err := w.sql.FacetCountsOfChanges(ctx, q, span, field)
		if err != nil {
			t.Fatal(err)
		}
		listed := map[string]int64{}
		for _, b := range res.Facets[0].Values {
			if _, has := counts[b.Value]; b.Count == 0 || !has && b.State != audit.StateNone {
				continue
			}
			listed[b.Value] = b.Count
		}
		if field == audit.FieldUser { // SQL also counts by names that are another person's label among the events
			maps.DeleteFunc(counts, func(v string, _ int64) bool { _, has := listed[v]; return !has })
		}
		if field == audit.FieldNew { // values that differ in case are spelt as the first one here, which may be an old value there
			counts, listed = folded(counts), folded(listed)
		}
		if diff := cmp.Diff(counts, listed); diff != "" || missing != res.Facets[0].Missing {
			t.Fatalf("facet %s: not recorded %d, SQL %d; %s", field, res.Facets[0].Missing, missing, diff)
		}
	})
}

func folded(counts map[string]int64) map[string]int64 {
	out := map[string]int64{}
	for v, n := range counts {
		out[audit.ValueKey(v)] += n
	}
	return out
}

// places name events: their reference, deployment and first record.
func places(events []audit.Event) []string {
	out := make([]string, len(events))
	for i, e := range events {
		out[i] = fmt.Sprintf("%s %s %s:%d", e.Ref, e.Deployment, e.Sources[0].Path, e.Sources[0].Line)
	}
	return out
}

// trimmed is a timeline without empty bars at its ends: the index shows the whole span asked for.
func trimmed(bars []audit.TimeBucket) []audit.TimeBucket {
	for len(bars) > 0 && bars[0].Count == 0 {
		bars = bars[1:]
	}
	for len(bars) > 0 && bars[len(bars)-1].Count == 0 {
		bars = bars[:len(bars)-1]
	}
	if len(bars) == 0 {
		return []audit.TimeBucket{}
	}
	return bars
}

// A query that says nothing of single changes selects, as changes, all changes of the events that it selects.
func TestChangesAreThoseOfTheEvents(t *testing.T) {
	w := open(t)
	ctx := t.Context()
	rapid.Check(t, func(t *rapid.T) {
		q := w.query(t)
		for _, f := range []audit.Field{audit.FieldChanged, audit.FieldSetting, audit.FieldPanel, audit.FieldKind, audit.FieldBasis, audit.FieldNew, audit.FieldContinuity, audit.FieldText, audit.FieldHas} {
			q = q.Without(f)
		}
		text := q.String()
		t.Logf("query %s", text)
		rows, err := w.index.EventRows(ctx, casefile.RowsRequest{Query: text, Order: audit.Oldest, Limit: 1 << 20})
		if err != nil {
			t.Fatal(err)
		}
		changes, err := w.index.ChangeRows(ctx, casefile.RowsRequest{Query: text, Order: audit.Oldest, Limit: 1 << 20})
		if err != nil {
			t.Fatal(err)
		}
		want, got := map[string]int{}, map[string]int{}
		for _, e := range rows.Rows {
			for _, ch := range e.Changes {
				want[fmt.Sprint(e.Ref, e.Deployment, ch.Field, string(ch.Old), string(ch.New), ch.Words, ch.Basis)]++
			}
		}
		last := audit.MinTime
		for _, r := range changes.Rows {
			got[fmt.Sprint(r.Event, r.Deployment, r.Field, string(r.Old), string(r.New), r.Words, r.Basis)]++
			if r.Time < last {
				t.Fatalf("%s stands behind a later change", r.Event)
			}
			last = r.Time
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Every event of a result is found at its place.
func TestLocateFindsEveryRow(t *testing.T) {
	w := open(t)
	ctx := t.Context()
	rapid.Check(t, func(t *rapid.T) {
		req := casefile.RowsRequest{Query: w.query(t).String(), Order: rapid.SampledFrom([]audit.Order{audit.Newest, audit.Oldest}).Draw(t, "order"), Limit: 1 << 20}
		rows, err := w.index.EventRows(ctx, req)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows.Rows) == 0 {
			return
		}
		i := rapid.IntRange(0, len(rows.Rows)-1).Draw(t, "row")
		at, err := w.index.Locate(ctx, req, string(rows.Rows[i].Ref))
		if err != nil {
			t.Fatal(err)
		}
		if at < 0 || rows.Rows[at].Ref != rows.Rows[i].Ref { // two deployments can share a reference
			t.Fatalf("row %d is found at %d", i, at)
		}
		req.Query = "-ref:" + string(rows.Rows[i].Ref)
		if at, err := w.index.Locate(ctx, req, string(rows.Rows[i].Ref)); err != nil || at != -1 {
			t.Fatalf("an event that is left out is found at %d, %v", at, err)
		}
	})
}
