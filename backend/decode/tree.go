package decode

import (
	"encoding/binary"
	"fmt"
	"math/bits"
)

// kind is the kind of a JSON value.
type kind uint8

const (
	absent kind = iota // no value: the zero node
	null
	boolean
	number
	text
	array
	object
)

// node is one JSON value of a doc. Nodes lie in document order: the children of nodes[i] start at i+1, and nodes[i].next is the
// first node after its subtree. Offsets are into the doc's text; of a string they leave out the quotes.
type node struct {
	kind       kind
	key        bool // it is a member of an object, its key is text[keyStart:keyEnd]
	keyDirty   bool // the key has escapes or bytes above 0x7f
	dirty      bool // the string has escapes or bytes above 0x7f
	keyStart   int32
	keyEnd     int32
	start, end int32
	next       int32
}

// doc is a JSON text as a flat tree. It is read strictly as RFC 8259 has it, save that a string may hold bytes that are no UTF-8
// (they become U+FFFD when the string is used): the same texts are taken as by encoding/json.
//
// A tree of our own instead of a library's keeps the bytes of every value as logged (numbers beyond 2^53 among them), tells a broken
// text's position, sees every occurrence of a key, and checks nesting and number of values before it grows. It is also faster, see
// BenchmarkParse.
type doc struct {
	text  []byte
	nodes []node
	open  []int32 // scratch: the containers that are open while parsing
	own   []byte  // scratch: memory of a text that was put together for this doc
}

// syntaxError says what is wrong with a JSON text.
type syntaxError struct {
	pos    int // 0-based offset of the byte that can't be
	reason string
}

func (e *syntaxError) Error() string {
	if e.reason != "" {
		return e.reason
	}
	return fmt.Sprintf("broken JSON at byte %d", e.pos+1)
}

// parse reads the first JSON value of b and returns the offset behind it. values is what may still be spent on values.
func (d *doc) parse(b []byte, depth int, values *int) (int, *syntaxError) {
	d.text, d.nodes, d.open = b, d.nodes[:0], d.open[:0]
	if int64(len(b)) > 1<<31-1 {
		return 0, &syntaxError{reason: "record longer than 2 GiB"}
	}
	limit := *values
	i := 0
	var keyStart, keyEnd int32
	var isKey, keyDirty bool
	for {
		// A value starts here.
		i = skipSpace(b, i)
		if i >= len(b) {
			return i, &syntaxError{pos: i}
		}
		if len(d.nodes) >= limit {
			return i, &syntaxError{pos: i, reason: fmt.Sprintf("more than %d JSON values", limit)}
		}
		n := node{key: isKey, keyDirty: keyDirty, keyStart: keyStart, keyEnd: keyEnd, start: int32(i)}
		isKey, keyDirty, keyStart, keyEnd = false, false, 0, 0
		switch c := b[i]; c {
		case '{', '[':
			if len(d.open) >= depth {
				return i, &syntaxError{pos: i, reason: fmt.Sprintf("nested deeper than %d", depth)}
			}
			n.kind = object
			if c == '[' {
				n.kind = array
			}
			d.open = append(d.open, int32(len(d.nodes)))
			d.nodes = append(d.nodes, n)
			i = skipSpace(b, i+1)
			if i < len(b) && b[i] == c+2 { // '}' is '{'+2, ']' is '['+2
				break
			}
			if c == '[' {
				continue
			}
			var bad bool
			if keyStart, keyEnd, keyDirty, i, bad = scanKey(b, i); bad {
				return i, &syntaxError{pos: i}
			}
			isKey = true
			continue
		case '"':
			end, dirty, ok := scanString(b, i+1)
			if !ok {
				return end, &syntaxError{pos: end}
			}
			n.kind, n.dirty, n.start, n.end = text, dirty, int32(i+1), int32(end)
			i = end + 1
			n.next = int32(len(d.nodes) + 1)
			d.nodes = append(d.nodes, n)
		default:
			end, k, ok := scanScalar(b, i)
			if !ok {
				return end, &syntaxError{pos: end}
			}
			n.kind, n.end = k, int32(end)
			i = end
			n.next = int32(len(d.nodes) + 1)
			d.nodes = append(d.nodes, n)
		}
		// Behind a value, or at the closing bracket of an empty container.
		for {
			if len(d.open) == 0 {
				*values -= len(d.nodes)
				return i, nil
			}
			i = skipSpace(b, i)
			if i >= len(b) {
				return i, &syntaxError{pos: i}
			}
			top := &d.nodes[d.open[len(d.open)-1]]
			if b[i] == ',' {
				i++
				if top.kind == object {
					i = skipSpace(b, i)
					var bad bool
					if keyStart, keyEnd, keyDirty, i, bad = scanKey(b, i); bad {
						return i, &syntaxError{pos: i}
					}
					isKey = true
				}
				break
			}
			if b[i] == '}' && top.kind == object || b[i] == ']' && top.kind == array {
				i++
				top.end, top.next = int32(i), int32(len(d.nodes))
				d.open = d.open[:len(d.open)-1]
				continue
			}
			return i, &syntaxError{pos: i}
		}
	}
}

// scanKey reads a quoted key and its colon. It returns the key's bounds and the offset behind the colon, or that of the bad byte.
func scanKey(b []byte, i int) (start, end int32, dirty bool, next int, bad bool) {
	if i >= len(b) || b[i] != '"' {
		return 0, 0, false, i, true
	}
	e, dirty, ok := scanString(b, i+1)
	if !ok {
		return 0, 0, false, e, true
	}
	j := skipSpace(b, e+1)
	if j >= len(b) || b[j] != ':' {
		return 0, 0, false, j, true
	}
	return int32(i + 1), int32(e), dirty, j + 1, false
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// scanString reads a string from behind its opening quote and returns the offset of the closing one, or of the bad byte.
func scanString(b []byte, i int) (end int, dirty, ok bool) {
	for {
		// Eight bytes at a time, up to the first that is a quote, a backslash, a control character or above 0x7f.
		for i+8 <= len(b) {
			w := binary.LittleEndian.Uint64(b[i:])
			q := w ^ (ones * '"')
			s := w ^ (ones * '\\')
			m := ((q-ones)&^q | (s-ones)&^s | (w-ones*0x20)&^w | w) & highs
			if m != 0 {
				i += bits.TrailingZeros64(m) >> 3
				break
			}
			i += 8
		}
		if i >= len(b) {
			return len(b), dirty, false
		}
		switch c := b[i]; {
		case c == '"':
			return i, dirty, true
		case c == '\\':
			dirty = true
			if i+1 >= len(b) {
				return len(b), dirty, false
			}
			switch b[i+1] {
			case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
				i += 2
			case 'u':
				for j := i + 2; j < i+6; j++ {
					if j >= len(b) || !isHex(b[j]) {
						return min(j, len(b)), dirty, false
					}
				}
				i += 6
			default:
				return i + 1, dirty, false
			}
		case c < 0x20:
			return i, dirty, false
		case c >= 0x80:
			dirty = true
			i++
		default:
			i++
		}
	}
}

// scanScalar reads a number, true, false or null.
func scanScalar(b []byte, i int) (end int, k kind, ok bool) {
	switch b[i] {
	case 't':
		return scanWord(b, i, "true", boolean)
	case 'f':
		return scanWord(b, i, "false", boolean)
	case 'n':
		return scanWord(b, i, "null", null)
	}
	if b[i] == '-' {
		i++
	}
	if i >= len(b) || b[i] < '0' || b[i] > '9' {
		return i, absent, false
	}
	if b[i] == '0' {
		i++
	} else {
		i = skipDigits(b, i)
	}
	if i < len(b) && b[i] == '.' {
		if i++; i >= len(b) || b[i] < '0' || b[i] > '9' {
			return i, absent, false
		}
		i = skipDigits(b, i)
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		if i++; i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		if i >= len(b) || b[i] < '0' || b[i] > '9' {
			return i, absent, false
		}
		i = skipDigits(b, i)
	}
	return i, number, true
}

func scanWord(b []byte, i int, word string, k kind) (int, kind, bool) {
	for j := range len(word) {
		if i+j >= len(b) || b[i+j] != word[j] {
			return i + j, absent, false
		}
	}
	return i + len(word), k, true
}

func skipDigits(b []byte, i int) int {
	for i < len(b) && '0' <= b[i] && b[i] <= '9' {
		i++
	}
	return i
}

func skipSpace(b []byte, i int) int {
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	return i
}

// isSpace reports whether c is white space between JSON tokens.
func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
