package facet_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/facet"
	"github.com/google/go-cmp/cmp"
)

// a log with one event for each rule, numbered from 1.
func ruleBook() *memory {
	m := &memory{}
	at := audit.Time(epoch.UnixNano())
	e := func(change func(*event)) {
		e := event{time: at, status: 200, ref: uint64(len(m.events)) << 30}
		at += 1e9
		change(&e)
		m.add(e)
	}
	e(func(e *event) { // 1
		e.words[audit.DimType], e.words[audit.DimAction], e.words[audit.DimTarget] = "template", "write", "Gpu Farm"
		e.who = audit.Person{Email: "Jessie@acme.example", Username: "jessie", ID: "u-1", Name: "Jessie Lee"}
		e.changes = []change{{field: "gpu_vendor", panel: "Infrastructure", kind: audit.KindText, basis: audit.BasisLogged, value: `"nVidia"`},
			{field: "Max TTL", panel: "Infrastructure", setting: "Lifetime", kind: audit.KindDuration, basis: audit.BasisDerived}}
		e.flags = audit.FlagChanges | audit.FlagAdmin
	})
	e(func(e *event) { // 2
		e.words[audit.DimType], e.words[audit.DimAction], e.words[audit.DimSource] = "Template", "create", "logs/june.log.gz"
		e.who, e.status = audit.Person{Email: "jessie@ACME.example"}, 403
		e.changes = []change{{field: "GPU Vendor", kind: audit.KindText, basis: audit.BasisLogged}}
	})
	e(func(e *event) { // 3
		e.words[audit.DimType], e.words[audit.DimSource] = "workspace", `C:\export\June.log.gz`
		e.who, e.status = audit.Person{Username: "kim"}, audit.NoStatus
		e.changes = []change{{kind: audit.KindUnrecorded, basis: audit.BasisNotRecorded}}
		e.flags = audit.FlagUnrecorded
	})
	e(func(e *event) { // 4
		e.words[audit.DimResourceID], e.words[audit.DimBuildReason], e.status = "1b4e", "autostop", 0
		e.who = audit.Person{ID: "kim"}
		e.id, e.requestID = "id-4", "req-4"
	})
	e(func(e *event) { // 5
		e.words[audit.DimIP], e.words[audit.DimVersion], e.words[audit.DimLog] = "10.0.0.7", "v2", "connection"
		e.status, e.flags = 502, audit.FlagSecret|audit.FlagSynthetic
	})
	e(func(e *event) { // 6
		e.words[audit.DimTarget], e.status, e.flags = "50% *off*", 404, audit.FlagDiffers
		e.words[audit.DimOrganization], e.words[audit.DimDeployment] = "ops", "eu"
	})
	return m
}

func TestRules(t *testing.T) {
	m := ruleBook()
	x := build(t, m)
	for _, c := range []struct {
		name, query string
		want        []uint32
	}{
		{"everything", "", []uint32{1, 2, 3, 4, 5, 6}},
		{"values compare without ASCII case", "type:TEMPLATE", []uint32{1, 2}},
		{"terms of one field are alternatives", "type:template type:workspace", []uint32{1, 2, 3}},
		{"values of one term are alternatives", "type:template,workspace", []uint32{1, 2, 3}},
		{"different fields must all hold", "type:template action:write", []uint32{1}},
		{"an excluded term removes", "type:template -action:write", []uint32{2}},
		{"an exclusion wins over an inclusion", "type:template -type:template", []uint32{}},
		{"prefix", "type:temp*", []uint32{1, 2}},
		{"a star inside quotes is itself", `target:"50% *off*"`, []uint32{6}},
		{"values compare whole", "type:templat", []uint32{}},
		{"recorded", "action:*", []uint32{1, 2}},
		{"not recorded", `type:""`, []uint32{4, 5, 6}},
		{"not recorded or a value", `type:"",workspace`, []uint32{3, 4, 5, 6}},
		{"excluding not recorded", `-type:""`, []uint32{1, 2, 3}},
		{"user by e-mail takes every account of the person", "user:jessie@acme.example", []uint32{1, 2}},
		{"user by username takes every account of the person", "user:JESSIE", []uint32{1, 2}},
		{"user by id", "user:u-1", []uint32{1, 2}},
		{"user by a name that two persons have", "user:kim", []uint32{3, 4}},
		{"user does not look at full names", `user:"Jessie Lee"`, []uint32{}},
		{"user prefix", "user:jes*", []uint32{1, 2}},
		{"no user recorded", `user:""`, []uint32{5, 6}},
		{"a user is recorded", "user:*", []uint32{1, 2, 3, 4}},
		{"excluding a user", "-user:jessie", []uint32{3, 4, 5, 6}},
		{"changed field in another spelling", "changed:GPU_VENDOR", []uint32{1, 2}},
		{"changed matches if any change does", `changed:"max ttl"`, []uint32{1}},
		{"changed is excluded if any change is", `-changed:max_ttl`, []uint32{2, 3, 4, 5, 6}},
		{"changed prefix", "changed:gpu*", []uint32{1, 2}},
		{"changed prefix with half a separator", "changed:max_*", []uint32{1}},
		{"a write without content changed no recorded field", `changed:""`, []uint32{3, 4, 5, 6}},
		{"setting", "setting:lifetime", []uint32{1}},
		{"panel", "panel:infrastructure", []uint32{1}},
		{"no panel", `-panel:*`, []uint32{2, 3, 4, 5, 6}},
		{"kind", "kind:unrecorded", []uint32{3}},
		{"basis", `basis:"not recorded",derived`, []uint32{1, 3}},
		{"outcome ok", "outcome:ok", []uint32{1, 4}},
		{"outcome denied", "outcome:denied", []uint32{2}},
		{"outcome failed", "outcome:failed", []uint32{6}},
		{"outcome unknown", "outcome:unknown", []uint32{5}},
		{"no outcome", `outcome:""`, []uint32{3}},
		{"a logged 0 is a status", "status:0", []uint32{4}},
		{"status at least", "status:>=404", []uint32{5, 6}},
		{"status above", "status:>404", []uint32{5}},
		{"status below", "status:<403", []uint32{1, 4}},
		{"status ok takes no event without a status", "status:ok", []uint32{1, 4}},
		{"status failed", "status:failed", []uint32{2, 5, 6}},
		{"status prefix", "status:40*", []uint32{2, 6}},
		{"no status", `status:""`, []uint32{3}},
		{"status recorded", `status:*`, []uint32{1, 2, 4, 5, 6}},
		{"admin class", "class:admin", []uint32{1}},
		{"has changes", "has:changes", []uint32{1}},
		{"has any of two", "has:secret,differs", []uint32{5, 6}},
		{"has both of two is not what two terms say", "has:secret has:differs", []uint32{5, 6}},
		{"has unrecorded", "has:unrecorded", []uint32{3}},
		{"has synthetic", "-has:synthetic", []uint32{1, 2, 3, 4, 6}},
		{"version and log", "version:v2 log:connection", []uint32{5}},
		{"deployment", "deployment:EU", []uint32{6}},
		{"organization", "organization:ops", []uint32{6}},
		{"ip", "ip:10.0.*", []uint32{5}},
		{"source by path", "source:logs/june.log.gz", []uint32{2}},
		{"source by base name, of any system", "source:june.log.gz", []uint32{2, 3}},
		{"resource id", "resource_id:1B4E", []uint32{4}},
		{"build reason", "build_reason:autostop", []uint32{4}},
		{"id", "id:id-4", []uint32{4}},
		{"request id prefix", "request_id:REQ*", []uint32{4}},
		{"excluding an id", "-id:id-4", []uint32{1, 2, 3, 5, 6}},
		{"ref", "ref:" + string(audit.RefOf(1<<30)), []uint32{2}},
		{"ref as a person types it", "ref:" + strings.ToLower(strings.ReplaceAll(string(audit.RefOf(1<<30)), "-", "")), []uint32{2}},
		{"ref prefix", "ref:0000-01*", []uint32{2}},
		{"what is no ref", "ref:hello", []uint32{}},
		{"text in the target", "FARM", []uint32{1}},
		{"text with wild cards of other languages", "50%", []uint32{6}},
		{"an underscore is itself", "_", []uint32{1}},
		{"text in the full name", "lee", []uint32{1}},
		{"text in an e-mail is that of the event's own account", "acme", []uint32{1, 2}},
		{"text in a changed field", "vendor", []uint32{1, 2}},
		{"text in a changed value", "NVIDIA", []uint32{1}},
		{"several words must all be found", "vendor farm", []uint32{1}},
		{"values of a text term are alternatives", "text:farm,off", []uint32{1, 6}},
		{"excluded text", "-vendor -kim", []uint32{4, 5, 6}},
		{"text does not look at actions", "write", []uint32{}},
		{"a quoted phrase", `"gpu farm"`, []uint32{1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := filter(t, c.query)
			sel, err := x.Select(context.Background(), f)
			if err != nil {
				t.Fatal(err)
			}
			if got := sel.Numbers(audit.Oldest, 0, 100); !slices.Equal(got, c.want) {
				t.Errorf("%s selects %v, want %v", c.query, got, c.want)
			}
			if got := numbersOf(m.list(f)); !slices.Equal(got, c.want) {
				t.Errorf("the oracle of the random tests selects %v, want %v", got, c.want)
			}
		})
	}
}

func TestTimeTerms(t *testing.T) {
	x := build(t, ruleBook())
	for _, c := range []struct {
		name, query string
		want        []uint32
	}{
		{"after is inclusive", "after:2026-03-28T20:00:04Z", []uint32{5, 6}},
		{"before is exclusive", "before:2026-03-28T20:00:01Z", []uint32{1}},
		{"an empty span", "after:2026-03-28T20:00:04Z before:2026-03-28T20:00:04Z", []uint32{}},
		{"a span that ends before it begins", "after:2026-03-29T20:00:04Z before:2026-03-28T20:00:04Z", []uint32{}},
		{"whole days", "date_from:2026-03-28 date_to:2026-03-28", []uint32{1, 2, 3, 4, 5, 6}},
		{"another day", "date_from:2026-03-29", []uint32{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			sel, err := x.Select(context.Background(), filter(t, c.query))
			if err != nil {
				t.Fatal(err)
			}
			if got := sel.Numbers(audit.Oldest, 0, 100); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestFacetRules(t *testing.T) {
	m := ruleBook()
	x := build(t, m)
	for _, c := range []struct {
		name, query string
		scope       string
		req         audit.FacetRequest
		want        audit.Facet
	}{
		{"a facet leaves its own terms out", "type:workspace -type:license", "", audit.FacetRequest{Field: audit.FieldType},
			audit.Facet{Distinct: 2, InCase: 2, Missing: 3, Values: []audit.Bucket{{Value: "template", Count: 2}, {Value: "workspace", Count: 1, State: audit.StateInclude},
				{Value: "license", State: audit.StateExclude}}}},
		{"but not those of other fields", "action:write", "", audit.FacetRequest{Field: audit.FieldType},
			audit.Facet{Distinct: 1, InCase: 2, Values: []audit.Bucket{{Value: "template", Count: 1}}}},
		{"nor those of the scope", "type:workspace", "type:template", audit.FacetRequest{Field: audit.FieldType},
			audit.Facet{Distinct: 1, InCase: 2, Values: []audit.Bucket{{Value: "template", Count: 2}, {Value: "workspace", State: audit.StateInclude}}}},
		{"not recorded is chosen", `type:""`, "", audit.FacetRequest{Field: audit.FieldType, Top: 1},
			audit.Facet{Distinct: 2, InCase: 2, Missing: 3, MissingState: audit.StateInclude, Values: []audit.Bucket{{Value: "template", Count: 2}}}},
		{"rarest first, with a search", "", "", audit.FacetRequest{Field: audit.FieldType, Order: audit.ByRarest, Search: "TE"},
			audit.Facet{Distinct: 1, InCase: 2, Missing: 3, Values: []audit.Bucket{{Value: "template", Count: 2}}}},
		{"outcomes with their codes", "", "", audit.FacetRequest{Field: audit.FieldOutcome},
			audit.Facet{Distinct: 4, InCase: 4, Missing: 1, Values: []audit.Bucket{{Value: "ok", Count: 2, Codes: []int{0, 200}}, {Value: "denied", Count: 1, Codes: []int{403}},
				{Value: "failed", Count: 1, Codes: []int{404}}, {Value: "unknown", Count: 1, Codes: []int{502}}}}},
		{"the status facet obeys an outcome", "outcome:ok", "", audit.FacetRequest{Field: audit.FieldStatus},
			audit.Facet{Distinct: 2, InCase: 5, Values: []audit.Bucket{{Value: "0", Count: 1}, {Value: "200", Count: 1}}}},
		{"spellings of a changed field are one value", "changed:gpu_VENDOR", "", audit.FacetRequest{Field: audit.FieldChanged},
			audit.Facet{Distinct: 2, InCase: 2, Missing: 4, Values: []audit.Bucket{{Value: "gpu_vendor", Count: 2, State: audit.StateInclude}, {Value: "Max TTL", Count: 1}}}},
		{"a panel counts an event once", "", "", audit.FacetRequest{Field: audit.FieldPanel},
			audit.Facet{Distinct: 1, InCase: 1, Missing: 5, Values: []audit.Bucket{{Value: "Infrastructure", Count: 1}}}},
		{"persons by e-mail, username, id; namesakes count as choosing them would", "", "", audit.FacetRequest{Field: audit.FieldUser},
			audit.Facet{Distinct: 2, InCase: 2, Missing: 2, Values: []audit.Bucket{{Value: "Jessie@acme.example", Count: 2}, {Value: "kim", Count: 2}}}},
		{"a username that is no label stays listed", "user:jessie", "", audit.FacetRequest{Field: audit.FieldUser, Top: 1},
			audit.Facet{Distinct: 2, InCase: 2, Missing: 2, Values: []audit.Bucket{{Value: "Jessie@acme.example", Count: 2}, {Value: "jessie", Count: 2, State: audit.StateInclude}}}},
		{"a base name that is no path stays listed", "-source:JUNE.log.gz", "", audit.FacetRequest{Field: audit.FieldSource, Top: 1, Order: audit.ByName},
			audit.Facet{Distinct: 2, InCase: 2, Missing: 4, Values: []audit.Bucket{{Value: `C:\export\June.log.gz`, Count: 1}, {Value: "JUNE.log.gz", Count: 2, State: audit.StateExclude}}}},
		{"a value that the case never had", "action:cordon", "", audit.FacetRequest{Field: audit.FieldAction, Order: audit.ByName},
			audit.Facet{Distinct: 2, InCase: 2, Missing: 4, Values: []audit.Bucket{{Value: "create", Count: 1}, {Value: "write", Count: 1}, {Value: "cordon", State: audit.StateInclude}}}},
		{"basis", "", "", audit.FacetRequest{Field: audit.FieldBasis, Order: audit.ByName},
			audit.Facet{Distinct: 3, InCase: 3, Missing: 3, Values: []audit.Bucket{{Value: "derived", Count: 1}, {Value: "logged", Count: 2}, {Value: "not recorded", Count: 1}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := filter(t, c.query)
			f.Scope = filter(t, c.scope).Query
			got, err := x.Facets(context.Background(), f, []audit.FacetRequest{c.req})
			if err != nil {
				t.Fatal(err)
			}
			c.want.Field = c.req.Field
			if diff := cmp.Diff(c.want, got[0]); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestValuesThatNoEventHasAreAbsent(t *testing.T) {
	x := build(t, ruleBook())
	got, err := x.Absent(audit.FieldAction, []string{"write", "cordon", "Create", "stop"})
	if err != nil || !slices.Equal(got, []string{"cordon", "stop"}) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestNumbersOfARef(t *testing.T) {
	m := ruleBook()
	m.add(event{time: 5, ref: 1 << 30, status: audit.NoStatus})
	x := build(t, m)
	if got := x.NumberOfRef(1 << 30); !slices.Equal(got, []uint32{7, 2}) {
		t.Errorf("got %v, want the two events of the reference, oldest first", got)
	}
	if got := x.NumberOfRef(12345); len(got) != 0 {
		t.Errorf("got %v for an unknown reference", got)
	}
}

func TestWhatCanNotBeAsked(t *testing.T) {
	x := build(t, ruleBook())
	ctx := context.Background()
	for name, f := range map[string]facet.Filter{
		"an unknown field":        {Query: audit.Query{Terms: []audit.Term{{Field: "colour", Values: []audit.Value{{Op: audit.OpEqual, Text: "x"}}}}}},
		"a flag there is not":     {Query: audit.Query{Terms: []audit.Term{{Field: audit.FieldHas, Values: []audit.Value{{Op: audit.OpEqual, Text: "x"}}}}}},
		"empty text":              {Query: audit.Query{Terms: []audit.Term{{Field: audit.FieldText, Values: []audit.Value{{Op: audit.OpEqual}}}}}},
		"a status that is a word": {Query: audit.Query{Terms: []audit.Term{{Field: audit.FieldStatus, Values: []audit.Value{{Op: audit.OpAtLeast, Text: "x"}}}}}},
	} {
		if _, err := x.Select(ctx, f); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	for _, field := range []audit.Field{audit.FieldText, audit.FieldResourceID, audit.FieldHas, "colour"} {
		var forPeople *audit.Error
		if _, err := x.Facets(ctx, facet.Filter{}, []audit.FacetRequest{{Field: field}}); !errors.As(err, &forPeople) {
			t.Errorf("facet of %s: %v", field, err)
		}
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := x.Select(cancelled, filter(t, "type:template")); !errors.Is(err, context.Canceled) {
		t.Errorf("select after cancel: %v", err)
	}
}

func TestAnEmptyCase(t *testing.T) {
	m := &memory{}
	x := build(t, m)
	f := filter(t, "type:x -user:y text after:2026-01-01T00:00:00Z")
	sel, err := x.Select(context.Background(), f)
	if err != nil || sel.Total() != 0 || len(sel.Numbers(audit.Newest, 0, 10)) != 0 {
		t.Fatalf("%v, %v", sel, err)
	}
	facets, err := sel.Facets(context.Background(), []audit.FacetRequest{{Field: audit.FieldType}, {Field: audit.FieldChanged}, {Field: audit.FieldUser}, {Field: audit.FieldOutcome}})
	if err != nil {
		t.Fatal(err)
	}
	if v := facets[0].Values; len(v) != 1 || v[0].Value != "x" || v[0].Count != 0 {
		t.Errorf("values %v", v)
	}
	if _, ok := sel.Position(1, audit.Newest); ok {
		t.Error("a row is selected")
	}
	m.add(event{time: 1, status: 200})
	if err := x.Refresh(context.Background()); err != nil || x.Rows() != 1 || x.Last() != 1 {
		t.Errorf("%d rows, last %d, %v", x.Rows(), x.Last(), err)
	}
}
