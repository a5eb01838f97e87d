package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"auditdesk/backend/audit"
	"auditdesk/backend/store"
)

// asked is a small case in which every filter tells some events from others.
func asked(tb testing.TB) (*store.Store, []audit.Event) {
	tb.Helper()
	s := newCase(tb)
	var events []audit.Event
	for i := range 12 {
		e := v2Event(i)
		e.Organization = []string{"Coder", "coder", "", "ops"}[i%4]
		e.OrganizationID = []string{"aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000001", "", "Org-7", ""}[i%5]
		e.User = []audit.Person{
			{ID: "6c405053-27e3-484a-9ad7-bcb64e7bfde6", Username: "ann", Email: "Ann@acme.example", Name: "Ann Ito"}, {ID: "6c405053-27e3-484a-9ad7-bcb64e7bfde6"},
			{Username: "ci-bot"}, {}, {Name: "Nobody known"},
		}[i%5]
		e.ResourceTarget = []string{"payments", "Pay roll", `a "b", c:d`, ""}[i%4]
		e.BuildReason = []string{"", "initiator", "autostart"}[i%3]
		e.IP = []string{"203.0.113.1", ""}[i%2]
		switch i % 6 {
		case 0:
			e.Changes = []audit.Change{{Field: "gpu_vendor", Setting: "GPU Vendor", Panel: "Resources", Old: jsonOf(`"AMD"`), New: jsonOf(`"nvidia \"A100\""`), Kind: audit.KindChoice, Basis: audit.BasisLogged}}
		case 1:
			e.Changes = []audit.Change{{Field: "gpu vendor", New: jsonOf(`{"Name": "amd"}`), Kind: audit.KindObject, Basis: audit.BasisLogged}, {Field: "token", Kind: audit.KindSecret, Secret: true, Basis: audit.BasisLogged}}
		case 2:
			e.Unrecorded = true
			e.Changes = []audit.Change{{Kind: audit.KindUnrecorded, Basis: audit.BasisNotRecorded}}
		case 3:
			e.Synthetic, e.Version, e.Status, e.ID = true, audit.V1, audit.NoStatus, ""
			e.Changes = []audit.Change{{Field: "ttl", New: jsonOf("3600"), Kind: audit.KindDuration, Basis: audit.BasisLogged}}
		case 4:
			e.Log, e.Form, e.ID = audit.ConnectionLog, audit.FormV2Connection, strings.ToUpper(e.ID)
		}
		events = append(events, e)
	}
	for i, name := range []string{"/logs/one.json", `C:\logs\Two.json`} {
		source := begin(tb, s, name, []string{"prod", "test"}[i])
		b := batchOf(tb, s, source, events[i*6:i*6+6]...)
		if i == 1 { // the second source holds records of two events of the first one, too
			for _, event := range []uint32{1, 5} {
				b.Matches = append(b.Matches, store.Match{Event: event, Form: audit.FormV2REST, Line: int64(10 + event)})
			}
			b.Matches = append(b.Matches, store.Match{Event: 9, Form: audit.FormV2JSON, Line: 30, Duplicate: true})
		}
		add(tb, s, b)
	}
	deriveAll(tb, s)
	return s, read(tb, s)
}

// fromSource says whether any record of an event came from a source.
func fromSource(number int64) func(*audit.Event) bool {
	return func(e *audit.Event) bool {
		return slices.ContainsFunc(e.Sources, func(p audit.Position) bool { return p.Source == number })
	}
}

func query(tb testing.TB, text string) audit.Query {
	tb.Helper()
	q, err := audit.ParseQuery(text)
	if err != nil {
		tb.Fatalf("%s: %v", text, err)
	}
	return q
}

func selected(tb testing.TB, s *store.Store, text string) []uint32 {
	tb.Helper()
	q := query(tb, text)
	span, err := q.Span(time.UTC, clock())
	if err != nil {
		tb.Fatal(err)
	}
	numbers, err := s.Select(tb.Context(), q, span, audit.Oldest, 0, -1)
	if err != nil {
		tb.Fatalf("%s: %v", text, err)
	}
	n, err := s.Count(tb.Context(), q, span)
	if err != nil || int(n) != len(numbers) {
		tb.Errorf("%s: %d selected, %d counted, %v", text, len(numbers), n, err)
	}
	return numbers
}

func TestWhatAQueryMeans(t *testing.T) {
	s, events := asked(t)
	has := func(keep func(*audit.Event) bool) []uint32 {
		var out []uint32
		for i := range events {
			if keep(&events[i]) {
				out = append(out, uint32(i+1))
			}
		}
		return out
	}
	anyChange := func(keep func(audit.Change) bool) func(*audit.Event) bool {
		return func(e *audit.Event) bool { return slices.ContainsFunc(e.Changes, keep) }
	}
	ann := func(e *audit.Event) bool { return e.User.ID != "" }
	for text, keep := range map[string]func(*audit.Event) bool{
		"":                          func(*audit.Event) bool { return true },
		"action:WRITE,login":        func(e *audit.Event) bool { return e.Action == "write" || e.Action == "login" },
		"action:write -type:user":   func(e *audit.Event) bool { return e.Action == "write" && e.ResourceType != "user" },
		"action:write action:login": func(e *audit.Event) bool { return e.Action == "write" || e.Action == "login" },
		"target:pay*":               func(e *audit.Event) bool { return e.ResourceTarget == "payments" || e.ResourceTarget == "Pay roll" },
		`target:"a \"b\", c:d"`:     func(e *audit.Event) bool { return e.ResourceTarget == `a "b", c:d` },
		`target:""`:                 func(e *audit.Event) bool { return e.ResourceTarget == "" },
		"-target:*":                 func(e *audit.Event) bool { return e.ResourceTarget == "" },
		// Coder is with two ids in each deployment, so that the name alone is of neither.
		"organization:coder": func(e *audit.Event) bool {
			return strings.EqualFold(e.Organization, "coder") || e.OrganizationID != ""
		},
		"organization:org-7":    func(e *audit.Event) bool { return e.OrganizationID == "Org-7" },
		`organization:""`:       func(e *audit.Event) bool { return e.Organization == "" && e.OrganizationID == "" },
		"organization:*":        func(e *audit.Event) bool { return e.Organization != "" || e.OrganizationID != "" },
		"user:ann@ACME.example": ann,
		"user:ann":              ann,
		"user:6C405053*":        ann,
		"-user:ann":             func(e *audit.Event) bool { return !ann(e) },
		`user:""`:               func(e *audit.Event) bool { return e.User.Label() == "" },
		"user:*":                func(e *audit.Event) bool { return e.User.Label() != "" },
		`user:"Ann Ito"`:        func(*audit.Event) bool { return false }, // names only by text
		"outcome:denied":        func(e *audit.Event) bool { return e.Status == 403 },
		`outcome:"",unknown`:    func(e *audit.Event) bool { return e.Status == audit.NoStatus || e.Status == 500 },
		"status:>=400":          func(e *audit.Event) bool { return e.Status >= 400 },
		"status:ok":             func(e *audit.Event) bool { return e.Status == 200 },
		"-status:200,500":       func(e *audit.Event) bool { return e.Status != 200 && e.Status != 500 },
		"status:4*":             func(e *audit.Event) bool { return e.Status == 403 },
		`status:""`:             func(e *audit.Event) bool { return e.Status == audit.NoStatus },
		"changed:GPU_vendor":    anyChange(func(c audit.Change) bool { return audit.FoldKey(c.Field) == "gpu vendor" }),
		"changed:gpu*":          anyChange(func(c audit.Change) bool { return audit.FoldKey(c.Field) == "gpu vendor" }),
		`changed:"gpu_"*`:       anyChange(func(c audit.Change) bool { return audit.FoldKey(c.Field) == "gpu vendor" }),
		`changed:"gp_"*`:        func(*audit.Event) bool { return false },
		"-changed:token,ttl": func(e *audit.Event) bool {
			return !anyChange(func(c audit.Change) bool { return c.Field == "token" || c.Field == "ttl" })(e)
		},
		`changed:""`:             func(e *audit.Event) bool { return !anyChange(func(c audit.Change) bool { return c.Field != "" })(e) },
		"setting:\"gpu vendor\"": anyChange(func(c audit.Change) bool { return c.Setting != "" }),
		"panel:resources":        anyChange(func(c audit.Change) bool { return c.Panel != "" }),
		`panel:""`:               func(e *audit.Event) bool { return !anyChange(func(c audit.Change) bool { return c.Panel != "" })(e) },
		"kind:secret,unrecorded": anyChange(func(c audit.Change) bool { return c.Kind == audit.KindSecret || c.Kind == audit.KindUnrecorded }),
		`kind:""`:                func(e *audit.Event) bool { return len(e.Changes) == 0 },
		"basis:derived":          anyChange(func(c audit.Change) bool { return c.Basis == audit.BasisDerived }),
		`basis:"not recorded"`:   anyChange(func(c audit.Change) bool { return c.Basis == audit.BasisNotRecorded }),
		"has:changes":            anyChange(func(c audit.Change) bool { return c.Field != "" }),
		"has:secret has:synthetic": func(e *audit.Event) bool {
			return e.Synthetic || anyChange(func(c audit.Change) bool { return c.Secret })(e)
		},
		"has:unrecorded":        func(e *audit.Event) bool { return e.Unrecorded },
		"-has:differs":          func(e *audit.Event) bool { return true },
		"has:matching":          func(e *audit.Event) bool { return fromSource(1)(e) && fromSource(2)(e) },
		"version:V1":            func(e *audit.Event) bool { return e.Version == audit.V1 },
		"log:connection":        func(e *audit.Event) bool { return e.Log == audit.ConnectionLog },
		"deployment:prod":       func(e *audit.Event) bool { return e.Deployment == "prod" },
		"source:/logs/ONE.json": fromSource(1),
		"source:two.json":       fromSource(2),
		"source:two*":           fromSource(2),
		"source:#2":             fromSource(2),
		"source:#1 -source:#2":  func(e *audit.Event) bool { return fromSource(1)(e) && !fromSource(2)(e) },
		"source:#12":            func(*audit.Event) bool { return false },
		"source:*":              func(*audit.Event) bool { return true },
		`source:""`:             func(*audit.Event) bool { return false },
		"id:A3C9E1D4-0b72-4c58-9f16-000000000001": func(e *audit.Event) bool { return strings.ToLower(e.ID) == "a3c9e1d4-0b72-4c58-9f16-000000000001" },
		"id:a3c9e1d4-0b72-4c58-9f16-000000000004": func(e *audit.Event) bool { return strings.ToLower(e.ID) == "a3c9e1d4-0b72-4c58-9f16-000000000004" },
		"id:a3c9*": func(e *audit.Event) bool { return e.ID != "" },
		`id:""`:    func(e *audit.Event) bool { return e.ID == "" },
		"request_id:53bded77-7b9d-4e82-8771-000000000007":           func(e *audit.Event) bool { return e.RequestID == "53bded77-7b9d-4e82-8771-000000000007" },
		"resource_id:EF8D1CF4-82de-4fd9-8980-000000000003":          func(e *audit.Event) bool { return e.ResourceID == "ef8d1cf4-82de-4fd9-8980-000000000003" },
		"build_reason:AUTO*":                                        func(e *audit.Event) bool { return e.BuildReason == "autostart" },
		"ref:" + strings.ToLower(string(events[3].Ref)):             func(e *audit.Event) bool { return e.Ref == events[3].Ref },
		"ref:" + strings.ReplaceAll(string(events[3].Ref), "-", ""): func(e *audit.Event) bool { return e.Ref == events[3].Ref },
		"ref:" + string(events[3].Ref)[:7] + "*":                    func(e *audit.Event) bool { return strings.HasPrefix(string(e.Ref), string(events[3].Ref)[:7]) },
		"ref:" + string(events[3].Ref)[:7]:                          func(e *audit.Event) bool { return false },
		"amd": anyChange(func(c audit.Change) bool {
			return strings.Contains(strings.ToLower(string(c.Old)+string(c.New)), "amd")
		}),
		`"nvidia \"a100\""`: anyChange(func(c audit.Change) bool { return strings.Contains(string(c.New), "A100") }),
		"PAY ito": func(e *audit.Event) bool {
			return strings.HasPrefix(strings.ToLower(e.ResourceTarget), "pay") && e.User.Name == "Ann Ito"
		},
		"text:ito,ci-bot": func(e *audit.Event) bool { return e.User.Name == "Ann Ito" || e.User.Username == "ci-bot" },
		"-pay":            func(e *audit.Event) bool { return !strings.HasPrefix(strings.ToLower(e.ResourceTarget), "pay") },
		"vendor":          anyChange(func(c audit.Change) bool { return strings.Contains(c.Field, "vendor") }),
		"no-such-thing":   func(*audit.Event) bool { return false },
		"after:" + events[5].Time.String() + " before:" + events[8].Time.String(): func(e *audit.Event) bool { return e.Time >= events[5].Time && e.Time < events[8].Time },
	} {
		if diff := cmp.Diff(has(keep), selected(t, s, text)); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

func TestOrderAndPages(t *testing.T) {
	s := newCase(t)
	same := v2Event(1)
	add(t, s, batchOf(t, s, begin(t, s, "a.json", "prod"), v2Event(9), same, same, same, v2Event(0)))
	refs := map[uint32]audit.Ref{}
	for i, e := range read(t, s) {
		refs[uint32(i+1)] = e.Ref
	}
	ties := []uint32{2, 3, 4}
	slices.SortFunc(ties, func(a, b uint32) int { return strings.Compare(string(refs[a]), string(refs[b])) })
	oldest := append(append([]uint32{5}, ties...), 1)
	got := selected(t, s, "")
	if diff := cmp.Diff(oldest, got); diff != "" {
		t.Error(diff)
	}
	newest, err := s.Select(t.Context(), audit.Query{}, audit.Span{}, audit.Newest, 1, 3)
	slices.Reverse(ties)
	if diff := cmp.Diff(ties, newest); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

// TestAFacetCountsWhatChoosingAValueSelects also takes the oracle's own way of counting from its list of values.
func TestAFacetCountsWhatChoosingAValueSelects(t *testing.T) {
	s, events := asked(t)
	counts, missing, err := s.FacetCounts(t.Context(), query(t, "action:write -deployment:test type:user"), audit.Span{}, audit.FieldAction)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int64{}
	for _, e := range events {
		if e.Deployment == "prod" && e.ResourceType == "user" {
			want[e.Action]++
		}
	}
	if diff := cmp.Diff(want, counts); diff != "" || missing != 0 {
		t.Error(diff, missing)
	}
	for _, f := range audit.FacetFields() {
		counts, missing, err := s.FacetCounts(t.Context(), audit.Query{}, audit.Span{}, f)
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		sum := missing
		for v, n := range counts {
			sum += n
			if got := selected(t, s, fmt.Sprintf("%s:%q", f, v)); int64(len(got)) != n {
				t.Errorf("%s: %q counts %d, %d are selected", f, v, n, len(got))
			}
		}
		multiple := f == audit.FieldChanged || f == audit.FieldSetting || f == audit.FieldPanel || f == audit.FieldKind || f == audit.FieldBasis || f == audit.FieldSource
		if sum < int64(len(events)) || !multiple && sum != int64(len(events)) {
			t.Errorf("%s: %v and %d without make %d of %d", f, counts, missing, sum, len(events))
		}
	}
	if _, _, err := s.FacetCounts(t.Context(), audit.Query{}, audit.Span{}, audit.FieldRef); err == nil {
		t.Error("a field without a facet has one")
	}
}

func TestTimelineCounts(t *testing.T) {
	s := newCase(t)
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	var events []audit.Event
	for i, at := range []string{"2026-03-28T23:30:00Z", "2026-03-29T21:59:59.999999999Z", "2026-03-29T22:00:00Z", "2026-03-31T12:00:00Z"} { // 2026-03-29 has 23 hours
		e := v2Event(i)
		if e.Time, err = audit.ParseTime(at); err != nil {
			t.Fatal(err)
		}
		e.Status = 200 + i*100
		events = append(events, e)
	}
	add(t, s, batchOf(t, s, begin(t, s, "a.json", "prod"), events...))
	got, err := s.TimelineCounts(t.Context(), audit.Query{}, audit.Span{}, audit.BucketDay, berlin)
	if err != nil {
		t.Fatal(err)
	}
	var text []string
	for _, b := range got {
		text = append(text, fmt.Sprintf("%s %d %d", b.Start.Std().In(berlin).Format(time.DateOnly), b.Count, b.Failed))
	}
	if diff := cmp.Diff([]string{"2026-03-29 2 0", "2026-03-30 1 1", "2026-03-31 1 1"}, text); diff != "" {
		t.Error(diff)
	}
	if _, err := s.TimelineCounts(t.Context(), audit.Query{}, audit.Span{}, audit.BucketMinute, berlin); err != nil {
		t.Errorf("3,600 minutes: %v", err)
	}
	if got, err := s.TimelineCounts(t.Context(), query(t, "action:none"), audit.Span{}, audit.BucketDay, berlin); len(got) != 0 || err != nil {
		t.Errorf("no events: %v, %v", got, err)
	}
}

func TestLookup(t *testing.T) {
	s, events := asked(t)
	for _, c := range []struct {
		field audit.Field
		value audit.Value
		query string
	}{
		{audit.FieldText, audit.Value{Op: audit.OpEqual, Text: "AMD"}, "amd"}, {audit.FieldText, audit.Value{Op: audit.OpEqual, Text: "vendor"}, "vendor"},
		{audit.FieldText, audit.Value{Op: audit.OpEqual, Text: "nothing"}, "nothing"},
		{audit.FieldID, audit.Value{Op: audit.OpEqual, Text: events[1].ID}, "id:" + events[1].ID}, {audit.FieldID, audit.Value{Op: audit.OpNotRecorded}, `id:""`},
		{audit.FieldRequestID, audit.Value{Op: audit.OpPrefix, Text: "53BDED"}, "request_id:53bded*"},
	} {
		want := selected(t, s, c.query)
		slices.Sort(want)
		got, err := s.Lookup(t.Context(), c.field, c.value)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %s %v", c.query, diff, err)
		}
		// Every change found is one of an event found; text finds only the changes that hold it.
		changes, err := s.LookupChanges(t.Context(), c.field, c.value)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := s.ChangesByNumber(t.Context(), changes)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if !slices.ContainsFunc(want, func(n uint32) bool { return events[n-1].Ref == r.Event }) {
				t.Errorf("%s: a change of %s", c.query, r.Event)
			}
			if c.field == audit.FieldText && !strings.Contains(strings.ToLower(r.Field+string(r.Old)+string(r.New)), strings.ToLower(c.value.Text)) {
				t.Errorf("%s: change %+v", c.query, r)
			}
		}
	}
	for i, e := range events {
		n, _ := e.Ref.Uint64()
		if got, err := s.NumberOfRef(t.Context(), n); err != nil || !slices.Equal(got, []uint32{uint32(i + 1)}) {
			t.Errorf("ref of %d: %v, %v", i+1, got, err)
		}
	}
	if _, err := s.Lookup(t.Context(), audit.FieldAction, audit.Value{Op: audit.OpEqual, Text: "write"}); err == nil {
		t.Error("an action was looked up")
	}
}

func TestNoTextBreaksTheSQL(t *testing.T) {
	s, _ := asked(t)
	rapid.Check(t, func(rt *rapid.T) {
		var q audit.Query
		for range rapid.IntRange(1, 3).Draw(rt, "terms") {
			f := rapid.SampledFrom([]audit.Field{audit.FieldAction, audit.FieldUser, audit.FieldTarget, audit.FieldChanged, audit.FieldText, audit.FieldID, audit.FieldRef, audit.FieldSource, audit.FieldResourceID}).Draw(rt, "field")
			op := rapid.SampledFrom([]audit.Op{audit.OpEqual, audit.OpPrefix}).Draw(rt, "op")
			text := rapid.String().Draw(rt, "text")
			if f == audit.FieldText {
				op, text = audit.OpEqual, text+"'"
			}
			q = q.With(audit.Term{Field: f, Exclude: rapid.Bool().Draw(rt, "exclude"), Values: []audit.Value{{Op: op, Text: text}}})
		}
		n, err := s.Count(t.Context(), q, audit.Span{})
		if err != nil {
			rt.Fatal(err)
		}
		for i, term := range q.Terms { // a term and its opposite divide the events
			if term.Field == audit.FieldText {
				continue
			}
			only := audit.Query{Terms: []audit.Term{term}}
			a, err := s.Count(t.Context(), only, audit.Span{})
			if err != nil {
				rt.Fatal(err)
			}
			only.Terms[0].Exclude = !term.Exclude
			b, err := s.Count(t.Context(), only, audit.Span{})
			if err != nil || a+b != 12 || n > 12 {
				rt.Fatalf("term %d: %d and %d, %v", i, a, b, err)
			}
		}
	})
}
