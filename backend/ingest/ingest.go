// Package ingest is one import run: open, split, decode in workers, tell known events from new ones, batch, append. It keeps
// the account of every line. It must not know SQL, nor who draws its progress.
package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"runtime"
	"sync/atomic"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/decode"
	"auditdesk/backend/store"
)

// Sink is where an import goes: the store.
type Sink interface {
	DeploymentCode(ctx context.Context, name string) (uint32, error)
	Identities(ctx context.Context, fn func(store.Identity) error) error
	SourceMarks(ctx context.Context, source int64, fn func(event uint32, form audit.Form, duplicate bool) error) error
	Events() uint32
	Raw(ctx context.Context, number uint32) ([]store.RawRecord, error)
	EventsByNumber(ctx context.Context, numbers []uint32) ([]audit.Event, error)

	FindWhole(ctx context.Context, sha256, deployment string) (audit.Source, bool, error)
	BeginSource(ctx context.Context, s audit.Source) (number int64, at store.Checkpoint, counts audit.Counts, err error)
	Append(ctx context.Context, b *store.Batch) error
	FinishSource(ctx context.Context, number int64, s audit.Source) error
	AddRepeat(ctx context.Context, s audit.Source) (audit.Source, error)
}

// Options of a run. The zero value is usable.
type Options struct {
	Deployment string        // of every source of the run; "" is the case's only one, or "default"
	Workers    int           // decoding goroutines; 0 is one per core
	Batch      int           // records a transaction; 0 is 10,000
	Flush      time.Duration // a stream's records are committed after this at the latest; 0 is 500 ms
	Limits     decode.Limits
	Now        func() time.Time
	Progress   func(Progress) // called at most ten times a second, from one goroutine at a time; may be nil
}

// Progress is how far a run has come.
type Progress struct {
	File       string  `json:"file"` // base name
	FileNumber int     `json:"file_number"`
	Files      int     `json:"files"`
	Bytes      int64   `json:"bytes"`       // read so far, packed
	TotalBytes int64   `json:"total_bytes"` // 0 where unknown
	Lines      int64   `json:"lines"`
	Records    int64   `json:"records"`
	Events     int64   `json:"events"`
	Rate       float64 `json:"rate"`                   // records a second
	Left       float64 `json:"seconds_left,omitempty"` // 0 where unknown
}

// Result is what a run did.
type Result struct {
	Sources   []audit.Source `json:"sources"`
	Events    int64          `json:"events"`
	Seconds   float64        `json:"seconds"`
	Cancelled bool           `json:"cancelled,omitempty"`
	Skipped   []string       `json:"skipped,omitempty"` // links, special files
	Errors    []FileError    `json:"errors,omitempty"`  // files that could not be read at all, or not to their end
}

// FileError is a file that could not be read.
type FileError struct {
	Path string
	Err  error
}

func (e FileError) Error() string { return e.Path + ": " + e.Err.Error() }

// Unwrap gives the cause.
func (e FileError) Unwrap() error { return e.Err }

// Run imports the inputs one after the other. A file that can't be read is noted in Result.Errors and the run goes on;
// an error means that the case could not be written. A cancelled run keeps what was committed, and importing the same
// files again goes on from there.
func Run(ctx context.Context, sink Sink, inputs []Input, opt Options) (Result, error) {
	r, err := newRun(ctx, sink, inputs, opt)
	if err != nil {
		return Result{}, err
	}
	for i := range inputs {
		if ctx.Err() != nil {
			break
		}
		r.fileNumber.Store(int64(i + 1))
		if err := r.input(ctx, &inputs[i]); err != nil {
			return r.finish(ctx), err
		}
	}
	return r.finish(ctx), nil
}

// run is the state of one import run.
type run struct {
	sink   Sink
	opt    Options
	inputs []Input
	start  time.Time
	known  *known
	dep    uint32
	result Result
	reporter

	fileNumber atomic.Int64
}

func newRun(ctx context.Context, sink Sink, inputs []Input, opt Options) (*run, error) {
	if opt.Workers <= 0 {
		opt.Workers = max(runtime.GOMAXPROCS(0), 1)
	}
	if opt.Batch <= 0 {
		opt.Batch = 10_000
	}
	if opt.Flush <= 0 {
		opt.Flush = 500 * time.Millisecond
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	dep, err := sink.DeploymentCode(ctx, opt.Deployment)
	if err != nil {
		return nil, fmt.Errorf("name the deployment %q: %w", opt.Deployment, err)
	}
	r := &run{sink: sink, opt: opt, inputs: inputs, start: opt.Now(), dep: dep, known: newKnown(sink.Events())}
	if err := sink.Identities(ctx, r.known.load); err != nil {
		return nil, fmt.Errorf("read the known events: %w", err)
	}
	r.reporter.init(inputs, opt)
	return r, nil
}

func (r *run) finish(ctx context.Context) Result {
	r.report(true, int(r.fileNumber.Load()))
	r.result.Seconds = r.opt.Now().Sub(r.start).Seconds()
	r.result.Cancelled = ctx.Err() != nil
	if r.result.Sources == nil {
		r.result.Sources = []audit.Source{}
	}
	for _, s := range r.result.Sources {
		r.result.Events += s.Events
	}
	return r.result
}

// input imports one input. An error is one of the case; what is wrong with the input is noted.
func (r *run) input(ctx context.Context, in *Input) error {
	src := audit.Source{
		Path: in.Path, Bytes: max(in.Size, 0), Deployment: r.opt.Deployment, State: audit.SourcePartial,
		Imported: audit.Time(r.opt.Now().UnixNano()),
	}
	note := func(err error) error {
		if ctx.Err() == nil {
			r.result.Errors = append(r.result.Errors, FileError{in.Path, err})
		}
		return nil
	}
	if !in.Stream {
		sum, err := r.digest(ctx, in)
		if err != nil {
			return note(err)
		}
		src.SHA256 = sum
		whole, found, err := r.sink.FindWhole(ctx, sum, r.opt.Deployment)
		if err != nil {
			return fmt.Errorf("look up %s: %w", in.Path, err)
		}
		if found {
			src.Form, src.Shape, src.State = whole.Form, whole.Shape, audit.SourceRepeat
			src.Note = fmt.Sprintf("read already, same SHA-256 as %s: adds nothing", whole.Path)
			if src, err = r.sink.AddRepeat(ctx, src); err != nil {
				return fmt.Errorf("note %s: %w", in.Path, err)
			}
			r.result.Sources = append(r.result.Sources, src)
			r.packed.Add(in.Size)
			return nil
		}
	}
	f, err := in.Open()
	if err != nil {
		return note(err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	counted := &countingReader{r: f, n: &r.packed, sum: sha256.New()}
	src, readErr, err := r.source(ctx, in, src, counted)
	if err != nil {
		return err
	}
	r.result.Sources = append(r.result.Sources, src)
	if readErr != nil {
		return note(readErr)
	}
	return nil
}

// digest is the SHA-256 of the whole input: it tells a repeated file before anything of it is read as records, and lets an
// interrupted import be recognised.
func (r *run) digest(ctx context.Context, in *Input) (string, error) {
	f, err := in.Open()
	if err != nil {
		return "", err
	}
	defer f.Close() //nolint:errcheck // it was only read
	h := sha256.New()
	if _, err := io.CopyBuffer(h, readerFunc(func(p []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		return f.Read(p)
	}), make([]byte, 1<<20)); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// countingReader counts and digests the packed bytes as they are read.
type countingReader struct {
	r    io.Reader
	n    *atomic.Int64
	sum  hash.Hash
	size int64
	err  error // a real read error, as against a broken container
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	c.size += int64(n)
	c.sum.Write(p[:n])
	if err != nil && !errors.Is(err, io.EOF) {
		c.err = err
	}
	return n, err
}

func (c *countingReader) digest() string { return hex.EncodeToString(c.sum.Sum(nil)) }
