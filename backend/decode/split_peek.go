package decode

import (
	"bytes"
	"encoding/json"
)

// endsHere guesses from its two ends whether line, which starts with a brace, holds whole objects. Not so: a document that is to be
// handed out by elements, a line that goes on, and one whose next line starts with what only the inside of an object can have.
func (s *Splitter) endsHere(line []byte, n int) bool {
	if !bytes.HasSuffix(bytes.TrimRight(line, " \t"), []byte("}")) || startsAnswer(line) {
		return false
	}
	next := n + 1
	if next >= len(s.b) && json.Valid(line) {
		return true // a stream may give its next line hours later
	}
	for {
		for next < len(s.b) && (s.b[next] == ' ' || s.b[next] == '\t') {
			next++
		}
		if next < len(s.b) {
			c := s.b[next]
			return c != ',' && c != '}' && c != ']' || s.credit < int64(n) || json.Valid(line)
		}
		if next > n+cutRaw || !s.more() {
			return true
		}
	}
}

// startsAnswer reports whether the first key of an object is one of those that an answer with many records has.
func startsAnswer(line []byte) bool {
	i := skipSpace(line, 1)
	if i >= len(line) || line[i] != '"' {
		return false
	}
	rest := line[i+1:]
	for _, key := range []string{`audit_logs"`, `connection_logs"`, `count"`, `count_cap"`} {
		if len(rest) > len(key) && string(rest[:len(key)]) == key {
			return true
		}
	}
	return false
}

// opensDocument reports whether what stands at b[i], behind nothing but blanks on its line, opens a JSON document: an object on a very
// long line, or an array with an object, an array or a string of JSON as its first element. "[INFO] …" is none.
func (s *Splitter) opensDocument(i int) bool {
	if i >= len(s.b) {
		return false
	}
	if s.b[i] == '{' {
		return true
	}
	if s.b[i] != '[' {
		return false
	}
	j := s.peekToken(i + 1)
	switch {
	case j < 0:
		return true
	case s.b[j] == '{':
		return true
	case s.b[j] == '[':
		k := s.peekToken(j + 1)
		return k >= 0 && bytes.IndexByte([]byte(`[{"]`), s.b[k]) >= 0
	case s.b[j] == '"':
		return j+1 < len(s.b) && s.b[j+1] == '{'
	case s.b[j] == ']':
		end := s.endOfLine(j, j+quickLine)
		return end >= 0 && len(bytes.TrimSpace(s.b[j+1:end])) == 0
	}
	return false
}

// peekToken returns the offset of the first byte from b[i] that is no white space, or -1 if there is none within reach.
func (s *Splitter) peekToken(i int) int {
	limit := i + cutRaw
	for {
		if i = skipSpace(s.b, i); i+1 < len(s.b) {
			return i
		}
		if i > limit || !s.more() {
			if i < len(s.b) {
				return i
			}
			return -1
		}
	}
}
