package diff

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"auditdesk/backend/audit"
)

// Point is one change of a key, as far as derivation needs it. A key is what values follow one another under: deployment,
// resource type, resource id (else target) and field, both spellings of a field being one. Only v1 changes have one: v2
// logs both values.
type Point struct {
	Ref     audit.Ref
	Time    audit.Time
	Outcome audit.Outcome
	Status  int             // for the note on an attempt with unknown effect; 0 or [audit.NoStatus] where not known
	Old     json.RawMessage // nil: the record does not hold it
	New     json.RawMessage
	Secret  bool // then only the states count
	Was     audit.SecretState
	Now     audit.SecretState
}

// holdsOld reports whether the record itself says what was before.
func (p *Point) holdsOld() bool { return p.Old != nil || p.Secret && p.Was != audit.SecretUnknown }

// holdsNew reports whether the record says what came of it.
func (p *Point) holdsNew() bool { return p.New != nil || p.Secret && p.Now != audit.SecretUnknown }

// Derived is what is known of a point's value before from earlier points. From is "" where nothing is: the record holds
// the value itself, or the field is seen for the first time.
type Derived struct {
	Old  json.RawMessage
	Was  audit.SecretState // of a secret
	From audit.Ref
	Note string // where an attempt with unknown effect lies in between
}

// Derive returns for each point of one key what was before, in the order given; the order of time (then of refs) that it
// goes by it finds itself. Only changes that were applied (outcome ok) move the value: one that was denied, failed, or has
// no status recorded does not, and one with unknown effect makes what follows doubtful.
//
// "Before" is the last value that is logged, not the last that there was: a write whose record is missing leaves no trace.
func Derive(points []Point) []Derived {
	order := make([]int, len(points))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		a, b := &points[i], &points[j]
		if a.Time != b.Time {
			if a.Time < b.Time {
				return -1
			}
			return 1
		}
		return strings.Compare(string(a.Ref), string(b.Ref))
	})
	out := make([]Derived, len(points))
	var last *Point
	doubt := ""
	for _, i := range order {
		p := &points[i]
		if last != nil && p.mayApply() && !p.holdsOld() && p.Secret == last.Secret && p.Ref != last.Ref {
			out[i] = Derived{Old: last.New, Was: last.Now, From: last.Ref, Note: doubt}
		}
		switch {
		case p.Outcome == audit.OutcomeOK && p.holdsNew():
			last, doubt = p, ""
		case p.Outcome == audit.OutcomeUnknown:
			doubt = attemptNote(p.Status)
		}
	}
	return out
}

// mayApply reports whether the attempt can have changed anything. One that was denied or failed has no "before": it was
// not applied, and its basis stays what was logged.
func (p *Point) mayApply() bool {
	return p.Outcome != audit.OutcomeDenied && p.Outcome != audit.OutcomeFailed
}

func attemptNote(status int) string {
	if status > 0 {
		return fmt.Sprintf("%s (status %d) lies in between", noteAttempt, status)
	}
	return noteAttempt + " lies in between"
}

// Apply brings a described v1 change to what was derived: value before, basis, note and words. A zero Derived takes
// back what an earlier derivation gave. A change whose record holds the value before is not to be passed.
func (d Derived) Apply(c *audit.Change, action string) {
	c.Old, c.From, c.Basis = nil, "", audit.BasisLogged
	if c.Secret {
		c.SecretWas = audit.SecretUnknown
	}
	if d.From != "" {
		c.From, c.Basis = d.From, audit.BasisDerived
		if c.Secret {
			c.SecretWas = d.Was
		} else {
			c.Old = d.Old
		}
	}
	var notes []string
	for n := range strings.SplitSeq(c.Note, "; ") {
		if !strings.HasPrefix(n, notePrivilege) && !strings.HasPrefix(n, noteAttempt) {
			notes = append(notes, n)
		}
	}
	values := read(c, audit.V1)
	c.Note = join(append(notes, privilege(c, audit.V1, values), d.Note)...)
	c.Words = words(c, audit.V1, action, values)
}
