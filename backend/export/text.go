package export

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"auditdesk/backend/audit"
	"auditdesk/backend/mask"
)

// visible makes a text of a log fit for a cell: characters that XML forbids, other control characters, those that turn
// the reading direction and those that show nothing are written as something that can be seen: ␀ for control characters
// that have a picture, [U+202E] for others. Tabs and line feeds stay; joiners stay, since emoji and scripts need them.
func visible(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	for i, r := range s {
		switch {
		case r == '\t' || r == '\n':
			b.WriteRune(r)
		case r < 0x20:
			b.WriteRune(0x2400 + r)
		case r == 0x7f:
			b.WriteRune(0x2421)
		case hidden(r):
			fmt.Fprintf(&b, "[U+%04X]", r)
		case r == '_' && troubles(s, i):
			b.WriteString("[U+005F]")
		default:
			b.WriteRune(r) // an invalid byte becomes U+FFFD
		}
	}
	return b.String()
}

// plain reports whether nothing in s needs to be made visible.
func plain(s string) bool {
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if hidden(r) || r == utf8.RuneError && n == 1 {
				return false
			}
			i += n
			continue
		}
		if c < 0x20 && c != '\t' && c != '\n' || c == 0x7f || c == '_' && troubles(s, i) {
			return false
		}
		i++
	}
	return true
}

// hidden reports whether a character above ASCII can't be seen, or can't stand in XML.
func hidden(r rune) bool {
	switch r {
	case 0x200c, 0x200d: // joiners
		return false
	case 0xfffe, 0xffff: // XML forbids them
		return true
	}
	return mask.Invisible(r)
}

// troubles reports whether the underscore at i begins an escape as Excel knows them, _xHHHH_, that excelize does not
// write so that it is read back: half a character (_xD800_ … _xDFFF_), or one that begins where another ends.
func troubles(s string, i int) bool {
	if !escapes(s, i) {
		return false
	}
	half := (s[i+2] == 'd' || s[i+2] == 'D') && strings.IndexByte("89abcdefABCDEF", s[i+3]) >= 0
	return half || escapes(s, i-escapeLen+1)
}

const escapeLen = len("_xHHHH_")

// escapes reports whether s has the form of an escape at i.
func escapes(s string, i int) bool {
	return i >= 0 && i+escapeLen <= len(s) && s[i] == '_' && s[i+1] == 'x' && s[i+6] == '_' &&
		isHex(s[i+2]) && isHex(s[i+3]) && isHex(s[i+4]) && isHex(s[i+5])
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// utf16Len is how Excel counts characters: one above U+FFFF counts twice.
func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}

// cut shortens s to limit UTF-16 characters, a mark that says so included. It cuts between runes.
func cut(s string, limit int) (text string, wasCut bool) {
	if len(s) <= limit || utf16Len(s) <= limit {
		return s, false
	}
	mark := fmt.Sprintf(" … [cut: %s characters in all]", audit.Grouped(int64(utf8.RuneCountInString(s))))
	return s[:prefixLen(s, limit-utf16Len(mark))] + mark, true
}

// prefixLen is the length in bytes of the longest prefix of s with at most limit UTF-16 characters.
func prefixLen(s string, limit int) int {
	n := 0
	for i, r := range s {
		if n++; r > 0xffff {
			n++
		}
		if n > limit {
			return i
		}
	}
	return len(s)
}
