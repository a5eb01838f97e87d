package decode

import (
	"bytes"
	"encoding/json"
)

// totals is how many records the answers of a stream say that there are.
type totals struct {
	n       int64
	answers int
	unsure  bool // answers that state different numbers, or one that stands for more
}

// Stated is how many records there are by what the answers of the stream say themselves ("count"), the same in each: pages of
// one search repeat it. It is false where none says it, where they say different things, and where the server stopped to
// count (count is count_cap + 1). It is known once Next has returned an error.
func (s *Splitter) Stated() (n int64, ok bool) {
	return s.totals.n, s.totals.answers > 0 && !s.totals.unsure
}

// noteCount takes the count from a part of an answer, before or behind its records: with what is put before it, less the
// cut characters at its left, and what is put behind it, the part is an object.
func (s *Splitter) noteCount(before, cut, behind string, text []byte) {
	if !bytes.Contains(text, []byte(`"count`)) {
		return
	}
	var answer struct {
		Count *int64 `json:"count"`
		Cap   int64  `json:"count_cap"`
	}
	doc := append(append([]byte(before), bytes.TrimLeft(text, cut)...), behind...)
	if json.Unmarshal(doc, &answer) != nil || answer.Count == nil || *answer.Count < 0 {
		return
	}
	t := &s.totals
	t.unsure = t.unsure || t.answers > 0 && t.n != *answer.Count || answer.Cap > 0 && *answer.Count > answer.Cap
	t.n = *answer.Count
	t.answers++
}
