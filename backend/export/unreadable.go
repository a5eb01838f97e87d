package export

import (
	"context"
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

func writeUnreadable(ctx context.Context, b *book, s *sheet) error {
	t := b.newTable(s, []column{
		{name: "Source file"},
		{name: "Line", kind: number},
		{name: "Byte offset", kind: number},
		{name: "Reason", max: 60},
		{name: "Excerpt (masked)", max: 90},
	})
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
