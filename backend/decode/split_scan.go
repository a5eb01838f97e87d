package decode

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// scanner follows the brackets and strings of one object to find its end. It is no validator: it looks just hard enough to see that
// an object does not go on as JSON could, which is how a cut-off line is told from the first line of a pretty-printed object.
// Offsets are relative to the object's first byte.
type scanner struct {
	stack    []uint64 // a bit for each open bracket: 1 for a brace
	depth    int
	maxDepth int
	prev     byte // the last token: a bracket, ',', ':', '"' for a string, 'x' for a scalar that may go on, 'v' for one behind which was a blank
	key      [2]int
	inside   int // how far a string that has not ended yet was looked at; 0 outside of one
	indent   int // the column of the opening brace, or math.MaxInt where it does not start its line

	lines     int64 // newlines passed
	lineStart int   // offset of the present line, if lines > 0
	restart   int   // offset of the first line that may start a record of its own; -1
	column    int   // its indentation
}

type scanEvent uint8

const (
	scanMore   scanEvent = iota // the end of the bytes
	scanDone                    // behind the object
	scanAnswer                  // behind the bracket that opens audit_logs or connection_logs
	scanBroken                  // at a byte that can't be
)

func (c *scanner) reset(indent, maxDepth int) {
	*c = scanner{stack: c.stack[:0], indent: indent, maxDepth: maxDepth, restart: -1, prev: ','}
}

// resetTail makes a scanner for what follows behind the closing bracket of an object's member.
func (c *scanner) resetTail(maxDepth int) {
	c.reset(0, maxDepth)
	c.push(true)
	c.prev = ']'
}

func (c *scanner) push(brace bool) {
	if c.depth>>6 == len(c.stack) {
		c.stack = append(c.stack, 0)
	}
	bit := uint64(1) << (c.depth & 63)
	c.stack[c.depth>>6] &^= bit
	if brace {
		c.stack[c.depth>>6] |= bit
	}
	c.depth++
}

// inBrace reports whether the innermost open bracket is a brace.
func (c *scanner) inBrace() bool {
	return c.depth > 0 && c.stack[(c.depth-1)>>6]>>((c.depth-1)&63)&1 == 1
}

// closed reports whether the last token ends a value.
func (c *scanner) closed() bool {
	return c.prev == '}' || c.prev == ']' || c.prev == '"' || c.prev == 'x' || c.prev == 'v'
}

// blank ends a scalar.
func (c *scanner) blank() {
	if c.prev == 'x' {
		c.prev = 'v'
	}
}

// scan goes on at b[i]. b is all of the object that was read so far, eof says that there is no more.
func (c *scanner) scan(b []byte, i int, eof bool) (int, scanEvent) {
	for i < len(b) {
		switch ch := b[i]; ch {
		case ' ', '\t', '\r':
			c.blank()
			i++
		case '\n':
			j := skipBlank(b, i+1)
			if j+len("2006-") > len(b) && !eof {
				return i, scanMore
			}
			array := false
			if j == i+1 && j < len(b) && b[j] == '[' {
				var known bool
				if array, known = opensRecords(b, j, eof); !known {
					return i, scanMore
				}
			}
			c.blank()
			c.lines++
			c.lineStart = i + 1
			if j == i+1 && startsDate(b[j:]) {
				return j, scanBroken
			}
			if (array || j < len(b) && b[j] == '{') && c.newRecord(b, i+1, j) {
				return i + 1, scanBroken
			}
			i++
		case '"':
			// On the first line only what can't be bridged counts as broken: the piece is the same line either way.
			if c.lines > 0 && c.closed() {
				return i, scanBroken
			}
			// A stream may give a long string in many parts: it is not looked at from its start each time.
			end, ok := skipString(b, max(i+1, c.inside))
			if end >= len(b) {
				c.inside = max(i+1, c.inside, len(b)-escapes(b[i+1:])%2)
				return i, scanMore
			}
			c.inside = 0
			if !ok {
				return end, scanBroken
			}
			if c.depth == 1 {
				c.key = [2]int{i + 1, end}
			}
			c.prev = '"'
			i = end + 1
		case '{', '[':
			if c.lines > 0 && (c.closed() || c.inBrace() && c.prev != ':') {
				return i, scanBroken
			}
			answer := ch == '[' && c.depth == 1 && c.prev == ':' && c.inBrace() && c.key[1] <= len(b) && isAnswerKey(b[c.key[0]:c.key[1]])
			c.push(ch == '{')
			c.prev = ch
			i++
			if answer {
				return i, scanAnswer
			}
		case '}', ']':
			if c.inBrace() != (ch == '}') {
				return i, scanBroken
			}
			c.depth--
			c.prev = ch
			i++
			if c.depth == 0 {
				return i, scanDone
			}
		case ',', ':':
			c.prev = ch
			i++
		case 0:
			return i, scanBroken
		default:
			if c.prev != 'x' && c.lines > 0 && (c.closed() || c.inBrace() && c.prev != ':' || bytes.IndexByte([]byte("-0123456789tfn"), ch) < 0) {
				return i, scanBroken
			}
			c.prev = 'x'
			i++
		}
	}
	return i, scanMore
}

// newRecord notes a line whose first byte, at b[j], is a brace, or the bracket of an array of records, and reports whether it can't be
// a part of this object: it stands at the left edge with a key behind the brace, and no array expects an element; or nesting has
// become absurd.
func (c *scanner) newRecord(b []byte, start, j int) bool {
	column := j - start
	if c.restart < 0 && column <= c.indent {
		c.restart, c.column = start, column
	}
	if c.depth > c.maxDepth {
		return true
	}
	key := b[j] == '[' || j+1 < len(b) && b[j+1] == '"'
	return column == 0 && key && !c.element()
}

// element reports whether an array expects an element next.
func (c *scanner) element() bool { return !c.inBrace() && (c.prev == '[' || c.prev == ',') }

// maxBlank is how far behind a bracket its first element is looked for, in bytes.
const maxBlank = 4 << 10

// opensRecords looks at the bracket b[j], which starts a line. With an object behind it, or a text that holds one, or an array of
// such, the line may start an array of records, and what stood before it was cut off. Not known is what the bytes so far do not tell.
func opensRecords(b []byte, j int, eof bool) (opens, known bool) {
	k := j + 1
	for k < len(b) && k-j < maxBlank && (isSpace(b[k]) || b[k] == '[') {
		k++
	}
	switch {
	case k >= len(b), b[k] == '"' && k+1 == len(b):
		return false, eof
	case b[k] == '"':
		return b[k+1] == '{', true
	}
	return b[k] == '{', true
}

// startsDate reports whether a line starts as log lines do and JSON never: with a year and a hyphen.
func startsDate(b []byte) bool {
	return len(b) >= 5 && isDigit(b[0]) && isDigit(b[1]) && isDigit(b[2]) && isDigit(b[3]) && b[4] == '-'
}

func isAnswerKey(key []byte) bool {
	return string(key) == "audit_logs" || string(key) == "connection_logs"
}

// escapes counts the backslashes at the end of b.
func escapes(b []byte) int {
	return len(b) - len(bytes.TrimRight(b, `\`))
}

// skipString returns the offset of the quote that closes a string, or of a byte that ends it early: a newline or NUL.
// At the end of b the offset is len(b).
func skipString(b []byte, i int) (end int, ok bool) {
	for {
		for i+8 <= len(b) {
			w := binary.LittleEndian.Uint64(b[i:])
			q := w ^ (ones * '"')
			s := w ^ (ones * '\\')
			if m := ((q-ones)&^q | (s-ones)&^s | (w-ones*0x20)&^w) & highs; m != 0 {
				i += bits.TrailingZeros64(m) >> 3
				break
			}
			i += 8
		}
		if i >= len(b) {
			return len(b), false
		}
		switch b[i] {
		case '"':
			return i, true
		case '\\':
			if i+1 < len(b) && b[i+1] == '\n' {
				return i + 1, false
			}
			i += 2
		case '\n', 0:
			return i, false
		default:
			i++
		}
	}
}

// skipper follows brackets byte by byte, so that it can go on anywhere.
type skipper struct {
	indent   int
	oneLine  bool // stop at the end of the line, whatever is open
	depth    int
	quoted   bool
	escaped  bool
	lines    int64
	column   int // of the next byte as long as the line is blank; -1 behind that
	atRecord bool
}

func (k *skipper) skip(b []byte) (n int, stop bool) {
	if k.depth == 0 {
		k.column = -1
	}
	for i, c := range b {
		switch {
		case c == '\n':
			k.lines++
			if k.quoted || k.oneLine {
				return i + 1, true
			}
			k.column = 0
			continue
		case k.escaped:
			k.escaped = false
		case k.quoted:
			k.escaped = c == '\\'
			k.quoted = c != '"'
		case c == '"':
			k.quoted = true
		case c == '{' && k.column >= 0 && k.column <= k.indent:
			k.atRecord = true
			return i, true
		case c == '{' || c == '[':
			k.depth++
		case c == '}' || c == ']':
			if k.depth--; k.depth <= 0 {
				return i + 1, true
			}
		}
		if k.column >= 0 && (c == ' ' || c == '\t') {
			k.column++
		} else {
			k.column = -1
		}
	}
	return len(b), false
}
