package ingest

import (
	"context"
	"encoding/hex"
	"fmt"
	"sync"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/decode"
	"auditdesk/backend/store"
)

const (
	// commitEvery is how much reading a killed import can lose at most, where batches do not fill up before.
	commitEvery = 2 * time.Second
	// batchBytes is how many raw bytes make a batch full, however few records they are.
	batchBytes = 16 << 20
)

// collector takes chunks in order, tells new events from known ones and makes batches, which a writer goroutine appends.
type collector struct {
	r       *run
	src     *audit.Source
	shape   decode.ShapeOf
	forms   map[audit.Form]struct{}
	stream  *counter          // the unpacked bytes, where anything could be unpacked; read when all is split
	dec     *decode.Decoder   // of stored records, see settle
	repeats map[repeat]uint32 // occurrences seen of a base that came more than once

	unpacked int64  // where the last piece ends
	stated   *int64 // what the answers in it say of themselves; set when all is split

	batch   *store.Batch
	others  map[string]int      // pattern → index in batch.Other
	kinds   map[string]struct{} // patterns of other lines in the source, at most maxPatterns
	records int                 // in the batch
	bytes   int                 // raw, in the batch
	since   time.Time           // of the batch's first item
	fresh   map[uint32]*found   // events that are not committed yet, by number
	matched []*found            // of batch.Matches, index for index
	late    map[uint32]struct{} // events whose values may not be those of their first record, see settle

	today struct { // of the last record, UTC
		from, to audit.Time
		name     string
	}

	write   chan *store.Batch
	held    bool           // the source is small: nothing of it is in the case yet, see small
	written sync.WaitGroup // batches handed to the writer
	done    chan struct{}
	mu      sync.Mutex
	err     error
}

type repeat struct {
	base [16]byte
	form uint8
}

func newCollector(r *run, src *audit.Source, at store.Checkpoint, held bool) *collector {
	c := &collector{
		r: r, src: src, held: held, forms: map[audit.Form]struct{}{}, repeats: map[repeat]uint32{}, kinds: map[string]struct{}{},
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

// form is the form of the source's records: one, or "mixed".
func (c *collector) form() string {
	if len(c.forms) > 1 {
		return "mixed"
	}
	for f := range c.forms {
		return string(f)
	}
	return ""
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
	room := 0 // as the batch before needed
	if c.batch != nil {
		room = len(c.batch.Events) + len(c.batch.Events)/8
	}
	c.batch = &store.Batch{Source: c.src.Number, Events: make([]store.NewEvent, 0, room), Days: map[string]int64{}, Checkpoint: at}
	c.others = map[string]int{}
	c.records, c.bytes, c.since = 0, 0, time.Time{}
	c.fresh = map[uint32]*found{}
	c.matched = nil
	c.late = map[uint32]struct{}{}
}

// collect adds a chunk to the batch and hands the batch on when it is full. False means that the case can't be written.
func (c *collector) collect(ch *chunk) bool {
	if c.failed() != nil {
		return false
	}
	for i := range ch.found {
		if f := &ch.found[i]; f.Kind == decode.Record {
			c.shape.Add(&f.Item, ch.pieces[f.piece].Inside)
			c.forms[f.Event.Form] = struct{}{}
		}
	}
	if n := len(ch.pieces); n > 0 {
		last := &ch.pieces[n-1]
		c.unpacked = max(c.unpacked, last.Offset+int64(len(last.Raw)))
	}
	if ch.replay {
		for i := range ch.found {
			if f := &ch.found[i]; f.Kind == decode.Other {
				c.kind(f.Note)
			}
		}
		return true
	}
	if c.since.IsZero() {
		c.since = c.r.opt.Now()
	}
	block := len(c.batch.Blocks)
	if ch.raw {
		c.batch.Blocks = append(c.batch.Blocks, ch.block)
		c.bytes += ch.block.Size
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
		c.item(f, p)
	}
	if n := len(ch.pieces); n > 0 {
		last := &ch.pieces[n-1]
		c.batch.Checkpoint = store.Checkpoint{Pieces: ch.first + int64(n), Line: last.Line, Offset: last.Offset, Bytes: ch.read, SHA256: hex.EncodeToString(ch.sum)}
	}
	if ch.trickle || c.records >= c.r.opt.Batch || c.bytes >= batchBytes || c.r.opt.Now().Sub(c.since) >= commitEvery {
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
	c.r.lines.Add(p.Lines)
}

func (c *collector) item(f *found, p *decode.Piece) {
	switch f.Kind {
	case decode.Other:
		c.other(f, p)
	case decode.Unreadable:
		c.unreadable(f, p)
	default:
		f.Event.Deployment = c.r.opt.Deployment
		c.day(f.Event.Time)
		c.record(f, p)
	}
}

// day notes when a record was.
func (c *collector) day(t audit.Time) {
	if t < c.today.from || t >= c.today.to { // records mostly follow one another
		from := t.Std().Truncate(24 * time.Hour)
		c.today.name = from.Format(time.DateOnly)
		c.today.from = audit.Time(from.UnixNano())
		c.today.to = c.today.from + audit.Time(24*time.Hour)
	}
	c.batch.Days[c.today.name]++
	if c.batch.First == nil {
		first, last := t, t
		c.batch.First, c.batch.Last = &first, &last
	}
	*c.batch.First, *c.batch.Last = min(*c.batch.First, t), max(*c.batch.Last, t)
}

func (c *collector) count(add *int64) {
	*add++
	c.batch.Counts.Records++
	c.records++
	c.r.records.Add(1)
}

// Other lines are counted by pattern, those of the first so many patterns of a source: a log may hold a different text on every
// line. The rest is counted together.
const (
	maxPatterns   = 1000
	otherPatterns = "lines of further patterns, beyond the first 1,000"
)

// kind is the pattern under which other lines are counted. It goes by the lines before it, not by how they were read.
func (c *collector) kind(pattern string) string {
	if _, ok := c.kinds[pattern]; ok {
		return pattern
	}
	if len(c.kinds) >= maxPatterns {
		return otherPatterns
	}
	c.kinds[pattern] = struct{}{}
	return pattern
}

func (c *collector) other(f *found, p *decode.Piece) {
	pattern := c.kind(f.Note)
	i, ok := c.others[pattern]
	if !ok {
		i = len(c.batch.Other)
		c.others[pattern] = i
		c.batch.Other = append(c.batch.Other, audit.OtherLines{Source: c.src.Number, Pattern: pattern, Line: p.Line, Example: f.Excerpt})
	}
	c.batch.Other[i].Count += p.Lines
}

func (c *collector) unreadable(f *found, p *decode.Piece) {
	c.count(&c.batch.Counts.Unreadable)
	u := store.NewUnreadable{Line: p.Line, Offset: p.Offset, Reason: f.Note, Excerpt: f.Excerpt, Raw: f.raw}
	if p.Line < 0 { // the container broke: behind the last line that could be read
		u.Line, u.Offset = c.src.Lines+c.batch.Counts.Lines, c.unpacked
	}
	c.batch.Unreadable = append(c.batch.Unreadable, u)
}

// record resolves identity: a new event, a matching record or a duplicate.
func (c *collector) record(f *found, p *decode.Piece) {
	form := formIndex(f.Event.Form)
	source := uint32(c.src.Number)
	rep := repeat{[16]byte(f.Base[:16]), uint8(form)}
	occurrence := c.repeats[rep]
	for {
		occurrence++
		identity := audit.Identity(f.Base, occurrence)
		d := key(identity, c.r.dep)
		n := c.r.known.find(d)
		if n == 0 {
			c.newEvent(f, p, identity, d, occurrence, source, form)
			break
		}
		fact := c.r.known.events.at(n)
		if fact.touched(source, form) {
			if f.ByID {
				c.count(&c.batch.Counts.Duplicates)
				c.match(f, p, n, fact, true)
				return
			}
			continue
		}
		fact.touch(source, form)
		c.count(&c.batch.Counts.Matching)
		c.match(f, p, n, fact, false)
		break
	}
	if occurrence > 1 {
		c.repeats[rep] = occurrence
	}
}

func (c *collector) newEvent(f *found, p *decode.Piece, identity, d audit.Digest, occurrence, source uint32, form uint) {
	fact := fact{content: f.hash, rank: f.Event.Rank}
	fact.touch(source, form)
	n := c.r.known.add(d, fact)
	f.Event.Ref = identity.Ref()
	c.fresh[n] = f
	c.batch.Events = append(c.batch.Events, store.NewEvent{
		Number: n, Digest: identity, Occurrence: occurrence, Event: &f.Event, Admin: f.admin, Content: f.hash,
		Line: p.Line, Offset: p.Offset, Raw: f.raw,
	})
	c.count(&c.batch.Counts.Events)
	c.r.events.Add(1)
}

// match notes a further record of event n. Where it says what all records of the event say, and is of no better rank, that
// is all there is to it.
func (c *collector) match(f *found, p *decode.Piece, n uint32, fact *fact, duplicate bool) {
	c.batch.Matches = append(c.batch.Matches, store.Match{
		Event: n, Form: f.Event.Form, Rank: f.Event.Rank, Line: p.Line, Offset: p.Offset, Raw: f.raw, Duplicate: duplicate,
	})
	c.matched = append(c.matched, f)
	if fact.content == 0 || fact.content != f.hash || f.Event.Rank < fact.rank {
		c.late[n] = struct{}{}
	}
}

// flush hands the batch to the writer.
func (c *collector) flush() {
	if c.held { // not so small, after all
		c.held = false
		number := c.src.Number
		counts := c.src.Counts
		if _, err := c.r.begin(context.Background(), c.src); err != nil {
			c.fail(err)
			return
		}
		if c.src.Counts = counts; c.src.Number != number {
			c.fail(fmt.Errorf("source %d is number %d", number, c.src.Number))
			return
		}
	}
	if !c.seal() {
		return
	}
	b := c.batch
	c.written.Add(1)
	c.write <- b
	c.next(b.Checkpoint)
}

// seal makes the batch ready to be written.
func (c *collector) seal() bool {
	if err := c.settle(); err != nil {
		c.fail(err)
		return false
	}
	b := c.batch
	c.src.Counts.Add(b.Counts)
	if b.First != nil {
		if c.src.First == nil {
			first, last := *b.First, *b.Last
			c.src.First, c.src.Last = &first, &last
		}
		*c.src.First, *c.src.Last = min(*c.src.First, *b.First), max(*c.src.Last, *b.Last)
	}
	return true
}

// close writes what is left and waits for the writer.
func (c *collector) close() error {
	switch {
	case c.failed() != nil:
	case c.held:
		c.seal()
	case c.batch.Counts != (audit.Counts{}) || c.batch.Checkpoint.Pieces > 0:
		c.flush()
	}
	close(c.write)
	<-c.done
	return c.failed()
}
