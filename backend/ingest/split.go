package ingest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/decode"
	"auditdesk/backend/store"
)

// splitting is the state of the splitter's goroutine. Of a stream, a second one sends what is there every so often.
type splitting struct {
	send func(*chunk) bool
	from *reading // of a file, nil of a stream: that one is read by another goroutine

	mu      sync.Mutex // guards what follows
	cur     *chunk
	stopped bool
}

// flush sends the chunk as far as it is filled. False means that nobody takes it.
func (s *splitting) flush(trickle bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.flushLocked(trickle)
}

func (s *splitting) flushLocked(trickle bool) bool {
	if n := int64(len(s.cur.pieces)); n > 0 && !s.stopped {
		ch := s.cur
		ch.trickle = trickle
		if s.from != nil {
			ch.read, ch.sum = s.from.size, s.from.sum.Sum(nil)
		}
		s.cur = newChunk(ch.first+n, int(n)+int(n)/8)
		s.stopped = !s.send(ch)
	}
	return !s.stopped
}

func (s *splitting) add(n int64, p decode.Piece, replay bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.cur.pieces) == 0 {
		s.cur.first = n
	}
	s.cur.pieces, s.cur.bytes, s.cur.replay = append(s.cur.pieces, p), s.cur.bytes+int64(len(p.Raw)), replay
	if s.cur.bytes >= chunkBytes || len(s.cur.pieces) >= chunkPieces {
		return s.flushLocked(false)
	}
	return !s.stopped
}

// trickle sends what is there until done is closed.
func (s *splitting) trickle(every time.Duration, done <-chan struct{}) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			s.flush(true)
		case <-done:
			return
		}
	}
}

// split cuts the source into chunks. It returns nil at the end of the source, else what ended it early.
func (r *run) split(ctx context.Context, in *Input, from *reading, at store.Checkpoint, c *collector, send func(*chunk) bool) (err error) {
	s := &splitting{send: send, cur: newChunk(0, 0)}
	if !in.Stream {
		s.from = from
	} else {
		done := make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() { s.trickle(r.opt.Flush/2, done) })
		defer wg.Wait()
		defer close(done)
	}
	var n int64
	defer func() {
		if v := recover(); v != nil { // of hostile input; what was split before stays
			slog.Error("split a source", "after piece", n, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			s.flush(false)
			err = unfitError{fmt.Errorf("the program failed behind piece %d: please report this", n)}
		}
	}()
	unpacked, err := r.unpack(in, from, c)
	if err == nil {
		sp := decode.NewSplitter(unpacked, r.opt.Limits)
		n, err = s.pieces(ctx, sp, at)
		if stated, ok := sp.Stated(); ok && errors.Is(err, io.EOF) {
			c.stated = &stated
		}
	}
	switch {
	case errors.Is(err, errStopped) || !s.flush(false) || ctx.Err() != nil && !errors.Is(err, io.EOF):
		return errStopped
	case errors.Is(err, io.EOF) && n < at.Pieces:
		return unlike(at, n)
	case errors.Is(err, io.EOF):
		return nil
	case from.err == nil && n >= at.Pieces && !errors.As(err, new(unfitError)):
		// A container that is damaged or cut off is an unreadable record of its own, after all that could be read.
		if !s.add(n, decode.Piece{Problem: err.Error(), Line: -1, Inside: "container"}, false) || !s.flush(false) {
			return errStopped
		}
	}
	return err
}

// unpack peels what the source is packed in.
func (r *run) unpack(in *Input, from *reading, c *collector) (io.Reader, error) {
	stream, packing, err := decode.Unpack(from, filepath.Base(in.Path), r.opt.Limits)
	if err != nil {
		return nil, err
	}
	if in.inside != "" && packing != "" {
		packing += " in "
	}
	c.shape.Packing = packing + in.inside
	b := bufio.NewReader(stream)
	_, _ = b.Peek(1) // a stream may give its first line and then nothing for hours
	if head, _ := b.Peek(min(b.Buffered(), tarBlock)); kindOf(head) != noArchive {
		return nil, fmt.Errorf("an archive within %d others or of more than %d MiB within another: unpack it to read it", maxArchives, maxInMemory>>20)
	}
	c.stream = &counter{r: b}
	return c.stream, nil
}

// counter counts the unpacked bytes.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// pieces adds every piece, those up to the checkpoint to be replayed. It returns how many there were, and the error that
// ended them.
func (s *splitting) pieces(ctx context.Context, sp *decode.Splitter, at store.Checkpoint) (n int64, err error) {
	for {
		if n&255 == 0 && ctx.Err() != nil {
			return n, errStopped
		}
		p, err := sp.Next()
		if err != nil {
			return n, err
		}
		ok := s.add(n, p, n < at.Pieces)
		if n++; n == at.Pieces {
			if p.Line != at.Line || p.Offset != at.Offset {
				return n, unlike(at, p.Line)
			}
			ok = ok && s.flush(false)
		}
		if !ok {
			return n, errStopped
		}
	}
}

func unlike(at store.Checkpoint, line int64) error {
	return unfitError{audit.Errorf("import it into a new case", "the file does not read as it did when its import was interrupted (line %d, then %d)", at.Line, line)}
}
