package mask

import "bytes"

// minCells is how many cells a row must have to be taken for CSV where nobody said that it is.
const minCells = 6

// CSV masks a row of CSV: the cells of columns with a secret name whole, the others like a string of a record. A row that
// is no CSV is masked as [Record] does.
func CSV(raw []byte, header []string) []byte {
	edits, ok := csvEdits(raw, header, commaOf(raw, header), 0)
	if !ok {
		edits = textEdits(raw, 0, true)
	}
	return apply(raw, edits)
}

// commaOf is what divides the cells of a row, commas, semicolons or tabs: what gives as many cells as there are columns, else
// what gives most.
func commaOf(row []byte, header []string) byte {
	best, most := byte(','), 0
	for _, comma := range []byte{',', ';', '\t'} {
		cells := 1
		for i := 0; ; cells++ {
			_, _, next := csvCell(row, i, comma)
			if next < 0 {
				cells = 0
				break
			}
			if next == len(row) {
				break
			}
			i = next + 1
		}
		if cells == len(header) {
			return comma
		}
		if cells > most {
			best, most = comma, cells
		}
	}
	return best
}

// csvEdits is false where text is no CSV: for a row without a header, where it has no quoted cell with quotes in it.
func csvEdits(text []byte, header []string, comma byte, level int) ([]edit, bool) {
	if header == nil && !bytes.Contains(text, []byte(`""`)) {
		return nil, false
	}
	var edits []edit
	cells := 0
	for i := 0; ; cells++ {
		start, end, next := csvCell(text, i, comma)
		if next < 0 {
			return nil, false
		}
		quoted := start > i
		if cells < len(header) && Name(header[cells]) {
			if end > start {
				edits = append(edits, edit{start, end, Text})
			}
		} else if cell := text[start:end]; suspicious(cell) {
			in := inner{text: cell}
			if quoted {
				in = unquoteCSV(cell)
			}
			strict := cells < len(header) && isDiff(header[cells])
			for _, e := range textEdits(in.text, level+1, strict) {
				if quoted {
					edits = append(edits, edit{start + int(in.pos[e.start]), start + int(in.pos[e.end]), escapeCSV(e.text)})
				} else {
					edits = append(edits, edit{start + e.start, start + e.end, escapeCSV(e.text)})
				}
			}
		}
		if next == len(text) {
			break
		}
		i = next + 1
	}
	return edits, header != nil || cells+1 >= minCells
}

// csvCell returns where the inside of the cell at i starts and ends and where the next comma or the end of the text is,
// or a negative next where this is no CSV.
func csvCell(text []byte, i int, comma byte) (start, end, next int) {
	if i < len(text) && text[i] == '"' {
		start = i + 1
		for end = start; end < len(text); end++ {
			if text[end] != '"' {
				continue
			}
			if end+1 < len(text) && text[end+1] == '"' {
				end++
				continue
			}
			next = end + 1
			if rest := text[next:]; len(rest) == 0 || rest[0] == comma {
				return start, end, next
			} else if len(bytes.TrimRight(rest, "\r\n")) == 0 {
				return start, end, len(text)
			}
			return 0, 0, -1
		}
		return 0, 0, -1
	}
	n := bytes.IndexByte(text[i:], comma)
	if n < 0 {
		n = len(text) - i
	}
	if bytes.IndexByte(text[i:i+n], '"') >= 0 {
		return 0, 0, -1
	}
	return i, i + n, i + n
}

func unquoteCSV(cell []byte) inner {
	in := inner{text: make([]byte, 0, len(cell)), pos: make([]int32, 0, len(cell)+1)}
	for i := 0; i < len(cell); i++ {
		in.text = append(in.text, cell[i])
		in.pos = append(in.pos, int32(i))
		if cell[i] == '"' {
			i++
		}
	}
	in.pos = append(in.pos, int32(len(cell)))
	return in
}

func escapeCSV(s string) string {
	return string(bytes.ReplaceAll([]byte(s), []byte(`"`), []byte(`""`)))
}
