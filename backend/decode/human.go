package decode

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
)

// textLine reads a line that is no JSON: Coder's human format, or a line that a tool put a prefix before.
func (d *Decoder) textLine(b []byte) {
	if !d.log.json && d.log.plain == nil {
		d.log.plain = b
	}
	if bytes.IndexByte(b, 0x1b) >= 0 {
		b = withoutColours(b)
	}
	if head, ok := humanHead(b); ok {
		d.humanLine(b, head)
		return
	}
	d.prefixed(b)
}

// withoutColours leaves out the escape sequences by which a terminal colours text.
func withoutColours(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] == 0x1b && i+1 < len(b) && b[i+1] == '[' {
			j := i + 2
			for j < len(b) && (isDigit(b[j]) || b[j] == ';') {
				j++
			}
			if j < len(b) && b[j] == 'm' {
				i = j
				continue
			}
		}
		out = append(out, b[i])
	}
	return out
}

// humanHead recognises "2006-01-02 15:04:05.000 [LEVEL]" and returns the offset behind it.
func humanHead(b []byte) (int, bool) {
	const stamp = "2006-01-02 15:04:05.000 ["
	if len(b) < len(stamp)+2 || !isDigit(b[0]) || b[4] != '-' || b[7] != '-' || b[10] != ' ' || b[13] != ':' || b[16] != ':' {
		return 0, false
	}
	i := 19
	if b[i] == '.' {
		i = skipDigits(b, i+1)
	}
	if i+2 >= len(b) || b[i] != ' ' || b[i+1] != '[' {
		return 0, false
	}
	end := bytes.IndexByte(b[i:min(len(b), i+16)], ']')
	if end < 0 {
		return 0, false
	}
	return i + end + 1, true
}

// humanLine reads a line of the human format, whose level ends before b[head]. v1 writes columns with tabs in between, the last of which
// is JSON; v2 writes "name: message  key=value  key=value". Only the announced message makes v2's a record, as it does in JSON.
func (d *Decoder) humanLine(b []byte, head int) {
	rest := b[head:]
	stamp := b[:bytes.IndexByte(b, '[')-1]
	d.frames = append(d.frames, frame{time: word(stamp)})
	defer func() { d.frames = d.frames[:len(d.frames)-1] }()
	if len(rest) > 0 && rest[0] == '\t' {
		if i := bytes.Index(rest, []byte("\t{")); i >= 0 {
			d.humanJSON(rest[i+1:], lastColumn(rest[:i]))
			return
		}
	}
	if i, msg := spacedJSON(rest); i >= 0 {
		d.humanJSON(rest[i:], msg)
		return
	}
	rest = bytes.TrimLeft(rest, " \t")
	for _, log := range [...]string{"audit_log", "connection_log"} {
		i := bytes.Index(rest, []byte(log+"  "))
		if i < 0 || i > 0 && rest[i-1] != ' ' {
			continue
		}
		if before := rest[:i]; bytes.IndexByte(before, '=') >= 0 {
			continue
		}
		d.humanWords(rest[i+len(log):], len(b)-len(rest)+i+len(log), log)
		return
	}
}

// spacedJSON looks for the JSON column of a v1 line whose tabs did not survive: copying made blanks of them, or syslog #011. Without
// tabs the columns are known by the one for the caller, <file.go:12>, before which v2 has no place for a brace or an equals sign. It
// returns where the JSON starts, or -1, and the word before it.
func spacedJSON(rest []byte) (at int, msg []byte) {
	at = bytes.Index(rest, []byte(`{"`))
	if at <= 0 || !bytes.Contains(rest[at:], []byte("_log")) && !bytes.Contains(rest[:at], []byte("_log")) {
		return -1, nil
	}
	head := rest[:at]
	if bytes.IndexByte(head, '=') >= 0 || !bytes.Contains(head, []byte(".go:")) {
		return -1, nil
	}
	if bytes.Contains(head, []byte("#011")) {
		head = bytes.ReplaceAll(head, []byte("#011"), []byte{'\t'})
	}
	if c := head[len(head)-1]; c != ' ' && c != '\t' {
		return -1, nil
	}
	words := bytes.Fields(head)
	caller := slices.IndexFunc(words, isCaller)
	if caller < 0 {
		return -1, nil
	}
	return at, words[len(words)-1]
}

// isCaller recognises <file.go:12>.
func isCaller(w []byte) bool {
	return len(w) > 2 && w[0] == '<' && w[len(w)-1] == '>' && bytes.Contains(w, []byte(".go:"))
}

func lastColumn(b []byte) []byte { return b[bytes.LastIndexByte(b, '\t')+1:] }

// humanJSON reads the JSON column of a v1 line. Servers of early v2 wrote that column, too, with the flat record in it.
func (d *Decoder) humanJSON(b []byte, msg []byte) {
	doc := d.pushDoc()
	defer d.popDoc()
	n, err := doc.parse(b, d.l.Depth, &d.values)
	if err == nil && n < len(b) {
		err = &syntaxError{pos: n}
	}
	if err != nil {
		if bytes.Contains(b, []byte("audit_log")) || string(msg) == "audit_log" || string(msg) == "connection_log" {
			d.trouble = err.Error()
			if err.reason == "" {
				d.trouble += " of the line's fields"
			}
		}
		return
	}
	d.human = true
	defer func() { d.human = false }()
	v := doc.at(0)
	names := doc.names(v)
	if string(msg) == "audit_log" && names.auditLog == 0 && names.isFlat("audit_log") {
		d.record(v, shapeFlat)
		return
	}
	if string(msg) == "connection_log" && names.goWorkspace > 0 {
		d.record(v, shapeConnectionFlat)
		return
	}
	d.walk(v, "fields", 1)
}

// humanWords reads the key=value pairs of a v2 line into d.rec. at is the offset of b in the line.
func (d *Decoder) humanWords(b []byte, at int, log string) {
	d.rec = record{}
	known := 0
	for i := 0; ; {
		for i < len(b) && (b[i] == ' ' || b[i] == '\t') {
			i++
		}
		if i >= len(b) {
			break
		}
		name, v, next, ok := humanPair(b, i)
		if !ok {
			d.unreadable(fmt.Sprintf("broken line at byte %d: a quoted value does not end", at+i+1))
			return
		}
		i = next
		if f := d.rec.field(name); f != nil {
			*f = v
			known++
		}
	}
	if known < 2 {
		d.unreadable(noAction(log))
		return
	}
	d.human = true
	defer func() { d.human = false }()
	if log == "connection_log" {
		d.understand(shapeConnectionFlat)
		return
	}
	d.understand(shapeFlat)
}

// humanPair reads key=value at b[i]. The value is quoted as by strconv.Quote where it needs to be. A word without "=" has no key.
func humanPair(b []byte, i int) (name []byte, v value, next int, ok bool) {
	start := i
	for i < len(b) && b[i] != '=' && b[i] != ' ' {
		if b[i] == '"' {
			end := quotedEnd(b, i)
			return nil, value{}, end, end > 0
		}
		i++
	}
	if i >= len(b) || b[i] == ' ' {
		return nil, value{}, i, true
	}
	name = b[start:i]
	i++
	if i >= len(b) || b[i] != '"' {
		start = i
		for i < len(b) && b[i] != ' ' {
			i++
		}
		w := b[start:i]
		if bytes.Equal(w, nilWord) || len(w) == 0 {
			return name, value{kind: null}, i, true
		}
		return name, word(w), i, true
	}
	end := quotedEnd(b, i)
	if end < 0 {
		return name, value{}, i, false
	}
	raw := b[i+1 : end-1]
	if bytes.IndexByte(raw, '\\') >= 0 {
		s, err := strconv.Unquote(string(b[i:end]))
		if err != nil {
			return name, value{}, i, false
		}
		raw = []byte(s)
	}
	return name, word(raw), end, true
}

// quotedEnd returns the offset behind the quote that closes the one at b[i], or -1.
func quotedEnd(b []byte, i int) int {
	for i++; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

// maxPrefix is the length of the longest prefix that a line may have before its JSON.
const maxPrefix = 512

// prefixed reads a line of JSON or of the human format behind a prefix, as kubectl --timestamps, logcli, syslog and docker compose write
// it. Behind any other text JSON is no record: whoever wrote it may have quoted one.
func (d *Decoder) prefixed(b []byte) {
	i, stamp := prefixEnd(b)
	if i < 0 {
		return
	}
	rest := b[i:]
	words := "a prefix"
	if stamp != nil {
		words = "timestamps"
		if bytes.HasPrefix(b[len(stamp):], []byte(" {")) && rest[0] != b[len(stamp)+1] || bytes.IndexByte(b[len(stamp):i], '{') >= 0 {
			words = "logcli"
		}
	}
	f := frame{}
	if stamp != nil {
		f.time = word(stamp)
	}
	d.frames = append(d.frames, f)
	defer func() { d.frames, d.prefix = d.frames[:len(d.frames)-1], "" }()
	d.prefix = words
	if rest[0] != '{' {
		if head, ok := humanHead(rest); ok {
			d.humanLine(rest, head)
		}
		return
	}
	doc := d.pushDoc()
	defer d.popDoc()
	n, err := doc.parse(rest, d.l.Depth, &d.values)
	switch {
	case err == nil && n == len(rest):
		d.log = logLine{json: true}
		d.walk(doc.at(0), "", 1)
	case stamp != nil && bytes.Contains(rest, []byte("_log")):
		if err == nil {
			err = &syntaxError{pos: n}
		}
		d.trouble = d.where(err)
	}
}

// prefixEnd returns where the line proper starts behind a prefix, and the prefix's time if it begins with one; -1 if there is none.
func prefixEnd(b []byte) (int, []byte) {
	var stamp []byte
	i := 0
	if w, _, ok := bytes.Cut(b, []byte{' '}); ok && isStamp(w) {
		stamp, i = w, len(w)+1
		if end := labelsEnd(b, i); end > 0 {
			i = end
		}
		if i < len(b) && (b[i] == '{' || isDigit(b[i])) {
			return i, stamp
		}
	}
	limit := min(len(b), i+maxPrefix)
	for j := i; j < limit; j++ {
		switch c := b[j]; {
		case c == '{' && j > 0 && (b[j-1] == ' ' || b[j-1] == '\t') && j+1 < len(b) && (b[j+1] == '"' || isSpace(b[j+1])):
			return j, stamp
		case c == '"' || c == '{' || c == '}' || c == '=':
			return -1, nil
		case isDigit(c) && j > 0 && b[j-1] == ' ':
			if _, ok := humanHead(b[j:]); ok {
				return j, stamp
			}
		}
	}
	return -1, nil
}

// labelsEnd returns the offset behind logcli's labels, {app="coder", …} and blanks, at b[i], or -1.
func labelsEnd(b []byte, i int) int {
	if i >= len(b) || b[i] != '{' || i+1 < len(b) && b[i+1] == '"' {
		return -1
	}
	for j := i + 1; j < len(b); j++ {
		switch b[j] {
		case '"':
			end := quotedEnd(b, j)
			if end < 0 {
				return -1
			}
			j = end - 1
		case '}':
			j++
			if j >= len(b) || b[j] != ' ' && b[j] != '\t' {
				return -1
			}
			return skipBlank(b, j)
		case '{':
			return -1
		}
	}
	return -1
}
