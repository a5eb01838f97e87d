package settings

import (
	"sort"

	"auditdesk/backend/audit"
)

// Known says how the state of a setting at an instant is known.
type Known uint8

// How a state is known.
const (
	Unknown     Known = iota // no write before the instant, and none after it that says what was before
	Logged                   // the last applied write logs the value
	Earlier                  // no write before, but a later one logs what was before it
	Secret                   // written, and the value never logged
	NotRecorded              // the last write has no content
)

// State is what the log says of a setting at an instant.
type State struct {
	Known Known
	// At is the place of the write that says so, see [Index.Write]: the last applied one, or for what is known backwards the first.
	At uint32
}

// at works out the state of a setting: all applied writes up to t, the instant included.
func (x *Index) at(s *Setting, t audit.Time) State {
	times := x.times[s.first:s.end]
	n := sort.Search(len(times), func(i int) bool { return times[i] > t })
	if n > 0 {
		at := x.applied[int(s.first)+n-1]
		w := &x.writes[at]
		switch {
		case w.Secret:
			return State{Secret, at}
		case w.holdsNew():
			return State{Logged, at}
		}
		return State{NotRecorded, at}
	}
	if len(times) == 0 {
		return State{}
	}
	at := x.applied[s.first]
	if w := &x.writes[at]; w.holdsOld() {
		return State{Earlier, at}
	}
	return State{}
}

// At is the state of a setting at an instant.
func (x *Index) At(i int, t audit.Time) State { return x.at(&x.keys[i], t) }

// Difference says whether a setting differs between two instants.
type Difference uint8

// The differences. Of a secret: whether a write of it lies between, for its values are never known.
const (
	Same Difference = iota
	Differs
	Doubt // the value of one side is not known
)

// differ compares two states of one setting.
func (x *Index) differ(a, b State) Difference {
	if a.Known == Unknown || b.Known == Unknown {
		return Doubt
	}
	if a == b {
		if a.Known == NotRecorded {
			return Doubt
		}
		return Same
	}
	if a.Known == NotRecorded || b.Known == NotRecorded {
		return Doubt
	}
	va, wa := x.value(a)
	vb, wb := x.value(b)
	if x.writes[a.At].Secret || x.writes[b.At].Secret {
		if wa == audit.SecretEmpty && wb == audit.SecretEmpty {
			return Same
		}
		return Differs
	}
	if va == vb {
		return Same
	}
	return Differs
}

// value is the fingerprint of a known state, or the state of a secret.
func (x *Index) value(s State) (uint64, audit.SecretState) {
	w := &x.writes[s.At]
	if s.Known == Earlier {
		return w.Old, w.Was
	}
	return w.New, w.Now
}

// Weak is what makes a state weaker than its words, between the write that it rests on and the instant.
type Weak struct {
	Unsure   *Write // the last attempt with unknown effect
	Blank    *Write // the last write without content to the same thing: what it changed is not recorded
	NoStatus bool   // whether the write itself was applied is not recorded
	// Contradicted is the first later write that logs another value before it: between the two lies a change that the log lacks.
	Contradicted *Write
}

// Weak looks for what weakens the state of a setting at t.
func (x *Index) Weak(i int, st State, t audit.Time) Weak {
	var out Weak
	s := &x.keys[i]
	from, to := audit.MinTime, t
	var by *Write
	if st.Known != Unknown {
		by = &x.writes[st.At]
		out.NoStatus = by.Status == audit.NoStatus
		from = by.Time
		if st.Known == Earlier {
			from, to = t, by.Time
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
			if w := &x.writes[at]; w.Applied() {
				if w.Time > t && x.Breaks(i, by, w) {
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

// Breaks reports whether w logs another value before it than the applied write before it left: a change in between is not in the log.
func (x *Index) Breaks(i int, before, w *Write) bool {
	return w.Applied() && !w.Secret && !before.Secret && !x.keys[i].single && before.New != Absent && w.Old != Absent && before.New != w.Old && before.Event != w.Event
}
