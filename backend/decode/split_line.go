package decode

import (
	"bytes"
	"encoding/json"
)

// maxSplits is how many streams may have a split line open at once. There are two, stdout and stderr.
const maxSplits = 8

// splitLine is a log line that a container runtime cut into several physical lines, as far as it was read.
type splitLine struct {
	cri    bool
	stream string
	time   string // of the first part
	raw    []byte // physical lines with what stood between them, as far as none of another stream came between
	cr     bool   // the last one ended in CRLF
	text   []byte // what the parts say: of Docker still as within the quotes of "log"
	last   int    // where the last part starts in text
	rawEnd int    // and in raw
	end    Piece  // the last part on its own
	line   int64
	lines  int64
	off    int64
}

// Docker writes its keys in this order and without spaces; a line that differs is an ordinary JSON line.
var (
	dockerHead   = []byte(`{"log":"`)
	dockerStream = []byte(`,"stream":"`)
	dockerTime   = []byte(`"time":"`)
)

// dockerLine takes line, which is b[:n] without indentation and line ending, if it is one of Docker's json-file driver.
// Docker cuts lines at 16 KiB: a part whose text does not end in a newline is joined with the next of its stream.
func (s *Splitter) dockerLine(n int, line []byte) bool {
	if !bytes.HasPrefix(line, dockerHead) {
		return false
	}
	end, _, ok := scanString(line, len(dockerHead))
	if !ok {
		return false
	}
	rest := line[end+1:]
	if !bytes.HasPrefix(rest, dockerStream) || rest[len(rest)-1] != '}' {
		return false
	}
	stream, _, ok := bytes.Cut(rest[len(dockerStream):], []byte{'"'})
	if !ok || bytes.Contains(rest, dockerHead[1:]) && hasLog(rest) {
		return false
	}
	p := Piece{Text: line, Inside: "docker"}
	if i := bytes.LastIndex(rest, dockerTime); i >= 0 {
		t, _, _ := bytes.Cut(rest[i+len(dockerTime):], []byte{'"'})
		p.Time = string(t)
	}
	log := line[len(dockerHead):end]
	s.part(n, false, string(stream), log, endsInNewline(log), p)
	return true
}

// hasLog reports whether rest, which goes on behind "log", has a log of its own: then that one counts.
func hasLog(rest []byte) bool {
	var d doc
	values := defaultValues
	b := append([]byte("{"), rest[1:]...)
	if n, err := d.parse(b, defaultDepth, &values); err != nil || n < len(b) {
		return true // no line of Docker's
	}
	return d.at(0).member("log").kind != absent
}

// endsInNewline reports whether the inside of a JSON string ends with an escaped newline.
func endsInNewline(s []byte) bool {
	n := len(s)
	if n < 2 || s[n-1] != 'n' {
		return false
	}
	slashes := 0
	for i := n - 2; i >= 0 && s[i] == '\\'; i-- {
		slashes++
	}
	return slashes%2 == 1
}

// criLine takes line if it has the form of the container runtime interface: TIME stream P|F text, where P marks a part that goes on.
func (s *Splitter) criLine(n int, line []byte) bool {
	stamp, rest, ok := bytes.Cut(line, []byte{' '})
	if !ok || !isStamp(stamp) {
		return false
	}
	stream, rest, ok := bytes.Cut(rest, []byte{' '})
	if !ok || string(stream) != "stdout" && string(stream) != "stderr" {
		return false
	}
	tag, text, _ := bytes.Cut(rest, []byte{' '})
	full := len(tag) > 0 && tag[0] == 'F'
	if len(tag) == 0 || !full && tag[0] != 'P' || len(tag) > 1 && tag[1] != ':' {
		return false
	}
	p := Piece{Text: text, Inside: "cri", Time: string(stamp)}
	if text == nil {
		p.Text = []byte{}
	}
	s.part(n, true, string(stream), text, full, p)
	return true
}

// isStamp reports whether b looks like the time that Kubernetes puts before a line: RFC 3339 with a zone.
func isStamp(b []byte) bool {
	if len(b) < len("2006-01-02T15:04:05Z") || b[4] != '-' || b[7] != '-' || b[10] != 'T' || b[13] != ':' || b[16] != ':' {
		return false
	}
	return isDigit(b[0]) && isDigit(b[1]) && isDigit(b[2]) && isDigit(b[3])
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// part takes the line b[:n], which is p, with text as a part of a split line or as a whole one.
func (s *Splitter) part(n int, cri bool, stream string, text []byte, last bool, p Piece) {
	i := 0
	for i < len(s.split) && (s.split[i].cri != cri || s.split[i].stream != stream) {
		i++
	}
	if i == len(s.split) {
		if last {
			s.emitLine(n, p)
			return
		}
		if len(s.split) == maxSplits {
			s.endSplit(0)
			i--
		}
		s.split = append(s.split, &splitLine{cri: cri, stream: stream, time: p.Time, line: s.line, off: s.off})
	}
	l := s.split[i]
	p.Raw = trimCR(s.b[:n:n])
	p.Line, p.Offset, p.Lines = s.line, s.off, s.claim(s.line)
	if l.lines > 0 && !l.tooLong(s.l.Record) {
		if l.cr {
			l.raw = append(l.raw, '\r')
		}
		l.raw = append(l.raw, '\n')
	}
	l.cr = len(p.Raw) < n
	l.last, l.rawEnd = len(l.text), len(l.raw)
	l.lines += p.Lines
	if !l.tooLong(s.l.Record) {
		l.raw = append(l.raw, p.Raw...)
		l.text = append(l.text, text...)
	}
	l.end = p
	s.passLine(n)
	switch {
	case last:
		s.endSplit(i)
	case s.heldBack() > 4*s.l.Record:
		s.endSplit(0) // nobody writes so many parts of so many streams
	}
}

// tooLong reports whether the line is over the limit, or its parts are with what stands around them: they may be empty.
func (l *splitLine) tooLong(limit int) bool {
	return len(l.text) > limit || len(l.raw) > 2*limit+cutRaw
}

// heldBack is how many bytes wait for the rest of their lines.
func (s *Splitter) heldBack() (n int) {
	for _, l := range s.split {
		n += len(l.raw) + len(l.text)
	}
	return n
}

// endSplit hands out a split line.
func (s *Splitter) endSplit(i int) {
	l := s.split[i]
	s.split = append(s.split[:i], s.split[i+1:]...)
	p := Piece{Raw: l.raw, Line: l.line, Lines: l.lines, Offset: l.off, Inside: l.end.Inside, Time: l.time}
	switch {
	case l.tooLong(s.l.Record):
		p.Raw, p.Problem = bytes.Clone(l.raw[:min(cutRaw, len(l.raw))]), s.tooLong("line")
	case l.startsAnew():
		// The writer died within a line, and another began one of its own: two lines, not one broken one.
		first := p
		first.Raw, first.Lines = trimCR(l.raw[:max(l.rawEnd-1, 0)]), l.lines-l.end.Lines
		first.Text = l.whole(l.text[:l.last])
		s.queue = append(s.queue, first, l.end)
		return
	default:
		p.Text = l.whole(l.text)
	}
	s.queue = append(s.queue, p)
}

// whole spells the line as its runtime would have, had it not cut it.
func (l *splitLine) whole(text []byte) []byte {
	if l.cri {
		return bytes.Clone(text)
	}
	b := make([]byte, 0, len(dockerHead)+len(text)+len(dockerStream)+len(l.stream)+len(l.time)+16)
	b = append(b, dockerHead...)
	b = append(b, text...)
	b = append(b, '"')
	b = append(b, dockerStream...)
	b = append(b, l.stream...)
	b = append(b, `","time":"`...)
	b = append(b, l.time...)
	return append(b, `"}`...)
}

// startsAnew reports whether the last part is JSON by itself while all parts together are not.
func (l *splitLine) startsAnew() bool {
	last, all := l.text[l.last:], l.text
	if l.last == 0 || len(last) == 0 || last[0] != '{' || all[0] != '{' {
		return false
	}
	if !l.cri {
		last, all = appendUnescaped(nil, last), appendUnescaped(nil, all)
	}
	return json.Valid(last) && !json.Valid(all)
}

// flushSplit hands out the split lines whose last part never came, in the order of their beginning.
func (s *Splitter) flushSplit() {
	for len(s.split) > 0 {
		s.endSplit(0)
	}
}
