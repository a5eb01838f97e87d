package settings

import "auditdesk/backend/audit"

// Known says how the state of a setting at an instant is known.
type Known uint8

// How a state is known.
const (
	Unknown     Known = iota // no write before the instant, and none after it that says what was before
	Logged                   // the last applied write logs the value
	Earlier                  // no write before, but a later one logs what was before it
	Secret                   // written, and the value never logged
	NotRecorded              // the last write has no content
	Removed                  // what the setting is of is recorded as deleted since
)

// State is what the log says of a setting at an instant.
type State struct {
	Known Known
	// At is the place of the write that says so, see [Index.Write]: the last applied one, or for what is known backwards the first.
	At uint32
	// Turn is the number of the event that deleted what the setting is of, or where nothing is known since, created it anew; 0 for none.
	Turn uint32
	// Was is what was known until the deletion. At belongs to it.
	Was Known
}

// Value is the state that holds the value: of what was removed the one until then.
func (s State) Value() State {
	if s.Known == Removed {
		return State{Known: s.Was, At: s.At}
	}
	return s
}

// at works out the state of a setting from its applied writes up to t, the instant included, and returns how many these are.
func (x *Index) at(r *run, t audit.Time) (State, int) {
	lo, hi := r.first, r.end
	for lo < hi { // as sort.Search, without its calls
		if mid := (lo + hi) / 2; x.times[mid] > t {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	n := int(lo - r.first)
	switch {
	case r.turns[1] > r.turns[0]:
		return x.turned(r, t), n
	case lo > r.first:
		return State{Known: x.known[lo-1], At: x.applied[lo-1]}, n
	case r.backwards && r.end > r.first:
		return State{Known: Earlier, At: x.applied[r.first]}, n
	}
	return State{}, n
}

// At is the state of a setting at an instant.
func (x *Index) At(i int, t audit.Time) State {
	st, _ := x.at(&x.runs[i], t)
	return st
}

// Difference says whether a setting differs between two instants.
type Difference uint8

// The differences. Of a secret: whether a write of it lies between, for its values are never known.
const (
	Same Difference = iota
	Differs
	Doubt // the value of one side is not known
)

// differ compares two states of one setting, and the number of applied writes that each has behind it.
func (x *Index) differ(r *run, a, b State, na, nb int) Difference {
	goneA, goneB := x.notThere(a), x.notThere(b)
	switch {
	case a.Known == Unknown || b.Known == Unknown:
		return Doubt
	case goneA && goneB:
		return Same
	case goneA || goneB:
		return Differs
	case a.Known == NotRecorded || b.Known == NotRecorded:
		return Doubt
	case a == b:
		return Same
	}
	va, vb := r.old, r.old
	if na > 0 {
		va = x.prints[int(r.first)+na-1]
	}
	if nb > 0 {
		vb = x.prints[int(r.first)+nb-1]
	}
	if a.Known == Secret || b.Known == Secret {
		if va == secretPrint(audit.SecretEmpty) && vb == va {
			return Same
		}
		return Differs // by a write in between
	}
	if x.words.same(va, vb) {
		return Same
	}
	return Differs
}

// notThere reports whether what a setting is of is recorded as deleted, or as created only later.
func (x *Index) notThere(st State) bool {
	return st.Known == Removed || st.Known == Earlier && x.writes[st.At].Action == Creates
}

// Weak is what makes a state weaker than its words, between the write that it rests on and the instant.
type Weak struct {
	Unsure   *Write // the last attempt with unknown effect
	Turn     *Turn  // the last attempt with unknown effect at deleting what the setting is of; at creating it again, where it is deleted
	Blank    *Write // the last write without content to the same thing: what it changed is not recorded
	NoStatus bool   // whether the write, or the deletion, itself was applied is not recorded
	// Contradicted is the first later write that logs another value before it: between the two lies a change that the log lacks.
	Contradicted *Write
}

// Weak looks for what weakens the state of a setting at t.
func (x *Index) Weak(i int, st State, t audit.Time) Weak {
	var out Weak
	s := &x.keys[i]
	from, to := audit.MinTime, t
	var by *Write
	switch st.Known {
	case Unknown:
	case Removed:
		from, out.NoStatus = x.Turn(st).Time, x.Turn(st).Status == audit.NoStatus
	default:
		by = &x.writes[st.At]
		out.NoStatus = by.Status == audit.NoStatus
		from = by.Time
		if st.Known == Earlier {
			from, to = t, by.Time
		}
	}
	for _, turn := range x.Turns(i) {
		if turn.Unsure() && turn.Time >= from && turn.Time <= to && turn.Deletes != (st.Known == Removed) {
			out.Turn = &turn
		}
	}
	for at := s.to; at > s.from; at-- {
		w := &x.writes[at-1]
		if w.Time < from {
			break
		}
		if w.Unsure() && w.Time <= to && after(w, by, st) {
			out.Unsure = w
			break
		}
	}
	if s.blank >= 0 {
		out.Blank = x.lastWithin(int(s.blank), from, to, by)
	}
	if by != nil && st.Known == Logged {
		for at := st.At + 1; at < s.to; at++ {
			w := &x.writes[at]
			if w.Unsure() { // may be the change in between
				break
			}
			if w.Applied() {
				if w.Time > t && w.Broke == by.Change {
					out.Contradicted = w
				}
				break
			}
		}
	}
	return out
}

// after reports whether an attempt lies on the side of the write that matters for the state; both may be of one instant.
func after(w, by *Write, st State) bool {
	if by == nil || w.Time != by.Time {
		return true
	}
	if st.Known == Earlier {
		return w.Ref60 < by.Ref60
	}
	return w.Ref60 >= by.Ref60
}

// lastWithin is the last applied write of a setting from from to to, other than by's own event.
func (x *Index) lastWithin(i int, from, to audit.Time, by *Write) *Write {
	s := &x.keys[i]
	for at := s.to; at > s.from; at-- {
		w := &x.writes[at-1]
		if w.Time < from {
			return nil
		}
		if w.Time <= to && (w.Applied() || w.Unsure()) && (by == nil || w.Event != by.Event) {
			return w
		}
	}
	return nil
}
