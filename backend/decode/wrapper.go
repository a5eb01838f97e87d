package decode

import "strings"

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
	case "fields", "audit_log", "audit_logs", "connection_logs", "result", "data", "streams":
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
	if len(key) > 32 || strings.ContainsFunc(key, isOddInWords) {
		return "a wrapper"
	}
	return key
}

// isOddInWords reports whether a character of a name, which may be anybody's, does not belong into words of ours.
func isOddInWords(r rune) bool {
	letter := 'a' <= r|0x20 && r|0x20 <= 'z' || '0' <= r && r <= '9'
	return !letter && !strings.ContainsRune("_@.-", r)
}
