package casefile

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

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
func (c *Case) Verify(ctx context.Context) (store.Report, error) { return c.VerifyTelling(ctx, nil) }

// VerifyTelling is [Case.Verify], and tells how far it is, at most ten times a second. tell may be nil.
func (c *Case) VerifyTelling(ctx context.Context, tell func(store.VerifyProgress)) (store.Report, error) {
	var readings []store.Reading
	at := store.VerifyProgress{}
	last := time.Time{}
	told := func(done, total int64) {
		if now := c.now(); tell != nil && (done == 0 || now.Sub(last) >= tellEvery) {
			at.Done, at.Total, last = done, total, now
			tell(at)
		}
	}
	checks := []struct {
		name string
		do   func(context.Context, *store.Check) error
	}{
		{"values against raw records", func(ctx context.Context, f *store.Check) error { return c.verifyValues(ctx, f, readings, told) }},
		{"values before changes, derived anew", func(ctx context.Context, f *store.Check) error { return c.verifyDerived(ctx, f, told) }},
		{"continuity of settings, compared anew", c.verifyContinuity},
		{"kept index against the rows", c.verifyIndex},
	}
	before := 0 // checks of the store
	rep, err := c.store.VerifyTelling(ctx, func(p store.VerifyProgress) {
		before = p.Checks
		at = p
		at.Checks += len(checks)
		told(p.Done, p.Total)
	})
	if err != nil {
		return rep, err
	}
	readings = rep.Readings
	for i, check := range checks {
		f := store.Check{Name: check.name}
		at = store.VerifyProgress{Check: check.name, Number: before + i + 1, Checks: before + len(checks)}
		told(0, 0)
		err := check.do(ctx, &f)
		if ctx.Err() != nil {
			return rep, ctx.Err()
		}
		if err != nil { // rows that can't be read are damage too
			f.Found("could not be read to the end: %v", err)
		}
		rep.Checks = append(rep.Checks, f)
	}
	rep.Conclude()
	return rep, nil
}

// tellEvery is how often it is told how far something is.
const tellEvery = 100 * time.Millisecond

// Verified is the report about a case, with what became of a head that was noted elsewhere.
type Verified struct {
	store.Report
	Sound bool       `json:"sound"`
	Noted *NotedHead `json:"noted,omitempty"`
}

// NotedHead is what became of a head that was noted elsewhere.
type NotedHead struct {
	Head   string `json:"head"`
	Link   int64  `json:"link,omitempty"` // whose head it is
	Agrees bool   `json:"agrees"`
}

// Against compares a report with a head that was noted elsewhere, as [HeadNoted] gives it; "" is none.
func Against(rep store.Report, noted string) Verified {
	v := Verified{Report: rep, Sound: rep.Sound()}
	if noted != "" {
		v.Noted = &NotedHead{noted, rep.Heads[noted], rep.Heads[noted] > 0}
		v.Sound = v.Sound && v.Noted.Agrees
	}
	return v
}

// HeadNoted reads a head that somebody wrote down: spaces and capitals don't matter. "" is none.
func HeadNoted(text string) (string, error) {
	head := strings.ToLower(strings.Join(strings.Fields(text), ""))
	if b, err := hex.DecodeString(head); head != "" && (err != nil || len(b) != sha256.Size) {
		return "", audit.Errorf("copy it whole, as `auditdesk verify CASE --head` or a workbook gave it", "a head has 64 hexadecimal digits, %q has not", text)
	}
	return head, nil
}

// VerifyFile verifies the case at path, also one that is too damaged to be opened: then that is what the report says. An
// error means that there is no case, or that it could not be checked.
func VerifyFile(ctx context.Context, path string, opt Options) (store.Report, error) {
	now := clock(opt)
	st, err := store.Open(ctx, path, store.Options{ReadOnly: true, Now: now, Damaged: true})
	if errors.Is(err, audit.ErrDamaged) {
		return unopened(err), nil
	}
	if err != nil {
		return store.Report{}, err
	}
	c := &Case{path: path, store: st, now: now}
	rep, err := c.Verify(ctx)
	if errors.Is(err, audit.ErrDamaged) {
		rep, err = unopened(err), nil
	}
	return rep, errors.Join(err, c.Close())
}

// unopened is the report about a case that can't be opened.
func unopened(err error) store.Report {
	opening := store.Check{Name: "opening the case"}
	opening.Found("%v", err)
	return store.Report{
		Checks: []store.Check{opening}, Exports: []store.NotedHead{},
		First: "what the case is opened by", Still: "nothing can be said of its rows; go back to a copy of the case",
	}
}

// verifyValues counts the events that could be compared: those of CSV rows that were kept without their header can't. Where
// another version of the program understood the records, a difference is no damage: the digests over the rows say whether
// they are what that version wrote.
func (c *Case) verifyValues(ctx context.Context, f *store.Check, readings []store.Reading, told func(done, total int64)) error {
	otherwise := map[uint32]bool{}
	var spans []store.Reading
	for _, r := range readings {
		switch {
		case r.Version == audit.Reading:
		case r.First == r.Last:
			otherwise[uint32(r.First)] = true
		default:
			spans = append(spans, r)
		}
	}
	other, masked := int64(0), int64(0)
	defer func() {
		if masked > 0 {
			f.Notes = append(f.Notes, fmt.Sprintf("%s with something masked in their records: they can't be understood anew from this copy; their rows are compared with the chain above", audit.Counted(masked, "event", "events")))
		}
		if other > 0 {
			f.Notes = append(f.Notes, fmt.Sprintf("this version reads %d records otherwise than the one that imported them; that is no damage: their rows are compared with the chain above", other))
		}
	}()
	again := ingest.NewRereader()
	total := int64(c.store.Events())
	return c.store.WalkRaw(ctx, func(number uint32, e audit.Event, records []store.RawRecord) error {
		if number&0xff == 0 {
			told(int64(number), total)
		}
		if slices.ContainsFunc(records, func(r store.RawRecord) bool { return r.Masked }) {
			masked++
			return nil
		}
		difference, ok := again.Compare(&e, records)
		if !ok {
			return nil
		}
		f.Count++
		if difference != "" {
			if otherwise[number] || slices.ContainsFunc(spans, func(r store.Reading) bool { return r.First <= int64(number) && int64(number) <= r.Last }) {
				other++
				return nil
			}
			f.Found("event %d (%s): %s", number, e.Ref, difference)
		}
		return nil
	})
}

// verifyDerived leaves out the settings that an interrupted import left open: the next one derives them.
func (c *Case) verifyDerived(ctx context.Context, f *store.Check, told func(done, total int64)) error {
	open, err := c.store.TouchedKeys(ctx)
	if err != nil {
		return err
	}
	keys, err := c.store.DeriveKeys(ctx)
	if err != nil {
		return err
	}
	stored := int64(0)
	for i, key := range keys {
		told(int64(i), int64(len(keys)))
		if slices.Contains(open, key) {
			continue
		}
		n, err := c.verifyKey(ctx, f, key)
		if err != nil {
			f.Found("the values before changes of setting %d could not be compared: %v", key, err)
		}
		stored += n
	}
	total, err := c.store.Derivations(ctx)
	if err == nil && (total < stored || total > stored && len(open) == 0) {
		f.Found("%d values before changes are stored as derived, %d of them for changes that they can be derived for", total, stored)
	}
	return err
}

// verifyKey derives the values of one setting anew, and counts those that are stored.
func (c *Case) verifyKey(ctx context.Context, f *store.Check, key uint32) (stored int64, err error) {
	points, err := c.store.DerivePoints(ctx, key)
	if err != nil {
		return 0, err
	}
	numbers := make([]uint32, len(points))
	for i, p := range points {
		numbers[i] = p.Number
	}
	rows, err := c.store.ChangesByNumber(ctx, numbers)
	if err != nil {
		return 0, err
	}
	want := map[uint32]store.DerivedOld{}
	for _, d := range derived(points) {
		want[d.Change] = d
	}
	for i, row := range rows {
		d, has := want[numbers[i]]
		if row.From != "" {
			stored++
		}
		if row.From != "" || has {
			f.Count++
		}
		if row.From != d.From || has && (!bytes.Equal(row.Old, d.Old) || row.SecretWas != d.Was || row.Words != d.Words || row.Note != d.Note) {
			f.Found("the value before %q in event %s is not the one that the events before it give", row.Field, row.Event)
		}
	}
	return stored, nil
}

// verifyContinuity leaves out, like verifyDerived, the settings that an interrupted import left open.
func (c *Case) verifyContinuity(ctx context.Context, f *store.Check) error {
	counted := int64(0) // rows that are stored of changes which can be compared
	compare := func(was, now store.Followed) {
		f.Count++
		if was != now {
			f.Found("how change %d follows the one before it is not what their values give", now.Change)
		}
	}
	keys, err := c.store.AllSettings(ctx)
	if err != nil {
		return err
	}
	if err := c.eachSetting(ctx, keys, func(was, now []store.Followed) error {
		counted += int64(len(was))
		if slices.ContainsFunc(was, func(f store.Followed) bool { return f.State == "" }) {
			return nil // not looked at yet
		}
		for i := range now {
			now[i].Event, now[i].Ordinal = was[i].Event, was[i].Ordinal
			compare(was[i], now[i])
		}
		return nil
	}); err != nil {
		return err
	}
	touched, err := c.store.TouchedKeys(ctx)
	if err != nil {
		return err
	}
	v1, err := c.store.DeriveKeys(ctx)
	if err != nil {
		return err
	}
	for _, key := range v1 {
		stored, err := c.store.Followed(ctx, key)
		if err != nil {
			return err
		}
		counted += int64(len(stored))
		if slices.Contains(touched, key) {
			continue
		}
		points, err := c.store.DerivePoints(ctx, key)
		if err != nil {
			return err
		}
		if len(stored) == 0 && !slices.ContainsFunc(points, holdsOld) {
			continue
		}
		for _, now := range followedV1(points) {
			was, has := stored[now.Change]
			if has || now.State != "" || now.Next != 0 {
				was.Change = now.Change
				compare(was, now)
			}
		}
	}
	pending, err := c.store.DerivationPending(ctx)
	if err != nil {
		return err
	}
	total, amiss, err := c.store.Continuity(ctx)
	if err == nil && amiss > 0 && !pending {
		f.Found("%d changes of settings stand among those of other settings, or of none", amiss)
	}
	if err == nil && total != counted && !pending {
		f.Found("%d changes are said to follow others, %d of them of settings that can be compared", total, counted)
	}
	return err
}

// verifyIndex compares the indexes kept in the case with ones built from the rows, whatever generation they are of.
func (c *Case) verifyIndex(ctx context.Context, f *store.Check) error {
	generation, err := c.store.Generation(ctx)
	if err != nil {
		return err
	}
	for name, src := range map[string]facet.Source{savedEvents: eventSource{c.store, c}, savedChanges: changeSource{c.store, c}} {
		err := c.store.ReadBlob(ctx, name, func(of int64, kept io.Reader) error {
			if of != generation {
				return nil // it is not used
			}
			fresh, err := facet.Build(ctx, src)
			if err != nil {
				return err
			}
			f.Count += int64(fresh.Rows())
			err = fresh.Marshal(&sameBytes{kept: kept}, stamp(generation))
			if err == nil {
				err = ended(kept)
			}
			if errors.Is(err, errUnlike) {
				f.Found("the %s does not say what the rows say", name)
				return nil
			}
			return err
		})
		if err != nil && !errors.Is(err, audit.ErrNotFound) {
			return err
		}
	}
	return nil
}

// errUnlike says that what is written is not what was kept.
var errUnlike = errors.New("not what was kept")

// sameBytes takes what is written if it is what was kept.
type sameBytes struct {
	kept io.Reader
	buf  []byte
}

func (c *sameBytes) Write(p []byte) (int, error) {
	c.buf = slices.Grow(c.buf[:0], len(p))[:len(p)]
	if _, err := io.ReadFull(c.kept, c.buf); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return 0, err
	} else if err != nil || !bytes.Equal(c.buf, p) {
		return 0, errUnlike
	}
	return len(p), nil
}

// ended makes sure that nothing more was kept.
func ended(kept io.Reader) error {
	switch n, err := io.ReadFull(kept, make([]byte, 1)); {
	case n > 0:
		return errUnlike
	case errors.Is(err, io.EOF):
		return nil
	default:
		return err
	}
}

// ExportNotes are the exports that were noted in the case, oldest first.
func (c *Case) ExportNotes(ctx context.Context) ([]store.ExportNote, error) {
	return c.store.ExportNotes(ctx)
}

// Head is the head of the chain of digests over the imports.
func (c *Case) Head(ctx context.Context) (string, error) { return c.store.Head(ctx) }

// SQLiteVersion is the version of the SQLite library in use.
func SQLiteVersion() string { return store.SQLiteVersion() }
