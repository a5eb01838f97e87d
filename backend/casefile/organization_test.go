package casefile_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
)

const (
	orgA = "11111111-aaaa-4aaa-8aaa-000000000001"
	orgB = "22222222-bbbb-4bbb-8bbb-000000000002"
)

// orgEvent is a REST row of an organization: id and name, "" for what the record does not hold.
func orgEvent(n int, id, name string) string {
	org := ""
	if id != "" {
		org = fmt.Sprintf(`"organization_id":%q,`, id)
	}
	if name != "" {
		org += fmt.Sprintf(`"organization":{"name":%q},`, name)
	}
	return fmt.Sprintf(`{"id":"5e1d2f04-6a0b-4d51-9a55-%012x","time":"2026-01-05T15:10:%02dZ",%s"resource_type":"template","resource_target":"t","action":"write","status_code":200,"diff":{"name":{"old":"a","new":"b","secret":false}},"request_id":""}`+"\n", n, n%60, org)
}

// organizationFacet is the facet as text, and what choosing each value selects.
func organizationFacet(t *testing.T, c *casefile.Case, of casefile.Of) string {
	t.Helper()
	res, err := c.Search(t.Context(), casefile.SearchRequest{Of: of, Facets: []audit.FacetRequest{{Field: audit.FieldOrganization, Top: -1, Order: audit.ByName}}})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, b := range res.Facets[0].Values {
		query := audit.Query{Terms: []audit.Term{{Field: audit.FieldOrganization, Values: []audit.Value{{Op: audit.OpEqual, Text: b.Value}}}}}.String()
		n, err := c.Count(t.Context(), of, query, "")
		if err != nil || n != b.Count {
			t.Errorf("%s selects %d, %v", query, n, err)
		}
		out = append(out, fmt.Sprintf("%s: %d", b.Value, b.Count))
	}
	return strings.Join(out, ", ")
}

func TestAnOrganizationIsOneValue(t *testing.T) {
	type file struct{ deployment, text string }
	for name, test := range map[string]struct {
		files []file
		want  string
		holds map[string]int64
	}{
		"records with the id, with both, with the name": {
			[]file{{"acme", orgEvent(1, orgA, "") + orgEvent(2, orgA, "")}, {"acme", orgEvent(3, orgA, "platform")}, {"acme", orgEvent(4, "", "Platform") + orgEvent(5, "", "")}},
			"Platform: 4",
			map[string]int64{"organization:platform": 4, "organization:PLAT*": 4, "organization:" + orgA: 4, `organization:""`: 1, "-organization:" + orgA: 1, "organization:*": 4},
		},
		"an id that no record names": {
			[]file{{"acme", orgEvent(1, orgA, "") + orgEvent(2, orgB, "ops")}},
			orgA + ": 1, ops: 1", map[string]int64{"organization:" + orgA: 1},
		},
		"one name in two deployments is two": {
			[]file{{"acme", orgEvent(1, orgA, "default") + orgEvent(2, orgA, "")}, {"other", orgEvent(3, orgB, "default")}},
			"default (" + orgA + "): 2, default (" + orgB + "): 1",
			map[string]int64{"organization:default": 3, "organization:" + orgB: 1},
		},
		"a name alone is not of another deployment's id": {
			[]file{{"acme", orgEvent(1, orgA, "default")}, {"other", orgEvent(3, "", "default")}},
			"default (" + orgA + "): 1, default (id not recorded): 1",
			map[string]int64{"organization:" + orgA: 1, "organization:default": 2, "organization:default -organization:" + orgA: 1},
		},
		"a renamed one goes by both names": {
			[]file{{"acme", orgEvent(1, orgA, "old")}, {"acme", orgEvent(2, orgA, "new")}},
			"new: 2", map[string]int64{"organization:old": 2, "organization:new": 2},
		},
		"a name that was given on is of neither alone": {
			[]file{{"acme", orgEvent(1, orgA, "core") + orgEvent(2, orgA, "legacy")}, {"acme", orgEvent(3, orgB, "core") + orgEvent(4, "", "core")}},
			"core (" + orgB + "): 1, core (id not recorded): 1, legacy: 2",
			map[string]int64{"organization:" + orgA: 2, "organization:legacy": 2, "organization:core -organization:" + orgA + " -organization:" + orgB: 1},
		},
		"a record without changes says which id the name is": {
			[]file{{"acme", strings.Replace(orgEvent(1, orgA, "platform"), `"action":"write"`, `"action":"login"`, 1)}, {"acme", orgEvent(2, orgA, "")}},
			"platform: 2", nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, backwards := range []bool{false, true} {
				c := newCase(t, audit.Engagement{})
				files := slices.Clone(test.files)
				if backwards {
					slices.Reverse(files)
				}
				for _, f := range files {
					take(t, c, f.deployment, f.text)
					organizationFacet(t, c, casefile.OfEvents) // so that later files find an index made
				}
				if got := organizationFacet(t, c, casefile.OfEvents); got != test.want {
					t.Errorf("backwards %t: %s, want %s", backwards, got, test.want)
				}
				for query, want := range test.holds {
					if n, err := c.Count(t.Context(), casefile.OfEvents, query, ""); err != nil || n != want {
						t.Errorf("backwards %t: %s selects %d, want %d, %v", backwards, query, n, want, err)
					}
				}
			}
		})
	}
	t.Run("rows and details name it alike", func(t *testing.T) {
		c := newCase(t, audit.Engagement{})
		take(t, c, "acme", orgEvent(1, orgA, "")+orgEvent(2, orgA, "platform")+orgEvent(3, "", ""))
		rows, err := c.EventRows(t.Context(), casefile.RowsRequest{Order: audit.Oldest, Limit: 9})
		if err != nil || !slices.Equal(rows.Organizations, []string{"platform", "platform", ""}) || rows.Rows[0].Organization != orgA {
			t.Errorf("%q, %v", rows.Organizations, err)
		}
		if e, err := c.Event(t.Context(), string(rows.Rows[0].Ref)); err != nil || e.Organization != "platform" {
			t.Errorf("%q, %v", e.Organization, err)
		}
		path := filepath.Join(t.TempDir(), "x.xlsx")
		if _, err := c.Export(t.Context(), casefile.ExportRequest{Format: casefile.Workbook, Path: path, Version: "test"}); err != nil {
			t.Fatal(err)
		}
		if about := sheet(t, path, "xl/worksheets/sheet1.xml"); !strings.Contains(about, "platform is also recorded as "+orgA) {
			t.Error("About does not say what the id is")
		}
	})
	t.Run("the table of changes names it alike", func(t *testing.T) {
		c := newCase(t, audit.Engagement{})
		take(t, c, "acme", orgEvent(1, orgA, ""))
		organizationFacet(t, c, casefile.OfChanges)
		take(t, c, "acme", strings.Replace(strings.Replace(orgEvent(2, orgA, "platform"), `"write"`, `"login"`, 1), `{"name":{"old":"a","new":"b","secret":false}}`, `{}`, 1))
		if got := organizationFacet(t, c, casefile.OfChanges); got != "platform: 1" {
			t.Error(got)
		}
	})
}
