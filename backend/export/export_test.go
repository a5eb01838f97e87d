package export

import (
	"context"
	"os"
)

// WorkbookWithin is Workbook with lowered limits: rows of a sheet with its header, UTF-16 characters of a cell.
func WorkbookWithin(ctx context.Context, path string, in Input, rows, text int) (Result, error) {
	return workbook(ctx, path, in, nil, limits{rows: rows, text: text})
}

// Pack is the zip writer of a workbook.
type Pack = pack

// NewPack makes a zip writer for which parts from zip64At bytes are large.
func NewPack(ctx context.Context, out, spool *os.File, zip64At uint64) *Pack {
	p := newPack(ctx, out, spool)
	p.zip64At = zip64At
	return p
}

// DiskError is what a person is told of a failed write.
func DiskError(path, temporary string, err error) error { return diskError(path, temporary, err) }

// LinesOf is how many lines are made room for.
func LinesOf(text string, width int) int { return linesOf(text, width) }

// Shown is what a cell that holds limit UTF-16 characters says of a text.
func Shown(text string, limit int) string {
	s, _ := cut(visible(text), limit)
	return s
}
