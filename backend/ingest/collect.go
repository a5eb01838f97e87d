package ingest

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/catalog"
	"auditdesk/backend/decode"
	"auditdesk/backend/diff"
	"auditdesk/backend/store"
)

// commitEvery is how much reading a killed import can lose at most, where batches do not fill up before.
const commitEvery = 2 * time.Second

// collector takes chunks in order, tells new events from known ones and makes batches, which a writer goroutine appends.
type collector struct {
	r     *run
	src   *audit.Source
	shape decode.ShapeOf
	forms map[audit.Form]int64

	unpacked int64
	repeats  map[repeat]uint32 // occurrences seen of a base that came more than once

	batch   *store.Batch
	others  map[string]int          // pattern → index in batch.Other
	records int                     // in the batch
	since   time.Time               // of the batch's first item
	fresh   map[uint32]*audit.Event // events that are not committed yet, by number
	late    map[uint32]*lateMatches // known events whose values may change in this batch

	write   chan *store.Batch
	written sync.WaitGroup // batches handed to the writer
	done    chan struct{}
	mu      sync.Mutex
	err     error
}

type repeat struct {
	base [16]byte
	form uint8
}

// lateMatches is a known event with matching records whose values are not the same as its own.
type lateMatches struct {
	records []*audit.Event
	matches []int // indices into batch.Matches, -1 for records that are stored already
}

func newCollector(r *run, src *audit.Source, at store.Checkpoint) *collector {
	c := &collector{
		r: r, src: src, forms: map[audit.Form]int64{}, repeats: map[repeat]uint32{},
		write: make(chan *store.Batch, 1), done: make(chan struct{}),
	}
	c.next(at)
	go func() {
		defer close(c.done)
		for b := range c.write {
			if c.failed() == nil {
				// A batch is committed whole even when the run is cancelled meanwhile.
				if err := r.sink.Append(context.Background(), b); err != nil {
					c.fail(err)
				}
			}
			c.written.Done()
		}
	}()
	return c
}

func (c *collector) packing(words string) { c.shape.Packing = words }

// form is the form of the source's records: one, or "mixed".
func (c *collector) form() string {
	if len(c.forms) > 1 {
		return "mixed"
	}
	for f := range c.forms {
		return string(f)
	}
	return c.src.Form
}

func (c *collector) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = err
	}
}

func (c *collector) failed() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// next begins a batch.
func (c *collector) next(at store.Checkpoint) {
	c.batch = &store.Batch{Source: c.src.Number, Days: map[string]int64{}, Checkpoint: at}
	c.others = map[string]int{}
	c.records = 0
	c.fresh = map[uint32]*audit.Event{}
	c.late = map[uint32]*lateMatches{}
}

// collect adds a chunk to the batch and hands the batch on when it is full. False means that the case can't be written.
func (c *collector) collect(ctx context.Context, ch *chunk) bool {
	if c.failed() != nil {
		return false
	}
	if c.since.IsZero() {
		c.since = c.r.opt.Now()
	}
	block := len(c.batch.Blocks)
	if ch.raw {
		c.batch.Blocks = append(c.batch.Blocks, ch.block)
	}
	counted := -1
	for i := range ch.found {
		f := &ch.found[i]
		p := &ch.pieces[f.piece]
		if f.piece != counted {
			c.lines(p, f.Kind != decode.Other)
			counted = f.piece
		}
		f.raw.Block = block
		if err := c.item(ctx, f, p); err != nil {
			c.fail(err)
			return false
		}
	}
	if n := len(ch.pieces); n > 0 {
		last := &ch.pieces[n-1]
		c.batch.Checkpoint = store.Checkpoint{Pieces: ch.first + int64(n), Line: last.Line, Offset: last.Offset}
	}
	if ch.trickle || c.records >= c.r.opt.Batch || c.r.opt.Now().Sub(c.since) >= commitEvery {
		c.flush()
	}
	return true
}

func (c *collector) lines(p *decode.Piece, record bool) {
	c.batch.Counts.Lines += p.Lines
	if record {
		c.batch.Counts.RecordLines += p.Lines
	} else {
		c.batch.Counts.Other += p.Lines
	}
	c.unpacked = max(c.unpacked, p.Offset+int64(len(p.Raw)))
	c.r.lines.Add(p.Lines)
}

func (c *collector) item(ctx context.Context, f *found, p *decode.Piece) error {
	switch f.Kind {
	case decode.Other:
		c.other(f, p)
		return nil
	case decode.Unreadable:
		c.count(func(n *audit.Counts) { n.Unreadable++ })
		line := p.Line
		if line < 0 { // the container broke: after the last line that could be read
			line = c.src.Lines + c.batch.Counts.Lines
		}
		c.batch.Unreadable = append(c.batch.Unreadable, store.NewUnreadable{Line: line, Offset: p.Offset, Reason: f.Note, Excerpt: f.Excerpt, Raw: f.raw})
		return nil
	}
	f.Event.Deployment = c.r.opt.Deployment
	c.shape.Add(&f.Item, p.Inside)
	c.forms[f.Event.Form]++
	day := f.Event.Time.Std().Format("2006-01-02")
	c.batch.Days[day]++
	if c.batch.First == nil || f.Event.Time < *c.batch.First {
		c.batch.First = &f.Event.Time
	}
	if c.batch.Last == nil || f.Event.Time > *c.batch.Last {
		c.batch.Last = &f.Event.Time
	}
	return c.record(ctx, f, p)
}

func (c *collector) count(add func(*audit.Counts)) {
	c.batch.Counts.Records++
	add(&c.batch.Counts)
	c.records++
	c.r.records.Add(1)
}

func (c *collector) other(f *found, p *decode.Piece) {
	i, ok := c.others[f.Note]
	if !ok {
		i = len(c.batch.Other)
		c.others[f.Note] = i
		c.batch.Other = append(c.batch.Other, audit.OtherLines{Source: c.src.Number, Pattern: f.Note, Line: p.Line, Example: f.Excerpt})
	}
	c.batch.Other[i].Count += p.Lines
}

// record resolves identity: a new event, a matching record or a duplicate.
func (c *collector) record(ctx context.Context, f *found, p *decode.Piece) error {
	form := formIndex(f.Event.Form)
	source := uint32(c.src.Number)
	rep := repeat{[16]byte(f.Base[:16]), uint8(form)}
	occurrence := c.repeats[rep]
	for {
		occurrence++
		d := key(audit.Identity(f.Base, occurrence), c.r.dep)
		n := c.r.known.find(d)
		if n == 0 {
			c.newEvent(f, p, d, occurrence, source, form)
			break
		}
		fact := c.r.known.events.at(n)
		if fact.touched(source, form) {
			if f.ByID {
				c.count(func(n *audit.Counts) { n.Duplicates++ })
				return c.match(ctx, f, p, n, fact, true)
			}
			continue
		}
		fact.touch(source, form)
		c.count(func(n *audit.Counts) { n.Matching++ })
		if err := c.match(ctx, f, p, n, fact, false); err != nil {
			return err
		}
		break
	}
	if occurrence > 1 {
		c.repeats[rep] = occurrence
	}
	return nil
}

func (c *collector) newEvent(f *found, p *decode.Piece, d audit.Digest, occurrence, source uint32, form uint) {
	fact := fact{content: f.joined, rank: f.Event.Rank}
	fact.touch(source, form)
	n := c.r.known.add(d, fact)
	identity := audit.Identity(f.Base, occurrence)
	f.Event.Ref = identity.Ref()
	c.fresh[n] = &f.Event
	c.batch.Events = append(c.batch.Events, store.NewEvent{
		Number: n, Digest: identity, Occurrence: occurrence, Event: &f.Event, Admin: f.admin, Content: f.joined,
		Line: p.Line, Offset: p.Offset, Raw: f.raw,
	})
	c.count(func(n *audit.Counts) { n.Events++ })
	c.r.events.Add(1)
}

// match notes a further record of event n, and takes the values of all its records anew where they are not the same.
func (c *collector) match(ctx context.Context, f *found, p *decode.Piece, n uint32, fact *fact, duplicate bool) error {
	c.batch.Matches = append(c.batch.Matches, store.Match{
		Event: n, Form: f.Event.Form, Rank: f.Event.Rank, Line: p.Line, Offset: p.Offset, Raw: f.raw, Duplicate: duplicate,
	})
	if fact.content == f.joined && fact.rank == f.Event.Rank && c.late[n] == nil {
		return nil
	}
	l, err := c.lateOf(ctx, n)
	if err != nil {
		return err
	}
	l.records = append(l.records, &f.Event)
	l.matches = append(l.matches, len(c.batch.Matches)-1)
	merged, _, _ := merge(l.records)
	fact.content, fact.rank = 0, merged.Rank // 0: whatever comes next is compared in full
	return nil
}

// lateOf gathers the records that event n has so far.
func (c *collector) lateOf(ctx context.Context, n uint32) (*lateMatches, error) {
	if l := c.late[n]; l != nil {
		return l, nil
	}
	l := &lateMatches{}
	if e := c.fresh[n]; e != nil {
		own := *e
		l.records, l.matches = []*audit.Event{&own}, []int{-1}
		// Matching records of this batch that were the same as the event add nothing to its values.
	} else {
		c.written.Wait() // the event may lie in a batch that is being written
		if err := c.failed(); err != nil {
			return nil, err
		}
		raws, err := c.r.sink.Raw(ctx, n)
		if err != nil {
			return nil, fmt.Errorf("read the records of event %d: %w", n, err)
		}
		if l.records, err = c.redecode(ctx, n, raws); err != nil {
			return nil, err
		}
		for range l.records {
			l.matches = append(l.matches, -1)
		}
	}
	c.late[n] = l
	return l, nil
}

// redecode understands stored records again. A record in a block of several (Loki) yields them all: the event's own is
// the one with its identity.
func (c *collector) redecode(ctx context.Context, n uint32, raws []store.RawRecord) ([]*audit.Event, error) {
	dec := decode.NewDecoder(c.r.opt.Limits)
	var out []*audit.Event
	want := c.r.known.events.at(n).digest
	for _, raw := range raws {
		for _, it := range dec.Decode(again(raw.Bytes, c.r.opt.Limits), nil) {
			if it.Kind != decode.Record || !c.isIdentity(it.Base, want) {
				continue
			}
			e := it.Event
			diff.Describe(&e)
			out = append(out, &e)
			break
		}
	}
	if len(out) == len(raws) {
		return out, nil
	}
	// A record that does not stand for itself (a CSV row lacks its header): the stored values stand in for it.
	stored, err := c.r.sink.EventsByNumber(ctx, []uint32{n})
	if err != nil {
		return nil, fmt.Errorf("read event %d: %w", n, err)
	}
	return append(out, &stored[0]), nil
}

// again makes a piece of a stored record.
func again(raw []byte, l decode.Limits) decode.Piece {
	s := decode.NewSplitter(bytes.NewReader(raw), l)
	for {
		p, err := s.Next()
		if err != nil || !p.Frame {
			return p
		}
	}
}

// isIdentity tries the occurrences that the run has seen; most records occur once.
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

// settle puts the merged values of late matches into the batch.
func (c *collector) settle() {
	for n, l := range c.late {
		merged, differs, odd := merge(l.records)
		redescribe(&merged)
		merged.Deployment = c.r.opt.Deployment
		for i, m := range l.matches {
			if m >= 0 {
				c.batch.Matches[m].Differs = differs && odd[i]
			}
		}
		if e := c.fresh[n]; e != nil { // written with the values of all its records at once
			own := &c.batch.Events[n-c.batch.Events[0].Number]
			merged.Ref = e.Ref
			*e = merged
			own.Content, own.Admin = 0, catalog.Admin(&merged)
			continue
		}
		c.batch.Merged = append(c.batch.Merged, store.Merged{Number: n, Event: &merged, Admin: catalog.Admin(&merged)})
	}
}

// flush hands the batch to the writer.
func (c *collector) flush() {
	c.settle()
	b := c.batch
	c.src.Counts.Add(b.Counts)
	if b.First != nil && (c.src.First == nil || *b.First < *c.src.First) {
		c.src.First = b.First
	}
	if b.Last != nil && (c.src.Last == nil || *b.Last > *c.src.Last) {
		c.src.Last = b.Last
	}
	c.written.Add(1)
	c.write <- b
	c.next(b.Checkpoint)
	c.since = time.Time{}
}

// close writes what is left and waits for the writer.
func (c *collector) close() error {
	if c.failed() == nil && (c.batch.Counts != (audit.Counts{}) || c.batch.Checkpoint.Pieces > 0) {
		c.flush()
	}
	close(c.write)
	<-c.done
	return c.failed()
}
