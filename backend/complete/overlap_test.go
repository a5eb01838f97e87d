package complete_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"auditdesk/backend/audit"
	"auditdesk/backend/complete"
)

// covering is a source with records from one second to another.
func covering(number int64, path, form string, from, to int64) audit.Source {
	return source(number, path, func(s *audit.Source) {
		first, last := audit.Time(from*1e9), audit.Time(to*1e9)
		s.First, s.Last, s.Form = &first, &last, form
	})
}

func TestPairs(t *testing.T) {
	for _, tt := range []struct {
		name string
		a, b audit.Source
		want bool
	}{
		{"a common time", covering(1, "a", "v2-json", 0, 10), covering(2, "b", "v2-rest", 5, 20), true},
		{"one moment in common", covering(1, "a", "v2-json", 0, 10), covering(2, "b", "v2-rest", 10, 20), true},
		{"one after the other", covering(1, "a", "v2-json", 0, 10), covering(2, "b", "v2-rest", 11, 20), false},
		{"two versions", covering(1, "a", "v1-json", 0, 10), covering(2, "b", "v2-rest", 5, 20), false},
		{"audit log and connection log", covering(1, "a", "v2-json", 0, 10), covering(2, "b", "v2-connection", 5, 20), false},
		{"mixed may hold anything", covering(1, "a", "mixed", 0, 10), covering(2, "b", "v2-connection", 5, 20), true},
		{"another deployment", covering(1, "a", "v2-json", 0, 10), source(2, "b", func(s *audit.Source) { s.Deployment = "other" }), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, _ := complete.Pairs([]audit.Source{tt.a, tt.b}, "prod"); (len(got) == 1) != tt.want {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestTheLongestOverlapsAreCompared(t *testing.T) {
	var list []audit.Source
	for i := range int64(100) {
		list = append(list, covering(i+1, fmt.Sprint(i), "v2-json", 0, 1000-i))
	}
	got, skipped := complete.Pairs(list, "prod")
	if len(got) != complete.MostOverlaps || len(got)+skipped != 100*99/2 {
		t.Fatalf("%d pairs and %d skipped", len(got), skipped)
	}
	if got[0].A.Number != 1 || got[0].B.Number != 2 {
		t.Errorf("first %d and %d", got[0].A.Number, got[0].B.Number)
	}
}

func TestOverlaps(t *testing.T) {
	a, b := covering(1, "logs/a.json", "v2-json", 0, 100), covering(2, "logs/b.json", "v2-rest", 50, 200)
	for _, tt := range []struct {
		name         string
		both, oa, ob int64
		want         audit.Verdict
		found        []string
	}{
		{"the same events", 10, 0, 0, audit.Agrees, []string{"a.json and b.json hold the same 10 events"}},
		{"one lacks some", 10, 3, 0, audit.Differs, []string{"3 events are in a.json and not in b.json, which share 10"}},
		{"each lacks some", 10, 3, 1, audit.Differs, []string{"3 events are in a.json", "1 event is in b.json and not in a.json"}},
		{"nothing in common", 0, 3, 1, audit.Untestable, []string{"a.json and b.json share no event"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			pairs, _ := complete.Pairs([]audit.Source{a, b}, "prod")
			pairs[0].Both, pairs[0].OnlyA, pairs[0].OnlyB = tt.both, tt.oa, tt.ob
			in := deployment(complete.Deployment{Overlaps: pairs})
			in.Sources = []audit.Source{a, b}
			got := test(t, "overlaps", in)
			if got.Verdict != tt.want || len(got.Findings) != len(tt.found) {
				t.Fatalf("%s: %s %+v", got.Verdict, got.Words, got.Findings)
			}
			for i, want := range tt.found {
				if !strings.HasPrefix(got.Findings[i].Words, want) {
					t.Errorf("found %q, want %q…", got.Findings[i].Words, want)
				}
			}
			if tt.want == audit.Differs {
				want := "deployment:prod source:logs/a.json -source:logs/b.json after:1970-01-01T00:00:50Z before:1970-01-01T00:01:40.000001Z"
				if got.Findings[0].Query != want {
					t.Errorf("opens %q, want %q", got.Findings[0].Query, want)
				}
			}
		})
	}
}

func TestASourceThatItsNameDoesNotTellApartIsOpenedByItsNumber(t *testing.T) {
	a, b, c := covering(1, "a.json", "v2-json", 0, 100), covering(2, "b.json", "v2-rest", 50, 200), covering(3, "old/a.json", "v1-json", 0, 100)
	pairs, _ := complete.Pairs([]audit.Source{a, b}, "prod")
	pairs[0].Both, pairs[0].OnlyA = 1, 1
	in := deployment(complete.Deployment{Overlaps: pairs})
	in.Sources = []audit.Source{a, b, c}
	want := "deployment:prod source:#1 -source:b.json after:1970-01-01T00:00:50Z before:1970-01-01T00:01:40.000001Z"
	if got := test(t, "overlaps", in); got.Findings[0].Query != want {
		t.Errorf("opens %q, want %q", got.Findings[0].Query, want)
	}
}

// Counting by words of bits gives what counting one by one gives.
func TestHeldCountsAsOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.IntRange(0, 200).Draw(t, "rows")
		a := rapid.SliceOfN(rapid.Bool(), rows, rows).Draw(t, "a")
		b := rapid.SliceOfN(rapid.Bool(), rows, rows).Draw(t, "b")
		from := rapid.IntRange(0, rows).Draw(t, "from")
		to := rapid.IntRange(from, rows).Draw(t, "to")
		pair := complete.Overlap{A: audit.Source{Number: 1}, B: audit.Source{Number: 2}}
		held := complete.NewHeld(rows, []complete.Overlap{pair})
		var both, onlyA, onlyB int64
		for i := range rows {
			if a[i] {
				held.Note(1, i)
			}
			if b[i] {
				held.Note(2, i)
			}
			held.Note(3, i)
			if i < from || i >= to {
				continue
			}
			switch {
			case a[i] && b[i]:
				both++
			case a[i]:
				onlyA++
			case b[i]:
				onlyB++
			}
		}
		held.Count(&pair, from, to)
		if pair.Both != both || pair.OnlyA != onlyA || pair.OnlyB != onlyB {
			t.Fatalf("counted %d, %d, %d, there are %d, %d, %d", pair.Both, pair.OnlyA, pair.OnlyB, both, onlyA, onlyB)
		}
	})
}
