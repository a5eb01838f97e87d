package decode

import "bytes"

// frame is an object that the walk is in.
type frame struct {
	v   value
	key string // under which it stands in the object around it
	n   names
	// time is the time that an array gave beside a line: Loki's ["1665500027121003552", "line"].
	time value
}

// textIs reports whether a value is this string.
func (v value) textIs(s string) bool { return v.kind == text && !v.dirty && string(v.raw) == s }

// walk looks for records in v, which stands under key, depth objects below the piece. The first three cases are the whole of what a
// record is recognised by; whatever else stands around it is a wrapper.
func (d *Decoder) walk(v value, key string, depth int) {
	switch {
	case depth > maxWalk:
		d.tooDeep = true
	case v.kind == object:
		d.walkObject(v, key, depth)
	case v.kind == array:
		d.walkArray(v, key, depth)
	case v.kind == text:
		d.walkString(v, key, depth)
	}
}

func (d *Decoder) walkObject(v value, key string, depth int) {
	n := v.doc.names(v)
	d.frames = append(d.frames, frame{v: v, key: key, n: n})
	defer func() { d.frames = d.frames[:len(d.frames)-1] }()

	mark := len(d.out)
	if n.auditLog > 0 && d.auditLog(v.doc.at(n.auditLog), depth) {
		return
	}
	said := d.announced(v, n)
	switch {
	case key == "audit_log" || isRow(n) || d.piece.Inside == "audit_logs" && depth == 0 && len(d.frames) == 1 && isAboutAudit(n):
		d.record(v, shapeRow)
	case n.connectTime > 0 && n.workspaceName > 0 && n.typ > 0, d.piece.Inside == "connection_logs" && len(d.frames) == 1 && n.workspaceName > 0:
		d.record(v, shapeConnectionRow)
	case n.isFlat(said):
		d.record(v, shapeFlat)
	case n.goWorkspace > 0 && n.goConnection > 0 && (n.goTime > 0 || n.goID > 0 || said != ""), said == "connection_log" && n.goWorkspace > 0:
		d.record(v, shapeConnectionFlat)
	default:
		if said == "" {
			d.noteLine(v, n)
		}
		d.walkMembers(v, n, depth)
		if said == "" || len(d.out) > mark || d.trouble != "" {
			return
		}
		if d.tooDeep { // not looked into, so nothing is said of what it lacks
			d.unreadable("wrapped too deep")
			return
		}
		d.unreadable(noAction(said))
	}
}

func noAction(said string) string {
	if said == "connection_log" {
		return "no connection in the record"
	}
	return "no action"
}

// announced returns the name of the log that an object, or the log line around it, says to be of: "audit_log", "connection_log" or "".
// v1's message is unknown, so it is no condition for anything; for v2's flat record it stands in for names that are missing.
func (d *Decoder) announced(v value, n names) string {
	said := func(doc *doc, n names) string {
		for _, m := range [...]value{doc.get(n.msg), doc.get(n.message)} {
			switch {
			case m.textIs("audit_log"):
				return "audit_log"
			case m.textIs("connection_log"):
				return "connection_log"
			}
		}
		return ""
	}
	if s := said(v.doc, n); s != "" || len(d.frames) < 2 {
		return s
	}
	if f := &d.frames[len(d.frames)-1]; f.key == "fields" {
		outer := &d.frames[len(d.frames)-2]
		return said(outer.v.doc, outer.n)
	}
	return ""
}

// auditLog takes the value under the key audit_log and reports whether it is a record, readable or not.
func (d *Decoder) auditLog(v value, depth int) bool {
	if v.kind == object {
		d.walkObject(v, "audit_log", depth)
		return true
	}
	if v.kind != text {
		return false
	}
	mark := len(d.out)
	d.walkString(v, "audit_log", depth)
	return len(d.out) > mark
}

// noteLine remembers what an object that is no record says of itself. The outermost object of the innermost text counts.
func (d *Decoder) noteLine(v value, n names) {
	if n.cmdline > 0 && d.log.msg == "exec" {
		d.log.exec = true
	}
	for _, i := range [...]int32{n.msg, n.message} {
		if m := v.doc.get(i); d.log.msg == "" && m.kind == text && len(m.raw) > 0 && m.raw[0] != '{' {
			d.log.msg = d.str(m)
		}
	}
}

// noteText remembers a line of text from within a wrapper that says nothing of itself.
func (d *Decoder) noteText(b []byte) {
	if d.log.msg == "" {
		d.plain = append(d.plain[:0], b[:min(len(b), maxNoted)]...)
		d.log = logLine{plain: d.plain}
	}
}

// walkMembers looks into the members of an object. Two members that yield the same records (a line as text and once more parsed)
// yield them once, and one that is broken beside a record is told where it is another line.
func (d *Decoder) walkMembers(v value, n names, depth int) {
	start := len(d.out)
	var room [8]int
	groups := room[:0] // where the items of each member start in out
	skip := int32(0)
	var twice lastKeys
	var lines []broken
	var readRoom [8]int32
	read := readRoom[:0] // members that gave records
	if n.log > 0 && n.logProcessed > 0 {
		// The text is what was logged; a collector may have changed numbers on the way to the parsed form.
		d.walk(v.doc.at(n.log), "log", depth+1)
		skip = n.log
		if hasRecord(d.out[start:]) {
			return
		}
		d.out, d.trouble = d.out[:start], ""
	}
	for c := v.node + 1; c < v.doc.nodes[v.node].next; c = v.doc.nodes[c].next {
		m := &v.doc.nodes[c]
		if c == skip || m.kind < text {
			continue
		}
		key := v.doc.keyOf(m)
		if m.kind == text && !isLineKey(string(key)) && (m.end-m.start < minLine || !mayBeJSON(v.doc.text[m.start])) {
			continue
		}
		mark, before := len(d.out), d.trouble
		d.trouble = ""
		d.walk(v.doc.at(c), keyName(key), depth+1)
		switch {
		case (len(d.out) > mark || d.trouble != "") && twice.later(v, c, key):
			d.out = d.out[:mark]
		case len(d.out) > mark:
			read = append(read, c)
		case d.trouble != "":
			lines = append(lines, broken{c, d.trouble})
		}
		if before != "" {
			d.trouble = before
		}
		if len(d.out) == mark || len(groups) == cap(groups) {
			continue
		}
		groups = append(groups, mark)
		for g, from := range groups[:len(groups)-1] {
			if sameRecords(d.out[from:groups[g+1]], d.out[mark:]) {
				d.out, groups = d.out[:mark], groups[:len(groups)-1]
				break
			}
		}
	}
	if len(lines) > 0 && hasRecord(d.out[start:]) {
		d.tellBroken(v, lines, read, start)
		d.trouble = ""
	}
}

// lastKeys tells whether a key of an object occurs again behind a member: of equal keys the last one counts. What was found under an
// earlier one is no record of its own.
type lastKeys struct {
	looked int
	last   map[string]int32 // of an object with many members that hold something
}

func (l *lastKeys) later(v value, at int32, key []byte) bool {
	d := v.doc
	if l.last == nil {
		if l.looked++; l.looked < 8 {
			for c := d.nodes[at].next; c < d.nodes[v.node].next; c = d.nodes[c].next {
				if bytes.Equal(d.keyOf(&d.nodes[c]), key) {
					return true
				}
			}
			return false
		}
		l.last = map[string]int32{}
		for c := v.node + 1; c < d.nodes[v.node].next; c = d.nodes[c].next {
			l.last[string(d.keyOf(&d.nodes[c]))] = c
		}
	}
	return l.last[string(key)] > at
}

// minLine is the length of the shortest string that could hold a record.
const minLine = 20

func hasRecord(items []Item) bool {
	for i := range items {
		if items[i].Kind == Record {
			return true
		}
	}
	return false
}

// sameRecords reports whether two members yield the same records, with what can't be read between them at the same places.
func sameRecords(a, b []Item) bool {
	if len(a) != len(b) || !hasRecord(a) {
		return false
	}
	for i := range a {
		if a[i].Kind != b[i].Kind || a[i].Kind == Record && a[i].Base != b[i].Base {
			return false
		}
	}
	return true
}

// walkArray looks into the elements of an array. Each is a line of its own: one that can't be read is told, whatever the others are.
func (d *Decoder) walkArray(v value, key string, depth int) {
	first := v.node + 1
	next := v.doc.nodes[v.node].next
	if first == next {
		return
	}
	// Loki: [time in nanoseconds, line], in arrays under "values".
	if t := v.doc.at(first); t.kind == text && len(t.raw) >= 16 && isDigits(t.raw) && t.doc.nodes[first].next < next {
		if line := v.doc.at(t.doc.nodes[first].next); line.kind == text {
			d.frames = append(d.frames, frame{key: "values", time: t})
			d.walkString(line, "line", depth)
			d.frames = d.frames[:len(d.frames)-1]
			return
		}
	}
	around := d.trouble
	for c := first; c < next; c = v.doc.nodes[c].next {
		if v.doc.nodes[c].kind < text {
			continue
		}
		mark := len(d.out)
		d.trouble = ""
		d.walk(v.doc.at(c), key, depth)
		if len(d.out) == mark && d.trouble != "" {
			d.unreadable(d.trouble)
		}
	}
	d.trouble = around
}

func isDigits(b []byte) bool {
	for _, c := range b {
		if !isDigit(c) {
			return false
		}
	}
	return true
}

// walkString looks into a string: JSON is walked; under a name that wrappers use for log lines, text is read as a line.
func (d *Decoder) walkString(v value, key string, depth int) {
	lineKey := isLineKey(key) || depth == 0
	if len(v.raw) == 0 || !lineKey && !mayBeJSON(v.raw[0]) {
		return
	}
	doc := d.pushDoc()
	defer d.popDoc()
	doc.own = v.appendText(doc.own[:0])
	b := trimSpace(doc.own)
	if len(b) == 0 {
		return
	}
	if b[0] != '{' && (b[0] != '[' || !startsJSON(b)) {
		if lineKey {
			d.noteText(b)
			d.wrappedText(b, key)
		}
		return
	}
	n, err := doc.parse(b, d.l.Depth, &d.values)
	if err == nil && n < len(b) {
		err = &syntaxError{pos: n}
	}
	if err != nil {
		if d.trouble == "" && (lineKey || bytes.Contains(b, []byte("audit_log")) || bytes.Contains(b, []byte("connection_log"))) {
			d.trouble = d.where(err)
		}
		return
	}
	d.log = logLine{json: true}
	d.walk(doc.at(0), key, depth)
}

// mayBeJSON reports whether a string that starts with this byte, before it is unescaped, can be an object or an array.
func mayBeJSON(c byte) bool { return c == '{' || c == '[' || c == '\\' || c == ' ' }

// wrappedText reads a line of text from within a wrapper.
func (d *Decoder) wrappedText(b []byte, key string) {
	d.frames = append(d.frames, frame{key: key})
	d.textLine(b)
	d.frames = d.frames[:len(d.frames)-1]
}
