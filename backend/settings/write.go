// Package settings says what admin settings were as of an instant, from the writes to them that were logged. It is pure: it knows
// neither where writes are kept nor how a state is shown, and never holds a value, only what tells two of them apart.
package settings

import (
	"strings"

	"auditdesk/backend/audit"
)

// Write is one change of a setting, or an attempt at one: what a case keeps of it, in numbers.
type Write struct {
	Change  uint32 // number of the change
	Event   uint32
	Ordinal uint16 // within the event
	Time    audit.Time
	Ref60   uint64
	Key     Key

	Panel, Label, Spelling, Type, Target uint32 // codes, see [Words]

	Action   Action
	Status   int32 // or [audit.NoStatus]
	Kind     audit.Kind
	Secret   bool
	Was, Now audit.SecretState // of a secret
	Old, New uint64            // fingerprints of the values, see [Absent]; of a secret both are Absent
	Broke    uint32            // the change that left another value than this one logs before it, see audit.ContinuityBreakBefore; 0 for none
}

// Absent is the fingerprint of what the record does not hold.
const Absent uint64 = 0

// Key is what writes follow one another under: the numbers that the loader gives to equal things. Two deployments never share one.
type Key struct {
	Deployment uint32 // code
	Version    uint8  // 1 or 2
	Type       uint32 // code in [Words.Folded]
	Subject    uint32 // code in [Words.Subjects]
	Field      uint32 // code in [Words.Fields]; 0 for a write without content
}

// Action is what an event's action means for the thing that its settings are of.
type Action uint8

// The actions that matter. Creates and Deletes are turns, see [Turn].
const (
	Writes Action = iota
	Creates
	Deletes
)

// ActionOf reads the action of an event.
func ActionOf(action string) Action {
	switch audit.FoldASCII(action) {
	case "create", "register":
		return Creates
	case "delete":
		return Deletes
	}
	return Writes
}

// Applied reports whether a write moves the value: its status is below 400. One whose record holds no status counts as applied, which
// has to be said: see [State.Weak].
func (w *Write) Applied() bool { return isApplied(w.Status) }

func isApplied(status int32) bool {
	return status == audit.NoStatus || audit.OutcomeOf(int(status)) == audit.OutcomeOK
}

// Unsure reports whether the attempt may have changed the value: the server failed while acting.
func (w *Write) Unsure() bool { return isUnsure(w.Status) }

func isUnsure(status int32) bool { return audit.OutcomeOf(int(status)) == audit.OutcomeUnknown }

// holdsNew reports whether the record says what came of it.
func (w *Write) holdsNew() bool {
	if w.Secret {
		return w.Now != audit.SecretUnknown
	}
	return w.New != Absent
}

// holdsOld reports whether the record says what was before.
func (w *Write) holdsOld() bool {
	if w.Secret {
		return w.Was != audit.SecretUnknown
	}
	return w.Old != Absent
}

// Subject is whose or what setting a write is of, beside deployment, type and field; two owners' workspaces never share one.
//
// Coder v1: the resource id, else the target. Coder v2: the id, else target and organization, with two exceptions. Membership in an organization bears the id of the
// person, and IdP sync one id for all, so the organization belongs to it. The *_settings of a deployment get a new id at each write,
// and are told apart by their target, which most do not have: there is one of each.
func Subject(v audit.Version, resourceType, id, target, organization string) string {
	typ := audit.FoldKey(resourceType)
	if v == audit.V2 {
		switch {
		case strings.HasPrefix(typ, "idp sync "):
			return "organization " + organization
		case Single(v, typ):
			return "target " + audit.FoldKey(target)
		case typ == "organization member" && id != "":
			return "id " + id + " organization " + organization
		}
	}
	switch {
	case id != "":
		return "id " + id
	case v == audit.V2:
		return "target " + audit.FoldKey(target) + " organization " + organization
	}
	return "target " + audit.FoldKey(target)
}

// Single reports whether a deployment has one thing of the type, whose records give it another id each time. Their old values are the
// zero values of a thing that was never read, and so tell nothing of what was before.
func Single(v audit.Version, resourceType string) bool {
	typ := audit.FoldKey(resourceType)
	return v == audit.V2 && strings.HasSuffix(typ, " settings") && !strings.HasPrefix(typ, "idp sync ")
}

// Holds reports whether a changed field is a setting, given that its event is class:admin: of users, roles and status only.
func Holds(v audit.Version, resourceType, field string) bool {
	if v != audit.V2 || audit.FoldASCII(resourceType) != "user" {
		return true
	}
	switch audit.FoldKey(field) {
	case "roles", "rbac roles", "status":
		return true
	}
	return false
}
