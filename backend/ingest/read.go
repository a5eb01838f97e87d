package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"sync/atomic"
)

// reading is a source's packed bytes on their way to the splitter: counted, digested, and given up when ctx is done.
type reading struct {
	ctx   context.Context
	r     io.Reader
	sum   hash.Hash
	size  int64
	done  *atomic.Int64 // of the run's progress; nil for bytes that do not count there
	share float64       // of done that a byte is: members of an archive are counted as they lie in it
	torn  func() bool   // whether an error is damage of the archive around it, and not one of the medium; nil: it never is
	err   error         // of the medium
	whole bool          // read to its end
}

func newReading(ctx context.Context, r io.Reader, done *atomic.Int64) *reading {
	return &reading{ctx: ctx, r: r, sum: sha256.New(), done: done, share: 1}
}

func (c *reading) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	c.sum.Write(p[:n])
	if c.done != nil {
		c.done.Add(int64(float64(c.size+int64(n))*c.share) - int64(float64(c.size)*c.share))
	}
	c.size += int64(n)
	c.whole = c.whole || err == io.EOF
	if err == nil || errors.Is(err, io.EOF) || c.ctx.Err() != nil {
		return n, err
	}
	if c.torn != nil && c.torn() {
		return n, fmt.Errorf("the archive is damaged: %w", err)
	}
	c.err = err
	return n, err
}

func (c *reading) digest() string { return hex.EncodeToString(c.sum.Sum(nil)) }

// drain reads what nobody wants any more, for the digest.
func (c *reading) drain() {
	_, _ = io.CopyBuffer(io.Discard, struct{ io.Reader }{c}, make([]byte, 1<<18)) // a read error is in c.err
}

// patient lets a read that may never return be given up: a pipe whose other end fell silent. What reads it goes on waiting
// until the read returns, which closing a pipe makes it do.
type patient struct {
	ctx    context.Context
	got    chan portion
	back   chan []byte
	before []byte // is read first
	rest   []byte // of the last portion
	all    []byte
	err    error
}

type portion struct {
	b   []byte
	err error
}

const patientBuffer = 64 << 10

// newPatient starts reading. ctx must be done at some time, or r come to its end.
func newPatient(ctx context.Context, r io.Reader) *patient {
	p := &patient{ctx: ctx, got: make(chan portion), back: make(chan []byte, 2)}
	p.back <- make([]byte, patientBuffer)
	p.back <- make([]byte, patientBuffer)
	go func() {
		for {
			var b []byte
			select {
			case b = <-p.back:
			case <-ctx.Done():
				return
			}
			n, err := r.Read(b[:cap(b)])
			select {
			case p.got <- portion{b[:n], err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return p
}

func (p *patient) Read(b []byte) (int, error) {
	if len(p.before) > 0 {
		n := copy(b, p.before)
		p.before = p.before[n:]
		return n, nil
	}
	if len(p.rest) == 0 {
		if p.all != nil {
			p.back <- p.all // has room: there are two
			p.all = nil
		}
		if p.err != nil {
			return 0, p.err
		}
		select {
		case next := <-p.got:
			p.all, p.rest, p.err = next.b, next.b, next.err
		case <-p.ctx.Done():
			return 0, p.ctx.Err()
		}
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	if len(p.rest) == 0 && p.err != nil {
		return n, p.err
	}
	return n, nil
}

// openPatiently opens a stream. Opening a named pipe waits for who writes to it.
func openPatiently(ctx context.Context, open func() (io.ReadCloser, error)) (io.ReadCloser, error) {
	type outcome struct {
		f   io.ReadCloser
		err error
	}
	got := make(chan outcome, 1)
	go func() {
		f, err := open()
		got <- outcome{f, err}
	}()
	select {
	case o := <-got:
		return o.f, o.err
	case <-ctx.Done():
		go func() {
			if o := <-got; o.err == nil {
				_ = o.f.Close()
			}
		}()
		return nil, ctx.Err()
	}
}
