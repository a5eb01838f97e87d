package mask

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// String masks what a text of a record holds of secrets under a name: JSON, key=value pairs, Go's %+v, lines of YAML. Prose stays.
func String(s string) string {
	if !suspiciousText(s) {
		return s
	}
	text := []byte(s)
	return string(apply(text, textEdits(text, 0, false)))
}

// Record masks the bytes of a record in any form: a JSON line or document with its wrappers, the physical lines of a
// record that Docker or CRI split, a line of the human format, a row of CSV. Whatever can't be parsed is blanked after the
// first word that looks secret. All else stays byte for byte; raw is not written to.
//
// What it can't know: a value under an innocent name whose flag is lost in broken text, and what the cells of a row of CSV are
// called, see [CSV].
func Record(raw []byte) []byte {
	if parts, edits, ok := joined(raw); ok {
		return apply(raw, parts.outer(edits))
	}
	return apply(raw, textEdits(raw, 0, true))
}

// flagWindow is how far behind an excerpt the flags of its diff entries are looked for, in bytes.
const flagWindow = 1 << 16

// Excerpt is the beginning of a record that could not be read, at most limit characters of valid UTF-8. It is masked byte
// by byte: all that follows the first secret word is blanked, in escaped JSON too, whatever the word is part of.
func Excerpt(raw []byte, limit int) string {
	if limit <= 0 {
		return ""
	}
	raw = dense(unsplit(raw, limit), limit)
	// No more can be shown than this; the rest need not be looked at, however long the line.
	head := raw[:min(len(raw), utf8.UTFMax*limit+utf8.UTFMax)]
	mark := ""
	end := -1
	if suspicious(head) {
		end = secretEnd(head, 0)
	}
	if (flags{-1, -1}).sideEnd(head, 0) >= 0 {
		f := findFlags(raw[:min(len(raw), len(head)+flagWindow)])
		if side := f.sideEnd(head, 0); side >= 0 && (end < 0 || side < end) {
			end = side
		}
	}
	if end >= 0 && end < len(raw) {
		head, mark = head[:end], Rest
	}
	text := []rune(strings.ToValidUTF8(string(head), "\uFFFD") + mark)
	return string(text[:min(len(text), limit)])
}

// dense takes zero bytes out of a text that has secret words without them, as UTF-16 has: no word is seen in it otherwise.
func dense(raw []byte, limit int) []byte {
	part := raw[:min(len(raw), 2*utf8.UTFMax*(limit+1)+flagWindow)]
	if bytes.IndexByte(part, 0) < 0 {
		return raw
	}
	without := bytes.ReplaceAll(part, []byte{0}, nil)
	if !suspicious(without) && findFlags(without).sideEnd(without, 0) < 0 {
		return raw
	}
	return without
}

// unsplit masks a record that was split within what an excerpt shows, for a name may be split too. A very long one is
// shown to its first line only.
func unsplit(raw []byte, limit int) []byte {
	first := bytes.IndexByte(raw, '\n')
	if first < 0 || first > utf8.UTFMax*limit {
		return raw
	}
	if len(raw) > 1<<20 {
		return raw[:first]
	}
	if parts, edits, ok := joined(raw); ok {
		return apply(raw, parts.outer(edits))
	}
	return raw
}

// part is a stretch of a record's text, and how it stands in the raw bytes.
type part struct {
	inner         // pos is nil where the text stands as it is
	base   int    // of the text in raw
	frame  []edit // edits of what stands around the text
	escape func(string) string
	start  int // of the text in the joined text
}

type parts []part

// joined puts the text of a split record together, which may be split within a name, and returns the edits of the joined
// text. It is false where raw is not the lines of a split record.
func joined(raw []byte) (parts, []edit, bool) {
	lines := bytes.SplitAfter(raw, []byte("\n"))
	if len(lines) < 2 || len(lines[1]) == 0 {
		return nil, nil, false
	}
	var ps parts
	var text []byte
	at := 0
	for _, line := range lines {
		body := bytes.TrimRight(line, "\r\n")
		if len(body) > 0 {
			p, ok := splitPart(body)
			if !ok {
				return nil, nil, false
			}
			p.start = len(text)
			p.base += at
			for i := range p.frame {
				p.frame[i].start += at
				p.frame[i].end += at
			}
			text = append(text, p.text...)
			ps = append(ps, p)
		}
		at += len(line)
	}
	return ps, textEdits(text, 1, true), true
}

// splitPart reads one physical line of a split record: Docker's {"log":"…","stream":…} or CRI's "TIME stream P …".
func splitPart(line []byte) (part, bool) {
	if line[0] != '{' {
		at := criText(line)
		return part{inner: inner{text: line[max(at, 0):]}, base: at, escape: func(s string) string { return s }}, at >= 0
	}
	w, ok := document(line, 0)
	if !ok {
		return part{}, false
	}
	for k := 1; k < w.nodes[0].next; k = w.nodes[k+1].next {
		if v := w.nodes[k+1]; w.key(k) == "log" && v.kind == '"' {
			w.leave = k + 1
			w.walk(0)
			return part{inner: unescape(line[v.start+1 : v.end-1]), base: v.start + 1, frame: w.edits, escape: escapeJSON}, true
		}
	}
	return part{}, false
}

// criText returns where the text of a CRI line starts, or -1.
func criText(line []byte) int {
	at := 0
	for field := range 3 {
		n := bytes.IndexByte(line[at:], ' ')
		if n < 1 {
			return -1
		}
		word := string(line[at : at+n])
		if field == 0 && (word[0] < '0' || '9' < word[0]) ||
			field == 1 && word != "stdout" && word != "stderr" ||
			field == 2 && word[0] != 'P' && word[0] != 'F' {
			return -1
		}
		at += n + 1
	}
	return at
}

// outer maps edits of the joined text to the raw bytes, beside those of the frames. An edit over several parts puts its
// text into the first and empties the others.
func (ps parts) outer(edits []edit) []edit {
	var out []edit
	for _, p := range ps {
		out = append(out, p.frame...)
		end := p.start + len(p.text)
		for _, e := range edits {
			from, to := max(e.start, p.start), min(e.end, end)
			if from >= to {
				continue
			}
			text := e.text
			if e.start < p.start {
				text = ""
			}
			out = append(out, edit{p.at(from), p.at(to), p.escape(text)})
		}
	}
	slices.SortStableFunc(out, func(a, b edit) int { return a.start - b.start })
	return out
}

func (p part) at(i int) int {
	if p.pos == nil {
		return p.base + i - p.start
	}
	return p.base + int(p.pos[i-p.start])
}
