// Package mask says which names are secret and hides the values under them in any text of a log, and makes characters
// visible that would hide or reorder others. It must not know cases, files or how anything is shown.
//
// What it does not promise: a secret that stands under an innocent name, or in prose, is not found.
package mask

import (
	"unicode"
	"unicode/utf8"

	"auditdesk/backend/catalog"
)

// Text stands in place of a secret, whatever its length.
const Text = "(masked)"

// Rest stands in place of all that follows a secret name where a text can't be parsed.
const Rest = " … (rest masked)"

// Name reports whether a name looks secret: one of its words is secret, token, password, key or credential, or the plural
// of one. Words end at anything that is not a letter and where camelCase says so; "public key" is excepted.
func Name(name string) bool {
	if !suspiciousText(name) {
		return false
	}
	var w words
	for _, r := range name {
		if w.feed(r) {
			return true
		}
	}
	return w.end()
}

// Flag is what a record itself says of a changed field's secrecy.
type Flag uint8

// The flags. Coder v2 flags each entry of a diff, v1 none.
const (
	Unflagged Flag = iota
	Public
	Secret
)

// Field reports whether the values of a changed field are secret: the record's flag decides, else the catalogue, else the name.
func Field(name string, flag Flag) bool {
	switch flag {
	case Secret:
		return true
	case Public:
		return false
	default:
		return catalog.SecretField(name) || Name(name)
	}
}

// words finds secret words in a stream of characters.
type words struct {
	word      [maxWord]byte // lower case
	n         int           // letters so far, may exceed maxWord
	prev      class
	public    bool // the word before was "public"
	backslash bool // the word follows a backslash: its first letter may be that of an escape such as \n
}

const maxWord = len("credentials")

type class uint8

const (
	other class = iota
	lower
	upper
)

// feed takes the next character and reports whether it ended a secret word.
func (w *words) feed(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z':
		hit := false
		if w.prev == upper && w.n > 1 { // APIKey: the last capital starts the word
			last := byte(0)
			if w.n <= maxWord {
				last = w.word[w.n-1]
			}
			w.n--
			hit = w.end()
			w.add(last)
		}
		w.add(byte(r))
		w.prev = lower
		return hit
	case 'A' <= r && r <= 'Z':
		hit := w.prev == lower && w.end()
		w.add(byte(r) + 'a' - 'A')
		w.prev = upper
		return hit
	case r >= utf8.RuneSelf && unicode.Is(unicode.Cf, r): // invisible: a name may hide behind it
		return false
	case r >= utf8.RuneSelf && unicode.IsLetter(r):
		w.add(0)
		w.prev = lower
		return false
	default:
		hit := w.end()
		w.prev = other
		w.backslash = r == '\\'
		return hit
	}
}

func (w *words) add(c byte) {
	if w.n < maxWord {
		w.word[w.n] = c
	}
	w.n++
}

// end ends the word and reports whether it is secret.
func (w *words) end() bool {
	if w.n == 0 {
		return false
	}
	n, public, backslash := w.n, w.public, w.backslash
	w.n, w.public, w.backslash = 0, false, false
	if n > maxWord {
		return false
	}
	word := string(w.word[:n]) // does not escape: no allocation
	w.public = word == "public"
	return secretWord(word, public) || backslash && secretWord(word[1:], public)
}

func secretWord(word string, afterPublic bool) bool {
	switch word {
	case "secret", "secrets", "token", "tokens", "password", "passwords", "credential", "credentials":
		return true
	case "key", "keys":
		return !afterPublic
	}
	return false
}

// suspicious reports whether a text can hold a secret name at all: one scan that looks for three rarer letters, and for
// letters spelled as \u00XX. Most text is not, and costs no more than this.
func suspicious(text []byte) bool {
	for i, c := range text {
		switch c {
		case 'k', 'K':
			if foldAt(text, i, "key") || i >= 2 && foldAt(text, i-2, "token") {
				return true
			}
		case 'w', 'W':
			if i >= 4 && foldAt(text, i-4, "password") {
				return true
			}
		case 'c', 'C':
			if foldAt(text, i, "cret") || foldAt(text, i, "credential") {
				return true
			}
		case 'u':
			if i >= 1 && text[i-1] == '\\' && escapedLetter(text[i+1:]) {
				return true
			}
		case 0xC2, 0xD8, 0xDB, 0xDC, 0xE1, 0xE2, 0xEF, 0xF0, 0xF3: // may start an invisible character within a word
			if r, _ := utf8.DecodeRune(text[i:]); unicode.Is(unicode.Cf, r) {
				return true
			}
		}
	}
	return false
}

func suspiciousText(s string) bool {
	var buf [64]byte
	return suspicious(append(buf[:0], s...))
}

func foldAt(text []byte, i int, lower string) bool {
	if len(text)-i < len(lower) {
		return false
	}
	for j := range len(lower) {
		if text[i+j]|0x20 != lower[j] {
			return false
		}
	}
	return true
}

// escapedLetter reports whether four hex digits spell an ASCII letter, or an invisible character.
func escapedLetter(hex []byte) bool {
	r, ok := hex4(hex)
	return ok && ('A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' || r >= utf8.RuneSelf && (unicode.Is(unicode.Cf, r) || 0xD800 <= r && r < 0xE000))
}

func hex4(b []byte) (rune, bool) {
	if len(b) < 4 {
		return 0, false
	}
	var r rune
	for _, c := range b[:4] {
		switch {
		case '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}
