package decode

import (
	"bytes"
	"math"
)

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
			s.noteCount("", " \t\r\n", "]}", s.b[s.frame:s.frame+i])
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
