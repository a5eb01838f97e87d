package casefile

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"auditdesk/backend/audit"
	"auditdesk/backend/facet"
	"auditdesk/backend/ingest"
	"auditdesk/backend/store"
)

// Verify checks the case against its own digests, and what it says against the records that it holds: every event is
// understood anew from its raw records, every derived value is derived anew, and the kept index is built anew. Damage is in
// the report; an error means that it could not be checked.
//
// What it can't show is that nobody rewrote the whole case, raw records and digests too: a head noted elsewhere does.
func (c *Case) Verify(ctx context.Context) (store.Report, error) {
	rep, err := c.store.Verify(ctx)
	if err != nil {
		return rep, err
	}
	for _, check := range []struct {
		name string
		do   func(context.Context, *finding) error
	}{
		{"values against raw records", c.verifyValues},
		{"values before changes, derived anew", c.verifyDerived},
		{"kept index against the rows", c.verifyIndex},
	} {
		f := finding{Check: store.Check{Name: check.name}}
		err := check.do(ctx, &f)
		if ctx.Err() != nil {
			return rep, ctx.Err()
		}
		if err != nil { // rows that can't be read are damage too
			f.damage("could not be read to the end: %v", err)
		}
		rep.Checks = append(rep.Checks, f.Check)
	}
	return rep, nil
}

// maxDamage is how many damages a check puts into words.
const maxDamage = 5

type finding struct{ store.Check }

func (f *finding) damage(format string, args ...any) {
	if len(f.Damage) == maxDamage {
		f.Further++
		return
	}
	f.Damage = append(f.Damage, fmt.Sprintf(format, args...))
}

// verifyValues counts the events that could be compared: those of CSV rows that were kept without their header can't.
func (c *Case) verifyValues(ctx context.Context, f *finding) error {
	again := ingest.NewRereader()
	return c.store.WalkRaw(ctx, func(number uint32, e audit.Event, records []store.RawRecord) error {
		difference, ok := again.Compare(&e, records)
		if !ok {
			return nil
		}
		f.Count++
		if difference != "" {
			f.damage("event %d (%s): %s", number, e.Ref, difference)
		}
		return nil
	})
}

func (c *Case) verifyDerived(ctx context.Context, f *finding) error {
	if pending, err := c.Underived(ctx); err != nil || pending {
		return err // an import that was interrupted left it open; the next one finishes it
	}
	keys, err := c.store.DeriveKeys(ctx)
	if err != nil {
		return err
	}
	for _, key := range keys {
		points, err := c.store.DerivePoints(ctx, key)
		if err != nil {
			return err
		}
		numbers := make([]uint32, len(points))
		for i, p := range points {
			numbers[i] = p.Number
		}
		rows, err := c.store.ChangesByNumber(ctx, numbers)
		if err != nil {
			return err
		}
		want := map[uint32]store.DerivedOld{}
		for _, d := range derived(points) {
			want[d.Change] = d
		}
		for i, row := range rows {
			d, has := want[numbers[i]]
			if row.From != "" || has {
				f.Count++
			}
			if row.From != d.From || has && (!bytes.Equal(row.Old, d.Old) || row.Words != d.Words || row.Note != d.Note) {
				f.damage("the value before %q in event %s is not the one that the events before it give", row.Field, row.Event)
			}
		}
	}
	return nil
}

// verifyIndex compares the indexes kept in the case with ones built from the rows, whatever generation they are of.
func (c *Case) verifyIndex(ctx context.Context, f *finding) error {
	generation, err := c.store.Generation(ctx)
	if err != nil {
		return err
	}
	for name, src := range map[string]facet.Source{savedEvents: eventSource{c.store}, savedChanges: changeSource{c.store}} {
		of, _, kept, err := c.store.Blob(ctx, name)
		if errors.Is(err, audit.ErrNotFound) || err == nil && of != generation {
			continue // it is not used
		}
		if err != nil {
			return err
		}
		fresh, err := facet.Build(ctx, src)
		if err != nil {
			return err
		}
		var b bytes.Buffer
		if err := fresh.Marshal(&b, stamp(generation)); err != nil {
			return err
		}
		f.Count += int64(fresh.Rows())
		if !bytes.Equal(b.Bytes(), kept) {
			f.damage("the %s does not say what the rows say", name)
		}
	}
	return nil
}

// Head is the head of the chain of digests over the imports.
func (c *Case) Head(ctx context.Context) (string, error) { return c.store.Head(ctx) }

// SQLiteVersion is the version of the SQLite library in use.
func SQLiteVersion() string { return store.SQLiteVersion() }
