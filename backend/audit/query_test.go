package audit_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"auditdesk/backend/audit"
)

// The window writes a query's text by itself, from chips and clicks. Its tests read the same cases, so that the two can't
// drift apart.
func TestQueryTextAgreesWithTheSharedCases(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "query-cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name      string       `json:"name"`
		Text      string       `json:"text"`
		Canonical string       `json:"canonical"`
		Terms     []audit.Term `json:"terms"`
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) < 40 {
		t.Fatalf("only %d cases", len(cases))
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			q, err := audit.ParseQuery(c.Text)
			if err != nil {
				t.Fatalf("%q: %v", c.Text, err)
			}
			if len(q.Terms)+len(c.Terms) > 0 {
				if diff := cmp.Diff(c.Terms, q.Terms); diff != "" {
					t.Errorf("%q: terms (-want +got):\n%s", c.Text, diff)
				}
			}
			if got := q.String(); got != c.Canonical {
				t.Errorf("%q: text %q, want %q", c.Text, got, c.Canonical)
			}
			again, err := audit.ParseQuery(c.Canonical)
			if err != nil {
				t.Fatalf("the canonical text %q: %v", c.Canonical, err)
			}
			if diff := cmp.Diff(q, again); diff != "" {
				t.Errorf("the canonical text %q means something else (-want +got):\n%s", c.Canonical, diff)
			}
		})
	}
}

// Whatever stands in a log can be filtered by: the text of any query parses to the same query.
func TestQueryTextParsesToTheSameQuery(t *testing.T) {
	text := rapid.StringOf(rapid.OneOf(
		rapid.Rune(),
		rapid.SampledFrom([]rune("\"\\,*:-<> \t\n\v\u0085\u00a0\u3000\ufeffaA")),
	))
	rapid.Check(t, func(t *rapid.T) {
		var q audit.Query
		for range rapid.IntRange(0, 4).Draw(t, "terms") {
			term := audit.Term{
				Field: rapid.SampledFrom([]audit.Field{
					audit.FieldTarget, audit.FieldUser, audit.FieldChanged, audit.FieldAction, audit.FieldText,
				}).Draw(t, "field"),
				Exclude: rapid.Bool().Draw(t, "exclude"),
			}
			for range rapid.IntRange(1, 3).Draw(t, "values") {
				v := audit.Value{Op: audit.OpEqual, Text: text.Filter(func(s string) bool { return s != "" }).Draw(t, "text")}
				if term.Field != audit.FieldText {
					switch rapid.SampledFrom([]audit.Op{audit.OpEqual, audit.OpPrefix, audit.OpRecorded, audit.OpNotRecorded}).Draw(t, "op") {
					case audit.OpPrefix:
						v = audit.Value{Op: audit.OpPrefix, Text: text.Draw(t, "prefix")}
					case audit.OpRecorded:
						v = audit.Value{Op: audit.OpRecorded}
					case audit.OpNotRecorded:
						v = audit.Value{Op: audit.OpNotRecorded}
					}
				}
				term.Values = append(term.Values, v)
			}
			q.Terms = append(q.Terms, term)
		}
		again, err := audit.ParseQuery(q.String())
		if err != nil {
			t.Fatalf("%q: %v", q.String(), err)
		}
		if diff := cmp.Diff(q, again); diff != "" {
			t.Fatalf("%q (-want +got):\n%s", q.String(), diff)
		}
	})
}

func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{"", `action:write -user:"a b"*`, "-\tx", `"`, `target:"\`, "status:<=399", "date_from:2026-13-01", "after:-7d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := audit.ParseQuery(text)
		if err != nil {
			return
		}
		again, err := audit.ParseQuery(q.String())
		if err != nil {
			t.Fatalf("%q became %q, which can't be read: %v", text, q.String(), err)
		}
		if diff := cmp.Diff(q, again); diff != "" {
			t.Fatalf("%q became %q (-want +got):\n%s", text, q.String(), diff)
		}
	})
}
