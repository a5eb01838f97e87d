package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"auditdesk/backend/audit"
	"auditdesk/backend/decode"
)

// An archive can't be read from a pipe as it comes: a zip has its directory at its end, and a tar is read twice. So it is put aside
// in a file that has no name, where the system allows it: it goes with the process, however that ends.

// maxSpool is how many bytes of an archive are put aside.
const maxSpool = 16 << 30

// stream imports an input that can be read once only. f is the input, opened.
func (r *run) stream(ctx context.Context, in *Input, f io.Reader) error {
	reading, stop := context.WithCancel(ctx)
	defer stop()
	p := newPatient(reading, f)
	kind := sniffStream(p)
	if kind == noArchive {
		return r.source(ctx, in, r.newSource(in), p)
	}
	spool, size, err := r.putAside(p)
	if err != nil {
		return r.notOpened(ctx, in, err)
	}
	defer spool.discard()
	aside := *in
	aside.Stream, aside.Size = false, size
	aside.Open = func() (io.ReadCloser, error) { return section{io.NewSectionReader(spool.f, 0, size)}, nil }
	again, err := aside.Open()
	if err != nil {
		return err
	}
	return r.opened(ctx, &aside, again)
}

// section is a file read from its beginning by several at once.
type section struct{ *io.SectionReader }

func (section) Close() error { return nil }

// sniffStream tells whether a stream is an archive, by as little of it as decides: a line may come, and then nothing for hours. What
// was looked at is read again.
func sniffStream(p *patient) archiveKind {
	var head []byte
	buf := make([]byte, patientBuffer)
	for {
		n, err := p.Read(buf)
		head = append(head, buf[:n]...)
		kind, decided := judge(head)
		if decided || err != nil || len(head) >= sniffed {
			p.before = head
			return kind
		}
	}
}

// judge says what a stream is that begins so, and whether more of it could change that. A line that ends within the first block
// of an archive is none.
func judge(head []byte) (kind archiveKind, decided bool) {
	plain := head
	if isPacked(head) {
		plain = nil
		if r, _, err := decode.Unpack(bytes.NewReader(head), "", decode.Limits{}); err == nil {
			plain = make([]byte, tarBlock)
			n, _ := io.ReadFull(r, plain) // cut off, since only its head is here
			plain = plain[:n]
		}
	}
	kind = kindOf(plain)
	return kind, kind != noArchive || len(plain) >= tarBlock || bytes.IndexByte(plain, '\n') >= 0
}

// spool is an archive that was put aside.
type spool struct {
	f     *os.File
	named bool
}

func (s spool) discard() {
	_ = s.f.Close()
	if s.named {
		_ = os.Remove(s.f.Name())
	}
}

// putAside reads a stream to its end into a file.
func (r *run) putAside(from io.Reader) (spool, int64, error) {
	f, err := os.CreateTemp(r.opt.Spool, ".auditdesk-pipe-")
	if err != nil {
		return spool{}, 0, &audit.Error{Message: "an archive from a pipe can't be put aside", Err: cause(err), Hint: "save it to a file and import that"}
	}
	s := spool{f, os.Remove(f.Name()) != nil}
	most := r.opt.MostAside
	if most <= 0 {
		most = maxSpool
	}
	size, err := io.Copy(told{f, r}, io.LimitReader(from, most+1))
	switch {
	case err == nil && size <= most:
		return s, size, nil
	case err == nil:
		err = audit.Errorf("save it to a file and import that", "an archive from a pipe has more than %d bytes", most)
	case !errors.Is(err, context.Canceled):
		err = fmt.Errorf("put the archive aside: %w", err)
	}
	s.discard()
	return spool{}, 0, err
}

// told tells the run's progress that something is going on.
type told struct {
	w io.Writer
	r *run
}

func (t told) Write(p []byte) (int, error) {
	t.r.report(false)
	return t.w.Write(p)
}
