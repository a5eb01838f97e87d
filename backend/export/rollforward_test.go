package export_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"auditdesk/backend/audit"
	"auditdesk/backend/export"
)

func rolledForward(t *testing.T) export.RollForward {
	t.Helper()
	about := input(events(3)...).About
	about.Gaps = []audit.Gap{{Deployment: "d", From: at(t, "2026-02-01T00:00:00Z"), To: at(t, "2026-02-03T06:00:00Z")}}
	return export.RollForward{
		About:   about,
		Opening: export.Snapshot{Name: "opening\u202e.json", SHA256: strings.Repeat("0a", 32), Settings: 3, At: at(t, "2026-01-01T00:00:00Z")},
		Closing: export.Snapshot{Name: "closing.csv", SHA256: strings.Repeat("0b", 32), Settings: 2, At: at(t, "2026-06-30T23:59:59.999999999Z")},
		Differs: 1, Untested: 1, Agrees: 1, Unnamed: 4,
		Rows: []export.RolledSetting{
			{Verdict: audit.Differs, Words: "=opening says a, closing says b", Lacks: "a change between the opening snapshot and the closing snapshot", Deployment: "d", Panel: "Organizations", Field: "=1+1", Type: "organization",
				Target: "@acme", Opening: json.RawMessage(`"-a"`), Closing: json.RawMessage(`{"b": 1}`), OpeningLine: 1, ClosingLine: 2, Changes: 2, Events: []audit.Ref{"1111-2222-3333", "4444-5555-6666"}},
			{Verdict: audit.Untestable, Words: "the closing snapshot does not have the setting", Field: "api_token", Opening: json.RawMessage(`"(set)"`), OpeningLine: 2},
			{Verdict: audit.Agrees, Words: "same\u202e", Label: "GPU Vendor", Opening: json.RawMessage(`""`), Closing: json.RawMessage(`null`), OpeningLine: 3, ClosingLine: 3},
		},
		Limits: []string{"The instants are the client's word."},
	}
}

// rolledFile writes the roll-forward and gives its path.
func rolledFile(t *testing.T, r export.RollForward) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rolled.xlsx")
	if err := export.RollForwardWorkbook(t.Context(), path, r); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRollForwardWorkbookSaysWhatItRestsOn(t *testing.T) {
	f := opened(t, rolledFile(t, rolledForward(t)))
	if got, want := f.GetSheetList(), []string{"About this export", "Roll-forward"}; !slices.Equal(got, want) || f.GetActiveSheetIndex() != 0 {
		t.Errorf("sheets %q, %d is active", got, f.GetActiveSheetIndex())
	}
	golden(t, "rollforward_about.txt", []byte(about(t, f)))
}

func TestRollForwardRows(t *testing.T) {
	f := opened(t, rolledFile(t, rolledForward(t)))
	got := rows(t, f, "Roll-forward")
	want := [][]string{
		{"Verdict", "Field", "Setting", "Panel", "Target", "Resource type", "Deployment", "Opening value", "Changes in between", "Events in between", "Closing value", "Why", "The log lacks", "Line of opening", "Line of closing"},
		{"differs", "=1+1", "", "Organizations", "@acme", "organization", "d", "-a", "2", "1111-2222-3333 4444-5555-6666", `{"b":1}`, "=opening says a, closing says b", "a change between the opening snapshot and the closing snapshot", "1", "2"},
		{"cannot be tested", "api_token", "", "", "", "", "", "(set)", "0", "", "(not in this snapshot)", "the closing snapshot does not have the setting", "", "2"},
		{"agrees", "", "GPU Vendor", "", "", "", "", "(empty)", "0", "", "null", "same[U+202E]", "", "3", "3"},
	}
	if !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("rows\n%q\nwant\n%q", got, want)
	}
	for _, cell := range []string{"B2", "E2", "H2", "L2"} {
		if formula, err := f.GetCellFormula("Roll-forward", cell); err != nil || formula != "" {
			t.Errorf("%s became the formula %q, %v", cell, formula, err)
		}
	}
}

func TestRollForwardSheetIsATable(t *testing.T) {
	r := rolledForward(t)
	r.About.Engagement.MadeUp = true
	f := opened(t, rolledFile(t, r))
	if panes, err := f.GetPanes("Roll-forward"); err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("the header is not frozen: %+v, %v", panes, err)
	}
	titles := slices.ContainsFunc(f.GetDefinedName(), func(n excelize.DefinedName) bool {
		return n.Name == "_xlnm.Print_Titles" && strings.Contains(n.RefersTo, "'Roll-forward'!$1:$1")
	})
	if !titles {
		t.Errorf("the header is not printed on every page: %+v", f.GetDefinedName())
	}
	if header, err := f.GetHeaderFooter("Roll-forward"); err != nil || !strings.Contains(header.OddHeader, "MADE-UP DATA") {
		t.Errorf("the demo is not marked: %+v, %v", header, err)
	}
	formats, err := f.GetConditionalFormats("Roll-forward")
	if err != nil {
		t.Fatal(err)
	}
	for area, want := range map[string][]string{"A2:A4": {`$A2="differs"`, `$A2="cannot be tested"`, `$A2="agrees"`}, "L2:L4": {`$A2="differs"`, `$A2="cannot be tested"`}} {
		var got []string
		for _, o := range formats[area] {
			got = append(got, o.Criteria)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s is dressed where %q, want %q", area, got, want)
		}
	}
}

// Nothing but the time it was made, and nothing of the file's name, makes two files of one answer differ.
func TestRollForwardIsTheSameBytes(t *testing.T) {
	r := rolledForward(t)
	one, err := os.ReadFile(rolledFile(t, r))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "another name.xlsx")
	if err := export.RollForwardWorkbook(t.Context(), path, r); err != nil {
		t.Fatal(err)
	}
	if two, err := os.ReadFile(path); err != nil || !bytes.Equal(one, two) {
		t.Errorf("two exports of %d and %d bytes differ, %v", len(one), len(two), err)
	}
}

func TestRollForwardCSVIsHeldBackFromFormulas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rolled.csv")
	if err := export.RollForwardCSV(t.Context(), path, rolledForward(t).Rows); err != nil {
		t.Fatal(err)
	}
	got := csvRows(t, path)
	if len(got) != 4 || got[1][1] != "'=1+1" || got[1][4] != "'@acme" || got[1][7] != "'-a" || got[3][11] != "same\u202e" {
		t.Errorf("%q", got)
	}
}

func TestACancelledRollForwardLeavesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	if err := export.RollForwardWorkbook(ctx, filepath.Join(dir, "a.xlsx"), rolledForward(t)); err == nil {
		t.Error("a workbook was written")
	}
	if err := export.RollForwardCSV(ctx, filepath.Join(dir, "a.csv"), rolledForward(t).Rows); err == nil {
		t.Error("CSV was written")
	}
	mustBeEmpty(t, dir)
}

func TestARollForwardIsNoExportOfEvents(t *testing.T) {
	if _, err := export.ReadClaims(rolledFile(t, rolledForward(t))); err == nil || !strings.Contains(err.Error(), "it is a roll-forward") {
		t.Errorf("%v", err)
	}
}
