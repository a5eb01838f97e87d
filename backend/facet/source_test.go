package facet_test

import (
	"context"
	"strings"

	"auditdesk/backend/audit"
)

// event is an event in words; what a store would keep as codes.
type event struct {
	number    uint32 // of the row
	time      audit.Time
	ref       uint64
	words     [audit.NumDims]string // those of DimAccount and DimStatus are unused
	also      []string              // sources of further records
	who       audit.Person
	orgID     string
	status    int
	flags     audit.Flags
	id        string
	requestID string
	changes   []change
}

type change struct {
	field, setting, panel string
	kind                  audit.Kind
	basis                 audit.Basis
	value                 string // JSON; what text search looks at
	secret                bool
	continuity            audit.Continuity
	breakAfter            bool
}

// memory is a source over events in words. Dictionaries grow in the order in which words are first seen.
type memory struct {
	events   []event // in the order of numbers
	dims     [audit.NumDims]dictionary
	changes  [audit.NumDicts]dictionary
	accounts []audit.Account
	persons  map[string]uint32 // by what joins accounts
	lookups  int
	all      *memory // of whose events these are some; nil for itself
	said     map[combination]said

	ofChanges bool
	values    dictionary
}

// changes is a source over changes, which knows their new values.
type changes struct{ *memory }

func (m changes) NewValues(_ context.Context, from uint32, fn func(uint32, string) error) error {
	for code, raw := range m.values.words {
		if uint32(code) >= from && code > 0 {
			if err := fn(uint32(code), raw); err != nil {
				return err
			}
		}
	}
	return nil
}

// newLabel is what the facet of new values calls a change's, "" for none.
func (c *change) newLabel() string {
	switch {
	case c.secret:
		return audit.SecretLabel
	case c.value == "":
		return ""
	}
	return audit.ValueLabel(c.value)
}

func (m *memory) facetFields() []audit.Field {
	if m.ofChanges {
		return audit.ChangeFacetFields()
	}
	return audit.FacetFields()
}

type dictionary struct {
	words []string
	codes map[string]uint32
}

func (d *dictionary) code(word string) uint32 {
	if d.codes == nil {
		d.words, d.codes = []string{""}, map[string]uint32{"": 0}
	}
	code, ok := d.codes[word]
	if !ok {
		code = uint32(len(d.words))
		d.words = append(d.words, word)
		d.codes[word] = code
	}
	return code
}

// personKey is what joins accounts: the e-mail, else the id, else the username.
func personKey(p audit.Person) string {
	switch {
	case p.Email != "":
		return "email " + audit.FoldASCII(p.Email)
	case p.ID != "":
		return "id " + p.ID
	default:
		return "username " + p.Username
	}
}

func (m *memory) account(who audit.Person) uint32 {
	if who.IsZero() {
		return 0
	}
	for _, a := range m.accounts {
		if a.Who == who {
			return a.Code
		}
	}
	if m.persons == nil {
		m.persons = map[string]uint32{}
	}
	key := personKey(who)
	if _, ok := m.persons[key]; !ok {
		m.persons[key] = uint32(len(m.persons)) + 7
	}
	a := audit.Account{Code: uint32(len(m.accounts)) + 1, Person: m.persons[key], Who: who}
	m.accounts = append(m.accounts, a)
	return a.Code
}

// add appends events, numbering them on, and knows their words from then on.
func (m *memory) add(events ...event) {
	for _, e := range events {
		if e.number == 0 {
			e.number = 1
			if n := len(m.events); n > 0 {
				e.number = m.events[n-1].number + 1
			}
		}
		m.events = append(m.events, e)
		m.row(&e)
	}
}

func (m *memory) row(e *event) audit.Row {
	m.said = nil
	r := audit.Row{Number: e.number, Event: e.number, Time: e.time, Ref60: e.ref, Flags: e.flags}
	for d := range audit.NumDims {
		switch d {
		case audit.DimAccount:
			r.Dims[d] = m.account(e.who)
		case audit.DimStatus:
			r.Dims[d] = uint32(e.status + 1)
		default:
			r.Dims[d] = m.dims[d].code(e.words[d])
		}
	}
	r.OrganizationID = m.changes[audit.DictOrganizationID].code(e.orgID)
	for _, p := range e.also {
		r.Also = append(r.Also, m.dims[audit.DimSource].code(p))
	}
	for _, c := range e.changes {
		codes := audit.ChangeCodes{Field: m.changes[audit.DictFieldName].code(c.field), Setting: m.changes[audit.DictSetting].code(c.setting),
			Panel: m.changes[audit.DictPanel].code(c.panel)}
		for i, k := range audit.Kinds() {
			if k == c.kind {
				codes.Kind = uint8(i)
			}
		}
		for i, b := range audit.Bases() {
			if b == c.basis {
				codes.Basis = uint8(i)
			}
		}
		for i, state := range audit.Continuities() {
			if state == c.continuity {
				codes.Continuity = uint8(i)
			}
		}
		if c.breakAfter {
			codes.Continuity |= audit.BreakAfter
		}
		switch {
		case !m.ofChanges:
		case c.secret:
			r.New = audit.NewSecret
		case c.value != "":
			r.New = m.values.code(c.value) + audit.NewValues
		}
		r.Changes = append(r.Changes, codes)
	}
	return r
}

func (m *memory) Rows(ctx context.Context, after uint32, fn func(*audit.Row) error) error {
	for i := range m.events {
		if m.events[i].number <= after {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		r := m.row(&m.events[i])
		if err := fn(&r); err != nil {
			return err
		}
	}
	return nil
}

func (m *memory) Dictionary(_ context.Context, d audit.Dim) ([]string, error) {
	return append([]string(nil), m.dims[d].words...), nil
}

func (m *memory) ChangeDictionary(_ context.Context, d audit.DictField) ([]string, error) {
	return append([]string(nil), m.changes[d].words...), nil
}

func (m *memory) Accounts(context.Context) ([]audit.Account, error) {
	return append([]audit.Account(nil), m.accounts...), nil
}

func (m *memory) Lookup(_ context.Context, f audit.Field, v audit.Value) ([]uint32, error) {
	m.lookups++
	var numbers []uint32
	for _, e := range m.events {
		found := false
		switch f {
		case audit.FieldID:
			found = v.Match(e.id)
		case audit.FieldRequestID:
			found = v.Match(e.requestID)
		case audit.FieldNew:
			found = m.value(&e, f, v)
		case audit.FieldText:
			for _, c := range e.changes {
				found = found || contains(c.field, v.Text) || contains(c.value, v.Text)
			}
		}
		if found {
			numbers = append(numbers, e.number)
		}
	}
	return numbers, nil
}

func contains(s, text string) bool {
	return strings.Contains(audit.FoldText(s), audit.FoldText(text))
}

// perChange returns a source with one row a change, as the table of changes is indexed.
func (m *memory) perChange() *memory {
	out := &memory{ofChanges: true, all: m, dims: m.dims, changes: m.changes, accounts: m.accounts, persons: m.persons}
	for _, e := range m.events {
		for _, c := range e.changes {
			row := e
			row.number, row.changes = 0, []change{c}
			out.add(row)
		}
	}
	return out
}
