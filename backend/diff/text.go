package diff

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// OpKind is what became of a piece of text.
type OpKind int8

// The kinds.
const (
	Removed OpKind = -1
	Same    OpKind = 0
	Added   OpKind = 1
)

// LineOp is one line of a comparison. Numbers are 1-based; 0 on the side that does not have the line.
type LineOp struct {
	Op       OpKind
	Old, New int
	Text     string // without its line ending
}

// Op is a piece of a comparison by words.
type Op struct {
	Op   OpKind
	Text string
}

// textTime bounds one comparison; what it had no time for counts as replaced. The result is right all the same, if longer.
const textTime = 200 * time.Millisecond

// Lines compares two texts line by line. A line feed at the end of a text ends its last line and starts none.
func Lines(before, after string) []LineOp {
	a, b := splitLines(before), splitLines(after)
	var ops []LineOp
	i, j := 0, 0
	for _, d := range tokenDiff(a, b) {
		op := LineOp{Op: d}
		switch d {
		case Removed:
			op.Text = a[i]
			i++
			op.Old = i
		case Added:
			op.Text = b[j]
			j++
			op.New = j
		default:
			op.Text = b[j]
			i, j = i+1, j+1
			op.Old, op.New = i, j
		}
		ops = append(ops, op)
	}
	return ops
}

func splitLines(s string) []string {
	if s == "" {
		return nil
	}
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSuffix(line, "\r")
	}
	return lines
}

// WordOps compares two texts word by word. Without what was added the texts of the result are the one before, without
// what was removed the one after, byte for byte.
func WordOps(before, after string) []Op {
	a, b := splitWords(before), splitWords(after)
	var ops []Op
	i, j := 0, 0              // tokens read
	was, now := before, after // what is left of the texts
	diffs := tokenDiff(a, b)
	for len(diffs) > 0 {
		op, n := diffs[0], 0 // n is the length of the stretch in bytes
		for len(diffs) > 0 && diffs[0] == op {
			switch op {
			case Removed:
				n += len(a[i])
				i++
			case Added:
				n += len(b[j])
				j++
			default:
				n += len(a[i])
				i, j = i+1, j+1
			}
			diffs = diffs[1:]
		}
		if op == Added {
			ops = append(ops, Op{op, now[:n]})
		} else {
			ops = append(ops, Op{op, was[:n]})
			was = was[n:]
		}
		if op != Removed {
			now = now[n:]
		}
	}
	return ops
}

// splitWords parts a text into words, stretches of white space, and single other characters.
func splitWords(s string) []string {
	var words []string
	for len(s) > 0 {
		first, n := utf8.DecodeRuneInString(s)
		for class := wordClass(first); class > 0 && n < len(s); {
			r, size := utf8.DecodeRuneInString(s[n:])
			if wordClass(r) != class {
				break
			}
			n += size
		}
		words = append(words, s[:n])
		s = s[n:]
	}
	return words
}

func wordClass(r rune) int {
	switch {
	case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || unicode.IsMark(r):
		return 1
	case unicode.IsSpace(r):
		return 2
	}
	return 0
}

// tokenDiff compares two lists of tokens: each distinct token becomes a character, and the library compares texts.
func tokenDiff(a, b []string) []OpKind {
	codes := map[string]rune{}
	x, okA := encode(a, codes)
	y, okB := encode(b, codes)
	if !okA || !okB {
		return replaced(len(a), len(b))
	}
	dmp := diffmatchpatch.New()
	dmp.DiffTimeout = textTime
	var ops []OpKind
	for _, d := range dmp.DiffMainRunes(x, y, false) {
		for range utf8.RuneCountInString(d.Text) {
			ops = append(ops, OpKind(d.Type))
		}
	}
	return ops
}

func replaced(removed, added int) []OpKind {
	ops := make([]OpKind, 0, removed+added)
	for range removed {
		ops = append(ops, Removed)
	}
	for range added {
		ops = append(ops, Added)
	}
	return ops
}

// encode gives each distinct token a character of its own, and is false where there are more tokens than characters.
func encode(tokens []string, codes map[string]rune) ([]rune, bool) {
	out := make([]rune, 0, len(tokens))
	for _, t := range tokens {
		r, ok := codes[t]
		if !ok {
			r = rune(len(codes) + 1)
			if r >= 0xD800 { // surrogates are no characters
				r += 0x800
			}
			if r > unicode.MaxRune {
				return nil, false
			}
			codes[t] = r
		}
		out = append(out, r)
	}
	return out, true
}
