package casefile_test

import (
	"fmt"
	"strings"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
)

// sent is a file of REST rows: "a" is event a as it is, "a!" the same event with another value.
func sent(events string) string {
	var b strings.Builder
	for _, name := range strings.Fields(events) {
		action := "write"
		if strings.HasSuffix(name, "!") {
			action = "delete"
		}
		id := strings.TrimSuffix(name, "!")
		fmt.Fprintf(&b, `{"id":"7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3%s","time":"2026-01-0%dT15:10:00Z","resource_type":"user","resource_target":"%s","action":"%s","status_code":200,"diff":{},"request_id":""}`+"\n",
			id, 1+int(id[1]-'0'), id, action)
	}
	return b.String()
}

func TestASourceThatWasSentAgainIsComparedEventByEvent(t *testing.T) {
	for name, test := range map[string]struct {
		old, new, between string
		words             string
		alike             int64
	}{
		"new, missing and different events": {"a0 a1 a2 a3", "a1 a2! a4 a5", "", "2 new, 2 missing, 1 differs", 1},
		"nothing in common":                 {"a0", "a1 a2", "", "2 new, 1 missing, 0 differ", 0},
		"another order":                     {"a0 a1 a2", "a2 a0 a1", "", "0 new, 0 missing, 0 differ", 3},
		"events that a third source has":    {"a0 a1", "a1 a2", "a0 a1 a2 a3", "1 new, 1 missing, 0 differ", 1},
		"a third source that differs":       {"a0 a1", "a0 a1 a2", "a0! a1!", "1 new, 0 missing, 0 differ", 2},
	} {
		t.Run(name, func(t *testing.T) {
			for _, backwards := range []bool{false, true} {
				c := newCase(t, audit.Engagement{})
				files := []string{sent(test.old), sent(test.new)}
				if backwards {
					files = []string{files[1], files[0]}
				}
				if test.between != "" {
					take(t, c, "acme", sent(test.between))
				}
				var numbers []int64
				for _, f := range files {
					numbers = append(numbers, take(t, c, "acme", f).Sources[0].Number)
				}
				was, is := numbers[0], numbers[1]
				if backwards {
					was, is = is, was
				}
				got, err := c.CompareSources(t.Context(), was, is)
				if err != nil || got.Words != test.words || got.Alike != test.alike {
					t.Fatalf("backwards %t: %+v, %v", backwards, got, err)
				}
				for _, part := range []casefile.ComparedEvents{got.Added, got.Missing, got.Differ} {
					if part.Count == 0 {
						if part.Query != "" {
							t.Errorf("%q opens nothing", part.Query)
						}
						continue
					}
					n, err := c.Count(t.Context(), casefile.OfEvents, part.Query, "")
					if err != nil || n != part.Count || part.InScope != part.Count || part.Listed != part.Count {
						t.Errorf("%s: opens %d events of %+v, %v", part.Query, n, part, err)
					}
				}
			}
		})
	}
}

// many is a file of n REST rows, of which the last are not as they are with value "write".
func many(n, last int) string {
	var b strings.Builder
	for i := range n {
		action := "write"
		if i >= n-last {
			action = "delete"
		}
		fmt.Fprintf(&b, `{"id":"7c1d2f04-6a0b-4d51-9a55-%012x","time":"2026-01-%02dT15:10:00Z","resource_type":"user","resource_target":"u","action":"%s","status_code":200,"diff":{},"request_id":""}`+"\n", i, 1+i%9, action)
	}
	return b.String()
}

func TestWhereVeryManyDifferTheQueryNamesTheFirst(t *testing.T) {
	for differ, listed := range map[int]int64{0: 0, 1: 1, 200: 200, 201: 200, 1203: 200} {
		t.Run(fmt.Sprint(differ), func(t *testing.T) {
			c := newCase(t, audit.Engagement{})
			was := take(t, c, "acme", many(1210, 0)).Sources[0].Number
			is := take(t, c, "acme", many(1210, differ)).Sources[0].Number
			got, err := c.CompareSources(t.Context(), was, is)
			if err != nil || got.Differ.Count != int64(differ) || got.Differ.Listed != listed || got.Differ.InScope != int64(differ) || got.Alike != int64(1210-differ) {
				t.Fatalf("%s: %d differ, %d in scope, %d listed, %d alike, %v", got.Words, got.Differ.Count, got.Differ.InScope, got.Differ.Listed, got.Alike, err)
			}
			if listed == 0 {
				return
			}
			if n, err := c.Count(t.Context(), casefile.OfEvents, got.Differ.Query, ""); err != nil || n != listed {
				t.Errorf("the query opens %d events, %v", n, err)
			}
		})
	}
}

func TestTheSameBytesAgainAreAlike(t *testing.T) {
	same := "Both are the same bytes, with the SHA-256 "
	duplicates := func(source int) string {
		return fmt.Sprintf("Several records of one event in a file count once: #%d has 1 duplicate, #3 0.", source)
	}
	for name, test := range map[string]struct {
		was, is int64
		words   string
		alike   int64
		note    string
	}{
		"with the first of them":        {1, 2, "0 new, 0 missing, 0 differ", 3, same},
		"the other way around":          {2, 1, "0 new, 0 missing, 0 differ", 3, same},
		"a repeat that was sent again":  {2, 3, "1 new, 2 missing, 0 differ", 1, duplicates(2)},
		"the first that was sent again": {1, 3, "1 new, 2 missing, 0 differ", 1, duplicates(1)},
	} {
		for _, way := range []string{"as files", "by a pipe"} {
			t.Run(name+", "+way, func(t *testing.T) {
				c := newCase(t, audit.Engagement{})
				for _, text := range []string{sent("a0 a1 a1 a2"), sent("a0 a1 a1 a2"), sent("a1 a3")} {
					if way == "as files" {
						takeFiles(t, c, "acme", file(t, "audit.ndjson", text))
					} else {
						take(t, c, "acme", text)
					}
				}
				got, err := c.CompareSources(t.Context(), test.was, test.is)
				if err != nil || got.Words != test.words || got.Alike != test.alike || got.Old != test.was || got.New != test.is {
					t.Errorf("#%d, #%d: %s; %d alike, %v", got.Old, got.New, got.Words, got.Alike, err)
				}
				if notes := strings.Join(got.Notes, " "); !strings.Contains(notes, test.note) {
					t.Errorf("notes: %s", notes)
				}
			})
		}
	}
}

func TestWhatCannotBeCompared(t *testing.T) {
	c := newCase(t, audit.Engagement{})
	one := take(t, c, "acme", sent("a0")).Sources[0].Number
	other := take(t, c, "other", sent("a0")).Sources[0].Number
	for name, pair := range map[string][2]int64{"a source with itself": {one, one}, "two deployments": {one, other}, "a source that is none": {one, 99}} {
		if _, err := c.CompareSources(t.Context(), pair[0], pair[1]); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestTheScopeBoundsWhatAComparisonOpensNotWhatItCounts(t *testing.T) {
	c := newCase(t, audit.Engagement{From: "2026-01-03"})
	was := take(t, c, "acme", sent("a0 a4")).Sources[0].Number
	is := take(t, c, "acme", sent("a4")).Sources[0].Number
	got, err := c.CompareSources(t.Context(), was, is)
	if err != nil || got.Missing.Count != 1 || got.Missing.InScope != 0 {
		t.Errorf("got %+v, %v", got.Missing, err)
	}
}
