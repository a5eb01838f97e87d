package export

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Checked is what came of comparing a workbook with the case.
type Checked struct {
	Claims Claims
	Since  Since
	Rows   int64  // events as the case has them now
	SHA256 string // of these events
	Sheets []SheetCheck
}

// Since is what became of the case since a workbook was made, by the head of the evidence chain that the workbook names.
type Since int

// What a head can be to a case.
const (
	Unchanged Since = iota // the head that the case has: nothing was imported since
	Grown                  // one that the case had before
	Foreign                // one that the case never had
)

// SheetCheck is one sheet compared cell by cell.
type SheetCheck struct {
	Name        string
	Rows        int64 // compared, the header included
	Differences int64
	First       []Difference // at most 20
	Missing     bool         // the workbook lacks it
	Added       bool         // the case would not give it
}

// Difference is a cell that says something else than the case does.
type Difference struct {
	Cell     string // "H12"
	Workbook string
	Case     string
}

const differencesShown = 20

// Agrees reports whether the events are the claimed ones and every sheet holds what the case does. Where the case has
// grown since, what the sheets about the whole case say can't be told any more: they may differ. A workbook that names a
// head which the case never had was not drawn from it, or was altered.
func (c *Checked) Agrees() bool {
	if c.SHA256 != c.Claims.SHA256 || c.Rows != c.Claims.Rows || c.Since == Foreign {
		return false
	}
	for _, s := range c.Sheets {
		if !s.Agrees() && !c.excused(s.Name) {
			return false
		}
	}
	return true
}

// Agrees reports whether the sheet says what the case does.
func (s *SheetCheck) Agrees() bool { return !s.Missing && !s.Added && s.Differences == 0 }

// excused reports whether a sheet may differ, for it is about the whole case and that has grown.
func (c *Checked) excused(sheet string) bool {
	name, _, _ := strings.Cut(sheet, " (") // it may continue on "Name (2)"
	return c.Since == Grown && (name == aboutName || name == settingsName || name == sourcesName || name == unreadableName)
}

// Check writes the workbook that in gives, made at the same time by the same version, and compares it with the one at
// path, cell by cell as shown values. It does not look at formats, hidden rows and comments, nor at formulas that show the
// right value. When and with what the workbook was made is taken from it: the case can't tell.
func Check(ctx context.Context, path string, in Input, since Since, progress func(Progress)) (Checked, error) {
	c := Checked{Since: since}
	got, err := openWorkbook(path)
	if err != nil {
		return c, err
	}
	defer got.Close() //nolint:errcheck // it was only read
	if c.Claims, err = readClaims(got, path); err != nil {
		return c, err
	}
	in.About.MadeAt, in.About.ToolVersion = c.Claims.MadeAt, c.Claims.ToolVersion
	dir, err := tempFolder()
	if err != nil {
		return c, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // nothing is to be done about it
	fresh := filepath.Join(dir, "fresh.xlsx")
	result, err := Workbook(ctx, fresh, in, progress)
	if err != nil {
		return c, err
	}
	c.Rows, c.SHA256 = result.Events, result.SHA256
	want, err := openWorkbook(fresh)
	if err != nil {
		return c, err
	}
	defer want.Close() //nolint:errcheck // it was only read
	c.Sheets, err = compare(ctx, got, want)
	if err != nil {
		return c, fmt.Errorf("check %s: %w", filepath.Base(path), err)
	}
	return c, nil
}

func compare(ctx context.Context, got, want *excelize.File) ([]SheetCheck, error) {
	var out []SheetCheck
	has := got.GetSheetList()
	for _, name := range want.GetSheetList() {
		if !slices.Contains(has, name) {
			out = append(out, SheetCheck{Name: name, Missing: true})
			continue
		}
		s, err := compareSheet(ctx, got, want, name)
		if err != nil {
			return nil, fmt.Errorf("sheet %q: %w", name, err)
		}
		out = append(out, s)
	}
	expected := want.GetSheetList()
	for _, name := range has {
		if !slices.Contains(expected, name) {
			out = append(out, SheetCheck{Name: name, Added: true})
		}
	}
	return out, nil
}

func compareSheet(ctx context.Context, got, want *excelize.File, name string) (SheetCheck, error) {
	s := SheetCheck{Name: name}
	g, err := got.Rows(name)
	if err != nil {
		return s, err
	}
	defer g.Close() //nolint:errcheck // it was only read
	w, err := want.Rows(name)
	if err != nil {
		return s, err
	}
	defer w.Close() //nolint:errcheck // it was only read
	var isTime []bool
	for row := 1; ; row++ {
		if err := ctx.Err(); err != nil {
			return s, err
		}
		moreG, moreW := g.Next(), w.Next()
		if !moreG && !moreW {
			if err := g.Error(); err != nil {
				return s, err
			}
			return s, w.Error()
		}
		s.Rows++
		cellsG, err := columns(g, moreG)
		if err != nil {
			return s, err
		}
		cellsW, err := columns(w, moreW)
		if err != nil {
			return s, err
		}
		if row == 1 {
			isTime = times(cellsW)
		}
		for i := range max(len(cellsG), len(cellsW)) {
			a, b := at(cellsG, i), at(cellsW, i)
			if a == b || i < len(isTime) && isTime[i] && sameTime(a, b) {
				continue
			}
			s.note(row, i, a, b)
		}
	}
}

func columns(r *excelize.Rows, more bool) ([]string, error) {
	if !more {
		return nil, nil
	}
	return r.Columns(excelize.Options{RawCellValue: true})
}

func at(cells []string, i int) string {
	if i < len(cells) {
		return cells[i]
	}
	return ""
}

// sameTime compares two cells of a column of times. Programs write the day numbers with 15 to 17 digits; ours are whole
// milliseconds, so that a tenth of one counts as none.
func sameTime(a, b string) bool {
	const tenth = 1e-4 / (24 * 60 * 60)
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	return errX == nil && errY == nil && math.Abs(x-y) < tenth
}

// times tells by the header of a table which of its columns hold times.
func times(header []string) []bool {
	out := make([]bool, len(header))
	for i, name := range header {
		out[i] = strings.HasSuffix(name, timeMark)
	}
	return out
}

func (s *SheetCheck) note(row, col int, workbook, inCase string) {
	if s.Differences++; len(s.First) == differencesShown {
		return
	}
	name, err := excelize.CoordinatesToCellName(col+1, row)
	if err != nil {
		name = fmt.Sprintf("row %d, column %d", row, col+1)
	}
	s.First = append(s.First, Difference{Cell: name, Workbook: workbook, Case: inCase})
}
