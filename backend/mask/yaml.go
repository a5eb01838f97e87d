package mask

import "bytes"

// keyed deals with what follows the secret name at i and its colon, before v, if that may be a key of YAML: it starts its line, and
// the value is one word or quoted, or another line has a key, too. "Password: ask the desk" alone is prose. What is indented further
// belongs to the value. It returns where to go on, or -1 where nothing is hidden.
func (l *liner) keyed(i, v int) int {
	column, ok := keyColumn(l.text, i)
	if !ok {
		return -1
	}
	end := contentEnd(l.text, v)
	start := min(skipBlanks(l.text, v), end)
	if start < end && !oneWord(l.text[start:end]) && !l.hasKeys(i) {
		return -1
	}
	below := l.below(lineEnd(l.text, v), column)
	if start == end && below < 0 {
		return -1
	}
	end = max(end, below)
	l.edits = append(l.edits, edit{start, end, Text})
	return end
}

// keyColumn returns in which column of its line the name at i stands, if nothing stands before it but blanks and the hyphens of a list.
func keyColumn(text []byte, i int) (int, bool) {
	start := i
	for start > 0 && (isBlank(text[start-1]) || text[start-1] == '-' && isBlank(text[start])) {
		start--
	}
	return i - start, start == 0 || text[start-1] == '\n'
}

// contentEnd is the end of the line that goes on at i, without its line ending and blanks before that.
func contentEnd(text []byte, i int) int {
	end := lineEnd(text, i)
	for end > i && isSpace(text[end-1]) {
		end--
	}
	return end
}

// below returns where the lines end that follow the newline at i and belong to the key in this column, or -1: they are indented
// further, or the items of a list.
func (l *liner) below(i, column int) int {
	found := -1
	for i < len(l.text) {
		i++
		at := skipBlanks(l.text, i)
		end := contentEnd(l.text, i)
		if at < end { // no blank line
			item := at-i == column && l.text[at] == '-' && at+1 < len(l.text) && isBlank(l.text[at+1])
			if at-i <= column && !item {
				break
			}
			found = end
		}
		i = lineEnd(l.text, i)
	}
	return found
}

// oneWord reports whether a value of YAML, without the comment behind it, is one word or quoted.
func oneWord(value []byte) bool {
	if i := bytes.Index(value, []byte(" #")); i >= 0 {
		value = bytes.TrimRight(value[:i], " \t")
	}
	if n := len(value); n > 1 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
		return true
	}
	return !bytes.ContainsAny(value, " \t")
}

// hasKeys reports whether a line other than that of the name at i starts with one word and a colon, as YAML does.
func (l *liner) hasKeys(i int) bool {
	if l.keys == 0 {
		l.keys = 1
		for line := range bytes.Lines(l.text) {
			if startsKey(line) {
				l.keys++
			}
		}
	}
	others := l.keys - 1
	if startsKey(l.text[bytes.LastIndexByte(l.text[:i], '\n')+1:]) {
		others--
	}
	return others > 0
}

func startsKey(line []byte) bool {
	line = bytes.TrimLeft(line, " \t-")
	i := 0
	for i < len(line) && (nameStart(line[i]) || line[i] == '_' || line[i] == '-' || line[i] == '.') {
		i++
	}
	return i > 0 && i+1 < len(line) && line[i] == ':' && isSpace(line[i+1])
}
