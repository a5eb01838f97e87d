package decode

// frameStep goes on within a JSON document, or behind an object on a line: over white space, separators and brackets to the next element.
func (s *Splitter) frameStep() {
	for s.frame < len(s.b) || s.more() {
		if s.frame > cutRaw {
			s.endFrameLine(s.frame)
			return
		}
		if s.tail {
			s.tailStep()
			return
		}
		switch c := s.b[s.frame]; {
		case c == '\n':
			s.endFrameLine(s.frame)
			return
		case isSpace(c) || c == ',':
			s.frame++
		case c == '{':
			s.object()
			return
		case c == '[' && s.doc != "":
			s.docArrays++
			s.frame++
		case c == '[':
			s.arrays++
			s.frame++
		case c == ']' && s.doc != "":
			s.docArrays--
			s.tail = s.docArrays == 0
			s.frame++
		case c == ']' && s.arrays > 0:
			s.arrays--
			s.broken = false
			s.frame++
		case c == '"' && s.inside() != "":
			if !s.stringElement() {
				s.garbage()
			}
			return
		case s.inside() != "" && s.scalarElement():
		case !s.mid && s.firstByte() > s.frame:
			s.frame = s.firstByte()
		default:
			s.garbage()
			return
		}
	}
}

// inside names the document that the next piece is found in.
func (s *Splitter) inside() string {
	switch {
	case s.doc != "":
		return s.doc
	case s.arrays > 0:
		return "array"
	}
	return ""
}

// frameBytes takes the next n bytes as a document's frame.
func (s *Splitter) frameBytes(n int) {
	for end := s.frame + n; ; {
		i := s.frame
		for i < end && s.b[i] != '\n' {
			i++
		}
		if i == end {
			s.frame = end
			return
		}
		end -= i + 1
		s.endFrameLine(i)
	}
}

// endFrameLine ends a line of frame at its newline, b[n]. It is a piece unless a record on the same line accounts for it.
func (s *Splitter) endFrameLine(n int) {
	if s.line > s.counted {
		raw := trimCR(s.b[:n:n])
		s.queue = append(s.queue, Piece{Raw: raw, Text: raw, Line: s.line, Lines: s.claim(s.line), Offset: s.off, Frame: true, Inside: s.inside()})
	}
	if n < len(s.b) && s.b[n] == '\n' {
		s.pass(n+1, 1)
		return
	}
	s.pass(n, 0)
}

// tailStep goes on behind the elements of an answer: over "count" and what else there may be to its closing brace.
func (s *Splitter) tailStep() {
	s.sc.resetTail(s.l.Depth)
	for i := 0; ; {
		eof := s.err != nil
		var ev scanEvent
		switch i, ev = s.sc.scan(s.b[s.frame:], i, eof); {
		case ev == scanDone:
			s.noteCount("{", " \t\r\n,", "", s.b[s.frame:s.frame+i])
			s.frameBytes(i)
			s.doc, s.tail, s.docArrays, s.broken = "", false, 0, false
			return
		case ev == scanAnswer:
			doc := string(s.b[s.frame+s.sc.key[0] : s.frame+s.sc.key[1]])
			s.frameBytes(i)
			s.doc, s.tail, s.docArrays = doc, false, 1
			return
		case ev == scanMore && !eof && len(s.b)-s.frame <= quickLine:
			s.more()
		case ev == scanMore && eof:
			s.frameBytes(len(s.b) - s.frame)
			return
		case s.sc.lines > 0:
			s.frameBytes(s.sc.lineStart)
			s.leaveDocument()
			return
		default:
			s.garbage()
			return
		}
	}
}

// humanLineAt reports whether a log line for people stands at b[i].
func (s *Splitter) humanLineAt(i int) bool {
	for len(s.b)-i < len("2006-") && s.more() {
		continue // until there is enough
	}
	return startsDate(s.b[i:])
}

// leaveDocument forgets the document that we are in.
func (s *Splitter) leaveDocument() {
	s.doc, s.tail, s.docArrays, s.arrays = "", false, 0, 0
}

// stringElement hands out an array's element that is a string: it may hold a record as JSON text.
func (s *Splitter) stringElement() bool {
	for {
		end, ok := skipString(s.b[s.frame:], 1)
		switch {
		case ok:
			s.emitSpan(s.frame+end+1, 0)
			return true
		case end < len(s.b)-s.frame || end > s.l.Record || !s.more():
			return false
		}
	}
}

// maxScalar is as long as a number between elements may be, in bytes.
const maxScalar = 64

// scalarElement passes a number, true, false or null between elements.
func (s *Splitter) scalarElement() bool {
	for len(s.b)-s.frame < maxScalar && s.more() {
		continue
	}
	end, _, ok := scanScalar(s.b, s.frame)
	if !ok || end < len(s.b) && !isSpace(s.b[end]) && s.b[end] != ',' && s.b[end] != ']' {
		return false
	}
	s.frame = end
	return true
}

// garbage leaves a document at a byte that can't stand between its elements. If nothing was handed out of the line yet, it is taken as
// a line of its own; otherwise what is left of it is unreadable.
func (s *Splitter) garbage() {
	if s.inside() == "" && s.frame > 0 && s.humanLineAt(s.frame) {
		// A log written behind a document without a final newline.
		if end := s.endOfLine(s.frame, s.frame+s.l.Record); end >= 0 {
			s.emitLineFrom(end)
			return
		}
	}
	if !s.mid {
		c := s.b[s.frame]
		s.plain = c == '{' || c == '[' || skipBlank(s.b[:s.frame], s.firstByte()) < s.frame
		s.frame = 0
		s.leaveDocument()
		return
	}
	const problem = "broken JSON: text behind a record that belongs to none"
	if end := s.endOfLine(s.frame, s.frame+s.l.Record); end >= 0 {
		s.emitLineFrom(end)
		s.queue[len(s.queue)-1].Problem = problem
	} else {
		s.skipLine(problem)
	}
	s.leaveDocument()
	s.broken = true
}
