package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"auditdesk/backend/audit"
	"auditdesk/backend/decode"
	"auditdesk/backend/store"
)

// A chunk is what a worker takes at once; its records make one raw block.
const (
	chunkBytes  = 192 << 10
	chunkPieces = 2048
)

// inFlight bounds the raw bytes between splitter and collector. A single record may have 32 MiB, and a machine many workers.
const inFlight = 32 << 20

// chunk is a stretch of pieces on its way: split, then decoded and packed by a worker, then collected in order.
type chunk struct {
	first  int64 // number of its first piece in the source, from 0
	pieces []decode.Piece
	bytes  int64
	// trickle marks what a stream had when it was asked, full or not: it is committed at once.
	trickle bool
	// replay marks pieces that an earlier run has committed: they are looked at again for what the source is called only.
	replay bool
	// Of a file: how far it was read, as it lies there, when the chunk was full, and the SHA-256 of that.
	read int64
	sum  []byte

	ready chan struct{} // closed by the worker
	found []found
	block store.Block
	raw   bool // whether the block holds anything
}

// newChunk makes one that has room for as many pieces as the one before it had.
func newChunk(first int64, room int) *chunk {
	return &chunk{first: first, pieces: make([]decode.Piece, 0, room), ready: make(chan struct{})}
}

func (ch *chunk) weight() int64 { return min(ch.bytes+1, inFlight) }

// How a stream may end beside its end and damage of its container.
var errStopped = errors.New("stopped") // the run was cancelled, or the case can't be written

// unfitError is a source that can't be read by this program as it stands, now or again.
type unfitError struct{ error }

func (e unfitError) Unwrap() error { return e.error }

// source reads one source to its end, as far as that can be had.
func (r *run) source(ctx context.Context, in *Input, src audit.Source, f io.Reader) error {
	held := r.isSmall(in, &src)
	var at store.Checkpoint
	var err error
	switch {
	case held:
		src.Number = r.lastSource + 1
	case src.Number > 0:
		at, err = r.goOn(ctx, &src)
	default:
		at, err = r.begin(ctx, &src)
	}
	if err != nil {
		return r.caseError(ctx, err)
	}

	reading, stop := context.WithCancel(ctx)
	defer stop()
	if p, ok := f.(*patient); ok {
		p.ctx = reading
	}
	before := stateOf(f)
	from := newReading(reading, f, &r.packed)
	from.share, from.torn = in.weight(), in.torn
	c := newCollector(r, &src, at, held)
	end := r.pump(reading, stop, in, from, at, c)
	if err := c.close(); err != nil {
		return fmt.Errorf("import %s: %w", in.Path, err)
	}
	if end != nil && !in.Stream && from.err == nil && !errors.Is(end, errStopped) && !errors.As(end, new(unfitError)) {
		from.drain() // the container is damaged, but the digest is that of all of the file
	}
	if src.SHA256 == "" && before != stateOf(f) {
		src.Note = notes(src.Note, fmt.Sprintf("the file changed while it was read: %d bytes at first", before.size))
	}
	r.conclude(in, &src, from, c, end)
	if c.held {
		return r.addSmall(ctx, src, c.batch)
	}
	// A cancelled run still says how far it came.
	ctx = context.WithoutCancel(ctx)
	if in.Stream && src.SHA256 != "" {
		whole, found, err := r.sink.FindWhole(ctx, src.SHA256, src.Deployment)
		if err != nil {
			return fmt.Errorf("look up %s: %w", in.Path, err)
		}
		if found {
			src.Note = notes(src.Note, fmt.Sprintf("same SHA-256 as %s", whole.Path))
		}
	}
	if err := r.sink.FinishSource(ctx, src.Number, src); err != nil {
		return fmt.Errorf("finish %s: %w", in.Path, err)
	}
	if at.Pieces > 0 { // the earlier run knows more of it than this one
		if src, err = r.stored(ctx, src); err != nil {
			return fmt.Errorf("look up %s: %w", in.Path, err)
		}
	}
	r.sizes[src.Bytes] = true
	r.result.Sources = append(r.result.Sources, src)
	return nil
}

// begin begins a source in the case, or goes on with one that an earlier run did not read to its end.
func (r *run) begin(ctx context.Context, src *audit.Source) (at store.Checkpoint, err error) {
	if err := r.commitSmall(ctx); err != nil {
		return at, err
	}
	src.Number, at, src.Counts, err = r.sink.BeginSource(ctx, *src)
	if err != nil {
		return at, fmt.Errorf("begin %s: %w", src.Path, err)
	}
	r.lastSource = max(r.lastSource, src.Number)
	return at, r.mark(src, at)
}

// goOn goes on with a source that an earlier run did not read to its end.
func (r *run) goOn(ctx context.Context, src *audit.Source) (at store.Checkpoint, err error) {
	if err := r.commitSmall(ctx); err != nil {
		return at, err
	}
	if at, src.Counts, err = r.sink.ResumeSource(ctx, src.Number); err != nil {
		return at, fmt.Errorf("go on with %s: %w", src.Path, err)
	}
	return at, r.mark(src, at)
}

// mark marks the events that an earlier run read from this source.
func (r *run) mark(src *audit.Source, at store.Checkpoint) error {
	if at.Pieces == 0 {
		return nil
	}
	if err := r.markAll(src.Number); err != nil {
		return fmt.Errorf("go on with %s: %w", src.Path, err)
	}
	return nil
}

// markAll marks the events that the case has from a source.
func (r *run) markAll(source int64) error {
	return r.sink.SourceMarks(context.Background(), source, func(event uint32, form audit.Form, _ bool) error {
		if event < 1 || event > r.known.events.n {
			return fmt.Errorf("event %d: %w", event, audit.ErrDamaged)
		}
		r.known.events.at(event).touch(uint32(source), formIndex(form))
		return nil
	})
}

func (r *run) stored(ctx context.Context, src audit.Source) (audit.Source, error) {
	list, err := r.sink.Sources(ctx)
	if err != nil {
		return src, err
	}
	for _, s := range list {
		if s.Number == src.Number {
			return s, nil
		}
	}
	return src, audit.ErrNotFound
}

// conclude says in src what the source turned out to be, and how its reading ended.
func (r *run) conclude(in *Input, src *audit.Source, from *reading, c *collector, end error) {
	src.State = audit.SourceWhole
	var unfit unfitError
	switch {
	case end == nil:
	case errors.Is(end, errStopped):
		r.result.Cancelled = true
		src.State = audit.SourcePartial
		if in.Stream {
			src.Note = notes(fmt.Sprintf("cancelled after line %d", src.Lines), src.Note)
		} else {
			src.Note = notes("cancelled; importing the file again goes on from here", src.Note)
		}
	case from.err != nil:
		src.State = audit.SourcePartial
		src.Note = notes(fmt.Sprintf("stopped after line %d: %v", src.Lines, from.err), src.Note)
		r.unread(in.Path, from.err)
	case errors.As(end, &unfit):
		src.State = audit.SourcePartial
		src.Note = notes(fmt.Sprintf("stopped after line %d: %v", src.Lines, end), src.Note)
		r.unread(in.Path, end)
	default:
		src.Note = notes(fmt.Sprintf("stopped after line %d: %v", src.Lines, end), src.Note)
	}
	if from.whole {
		if src.SHA256 != "" && src.SHA256 != from.digest() {
			src.Note = notes(src.Note, fmt.Sprintf("the file changed while it was read: SHA-256 %s at first", src.SHA256))
		}
		src.Bytes, src.SHA256 = from.size, from.digest()
	}
	if from.whole && c.stream != nil {
		c.unpacked = c.stream.n // with what stands behind the last piece
	}
	src.Stated = c.stated
	src.Unpacked, src.Form, src.Shape = c.unpacked, c.form(), c.shape.String()
	if src.State == audit.SourceWhole && src.Records == 0 && end == nil {
		src.Note = notes("no audit record found", src.Note)
	}
}

// pump runs splitter, workers and collector over one source. What it returns is what ended the source early.
func (r *run) pump(ctx context.Context, stop func(), in *Input, from *reading, at store.Checkpoint, c *collector) (end error) {
	order := make(chan *chunk, 2*r.opt.Workers)
	jobs := make(chan *chunk, 2*r.opt.Workers)
	room := semaphore.NewWeighted(inFlight)

	var g errgroup.Group
	g.Go(func() error {
		defer close(order)
		defer close(jobs)
		end = r.split(ctx, in, from, at, c, func(ch *chunk) bool {
			if room.Acquire(ctx, ch.weight()) != nil {
				return false
			}
			select {
			case order <- ch:
			case <-ctx.Done():
				return false
			}
			jobs <- ch // the workers go on until it is closed
			return true
		})
		return nil
	})
	for len(r.workers) < r.opt.Workers {
		r.workers = append(r.workers, newWorker(r.opt.Limits))
	}
	for _, w := range r.workers {
		w.begin()
		g.Go(func() error {
			for ch := range jobs {
				w.work(ch)
				close(ch.ready)
			}
			return nil
		})
	}
	for ch := range order {
		<-ch.ready
		weight := ch.weight()
		if !c.collect(ch) {
			stop() // the case can't be written; c.close tells why
		}
		room.Release(weight)
		r.report(false)
	}
	_ = g.Wait() // its goroutines return no errors
	return end
}
