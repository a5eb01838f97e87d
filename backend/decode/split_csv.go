package decode

import (
	"bytes"
	"strings"

	"auditdesk/backend/audit"
)

// maxHeader is the length of the longest line that is looked at as the header of a CSV table.
const maxHeader = 16 << 10

// csvHeader takes line as the header of a CSV table if it names an action, a time and a resource type, or what a connection has, or
// a column of log lines. The header is no record: it is the frame of what follows.
func (s *Splitter) csvHeader(n int, line []byte) bool {
	if len(line) > maxHeader || !bytes.ContainsAny(line, "_@") && !bytes.Contains(bytes.ToLower(line), []byte("ction")) {
		return false
	}
	for _, comma := range []byte{',', ';', '\t'} {
		if bytes.IndexByte(line, comma) < 0 && (comma != ',' || !isLineColumn(string(bytes.Trim(line, `"`)))) {
			continue
		}
		if names, ok := csvCells(nil, line, comma); ok && isHeader(names) {
			s.csv, s.csvOn, s.comma = names, bytes.Clone(line), comma
			s.emitLine(n, Piece{Text: line, Inside: "csv", Frame: true})
			return true
		}
	}
	return false
}

func isHeader(names []string) bool {
	var action, when, kind, workspace, typ bool
	for _, name := range names {
		if isLineColumn(name) {
			return true
		}
		switch columnKey(name) {
		case "action":
			action = true
		case "time", "connecttime", "timestamp", "ts":
			when = true
		case "resourcetype":
			kind = true
		case "workspacename":
			workspace = true
		case "type":
			typ = true
		}
	}
	return when && (action && kind || workspace && typ)
}

// isLineColumn reports whether a table keeps log lines in a column of this name: Splunk's and CloudWatch's exports do.
func isLineColumn(name string) bool { return name == "_raw" || name == "@message" }

// columnKey brings a column's name to the spelling that columns compare by: resource_type, Resource Type and ResourceType are one.
func columnKey(name string) string {
	return strings.NewReplacer(" ", "", ".", "").Replace(audit.FoldKey(name))
}

// csvRow takes the row that starts with the line at b, over several lines if a quoted cell goes on. A table ends with the stream, or
// where a line starts with a brace or bracket, which is JSON.
func (s *Splitter) csvRow(start int) {
	look := int(min(int64(s.l.Record), s.credit))
	end, ok := s.csvEnd(start, look)
	if !ok {
		s.credit = max(s.credit-int64(end), 0)
		n := max(s.endOfLine(0, s.l.Record), 0)
		s.emitLine(n, Piece{Inside: "csv", Problem: "quoted cell without its end"})
		return
	}
	line := trimCR(s.b[start:end])
	if s.csvHeader(end, line) {
		return
	}
	raw := trimCR(s.b[:end:end])
	lines := int64(bytes.Count(raw, []byte("\n")))
	p := Piece{Raw: raw, Text: raw[start:], Line: s.line, Offset: s.off, Inside: "csv", Header: s.csv, Head: s.csvOn}
	p.Lines = s.claim(s.line + lines)
	s.queue = append(s.queue, p)
	if end < len(s.b) {
		s.pass(end+1, lines+1)
		return
	}
	s.pass(end, lines)
}

// csvEnd returns the offset of the newline (or the end of the stream) that ends the row at b[start].
func (s *Splitter) csvEnd(start, look int) (int, bool) {
	quoted, atCell := false, true
	for i := start; ; i++ {
		if i >= len(s.b) && !s.more() {
			return len(s.b), !quoted
		}
		if i > look {
			return i, false
		}
		switch c := s.b[i]; {
		case quoted:
			quoted = c != '"'
		case c == '"' && (atCell || s.b[i-1] == '"'): // a doubled quote goes on, too
			quoted = true
		case c == '\n':
			return i, true
		default:
			atCell = c == s.comma
			continue
		}
		atCell = false
	}
}

// csvCells splits a row. ok is false where a quoted cell does not end.
func csvCells(cells []string, row []byte, comma byte) (_ []string, ok bool) {
	for {
		if len(row) == 0 || row[0] != '"' {
			cell, rest, more := bytes.Cut(row, []byte{comma})
			cells = append(cells, string(cell))
			if !more {
				return cells, true
			}
			row = rest
			continue
		}
		var cell []byte
		row = row[1:]
		for {
			i := bytes.IndexByte(row, '"')
			if i < 0 {
				return cells, false
			}
			cell = append(cell, row[:i]...)
			row = row[i+1:]
			if len(row) == 0 || row[0] != '"' {
				break
			}
			cell = append(cell, '"')
			row = row[1:]
		}
		rest, after, more := bytes.Cut(row, []byte{comma})
		cells = append(cells, string(append(cell, rest...)))
		if !more {
			return cells, true
		}
		row = after
	}
}
