package decode

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"auditdesk/backend/mask"
)

const (
	maxPattern = 60 // characters
	textWords  = 3  // of a line of text that name its pattern
)

// pattern names the kind of line that a piece without a record is: what such lines are counted by. What differs from line to line
// (numbers, ids) is left out, and so are secrets.
func (d *Decoder) pattern() string {
	switch {
	case d.log.json && d.log.exec:
		return "exec trace"
	case d.log.json && d.log.msg != "":
		return "msg: " + collapse(mask.String(d.log.msg))
	case d.log.json:
		return "JSON without msg"
	case len(trimSpace(d.log.plain)) == 0:
		return "blank line"
	case !validText(d.log.plain):
		return "binary data"
	}
	return d.textPattern(d.log.plain)
}

// textPattern groups lines of text by their first words, behind a time. Of the human format that is name and message.
func (d *Decoder) textPattern(b []byte) string {
	b = b[:min(len(b), 4*maxPattern)]
	human := false
	if head, ok := humanHead(b); ok {
		human = true
		b = bytes.TrimLeft(b[head:], " \t")
		if i := bytes.Index(b, []byte("  ")); i >= 0 {
			b = b[:i]
		}
	}
	words := strings.Fields(strings.ToValidUTF8(mask.Excerpt(b, 4*maxPattern), "\uFFFD"))
	kept := make([]string, 0, textWords)
	for _, w := range words {
		if strings.ContainsAny(w, "={\"") {
			break
		}
		if len(kept) == textWords && !human {
			break
		}
		if w = collapse(w); strings.Trim(w, "#:-.TZ+/,[]()") != "" {
			kept = append(kept, w)
		}
	}
	if len(kept) == 0 {
		return "text"
	}
	return "text: " + cut(strings.Join(kept, " "))
}

// collapse puts # in place of runs of digits and of ids, and cuts the text to the length of a pattern.
func collapse(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		if isWordByte(s[i]) && (i == 0 || !isWordByte(s[i-1])) {
			if n := idLength(s[i:]); n > 0 {
				b.WriteByte('#')
				i += n
				continue
			}
		}
		if isDigit(s[i]) {
			for i < len(s) && isDigit(s[i]) {
				i++
			}
			b.WriteByte('#')
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r < 0x20 {
			r = ' '
		}
		b.WriteRune(r)
		i += n
	}
	return cut(strings.TrimSpace(b.String()))
}

func isWordByte(c byte) bool {
	return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// idLength returns the length of an id at the start of s: a word of hex digits and hyphens with at least 8 of them, a digit among them.
func idLength(s string) int {
	n, digits := 0, 0
	for n < len(s) && (isHex(s[n]) || s[n] == '-' && n > 0) {
		if isDigit(s[n]) {
			digits++
		}
		n++
	}
	if n < 8 || digits == 0 || n < len(s) && isWordByte(s[n]) {
		return 0
	}
	return n
}

func cut(s string) string {
	if utf8.RuneCountInString(s) <= maxPattern {
		return s
	}
	return string([]rune(s)[:maxPattern-1]) + "…"
}
