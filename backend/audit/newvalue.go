package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// The bounds of a label of a new value, in bytes: what is longer than whole is cut to head, and ends with its length and the
// beginning of its SHA-256, so that two long values that begin alike stay two.
const (
	wholeLabel = 160
	headLabel  = 100
)

// SecretLabel stands for the new value of a secret, which is never kept.
const SecretLabel = "(secret)"

// ValueLabel is a new value as facets list it and as new: takes it: of a JSON string the text, of anything else the JSON as
// logged; an empty text is "" in quotes. It is never empty, and bounded: see [CutLabel].
func ValueLabel(raw string) string {
	raw = strings.Trim(raw, " \t\r\n")
	if len(raw) < 2 || raw[0] != '"' {
		return CutLabel(raw)
	}
	if raw == `""` {
		return raw
	}
	text := raw[1 : len(raw)-1]
	if strings.IndexByte(text, '\\') >= 0 {
		var s string
		if err := json.Unmarshal([]byte(raw), &s); err == nil {
			text = s
		}
	}
	if text == "" {
		return `""`
	}
	return CutLabel(text)
}

// CutLabel cuts the label of a long value.
func CutLabel(s string) string {
	if len(s) <= wholeLabel {
		return s
	}
	head := headLabel
	for head > 0 && !utf8.RuneStart(s[head]) {
		head--
	}
	sum := sha256.Sum256([]byte(s))
	return fmt.Sprintf("%s… (%s bytes, %s)", s[:head], Grouped(int64(len(s))), hex.EncodeToString(sum[:4]))
}

// ValueKey folds a label for comparison: ASCII case aside, and enabled is true, disabled is false.
func ValueKey(label string) string {
	switch key := FoldASCII(label); key {
	case "enabled":
		return "true"
	case "disabled":
		return "false"
	default:
		return key
	}
}

// MatchNew is [Value.Match] for the label of a new value; "" is not recorded. A whole value that is too long for a label is
// found by itself, too; of a prefix no more than a label's head can match.
func (v Value) MatchNew(label string) bool {
	if v.Op == OpEqual && v.Text != "" {
		return ValueKey(label) == ValueKey(CutLabel(v.Text))
	}
	return v.Match(label)
}
