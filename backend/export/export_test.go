package export

import "context"

// WorkbookWithin is Workbook with lowered limits: rows of a sheet with its header, UTF-16 characters of a cell.
func WorkbookWithin(ctx context.Context, path string, in Input, rows, text int) (Result, error) {
	return workbook(ctx, path, in, nil, limits{rows: rows, text: text})
}
