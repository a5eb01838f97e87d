// Package ingest is one import run: open, split, decode in workers, tell known events from new ones, batch, append. It keeps
// the account of every line. It must not know SQL, nor who draws its progress.
package ingest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
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
	Records(ctx context.Context, numbers []uint32, fn func(number uint32, records []store.StoredRecord) error) error
	EventsByNumber(ctx context.Context, numbers []uint32) ([]audit.Event, error)

	Sources(ctx context.Context) ([]audit.Source, error)
	FindWhole(ctx context.Context, sha256, deployment string) (audit.Source, bool, error)
	Interrupted(ctx context.Context, deployment string) ([]store.Interrupted, error)
	BeginSource(ctx context.Context, s audit.Source) (number int64, at store.Checkpoint, counts audit.Counts, err error)
	ResumeSource(ctx context.Context, number int64) (at store.Checkpoint, counts audit.Counts, err error)
	Append(ctx context.Context, b *store.Batch) error
	FinishSource(ctx context.Context, number int64, s audit.Source) error
	AddRepeat(ctx context.Context, s audit.Source) (audit.Source, error)
	Together(ctx context.Context, fn func(context.Context) error) error // one transaction of what fn writes
}

// Options of a run. The zero value is usable.
type Options struct {
	Deployment string        // of every source of the run; "" is "default"
	Workers    int           // decoding goroutines; 0 is one per core
	Batch      int           // records a transaction; 0 is 10,000
	Flush      time.Duration // a stream's records are committed after this at the latest; 0 is 500 ms
	Limits     decode.Limits
	Spool      string // folder in which an archive from a pipe is put aside; "" is the system's for temporary files
	MostAside  int64  // bytes of such an archive; 0 is 16 GiB
	Version    string // of the program, for the note of a retry
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
	Sources   []audit.Source `json:"sources"` // each with all that was ever read of it, also when the run went on with an earlier one
	Events    int64          `json:"events"`  // that the run added to the case
	Seconds   float64        `json:"seconds"`
	Deriving  float64        `json:"seconds_deriving"` // of them, for values before changes; this package does not do it
	Derived   int            `json:"settings_derived"` // settings that this was done for: those that the run touched
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
// an error means that the case could not be written. What was committed stays also then, and is in Result.Events. A cancelled
// run returns within moments, also while a stream gives nothing, and importing the same files again goes on from there.
func Run(ctx context.Context, sink Sink, inputs []Input, opt Options) (Result, error) {
	r, err := newRun(ctx, sink, inputs, opt)
	if err != nil {
		res := Result{Sources: []audit.Source{}}
		if ctx.Err() != nil {
			res.Cancelled, err = true, nil
		}
		return res, err
	}
	for i := range inputs {
		if r.cancelled(ctx) {
			break
		}
		r.fileNumber.Store(int64(i + 1))
		if err := r.input(ctx, &inputs[i]); err != nil {
			r.small.drop(&r.result)
			return r.finish(), err
		}
	}
	err = r.commitSmall(ctx)
	return r.finish(), err
}

// run is the state of one import run.
type run struct {
	sink   Sink
	opt    Options
	start  time.Time
	before uint32 // events of the case
	known  *known
	dep    uint32
	result Result
	reporter

	fileNumber atomic.Int64

	lastSource  int64               // number of the case's last source
	partial     map[string]bool     // SHA-256 of what an earlier run did not read to its end
	sizes       map[int64]bool      // of the sources
	interrupted []store.Interrupted // sources that an earlier run did not read to their ends, whose digests are not known
	small       small
	workers     []*worker
	buf         []byte // of digest
}

func newRun(ctx context.Context, sink Sink, inputs []Input, opt Options) (*run, error) {
	if opt.Deployment == "" {
		opt.Deployment = "default"
	}
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
	r := &run{sink: sink, opt: opt, start: opt.Now(), before: sink.Events(), dep: dep, result: Result{Sources: []audit.Source{}}}
	r.known = newKnown(r.before)
	if err := sink.Identities(ctx, r.known.load); err != nil {
		return nil, fmt.Errorf("read the known events: %w", err)
	}
	r.partial, r.sizes, r.small.whole = map[string]bool{}, map[int64]bool{}, map[string]audit.Source{}
	sources, err := sink.Sources(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the sources: %w", err)
	}
	for i := range sources {
		r.lastSource = max(r.lastSource, sources[i].Number)
		r.sizes[sources[i].Bytes] = true
		if sources[i].State == audit.SourcePartial {
			r.partial[sources[i].SHA256] = true
		}
	}
	if r.interrupted, err = sink.Interrupted(ctx, opt.Deployment); err != nil {
		return nil, fmt.Errorf("read the sources: %w", err)
	}
	r.reporter.init(inputs, opt)
	return r, nil
}

func (r *run) finish() Result {
	r.report(true)
	r.result.Seconds = r.opt.Now().Sub(r.start).Seconds()
	r.result.Events = int64(r.sink.Events() - r.before)
	return r.result
}

func (r *run) report(force bool) { r.reporter.report(force, int(r.fileNumber.Load())) }

// unread notes an input that could not be read.
func (r *run) unread(path string, err error) {
	r.result.Errors = append(r.result.Errors, FileError{path, err})
}

// input imports one input. An error is one of the case; what is wrong with the input is noted.
func (r *run) input(ctx context.Context, in *Input) error {
	open := in.Open
	if in.Stream {
		open = func() (io.ReadCloser, error) { return openPatiently(ctx, in.Open) }
	}
	f, err := open()
	if err != nil {
		return r.notOpened(ctx, in, err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	if in.Stream {
		return r.stream(ctx, in, f)
	}
	return r.opened(ctx, in, f)
}

// cancelled reports whether the run is to end, and notes it.
func (r *run) cancelled(ctx context.Context) bool {
	r.result.Cancelled = r.result.Cancelled || ctx.Err() != nil
	return ctx.Err() != nil
}

func (r *run) notOpened(ctx context.Context, in *Input, err error) error {
	if !r.cancelled(ctx) {
		r.unread(in.Path, err)
	}
	return nil
}

// caseError is an error of the case, unless the run was cancelled.
func (r *run) caseError(ctx context.Context, err error) error {
	if r.cancelled(ctx) {
		err = nil
	}
	return err
}

func (r *run) newSource(in *Input) audit.Source {
	return audit.Source{
		Path: in.Path, Bytes: max(in.Size, 0), Deployment: r.opt.Deployment, State: audit.SourcePartial,
		Imported: audit.Time(r.opt.Now().UnixNano()), Note: in.note,
	}
}

// file imports an input that can be read twice. Where the case has a source of its size, or it is small, it is read for its digest
// first, which tells a repeated file, and one whose import was interrupted, before anything of it is read as records. f is the
// input, opened.
func (r *run) file(ctx context.Context, in *Input, f *bufio.Reader) error {
	src := r.newSource(in)
	if in.Size <= smallBytes || r.sizes[in.Size] {
		if done, err := r.recognise(ctx, in, &src, f); done || err != nil {
			return err
		}
	} else if _, err := f.Peek(1); err != nil && !errors.Is(err, io.EOF) {
		return r.notOpened(ctx, in, err)
	}
	// What can't be read to its end is read as far as it goes.
	again, err := in.Open()
	if err != nil {
		return r.notOpened(ctx, in, err)
	}
	defer again.Close() //nolint:errcheck // it was only read
	return r.source(ctx, in, src, again)
}

func (r *run) repeat(ctx context.Context, in *Input, src, whole audit.Source) error {
	src.Form, src.Shape = whole.Form, whole.Shape
	src.Note = notes(fmt.Sprintf("read already, same SHA-256 as %s: adds nothing", whole.Path), src.Note)
	src.Number, src.State = r.lastSource+1, audit.SourceRepeat
	r.packed.Add(int64(float64(src.Bytes) * in.weight()))
	r.report(false)
	return r.addSmall(ctx, src, nil)
}

// notes joins what is to be said of a source.
func notes(list ...string) string {
	out := ""
	for _, n := range list {
		if n != "" && out != "" {
			out += "; "
		}
		out += n
	}
	return out
}
