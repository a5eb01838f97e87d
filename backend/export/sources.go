package export

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"auditdesk/backend/audit"
)

const (
	sourcesName = "Sources"
	otherListed = 20_000 // patterns of other lines that are listed; the others are counted

	otherPattern, otherExample = 1, 4 // columns
)

// sourceNames gives every source the shortest name that tells it from the others: its base name, else as many folders
// before it as needed. Where a file lay on the auditor's disk is nobody's business but theirs.
func sourceNames(sources []audit.Source) map[string]string {
	names := make(map[string]string, len(sources))
	var paths []string
	for _, s := range sources {
		if _, ok := names[s.Path]; !ok {
			names[s.Path] = ""
			paths = append(paths, s.Path)
		}
	}
	for depth := 1; len(paths) > 0; depth++ {
		taken := map[string]int{}
		for _, p := range paths {
			taken[tail(p, depth)]++
		}
		var again []string
		for _, p := range paths {
			name := tail(p, depth)
			if taken[name] > 1 && name != tail(p, depth+1) {
				again = append(again, p)
				continue
			}
			names[p] = name
		}
		paths = again
	}
	return names
}

// sourceName is the name of a path, also of one that no source has.
func sourceName(names map[string]string, path string) string {
	if name, ok := names[path]; ok {
		return name
	}
	return tail(path, 1)
}

// tail is the last n elements of a path, of either kind of slash.
func tail(path string, n int) string {
	if path == "-" {
		return "standard input"
	}
	end := len(path)
	for ; n > 0; n-- {
		i := strings.LastIndexAny(path[:end], `/\`)
		if i < 0 {
			return path
		}
		end = i
	}
	return path[end+1:]
}

func sourcesSheet(in Input) *sheet {
	rows := int64(len(in.Sources))
	if rows == 0 && len(in.Other) > 0 {
		rows = -1
	}
	return &sheet{name: sourcesName, stage: early, rows: rows, write: writeSources}
}

func sourceColumns() []column {
	return []column{
		{name: "Source file"},
		{name: "Deployment"},
		{name: "Form", kind: mark},
		{name: "Read as"},
		{name: "State"},
		{name: "Bytes", kind: number},
		{name: "Bytes unpacked", kind: number},
		{name: "SHA-256", kind: mark, max: 68},
		{name: "First event (UTC)", kind: instant},
		{name: "Last event (UTC)", kind: instant},
		{name: "Lines", kind: number},
		{name: "Lines of records", kind: number},
		{name: "Other lines", kind: number},
		{name: "Records", kind: number},
		{name: "Events", kind: number},
		{name: "Matching records", kind: number},
		{name: "Duplicates", kind: number},
		{name: "Unreadable records", kind: number},
		{name: "Lines and records add up"},
		{name: "Imported (UTC)", kind: instant},
		{name: "Note"},
		{name: "Received from"},
		{name: "Received on", kind: mark},
		{name: "Request", kind: mark},
		{name: "How extracted"},
		{name: "SHA-256 as stated", kind: mark, max: 68},
		{name: "SHA-256 against the stated one"},
		{name: "Count as stated", kind: number},
		{name: "Count against what was read"},
		{name: "Sent again for"},
	}
}

func writeSources(ctx context.Context, b *book, s *sheet) error {
	t := b.newTable(s, sourceColumns())
	for i := range b.in.Sources {
		if err := t.add(ctx, sourceRow(&b.in.Sources[i], b.in.Sources, b.names)...); err != nil {
			return err
		}
	}
	if len(b.in.Other) == 0 {
		return t.finish()
	}
	return b.writeOther(ctx, t)
}

func sourceRow(s *audit.Source, all []audit.Source, names map[string]string) []any {
	addsUp := "yes"
	if !s.AddsUp() {
		addsUp = "no"
	}
	var stated any
	if s.Receipt.Count != nil {
		stated = *s.Receipt.Count
	}
	replaced := ""
	if i := slices.IndexFunc(all, func(o audit.Source) bool { return s.Receipt.Replaces != 0 && o.Number == s.Receipt.Replaces }); i >= 0 {
		replaced = sourceName(names, all[i].Path)
	}
	return []any{
		sourceName(names, s.Path), s.Deployment, s.Form, s.Shape, string(s.State), s.Bytes, s.Unpacked, s.SHA256, s.First, s.Last,
		s.Lines, s.RecordLines, s.Other, s.Records, s.Events, s.Matching, s.Duplicates, s.Unreadable, addsUp, s.Imported, s.Note,
		s.Receipt.From, s.Receipt.Received, s.Receipt.Request, s.Receipt.Method,
		s.Receipt.SHA256, statedDigest(s), stated, statedCount(s), replaced,
	}
}

const (
	agrees    = "agrees"
	notTested = "not tested"
)

func statedDigest(s *audit.Source) string { return tested(s.CheckReceipt().SHA256) }

// tested is the outcome of a comparison, which was none where there was nothing to compare.
func tested(c audit.Comparison) string {
	switch c.State {
	case audit.Agrees, audit.Differs:
		return string(c.State)
	default:
		return notTested
	}
}

func statedCount(s *audit.Source) string {
	c := s.CheckReceipt().Count
	if c.State == audit.NotGiven {
		return notTested
	}
	return c.Words
}

// writeOther lists the other lines below the sources, as a table with a filter of its own.
func (b *book) writeOther(ctx context.Context, t *table) error {
	if t.sw == nil {
		for _, o := range b.in.Other[:min(len(b.in.Other), sampleRows)] { // below the sources, in the same columns
			t.fit(otherPattern, o.Pattern)
			t.fit(otherExample, o.Example)
		}
		if err := t.flushSample(); err != nil {
			return err
		}
	}
	last := t.row // of the sources: the filter must not reach further
	room := max(0, b.lim.rows-last-4)
	listed, rest := b.in.Other, []audit.OtherLines(nil)
	if most := min(otherListed, room); len(listed) > most {
		listed = slices.Clone(listed)
		slices.SortStableFunc(listed, func(a, z audit.OtherLines) int { return int(min(max(z.Count-a.Count, -1), 1)) })
		listed, rest = listed[:most], listed[most:]
	}
	put := func(row int, style int, values ...any) error {
		cells := make([]any, len(values))
		for i, v := range values {
			st := style
			if _, ok := v.(int64); ok {
				st = b.styles.number
			}
			cells[i] = b.cell(v, st, sourcesName, "Other lines")
		}
		return t.sw.SetRow(fmt.Sprintf("A%d", row), cells)
	}
	row := last + 2
	if err := put(row, b.styles.section, "Other lines by pattern: lines of the sources that are no audit records"); err != nil {
		return err
	}
	row++
	first := row
	if err := put(row, b.styles.header, "Source file", "Pattern", "Lines", "Line of the example", "Example (masked)"); err != nil {
		return err
	}
	for _, o := range listed {
		if err := ctx.Err(); err != nil {
			return err
		}
		row++
		if err := put(row, b.styles.words, sourceName(b.names, o.Path), o.Pattern, o.Count, o.Line, o.Example); err != nil {
			return err
		}
	}
	if len(listed) > 0 {
		if err := t.sw.AddTable(&excelize.Table{Range: fmt.Sprintf("A%d:E%d", first, row), Name: "OtherLines", StyleName: "TableStyleLight1"}); err != nil {
			return err
		}
	}
	if len(rest) > 0 {
		var lines int64
		for _, o := range rest {
			lines += o.Count
		}
		if err := put(row+1, b.styles.words, fmt.Sprintf("and %s, not listed", audit.Counted(int64(len(rest)), "more pattern", "more patterns")), nil, lines); err != nil {
			return err
		}
	}
	return t.end()
}
