package ingest

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"auditdesk/backend/audit"
	"auditdesk/backend/decode"
)

// A tar archive is a stream: nothing tells where a member lies before what stands before it was read. So it is read twice, first for
// the digest of each member, which tells a repeated file and lets an import that was killed go on, then for the records. Nothing of
// a member is held; a member that is an archive itself is found again by reading up to it.

// tape goes over the members of a tar archive.
type tape struct {
	from    *reading      // the archive, packed
	stream  *bufio.Reader // unpacked
	zeros   *endMark
	t       *tar.Reader
	expands *expansion // nil where it was counted before
}

// endMark notes whether what was read last could be the end of an archive: a block of zeros.
type endMark struct {
	r    io.Reader
	seen bool
}

func (e *endMark) Read(p []byte) (int, error) {
	n, err := e.r.Read(p)
	if n > 0 {
		e.seen = n == tarBlock && len(bytes.Trim(p[:n], "\x00")) == 0
	}
	return n, err
}

// errNoMark says that nothing tells whether an archive is all there.
var errNoMark = errors.New("the tar archive ends without its end mark: it may be cut off")

func newTape(from *reading, e *expansion, l decode.Limits) (*tape, error) {
	stream, _, err := decode.Unpack(from, "the archive", l)
	if err != nil {
		return nil, err
	}
	t := &tape{from: from, stream: bufio.NewReader(stream), expands: e}
	t.begin()
	return t, nil
}

func (t *tape) begin() {
	t.zeros = &endMark{r: t.stream}
	t.t = tar.NewReader(t.zeros)
}

// next goes to the next member: io.EOF is the end of the archive.
func (t *tape) next() (*tar.Header, error) {
	for {
		h, err := t.t.Next()
		switch {
		case errors.Is(err, io.EOF): // a member that is cut off is io.ErrUnexpectedEOF
			if !t.zeros.seen {
				return nil, errNoMark
			}
			if err := t.behind(); err != nil {
				return nil, err
			}
			continue
		case err != nil && !errors.Is(err, tar.ErrInsecurePath): // names are shown, and go nowhere
			return nil, t.wrong(err)
		}
		if t.expands != nil {
			if err := t.expands.add(h.Size); err != nil {
				return nil, fmt.Errorf("the tar archive: %w", err)
			}
		}
		return h, nil
	}
}

// behind goes on behind an archive's end mark: over the zeros that fill it up, to another archive that was written behind it.
func (t *tape) behind() error {
	for {
		head, err := t.stream.Peek(tarBlock)
		switch {
		case len(head) == 0 && errors.Is(err, io.EOF):
			return io.EOF
		case len(head) == 0:
			return t.wrong(err)
		case len(bytes.Trim(head, "\x00")) == 0:
			_, _ = t.stream.Discard(len(head)) // they were peeked
			continue
		case isTar(head):
			t.begin()
			return nil
		}
		return errors.New("behind the tar archive follows what is none")
	}
}

// wrong says what an error of the archive means, unless it is one of the medium.
func (t *tape) wrong(err error) error {
	if t.from.err != nil || t.from.ctx.Err() != nil {
		return err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the tar archive is cut off: %w", err)
	}
	return fmt.Errorf("the tar archive is damaged: %w", err)
}

// tarMember is what the first reading found out about a member.
type tarMember struct {
	sum   [sha256.Size]byte
	whole bool
}

// tar imports the members of a tar archive in their order. f is the archive, opened.
func (r *run) tar(ctx context.Context, in *Input, packing string, f io.Reader) error {
	found, sum, err := r.tarIndex(ctx, in, f)
	if err != nil && (ctx.Err() != nil || errors.Is(err, decode.ErrTooLarge) || errors.Is(err, errTooMany)) {
		return r.notOpened(ctx, in, err)
	}
	again, err := in.Open()
	if err != nil {
		return r.notOpened(ctx, in, err)
	}
	defer again.Close() //nolint:errcheck // it was only read
	from := newReading(ctx, again, &r.packed)
	from.share = in.weight()
	t, err := newTape(from, nil, r.opt.Limits)
	if err != nil {
		return r.notOpened(ctx, in, err)
	}
	members, seen, last := 0, map[string]bool{}, ""
	for i := 0; ; i++ {
		h, err := t.next()
		if r.cancelled(ctx) {
			return nil
		}
		if err != nil {
			from.drain() // what fills it up is a part of the progress, too
			switch {
			case !errors.Is(err, io.EOF) && last != "":
				r.unread(in.Path, fmt.Errorf("%w (behind %s)", err, last))
			case !errors.Is(err, io.EOF):
				r.unread(in.Path, err)
			case members == 0:
				r.unread(in.Path, errNoMembers("tar"))
			}
			return nil
		}
		if h.Typeflag == tar.TypeDir {
			continue
		}
		last = memberName(h.Name)
		sub := &Input{
			Path: in.Path + "/" + last, Size: h.Size, Open: r.tarOpen(ctx, in, i), inside: within(in, "tar", packing),
			note: notes(r.around(in, sum), oddName(h.Name, seen)), torn: func() bool { return from.err == nil }, depth: in.depth + 1, expands: in.expands,
		}
		switch {
		case !isFile(h):
			r.skip(sub.Path, linkWords(h))
			continue
		case leftOut(h.Name) != "":
			r.skip(sub.Path, leftOut(h.Name))
			continue
		}
		members++
		var known tarMember
		if i < len(found) {
			known = found[i]
		}
		if err := r.tarMember(ctx, sub, known, t.t); err != nil {
			return err
		}
	}
}

func isFile(h *tar.Header) bool {
	return h.Typeflag == tar.TypeReg || h.Typeflag == tar.TypeGNUSparse || h.Typeflag == tar.TypeCont
}

// tarIndex digests the members, by their place in the archive, and the archive. It says where reading ended early.
func (r *run) tarIndex(ctx context.Context, in *Input, f io.Reader) (found []tarMember, sum string, err error) {
	from := newReading(ctx, f, nil)
	t, err := newTape(from, in.expands, r.opt.Limits)
	if err != nil {
		return nil, "", err
	}
	buf := make([]byte, 256<<10)
	for {
		h, err := t.next()
		if err != nil {
			from.drain()
			if errors.Is(err, io.EOF) {
				err = nil
			}
			if from.whole {
				sum = from.digest()
			}
			return found, sum, err
		}
		var m tarMember
		if isFile(h) {
			s := sha256.New()
			_, err := io.CopyBuffer(s, struct{ io.Reader }{t.t}, buf)
			m.whole = err == nil // an error is met again at the next member
			s.Sum(m.sum[:0])
		}
		found = append(found, m)
		r.report(false)
	}
}

// tarOpen opens a member anew, by reading up to it.
func (r *run) tarOpen(ctx context.Context, in *Input, place int) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) {
		f, err := in.Open()
		if err != nil {
			return nil, err
		}
		t, err := newTape(newReading(ctx, f, nil), nil, r.opt.Limits)
		for i := 0; err == nil; i++ {
			if _, err = t.next(); err == nil && i == place {
				return struct {
					io.Reader
					io.Closer
				}{t.t, f}, nil
			}
		}
		_ = f.Close()
		if errors.Is(err, io.EOF) {
			err = audit.Errorf("import it again", "the archive changed while it was read")
		}
		return nil, err
	}
}

// tarMember imports a member whose bytes f gives, once.
func (r *run) tarMember(ctx context.Context, in *Input, known tarMember, f io.Reader) error {
	b := bufio.NewReaderSize(f, int(min(in.Size+16, sniffed)))
	if kind, _ := sniff(b); kind != noArchive && in.depth < maxArchives {
		return r.member(ctx, in)
	}
	src := r.newSource(in)
	if known.whole {
		src.SHA256 = hex.EncodeToString(known.sum[:])
		whole, found, err := r.findWhole(ctx, src.SHA256)
		if err != nil {
			return r.caseError(ctx, fmt.Errorf("look up %s: %w", in.Path, err))
		}
		if found {
			return r.repeat(ctx, in, src, whole)
		}
	}
	return r.source(ctx, in, src, b)
}
