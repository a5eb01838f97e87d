package export

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"os"

	"auditdesk/backend/audit"
)

const unreadableName = "Unreadable records"

func unreadableSheet(rows int64) *sheet {
	return &sheet{name: unreadableName, stage: early, rows: rows, write: writeUnreadable}
}

// countUnreadable counts beforehand: whether there is a sheet, and how many, must be known before the first one is written.
func countUnreadable(ctx context.Context, in Input) (int64, error) {
	if in.Unreadable == nil {
		return 0, nil
	}
	var n int64
	for _, err := range in.Unreadable(ctx) {
		if err != nil {
			return 0, err
		}
		n++
	}
	return n, ctx.Err()
}

func unreadableColumns() []column {
	return []column{
		{name: "Source file"},
		{name: "Line", kind: number},
		{name: "Byte offset", kind: number},
		{name: "Reason", max: 60},
		{name: "Excerpt (masked)", max: 90},
	}
}

// Unreadable writes unreadable records to path: as CSV with the columns of their sheet, but paths as they are, and an apostrophe before
// what a spreadsheet would take for a formula; or as JSON lines, as [audit.Unreadable] marshals.
func Unreadable(ctx context.Context, path string, list iter.Seq2[audit.Unreadable, error], asCSV bool) (rows int64, err error) {
	_, err = replace(path, func(f *os.File) error {
		buf := bufio.NewWriterSize(f, 1<<16)
		table := newCSVRows(buf, unreadableColumns(), false)
		lines := json.NewEncoder(buf)
		lines.SetEscapeHTML(false)
		for u, err := range list {
			if err := cmp.Or(err, ctx.Err()); err != nil {
				return err
			}
			if asCSV {
				table.row = append(table.row[:0], u.Path, u.Line, u.Offset, u.Reason, u.Excerpt)
				err = table.add()
			} else {
				err = lines.Encode(u)
			}
			if err != nil {
				return err
			}
			rows++
		}
		if asCSV {
			if err := table.Flush(); err != nil {
				return err
			}
		}
		return buf.Flush()
	})
	return rows, err
}

func writeUnreadable(ctx context.Context, b *book, s *sheet) error {
	t := b.newTable(s, unreadableColumns())
	var n int64
	for u, err := range b.in.Unreadable(ctx) {
		if err != nil {
			return err
		}
		if n++; n > s.rows {
			break
		}
		if err := t.add(ctx, sourceName(b.names, u.Path), u.Line, u.Offset, u.Reason, u.Excerpt); err != nil {
			return err
		}
	}
	if n != s.rows {
		return changedMeanwhile("unreadable records", n, s.rows)
	}
	return t.finish()
}
