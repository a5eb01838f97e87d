package ingest

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"auditdesk/backend/audit"
)

// maxDirectory is how many bytes of a zip archive's directory are read: each member takes several times its entry in memory, and
// a small file may claim to have very many.
const maxDirectory = 32 << 20

// medium remembers an error of the medium, to tell it from damage of the archive.
type medium struct {
	r    io.ReaderAt
	left int64 // bytes that may yet be read, while the directory is; -1 is any number
	err  error
}

var errDirectory = errors.New("its directory is too large")

func (m *medium) ReadAt(p []byte, off int64) (int, error) {
	if m.left >= 0 {
		if m.left -= int64(len(p)); m.left < 0 {
			m.left = 0
			return 0, errDirectory
		}
	}
	n, err := m.r.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) {
		m.err = err
	}
	return n, err
}

// torn reports whether an error of a member is damage of the archive.
func (m *medium) torn() bool { return m.err == nil }

// What a zip archive with members starts with, and one without.
var (
	zipMagic      = []byte("PK\x03\x04")
	emptyZipMagic = []byte("PK\x05\x06")
)

func isZip(head []byte) bool {
	return bytes.HasPrefix(head, zipMagic) || bytes.HasPrefix(head, emptyZipMagic)
}

// directory reads the members of a zip archive.
func directory(m *medium, size int64, e *expansion) ([]*zip.File, error) {
	m.left = maxDirectory
	z, err := zip.NewReader(m, size)
	m.left = -1
	switch {
	case errors.Is(err, errDirectory):
		return nil, fmt.Errorf("the zip archive: %w: %d", errTooMany, e.mostMembers())
	case err != nil && !errors.Is(err, zip.ErrInsecurePath): // names are shown, and go nowhere
		return nil, &audit.Error{Message: "the zip archive is damaged or cut off", Err: err, Hint: "unpack it and import what could be unpacked"}
	}
	for _, f := range z.File {
		if err := e.add(int64(min(f.UncompressedSize64, 1<<62))); err != nil {
			return nil, fmt.Errorf("the zip archive: %w", err)
		}
	}
	return z.File, nil
}

// zip imports the members of a zip archive in their order. f is the archive, opened, and at reads it anywhere.
func (r *run) zip(ctx context.Context, in *Input, packing string, at io.ReaderAt, size int64, f io.Reader) error {
	m := &medium{r: at}
	files, err := directory(m, size, in.expands)
	if err != nil {
		return r.notOpened(ctx, in, err)
	}
	sum := ""
	if in.depth == 0 {
		if sum, _, _, err = r.digest(ctx, f, nil); err != nil {
			return r.notOpened(ctx, in, err)
		}
	}
	members, seen := 0, map[string]bool{}
	for _, z := range files {
		if r.cancelled(ctx) {
			return nil
		}
		if strings.HasSuffix(z.Name, "/") {
			continue
		}
		path := in.Path + "/" + memberName(z.Name)
		odd := oddName(z.Name, seen)
		switch {
		case z.Flags&1 != 0:
			r.unread(path, &audit.Error{Message: "it is encrypted", Hint: "unpack the archive with its password first"})
			continue
		case !z.Mode().IsRegular():
			r.skip(path, "a link or special file, not read")
			continue
		case leftOut(z.Name) != "":
			r.skip(path, leftOut(z.Name))
			continue
		}
		members++
		share := 0.0
		if z.UncompressedSize64 > 0 {
			share = in.weight() * float64(z.CompressedSize64) / float64(z.UncompressedSize64)
		}
		if err := r.member(ctx, &Input{
			Path: path, Size: int64(z.UncompressedSize64), Open: m.open(z),
			note: notes(r.around(in, sum), odd), inside: within(in, "zip", packing), share: share, torn: m.torn, depth: in.depth + 1, expands: in.expands,
		}); err != nil {
			return err
		}
	}
	if members == 0 {
		r.unread(in.Path, errNoMembers("zip"))
	}
	return nil
}

// member imports a member that can be opened again.
func (r *run) member(ctx context.Context, in *Input) error {
	f, err := in.Open()
	if err != nil {
		return r.notOpened(ctx, in, err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	return r.opened(ctx, in, f)
}

func (m *medium) open(z *zip.File) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) {
		m.err = nil
		f, err := z.Open()
		if errors.Is(err, zip.ErrAlgorithm) {
			return nil, &audit.Error{Message: "it is compressed in a way that is not understood", Err: err, Hint: "unpack the archive first"}
		}
		return f, err
	}
}
