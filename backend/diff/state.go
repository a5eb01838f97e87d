package diff

import (
	"encoding/json"
	"math/big"
	"slices"
	"strings"
	"time"

	"auditdesk/backend/audit"
)

// Zero is how [Comparable] writes the values that Coder v2 leaves out of a diff, or logs as well: whatever means nothing.
const Zero = "\x00"

// Comparable is a value as logged in a form in which two of one setting are equal if they mean the same: whatever the spelling of JSON,
// and of lists of plain values (roles, members) whatever their order; numbers by value, times by instant; enabled is true; a zero value
// of v2 is its absence. ok is false where the record does not hold the value.
func Comparable(raw json.RawMessage, v audit.Version) (text string, ok bool) {
	value := decodeValue(raw, v)
	if v == audit.V2 && meansNothing(value) {
		return Zero, true
	}
	if value == absent {
		return "", false
	}
	return plain(meant(value)), true
}

// meant brings what means the same to one value.
func meant(v any) any {
	switch v := v.(type) {
	case string:
		return meantText(v)
	case json.Number:
		return meantNumber(v)
	case []any:
		items, simple := make([]any, len(v)), true
		for i, x := range v {
			items[i] = meant(x)
			switch x.(type) {
			case []any, map[string]any:
				simple = false
			}
		}
		if simple {
			slices.SortStableFunc(items, func(a, b any) int { return strings.Compare(plain(a), plain(b)) })
		}
		return items
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[k] = meant(x)
		}
		return out
	}
	return v
}

func meantText(s string) any {
	switch audit.FoldASCII(s) {
	case "enabled", "true":
		return true
	case "disabled", "false":
		return false
	}
	if isTime(s) {
		if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
			return t.UTC().Format(time.RFC3339Nano)
		}
	}
	return s
}

// meantNumber writes 1.0 and 1e0 as 1. What would take much room to write out stays as it is.
func meantNumber(n json.Number) json.Number {
	s := n.String()
	if !strings.ContainsAny(s, ".eE") {
		if s == "-0" {
			return "0"
		}
		return n
	}
	if exp := strings.IndexAny(s, "eE"); len(s) > 64 || exp >= 0 && len(s)-exp > 4 {
		return n
	}
	r, ok := new(big.Rat).SetString(s)
	switch {
	case !ok:
		return n
	case r.IsInt():
		return json.Number(r.Num().String())
	}
	f, err := r.MarshalText()
	if err != nil {
		return n
	}
	return json.Number(f)
}

// meansNothing reports whether v is what Coder v2 leaves out.
func meansNothing(v any) bool {
	switch v := v.(type) {
	case missing, nil:
		return true
	case bool:
		return !v
	case string:
		return v == ""
	case json.Number:
		return meantNumber(v) == "0"
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// StateWords says a value by itself, in the words in which changes say it: on one line, bounded, with nothing invisible in it.
func StateWords(raw json.RawMessage, kind audit.Kind, v audit.Version) string {
	value := decodeValue(raw, v)
	if v == audit.V2 && value == absent { // a zero value
		switch kind {
		case audit.KindBoolean:
			return "false"
		case audit.KindNumber, audit.KindDuration:
			return "0"
		}
		return "(none)"
	}
	switch kind {
	case audit.KindDuration:
		return showDuration(value)
	case audit.KindHash:
		return showHash(value)
	case audit.KindText, audit.KindUnknown:
		if n := lineCount(value); n > 1 {
			first, _, _ := strings.Cut(strings.TrimLeft(plain(value), "\r\n"), "\n")
			return plural(n, "line", "lines") + ": " + show(strings.TrimRight(first, "\r")) + " …"
		}
	}
	return show(value)
}
