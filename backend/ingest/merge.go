package ingest

import (
	"bytes"
	"encoding/json"
	"hash/fnv"
	"sort"

	"auditdesk/backend/audit"
	"auditdesk/backend/diff"
)

// joinedHash is over the values that Coder joins when a row is read (today's names), which identity leaves out.
func joinedHash(e *audit.Event) uint64 {
	h := fnv.New64a()
	for _, s := range []string{e.User.Username, e.User.Name, e.User.Email, e.Organization, e.Description} {
		_, _ = h.Write([]byte(s))
		_, _ = h.Write([]byte{0})
	}
	return h.Sum64()
}

// merge takes the values of one event from all its records: field by field from the record of the best rank that holds
// it, and among records of one rank from the one whose text sorts first, so that the order of arrival never shows.
// differs says whether two records hold different values for something that is not joined when read; odd says which.
func merge(records []*audit.Event) (merged audit.Event, differs bool, odd []bool) {
	order := make([]int, len(records))
	texts := make([][]byte, len(records))
	for i, e := range records {
		order[i] = i
		texts[i] = canonical(e)
	}
	sort.SliceStable(order, func(a, b int) bool {
		x, y := order[a], order[b]
		if records[x].Rank != records[y].Rank {
			return records[x].Rank < records[y].Rank
		}
		return bytes.Compare(texts[x], texts[y]) < 0
	})
	merged = *records[order[0]]
	odd = make([]bool, len(records))
	for _, i := range order[1:] {
		if fill(&merged, records[i]) {
			differs, odd[i] = true, true
		}
	}
	if differs {
		odd[order[0]] = true
	}
	merged.Differs = differs
	return merged, differs, odd
}

func canonical(e *audit.Event) []byte {
	c := *e
	c.Ref, c.Deployment, c.Sources, c.Differs = "", "", nil, false
	b, err := json.Marshal(c)
	if err != nil { // values are valid JSON; see package decode
		return []byte(e.TimeText + e.Action)
	}
	return b
}

// fill takes from e what m does not hold, and reports whether e holds something else than m does.
func fill(m, e *audit.Event) (differs bool) {
	text := func(to *string, from string, compared bool) {
		switch {
		case *to == "":
			*to = from
		case compared && from != "" && from != *to:
			differs = true
		}
	}
	if m.Time.Micro() != e.Time.Micro() {
		differs = true
	}
	text(&m.Action, e.Action, true)
	text(&m.ResourceType, e.ResourceType, true)
	text(&m.ResourceID, e.ResourceID, true)
	text(&m.ResourceTarget, e.ResourceTarget, true)
	text(&m.User.ID, e.User.ID, true)
	text(&m.User.Email, e.User.Email, false)
	text(&m.User.Username, e.User.Username, false)
	text(&m.User.Name, e.User.Name, false)
	text(&m.Organization, e.Organization, false)
	if m.Organization == m.OrganizationID && e.Organization != "" {
		m.Organization = e.Organization // a name beats the id that stands in for it
	}
	text(&m.OrganizationID, e.OrganizationID, true)
	text(&m.IP, e.IP, true)
	text(&m.UserAgent, e.UserAgent, true)
	text(&m.RequestID, e.RequestID, true)
	text(&m.Description, e.Description, false)
	text(&m.BuildReason, e.BuildReason, true)
	text(&m.Additional, e.Additional, false)
	text(&m.ID, e.ID, false)
	switch {
	case m.Status == audit.NoStatus:
		m.Status = e.Status
	case e.Status != audit.NoStatus && e.Status != m.Status:
		differs = true
	}
	m.Synthetic = m.Synthetic || e.Synthetic
	if len(e.Changes) > 0 && !e.Unrecorded {
		switch {
		case len(m.Changes) == 0 || m.Unrecorded:
			m.Changes, m.Unrecorded = e.Changes, e.Unrecorded
		case !sameChanges(m.Changes, e.Changes):
			differs = true
		}
	}
	return differs
}

// sameChanges compares what two records hold of the changed fields, whatever their order.
func sameChanges(a, b []audit.Change) bool {
	if len(a) != len(b) {
		return false
	}
	byField := make(map[string]audit.Change, len(a))
	for _, c := range a {
		byField[audit.FoldKey(c.Field)] = c
	}
	for _, c := range b {
		d, ok := byField[audit.FoldKey(c.Field)]
		if !ok || !sameJSON(c.New, d.New) || !sameJSON(c.Old, d.Old) {
			return false
		}
	}
	return true
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

// redescribe puts the changes of a merged event into words again: panel, kind and outcome may rest on filled values.
func redescribe(e *audit.Event) {
	kept := e.Changes[:0:0]
	for _, c := range e.Changes {
		if c.Kind != audit.KindUnrecorded {
			kept = append(kept, c)
		}
	}
	e.Changes, e.Unrecorded = kept, false
	diff.Describe(e)
}
