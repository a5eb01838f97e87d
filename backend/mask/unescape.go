package mask

import (
	"unicode/utf16"
	"unicode/utf8"
)

// unescape decodes the inside of a JSON or Go string. Escapes that neither knows stand for themselves.
func unescape(raw []byte) inner {
	in := inner{text: make([]byte, 0, len(raw)), pos: make([]int32, 0, len(raw)+1)}
	for i := 0; i < len(raw); {
		if raw[i] != '\\' || i+1 == len(raw) {
			in.text = append(in.text, raw[i])
			in.pos = append(in.pos, int32(i))
			i++
			continue
		}
		r, n := escaped(raw[i:])
		before := len(in.text)
		if r < 0 {
			in.text = append(in.text, raw[i])
			n = 1
		} else {
			in.text = utf8.AppendRune(in.text, r)
		}
		for range len(in.text) - before {
			in.pos = append(in.pos, int32(i))
		}
		i += n
	}
	in.pos = append(in.pos, int32(len(raw)))
	return in
}

// escaped decodes the escape at the start of b (a backslash and at least one byte more), or returns a negative rune.
func escaped(b []byte) (r rune, n int) {
	switch b[1] {
	case '"', '\\', '/', '\'':
		return rune(b[1]), 2
	case 'n':
		return '\n', 2
	case 't':
		return '\t', 2
	case 'r':
		return '\r', 2
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'a':
		return '\a', 2
	case 'v':
		return '\v', 2
	case 'u':
		r, ok := hex4(b[2:])
		if !ok {
			return -1, 0
		}
		if utf16.IsSurrogate(r) && len(b) >= 12 && b[6] == '\\' && b[7] == 'u' {
			if low, ok := hex4(b[8:]); ok {
				if full := utf16.DecodeRune(r, low); full != utf8.RuneError {
					return full, 12
				}
			}
		}
		return r, 6
	default:
		return -1, 0
	}
}
