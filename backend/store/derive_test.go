package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/store"
)

func v1Write(hour int, fields ...audit.Change) audit.Event {
	at := audit.Time(time.Date(2022, 10, 11, hour, 0, 0, 0, time.UTC).UnixNano())
	return audit.Event{Time: at, TimeText: at.String(), Log: audit.AuditLog, Version: audit.V1, Form: audit.FormV1JSON, Rank: audit.RankJSON, Deployment: "prod",
		Action: "write", ResourceType: "config", ResourceTarget: "features", Status: 200, Changes: fields}
}

// deriveAll does what casefile does, with the plainest of derivations: the last value in time before.
func deriveAll(tb testing.TB, s *store.Store) {
	tb.Helper()
	keys, err := s.TouchedKeys(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	for _, k := range keys {
		points, err := s.DerivePoints(tb.Context(), k)
		if err != nil {
			tb.Fatal(err)
		}
		slices.SortFunc(points, func(a, b store.Point) int { return int(a.Time/1e9 - b.Time/1e9) })
		var olds []store.DerivedOld
		for i := 1; i < len(points); i++ {
			last := points[i-1]
			olds = append(olds, store.DerivedOld{Change: points[i].Number, From: last.Ref, Old: last.Change.New, Was: last.Change.SecretNow, Note: "noted",
				Words: string(last.Change.New) + " → " + string(points[i].Change.New)})
		}
		if err := s.SetDerived(tb.Context(), k, olds); err != nil {
			tb.Fatal(err)
		}
	}
	if err := s.DerivationDone(tb.Context()); err != nil {
		tb.Fatal(err)
	}
}

// told is each event's changes in short.
func told(tb testing.TB, s *store.Store) string {
	tb.Helper()
	var out []string
	for _, e := range read(tb, s) {
		for _, c := range e.Changes {
			out = append(out, c.Field+" "+string(c.Old)+"/"+string(c.New)+" "+string(c.Basis)+" "+string(c.From)+" "+c.Words)
		}
	}
	return strings.Join(out, "\n")
}

func TestDerivedValues(t *testing.T) {
	s := newCase(t)
	source := begin(t, s, "a.log", "prod")
	vendor := func(field, value, words string) audit.Change {
		c := field3(field, value)
		c.Words = words
		return c
	}
	long := `"` + strings.Repeat("long ", 100) + `"`
	add(t, s, batchOf(t, s, source, v1Write(5, vendor("gpu vendor", `"none"`, "now none")), v1Write(9, vendor("gpu_vendor", `"nvidia"`, "now nvidia")), v1Write(6, vendor("text", long, "now long")), v1Write(7, vendor("text", `"b"`, "now b"))))
	if pending, err := s.DerivationPending(t.Context()); !pending || err != nil {
		t.Errorf("pending %v, %v", pending, err)
	}
	first, third := digestOf("1").Ref(), digestOf("3").Ref()
	logged := "gpu vendor /\"none\" logged  now none\n" + "gpu_vendor /\"nvidia\" logged  now nvidia\ntext /" + long + " logged  now long\ntext /\"b\" logged  now b"
	if got := told(t, s); got != logged {
		t.Errorf("before:\n%s", got)
	}
	s = reopen(t, s, store.Options{Now: clock}) // as after a killed import
	generation, err := s.Generation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	deriveAll(t, s)
	want := "gpu vendor /\"none\" logged  now none\n" + "gpu_vendor \"none\"/\"nvidia\" derived " + string(first) + " \"none\" → \"nvidia\"\ntext /" + long + " logged  now long\n" +
		"text " + long + "/\"b\" derived " + string(third) + " " + long + " → \"b\""
	if got := told(t, s); got != want {
		t.Errorf("derived:\n%s", got)
	}
	if pending, err := s.DerivationPending(t.Context()); pending || err != nil {
		t.Errorf("pending %v, %v", pending, err)
	}
	if events, changes, ok, err := s.Changed(t.Context(), generation); !ok || err != nil || !slices.Equal(events, []uint32{2, 4}) || !slices.Equal(changes, []uint32{2, 4}) {
		t.Errorf("changed: %v %v %v %v", events, changes, ok, err)
	}
	var bases []uint8
	if err := s.Rows(t.Context(), 0, func(r *audit.Row) error { bases = append(bases, r.Changes[0].Basis); return nil }); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(bases, []uint8{0, 1, 0, 1}) {
		t.Errorf("bases in the rows: %v", bases)
	}
	if points, err := s.DerivePoints(t.Context(), 1); err != nil || len(points) != 2 || points[1].Change.Old != nil || points[1].Change.Basis != audit.BasisLogged || points[1].Change.Words != "now nvidia" {
		t.Errorf("points as logged: %+v, %v", points, err)
	}

	// A late event moves in between; only its key is touched.
	add(t, s, batchOf(t, s, source, v1Write(8, vendor("gpu vendor", `"amd"`, "now amd"))))
	if keys, err := s.TouchedKeys(t.Context()); len(keys) != 1 || err != nil {
		t.Errorf("touched keys %v, %v", keys, err)
	}
	deriveAll(t, s)
	if got := told(t, s); !strings.Contains(got, `gpu_vendor "amd"/"nvidia" derived `+string(digestOf("5").Ref())) || !strings.Contains(got, `gpu vendor "none"/"amd" derived `+string(first)) {
		t.Errorf("after a late event:\n%s", got)
	}
	sound(t, s)

	// What can't be derived any more goes back to what was logged.
	if err := s.SetDerived(t.Context(), 1, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.DerivationDone(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := told(t, s); !strings.HasPrefix(got, strings.Join(strings.Split(logged, "\n")[:2], "\n")) {
		t.Errorf("taken back:\n%s", got)
	}
	sound(t, s)
}

func field3(name, value string) audit.Change {
	c := field(name, value)
	c.Note = "as logged"
	return c
}

func TestKeysOfDerivation(t *testing.T) {
	s := newCase(t)
	source := begin(t, s, "a.log", "prod")
	with := func(e audit.Event, change func(*audit.Event)) audit.Event {
		change(&e)
		return e
	}
	base := v1Write(1, field("a", "1"))
	add(t, s, batchOf(t, s, source, base,
		with(v1Write(2, field("A ", "1")), func(e *audit.Event) { e.ResourceType, e.ResourceTarget = "Config", "FEATURES" }), // the same key
		with(base, func(e *audit.Event) { e.Deployment = "test" }),
		with(base, func(e *audit.Event) { e.ResourceID = "features" }),
		with(base, func(e *audit.Event) { e.ResourceTarget = "other" }),
		with(base, func(e *audit.Event) { e.Version, e.Form = audit.V2, audit.FormV2JSON }), // v2 logs both values: no key
		with(base, func(e *audit.Event) {
			e.Changes = []audit.Change{{Kind: audit.KindUnrecorded, Basis: audit.BasisNotRecorded}}
		}),
	))
	keys, err := s.TouchedKeys(t.Context())
	if err != nil || len(keys) != 4 {
		t.Fatalf("keys %v, %v", keys, err)
	}
	for i, want := range []int{2, 1, 1, 1} {
		if points, err := s.DerivePoints(t.Context(), keys[i]); len(points) != want || err != nil {
			t.Errorf("key %d has %d changes, %v", keys[i], len(points), err)
		}
	}
	if err := s.SetDerived(t.Context(), keys[0], []store.DerivedOld{{Change: 2, From: digestOf("5").Ref()}}); err != nil {
		t.Fatal(err)
	}
	if err := s.DerivationDone(t.Context()); err == nil {
		t.Error("a value from an event of another key was taken")
	}
	if pending, err := s.DerivationPending(t.Context()); !pending || err != nil {
		t.Errorf("after a failure: pending %v, %v", pending, err)
	}
}

func TestWhatIsAppendedWhileDerivingStaysTouched(t *testing.T) {
	s := newCase(t)
	source := begin(t, s, "a.log", "prod")
	add(t, s, batchOf(t, s, source, v1Write(1, field("a", "1"))))
	keys, err := s.TouchedKeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	add(t, s, batchOf(t, s, source, v1Write(2, field("a", "2"))))
	if err := s.SetDerived(t.Context(), keys[0], nil); err != nil {
		t.Fatal(err)
	}
	if err := s.DerivationDone(t.Context()); err != nil {
		t.Fatal(err)
	}
	if pending, err := s.DerivationPending(t.Context()); !pending || err != nil {
		t.Errorf("pending %v, %v", pending, err)
	}
}

func TestMergedChangesAreDerivedAnew(t *testing.T) {
	s := newCase(t)
	source := begin(t, s, "a.log", "prod")
	add(t, s, batchOf(t, s, source, v1Write(1, field("a", "1")), v1Write(2, field("a", "2"))))
	deriveAll(t, s)
	merged := v1Write(1, field("b", "1"))
	add(t, s, &store.Batch{Source: source, Days: map[string]int64{}, Merged: []store.Merged{{Number: 1, Event: &merged}}})
	deriveAll(t, s)
	if got := told(t, s); strings.Contains(got, "derived") {
		t.Errorf("got\n%s", got)
	}
}
