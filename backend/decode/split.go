package decode

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Defaults of [Limits].
const (
	defaultRecord = 32 << 20
	defaultDepth  = 200
	defaultValues = 1_000_000
	defaultStream = 1 << 40
	defaultRatio  = 2000
)

func (l Limits) withDefaults() Limits {
	if l.Record <= 0 {
		l.Record = defaultRecord
	}
	if l.Depth <= 0 {
		l.Depth = defaultDepth
	}
	if l.Values <= 0 {
		l.Values = defaultValues
	}
	if l.Stream <= 0 {
		l.Stream = defaultStream
	}
	if l.Ratio <= 0 {
		l.Ratio = defaultRatio
	}
	return l
}

const (
	slabSize  = 256 << 10 // pieces are slices of slabs, so that a line costs no allocation of its own
	quickLine = 1 << 20   // a line up to this long is handed out without being scanned for where its objects end
	cutRaw    = 64 << 10  // what is kept of something over the limit
)

// Splitter cuts a stream into pieces. The same bytes always give the same pieces, so a reader that resumes may count them.
//
// It recognises shapes while it reads, line by line and one beside another in the same stream: JSON lines, JSON documents over several
// lines (arrays, answers with audit_logs or connection_logs, pretty-printed objects), Docker and CRI logs with split lines, CSV.
// It does not check JSON: it looks at brackets and strings only, and only where a record does not end with its line.
type Splitter struct {
	r   io.Reader
	l   Limits
	err error // of the reader; io.EOF at its end

	b       []byte // what was read and not yet handed out; the slab goes on behind it
	off     int64  // of b[0] in the stream
	line    int64  // 1-based physical line on which b[0] stands
	counted int64  // the last physical line that some piece accounts for
	mid     bool   // b[0] stands within its line, not at its start
	frame   int    // bytes at the start of b, all on one line, that are known to be a document's frame

	arrays    int    // brackets of top-level arrays that are open
	doc       string // the document that we are in: "audit_logs", "connection_logs" or ""
	docArrays int    // brackets that are open between the elements of doc, 1 for its own
	tail      bool   // behind the elements of doc, before its closing brace
	broken    bool   // the last record of the document was broken, so that a missing end needs no mention
	plain     bool   // take the next line as it is

	sc     scanner
	credit int64 // bytes that may yet be scanned in vain, see object

	totals totals // what answers say of themselves

	split []*splitLine // parts of split lines, one a stream
	csv   []string     // column names while in a CSV table
	csvOn []byte       // the line that they stand on
	comma byte

	queue []Piece
	head  int
}

// NewSplitter returns a splitter of r, which is read from its present position. Zero limits are the defaults.
func NewSplitter(r io.Reader, l Limits) *Splitter {
	l = l.withDefaults()
	return &Splitter{r: r, l: l, line: 1, credit: 4 * int64(l.Record)}
}

// Next returns the next piece. The caller owns its memory. At the end it returns io.EOF, or the reader's error once
// everything that was read has been handed out.
func (s *Splitter) Next() (Piece, error) {
	for s.head == len(s.queue) {
		s.queue, s.head = s.queue[:0], 0
		if err := s.step(); err != nil {
			return Piece{}, err
		}
	}
	p := s.queue[s.head]
	s.queue[s.head] = Piece{}
	s.head++
	return p, nil
}

// step makes progress: it adds pieces to the queue, moves on in the stream, or returns how the stream ended.
func (s *Splitter) step() error {
	if s.off == 0 && !s.mid && s.frame == 0 {
		if s.utf16() {
			return nil
		}
	}
	if len(s.b) == s.frame && !s.more() {
		return s.finish()
	}
	if !s.mid && s.frame == 0 && s.arrays == 0 && s.doc == "" || s.plain {
		s.lineStep()
	} else {
		s.frameStep()
	}
	return nil
}

// finish hands out what was held back and then reports the end.
func (s *Splitter) finish() error {
	if s.frame > 0 {
		s.endFrameLine(s.frame)
	}
	if len(s.split) > 0 {
		s.flushSplit()
	}
	if (s.doc != "" || s.arrays > 0) && !s.broken && errors.Is(s.err, io.EOF) {
		s.queue = append(s.queue, Piece{Line: max(s.counted, 1), Offset: s.off, Inside: s.inside(), Problem: "the document ends before its closing bracket"})
	}
	s.doc, s.arrays, s.docArrays, s.tail = "", 0, 0, false
	if len(s.queue) > 0 {
		return nil
	}
	return s.err
}

// more reads more of the stream behind b and reports whether there was any. Pieces keep the old slab, b may move to a new one.
func (s *Splitter) more() bool {
	if s.err != nil {
		return false
	}
	if len(s.b) == cap(s.b) {
		slab := make([]byte, len(s.b), max(slabSize, 2*len(s.b)))
		copy(slab, s.b)
		s.b = slab
	}
	for range 100 {
		n, err := s.r.Read(s.b[len(s.b):cap(s.b)])
		s.b = s.b[:len(s.b)+n]
		s.err = err
		if n > 0 || err != nil {
			return n > 0
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// endOfLine looks for the end of the line that goes on at b[from], reading up to limit bytes. It returns the offset of the newline,
// or of the end of the stream, or -1 where the line is longer.
func (s *Splitter) endOfLine(from, limit int) int {
	for {
		if i := bytes.IndexByte(s.b[from:], '\n'); i >= 0 {
			if from+i > limit {
				return -1
			}
			return from + i
		}
		from = len(s.b)
		if from > limit {
			return -1
		}
		if !s.more() {
			return len(s.b)
		}
	}
}

// pass moves on by n bytes that hold lines newlines.
func (s *Splitter) pass(n int, lines int64) {
	if n > 0 {
		s.mid = s.b[n-1] != '\n'
	}
	s.b = s.b[n:]
	s.off += int64(n)
	s.line += lines
	s.frame = 0
	s.credit = min(s.credit+8*int64(n), 4*int64(s.l.Record))
}

// claim returns how many of the lines up to last no piece accounts for yet, and counts them.
func (s *Splitter) claim(last int64) int64 {
	n := max(last-s.counted, 0)
	s.counted = max(s.counted, last)
	return n
}

// emitLine hands out the line b[:n] as a piece and moves behind its line ending.
func (s *Splitter) emitLine(n int, p Piece) {
	p.Raw = trimCR(s.b[:n:n])
	if p.Text == nil {
		p.Text = p.Raw
	}
	p.Line, p.Offset = s.line, s.off
	p.Lines = s.claim(s.line)
	s.queue = append(s.queue, p)
	s.passLine(n)
}

// passLine moves behind the line b[:n].
func (s *Splitter) passLine(n int) {
	if n < len(s.b) {
		s.pass(n+1, 1)
		return
	}
	s.pass(n, 0)
}

// lineStep takes the line at b, which starts there.
func (s *Splitter) lineStep() {
	n := s.endOfLine(0, quickLine)
	start := skipBlank(s.b, s.firstByte())
	plain := s.plain
	s.plain = false
	if n < 0 || n > s.l.Record {
		if !plain && s.opensDocument(start) {
			s.frame = start
			s.frameStep()
			return
		}
		if n = s.endOfLine(0, s.l.Record); n < 0 {
			s.skipLine(s.tooLong("line"))
			return
		}
	}
	line := trimCR(s.b[:n])
	if start >= len(line) {
		s.emitLine(n, Piece{Text: line[min(start, len(line)):]})
		return
	}
	switch c := line[start]; {
	case plain:
		s.emitLine(n, Piece{Text: line[start:]})
	case c == '{':
		s.csv = nil
		if s.dockerLine(n, line[start:]) {
			return
		}
		if !s.endsHere(line[start:], n) {
			s.frame = start
			s.object()
			return
		}
		s.emitLine(n, Piece{Text: line[start:]})
	case c == '[' && s.opensDocument(start):
		s.csv = nil
		s.frame = start
		s.frameStep()
	case s.csv != nil:
		s.csvRow(start)
	case s.criLine(n, line[start:]):
	case s.csvHeader(n, line[start:]):
	default:
		s.emitLine(n, Piece{Text: line[start:]})
	}
}

// firstByte skips a UTF-8 byte order mark. One in the middle of a stream comes from files written one behind another.
func (s *Splitter) firstByte() int {
	if bytes.HasPrefix(s.b, []byte("\xef\xbb\xbf")) {
		return 3
	}
	return 0
}

// skipLine hands out the first bytes of what is left of the line, behind the frame, as unreadable and skips the rest without holding it.
func (s *Splitter) skipLine(problem string) {
	s.pass(s.frame, 0)
	p := Piece{Raw: s.beginning(), Line: s.line, Offset: s.off, Inside: s.inside(), Problem: problem}
	p.Lines = s.claim(s.line)
	for {
		if i := bytes.IndexByte(s.b, '\n'); i >= 0 {
			s.pass(i+1, 1)
			break
		}
		s.pass(len(s.b), 0)
		if !s.more() {
			break
		}
	}
	s.cutTo(&p)
	s.queue = append(s.queue, p)
}

// beginning copies the first bytes of what is to be skipped.
func (s *Splitter) beginning() []byte {
	for len(s.b) < cutRaw && s.more() {
		continue // until there is enough
	}
	return bytes.Clone(s.b[:min(cutRaw, len(s.b))])
}

// cutTo cuts what is kept of p to what was skipped, without a line ending.
func (s *Splitter) cutTo(p *Piece) {
	p.Raw = p.Raw[:min(int64(len(p.Raw)), s.off-p.Offset)]
	p.Raw = trimCR(bytes.TrimSuffix(p.Raw, []byte{'\n'}))
}

func (s *Splitter) tooLong(what string) string {
	n := s.l.Record
	switch {
	case n%(1<<20) == 0:
		return fmt.Sprintf("%s longer than %d MiB", what, n>>20)
	case n%(1<<10) == 0:
		return fmt.Sprintf("%s longer than %d KiB", what, n>>10)
	}
	return fmt.Sprintf("%s longer than %d bytes", what, n)
}

// utf16 recognises UTF-16 by its byte order mark. It is not read; the whole stream becomes one unreadable piece.
func (s *Splitter) utf16() bool {
	for len(s.b) < 2 {
		if !s.more() {
			return false
		}
	}
	if !bytes.HasPrefix(s.b, []byte("\xff\xfe")) && !bytes.HasPrefix(s.b, []byte("\xfe\xff")) {
		return false
	}
	p := Piece{Raw: s.beginning(), Line: 1, Problem: "UTF-16 text: save it as UTF-8 to read it"}
	var last byte
	for {
		p.Lines += int64(bytes.Count(s.b, []byte("\n")))
		last = s.b[len(s.b)-1]
		s.pass(len(s.b), 0)
		if !s.more() {
			break
		}
	}
	if last != '\n' {
		p.Lines++
	}
	s.line, s.counted = 1+p.Lines, p.Lines
	s.queue = append(s.queue, p)
	return true
}

func trimCR(b []byte) []byte {
	if n := len(b); n > 0 && b[n-1] == '\r' {
		return b[: n-1 : n-1]
	}
	return b
}

func skipBlank(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i
}
