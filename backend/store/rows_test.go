package store_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"auditdesk/backend/audit"
	"auditdesk/backend/store"
)

// spelled is a row with its codes looked up, as far as its event says the same.
type spelled struct {
	Number, Event uint32
	Time          audit.Time
	Ref           audit.Ref
	Words         [audit.NumDims]string
	Flags         audit.Flags
	Changes       []spelledChange
}

type spelledChange struct {
	Field, Setting, Panel string
	Kind                  audit.Kind
	Basis                 audit.Basis
}

func spell(tb testing.TB, s *store.Store, walk func(fn func(*audit.Row) error) error) []spelled {
	tb.Helper()
	var dims [audit.NumDims][]string
	var fields [3][]string
	var err error
	for d := range audit.NumDims {
		if dims[d], err = s.Dictionary(tb.Context(), d); err != nil {
			tb.Fatal(err)
		}
	}
	for f := range fields {
		if fields[f], err = s.ChangeDictionary(tb.Context(), audit.DictField(f)); err != nil {
			tb.Fatal(err)
		}
	}
	var out []spelled
	if err := walk(func(r *audit.Row) error {
		row := spelled{Number: r.Number, Event: r.Event, Time: r.Time, Ref: audit.RefOf(r.Ref60), Flags: r.Flags}
		for d, code := range r.Dims {
			if audit.Dim(d) == audit.DimStatus && code > 100_000 {
				row.Words[d] = "beyond"
				continue
			}
			row.Words[d] = dims[d][code]
		}
		for _, c := range r.Changes {
			row.Changes = append(row.Changes, spelledChange{fields[0][c.Field], fields[1][c.Setting], fields[2][c.Panel], audit.Kinds()[c.Kind], audit.Bases()[c.Basis]})
		}
		out = append(out, row)
		return nil
	}); err != nil {
		tb.Fatal(err)
	}
	return out
}

// expected is what the rows of events must say.
func expected(tb testing.TB, s *store.Store) (events, changes []spelled) {
	tb.Helper()
	labels := map[audit.Person]string{{}: ""}
	accounts, err := s.Accounts(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	words, err := s.Dictionary(tb.Context(), audit.DimAccount)
	if err != nil {
		tb.Fatal(err)
	}
	for _, a := range accounts {
		labels[a.Who] = words[a.Code]
	}
	names, err := s.ChangeDictionary(tb.Context(), audit.DictFieldName)
	if err != nil {
		tb.Fatal(err)
	}
	byKey := map[string]string{}
	for _, n := range names {
		byKey[audit.FoldKey(n)] = n
	}
	for i, e := range read(tb, s) {
		who := e.User
		who.Email = audit.FoldASCII(who.Email)
		status := ""
		if e.Status != audit.NoStatus {
			if status = strconv.Itoa(e.Status); e.Status >= 100_000 {
				status = "beyond"
			}
		}
		row := spelled{Number: uint32(i + 1), Event: uint32(i + 1), Time: e.Time, Ref: e.Ref}
		row.Words = [audit.NumDims]string{e.ResourceType, e.Action, e.ResourceTarget, labels[who], e.Organization, e.IP, status, string(e.Version), string(e.Log), e.Deployment, "a.json", e.BuildReason, e.ResourceID}
		for _, set := range []struct {
			on   bool
			flag audit.Flags
		}{
			{slices.ContainsFunc(e.Changes, func(c audit.Change) bool { return c.Field != "" }), audit.FlagChanges},
			{slices.ContainsFunc(e.Changes, func(c audit.Change) bool { return c.Secret }), audit.FlagSecret},
			{e.Unrecorded, audit.FlagUnrecorded}, {(i+1)%3 == 0, audit.FlagAdmin}, {e.Differs, audit.FlagDiffers}, {e.Synthetic, audit.FlagSynthetic},
		} {
			if set.on {
				row.Flags |= set.flag
			}
		}
		for _, c := range e.Changes {
			field := ""
			if c.Field != "" {
				field = byKey[audit.FoldKey(c.Field)]
			}
			row.Changes = append(row.Changes, spelledChange{field, c.Setting, c.Panel, c.Kind, c.Basis})
		}
		events = append(events, row)
		for _, c := range row.Changes {
			one := row
			one.Number, one.Changes = uint32(len(changes)+1), []spelledChange{c}
			changes = append(changes, one)
		}
	}
	return events, changes
}

func TestRowsSayWhatTheEventsSay(t *testing.T) {
	s := newCase(t)
	source := begin(t, s, "a.json", "prod")
	rapid.Check(t, func(rt *rapid.T) {
		after := s.Events()
		afterChange := uint32(0)
		if n, _ := changeNumbers(t, s); len(n) > 0 {
			afterChange = n[len(n)-1]
		}
		var events []audit.Event
		for range rapid.IntRange(1, 6).Draw(rt, "events") {
			events = append(events, anyEvent(rt))
		}
		add(t, s, batchOf(t, s, source, events...))
		wantEvents, wantChanges := expected(t, s)
		rows := spell(t, s, func(fn func(*audit.Row) error) error { return s.Rows(t.Context(), after, fn) })
		if diff := cmp.Diff(wantEvents[after:], rows); diff != "" {
			rt.Fatal(diff)
		}
		rows = spell(t, s, func(fn func(*audit.Row) error) error { return s.ChangeRows(t.Context(), afterChange, fn) })
		if diff := cmp.Diff(append([]spelled(nil), wantChanges[afterChange:]...), rows); diff != "" {
			rt.Fatal(diff)
		}
	})
	wantEvents, wantChanges := expected(t, s)
	if diff := cmp.Diff(wantEvents, spell(t, s, func(fn func(*audit.Row) error) error { return s.Rows(t.Context(), 0, fn) })); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(wantChanges, spell(t, s, func(fn func(*audit.Row) error) error { return s.ChangeRows(t.Context(), 0, fn) })); diff != "" {
		t.Error(diff)
	}
}

func TestRowsReadChangesAhead(t *testing.T) {
	s := newCase(t)
	source := begin(t, s, "a.json", "prod")
	var events []audit.Event
	for i := range 20_000 { // more than is read ahead at a time
		e := v2Event(i)
		if i%7 == 0 {
			e.Changes = []audit.Change{{Field: "a", Kind: audit.KindText, Basis: audit.BasisLogged}, {Field: "b", Kind: audit.KindText, Basis: audit.BasisLogged}}
		}
		events = append(events, e)
	}
	add(t, s, batchOf(t, s, source, events...))
	for _, after := range []uint32{0, 9_000, 19_999, 20_000} {
		next := after
		if err := s.Rows(t.Context(), after, func(r *audit.Row) error {
			next++
			if want := 2 * len(events[r.Number-1].Changes) / 2; r.Number != next || len(r.Changes) != want {
				t.Fatalf("after %d: row %d has %d changes, not %d", after, r.Number, len(r.Changes), want)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if next != 20_000 {
			t.Errorf("after %d: the last row is %d", after, next)
		}
	}
}

func TestIdentities(t *testing.T) {
	s := newCase(t)
	e := v2Event(2)
	e.Deployment, e.Rank, e.Form = "test", audit.RankHuman, audit.FormV2Human
	add(t, s, batchOf(t, s, begin(t, s, "a.json", "prod"), v2Event(1), e))
	test, err := s.DeploymentCode(t.Context(), "test")
	if err != nil {
		t.Fatal(err)
	}
	prod, err := s.DeploymentCode(t.Context(), "prod")
	if err != nil {
		t.Fatal(err)
	}
	var got []store.Identity
	if err := s.Identities(t.Context(), func(id store.Identity) error { got = append(got, id); return nil }); err != nil {
		t.Fatal(err)
	}
	want := []store.Identity{{1, prod, digestOf("1"), 1 << 40, audit.RankREST}, {2, test, digestOf("2"), 2 << 40, audit.RankHuman}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if content, rank, err := s.ContentOf(t.Context(), 2); content != 2<<40 || rank != audit.RankHuman || err != nil {
		t.Errorf("content %x, rank %d, %v", content, rank, err)
	}
}

func TestPersonsDoNotDependOnTheOrderOfImport(t *testing.T) {
	one, other := newCase(t), newCase(t)
	sourceOne, sourceOther := begin(t, one, "a.json", "prod"), begin(t, other, "a.json", "prod")
	world := 0
	rapid.Check(t, func(rt *rapid.T) {
		world++ // names of their own for each check, so that one case serves all
		some := func(label string, of ...string) string {
			if s := rapid.SampledFrom(of).Draw(rt, label); s != "" {
				return fmt.Sprintf("%s.%d", s, world)
			}
			return ""
		}
		var people []audit.Person
		for range rapid.IntRange(1, 8).Draw(rt, "people") {
			people = append(people, audit.Person{ID: some("id", "", "i1", "i2"), Email: some("email", "", "a@x", "A@X", "b@x"), Username: some("username", "", "ann", "bob"), Name: some("name", "", "Ann")})
		}
		act(t, one, sourceOne, people)
		act(t, other, sourceOther, rapid.Permutation(people).Draw(rt, "order"))
		if diff := cmp.Diff(persons(t, one), persons(t, other)); diff != "" {
			rt.Fatal(diff)
		}
	})
	sameAsTheView(t, one)
}

// act lets each of the people do something.
func act(tb testing.TB, s *store.Store, source int64, people []audit.Person) {
	tb.Helper()
	var events []audit.Event
	for i, p := range people {
		e := v2Event(i)
		e.User = p
		events = append(events, e)
	}
	add(tb, s, batchOf(tb, s, source, events...))
}

// persons tells of each account the number and label of its person.
func persons(tb testing.TB, s *store.Store) map[audit.Person]string {
	tb.Helper()
	accounts, err := s.Accounts(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	labels, err := s.Dictionary(tb.Context(), audit.DimAccount)
	if err != nil {
		tb.Fatal(err)
	}
	out := map[audit.Person]string{}
	for _, a := range accounts {
		out[a.Who] = fmt.Sprintf("%d %s", a.Person, labels[a.Code])
	}
	return out
}

// sameAsTheView compares the labels with those that any SQLite tool sees.
func sameAsTheView(tb testing.TB, s *store.Store) {
	tb.Helper()
	labels := persons(tb, s)
	events := read(tb, s)
	if err := s.Close(); err != nil {
		tb.Fatal(err)
	}
	db := foreign(tb, s.Path())
	defer db.Close()
	rows, err := db.QueryContext(tb.Context(), "SELECT number, user FROM event_view ORDER BY number")
	if err != nil {
		tb.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		var user string
		if err := rows.Scan(&n, &user); err != nil {
			tb.Fatal(err)
		}
		who := events[n-1].User
		who.Email = audit.FoldASCII(who.Email)
		if _, want, _ := strings.Cut(labels[who], " "); want != user {
			tb.Errorf("the view names %+v %q, Dictionary %q", who, user, want)
		}
	}
	if err := rows.Err(); err != nil || n != len(events) {
		tb.Errorf("%d of %d events, %v", n, len(events), err)
	}
}

func TestAnAccountWithoutEMailBelongsToTheEMailOfItsID(t *testing.T) {
	s := newCase(t)
	id := "6c405053-27e3-484a-9ad7-bcb64e7bfde6"
	act(t, s, begin(t, s, "a.json", "prod"), []audit.Person{{ID: "i1"}, {ID: "i1", Email: "Ann@X", Username: "ann"}, {ID: "i2", Email: "ann@x"}, {Username: "ann"}, {ID: "i3", Username: "cy"}, {ID: id}, {Name: "Just a name"}, {}})
	got := persons(t, s)
	want := map[audit.Person]string{
		{ID: "i1"}: "1 ann@x", {ID: "i1", Email: "ann@x", Username: "ann"}: "1 ann@x", {ID: "i2", Email: "ann@x"}: "1 ann@x",
		{Username: "ann"}: "5 ann", {ID: "i3", Username: "cy"}: "3 cy", {ID: id}: "2 " + id, {Name: "Just a name"}: "4 ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	sameAsTheView(t, s)
}

func TestAFieldOfTwoSpellingsIsOne(t *testing.T) {
	for _, order := range [][]string{{"gpu_vendor", "gpu vendor"}, {"gpu vendor", "GPU_Vendor", "gpu_vendor"}} {
		s := newCase(t)
		e := v2Event(1)
		for _, f := range order {
			e.Changes = append(e.Changes, audit.Change{Field: f, Kind: audit.KindText, Basis: audit.BasisLogged})
		}
		add(t, s, batchOf(t, s, begin(t, s, "a.json", "prod"), e))
		names, err := s.ChangeDictionary(t.Context(), audit.DictFieldName)
		want := "gpu vendor"
		if slices.Contains(order, "GPU_Vendor") {
			want = "GPU_Vendor"
		}
		if diff := cmp.Diff([]string{"", want}, names); diff != "" || err != nil {
			t.Error(diff, err)
		}
	}
}
