package diff

import (
	"crypto/sha256"
	"encoding/json"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"auditdesk/backend/audit"
)

// Token stands for a value where only sameness matters: two are the same if their values mean the same, whatever the spelling of JSON.
// It takes little room, however long the value is. Whoever asks whether two logged values are one asks tokens, or their marks.
type Token struct {
	text string
	held held
}

// held is what a record holds of a value.
type held uint8

const (
	something held = iota
	zero           // null, false, 0, "", [] or {}
	leftOut
)

// Same reports whether two values mean the same. Keys and lists of plain values (roles, members) compare without regard to order,
// numbers by value, times by instant; enabled is true and disabled is false. A value that a record leaves out is the same as any that
// is zero, although two that are zero may differ.
func (t Token) Same(o Token) bool { return same(t.text == o.text, t.held, o.held) }

func same(equal bool, a, b held) bool {
	if a == leftOut || b == leftOut {
		return a != something && b != something
	}
	return equal
}

// Nothing reports whether the value is zero or left out.
func (t Token) Nothing() bool { return t.held != something }

// heldBits is how much of a mark says what is held.
const heldBits = 3

// Mark is the token in 64 bits, never 0, for who keeps very many. The hash is to be seeded, lest somebody log two values that meet.
func (t Token) Mark(hash func(string) uint64) uint64 {
	if t.held == leftOut {
		return uint64(leftOut) + 1
	}
	return hash(t.text)&^heldBits | (uint64(t.held) + 1)
}

// SameMark is [Token.Same] of the tokens that two marks of one hash stand for.
func SameMark(a, b uint64) bool {
	return same(a&^heldBits == b&^heldBits, held(a&heldBits-1), held(b&heldBits-1))
}

// SecretToken is the token of whether there is a secret. It is not to be compared with that of a value.
func SecretToken(s audit.SecretState) Token { return Token{text: string(rune('0' + s))} }

// maxToken is up to how many bytes a token is the value itself; beyond it is a digest.
const maxToken = 64

// TokenOf is the token of a value as logged; nil stands for one that the record does not hold.
func TokenOf(raw json.RawMessage, v audit.Version) Token {
	if raw == nil {
		return Token{held: leftOut}
	}
	value := decodeValue(raw, v)
	text := canonical(nil, value)
	if len(text) > maxToken {
		sum := sha256.Sum256(text)
		text = append([]byte("#"), sum[:]...)
	}
	t := Token{text: string(text)}
	if isZero(value) {
		t.held = zero
	}
	return t
}

func isZero(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case bool:
		return !v
	case string:
		return v == ""
	case json.Number:
		return string(number(nil, v)) == "0"
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// canonical appends a text that is the same for values that mean the same, and of no others.
func canonical(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, 'n')
	case bool:
		return strconv.AppendBool(append(b, 'b'), v)
	case json.Number:
		return sized(b, 's', number(nil, v))
	case string:
		return canonicalText(b, v)
	case []any:
		return canonicalList(b, v)
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		b = append(strconv.AppendInt(append(b, 'o'), int64(len(keys)), 10), ':')
		for _, k := range keys {
			b = canonical(sized(b, 'k', []byte(k)), v[k])
		}
		return b
	}
	return append(b, '?')
}

func canonicalText(b []byte, s string) []byte {
	switch audit.FoldASCII(s) {
	case "true", "enabled":
		return append(b, "btrue"...)
	case "false", "disabled":
		return append(b, "bfalse"...)
	}
	if isTime(s) {
		if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
			return sized(b, 't', t.UTC().AppendFormat(nil, time.RFC3339Nano))
		}
	}
	return sized(b, 's', []byte(s))
}

func canonicalList(b []byte, list []any) []byte {
	items := make([]string, len(list))
	plain := true
	for i, x := range list {
		items[i] = string(canonical(nil, x))
		switch x.(type) {
		case []any, map[string]any:
			plain = false
		}
	}
	if plain {
		slices.Sort(items)
	}
	b = append(strconv.AppendInt(append(b, 'l'), int64(len(items)), 10), ':')
	for _, x := range items {
		b = sized(b, 'i', []byte(x))
	}
	return b
}

func sized(b []byte, kind byte, text []byte) []byte {
	b = append(strconv.AppendInt(append(b, kind), int64(len(text)), 10), ':')
	return append(b, text...)
}

// number writes a number plainly: 1.0, 1 and 10e-1 are one. What would take much room to write out stays as logged.
func number(b []byte, n json.Number) []byte {
	s := n.String()
	if _, err := strconv.ParseInt(s, 10, 64); err == nil && s != "-0" {
		return append(b, s...)
	}
	if exp := strings.IndexAny(s, "eE"); len(s) > 64 || exp >= 0 && len(s)-exp > 4 {
		return append(b, s...)
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return append(b, s...)
	}
	return append(b, r.RatString()...)
}
