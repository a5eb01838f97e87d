package export

import (
	"context"

	"auditdesk/backend/audit"
)

// Workbook writes an Excel workbook to path, replacing what is there once the new file is whole.
func Workbook(ctx context.Context, path string, in Input, progress func(Progress)) (Result, error) {
	return Result{}, nil
}

// CSV writes the columns of the Events sheet.
func CSV(ctx context.Context, path string, in Input, raw bool, progress func(Progress)) (Result, error) {
	return Result{}, nil
}

// JSONLines writes one event a line.
func JSONLines(ctx context.Context, path string, in Input, progress func(Progress)) (Result, error) {
	return Result{}, nil
}

// WordsOf says a query in plain words.
func WordsOf(q audit.Query, zone string) string { return "" }
