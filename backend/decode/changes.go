package decode

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"auditdesk/backend/audit"
	"auditdesk/backend/mask"
)

// wholeDiff is the field of a change that stands for a diff which is no object: a text that spells none.
const wholeDiff = "diff"

// sortedChange is a changed field's canonical text in scratch memory.
type sortedChange struct {
	field string
	text  []byte
}

// changes reads the diff of d.rec. For the canonical diff, see canonicalDiff, it leaves the text of each change in d.sorted.
func (d *Decoder) changes(e *audit.Event) {
	d.sorted = d.sorted[:0]
	v := d.object(d.rec.diff)
	switch {
	case v.kind <= null, v.kind == text && isEmptyDiff(v):
		return
	case v.kind != object:
		d.unknownDiff(e, v)
		return
	}
	doc := v.doc
	count := 0
	for c := v.node + 1; c < doc.nodes[v.node].next; c = doc.nodes[c].next {
		count++
	}
	if count == 0 {
		return
	}
	e.Changes = make([]audit.Change, 0, count)
	var seen map[string]int
	if count > 16 {
		seen = make(map[string]int, count)
	}
	for c := v.node + 1; c < doc.nodes[v.node].next; c = doc.nodes[c].next {
		field := d.text.copy(doc.keyOf(&doc.nodes[c]))
		at := len(e.Changes)
		if seen == nil {
			if i := slices.IndexFunc(e.Changes, func(c audit.Change) bool { return c.Field == field }); i >= 0 {
				at = i
			}
		} else if i, ok := seen[field]; ok {
			at = i
		} else {
			seen[field] = at
		}
		if at == len(e.Changes) {
			e.Changes = append(e.Changes, audit.Change{})
			d.moreSorted()
		}
		d.change(e, at, field, doc.at(c))
	}
}

func isEmptyDiff(v value) bool {
	b := trimSpace(v.raw)
	return len(b) == 0 || bytes.Equal(b, nullWord) || bytes.Equal(b, nilWord)
}

// unknownDiff keeps a diff that is no object of changes as one change without a field name of its own.
func (d *Decoder) unknownDiff(e *audit.Event, v value) {
	var raw []byte
	if v.kind == text {
		raw = appendQuoted(nil, appendValid(nil, mask.Record(v.appendText(nil))))
	} else {
		raw = bytes.Clone(d.masked(v))
	}
	e.Changes = []audit.Change{{Field: wholeDiff, New: raw, Kind: audit.KindUnknown, Basis: audit.BasisLogged}}
	last := d.moreSorted()
	last.field, last.text = wholeDiff, append(last.text[:0], raw...)
}

// moreSorted appends to d.sorted, keeping the memory of earlier texts in use.
func (d *Decoder) moreSorted() *sortedChange {
	if len(d.sorted) < cap(d.sorted) {
		d.sorted = d.sorted[:len(d.sorted)+1]
	} else {
		d.sorted = append(d.sorted, sortedChange{})
	}
	return &d.sorted[len(d.sorted)-1]
}

// change understands one entry of a diff: {old, new, secret}, or only the new value, which may be an object, too.
func (d *Decoder) change(e *audit.Event, at int, field string, v value) {
	c := audit.Change{Field: field, Kind: audit.KindUnknown, Basis: audit.BasisLogged}
	var before value
	after, flag := v, mask.Unflagged
	if old, now, secret, ok := entry(v, e.Version); ok {
		before, after, flag = old, now, flagOf(secret)
	}
	// The record's flag decides; where there is none, the catalogue and the name.
	if mask.Field(field, flag) {
		c.Secret, c.Kind = true, audit.KindSecret
		c.SecretWas, c.SecretNow = secretState(before, e.Version), secretState(after, e.Version)
		e.Changes[at] = c
		d.sorted[at] = sortedChange{field, append(d.sorted[at].text[:0], `{"secret":true}`...)}
		return
	}
	buf := d.sorted[at].text[:0]
	buf = append(buf, '{')
	if after.kind != absent {
		c.New = d.bytes.copy(d.masked(after))
		buf = append(buf, `"new":`...)
		buf = d.appendMaskedCanonical(buf, after, c.New)
	}
	if before.kind != absent {
		c.Old = d.bytes.copy(d.masked(before))
		if len(buf) > 1 {
			buf = append(buf, ',')
		}
		buf = append(buf, `"old":`...)
		buf = d.appendMaskedCanonical(buf, before, c.Old)
	}
	e.Changes[at] = c
	d.sorted[at] = sortedChange{field, append(buf, '}')}
}

// flagOf is what a record says of its entry. A collector may have made a text or a number of the flag: whatever is there and does not
// deny is taken for a yes.
func flagOf(v value) mask.Flag {
	switch {
	case v.kind <= null, v.kind == text && string(v.raw) == "false":
		return mask.Unflagged
	case v.kind == boolean && string(v.raw) == "false":
		return mask.Public
	}
	return mask.Secret
}

// entry takes v apart if it is a diff's {old, new, secret}. v2's always is; of v1, whose new value may be any object, only one
// that has no other members.
func entry(v value, version audit.Version) (old, now, secret value, ok bool) {
	if v.kind != object {
		return old, now, secret, false
	}
	for c := v.node + 1; c < v.doc.nodes[v.node].next; c = v.doc.nodes[c].next {
		switch string(v.doc.keyOf(&v.doc.nodes[c])) {
		case "old":
			old = v.doc.at(c)
		case "new":
			now = v.doc.at(c)
		case "secret":
			secret = v.doc.at(c)
		default:
			return old, now, secret, false
		}
	}
	if old.kind == absent && now.kind == absent {
		return old, now, secret, version == audit.V2 && secret.kind == boolean
	}
	return old, now, secret, true
}

// secretState is what may be told of a secret. v2 logs zero values whatever the secret was, so they say nothing.
func secretState(v value, version audit.Version) audit.SecretState {
	switch {
	case v.kind == absent:
		return audit.SecretUnknown
	case v.kind == null, v.kind == text && len(v.raw) == 0:
		if version == audit.V2 {
			return audit.SecretUnknown
		}
		return audit.SecretEmpty
	case version == audit.V2 && isZero(v):
		return audit.SecretUnknown
	}
	return audit.SecretSet
}

func isZero(v value) bool {
	switch v.kind {
	case number:
		return string(v.raw) == "0"
	case boolean:
		return string(v.raw) == "false"
	case array, object:
		return v.doc.nodes[v.node].next == v.node+1
	}
	return false
}

// appendMaskedCanonical appends the canonical text of v as it is after masking.
func (d *Decoder) appendMaskedCanonical(dst []byte, v value, masked []byte) []byte {
	if v.kind < text {
		return append(dst, v.raw...)
	}
	if v.kind == text && !v.dirty && len(masked) == len(v.raw)+2 {
		return append(dst, masked...)
	}
	doc := d.pushDoc()
	defer d.popDoc()
	budget := len(masked) + 1
	if _, err := doc.parse(masked, d.l.Depth+1, &budget); err != nil {
		return appendQuoted(dst, masked)
	}
	return doc.at(0).appendCanonical(dst)
}

// appendCanonicalDiff appends the text of the diff that identity and content rest on: an object with sorted keys, each value
// {"new":…,"old":…} as far as held, secrets {"secret":true}, no white space, numbers as logged. A diff without changes is the empty
// text, so "", {} and null are equal, and so are a string of JSON and the object that it spells.
func (d *Decoder) appendCanonicalDiff(dst []byte) []byte {
	if len(d.sorted) == 0 {
		return dst
	}
	if len(d.sorted) > 1 {
		slices.SortFunc(d.sorted, func(a, b sortedChange) int { return cmp.Compare(a.field, b.field) })
	}
	dst = append(dst, '{')
	for i := range d.sorted {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendQuotedString(dst, d.sorted[i].field)
		dst = append(dst, ':')
		dst = append(dst, d.sorted[i].text...)
	}
	return append(dst, '}')
}

func appendQuotedString(dst []byte, s string) []byte {
	if strings.ContainsAny(s, "\"\\") || strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 }) {
		return appendQuoted(dst, []byte(s))
	}
	dst = append(dst, '"')
	dst = append(dst, s...)
	return append(dst, '"')
}
