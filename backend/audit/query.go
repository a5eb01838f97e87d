package audit

import (
	"strings"
	"unicode"
)

// Field is a name that a query can use before the colon.
type Field string

// The fields. Their meaning is the contract of docs/query.md.
const (
	FieldType         Field = "resource_type"
	FieldAction       Field = "action"
	FieldTarget       Field = "target"
	FieldUser         Field = "user"
	FieldOrganization Field = "organization"
	FieldIP           Field = "ip"
	FieldOutcome      Field = "outcome"
	FieldStatus       Field = "status"
	FieldChanged      Field = "changed"
	FieldSetting      Field = "setting"
	FieldPanel        Field = "panel"
	FieldKind         Field = "kind"
	FieldBasis        Field = "basis"
	FieldNew          Field = "new"        // the new value of a change, see [ValueLabel]
	FieldContinuity   Field = "continuity" // see [Continuity]
	FieldClass        Field = "class"
	FieldVersion      Field = "version"
	FieldLog          Field = "log"
	FieldDeployment   Field = "deployment"
	FieldSource       Field = "source"
	FieldText         Field = "text"
	FieldHas          Field = "has"
	FieldID           Field = "id"
	FieldRef          Field = "ref"
	FieldRequestID    Field = "request_id"
	FieldResourceID   Field = "resource_id"
	FieldBuildReason  Field = "build_reason"
	FieldDateFrom     Field = "date_from"
	FieldDateTo       Field = "date_to"
	FieldAfter        Field = "after"
	FieldBefore       Field = "before"
)

// Fields lists every field in the order in which help and completion show them.
func Fields() []Field {
	return []Field{FieldType, FieldAction, FieldTarget, FieldUser, FieldOrganization, FieldIP, FieldOutcome, FieldStatus,
		FieldChanged, FieldSetting, FieldPanel, FieldKind, FieldBasis, FieldNew, FieldContinuity, FieldClass, FieldVersion, FieldLog, FieldDeployment, FieldSource,
		FieldText, FieldHas, FieldID, FieldRef, FieldRequestID, FieldResourceID, FieldBuildReason,
		FieldDateFrom, FieldDateTo, FieldAfter, FieldBefore}
}

// FacetFields lists the fields that have a facet: a value to count events by. The first six are the default panel.
func FacetFields() []Field {
	return []Field{FieldType, FieldAction, FieldTarget, FieldUser, FieldOutcome, FieldChanged,
		FieldStatus, FieldOrganization, FieldIP, FieldVersion, FieldLog, FieldDeployment, FieldSource, FieldPanel, FieldSetting,
		FieldKind, FieldBasis, FieldBuildReason, FieldContinuity}
}

// ChangeFacetFields lists the fields that have a facet of changes: those of events, and the new value.
func ChangeFacetFields() []Field { return append(FacetFields(), FieldNew) }

// DefaultFacets are the facets that are shown where nothing else is asked for.
func DefaultFacets() []Field { return FacetFields()[:6] }

// ParseField resolves a field name or alias, in any ASCII case.
func ParseField(name string) (Field, bool) {
	switch n := FoldASCII(name); n {
	case "resource_target":
		return FieldTarget, true
	case "username", "email":
		return FieldUser, true
	case "type":
		return FieldType, true
	default:
		for _, f := range Fields() {
			if string(f) == n {
				return f, true
			}
		}
		return "", false
	}
}

func (f Field) isTime() bool {
	return f == FieldDateFrom || f == FieldDateTo || f == FieldAfter || f == FieldBefore
}

// Op is how a value compares.
type Op string

// The comparisons. Equal and Prefix ignore ASCII case.
const (
	OpEqual       Op = "equal"
	OpPrefix      Op = "prefix"
	OpRecorded    Op = "recorded"     // f:*
	OpNotRecorded Op = "not_recorded" // f:""
	OpAtLeast     Op = "at_least"     // status:>=500
	OpBelow       Op = "below"        // status:<400
)

// Value is one alternative of a term.
type Value struct {
	Op   Op     `json:"op"`
	Text string `json:"text"` // without quotes; for Prefix without the star; "" for Recorded and NotRecorded
}

// Term is field:value,value; the values are alternatives. Terms of one field are alternatives too, terms of different
// fields must all hold; an excluded term must not.
type Term struct {
	Field   Field   `json:"field"`
	Exclude bool    `json:"exclude,omitempty"`
	Values  []Value `json:"values"`
}

// Query is a filter over events. The zero value matches everything. Its meaning is defined here and in docs/query.md,
// never by SQL: the memory index and the store both implement it.
//
// Terms keep the order in which they were written. A text term ([FieldText]) is one word: each must be found (several
// values of one text term are alternatives). Time terms ([FieldDateFrom] …) stand at most once each and are never excluded.
type Query struct {
	Terms []Term `json:"terms"`
}

// IsZero reports whether the query matches everything.
func (q Query) IsZero() bool { return len(q.Terms) == 0 }

// With returns the query with t added.
func (q Query) With(t Term) Query {
	terms := make([]Term, 0, len(q.Terms)+1)
	return Query{Terms: append(append(terms, q.Terms...), t)}
}

// Without returns the query less every term of the field: what a facet's own counts are taken under.
func (q Query) Without(f Field) Query {
	var out Query
	for _, t := range q.Terms {
		if t.Field != f {
			out.Terms = append(out.Terms, t)
		}
	}
	return out
}

// State is what the query says of one facet value.
type State string

// The states.
const (
	StateNone    State = ""
	StateInclude State = "include"
	StateExclude State = "exclude"
)

// StateOf tells whether the query names value (as a facet lists it; "" is "not recorded") for field.
func (q Query) StateOf(f Field, value string) State {
	st := StateNone
	for _, t := range q.Terms {
		if t.Field != f {
			continue
		}
		for _, v := range t.Values {
			if (v.Op == OpEqual && value != "" && FoldASCII(v.Text) == FoldASCII(value)) || (v.Op == OpNotRecorded && value == "") {
				if t.Exclude {
					return StateExclude
				}
				st = StateInclude
			}
		}
	}
	return st
}

// Match reports whether v holds for one recorded value s ("" is not recorded).
func (v Value) Match(s string) bool {
	switch v.Op {
	case OpRecorded:
		return s != ""
	case OpNotRecorded:
		return s == ""
	case OpPrefix:
		return len(s) >= len(v.Text) && FoldASCII(s[:len(v.Text)]) == FoldASCII(v.Text)
	default:
		return FoldASCII(s) == FoldASCII(v.Text)
	}
}

// String writes the query in its canonical text, which parses to the same query.
func (q Query) String() string {
	var b strings.Builder
	for i, t := range q.Terms {
		if i > 0 {
			b.WriteByte(' ')
		}
		if t.Exclude {
			b.WriteByte('-')
		}
		if t.Field == FieldText && len(t.Values) == 1 {
			b.WriteString(quoteWord(t.Values[0].Text))
			continue
		}
		b.WriteString(string(t.Field))
		b.WriteByte(':')
		for j, v := range t.Values {
			if j > 0 {
				b.WriteByte(',')
			}
			switch v.Op {
			case OpRecorded:
				b.WriteByte('*')
			case OpNotRecorded:
				b.WriteString(`""`)
			case OpPrefix:
				b.WriteString(quotePrefix(v.Text))
			case OpAtLeast:
				b.WriteString(">=" + v.Text)
			case OpBelow:
				b.WriteString("<" + v.Text)
			default:
				b.WriteString(quoteValue(v.Text))
			}
		}
	}
	return b.String()
}

// Quotes are needed for whatever the parser takes for an end, or for more than a plain value.
func quoteValue(s string) string {
	if s == "" || strings.HasSuffix(s, "*") || breaksValue(s) {
		return quote(s)
	}
	return s
}

// A prefix needs its star outside the quotes: "a b"*. The empty one is quoted, for a bare star means "recorded".
func quotePrefix(s string) string {
	if s == "" || breaksValue(s) {
		return quote(s) + "*"
	}
	return s + "*"
}

func quoteWord(s string) string {
	if s == "" || strings.ContainsAny(s, "\",\\:") || strings.IndexFunc(s, unicode.IsSpace) >= 0 || strings.HasPrefix(s, "-") {
		return quote(s)
	}
	return s
}

func breaksValue(s string) bool {
	return strings.ContainsAny(s, "\",\\") || strings.IndexFunc(s, unicode.IsSpace) >= 0 ||
		strings.HasPrefix(s, ">") || strings.HasPrefix(s, "<")
}

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
