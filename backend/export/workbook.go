package export

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/xuri/excelize/v2"

	"auditdesk/backend/audit"
)

// limits are what Excel can hold; tests lower them.
type limits struct {
	rows int // of a sheet, the header included
	text int // UTF-16 characters of a cell
}

func excelLimits() limits { return limits{rows: excelize.TotalRows, text: excelize.TotalCellChars} }

// Workbook writes an Excel workbook to path. What is there is replaced once the new file is whole; an export that fails
// or is cancelled leaves nothing behind. The same input gives the same bytes.
func Workbook(ctx context.Context, path string, in Input, progress func(Progress)) (Result, error) {
	return workbook(ctx, path, in, progress, excelLimits())
}

func workbook(ctx context.Context, path string, in Input, progress func(Progress), lim limits) (Result, error) {
	return writeBook(ctx, path, in, eventSheets, progress, lim)
}

// writeBook writes a workbook of the sheets that are listed, in the order of their tabs.
func writeBook(ctx context.Context, path string, in Input, list lister, progress func(Progress), lim limits) (Result, error) {
	var result Result
	size, err := replace(path, func(out *os.File) error {
		dir, err := tempFolder() // excelize's and ours, gone at the end
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir) //nolint:errcheck // nothing is to be done about it
		b, err := newBook(ctx, in, list, lim, dir)
		if err != nil {
			return err
		}
		defer b.file.Close() //nolint:errcheck // its temporary files lie in dir
		if err := b.write(ctx, progress); err != nil {
			return err
		}
		result = b.result
		return b.pack(ctx, out, dir)
	})
	if err != nil {
		return Result{}, err
	}
	result.Bytes = size
	return result, nil
}

// stage is when a sheet is written; the order of the tabs is another matter.
type stage int

const (
	early   stage = iota // short, and known beforehand
	listing              // events and what belongs to them
	closing              // About: says what the others hold
)

// sheet is one sheet of the workbook; one that has more rows than fit continues on "Name (2)".
type sheet struct {
	name   string
	stage  stage
	rows   int64 // below the header; -1 stands for a sheet that is never left out and doesn't split
	listed bool  // its rows are what the progress counts
	write  func(ctx context.Context, b *book, s *sheet) error
}

// lister gives the sheets of a workbook in the order of their tabs.
type lister func(ctx context.Context, in Input) ([]*sheet, error)

// eventSheets lists the sheets of an export of events. A new sheet is a file of its own and a line here.
func eventSheets(ctx context.Context, in Input) ([]*sheet, error) {
	unreadable, err := countUnreadable(ctx, in)
	if err != nil {
		return nil, err
	}
	return []*sheet{
		aboutSheet(writeAbout),
		eventsSheet(in),
		changesSheet(in),
		settingsSheet(in),
		sourcesSheet(in),
		unreadableSheet(unreadable),
	}, nil
}

// book is a workbook being written.
type book struct {
	masked int64 // changed fields of the written events that are secret
	in     Input
	lim    limits
	file   *excelize.File
	styles styles
	plan   []*sheet          // those that are not left out, in the order of their tabs
	names  map[string]string // of source files: path → what a cell says
	cuts   []Cut
	late   int64 // times that no date cell can hold
	meter  *meter
	result Result
}

func newBook(ctx context.Context, in Input, list lister, lim limits, dir string) (*book, error) {
	b := &book{in: in, lim: lim, file: excelize.NewFile(excelize.Options{TmpDir: dir}), names: sourceNames(in.Sources)}
	sheets, err := list(ctx, in)
	if err != nil {
		return nil, err
	}
	for _, s := range sheets {
		if s.rows != 0 {
			b.plan = append(b.plan, s)
		}
	}
	if b.styles, err = newStyles(b.file); err != nil {
		return nil, err
	}
	// All tabs are made beforehand: names that are defined for a sheet (filter, print titles) go by its position.
	for _, s := range b.plan {
		for part := range b.parts(s) {
			if err := b.newSheet(partName(s.name, part)); err != nil {
				return nil, err
			}
		}
	}
	b.file.SetActiveSheet(0)
	if err := b.properties(); err != nil {
		return nil, err
	}
	return b, nil
}

// parts is on how many sheets the rows of s lie.
func (b *book) parts(s *sheet) int {
	perSheet := int64(b.lim.rows - 1)
	return int(max(1, (s.rows+perSheet-1)/perSheet))
}

func partName(name string, part int) string {
	if part == 0 {
		return name
	}
	return fmt.Sprintf("%s (%d)", name, part+1)
}

func (b *book) newSheet(name string) error {
	if list := b.file.GetSheetList(); len(list) == 1 && list[0] == "Sheet1" {
		return b.file.SetSheetName("Sheet1", name)
	}
	_, err := b.file.NewSheet(name)
	return err
}

func (b *book) properties() error {
	if err := b.file.SetAppProps(&excelize.AppProperties{Application: toolName}); err != nil {
		return err
	}
	made := b.in.About.MadeAt.UTC().Format(time.RFC3339)
	return b.file.SetDocProps(&excelize.DocProperties{
		Title:          visible(b.title()),
		Creator:        toolName,
		LastModifiedBy: toolName,
		Created:        made,
		Modified:       made,
	})
}

const madeUp = "MADE-UP DATA"

// title is the engagement's, marked where the case is a demonstration.
func (b *book) title() string {
	title := cmp.Or(b.in.About.Engagement.Title, b.in.About.CasePath, "Audit events")
	if b.in.About.Engagement.MadeUp {
		return madeUp + ": " + title
	}
	return title
}

func (b *book) write(ctx context.Context, progress func(Progress)) error {
	order := slices.Clone(b.plan)
	slices.SortStableFunc(order, func(a, z *sheet) int { return cmp.Compare(a.stage, z.stage) })
	names := make([]string, len(order))
	for i, s := range order {
		names[i] = s.name
	}
	b.meter = newMeter(progress, b.in.TotalEvents+b.in.TotalChanges, names...)
	for _, s := range order {
		b.meter.begin(s.name)
		if err := s.write(ctx, b, s); err != nil {
			return fmt.Errorf("sheet %q: %w", s.name, err)
		}
		b.meter.end()
	}
	b.result.Cuts = b.cuts
	return nil
}

func (b *book) pack(ctx context.Context, out *os.File, dir string) error {
	b.meter.begin("")
	spool, err := os.CreateTemp(dir, "pack-")
	if err != nil {
		return fmt.Errorf("make a temporary file: %w", err)
	}
	defer spool.Close() //nolint:errcheck // it is thrown away
	p := newPack(ctx, out, spool)
	// excelize would gather the whole archive in memory; pack writes to out and leaves that buffer empty.
	b.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return p })
	if _, err := b.file.WriteTo(io.Discard); err != nil {
		return fmt.Errorf("pack the workbook: %w", err)
	}
	b.meter.finish()
	return nil
}

// noteCut counts a text that was cut.
func (b *book) noteCut(sheet, column string) {
	i := slices.IndexFunc(b.cuts, func(c Cut) bool { return c.Sheet == sheet && c.Column == column })
	if i < 0 {
		b.cuts = append(b.cuts, Cut{Sheet: sheet, Column: column})
		i = len(b.cuts) - 1
	}
	b.cuts[i].Cells++
}

// changedMeanwhile says that what was yielded is not what was announced: an export whose numbers disagree is none.
func changedMeanwhile(what string, got, want int64) error {
	return audit.Errorf("the case changed while it was exported: export again",
		"%s %s were announced and %s came", audit.Grouped(want), what, audit.Grouped(got))
}
