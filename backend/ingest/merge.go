package ingest

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"slices"

	"auditdesk/backend/audit"
	"auditdesk/backend/decode"
)

// witness is one record of an event, as its values are merged with those of the others.
type witness struct {
	event    *audit.Event
	hash     uint64 // see spelled; 0 where the record could not be understood again
	lent     bool   // the record holds no time of its own
	differed bool   // it was found to hold other values than its event, which now stand in for it
}

// spelled hashes all that is stored of a record: beside the values by which records are compared those that Coder joins when
// a row is read, and how each is spelt. Records with one hash need no merging. It is stored with the event, so it must not
// change from one run to the next; if it does, records are merged in vain, no more. It is never 0.
func spelled(it *decode.Item) uint64 {
	const prime = 0x9E3779B185EBCA87
	h := it.Content
	mix := func(v uint64) {
		h = (h ^ v) * prime
		h ^= h >> 29
	}
	add := func(s string) {
		mix(uint64(len(s)))
		for ; len(s) >= 8; s = s[8:] {
			mix(uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56)
		}
		v := uint64(0)
		for i := range len(s) {
			v = v<<8 | uint64(s[i])
		}
		mix(v)
	}
	e := &it.Event
	for _, s := range [...]string{e.User.Username, e.User.Name, e.User.Email, e.Organization, e.Description, e.TimeText, e.Additional, e.ID} {
		add(s)
	}
	mix(uint64(e.Time))
	if it.Lent {
		mix(1)
	}
	for i := range e.Changes {
		ch := &e.Changes[i]
		add(ch.Field)
		addJSON(add, ch.Old)
		addJSON(add, ch.New)
		mix(uint64(ch.SecretWas)<<8 | uint64(ch.SecretNow))
	}
	return max(h, 1)
}

// addJSON tells a value that is not held from an empty one.
func addJSON(add func(string), v json.RawMessage) {
	if v != nil {
		add(string(v))
	}
	add("")
}

// merge takes the values of one event from all its records: field by field from the record of the best rank that holds it,
// and among records of one rank from the one whose text sorts first, so that the order of arrival never shows. differs says
// which records hold another value than the event for something that is not joined when read; then the event differs.
func merge(records []witness) (merged audit.Event, differs []bool) {
	order := slices.Clone(records)
	texts := map[*audit.Event][]byte{}
	text := func(e *audit.Event) []byte {
		if texts[e] == nil {
			texts[e] = canonical(e)
		}
		return texts[e]
	}
	slices.SortStableFunc(order, func(a, b witness) int {
		if a.event.Rank != b.event.Rank {
			return int(a.event.Rank) - int(b.event.Rank)
		}
		return bytes.Compare(text(a.event), text(b.event))
	})
	merged = *order[0].event
	merged.Changes = slices.Clone(merged.Changes)
	for _, w := range order {
		if !w.lent {
			merged.Time, merged.TimeText = w.event.Time, w.event.TimeText
			break
		}
	}
	for _, w := range order[1:] {
		fill(&merged, w.event)
	}
	differs = make([]bool, len(records))
	merged.Differs = false
	for i, w := range records {
		differs[i] = w.differed || contradicts(&merged, w)
		merged.Differs = merged.Differs || differs[i]
	}
	return merged, differs
}

// canonical is a text of all that is stored of a record.
func canonical(e *audit.Event) []byte {
	c := *e
	c.Ref, c.Deployment, c.Sources, c.Differs = "", "", nil, false
	b, err := json.Marshal(c)
	if err != nil { // values are valid JSON; see package decode
		b = []byte(e.TimeText + e.Action)
	}
	b = append(b, c.OrganizationID...)
	b = append(b, c.Form...)
	for i := range c.Changes {
		b = append(b, byte(c.Changes[i].SecretWas), byte(c.Changes[i].SecretNow))
	}
	return binary.BigEndian.AppendUint64(b, uint64(c.Time))
}

// fill takes from e what m does not hold.
func fill(m, e *audit.Event) {
	for _, f := range [...]struct {
		to   *string
		from string
	}{
		{&m.Action, e.Action}, {&m.ResourceType, e.ResourceType}, {&m.ResourceID, e.ResourceID}, {&m.ResourceTarget, e.ResourceTarget},
		{&m.IP, e.IP}, {&m.UserAgent, e.UserAgent}, {&m.RequestID, e.RequestID}, {&m.Description, e.Description},
		{&m.BuildReason, e.BuildReason}, {&m.Additional, e.Additional}, {&m.ID, e.ID},
	} {
		if *f.to == "" {
			*f.to = f.from
		}
	}
	if m.Status == audit.NoStatus {
		m.Status = e.Status
	}
	m.Synthetic = m.Synthetic || e.Synthetic
	fillPerson(&m.User, &e.User)
	fillOrganization(m, e)
	fillChanges(m, e)
}

// fillPerson does not put a person together from two.
func fillPerson(m, e *audit.Person) {
	switch {
	case m.ID != "" && e.ID != "" && m.ID != e.ID:
		return
	case (m.ID == "" || e.ID == "") && m.Email != "" && e.Email != "" && audit.FoldASCII(m.Email) != audit.FoldASCII(e.Email):
		return
	}
	for _, f := range [...]struct {
		to   *string
		from string
	}{{&m.ID, e.ID}, {&m.Email, e.Email}, {&m.Username, e.Username}, {&m.Name, e.Name}} {
		if *f.to == "" {
			*f.to = f.from
		}
	}
}

// fillOrganization takes a name, which beats the id that stands in for it, of the same organization only.
func fillOrganization(m, e *audit.Event) {
	if m.OrganizationID != "" && e.OrganizationID != "" && m.OrganizationID != e.OrganizationID {
		return
	}
	if m.Organization == "" || m.Organization == m.OrganizationID && e.Organization != "" {
		m.Organization = e.Organization
	}
	if m.OrganizationID == "" {
		m.OrganizationID = e.OrganizationID
	}
}

func fillChanges(m, e *audit.Event) {
	switch {
	case !recorded(e):
	case !recorded(m):
		m.Changes, m.Unrecorded = slices.Clone(e.Changes), false
	default:
		for i := range m.Changes {
			to := &m.Changes[i]
			from := change(e, to.Field)
			if from == nil || to.Secret || from.Secret {
				continue
			}
			if to.Old == nil {
				to.Old = from.Old
			}
			if to.New == nil {
				to.New = from.New
			}
		}
	}
}

// recorded reports whether a record holds what was changed.
func recorded(e *audit.Event) bool { return len(e.Changes) > 0 && !e.Unrecorded }

func change(e *audit.Event, field string) *audit.Change {
	for i := range e.Changes {
		if e.Changes[i].Field == field {
			return &e.Changes[i]
		}
	}
	return nil
}

// contradicts reports whether a record holds another value than the event. A value that it does not hold is no difference,
// nor is one that Coder joins when a row is read; times compare in microseconds.
func contradicts(m *audit.Event, w witness) bool {
	e := w.event
	for _, f := range [...][2]string{
		{m.Action, e.Action}, {m.ResourceType, e.ResourceType}, {m.ResourceID, e.ResourceID}, {m.ResourceTarget, e.ResourceTarget},
		{m.User.ID, e.User.ID}, {m.OrganizationID, e.OrganizationID}, {m.IP, e.IP}, {m.UserAgent, e.UserAgent}, {m.RequestID, e.RequestID},
		{m.BuildReason, e.BuildReason},
	} {
		if f[1] != "" && f[0] != f[1] {
			return true
		}
	}
	switch {
	case !w.lent && m.Time.Micro() != e.Time.Micro(), e.Status != audit.NoStatus && e.Status != m.Status:
		return true
	case e.Log == audit.AuditLog && e.Additional != "" && !sameJSON([]byte(m.Additional), []byte(e.Additional)):
		return true // details of a connection come to know more while it lasts
	}
	return recorded(e) && !sameChanges(m.Changes, e.Changes)
}

// sameChanges compares what two records hold of the changed fields, whatever their order.
func sameChanges(a, b []audit.Change) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		c := &a[i]
		j := i
		if b[j].Field != c.Field {
			j = slices.IndexFunc(b, func(d audit.Change) bool { return d.Field == c.Field })
		}
		if j < 0 {
			return false
		}
		d := &b[j]
		if !sameState(c.SecretWas, d.SecretWas) || !sameState(c.SecretNow, d.SecretNow) || !sameJSON(c.New, d.New) || !sameJSON(c.Old, d.Old) {
			return false
		}
	}
	return true
}

func sameState(a, b audit.SecretState) bool {
	return a == b || a == audit.SecretUnknown || b == audit.SecretUnknown
}

// sameJSON compares two values; one that a record does not hold is no difference.
func sameJSON(a, b json.RawMessage) bool {
	if a == nil || b == nil || bytes.Equal(a, b) {
		return true
	}
	var x, y any
	dx, dy := json.NewDecoder(bytes.NewReader(a)), json.NewDecoder(bytes.NewReader(b))
	dx.UseNumber()
	dy.UseNumber()
	if dx.Decode(&x) != nil || dy.Decode(&y) != nil {
		return false
	}
	ca, errA := json.Marshal(x)
	cb, errB := json.Marshal(y)
	return errA == nil && errB == nil && bytes.Equal(ca, cb)
}
