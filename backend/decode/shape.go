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
		wrappers = add(wrappers, wrapperWords(c.wrapper))
	}
	parts := add(nil, joined(names))
	parts = add(parts, joined(ways))
	parts = add(parts, joined(wrappers))
	return strings.Join(add(parts, s.Packing), ", ")
}

// add appends a word that is not there yet.
func add(list []string, word string) []string {
	if word == "" || slices.Contains(list, word) {
		return list
	}
	return append(list, word)
}

// joined lists words: "a", "a and b", "a, b and c"; more than three are not told one by one.
func joined(list []string) string {
	if len(list) > 3 {
		list = append(list[:3:3], "others")
	}
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1]
}

// namedWrappers are the words of [Decoder.wrapper] that name a thing; every other one is a key of JSON.
var namedWrappers = []string{
	"CRI", "Cloud Logging", "CloudWatch", "Docker json-file", "Fluent Bit", "Loki", "Splunk HEC", "Splunk export", "Stackdriver", "a wrapper", "logcli",
}

// wrapperWords says how wrappers lie in each other, from the record outwards: "under the key message in Splunk HEC".
func wrapperWords(outsideIn string) string {
	if outsideIn == "" {
		return ""
	}
	words := strings.Split(outsideIn, ", ")
	slices.Reverse(words)
	for i, w := range words {
		switch {
		case w == "a prefix" || w == "timestamps":
			words[i] = "behind " + w
		case slices.Contains(namedWrappers, w):
			words[i] = "in " + w
		default:
			words[i] = "under the key " + w
		}
	}
	return strings.Join(words, " ")
}

func formWords(f audit.Form) string {
	switch f {
	case audit.FormV1JSON, audit.FormV1Human:
		return "Coder v1 log"
	case audit.FormV1REST:
		return "Coder v1 REST answer"
	case audit.FormV1CSV:
		return "Coder v1 CSV"
	case audit.FormV2JSON, audit.FormV2Human:
		return "Coder v2 server log"
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
		return "human format"
	}
	return "JSON lines"
}
