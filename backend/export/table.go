package export

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"auditdesk/backend/audit"
)

// kind is what the cells of a column hold.
type kind uint8

const (
	words   kind = iota // text to read
	mark                // text that must stay text: ids, refs, hashes, versions
	number              // int64
	instant             // audit.Time
)

// timeMark ends the names of columns that hold times as dates, for whoever reads them and for a check.
const timeMark = "(UTC)"

// column is a column of a table.
type column struct {
	name string
	kind kind
	max  float64 // widest it is fitted to, in characters; 0 for the default
}

const (
	sampleRows   = 200 // rows that the widths are fitted to
	widestColumn = 48
	instantWidth = 23
	pageWidth    = 210 // characters across a page in print that still can be read, at about 6 points
)

// table writes rows below a header, on as many sheets as they need: frozen header, filter, fitted widths, print set-up.
type table struct {
	b      *book
	sheet  *sheet
	cols   []column
	styles []int
	dress  func(name string, last int) error // conditional formats of a part that ends with row last; nil for none

	sample [][]excelize.Cell // the first rows, kept until the widths are known
	widths []float64

	sw   *excelize.StreamWriter
	part int
	name string // of the part
	row  int    // last row written on the part

	cells  []excelize.Cell
	values []any
}

func (b *book) newTable(s *sheet, cols []column) *table {
	t := &table{b: b, sheet: s, cols: cols, cells: make([]excelize.Cell, len(cols)), values: make([]any, len(cols)), widths: make([]float64, len(cols))}
	for i, c := range cols {
		t.styles = append(t.styles, b.styles.of(c.kind))
		t.widths[i] = float64(len(c.name)) + 4 // room for the filter's button
		if c.kind == instant {
			t.widths[i] = instantWidth
		}
	}
	return t
}

// add appends a row: a string, int64, *audit.Time or audit.Time a column; nil and "" leave the cell empty.
func (t *table) add(ctx context.Context, values ...any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for i, v := range values {
		t.cells[i] = t.b.cell(v, t.styles[i], t.sheet.name, t.cols[i].name)
	}
	t.b.meter.row(t.sheet.listed)
	if t.sw != nil {
		return t.write(t.cells)
	}
	t.sample = append(t.sample, append([]excelize.Cell(nil), t.cells...))
	for i, c := range t.cells {
		t.fit(i, c.Value)
	}
	if len(t.sample) >= sampleRows {
		return t.flushSample()
	}
	return nil
}

func (t *table) fit(i int, v any) {
	widest := t.cols[i].max
	if widest == 0 {
		widest = widestColumn
	}
	var n int
	switch v := v.(type) {
	case string:
		if line, _, more := strings.Cut(v, "\n"); more {
			v = line
		}
		n = utf16Len(v)
		if t.cols[i].kind == mark {
			n += n / 8 // capitals are wider than the digits that widths are counted in
		}
	case int64:
		n = len(audit.Grouped(v))
	}
	t.widths[i] = max(t.widths[i], min(float64(n)+2, widest))
}

func (t *table) flushSample() error {
	if err := t.begin(0); err != nil {
		return err
	}
	for _, cells := range t.sample {
		if err := t.write(cells); err != nil {
			return err
		}
	}
	t.sample = nil
	return nil
}

// finish ends the last part.
func (t *table) finish() error {
	if t.sw == nil {
		if err := t.flushSample(); err != nil {
			return err
		}
	}
	return t.end()
}

func (t *table) begin(part int) error {
	t.part, t.name, t.row = part, partName(t.sheet.name, part), 1
	sw, err := t.b.stream(t.name, t.pagesWide())
	if err != nil {
		return err
	}
	t.sw = sw
	if err := setWidths(sw, t.widths); err != nil {
		return err
	}
	if err := sw.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft",
		Selection: []excelize.Selection{{SQRef: "A2", ActiveCell: "A2", Pane: "bottomLeft"}}}); err != nil {
		return err
	}
	header := make([]any, len(t.cols))
	for i, c := range t.cols {
		header[i] = excelize.Cell{StyleID: t.b.styles.header, Value: c.name}
	}
	return sw.SetRow("A1", header)
}

// setWidths sets the widths of the columns. excelize puts each before those it has, and a reader expects them from left to right.
func setWidths(sw *excelize.StreamWriter, widths []float64) error {
	for i, w := range slices.Backward(widths) {
		if err := sw.SetColWidth(i+1, i+1, w); err != nil {
			return err
		}
	}
	return nil
}

func (t *table) write(cells []excelize.Cell) error {
	if t.row >= t.b.lim.rows {
		if err := t.end(); err != nil {
			return err
		}
		if err := t.begin(t.part + 1); err != nil {
			return err
		}
	}
	t.row++
	for i := range cells {
		t.values[i] = &cells[i]
		if cells[i].Value == nil {
			t.values[i] = nil
		}
	}
	return t.sw.SetRow(fmt.Sprintf("A%d", t.row), t.values)
}

// pagesWide is on how many pages side by side the table is printed. The first column stands on each of them.
func (t *table) pagesWide() int {
	var all float64
	for _, w := range t.widths {
		all += w
	}
	if all <= pageWidth {
		return 1
	}
	return int(math.Ceil((all - t.widths[0]) / (pageWidth - t.widths[0])))
}

// end finishes the part being written.
func (t *table) end() error {
	last, err := excelize.CoordinatesToCellName(len(t.cols), t.row)
	if err != nil {
		return err
	}
	if err := t.b.file.AutoFilter(t.name, "A1:"+last, nil); err != nil {
		return err
	}
	if err := t.b.printTitle(t.name, t.pagesWide() > 1); err != nil {
		return err
	}
	for i, c := range t.cols {
		if c.kind != mark || t.row == 1 {
			continue
		}
		col, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if err := t.b.file.AddIgnoredErrors(t.name, fmt.Sprintf("%s2:%s%d", col, col, t.row), excelize.IgnoredErrorsNumberStoredAsText); err != nil {
			return err
		}
	}
	if t.dress != nil && t.row > 1 {
		if err := t.dress(t.name, t.row); err != nil {
			return err
		}
	}
	return t.sw.Flush()
}

// stream opens a sheet for writing, with its print set-up: as many pages wide as said, as many tall as it takes.
func (b *book) stream(name string, wide int) (*excelize.StreamWriter, error) {
	yes := true
	if err := b.file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &yes}); err != nil {
		return nil, err
	}
	a4, landscape, tall := 9, "landscape", 0
	if err := b.file.SetPageLayout(name, &excelize.PageLayoutOptions{Size: &a4, Orientation: &landscape, FitToWidth: &wide, FitToHeight: &tall}); err != nil {
		return nil, err
	}
	header := "&L" + headerText(b.title()) + "&R&A"
	if b.in.About.Engagement.MadeUp {
		header = "&L" + headerText(b.title()) + "&C&\"-,Bold\"" + madeUp + "&R&A"
	}
	footer := "&L" + headerText(b.in.About.Engagement.Reference) + "&RPage &P of &N"
	if err := b.file.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddHeader: header, OddFooter: footer}); err != nil {
		return nil, err
	}
	return b.file.NewStreamWriter(name)
}

// headerText makes a text fit for a page header, which holds 255 characters and takes & as a command.
func headerText(s string) string {
	s = strings.Join(strings.Fields(visible(s)), " ")
	const longest = 90
	if n := prefixLen(s, longest); n < len(s) {
		s = s[:n] + "…"
	}
	return strings.ReplaceAll(s, "&", "&&")
}

// printTitle repeats the first row on every page, and the first column where pages stand side by side.
func (b *book) printTitle(name string, column bool) error {
	repeated := fmt.Sprintf("'%s'!$1:$1", name)
	if column {
		repeated = fmt.Sprintf("'%s'!$A:$A,%s", name, repeated)
	}
	return b.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: repeated, Scope: name})
}

// cell turns a value into a cell. Text is always a text cell: nothing becomes a formula.
func (b *book) cell(v any, style int, sheet, column string) excelize.Cell {
	switch v := v.(type) {
	case string:
		if v == "" {
			return excelize.Cell{}
		}
		text, wasCut := cut(visible(v), b.lim.text)
		if wasCut {
			b.noteCut(sheet, column)
		}
		return excelize.Cell{StyleID: style, Value: text}
	case int64:
		return excelize.Cell{StyleID: style, Value: v}
	case *audit.Time:
		if v == nil {
			return excelize.Cell{}
		}
		return b.cell(*v, style, sheet, column)
	case audit.Time:
		if day, ok := serial(v); ok {
			return excelize.Cell{StyleID: style, Value: day}
		}
		b.late++
		return excelize.Cell{StyleID: b.styles.of(mark), Value: v.String()}
	default:
		return excelize.Cell{}
	}
}

// serial is the day number with which Excel keeps an instant, cut to milliseconds: Excel would round what it can't
// show, and so move the last instant of a day into the next. Days before 1900-03-01 have no number that all readers
// agree on, for Excel counts a 29 February 1900.
func serial(t audit.Time) (float64, bool) {
	at := t.Std()
	if at.Before(time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC)) {
		return 0, false
	}
	const msPerDay = 24 * 60 * 60 * 1000
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).UnixMilli()
	return float64(at.Unix()*1000+int64(at.Nanosecond()/1e6)-epoch) / msPerDay, true
}
