package decode

import (
	"bytes"
	"encoding/binary"
	"math"
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
			c.blank()
			c.lines++
			c.lineStart = i + 1
			if j == i+1 && startsDate(b[j:]) {
				return j, scanBroken
			}
			if j < len(b) && b[j] == '{' && c.newRecord(b, i+1, j) {
				return i + 1, scanBroken
			}
			i++
		case '"':
			// On the first line only what can't be bridged counts as broken: the piece is the same line either way.
			if c.lines > 0 && c.closed() {
				return i, scanBroken
			}
			end, ok := skipString(b, i+1)
			if end >= len(b) {
				return i, scanMore
			}
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

// newRecord notes a line whose first byte, at b[j], is a brace, and reports whether it can't be a part of this object: it stands at
// the left edge with a key behind the brace, and no array expects an element; or nesting has become absurd.
func (c *scanner) newRecord(b []byte, start, j int) bool {
	column := j - start
	if c.restart < 0 && column <= c.indent {
		c.restart, c.column = start, column
	}
	if c.depth > c.maxDepth {
		return true
	}
	element := !c.inBrace() && (c.prev == '[' || c.prev == ',')
	return column == 0 && j+1 < len(b) && b[j+1] == '"' && !element
}

// startsDate reports whether a line starts as log lines do and JSON never: with a year and a hyphen.
func startsDate(b []byte) bool {
	return len(b) >= 5 && isDigit(b[0]) && isDigit(b[1]) && isDigit(b[2]) && isDigit(b[3]) && b[4] == '-'
}

func isAnswerKey(key []byte) bool {
	return string(key) == "audit_logs" || string(key) == "connection_logs"
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

// object takes the object that starts behind the frame. It may be a record over several lines or within a longer line, the start of a
// document, or broken.
//
// What is scanned in vain is bounded: a source of cut-off lines must not make each of them scan all that follows. credit grows with
// what is handed out, and an object may scan no further than that.
func (s *Splitter) object() {
	indent := math.MaxInt
	if !s.mid && len(bytes.TrimLeft(s.b[s.firstByte():s.frame], " \t")) == 0 {
		indent = s.frame
	}
	s.sc.reset(indent, s.l.Depth)
	look := int(min(int64(s.l.Record), s.credit))
	for i := 0; ; {
		// Never more than the limit is scanned, so that what comes out does not depend on how much was there to be read.
		b, eof := s.b[s.frame:], s.err != nil
		full := len(b) > look
		if full {
			b, eof = b[:look+1], false
		}
		var ev scanEvent
		switch i, ev = s.sc.scan(b, i, eof); {
		case ev == scanDone && i <= s.l.Record:
			s.emitObject(i)
			return
		case ev == scanAnswer:
			doc := string(s.b[s.frame+s.sc.key[0] : s.frame+s.sc.key[1]])
			s.frameBytes(i)
			s.doc, s.docArrays, s.tail, s.broken = doc, 1, false, false
			return
		case ev == scanBroken, ev == scanMore && eof:
			s.brokenObject(i)
			return
		case full && s.sc.lines == 0 && look < s.l.Record:
			look = s.l.Record // a first line is scanned whole: it is taken whole, too
		case full:
			s.largeObject(i, look, indent)
			return
		default:
			s.more()
		}
	}
}

// largeObject hands out an object that does not end within the limit: one that is too large, or broken.
func (s *Splitter) largeObject(i, look, indent int) {
	if s.sc.restart >= 0 || s.sc.lines > 0 && look < s.l.Record {
		s.brokenObject(i)
		return
	}
	s.credit = max(s.credit-int64(i), 0)
	s.skipObject(indent)
}

// emitObject hands out the whole object of n bytes, or, if text follows it on its line that belongs to nothing, the line.
func (s *Splitter) emitObject(n int) {
	end := s.frame + n
	if !s.restIsFrame(end) {
		if end = s.endOfLine(end, s.frame+s.l.Record); end < 0 {
			s.skipLine(s.tooLong("line"))
			return
		}
		if end > 0 && s.b[end-1] == '\r' {
			end--
		}
	}
	s.emitSpan(end, s.sc.lines)
	s.broken = false
}

// emitSpan hands out b[frame:end], which has lines newlines in it.
func (s *Splitter) emitSpan(end int, lines int64) {
	raw := s.b[s.frame:end:end]
	p := Piece{Raw: raw, Text: raw, Line: s.line, Offset: s.off + int64(s.frame), Inside: s.inside()}
	if p.Inside == "" && (lines > 0 || s.mid) {
		p.Inside = "object"
	}
	p.Lines = s.claim(s.line + lines)
	s.queue = append(s.queue, p)
	s.pass(end, lines)
}

// restIsFrame reports whether behind an object, at b[i], its line ends or goes on with a separator or another object.
func (s *Splitter) restIsFrame(i int) bool {
	for limit := i + cutRaw; ; {
		if i = skipBlank(s.b, i); i < len(s.b) {
			switch s.b[i] {
			case '\n', ',', '{':
				return true
			case ']':
				return s.arrays > 0 || s.doc != ""
			}
			return false
		}
		if i > limit {
			return false
		}
		if !s.more() {
			return true
		}
	}
}

// brokenObject hands out an object that can't be read on at byte i: its first line, or its lines up to the one where reading can go on.
func (s *Splitter) brokenObject(i int) {
	defer func() { s.broken = true }()
	sc := &s.sc
	s.credit = max(s.credit-int64(i), 0)
	if sc.lines == 0 {
		end := s.endOfLine(s.frame, s.frame+s.l.Record)
		if end < 0 {
			s.skipLine(s.tooLong("line"))
			return
		}
		s.emitLineFrom(end)
		return
	}
	if sc.restart >= 0 {
		end := s.frame + sc.restart
		if sc.column < sc.indent {
			defer s.leaveDocument() // what goes on further to the left is no element of it
		}
		s.emitLinesTo(end)
		return
	}
	if outside := skipBlank(s.b, s.frame+sc.lineStart); outside >= s.frame+i && outside-s.frame-sc.lineStart <= sc.indent && outside < len(s.b) {
		s.emitLinesTo(s.frame + sc.lineStart) // the line has nothing of this object
		return
	}
	end := s.endOfLine(s.frame+i, s.frame+i+s.l.Record)
	if end < 0 {
		end = s.frame + sc.lineStart - 1
	}
	for end < len(s.b) && end < s.frame+s.l.Record {
		next := s.endOfLine(end+1, end+1+cutRaw)
		if next < 0 || !continues(s.b[end+1:next], sc.indent) {
			break
		}
		end = next
	}
	s.emitLinesTo(min(end+1, len(s.b)))
}

// continues reports whether a line looks like the inside of a pretty-printed object whose brace stands at the column indent.
func continues(line []byte, indent int) bool {
	if indent == math.MaxInt {
		return false
	}
	i := skipBlank(line, 0)
	if i == len(line) {
		return false
	}
	c := line[i]
	return i > indent && c != '{' || i == indent && c == '}'
}

// emitLineFrom hands out what is left of the line behind the frame, up to the newline at end.
func (s *Splitter) emitLineFrom(end int) {
	cut := end
	if cut > s.frame && s.b[cut-1] == '\r' {
		cut--
	}
	s.emitSpan(cut, 0)
}

// emitLinesTo hands out the lines from the frame up to end, where a line starts.
func (s *Splitter) emitLinesTo(end int) {
	cut := end
	if cut > s.frame && s.b[cut-1] == '\n' {
		cut--
	}
	lines := int64(bytes.Count(s.b[s.frame:cut], []byte("\n")))
	if cut > s.frame && s.b[cut-1] == '\r' {
		cut--
	}
	s.emitSpan(cut, lines)
}

// skipObject hands out the first bytes of an object over the limit as unreadable and skips the rest of it without holding it: up to its
// closing brace, or to where it is seen to be broken.
func (s *Splitter) skipObject(indent int) {
	oneLine := s.doc == "" && s.arrays == 0 && !s.mid && s.sc.lines == 0
	s.pass(s.frame, 0)
	p := Piece{Raw: s.beginning(), Line: s.line, Offset: s.off, Inside: s.inside(), Problem: s.tooLong("record")}
	if oneLine {
		p.Problem = s.tooLong("line")
	}
	k := skipper{indent: indent, oneLine: oneLine}
	for {
		i, stop := k.skip(s.b)
		s.pass(i, k.lines)
		k.lines = 0
		if stop || !s.more() {
			break
		}
	}
	last := s.line
	if !s.mid {
		last--
	}
	if k.atRecord {
		s.mid = false
		last = s.line - 1
	}
	p.Lines = s.claim(last)
	s.cutTo(&p)
	s.queue = append(s.queue, p)
	s.broken = true
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
