package export_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"auditdesk/backend/audit"
	"auditdesk/backend/export"
)

func TestClaimsSayHowToDrawTheEventsAgain(t *testing.T) {
	for name, query := range map[string]string{
		"everything":         ``,
		"ordinary":           `action:write -user:ci-bot`,
		"longer than a cell": `target:` + strings.Repeat("x", 70_000),
		"hidden characters":  "target:\"a\u202eb\" \"\x00\"",
	} {
		t.Run(name, func(t *testing.T) {
			in := input(events(3)...)
			in.About.QueryText, in.About.Zone, in.About.Order = query, "Europe/Zurich", audit.Newest
			path := filepath.Join(t.TempDir(), "out.xlsx")
			r, err := export.Workbook(t.Context(), path, in, nil)
			if err != nil {
				t.Fatal(err)
			}
			got, err := export.ReadClaims(path)
			if err != nil {
				t.Fatal(err)
			}
			if !got.MadeAt.Equal(madeAt) {
				t.Errorf("made at %v, want %v", got.MadeAt, madeAt)
			}
			got.MadeAt = madeAt
			want := export.Claims{CasePath: "northwind.auditcase", Query: query, Order: audit.Newest, Zone: "Europe/Zurich", Rows: 3, SHA256: r.SHA256, Head: "8f0c6d1a", MadeAt: madeAt, ToolVersion: "1.0.0"}
			if got != want {
				t.Errorf("claims\n%+.200v\nwant\n%+.200v", got, want)
			}
		})
	}
}

// An empty query is told in other words where the period under audit bounds it.
func TestClaimsOfEverything(t *testing.T) {
	for _, day := range []string{"", "2026-01-01"} {
		in := input(events(3)...)
		in.About.Engagement.From, in.About.Engagement.To = day, ""
		path := filepath.Join(t.TempDir(), "out.xlsx")
		if _, err := export.Workbook(t.Context(), path, in, nil); err != nil {
			t.Fatal(err)
		}
		if got, err := export.ReadClaims(path); err != nil || got.Query != "" {
			t.Errorf("from %q: the query is %q (%v), want none", day, got.Query, err)
		}
	}
}

func TestCheck(t *testing.T) {
	for name, c := range map[string]struct {
		alter  func(*testing.T, *excelize.File) // the workbook
		grow   func(*export.Input)              // the case
		since  export.Since
		agrees bool
		differ map[string]string // sheet → cell that differs first
	}{
		"untouched": {agrees: true},
		"saved by another program": {alter: func(t *testing.T, f *excelize.File) {
			t.Helper()
			must(t, f.SetCellStr("Events", "A1", "Time (UTC)"))
		}, agrees: true},
		"an altered cell": {alter: func(t *testing.T, f *excelize.File) {
			t.Helper()
			must(t, f.SetCellStr("Events", "D3", "somebody.else"))
		}, differ: map[string]string{"Events": "D3"}},
		"an altered time": {alter: func(t *testing.T, f *excelize.File) {
			t.Helper()
			must(t, f.SetCellFloat("Events", "A2", 46_000.5, -1, 64))
		}, differ: map[string]string{"Events": "A2"}},
		"a text that is the same number": {alter: func(t *testing.T, f *excelize.File) {
			t.Helper()
			must(t, f.SetCellStr("Events", "H5", "1.50"))
		}, differ: map[string]string{"Events": "H5"}},
		"times with fewer digits": {alter: func(t *testing.T, f *excelize.File) {
			t.Helper()
			must(t, f.SetCellFloat("Events", "A4", 46_174.333496736112, 10, 64)) // 15 digits
		}, agrees: true},
		"a row removed": {alter: func(t *testing.T, f *excelize.File) {
			t.Helper()
			must(t, f.RemoveRow("Admin changes", 4))
		}, differ: map[string]string{"Admin changes": "A4"}},
		"a row added": {alter: func(t *testing.T, f *excelize.File) {
			t.Helper()
			must(t, f.SetCellStr("Events", "B9", "x"))
		}, differ: map[string]string{"Events": "B9"}},
		"a sheet removed": {alter: func(t *testing.T, f *excelize.File) {
			t.Helper()
			must(t, f.DeleteSheet("Admin changes"))
		}},
		"a sheet added": {alter: func(t *testing.T, f *excelize.File) {
			t.Helper()
			_, err := f.NewSheet("Notes")
			must(t, err)
		}},
		"an altered line on About": {alter: func(t *testing.T, f *excelize.File) {
			t.Helper()
			must(t, f.SetCellStr("About this export", "B5", "Another title"))
		}, differ: map[string]string{"About this export": "B5"}},
		"another number of rows claimed": {alter: func(t *testing.T, f *excelize.File) {
			t.Helper()
			must(t, f.SetCellStr("About this export", aboutCell(t, f, "Rows on Events"), "3"))
		}, since: export.Grown},
		"an altered source": {alter: func(t *testing.T, f *excelize.File) {
			t.Helper()
			must(t, f.SetCellStr("Sources", "H2", strings.Repeat("0", 64)))
		}, differ: map[string]string{"Sources": "H2"}},
		"an altered unreadable record": {alter: func(t *testing.T, f *excelize.File) {
			t.Helper()
			must(t, f.SetCellStr("Unreadable records", "D2", "nothing"))
		}, differ: map[string]string{"Unreadable records": "D2"}},
		"the sheet of unreadable records removed": {alter: func(t *testing.T, f *excelize.File) {
			t.Helper()
			must(t, f.DeleteSheet("Unreadable records"))
		}},
		"a head that the case never had": {since: export.Foreign},
		"the case has grown": {grow: func(in *export.Input) {
			in.Sources = append(in.Sources, audit.Source{Path: "later.log"})
			in.About.InCase = 90
		}, since: export.Grown, agrees: true},
		"sources edited in the case": {grow: func(in *export.Input) {
			in.Sources[0].Receipt.From = "J. Doe"
		}, differ: map[string]string{"Sources": "V2"}},
		"the case says otherwise": {grow: func(in *export.Input) {
			list := events(4)
			list[2].Action = "read"
			in.Events = yield(list)
		}, differ: map[string]string{"Events": "F4"}},
	} {
		t.Run(name, func(t *testing.T) {
			list := events(4)
			list[3].ResourceTarget = "1.5"
			in := input(list...)
			path := filepath.Join(t.TempDir(), "out.xlsx")
			if _, err := export.Workbook(t.Context(), path, in, nil); err != nil {
				t.Fatal(err)
			}
			if c.alter != nil {
				f := opened(t, path)
				c.alter(t, f)
				must(t, f.Save())
			}
			if c.grow != nil {
				c.grow(&in)
			}
			in.About.MadeAt, in.About.ToolVersion = in.About.MadeAt.AddDate(0, 1, 0), "2.0.0"
			got, err := export.Check(t.Context(), path, in, c.since, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got.Agrees() != c.agrees {
				t.Errorf("agrees: %t, want %t: %+v", got.Agrees(), c.agrees, got)
			}
			for sheet, cell := range c.differ {
				i := slices.IndexFunc(got.Sheets, func(s export.SheetCheck) bool { return s.Name == sheet })
				if i < 0 || got.Sheets[i].Differences == 0 || got.Sheets[i].First[0].Cell != cell {
					t.Errorf("%s: %+v, want a difference at %s", sheet, got.Sheets, cell)
				}
			}
			if c.agrees && c.since == export.Unchanged {
				for _, s := range got.Sheets {
					if s.Differences > 0 || s.Rows == 0 {
						t.Errorf("%+v", s)
					}
				}
			}
		})
	}
}

func TestWhatIsNoWorkbookOfOurs(t *testing.T) {
	dir := t.TempDir()
	foreign := filepath.Join(dir, "foreign.xlsx")
	f := excelize.NewFile()
	must(t, f.SaveAs(foreign))
	jsonl := filepath.Join(dir, "out.jsonl")
	if _, err := export.JSONLines(t.Context(), jsonl, input(event(1)), nil); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{foreign, jsonl, filepath.Join(dir, "nowhere.xlsx")} {
		_, err := export.ReadClaims(path)
		var e *audit.Error
		if !errors.As(err, &e) || e.Hint == "" || !strings.Contains(e.Message, filepath.Base(path)) {
			t.Errorf("%s: error %v, want one for people", filepath.Base(path), err)
		}
	}
}

func TestOnlySheetsAboutTheWholeCaseMayDifferWhereItHasGrown(t *testing.T) {
	for sheet, want := range map[string]bool{
		"About this export": true, "Sources": true, "Sources (2)": true, "Unreadable records": true, "Unreadable records (3)": true,
		"Events": false, "Events (2)": false, "Admin changes": false, "Notes": false,
	} {
		c := export.Checked{Since: export.Grown, Sheets: []export.SheetCheck{{Name: sheet, Added: true}}}
		if c.Agrees() != want {
			t.Errorf("%s: agrees %t, want %t", sheet, c.Agrees(), want)
		}
		if c.Since = export.Unchanged; c.Agrees() {
			t.Errorf("%s: agrees, and nothing was imported since", sheet)
		}
	}
}

// aboutCell is the cell beside a label.
func aboutCell(t *testing.T, f *excelize.File, label string) string {
	t.Helper()
	for i, r := range rows(t, f, "About this export") {
		if len(r) > 0 && r[0] == label {
			return fmt.Sprint("B", i+1)
		}
	}
	t.Fatalf("About has no %q", label)
	return ""
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
