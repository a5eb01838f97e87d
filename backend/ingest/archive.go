package ingest

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"auditdesk/backend/audit"
	"auditdesk/backend/decode"
)

// zipArchive is an opened zip archive. Its members are inputs of their own: each becomes a source with the digest of what it
// unpacks to, so that the unpacked file is known again.
type zipArchive struct {
	medium *mediumAt
	size   int64
	files  []*zip.File
}

// mediumAt remembers an error of the medium, to tell it from damage of the archive.
type mediumAt struct {
	r   io.ReaderAt
	err error
}

func (m *mediumAt) ReadAt(p []byte, off int64) (int, error) {
	n, err := m.r.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) {
		m.err = err
	}
	return n, err
}

// What a zip archive with members starts with, and one without.
var (
	zipMagic      = []byte("PK\x03\x04")
	emptyZipMagic = []byte("PK\x05\x06")
)

func isZip(head []byte) bool {
	return bytes.HasPrefix(head, zipMagic) || bytes.HasPrefix(head, emptyZipMagic)
}

// Bounds of what an archive may unpack to, where [decode.Limits] say nothing: members may overlap, so that a small file
// claims to hold very much.
const (
	zipRatio     = 2000
	zipRatioFrom = 64 << 20
)

// archiveIn finds a zip archive in an opened input. It returns nil for anything else, whatever its name.
func archiveIn(f io.Reader, size int64, l decode.Limits) (*zipArchive, error) {
	at, ok := f.(io.ReaderAt)
	if !ok {
		return nil, nil
	}
	head := make([]byte, len(zipMagic))
	if _, err := at.ReadAt(head, 0); err != nil || !isZip(head) {
		return nil, nil //nolint:nilerr // who reads it as a file will meet the error again
	}
	a := &zipArchive{medium: &mediumAt{r: at}, size: size}
	if s, ok := f.(interface{ Stat() (fs.FileInfo, error) }); ok {
		info, err := s.Stat()
		if err != nil {
			return nil, err
		}
		a.size = info.Size()
	}
	z, err := zip.NewReader(a.medium, a.size)
	if err != nil {
		return nil, &audit.Error{Message: "the zip archive is damaged or cut off", Err: err, Hint: "unpack it and import what could be unpacked"}
	}
	a.files = z.File
	var total uint64
	for _, m := range z.File {
		total += m.UncompressedSize64
		if m.UncompressedSize64 > 1<<50 || total > zipRatioFrom && total/uint64(max(a.size, 1)) > uint64(ratio(l)) {
			return nil, fmt.Errorf("the zip archive: %w: more than %d times its size", decode.ErrTooLarge, ratio(l))
		}
	}
	return a, nil
}

func ratio(l decode.Limits) int64 {
	if l.Ratio > 0 {
		return l.Ratio
	}
	return zipRatio
}

// archive imports the members of a zip archive in their order. f is the archive, opened.
func (r *run) archive(ctx context.Context, in *Input, a *zipArchive, f io.Reader) error {
	sum, _, err := r.digest(ctx, f)
	if err != nil {
		return r.notOpened(ctx, in, err)
	}
	members := 0
	for _, m := range a.files {
		path := in.Path + "/" + m.Name
		switch {
		case r.cancelled(ctx):
			return nil
		case strings.HasSuffix(m.Name, "/"):
			continue
		case m.Flags&1 != 0:
			r.unread(path, &audit.Error{Message: "it is encrypted", Hint: "unpack the archive with its password first"})
			continue
		case !m.Mode().IsRegular():
			r.result.Skipped = append(r.result.Skipped, path+": a link or special file, not read")
			continue
		case strings.HasPrefix(m.Name, "__MACOSX/"):
			r.result.Skipped = append(r.result.Skipped, path+": file attributes of macOS, not read")
			continue
		case isCase(m.Name):
			r.result.Skipped = append(r.result.Skipped, path+": a case file, not read as a log")
			continue
		}
		members++
		if err := r.member(ctx, a.input(m, path, audit.NoteArchive+sum)); err != nil {
			return err
		}
	}
	if members == 0 {
		r.unread(in.Path, errors.New("the zip archive holds no files that can be read"))
	}
	return nil
}

func (r *run) member(ctx context.Context, in *Input) error {
	f, err := in.Open()
	if err != nil {
		return r.notOpened(ctx, in, err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	return r.file(ctx, in, f)
}

// input makes an input of a member.
func (a *zipArchive) input(m *zip.File, path, note string) *Input {
	return &Input{
		Path: path, Size: int64(m.UncompressedSize64), note: note, member: a, packed: int64(m.CompressedSize64),
		Open: func() (io.ReadCloser, error) {
			a.medium.err = nil
			f, err := m.Open()
			if errors.Is(err, zip.ErrAlgorithm) {
				return nil, &audit.Error{Message: "it is compressed in a way that is not understood", Err: err, Hint: "unpack the archive first"}
			}
			return f, err
		},
	}
}

// torn reports whether an error of a member is damage of the archive.
func (a *zipArchive) torn() bool { return a.medium.err == nil }
