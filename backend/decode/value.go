package decode

import (
	"bytes"
	"cmp"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// value is what a record holds under one name: a JSON value, or a word of a human line or a CSV cell (then doc is nil).
// The zero value is "not held".
type value struct {
	kind  kind
	dirty bool   // a string with escapes or bytes above 0x7f
	raw   []byte // JSON text; of a string what stands between its quotes
	doc   *doc   // where the value's children are; nil for a word
	node  int32
}

// word makes a value of plain text. It may hold anything: quotes, control characters, bytes that are no UTF-8.
func word(b []byte) value { return value{kind: text, raw: b} }

// at returns the value of a node.
func (d *doc) at(i int32) value {
	n := &d.nodes[i]
	return value{kind: n.kind, dirty: n.dirty, raw: d.text[n.start:n.end], doc: d, node: i}
}

// keyOf returns the key of a node, unescaped. Only a key with escapes costs memory.
func (d *doc) keyOf(n *node) []byte {
	k := d.text[n.keyStart:n.keyEnd]
	if n.keyDirty {
		return appendUnescaped(nil, k)
	}
	return k
}

// member finds a member of an object: the last one of that name, as jq and encoding/json have it.
func (v value) member(name string) value {
	if v.kind != object {
		return value{}
	}
	d := v.doc
	var found value
	for c := v.node + 1; c < d.nodes[v.node].next; c = d.nodes[c].next {
		if string(d.keyOf(&d.nodes[c])) == name {
			found = d.at(c)
		}
	}
	return found
}

// held reports whether there is a value other than null.
func (v value) held() bool { return v.kind > null }

// empty reports whether there is no value, or a text without characters, as a cell of a table is.
func (v value) empty() bool { return !v.held() || v.kind == text && len(v.raw) == 0 }

// plain reports whether the raw bytes are the text: of a string without escapes, and of numbers and booleans.
func (v value) plain() bool { return v.doc != nil && !v.dirty || v.kind != text }

// appendText appends the text of a string, or the JSON text of a number or boolean; nothing for null and containers.
func (v value) appendText(dst []byte) []byte {
	switch {
	case v.kind == text && v.doc == nil:
		return appendValid(dst, v.raw)
	case v.kind == text && v.dirty:
		return appendUnescaped(dst, v.raw)
	case v.kind == text || v.kind == number || v.kind == boolean:
		return append(dst, v.raw...)
	}
	return dst
}

// appendUnescaped appends the text of a JSON string that scanString let pass. What is no UTF-8 and lone surrogates become U+FFFD.
func appendUnescaped(dst, raw []byte) []byte {
	for len(raw) > 0 {
		i := bytes.IndexByte(raw, '\\')
		if i < 0 {
			return appendValid(dst, raw)
		}
		dst = appendValid(dst, raw[:i])
		switch c := raw[i+1]; c {
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case 't':
			dst = append(dst, '\t')
		case 'u':
			r := hex4(raw[i+2:])
			raw = raw[i+6:]
			if utf16.IsSurrogate(r) {
				low := rune(-1)
				if len(raw) >= 6 && raw[0] == '\\' && raw[1] == 'u' {
					low = hex4(raw[2:])
				}
				if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
					raw = raw[6:]
				}
			}
			dst = utf8.AppendRune(dst, r)
			continue
		default:
			dst = append(dst, c)
		}
		raw = raw[i+2:]
	}
	return dst
}

func hex4(b []byte) rune {
	var r rune
	for _, c := range b[:4] {
		switch {
		case c <= '9':
			c -= '0'
		case c <= 'F':
			c -= 'A' - 10
		default:
			c -= 'a' - 10
		}
		r = r<<4 | rune(c)
	}
	return r
}

// appendValid appends b with each byte that is no UTF-8 replaced by U+FFFD, as encoding/json does.
func appendValid(dst, b []byte) []byte {
	if utf8.Valid(b) {
		return append(dst, b...)
	}
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		dst = utf8.AppendRune(dst, r)
		b = b[n:]
	}
	return dst
}

const hexDigits = "0123456789abcdef"

// appendQuoted appends s as a JSON string: only what must be escaped is. s must be UTF-8.
func appendQuoted(dst, s []byte) []byte {
	dst = append(dst, '"')
	start := 0
	for i, c := range s {
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, s[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}

// appendJSON appends v as JSON without white space: as logged otherwise, so key order, spelling of numbers and escapes stay.
// Of a key that occurs twice both stay. Nothing is appended for a value that is not held at all.
func (v value) appendJSON(dst []byte) []byte {
	switch {
	case v.kind == absent:
		return dst
	case v.kind == text && v.doc == nil:
		return appendQuoted(dst, appendValid(nil, v.raw))
	case v.kind == text:
		dst = append(dst, '"')
		dst = appendValid(dst, v.raw)
		return append(dst, '"')
	case v.kind != object && v.kind != array:
		return append(dst, v.raw...)
	}
	return appendCompact(dst, v.raw)
}

// appendCompact appends the JSON text b without the white space between its tokens.
func appendCompact(dst, b []byte) []byte {
	mark := len(dst)
	for i := 0; i < len(b); {
		switch c := b[i]; {
		case c == '"':
			end, _, _ := scanString(b, i+1)
			end = min(end+1, len(b))
			dst = append(dst, b[i:end]...)
			i = end
		case isSpace(c):
			i++
		default:
			dst = append(dst, c)
			i++
		}
	}
	if !utf8.Valid(dst[mark:]) {
		dst = appendValid(dst[:mark], slices.Clone(dst[mark:]))
	}
	return dst
}

// appendCanonical appends v in the spelling in which values are digested and compared: keys sorted by their bytes, the last of two
// equal keys, no white space, numbers as logged, strings with the fewest escapes.
func (v value) appendCanonical(dst []byte) []byte {
	switch v.kind {
	case absent:
		return dst
	case text:
		if v.doc != nil && !v.dirty {
			dst = append(dst, '"')
			dst = append(dst, v.raw...)
			return append(dst, '"')
		}
		return appendQuoted(dst, v.appendText(nil))
	case array:
		dst = append(dst, '[')
		d, first := v.doc, true
		for c := v.node + 1; c < d.nodes[v.node].next; c = d.nodes[c].next {
			if !first {
				dst = append(dst, ',')
			}
			first = false
			dst = d.at(c).appendCanonical(dst)
		}
		return append(dst, ']')
	case object:
		dst = append(dst, '{')
		for i, m := range v.members() {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendQuoted(dst, m.key)
			dst = append(dst, ':')
			dst = v.doc.at(m.node).appendCanonical(dst)
		}
		return append(dst, '}')
	}
	return append(dst, v.raw...)
}

type member struct {
	key  []byte
	node int32
}

// members lists an object's members sorted by key; of two equal keys the last one.
func (v value) members() []member {
	d := v.doc
	list := make([]member, 0, 8)
	for c := v.node + 1; c < d.nodes[v.node].next; c = d.nodes[c].next {
		list = append(list, member{d.keyOf(&d.nodes[c]), c})
	}
	slices.SortStableFunc(list, func(a, b member) int { return cmp.Or(bytes.Compare(a.key, b.key), cmp.Compare(b.node, a.node)) })
	return slices.CompactFunc(list, func(a, b member) bool { return bytes.Equal(a.key, b.key) })
}
