package casefile

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"auditdesk/backend/audit"
	"auditdesk/backend/decode"
	"auditdesk/backend/diff"
	"auditdesk/backend/facet"
	"auditdesk/backend/store"
)

// EventDetail is one event with all that is known of it.
type EventDetail struct {
	Event        audit.Event `json:"event"`
	Person       string      `json:"person,omitempty"`       // label of the person, also where this event's records give only an id
	Organization string      `json:"organization,omitempty"` // label of the organization likewise
	Sentence     string      `json:"sentence"`
	Roles        []string    `json:"roles,omitempty"`
	Raw          []RawRecord `json:"raw"`
}

// RawRecord is a record's text with where it stands.
type RawRecord struct {
	Position audit.Position `json:"position"`
	Text     string         `json:"text"`
	Masked   bool           `json:"masked"`
	Cut      int            `json:"cut,omitempty"` // bytes of the whole record, where Text holds only its beginning
}

// maxRawText is how much of a record the window gets; the command line prints all of it.
const maxRawText = 64 << 10

// Event finds an event by its ref or, for v2, by its id.
func (c *Case) Event(ctx context.Context, key string) (EventDetail, error) {
	e, number, err := c.find(ctx, key)
	if err != nil {
		return EventDetail{}, err
	}
	events := []audit.Event{e}
	if err := c.weakenEvents(ctx, events); err != nil {
		return EventDetail{}, err
	}
	persons, err := c.persons(ctx, events)
	if err != nil {
		return EventDetail{}, err
	}
	index, _, _, err := c.indexes(ctx)
	if err != nil {
		return EventDetail{}, err
	}
	d := EventDetail{Event: events[0], Person: persons[0], Organization: index.OrganizationOf(number), Sentence: diff.Sentence(&e)}
	raws, err := c.store.Raw(ctx, number)
	if err != nil {
		return d, fmt.Errorf("read the raw record of %s: %w", e.Ref, err)
	}
	for _, r := range raws {
		d.Raw = append(d.Raw, rawText(r, c.shown(r), true))
	}
	return d, nil
}

// RevealRaw returns the unmasked records of an event. The case notes that it was done.
func (c *Case) RevealRaw(ctx context.Context, key string) ([]RawRecord, error) {
	raws, err := c.RevealBytes(ctx, key)
	if err != nil {
		return nil, err
	}
	out := []RawRecord{}
	for _, r := range raws {
		out = append(out, rawText(r, r.Bytes, false))
	}
	return out, nil
}

// RevealBytes returns the very bytes of an event's records. The case notes that it was done, before they are read.
func (c *Case) RevealBytes(ctx context.Context, key string) ([]store.RawRecord, error) {
	e, number, err := c.find(ctx, key)
	if err != nil {
		return nil, err
	}
	if err := c.notWhole("show the records of " + string(e.Ref) + " unmasked"); err != nil {
		return nil, err
	}
	if err := c.store.NoteReveal(ctx, e.Ref); err != nil {
		return nil, fmt.Errorf("note in the case that %s is shown unmasked: %w", e.Ref, err)
	}
	return c.store.Raw(ctx, number)
}

// MaskedBytes returns an event's records as they may be shown.
func (c *Case) MaskedBytes(ctx context.Context, key string) ([]store.RawRecord, error) {
	_, number, err := c.find(ctx, key)
	if err != nil {
		return nil, err
	}
	raws, err := c.store.Raw(ctx, number)
	if err != nil {
		return nil, err
	}
	for i := range raws {
		raws[i].Bytes = c.shown(raws[i])
	}
	return raws, nil
}

// shown is a record as it may be shown. A hand-over copy holds no other.
func (c *Case) shown(r store.RawRecord) []byte {
	if r.Masked {
		return r.Bytes
	}
	return decode.Masked(r.Bytes)
}

func rawText(r store.RawRecord, b []byte, masked bool) RawRecord {
	out := RawRecord{Position: r.Position, Masked: masked}
	if len(b) > maxRawText {
		out.Cut = len(b)
		b = b[:maxRawText]
		for i := 0; i < utf8.UTFMax && len(b) > 0 && !utf8.RuneStart(b[len(b)-1]); i++ {
			b = b[:len(b)-1]
		}
	}
	out.Text = strings.ToValidUTF8(string(b), "\uFFFD")
	return out
}

// find resolves a ref, or an id. Where deployments share it, one is named behind an @.
func (c *Case) find(ctx context.Context, key string) (audit.Event, uint32, error) {
	key = strings.TrimSpace(key)
	index, _, _, err := c.indexes(ctx)
	if err != nil {
		return audit.Event{}, 0, err
	}
	numbers, events, err := c.keyed(ctx, index, key)
	if err != nil {
		return audit.Event{}, 0, err
	}
	switch len(numbers) {
	case 0:
		return audit.Event{}, 0, &audit.Error{Message: fmt.Sprintf("there is no event %q in this case", key), Hint: "give a ref such as 7K2M-9QXD-41TB, or the id of a v2 event", Err: audit.ErrNotFound}
	case 1:
		return events[0], numbers[0], nil
	}
	names := make([]string, len(events))
	for i, e := range events {
		names[i] = fmt.Sprintf("%s@%s", e.Ref, e.Deployment)
	}
	return audit.Event{}, 0, audit.Errorf("name the deployment with it: "+strings.Join(names, ", "), "%q names %d events of this case", key, len(names))
}

// keyed returns the events that a key names, a ref or an id: several where deployments share it and none is named behind an @.
func (c *Case) keyed(ctx context.Context, index *facet.Index, key string) ([]uint32, []audit.Event, error) {
	name, deployment, named := strings.Cut(key, "@")
	var found []uint32
	for _, ref := range refs(name) {
		found = append(found, index.NumberOfRef(ref)...)
	}
	all, err := c.store.EventsByNumber(ctx, found)
	if err != nil {
		return nil, nil, fmt.Errorf("read event %q: %w", key, err)
	}
	var numbers []uint32
	var events []audit.Event
	for i, e := range all {
		if !named || audit.FoldASCII(e.Deployment) == audit.FoldASCII(deployment) {
			numbers, events = append(numbers, found[i]), append(events, e)
		}
	}
	return numbers, events, nil
}

// refs are the references that a key can mean: the one that it spells, and those of the v2 events that have it as their id.
func refs(key string) []uint64 {
	var out []uint64
	if ref, ok := audit.ParseRef(key); ok {
		n, _ := ref.Uint64()
		out = append(out, n)
	}
	for _, log := range []audit.Log{audit.AuditLog, audit.ConnectionLog} {
		e := audit.Event{Version: audit.V2, Log: log, ID: key}
		if base, byID := e.Base(""); byID {
			out = append(out, audit.Identity(base, 1).Ref60())
		}
	}
	return out
}
