package ingest

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"auditdesk/backend/audit"
	"auditdesk/backend/catalog"
	"auditdesk/backend/decode"
	"auditdesk/backend/diff"
	"auditdesk/backend/store"
)

// settle takes the values of the batch's late events from all of their records, those in the batch and those stored before.
// Since it always looks at all of them, the order of their arrival does not show.
func (c *collector) settle() error {
	if len(c.late) == 0 {
		return nil
	}
	here := make(map[uint32][]int, len(c.late)) // indices into batch.Matches
	for i := range c.batch.Matches {
		n := c.batch.Matches[i].Event
		if _, late := c.late[n]; late {
			here[n] = append(here[n], i)
		}
	}
	var stored []uint32
	for n := range c.late {
		if f := c.fresh[n]; f != nil {
			first := f.Event
			c.settleEvent(n, []witness{{event: &first, hash: f.hash, lent: f.Lent}}, here[n])
		} else {
			stored = append(stored, n)
		}
	}
	if len(stored) == 0 {
		return nil
	}
	slices.Sort(stored)
	c.written.Wait() // they may lie in a batch that is being written, or in a small source
	if err := c.r.commitSmall(context.Background()); err != nil {
		return err
	}
	if err := c.failed(); err != nil {
		return err
	}
	if c.dec == nil {
		c.dec = decode.NewDecoder(c.r.opt.Limits)
	}
	// Not to be cancelled: what was read so far is to be committed.
	ctx := context.Background()
	if err := c.r.sink.Records(ctx, stored, func(n uint32, records []store.StoredRecord) error {
		before, err := c.understand(ctx, n, records)
		if err == nil {
			c.settleEvent(n, before, here[n])
		}
		return err
	}); err != nil {
		return fmt.Errorf("read the records of matched events: %w", err)
	}
	return nil
}

// settleEvent merges the records of event n: those before this batch (or the first, of a fresh event) and those of the batch.
func (c *collector) settleEvent(n uint32, before []witness, here []int) {
	all := slices.Clone(before)
	for _, i := range here {
		f := c.matched[i]
		all = append(all, witness{event: &f.Event, hash: f.hash, lent: f.Lent})
	}
	merged, differs := merge(all)
	diff.Describe(&merged)
	merged.Deployment = c.r.opt.Deployment
	for j, i := range here {
		c.batch.Matches[i].Differs = differs[len(before)+j]
	}
	fact := c.r.known.events.at(n)
	fact.content, fact.rank = common(all), merged.Rank
	if c.fresh[n] != nil { // written with the values of all its records at once
		e := &c.batch.Events[n-c.batch.Events[0].Number]
		merged.Ref, e.Form = e.Event.Ref, e.Event.Form
		*e.Event = merged
		e.Content, e.Admin, e.Differs = fact.content, catalog.Admin(&merged), differs[0]
		return
	}
	if sayMore(before, all[len(before):]) {
		c.batch.Merged = append(c.batch.Merged, store.Merged{
			Number: n, Event: &merged, Admin: catalog.Admin(&merged), Content: fact.content, Differs: differs[:len(before)],
		})
	}
}

// common is what all records hash to, or 0.
func common(all []witness) uint64 {
	for _, w := range all {
		if w.hash != all[0].hash {
			return 0
		}
	}
	return all[0].hash
}

// sayMore reports whether some record says what none before did. Else the values of the event stand as they are.
func sayMore(before, further []witness) bool {
	return slices.ContainsFunc(further, func(f witness) bool {
		return !slices.ContainsFunc(before, func(b witness) bool { return b.hash != 0 && b.hash == f.hash && b.event.Rank == f.event.Rank })
	})
}

// understand decodes the stored records of event n again.
func (c *collector) understand(ctx context.Context, n uint32, records []store.StoredRecord) ([]witness, error) {
	out := make([]witness, len(records))
	want := c.r.known.events.at(n).digest
	for i, rec := range records {
		skip := sameBefore(i, func(j int) []byte { return records[j].Bytes })
		if w, ok := again(c.dec, c.r.opt.Limits, rec.Bytes, skip, func(base [32]byte) bool { return c.isIdentity(base, want) }); ok {
			out[i] = w
			continue
		}
		// A record that does not stand for itself (a CSV row lacks its header): the stored values stand in for it.
		stored, err := c.r.sink.EventsByNumber(ctx, []uint32{n})
		if err != nil {
			return nil, fmt.Errorf("read event %d: %w", n, err)
		}
		out[i] = witness{event: asLogged(&stored[0]), differed: rec.Differs}
	}
	return out, nil
}

// sameBefore is how many of the records before the one at i have its bytes: they stand on the same line.
func sameBefore(i int, bytesOf func(int) []byte) (n int) {
	for j := range i {
		if bytes.Equal(bytesOf(j), bytesOf(i)) {
			n++
		}
	}
	return n
}

// again decodes one stored record. A line of several records (Loki) yields them all: the event's are those whose base it has,
// and of them the one behind as many as skip says.
func again(dec *decode.Decoder, l decode.Limits, raw []byte, skip int, has func(base [32]byte) bool) (w witness, ok bool) {
	items := dec.Decode(decode.Again(raw, l), nil)
	for i := range items {
		it := &items[i]
		if it.Kind != decode.Record || !has(it.Base) {
			continue
		}
		diff.Describe(&it.Event)
		w, ok = witness{event: &it.Event, hash: spelled(it), lent: it.Lent}, true
		if skip--; skip < 0 {
			break
		}
	}
	return w, ok
}

// isIdentity tries the occurrences that the case knows; most records occur once.
func (c *collector) isIdentity(base [32]byte, want audit.Digest) bool {
	for occurrence := uint32(1); occurrence < 1000; occurrence++ {
		d := key(audit.Identity(base, occurrence), c.r.dep)
		if d == want {
			return true
		}
		if c.r.known.find(d) == 0 {
			return false
		}
	}
	return false
}

// asLogged takes from an event what was derived for it.
func asLogged(e *audit.Event) *audit.Event {
	for i := range e.Changes {
		if ch := &e.Changes[i]; ch.Basis == audit.BasisDerived {
			ch.Basis, ch.From, ch.Old, ch.SecretWas = audit.BasisLogged, "", nil, audit.SecretUnknown
		}
	}
	return e
}
