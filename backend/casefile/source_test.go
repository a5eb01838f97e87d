package casefile_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
)

// days is a log with one event on each of the days.
func days(numbers ...int) string {
	var b strings.Builder
	for _, n := range numbers {
		b.WriteString(at(fmt.Sprintf("2026-01-%02dT12:00:00Z", n)))
	}
	return b.String()
}

// takeFiles imports each file in the order given, one run each, and asks in between so that the column index follows.
func takeFiles(t *testing.T, c *casefile.Case, deployment string, files ...string) {
	t.Helper()
	for _, f := range files {
		if _, err := c.Import(t.Context(), []string{f}, casefile.ImportOptions{Deployment: deployment}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Search(t.Context(), casefile.SearchRequest{}); err != nil {
			t.Fatal(err)
		}
	}
}

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestASourceHasTheEventsOfWhichItHoldsARecordInWhateverOrderItCame(t *testing.T) {
	files := map[string]string{"a.log": days(1, 2, 3, 4), "b.log": days(3, 4, 5), "c.log": days(4, 9) + write("2026-01-03T12:00:00Z", "ttl", "1h", 200), "d.log": write("2026-01-03T12:00:00Z", "ttl", "1h", 200)}
	events := map[string]int64{"source:a.log": 4, "source:b.log": 3, "source:c.log": 3, "source:a.log -source:b.log": 2, "source:b.log -source:a.log": 1, "source:a.log,b.log": 5,
		"-source:c.log": 4, "source:d.log": 1, "source:*": 7, `source:""`: 0}
	changes := map[string]int64{"source:c.log": 1, "source:d.log": 1, "-source:d.log": 0, "source:a.log": 0}
	for _, order := range [][]string{{"a.log", "b.log", "c.log", "d.log"}, {"d.log", "c.log", "b.log", "a.log"}, {"b.log", "d.log", "a.log", "c.log"}} {
		t.Run(strings.Join(order, " "), func(t *testing.T) {
			c := newCase(t, audit.Engagement{})
			for _, name := range order {
				takeFiles(t, c, "acme", file(t, name, files[name]))
			}
			check := func(c *casefile.Case) {
				t.Helper()
				for query, want := range events {
					if n, err := c.Count(t.Context(), casefile.OfEvents, query, ""); err != nil || n != want {
						t.Errorf("%s: %d events, %v; want %d", query, n, err, want)
					}
				}
				for query, want := range changes {
					if n, err := c.Count(t.Context(), casefile.OfChanges, query, ""); err != nil || n != want {
						t.Errorf("%s: %d changes, %v; want %d", query, n, err, want)
					}
				}
				res, err := c.Search(t.Context(), casefile.SearchRequest{Query: "source:a.log", Facets: []audit.FacetRequest{{Field: audit.FieldSource, Order: audit.ByName}}})
				if err != nil {
					t.Fatal(err)
				}
				var counts []int64
				slices.SortFunc(res.Facets[0].Values, func(x, y audit.Bucket) int { return strings.Compare(filepath.Base(x.Value), filepath.Base(y.Value)) })
				for _, b := range res.Facets[0].Values {
					if strings.Contains(b.Value, string(filepath.Separator)) { // not the base name that the query chose
						counts = append(counts, b.Count)
					}
				}
				if !slices.Equal(counts, []int64{4, 3, 3, 1}) {
					t.Errorf("the facet counts %v of %+v", counts, res.Facets[0].Values)
				}
			}
			check(c) // brought up to date step by step
			again, err := casefile.Open(t.Context(), c.Path(), casefile.Options{ReadOnly: true, Now: now})
			if err != nil {
				t.Fatal(err)
			}
			check(again) // read at once
			if err := again.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestSourcesOfOnePathAreToldApartByNumber(t *testing.T) {
	c := newCase(t, audit.Engagement{})
	path := file(t, "audit.log", days(1, 2, 3))
	takeFiles(t, c, "acme", path)
	if err := os.WriteFile(path, []byte(days(2, 3, 4, 5)), 0o600); err != nil {
		t.Fatal(err)
	}
	takeFiles(t, c, "acme", path)
	for query, want := range map[string]int64{"source:audit.log": 5, "source:#1": 3, "source:#2": 4, "source:#2 -source:#1": 2, "source:#1 -source:#2": 1, "source:#3": 0} {
		if n, err := c.Count(t.Context(), casefile.OfEvents, query, ""); err != nil || n != want {
			t.Errorf("%s: %d, %v; want %d", query, n, err, want)
		}
	}
}
