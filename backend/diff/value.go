package diff

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"auditdesk/backend/audit"
	"auditdesk/backend/mask"
)

// missing is a value that the record does not hold.
type missing struct{}

var absent any = missing{}

// pair is a change's values, decoded: absent, nil, bool, json.Number, string, []any or map[string]any.
type pair struct{ old, new any }

func read(c *audit.Change, v audit.Version) pair {
	return pair{decodeValue(c.Old, v), decodeValue(c.New, v)}
}

func decodeValue(raw json.RawMessage, version audit.Version) any {
	if raw == nil {
		return absent
	}
	v, ok := scalar(raw)
	if !ok {
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		if err := d.Decode(&v); err != nil {
			return strings.ToValidUTF8(string(raw), "\uFFFD")
		}
	}
	if version == audit.V2 {
		return unwrap(v)
	}
	return v
}

// scalar decodes what most values are without the cost of a decoder: a plain string, a word or a small number.
func scalar(raw []byte) (any, bool) {
	switch string(raw) {
	case "true":
		return true, true
	case "false":
		return false, true
	case "null":
		return nil, true
	case "0":
		return json.Number("0"), true
	}
	if n := len(raw); n >= 2 && raw[0] == '"' && raw[n-1] == '"' {
		inside := raw[1 : n-1]
		for _, c := range inside {
			if c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
				return nil, false
			}
		}
		return string(inside), true
	}
	if len(raw) == 0 || len(raw) > 18 || raw[0] == '0' {
		return nil, false
	}
	for _, c := range raw {
		if c < '0' || '9' < c {
			return nil, false
		}
	}
	return json.Number(raw), true
}

const nilUUID = "00000000-0000-0000-0000-000000000000"

// unwrap undoes how Go's database types reach a v2 diff: an invalid NullString is the text "null", other Null types are
// {"Time": …, "Valid": …}, and zero times and ids stand for none.
func unwrap(v any) any {
	switch v := v.(type) {
	case string:
		if v == "null" || v == nilUUID || strings.HasPrefix(v, "0001-01-01T00:00:00") {
			return nil
		}
	case map[string]any:
		valid, ok := v["Valid"].(bool)
		if !ok || len(v) != 2 {
			return v
		}
		if !valid {
			return nil
		}
		for name, inner := range v {
			if name != "Valid" {
				return unwrap(inner)
			}
		}
	}
	return v
}

// Bounds of words, in characters.
const (
	maxWords = 300
	maxSide  = 130 // of one value of two
)

// show writes a value on one line for people: bounded, with nothing invisible in it.
func show(v any) string {
	switch v := v.(type) {
	case missing:
		return "(not logged)"
	case nil:
		return "(none)"
	case string:
		if v == "" {
			return "(empty)"
		}
	case []any:
		if len(v) == 0 {
			return "(none)"
		}
		items := make([]string, 0, min(len(v), 12))
		for i, x := range v {
			if i == 12 {
				items = append(items, "…")
				break
			}
			items = append(items, bound(label(x), maxSide))
		}
		return bound(strings.Join(items, ", "), maxSide)
	}
	return bound(mask.Visible(beginning(plain(v), maxSide+1)), maxSide) // a megabyte need not be looked through for a line
}

// plain is a value's text: of a string the string, else compact JSON with sorted keys.
func plain(v any) string {
	switch v := v.(type) {
	case missing:
		return ""
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		return v.String()
	}
	b, err := marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

// marshal leaves <, > and & as they are.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// bound cuts a text to n characters.
func bound(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	return beginning(s, n-1) + "…"
}

// beginning is at most n characters of s.
func beginning(s string, n int) string {
	i := 0
	for ; n > 0 && i < len(s); n-- {
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	return s[:i]
}

// kindOf infers the kind of a field that no catalogue knows, from its values and, where numbers may be durations, its name.
func kindOf(field string, version audit.Version, p pair) audit.Kind {
	now, was := kindOfValue(p.new), kindOfValue(p.old)
	kind := now
	switch {
	case now == audit.KindUnknown:
		kind = was
	case was == audit.KindUnknown || was == now:
	case isTextual(was) && isTextual(now):
		kind = audit.KindText
	default:
		return audit.KindUnknown
	}
	if kind == audit.KindNumber && version == audit.V2 && isDuration(field) {
		return audit.KindDuration
	}
	return kind
}

func isTextual(k audit.Kind) bool {
	return slices.Contains([]audit.Kind{audit.KindText, audit.KindColour, audit.KindHash, audit.KindTime, audit.KindBoolean}, k)
}

func kindOfValue(v any) audit.Kind {
	switch v := v.(type) {
	case bool:
		return audit.KindBoolean
	case json.Number:
		return audit.KindNumber
	case []any:
		return audit.KindList
	case map[string]any:
		return audit.KindObject
	case string:
		return kindOfText(v)
	}
	return audit.KindUnknown
}

func kindOfText(s string) audit.Kind {
	switch {
	case s == "":
		return audit.KindUnknown // says nothing: the other side decides
	case isBoolean(audit.FoldASCII(s)):
		return audit.KindBoolean
	case isColour(s):
		return audit.KindColour
	case isHash(s):
		return audit.KindHash
	case isTime(s):
		return audit.KindTime
	}
	return audit.KindText
}

func isBoolean(folded string) bool {
	switch folded {
	case "true", "false", "enabled", "disabled":
		return true
	}
	return false
}

func isColour(s string) bool {
	_, ok := parseColour(s)
	return ok
}

// isHash accepts SHA-1 and SHA-256 in hex, whole or as the vendor shortens them (ed19...843b).
func isHash(s string) bool {
	if len(s) == 11 && s[4:7] == "..." {
		return isHex(s[:4]) && isHex(s[7:])
	}
	return (len(s) == 40 || len(s) == 64) && isHex(s)
}

func isHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || '9' < c) && (c|0x20 < 'a' || 'f' < c|0x20) {
			return false
		}
	}
	return true
}

func isTime(s string) bool {
	if len(s) < len("2006-01-02T15:04:05Z") || s[4] != '-' || s[10] != 'T' {
		return false
	}
	_, err := time.Parse(time.RFC3339Nano, s)
	return err == nil
}

// isDuration knows the fields that Coder v2 logs in nanoseconds. Fields in other units say so in their names.
func isDuration(field string) bool {
	f := audit.FoldKey(field)
	switch f {
	case "ttl", "time til dormant", "time til dormant autodelete", "activity bump", "locked ttl", "inactivity ttl":
		return true
	}
	return strings.HasSuffix(f, " ttl")
}
