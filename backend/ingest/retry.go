package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/decode"
	"auditdesk/backend/store"
)

// RetrySink is a case whose unreadable records are tried again.
type RetrySink interface {
	Sink
	UnreadableBehind(ctx context.Context, number int64) ([]store.StoredUnreadable, error)
	BesideUnreadable(ctx context.Context, fn func(block, offset int64, event uint32) error) error
}

// RetryResult is what became of the unreadable records: Tried = Understood + Still, and what can't be tried stays unreadable too.
type RetryResult struct {
	Tried      int64 `json:"tried"`
	Understood int64 `json:"understood"` // unreadable records that are none any more
	// What they turned out to be. One unreadable line may hold several records.
	Events     int64   `json:"events"`
	Matching   int64   `json:"matching"`
	Duplicates int64   `json:"duplicates"`
	Still      int64   `json:"still_unreadable"`
	Cut        int64   `json:"not_kept_whole"` // of which only the beginning was kept, or no bytes at all: they can't be tried
	Cancelled  bool    `json:"cancelled,omitempty"`
	Seconds    float64 `json:"seconds"`
}

// Retry tries to understand every unreadable record of the case anew, from the bytes that were kept of it. What is understood becomes
// events, matching records and duplicates of its source by the rules of an import, at its own place, and the account moves with it
// in the same transaction. A second retry by the same program finds nothing more to do; one that was killed goes on.
//
// A line is taken as a whole or left: it must hold no unreadable record any more, and whatever was understood of it before must be
// understood as it was. Where a source holds the very same record several times, which of them is which occurrence may be
// otherwise than had it been understood at once: the events are the same, their lines may be exchanged.
func Retry(ctx context.Context, sink RetrySink, opt Options) (RetryResult, error) {
	var res RetryResult
	first, err := sink.UnreadableBehind(ctx, 0)
	if err != nil || len(first) == 0 {
		return res, err
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	began := opt.Now()
	t := retry{sink: sink, res: &res, opt: opt, w: newWorker(opt.Limits), beside: map[place][]uint32{}}
	if t.sources, err = sink.Sources(ctx); err != nil {
		return res, fmt.Errorf("read the sources: %w", err)
	}
	if err := sink.BesideUnreadable(ctx, func(block, offset int64, event uint32) error {
		p := place{block, offset}
		t.beside[p] = append(t.beside[p], event)
		return nil
	}); err != nil {
		return res, err
	}
	err = t.all(ctx, first)
	if ctx.Err() != nil {
		res.Cancelled, err = true, nil
	}
	err = errors.Join(err, t.end()) // what was understood until then stays
	res.Seconds = opt.Now().Sub(began).Seconds()
	return res, err
}

type place struct{ block, offset int64 }

// retry is the state of one retry.
type retry struct {
	sink    RetrySink
	opt     Options
	res     *RetryResult
	sources []audit.Source
	beside  map[place][]uint32 // events that have a record in the bytes of an unreadable one
	w       *worker

	r    *run       // of the deployment at hand; nil until something was understood
	c    *collector // of the source at hand
	src  audit.Source
	done int64            // understood in the source at hand
	said *store.Recovered // what the source at hand is now; nil where nothing of it was understood
}

// all goes through the unreadable records, those of one line together.
func (t *retry) all(ctx context.Context, page []store.StoredUnreadable) error {
	var line []store.StoredUnreadable
	for len(page) > 0 {
		for i := range page {
			if n := len(line); n > 0 && (line[0].Source != page[i].Source || line[0].Raw != page[i].Raw || line[0].Offset != page[i].Offset) {
				if err := t.line(ctx, line); err != nil {
					return err
				}
				line = line[:0]
			}
			line = append(line, page[i])
		}
		var err error
		if page, err = t.sink.UnreadableBehind(ctx, page[len(page)-1].Number); err != nil {
			return err
		}
	}
	return t.line(ctx, line)
}

// line tries the unreadable records that share their bytes.
func (t *retry) line(ctx context.Context, rows []store.StoredUnreadable) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	n := int64(len(rows))
	u := &rows[0]
	if u.Raw.Len == 0 || !decode.Retriable(u.Reason) {
		t.res.Cut += n
		return nil
	}
	t.res.Tried += n
	p := decode.Again(u.Bytes, t.opt.Limits)
	records := t.w.piece(nil, 0, &p)
	for i := range records {
		if records[i].Kind != decode.Record {
			t.res.Still += n
			return nil
		}
	}
	if err := t.begin(ctx, u.Source); err != nil {
		return err
	}
	records = t.unknown(records, t.beside[place{u.Raw.Stored, int64(u.Raw.Offset)}])
	if len(records) == 0 {
		t.res.Still += n
		return nil
	}
	at := &decode.Piece{Line: u.Line, Offset: u.Offset}
	b := t.c.batch
	if b.Recovered == nil {
		b.Recovered = &store.Recovered{Version: t.opt.Version}
	}
	for i := range records {
		f := &records[i]
		f.raw = u.Raw
		t.c.shape.Add(&f.Item, p.Inside)
		t.c.forms[f.Event.Form] = struct{}{}
		t.c.item(f, at)
	}
	for i := range rows {
		b.Recovered.Numbers = append(b.Recovered.Numbers, rows[i].Number)
	}
	b.Counts.Records -= n
	b.Counts.Unreadable -= n
	t.done += n
	t.c.bytes += len(u.Bytes)
	b.Recovered.Form, b.Recovered.Shape, b.Recovered.Note = t.form(), t.shape(), notes(t.src.Note, t.note())
	t.said = b.Recovered
	if t.c.records >= t.opt.Batch || t.c.bytes >= batchBytes {
		t.c.flush()
	}
	return t.c.failed()
}

// unknown takes out the records that are stored already. It is empty where one of those is not understood as it was.
func (t *retry) unknown(records []found, stored []uint32) []found {
	for _, n := range stored {
		at := -1
		for i := range records {
			if at < 0 && t.c.isIdentity(records[i].Base, t.r.known.events.at(n).digest) {
				at = i
			}
		}
		if at < 0 {
			return nil
		}
		records = append(records[:at:at], records[at+1:]...)
	}
	return records
}

// begin makes ready for a source, and ends the one before.
func (t *retry) begin(ctx context.Context, source int64) error {
	if t.c != nil && t.src.Number == source {
		return nil
	}
	if err := t.end(); err != nil {
		return err
	}
	for _, s := range t.sources {
		if s.Number == source {
			t.src = s
		}
	}
	if t.r == nil {
		opt := t.opt
		opt.Deployment = t.src.Deployment
		var err error
		if t.r, err = newRun(ctx, t.sink, nil, opt); err != nil {
			return err
		}
		t.opt.Batch = t.r.opt.Batch
	}
	t.r.opt.Deployment = t.src.Deployment
	var err error
	if t.r.dep, err = t.sink.DeploymentCode(ctx, t.src.Deployment); err != nil {
		return err
	}
	if err := t.r.markAll(source); err != nil {
		return fmt.Errorf("read the records of %s: %w", t.src.Path, err)
	}
	src := t.src
	src.Counts = audit.Counts{}
	t.c, t.done, t.said = newCollector(t.r, &src, store.Checkpoint{}, false), 0, nil
	return nil
}

// end commits what was understood of the source at hand.
func (t *retry) end() error {
	if t.c == nil {
		return nil
	}
	c := t.c
	t.c = nil
	if err := c.close(); err != nil {
		return fmt.Errorf("try %s again: %w", t.src.Path, err)
	}
	for i := range t.sources { // an import that was interrupted may have left records of one source in two places
		if s := &t.sources[i]; s.Number == t.src.Number && t.said != nil {
			s.Form, s.Shape, s.Note = t.said.Form, t.said.Shape, t.said.Note
		}
	}
	t.res.Understood += t.done
	t.res.Events += c.src.Counts.Events
	t.res.Matching += c.src.Counts.Matching
	t.res.Duplicates += c.src.Counts.Duplicates
	return nil
}

// form is the form of the source's records, with those that were understood now.
func (t *retry) form() string {
	now := t.c.form()
	if t.src.Form != "" && t.src.Form != now {
		return "mixed"
	}
	return now
}

// shape stays as the import found it, unless it found no record.
func (t *retry) shape() string {
	if t.src.Form != "" {
		return t.src.Shape
	}
	t.c.shape.Packing = t.src.Shape // then the packing is all that it says
	return t.c.shape.String()
}

func (t *retry) note() string {
	by := "this program"
	if t.opt.Version != "" {
		by = "version " + t.opt.Version
	}
	return fmt.Sprintf("%s understood when tried again on %s by %s", audit.Counted(t.done, "unreadable record was", "unreadable records were"), t.opt.Now().UTC().Format(time.DateOnly), by)
}
