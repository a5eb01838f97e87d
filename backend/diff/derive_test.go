package diff_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"auditdesk/backend/audit"
	"auditdesk/backend/diff"
)

func TestDeriving(t *testing.T) {
	const ok, denied, failed, unknown, none = audit.OutcomeOK, audit.OutcomeDenied, audit.OutcomeFailed, audit.OutcomeUnknown, audit.OutcomeNone
	point := func(ref string, at audit.Time, outcome audit.Outcome, now string) diff.Point {
		return diff.Point{Ref: audit.Ref(ref), Time: at, Outcome: outcome, New: raw(now)}
	}
	secret := func(ref string, at audit.Time, was, now audit.SecretState) diff.Point {
		return diff.Point{Ref: audit.Ref(ref), Time: at, Outcome: ok, Secret: true, Was: was, Now: now}
	}
	withOld := point("B", 2, ok, `"y"`)
	withOld.Old = raw(`"w"`)
	status := point("B", 2, unknown, `"y"`)
	status.Status = 502
	for _, c := range []struct {
		why  string
		in   []diff.Point
		want []diff.Derived
	}{
		{"first sight has no before", []diff.Point{point("A", 1, ok, `"x"`)}, []diff.Derived{{}}},
		{"the last logged value", []diff.Point{point("A", 1, ok, `"x"`), point("B", 2, ok, `"y"`), point("C", 3, ok, `"z"`)},
			[]diff.Derived{{}, {Old: raw(`"x"`), From: "A"}, {Old: raw(`"y"`), From: "B"}}},
		{"by time, not by order of arrival", []diff.Point{point("C", 3, ok, `"z"`), point("A", 1, ok, `"x"`)},
			[]diff.Derived{{Old: raw(`"x"`), From: "A"}, {}}},
		{"by ref at one instant", []diff.Point{point("B", 1, ok, `"y"`), point("A", 1, ok, `"x"`)},
			[]diff.Derived{{Old: raw(`"x"`), From: "A"}, {}}},
		{"a denied attempt moves nothing and was not applied to anything", []diff.Point{point("A", 1, ok, `"x"`), point("B", 2, denied, `"y"`), point("C", 3, ok, `"z"`)},
			[]diff.Derived{{}, {}, {Old: raw(`"x"`), From: "A"}}},
		{"a failed one neither", []diff.Point{point("A", 1, failed, `"x"`), point("B", 2, ok, `"y"`)}, []diff.Derived{{}, {}}},
		{"nor one without a status", []diff.Point{point("A", 1, none, `"x"`), point("B", 2, ok, `"y"`)}, []diff.Derived{{}, {}}},
		{"unknown effect casts doubt until the next that was applied", []diff.Point{point("A", 1, ok, `"x"`), status, point("C", 3, ok, `"z"`), point("D", 4, ok, `"a"`)},
			[]diff.Derived{{}, {Old: raw(`"x"`), From: "A"}, {Old: raw(`"x"`), From: "A", Note: "an attempt with unknown effect (status 502) lies in between"}, {Old: raw(`"z"`), From: "C"}}},
		{"a record that holds the value before needs none, and moves it", []diff.Point{point("A", 1, ok, `"x"`), withOld, point("C", 3, ok, `"z"`)},
			[]diff.Derived{{}, {}, {Old: raw(`"y"`), From: "B"}}},
		{"a change without a new value moves nothing", []diff.Point{point("A", 1, ok, `"x"`), point("B", 2, ok, "-"), point("C", 3, ok, `"z"`)},
			[]diff.Derived{{}, {Old: raw(`"x"`), From: "A"}, {Old: raw(`"x"`), From: "A"}}},
		{"one event that names a field in both spellings", []diff.Point{point("A", 1, ok, `"x"`), point("A", 1, ok, `"y"`)}, []diff.Derived{{}, {}}},
		{"a secret has states only", []diff.Point{secret("A", 1, audit.SecretUnknown, audit.SecretSet), secret("B", 2, audit.SecretUnknown, audit.SecretEmpty), secret("C", 3, audit.SecretUnknown, audit.SecretSet)},
			[]diff.Derived{{}, {Was: audit.SecretSet, From: "A"}, {Was: audit.SecretEmpty, From: "B"}}},
		{"none", nil, []diff.Derived{}},
	} {
		t.Run(c.why, func(t *testing.T) {
			if d := cmp.Diff(c.want, diff.Derive(c.in)); d != "" {
				t.Error(d)
			}
		})
	}
}

// What is derived for a change does not depend on when its record was imported, and is always a value that an applied,
// earlier change logged.
func TestDerivingDoesNotDependOnTheOrderOfImport(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var points []diff.Point
		for i := range rapid.IntRange(0, 12).Draw(t, "points") {
			p := diff.Point{Ref: audit.Ref(fmt.Sprintf("REF%02d", i)), Time: audit.Time(rapid.IntRange(0, 5).Draw(t, "time")),
				Outcome: rapid.SampledFrom(audit.Outcomes()).Draw(t, "outcome")}
			if rapid.IntRange(0, 4).Draw(t, "new") > 0 {
				p.New = raw(fmt.Sprintf(`"%d"`, i))
			}
			if rapid.IntRange(0, 3).Draw(t, "old") == 0 {
				p.Old = raw(`"w"`)
			}
			points = append(points, p)
		}
		want := map[audit.Ref]diff.Derived{}
		for i, d := range diff.Derive(points) {
			want[points[i].Ref] = d
		}
		shuffled := rapid.Permutation(points).Draw(t, "order")
		byRef := map[audit.Ref]diff.Point{}
		for _, p := range points {
			byRef[p.Ref] = p
		}
		for i, d := range diff.Derive(shuffled) {
			p := shuffled[i]
			if diff := cmp.Diff(want[p.Ref], d); diff != "" {
				t.Fatalf("%s: %s", p.Ref, diff)
			}
			if d.From == "" {
				continue
			}
			from := byRef[d.From]
			if from.Outcome != audit.OutcomeOK || from.Time > p.Time || string(from.New) != string(d.Old) || p.Old != nil {
				t.Fatalf("%s rests on %+v", p.Ref, from)
			}
		}
	})
}

func TestADerivedValueInWords(t *testing.T) {
	e := audit.Event{Version: audit.V1, Action: "write", ResourceType: "users", ResourceTarget: "sam", Status: 200,
		Changes: []audit.Change{{Field: "roles", New: raw(`["site-member","site-admin"]`)}}}
	diff.Describe(&e)
	first := e.Changes[0]
	d := diff.Derived{Old: raw(`["site-member","auditor"]`), From: "7K2M-9QXD-41TB", Note: "an attempt with unknown effect (status 500) lies in between"}
	want := first
	want.Old, want.From, want.Basis = d.Old, d.From, audit.BasisDerived
	want.Words, want.Note = "+ site-admin − auditor, 1 kept", "new privilege: site-admin; an attempt with unknown effect (status 500) lies in between"
	for range 2 {
		d.Apply(&e.Changes[0], e.Action)
		if diff := cmp.Diff(want, e.Changes[0]); diff != "" {
			t.Error(diff)
		}
		diff.Describe(&e) // a merged record is described again: what was derived stays
		if diff := cmp.Diff(want, e.Changes[0]); diff != "" {
			t.Error("described again:", diff)
		}
	}
	diff.Derived{}.Apply(&e.Changes[0], e.Action)
	if diff := cmp.Diff(first, e.Changes[0]); diff != "" {
		t.Error("taken back:", diff)
	}
}

// Before less what was removed plus what was added is after.
func TestListChangesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		item := rapid.SampledFrom([]any{"a", "b", "c", 1, 2.5, nil, true, map[string]any{"x": "y"}, []any{"a"}})
		was, now := rapid.SliceOfN(item, 0, 8).Draw(t, "was"), rapid.SliceOfN(item, 0, 8).Draw(t, "now")
		d, ok := diff.List(encode(t, was), encode(t, now))
		if !ok {
			t.Fatal("no lists")
		}
		counts := map[string]int{}
		for _, x := range was {
			counts[string(encode(t, x))]++
		}
		for _, key := range d.Removed {
			counts[key]--
		}
		for _, key := range d.Added {
			counts[key]++
		}
		for _, x := range now {
			counts[string(encode(t, x))]--
		}
		for key, n := range counts {
			if n != 0 {
				t.Fatalf("%s: %+d; %+v", key, n, d)
			}
		}
		if len(d.Kept)+len(d.Added) != len(now) || len(d.Kept)+len(d.Removed) != len(was) {
			t.Fatalf("%+v", d)
		}
	})
	if _, ok := diff.List(raw(`"a"`), raw(`[]`)); ok {
		t.Error("a text was taken for a list")
	}
}

func encode(t *rapid.T, v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
