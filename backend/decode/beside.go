package decode

import "bytes"

// Members of one object are often spellings of one line: as text, once more parsed, cut off by a collector. A broken one beside a
// record that was read is therefore told only where it is another line.

// broken is a member whose line can't be read.
type broken struct {
	node    int32
	trouble string
}

// tellBroken tells the broken members that are no spellings of a record that the members at read gave, which stand in d.out from start.
func (d *Decoder) tellBroken(v value, lines []broken, read []int32, start int) {
	said := words{}
	for _, node := range read {
		said.take(v.doc.textOf(node), 0)
	}
	for i := range d.out[start:] {
		if e := &d.out[start+i].Event; d.out[start+i].Kind == Record {
			said.identify(e.ID)
			said.identify(e.TimeText)
			said.identify(e.Time.String())
		}
	}
	for _, b := range lines {
		if !said.spells(v.doc.textOf(b.node)) {
			d.unreadable(b.trouble)
		}
	}
}

// textOf is the text of a string, or the JSON of any other value.
func (d *doc) textOf(node int32) []byte {
	if v := d.at(node); v.kind == text {
		return v.appendText(nil)
	}
	n := &d.nodes[node]
	return d.text[n.start:n.end]
}

// words are the strings of a JSON text, those of texts within it among them.
type words struct {
	all map[string]bool // false: it says by itself which record it is
}

// identify adds what no other record says.
func (w *words) identify(s string) {
	if s != "" {
		w.add(s, false)
	}
}

func (w *words) add(s string, common bool) {
	if w.all == nil {
		w.all = map[string]bool{}
	}
	if is, ok := w.all[s]; !ok || is {
		w.all[s] = common
	}
}

func (w *words) take(b []byte, depth int) {
	eachString(b, func(s []byte) bool {
		w.add(string(s), true)
		if depth < maxWalk && len(s) >= minLine && bytes.IndexByte(s, '"') >= 0 {
			w.take(s, depth+1)
		}
		return true
	})
}

// spells reports whether a broken text may be one of the record: it has its id or time, or every whole string in it is one of the
// record's, as in the beginning of a line that was cut off.
func (w *words) spells(b []byte) bool { return w.spelled(b, 0) != apart }

type spelling int

const (
	alike spelling = iota
	same           // it says that it is the record
	apart
)

func (w *words) spelled(b []byte, depth int) spelling {
	out := alike
	eachString(b, func(s []byte) bool {
		common, known := w.all[string(s)]
		is := alike
		switch {
		case known && !common:
			is = same
		case known:
		case depth < maxWalk && len(s) >= minLine && bytes.IndexByte(s, '"') >= 0:
			is = w.spelled(s, depth+1)
		default:
			is = apart
		}
		if is != alike && out != same {
			out = is
		}
		return out != same
	})
	return out
}

// eachString calls fn with each whole string of a JSON text, unescaped, until it returns false. The text need not be whole.
func eachString(b []byte, fn func([]byte) bool) {
	for {
		at := bytes.IndexByte(b, '"')
		if at < 0 {
			return
		}
		b = b[at+1:]
		end, dirty := 0, false
		for end < len(b) && b[end] != '"' {
			if b[end] == '\\' {
				dirty = true
				end++
			}
			end++
		}
		if end >= len(b) {
			return
		}
		s := b[:end]
		if dirty && escapesAreWhole(s) {
			s = appendUnescaped(nil, s)
		}
		if !fn(s) {
			return
		}
		b = b[end+1:]
	}
}

func escapesAreWhole(s []byte) bool {
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			continue
		}
		if i++; i == len(s) {
			return false
		}
		if s[i] != 'u' {
			continue
		}
		if i+4 >= len(s) {
			return false
		}
		for _, c := range s[i+1 : i+5] {
			if !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'f') {
				return false
			}
		}
		i += 4
	}
	return true
}
