package facet

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"auditdesk/backend/audit"
)

// columnOf names the column that a field is kept in, or false for fields that have none (text, id, ref, times …).
func columnOf(f audit.Field) (int, bool) {
	switch f {
	case audit.FieldType:
		return int(audit.DimType), true
	case audit.FieldAction:
		return int(audit.DimAction), true
	case audit.FieldTarget:
		return int(audit.DimTarget), true
	case audit.FieldUser:
		return int(audit.DimAccount), true
	case audit.FieldOrganization:
		return int(audit.DimOrganization), true
	case audit.FieldIP:
		return int(audit.DimIP), true
	case audit.FieldOutcome, audit.FieldStatus:
		return int(audit.DimStatus), true
	case audit.FieldVersion:
		return int(audit.DimVersion), true
	case audit.FieldLog:
		return int(audit.DimLog), true
	case audit.FieldDeployment:
		return int(audit.DimDeployment), true
	case audit.FieldSource:
		return int(audit.DimSource), true
	case audit.FieldBuildReason:
		return int(audit.DimBuildReason), true
	case audit.FieldResourceID:
		return int(audit.DimResourceID), true
	case audit.FieldChanged, audit.FieldSetting, audit.FieldPanel, audit.FieldKind, audit.FieldBasis, audit.FieldContinuity:
		return colSet, true
	case audit.FieldNew:
		return colNew, true
	case audit.FieldClass, audit.FieldHas:
		return colFlags, true
	default:
		return 0, false
	}
}

// passing returns, by code of the field's column, 1 where the terms of the field hold: any of the values included, if some
// are, and none of those excluded.
func (s *state) passing(f audit.Field, col int, terms []audit.Term) ([]uint8, error) {
	include, exclude := make([]bool, s.codes(col)), make([]bool, s.codes(col))
	chosen := false
	for _, t := range terms {
		hit := include
		if t.Exclude {
			hit = exclude
		} else {
			chosen = true
		}
		for _, v := range t.Values {
			if err := s.mark(f, col, v, hit); err != nil {
				return nil, err
			}
		}
	}
	pass := make([]uint8, len(include))
	for code := range pass {
		if (include[code] || !chosen) && !exclude[code] {
			pass[code] = 1
		}
	}
	return pass, nil
}

// mark marks the codes of a column that one value of a field holds for.
func (s *state) mark(f audit.Field, col int, v audit.Value, hit []bool) error {
	switch f {
	case audit.FieldUser:
		s.words.people.mark(v, hit)
	case audit.FieldOrganization:
		s.organizationsOf().mark(v, hit)
	case audit.FieldStatus, audit.FieldOutcome:
		return s.markStatus(f, v, hit)
	case audit.FieldChanged, audit.FieldSetting, audit.FieldPanel, audit.FieldKind, audit.FieldBasis, audit.FieldContinuity:
		s.markSets(f, v, hit)
	case audit.FieldNew:
		s.markNew(v, hit)
	case audit.FieldClass, audit.FieldHas:
		return markFlags(f, v, hit)
	case audit.FieldSource:
		s.markSources(v, hit)
	default:
		holds := matcher(v)
		for code := range hit {
			if holds(of(s.words.dims[col], uint32(code))) {
				hit[code] = true
			}
		}
	}
	return nil
}

// matcher is v.Match without its allocations, for dictionaries of a million values.
func matcher(v audit.Value) func(string) bool {
	folded := audit.FoldASCII(v.Text)
	switch v.Op {
	case audit.OpRecorded, audit.OpNotRecorded:
		return v.Match
	case audit.OpPrefix:
		return func(s string) bool { return len(s) >= len(folded) && equalFold(s[:len(folded)], folded) }
	default:
		return func(s string) bool { return equalFold(s, folded) }
	}
}

// matcherOf is the matcher of a field's values.
func matcherOf(f audit.Field) func(audit.Value) func(string) bool {
	switch f {
	case audit.FieldChanged:
		return fieldMatcher
	case audit.FieldNew:
		return newMatcher
	}
	return matcher
}

// newMatcher is v.MatchNew without its allocations.
func newMatcher(v audit.Value) func(string) bool {
	if v.Op != audit.OpEqual || v.Text == "" {
		return matcher(v)
	}
	switch key := audit.ValueKey(audit.CutLabel(v.Text)); key {
	case "true", "false":
		return func(s string) bool { return audit.ValueKey(s) == key }
	default:
		return func(s string) bool { return equalFold(s, key) }
	}
}

// fieldMatcher compares names of changed fields: letter case, "_" and spaces do not matter.
func fieldMatcher(v audit.Value) func(string) bool {
	key := audit.FoldKey(v.Text)
	switch v.Op {
	case audit.OpRecorded, audit.OpNotRecorded:
		return v.Match
	case audit.OpPrefix:
		if key != "" && strings.HasSuffix(strings.ReplaceAll(v.Text, "_", " "), " ") {
			key += " " // "gpu_*" begins with a whole word
		}
		return func(s string) bool { return strings.HasPrefix(audit.FoldKey(s), key) }
	default:
		return func(s string) bool { return audit.FoldKey(s) == key }
	}
}

func (s *state) markStatus(f audit.Field, v audit.Value, hit []bool) error {
	bound := 0
	if v.Op == audit.OpAtLeast || v.Op == audit.OpBelow {
		var err error
		if bound, err = strconv.Atoi(v.Text); err != nil || f != audit.FieldStatus {
			return fmt.Errorf("%s can't be compared with %q", f, v.Text)
		}
	}
	for code := range hit {
		status, recorded := s.status(uint32(code))
		switch {
		case v.Op == audit.OpAtLeast:
			hit[code] = hit[code] || (recorded && status >= bound)
		case v.Op == audit.OpBelow:
			hit[code] = hit[code] || (recorded && status < bound)
		case v.Match(s.statusWord(f, uint32(code))):
			hit[code] = true
		}
	}
	return nil
}

// status returns the status that a code of ours stands for.
func (s *state) status(code uint32) (int, bool) {
	dim := s.statuses[code]
	return int(int64(dim) - 1), dim != 0
}

// statusWord is the value of status or outcome that a code stands for.
func (s *state) statusWord(f audit.Field, code uint32) string {
	status, recorded := s.status(code)
	switch {
	case !recorded:
		return ""
	case f == audit.FieldOutcome:
		return string(audit.OutcomeOf(status))
	default:
		return strconv.Itoa(status)
	}
}

// changeCode picks what a field is about out of a change; for kind and basis, which are always recorded, counted from 1.
func changeCode(f audit.Field, c audit.ChangeCodes) uint32 {
	switch f {
	case audit.FieldChanged:
		return c.Field
	case audit.FieldSetting:
		return c.Setting
	case audit.FieldPanel:
		return c.Panel
	case audit.FieldKind:
		return uint32(c.Kind) + 1
	case audit.FieldContinuity:
		return uint32(c.Continuity &^ audit.BreakAfter)
	default:
		return uint32(c.Basis) + 1
	}
}

// besideCode is the second value that a change has of a field, 0 for none: a break after it, whatever lies before.
func besideCode(f audit.Field, c audit.ChangeCodes) uint32 {
	if f == audit.FieldContinuity && c.Continuity&audit.BreakAfter != 0 {
		return uint32(len(audit.Continuities()))
	}
	return 0
}

// changeWords are the values that changeCode stands for.
func (s *state) changeWords(f audit.Field) []string {
	switch f {
	case audit.FieldChanged:
		return s.words.changes[audit.DictFieldName]
	case audit.FieldSetting:
		return s.words.changes[audit.DictSetting]
	case audit.FieldPanel:
		return s.words.changes[audit.DictPanel]
	case audit.FieldContinuity:
		var values []string
		for _, c := range audit.Continuities() {
			values = append(values, string(c))
		}
		return append(values, string(audit.ContinuityBreakAfter))
	case audit.FieldKind:
		values := []string{""}
		for _, k := range audit.Kinds() {
			values = append(values, string(k))
		}
		return values
	default:
		values := []string{""}
		for _, b := range audit.Bases() {
			values = append(values, string(b))
		}
		return values
	}
}

// markSets marks the sets of changes of which any member has the value; or, for "not recorded", none has a value.
func (s *state) markSets(f audit.Field, v audit.Value, hit []bool) {
	holds := matcher(v)
	if f == audit.FieldChanged {
		holds = fieldMatcher(v)
	}
	none := v.Op == audit.OpNotRecorded || (v.Op == audit.OpEqual && v.Text == "")
	values := s.changeWords(f)
	word := make([]bool, max(len(values), 1))
	for code := range word {
		value := of(values, uint32(code))
		word[code] = value != "" && (none || holds(value))
	}
	member := make([]bool, len(s.sets.changes))
	for i, c := range s.sets.changes {
		member[i] = word[changeCode(f, c)] || word[besideCode(f, c)]
	}
	for set := range hit {
		found := false
		for _, m := range s.sets.of(uint32(set)) {
			if found = member[m]; found {
				break
			}
		}
		if found != none {
			hit[set] = true
		}
	}
}

// markSources marks the sets of sources of which any member goes by v; or, for "not recorded", the set without members.
func (s *state) markSources(v audit.Value, hit []bool) {
	holds := matcher(v)
	if v.Op == audit.OpNotRecorded || (v.Op == audit.OpEqual && v.Text == "") {
		hit[0] = true
		return
	}
	member := make([]bool, s.words.known(int(audit.DimSource)))
	for number := 1; number < len(member); number++ {
		member[number] = slices.ContainsFunc(audit.SourceNames(int64(number), of(s.words.dims[audit.DimSource], uint32(number))), holds)
	}
	for set := range hit {
		for _, m := range s.sources.of(uint32(set)) {
			hit[set] = hit[set] || member[m]
		}
	}
}

func markFlags(f audit.Field, v audit.Value, hit []bool) error {
	flag, ok := audit.FlagNamed(f, v.Text)
	if !ok || v.Op != audit.OpEqual {
		return fmt.Errorf("%s has no value %q", f, v.Text)
	}
	for set := range hit {
		if audit.Flags(set)&flag != 0 {
			hit[set] = true
		}
	}
	return nil
}
