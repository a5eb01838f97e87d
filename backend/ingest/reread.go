package ingest

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"auditdesk/backend/audit"
	"auditdesk/backend/decode"
	"auditdesk/backend/diff"
	"auditdesk/backend/store"
)

// Rereader understands stored records again, as an import did, to compare what a case says with what was handed over. One
// goroutine owns it.
type Rereader struct {
	limits decode.Limits
	dec    *decode.Decoder
	occurs map[[32]byte]uint32 // the occurrence found last, of bases that came more than once
}

// NewRereader returns one.
func NewRereader() *Rereader {
	return &Rereader{dec: decode.NewDecoder(decode.Limits{}), occurs: map[[32]byte]uint32{}}
}

// Compare tells how an event differs from what its records give, in words; "" where it says the same. It is false where a
// record does not stand for itself: a row of CSV that was kept without its header.
func (r *Rereader) Compare(e *audit.Event, records []store.RawRecord) (difference string, comparable bool) {
	list := make([]witness, 0, len(records))
	for i, rec := range records {
		skip := sameBefore(i, func(j int) []byte { return records[j].Bytes })
		got, ok := again(r.dec, r.limits, rec.Bytes, skip, func(base [32]byte) bool { return r.has(base, e.Ref) })
		switch {
		case !ok && (rec.Form == audit.FormV1CSV || rec.Form == audit.FormV2CSV):
			return "", false
		case !ok:
			return fmt.Sprintf("its record in %s, line %d, gives no event of this identity", rec.Path, rec.Line), true
		case got.event.Form != rec.Form:
			return fmt.Sprintf("its record in %s, line %d, has the form %s, not %s", rec.Path, rec.Line, got.event.Form, rec.Form), true
		}
		list = append(list, got)
	}
	if len(list) == 1 { // most events have one record, and most say the same
		if same(list[0].event, e) {
			return "", true
		}
		return differing(list[0].event, e), true
	}
	merged, _ := merge(list)
	diff.Describe(&merged)
	return differing(&merged, e), true
}

// Unlike tells whether the records that two sources hold of one event, all of whose records are given, say different things:
// whether some record of one source has no counterpart in the other. It is false where a record can't be understood again; what
// was found when it was imported then decides.
func (r *Rereader) Unlike(ref audit.Ref, records []store.StoredRecord, a, b int64) (unlike, understood bool) {
	of := map[int64][]witness{}
	understood = true
	for i, rec := range records {
		if rec.Source != a && rec.Source != b {
			continue
		}
		skip := sameBefore(i, func(j int) []byte { return records[j].Bytes })
		w, ok := again(r.dec, r.limits, rec.Bytes, skip, func(base [32]byte) bool { return r.has(base, ref) })
		if !ok {
			understood = false
			unlike = unlike || rec.Differs
			continue
		}
		of[rec.Source] = append(of[rec.Source], w)
	}
	if !understood {
		return unlike, false
	}
	alone := func(some, others []witness) bool {
		return slices.ContainsFunc(some, func(w witness) bool { return !slices.ContainsFunc(others, func(o witness) bool { return agree(w, o) }) })
	}
	return alone(of[a], of[b]) || alone(of[b], of[a]), true
}

// agree reports whether two records say the same. Of two of one form each must hold what the other does; two forms hold
// different things of an event, so that only what both hold is compared.
func agree(a, b witness) bool {
	if a.hash == b.hash && a.hash != 0 {
		return true
	}
	if contradicts(a.event, b) || contradicts(b.event, a) {
		return false
	}
	return a.event.Form != b.event.Form || held(a.event) == held(b.event)
}

// held says which of the values that are compared a record holds.
func held(e *audit.Event) (mask uint32) {
	for i, s := range [...]string{e.Action, e.ResourceType, e.ResourceID, e.ResourceTarget, e.User.ID, e.OrganizationID, e.IP, e.UserAgent, e.RequestID, e.BuildReason} {
		if s != "" {
			mask |= 1 << i
		}
	}
	if e.Status != audit.NoStatus {
		mask |= 1 << 16
	}
	if recorded(e) {
		mask |= 1 << 17
	}
	if e.Log == audit.AuditLog && e.Additional != "" {
		mask |= 1 << 18
	}
	return mask
}

// maxOccurrence is how often the very same record is looked for.
const maxOccurrence = 1 << 16

func (r *Rereader) has(base [32]byte, ref audit.Ref) bool {
	want, _ := ref.Uint64()
	is := func(n uint32) bool { return audit.Identity(base, n).Ref60() == want }
	if is(1) {
		return true
	}
	near := r.occurs[base]
	for _, n := range []uint32{near, near + 1} {
		if n > 1 && is(n) {
			r.occurs[base] = n
			return true
		}
	}
	for n := uint32(2); n < maxOccurrence; n++ {
		if is(n) {
			r.occurs[base] = n
			return true
		}
	}
	return false
}

// same is a quick look: what it does not find the same may still be.
func same(want, got *audit.Event) bool {
	a, b := *want, *got
	a.Ref, a.Deployment, a.Sources, a.Changes = b.Ref, b.Deployment, b.Sources, nil
	b.Changes = nil
	if !reflect.DeepEqual(a, b) || len(want.Changes) != len(got.Changes) {
		return false
	}
	for i := range want.Changes {
		is := got.Changes[i]
		is.Continuity, is.BreakBefore, is.BreakAfter = "", nil, nil
		if !reflect.DeepEqual(want.Changes[i], is) {
			return false
		}
	}
	return true
}

// differing names the values that are not the same.
func differing(want, got *audit.Event) string {
	a, b := comparableValues(want, got), comparableValues(got, got)
	var names []string
	for _, name := range slices.Sorted(maps.Keys(a)) {
		if string(a[name]) != string(b[name]) {
			names = append(names, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b)) {
		if _, ok := a[name]; !ok {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "its records give another " + strings.Join(names, ", ")
}

// comparableValues are an event's values by their JSON names: what its records alone decide. Of a change whose value before
// is kept as derived, that leaves out what rests on another event, and of every change how it follows another.
func comparableValues(e, kept *audit.Event) map[string]json.RawMessage {
	c := *e
	c.Ref, c.Deployment, c.Sources = "", "", nil
	c.Changes = slices.Clone(e.Changes)
	for i := range c.Changes {
		ch := &c.Changes[i]
		ch.Continuity, ch.BreakBefore, ch.BreakAfter = "", nil, nil
		if i < len(kept.Changes) && kept.Changes[i].From != "" {
			ch.From, ch.Basis, ch.Old, ch.Words, ch.Note = "", audit.BasisLogged, nil, "", ""
		}
	}
	b, err := json.Marshal(c)
	if err != nil {
		return map[string]json.RawMessage{"value (" + err.Error() + ")": nil}
	}
	values := map[string]json.RawMessage{}
	if err := json.Unmarshal(b, &values); err != nil {
		return map[string]json.RawMessage{"value (" + err.Error() + ")": nil}
	}
	return values
}
