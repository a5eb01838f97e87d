package facet_test

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"strings"

	"auditdesk/backend/audit"
	"auditdesk/backend/facet"
)

type wordDim struct {
	dim   audit.Dim
	field audit.Field
}

// wordDims are the fields that an event has one word of.
var wordDims = []wordDim{{audit.DimType, audit.FieldType}, {audit.DimAction, audit.FieldAction}, {audit.DimTarget, audit.FieldTarget},
	{audit.DimOrganization, audit.FieldOrganization}, {audit.DimIP, audit.FieldIP}, {audit.DimVersion, audit.FieldVersion},
	{audit.DimLog, audit.FieldLog}, {audit.DimDeployment, audit.FieldDeployment}, {audit.DimSource, audit.FieldSource},
	{audit.DimBuildReason, audit.FieldBuildReason}, {audit.DimResourceID, audit.FieldResourceID}}

// holds decides by the words of an event alone whether a filter holds for it: the meaning of a query, in the plainest form.
func (m *memory) holds(e *event, f facet.Filter) bool {
	return f.Span.Holds(e.time) && m.query(e, f.Query) && m.query(e, f.Scope)
}

func (m *memory) query(e *event, q audit.Query) bool {
	included := map[audit.Field]bool{}
	for _, t := range q.Terms {
		switch t.Field {
		case audit.FieldDateFrom, audit.FieldDateTo, audit.FieldAfter, audit.FieldBefore:
			continue
		}
		found := slices.ContainsFunc(t.Values, func(v audit.Value) bool { return m.value(e, t.Field, v) })
		switch {
		case t.Exclude && found:
			return false
		case t.Exclude:
		case t.Field == audit.FieldText && !found: // words are ANDed
			return false
		default:
			included[t.Field] = included[t.Field] || found
		}
	}
	for _, found := range included {
		if !found {
			return false
		}
	}
	return true
}

func (m *memory) value(e *event, f audit.Field, v audit.Value) bool {
	if d := slices.IndexFunc(wordDims, func(d wordDim) bool { return d.field == f }); d >= 0 && f != audit.FieldSource && f != audit.FieldOrganization {
		return v.Match(e.words[wordDims[d].dim])
	}
	switch f {
	case audit.FieldSource:
		sources := recorded(append([]string{e.words[audit.DimSource]}, e.also...))
		if v.Op == audit.OpNotRecorded {
			return len(sources) == 0
		}
		return slices.ContainsFunc(sources, func(p string) bool {
			number := "#" + strconv.Itoa(int(m.dims[audit.DimSource].code(p)))
			return v.Match(p) || v.Match(number) || v.Match(path.Base(strings.ReplaceAll(p, `\`, "/")))
		})
	case audit.FieldOrganization:
		return m.organization(e, v)
	case audit.FieldUser:
		return m.person(e.who, v)
	case audit.FieldOutcome:
		return v.Match(string(audit.OutcomeOf(e.status)))
	case audit.FieldStatus:
		n, _ := strconv.Atoi(v.Text)
		switch v.Op {
		case audit.OpAtLeast:
			return e.status != audit.NoStatus && e.status >= n
		case audit.OpBelow:
			return e.status != audit.NoStatus && e.status < n
		}
		if e.status == audit.NoStatus {
			return v.Match("")
		}
		return v.Match(strconv.Itoa(e.status))
	case audit.FieldChanged, audit.FieldSetting, audit.FieldPanel, audit.FieldKind, audit.FieldBasis, audit.FieldNew, audit.FieldContinuity:
		values := many(e, f)
		if v.Op == audit.OpNotRecorded {
			return len(values) == 0
		}
		if f == audit.FieldChanged {
			v.Text = audit.FoldKey(v.Text)
		}
		return slices.ContainsFunc(values, func(s string) bool {
			if f == audit.FieldNew {
				return v.MatchNew(s)
			}
			if f == audit.FieldChanged {
				s = audit.FoldKey(s)
			}
			return v.Match(s)
		})
	case audit.FieldClass:
		return e.flags&audit.FlagAdmin != 0
	case audit.FieldHas:
		return e.flags&map[string]audit.Flags{"changes": audit.FlagChanges, "secret": audit.FlagSecret, "unrecorded": audit.FlagUnrecorded,
			"differs": audit.FlagDiffers, "matching": audit.FlagMatching, "synthetic": audit.FlagSynthetic}[v.Text] != 0
	case audit.FieldID:
		return v.Match(e.id)
	case audit.FieldRequestID:
		return v.Match(e.requestID)
	case audit.FieldRef:
		if ref, ok := audit.ParseRef(v.Text); ok {
			v.Text = string(ref)
		}
		return v.Match(string(audit.RefOf(e.ref)))
	case audit.FieldText:
		texts := []string{e.words[audit.DimTarget], e.who.Username, e.who.Name, e.who.Email}
		for _, c := range e.changes {
			texts = append(texts, c.field, c.value)
		}
		return slices.ContainsFunc(texts, func(s string) bool { return contains(s, v.Text) })
	}
	panic("no such field: " + f)
}

func recorded(values []string) []string {
	return slices.DeleteFunc(values, func(s string) bool { return s == "" })
}

// many are the recorded values of a field that an event can have several of.
func many(e *event, f audit.Field) []string {
	var values []string
	for _, c := range e.changes {
		value := map[audit.Field]string{audit.FieldChanged: c.field, audit.FieldSetting: c.setting, audit.FieldPanel: c.panel,
			audit.FieldKind: string(c.kind), audit.FieldBasis: string(c.basis), audit.FieldNew: c.newLabel(), audit.FieldContinuity: string(c.continuity)}[f]
		if f == audit.FieldContinuity && c.breakAfter {
			values = append(values, string(audit.ContinuityBreakAfter))
		}
		if value != "" {
			values = append(values, value)
		}
	}
	return values
}

func (m *memory) person(who audit.Person, v audit.Value) bool {
	if who.Label() == "" {
		return v.Match("")
	}
	if v.Op == audit.OpRecorded || v.Op == audit.OpNotRecorded {
		return v.Op == audit.OpRecorded
	}
	for _, a := range m.accounts {
		if a.Who.Label() == "" || personKey(a.Who) != personKey(who) {
			continue
		}
		for _, name := range []string{a.Who.Email, a.Who.Username, a.Who.ID} {
			if name != "" && v.Match(name) {
				return true
			}
		}
	}
	return false
}

// combination is how an event names its organization.
type combination struct{ deployment, id, name string }

// said is what all events together say of a combination.
type said struct {
	key, label string
	goesBy     []string
}

func (e *event) combination() combination {
	c := combination{e.words[audit.DimDeployment], e.orgID, e.words[audit.DimOrganization]}
	if audit.FoldASCII(c.name) == audit.FoldASCII(c.id) {
		c.name = ""
	}
	return c
}

// organizations decides for each combination by looking at all others.
func (m *memory) organizations() map[combination]said {
	if m.all != nil {
		return m.all.organizations()
	}
	if m.said != nil {
		return m.said
	}
	m.said = map[combination]said{}
	for i := range m.events {
		m.said[m.events[i].combination()] = said{}
	}
	fold := audit.FoldASCII
	for c := range m.said {
		with := map[string]bool{}
		known := false
		for o := range m.said {
			known = known || o.id != "" && fold(o.id) == fold(c.name)
			if o.id != "" && c.name != "" && fold(o.name) == fold(c.name) && o.deployment == c.deployment {
				with["id "+fold(o.id)] = true
			}
		}
		key := "name " + fold(c.name)
		switch {
		case c.id != "":
			key = "id " + fold(c.id)
		case c.name == "":
			key = ""
		case known:
			key = "id " + fold(c.name)
		case len(with) == 1:
			for key = range with { //nolint:revive // the only one
			}
		}
		m.said[c] = said{key: key}
	}
	labelled := map[combination]said{}
	for c, is := range m.said {
		var names []string
		id := ""
		for o, other := range m.said {
			if other.key != is.key {
				continue
			}
			if o.name != "" && "id "+fold(o.name) != is.key {
				names = append(names, o.name)
			}
			if o.id != "" && (id == "" || o.id < id) {
				id = o.id
			}
		}
		slices.Sort(names)
		alone := func(name string) bool {
			for o, other := range m.said {
				if other.key != is.key && (fold(o.name) == fold(name) || fold(o.id) == fold(name)) {
					return false
				}
			}
			return true
		}
		switch at := slices.IndexFunc(names, alone); {
		case len(names) == 0:
			is.label = id
		case at >= 0:
			is.label = names[at]
		default:
			is.label = names[0] + " (" + cmp.Or(id, "id not recorded") + ")"
		}
		is.goesBy = recorded(append(names, id, is.label))
		labelled[c] = is
	}
	m.said = labelled
	return m.said
}

func (m *memory) organization(e *event, v audit.Value) bool {
	is := m.organizations()[e.combination()]
	if is.key == "" || v.Op == audit.OpRecorded || v.Op == audit.OpNotRecorded {
		return v.Match(is.key)
	}
	return slices.ContainsFunc(is.goesBy, v.Match)
}

// label is what the user facet calls the person behind an account.
func (m *memory) label(who audit.Person) string {
	var best audit.Person
	for _, a := range m.accounts {
		if a.Who.Label() == "" || personKey(a.Who) != personKey(who) {
			continue
		}
		best.Email, best.Username, best.ID = cmp.Or(best.Email, a.Who.Email), cmp.Or(best.Username, a.Who.Username), cmp.Or(best.ID, a.Who.ID)
	}
	return best.Label()
}

// facetValues are the values of an event that a facet lists.
func (m *memory) facetValues(e *event, f audit.Field) []string {
	var value string
	switch f {
	case audit.FieldChanged, audit.FieldSetting, audit.FieldPanel, audit.FieldKind, audit.FieldBasis, audit.FieldNew, audit.FieldContinuity:
		return many(e, f)
	case audit.FieldSource:
		values := recorded(append([]string{e.words[audit.DimSource]}, e.also...))
		slices.Sort(values)
		return slices.Compact(values)
	case audit.FieldOrganization:
		value = m.organizations()[e.combination()].label
	case audit.FieldUser:
		if e.who.Label() != "" {
			value = m.label(e.who)
		}
	case audit.FieldOutcome:
		value = string(audit.OutcomeOf(e.status))
	case audit.FieldStatus:
		if e.status != audit.NoStatus {
			value = strconv.Itoa(e.status)
		}
	default:
		d := slices.IndexFunc(wordDims, func(d wordDim) bool { return d.field == f })
		value = e.words[wordDims[d].dim]
	}
	if value == "" {
		return nil
	}
	return []string{value}
}

func foldOf(f audit.Field) func(string) string {
	switch f {
	case audit.FieldChanged:
		return audit.FoldKey
	case audit.FieldNew:
		return func(s string) string { return audit.ValueKey(audit.CutLabel(s)) }
	}
	return audit.FoldASCII
}

// facet computes a facet by asking, for each value of the case, how many rows choosing it would give. Values are folded.
func (m *memory) facet(f facet.Filter, req audit.FacetRequest) audit.Facet {
	fold := foldOf(req.Field)
	out := audit.Facet{Field: req.Field, MissingState: f.Query.StateOf(req.Field, "")}
	choose := func(v audit.Value) facet.Filter {
		g := f
		g.Query = f.Query.Without(req.Field).With(audit.Term{Field: req.Field, Values: []audit.Value{v}})
		return g
	}
	seen := map[string]bool{}
	for i := range m.events {
		for _, value := range m.facetValues(&m.events[i], req.Field) {
			if seen[fold(value)] {
				continue
			}
			seen[fold(value)] = true
			n := m.count(choose(audit.Value{Op: audit.OpEqual, Text: value}))
			if n > 0 && contains(value, req.Search) {
				out.Distinct++
				out.Values = append(out.Values, audit.Bucket{Value: fold(value), Count: n})
			}
		}
	}
	out.InCase = len(seen)
	out.Missing = m.count(choose(audit.Value{Op: audit.OpNotRecorded}))
	slices.SortFunc(out.Values, func(a, b audit.Bucket) int {
		byName := cmp.Compare(a.Value, b.Value)
		switch req.Order {
		case audit.ByName:
			return byName
		case audit.ByRarest:
			return cmp.Or(cmp.Compare(a.Count, b.Count), byName)
		default:
			return cmp.Or(cmp.Compare(b.Count, a.Count), byName)
		}
	})
	out.Values = out.Values[:min(len(out.Values), req.Top)]
	for _, t := range f.Query.Terms {
		for _, v := range t.Values {
			if t.Field != req.Field || v.Op != audit.OpEqual ||
				slices.ContainsFunc(out.Values, func(b audit.Bucket) bool { return b.Value == fold(v.Text) }) {
				continue
			}
			out.Values = append(out.Values, audit.Bucket{Value: fold(v.Text), Count: m.count(choose(v))})
		}
	}
	for i, b := range out.Values {
		for _, t := range f.Query.Terms {
			for _, v := range t.Values {
				if t.Field == req.Field && v.Op == audit.OpEqual && fold(v.Text) == b.Value {
					if t.Exclude {
						out.Values[i].State = audit.StateExclude
					} else if out.Values[i].State == audit.StateNone {
						out.Values[i].State = audit.StateInclude
					}
				}
			}
		}
		if req.Field == audit.FieldOutcome {
			out.Values[i].Codes = m.codes(f, b.Value)
		}
	}
	return out
}

func (m *memory) codes(f facet.Filter, outcome string) []int {
	f.Query = f.Query.Without(audit.FieldOutcome)
	var codes []int
	for i := range m.events {
		e := &m.events[i]
		if m.holds(e, f) && string(audit.OutcomeOf(e.status)) == outcome {
			codes = append(codes, e.status)
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

func (m *memory) count(f facet.Filter) int64 {
	n := int64(0)
	for i := range m.events {
		if m.holds(&m.events[i], f) {
			n++
		}
	}
	return n
}

// list is the selected events, oldest first.
func (m *memory) list(f facet.Filter) []*event {
	var out []*event
	for i := range m.events {
		if m.holds(&m.events[i], f) {
			out = append(out, &m.events[i])
		}
	}
	slices.SortFunc(out, func(a, b *event) int {
		return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.ref, b.ref), cmp.Compare(a.number, b.number))
	})
	return out
}

func numbersOf(events []*event) []uint32 {
	numbers := []uint32{}
	for _, e := range events {
		numbers = append(numbers, e.number)
	}
	return numbers
}
