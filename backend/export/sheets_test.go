package export_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/export"
)

func TestAdminChanges(t *testing.T) {
	forbidden, failed := 403, 503
	list := []audit.ChangeRow{
		{Change: audit.Change{Field: "gpu vendor", Panel: "Infrastructure", Setting: "GPU Vendor", Old: json.RawMessage(`"none"`), New: json.RawMessage(`"amd"`), Kind: audit.KindChoice, Basis: audit.BasisLogged, Words: "none → amd"}},
		{Status: &forbidden, Change: audit.Change{Field: "roles", Old: json.RawMessage(`[ "a", 1 ]`), New: json.RawMessage(`[]`), Kind: audit.KindList, Basis: audit.BasisDerived, From: "1111-2222-3333", Words: "− a"}},
		{Status: &failed, Change: audit.Change{Field: "client secret", Secret: true, SecretNow: audit.SecretSet, Kind: audit.KindSecret, Basis: audit.BasisLogged, Words: "secret replaced"}},
		{Change: audit.Change{Kind: audit.KindUnrecorded, Basis: audit.BasisNotRecorded, Words: "changed, content not recorded by Coder", Note: "fallback shell is the documented candidate"}},
		{Change: audit.Change{Field: "big", New: json.RawMessage(`12345678901234567890`), Kind: audit.KindNumber, Basis: audit.BasisLogged, Words: "12345678901234567890"}},
	}
	for i := range list {
		list[i].Event, list[i].Time, list[i].Version, list[i].Action = audit.Ref(ref(i)), event(i).Time, audit.V1, "write"
	}
	in := input(events(5)...)
	in.Changes, in.TotalChanges = yield(list), int64(len(list))
	f, _ := written(t, in)
	got := rows(t, f, "Admin changes")
	head := got[0]
	field := func(row int, column string) string {
		i := slices.Index(head, column)
		if i < 0 {
			t.Fatalf("there is no column %q in %q", column, head)
		}
		if i >= len(got[row]) {
			return ""
		}
		return got[row][i]
	}
	for i, want := range []map[string]string{
		{"Field": "gpu vendor", "Setting": "GPU Vendor", "Panel": "Infrastructure", "Before": "none", "After": "amd", "Kind": "choice", "Basis": "logged", "In words": "none → amd", "Outcome": "", "Status": ""},
		{"Before": `["a",1]`, "After": "[]", "Basis": "derived", "Before is from event": "1111-2222-3333", "Outcome": "denied", "Status": "403"},
		{"Before": "(secret)", "After": "(secret, set)", "In words": "secret replaced", "Outcome": "unknown"},
		{"Field": "", "Before": "", "After": "", "Basis": "not recorded", "Note": "fallback shell is the documented candidate"},
		{"After": "12345678901234567890", "Event": ref(4)},
	} {
		for column, text := range want {
			if got := field(i+1, column); got != text {
				t.Errorf("row %d, %s: %q, want %q", i+1, column, got, text)
			}
		}
	}
}

func TestConditionalFormatsNameTheRightColumns(t *testing.T) {
	f, _ := written(t, input(events(4)...))
	head := rows(t, f, "Admin changes")[0]
	formats, err := f.GetConditionalFormats("Admin changes")
	if err != nil {
		t.Fatal(err)
	}
	var rules []string
	for area, list := range formats {
		for _, r := range list {
			rules = append(rules, fmt.Sprintf("%s %s", area, r.Criteria))
		}
	}
	for value, column := range map[string]string{"derived": "Basis", "not recorded": "Basis", "ok": "Outcome", "denied": "Outcome", "failed": "Outcome", "unknown": "Outcome"} {
		letter := string(rune('A' + slices.Index(head, column)))
		rule := fmt.Sprintf(`$%s2=%q`, letter, value)
		if !slices.ContainsFunc(rules, func(r string) bool { return strings.HasSuffix(r, rule) }) {
			t.Errorf("no rule %s among %q", rule, rules)
		}
	}
	before := string(rune('A' + slices.Index(head, "Before")))
	if !slices.Contains(rules, fmt.Sprintf(`%s2:%s5 $K2="derived"`, before, before)) {
		t.Errorf("a derived Before is not drawn apart: %q", rules)
	}
}

func TestChangesInWords(t *testing.T) {
	for name, c := range map[string]struct {
		event audit.Event
		want  string
	}{
		"none":           {audit.Event{}, ""},
		"not recorded":   {audit.Event{Unrecorded: true}, "changed, content not recorded by Coder"},
		"without field":  {audit.Event{Changes: []audit.Change{{Words: "changed, content not recorded by Coder"}}}, "changed, content not recorded by Coder"},
		"one":            {audit.Event{Changes: []audit.Change{{Field: "a", Words: "1 → 2"}}}, "a: 1 → 2"},
		"several":        {audit.Event{Changes: []audit.Change{{Field: "a", Words: "1 → 2"}, {Field: "b", Words: "secret replaced"}}}, "a: 1 → 2; b: secret replaced"},
		"without words":  {audit.Event{Changes: []audit.Change{{Field: "a"}}}, "a"},
		"neither of two": {audit.Event{Changes: []audit.Change{{}}}, "changed, content not recorded by Coder"},
	} {
		if got := export.ChangesInWords(&c.event); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestSourcesWithOtherLines(t *testing.T) {
	in := input(events(2)...)
	n := int64(3)
	in.Sources[0].Receipt = audit.Receipt{From: "J. Doe", Received: "2026-07-01", Request: "R-7", Method: "kubectl logs", SHA256: in.Sources[0].SHA256, Count: &n, Replaces: 2}
	in.Sources = append(in.Sources, audit.Source{Number: 2, Path: "/archive/2026-07/coder-audit.ndjson", State: audit.SourceRepeat, Note: "read already"})
	f, _ := written(t, in)
	got := rows(t, f, "Sources")
	if got[1][0] != "2026-06/coder-audit.ndjson" || got[2][0] != "2026-07/coder-audit.ndjson" {
		t.Errorf("sources of one name are called %q and %q", got[1][0], got[2][0])
	}
	for column, want := range map[string]string{
		"Records": "3", "Events": "2", "Other lines": "2", "Lines and records add up": "yes", "Received from": "J. Doe",
		"SHA-256 against the stated one": "agrees", "Count against what was read": "agrees with 3 records", "Sent again for": "2026-07/coder-audit.ndjson",
	} {
		if i := slices.Index(got[0], column); i < 0 || got[1][i] != want {
			t.Errorf("%s is not %q in %q", column, want, got[1])
		}
	}
	if len(got) < 6 || got[4][0] != "Other lines by pattern: lines of the sources that are no audit records" || got[6][1] != "blank line" || got[6][2] != "2" {
		t.Errorf("other lines: %q", got[3:])
	}
	tables, err := f.GetTables("Sources")
	if err != nil || len(tables) != 1 || tables[0].Range != "A6:E7" {
		t.Errorf("tables %+v (%v)", tables, err)
	}
}

func TestColumnsAreWideEnough(t *testing.T) {
	in := input(events(2)...)
	in.Other[0].Pattern, in.Other[0].Example = "msg: a request was served", strings.Repeat("x", 200)
	f, _ := written(t, in)
	for _, c := range []struct {
		name, sheet, column string
		least, most         float64
	}{
		{"a reference, all capitals", "Events", "C", 17, 18},
		{"the pattern of other lines", "Sources", "B", 27, 30},
		{"a long example", "Sources", "E", 48, 48},
	} {
		if w, err := f.GetColWidth(c.sheet, c.column); err != nil || w < c.least || w > c.most {
			t.Errorf("%s: %s, column %s is %v wide (%v), want %v to %v", c.name, c.sheet, c.column, w, err, c.least, c.most)
		}
	}
}

func TestMorePatternsThanFitAreCounted(t *testing.T) {
	in := input(events(2)...)
	in.Other = nil
	for i := range 30 {
		in.Other = append(in.Other, audit.OtherLines{Path: "a.log", Pattern: fmt.Sprint("msg: ", i), Count: int64(i + 1), Line: 1})
	}
	path := filepath.Join(t.TempDir(), "out.xlsx")
	if _, err := export.WorkbookWithin(t.Context(), path, in, 16, 32_767); err != nil {
		t.Fatal(err)
	}
	got := rows(t, opened(t, path), "Sources")
	if len(got) > 16 || got[5][1] != "msg: 29" {
		t.Errorf("%d rows; the first pattern is %q", len(got), got[5])
	}
	last := got[len(got)-1]
	var sum int64
	for _, o := range in.Other[:30-10] {
		sum += o.Count
	}
	if last[0] != "and 20 more patterns, not listed" || last[2] != fmt.Sprint(sum) {
		t.Errorf("the last row is %q, want 20 patterns with %d lines", last, sum)
	}
}

func TestNamesOfSources(t *testing.T) {
	in := input(events(2)...)
	in.Sources = nil
	for _, p := range []string{"-", "a.log", `C:\logs\b.log`, "/x/1/c.log", "/y/1/c.log", "/x/1/c.log"} {
		in.Sources = append(in.Sources, audit.Source{Path: p})
	}
	f, _ := written(t, in)
	var got []string
	for _, r := range rows(t, f, "Sources")[1:7] {
		got = append(got, r[0])
	}
	if want := []string{"standard input", "a.log", "b.log", "x/1/c.log", "y/1/c.log", "x/1/c.log"}; !slices.Equal(got, want) {
		t.Errorf("names %q, want %q", got, want)
	}
}

func TestUnreadableRecords(t *testing.T) {
	f, _ := written(t, input(event(1)))
	got := rows(t, f, "Unreadable records")
	want := []string{"coder-audit.ndjson", "5", "812", "broken JSON at byte 412", `{"fields":`}
	if len(got) != 2 || !slices.Equal(got[1], want) {
		t.Errorf("rows %q, want %q", got, want)
	}
}
