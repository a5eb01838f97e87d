package decode

import (
	"bytes"
	"strings"
)

// frame is an object that the walk is in.
type frame struct {
	v   value
	key string // under which it stands in the object around it
	n   names
	// time is the time that an array gave beside a line: Loki's ["1665500027121003552", "line"].
	time value
}

// names are the members of an object that say what it is: the index of each one's node, 0 for none (a root is nobody's member).
// Where a key occurs twice it is the last one.
type names struct {
	auditLog, msg, message, fields               int32
	action, resourceType, time, connectTime      int32
	resourceTarget, resourceID, status, diff     int32
	uaRaw, workspaceName, typ                    int32
	goAction, goType, goTime, goID, goConnection int32
	goWorkspace                                  int32
	ts, timestamp, seconds, nanos                int32
	atTimestamp, underTime                       int32
	log, logProcessed, stream, kubernetes        int32
	level, caller, severity, sourcetype, cloud   int32
	cmdline                                      int32
}

func (d *doc) names(v value) names {
	var n names
	for c := v.node + 1; c < d.nodes[v.node].next; c = d.nodes[c].next {
		switch string(d.keyOf(&d.nodes[c])) {
		case "audit_log":
			n.auditLog = c
		case "msg":
			n.msg = c
		case "message":
			n.message = c
		case "fields":
			n.fields = c
		case "action":
			n.action = c
		case "resource_type":
			n.resourceType = c
		case "time":
			n.time = c
		case "connect_time":
			n.connectTime = c
		case "resource_target":
			n.resourceTarget = c
		case "resource_id":
			n.resourceID = c
		case "status_code":
			n.status = c
		case "diff":
			n.diff = c
		case "user_agent_raw":
			n.uaRaw = c
		case "workspace_name":
			n.workspaceName = c
		case "type":
			n.typ = c
		case "Action":
			n.goAction = c
		case "ResourceType":
			n.goType = c
		case "Time":
			n.goTime = c
		case "ID":
			n.goID = c
		case "ConnectionStatus", "ConnectionID":
			n.goConnection = c
		case "WorkspaceName":
			n.goWorkspace = c
		case "ts":
			n.ts = c
		case "timestamp":
			n.timestamp = c
		case "timestampSeconds":
			n.seconds = c
		case "timestampNanos":
			n.nanos = c
		case "@timestamp":
			n.atTimestamp = c
		case "_time":
			n.underTime = c
		case "log":
			n.log = c
		case "log_processed":
			n.logProcessed = c
		case "stream":
			n.stream = c
		case "kubernetes":
			n.kubernetes = c
		case "level":
			n.level = c
		case "caller":
			n.caller = c
		case "severity", "logging.googleapis.com/severity":
			n.severity = c
		case "sourcetype":
			n.sourcetype = c
		case "insertId", "logName", "jsonPayload", "textPayload":
			n.cloud = c
		case "cmdline":
			n.cmdline = c
		}
	}
	return n
}

// get returns the value of a member, or the zero value for index 0.
func (d *doc) get(i int32) value {
	if i == 0 {
		return value{}
	}
	return d.at(i)
}

// textIs reports whether a value is this string.
func (v value) textIs(s string) bool { return v.kind == text && !v.dirty && string(v.raw) == s }

// walk looks for records in v, which stands under key, depth objects below the piece. The first three cases are the whole of what a
// record is recognised by; whatever else stands around it is a wrapper.
func (d *Decoder) walk(v value, key string, depth int) {
	switch {
	case depth > maxWalk:
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
		if said != "" && len(d.out) == mark && d.trouble == "" {
			d.unreadable(noAction(said))
		}
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

// isRow reports whether an object is a record as the REST answers have it. One that lacks its action or time is still seen to be one by
// what else it has: it is to be called unreadable, not overlooked.
func isRow(n names) bool {
	if n.resourceType == 0 {
		return false
	}
	if n.action > 0 && n.time > 0 {
		return true
	}
	more := 0
	for _, i := range [...]int32{n.resourceTarget, n.resourceID, n.status, n.diff, n.uaRaw} {
		if i > 0 {
			more++
		}
	}
	return more >= 2
}

// isFlat reports whether an object is a record as v2 logs it. said is what its log line announces.
func (n *names) isFlat(said string) bool {
	has := 0
	for _, i := range [...]int32{n.goAction, n.goType, n.goTime, n.goID} {
		if i > 0 {
			has++
		}
	}
	return has >= 2 && said == "audit_log" || has >= 3 && n.goAction > 0 && n.goType > 0
}

// isAboutAudit reports whether an element of audit_logs has anything of a record.
func isAboutAudit(n names) bool {
	return n.action > 0 || n.resourceType > 0 || n.time > 0
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
// yield them once.
func (d *Decoder) walkMembers(v value, n names, depth int) {
	start := len(d.out)
	var groups [8]int // where the records of earlier members start in out
	count := 0
	skip := int32(0)
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
		mark := len(d.out)
		d.walk(v.doc.at(c), keyName(key), depth+1)
		if len(d.out) == mark || count == len(groups) {
			continue
		}
		groups[count] = mark
		count++
		for g := range count - 1 {
			if sameRecords(d.out[groups[g]:groups[g+1]], d.out[mark:]) {
				d.out = d.out[:mark]
				count--
				break
			}
		}
	}
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

func sameRecords(a, b []Item) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Kind != Record || b[i].Kind != Record || a[i].Base != b[i].Base {
			return false
		}
	}
	return true
}

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
	for c := first; c < next; c = v.doc.nodes[c].next {
		if v.doc.nodes[c].kind >= text {
			d.walk(v.doc.at(c), key, depth)
		}
	}
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

// keyName is the name of a member. The usual ones cost no memory.
func keyName(b []byte) string {
	switch string(b) {
	case "fields":
		return "fields"
	case "message":
		return "message"
	case "log":
		return "log"
	case "jsonPayload":
		return "jsonPayload"
	case "event":
		return "event"
	case "line":
		return "line"
	case "user":
		return "user"
	case "labels":
		return "labels"
	case "logger_names":
		return "logger_names"
	}
	return string(b)
}

// isLineKey reports whether collectors keep a log line under this name.
func isLineKey(key string) bool {
	switch key {
	case "log", "message", "msg", "line", "_raw", "@message", "textPayload", "event", "body", "raw", "original", "audit_log":
		return true
	}
	return false
}

// wrapper puts into words what stands around the record that was found: "message", "Docker json-file", "Loki".
func (d *Decoder) wrapper() string {
	d.scratch = d.scratch[:0]
	last := ""
	add := func(word string) {
		if word == "" || word == last {
			return
		}
		if len(d.scratch) > 0 {
			d.scratch = append(d.scratch, ", "...)
		}
		d.scratch = append(d.scratch, word...)
		last = word
	}
	if d.piece.Inside == "cri" {
		add("CRI")
	}
	add(d.prefix)
	for i := range d.frames {
		f := &d.frames[i]
		if i > 0 {
			add(wrapperWord(&d.frames[i-1], f.key))
		}
		if f.n.auditLog > 0 && f.n.severity > 0 && f.n.fields == 0 {
			add("Stackdriver")
		}
	}
	if len(d.scratch) == 0 {
		return ""
	}
	if w, ok := d.wrapped[string(d.scratch)]; ok {
		return w
	}
	w := string(d.scratch)
	if len(d.wrapped) < 256 {
		d.wrapped[w] = w
	}
	return w
}

// wrapperWord says what an object is a wrapper of, when the way to the record leads through its member key.
func wrapperWord(f *frame, key string) string {
	switch key {
	case "fields", "audit_log", "result", "data", "streams":
		return ""
	case "values":
		return "Loki"
	case "_raw":
		return "Splunk export"
	case "@message":
		return "CloudWatch"
	case "jsonPayload", "textPayload":
		return "Cloud Logging"
	case "log", "log_processed":
		switch {
		case f.n.kubernetes > 0 || f.n.logProcessed > 0:
			return "Fluent Bit"
		case f.n.stream > 0 && f.n.time > 0:
			return "Docker json-file"
		}
	case "event":
		if f.n.sourcetype > 0 {
			return "Splunk HEC"
		}
	case "line":
		if f.key == "values" {
			return ""
		}
		if f.n.timestamp > 0 {
			return "logcli"
		}
	case "":
		return ""
	}
	if len(key) > 32 || strings.ContainsFunc(key, func(r rune) bool {
		return !('a' <= r|0x20 && r|0x20 <= 'z' || '0' <= r && r <= '9' || strings.ContainsRune("_@.-", r))
	}) {
		return "a wrapper"
	}
	return key
}
