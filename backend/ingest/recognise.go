package ingest

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"auditdesk/backend/audit"
	"auditdesk/backend/store"
)

// recognise digests an input and looks for its bytes in the case: a repeated file is noted and adds nothing, then done is true;
// one whose reading was interrupted is gone on with, then src has its number. What can't be read to its end is read as far as
// it goes.
func (r *run) recognise(ctx context.Context, in *Input, src *audit.Source, f io.Reader) (done bool, err error) {
	var begun []store.Interrupted
	for _, b := range r.interrupted {
		if b.Bytes == in.Size && (b.At.Pieces > 0 || b.Path == in.Path) {
			begun = append(begun, b)
		}
	}
	sum, prefixes, size, err := r.digest(ctx, f, begun)
	switch {
	case ctx.Err() != nil || err != nil && size == 0:
		return true, r.notOpened(ctx, in, err)
	case err != nil:
		return false, nil //nolint:nilerr // whoever reads it as records meets the error again, and says how far it came
	}
	src.SHA256, src.Bytes = sum, size
	whole, found, err := r.findWhole(ctx, sum)
	if err != nil {
		return true, r.caseError(ctx, fmt.Errorf("look up %s: %w", in.Path, err))
	}
	if found {
		return true, r.repeat(ctx, in, *src, whole)
	}
	for i, b := range begun {
		if prefixes[i] == b.At.SHA256 && size == b.Bytes {
			src.Number = b.Number
			r.interrupted = slices.DeleteFunc(r.interrupted, func(o store.Interrupted) bool { return o.Number == b.Number })
			break
		}
	}
	return false, nil
}

// digest is the SHA-256 of all that f gives, and how many bytes could be read; and of each source that was begun the one of as
// many bytes as were read of it, empty of one of which none were.
func (r *run) digest(ctx context.Context, f io.Reader, begun []store.Interrupted) (sum string, prefixes []string, size int64, err error) {
	c := newReading(ctx, f, nil)
	if r.buf == nil {
		r.buf = make([]byte, 1<<20)
	}
	prefixes = make([]string, len(begun))
	for {
		b := r.buf
		for i := range begun {
			switch left := begun[i].At.Bytes - c.size; {
			case left > 0:
				b = b[:min(int64(len(b)), left)]
			case left == 0 && c.size > 0:
				prefixes[i] = c.digest()
			}
		}
		_, err := c.Read(b)
		if err == io.EOF { //nolint:errorlint // a reader's end is io.EOF itself
			return c.digest(), prefixes, c.size, nil
		}
		if err != nil {
			return "", nil, c.size, err
		}
		r.report(false)
	}
}

// state tells whether a file is written while it is read, where f can say so.
type state struct {
	known bool
	size  int64
	time  int64
}

func stateOf(f io.Reader) state {
	file, ok := f.(interface{ Stat() (fs.FileInfo, error) })
	if !ok {
		return state{}
	}
	info, err := file.Stat()
	if err != nil {
		return state{}
	}
	return state{true, info.Size(), info.ModTime().UnixNano()}
}
