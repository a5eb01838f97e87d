package mask

import "bytes"

// A v2 diff entry names its flag last: {"old": …, "new": …, "secret": true}. Where a text can't be parsed, what stands
// before such a flag must be hidden too, and what stands where the flag may have been cut off.
type flags struct {
	secret, public int // where the last flag of each sort stands, -1 for none
}

func findFlags(text []byte) flags {
	f := flags{-1, -1}
	for end := len(text); ; {
		i := bytes.LastIndex(text[:end], []byte("secret"))
		if i < 0 {
			return f
		}
		if after := i + len("secret"); quotedColon(text, after) {
			value := after + bytes.IndexByte(text[after:], ':') + 1
			for value < len(text) && isSpace(text[value]) {
				value++
			}
			if value < len(text) && text[value] == 'f' {
				f.public = max(f.public, i)
			} else {
				f.secret = i
				return f // earlier ones change nothing
			}
		}
		end = i
	}
}

// hides reports whether the value of a member old or new that ends its name at i may be secret.
func (f flags) hides(i int) bool { return i < f.secret || i > f.public }

// sideEnd returns where the first member old or new after from ends its name that may be secret, or -1.
func (f flags) sideEnd(text []byte, from int) int {
	for i := from; i+3 <= len(text); i++ {
		if name := text[i : i+3]; string(name) != "old" && string(name) != "new" {
			continue
		}
		if i > 0 && (text[i-1] == '"' || text[i-1] == '\'') && quotedColon(text, i+3) && f.hides(i) {
			return i + 3
		}
	}
	return -1
}
