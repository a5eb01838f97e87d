package mask

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible writes control, bidirectional and other invisible characters as <U+202E>, line breaks and tabs too, and
// invalid UTF-8 as U+FFFD: text of a log on one line, that shows what it holds.
func Visible(s string) string { return visible(s, false) }

// VisibleLines is [Visible], save that tabs and line feeds stay.
func VisibleLines(s string) string { return visible(s, true) }

func visible(s string, lines bool) string {
	i := 0
	for i < len(s) && ' ' <= s[i] && s[i] < 0x7F {
		i++
	}
	if i == len(s) {
		return s
	}
	var b strings.Builder
	b.WriteString(s[:i])
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError:
			b.WriteRune(utf8.RuneError)
		case lines && (r == '\n' || r == '\t') || !Invisible(r):
			b.WriteString(s[i : i+n])
		default:
			fmt.Fprintf(&b, "<U+%04X>", r)
		}
		i += n
	}
	return b.String()
}

// Invisible reports whether a character shows nothing of its own, and so may hide something or turn the text around:
// control and format characters (those of bidirectional text among them), line separators, fillers.
func Invisible(r rune) bool {
	switch r {
	case 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0:
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}
