package diff_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditdesk/backend/audit"
	"auditdesk/backend/catalog"
	"auditdesk/backend/diff"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Every row of the vendor's table, from logged fields to words: first seen, after a value that was logged before, and
// where the record holds both values.
func TestEveryDocumentedSettingInWords(t *testing.T) {
	var b strings.Builder
	for _, s := range catalog.Settings() {
		target := s.Target
		if target == catalog.AnyTarget {
			target = "extensions"
		}
		fmt.Fprintf(&b, "%d. %s: %s\n", s.Row, s.Panel, s.Label)
		before, after := sample(s)
		if s.Field == "" {
			e := event(target, "")
			diff.Describe(&e)
			write(&b, "no field", &e.Changes[0])
			continue
		}
		e := event(target, s.Field)
		e.Changes[0].New = after
		diff.Describe(&e)
		write(&b, "first seen", &e.Changes[0])
		diff.Derived{Old: before, Was: audit.SecretSet, From: "7K2M-9QXD-41TB"}.Apply(&e.Changes[0], e.Action)
		write(&b, "derived", &e.Changes[0])
		if got := e.Changes[0]; got.Setting != s.Label || got.Panel != s.Panel || got.Kind != s.Kind {
			t.Errorf("row %d became %q, %q, %q", s.Row, got.Panel, got.Setting, got.Kind)
		}
		e = event(target, strings.ReplaceAll(s.Field, " ", "_"))
		e.Changes[0].Old, e.Changes[0].New = before, after
		diff.Describe(&e)
		write(&b, "both logged", &e.Changes[0])
	}
	golden(t, "settings.golden", b.String())
}

// sample returns two documented values of a setting.
func sample(s catalog.Setting) (before, after json.RawMessage) {
	value := func(v string) json.RawMessage {
		if v == "true" || v == "false" {
			return json.RawMessage(v)
		}
		raw, err := json.Marshal(v)
		if err != nil {
			panic(err) // a string always has JSON
		}
		return raw
	}
	if len(s.Documented) == 0 {
		return nil, nil
	}
	last := value(s.Documented[len(s.Documented)-1])
	switch s.Kind {
	case audit.KindBoolean, audit.KindChoice:
		return last, value(s.Documented[0])
	case audit.KindSecret:
		return value("correct horse"), value("battery staple")
	case audit.KindColour:
		return value("#000000"), last
	case audit.KindHash:
		return value(strings.Repeat("0", 40)), value("ed19" + strings.Repeat("5f", 16) + "843b")
	default:
		if strings.Contains(s.Note, "several lines") {
			return value("one\ntwo\nthree"), value("one\n2\nthree\nfour\n")
		}
		return value("before"), last
	}
}

func event(target, field string) audit.Event {
	e := audit.Event{Version: audit.V1, Log: audit.AuditLog, Action: "write", ResourceType: target, ResourceTarget: target, Status: 200}
	if field != "" {
		e.Changes = []audit.Change{{Field: field}}
	}
	return e
}

func write(b *strings.Builder, what string, c *audit.Change) {
	fmt.Fprintf(b, "   %-12s %-31s %s | %s | %s", what+":", c.Field, c.Words, c.Kind, c.Basis)
	if c.Note != "" {
		fmt.Fprintf(b, " | %s", c.Note)
	}
	b.WriteByte('\n')
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got; -update writes it anew):\n%s", name, d)
	}
}
