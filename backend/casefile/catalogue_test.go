package casefile_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/catalog"
)

// What the vendor's page documents: fields and one setting without any, and labels that look crossed.
const (
	documentedRows = 43
	crossedLabels  = 6
)

// loggedValues are two values that a record of Coder v1 can log for a setting, and what of them must never be seen.
func loggedValues(s catalog.Setting) (before, after, hidden string) {
	text := func(v string) string {
		if v == "true" || v == "false" {
			return v
		}
		b, err := json.Marshal(v)
		if err != nil {
			panic(err) // a text always has JSON
		}
		return string(b)
	}
	switch s.Kind {
	case audit.KindSecret:
		return text("hunter2 before"), text("hunter2 after"), "hunter2"
	case audit.KindHash:
		return text(strings.Repeat("0", 40)), text("ed19" + strings.Repeat("5f", 16) + "843b"), ""
	case audit.KindColour:
		return text("#000000"), text(s.Documented[0]), ""
	case audit.KindBoolean, audit.KindChoice:
		return text(s.Documented[len(s.Documented)-1]), text(s.Documented[0]), ""
	}
	if strings.Contains(s.Note, "several lines") {
		return text("one\ntwo\nthree"), text("one\n2\nthree\nfour\n"), ""
	}
	return text("before"), text(s.Documented[0]), ""
}

// Every row of the vendor's table from the raw lines of Coder v1 to what is shown: first seen, then in the other spelling after a value
// that was logged, then denied.
func TestEveryDocumentedSettingFromRawLinesToWords(t *testing.T) {
	c := newCase(t, audit.Engagement{Zone: "UTC"})
	var log strings.Builder
	minute := 0
	write := func(target, diff string, status int) {
		log.WriteString(v1Write(settingsBegin.AddDate(0, 0, 1).Add(time.Duration(minute)*time.Minute).Format("2006-01-02T15:04:05Z"), target, diff, status))
		minute++
	}
	var secrets []string
	for _, s := range catalog.Settings() {
		target := s.Target
		if target == catalog.AnyTarget {
			target = "extensions"
		}
		if s.Field == "" {
			write(target, `""`, 200)
			continue
		}
		before, after, hidden := loggedValues(s)
		if hidden != "" {
			secrets = append(secrets, hidden)
		}
		write(target, fmt.Sprintf(`{%q:%s}`, s.Field, before), 200)
		write(target, fmt.Sprintf(`{%q:%s}`, strings.ToUpper(strings.ReplaceAll(s.Field, " ", "_")), after), 200)
		write(target, fmt.Sprintf(`{%q:%s}`, s.Field, before), 403)
	}
	take(t, c, "acme", log.String())
	rows, err := c.ChangeRows(t.Context(), casefile.RowsRequest{Query: "class:admin", Order: audit.Oldest, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	left, crossed := rows.Rows, 0
	for _, s := range catalog.Settings() {
		fmt.Fprintf(&b, "%d. %s: %s\n", s.Row, s.Panel, s.Label)
		mine := 3
		if s.Field == "" {
			mine = 1
		}
		if len(left) < mine {
			t.Fatalf("row %d has no changes", s.Row)
		}
		for _, r := range left[:mine] {
			if s.Field != "" && (r.Panel != s.Panel || r.Setting != s.Label || r.Kind != s.Kind) {
				t.Errorf("row %d became %q, %q, %q", s.Row, r.Panel, r.Setting, r.Kind)
			}
			fmt.Fprintf(&b, "   %-31s %s | %s | %s | %s", r.Field, r.Words, r.Kind, r.Basis, r.Outcome)
			if r.Note != "" {
				fmt.Fprintf(&b, " | %s", r.Note)
			}
			b.WriteByte('\n')
		}
		if strings.Contains(left[0].Note, "crossed") {
			crossed++
		}
		left = left[mine:]
	}
	if n := len(catalog.Settings()); n != documentedRows || crossed != crossedLabels || len(left) != 0 {
		t.Errorf("%d rows, %d of them with crossed labels, want %d and %d; %d changes are of none", n, crossed, documentedRows, crossedLabels, len(left))
	}
	for _, s := range secrets {
		if strings.Contains(b.String(), s) {
			t.Errorf("%q is shown", s)
		}
	}
	if len(secrets) == 0 {
		t.Error("no documented setting is a secret")
	}
	path := filepath.Join("testdata", "catalogue.golden")
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), b.String()); d != "" {
		t.Errorf("%s (-want +got; -update writes it anew):\n%s", path, d)
	}
}
