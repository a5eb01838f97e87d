package ingest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/sync/errgroup"

	"auditdesk/backend/audit"
	"auditdesk/backend/catalog"
	"auditdesk/backend/decode"
	"auditdesk/backend/diff"
	"auditdesk/backend/store"
)

// A chunk is what a worker takes at once; its records make one raw block.
const (
	chunkBytes  = 192 << 10
	chunkPieces = 2048
)

// chunk is a stretch of pieces on its way: split, then decoded and packed by a worker, then collected in order.
type chunk struct {
	first  int64 // number of its first piece in the source, from 0
	pieces []decode.Piece
	bytes  int
	// trickle marks what a stream had when it was asked, full or not: it is committed at once.
	trickle bool

	ready chan struct{} // closed by the worker
	found []found
	block store.Block
	raw   bool // whether the block holds anything
}

// found is one item with where it stands.
type found struct {
	decode.Item
	piece  int
	raw    store.RawRef // Block is 0 here: the chunk's own
	admin  bool
	joined uint64
}

// source reads one source to its end. readErr is what stopped the reading of the input; err is one of the case.
func (r *run) source(ctx context.Context, in *Input, src audit.Source, counted *countingReader) (_ audit.Source, readErr, err error) {
	number, at, counts, err := r.sink.BeginSource(ctx, src)
	if err != nil {
		return src, nil, fmt.Errorf("begin %s: %w", in.Path, err)
	}
	src.Number, src.Counts = number, counts
	if at.Pieces > 0 {
		mark := func(event uint32, form audit.Form, _ bool) error {
			r.known.events.at(event).touch(uint32(number), formIndex(form))
			return nil
		}
		if err := r.sink.SourceMarks(ctx, number, mark); err != nil {
			return src, nil, fmt.Errorf("resume %s: %w", in.Path, err)
		}
	}

	c := newCollector(r, &src, at)
	stopped := r.pump(ctx, in, counted, at, c)
	if err := c.close(); err != nil {
		return src, nil, fmt.Errorf("import %s: %w", in.Path, err)
	}

	src.State = audit.SourceWhole
	switch {
	case ctx.Err() != nil:
		src.State, src.Note = audit.SourcePartial, "cancelled; importing the file again goes on from here"
	case counted.err != nil:
		src.State, src.Note, readErr = audit.SourcePartial, fmt.Sprintf("stopped after line %d: %v", src.Lines, counted.err), counted.err
	case stopped != nil:
		src.Note = fmt.Sprintf("stopped after line %d: %v", src.Lines, stopped)
	case !in.Stream && counted.size != in.Size:
		src.Note = fmt.Sprintf("the file changed while it was read: %d bytes at first, %d in the end", in.Size, counted.size)
	}
	src.Unpacked, src.Form, src.Shape = c.unpacked, c.form(), c.shape.String()
	if in.Stream || src.State == audit.SourceWhole && src.SHA256 != counted.digest() {
		src.Bytes, src.SHA256 = counted.size, counted.digest()
	}
	if src.State == audit.SourceWhole && src.Records == 0 && src.Note == "" {
		src.Note = "no audit record found"
	}
	// A cancelled run still says how far it came.
	if err := r.sink.FinishSource(context.WithoutCancel(ctx), number, src); err != nil {
		return src, nil, fmt.Errorf("finish %s: %w", in.Path, err)
	}
	return src, readErr, nil
}

// pump runs splitter, workers and collector over one stream. What it returns is what ended the stream early.
func (r *run) pump(ctx context.Context, in *Input, counted *countingReader, at store.Checkpoint, c *collector) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	order := make(chan *chunk, 2*r.opt.Workers)
	jobs := make(chan *chunk, 2*r.opt.Workers)
	var stopped error

	var g errgroup.Group
	g.Go(func() error {
		defer close(order)
		defer close(jobs)
		stopped = r.split(ctx, in, counted, at, c, func(ch *chunk) bool {
			select {
			case order <- ch:
			case <-ctx.Done():
				return false
			}
			jobs <- ch // has as much room as order
			return true
		})
		return nil
	})
	for range r.opt.Workers {
		g.Go(func() error {
			w := newWorker(r.opt.Limits)
			for ch := range jobs {
				w.work(ch)
				close(ch.ready)
			}
			return nil
		})
	}
	for ch := range order {
		<-ch.ready
		if !c.collect(ctx, ch) {
			stop() // the case can't be written; c.close tells why
		}
		r.report(false, int(r.fileNumber.Load()))
	}
	_ = g.Wait() // its goroutines return no errors
	return stopped
}

// split cuts the stream into chunks. For a stream that trickles, what is there is handed on after opt.Flush.
func (r *run) split(ctx context.Context, in *Input, counted *countingReader, at store.Checkpoint, c *collector, send func(*chunk) bool) error {
	stream, packing, err := decode.Unpack(counted, filepath.Base(in.Path), r.opt.Limits)
	if err != nil {
		return r.broken(in, counted, at, 0, err, send)
	}
	c.packing(packing)
	s := decode.NewSplitter(stream, r.opt.Limits)

	var mu sync.Mutex // guards cur; only a stream has a second goroutine that takes it
	cur := &chunk{ready: make(chan struct{})}
	alive := true
	flush := func() {
		if len(cur.pieces) == 0 || !alive {
			return
		}
		next := &chunk{first: cur.first + int64(len(cur.pieces)), ready: make(chan struct{})}
		alive = send(cur)
		cur = next
	}
	if in.Stream {
		done := make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() {
			tick := time.NewTicker(r.opt.Flush / 2)
			defer tick.Stop()
			for {
				select {
				case <-tick.C:
					mu.Lock()
					cur.trickle = true
					flush()
					mu.Unlock()
				case <-done:
					return
				}
			}
		})
		defer wg.Wait()
		defer close(done)
	}

	var n int64
	for {
		if n&255 == 0 && ctx.Err() != nil {
			return nil
		}
		p, err := s.Next()
		if err != nil {
			mu.Lock()
			flush()
			mu.Unlock()
			if errors.Is(err, io.EOF) {
				return nil
			}
			return r.broken(in, counted, at, n, err, send)
		}
		n++
		if n <= at.Pieces {
			if n == at.Pieces && (p.Line != at.Line || p.Offset != at.Offset) {
				return audit.Errorf("import it into a new case", "the file does not read as it did when its import was interrupted (line %d, then %d)", at.Line, p.Line)
			}
			continue
		}
		mu.Lock()
		if len(cur.pieces) == 0 {
			cur.first = n - 1
		}
		cur.pieces = append(cur.pieces, p)
		cur.bytes += len(p.Raw)
		if cur.bytes >= chunkBytes || len(cur.pieces) >= chunkPieces {
			flush()
		}
		ok := alive
		mu.Unlock()
		if !ok {
			return nil
		}
	}
}

// broken ends a stream whose container is damaged or cut off: that is an unreadable record of its own, after all that could
// be read. A real read error is none: the file may be readable next time.
func (r *run) broken(in *Input, counted *countingReader, at store.Checkpoint, n int64, err error, send func(*chunk) bool) error {
	if counted.err != nil || n < at.Pieces {
		return err
	}
	send(&chunk{
		first: n, ready: make(chan struct{}),
		pieces: []decode.Piece{{Problem: err.Error(), Line: -1, Inside: "container"}},
	})
	return err
}

// worker decodes chunks. One goroutine owns it.
type worker struct {
	dec   *decode.Decoder
	items []decode.Item
	enc   *zstd.Encoder
	raw   []byte
}

func newWorker(l decode.Limits) *worker {
	// Only impossible options make NewWriter fail.
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false))
	if err != nil {
		panic(err)
	}
	return &worker{dec: decode.NewDecoder(l), enc: enc}
}

func (w *worker) work(ch *chunk) {
	w.raw = w.raw[:0]
	ch.found = make([]found, 0, len(ch.pieces))
	for i := range ch.pieces {
		p := &ch.pieces[i]
		w.items = w.dec.Decode(*p, w.items[:0])
		ref := store.RawRef{Offset: -1}
		for j := range w.items {
			f := found{Item: w.items[j], piece: i}
			if f.Kind != decode.Other && ref.Offset < 0 { // once for all the records of a piece
				ref = store.RawRef{Offset: len(w.raw), Len: len(p.Raw)}
				w.raw = append(w.raw, p.Raw...)
			}
			f.raw = ref
			if f.Kind == decode.Record {
				diff.Describe(&f.Event)
				f.admin = catalog.Admin(&f.Event)
				f.joined = f.Content ^ joinedHash(&f.Event)
			}
			ch.found = append(ch.found, f)
		}
		p.Text = nil
	}
	if len(w.raw) > 0 {
		ch.raw = true
		ch.block = store.Block{Data: w.enc.EncodeAll(w.raw, nil), Size: len(w.raw), SHA256: sha256.Sum256(w.raw)}
	}
}
