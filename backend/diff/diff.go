// Package diff puts what a record says of changed fields into words, derives values before from earlier events, and
// compares texts. It is pure: it must not know files, cases or screens, and it never sees a secret's value put into words.
package diff

import (
	"encoding/json"
	"strings"

	"auditdesk/backend/audit"
	"auditdesk/backend/catalog"
	"auditdesk/backend/mask"
)

const notRecorded = "content not recorded by Coder"

// Notes that are set by more than one function, or searched for.
const (
	noteUncatalogued = "not in the catalogue"
	noteUndocumented = "not a documented value"
	notePrivilege    = "new privilege"
	noteAttempt      = "an attempt with unknown effect"
)

// Describe completes the changes of a decoded event: panel, setting, kind, basis, outcome, note and words. A write without
// any change gets the one row that says so, and is marked unrecorded. Doing it again changes nothing; values that were
// derived stay.
//
// It trusts nobody about secrets: a change that a flag, the catalogue or its name calls secret loses its values here, if
// it still has any, and secret names within other values are masked.
func Describe(e *audit.Event) {
	changes := e.Changes[:0:0]
	for _, c := range e.Changes {
		if c.Kind != audit.KindUnrecorded {
			changes = append(changes, c)
		}
	}
	e.Changes, e.Unrecorded = changes, false
	admin := catalog.Admin(e)
	for i := range e.Changes {
		describe(e, &e.Changes[i], admin)
	}
	if len(e.Changes) == 0 && e.Log != audit.ConnectionLog && audit.FoldASCII(e.Action) == "write" {
		e.Unrecorded = true
		e.Changes = append(e.Changes, unrecorded(e, admin))
	}
}

func describe(e *audit.Event, c *audit.Change, admin bool) {
	derivedNote := c.Note
	c.Outcome = e.Outcome()
	c.Panel, c.Setting, c.Note = "", "", ""
	if c.Basis != audit.BasisDerived {
		c.Basis, derivedNote = audit.BasisLogged, ""
	}
	var documented *catalog.Setting
	switch {
	case e.Version != audit.V1:
		if admin {
			c.Panel = catalog.PanelV2(e.ResourceType)
		}
	default:
		if s, ok := catalog.Match(e.ResourceTarget, e.ResourceType, c.Field); ok {
			documented = &s
			c.Panel, c.Setting, c.Note = s.Panel, s.Label, s.Note
		} else if admin {
			c.Note = noteUncatalogued
		}
	}
	seal(c, e)
	values := read(c, e.Version)
	switch {
	case c.Secret:
		c.Kind = audit.KindSecret
	case documented != nil:
		c.Kind = documented.Kind
		if !isDocumented(documented, values.new) {
			c.Note = join(c.Note, show(values.new)+" is "+noteUndocumented)
		}
	default:
		c.Kind = kindOf(c.Field, e.Version, values)
	}
	c.Note = join(c.Note, privilege(c, e.Version, values))
	if i := strings.Index(derivedNote, noteAttempt); i >= 0 {
		c.Note = join(c.Note, derivedNote[i:])
	}
	c.Words = words(c, e.Version, e.Action, values)
}

// seal takes the values of a secret away and masks secret names within other values.
func seal(c *audit.Change, e *audit.Event) {
	flag := mask.Unflagged
	if c.Secret {
		flag = mask.Secret
	} else if e.Version == audit.V2 {
		// Decoding knows the record's flag and has set Secret by it, or by the name where there was none.
		flag = mask.Public
	}
	c.Secret = mask.Field(c.Field, flag)
	if !c.Secret {
		c.Old, c.New = sealed(c.Old), sealed(c.New)
		return
	}
	if c.SecretWas == audit.SecretUnknown {
		c.SecretWas = state(c.Old, e.Version)
	}
	if c.SecretNow == audit.SecretUnknown {
		c.SecretNow = state(c.New, e.Version)
	}
	c.Old, c.New = nil, nil
}

// state does not take v2's empty values for an empty secret: v2 logs them whatever the secret is.
func state(raw json.RawMessage, v audit.Version) audit.SecretState {
	s := mask.State(raw)
	if v == audit.V2 && s == audit.SecretEmpty {
		return audit.SecretUnknown
	}
	return s
}

func sealed(raw json.RawMessage) json.RawMessage {
	if raw == nil {
		return nil
	}
	masked, ok := mask.JSON(raw)
	if !ok { // no JSON although it should be: kept as text, masked as far as text can be
		text, err := json.Marshal(mask.String(string(raw)))
		if err != nil {
			return nil
		}
		return text
	}
	return masked
}

// unrecorded is the row of a write whose content Coder did not log.
func unrecorded(e *audit.Event, admin bool) audit.Change {
	c := audit.Change{Kind: audit.KindUnrecorded, Basis: audit.BasisNotRecorded, Outcome: e.Outcome()}
	switch c.Outcome {
	case audit.OutcomeOK, audit.OutcomeNone:
		c.Words = "changed, " + notRecorded
	case audit.OutcomeUnknown:
		c.Words = "effect unknown: " + notRecorded
	default:
		c.Words = "not applied: " + notRecorded
	}
	if e.Version != audit.V1 {
		if admin {
			c.Panel = catalog.PanelV2(e.ResourceType)
		}
		return c
	}
	c.Panel, _ = catalog.PanelAt(e.ResourceTarget, e.ResourceType)
	if s, ok := catalog.Unlogged(e.ResourceTarget, e.ResourceType); ok {
		c.Note = "possibly " + s.Label + ", the one setting documented to log no field and no value"
	}
	return c
}

// isDocumented reports whether the vendor names the value, or lists no values to choose from.
func isDocumented(s *catalog.Setting, v any) bool {
	if s.Kind != audit.KindChoice && s.Kind != audit.KindBoolean || v == absent {
		return true
	}
	text := audit.FoldASCII(plain(v))
	if s.Kind == audit.KindBoolean && isBoolean(text) {
		return true
	}
	for _, d := range s.Documented {
		if audit.FoldASCII(d) == text {
			return true
		}
	}
	return false
}

func join(notes ...string) string {
	var kept []string
	for _, n := range notes {
		if n != "" {
			kept = append(kept, n)
		}
	}
	return strings.Join(kept, "; ")
}
