package mask

import (
	"bytes"
	"strings"

	"auditdesk/backend/audit"
	"auditdesk/backend/catalog"
)

// Limits of what is parsed: beyond them a text is masked byte by byte, and a string whole.
const (
	maxDepth  = 512 // nesting of brackets
	maxLevels = 10  // strings of JSON within strings of JSON
)

// edit replaces text[start:end].
type edit struct {
	start, end int
	text       string
}

// node is one JSON value of a text, in the order of the text. An object's children are key, value, key, value, …
type node struct {
	kind       byte // '{' '[' '"' 'n' (number) 't' 'f' '0' (null)
	start, end int
	next       int // index of the node after this one and its children
}

type parser struct {
	text  []byte
	nodes []node
	cut   bool // failed at the end of the text, not within it
}

// parse reads the one value that starts at i and returns where it ends, or -1.
func (p *parser) parse(i, depth int) int {
	if i >= len(p.text) {
		p.cut = true
		return -1
	}
	at := len(p.nodes)
	c := p.text[i]
	p.nodes = append(p.nodes, node{kind: c, start: i})
	end := -1
	switch c {
	case '{', '[':
		if depth < maxDepth {
			end = p.parseInner(i, depth+1)
		}
	case '"':
		end = p.stringEnd(i)
	default:
		end = p.scalar(i, at)
	}
	if end < 0 {
		return -1
	}
	p.nodes[at].end = end
	p.nodes[at].next = len(p.nodes)
	return end
}

func (p *parser) parseInner(i, depth int) int {
	object := p.text[i] == '{'
	closing := byte(']')
	if object {
		closing = '}'
	}
	i = p.space(i + 1)
	if i < len(p.text) && p.text[i] == closing {
		return i + 1
	}
	for {
		if object {
			if i >= len(p.text) {
				break
			}
			if p.text[i] != '"' {
				return -1
			}
			if i = p.parse(i, depth); i < 0 {
				return -1
			}
			if i = p.space(i); i >= len(p.text) {
				break
			}
			if p.text[i] != ':' {
				return -1
			}
			i = p.space(i + 1)
		}
		if i = p.parse(i, depth); i < 0 {
			return -1
		}
		if i = p.space(i); i >= len(p.text) {
			break
		}
		switch p.text[i] {
		case closing:
			return i + 1
		case ',':
			i = p.space(i + 1)
		default:
			return -1
		}
	}
	p.cut = true
	return -1
}

func (p *parser) space(i int) int {
	for i < len(p.text) && (p.text[i] == ' ' || p.text[i] == '\n' || p.text[i] == '\t' || p.text[i] == '\r') {
		i++
	}
	return i
}

// stringEnd accepts any bytes between the quotes: where a string ends is all that matters.
func (p *parser) stringEnd(i int) int {
	end := quoteEnd(p.text, i)
	if end < 0 {
		p.cut = true
	}
	return end
}

// quoteEnd returns the position after the quote that closes the one at i, or -1.
func quoteEnd(text []byte, i int) int {
	for i++; i < len(text); i++ {
		j := bytes.IndexByte(text[i:], '"')
		if j < 0 {
			return -1
		}
		i += j
		n := 0 // backslashes before it
		for text[i-1-n] == '\\' {
			n++
		}
		if n%2 == 0 {
			return i + 1
		}
	}
	return -1
}

func (p *parser) scalar(i, at int) int {
	end := i
	for end < len(p.text) && isScalar(p.text[end]) {
		end++
	}
	switch word := p.text[i:end]; {
	case string(word) == "true" || string(word) == "false":
	case string(word) == "null":
		p.nodes[at].kind = '0'
	case isNumber(word):
		p.nodes[at].kind = 'n'
	default:
		p.cut = end == len(p.text)
		return -1
	}
	return end
}

func isScalar(c byte) bool {
	return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'E'
}

func isNumber(b []byte) bool {
	digits := func() bool {
		n := 0
		for n < len(b) && '0' <= b[n] && b[n] <= '9' {
			n++
		}
		b = b[n:]
		return n > 0
	}
	if len(b) > 0 && b[0] == '-' {
		b = b[1:]
	}
	if len(b) > 1 && b[0] == '0' && '0' <= b[1] && b[1] <= '9' {
		return false
	}
	if !digits() {
		return false
	}
	if len(b) > 0 && b[0] == '.' {
		b = b[1:]
		if !digits() {
			return false
		}
	}
	if len(b) > 0 && b[0]|0x20 == 'e' {
		b = b[1:]
		if len(b) > 0 && (b[0] == '+' || b[0] == '-') {
			b = b[1:]
		}
		if !digits() {
			return false
		}
	}
	return len(b) == 0
}

// walker collects the edits that mask a parsed text.
type walker struct {
	parser
	level int
	edits []edit
	leave int // index of a string that is not looked into, 0 for none
}

// document reads a text that is one JSON value, white space aside.
func document(text []byte, level int) (*walker, bool) {
	w := &walker{parser: parser{text: text}, level: level}
	end := w.parse(w.space(0), 0)
	return w, end >= 0 && w.space(end) == len(text)
}

func (w *walker) walk(i int) {
	switch n := w.nodes[i]; n.kind {
	case '{':
		w.object(i)
	case '[':
		for j := i + 1; j < n.next; j = w.nodes[j].next {
			w.walk(j)
		}
	case '"':
		if i == 0 || i != w.leave {
			w.str(n, false)
		}
	}
}

func (w *walker) object(i int) {
	o := w.look(i)
	for k := i + 1; k < w.nodes[i].next; {
		v := k + 1
		name := w.key(k)
		switch side := audit.FoldASCII(name); {
		case o.flag == Secret && o.entry() && isSide(side):
			w.mask(v)
		case side == "secret" && (w.nodes[v].kind == 't' || w.nodes[v].kind == 'f'):
			// The flag itself.
		case catalog.SecretField(name) || Name(name):
			w.secret(v)
		case o.labelled && (isSide(side) || isValue(side)):
			w.mask(v)
		case isDiff(side) && w.nodes[v].kind == '"':
			w.str(w.nodes[v], true)
		default:
			w.walk(v)
		}
		k = w.nodes[v].next
	}
}

// secret masks the value under a secret name. Of a diff entry its sides are masked, unless the record's own flag says
// that they are public.
func (w *walker) secret(v int) {
	if w.nodes[v].kind != '{' {
		w.mask(v)
		return
	}
	o := w.look(v)
	switch {
	case !o.pure():
		w.mask(v)
	case o.flag == Public:
		w.walk(v)
	default:
		for k := v + 1; k < w.nodes[v].next; k = w.nodes[k+1].next {
			if isSide(audit.FoldASCII(w.key(k))) {
				w.mask(k + 1)
			}
		}
	}
}

// traits are what the members of an object say of each other.
type traits struct {
	sides, flags, others int
	flag                 Flag
	labelled             bool // {"name": "api token", "value": …}
}

// entry reports whether the object looks like one entry of a diff; pure, that it holds nothing else.
func (t traits) entry() bool { return t.sides > 0 }
func (t traits) pure() bool  { return t.sides > 0 && t.others == 0 }

func (w *walker) look(i int) traits {
	var t traits
	for k := i + 1; k < w.nodes[i].next; k = w.nodes[k+1].next {
		v := w.nodes[k+1]
		switch name := audit.FoldASCII(w.key(k)); {
		case isSide(name):
			t.sides++
		case name == "secret":
			t.flags++
			if v.kind == 'f' && t.flag == Unflagged {
				t.flag = Public
			} else if v.kind != 'f' && v.kind != '0' {
				t.flag = Secret
			}
		case isLabel(name) && v.kind == '"':
			t.others++
			label := w.key(k + 1)
			t.labelled = t.labelled || !strings.ContainsAny(label, `{["=`) && (catalog.SecretField(label) || Name(label))
		default:
			t.others++
		}
	}
	return t
}

func isSide(folded string) bool  { return folded == "old" || folded == "new" }
func isLabel(folded string) bool { return folded == "name" || folded == "field" || folded == "key" }
func isValue(folded string) bool {
	return folded == "value" || folded == "old_value" || folded == "new_value" || folded == "default_value"
}

// key is the text of a string that is a name.
func (w *walker) key(i int) string {
	n := w.nodes[i]
	raw := w.text[n.start+1 : n.end-1]
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw)
	}
	return string(unescape(raw).text)
}

// mask hides a value. What is empty stays as it is: that there is no secret may be told.
func (w *walker) mask(i int) {
	switch n := w.nodes[i]; {
	case n.kind == '0':
	case n.kind == '"':
		if n.end-n.start > 2 {
			w.edits = append(w.edits, edit{n.start + 1, n.end - 1, Text})
		}
	case (n.kind == '{' || n.kind == '[') && n.next == i+1:
	default:
		w.edits = append(w.edits, edit{n.start, n.end, `"` + Text + `"`})
	}
}

// str looks into a string: it may hold JSON or a whole log line. Strict is for one that holds fields and their values, no prose.
func (w *walker) str(n node, strict bool) {
	raw := w.text[n.start+1 : n.end-1]
	if !suspicious(raw) {
		return
	}
	if w.level >= maxLevels {
		w.edits = append(w.edits, edit{n.start + 1, n.end - 1, Text})
		return
	}
	in := unescape(raw)
	w.edits = append(w.edits, in.outer(textEdits(in.text, w.level+1, strict), n.start+1, escapeJSON)...)
}

// inner is the text that an encoded text spells, with the way back.
type inner struct {
	text []byte
	pos  []int32 // where each byte of text stands in the encoded text; one more for the end
}

// outer maps edits of the inner text to the encoded one, which starts at base.
func (in inner) outer(edits []edit, base int, escape func(string) string) []edit {
	for i, e := range edits {
		edits[i] = edit{base + int(in.pos[e.start]), base + int(in.pos[e.end]), escape(e.text)}
	}
	return edits
}

func escapeJSON(s string) string { return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) }

// apply makes the edits, which stand in order and do not overlap. Without any the text itself is returned.
func apply(text []byte, edits []edit) []byte {
	if len(edits) == 0 {
		return text
	}
	out := make([]byte, 0, len(text)+len(edits)*len(Text))
	at := 0
	for _, e := range edits {
		out = append(out, text[at:e.start]...)
		out = append(out, e.text...)
		at = e.end
	}
	return append(out, text[at:]...)
}

// JSON masks every value under a secret name in a JSON text, at any depth and within strings that hold JSON, and both
// sides of a diff entry that is flagged as secret. All else stays byte for byte. The result is JSON again; it is raw
// itself where nothing was masked. It is false where raw looks as if it held a secret name but is not JSON, or is
// nested deeper than 512 brackets: use [Record] then.
func JSON(raw []byte) ([]byte, bool) {
	if !suspicious(raw) {
		return raw, true
	}
	w, ok := document(raw, 0)
	if !ok {
		return nil, false
	}
	w.walk(0)
	return apply(raw, w.edits), true
}
