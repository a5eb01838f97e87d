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

func settingLines(t *testing.T) []export.Setting {
	t.Helper()
	when := at(t, "2026-02-03T10:00:00Z")
	side := export.SettingSide{Value: json.RawMessage(`"amd"`), Words: "amd", Basis: audit.BasisLogged, Time: &when, User: "maya@x.example", Event: "1111-2222-3333", Weakened: "last logged 2026-02-03; 3 gaps since"}
	return []export.Setting{
		{Deployment: "d", Version: audit.V1, Panel: "Infrastructure", Label: "GPU Vendor", Field: "gpu vendor", Type: "infrastructure", Target: "infrastructure", Kind: audit.KindChoice, Now: side,
			Then: export.SettingSide{Words: "unknown before the first event"}, Differs: "unknown"},
		{Deployment: "d", Version: audit.V1, Panel: "Appearance", Field: "=1+1", Kind: audit.KindText, Note: "not in the catalogue", Differs: "yes",
			Then: export.SettingSide{Value: json.RawMessage(`""`), Basis: audit.BasisLogged}, Now: export.SettingSide{Value: json.RawMessage(`"` + strings.Repeat("x", 40_000) + `"`), Basis: audit.BasisLogged}},
		{Deployment: "d", Version: audit.V2, Panel: "OAuth2 apps", Field: "client_secret", Kind: audit.KindSecret, Differs: "no", Then: export.SettingSide{Words: "set, value never logged"}, Now: export.SettingSide{Words: "set, value never logged"}},
	}
}

func TestSettingsStandAtBothEnds(t *testing.T) {
	in := input(events(4)...)
	lines := settingLines(t)
	in.Settings, in.TotalSettings = yield(lines), int64(len(lines))
	in.SettingsFrom, in.SettingsTo = at(t, "2026-01-01T00:00:00Z"), at(t, "2026-06-30T23:59:59.999999999Z")
	f, res := written(t, in)
	if list := f.GetSheetList(); slices.Index(list, "Settings") != slices.Index(list, "Admin changes")+1 {
		t.Errorf("the sheets are %q", list)
	}
	got := rows(t, f, "Settings")
	if len(got) != 4 {
		t.Fatalf("%d rows", len(got))
	}
	head := got[0]
	for _, want := range []struct {
		row          int
		column, text string
	}{
		{1, "Value at the start", "(unknown before the first event)"}, {1, "Value at the end", "amd"}, {1, "Last logged at the end (UTC)", "2026-02-03 10:00:00.000"}, {1, "Differs", "unknown"},
		{1, "Weakened by at the end", "last logged 2026-02-03; 3 gaps since"}, {1, "Event at the end", "1111-2222-3333"}, {2, "Value at the start", "(empty)"}, {2, "Field", "=1+1"}, {2, "Note", "not in the catalogue"},
		{3, "Value at the end", "(set, value never logged)"}, {3, "Version", "v2"},
	} {
		if text := got[want.row][slices.Index(head, want.column)]; text != want.text {
			t.Errorf("row %d, %s: %q, want %q", want.row, want.column, text, want.text)
		}
	}
	if formula, err := f.GetCellFormula("Settings", "B3"); err != nil || formula != "" {
		t.Errorf("a field became the formula %q, %v", formula, err)
	}
	if len(res.Cuts) != 1 || res.Cuts[0] != (export.Cut{Sheet: "Settings", Column: "Value at the end", Cells: 1}) {
		t.Errorf("cut: %+v", res.Cuts)
	}
}

// The formats name cells of their own row and instant: a program that opens the workbook applies them as they stand.
func TestSettingsThatAreWeakAreDrawnApart(t *testing.T) {
	in := input(events(4)...)
	lines := settingLines(t)
	in.Settings, in.TotalSettings = yield(lines), int64(len(lines))
	f, _ := written(t, in)
	head := rows(t, f, "Settings")[0]
	formats, err := f.GetConditionalFormats("Settings")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for area, list := range formats {
		for _, r := range list {
			if r.Format == nil {
				t.Errorf("%s %s has no look", area, r.Criteria)
			}
			got = append(got, area+" "+r.Criteria)
		}
	}
	var want []string
	for _, at := range []string{" at the start", " at the end"} {
		letter := func(column string) string {
			i := slices.Index(head, column+at)
			if i < 0 || i > 25 {
				t.Fatalf("no column %s%s of one letter in %q", column, at, head)
			}
			return string(rune('A' + i))
		}
		value, basis, weakened := letter("Value"), letter("Basis"), letter("Weakened by")
		for _, rule := range []string{`="derived"`, `="not recorded"`, `=""`} {
			want = append(want, fmt.Sprintf("%s2:%s4 $%s2%s", value, basis, basis, rule))
		}
		for _, words := range []string{"unknown effect", " gap"} {
			want = append(want, fmt.Sprintf("%s2:%s4 ISNUMBER(SEARCH(%q,$%s2))", weakened, weakened, words, weakened))
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestSettingsOfACaseThatChangedMeanwhile(t *testing.T) {
	for _, announced := range []int64{2, 4} {
		in := input(events(4)...)
		in.Settings, in.TotalSettings = yield(settingLines(t)), announced
		if _, err := export.Workbook(t.Context(), filepath.Join(t.TempDir(), "x.xlsx"), in, nil); err == nil || !strings.Contains(err.Error(), "export again") {
			t.Errorf("%d announced, 3 came: %v", announced, err)
		}
	}
}

func TestCheckLooksAtSettings(t *testing.T) {
	for _, c := range []struct {
		name   string
		since  export.Since
		agrees bool
	}{{"altered", export.Unchanged, false}, {"the case has grown", export.Grown, true}} {
		t.Run(c.name, func(t *testing.T) {
			lines := settingLines(t)
			in := input(events(4)...)
			in.Settings, in.TotalSettings = yield(lines), int64(len(lines))
			path := filepath.Join(t.TempDir(), "x.xlsx")
			if _, err := export.Workbook(t.Context(), path, in, nil); err != nil {
				t.Fatal(err)
			}
			later := slices.Clone(lines)
			later[0].Now.User = "somebody.else"
			in.Settings = yield(later)
			got, err := export.Check(t.Context(), path, in, c.since, nil)
			if err != nil || got.Agrees() != c.agrees {
				t.Errorf("agrees %v, %v: %+v", got.Agrees(), err, got.Sheets)
			}
			if i := slices.IndexFunc(got.Sheets, func(s export.SheetCheck) bool { return s.Name == "Settings" }); i < 0 || got.Sheets[i].Differences != 1 {
				t.Errorf("%+v", got.Sheets)
			}
		})
	}
}
