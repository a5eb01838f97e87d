package export_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/export"
)

func TestSheetsStandInOrderAndAboutIsActive(t *testing.T) {
	f, r := written(t, input(events(3)...))
	want := []string{"About this export", "Events", "Admin changes", "Sources", "Unreadable records"}
	if got := f.GetSheetList(); !slices.Equal(got, want) {
		t.Errorf("sheets %q, want %q", got, want)
	}
	if f.GetActiveSheetIndex() != 0 {
		t.Errorf("sheet %d is active, want About", f.GetActiveSheetIndex())
	}
	if r.Events != 3 || r.Changes != 3 || r.Bytes == 0 {
		t.Errorf("result %+v", r)
	}
}

func TestEmptySheetsAreLeftOutButEventsStays(t *testing.T) {
	in := input()
	in.Sources, in.Other, in.Unreadable = nil, nil, nil
	f, r := written(t, in)
	if got, want := f.GetSheetList(), []string{"About this export", "Events"}; !slices.Equal(got, want) {
		t.Errorf("sheets %q, want %q", got, want)
	}
	if got := rows(t, f, "Events"); len(got) != 1 || got[0][0] != "Time (UTC)" {
		t.Errorf("Events holds %q, want its header", got)
	}
	const ofNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	if r.SHA256 != ofNothing {
		t.Errorf("digest %s, want that of nothing", r.SHA256)
	}
}

func TestEventRow(t *testing.T) {
	f, _ := written(t, input(event(2)))
	want := []string{
		"46174.33349673611", "2026-06-01T08:00:14.118204Z", ref(2), "maya.okonkwo", "maya.okonkwo@northwind-bank.example",
		"delete", "environment", "prod-payments-2", "200", "ok", "10.20.4.2", event(2).UserAgent, "default",
		"gpu vendor: none → amd", "", "v1", "coder.northwind-bank.example", "coder-audit.ndjson", "3",
	}
	got, err := f.GetRows("Events", rawValues)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || !slices.Equal(got[1], want) {
		t.Errorf("row\n%q\nwant\n%q", got[1:], want)
	}
}

func TestValuesThatAreNotRecordedStayEmpty(t *testing.T) {
	f, _ := written(t, input(audit.Event{Ref: "0000-0000-0001", Time: at(t, "2026-01-01T00:00:00Z"), Action: "write", Status: audit.NoStatus, Version: audit.V2}))
	row := rows(t, f, "Events")[1]
	for i, v := range row {
		if v != "" && i != 0 && i != 2 && i != 5 && i != 15 {
			t.Errorf("column %d says %q", i+1, v)
		}
	}
}

// The value is read from the file itself: excelize rounds numbers to 15 digits, and shows no milliseconds.
func TestTimeIsADateCell(t *testing.T) {
	for name, c := range map[string]struct{ time, stored string }{
		"milliseconds":         {"2026-06-30T23:51:30.118204Z", "<v>46203.99409858796</v>"},
		"never rounded up":     {"2026-06-30T23:59:59.999999999Z", "<v>46203.99999998843</v>"},
		"whole seconds":        {"2026-06-30T12:00:00Z", "<v>46203.5</v>"},
		"the latest year":      {"2261-12-31T23:59:59.5Z", "<v>132219.9999942130</v>"},
		"the first safe day":   {"1900-03-01T00:00:00Z", "<v>61</v>"},
		"the day before it":    {"1900-02-28T23:59:59.9Z", "<t>1900-02-28T23:59:59.9Z</t>"},
		"the earliest instant": {"1678-01-01T00:00:00Z", "<t>1678-01-01T00:00:00Z</t>"},
	} {
		t.Run(name, func(t *testing.T) {
			e := event(1)
			e.Time = at(t, c.time)
			path := filepath.Join(t.TempDir(), "out.xlsx")
			if _, err := export.Workbook(t.Context(), path, input(e), nil); err != nil {
				t.Fatal(err)
			}
			_, xml, _ := strings.Cut(parts(t, path)["xl/worksheets/sheet2.xml"], `<c r="A2"`)
			xml, _, _ = strings.Cut(xml, "</c>")
			_, value, _ := strings.Cut(c.stored, ">")
			if value, _, _ = strings.Cut(value, "<"); strings.HasPrefix(c.stored, "<v>") {
				_, got, _ := strings.Cut(xml, "<v>")
				got, _, _ = strings.Cut(got, "</v>")
				// Half a millisecond is 6e-9 days.
				if diff := parseFloat(t, got) - parseFloat(t, value); diff > 6e-9 || diff < -6e-9 {
					t.Errorf("the cell holds %s, want %s", got, value)
				}
			} else if !strings.Contains(xml, c.stored) {
				t.Errorf("the cell is %s, want %s", xml, c.stored)
			}
		})
	}
}

func TestTimeIsShownWithMilliseconds(t *testing.T) {
	f, _ := written(t, input(event(1)))
	id, err := f.GetCellStyle("Events", "A2")
	if err != nil {
		t.Fatal(err)
	}
	style, err := f.GetStyle(id)
	if err != nil || style.CustomNumFmt == nil || *style.CustomNumFmt != "yyyy-mm-dd hh:mm:ss.000" {
		t.Errorf("style %+v (%v)", style, err)
	}
}

func TestTimesAsTextAreCountedOnAbout(t *testing.T) {
	e := event(1)
	e.Time = at(t, "1899-12-31T00:00:00Z")
	f, _ := written(t, input(e, event(2)))
	if got := about(t, f); !strings.Contains(got, "Times as text: 3 cells") { // of the event, of its change, and of the source that it is the first of
		t.Errorf("About says\n%s", got)
	}
}

func TestHostileTexts(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"formula":               {"=cmd|'/c calc'!A1", "=cmd|'/c calc'!A1"},
		"at sign":               {"@SUM(1+1)*cmd", "@SUM(1+1)*cmd"},
		"number":                {"0012", "0012"},
		"error value":           {"#REF!", "#REF!"},
		"boolean":               {"TRUE", "TRUE"},
		"markup":                {"</t></is></c><b>&amp;", "</t></is></c><b>&amp;"},
		"control characters":    {"a\x00b\x1bc\x7f", "a␀b␛c␡"},
		"carriage return":       {"a\r\nb", "a␍\nb"},
		"tab and spaces":        {" \ta  b ", " \ta  b "},
		"right to left marks":   {"user\u202egpj.exe\u200f", "user[U+202E]gpj.exe[U+200F]"},
		"isolates and a mark":   {"\u2066x\u2069\ufeff", "[U+2066]x[U+2069][U+FEFF]"},
		"forbidden in XML":      {"a\ufffeb\uffff", "a[U+FFFE]b[U+FFFF]"},
		"broken UTF-8":          {"a\xffb", "a\ufffdb"},
		"C1 control":            {"a\u0085b", "a[U+0085]b"},
		"an escape of Excel's":  {"a_x000D_b", "a_x000D_b"},
		"an escaped escape":     {"_x005F_ _x0041_", "_x005F_ _x0041_"},
		"escapes that overlap":  {"_x005F_x0041_x0042_", "_x005F[U+005F]x0041[U+005F]x0042_"},
		"half a character":      {"_xD800_", "[U+005F]xD800_"},
		"emoji with a joiner":   {"👩\u200d🚒 ok", "👩\u200d🚒 ok"},
		"nothing to be seen":    {"ad\u200bmin\u00ad \U000e0041", "ad[U+200B]min[U+00AD] [U+E0041]"},
		"an ordinary long dash": {"none → amd — ok", "none → amd — ok"},
	} {
		t.Run(name, func(t *testing.T) {
			e := event(1)
			e.ResourceTarget = c.text
			f, _ := written(t, input(e))
			if got := cell(t, f, "Events", "H2"); got != c.want {
				t.Errorf("the cell says %q, want %q", got, c.want)
			}
			if formula, err := f.GetCellFormula("Events", "H2"); err != nil || formula != "" {
				t.Errorf("the cell has the formula %q (%v)", formula, err)
			}
			if typ, err := f.GetCellType("Events", "H2"); err != nil || typ != inlineText {
				t.Errorf("the cell's type is %v (%v), want text", typ, err)
			}
		})
	}
}

func TestNoFormulaAnywhere(t *testing.T) {
	const evil = "=HYPERLINK(\"http://evil.example\")"
	e := event(1)
	e.User = audit.Person{Username: evil, Email: evil, ID: evil}
	e.Action, e.ResourceType, e.ResourceTarget, e.UserAgent, e.IP, e.ID, e.TimeText = evil, evil, evil, evil, evil, evil, evil
	e.Changes[0].Field, e.Changes[0].Words, e.Changes[0].New = evil, evil, []byte(`"=1+1"`)
	in := input(e)
	in.About.Engagement.Title, in.About.QueryText, in.Sources[0].Path, in.Sources[0].Note = evil, evil, evil, evil
	in.Other[0].Example, in.Other[0].Pattern = evil, evil
	in.Unreadable = yield([]audit.Unreadable{{Path: evil, Reason: evil, Excerpt: evil}})
	path := filepath.Join(t.TempDir(), "out.xlsx")
	if _, err := export.Workbook(t.Context(), path, in, nil); err != nil {
		t.Fatal(err)
	}
	for name, xml := range parts(t, path) {
		if strings.Contains(xml, "<f>") || strings.Contains(xml, "<f ") {
			t.Errorf("%s holds a formula", name)
		}
	}
}

func TestLongTextIsCutAtARuneAndCounted(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		kept rune
	}{
		"plain":            {strings.Repeat("x", 40_000), 'x'},
		"emoji at the cut": {strings.Repeat("👩", 20_000), '👩'},
		"one before it":    {"x" + strings.Repeat("👩", 20_000), '👩'},
	} {
		t.Run(name, func(t *testing.T) {
			e, short := event(1), event(2)
			e.ResourceTarget = c.text
			short.ResourceTarget = strings.Repeat("y", 32_767) // fits exactly
			e.Changes, short.Changes = nil, nil
			f, r := written(t, input(e, short))
			got := cell(t, f, "Events", "H2")
			text, mark, ok := strings.Cut(got, " … [cut: ")
			if n := utf16Len(got); !ok || n > 32_767 || n < 32_766 {
				t.Errorf("%d characters, cut %t", n, ok)
			}
			if rs := []rune(text); rs[len(rs)-1] != c.kept {
				t.Errorf("the text ends in %q", rs[len(rs)-1])
			}
			if want := fmt.Sprintf("%d,%03d characters in all]", len([]rune(c.text))/1000, len([]rune(c.text))%1000); mark != want {
				t.Errorf("the mark says %q, want %q", mark, want)
			}
			if got := cell(t, f, "Events", "H3"); got != short.ResourceTarget {
				t.Error("a text that fits exactly was altered")
			}
			if want := []export.Cut{{Sheet: "Events", Column: "Target", Cells: 1}}; !slices.Equal(r.Cuts, want) {
				t.Errorf("cuts %+v, want %+v", r.Cuts, want)
			}
			if got := about(t, f); !strings.Contains(got, "Texts cut: Events, column Target: 1 cell;") {
				t.Errorf("About says\n%s", got)
			}
		})
	}
}

func TestLongQueryStandsWhole(t *testing.T) {
	in := input(event(1))
	in.About.QueryText = "target:" + strings.Repeat("👩", 30_000)
	f, _ := written(t, in)
	var got strings.Builder
	for _, r := range rows(t, f, "About this export") {
		if len(r) == 2 && strings.HasPrefix(r[0], "Query") {
			got.WriteString(r[1])
		}
	}
	if got.String() != in.About.QueryText {
		t.Errorf("%d bytes of the query stand on About, want %d", got.Len(), len(in.About.QueryText))
	}
}

func TestEventsContinueOnFurtherSheets(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.xlsx")
	in := input(events(450)...)
	if _, err := export.WorkbookWithin(t.Context(), path, in, 201, 32_767); err != nil {
		t.Fatal(err)
	}
	f := opened(t, path)
	want := []string{"About this export", "Events", "Events (2)", "Events (3)", "Admin changes", "Admin changes (2)", "Admin changes (3)", "Sources", "Unreadable records"}
	if got := f.GetSheetList(); !slices.Equal(got, want) {
		t.Fatalf("sheets %q, want %q", got, want)
	}
	n := 0
	for _, sheet := range want[1:4] {
		got := rows(t, f, sheet)
		if len(got) > 201 || got[0][2] != "Ref" {
			t.Errorf("%s has %d rows and begins with %q", sheet, len(got), got[0])
		}
		for _, r := range got[1:] {
			if r[2] != ref(n) {
				t.Fatalf("%s: event %d has the ref %s, want %s", sheet, n, r[2], ref(n))
			}
			n++
		}
	}
	if n != 450 {
		t.Errorf("%d events, want 450", n)
	}
	if got := about(t, f); !strings.Contains(got, `450 rows, continued on "Events (2)" to "Events (3)": a sheet holds 201 rows`) {
		t.Errorf("About says\n%s", got)
	}
	for _, name := range f.GetDefinedName() {
		if name.Name == "_xlnm.Print_Titles" && !strings.HasSuffix(name.RefersTo, fmt.Sprintf("'%s'!$1:$1", name.Scope)) {
			t.Errorf("the print titles of %s are %s", name.Scope, name.RefersTo)
		}
	}
}

func TestColumnsAreDescribedFromLeftToRight(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.xlsx")
	if _, err := export.Workbook(t.Context(), path, input(events(2)...), nil); err != nil {
		t.Fatal(err)
	}
	for name, xml := range parts(t, path) {
		if !strings.HasPrefix(name, "xl/worksheets/sheet") {
			continue
		}
		last := 0.0
		for _, rest := range strings.Split(xml, "<col min=\"")[1:] {
			n, _, _ := strings.Cut(rest, `"`)
			if parseFloat(t, n) != last+1 {
				t.Errorf("%s: column %s is described after column %v", name, n, last)
			}
			last++
		}
	}
}

func TestEveryTextHasTheFontOfTheOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.xlsx")
	if _, err := export.Workbook(t.Context(), path, input(events(2)...), nil); err != nil {
		t.Fatal(err)
	}
	_, fonts, _ := strings.Cut(parts(t, path)["xl/styles.xml"], "<fonts")
	fonts, _, _ = strings.Cut(fonts, "</fonts>")
	for font := range strings.SplitSeq(fonts, "</font>") {
		if strings.Contains(font, "<font>") && (!strings.Contains(font, `<name val="Calibri">`) || !strings.Contains(font, "<sz ")) {
			t.Errorf("a font without a name or a size: %s", font)
		}
	}
}

func TestSheetThatIsExactlyFullDoesNotContinue(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.xlsx")
	if _, err := export.WorkbookWithin(t.Context(), path, input(events(200)...), 201, 32_767); err != nil {
		t.Fatal(err)
	}
	if list := opened(t, path).GetSheetList(); slices.Contains(list, "Events (2)") {
		t.Errorf("sheets %q", list)
	}
}

func TestEveryTableHasFilterFrozenHeaderAndPrintSetUp(t *testing.T) {
	f, _ := written(t, input(events(5)...))
	scopes, titles := map[string]int{}, map[string]string{}
	for _, d := range f.GetDefinedName() {
		scopes[d.Scope+" "+d.Name]++
		if d.Name == "_xlnm.Print_Titles" {
			titles[d.Scope] = d.RefersTo
		}
	}
	pages := map[string]int{"About this export": 1, "Events": 2, "Admin changes": 2, "Sources": 4, "Unreadable records": 1} // side by side
	for _, sheet := range f.GetSheetList() {
		layout, err := f.GetPageLayout(sheet)
		if err != nil {
			t.Fatal(err)
		}
		if wide := pages[sheet]; *layout.Orientation != "landscape" || *layout.FitToWidth != wide || *layout.FitToHeight != 0 {
			t.Errorf("%s: %s, %d pages wide and %d tall; want it %d wide", sheet, *layout.Orientation, *layout.FitToWidth, *layout.FitToHeight, wide)
		}
		if title := titles[sheet]; title != "" && strings.HasPrefix(title, fmt.Sprintf("'%s'!$A:$A,", sheet)) != (pages[sheet] > 1) {
			t.Errorf("%s: %d pages wide, and its print titles are %s", sheet, pages[sheet], title)
		}
		hf, err := f.GetHeaderFooter(sheet)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(hf.OddFooter, "Page &P of &N") || !strings.Contains(hf.OddHeader, "Northwind Bank") {
			t.Errorf("%s: header %q, footer %q", sheet, hf.OddHeader, hf.OddFooter)
		}
		if sheet == "About this export" {
			continue
		}
		panes, err := f.GetPanes(sheet)
		if err != nil {
			t.Fatal(err)
		}
		if !panes.Freeze || panes.YSplit != 1 {
			t.Errorf("%s: panes %+v", sheet, panes)
		}
		for _, name := range []string{"_xlnm._FilterDatabase", "_xlnm.Print_Titles"} {
			if scopes[sheet+" "+name] != 1 {
				t.Errorf("%s: %s is defined %d times", sheet, name, scopes[sheet+" "+name])
			}
		}
		if w, err := f.GetColWidth(sheet, "A"); err != nil || w < 12 {
			t.Errorf("%s: column A is %v wide (%v)", sheet, w, err)
		}
	}
}

func TestMadeUpDataIsMarkedEverywhere(t *testing.T) {
	in := input(events(2)...)
	in.About.Engagement.MadeUp = true
	f, _ := written(t, in)
	for _, sheet := range f.GetSheetList() {
		hf, err := f.GetHeaderFooter(sheet)
		if err != nil || !strings.Contains(hf.OddHeader, "MADE-UP DATA") {
			t.Errorf("%s: header %q (%v)", sheet, hf.OddHeader, err)
		}
	}
	if got := cell(t, f, "About this export", "A1"); !strings.HasPrefix(got, "MADE-UP DATA") {
		t.Errorf("About is titled %q", got)
	}
	if props, err := f.GetDocProps(); err != nil || !strings.HasPrefix(props.Title, "MADE-UP DATA") {
		t.Errorf("the document is titled %q (%v)", props.Title, err)
	}
	ordinary, _ := written(t, input(events(2)...))
	if got := about(t, ordinary); strings.Contains(got, "MADE-UP") {
		t.Error("an ordinary case is marked as made up")
	}
}

func TestTitleWithAmpersandIsNoHeaderCommand(t *testing.T) {
	in := input(event(1))
	in.About.Engagement.Title = "R&D &P " + strings.Repeat("long & ", 100)
	f, _ := written(t, in)
	hf, err := f.GetHeaderFooter("Events")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hf.OddHeader, "&LR&&D &&P long") || utf16Len(hf.OddHeader) > 255 {
		t.Errorf("header %q", hf.OddHeader)
	}
}

func TestSameInputGivesSameBytes(t *testing.T) {
	in := input(events(300)...)
	dir := t.TempDir()
	var first []byte
	for i := range 6 { // excelize hands sheets over in the order of a map
		path := filepath.Join(dir, fmt.Sprintf("name-%d.xlsx", i))
		if _, err := export.Workbook(t.Context(), path, in, nil); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = b
		}
		if !bytes.Equal(b, first) {
			t.Fatalf("export %d differs from the first", i+1)
		}
	}
	in.About.MadeAt = in.About.MadeAt.Add(time.Hour)
	path := filepath.Join(dir, "later.xlsx")
	if _, err := export.Workbook(t.Context(), path, in, nil); err != nil {
		t.Fatal(err)
	}
	before, after := parts(t, filepath.Join(dir, "name-0.xlsx")), parts(t, path)
	for name := range before {
		same := before[name] == after[name]
		if holdsTime := name == "docProps/core.xml" || name == "xl/worksheets/sheet1.xml"; same == holdsTime {
			t.Errorf("%s: equal %t an hour later", name, same)
		}
	}
}
