package settings

import (
	"cmp"
	"slices"

	"auditdesk/backend/audit"
)

// Turn is an event that deletes what settings are of, or creates it, whether or not its record names a field.
type Turn struct {
	Event   uint32
	Time    audit.Time
	Ref60   uint64
	Thing   Key   // its Field is 0
	Status  int32 // or [audit.NoStatus]
	Deletes bool  // else it creates
}

// Applied is as [Write.Applied].
func (t *Turn) Applied() bool { return isApplied(t.Status) }

// Unsure is as [Write.Unsure].
func (t *Turn) Unsure() bool { return isUnsure(t.Status) }

// Thing is the key less its field.
func (k Key) Thing() Key {
	k.Field = 0
	return k
}

// turnsOf puts turns in order, and returns where those of each thing stand.
func (x *Index) turnsOf(turns []Turn) map[Key][2]uint32 {
	x.turns = slices.SortedFunc(slices.Values(turns), func(a, b Turn) int {
		return cmp.Or(compareThings(a.Thing, b.Thing), cmp.Compare(a.Time, b.Time), cmp.Compare(a.Ref60, b.Ref60), cmp.Compare(a.Event, b.Event))
	})
	out := map[Key][2]uint32{}
	for i := range x.turns {
		at, known := out[x.turns[i].Thing]
		if !known {
			at[0] = uint32(i)
		}
		at[1] = uint32(i) + 1
		out[x.turns[i].Thing] = at
	}
	return out
}

func compareThings(a, b Key) int {
	return cmp.Or(cmp.Compare(a.Deployment, b.Deployment), cmp.Compare(a.Version, b.Version), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Subject, b.Subject))
}

// Turn returns the turn that a state names.
func (x *Index) Turn(st State) *Turn { return &x.turns[st.Turn-1] }

// Turns returns the events that delete or create what a setting is of, in the order of time. They must not be changed.
func (x *Index) Turns(i int) []Turn { return x.turns[x.keys[i].turns[0]:x.keys[i].turns[1]] }

// compare orders a turn and a write. It is 0 for those of one event.
func (t *Turn) compare(w *Write) int {
	return cmp.Or(cmp.Compare(t.Time, w.Time), cmp.Compare(t.Ref60, w.Ref60), cmp.Compare(t.Event, w.Event))
}

// turned is the state at t of a setting whose thing is deleted at some time: its settings are no longer in force then, until it is
// created, which leaves them unknown, or one of them is written again.
func (x *Index) turned(r *run, t audit.Time) State {
	var st State
	untouched := true // nothing moved it yet
	at := r.first
	write := func(upTo *Turn) {
		for ; at < r.end && x.times[at] <= t && (upTo == nil || upTo.compare(&x.writes[x.applied[at]]) > 0); at++ {
			st, untouched = State{Known: x.known[at], At: x.applied[at]}, false
		}
	}
	for n := r.turns[0]; n < r.turns[1] && x.turns[n].Time <= t; n++ {
		turn := &x.turns[n]
		if !turn.Applied() {
			continue
		}
		write(turn)
		switch {
		case !turn.Deletes && st.Known == Removed:
			st = State{Turn: n + 1}
		case turn.Deletes:
			if st.Known != Removed { // else it is deleted again
				st.Was = st.Known
			}
			for ; at < r.end && x.writes[x.applied[at]].Event == turn.Event; at++ {
				if st.Was == Unknown && x.writes[x.applied[at]].holdsOld() { // its own record says what was before
					st.Was, st.At = Earlier, x.applied[at]
				}
			}
			st.Known, st.Turn, untouched = Removed, n+1, false
		}
	}
	write(nil)
	if untouched && r.backwards && r.end > r.first && !x.deletedBefore(r, &x.writes[x.applied[r.first]], t) {
		return State{Known: Earlier, At: x.applied[r.first]}
	}
	return st
}

// deletedBefore reports whether the thing is deleted after t, and before a write: what that one logs as the value before tells nothing of
// t then.
func (x *Index) deletedBefore(r *run, w *Write, t audit.Time) bool {
	for n := r.turns[0]; n < r.turns[1]; n++ {
		if turn := &x.turns[n]; turn.Deletes && turn.Applied() && turn.Time > t && turn.compare(w) < 0 {
			return true
		}
	}
	return false
}

// Entry is one line of a setting's history: a write or an attempt at one, or a turn of what the setting is of.
type Entry struct {
	Write *Write // nil for a turn
	Turn  *Turn
}

// Time is that of its event.
func (e Entry) Time() audit.Time {
	if e.Write != nil {
		return e.Write.Time
	}
	return e.Turn.Time
}

// History returns the writes of a setting and the turns of what it is of, where that is deleted at some time, in the order of time. A turn
// whose own record writes the setting is no entry beside that.
func (x *Index) History(i int) []Entry {
	writes, turns := x.Writes(i), x.Turns(i)
	out := make([]Entry, 0, len(writes)+len(turns))
	for at := range writes {
		w := &writes[at]
		for len(turns) > 0 && turns[0].compare(w) <= 0 {
			if turns[0].compare(w) < 0 {
				out = append(out, Entry{Turn: &turns[0]})
			}
			turns = turns[1:]
		}
		out = append(out, Entry{Write: w})
	}
	for at := range turns {
		out = append(out, Entry{Turn: &turns[at]})
	}
	return out
}
