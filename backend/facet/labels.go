package facet

import (
	"slices"

	"auditdesk/backend/audit"
)

// numLabels bounds the fields that have a facet.
const numLabels = 20

// labels are the values that a facet lists, with the codes that each stands for. Values that differ in ASCII case only are
// one, as they are to a filter; label 0 is "not recorded".
type labels struct {
	values []string
	of     []uint32            // by code: its label; nil where codes and labels are the same
	also   map[uint32][]uint32 // further codes that choosing a label selects: namesakes listed under another label
	inCase []uint32            // rows by label in the whole case

	distinct int // labels with rows in the whole case
}

func (l *labels) label(code uint32) uint32 {
	if l.of == nil {
		return code
	}
	return l.of[code]
}

// counts turns counts by code into counts by label.
func (l *labels) counts(codes []uint32) []uint32 {
	if l.of == nil {
		return codes
	}
	counts := make([]uint32, len(l.values))
	for code, n := range codes {
		counts[l.of[code]] += n
	}
	for label, extra := range l.also {
		for _, code := range extra {
			counts[label] += codes[code]
		}
	}
	return counts
}

// facetIndex is the field's place among those that have a facet, or -1.
func facetIndex(f audit.Field) int { return slices.Index(audit.ChangeFacetFields(), f) }

// labelsOf returns the labels of a field that has a facet.
func (s *state) labelsOf(f audit.Field) *labels {
	return s.labels[facetIndex(f)].get(func() *labels {
		l := s.newLabels(f)
		l.inCase = s.totalsOf(f, l)
		for _, rows := range l.inCase[1:] {
			if rows > 0 {
				l.distinct++
			}
		}
		return l
	})
}

func (s *state) newLabels(f audit.Field) *labels {
	col, _ := columnOf(f)
	switch {
	case f == audit.FieldUser:
		return s.partyLabels(&s.words.people, col)
	case f == audit.FieldOrganization:
		return s.partyLabels(s.organizationsOf(), col)
	case f == audit.FieldNew:
		return s.newLabelsOfValues()
	case f == audit.FieldSource:
		return s.sourceLabels()
	case f == audit.FieldStatus || f == audit.FieldOutcome:
		words := make([]string, len(s.statuses))
		for code := range words {
			words[code] = s.statusWord(f, uint32(code))
		}
		return merged(words, audit.FoldASCII)
	case f == audit.FieldChanged:
		return mergedAll(s.changeWords(f), audit.FoldKey)
	case col == colSet:
		return mergedAll(s.changeWords(f), audit.FoldASCII)
	default:
		words := s.words.dims[col]
		if !alike(words) {
			return &labels{values: slices.Concat([]string{""}, words[min(1, len(words)):])}
		}
		return mergedAll(words, audit.FoldASCII)
	}
}

// alike reports whether a dictionary holds values that a filter does not tell apart, or none at all for a code. Most do
// not: only values with upper case letters can have a twin.
func alike(words []string) bool {
	folded := make(map[string]bool)
	for code, w := range words {
		if code > 0 && w == "" {
			return true
		}
		if hasUpper(w) {
			key := audit.FoldASCII(w)
			if folded[key] {
				return true
			}
			folded[key] = true
		}
	}
	if len(folded) == 0 {
		return false
	}
	for _, w := range words {
		if folded[w] {
			return true
		}
	}
	return false
}

// mergedAll is merged for a dictionary, whose code 0 has no word.
func mergedAll(words []string, fold func(string) string) *labels {
	return merged(slices.Concat([]string{""}, words[min(1, len(words)):]), fold)
}

// merged makes one label of the words that fold alike, spelt as the first of them.
func merged(words []string, fold func(string) string) *labels {
	l := &labels{values: []string{""}, of: make([]uint32, len(words))}
	known := map[string]uint32{}
	for code, w := range words {
		if w == "" {
			continue
		}
		key := fold(w)
		label, ok := known[key]
		if !ok {
			label = uint32(len(l.values))
			known[key] = label
			l.values = append(l.values, w)
		}
		l.of[code] = label
	}
	return l
}

// partyLabels lists the persons, or organizations, with rows by their labels. A label also counts the rows of those who go by
// it without being listed under it (one person's username can be another's label), because choosing it selects them.
func (s *state) partyLabels(p *parties, col int) *labels {
	active := make([]bool, len(p.labels))
	for code, rows := range s.totals[col] {
		if rows > 0 && code < len(p.of) {
			active[p.of[code]] = true
		}
	}
	words := make([]string, s.codes(col))
	for code, party := range p.of {
		if active[party] {
			words[code] = p.labels[party]
		}
	}
	l := merged(words, audit.FoldASCII)
	codes := make([][]uint32, len(p.labels)) // of each party
	for code, party := range p.of {
		codes[party] = append(codes[party], uint32(code))
	}
	l.also = make(map[uint32][]uint32)
	for label, value := range l.values[1:] {
		for _, party := range p.named[audit.FoldASCII(value)] {
			for _, code := range codes[party] {
				if l.of[code] != uint32(label+1) {
					l.also[uint32(label+1)] = append(l.also[uint32(label+1)], code)
				}
			}
		}
	}
	return l
}

// sourceLabels lists sources with rows by path, by their numbers, not by the codes of the column. A path that another source
// goes by as well (its base name, say) counts that one's rows too, see partyLabels.
func (s *state) sourceLabels() *labels {
	words := make([]string, s.words.known(int(audit.DimSource)))
	for set, rows := range s.totals[audit.DimSource] {
		if rows == 0 {
			continue
		}
		for _, number := range s.sources.of(uint32(set)) {
			words[number] = of(s.words.dims[audit.DimSource], number)
		}
	}
	l := merged(words, audit.FoldASCII)
	paths := make(map[string]uint32)
	for label, value := range l.values {
		paths[audit.FoldASCII(value)] = uint32(label)
	}
	l.also = make(map[uint32][]uint32)
	for number, value := range words {
		if value == "" {
			continue
		}
		for _, name := range audit.SourceNames(int64(number), value)[1:] {
			if label := paths[audit.FoldASCII(name)]; label != 0 && label != l.of[number] {
				l.also[label] = append(l.also[label], uint32(number))
			}
		}
	}
	return l
}

// spreadSources turns counts of sets of sources into counts of labels, each counted once a row, and the rows without any.
func (s *state) spreadSources(l *labels, sets []uint32) (counts []uint32, missing int64) {
	counts = make([]uint32, len(l.values))
	seen := make([]uint32, len(l.values)) // the last set + 1 that counted it
	ofSource := make([][]uint32, len(l.of))
	for number, label := range l.of {
		if label != 0 {
			ofSource[number] = []uint32{label}
		}
	}
	for label, numbers := range l.also {
		for _, number := range numbers {
			ofSource[number] = append(ofSource[number], label)
		}
	}
	for set, rows := range sets {
		if rows == 0 {
			continue
		}
		found := false
		for _, number := range s.sources.of(uint32(set)) {
			for _, label := range ofSource[number] {
				found = true
				if seen[label] != uint32(set)+1 {
					seen[label] = uint32(set) + 1
					counts[label] += rows
				}
			}
		}
		if !found {
			missing += int64(rows)
		}
	}
	return counts, missing
}

// totalsOf counts a field's labels in the whole case.
func (s *state) totalsOf(f audit.Field, l *labels) []uint32 {
	col, _ := columnOf(f)
	if col == colSet {
		counts, _ := s.spreadSets(f, l, s.totals[colSet])
		return counts
	}
	if f == audit.FieldSource {
		counts, _ := s.spreadSources(l, s.totals[col])
		return counts
	}
	return l.counts(s.totals[col])
}

// spreadSets turns counts of sets of changes into counts of a field's labels, each counted once an event, and the number of
// events without any.
func (s *state) spreadSets(f audit.Field, l *labels, sets []uint32) (counts []uint32, missing int64) {
	counts = make([]uint32, len(l.values))
	seen := make([]uint32, len(l.values)) // the last set + 1 that counted it
	ofChange := make([][2]uint32, len(s.sets.changes))
	for i, c := range s.sets.changes {
		ofChange[i] = [2]uint32{l.label(changeCode(f, c)), l.label(besideCode(f, c))}
	}
	for set, rows := range sets {
		if rows == 0 {
			continue
		}
		found := false
		for _, m := range s.sets.of(uint32(set)) {
			for _, label := range ofChange[m] {
				if label == 0 {
					continue
				}
				found = true
				if seen[label] != uint32(set)+1 {
					seen[label] = uint32(set) + 1
					counts[label] += rows
				}
			}
		}
		if !found {
			missing += int64(rows)
		}
	}
	return counts, missing
}

// Absent returns those of the documented values of a field that no row of the case has, in their order.
func (x *Index) Absent(f audit.Field, documented []string) ([]string, error) {
	if facetIndex(f) < 0 {
		return nil, noFacet(f)
	}
	l := x.now.Load().labelsOf(f)
	fold := foldOf(f)
	present := make(map[string]bool)
	for label, rows := range l.inCase {
		if rows > 0 {
			present[fold(l.values[label])] = true
		}
	}
	var absent []string
	for _, value := range documented {
		if !present[fold(value)] {
			absent = append(absent, value)
		}
	}
	return absent, nil
}
