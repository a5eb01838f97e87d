package diff

import (
	"cmp"
	"encoding/json"
	"slices"

	"auditdesk/backend/audit"
)

// Step is one change of a setting, as far as continuity needs it.
type Step struct {
	Change  uint32 // that names it; ties of one event are broken by it
	Ref     audit.Ref
	Time    audit.Time
	Outcome audit.Outcome
	HasOld  bool  // the record says what was before: v2 always does, but for secrets
	HasNew  bool  // and what came of it
	Old     Token // what they are; of secrets, of their states
	New     Token
	Secret  bool
}

// StepOf reads a change. Of a secret only whether there is a value is compared.
func StepOf(number uint32, ref audit.Ref, at audit.Time, outcome audit.Outcome, c *audit.Change, v audit.Version) Step {
	s := Step{Change: number, Ref: ref, Time: at, Outcome: outcome, Secret: c.Secret}
	if c.Secret {
		s.HasOld, s.HasNew = c.SecretWas != audit.SecretUnknown, c.SecretNow != audit.SecretUnknown
		s.Old, s.New = SecretToken(c.SecretWas), SecretToken(c.SecretNow)
		return s
	}
	// A v2 record leaves out what is zero or null; a v1 record, what it does not know.
	s.HasOld, s.HasNew = c.Old != nil || v == audit.V2, c.New != nil || v == audit.V2
	s.Old, s.New = TokenOf(c.Old, v), TokenOf(c.New, v)
	return s
}

// Followed is what became of one step. Before is the change that left the value which its Old is compared with, 0 where none
// is; After is the next change, where that one has the break before it.
type Followed struct {
	State  audit.Continuity
	Before uint32
	After  uint32
}

// Continuity compares the value before that each step of one setting logs with what the step before it left, in the order
// given; the order of time it finds itself. Steps of one instant are taken in an order in which their values follow one
// another, if there is one, else by ref: which came first no log says.
//
// Only applied steps move the value. One with unknown effect moves it perhaps: what then comes is no break, but unknown.
func Continuity(steps []Step) []Followed {
	w := walk{steps: steps, out: make([]Followed, len(steps)), last: -1}
	w.all()
	return w.out
}

// InOrder returns the indices of steps in the order in which [Continuity] takes them.
func InOrder(steps []Step) []int {
	w := walk{steps: steps, out: make([]Followed, len(steps)), last: -1}
	w.all()
	return w.order
}

func (w *walk) all() {
	order := make([]int, len(w.steps))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		a, b := &w.steps[i], &w.steps[j]
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Ref, b.Ref), cmp.Compare(a.Change, b.Change))
	})
	for len(order) > 0 {
		n := 1
		for n < len(order) && w.steps[order[n]].Time == w.steps[order[0]].Time {
			n++
		}
		for _, i := range w.inOrder(order[:n]) {
			w.order = append(w.order, i)
			w.step(i)
		}
		order = order[n:]
	}
}

type walk struct {
	steps []Step
	out   []Followed
	order []int
	last  int  // the last applied step, -1 before the first
	doubt bool // an attempt with unknown effect came since
}

func (w *walk) step(i int) {
	s, out := &w.steps[i], &w.out[i]
	switch s.Outcome {
	case audit.OutcomeDenied, audit.OutcomeFailed:
		if s.HasOld {
			out.State = audit.ContinuityNotApplied
		}
		return
	case audit.OutcomeOK:
	default:
		w.doubt = true
		if s.HasOld {
			out.State = audit.ContinuityEffectUnknown
		}
		return
	}
	out.State = w.compare(s)
	if w.last >= 0 && (out.State == audit.ContinuityFollows || out.State == audit.ContinuityBreakBefore) {
		out.Before = w.steps[w.last].Change
	}
	if out.State == audit.ContinuityBreakBefore {
		w.out[w.last].After = s.Change
	}
	w.last, w.doubt = i, false
}

func (w *walk) compare(s *Step) audit.Continuity {
	switch {
	case !s.HasOld && s.Secret:
		return audit.ContinuitySecret
	case !s.HasOld:
		return ""
	case w.last < 0 && w.doubt:
		return audit.ContinuityDoubtful
	case w.last < 0:
		return audit.ContinuityFirst
	}
	last := &w.steps[w.last]
	switch {
	case last.Ref == s.Ref: // two spellings of one field: a record says nothing of their order
		return ""
	case last.Secret != s.Secret, s.Secret && !last.HasNew:
		return audit.ContinuitySecret
	case !last.HasNew:
		return audit.ContinuityDoubtful
	case last.New.Same(s.Old):
		return audit.ContinuityFollows
	case w.doubt:
		return audit.ContinuityDoubtful
	}
	return audit.ContinuityBreakBefore
}

// maxTied bounds the steps of one instant whose order is looked for; more are taken by ref.
const maxTied = 8

// inOrder brings steps of one instant into an order in which the applied ones follow one another, where there is one.
func (w *walk) inOrder(tied []int) []int {
	var applied []int
	for _, i := range tied {
		if w.steps[i].Outcome == audit.OutcomeOK && w.steps[i].HasOld && w.steps[i].HasNew && !w.steps[i].Secret {
			applied = append(applied, i)
		}
	}
	if len(applied) < 2 || len(applied) != len(tied) || len(tied) > maxTied {
		return tied
	}
	var path []int
	used := make([]bool, len(applied))
	var follow func(at int) bool
	follow = func(at int) bool {
		if len(path) == len(applied) {
			return true
		}
		for k, i := range applied {
			if used[k] || at >= 0 && (!w.steps[at].HasNew || !w.steps[at].New.Same(w.steps[i].Old)) {
				continue
			}
			used[k], path = true, append(path, i)
			if follow(i) {
				return true
			}
			used[k], path = false, path[:len(path)-1]
		}
		return false
	}
	if follow(w.last) || w.last >= 0 && follow(-1) {
		return path
	}
	return tied
}

// BreakWords says of a break in a change what the log shows of it.
func BreakWords(b *audit.Break, secret bool, v audit.Version) string {
	return bound("the log lacks a change: event "+string(b.AfterEvent)+" left "+ValueWords(b.ValueThen, b.Then, secret, v)+
		", event "+string(b.BeforeEvent)+" logs "+ValueWords(b.OldLogged, b.Old, secret, v)+" as the value before", maxWords)
}

// ValueWords is a value in words, of a secret whether there is one. A value that a v2 record leaves out is none; what a v1 record
// leaves out is not logged.
func ValueWords(raw json.RawMessage, s audit.SecretState, secret bool, v audit.Version) string {
	switch {
	case secret && s == audit.SecretSet:
		return "a secret that is set"
	case secret && s == audit.SecretEmpty:
		return "an empty secret"
	case secret:
		return "a secret"
	case raw == nil && v == audit.V2:
		return show(nil)
	}
	return show(decodeValue(raw, v))
}
