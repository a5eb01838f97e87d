package mask

import (
	"bytes"
	"slices"
	"unicode"
	"unicode/utf8"

	"auditdesk/backend/audit"
)

// textEdits masks a text that may be JSON or a log line. Strict is for a record itself: what can't be parsed there is
// blanked after the first word that looks secret. Within a string of a parsed record prose is left alone: a banner may
// say "Password: ask the desk".
func textEdits(text []byte, level int, strict bool) []edit {
	if !suspicious(text) {
		return nil
	}
	if level > maxLevels {
		return []edit{{0, len(text), Text}}
	}
	start := (&parser{text: text}).space(0)
	if start < len(text) && (text[start] == '{' || text[start] == '[' || text[start] == '"') {
		if w, ok := document(text, level); ok {
			w.walk(0)
			return w.edits
		}
	}
	if strict {
		if edits, ok := csvEdits(text, nil, ',', level); ok {
			return edits
		}
	}
	l := liner{text: text, level: level, strict: strict, flags: findFlags(text), budget: 4*len(text) + 1<<16}
	l.structured = start < len(text) && bytes.IndexByte([]byte("{[&"), text[start]) >= 0 || bytes.HasPrefix(text[start:], []byte("map["))
	l.run()
	return l.edits
}

// liner masks a text that is no JSON document: a log line with key=value pairs and JSON in it, several documents, or
// something broken.
type liner struct {
	text       []byte
	level      int
	strict     bool
	structured bool // looks like JSON or Go's %+v: "name:" is a name even without quotes
	flags      flags
	budget     int       // bytes that may yet be parsed in vain: hostile text must not cost its square
	keys       int       // lines with a key as in YAML, 1 more than there are; 0 where they were not counted
	broken     []stretch // values that could not be read: from where, and how far; each reaches further than those before
	edits      []edit
}

type stretch struct{ from, to int }

func (l *liner) run() {
	for i := 0; i >= 0 && i < len(l.text); {
		switch c := l.text[i]; {
		case c == '{' || c == '[':
			i = l.value(i)
		case nameStart(c):
			i = l.name(i)
		default:
			i++
		}
	}
}

// value masks the JSON value at i and returns where to go on, or -1 where the rest was dealt with.
func (l *liner) value(i int) int {
	w := walker{parser: parser{text: l.text}, level: l.level}
	end := -1
	if l.budget > 0 {
		end = w.parse(i, 0)
	}
	if end >= 0 {
		w.walk(0)
		l.edits = append(l.edits, w.edits...)
		return end
	}
	if w.cut || l.budget <= 0 {
		return l.blank(i)
	}
	reached := i + 1
	for _, n := range w.nodes {
		reached = max(reached, n.start, n.end)
	}
	l.budget -= reached - i
	if n := len(l.broken); n == 0 || l.broken[n-1].to < reached {
		l.broken = append(l.broken, stretch{i, reached})
	}
	return i + 1
}

// blank hides all that follows the first secret word after i, or the first side of a diff entry that may be flagged.
func (l *liner) blank(i int) int {
	end := secretEnd(l.text, i)
	if side := l.flags.sideEnd(l.text, i); side >= 0 && (end < 0 || side < end) {
		end = side
	}
	if end >= 0 {
		l.hide(end)
	}
	return -1
}

// hide hides the rest. With that a broken value that reached further becomes one that is cut off, of which all behind its first
// secret word is hidden: that is done at once, so that masking again changes nothing.
func (l *liner) hide(from int) {
	if at := slices.IndexFunc(l.broken, func(b stretch) bool { return b.to >= from }); at >= 0 && l.broken[at].from < from {
		if end := secretEnd(l.text[:from], l.broken[at].from); end >= 0 {
			from = end
		}
		for n := len(l.edits); n > 0 && l.edits[n-1].end > from; n-- {
			l.edits = l.edits[:n-1]
		}
	}
	if from < len(l.text) {
		l.edits = append(l.edits, edit{from, len(l.text), Rest})
	}
}

// within reports whether a broken value began before a place and reached it: what is hidden from there on may hold its closing quote.
func (l *liner) within(place int) bool {
	return slices.ContainsFunc(l.broken, func(b stretch) bool { return b.from < place && b.to > place })
}

// name deals with the name at i and what it names.
func (l *liner) name(i int) int {
	end, secretAt := nameRun(l.text, i)
	if end == i {
		_, n := char(l.text, i)
		return i + n
	}
	secret := secretAt >= 0
	next := skipBlanks(l.text, end)
	switch {
	case next < len(l.text) && l.text[next] == '=':
		return l.assigned(next+1, secret, isDiff(string(l.text[i:end])))
	case !secret && isSide(string(l.text[i:end])) && quotedColon(l.text, end) && l.flags.hides(i):
		l.hide(end)
		return -1
	case !secret:
		return end
	case l.strict || quotedColon(l.text, end) || l.text[min(end, len(l.text)-1)] == ':' && l.within(end):
		l.hide(secretAt)
		return -1
	case next < len(l.text) && l.text[next] == ':' && l.structured:
		l.hide(secretAt)
		return -1
	case end+1 < len(l.text) && l.text[end] == ':' && !isBlank(l.text[end+1]) && l.text[end+1] != '\n':
		line := lineEnd(l.text, end)
		l.edits = append(l.edits, edit{end + 1, line, Text})
		return line
	case next < len(l.text) && l.text[next] == ':':
		if at := l.keyed(i, next+1); at >= 0 {
			return at
		}
		return end
	default:
		return end
	}
}

// isDiff reports whether a name is that of a record's diff. Its text is JSON mostly, else one of fields and values, no prose.
func isDiff(name string) bool { return len(name) == len("diff") && audit.FoldASCII(name) == "diff" }

// assigned deals with the value after an equals sign. Strict is for one that is no prose.
func (l *liner) assigned(i int, secret, strict bool) int {
	loose := i < len(l.text) && isBlank(l.text[i]) // "a = b c": the value has no end but that of the line
	if loose && secret {
		i = skipBlanks(l.text, i)
	}
	if i >= len(l.text) {
		return -1
	}
	switch c := l.text[i]; {
	case c == '"':
		return l.quoted(i, secret, strict)
	case !secret && (c == '{' || c == '['):
		return i
	case c == '{' || c == '[':
		w := parser{text: l.text}
		end := w.parse(i, 0)
		if end < 0 {
			l.hide(i)
			return -1
		}
		l.edits = append(l.edits, edit{i, end, Text})
		return end
	case secret && loose:
		end := lineEnd(l.text, i)
		l.edits = append(l.edits, edit{i, end, Text})
		return end
	}
	end := i
	for end < len(l.text) && !isSpace(l.text[end]) {
		end++
	}
	if end == i {
		return i
	}
	if secret {
		l.edits = append(l.edits, edit{i, end, Text})
		return end
	}
	l.inside(l.text[i:end], i)
	return end
}

// inside masks a part of the text as a text of its own.
func (l *liner) inside(part []byte, base int) {
	for _, e := range textEdits(part, l.level+1, false) {
		l.edits = append(l.edits, edit{base + e.start, base + e.end, e.text})
	}
}

func (l *liner) quoted(i int, secret, strict bool) int {
	end := quoteEnd(l.text, i)
	switch {
	case end < 0 && secret:
		l.hide(i)
		return -1
	case end < 0:
		return l.blank(i)
	case secret:
		if end-i > 2 {
			l.edits = append(l.edits, edit{i + 1, end - 1, Text})
		}
	case suspicious(l.text[i+1 : end-1]):
		in := unescape(l.text[i+1 : end-1])
		l.edits = append(l.edits, in.outer(textEdits(in.text, l.level+1, strict), i+1, escapeJSON)...)
	}
	return end
}

// nameRun reads the run of words at i: letters, digits and what joins them, single blanks too. It returns where the run
// ends and where its first secret word does, or -1.
func nameRun(text []byte, i int) (end, secret int) {
	w := words{backslash: i > 0 && text[i-1] == '\\'}
	secret = -1
	for i < len(text) {
		r, n := char(text, i)
		joins := r == '_' || r == '-' || r == '.' || r == '/' || r == ' ' && i+1 < len(text) && nameStart(text[i+1])
		if !joins && !nameRune(r) {
			break
		}
		if w.feed(r) && secret < 0 {
			secret = i
		}
		i += n
	}
	if w.end() && secret < 0 {
		secret = i
	}
	return i, secret
}

// secretEnd returns where the first secret word after i ends, or -1.
func secretEnd(text []byte, i int) int {
	var w words
	for i < len(text) {
		r, n := char(text, i)
		if w.feed(r) {
			return i
		}
		i += n
	}
	if w.end() {
		return len(text)
	}
	return -1
}

// char reads one character, or a \uXXXX escape behind any number of backslashes: a name may be spelled so on any level
// of strings in strings.
func char(text []byte, i int) (rune, int) {
	if text[i] == '\\' {
		j := i + 1
		for j < len(text) && text[j] == '\\' {
			j++
		}
		if j < len(text) && text[j] == 'u' {
			if r, ok := hex4(text[j+1:]); ok {
				return r, j + 5 - i
			}
		}
		return '\\', j - i
	}
	return utf8.DecodeRune(text[i:])
}

func nameStart(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || c >= utf8.RuneSelf || c == '\\' || '0' <= c && c <= '9'
}

func nameRune(r rune) bool {
	return 'a' <= r|0x20 && r|0x20 <= 'z' || '0' <= r && r <= '9' || r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.Is(unicode.Cf, r))
}

// quotedColon reports whether the name that ends at i stands in quotes, escaped or not, before a colon: a member of
// broken JSON.
func quotedColon(text []byte, i int) bool {
	for i < len(text) && text[i] == '\\' {
		i++
	}
	if i >= len(text) || text[i] != '"' && text[i] != '\'' {
		return false
	}
	for i < len(text) && (text[i] == '"' || text[i] == '\'' || isSpace(text[i])) {
		i++
	}
	return i < len(text) && text[i] == ':'
}

func skipBlanks(text []byte, i int) int {
	for i < len(text) && isBlank(text[i]) {
		i++
	}
	return i
}

func lineEnd(text []byte, i int) int {
	if n := bytes.IndexByte(text[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(text)
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }
func isSpace(c byte) bool { return isBlank(c) || c == '\n' || c == '\r' }
