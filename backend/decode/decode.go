package decode

import (
	"bytes"
	"fmt"
	"strings"

	"auditdesk/backend/audit"
	"auditdesk/backend/mask"
)

const (
	maxWalk    = 9   // objects (or JSON texts) around a record's: eight wrappers, and the log line that it is the fields of
	maxExcerpt = 200 // characters
	maxNoted   = 512 // bytes of a line of text that its pattern is made of
	keepNodes  = 1 << 16
	keepText   = 1 << 20
)

// Decoder finds the records in pieces and understands them. It holds buffers: one goroutine at a time may use it.
type Decoder struct {
	l      Limits
	docs   []*doc // by level: the piece's own, then strings of JSON within it
	level  int
	values int // JSON values that the piece may still have

	piece   Piece
	out     []Item
	first   int // where the piece's items start in out
	frames  []frame
	human   bool   // within a line of the human format
	prefix  string // words for what stood before the record on its line
	tooDeep bool   // something was not looked into
	trouble string // why a string that should be a log line can't be read
	log     logLine
	lent    bool // the last time was that of what stands around the record

	rec     record
	extra   value    // additional fields of the record at hand that nothing was masked of
	cell    bool     // within a log line in a cell of a table
	header  []string // of the table that the last row was of
	columns []column
	wrapped map[string]string
	shown   map[string]struct{} // patterns that had their example, see ExamplesOnce; nil where each line has one
	scratch []byte
	plain   []byte // memory of log.plain
	sorted  []sortedChange
	text    arena
	bytes   slab
}

// logLine is what is known of a line that is no record, for its pattern.
type logLine struct {
	msg   string
	exec  bool
	plain []byte // a line of text
	json  bool
}

// NewDecoder returns a decoder. Zero limits are the defaults.
func NewDecoder(l Limits) *Decoder {
	return &Decoder{l: l.withDefaults(), wrapped: map[string]string{}}
}

// ExamplesOnce leaves out the excerpt of an [Other] whose pattern came before: most lines of a log may be no records, and to mask
// them all costs more than to read them.
func (d *Decoder) ExamplesOnce() { d.shown = map[string]struct{}{} }

// maxShown is how many patterns are remembered.
const maxShown = 4096

// Decode appends what p holds to out: its records and what looks like one but can't be understood, or, if there is neither, one
// [Other]. Nothing in the items shares memory with p. Strings of items share memory with each other, a few KiB at a time: clone what
// is to outlive the rest.
func (d *Decoder) Decode(p Piece, out []Item) []Item {
	d.piece, d.out, d.first = p, out, len(out)
	d.level, d.values, d.frames = 0, d.l.Values, d.frames[:0]
	d.cell = false
	d.human, d.tooDeep, d.prefix, d.trouble, d.log = false, false, "", "", logLine{}
	switch {
	case p.Problem != "":
		d.unreadable(p.Problem)
	case p.Frame:
		d.other("document frame")
	case p.Header != nil:
		d.row()
	default:
		d.line(p.Text)
	}
	if len(d.out) == d.first {
		if d.trouble != "" {
			d.unreadable(d.trouble)
		} else {
			d.other(d.pattern())
		}
	}
	out = d.out
	d.piece, d.out = Piece{}, nil
	return out
}

// excerpt masks a row by its columns: a cell does not say its name.
func (d *Decoder) excerpt() string {
	if d.piece.Header != nil {
		return mask.Excerpt(mask.CSV(d.piece.Raw, d.piece.Header), maxExcerpt)
	}
	return mask.Excerpt(d.piece.Raw, maxExcerpt)
}

func (d *Decoder) unreadable(reason string) {
	d.out = append(d.out, Item{Kind: Unreadable, Note: reason, Excerpt: d.excerpt()})
}

func (d *Decoder) other(pattern string) {
	if d.shown != nil {
		if _, ok := d.shown[pattern]; ok {
			d.out = append(d.out, Item{Kind: Other, Note: pattern})
			return
		}
		if len(d.shown) < maxShown {
			d.shown[pattern] = struct{}{}
		}
	}
	d.out = append(d.out, Item{Kind: Other, Note: pattern, Excerpt: d.excerpt()})
}

// line reads a line, or the text of one from within a wrapper.
func (d *Decoder) line(b []byte) {
	b = trimSpace(b)
	if len(b) == 0 {
		d.log.plain = b
		return
	}
	switch c := b[0]; {
	case c == '{' || c == '[' && startsJSON(b) || c == '"':
		d.json(b)
	case c == 0:
		d.log.plain = b
		if rest := bytes.TrimLeft(b, "\x00"); len(rest) > 0 && rest[0] == '{' {
			d.trouble = "NUL at byte 1"
		}
	default:
		d.textLine(b)
	}
}

// startsJSON reports whether behind a bracket there is what only JSON has: "[INFO] …" is text.
func startsJSON(b []byte) bool {
	i := skipSpace(b, 1)
	return i < len(b) && (b[i] == '{' || b[i] == '[' || b[i] == '"' || b[i] == ']')
}

func trimSpace(b []byte) []byte {
	i := skipSpace(b, 0)
	n := len(b)
	for n > i && isSpace(b[n-1]) {
		n--
	}
	return b[i:n]
}

// json reads b, which is one JSON value, or several of them behind one another on a line.
func (d *Decoder) json(b []byte) {
	at := 0
	for at < len(b) {
		doc := d.pushDoc()
		n, err := doc.parse(b[at:], d.l.Depth, &d.values)
		if err != nil {
			d.popDoc()
			d.log.plain = b
			if b[0] == '"' {
				return
			}
			if err.reason == "" {
				err.pos += at
			}
			d.trouble = d.where(err)
			if at > 0 { // records before it stand, and what is broken is told beside them
				d.unreadable(d.trouble)
			}
			return
		}
		d.log.json = true
		d.walk(doc.at(0), "", 0)
		d.popDoc()
		at = skipSpace(b, at+n)
		switch {
		case at == len(b) || b[at] == '{':
		case b[0] == '"': // a text that begins with a quotation
			d.out, d.log = d.out[:d.first], logLine{plain: b}
			return
		case d.humanBehind(b[at:]):
			return
		default:
			d.unreadableOnly(fmt.Sprintf("broken JSON at byte %d", at+1))
			return
		}
	}
}

// humanBehind reads a line of the human format behind JSON: a file was written behind one that has no final newline.
func (d *Decoder) humanBehind(b []byte) bool {
	if _, ok := humanHead(b); !ok || len(d.frames) > 0 {
		return false
	}
	d.textLine(b)
	if d.trouble != "" && len(d.out) > d.first {
		d.unreadable(d.trouble)
	}
	return true
}

// where says what is wrong with a JSON text, and where: positions within a string of a wrapper count from the string's start.
func (d *Decoder) where(err *syntaxError) string {
	if err.reason == "" && len(d.frames) > 0 {
		return err.Error() + " of a wrapped line"
	}
	return err.Error()
}

// unreadableOnly reports a line with a broken end. A record before that is not taken either: the line is not what was logged.
func (d *Decoder) unreadableOnly(reason string) {
	d.out = d.out[:d.first]
	d.unreadable(reason)
}

func (d *Decoder) pushDoc() *doc {
	if d.level == len(d.docs) {
		d.docs = append(d.docs, &doc{})
	}
	d.level++
	return d.docs[d.level-1]
}

func (d *Decoder) popDoc() {
	d.level--
	doc := d.docs[d.level]
	doc.text = nil
	if cap(doc.nodes) > keepNodes {
		doc.nodes = nil
	}
	if cap(doc.own) > keepText {
		doc.own = nil
	}
}

// str is the text of a value, "" if there is none.
func (d *Decoder) str(v value) string {
	if v.plain() {
		if v.kind < boolean || v.kind > text {
			return ""
		}
		return d.text.copy(v.raw)
	}
	d.scratch = v.appendText(d.scratch[:0])
	return d.text.copy(d.scratch)
}

// arena keeps short strings together, so that one does not cost an allocation each.
type arena struct{ b *strings.Builder }

const arenaSize = 4 << 10

func (a *arena) copy(s []byte) string {
	if len(s) == 0 {
		return ""
	}
	if len(s) > arenaSize/4 {
		return string(s)
	}
	if a.b == nil || a.b.Cap()-a.b.Len() < len(s) {
		a.b = &strings.Builder{} // the old one lives as long as its strings
		a.b.Grow(arenaSize)
	}
	n := a.b.Len()
	a.b.Write(s)
	return a.b.String()[n:]
}

// slab does the same for bytes.
type slab struct{ b []byte }

func (s *slab) copy(b []byte) []byte {
	if len(b) > arenaSize/4 {
		return bytes.Clone(b)
	}
	if cap(s.b)-len(s.b) < len(b) {
		s.b = make([]byte, 0, arenaSize)
	}
	n := len(s.b)
	s.b = append(s.b, b...)
	return s.b[n:len(s.b):len(s.b)]
}

// emit appends an item for a record and returns it to be filled.
func (d *Decoder) emit() *Item {
	d.out = append(d.out, Item{Kind: Record, Event: audit.Event{Status: audit.NoStatus}})
	return &d.out[len(d.out)-1]
}
