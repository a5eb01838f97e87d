package diff

import (
	"encoding/json"
	"strings"

	"auditdesk/backend/audit"
)

// Zero is how [Comparable] writes the values that Coder v2 leaves out of a diff, or logs as well: whatever means nothing.
const Zero = "\x00"

// Comparable is a value as logged in a form in which two of one setting are equal if they mean the same: enabled and true, a zero value
// of v2 and its absence. ok is false where the record does not hold the value.
func Comparable(raw json.RawMessage, v audit.Version) (text string, ok bool) {
	value := decodeValue(raw, v)
	if v == audit.V2 && isZero(value) {
		return Zero, true
	}
	if value == absent {
		return "", false
	}
	switch text = plain(value); audit.FoldASCII(text) {
	case "enabled", "true":
		return "true", true
	case "disabled", "false":
		return "false", true
	}
	return text, true
}

// isZero reports whether v is what Coder v2 leaves out.
func isZero(v any) bool {
	switch v := v.(type) {
	case missing, nil:
		return true
	case bool:
		return !v
	case string:
		return v == ""
	case json.Number:
		return v == "0"
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// ValueWords says a value by itself, in the words in which changes say it: on one line, bounded, with nothing invisible in it.
func ValueWords(raw json.RawMessage, kind audit.Kind, v audit.Version) string {
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
