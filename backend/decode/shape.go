package decode

import (
	"slices"
	"strings"

	"auditdesk/backend/audit"
)

// ShapeOf gathers what a source turned out to be, for words such as "Coder v1 log, JSON lines, in Docker json-file, gzip".
// The zero value is ready for use.
type ShapeOf struct {
	Packing string // as [Unpack] returned it

	seen  []shapeCount
	last  int // index of the one that was added to last
	total int64
}

type shapeCount struct {
	form            audit.Form
	wrapper, inside string
	n               int64
}

// Add counts a record that was found in a container, see [Piece.Inside].
func (s *ShapeOf) Add(it *Item, inside string) {
	if it.Kind != Record {
		return
	}
	s.total++
	if s.last < len(s.seen) {
		if c := &s.seen[s.last]; c.form == it.Event.Form && c.wrapper == it.Wrapper && c.inside == inside {
			c.n++
			return
		}
	}
	for i := range s.seen {
		if c := &s.seen[i]; c.form == it.Event.Form && c.wrapper == it.Wrapper && c.inside == inside {
			c.n++
			s.last = i
			return
		}
	}
	if len(s.seen) < 64 {
		s.last = len(s.seen)
		s.seen = append(s.seen, shapeCount{it.Event.Form, it.Wrapper, inside, 1})
	}
}

// String puts the shape into words, the most frequent of several first. Without records it is the packing alone.
func (s *ShapeOf) String() string {
	list := slices.Clone(s.seen)
	slices.SortStableFunc(list, func(a, b shapeCount) int { return int(b.n - a.n) })
	var names, ways, wrappers []string
	for _, c := range list {
		names = add(names, formWords(c.form))
		ways = add(ways, insideWords(c.form, c.inside))
		wrappers = add(wrappers, c.wrapper)
	}
	parts := add(nil, joined(names))
	parts = add(parts, joined(ways))
	if len(wrappers) > 0 {
		parts = append(parts, "in "+joined(wrappers))
	}
	return strings.Join(add(parts, s.Packing), ", ")
}

// add appends a word that is not there yet.
func add(list []string, word string) []string {
	if word == "" || slices.Contains(list, word) {
		return list
	}
	return append(list, word)
}

// joined lists words; more than three are not told one by one.
func joined(list []string) string {
	if len(list) > 3 {
		list = append(list[:3:3], "others")
	}
	return strings.Join(list, " and ")
}

func formWords(f audit.Form) string {
	switch f {
	case audit.FormV1JSON:
		return "Coder v1 log"
	case audit.FormV1Human:
		return "Coder v1 log, human format"
	case audit.FormV1REST:
		return "Coder v1 REST answer"
	case audit.FormV1CSV:
		return "Coder v1 CSV"
	case audit.FormV2JSON:
		return "Coder v2 server log"
	case audit.FormV2Human:
		return "Coder v2 server log, human format"
	case audit.FormV2REST:
		return "Coder v2 REST answer"
	case audit.FormV2CSV:
		return "Coder v2 CSV"
	case audit.FormV2Connection:
		return "Coder v2 connection log"
	}
	return string(f)
}

func insideWords(f audit.Form, inside string) string {
	switch inside {
	case "array":
		return "JSON array"
	case "audit_logs", "connection_logs":
		return "JSON document"
	case "object":
		return "JSON objects"
	case "csv":
		return ""
	}
	if f == audit.FormV1Human || f == audit.FormV2Human {
		return ""
	}
	return "JSON lines"
}
