package facet_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/facet"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Small vocabularies make filters meet rows, twins in letter case and namesakes included.
func vocabulary(f audit.Field) []string {
	switch f {
	case audit.FieldType:
		return []string{"", "template", "Template", "workspace", "license"}
	case audit.FieldOrganization:
		return []string{"", "", "ops", "Ops", "coder", "0a1", "0A1", "7f3"}
	case audit.FieldTarget:
		targets := []string{"", "gpu", "GPU", "gp"}
		for i := range 40 {
			targets = append(targets, fmt.Sprint("ws-", i))
		}
		return targets
	case audit.FieldStatus:
		return []string{"0", "200", "204", "302", "400", "401", "403", "404", "500", "502"}
	case audit.FieldOutcome:
		return []string{"ok", "denied", "failed", "unknown"}
	case audit.FieldUser:
		return []string{"jessie", "JESSIE", "jessie@acme.example", "kim", "kim@acme.example", "u1", "u2", "root"}
	case audit.FieldSource:
		return []string{"a.log", "logs/a.log", `C:\logs\A.log`, "b.log", "more/c.log", "#2"}
	case audit.FieldChanged:
		return []string{"", "gpu_vendor", "GPU Vendor", "ttl", "name", "gpu", "roles"}
	case audit.FieldSetting:
		return []string{"", "GPU vendor", "gpu vendor", "Lifetime"}
	case audit.FieldPanel:
		return []string{"", "Infrastructure", "Users", "users"}
	case audit.FieldKind:
		return []string{"unknown", "boolean", "text", "unrecorded"}
	case audit.FieldBasis:
		return []string{"logged", "derived", "not recorded"}
	case audit.FieldNew:
		return []string{"blue", "Blue", "red", "true", "Enabled", `""`, "[1]", "(secret)", strings.Repeat("long ", 40)}
	case audit.FieldContinuity:
		return []string{"follows", "break before", "first logged", "break after"}
	case audit.FieldVersion:
		return []string{"v1", "v2"}
	case audit.FieldLog:
		return []string{"audit", "connection"}
	case audit.FieldHas:
		return []string{"changes", "secret", "unrecorded", "differs", "matching", "synthetic"}
	case audit.FieldClass:
		return []string{"admin"}
	case audit.FieldText:
		return []string{"gpu", "jess", "S-1", "acme", "zzz", "Lee", "blue"}
	case audit.FieldRef:
		return []string{string(audit.RefOf(0)), string(audit.RefOf(1)), string(audit.RefOf(77)), "0000"}
	default:
		return []string{"", "alpha", "Alpha", "beta", "gamma"}
	}
}

func pick(t *rapid.T, f audit.Field) string {
	return rapid.SampledFrom(vocabulary(f)).Draw(t, string(f))
}

var epoch = time.Date(2026, 3, 28, 20, 0, 0, 0, time.UTC)

func drawEvent(t *rapid.T) event {
	at := epoch.Add(time.Duration(rapid.IntRange(0, 400).Draw(t, "time")) * 11 * time.Minute)
	e := event{time: audit.Time(at.UnixNano()), ref: rapid.SampledFrom([]uint64{0, 1, 77, 1<<60 - 1}).Draw(t, "ref"),
		flags: audit.Flags(rapid.IntRange(0, 255).Draw(t, "flags")), id: pick(t, audit.FieldID), requestID: pick(t, audit.FieldRequestID)}
	for _, d := range wordDims {
		e.words[d.dim] = pick(t, d.field)
	}
	e.orgID = pick(t, audit.FieldOrganization)
	e.status = audit.NoStatus
	if rapid.IntRange(0, 5).Draw(t, "status recorded") > 0 {
		e.status, _ = strconv.Atoi(pick(t, audit.FieldStatus))
	}
	e.who = rapid.SampledFrom([]audit.Person{
		{}, {Name: "Nobody"},
		{Email: "jessie@acme.example", Username: "jessie", Name: "Jessie Lee"}, {Email: "Jessie@acme.example", ID: "u1"},
		{Username: "jessie"}, {Username: "JESSIE"}, {ID: "u1", Username: "kim"}, {ID: "u2"}, {Email: "kim@acme.example", Username: "root"},
	}).Draw(t, "who")
	for range max(rapid.IntRange(-4, 3).Draw(t, "further records"), 0) {
		e.also = append(e.also, pick(t, audit.FieldSource))
	}
	for range rapid.IntRange(0, 3).Draw(t, "changes") {
		e.changes = append(e.changes, change{field: pick(t, audit.FieldChanged), setting: pick(t, audit.FieldSetting), panel: pick(t, audit.FieldPanel),
			kind: audit.Kind(pick(t, audit.FieldKind)), basis: audit.Basis(pick(t, audit.FieldBasis)), value: rapid.SampledFrom([]string{"", `"blue"`, `"Blue"`, `"red"`, `true`, `""`, `[1]`, `"` + strings.Repeat("long ", 40) + `"`}).Draw(t, "value"),
			secret: rapid.IntRange(0, 5).Draw(t, "secret") == 0, continuity: audit.Continuity(rapid.SampledFrom([]string{"", "follows", "break before", "first logged"}).Draw(t, "continuity")),
			breakAfter: rapid.IntRange(0, 4).Draw(t, "break after") == 0})
	}
	return e
}

func drawTerm(t *rapid.T) audit.Term {
	fields := audit.Fields()
	term := audit.Term{Field: rapid.SampledFrom(fields[:len(fields)-4]).Draw(t, "field"), Exclude: rapid.IntRange(0, 3).Draw(t, "exclude") == 0}
	for range rapid.IntRange(1, 2).Draw(t, "values") {
		v := audit.Value{Op: audit.OpEqual, Text: pick(t, term.Field)}
		ops := []audit.Op{audit.OpEqual, audit.OpEqual, audit.OpEqual, audit.OpPrefix, audit.OpRecorded, audit.OpNotRecorded}
		switch term.Field {
		case audit.FieldHas, audit.FieldClass, audit.FieldText:
			ops = ops[:1]
		case audit.FieldStatus:
			ops = append(ops, audit.OpAtLeast, audit.OpBelow, audit.OpAtLeast, audit.OpBelow)
		}
		switch v.Op = rapid.SampledFrom(ops).Draw(t, "op"); {
		case v.Op == audit.OpRecorded || v.Op == audit.OpNotRecorded || v.Text == "":
			v.Text = ""
			if v.Op == audit.OpEqual {
				v.Op = audit.OpNotRecorded
			}
		case v.Op == audit.OpPrefix:
			v.Text = v.Text[:rapid.IntRange(1, len(v.Text)).Draw(t, "prefix")]
			if term.Field == audit.FieldChanged { // half a separator is another matter, see the table of rules
				v.Text = audit.FoldKey(v.Text)
			}
		}
		if v.Op == audit.OpPrefix && v.Text == "" {
			v.Op = audit.OpRecorded
		}
		term.Values = append(term.Values, v)
	}
	return term
}

func drawFilter(t *rapid.T) facet.Filter {
	var f facet.Filter
	for range rapid.IntRange(0, 4).Draw(t, "terms") {
		f.Query = f.Query.With(drawTerm(t))
	}
	if rapid.IntRange(0, 3).Draw(t, "scoped") == 0 {
		f.Scope = f.Scope.With(drawTerm(t))
	}
	bound := func(name string) *audit.Time {
		if rapid.IntRange(0, 2).Draw(t, name) > 0 {
			return nil
		}
		at := audit.Time(epoch.Add(time.Duration(rapid.IntRange(-10, 410).Draw(t, name)) * 11 * time.Minute).UnixNano())
		return &at
	}
	f.Span = audit.Span{From: bound("from"), To: bound("to")}
	return f
}

// agree compares everything that an index says of a filter with what the events say.
func agree(t *rapid.T, m *memory, x *facet.Index, f facet.Filter) {
	t.Helper()
	ctx := context.Background()
	sel, err := x.Select(ctx, f)
	if err != nil {
		t.Fatalf("select %s: %v", f.Query, err)
	}
	want := m.list(f)
	if sel.Total() != int64(len(want)) {
		t.Fatalf("%s: total %d, want %d", f.Query, sel.Total(), len(want))
	}
	oldest := numbersOf(want)
	newest := slices.Clone(oldest)
	slices.Reverse(newest)
	for _, order := range []audit.Order{audit.Oldest, audit.Newest} {
		all := oldest
		if order == audit.Newest {
			all = newest
		}
		if got := slices.Collect(sel.All(order)); !slices.Equal(got, all) {
			t.Fatalf("%s: %s first: %v, want %v", f.Query, order, got, all)
		}
		offset, limit := rapid.IntRange(0, len(all)+1).Draw(t, "offset"), rapid.IntRange(0, 20).Draw(t, "limit")
		page := all[min(offset, len(all)):min(offset+limit, len(all))]
		if got := sel.Numbers(order, offset, limit); !slices.Equal(got, page) {
			t.Fatalf("%s: %d rows from %d, %s first: %v, want %v", f.Query, limit, offset, order, got, page)
		}
		for _, e := range m.events {
			at := slices.Index(all, e.number)
			if got, ok := sel.Position(e.number, order); ok != (at >= 0) || (ok && got != int64(at)) {
				t.Fatalf("%s: row %d stands at %d (%t), want %d", f.Query, e.number, got, ok, at)
			}
		}
	}
	agreeOnTime(t, m, sel, f, want)
	var reqs []audit.FacetRequest
	for _, field := range m.facetFields() {
		reqs = append(reqs, audit.FacetRequest{Field: field, Top: rapid.IntRange(1, 12).Draw(t, "top"),
			Order:  rapid.SampledFrom([]audit.FacetOrder{"", audit.ByCount, audit.ByName, audit.ByRarest}).Draw(t, "order"),
			Search: rapid.SampledFrom([]string{"", "", "e", "GPU", "1"}).Draw(t, "search")})
	}
	facets, err := sel.Facets(ctx, reqs)
	if err != nil {
		t.Fatal(err)
	}
	for i, got := range facets {
		for j := range got.Values {
			got.Values[j].Value = foldOf(got.Field)(got.Values[j].Value)
		}
		want := m.facet(f, reqs[i])
		if len(want.Values) == 0 {
			want.Values = []audit.Bucket{}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s scope %s: facet %+v: (-want +got)\n%s", f.Query, f.Scope, reqs[i], diff)
		}
	}
}

func agreeOnTime(t *rapid.T, m *memory, sel *facet.Selection, f facet.Filter, want []*event) {
	t.Helper()
	zone := rapid.SampledFrom([]*time.Location{time.UTC, location(t, "Europe/Berlin"), location(t, "Asia/Kathmandu")}).Draw(t, "zone")
	size := rapid.SampledFrom([]audit.BucketSize{audit.BucketAuto, audit.BucketHour, audit.BucketDay, audit.BucketWeek, audit.BucketMonth}).Draw(t, "size")
	line, err := sel.Timeline(size, zone)
	if err != nil {
		t.Fatal(err)
	}
	bars := map[audit.Time]audit.TimeBucket{}
	days := map[string]int64{}
	for _, e := range want {
		start := audit.Time(line.Bucket.Floor(e.time.Std(), zone).UnixNano())
		b := bars[start]
		b.Start = start
		b.Count++
		if e.status >= 400 {
			b.Failed++
		}
		bars[start] = b
		days[e.time.Std().In(zone).Format("2006-01-02")]++
	}
	for i, b := range line.Buckets {
		if expect := (audit.TimeBucket{Start: b.Start, Count: bars[b.Start].Count, Failed: bars[b.Start].Failed}); b != expect {
			t.Fatalf("%s by %s: %+v, want %+v", f.Query, line.Bucket, b, expect)
		}
		delete(bars, b.Start)
		if i > 0 && !line.Bucket.Next(line.Buckets[i-1].Start.Std(), zone).Equal(b.Start.Std()) {
			t.Fatalf("bucket %s does not follow %s", b.Start, line.Buckets[i-1].Start)
		}
	}
	if len(bars) > 0 {
		t.Fatalf("%s: no bucket for %v", f.Query, bars)
	}
	if span := f.Span; (span.From == nil || span.To == nil) && len(line.Buckets) > 0 && (line.Buckets[0].Count == 0 || line.Buckets[len(line.Buckets)-1].Count == 0) {
		t.Fatalf("%s: the timeline begins or ends with an empty bucket", f.Query)
	}
	got, ok := sel.Days(zone, audit.Newest, 100)
	if !ok || len(got) != len(days) || !slices.IsSortedFunc(got, func(a, b facet.DayCount) int { return -compare(a.Day, b.Day) }) {
		t.Fatalf("%s: days %v, want %v", f.Query, got, days)
	}
	for _, d := range got {
		if days[d.Day] != d.Count {
			t.Fatalf("%s: days %v, want %v", f.Query, got, days)
		}
	}
	at := audit.Time(epoch.Add(time.Duration(rapid.IntRange(0, 400).Draw(t, "seek")) * 11 * time.Minute).UnixNano())
	var before, after int64
	for _, e := range want {
		if e.time < at {
			before++
		}
		if e.time > at {
			after++
		}
	}
	if o, n := sel.Seek(at, audit.Oldest), sel.Seek(at, audit.Newest); o != before || n != after {
		t.Fatalf("%s: seek %s: %d and %d, want %d and %d", f.Query, at, o, n, before, after)
	}
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	default:
		return 0
	}
}

func location(t interface{ Fatal(...any) }, name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func build(t interface {
	Helper()
	Fatal(...any)
}, src facet.Source) *facet.Index {
	t.Helper()
	if m, ok := src.(*memory); ok && m.ofChanges {
		src = changes{m}
	}
	x, err := facet.Build(context.Background(), src)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// The index says of any filter what a loop over the events says, before and after rows come late, change or go.
func TestIndexAgreesWithTheEvents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ctx := context.Background()
		m := &memory{}
		m.add(drawEvents(t, rapid.SampledFrom([]int{0, 3, 40, 400}).Draw(t, "rows"))...)
		x := build(t, m)
		for range rapid.IntRange(0, 3).Draw(t, "refreshes") {
			agree(t, m, x, drawFilter(t))
			var changed []uint32
			for range rapid.IntRange(0, 3).Draw(t, "replaced") {
				if len(m.events) == 0 {
					break
				}
				i := rapid.IntRange(0, len(m.events)-1).Draw(t, "which")
				number := m.events[i].number
				changed = append(changed, number)
				if rapid.Bool().Draw(t, "removed") && i < len(m.events)-1 {
					m.events, m.said = slices.Delete(m.events, i, i+1), nil
					continue
				}
				m.events[i] = drawEvent(t)
				m.events[i].number = number
				m.row(&m.events[i])
			}
			fresh := drawEvents(t, rapid.SampledFrom([]int{0, 1, 30, 300}).Draw(t, "fresh"))
			if len(m.events) > 0 && rapid.Bool().Draw(t, "in time order") {
				last := slices.MaxFunc(m.events, func(a, b event) int { return int(a.time - b.time) }).time
				for i := range fresh {
					fresh[i].time = last + audit.Time(i)
				}
			}
			m.add(fresh...)
			if err := x.Refresh(ctx, changed...); err != nil {
				t.Fatal(err)
			}
		}
		for range 3 {
			agree(t, m, x, drawFilter(t))
		}
	})
}

func drawEvents(t *rapid.T, n int) []event {
	// One event in ten is drawn; the others vary a drawn one, or drawing would take all the time.
	var events []event
	for i := range n {
		e := event{}
		if i%10 == 0 || i < 3 {
			e = drawEvent(t)
		} else {
			e = events[rapid.IntRange(0, i-1).Draw(t, "like")]
			e.words[audit.DimTarget] = pick(t, audit.FieldTarget)
			e.time += audit.Time(rapid.IntRange(-50, 50).Draw(t, "later")) * audit.Time(time.Minute)
		}
		e.number = 0
		events = append(events, e)
	}
	return events
}

// An index over changes says the same as the events' changes one by one.
func TestIndexOverChangesAgrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &memory{}
		m.add(drawEvents(t, rapid.SampledFrom([]int{5, 60}).Draw(t, "rows"))...)
		per := m.perChange()
		x := build(t, per)
		x.NameOrganizationsAs(build(t, m))
		agree(t, per, x, drawFilter(t))
		f := drawFilter(t)
		sel, err := x.Select(context.Background(), f)
		if err != nil {
			t.Fatal(err)
		}
		g, err := sel.Grouped(context.Background(), audit.FieldPanel, []string{"Users", "Nowhere"})
		if err != nil {
			t.Fatal(err)
		}
		agreeOnGroups(t, per, g, f)
		for _, by := range []audit.Field{audit.FieldTarget, audit.FieldUser} {
			g, err := sel.Grouped(context.Background(), by, nil)
			if err != nil {
				t.Fatal(err)
			}
			agreeOnCounts(t, per, g, by, f)
		}
	})
}

// agreeOnCounts compares groups by target or user: most rows first, none recorded last, each in time order.
func agreeOnCounts(t *rapid.T, per *memory, g *facet.Grouped, by audit.Field, f facet.Filter) {
	t.Helper()
	want := map[string][]uint32{}
	for _, e := range per.list(f) {
		key := ""
		if v := per.facetValues(e, by); len(v) > 0 {
			key = audit.FoldASCII(v[0])
		}
		want[key] = append(want[key], e.number)
	}
	if len(g.Groups) != len(want) {
		t.Fatalf("%s by %s: groups %+v, want %v", f.Query, by, g.Groups, want)
	}
	offset := 0
	for i, group := range g.Groups {
		numbers := want[audit.FoldASCII(group.Key)]
		if group.Count != int64(len(numbers)) || i > 0 && group.Key != "" && group.Count > g.Groups[i-1].Count || group.Key == "" && i < len(g.Groups)-1 {
			t.Fatalf("%s by %s: groups %+v, want %v", f.Query, by, g.Groups, want)
		}
		if got := g.Numbers(audit.Oldest, offset, len(numbers)); !slices.Equal(got, numbers) {
			t.Fatalf("%s by %s: %q holds %v, want %v", f.Query, by, group.Key, got, numbers)
		}
		slices.Reverse(numbers)
		if got := g.Numbers(audit.Newest, offset, len(numbers)); !slices.Equal(got, numbers) {
			t.Fatalf("%s by %s, newest first: %q holds %v, want %v", f.Query, by, group.Key, got, numbers)
		}
		for j, n := range numbers {
			if at, ok := g.Position(n, audit.Newest); !ok || at != int64(offset+j) {
				t.Fatalf("%s by %s: row %d stands at %d, want %d", f.Query, by, n, at, offset+j)
			}
		}
		offset += len(numbers)
	}
}

func agreeOnGroups(t *rapid.T, per *memory, g *facet.Grouped, f facet.Filter) {
	t.Helper()
	keys := map[string]int{"users": 0, "infrastructure": 1, "": 2} // the one that was named, others by name, none
	var want [3][]uint32
	var fields [3]map[string]bool
	for _, e := range per.list(f) {
		key := keys[audit.FoldASCII(e.changes[0].panel)]
		want[key] = append(want[key], e.number)
		if fields[key] == nil {
			fields[key] = map[string]bool{}
		}
		if name := audit.FoldKey(e.changes[0].field); name != "" {
			fields[key][name] = true
		}
	}
	var all []uint32
	groups := g.Groups
	for key, numbers := range want {
		if len(numbers) == 0 {
			continue
		}
		all = append(all, numbers...)
		if len(groups) == 0 || keys[audit.FoldASCII(groups[0].Key)] != key || groups[0].Count != int64(len(numbers)) || groups[0].Fields != len(fields[key]) {
			t.Fatalf("%s: groups %+v, want %v with fields %v", f.Query, g.Groups, want, fields)
		}
		groups = groups[1:]
	}
	if len(groups) > 0 {
		t.Fatalf("%s: groups %+v, want %v", f.Query, g.Groups, want)
	}
	if got := g.Numbers(audit.Oldest, 0, math.MaxInt); !slices.Equal(got, append([]uint32{}, all...)) {
		t.Fatalf("%s: %v, want %v", f.Query, got, all)
	}
	for at, number := range all {
		if got := g.Numbers(audit.Oldest, at, 1); len(got) != 1 || got[0] != number {
			t.Fatalf("%s: row at %d is %v, want %d", f.Query, at, got, number)
		}
		if got, ok := g.Position(number, audit.Oldest); !ok || got != int64(at) {
			t.Fatalf("%s: row %d stands at %d, want %d", f.Query, number, got, at)
		}
	}
}
